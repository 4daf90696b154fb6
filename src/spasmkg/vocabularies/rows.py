"""Rows of tables, split and counted: what cannot be read is skipped for a reason, and reading goes on.

A row is a record. Blank lines and the line of column names are none.
"""

from __future__ import annotations

import csv
import re
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter

from spasmkg.errors import DataSyntaxError, IdentifierError
from spasmkg.identifiers import normal
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger

__all__ = ["COLUMNS", "Names", "Numbers", "Pairs", "columns", "quoted", "sound", "split", "term"]

COLUMNS = "damaged: another number of columns"
_NUL = "damaged: a NUL byte"
_OPEN = "damaged: a quote left open"
_LONG = "damaged: a field that cannot be read"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.|"")*"(?:@[\w-]+|\^\^\S+)?')
_FAR = 200
"""Lines that one quoted field may run over."""

sound = lru_cache(maxsize=1 << 16)(normal)
"""``normal`` that remembers: the rows of a term stand together."""


def term(text: str, prefix: str, ledger: Ledger, number: int, name: str) -> str:
    """An identifier in normal form, or nothing: then the row is skipped and counted here."""
    try:
        return sound(text, prefix)
    except IdentifierError as error:
        ledger.skip(f"term left out: {error.reason}", number, name)
        return ""


def split(source: Source, ledger: Ledger, separator: str, widths: Container[int]) -> Iterator[tuple[int, list[str]]]:
    """(line, fields) of each row of a table without quotes that has one of some numbers of fields."""
    for number, line in source.lines():
        if line is None:
            ledger.skip("not UTF-8", number, source.name)
        elif "\0" in line:
            ledger.skip(_NUL, number, source.name)
        elif line:
            fields = line.split(separator)
            if len(fields) in widths:
                yield number, fields
            elif line.strip():
                ledger.skip(COLUMNS, number, source.name)


def quoted(source: Source, ledger: Ledger, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(line, fields) of each row of a table in which quoted fields may hold the separator or run over lines.

    A quote that is never closed costs its own line and no other. The rows have as many fields as the first. In a tab
    separated table the quotes are left on fields that begin and end with one, since some mean them as SPARQL does.
    """
    lines, waiting = source.lines(), deque[tuple[int, str | None]]()
    width = 0
    while pair := waiting.popleft() if waiting else next(lines, None):
        number, line = pair
        if line is None or "\0" in line:
            ledger.skip("not UTF-8" if line is None else _NUL, number, source.name)
            continue
        fields: list[str] | None = line.split(separator)
        if '"' in line and not _plain(fields or [], separator, width):
            whole = line if line.count('"') % 2 == 0 else _closed(line, lines, waiting)
            parsed = None if whole is None else _parsed(whole, separator)
            if whole is not None and whole is not line and (parsed is None or len(parsed) != (width or len(parsed))):
                _back(whole, number, waiting)  # the quote was another row's: take that row by itself
                whole = None
            if whole is None and not (separator == "\t" and len(fields or []) == width):
                ledger.skip(_OPEN, number, source.name)
                continue
            fields = parsed if whole is not None else fields
            if fields is None:
                ledger.skip(_LONG, number, source.name)
                continue
        assert fields is not None
        if len(fields) == (width or len(fields)) and (width or line):
            width = len(fields)
            if width > 1 or line:
                yield number, fields
        elif line.strip():
            ledger.skip(COLUMNS, number, source.name)


def _plain(fields: list[str], separator: str, width: int) -> bool:
    """Whether the quotes in some fields need no reading: none begins with one, or of tabs each that does ends with one."""
    if separator != "\t" or len(fields) != (width or len(fields)):
        return not any(field.startswith('"') for field in fields)
    return all(not f.startswith('"') or (len(f) > 1 and _QUOTED.fullmatch(f) is not None) for f in fields)


def _closed(line: str, lines: Iterator[tuple[int, str | None]], waiting: deque[tuple[int, str | None]]) -> str | None:
    """The row that begins in a line, with the lines up to where its quotes are closed; None where they are not."""
    taken: list[tuple[int, str | None]] = []
    parts, open_ = [line], True
    while open_ and len(taken) < _FAR:
        pair = waiting.popleft() if waiting else next(lines, None)
        if pair is None:
            break
        taken.append(pair)
        if pair[1] is None or "\0" in pair[1]:
            break
        parts.append(pair[1])
        open_ = pair[1].count('"') % 2 == 0
    if not open_:
        return "\n".join(parts)
    waiting.extendleft(reversed(taken))
    return None


def _back(whole: str, number: int, waiting: deque[tuple[int, str | None]]) -> None:
    rest = whole.split("\n")[1:]
    waiting.extendleft(reversed([(number + i, line) for i, line in enumerate(rest, 1)]))


def _parsed(text: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader((part + "\n" for part in text.split("\n")), delimiter=separator))
    except csv.Error:
        return None


def columns(
    rows: Iterator[tuple[int, list[str]]], source: Source, needed: Sequence[str], wanted: Sequence[str] = ()
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(line, values) of each row after the first, which names the columns; names are compared in small letters.

    The values are those of the ``needed`` and then of the ``wanted`` columns, empty for a wanted column that is not
    there. Raises DataSyntaxError where a needed one is missing.
    """
    first = next(rows, None)
    if first is None:
        return
    places = {name.strip().strip("?").lower(): i for i, name in reversed(list(enumerate(first[1])))}
    if missing := [name for name in needed if name.lower() not in places]:
        raise DataSyntaxError(
            f"no column {' or '.join(missing)}; its columns are {', '.join(first[1][:12])}", source.name, first[0]
        )
    names = (*needed, *wanted)
    where = [places.get(name.lower(), -1) for name in names]
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*where, -1)
    for number, fields in rows:
        fields.append("")
        yield number, pick(fields)[:-1]


class Names:
    """The first name of each term is its label, a later and different one a synonym.

    Costs some 100 bytes a term.

    >>> names = Names()
    >>> names.field("a", "one"), names.field("a", "two"), names.field("a", "one")
    ('label', 'exact', '')
    """

    __slots__ = ("_labels",)

    def __init__(self) -> None:
        self._labels: dict[int, int] = {}

    def field(self, identifier: str, name: str) -> str:
        """What the name is to the term: ``label``, ``exact``, or nothing where it is the label already."""
        key, value = hash(identifier), hash(name)
        known = self._labels.get(key)
        if known is None:
            self._labels[key] = value
            return "label"
        return "" if known == value else "exact"


class Numbers:
    """A set of whole numbers, one bit each up to the largest.

    >>> numbers = Numbers(); numbers.add(70); (70 in numbers, 71 in numbers)
    (True, False)
    """

    __slots__ = ("_bits",)

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        """Put a number in."""
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits) + (len(self._bits) >> 3)))
        self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] >> (number & 7) & 1)


class Pairs:
    """Whole numbers, each with one more: 16 bytes a pair, found by bisection once :meth:`sort` has been called.

    >>> pairs = Pairs(); pairs.add(7, 1); pairs.add(5, 2); pairs.add(7, 3); pairs.sort()
    >>> pairs.of(7), pairs.of(6), 5 in pairs
    ([1, 3], [], True)
    """

    __slots__ = ("_keys", "_values")

    def __init__(self) -> None:
        self._keys, self._values = array("q"), array("q")

    def add(self, key: int, value: int = 0) -> None:
        """Put a pair in."""
        self._keys.append(key)
        self._values.append(value)

    def sort(self) -> None:
        """Make the pairs ready to be looked up."""
        import numpy as np

        if self._keys:
            keys, values = np.frombuffer(self._keys, np.int64), np.frombuffer(self._values, np.int64)
            order = np.argsort(keys, kind="stable")
            self._keys, self._values = array("q", keys[order].tobytes()), array("q", values[order].tobytes())

    def of(self, key: int) -> list[int]:
        """The values of a key, in the order they were put in."""
        keys = self._keys
        place, found = bisect_left(keys, key), []
        while place < len(keys) and keys[place] == key:
            found.append(self._values[place])
            place += 1
        return found

    def __contains__(self, key: int) -> bool:
        place = bisect_left(self._keys, key)
        return place < len(self._keys) and self._keys[place] == key
