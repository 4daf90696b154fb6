"""The listed causes by the certainty with which the source ties them to a spasm: one line for each statement."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from spasmkg.draw import text
from spasmkg.draw.charts.frame import Item, Table, certainty_items
from spasmkg.draw.charts.marks import certainty_mark
from spasmkg.draw.charts.sheet import Run, Sheet, fitted, wide
from spasmkg.draw.charts.statements import Graph, Statement, links, members, node_group, nodes, places, value
from spasmkg.draw.charts.statements import read as rows_of
from spasmkg.draw.scene import Link, Node, Scene
from spasmkg.draw.svg import MARGIN, sentence
from spasmkg.errors import NothingToDrawError
from spasmkg.model import CERTAINTIES

__all__ = ["Causes", "read"]

MOST = 60
LINE = 20.0
INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Cause:
    """A row: the cause, its numbers in the list, and its statements from the surest on with the numbers of their links."""

    node: Node
    numbers: tuple[str, ...]
    statements: tuple[tuple[int, Statement], ...]

    @property
    def surest(self) -> str:
        """The class of its surest statement; empty where there is none."""
        return _class(self.statements[0][1]) if self.statements else ""


@dataclass(frozen=True)
class Causes:
    """The rows, and the spasm that is meant where a statement names none."""

    scene: Scene
    rows: tuple[Cause, ...]
    spasms: dict[str, str]
    usual: str
    of: int

    @property
    def classes(self) -> list[str]:
        """The classes of certainty that are there, the surest first."""
        present = {_class(s) for row in self.rows for _, s in row.statements}
        return [c for c in (*CERTAINTIES, INFERRED) if c in present]

    @property
    def table(self) -> Table:
        """Each statement as a row."""
        found = []
        for row in self.rows:
            for number, s in row.statements:
                sure = f"inferred, {s.certainty}" if s.inferred else s.certainty
                link = self.scene.links[number]
                words = (", ".join(row.numbers), row.node.label, link.label, self.spasms[s.edge[2]], sure, s.hedge)
                found.append((number, (*words, places(s.places, 99))))
        head = ("Listed as", "Cause", "Relation", "Spasm", "Certainty", "Hedge word", "Where")
        return Table("The statements of the chart", head, tuple(found))

    def _runs(self, link: Link, s: Statement) -> list[Run]:
        words = link.label if s.edge[2] == self.usual else f"{link.label} {self.spasms[s.edge[2]]}"
        hedge = [Run(f"“{fitted(s.hedge, 13, 110)}”", "ink", serif=True)] if s.hedge else []
        return [Run(fitted(words, 13, 210), "ink2"), *hedge]

    def paint(self, sheet: Sheet, y: float, inner: float) -> float:
        """Draw the rows."""
        names = [fitted(r.node.label, 14, 290) for r in self.rows]
        number = max(text.width(_numbers(r), 13) for r in self.rows)
        x = MARGIN + number + (10 if number else 0)
        lanes = {}
        x0 = x + 24 + max(text.width(n, 14) for n in names) + 28
        for c in self.classes:
            mine = [(self.scene.links[n], s) for r in self.rows for n, s in r.statements if _class(s) == c]
            lanes[c] = x0
            x0 += max(18 + max(wide(self._runs(*m), 13) for m in mine), 110.0) + 24
        place = max(text.width(places(s.places), 13) for r in self.rows for _, s in r.statements)
        end = max(x0 + place, MARGIN + inner if inner else 0.0)
        y = self._heads(sheet, y, x, lanes, x0 - 24)
        sheet.rule(MARGIN, y, end, y, "mixed-line")
        for row, name in zip(self.rows, names, strict=True):
            middle = y + 5 + LINE / 2
            sheet.text(MARGIN + number, middle, Run(_numbers(row), "ink2"), 13, part="number", align="right")
            with sheet.group(node_group(row.node), f"{row.node.label} ({row.node.kind_label or row.node.kind})"):
                sheet.glyph(x + 9, middle, row.node.kind)
                sheet.text(x + 24, middle, name, part="row")
            for i, (n, s) in enumerate(row.statements):
                at, link = middle + LINE * i, self.scene.links[n]
                with sheet.group(f'class="edge" data-links="{n}"', sentence(self.scene, link)):
                    certainty_mark(sheet, lanes[_class(s)] + 6, at, s.certainty, inferred=s.inferred)
                    sheet.runs(lanes[_class(s)] + 18, at, self._runs(link, s), part="statement")
                sheet.text(end, at, Run(places(s.places), "ink2"), 13, part="place", align="right")
            if not row.statements:
                first = next(iter(lanes.values()), x0)
                sheet.text(first, middle, Run("no direct statement", "ink2"), 13, part="statement")
            y += 10 + LINE * max(1, len(row.statements))
            sheet.rule(MARGIN, y, end, y)
        sheet.rule(MARGIN, y, end, y, "mixed-line")
        return y

    def _heads(self, sheet: Sheet, y: float, x: float, lanes: dict[str, float], end: float) -> float:
        """A count of causes over each class: full units for those of which it is the surest statement."""
        stated = {c: [r for r in self.rows if any(_class(s) == c for _, s in r.statements)] for c in lanes}
        edges = [*list(lanes.values())[1:], end + 24]
        room = {c: right - left - 24 for (c, left), right in zip(lanes.items(), edges, strict=True)}
        unit = min(8.0, *(room[c] / len(stated[c]) for c in lanes)) if lanes else 8.0
        sheet.text(x, y + 40, Run("causes stated so", "ink2"), 13, part="margin")
        for c, left in lanes.items():
            inferred = c == INFERRED
            sheet.text(left, y + 8, Run(c, weight=text.SEMIBOLD), part="class")
            sheet.sample(left + text.width(c, 14, text.SEMIBOLD) + 10, y + 8, c, inferred=inferred)
            best = sum(r.surest == c for r in stated[c])
            for i in range(len(stated[c])):
                a, side = left + unit * i, unit * 0.78
                d = f"M{a:.1f} {y + 22:.1f}L{a + side:.1f} {y + 22:.1f}L{a + side:.1f} {y + 29:.1f}L{a:.1f} {y + 29:.1f}Z"
                sheet.shape(d, "unit ink ring" if i < best else "unit paper ring", stroke=1)
            words = f"{len(stated[c])}, surest for {best}"
            sheet.text(left, y + 42, Run(words, "ink2"), 13, part="margin")
        return y + 56

    def legend(self) -> list[Item]:
        """Certainties and kinds that are there, and the units of the counts."""
        present = [c for c in self.classes if c != INFERRED]
        found = certainty_items(present, inferred=INFERRED in self.classes)
        kinds = dict.fromkeys((r.node.kind, r.node.kind_label or r.node.kind or "of no kind") for r in self.rows)
        for kind, label in sorted(kinds, key=lambda k: k[1]):
            found.append(Item(lambda s, x, y, k=kind: s.glyph(x + 9, y, k), 18, label))  # type: ignore[misc]
        for css, label in (
            ("ink", "one cause, stated no surer elsewhere"),
            ("paper", "one cause, stated surer elsewhere"),
        ):
            found.append(
                Item(
                    lambda s, x, y, css=css: s.shape(  # type: ignore[misc]
                        f"M{x:.1f} {y - 4:.1f}L{x + 7:.1f} {y - 4:.1f}L{x + 7:.1f} {y + 4:.1f}L{x:.1f} {y + 4:.1f}Z",
                        f"unit {css} ring",
                        stroke=1,
                    ),
                    7,
                    label,
                )
            )
        return found

    def notes(self) -> list[str]:
        """What is meant where no spasm is named, what hedge words are, and what was left out."""
        found = []
        if self.usual:
            found.append(f"Where no spasm is named, {self.spasms[self.usual]} is meant.")
        if any(s.hedge for r in self.rows for _, s in r.statements):
            found.append("Words in quotes are those by which the source hedges.")
        found.append("Only direct statements are shown, not what follows through steps between.")
        if len(self.rows) < self.of:
            found.append(f"Showing {len(self.rows)} of {self.of} causes.")
        return found


def _numbers(row: Cause) -> str:
    return ", ".join(row.numbers)


def _class(s: Statement) -> str:
    return INFERRED if s.inferred else s.certainty


def _rank(s: Statement) -> tuple[int, int]:
    return (CERTAINTIES.index(s.certainty) + len(CERTAINTIES) * s.inferred, 0)


def read(kg: Graph, top: int | None = None) -> Causes:
    """What the source states of the causes of its list, the surest first, then by name.

    Raises NothingToDrawError where nothing is listed or nothing is stated of what is.
    """
    listed = members(kg, "list-of-causes")
    if not listed:
        raise NothingToDrawError("the chart of causes", "nothing is in the list of causes")
    stated: dict[str, list[Statement]] = {}
    answer = kg.run("spasm-causes", cause=list(listed))
    for row, found in rows_of(kg, answer, lambda r: (value(r["cause"]), value(r["relation"]), value(r["spasm"]))):
        stated.setdefault(value(row["cause"]), []).extend(found)
    if not stated:
        raise NothingToDrawError("the chart of causes", "no listed cause is stated to lead to a spasm")
    about = nodes(kg.store, [*listed, *(s.edge[2] for found in stated.values() for s in found)])
    for iri, found in stated.items():
        stated[iri] = sorted(
            set(found), key=lambda s: (_rank(s), about[s.edge[2]].label, s.edge[1], s.places, s.claims)
        )
    none = (2 * len(CERTAINTIES), 0)

    def place(iri: str) -> tuple[object, ...]:
        mine = stated.get(iri, [])
        return (_rank(mine[0]) if mine else none, -len(mine), about[iri].label, iri)

    order = sorted(listed, key=place)
    shown = order[: top or MOST]
    every = [s for iri in shown for s in stated.get(iri, [])]
    numbered = iter(range(len(every)))
    counts = Counter(s.edge[2] for s in every)
    scene = Scene(
        tuple(sorted((about[i] for i in {*shown, *counts}), key=lambda n: n.id)),
        links(kg.store, every),
        title="Causes of spasms by how surely they are stated",
        subtitle="The causes that the source lists, the most surely stated first; a line for each statement",
        total=sum(map(len, stated.values())),
        dataset=kg.dataset,
        unit="statements",
    )
    rows = tuple(
        Cause(about[i], tuple(listed[i]), tuple((next(numbered), s) for s in stated.get(i, []))) for i in shown
    )
    usual = min(counts, key=lambda i: (-counts[i], i)) if counts else ""
    return Causes(scene, rows, {i: about[i].label for i in counts}, usual, len(order))
