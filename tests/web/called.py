"""Functions that workers call in tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from spasmkg.errors import NotFoundError

LARGE = 300_000
"""Bytes of an answer that is more than is held at once."""


def echo(write: Callable[[bytes], int], head: Callable[..., None], _path: str, arguments: Mapping[str, Any]) -> None:
    head(media="json", kind="record")
    write(json.dumps(dict(arguments)).encode())


def burn(_write: object, _head: object, _path: str, _arguments: object) -> None:
    while True:
        pass


def large(write: Callable[[bytes], int], head: Callable[..., None], _path: str, _arguments: object) -> None:
    head(media="", kind="record")
    write(b"x" * LARGE)


def lost(*_: object) -> None:
    raise NotFoundError("thing", "x", ["y"])


def broken(*_: object) -> None:
    raise ZeroDivisionError("a secret")


def hungry(*_: object) -> None:
    bytearray(1 << 40)
