"""An answer: the engine's own result, whether it is complete, and the evidence behind each row on request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from spasmkg.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import rdflib.query

    from spasmkg.model import Evidence, Row, Term, Triple
    from spasmkg.results import Cell
    from spasmkg.store import Boolean, Graph, Rows

__all__ = ["Answer", "pandas"]


class _Kept:
    """Rows that were looked at before they were read."""

    def __init__(self, variables: tuple[str, ...], rows: list[Row]) -> None:
        self.variables, self._rows = variables, rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def serialize(self, media: str) -> bytes:
        from spasmkg.results import write

        return write(media, self.variables, [list(row) for row in self._rows]).encode()


class Answer:
    """What a query returned.

    ``variables`` are the columns; ``rows`` are read once, as the engine yields them, or serialised once by the
    engine. ``truth`` is the answer of an ASK, ``triples`` that of a CONSTRUCT. ``complete`` is False where the
    caller's limit cut the answer, or a remote endpoint had no part in it that should have: ``incomplete`` says which
    and why, ``endpoints`` are those that had their part. ``dataset`` is the hash of the graph, ``seconds`` the time until the engine had
    the query under way.
    """

    def __init__(
        self, result: Rows | Boolean | Graph, engine: str, sparql: str = "", dataset: str = "", seconds: float = 0.0
    ) -> None:
        self._result: Rows | Boolean | Graph | _Kept = result
        self._read = False
        self.engine, self.sparql, self.dataset, self.seconds = engine, sparql, dataset, seconds
        self.cut = False
        self.incomplete: tuple[str, ...] = ()
        self.endpoints: tuple[str, ...] = ()
        self.variables: tuple[str, ...] = getattr(result, "variables", ())
        self.look_up: Callable[[list[dict[str, Term]]], list[Evidence]] | None = None
        """How the evidence of rows is found; None where the query does not say what its rows rest on."""

    @property
    def complete(self) -> bool:
        """Whether this is all that the query asks for."""
        return not self.cut and not self.incomplete

    @property
    def state(self) -> str:
        """``complete``, ``cut`` by a limit, or ``partial`` for want of an endpoint."""
        return "partial" if self.incomplete else "cut" if self.cut else "complete"

    @property
    def kind(self) -> str:
        """``rows``, ``truth`` or ``graph``."""
        if hasattr(self._result, "variables"):
            return "rows"
        return "graph" if hasattr(self._result, "triples") else "truth"

    def __repr__(self) -> str:
        return f"<Answer ({self.kind}): {', '.join(self.variables)}>" if self.variables else f"<Answer ({self.kind})>"

    def _once(self) -> Any:
        if self._read:
            raise UsageError("this answer has been read; run the query again, or keep list(answer.rows)")
        self._read = True
        return self._result

    @property
    def rows(self) -> Iterator[Row]:
        """The rows, once: ``row["drug"]``, ``row[0]``; a value is None where the variable is unbound."""
        if self.kind != "rows":
            raise UsageError("only a SELECT has rows; this answer has .truth or .triples")
        return iter(self._once())

    def __iter__(self) -> Iterator[Row]:
        return self.rows

    @property
    def truth(self) -> bool:
        """The answer of an ASK."""
        if self.kind != "truth":
            raise UsageError("only an ASK is true or false; this answer has .rows or .triples")
        return bool(self._result)

    @property
    def triples(self) -> Iterator[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE, once, in N-Triples form."""
        if self.kind != "graph":
            raise UsageError("only CONSTRUCT and DESCRIBE give triples; this answer has .rows or .truth")
        return iter(self._once().triples())

    def values(self) -> list[dict[str, str]]:
        """All rows as dictionaries of plain strings; unbound variables are left out."""
        from spasmkg.results import plain

        return [{n: plain(v) for n, v in zip(self.variables, row, strict=True) if v is not None} for row in self.rows]

    def evidence(self, row: Row) -> Evidence:
        """The claims behind a row, with the mapping rows and imported triples that it rests on.

        Raises UsageError where the query does not say what its rows rest on.
        """
        return self.evidence_for([row])[0]

    @property
    def has_evidence(self) -> bool:
        """Whether the evidence of a row can be determined."""
        return self.look_up is not None

    def evidence_for(self, rows: Sequence[Row]) -> list[Evidence]:
        """The claims behind each of several rows, looked up together."""
        if self.look_up is None:
            raise UsageError(
                "evidence was not determined: no triple pattern of the query can be filled from a row alone"
            )
        bound = [{n: v for n, v in zip(self.variables, row, strict=True) if v is not None} for row in rows]
        return self.look_up(bound)

    def serialize(self, media: str, *, evidence: bool = False) -> bytes:
        """All rows as ``tsv``, ``csv``, ``json`` or ``xml`` (SPARQL 1.1 result formats), or ``md``.

        With ``evidence``, a last column ``evidence`` holds one citation for each claim, mapping row and imported
        triple, separated by `` | ``. Where a part is missing, JSON says so in a first member ``incomplete``, which
        readers of results pass over.
        """
        document = self._document(media, evidence=evidence)
        if media != "json" or not self.incomplete:
            return document
        import json

        said = json.dumps(list(self.incomplete), ensure_ascii=False).encode()
        return b'{"incomplete":' + said + b"," + document.lstrip()[1:]

    def _document(self, media: str, *, evidence: bool) -> bytes:
        if media not in ("tsv", "csv", "json", "xml", "md"):
            raise UsageError(f'"{media}" is not a format for rows; use tsv, csv, json, xml or md')
        if self.kind == "truth":
            return (
                ("true\n" if self.truth else "false\n").encode()
                if media in ("tsv", "csv", "md")
                else self._once().serialize(media)
            )
        if not evidence and media != "md":
            out: bytes = self._once().serialize(media)
            return out
        from spasmkg.results import write

        rows = list(self.rows)
        names = list(self.variables)
        table: list[list[Cell]] = [list(row) for row in rows]
        if evidence:
            names.append("evidence")
            for cells, found in zip(table, self.evidence_for(rows), strict=True):
                cells.append(" | ".join(found.cite()))
        return write(media, names, table).encode()

    def rdflib(self) -> rdflib.query.Result:
        """All rows as an ``rdflib.query.Result``."""
        import rdflib.query
        from rdflib import BNode, Literal, URIRef, Variable

        from spasmkg.results import plain

        def convert(term: Term) -> Any:
            text = str(term)
            if not hasattr(term, "value"):
                raise UsageError(f"rdflib has no term for a triple; leave out {plain(term)}")
            if text[0] == "<":
                return URIRef(term.value)
            if text[0] == "_":
                return BNode(term.value)
            language = getattr(term, "language", None)
            datatype = None if language else URIRef(term.datatype.value)  # type: ignore[attr-defined]
            return Literal(term.value, lang=language, datatype=datatype)

        result = rdflib.query.Result("SELECT")
        result.vars = [Variable(v) for v in self.variables]
        result.bindings = [
            {Variable(n): convert(v) for n, v in zip(self.variables, row, strict=True) if v is not None}
            for row in self.rows
        ]
        return result

    def _repr_html_(self) -> str:
        """The answer as a notebook shows it; its rows can still be read once afterwards."""
        from spasmkg import notebook

        missing = [self.state, *self.incomplete] if self.incomplete else []
        if self._read or self.kind == "graph":
            words = f"an answer ({self.kind}) " + ("that has been read" if self._read else "of triples")
            return notebook.note("; ".join([words, *missing]))
        if self.kind == "truth":
            return notebook.note("; ".join(["true" if self._result else "false", *missing]))
        rows = list(self._result)  # type: ignore[arg-type]
        self._result = _Kept(self.variables, rows)
        state = "; ".join(missing or [self.state])
        return notebook.table(
            self.variables,
            rows,
            f"{state}, {len(rows)} row{'s' * (len(rows) != 1)}, dataset {self.dataset[:8] or 'own'}",
        )

    def to_pandas(self) -> pd.DataFrame:
        """All rows as a DataFrame: numbers and booleans typed, everything else as text, unbound as None."""
        return pandas("to_pandas()").DataFrame(
            [[_python(v) for v in row] for row in self.rows], columns=list(self.variables)
        )


def pandas(needed_by: str) -> Any:
    """The library pandas. Raises MissingExtraError where it is not installed."""
    try:
        import pandas as pd
    except ImportError:
        raise MissingExtraError("pandas", needed_by) from None
    return pd


def _python(term: Term | None) -> object:
    if term is None:
        return None
    from spasmkg.results import plain

    datatype = getattr(getattr(term, "datatype", None), "value", "")
    kind, text = datatype.rsplit("#", 1)[-1], plain(term)
    if kind == "integer":
        return int(text)
    if kind in ("decimal", "double", "float"):
        return float(text)
    return text == "true" if kind == "boolean" else text
