"""Standard output for data, standard error for everything else."""

from __future__ import annotations

import sys

from spasmkg.errors import UsageError

__all__ = ["WrongUseError", "clean", "folded", "note", "width", "write_bytes"]


class WrongUseError(UsageError):
    """Options that do not go together: the exit code is 2."""


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


def width() -> int:
    """How wide text for a person may be: the terminal, at most 120 characters, or 100 where there is none."""
    import shutil

    return min(shutil.get_terminal_size((100, 20)).columns, 120) if sys.stdout.isatty() else 100


def folded(text: str, first: str = "", rest: str = "") -> str:
    """Text on lines that fit: ``first`` stands before the first line, ``rest`` before the others."""
    import textwrap

    return textwrap.fill(
        clean(text),
        width(),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=False,
    )
