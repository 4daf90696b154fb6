"""Boxes and lines read back from an SVG picture, and what is wrong with them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
SLACK = 0.6
"""Boxes are written with one decimal."""


def boxes(svg: str) -> list[tuple[str, str, tuple[float, float, float, float]]]:
    """(part, what it says or belongs to, box) of everything that has a box."""
    found = []
    for group in ET.fromstring(svg).iter():
        if box := group.get("data-box"):
            found.append((group.get("data-part"), group.text or "", tuple(map(float, box.split()))))
    return found


def _apart(a, b) -> bool:
    (ax, ay, aw, ah), (bx, by, bw, bh) = a, b
    return ax + aw <= bx + SLACK or bx + bw <= ax + SLACK or ay + ah <= by + SLACK or by + bh <= ay + SLACK


def _inside(a, b) -> bool:
    (ax, ay, aw, ah), (bx, by, bw, bh) = a, b
    return bx <= ax and by <= ay and ax + aw <= bx + bw and ay + ah <= by + bh


def overlaps(svg: str) -> list[str]:
    """Pairs of boxes that overlap; a frame may hold what it frames."""
    every = sorted(boxes(svg), key=lambda b: b[2][1])
    found = []
    for i, (part, name, box) in enumerate(every):
        for other_part, other_name, other in every[i + 1 :]:
            if other[1] >= box[1] + box[3]:
                break
            framed = (part == "frame" and _inside(other, box)) or (other_part == "frame" and _inside(box, other))
            if not _apart(box, other) and not framed:
                found.append(f"{part} {name!r} overlaps {other_part} {other_name!r}")
    return found


def points(d: str) -> list[tuple[float, float]]:
    """Points along the data of a path made of M, L and C."""
    found: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MLC])([^MLCZ]*)", d):
        values = [float(n) for n in numbers.split()]
        aims = list(zip(values[::2], values[1::2], strict=True))
        if command == "M":
            found += aims
        elif command == "L":
            for aim in aims:
                x, y = found[-1]
                steps = max(1, int(max(abs(aim[0] - x), abs(aim[1] - y)) / 4))
                found += [(x + (aim[0] - x) * t / steps, y + (aim[1] - y) * t / steps) for t in range(1, steps + 1)]
        else:
            a, (b, c, e) = found[-1], aims
            for n in range(1, 41):
                t = n / 40
                u = 1 - t
                w = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
                found.append(tuple(w[0] * a[k] + w[1] * b[k] + w[2] * c[k] + w[3] * e[k] for k in (0, 1)))
    return found


def struck(svg: str) -> list[str]:
    """Texts, glyphs and frames that a line runs through."""
    inner = [(p, n, (x + 1, y + 1, w - 2, h - 2)) for p, n, (x, y, w, h) in boxes(svg)]
    found = set()
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        if "line" in (path.get("class") or "").split() and "edge" in _group(svg, path):
            for px, py in points(path.get("d")):
                for part, name, (x, y, w, h) in inner:
                    if x < px < x + w and y < py < y + h:
                        found.add(f"a line runs through {part} {name!r}")
    return sorted(found)


def _group(svg: str, path) -> str:
    # Lines of the legend are drawn around the origin, in a group that is moved: they start at M0.
    return "legend" if path.get("d").startswith("M0.0 0.0L36.0") else "edge"


def outside(svg: str) -> list[str]:
    """Boxes that reach over the border of the picture."""
    root = ET.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    return [
        f"{part} {name!r} reaches over the border"
        for part, name, (x, y, w, h) in boxes(svg)
        if x < 0 or y < 0 or x + w > width or y + h > height
    ]


def problems(svg: str) -> list[str]:
    """All that is wrong with a picture's boxes and lines."""
    return [*overlaps(svg), *struck(svg), *outside(svg)]


__all__ = ["boxes", "outside", "overlaps", "points", "problems", "struck"]
