"""Drugs and their side effects as a matrix: a mark for each stated edge, counts at the margins, red flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spasmkg import namespaces as ns
from spasmkg.draw import text
from spasmkg.draw.charts.frame import Item, Table, certainty_items
from spasmkg.draw.charts.marks import certainty_mark
from spasmkg.draw.charts.sheet import Run, Sheet, fitted
from spasmkg.draw.charts.statements import (
    Graph,
    Statement,
    links,
    members,
    node_group,
    nodes,
    places,
    strongest,
    value,
)
from spasmkg.draw.charts.statements import read as rows_of
from spasmkg.draw.scene import Node, Scene
from spasmkg.draw.svg import MARGIN, sentence
from spasmkg.errors import NothingToDrawError

__all__ = ["SideEffects", "read"]

MOST = 40
PITCH, HIGH = 30.0, 27.0
TURN = -45.0


@dataclass(frozen=True)
class SideEffects:
    """The matrix: rows, columns, and what is stated of a pair, by the IRIs of both.

    ``drugs`` counts the drugs of a column, classes left out; ``flags`` has the red flags that a column is a sign of.
    """

    scene: Scene
    rows: tuple[Node, ...]
    columns: tuple[Node, ...]
    cells: dict[tuple[str, str], tuple[int, Statement]]
    drugs: dict[str, int]
    effects: dict[str, int]
    flags: dict[str, tuple[str, ...]]
    of: tuple[int, int]

    @property
    def table(self) -> Table:
        """Each mark as a row."""
        found = []
        for row in self.rows:
            for column in self.columns:
                if cell := self.cells.get((row.iri, column.iri)):
                    number, s = cell
                    sure = f"inferred, {s.certainty}" if s.inferred else s.certainty
                    flag = "; ".join(self.flags.get(column.iri, ()))
                    words = (row.label, row.kind_label, column.label, sure, flag, places(s.places, 99))
                    found.append((number, words))
        head = ("Drug", "Kind", "Side effect", "Certainty", "Also a sign of the red flag", "Where")
        return Table("The marks of the chart", head, tuple(found))

    def paint(self, sheet: Sheet, y: float, inner: float) -> float:
        """Draw the matrix."""
        names = [fitted(r.label, 14, 240) for r in self.rows]
        heads = [fitted(c.label, 14, 180) for c in self.columns]
        x0 = MARGIN + 24 + max(text.width(n, 14) for n in [*names, "drugs with it"]) + 14
        # A label that is turned by 45 degrees is as high as it is wide.
        tall = max(text.width(h, 14) for h in heads) * 0.7072 + 12
        flagged = 20.0 if self.flags else 4.0
        top = y + tall + flagged
        right = x0 + PITCH * len(self.columns)
        count = right + 46
        place = max(text.width(places(self._places(r)), 13) for r in self.rows)
        end = max(count + 28 + place, MARGIN + inner if inner else 0.0)
        self._grid(sheet, x0, top, end)
        for i, (column, head) in enumerate(zip(self.columns, heads, strict=True)):
            self._column(sheet, column, head, x0 + PITCH * (i + 0.5), top, top - flagged - 6)
        sheet.text(count, top - 10, Run("effects", "ink2"), 13, part="margin", align="right")
        for j, (row, name) in enumerate(zip(self.rows, names, strict=True)):
            middle = top + HIGH * (j + 0.5)
            with sheet.group(node_group(row), f"{row.label} ({row.kind_label or row.kind})"):
                sheet.glyph(MARGIN + 9, middle, row.kind)
                sheet.text(MARGIN + 24, middle, name, part="row")
            sheet.text(count, middle, str(self.effects.get(row.iri, 0)), part="margin", align="right")
            sheet.text(end, middle, Run(places(self._places(row)), "ink2"), 13, part="place", align="right")
            for i, column in enumerate(self.columns):
                if cell := self.cells.get((row.iri, column.iri)):
                    number, s = cell
                    link = self.scene.links[number]
                    with sheet.group(f'class="edge" data-links="{number}"', sentence(self.scene, link)):
                        x = x0 + PITCH * (i + 0.5)
                        certainty_mark(sheet, x, middle, s.certainty, inferred=s.inferred, r=6.5)
        bottom = top + HIGH * len(self.rows)
        sheet.text(MARGIN + 24, bottom + 16, Run("drugs with it", "ink2"), 13, part="margin")
        for i, column in enumerate(self.columns):
            x = x0 + PITCH * (i + 0.5)
            sheet.text(x, bottom + 16, str(self.drugs[column.iri]), 13, part="margin", align="middle")
        return bottom + 28

    def _grid(self, sheet: Sheet, x0: float, top: float, end: float) -> None:
        bottom = top + HIGH * len(self.rows)
        for j in range(len(self.rows) + 1):
            sheet.rule(MARGIN, top + HIGH * j, end, top + HIGH * j)
        for i in range(len(self.columns)):
            x = x0 + PITCH * (i + 0.5)
            sheet.rule(x, top, x, bottom)
        classes = sum(r.kind == "DrugClass" for r in self.rows)
        if 0 < classes < len(self.rows):
            line = bottom - HIGH * classes
            sheet.rule(MARGIN, line, end, line, "mixed-line")
        sheet.rule(MARGIN, bottom, end, bottom, "mixed-line")
        sheet.rule(MARGIN, top, end, top, "mixed-line")

    def _column(self, sheet: Sheet, column: Node, head: str, x: float, top: float, foot: float) -> None:
        with sheet.group(node_group(column), f"{column.label} ({column.kind_label or column.kind})"):
            if column.iri in self.flags:
                sheet.glyph(x + 1, top - 13, "RedFlag")
            sheet.text(x - 1, foot, head, part="column", turn=TURN)

    def _places(self, row: Node) -> list[str]:
        mine = (self.cells.get((row.iri, c.iri)) for c in self.columns)
        return list(dict.fromkeys(p for cell in mine if cell for p in cell[1].places))

    def legend(self) -> list[Item]:
        """Certainties and kinds that are there, and the flag."""
        present = [s for _, s in self.cells.values()]
        found = certainty_items(
            [s.certainty for s in present if not s.inferred], inferred=any(s.inferred for s in present)
        )
        kinds = dict.fromkeys((r.kind, r.kind_label or r.kind or "of no kind") for r in self.rows)
        found += [Item(lambda s, x, y, k=kind: s.glyph(x + 9, y, k), 18, label) for kind, label in kinds]  # type: ignore[misc]
        if self.flags:
            found.append(Item(lambda s, x, y: s.glyph(x + 7, y, "RedFlag"), 14, "also a sign of a red flag"))
        return found

    def notes(self) -> list[str]:
        """What a blank means, which red flags are meant, and what was left out."""
        found = ["An empty place: the source lists none, which does not say that there is none."]
        if any(r.kind == "DrugClass" for r in self.rows):
            found.append("Drug classes stand below the line and are not counted as drugs.")
        signs: dict[str, list[str]] = {}
        for column in self.columns:
            for flag in self.flags.get(column.iri, ()):
                signs.setdefault(flag, []).append(column.label)
        found += [f"Red flag “{flag}”: {', '.join(effects)}." for flag, effects in signs.items()]
        shown = (len(self.rows), len(self.columns))
        for n, m, what in zip(shown, self.of, ("rows", "side effects"), strict=True):
            if n < m:
                found.append(f"Showing {n} of {m} {what}.")
        found.append("Not medical advice: the list restates one article.")
        return found


def read(kg: Graph, top: int | None = None) -> SideEffects:
    """The matrix of all drugs of the list of drugs and of whatever else has side effects.

    Rows stand in the order of the list, then by name, classes last; columns by how many drugs share them, then by
    name. Raises NothingToDrawError where no side effect is stated.
    """
    predicate = ns.spasm("hasSideEffect")
    stated: dict[tuple[str, str], list[Statement]] = {}
    answer = kg.run("drug-side-effects", drug="any")
    for row, found in rows_of(kg, answer, lambda r: (value(r["drug"]), predicate, value(r["side_effect"]))):
        stated.setdefault((value(row["drug"]), value(row["side_effect"])), found)
    if not stated:
        raise NothingToDrawError("the chart of side effects", "no side effect is stated of any drug")
    listed = members(kg, "list-of-drugs")
    about = nodes(kg.store, [*listed, *(end for pair in stated for end in pair)])
    order = {iri: i for i, iri in enumerate(listed)}
    rows = sorted(
        {*listed, *(drug for drug, _ in stated)},
        key=lambda i: (about[i].kind == "DrugClass", order.get(i, len(order)), about[i].label, i),
    )
    drugs = {effect: 0 for _, effect in stated}
    for drug, effect in stated:
        drugs[effect] += about[drug].kind != "DrugClass"
    columns = sorted(drugs, key=lambda i: (-drugs[i], about[i].label, i))
    of, most = (len(rows), len(columns)), top or MOST
    rows, columns = rows[:most], columns[:most]
    kept = {pair: strongest(s) for pair, s in stated.items() if pair[0] in rows and pair[1] in columns}
    if not kept:
        raise NothingToDrawError("the chart of side effects", f"the first {most} rows have none; show more with --top")
    flags: dict[str, list[str]] = {}
    for row in kg.run("side-effects-that-are-red-flag-signs", drug="any").rows:
        effect, flag = value(row["side_effect"]), row["red_flag_label"]
        if effect in columns and flag and flag.value not in flags.setdefault(effect, []):
            flags[effect].append(flag.value)
    scene = Scene(
        tuple(about[i] for i in sorted({*rows, *columns}, key=lambda i: about[i].id)),
        links(kg.store, list(kept.values())),
        title="Side effects of drugs",
        subtitle="A mark for each side effect that the source lists; the most shared on the left",
        total=len(stated),
        dataset=kg.dataset,
    )
    return SideEffects(
        scene,
        tuple(about[i] for i in rows),
        tuple(about[i] for i in columns),
        {pair: (n, s) for n, (pair, s) in enumerate(kept.items())},
        drugs,
        _counted(rows, list(stated)),
        {k: tuple(v) for k, v in flags.items()},
        of,
    )


def _counted(rows: Sequence[str], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    return {r: sum(drug == r for drug, _ in pairs) for r in rows}
