"""Small answers that were given lately: what is asked again and again needs no worker."""

from __future__ import annotations

from collections import OrderedDict

__all__ = ["Kept"]

_BESIDE = 700
"""Bytes that an answer takes beside its body, about."""

Answer = tuple[list[tuple[bytes, bytes]], bytes]
"""The headers and the body of an answer."""


class Kept:
    """Answers by name, the oldest given up where they take too much room together.

    >>> kept = Kept(largest=10, together=1410)
    >>> kept.put("a", ([], b"12345678")); kept.put("b", ([], b"1234")); kept.get("a"), kept.get("b")
    (None, ([], b'1234'))
    """

    def __init__(self, largest: int = 32 * 1024, together: int = 8 * 1024 * 1024) -> None:
        self._largest, self._together = largest, together
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._size = 0

    def get(self, name: str) -> Answer | None:
        """The answer of this name."""
        found = self._answers.get(name)
        if found:
            self._answers.move_to_end(name)
        return found

    def put(self, name: str, answer: Answer) -> None:
        """Keep an answer, unless it is large."""
        if len(answer[1]) > self._largest or name in self._answers:
            return
        self._answers[name] = answer
        self._size += _size(answer)
        while self._size > self._together and len(self._answers) > 1:
            _, old = self._answers.popitem(last=False)
            self._size -= _size(old)


def _size(answer: Answer) -> int:
    return len(answer[1]) + _BESIDE
