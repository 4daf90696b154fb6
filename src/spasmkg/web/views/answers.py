"""An answer as a table: columns with their kind, rows of cells, sorted and paged, each row with its places."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.errors import UsageError
from spasmkg.model import CERTAINTIES, PRECISION, Evidence
from spasmkg.namespaces import local
from spasmkg.web.views import told
from spasmkg.web.views.forms import spaced
from spasmkg.web.views.told import Told
from spasmkg.web.views.ways import Ways

if TYPE_CHECKING:
    from spasmkg.answer import Answer
    from spasmkg.model import Row, Term
    from spasmkg.store import Store

__all__ = ["PAGE", "Asked", "table"]

PAGE = 50
"""How many rows a page shows."""
_NUMBERS = ("integer", "decimal", "double", "float")
_CLAIM, _ITEM = ns.SPASM + "claim/", ns.SPASM + "item/"
_LABEL = "_label"

Link = Callable[..., str]
"""Makes the address of the same page with other values of ``order``, ``page``, ``open``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a table is looked at: the column to sort by (``-`` before it turns it round), the page, the rows opened."""

    order: str = ""
    page: int = 1
    open: frozenset[int] = frozenset()

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> Asked:
        """What an address asks for; what makes no sense counts as not given.

        >>> Asked.of([("order", "-drug"), ("page", "2"), ("open", "3"), ("open", "x")])
        Asked(order='-drug', page=2, open=frozenset({3}))
        """
        last = dict(pairs)
        numbers = [int(v) for n, v in pairs if n == "open" and v.isascii() and v.isdigit() and len(v) < 7]
        page = last.get("page", "")
        return cls(
            last.get("order", "")[:100],
            max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
            frozenset(numbers),
        )


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: the variable of its value, and that of the label beside it, where there is one."""

    name: str
    value: int | None
    label: int | None


def table(store: Store, answer: Answer, asked: Asked, ways: Ways, link: Link) -> Told:
    """The rows of an answer as the template takes them: those of one page, with their places."""
    rows: list[tuple[int, Row]] = list(enumerate(answer.rows, 1))
    columns = _columns(answer.variables)
    unfilled = [c for c in columns if rows and not any(_fills(row, c) for _, row in rows)]
    columns = [c for c in columns if c not in unfilled] or columns
    rows, order = _sorted(rows, columns, asked.order)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(asked.page, pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    things = told.named_all(store, _iris(shown), ways)
    evidence, lacking = _evidence(answer, [row for _, row in shown])
    cells = [[_cell(row, c, things, ways) for c in columns] for _, row in shown]
    kinds = [_kind(cells, i) for i in range(len(columns))]
    made = []
    for (number, _), line, found in zip(shown, cells, evidence, strict=True):
        claims = [told.claim(c, ways) for c in found]
        made.append(
            {
                "number": number, "cells": line, "places": told.places(claims), "certainty": told.weakest(found),
                "more": len(found.mappings) + len(found.imported), "note": found.note, "is_open": number in asked.open,
                "claims": claims if number in asked.open else [], "beside": _beside(found, ways) if number in asked.open else [],
                "toggle": link(open=sorted(asked.open ^ {number})), "has_evidence": bool(found or found.beside()),
            }
        )  # fmt: skip
    return {
        "columns": [
            {"name": c.name, "label": spaced(c.name).capitalize(), "kind": k, **_sort(c.name, order, link)}
            for c, k in zip(columns, kinds, strict=True)
        ],
        "rows": made, "total": len(rows), "first": (page - 1) * PAGE + 1, "last": (page - 1) * PAGE + len(shown),
        "page": page, "pages": pages, "is_sure": "certainty" not in kinds and any(r["certainty"] for r in made),
        "has_places": not lacking, "lacking": lacking, "unfilled": [spaced(c.name) for c in unfilled if c not in columns],
        "previous": link(page=page - 1) if page > 1 else "", "next": link(page=page + 1) if page < pages else "",
    }  # fmt: skip


def _columns(variables: Sequence[str]) -> list[_Column]:
    """The columns: a value and its label are one.

    >>> [c.name for c in _columns(("drug", "drug_label", "n", "kind_label"))]
    ['drug', 'n', 'kind']
    """
    place = {v: i for i, v in enumerate(variables)}
    found = []
    for v, i in place.items():
        if not v.endswith(_LABEL):
            found.append(_Column(v, i, place.get(v + _LABEL)))
        elif v.removesuffix(_LABEL) not in place:
            found.append(_Column(v.removesuffix(_LABEL), None, i))
    return found


# ---- order ----


def _sorted(
    rows: list[tuple[int, Row]], columns: Sequence[_Column], order: str
) -> tuple[list[tuple[int, Row]], tuple[str, bool]]:
    name = order.removeprefix("-")
    column = next((c for c in columns if c.name == name), None)
    if column is None:
        return rows, ("", False)
    turned = order.startswith("-")

    def key(numbered: tuple[int, Row]) -> tuple[float, str]:
        term = _term(numbered[1], column.label) or _term(numbered[1], column.value)
        text = term.value if term else ""
        number = _number(term)
        if text in CERTAINTIES:
            return CERTAINTIES.index(text), ""
        return (number, "") if number is not None else (math.inf, text.casefold())

    filled = [r for r in rows if _fills(r[1], column)]
    empty = [r for r in rows if not _fills(r[1], column)]
    return [*sorted(filled, key=key, reverse=turned), *empty], (name, turned)


def _sort(name: str, order: tuple[str, bool], link: Link) -> Told:
    """The address that sorts by a column, and how it is sorted now."""
    is_mine = order[0] == name
    state = ("descending" if order[1] else "ascending") if is_mine else ""
    return {"sorted": state, "href": link(order=f"-{name}" if is_mine and not order[1] else name, page=1)}


# ---- cells ----


def _fills(row: Row, column: _Column) -> bool:
    return bool(_term(row, column.label) or _term(row, column.value))


def _term(row: Row, place: int | None) -> Term | None:
    return None if place is None else row[place]


def _number(term: Term | None) -> float | None:
    datatype = getattr(getattr(term, "datatype", None), "value", "").rpartition("#")[2]
    if term is None or datatype not in _NUMBERS:
        return None
    try:
        number = float(term.value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _iris(rows: Sequence[tuple[int, Row]]) -> set[str]:
    return {t.value for _, row in rows for t in row if t is not None and str(t)[0] == "<"}


def _cell(row: Row, column: _Column, things: Mapping[str, Told], ways: Ways) -> Told:
    """What stands in a cell: its kind, its text, and where it leads."""
    value, label = _term(row, column.value), _term(row, column.label)
    if value is None:
        text = label.value if label else ""
        kind = "certainty" if text in CERTAINTIES and column.name.endswith("certainty") else "text" if text else "empty"
        return {"kind": kind, "text": text}
    if str(value)[0] == "<":
        return _thing(value.value, label.value if label else "", things, ways)
    if (number := _number(value)) is not None:
        return {"kind": "number", "text": f"{number:,.10g}" if abs(number) >= 10_000 else value.value}
    datatype = getattr(getattr(value, "datatype", None), "value", "").rpartition("#")[2]
    if datatype == "boolean":
        return {"kind": "text", "text": "yes" if value.value in ("true", "1") else "no"}
    if value.value in CERTAINTIES and "certainty" in column.name:
        return {"kind": "certainty", "text": value.value}
    return {"kind": "text", "text": value.value}


def _thing(iri: str, label: str, things: Mapping[str, Told], ways: Ways) -> Told:
    href = ways.thing(iri)
    if iri.startswith(_CLAIM):
        return {"kind": "id", "text": ns.contract(iri), "href": href}
    if iri.startswith(_ITEM):
        return {"kind": "place", "text": local(iri), "href": href}
    if iri.startswith(ns.SPASM) and local(iri) in CERTAINTIES:
        return {"kind": "certainty", "text": local(iri)}
    if iri in PRECISION:
        return {"kind": "precision", "text": PRECISION[iri]}
    found = things.get(iri, {})
    if found.get("kind"):
        return {"kind": "thing", "text": label or found["label"], "href": href, "of": found["kind"], "iri": iri}
    if label or (iri.startswith(ns.SPASM) and found.get("label")):
        return {"kind": "link", "text": label or found["label"], "href": href}
    return {"kind": "id", "text": ns.contract(iri), "href": href}


def _kind(cells: Sequence[Sequence[Told]], place: int) -> str:
    """What a column holds: ``number`` or ``certainty`` where all that stands there is one, else ""."""
    found = {row[place]["kind"] for row in cells} - {"empty"}
    return found.pop() if len(found) == 1 and found <= {"number", "certainty"} else ""


# ---- what rows rest on ----


def _evidence(answer: Answer, rows: list[Row]) -> tuple[list[Evidence], str]:
    if not answer.has_evidence:
        return [Evidence.of([]) for _ in rows], "The question does not say what its rows rest on."
    try:
        return answer.evidence_for(rows), ""
    except UsageError as error:
        return [Evidence.of([]) for _ in rows], str(error)


def _beside(found: Evidence, ways: Ways) -> list[Told]:
    """What a row rests on beside claims: mapping rows and imported triples, each with its address."""
    rows: list[dict[str, Any]] = [{"text": m.cite(), "href": ways.thing(m.iri)} for m in found.mappings]
    return [*rows, *({"text": i.cite(), "href": ""} for i in found.imported)]
