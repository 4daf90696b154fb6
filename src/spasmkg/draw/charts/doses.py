"""Doses on an axis of amounts a day: start, usual range, maximum; stated ones full, derived ones hollow."""

from __future__ import annotations

from dataclasses import dataclass

from spasmkg.draw import text
from spasmkg.draw.charts import amounts
from spasmkg.draw.charts.amounts import Amount, Panel, Part, PlottedRow, number
from spasmkg.draw.charts.axis import Axis, axis
from spasmkg.draw.charts.frame import Item, Table
from spasmkg.draw.charts.marks import dose_mark
from spasmkg.draw.charts.sheet import Run, Sheet, fitted, wide
from spasmkg.draw.charts.statements import Graph, Statement, links, node_group, nodes, places
from spasmkg.draw.scene import Node, Scene
from spasmkg.draw.svg import MARGIN, sentence
from spasmkg.errors import NothingToDrawError

__all__ = ["Doses", "read"]

MOST = 60
LINE, PLOT = 20.0, 400.0


@dataclass(frozen=True)
class Doses:
    """Panels of rows, and the parts of doses that stand on no axis."""

    scene: Scene
    panels: tuple[Panel, ...]
    others: tuple[Part, ...]
    about: dict[str, Node]
    number: dict[str, int]
    of: tuple[int, int]

    @property
    def _rows(self) -> list[PlottedRow]:
        return [row for panel in self.panels for row in panel.rows]

    @property
    def table(self) -> Table:
        """Each amount, on an axis or not, as a row."""
        found = []
        for panel in self.panels:
            for row in panel.rows:
                for a in row.amounts:
                    words = "; ".join(p.words for p in a.parts)
                    how = "derived" if a.derived else "stated"
                    name = f"{row.medicine.label}: {row.ingredient}" if row.ingredient else row.medicine.label
                    cells = (name, a.phase, words, f"{_span(a)} {panel.unit}", how, _sure(a.parts), _places(a.parts))
                    found.append((self.number[a.parts[0].dose], cells))
        for p in self.others:
            words = p.words or "no amount"
            cells = (
                self.about[p.medicine].label,
                p.phase,
                words,
                "",
                f"on no axis: {p.why}",
                _sure((p,)),
                _places((p,)),
            )
            found.append((self.number[p.dose], cells))
        head = ("Medicine", "Stage", "As written", "Amount a day", "Stated or derived", "Certainty", "Where")
        return Table("The doses of the chart", head, tuple(found))

    # ---- the picture ----

    def paint(self, sheet: Sheet, y: float, inner: float) -> float:
        """Draw the panels, then what stands on none."""
        names = [fitted(r.medicine.label, 14, 230) for r in self._rows]
        left = MARGIN + 24 + max((text.width(n, 14) for n in names), default=0.0) + 22
        for panel in self.panels:
            y = self._panel(sheet, panel, y, left, left + PLOT, inner) + 26
        return self._list(sheet, y, inner) if self.others else y - 14

    def _panel(self, sheet: Sheet, panel: Panel, y: float, left: float, plot: float, inner: float) -> float:
        every = [a for row in panel.rows for a in row.amounts]
        scale = axis([x for a in every for x in (a.low, a.high)], left + 8, plot - 8)
        stage = plot + 26
        words = stage + max(text.width(a.phase, 13) for a in every) + 16
        daily = words + max(wide(runs, 13) for a in every for runs in self._lines(a)) + 20
        amount = daily + max(text.width(n, 13) for n in [*map(_number, every), f"{panel.unit} a day"])
        where = amount + 24 + max(text.width(_places(a.parts), 13) for a in every)
        end = max(where, MARGIN + inner if inner else 0.0)
        curved = (
            ", logarithmic axis: each number is ten times the one before it" if scale.minor else ", logarithmic axis"
        )
        title = f"{panel.unit} a day{curved if scale.logarithmic else ''}"
        sheet.text(left, y + 8, Run(title, "ink2"), 13, part="axis")
        sheet.text(words, y + 28, Run("as written", "ink2"), 13, part="heading")
        sheet.text(amount, y + 28, Run(f"{panel.unit} a day", "ink2"), 13, part="heading", align="right")
        top = y + 40
        spots = _tops(panel, top, self)
        bottom = spots[-1][2]
        for tick in (*scale.minor, *scale.ticks):
            sheet.rule(scale.at(tick), top - (2 if tick in scale.minor else 5), scale.at(tick), bottom)
        for tick in _spaced(scale):
            for level in (y + 28, bottom + 14):
                sheet.text(scale.at(tick), level, Run(number(tick), "ink2"), 13, part="tick", align="middle")
        sheet.rule(MARGIN, top, end, top, "mixed-line")
        for row, first, _, kind in spots:
            if first > top:
                sheet.rule(MARGIN, first, end, first, "mixed-line" if kind else "rule")
            at = first + 5 + LINE / 2
            with sheet.group(node_group(row.medicine), f"{row.medicine.label} ({row.medicine.kind_label})"):
                sheet.glyph(MARGIN + 9, at, row.medicine.kind)
                sheet.text(MARGIN + 24, at, fitted(row.medicine.label, 14, 230), part="row")
            for a in row.amounts:
                self._amount(sheet, a, scale, at)
                sheet.text(stage, at, Run(a.phase, "ink2"), 13, part="stage")
                for i, runs in enumerate(self._lines(a)):
                    sheet.runs(words, at + LINE * i, runs, part="written")
                ink = "inferred-ink" if a.derived else "ink"
                sheet.text(amount, at, Run(_number(a), ink), 13, part="amount", align="right")
                sheet.text(end, at, Run(_places(a.parts), "ink2"), 13, part="place", align="right")
                at += LINE * len(self._lines(a))
        sheet.rule(MARGIN, bottom, end, bottom, "mixed-line")
        return bottom + 22

    def _amount(self, sheet: Sheet, a: Amount, scale: Axis, y: float) -> None:
        numbers = dict.fromkeys(self.number[p.dose] for p in a.parts)
        how = "derived" if a.derived else "stated"
        told = "; ".join(sentence(self.scene, self.scene.links[n]) for n in numbers)
        attributes = f'class="edge" data-links="{" ".join(map(str, numbers))}" data-amount="{how}"'
        with sheet.group(attributes, f"{told}; {_span(a)} a day, {how}"):
            x0, x1 = scale.at(a.low), scale.at(a.high)
            ranged = a.high > a.low
            if ranged:
                d = f"M{x0:.1f} {y:.1f}L{x1:.1f} {y:.1f}"
                sheet.shape(d, "line inferred-line" if a.derived else "line ring", stroke=5 if a.derived else 2.6)
                if a.derived:
                    sheet.shape(d, "line inner", stroke=2)
                dose_mark(sheet, x0, y, a.phase, derived=a.derived, first=False)
            dose_mark(sheet, x1, y, a.phase, derived=a.derived, first=not ranged)

    def _lines(self, a: Amount) -> list[list[Run]]:
        """What the source writes of an amount: one line for each part."""
        found = []
        for p in a.parts:
            found.append([Run(fitted(p.words, 13, 330)), *_hedge(p)])
        return found

    def _list(self, sheet: Sheet, y: float, inner: float) -> float:
        """The parts of doses that stand on no axis, each with the reason."""
        names = [fitted(self.about[p.medicine].label, 13, 300) for p in self.others]
        left = MARGIN + 24 + max(text.width(n, 13) for n in names) + 22
        phases = max(text.width(p.phase, 13) for p in self.others)
        x1 = left + phases + 16
        lines = [[Run(fitted(p.words or "no amount", 13, 460)), *_hedge(p)] for p in self.others]
        x2 = x1 + max(wide(runs, 13) for runs in lines) + 24
        reasons = [fitted(p.why, 13, 300) for p in self.others]
        end = (
            x2 + max(text.width(r, 13) for r in reasons) + 24 + max(text.width(_places((p,)), 13) for p in self.others)
        )
        end = max(end, MARGIN + inner if inner else 0.0)
        sheet.text(MARGIN, y + 8, Run("On no axis", weight=text.SEMIBOLD), part="heading")
        sheet.text(x2, y + 8, Run("why", "ink2"), 13, part="heading")
        y += 22
        sheet.rule(MARGIN, y, end, y, "mixed-line")
        for p, name, runs, reason in zip(self.others, names, lines, reasons, strict=True):
            node, at = self.about[p.medicine], y + 12
            with sheet.group(node_group(node), f"{node.label} ({node.kind_label})"):
                sheet.glyph(MARGIN + 9, at, node.kind)
                sheet.text(MARGIN + 24, at, name, 13, part="row")
            with sheet.group(f'class="label" data-links="{self.number[p.dose]}"'):
                sheet.text(left, at, Run(p.phase, "ink2"), 13, part="stage")
                sheet.runs(x1, at, runs, part="written")
                sheet.text(x2, at, Run(reason, "ink2"), 13, part="why")
            sheet.text(end, at, Run(_places((p,)), "ink2"), 13, part="place", align="right")
            y += 24
            sheet.rule(MARGIN, y, end, y)
        sheet.rule(MARGIN, y, end, y, "mixed-line")
        return y

    def legend(self) -> list[Item]:
        """Stages that are there, and how stated and derived amounts look."""
        every = [a for row in self._rows for a in row.amounts]
        found = []
        for phase in sorted({a.phase for a in every}, key=amounts.stage):
            derived = all(a.derived for a in every if a.phase == phase)
            found.append(
                Item(lambda s, x, y, p=phase, d=derived: dose_mark(s, x + 7, y, p, derived=d), 14, phase or "no stage")  # type: ignore[misc]
            )
        for derived, words in ((False, "stated as an amount a day"), (True, "derived, not stated")):
            if any(a.derived == derived for a in every):
                found.append(Item(lambda s, x, y, d=derived: _sample(s, x, y, derived=d), 40, words))  # type: ignore[misc]
        kinds = dict.fromkeys((r.medicine.kind, r.medicine.kind_label or "of no kind") for r in self._rows)
        kinds |= dict.fromkeys(
            (n.kind, n.kind_label or "of no kind") for n in (self.about[p.medicine] for p in self.others)
        )
        for kind, label in kinds:
            found.append(Item(lambda s, x, y, k=kind: s.glyph(x + 9, y, k), 18, label))  # type: ignore[misc]
        return found

    def notes(self) -> list[str]:
        """That this is no advice, how amounts were derived, and what was left out."""
        found = ["Not medical advice: doses restate one article and are not checked against a formulary."]
        if any(a.derived for row in self._rows for a in row.amounts):
            found.append(
                "A derived amount is the amount of one intake times the intakes a day, fewest to most; parts of one stage"
                " are added. The source does not state it."
            )
        found.append("Amounts of one intake stand on no axis of their own; g and µg are drawn in mg.")
        for n, m, what in zip((len(self._rows), len(self.others)), self.of, ("rows", "doses on no axis"), strict=True):
            if n < m:
                found.append(f"Showing {n} of {m} {what}.")
        return found


def _tops(panel: Panel, top: float, doses: Doses) -> list[tuple[PlottedRow, float, float, bool]]:
    """Each row with where it begins and ends, and whether it is the first of another kind than the row before."""
    found: list[tuple[PlottedRow, float, float, bool]] = []
    y = top
    for row in panel.rows:
        lines = sum(len(doses._lines(a)) for a in row.amounts)
        kind = bool(found) and found[-1][0].medicine.kind != row.medicine.kind
        found.append((row, y, y + 10 + LINE * lines, kind))
        y = found[-1][2]
    return found


def _spaced(scale: Axis) -> list[float]:
    """The ticks whose numbers stand clear of each other."""
    found: list[float] = []
    end = float("-inf")
    for tick in scale.ticks:
        half = text.width(number(tick), 13) / 2
        if scale.at(tick) - half > end + 8:
            found.append(tick)
            end = scale.at(tick) + half
    return found


def _sample(sheet: Sheet, x: float, y: float, *, derived: bool) -> None:
    d = f"M{x + 6:.1f} {y:.1f}L{x + 34:.1f} {y:.1f}"
    sheet.shape(d, "sample inferred-line" if derived else "sample ring", stroke=5 if derived else 2.6)
    if derived:
        sheet.shape(d, "sample inner", stroke=2)
    for at in (x + 6, x + 34):
        dose_mark(sheet, at, y, "usual", derived=derived)


def _hedge(part: Part) -> list[Run]:
    s = part.statement
    if s.certainty == "asserted" and not s.inferred:
        return []
    sure = Run(f"inferred, {s.certainty}" if s.inferred else s.certainty, "ink2")
    return [sure, *([Run(f"“{fitted(s.hedge, 13, 110)}”", serif=True)] if s.hedge else [])]


def _sure(parts: tuple[Part, ...]) -> str:
    return ", ".join(dict.fromkeys(" ".join(r.words for r in _hedge(p)) or "asserted" for p in parts))


def _span(a: Amount) -> str:
    return number(a.low) if a.low == a.high else f"{number(a.low)}–{number(a.high)}"


def _number(a: Amount) -> str:
    return f"{'derived ' if a.derived else ''}{_span(a)}"


def _places(parts: tuple[Part, ...]) -> str:
    return places(list(dict.fromkeys(w for p in parts for w in p.statement.places)))


def read(kg: Graph, top: int | None = None) -> Doses:
    """The doses of all medicines and treatments. Raises NothingToDrawError where the graph states none."""
    panels, others, about = amounts.read(kg)
    if not panels and not others:
        raise NothingToDrawError("the chart of doses", "no dose is stated")
    most = top or MOST
    of = (sum(len(p.rows) for p in panels), len(others))
    kept, left = [], most
    for panel in panels:
        kept.append(Panel(panel.unit, panel.rows[: max(0, left)]))
        left -= len(panel.rows)
    shown = [p for p in kept if p.rows]
    every = {p.dose for panel in panels for r in panel.rows for a in r.amounts for p in a.parts}
    every |= {p.dose for p in others}
    others = others[:most]
    parts = [p for panel in shown for row in panel.rows for a in row.amounts for p in a.parts] + others
    stated: dict[str, Statement] = {p.dose: p.statement for p in parts}
    statements = list(stated.values())
    things = nodes(kg.store, [x for s in statements for x in (s.edge[0], s.edge[2])])
    scene = Scene(
        tuple(sorted(things.values(), key=lambda n: n.id)),
        links(kg.store, statements),
        title="Doses that the source states",
        subtitle="Amounts a day from start to maximum, of each kind the highest first. Amounts of one intake are another thing: where"
        " only those are stated, what they come to in a day is derived",
        total=len(every),
        dataset=kg.dataset,
        unit="doses",
    )
    return Doses(scene, tuple(shown), tuple(others), about, {d: i for i, d in enumerate(stated)}, of)
