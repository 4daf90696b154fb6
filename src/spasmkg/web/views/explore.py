"""The explorer: a part of the graph as a canvas with scripts, as a picture and a list without, and what is chosen in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.draw.canvas import canvas_style
from spasmkg.draw.style import DARK, LIGHT
from spasmkg.draw.svg import to_inline
from spasmkg.looks import KINDS
from spasmkg.surroundings import CAP, Choice, Part, Thing, Tie, around, name_of
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, one, opened, render, show
from spasmkg.web.views.chosen import chosen
from spasmkg.web.views.exploring import State, Trouble
from spasmkg.web.views.marks import kind_word

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph

__all__ = ["data", "explore", "picture"]

_DRAWN = 60
"""The most things in the picture that the server draws."""
_STARTS = ("DrugClass", "Drug", "Spasm", "Nutrient", "Finding", "Therapy", "Test")
"""The kinds of which the page without a start proposes the thing with most edges."""
_DOWNLOADS = (("svg", "SVG"), ("png", "PNG"), ("graphml", "GraphML"), ("json", "JSON"))


def explore(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The explorer's page; with ``part=panel`` only what is said of the thing or edge that is chosen."""
    kg = opened(path, arguments)
    state, troubles = State.read(kg, arguments["values"])
    prefix = arguments["prefix"]
    selected = chosen(kg, state, prefix)
    site = {"prefix": prefix}
    if one(arguments, "part") == "panel":
        made = render("explore_panel.html", site=site, panel=selected)
        head(media="html", kind="page", status=200)
        write(made)
        return
    if not state.start and not any(state.ends):
        values: dict[str, Any] = {"part": None, "proposals": _proposals(kg, prefix)}
    else:
        values = _filled(kg, state, prefix)
    show(
        write, head, arguments, "explore.html", title=_title(values["part"]), tab="explorer", state=state, panel=selected,
        troubles=[_told(t, state, prefix) for t in troubles], cap=CAP, **values,
    )  # fmt: skip


def _title(part: Part | None) -> str:
    if part is None:
        return "Explorer"
    labels = [t.label for t in part.things if t.is_start] or [t.label for t in part.things][:2]
    return f"Explorer: {', '.join(labels[:3])}"


def _filled(kg: KnowledgeGraph, state: State, prefix: str) -> dict[str, Any]:
    """What the page shows of a part of the graph."""
    part = around(kg, state.wanted)
    things, ties = part.seen_things, part.seen_ties
    label = {t.name: t for t in part.things}
    hidden = len(part.things) - len(things), len(part.ties) - len(ties)
    return {
        "part": part,
        "data": data(part, state),
        "picture": picture(part, state, prefix),
        "counted": _status(part),
        "hidden": _hidden(*hidden),
        "unfiltered": replace(state, hide=()).to(prefix) if state.hide else "",
        "more": _more(part, state, prefix),
        "filters": [(f, _FACET[f], [_box(c) for c in part.facets[f]]) for f in part.facets if part.facets[f]],
        "known": " ".join(f"{c.facet}:{c.value}" for found in part.facets.values() for c in found),
        "legend": _legend(things, ties),
        "rows": [_row(t, label, state, prefix) for t in sorted(ties, key=lambda t: (label[t.source].label, t.label, label[t.target].label))],
        "entries": [_entry(t, state, prefix) for t in sorted(things, key=lambda t: (not t.is_start, t.label))],
        "denied": _denied(kg, part),
        "downloads": [(state.download(prefix, f), word, f) for f, word in _DOWNLOADS],
        "to_graph": replace(state, view="").to(prefix),
        "to_list": replace(state, view="list").to(prefix),
        "unpicked": state.unpicked().to(prefix),
        "steps": [(n, "" if n == state.depth else replace(state, depth=n).to(prefix)) for n in range(1, 5)],
        "end": label.get(state.ends[0]),
        "proposals": [],
    }  # fmt: skip


_FACET = {"kind": "Kind", "relation": "Relation", "certainty": "Certainty", "layer": "Layer"}


def _box(choice: Choice) -> dict[str, Any]:
    """A box of the filters: how many of it are shown, or hidden."""
    return {
        "value": f"{choice.facet}:{choice.value}", "choice": choice,
        "word": (word(choice.value, choice.label) or choice.label) if choice.facet == "kind" else choice.label,
        "count": f"{choice.count:,} hidden" if choice.is_hidden and choice.count else "off" if choice.is_hidden else f"{choice.count:,}",
        "kind": choice.value if choice.facet == "kind" else "",
        "line": choice.value if choice.facet == "certainty" or choice.value == "inferred" else "",
    }  # fmt: skip


def _status(part: Part) -> str:
    things = _counted(len(part.seen_things), "things", "thing")
    return f"Showing {things} of {part.things_in_all:,} and {_counted(len(part.seen_ties), 'edges', 'edge')} of {part.edges_in_all:,}"


def _hidden(things: int, edges: int) -> str:
    words = [_counted(n, f"{noun}s", noun) for n, noun in ((things, "thing"), (edges, "edge")) if n]
    return f"{' and '.join(words)} hidden by filters." if words else ""


def _more(part: Part, state: State, prefix: str) -> list[dict[str, str]]:
    """What had no room, in words, and the address that makes room for it."""
    found = []
    if part.is_cut:
        found.append((f"Cut at {CAP:,} elements: more is in the graph. Filter, or start from fewer things.", "", ""))
    elif part.left_out:
        wider = replace(state, most=min(CAP, part.wanted.room * 4)).to(prefix)
        words = _counted(part.left_out, "more neighbours", "more neighbour")
        found.append((f"{words} not shown: at most {part.wanted.room} around each.", wider, "Show more"))
    if part.left_edges:
        words = _counted(part.left_edges, "inferred edges", "inferred edge")
        found.append((f"{words} not shown: they tie things that are not expanded.", "", ""))
    return [{"words": words, "at": at, "label": label} for words, at, label in found]


def _counted(n: int, many: str, one: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def word(kind: str, label: str) -> str:
    """A kind as all pages call it; one that is not ours by its own label.

    >>> word("AnatomicalSite", "anatomical site"), word("Ward", "hospital ward"), word("", "")
    ('body site', 'hospital ward', '')
    """
    return kind_word(kind) if kind in KINDS else label or kind


def _legend(things: Sequence[Thing], ties: Sequence[Tie]) -> dict[str, Any]:
    """The marks that are in the picture, and no others."""
    from spasmkg.model import CERTAINTIES

    kinds = {t.kind: word(t.kind, t.kind_label) or "of no kind" for t in things}
    place = {name: i for i, name in enumerate(KINDS)}
    sure = {t.certainty for t in ties if not t.is_inferred}
    lines = [c for c in CERTAINTIES if c in sure] + (["inferred"] if any(t.is_inferred for t in ties) else [])
    return {
        "kinds": [(k, kinds[k]) for k in sorted(kinds, key=lambda k: (place.get(k, len(place)), k))], "lines": lines,
        "cause": any("Cause" in t.roles for t in things),
    }  # fmt: skip


def _row(tie: Tie, things: dict[str, Thing], state: State, prefix: str) -> dict[str, Any]:
    return {
        "subject": things[tie.source], "object": things[tie.target], "tie": tie, "at": state.selecting(tie.name).to(prefix),
        "claims": list({c.place: c for c in reversed(tie.claims)}.values())[::-1], "hedge": tie.hedges[0] if tie.hedges else "",
        "is_chosen": state.select == tie.name,
    }  # fmt: skip


def _entry(thing: Thing, state: State, prefix: str) -> dict[str, Any]:
    return {
        "thing": thing,
        "kind": word(thing.kind, thing.kind_label),
        "at": state.selecting(thing.name).to(prefix),
        "toggle": state.toggled(thing.name).to(prefix),
    }


def _denied(kg: KnowledgeGraph, part: Part) -> list[Any]:
    """What the source denies of two things that are shown: no edge, and said in the list."""
    from spasmkg import claims

    shown = {t.iri for t in part.seen_things}
    query = """SELECT ?c ?s ?o WHERE { GRAPH graph:claims { ?c biolink:negated true ; rdf:subject ?s ; rdf:object ?o } } ORDER BY ?c"""
    found = [c.value for c, s, o in kg.store.select(query) if s.value in shown and o.value in shown]
    return claims.read(kg.store, found)


def _told(trouble: Trouble, state: State, prefix: str) -> dict[str, Any]:
    """A name that leads to nothing, with links to what may be meant."""
    links = [
        (name_of(s) if ns.is_iri(s) else s.removeprefix("spasm:"),
         replace(state, start=(*state.start, s.removeprefix("spasm:"))).to(prefix))
        for s in trouble.suggestions
    ]  # fmt: skip
    return {"name": trouble.name, "links": links, "is_ambiguous": trouble.is_ambiguous}


def _proposals(kg: KnowledgeGraph, prefix: str) -> list[dict[str, Any]]:
    """Things to start from: of several kinds the one with most edges."""
    graph = kg.graph()
    found = []
    for kind in _STARTS:
        inside = graph.mask([kind])
        if inside.any():
            best = max(range(len(graph.nodes)), key=lambda n: (bool(inside[n]), int(graph.degree[n]), graph.nodes[n]))
            found.append((graph.nodes[best], kind, int(graph.degree[best])))
    from spasmkg.entities import texts

    about = texts(kg.store, [iri for iri, _, _ in found])
    return [
        {"label": about.get(iri, (iri,))[0], "kind": about.get(iri, ("", "", kind))[2], "edges": n,
         "at": State((name_of(iri),)).to(prefix)}
        for iri, kind, n in found
    ]  # fmt: skip


# ---- what the script is given ----


def picture(part: Part, state: State, prefix: str) -> str:
    """The part as a picture in the page, where it is small enough to be drawn so; every thing leads to what is said of it."""
    if not part.seen_ties or len(part.seen_things) > _DRAWN:
        return ""
    names = {n.id: name_of(n.iri) for n in part.nodes}
    links = {i: state.selecting(name).to(prefix) for i, name in names.items()}
    label = f"{len(part.seen_things)} things and {len(part.seen_ties)} edges; the list below says the same"
    return to_inline(part.scene, links, "graph explore-picture", label)


def data(part: Part, state: State) -> str:
    """The part as JSON in which nothing can end the script element that holds it."""
    nodes = [
        {"id": t.name, "label": t.label, "kind": t.kind, "kindLabel": word(t.kind, t.kind_label), "roles": " ".join(t.roles), "degree": t.degree,
         "near": t.near, "open": t.is_open, "start": t.is_start, "hidden": t.is_hidden}
        for t in part.things
    ]  # fmt: skip
    edges = [
        {"id": t.name, "source": t.source, "target": t.target, "predicate": name_of(t.predicate), "label": t.label,
         "certainty": t.certainty, "layer": t.layer, "inferred": t.is_inferred, "path": t.is_on_path, "hidden": t.is_hidden}
        for t in part.ties
    ]  # fmt: skip
    made = {
        "nodes": nodes, "edges": edges, "select": state.select, "hide": list(state.hide), "inferred": state.inferred,
        "ends": [e for e in state.ends if e], "styles": _styles(),
    }  # fmt: skip
    text = json.dumps(made, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@lru_cache(maxsize=1)
def _styles() -> dict[str, Any]:
    return {"light": canvas_style(LIGHT), "dark": canvas_style(DARK)}
