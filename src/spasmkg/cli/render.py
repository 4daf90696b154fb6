"""Printing: tables that fit the terminal, the result formats in a pipe, notes on standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from spasmkg.cli.output import clean, write_bytes
from spasmkg.namespaces import contract
from spasmkg.results import Cell, write

__all__ = ["emit", "table"]


def emit(media: str | None, names: Sequence[str], rows: Sequence[Sequence[Cell]], title: str = "") -> None:
    """Rows in the chosen format: by default a table on a terminal, TSV in a pipe."""
    chosen = media or ("table" if sys.stdout.isatty() else "tsv")
    if chosen == "table":
        table(names, rows, title)
    else:
        write_bytes(write(chosen, names, rows).encode())


def table(names: Sequence[str], rows: Sequence[Sequence[Cell]], title: str = "") -> None:
    """A table that wraps its cells to the width of the terminal. An IRI column gives way to its label column."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 110, highlight=False, soft_wrap=False)
    shown = [i for i, n in enumerate(names) if f"{n}_label" not in names]
    grid = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        header_style="bold",
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for i in shown:
        grid.add_column(names[i].removesuffix("_label").replace("_", " "), overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_text(row[i])) for i in shown))
    console.print(grid)


def _text(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return clean(value)
    return contract(value.value) if str(value).startswith("<") else clean(value.value)
