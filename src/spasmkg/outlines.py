"""The shapes of kinds as outlines around the origin, in pixels, to be filled or stroked."""

from __future__ import annotations

from math import cos, pi, sin

__all__ = ["OUTLINES"]


def _polygon(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def _regular(sides: int, radius: float, turn: float = 0.0, squeeze: float = 1.0) -> str:
    angles = [turn + 2 * pi * i / sides for i in range(sides)]
    return _polygon(*((round(radius * sin(a), 2), round(-radius * squeeze * cos(a), 2)) for a in angles))


def _circle(radius: float, x: float = 0.0, y: float = 0.0) -> str:
    r = f"{radius:g} {radius:g}"
    return f"M{x - radius:g} {y:g}A{r} 0 1 1 {x + radius:g} {y:g}A{r} 0 1 1 {x - radius:g} {y:g}Z"


def _box(x: float, y: float, w: float, h: float) -> str:
    return f"M{x:g} {y:g}h{w:g}v{h:g}h{-w:g}Z"


OUTLINES: dict[str, str] = {
    "circle": _circle(7),
    "octagon": _regular(8, 7.8, pi / 8),
    "triangle": _polygon((0, -7), (8, 6.5), (-8, 6.5)),
    "down-triangle": _polygon((0, 7), (8, -6.5), (-8, -6.5)),
    "pill": "M-5 -5.5h10a5.5 5.5 0 0 1 0 11h-10a5.5 5.5 0 0 1 0 -11Z",
    "hexagon": _regular(6, 8, pi / 6),
    "drop": "M0 -8.5C2 -4.5 6 -1.5 6 2.5A6 6 0 0 1 -6 2.5C-6 -1.5 -2 -4.5 0 -8.5Z",
    "diamond": _polygon((0, -8.5), (8.5, 0), (0, 8.5), (-8.5, 0)),
    "square": _box(-6.5, -6.5, 13, 13),
    "pentagon": _regular(5, 8),
    "cross": _polygon((-2.6, -7.5), (2.6, -7.5), (2.6, -2.6), (7.5, -2.6), (7.5, 2.6), (2.6, 2.6), (2.6, 7.5),
                      (-2.6, 7.5), (-2.6, 2.6), (-7.5, 2.6), (-7.5, -2.6), (-2.6, -2.6)),
    "chevron": _polygon((-7.5, -6.5), (1.5, -6.5), (7.5, 0), (1.5, 6.5), (-7.5, 6.5), (-2, 0)),
    "rhomboid": _polygon((-4, -5.5), (9, -5.5), (4, 5.5), (-9, 5.5)),
    "barrel": "M-5 -7.5Q0 -9 5 -7.5Q8 0 5 7.5Q0 9 -5 7.5Q-8 0 -5 -7.5Z",
    "cell": _circle(7.5) + _circle(1.6),
    "tag": _polygon((-8, -5.5), (3, -5.5), (8.5, 0), (3, 5.5), (-8, 5.5)),
    "bubble": "M-5 -7h10a3 3 0 0 1 3 3v4a3 3 0 0 1 -3 3h-4l-4 4v-4h-1a3 3 0 0 1 -3 -3v-4a3 3 0 0 1 3 -3Z",
    "flag": _polygon((-6, -8), (7.5, -4), (-3.6, 0.5), (-3.6, 8.5), (-6, 8.5)),
    "page": _polygon((-6, -8), (2, -8), (6, -4), (6, 8), (-6, 8)),
    "list": _box(-7, -6.5, 14, 3.2) + _box(-7, -1.6, 14, 3.2) + _box(-7, 3.3, 14, 3.2),
    "stack": _box(-7.5, -3, 10, 10) + "M-3.5 -3v-4h11v11h-5",
    "bar": _box(-9, -3.2, 18, 6.4),
    "steps": _polygon((-8, 7), (-8, 2.5), (-2.8, 2.5), (-2.8, -2), (2.6, -2), (2.6, -6.5), (8, -6.5), (8, 7)),
    "hourglass": _polygon((-6, -7.5), (6, -7.5), (-6, 7.5), (6, 7.5)),
    "clock": _circle(7.5) + "M0 -4.5V0H3.6",
    "cup": "M-7 -5.5h11v7a4 4 0 0 1 -4 4h-3a4 4 0 0 1 -4 -4ZM4 -3.5h1.5a2.5 2.5 0 0 1 0 5.5H4",
    "person": _circle(3.2, 0, -5) + "M-6 8v-2.5a5.5 5.5 0 0 1 12 0v2.5Z",
    "people": _circle(2.8, -4, -5) + _circle(2.8, 4, -5) + "M-9 7v-2a4.5 4.5 0 0 1 9 0a4.5 4.5 0 0 1 9 0v2Z",
}  # fmt: skip
"""Each shape as the data of an SVG path."""
