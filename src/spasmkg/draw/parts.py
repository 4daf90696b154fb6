"""What a finished layout consists of: boxes, words, marks of nodes, labels and lines, each in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from spasmkg.draw.scene import Node
from spasmkg.draw.text import REGULAR

__all__ = ["Arrow", "Box", "Label", "Layout", "Mark", "Stroke", "Words"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its upper left corner, width and height."""

    x: float
    y: float
    w: float
    h: float

    def moved(self, dx: float, dy: float) -> Box:
        """The box at another place."""
        return Box(self.x + dx, self.y + dy, self.w, self.h)


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text in its box."""

    text: str
    box: Box
    size: float
    weight: int = REGULAR

    def moved(self, dx: float, dy: float) -> Words:
        """The line at another place."""
        return replace(self, box=self.box.moved(dx, dy))


@dataclass(frozen=True, slots=True)
class Mark:
    """A node in its place: the middle of its glyph, its lines, and a frame where it is in focus."""

    node: Node
    x: float
    y: float
    words: tuple[Words, ...]
    frame: Box | None = None

    def moved(self, dx: float, dy: float) -> Mark:
        """The node at another place."""
        frame = self.frame.moved(dx, dy) if self.frame else None
        return Mark(self.node, self.x + dx, self.y + dy, tuple(w.moved(dx, dy) for w in self.words), frame)


@dataclass(frozen=True, slots=True)
class Label:
    """The label of some links (by number), in its place."""

    links: tuple[int, ...]
    words: tuple[Words, ...]
    inferred: bool

    def moved(self, dx: float, dy: float) -> Label:
        """The label at another place."""
        return replace(self, words=tuple(w.moved(dx, dy) for w in self.words))


@dataclass(frozen=True, slots=True)
class Arrow:
    """The tip of an arrow and where it points: 1 right, -1 left, 0 up."""

    x: float
    y: float
    towards: int


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line: points joined by straight runs (two points of one height) and curves, perhaps with an arrow head."""

    links: tuple[int, ...]
    points: tuple[tuple[float, float], ...]
    certainty: str
    inferred: bool
    arrow: Arrow | None = None

    def moved(self, dx: float, dy: float) -> Stroke:
        """The line at another place."""
        points = tuple((x + dx, y + dy) for x, y in self.points)
        arrow = replace(self.arrow, x=self.arrow.x + dx, y=self.arrow.y + dy) if self.arrow else None
        return replace(self, points=points, arrow=arrow)


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything in its place, from (0, 0) to (width, height)."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    strokes: tuple[Stroke, ...]
