"""How the terms of an answer are shown: our things by name with the shape of their kind, places, certainties, text.

Given the columns, the rows and what is known of the things, this says of every cell what it is; a template draws it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spasmkg import namespaces as ns
from spasmkg.model import CERTAINTIES

__all__ = ["cells"]

_ITEM, _CLAIM = f"{ns.SPASM}item/", f"{ns.SPASM}claim/"
_NUMBERS = {f"{ns.XSD}{name}" for name in ("integer", "decimal", "double", "float")}
_PLAIN = {f"{ns.XSD}string", f"{ns.XSD}boolean", *_NUMBERS}
_SURE = {f"{ns.SPASM}{word}": word for word in CERTAINTIES}

Cell = dict[str, str]
Term = Mapping[str, str]
Things = Mapping[str, Sequence[str]]


def cells(
    columns: Sequence[str], rows: Sequence[Sequence[Term | None]], things: Things
) -> tuple[list[list[str]], list[list[Cell | None]]]:
    """The columns as (name, class of its cells), and the cells: what it is shown ``as``, with what that needs.

    >>> iri = {"type": "uri", "value": "https://w3id.org/spasmkg/asserted"}
    >>> cells(["sure", "n"], [[iri, None]], {})
    ([['sure', 'at-sure'], ['n', '']], [[{'as': 'sure', 'word': 'asserted'}, None]])
    """
    named = {name for name in columns if f"{name}_label" in columns}
    shown = [
        [_cell(term, things, by_id=name in named) for name, term in zip(columns, row, strict=True)] for row in rows
    ]
    heads = [[name, _class([row[i] for row in shown if row[i]])] for i, name in enumerate(columns)]
    return heads, shown


_CLASSES = {"place": "at-source", "sure": "at-sure", "number": "number"}


def _class(found: Sequence[Cell | None]) -> str:
    kinds = {cell["as"] for cell in found if cell}
    return _CLASSES.get(kinds.pop(), "") if len(kinds) == 1 else ""


def _cell(term: Term | None, things: Things, *, by_id: bool) -> Cell | None:
    if term is None:
        return None
    value = term["value"]
    if term["type"] == "bnode":
        return {"as": "blank", "text": value}
    if term["type"] == "uri":
        return _thing(value, things, by_id=by_id)
    kind = term.get("datatype", "")
    if kind in _NUMBERS:
        return {"as": "number", "text": value}
    more = f"@{term['xml:lang']}" if "xml:lang" in term else "" if not kind or kind in _PLAIN else ns.contract(kind)
    return {"as": "text", "text": value, "more": "" if more == "@en" else more, "lang": term.get("xml:lang", "")}


def _thing(iri: str, things: Things, *, by_id: bool) -> Cell:
    if iri in _SURE:
        return {"as": "sure", "word": _SURE[iri]}
    if iri.startswith(_ITEM):
        return {"as": "place", "iri": iri}
    label, kind = things.get(iri, ("", ""))
    if kind and label and not iri.startswith(_CLAIM):
        return {"as": "thing", "iri": iri, "label": ns.contract(iri) if by_id else label, "kind": kind}
    return {"as": "term", "iri": iri, "title": label}
