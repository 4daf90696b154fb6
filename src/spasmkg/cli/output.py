"""Standard output for data, standard error for everything else."""

from __future__ import annotations

import sys

__all__ = ["clean", "note", "write_bytes"]


def note(text: str) -> None:
    """A line for the person at the terminal."""
    print(text, file=sys.stderr)


def write_bytes(data: bytes) -> None:
    """Data to standard output as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    if data and not data.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def clean(text: str) -> str:
    """Text without control characters, which could steer the terminal.

    >>> clean("a\\x1b[2Jb")
    'a[2Jb'
    """
    return "".join(c for c in text if c.isprintable() or c == "\n")
