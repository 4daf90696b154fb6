"""What every chart has around it: title, legend, notes, source; as SVG and as a page with its data as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Protocol

from spasmkg.draw import style, text
from spasmkg.draw.charts.marks import certainty_mark
from spasmkg.draw.charts.sheet import Run, Sheet
from spasmkg.draw.drawing import Drawing
from spasmkg.draw.scene import Scene
from spasmkg.draw.svg import FAMILY, MARGIN, clean
from spasmkg.model import CERTAINTIES

__all__ = ["Chart", "ChartDrawing", "Item", "Table", "certainty_items", "to_svg"]

LOOK = f'font-family="{FAMILY}" class="picture"'


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the legend: what draws it from a point, how wide that is, and what it says."""

    paint: Callable[[Sheet, float, float], None]
    room: float
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a chart: headings, and rows each with the number of the link that it belongs to."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class Chart(Protocol):
    """A chart: what it shows, and how it draws that on a sheet."""

    @property
    def scene(self) -> Scene:
        """Title, and an edge for everything that is marked."""

    @property
    def table(self) -> Table:
        """All that the picture shows, as rows."""

    def paint(self, sheet: Sheet, y: float, inner: float) -> float:
        """Draw the chart from ``y`` on, between the margin and ``inner`` pixels right of it; return where it ends."""

    def legend(self) -> list[Item]:
        """What the marks mean: only those that are there."""

    def notes(self) -> list[str]:
        """Sentences under the legend."""


def certainty_items(certainties: Sequence[str], *, inferred: bool) -> list[Item]:
    """The legend of certainties: mark, line, word."""

    def item(certainty: str, *, inferred: bool = False) -> Item:
        def paint(sheet: Sheet, x: float, y: float) -> None:
            certainty_mark(sheet, x + 7, y, certainty, inferred=inferred)
            sheet.sample(x + 19, y, certainty, inferred=inferred)

        return Item(paint, 49, "inferred" if inferred else certainty)

    found = [item(c) for c in CERTAINTIES if c in certainties]
    return [*found, *([item("asserted", inferred=True)] if inferred else [])]


def to_svg(chart: Chart, *, dark: bool = False, width: int | None = None) -> str:
    """The picture of a chart; ``width`` in pixels where it is to be shown larger or smaller than it is drawn."""
    theme = style.DARK if dark else style.LIGHT
    probe = Sheet(theme)
    chart.paint(probe, 0.0, 0.0)
    inner = max(probe.right - MARGIN, 640.0)
    sheet, scene = Sheet(theme), chart.scene
    y = MARGIN - 6 + 14
    for line in text.lines(clean(scene.title), 22, inner, text.SEMIBOLD):
        sheet.text(MARGIN, y, Run(line, weight=text.SEMIBOLD), 22, part="title")
        y += 28
    for line in text.lines(clean(scene.subtitle), 14, inner):
        sheet.text(MARGIN, y - 4, Run(line, "ink2"), 14, part="subtitle")
        y += 20
    y = chart.paint(sheet, y + 12, inner)
    y = _foot(chart, sheet, y + 18, inner)
    wide, high = round(inner + 2 * MARGIN, 1), round(y + 14, 1)
    shown = (width, round(width * high / wide, 1)) if width else (wide, high)
    described = " ".join([f"{scene.subtitle}.", *chart.notes(), f"{scene.source_line}."])
    box, about = f'viewBox="0 0 {wide:g} {high:g}"', f'role="img" aria-labelledby="title desc" {LOOK}'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{shown[0]:g}" height="{shown[1]:g}" {box} {about}>',
            f'<title id="title">{escape(clean(scene.title))}</title>',
            f'<desc id="desc">{escape(clean(described))}</desc>',
            f'<rect class="paper" width="{wide:g}" height="{high:g}" fill="{theme.paper}"/>',
            *sheet.parts,
            "</svg>\n",
        ]
    )


def _foot(chart: Chart, sheet: Sheet, y: float, inner: float) -> float:
    sheet.rule(MARGIN, y, MARGIN + inner, y)
    x, y = MARGIN, y + 21
    for item in chart.legend():
        wide = item.room + 7 + text.width(item.words, 13)
        if x > MARGIN and x + wide > MARGIN + inner:
            x, y = MARGIN, y + 24
        with sheet.group('class="legend"'):
            item.paint(sheet, x, y)
        sheet.text(x + item.room + 7, y, Run(item.words, "ink2"), 13, part="legend")
        x += wide + 20
    y += 26
    for note in _paragraphs(chart.notes(), inner):
        for line in text.lines(note, 13, inner, most=4):
            sheet.text(MARGIN, y, Run(line, "ink2"), 13, part="note")
            y += 19
    for line in text.lines(clean(chart.scene.source_line), 12.5, inner):
        sheet.text(MARGIN, y + 4, Run(line, "ink2"), 12.5, part="source")
        y += 19
    return y


def _paragraphs(sentences: Sequence[str], limit: float) -> list[str]:
    """Sentences in lines, as many in each as fit."""
    found: list[str] = []
    for sentence in map(clean, sentences):
        longer = f"{found[-1]} {sentence}" if found else sentence
        if found and text.width(longer, 13) <= limit:
            found[-1] = longer
        else:
            found.append(sentence)
    return found


@dataclass(frozen=True)
class ChartDrawing(Drawing):
    """A finished chart; it is saved and shown as any other picture."""

    chart: Chart | None = None

    @cached_property
    def svg(self) -> str:
        """The chart as an SVG file."""
        return self._svg(dark=self.dark, width=self.width)

    def _svg(self, *, dark: bool, width: int | None) -> str:
        assert self.chart is not None
        return to_svg(self.chart, dark=dark, width=width)

    @property
    def html(self) -> str:
        """The chart as a page that works offline, with its data as a table."""
        from spasmkg.draw.html import to_html

        assert self.chart is not None
        return to_html(
            self.scene, self.store, self._svg(dark=False, width=None), _html(self.chart.table, self.scene.source_line)
        )


def _html(table: Table, caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in table.head)
    rows = "\n".join(
        f'<tr data-link="{number}">'
        + "".join(f"<td>{escape(clean(c))}</td>" for c in cells[:-1])
        + f'<td><span class="place">{escape(clean(cells[-1]))}</span></td></tr>'
        for number, cells in table.rows
    )
    return (
        f'<h2 id="list">{escape(clean(table.title))}</h2>\n<table><caption>{escape(clean(caption))}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    )
