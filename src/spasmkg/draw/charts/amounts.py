"""The doses of a graph sorted for an axis: amounts a day that are stated, those that are derived, and all others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from spasmkg import namespaces as ns
from spasmkg.draw.charts.statements import Graph, Statement, nodes, strongest, value
from spasmkg.draw.charts.statements import read as rows_of
from spasmkg.draw.scene import Node
from spasmkg.model import Row

__all__ = ["Amount", "Panel", "Part", "PlottedRow", "number", "read", "stage"]

MASSES = ("mg", "g", "ug")
"""The units that the question ``derived-daily-doses`` turns into mg."""
ORDER = ("start", "titration", "usual", "alternative", "maximum", "taper")
_UNITS = {"d": "day", "h": "hour", "wk": "week", "mo": "month", "min": "minute", "s": "second"}
_NAMES = {"[iU]": "IU", "ug": "µg", "ug/kg": "µg/kg", "{cells}": "cells"}


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of a dose as the source gives it, with how often; ``why`` says why it stands on no axis."""

    medicine: str
    dose: str
    phase: str
    ingredient: str
    low: float | None
    high: float | None
    unit: str
    per: str
    words: str
    statement: Statement
    why: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """What stands on an axis: a stage with its lowest and highest amount a day, stated or derived from its parts."""

    phase: str
    low: float
    high: float
    derived: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PlottedRow:
    """A medicine, or one ingredient of it, with its amounts in the order of the stages."""

    medicine: Node
    ingredient: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows that share an axis, and its unit."""

    unit: str
    rows: tuple[PlottedRow, ...]


def number(amount: float) -> str:
    """A number as a person writes it.

    >>> number(1400.0), number(0.25), number(12345.678)
    ('1,400', '0.25', '12,345.68')
    """
    plain = f"{amount:,.2f}" if abs(amount) >= 0.01 else f"{amount:.3g}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def read(kg: Graph) -> tuple[list[Panel], list[Part], dict[str, Node]]:
    """Panels of amounts a day, the parts of doses that stand on none, and the medicines and ingredients by IRI."""
    ranges = {}
    for row in kg.run("dose-ranges", unit="any").rows:
        key = (value(row["dose"]), value(row["as_written"]), value(row["per"]))
        ranges[key] = (_float(value(row["low"])), _float(value(row["high"])), value(row["unit_code"]))
    derived = {}
    for row in kg.run("derived-daily-doses", medicine="any").rows:
        key = (value(row["medicine"]), value(row["phase_label"]), value(row["ingredient"]))
        derived[key] = (_float(value(row["lowest_mg"])), _float(value(row["highest_mg"])))
    predicate = ns.spasm("hasDosePhase")
    answer = kg.run("dose-schemes", drug="any")
    parts = []
    for row, found in rows_of(kg, answer, lambda r: (value(r["drug"]), predicate, value(r["dose"]))):
        key = (value(row["dose"]), value(row["amount"]), value(row["per"]))
        parts.append(_part(row, ranges.get(key, (None, None, "")), strongest(found), derived))
    about = nodes(kg.store, [x for p in parts for x in (p.medicine, p.ingredient or p.medicine)])
    parts.sort(key=lambda p: (_kind(about[p.medicine]), about[p.medicine].label, p.medicine, stage(p.phase), p.dose))
    panels = [p for p in [_mass(parts, derived, about), *_others(parts, about)] if p.rows]
    placed = {id(p) for panel in panels for row in panel.rows for a in row.amounts for p in a.parts}
    return panels, [p for p in parts if id(p) not in placed], about


def _part(
    row: Row,
    amount: tuple[float | None, float | None, str],
    statement: Statement,
    derived: dict[tuple[str, str, str], tuple[float | None, float | None]],
) -> Part:
    medicine, ingredient, per = value(row["drug"]), value(row["ingredient"]), value(row["per"])
    phase, low, high, unit = value(row["phase_label"]), *amount
    period = value(row["period_unit"])
    why = _why(low, high, unit, per, value(row["amount"]), period, often=bool(value(row["frequency"])))
    if not why and not all(x and x > 0 for x in derived.get((medicine, phase, ingredient or medicine), (None,))):
        why = "no amount a day could be derived"
    written = value(row["amount"])
    of = f"of {value(row['ingredient_label'])}" if ingredient not in ("", medicine) else ""
    days = "a day" if per == "day" and not re.search(r"\bday\b", written) else ""
    course = "for the course" if per == "course" else ""
    amount_words = " ".join(w for w in (written, of, days, course) if w) if written else ""
    words = [amount_words, _often(row), value(row["step_text"])]
    if words[2] and words[2] in written:
        words[2] = ""
    return Part(
        medicine, value(row["dose"]), phase, ingredient, low, high, unit, per,
        ", ".join(w for w in words if w), statement, why,
    )  # fmt: skip


def _why(low: float | None, high: float | None, unit: str, per: str, written: str, period: str, *, often: bool) -> str:
    """Why an amount stands on no axis of amounts a day; empty where it does."""
    if not written:
        return "no amount is given"
    if low is None or high is None:
        return "the ends of the amount are not given"
    if not 0 < low <= high:
        return "the amount has no range above zero"
    if unit not in MASSES:
        name = _NAMES.get(unit, unit or "an amount without a unit")
        reasons = {"[iU]": "IU are not turned into mg", "{cells}": "cells are counted, not weighed"}
        return reasons.get(
            unit, f"{name} depends on body weight" if unit.endswith("/kg") else f"{name} is no unit of mass"
        )
    if per in ("day", "intake"):
        if per == "day" or (often and period in ("d", "h")):
            return ""
        return f"not taken daily: per {_UNITS.get(period, period)}" if period else "how often a day is not given"
    reasons = {"step": "a step by which a dose is raised", "course": "an amount for a whole course"}
    return reasons.get(per, f"an amount per {per}" if per else "what the amount is for is not given")


def _often(row: Row) -> str:
    """How often, in words."""
    times, more = value(row["frequency"]), value(row["frequency_max"])
    span, longer = (value(row[n]).removesuffix(".0") for n in ("period", "period_max"))
    unit = _UNITS.get(value(row["period_unit"]), value(row["period_unit"]))
    if not unit:
        return ""
    if times and span == "1" and not longer:
        if not more and times in ("1", "2"):
            return f"{'once' if times == '1' else 'twice'} a {unit}"
        return f"{times}{f' to {more}' if more else ''} times a {unit}"
    spans = f"{span} to {longer}" if longer else span
    return f"every {spans + ' ' if spans != '1' else ''}{unit}{'s' if spans != '1' else ''}"


def _mass(
    parts: list[Part], derived: dict[tuple[str, str, str], tuple[float | None, float | None]], about: dict[str, Node]
) -> Panel:
    """The amounts in mg a day; a single amount that is stated a day is stated, all others are derived."""
    stages: dict[tuple[str, str], dict[str, list[Part]]] = {}
    for p in parts:
        if not p.why:
            stages.setdefault((p.medicine, p.ingredient), {}).setdefault(p.phase, []).append(p)
    rows = []
    for (medicine, ingredient), found in stages.items():
        amounts = []
        for phase, mine in found.items():
            low, high = (x or 0.0 for x in derived[medicine, phase, ingredient or medicine])
            amounts.append(Amount(phase, low, high, len(mine) > 1 or mine[0].per != "day", tuple(mine)))
        rows.append(_row(medicine, ingredient, amounts, about))
    return Panel("mg", _sorted(rows))


def _others(parts: list[Part], about: dict[str, Node]) -> list[Panel]:
    """For each other unit that two medicines have stated amounts a day in, an axis of its own."""
    daily = [p for p in parts if p.unit not in MASSES and p.per == "day" and "/" not in p.unit and p.low and p.high]
    shared = Counter(unit for unit, _ in {(p.unit, p.medicine) for p in daily})
    panels = []
    for unit in sorted(u for u, n in shared.items() if n > 1):
        stages: dict[tuple[str, str], list[Amount]] = {}
        for p in daily:
            if p.unit == unit and p.low and p.high:
                stages.setdefault((p.medicine, p.ingredient), []).append(Amount(p.phase, p.low, p.high, False, (p,)))
        rows = [_row(*key, amounts, about) for key, amounts in stages.items()]
        panels.append(Panel(_NAMES.get(unit, unit), _sorted(rows)))
    return panels


def _row(medicine: str, ingredient: str, amounts: Iterable[Amount], about: dict[str, Node]) -> PlottedRow:
    label = about[ingredient].label if ingredient and ingredient != medicine else ""
    return PlottedRow(about[medicine], label, tuple(sorted(amounts, key=lambda a: (stage(a.phase), a.high))))


def _sorted(rows: list[PlottedRow]) -> tuple[PlottedRow, ...]:
    """By kind, then from the highest amount to the lowest, then by name."""

    def place(row: PlottedRow) -> tuple[object, ...]:
        highest = max(a.high for a in row.amounts)
        return (_kind(row.medicine), -highest, row.medicine.label, row.medicine.iri, row.ingredient)

    return tuple(sorted(rows, key=place))


def _kind(node: Node) -> tuple[int, str]:
    first = ("Drug", "Supplement")
    return (first.index(node.kind) if node.kind in first else len(first), node.kind)


def stage(phase: str) -> tuple[int, str]:
    """The place of a stage among the stages of a dose, for sorting."""
    return (ORDER.index(phase) if phase in ORDER else len(ORDER), phase)


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
