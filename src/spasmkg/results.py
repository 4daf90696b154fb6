"""Tables of terms in the SPARQL 1.1 result formats (TSV, CSV, JSON, XML) and in Markdown.

An engine writes its own answers; this is for answers with an added column and for tables that no engine made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spasmkg.model import Term

__all__ = ["Cell", "Iri", "Number", "binding", "plain", "shown", "write"]

Cell = Term | str | None
"""A term, a plain string, or nothing."""


@dataclass(frozen=True, slots=True)
class Iri:
    """An IRI made here rather than by an engine.

    >>> str(Iri("https://example.org/x"))
    '<https://example.org/x>'
    """

    value: str

    def __str__(self) -> str:
        return f"<{self.value}>"


@dataclass(frozen=True, slots=True)
class Number:
    """An integer or decimal made here rather than by an engine."""

    value: str
    datatype: Iri

    @classmethod
    def of(cls, number: float) -> Number:
        """A number as a literal.

        >>> str(Number.of(3)), str(Number.of(0.5))
        ('3', '0.5')
        """
        kind = "integer" if isinstance(number, int) else "decimal"
        return cls(
            f"{number}" if kind == "integer" else f"{number:.3f}".rstrip("0").rstrip("."),
            Iri(f"http://www.w3.org/2001/XMLSchema#{kind}"),
        )

    def __str__(self) -> str:
        return self.value


def write(media: str, names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A table as ``tsv``, ``csv``, ``json``, ``xml`` or ``md``.

    >>> print(write("csv", ["x", "n"], [[Iri("https://example.org/x"), "two"]]).replace("\\r", ""), end="")
    x,n
    https://example.org/x,two
    """
    return _WRITERS[media](names, rows)


def plain(value: Cell) -> str:
    """The text of a term; of a triple, which is a term in RDF 1.2, what N-Triples has for it.

    >>> plain(Iri("https://example.org/x")), plain(None)
    ('https://example.org/x', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return f"<<( {value} )>>" if (text := getattr(value, "value", None)) is None else text


def shown(value: Term) -> str:
    """A term as people read it: an IRI as a CURIE, anything else as its text.

    >>> shown(Iri("https://w3id.org/spasmkg/baclofen"))
    'spasm:baclofen'
    """
    from spasmkg.namespaces import contract

    return contract(plain(value)) if str(value)[0] == "<" else plain(value)


_IN_TSV = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _tsv(names: Sequence[str], table: Sequence[Sequence[Cell]]) -> str:
    def cell(value: Cell) -> str:
        if isinstance(value, str):
            return '"' + value.translate(_IN_TSV) + '"'
        text = str(value) if hasattr(value, "value") else plain(value)
        return text.replace("\t", "\\t")  # N-Triples leaves tabs as they are

    return "".join(
        "\t".join(line) + "\n" for line in [["?" + n for n in names], *([cell(v) for v in row] for row in table)]
    )


def _csv(names: Sequence[str], table: Sequence[Sequence[Cell]]) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([plain(v) for v in row] for row in table)
    return out.getvalue()


def binding(value: Term | str) -> dict[str, Any]:
    """A term as SPARQL JSON results have it; the parts of a triple are such terms too.

    >>> binding(Number.of(3))
    {'type': 'literal', 'value': '3', 'datatype': 'http://www.w3.org/2001/XMLSchema#integer'}
    """
    if isinstance(value, str):
        return {"type": "literal", "value": value}
    text = str(value)
    if not hasattr(value, "value"):
        parts = {name: binding(getattr(value, name)) for name in ("subject", "predicate", "object")}
        return {"type": "triple", "value": parts}
    if text[0] == "<":
        return {"type": "uri", "value": value.value}
    if text[0] == "_":
        return {"type": "bnode", "value": value.value}
    out = {"type": "literal", "value": value.value}
    if language := getattr(value, "language", None):
        out["xml:lang"] = language
    elif not (datatype := value.datatype.value).endswith("#string"):  # type: ignore[attr-defined]
        out["datatype"] = datatype
    return out


def _json(names: Sequence[str], table: Sequence[Sequence[Cell]]) -> str:
    import json

    bindings = [{n: binding(v) for n, v in zip(names, row, strict=True) if v is not None} for row in table]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}, ensure_ascii=False)


def _allowed(text: str) -> str:
    """Text without the characters that no XML document may hold."""
    import re

    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def _xml(names: Sequence[str], table: Sequence[Sequence[Cell]]) -> str:
    from xml.sax.saxutils import escape, quoteattr

    def term(b: Mapping[str, Any]) -> str:
        kind = b["type"]
        if kind == "triple":
            return f"<triple>{''.join(f'<{part}>{term(x)}</{part}>' for part, x in b['value'].items())}</triple>"
        extra = (
            f" xml:lang={quoteattr(b['xml:lang'])}"
            if "xml:lang" in b
            else f" datatype={quoteattr(b['datatype'])}"
            if "datatype" in b
            else ""
        )
        return f"<{kind}{extra}>{escape(_allowed(b['value']), {chr(13): '&#13;'})}</{kind}>"

    def cell(name: str, value: Term | str) -> str:
        return f"<binding name={quoteattr(name)}>{term(binding(value))}</binding>"

    head = "".join(f"<variable name={quoteattr(n)}/>" for n in names)
    body = "".join(
        "<result>" + "".join(cell(n, v) for n, v in zip(names, row, strict=True) if v is not None) + "</result>"
        for row in table
    )
    return f'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>{head}</head><results>{body}</results></sparql>'


def _md(names: Sequence[str], table: Sequence[Sequence[Cell]]) -> str:
    def cell(value: Cell) -> str:
        text = plain(value) if value is None or isinstance(value, str) else shown(value)
        return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")

    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    return "\n".join([*lines, *("| " + " | ".join(cell(v) for v in row) + " |" for row in table)]) + "\n"


_WRITERS: dict[str, Callable[[Sequence[str], Sequence[Sequence[Cell]]], str]] = {
    "tsv": _tsv,
    "csv": _csv,
    "json": _json,
    "xml": _xml,
    "md": _md,
}
