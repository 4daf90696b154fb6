"""A user's file of labels: CSV or TSV with a column ``label``, and if they like ``id`` and ``kind``.

What stands in the cells is text and nothing else, whatever it looks like.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from spasmkg.errors import DataSyntaxError, IdentifierError, NotFoundError
from spasmkg.identifiers import normal
from spasmkg.linking.kinds import group_of
from spasmkg.linking.linker import Thing

__all__ = ["FILES", "Labels"]

FILES = "https://w3id.org/spasmkg/file/"
"""Start of the identifiers of rows that have none of their own; the name of the file follows."""
_LONGEST = 1_000


@dataclass(slots=True)
class Labels:
    """The rows of a file of labels, each a :class:`~.linker.Thing`; ``skipped`` counts what was left out, by reason."""

    path: Path
    skipped: Counter[str] = field(default_factory=Counter)
    unknown_kinds: Counter[str] = field(default_factory=Counter)

    @property
    def base(self) -> str:
        """What the identifiers of rows without one start with."""
        return FILES + quote(self.path.name, safe="") + "/"

    def __iter__(self) -> Iterator[Thing]:
        """The rows with a label, in the order of the file.

        Raises NotFoundError where there is no such file, DataSyntaxError where it is no table or lacks the column.
        """
        if not self.path.is_file():
            raise NotFoundError("file", str(self.path), hint="name a CSV or TSV file with a column called label")
        self.skipped.clear()
        self.unknown_kinds.clear()
        name = self.path.name
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                first = file.readline()
                file.seek(0)
                lines = _Lines(file)
                reader = csv.reader(lines, delimiter=_delimiter(first))
                columns = [c.strip().lower() for c in next(reader, [])]
                if "label" not in columns:
                    held = ", ".join(c[:40] for c in columns[:8] if c) or "no columns"
                    raise DataSyntaxError(f"it has no column called label; it has {held}", name, 1)
                at = reader.line_num
                for cells in reader:
                    if reader.line_num > at + 1 and lines.ended and not lines.last.endswith('"'):
                        raise DataSyntaxError("a quote is left open; close it, or take it out", name, at + 1)
                    at = reader.line_num
                    if len(cells) > len(columns) and any(c.strip() for c in cells[len(columns) :]):
                        reason = f"{len(cells)} cells in a table of {len(columns)} columns; put quotes around labels with commas"
                        raise DataSyntaxError(reason, name, reader.line_num)
                    row = dict(zip(columns, cells, strict=False))
                    if thing := self._thing(row, reader.line_num):
                        yield thing
        except UnicodeDecodeError as error:
            raise DataSyntaxError(f"not UTF-8 text ({error.reason}); save it as UTF-8", name) from None
        except csv.Error as error:
            raise DataSyntaxError(f"no row of a table: {error}", name) from None

    def _thing(self, row: dict[str, str], line: int) -> Thing | None:
        label = " ".join(row.get("label", "").split())
        if not label or not any(c.isalnum() for c in label):
            if any(v.strip() for v in row.values()):
                self.skipped["no label"] += 1
            return None
        if len(label) > _LONGEST:
            self.skipped["label of more than 1,000 characters"] += 1
            return None
        kind = row.get("kind", "").strip()
        if kind and not group_of(kind):
            self.unknown_kinds[kind[:40]] += 1
            kind = ""
        return Thing(self._identifier(row.get("id", ""), line), label, kind)

    def _identifier(self, given: str, line: int) -> str:
        given = given.strip()
        if not given:
            return f"row:{line}"
        try:
            return normal(given)
        except IdentifierError:
            return f"row:{quote(given, safe='')}"


class _Lines:
    """The lines of a file; knows which was the ``last`` one, bare, and whether the file has ``ended``."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file, self.last, self.ended = file, "", False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._file, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.last = line.rstrip() or self.last
        return line


def _delimiter(header: str) -> str:
    """What separates the cells, by the header: a tab, or whichever of comma and semicolon there is more of."""
    if "\t" in header:
        return "\t"
    bare = re.sub(r'"[^"]*"', "", header)
    return ";" if bare.count(";") > bare.count(",") else ","
