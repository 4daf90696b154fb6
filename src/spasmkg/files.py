"""Writing files so that they are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from spasmkg.errors import StoreError

__all__ = ["replace_file", "replace_files"]


def replace_file(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a file beside its place, then move it there. Raises StoreError, which names the file that was asked for."""
    return replace_files({path: data})[0]


def replace_files(files: Mapping[str | os.PathLike[str], bytes] | Mapping[str, bytes]) -> list[Path]:
    """Write files beside their places, then move all of them there; where one cannot be, the others are as before.

    Raises StoreError, which names the file that failed.
    """
    moves = [(Path(path), _beside(path, "new"), _beside(path, "old"), data) for path, data in files.items()]
    kept: list[tuple[Path, Path]] = []  # what was there before, to be put back
    made: list[Path] = []
    aim = Path()
    try:
        for aim, scratch, _, data in moves:
            scratch.write_bytes(data)
        for aim, scratch, before, _ in moves:
            if len(moves) > 1 and aim.is_file():
                os.link(aim, before)
                kept.append((aim, before))
            scratch.replace(aim)
            made.append(aim)
    except OSError as error:
        for done in made:
            done.unlink()
        for place, before in kept:
            before.replace(place)
        raise StoreError(f"{aim} could not be written: {error.strerror or error}", str(aim)) from None
    finally:
        for _, scratch, before, _ in moves:
            scratch.unlink(missing_ok=True)
            before.unlink(missing_ok=True)
    return made


def _beside(path: str | os.PathLike[str], end: str) -> Path:
    aim = Path(path)
    return aim.with_name(f".{aim.name}.{os.getpid()}.{end}")
