"""The shapes of kinds as polygons, for tools that know no curves: the same outlines, so that a canvas shows what its legend shows."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from math import atan2, ceil, cos, hypot, pi, sin, sqrt

from spasmkg.outlines import OUTLINES

__all__ = ["polygon", "size"]

_Point = tuple[float, float]
_TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+")
_TURN = pi / 12  # of an arc, from point to point


@lru_cache(maxsize=100)
def polygon(shape: str) -> str:
    """The corners of a shape as cytoscape.js takes them, in a box from -1 to 1.

    >>> polygon("flag")
    '-1 -1 1 -0.515 -0.644 0.03 -0.644 1 -1 1'
    """
    corners = _joined(_parts(OUTLINES[shape]))
    left, top, wide, high = _box(corners)
    placed = ((2 * (x - left) / wide - 1, 2 * (y - top) / high - 1) for x, y in corners)
    return " ".join(f"{round(x, 3) + 0.0:g} {round(y, 3) + 0.0:g}" for x, y in placed)


def size(shape: str) -> _Point:
    """How wide and high a shape is, in the pixels of its outline.

    >>> size("bar")
    (18.0, 6.4)
    """
    _, _, wide, high = _box(_joined(_parts(OUTLINES[shape])))
    return round(wide, 1), round(high, 1)


def _box(corners: list[_Point]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _parts(path: str) -> list[tuple[list[_Point], bool]]:
    """The lines of a path, and whether each is closed; curves as short straight runs."""
    parts: list[tuple[list[_Point], bool]] = []
    line: list[_Point] = []
    words = _TOKEN.findall(path)
    command = ""
    at = 0

    def numbers(many: int) -> list[float]:
        nonlocal at
        at += many
        return [float(w) for w in words[at - many : at]]

    while at < len(words):
        if words[at].isalpha():
            command = words[at]
            at += 1
        x, y = line[-1] if line else (0.0, 0.0)
        ox, oy = (x, y) if command.islower() else (0.0, 0.0)
        match command.upper():
            case "Z":
                parts[-1] = (line, True)
            case "M":
                dx, dy = numbers(2)
                line = [(dx, dy)]
                parts.append((line, False))
                command = "L"
            case "L":
                dx, dy = numbers(2)
                line.append((ox + dx, oy + dy))
            case "H":
                line.append((ox + numbers(1)[0], y))
            case "V":
                line.append((x, oy + numbers(1)[0]))
            case "A":
                radius, _, _, is_long, is_right, dx, dy = numbers(7)
                line += _arc((x, y), (ox + dx, oy + dy), radius, bool(is_long), bool(is_right))
            case "Q":
                cx, cy, dx, dy = numbers(4)
                line += _curve([(x, y), (ox + cx, oy + cy), (ox + dx, oy + dy)])
            case "C":
                bx, by, cx, cy, dx, dy = numbers(6)
                line += _curve([(x, y), (ox + bx, oy + by), (ox + cx, oy + cy), (ox + dx, oy + dy)])
            case _:
                raise ValueError(f"no outline uses {command}")
    return parts


def _arc(start: _Point, end: _Point, radius: float, is_long: bool, is_right: bool) -> list[_Point]:
    """Points on a part of a circle, without its start."""
    (x, y), (u, v) = start, end
    half = hypot(u - x, v - y) / 2
    far = sqrt(max(0.0, radius**2 - half**2)) * (-1 if is_long == is_right else 1)
    cx = (x + u) / 2 - far * (v - y) / (2 * half)
    cy = (y + v) / 2 + far * (u - x) / (2 * half)
    first, last = atan2(y - cy, x - cx), atan2(v - cy, u - cx)
    turn = (last - first) % (2 * pi) if is_right else -((first - last) % (2 * pi))
    steps = max(2, ceil(abs(turn) / _TURN))
    inner = [first + turn * i / steps for i in range(1, steps)]
    return [*((cx + radius * cos(a), cy + radius * sin(a)) for a in inner), end]


def _curve(points: list[_Point], steps: int = 6) -> list[_Point]:
    """Points on a Bézier curve, without its start."""
    found = []
    for step in range(1, steps + 1):
        left = points
        while len(left) > 1:
            left = [(x + (u - x) * step / steps, y + (v - y) * step / steps) for (x, y), (u, v) in pairwise(left)]
        found.append(left[0])
    return found


def _joined(parts: list[tuple[list[_Point], bool]]) -> list[_Point]:
    """Several lines as one: each hangs on the nearest corner before it, there and back, so that nothing more is filled."""
    (whole, _), *others = parts
    whole = [p for i, p in enumerate(whole) if not i or p != whole[0]]
    for line, is_closed in others:
        x, y = line[0]
        near = min(range(len(whole)), key=lambda i: hypot(whole[i][0] - x, whole[i][1] - y))
        back = [line[0]] if is_closed else line[-2::-1]
        whole[near + 1 : near + 1] = [*line, *back, whole[near]]
    return whole
