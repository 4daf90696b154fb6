"""The answer to a query from outside as plain values, for a page: its first rows, what they speak of, or what is wrong.

A mistake in the query is an answer too: the page shows it at its place.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from spasmkg import entities, results, sparql
from spasmkg.errors import QuerySyntaxError, StoreError
from spasmkg.store import Store, memory
from spasmkg.store.worker import RequestError, guarded, missing_prefix
from spasmkg.web import guarding
from spasmkg.web.tasks import opened

if TYPE_CHECKING:
    from spasmkg.model import Term

__all__ = ["MOST_ROWS", "Record", "answered", "place_in"]

MOST_ROWS = 1000
"""The rows that a page shows; a download has all."""
_MOST_TEXT = 4_000_000
"""The characters of the terms beyond which no further row is shown."""
_TRIPLE = ("subject", "predicate", "object")

Record = dict[str, Any]


def answered(path: str, text: str) -> Record:
    """The answer to a query: ``kind`` (rows, graph, truth or problem) with what belongs to it.

    ``columns`` and ``rows`` (terms as in SPARQL JSON results, None where there is none), ``things`` (label and kind by
    IRI), ``complete``, ``seconds``, ``bytes``; or ``problem`` with ``code``, ``detail`` and, where known, ``line``, ``column``,
    ``length``, ``prefix``, ``iri``.
    """
    try:
        if not guarding.is_harmless(text):
            text = guarded(guarding.CHECK, text, lambda other: memory().query(other))
        found = _read(opened(path), text)
    except QuerySyntaxError as error:
        return _problem(text, "malformed", error.reason, line=error.line, column=error.column)
    except RequestError as error:
        return _problem(text, **{"detail" if n == "reason" else n: v for n, v in error.payload.items()})
    except StoreError as error:
        return _problem(text, "failed", str(error).partition("\n")[0])
    except (OSError, RuntimeError, ValueError) as error:
        return _problem(text, "failed", f"it could not be read to its end: {error}")
    except MemoryError:
        return _problem(text, "stopped", "the query needs more memory than is allowed")
    return found


def _read(store: Store, text: str) -> Record:
    begun = time.perf_counter()
    result: Any = store.query(text)
    found: Record
    if hasattr(result, "variables"):
        rows, complete = _rows(result)
        found = {"kind": "rows", "columns": list(result.variables), "rows": rows, "complete": complete}
    elif hasattr(result, "triples"):
        triples = list(islice(result.triples(), MOST_ROWS + 1))
        terms = [[_term(x) for x in triple] for triple in sorted(triples[:MOST_ROWS])]
        found = {"kind": "graph", "columns": list(_TRIPLE), "rows": terms, "complete": len(triples) <= MOST_ROWS}
    else:
        found = {"kind": "truth", "truth": bool(result), "complete": True}
    found["seconds"] = round(time.perf_counter() - begun, 4)
    if found["kind"] == "rows" and _ALL.search(text):
        _in_order_of(text, found)
    return {**found, "things": _things(store, found.get("rows", ()))}


_ALL = re.compile(r"\bSELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*", re.IGNORECASE)


def _in_order_of(text: str, found: Record) -> None:
    """The columns of ``SELECT *`` in the order in which the query names them; the engine has them in that of the alphabet."""
    named = list(dict.fromkeys(t.text[1:] for t in sparql.tokens(text) if t.kind == "var"))
    order = sorted(
        range(len(found["columns"])),
        key=lambda i: named.index(found["columns"][i]) if found["columns"][i] in named else i,
    )
    found["columns"] = [found["columns"][i] for i in order]
    found["rows"] = [[row[i] for i in order] for row in found["rows"]]


def _rows(result: Iterable[Sequence[Term | None]]) -> tuple[list[list[Record | None]], bool]:
    rows: list[list[Record | None]] = []
    size = 0
    for row in result:
        if len(rows) == MOST_ROWS or size > _MOST_TEXT:
            return rows, False
        rows.append([None if t is None else _record(t) for t in row])
        size += sum(len(t["value"]) for t in rows[-1] if t)
    return rows, True


def _record(term: Term) -> Record:
    """A term as in SPARQL JSON results, but a triple as text."""
    found = results.binding(term)
    return found if found["type"] != "triple" else {"type": "literal", "value": results.plain(term)}


def _things(store: Store, rows: Iterable[Sequence[Record | None]]) -> dict[str, list[str]]:
    """Label and kind of the things that rows speak of."""
    iris = {t["value"] for row in rows for t in row if t and t["type"] == "uri"}
    known = entities.texts(store, iris) if iris else {}
    return {iri: [label, what] for iri, (label, _, what) in sorted(known.items())}


_LITERAL = re.compile(r'"(.*)"(?:@([\w-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def _term(text: str) -> Record:
    """A term in N-Triples form as in SPARQL JSON results."""
    if text.startswith("<<"):
        return {"type": "literal", "value": text}
    if text[0] == "<":
        return {"type": "uri", "value": text[1:-1]}
    match = _LITERAL.fullmatch(text)
    if not match:
        return {"type": "bnode", "value": text.removeprefix("_:")}
    value = _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _MEANT.get(m[3], m[3]), match[1])
    found = {"type": "literal", "value": value}
    if match[2]:
        found["xml:lang"] = match[2]
    elif match[3]:
        found["datatype"] = match[3]
    return found


def _problem(text: str, code: str, detail: str, **more: Any) -> Record:
    known = {name: value for name, value in more.items() if value is not None}
    if "line" in known and "column" in known:
        known |= place_in(text, known["line"], known["column"])
    return {"kind": "problem", "problem": {"code": code, "detail": detail, **missing_prefix(detail), **known}}


def place_in(text: str, line: int, column: int) -> Mapping[str, int]:
    """The token that a mistake is at, as line, column (from 1) and length in code points.

    Engines name the place where they could read no further, which is often the end of the token that is wrong.

    >>> place_in("ASK { ?s skos:x ?o }", 1, 16)
    {'line': 1, 'column': 10, 'length': 6}
    >>> place_in("ASK { ?s ?p ; }", 1, 15), place_in("ASK {", 1, 6)
    ({'line': 1, 'column': 15, 'length': 1}, {'line': 1, 'column': 5, 'length': 1})
    """
    at = sum(len(above) + 1 for above in text.split("\n")[: line - 1]) + column - 1
    before: sparql.Token | None = None
    for token in _upto(text, at):
        before = token
    if before is None:
        return {"line": line, "column": column, "length": 1}
    inside = before.start + len(before.text) >= at or before.start == at
    start = before.start if inside or at >= len(text.rstrip()) else at
    length = len(before.text) if start == before.start else 1
    ahead = text[:start]
    first = ahead.count("\n") + 1
    return {"line": first, "column": start - (ahead.rfind("\n") + 1) + 1, "length": max(1, length)}


def _upto(text: str, at: int) -> Iterator[sparql.Token]:
    for token in sparql.tokens(text):
        if token.start > at:
            return
        yield token
