"""Writing files so that they are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from spasmkg.errors import StoreError

__all__ = ["replace_file", "replace_files"]


def replace_file(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a file beside its place, then move it there. Raises StoreError, which names the file that was asked for."""
    return replace_files({path: data})[0]


def replace_files(files: Mapping[Any, bytes]) -> list[Path]:
    """Write files (by path) beside their places, then move all of them there; where one cannot be, the others are as before.

    Raises StoreError, which names the file that failed.
    """
    moves = [(Path(path), _beside(path, "new"), _beside(path, "old"), data) for path, data in files.items()]
    kept: list[tuple[Path, Path]] = []  # what was there before, to be put back
    made: list[Path] = []
    failing = Path()
    try:
        for aim, scratch, _, data in moves:
            failing = aim
            scratch.write_bytes(data)
        for aim, scratch, before, _ in moves:
            failing = aim
            if len(moves) > 1 and aim.is_file():
                aim.replace(before)
                kept.append((aim, before))
            scratch.replace(aim)
            made.append(aim)
    except BaseException as error:  # also where the user interrupts
        for done in made:
            done.unlink()
        for place, before in kept:
            before.replace(place)
        if isinstance(error, OSError):
            raise StoreError(f"{failing} could not be written: {error.strerror or error}", str(failing)) from None
        raise
    finally:
        for _, scratch, _, _ in moves:
            with suppress(OSError):
                scratch.unlink()
    for _, before in kept:
        before.unlink()
    return made


def _beside(path: str | os.PathLike[str], end: str) -> Path:
    aim = Path(path)
    return aim.with_name(f".{aim.name}.{os.getpid()}.{end}")
