"""Frames between a process and its workers: four bytes of length, one byte of kind, then the payload."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

__all__ = [
    "CALL", "CHANGE", "DATA", "ERROR", "HEAD", "QUERY", "READY", "WHOLE",
    "Frames", "TornFrameError", "begin", "frame", "pack", "unpack",
]  # fmt: skip

# what is asked
QUERY, CALL, CHANGE = b"Q", b"F", b"C"
# what is answered: HEAD, any number of DATA, then WHOLE; or ERROR, which may come after some DATA
READY, HEAD, DATA, WHOLE, ERROR = b"R", b"H", b"D", b"E", b"X"

_START = struct.Struct("!Ic")
_MOST = 1 << 30
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode  # kept: to make one takes longer than to use it


class TornFrameError(Exception):
    """What came is no frame."""


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """A frame as bytes.

    >>> frame(WHOLE)
    b'\\x00\\x00\\x00\\x00E'
    """
    return _START.pack(len(payload), kind) + payload


def begin(kind: bytes, length: int) -> bytes:
    """The start of a frame, whose payload of so many bytes is sent after it."""
    return _START.pack(length, kind)


def pack(kind: bytes, value: Any) -> bytes:
    """A frame whose payload is JSON."""
    return frame(kind, _ENCODE(value).encode())


def unpack(payload: bytes) -> Any:
    """The value of a payload in JSON."""
    return json.loads(payload)


class Frames:
    """Takes bytes as they come and gives out whole frames; of DATA also parts, since where it is cut says nothing.

    >>> frames = Frames()
    >>> list(frames.feed(frame(DATA, b"ab") + frame(WHOLE)[:3])), list(frames.feed(frame(WHOLE)[3:]))
    ([(b'D', b'ab')], [(b'E', b'')])
    >>> list(frames.feed(frame(DATA, b"abc")[:6])), list(frames.feed(b"bc"))
    ([(b'D', b'a')], [(b'D', b'bc')])
    """

    __slots__ = ("_kept", "_more")

    def __init__(self) -> None:
        self._kept = bytearray()
        self._more = 0  # bytes of DATA that are still to come

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that are whole now, as (kind, payload)."""
        kept = self._kept
        if kept:
            kept += data
        come: bytes | bytearray = kept or data
        at, size = 0, len(come)
        try:
            while at < size:
                if self._more:
                    end = min(size, at + self._more)
                    self._more -= end - at
                    payload = bytes(come[at:end])
                    at = end
                    yield DATA, payload
                    continue
                if size - at < 5:
                    break
                length, kind = _START.unpack_from(come, at)
                if length > _MOST:
                    raise TornFrameError
                if kind == DATA and length:
                    at, self._more = at + 5, length
                    continue
                end = at + 5 + length
                if end > size:
                    break
                payload = bytes(come[at + 5 : end])
                at = end
                yield kind, payload
        finally:
            if come is kept:
                del kept[:at]
            else:
                kept += data[at:]
