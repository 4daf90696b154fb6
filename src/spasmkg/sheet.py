"""A user's table in CSV or TSV, read row by row, as often as needed; no row is lost and none is changed."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from spasmkg.errors import DataSyntaxError, NotFoundError, UsageError
from spasmkg.spelling import nearest
from spasmkg.vocabularies.sources import open_sources

__all__ = ["Sheet"]

_USUAL = (
    "code", "curie", "id", "identifier", "concept_code", "conceptcode", "source_code", "rxcui", "rxnorm", "cui", "snomed",
    "snomedct", "sctid", "snomed_code", "icd10cm", "icd10", "icd_code", "icd", "loinc", "loinc_code", "loinc_num", "hpo",
    "hpo_id", "hp", "mesh", "atc", "atc_code", "concept_id",
)  # fmt: skip
"""Names that a column of codes usually has, the most telling first."""


class Sheet:
    """A table with a line of column names: ``names``, and the ``delimiter`` that was found."""

    def __init__(self, name: str, lines: Callable[[], Iterator[tuple[int, str | None]]]) -> None:
        self.name, self._lines = name, lines
        first = next(lines(), (1, None))[1]
        if not first or not first.strip():
            raise DataSyntaxError("no table: its first line must name the columns", name, 1)
        first = first.removeprefix("\ufeff")
        self.delimiter = max(",\t;|", key=first.count)
        self.names = next(csv.reader([first], delimiter=self.delimiter))

    @classmethod
    def open(cls, path: str) -> Sheet:
        """The table in a file, which may be compressed, or with ``-`` on standard input.

        Raises NotFoundError, and DataSyntaxError where the first line names no columns.
        """
        if path == "-":
            text = sys.stdin.read()
            return cls("standard input", lambda: iter([(i, t) for i, t in enumerate(io.StringIO(text), 1)]))
        sources = open_sources([Path(path)])
        if len(sources) != 1:
            raise UsageError(f"{path} holds {len(sources)} files; name one table")
        return cls(sources[0].name, sources[0].lines)

    def rows(self) -> Iterator[list[str]]:
        """The rows below the names, each as wide as the names; blank lines are passed over.

        Raises DataSyntaxError for a row that is wider, is not UTF-8 or leaves a quote open.
        """
        reader = csv.reader(self._text(), delimiter=self.delimiter, strict=True)
        width = len(self.names)
        try:
            next(reader)
            for row in reader:
                if len(row) > width:
                    raise DataSyntaxError(
                        f"{len(row)} cells in a table of {width} columns; is a cell with {self.delimiter!r} in it not quoted?",
                        self.name,
                        reader.line_num,
                    )
                if row:
                    yield row + [""] * (width - len(row))
        except csv.Error as error:
            raise DataSyntaxError(f"no row of a table: {error}", self.name, reader.line_num) from None

    def _text(self) -> Iterator[str]:
        for number, line in self._lines():
            if line is None:
                raise DataSyntaxError(
                    "not UTF-8 text; convert it first, for instance with: iconv -f WINDOWS-1252 -t UTF-8",
                    self.name,
                    number,
                )
            yield line.removeprefix("\ufeff" if number == 1 else "").rstrip("\r\n") + "\n"

    def column(self, name: str | None, what: str) -> int:
        """The place of a column by its name, in any case; without a name, of the one that usually holds codes.

        Raises NotFoundError with the names that there are; ``what`` says what the column is for.
        """
        known = {n.strip().casefold(): i for i, n in reversed(list(enumerate(self.names)))}
        if name is None:
            found = [known[usual] for usual in _USUAL if usual in known]
            if len(found) == 1 or (found and self.names[found[0]].strip().casefold() in _USUAL[:3]):
                return found[0]
            if len(self.names) == 1:
                return 0
            raise UsageError(f"say which column holds {what}: one of {', '.join(self.names)}")
        if name.strip().casefold() in known:
            return known[name.strip().casefold()]
        hint = f"there are {', '.join(self.names)}"
        raise NotFoundError("column", name, nearest(name, self.names), hint)

    def line(self, cells: Sequence[str], delimiter: str) -> str:
        """A row as text; its cells are written as they are."""
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(cells)
        return out.getvalue()
