"""Printing: tables that fit the terminal, the result formats in a pipe, notes on standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from spasmkg.cli.output import clean, write_bytes
from spasmkg.results import Cell, shown, write

__all__ = ["emit", "table"]


_LONG = 16
"""Letters beyond which a word may be broken."""


def emit(media: str | None, names: Sequence[str], rows: Sequence[Sequence[Cell]], title: str = "") -> None:
    """Rows in the chosen format: by default a table on a terminal, TSV in a pipe."""
    chosen = media or ("table" if sys.stdout.isatty() else "tsv")
    if chosen == "table":
        table(names, rows, title)
    else:
        write_bytes(write(chosen, names, rows).encode())


def table(names: Sequence[str], rows: Sequence[Sequence[Cell]], title: str = "") -> None:
    """A table that wraps its cells to the width of the terminal. An IRI column gives way to its label column.

    Where so many columns leave no room for whole words, each row is printed as a record: a line for each value.
    """
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
    heads = [names[i].removesuffix("_label").replace("_", " ") for i in shown]
    cells = [[_text(row[i]) for i in shown] for row in rows]
    columns = zip(heads, *cells, strict=True)
    least = sum(2 + min(_LONG, max(map(len, " ".join(column).split()), default=0)) for column in columns)
    if least > console.width + 2:
        grid.show_header = False
        grid.add_column(style="bold")
        grid.add_column(overflow="fold")
        for number, record in enumerate(cells):
            for head, cell in zip(heads, record, strict=True):
                grid.add_row(head, Text(cell))
            if number + 1 < len(cells):
                grid.add_row("", "")
    else:
        for head in heads:
            grid.add_column(head, overflow="fold")
        for record in cells:
            grid.add_row(*map(Text, record))
    console.print(grid)


def _text(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return clean(value)
    return clean(shown(value))
