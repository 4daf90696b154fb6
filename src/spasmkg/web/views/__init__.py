"""Pages as workers make them: a view takes plain values out of the graph and fills a template with them.

A view takes what every task takes (:mod:`spasmkg.web.tasks`). Its arguments are those of :mod:`spasmkg.web.pages`:
``values`` (the parameters of the address), ``rest`` (what follows the path of the page), ``prefix``, ``base``,
``static``, ``dataset``, ``article``. Nothing that comes from the data is HTML: templates escape everything, and
characters that would steer the page are shown as one that stands for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.model import Claim
from spasmkg.web import address, html
from spasmkg.web.tasks import Head, Write, graph
from spasmkg.web.views import marks

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context

    from spasmkg.kg import KnowledgeGraph

__all__ = ["Arguments", "one", "opened", "plain", "prepare", "red_flags", "render", "several", "short", "show"]

Arguments = Mapping[str, Any]


def show(
    write: Write,
    head: Head,
    arguments: Arguments,
    template: str,
    /,
    *,
    title: str,
    tab: str = "",
    status: int = 200,
    **values: Any,
) -> None:
    """Answer with a page: a template filled with values.

    ``tab`` is the part of the main menu that is marked: search, questions, paths, sparql, explorer, vocabularies.
    """
    given = {"site": _site(arguments), "title": title, "tab": tab, "alternates": (), **values}
    made = render(template, **given)
    head(media="html", kind="page", status=status, **({"iri": values["iri"]} if "iri" in values else {}))
    write(made)


def render(template: str, /, **values: Any) -> bytes:
    """A template filled with values, in UTF-8."""
    return _environment().get_template(template).render(values).encode("utf-8", "replace")


def rendered(arguments: Arguments, name: str) -> Any:
    """The macros of a template, to be called from a view; each call gives HTML."""
    return _environment().get_template(name).make_module({"site": _site(arguments)})


def prepare() -> None:
    """Read the templates that most pages need."""
    for name in ("layout.html", "parts.html", "rows.html", "entity.html"):
        _environment().get_template(name)


def one(arguments: Arguments, name: str, default: str = "") -> str:
    """The last value of a parameter of the address, without the space around it."""
    found = arguments["values"].get(name) or [default]
    return str(found[-1]).strip()


def several(arguments: Arguments, name: str) -> list[str]:
    """All values of a parameter of the address that are not empty, each once, in their order."""
    return list(dict.fromkeys(v.strip() for v in arguments["values"].get(name, ()) if v.strip()))


def plain(value: Any) -> Any:
    """What a template shows of a value: text without characters that steer or break a page."""
    return html.plain(value) if type(value) is str else value


def red_flags(kg: KnowledgeGraph, path: str) -> int:
    """How many red flags the graph has."""
    return _red_flags(kg, path)


@lru_cache(maxsize=4)
def _red_flags(kg: KnowledgeGraph, _path: str) -> int:
    ((found,),) = kg.store.select("SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a spasm:RedFlag }")
    return int(found.value)


def _site(arguments: Arguments) -> dict[str, Any]:
    """What the frame of every page needs."""
    return {
        "prefix": arguments["prefix"], "static": arguments["static"], "base": arguments["base"],
        "dataset": arguments["dataset"], "here": arguments.get("here", ""),
    }  # fmt: skip


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
    from markupsafe import Markup

    from spasmkg.web.views.forms import spaced

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=plain, auto_reload=False, cache_size=-1,
    )  # fmt: skip

    @pass_context
    def href(context: Context, iri: str) -> str:
        return address.href(iri, context["site"]["prefix"])

    @pass_context
    def to(context: Context, path: str, **values: Any) -> str:
        return address.to(path, context["site"]["prefix"], **values)

    made.globals |= {
        "href": href, "to": to, "family": marks.family, "is_hollow": marks.is_hollow, "outline": marks.outline, "kind_word": marks.kind_word,
        "kinds_word": marks.kinds_word, "dashes": marks.dashes, "precision_word": marks.precision_word, "venn": marks.VENN,
        "sure": marks.SURE, "source": _source, "by_place": _by_place, "contract": ns.contract, "short": short,
        "spaced": lambda iri: spaced(ns.local(iri)),
        "small_groups": lambda groups, few: [g for g in groups if len(g.rows) <= few],
    }  # fmt: skip
    made.filters["lowered"] = lambda words: Markup(html.lowered(words))  # all of it is escaped
    made.filters["number"] = lambda n: f"{n:,}"
    return made


def _source(of: Any) -> tuple[str, str]:
    """The IRI that a reference to the source leads to, and its short name: of a claim, its record, or an IRI."""
    if isinstance(of, Claim):
        return of.iri, of.place
    if isinstance(of, Mapping):
        return of["claim"], of["place"]
    if (name := of.removeprefix(f"{ns.SPASM}claim/")) != of:
        return of, "curator" if name.startswith("curator") else name.rpartition("-")[0]
    return of, of.rpartition("/")[2]


def _by_place(all_: Sequence[Any]) -> list[Any]:
    """Claims or places, one for each place: the place itself where several claims are of it."""
    found: dict[str, list[Any]] = {}
    for of in all_:
        iri, name = _source(of)
        found.setdefault(name if name != "curator" else iri, []).append(of)
    return [
        of[0] if len(of) == 1 or name.startswith(ns.SPASM) else f"{ns.SPASM}item/{name}" for name, of in found.items()
    ]


def short(iri: str) -> str:
    """A name of a thing that every address takes: the slug of ours, the CURIE of others.

    >>> short("https://w3id.org/spasmkg/baclofen"), short("http://purl.obolibrary.org/obo/HP_0001281")
    ('baclofen', 'HP:0001281')
    """
    return ns.contract(iri).removeprefix("spasm:")


def opened(path: str, arguments: Arguments) -> KnowledgeGraph:
    """The graph that a view reads."""
    return graph(path, arguments)
