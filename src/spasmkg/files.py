"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from spasmkg.errors import StoreError

__all__ = ["replace_file"]


def replace_file(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a file beside its place, then move it there. Raises StoreError, which names the file that was asked for."""
    aim = Path(path)
    scratch = aim.with_name(f".{aim.name}.{os.getpid()}")
    try:
        scratch.write_bytes(data)
        scratch.replace(aim)
    except OSError as error:
        raise StoreError(f"{aim} could not be written: {error.strerror or error}", str(aim)) from None
    finally:
        if scratch.exists():
            scratch.unlink()
    return aim
