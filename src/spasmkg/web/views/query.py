"""The SPARQL editor: a form that works by itself, with the answer under it; and the answer alone, for its script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError
from spasmkg.web.address import to
from spasmkg.web.tasks import Head, Write
from spasmkg.web.tasks.answering import MOST_ROWS, Record, answered
from spasmkg.web.views import Arguments, one, rendered, show
from spasmkg.web.views.cells import cells

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["answer", "form_of", "query"]

_ROWS = (50, 200)
_SAMPLE = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spasm: <https://w3id.org/spasmkg/>

# drugs with a side effect, most of them first
SELECT ?drug_label (COUNT(?effect) AS ?side_effects)
WHERE {
  ?drug a spasm:Drug ;
    rdfs:label ?drug_label ;
    spasm:hasSideEffect ?effect .
}
GROUP BY ?drug_label
ORDER BY DESC(?side_effects) ?drug_label
"""
_FORMS = {
    "rows": [("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML")],
    "graph": [("turtle", "Turtle"), ("ntriples", "N-Triples"), ("jsonld", "JSON-LD")],
    "truth": [("json", "JSON"), ("xml", "XML")],
    "problem": [],
}
_FORM = re.compile(r"\b(SELECT|CONSTRUCT|ASK|DESCRIBE)\b")
_OTHER_GRAPHS = re.compile(r"\b(?:GRAPH|FROM)\b", re.IGNORECASE)


def query(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The page."""
    text, name = arguments["text"], one(arguments, "example")
    is_run = bool(text.strip())
    unknown = ""
    if not is_run:
        text = _SAMPLE
        if name:
            try:
                text = competency.load(name).text
            except NotFoundError:
                unknown = name
    found = _found(path, arguments, text) if is_run else {}
    size = int(one(arguments, "rows")) if one(arguments, "rows") in map(str, _ROWS) else _ROWS[0]
    pages = max(1, -(-len(found.get("shown", ())) // size))
    wanted = one(arguments, "page", "1")
    page = min(pages, max(1, int(wanted))) if wanted.isdecimal() and len(wanted) < 9 else 1
    show(
        write, head, arguments, "query.html", title="SPARQL", tab="sparql", text=text, is_run=is_run, unknown=unknown[:80],
        found=found, downloads=[(at, label) for at, label, _ in found.get("downloads", ())],
        examples=_examples(), prefixes=sorted(ns.prefixes().items()), timeout=f"{arguments['timeout']:g}",
        most=MOST_ROWS, first=(page - 1) * size, size=size, sizes=_ROWS, page=page, pages=pages,
        turned=lambda n: to("/query", arguments["prefix"], query=text, page=n if n > 1 else "", rows=size if size != _ROWS[0] else ""),
    )  # fmt: skip


def answer(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The answer as JSON: its rows as terms and as rows of the table, and the sentence under it."""
    made = _found(path, arguments, arguments["text"])
    head(media="json", kind="record")
    write(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def form_of(name: str) -> str:
    """The form of a question's query: SELECT, CONSTRUCT, ASK or DESCRIBE.

    >>> form_of("drug-side-effects")
    'SELECT'
    """
    body = re.sub(r"^\s*#.*$", "", competency.load(name).text, flags=re.MULTILINE)
    found = _FORM.search(body)
    return found[1] if found else ""


def _found(path: str, arguments: Arguments, text: str) -> Record:
    """The answer with all that shows it."""
    if "failed" in arguments:
        return {
            "kind": "problem",
            "problem": arguments["failed"],
            "says": [],
            "downloads": [],
            "shown": [],
            "heads": [],
        }
    found = answered(path, arguments.get("joined", text))
    heads, shown = _table(arguments, found)
    downloads = [
        [to("/sparql", arguments["prefix"], query=text, format=name), label, name] for name, label in _FORMS[found["kind"]]
    ]  # fmt: skip
    return {
        **found,
        "says": _says(found, text, arguments["dataset"]),
        "downloads": downloads,
        "heads": heads,
        "shown": shown,
    }


def _table(arguments: Arguments, found: Mapping[str, Any]) -> tuple[list[list[str]], list[Markup]]:
    """The heads of the table as (name, class), and its rows as HTML."""
    if found["kind"] not in ("rows", "graph"):
        return [], []
    heads, rows = cells(found["columns"], found["rows"], found["things"])
    part = rendered(arguments, "query-row.html")
    known: dict[tuple[int, Any], Markup] = {}

    def cell(i: int, shown: Record | None) -> Markup:
        key = (i, tuple(sorted(shown.items())) if shown else None)
        if key not in known:
            known[key] = part.cell(shown, heads[i][0], heads[i][1], i == 0)
        return known[key]

    return heads, [part.row([cell(i, c) for i, c in enumerate(row)]) for row in rows]


def _says(found: Mapping[str, Any], text: str, dataset: str) -> list[str]:
    """The parts of the sentence under an answer."""
    if found["kind"] == "problem":
        return []
    parts = [_size(found), took(found["seconds"])]
    if not _OTHER_GRAPHS.search(text):
        parts.append("asserted and inferred")
    return [*parts, f"dataset {dataset[:8]}"]


def _size(found: Mapping[str, Any]) -> str:
    if found["kind"] == "truth":
        return "yes" if found["truth"] else "no"
    n = len(found["rows"])
    what = "triple" if found["kind"] == "graph" else "row"
    counted = f"{n:,} {what}{'' if n == 1 else 's'}"
    return f"{counted}, complete" if found["complete"] else f"{counted} shown, more exist"


def took(seconds: float) -> str:
    """A time as people read it.

    >>> took(0.00412), took(2.345)
    ('4 ms', '2.3 s')
    """
    return f"{max(1, round(seconds * 1000))} ms" if seconds < 1 else f"{seconds:.1f} s"


def _rank(q: competency.Question) -> tuple[bool, bool, int, str]:
    """What needs something that is not here comes last."""
    return bool(q.vocabularies or q.endpoint), "lookup" not in q.tags, len(q.text) // 200, q.summary


@lru_cache(maxsize=1)
def _examples() -> Sequence[tuple[str, str, str]]:
    """The questions of the catalogue, the simplest first: name, question, form."""
    found = sorted(competency.all_questions(), key=_rank)
    return tuple((q.name, q.summary, form_of(q.name)) for q in found)
