"""Answers in rows: the competency questions, and any SPARQL that reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spasmkg import competency
from spasmkg.agents.evidence import Record, Rests
from spasmkg.errors import NotFoundError, RefusedError, UsageError
from spasmkg.results import shown
from spasmkg.sparql import tokens
from spasmkg.spelling import nearest
from spasmkg.web.tasks.rows import value

if TYPE_CHECKING:
    from spasmkg.answer import Answer
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Evidence, Row, Term

__all__ = ["question", "sparql"]

Arguments = Mapping[str, Any]
_LONGEST = 2000
"""Characters of a value; what is longer is cut and says so."""
_LARGEST = 200_000
"""Characters of all values of an answer."""
_PROLOGUE = {"PREFIX", "BASE"}
_UPDATES = {"INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"}
_NONE = "evidence was not determined: no triple pattern of the query can be filled from a row alone"


def question(kg: KnowledgeGraph, values: Arguments) -> Record:
    """The answer to a competency question."""
    asked = competency.load(values["question"])
    given = values["parameters"]
    known = [p.name for p in asked.parameters]
    for name in given:
        if name not in known:
            hint = f"its parameters are {', '.join(known)}" if known else "it has none"
            raise NotFoundError(f"parameter of {asked.name}", name, nearest(name, known), hint)
    if any(p.is_endpoint for p in asked.parameters):
        raise RefusedError(f'"{asked.name}" asks a remote endpoint, and this server calls none')
    try:
        bound = kg.bind(asked.name, **given)[1]
        answer = kg.run(asked.name, **given)
    except UsageError as error:  # in the words of this interface
        text = str(error)
        for p in asked.parameters:
            text = text.replace(f"{p.option} ", f"the parameter {p.name} ")
        error.args = (text,)
        raise
    made = _table(kg, answer, values, "run_question")
    return {"question": asked.name, "asks": asked.summary, **made, "sparql": bound}


def sparql(kg: KnowledgeGraph, values: Arguments) -> Record:
    """The answer to a query."""
    first = next(
        (t.text.upper() for t in tokens(values["query"]) if t.kind == "word" and t.text.upper() not in _PROLOGUE), ""
    )
    if first in _UPDATES:
        raise RefusedError(f"{first} is an update, and this server only reads")
    answer = kg.query(values["query"])
    if answer.kind == "truth":
        truth = answer.truth
        return {"form": "truth", "truth": truth, **_empty(), "total": None, "evidence_note": "an ASK has no rows"}
    return {"form": answer.kind, "truth": None, **_table(kg, answer, values, "sparql")}


def _empty() -> Record:
    return {"columns": [], "rows": [], "offset": 0, "shown": 0, "complete": True, "rest": "", "evidence": []}


def _table(kg: KnowledgeGraph, answer: Answer, values: Arguments, tool: str) -> Record:
    """The wanted rows: read until there are enough of them, so that no answer is too large to be begun."""
    first, limit = values["offset"], values["limit"]
    is_graph = answer.kind == "graph"
    source: Iterator[Any] = answer.triples if is_graph else answer.rows
    names = ["subject", "predicate", "object"] if is_graph else list(answer.variables)
    wanted: list[Row] = []
    shown: list[list[Any]] = []
    size, count, more = 0, 0, False
    for row in source:
        count += 1
        if count <= first:
            continue
        if len(shown) == limit or size > _LARGEST:
            more = True
            break
        cells = [_cut(v) if is_graph else _value(v) for v in row]
        size += sum(len(str(c)) for c in cells)
        shown.append(cells)
        wanted.append(row)
    rests = Rests(kg.store)
    determined = answer.has_evidence and not is_graph
    found: Sequence[Evidence] = answer.evidence_for(wanted) if determined and wanted else []
    table = []
    for i, cells in enumerate(shown):
        said = rests.on_evidence(found[i]) if found else rests.on(()) | {"also": []}
        table.append({"values": dict(zip(names, cells, strict=True)), **said})
    again = f"call {tool} again with the same arguments and offset={first + len(shown)}"
    ordered = "; add ORDER BY to the query, or the rows may come in another order" if tool == "sparql" else ""
    passed = f"the first {first} rows were passed over" if first else ""
    return {
        "columns": names, "rows": table, "total": None if more else count, "offset": first, "shown": len(table),
        "complete": not more and not first, "rest": again + ordered if more else passed,
        "evidence_note": "" if determined else _NONE, "evidence": rests.told(),
    }  # fmt: skip


def _value(term: Term | None) -> str | int | float | bool | None:
    if term is not None and str(term)[0] == "<":
        return _cut(shown(term))
    found = value(term)
    return _cut(found) if isinstance(found, str) else found


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … (cut: {len(text):,} characters)"
