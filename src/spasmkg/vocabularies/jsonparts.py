"""JSON files of any size, read part by part: only one of the wanted parts is held at a time.

The standard library's decoder reads a value in one go, so it is given one element of a long list at a time, over a
buffer that grows until the element is complete.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from spasmkg.errors import DataSyntaxError, RefusedError
from spasmkg.vocabularies.rdf import chunks
from spasmkg.vocabularies.sources import Source

__all__ = ["MAX_PART", "Part", "parts"]

MAX_PART = 64_000_000
"""Characters of one part."""
_MISSING = object()


class Part(NamedTuple):
    """A value, where in the document it stands, and the line it begins on; ``*`` stands for any place in a list."""

    path: tuple[str, ...]
    value: Any
    line: int


def parts(source: Source, wanted: Collection[tuple[str, ...]]) -> Iterator[Part]:
    """The values at some places of a JSON document, in its order.

    Raises DataSyntaxError where the document is no JSON, RefusedError for a part longer than :data:`MAX_PART`.
    """
    text = _Text(source)
    ends = set(wanted)
    ways = {path[:n] for path in ends for n in range(len(path))}
    yield from _walk(text, (), ends, ways)
    if text.peek():
        raise text.wrong("more than one value")


def _walk(
    text: _Text, path: tuple[str, ...], ends: Collection[tuple[str, ...]], ways: Collection[tuple[str, ...]]
) -> Iterator[Part]:
    mark = text.peek()
    if path in ends:
        line = text.line()
        yield Part(path, text.value(), line)
    elif mark == "{" and path in ways:
        for key in text.members():
            deeper = (*path, key)
            if deeper in ends or deeper in ways:
                yield from _walk(text, deeper, ends, ways)
            else:
                _skip(text)
    elif mark == "[" and path in ways:
        for _ in text.items():
            yield from _walk(text, (*path, "*"), ends, ways)
    else:
        _skip(text)


def _skip(text: _Text) -> None:
    """Pass over a value; a long list is never held as a whole."""
    mark = text.peek()
    if mark == "[":
        for _ in text.items():
            text.value()
    elif mark == "{":
        for _ in text.members():
            text.value()
    else:
        text.value()


class _Text:
    """The characters of a document, with a place in them."""

    def __init__(self, source: Source) -> None:
        self._name = source.name
        self._chunks = chunks(source, "json")
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._scan = json.JSONDecoder().raw_decode
        self._buffer, self._at, self._more = "", 0, True
        self._lines, self._counted = 1, 0

    def line(self) -> int:
        """The line of the place, counted from 1."""
        self._lines += self._buffer.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._lines

    def wrong(self, reason: str) -> DataSyntaxError:
        """An error at the place."""
        return DataSyntaxError(f"not JSON: {reason}", self._name, self.line())

    def _fill(self) -> bool:
        """Read on: twice as much as is held, so that a long part is not looked at too often."""
        self.line()
        self._buffer, self._at, self._counted = self._buffer[self._at :], 0, 0
        goal = 2 * len(self._buffer) + 1
        read = [self._buffer]
        while goal > 0 and self._more:
            chunk = next(self._chunks, None)
            try:
                read.append(self._decode(chunk or b"", chunk is None))
            except UnicodeDecodeError:
                raise DataSyntaxError("not UTF-8 text", self._name, self._lines) from None
            self._more = chunk is not None
            goal -= len(read[-1])
        grown = len(read) > 1 and any(read[1:])
        self._buffer = "".join(read)
        return grown

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in " \t\r\n":
                    return self._buffer[self._at]
                self._at += 1
            if not self._fill():
                return ""

    def _take(self, expected: str) -> str:
        mark = self.peek()
        if not mark or mark not in expected:
            there = f'"{mark}"' if mark else "the end of the file"
            raise self.wrong(f"{there} where {' or '.join(expected)} belongs")
        self._at += 1
        return mark

    def value(self) -> Any:
        """The value at the place, whole."""
        self.peek()
        while True:
            found: Any = _MISSING
            reason = "it is not complete"
            try:
                found, end = self._scan(self._buffer, self._at)
            except json.JSONDecodeError as error:
                reason = error.msg
            except RecursionError:
                raise RefusedError(f"{self._name}, line {self.line()}: nested too deeply") from None
            if found is not _MISSING:
                after = self._buffer[end : end + 1]
                if not self._more or (after and after not in ".eE+-"):  # else a number may go on
                    self._at = end
                    return found
            if len(self._buffer) - self._at > MAX_PART:
                raise RefusedError(f"{self._name}, line {self.line()}: a part longer than {MAX_PART:,} characters")
            if not self._fill() and found is _MISSING:
                raise self.wrong(f"{reason}; is the file complete?")

    def items(self) -> Iterator[None]:
        """Go through the list at the place; whoever asks takes each item."""
        self._take("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield
            if self._take(",]") == "]":
                return

    def members(self) -> Iterator[str]:
        """Go through the object at the place by its keys; whoever asks takes each value."""
        self._take("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                self._take('"')
            key = self.value()
            self._take(":")
            yield str(key)
            if self._take(",}") == "}":
                return
