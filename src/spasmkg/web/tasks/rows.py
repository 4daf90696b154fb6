"""Answers in rows, in a worker: search, neighbours, claims, mappings, the competency questions and their answers.

A row is a record for JSON; the other formats are tables of its columns.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spasmkg import claims as claims_
from spasmkg import competency, records, results
from spasmkg.entities import texts
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.results import Cell, Iri, Number
from spasmkg.spelling import nearest
from spasmkg.web.operations import examples
from spasmkg.web.tags import held
from spasmkg.web.tasks import Head, Write, graph

if TYPE_CHECKING:
    from spasmkg.answer import Answer
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Claim, Evidence, Row, Term
    from spasmkg.paths import Path, Paths

__all__ = ["claims", "mappings", "neighbours", "queries", "run", "search", "value"]

Arguments = Mapping[str, Any]
Record = dict[str, Any]
Column = tuple[str, Callable[[Record], Cell]]
"""The name of a column, and what stands in it."""


def _text(name: str) -> Column:
    return name, lambda r: None if r.get(name) in (None, "") else str(r[name])


def _iri(name: str) -> Column:
    return name, lambda r: Iri(r[name]) if r.get(name) else None


def _number(name: str) -> Column:
    return name, lambda r: None if r.get(name) is None else Number.of(r[name])


def _truth(name: str) -> Column:
    return name, lambda r: str(bool(r.get(name))).lower()


def _joined(name: str) -> Column:
    return name, lambda r: ", ".join(r[name])


class _Page:
    """Which of the rows are wanted, and how they are written."""

    def __init__(self, write: Write, head: Head, arguments: Arguments, total: int) -> None:
        self._write, self._head, self._arguments, self.total = write, head, arguments, total
        self.first, limit = arguments["offset"], arguments["limit"]
        self.last = total if limit is None else min(total, self.first + limit)

    @property
    def rows(self) -> slice:
        """The place of the wanted rows among all."""
        return slice(self.first, self.last)

    def begin(self) -> None:
        """Say what comes, before the first byte of it."""
        self._head(media=self._arguments["media"], kind="rows", total=self.total)

    def table(self, names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Write the rows in a format for tables."""
        self.begin()
        media = self._arguments["media"]
        self._write(results.write("json" if media == "srj" else media, names, rows).encode())

    def json(self, columns: Sequence[str], rows: Iterable[Record], **more: Any) -> None:
        """Write the rows as JSON, one on a line."""
        self.begin()
        shown = max(0, self.last - self.first)
        said = {
            **more,
            "dataset": self._arguments["dataset"],
            "total": self.total,
            "offset": self.first,
            "shown": shown,
        }
        said |= {"complete": shown == self.total, "columns": list(columns)}
        start = json.dumps(said, ensure_ascii=False)[:-1]
        between = start + ', "rows": [\n'
        for row in rows:
            self._write((between + json.dumps(row, ensure_ascii=False)).encode("utf-8", "replace"))
            between = ",\n"
        self._write(b"\n]}\n" if shown else f"{between}]}}\n".encode())


def _send(
    write: Write, head: Head, arguments: Arguments, columns: Sequence[Column], rows: Sequence[Record], **more: Any
) -> None:
    page = _Page(write, head, arguments, len(rows))
    wanted = rows[page.rows]
    names = [name for name, _ in columns]
    if arguments["media"] == "json":
        page.json(names, wanted, **more)
    else:
        page.table(names, [[cell(row) for _, cell in columns] for row in wanted])


# ---- search ----

_HITS = (_iri("entity"), _text("entity_label"), _text("kind"), _text("matched"), _text("why"), _number("score"))
_MOST_HITS = 1000


def search(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """Entities that fit the words."""
    kg, values = graph(path, arguments), arguments["values"]
    kind = kg.kind(values["kind"]).rsplit("/", 1)[-1] if "kind" in values else ""
    found = [
        {"entity": h.iri, "entity_label": h.label, "kind": h.kind, "matched": h.matched, "why": h.why, "score": float(h.score)}
        for h in kg.search(values["q"][:500], _MOST_HITS, kind)
    ]  # fmt: skip
    _send(write, head, arguments, _HITS, found, query=values["q"])


# ---- neighbours ----

_NEIGHBOURS = (
    _number("distance"), _iri("entity"), _text("entity_label"), _text("kind"), _text("way"), _text("certainty"), _joined("places"),
)  # fmt: skip


def neighbours(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The things around an entity."""
    kg, values = graph(path, arguments), arguments["values"]
    found = kg.neighbours(
        values["entity"], depth=values["depth"], kinds=values.get("kind", ()), predicates=values.get("predicate", ()),
        inferred=values["inferred"], certainty=values.get("certainty", ""),
    )  # fmt: skip
    page = _Page(write, head, arguments, len(found))
    wanted = found.paths[page.rows]
    cited = {c.iri: c for c in claims_.read(kg.store, {c for p in wanted for s in p.steps for c in s.claims})}
    rows = [_neighbour(found, p, cited) for p in wanted]
    columns = list(_NEIGHBOURS)
    if arguments["evidence"]:
        for row, p in zip(rows, wanted, strict=True):
            mine = [cited[c] for c in dict.fromkeys(c for s in p.steps for c in s.claims) if c in cited]
            row["evidence"] = {"claims": [records.claim(c) for c in mine]}
        columns.append(("evidence", _cited))
    if arguments["media"] == "json":
        page.json([n for n, _ in columns], rows, entity=found.start, entity_label=found.label(found.start))
    else:
        page.table([n for n, _ in columns], [[cell(row) for _, cell in columns] for row in rows])


def _neighbour(found: Paths, path: Path, cited: Mapping[str, Claim]) -> Record:
    end = path.nodes[-1]
    places = [x for s in path.steps for x in [s.place, *(f"§ {cited[c].place}" for c in s.claims if c in cited)] if x]
    return {
        "distance": path.length, "entity": end, "entity_label": found.label(end), "kind": found.labels.get(end, ("", "", ""))[2],
        "way": found.text(path).removeprefix(found.label(path.nodes[0])).strip(), "certainty": path.certainty,
        "places": list(dict.fromkeys(places)),
        "steps": [
            {"subject": s.subject, "predicate": s.predicate, "object": s.object, "forward": s.forward, "inferred": s.inferred,
             "certainty": s.certainty, "claims": list(s.claims)}
            for s in path.steps
        ],
    }  # fmt: skip


def _cited(row: Record) -> str:
    return " | ".join(c["cite"] for c in row["evidence"]["claims"])


# ---- claims and mappings ----

_CLAIMS = (
    _iri("claim"), _iri("subject"), _text("subject_label"), _iri("predicate"),
    ("object", lambda r: r["object"] if r["literal"] else Iri(r["object"])),
    _text("object_label"), _text("certainty"), _text("hedge"), _truth("negated"), _text("place"), _number("start"), _number("end"),
    _text("words"),
)  # fmt: skip


def claims(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """What the source says."""
    kg, values = graph(path, arguments), arguments["values"]
    found = kg.claims(*(values.get(name, "") for name in ("subject", "predicate", "object", "item")))
    _send(write, head, arguments, _CLAIMS, [records.claim(c) for c in found])


_MAPPINGS = (
    _iri("entity"), _text("entity_label"), _text("vocabulary"), _text("precision"), ("id", lambda r: Iri(r["iri"]) if r["iri"] else None),
    _text("label"), _text("version"), _number("confidence"), _text("comment"), _iri("mapping"),
)  # fmt: skip


def mappings(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The mappings of some entities, or of all."""
    kg, values = graph(path, arguments), arguments["values"]
    names = values.get("entity")
    found = [m for name in names for m in kg.mappings(name)] if names else kg.mappings()
    chosen = {v.lower() for v in values.get("vocabulary", ())}
    known = sorted({m.vocabulary for m in (found if not names or not chosen else kg.mappings())}, key=str.lower)
    for given in values.get("vocabulary", ()):
        if given.lower() not in {k.lower() for k in known}:
            raise NotFoundError("vocabulary with mappings", given, nearest(given, known))
    wanted = values.get("precision")
    found = [
        m for m in found if (not chosen or m.vocabulary.lower() in chosen) and (not wanted or m.precision in wanted)
    ]
    labels = texts(kg.store, {m.subject for m in found})
    rows = [
        {"entity": m.subject, "entity_label": labels.get(m.subject, ("", "", ""))[0], **records.mapping(m)}
        for m in found
    ]
    _send(write, head, arguments, _MAPPINGS, rows)


# ---- competency questions ----

_QUERIES = (_text("name"), _text("summary"), _joined("parameters"), _joined("tags"))


def queries(write: Write, head: Head, _path: str, arguments: Arguments) -> None:
    """The competency questions."""
    tags, words = set(arguments["values"].get("tag", ())), arguments["values"].get("q", "").lower().split()
    found = [
        {"name": q.name, "summary": q.summary, "parameters": [p.name for p in q.parameters], "tags": list(q.tags)}
        for q in competency.all_questions()
        if tags <= set(q.tags) and all(w in held(q) for w in words)
    ]
    _send(write, head, arguments, _QUERIES, found)


def run(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The answer to a competency question."""
    kg, media = graph(path, arguments), arguments["media"]
    answer = _asked(kg, arguments)
    # the engine's XML holds characters that no XML document may hold
    if (
        media not in ("json", "xml")
        and arguments["limit"] is None
        and not arguments["offset"]
        and not arguments["evidence"]
    ):
        head(media=media, kind="rows")
        write(answer.serialize("json" if media == "srj" else media))
        return
    rows: list[Row] = list(answer.rows)
    page = _Page(write, head, arguments, len(rows))
    wanted = rows[page.rows]
    names = list(answer.variables)
    evidence: list[Evidence] = answer.evidence_for(wanted) if arguments["evidence"] and answer.has_evidence else []
    if media != "json":
        table: list[list[Cell]] = [list(row) for row in wanted]
        for cells, found in zip(table, evidence, strict=False):
            cells.append(" | ".join(found.cite()))
        page.table([*names, "evidence"] if evidence else names, table)
        return
    listed: list[Record] = [{n: value(v) for n, v in zip(names, row, strict=True)} for row in wanted]
    for record, found in zip(listed, evidence, strict=False):
        record["evidence"] = records.evidence(found)
    question = competency.load(arguments["question"])
    page.json(names, listed, query=question.name, summary=question.summary)


def _asked(kg: KnowledgeGraph, arguments: Arguments) -> Answer:
    values = arguments["values"]
    if "text" in arguments:  # an endpoint has answered its part already
        question = competency.load(arguments["question"])
        endpoints = [values.get(p.name, *examples(p.example)) for p in question.parameters if p.is_endpoint]
        return kg.answered(question, arguments["text"], endpoints)
    try:
        return kg.run(arguments["question"], **values)
    except UsageError as error:  # in the words of this interface
        text = str(error)
        for p in competency.load(arguments["question"]).parameters:
            text = text.replace(f"{p.option} ", f"the parameter {p.name} ")
        error.args = (text,)
        raise


def value(term: Term | None) -> str | int | float | bool | None:
    """A term as JSON has it: numbers and truth values as such, all else as text."""
    if term is None:
        return None
    text = results.plain(term)
    datatype = getattr(getattr(term, "datatype", None), "value", "").rpartition("#")[2]
    if datatype == "boolean":
        return text in ("true", "1")
    try:
        if datatype == "integer":
            return int(text)
        if datatype in ("decimal", "double", "float") and math.isfinite(number := float(text)):
            return number
    except ValueError:
        pass
    return text
