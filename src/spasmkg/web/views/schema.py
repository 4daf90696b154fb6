"""What is linked to what: relations between kinds, counted, as rows and as a drawing that links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from spasmkg.entities import texts
from spasmkg.namespaces import local, spasm
from spasmkg.store import Store

__all__ = ["Drawing", "Join", "draw", "joins", "kinds"]

GRID = (
    ("DrugClass", "Drug", "Procedure", "Activity", "DeficiencyState"),
    ("RedFlag", "Finding", "Spasm", "Therapy", "Nutrient"),
    ("Disease", "Test", "AnatomicalSite", "Process", "Supplement"),
)
"""Where the kinds stand in the drawing: so that those with most relations between them are neighbours."""
_OF_LISTS = {"listedIn", "subtypeOf", "hasCharacteristic"}
_WIDE, _HIGH, _ACROSS, _DOWN = 164, 46, 80, 66
_TOP = 14
"""Room above the first row, for words in two lines."""
_LETTERS = 13
"""How many letters of a relation fit between two boxes."""


@dataclass(frozen=True, slots=True)
class Join:
    """A relation between two kinds, and how many edges of it there are."""

    subject: str
    predicate: str
    """The IRI of the relation."""
    label: str
    object: str
    count: int


@dataclass(frozen=True, slots=True)
class _Box:
    kind: str
    count: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class _Arrow:
    path: str
    head: str
    words: tuple[tuple[float, float, str], ...]
    """Lines of text with the middle of each."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes of kinds and arrows of relations, in pixels."""

    width: int
    height: int
    box: tuple[int, int]
    boxes: tuple[_Box, ...]
    arrows: tuple[_Arrow, ...]
    joins: tuple[Join, ...]


def kinds(store: Store) -> dict[str, str]:
    """The kind of every entity by IRI."""
    query = "SELECT ?x ?k WHERE { VALUES ?g { graph:entities graph:groupings graph:user } GRAPH ?g { ?x a ?k } }"
    return {x.value: local(k.value) for x, k in store.select(query) if k.value.startswith(spasm(""))}


def joins(store: Store, known: dict[str, str]) -> list[Join]:
    """The relations between kinds, the commonest first."""
    found: Counter[tuple[str, str, str]] = Counter()
    for s, p, o in store.select("SELECT ?s ?p ?o WHERE { GRAPH graph:edges { ?s ?p ?o } FILTER(ISIRI(?o)) }"):
        if s.value in known and o.value in known:
            found[known[s.value], p.value, known[o.value]] += 1
    labels = texts(store, {p for _, p, _ in found})
    made = [Join(a, p, labels.get(p, (local(p),))[0], b, n) for (a, p, b), n in found.items()]
    return sorted(made, key=lambda j: (-j.count, j.subject, j.label, j.object))


def draw(found: Sequence[Join], counts: Counter[str]) -> Drawing:
    """The drawing: of the relations between two neighbours the commonest."""
    boxes = {
        kind: _Box(kind, counts[kind], 1 + column * (_WIDE + _ACROSS), _TOP + row * (_HIGH + _DOWN))
        for row, line in enumerate(GRID)
        for column, kind in enumerate(line)
        if counts[kind]
    }
    arrows, drawn = [], []
    for row, line in enumerate(GRID):
        for column, kind in enumerate(line):
            others = [line[column + 1]] if column + 1 < len(line) else []
            others += [GRID[row + 1][column]] if row + 1 < len(GRID) else []
            for other in others:
                best = next(
                    (
                        j
                        for j in found
                        if {j.subject, j.object} == {kind, other} and local(j.predicate) not in _OF_LISTS
                    ),
                    None,
                )
                if best and {kind, other} <= boxes.keys():
                    arrows.append(_arrow(best, boxes[best.subject], boxes[best.object]))
                    drawn.append(best)
    width = len(GRID[0]) * (_WIDE + _ACROSS) - _ACROSS + 2
    return Drawing(
        width,
        len(GRID) * (_HIGH + _DOWN) - _DOWN + _TOP + 2,
        (_WIDE, _HIGH),
        tuple(boxes.values()),
        tuple(arrows),
        tuple(drawn),
    )


def _arrow(join: Join, start: _Box, goal: _Box) -> _Arrow:
    if start.y == goal.y:
        y = start.y + _HIGH / 2
        ahead = 1 if goal.x > start.x else -1
        x1 = start.x + _WIDE if ahead > 0 else start.x
        x2 = goal.x if ahead > 0 else goal.x + _WIDE
        a, b = x1 + 3 * ahead, x2 - 3 * ahead
        head = f"M{b:g} {y:g}l{-9 * ahead} -4.6v9.2z"
        lines = _wrapped(join.label)
        above = [((x1 + x2) / 2, y - 8 - 14 * (len(lines) - 1 - i), line) for i, line in enumerate(lines)]
        return _Arrow(f"M{a:g} {y:g}H{b - 8 * ahead:g}", head, (*above, ((x1 + x2) / 2, y + 18, str(join.count))))
    x = start.x + _WIDE / 2
    down = 1 if goal.y > start.y else -1
    y1 = start.y + _HIGH if down > 0 else start.y
    y2 = goal.y if down > 0 else goal.y + _HIGH
    a, b = y1 + 3 * down, y2 - 3 * down
    head = f"M{x:g} {b:g}l-4.6 {-9 * down}h9.2z"
    middle = (y1 + y2) / 2
    path = f"M{x:g} {a:g}V{middle - 10 * down:g}M{x:g} {middle + 10 * down:g}V{b - 8 * down:g}"
    return _Arrow(path, head, ((x, middle + 4.5, f"{join.label} · {join.count}"),))


def _wrapped(label: str) -> list[str]:
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= _LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
