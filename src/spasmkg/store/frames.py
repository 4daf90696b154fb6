"""Frames between a process and its workers: four bytes of length, one byte of kind, then the payload."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

__all__ = [
    "CALL", "CHANGE", "DATA", "ERROR", "HEAD", "OPEN", "QUERY", "READY", "WHOLE",
    "Frames", "TornFrameError", "frame", "pack", "unpack",
]  # fmt: skip

# what is asked
OPEN, QUERY, CALL, CHANGE = b"O", b"Q", b"F", b"C"
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


def pack(kind: bytes, value: Any) -> bytes:
    """A frame whose payload is JSON."""
    return frame(kind, _ENCODE(value).encode())


def unpack(payload: bytes) -> Any:
    """The value of a payload in JSON."""
    return json.loads(payload)


class Frames:
    """Takes bytes as they come and gives out whole frames.

    >>> frames = Frames()
    >>> list(frames.feed(frame(DATA, b"ab") + frame(WHOLE)[:3])), list(frames.feed(frame(WHOLE)[3:]))
    ([(b'D', b'ab')], [(b'E', b'')])
    """

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that are whole now, as (kind, payload)."""
        kept = self._kept
        kept += data
        at, size = 0, len(kept)
        try:
            while size - at >= 5:
                length, kind = _START.unpack_from(kept, at)
                if length > _MOST:
                    raise TornFrameError
                end = at + 5 + length
                if end > size:
                    break
                payload = bytes(memoryview(kept)[at + 5 : end])
                at = end
                yield kind, payload
        finally:
            if at:
                del kept[:at]
