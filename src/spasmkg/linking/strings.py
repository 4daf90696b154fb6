"""Many strings and numbers in files that are read where they lie: nothing is loaded before it is asked for."""

from __future__ import annotations

import mmap
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import overload

__all__ = ["Strings", "read_numbers", "write_numbers", "write_strings"]


class Strings(Sequence[str]):
    """Strings in a file; where they are sorted, one is found in a few looks.

    They are kept in UTF-8, which sorts as Python sorts strings, a line end after each, beside the places where they end.
    """

    def __init__(self, path: Path) -> None:
        self._blob = _mapped(path)
        self._ends = read_numbers(path.with_name(path.name + ".ends"))

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return self._bytes(place).decode()

    def _bytes(self, place: int) -> bytes:
        return bytes(self._blob[self._ends[place - 1] + 1 if place else 0 : self._ends[place]])

    def place(self, text: str) -> int:
        """Where the first string stands that is not before this one; the strings must be sorted."""
        return bisect_left(range(len(self)), text.encode("utf-8", "replace"), key=self._bytes)

    def find(self, text: str) -> int:
        """The place of a string, or -1; the strings must be sorted."""
        at = self.place(text)
        return at if at < len(self) and self[at] == text else -1

    def starting(self, prefix: str) -> list[str]:
        """The strings that start in this way, without that start; the strings must be sorted."""
        found, at = [], self.place(prefix)
        while at < len(self) and (text := self[at]).startswith(prefix):
            found.append(text[len(prefix) :])
            at += 1
        return found

    def every(self) -> list[str]:
        """All strings, read at once."""
        text = bytes(self._blob).decode()
        if text.count("\n") == len(self):  # none holds a line end itself
            return text.split("\n")[:-1]
        return list(self)


def write_strings(path: Path, strings: Iterable[str]) -> None:
    """Write strings for :class:`Strings`; a second file holds where they end."""
    encoded = [s.encode("utf-8", "replace") for s in strings]
    path.write_bytes(b"".join([e + b"\n" for e in encoded]))
    write_numbers(path.with_name(path.name + ".ends"), (end + i for i, end in enumerate(accumulate(map(len, encoded)))))


def write_numbers(path: Path, numbers: Iterable[int], code: str = "I") -> None:
    """Write whole numbers, ``code`` being their type in :mod:`array`, smallest byte first."""
    values = array(code, numbers)
    if sys.byteorder != "little":
        values.byteswap()
    path.write_bytes(values.tobytes())


def read_numbers(path: Path, code: str = "I") -> Sequence[int]:
    """The whole numbers of a file."""
    if sys.byteorder == "little":
        return _mapped(path).cast("B").cast(code)  # type: ignore[call-overload, no-any-return]
    values = array(code, path.read_bytes())
    values.byteswap()
    return values


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
