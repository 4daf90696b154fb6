"""Marks of charts: how full a disc is says how certain, a shape says which stage of a dose it is.

All are paths of lines and curves around a point, so that a test can read where they run.
"""

from __future__ import annotations

from spasmkg.draw.charts.sheet import Sheet

__all__ = ["SHARES", "certainty_mark", "dose_mark", "ring"]

SHARES = {"asserted": 4, "usual": 3, "possible": 2, "rare": 1}
"""How many quarters of its disc are full for a certainty; an implied relation has a hollow diamond."""


def ring(x: float, y: float, r: float, quarters: int = 4) -> str:
    """A disc, or so many quarters of it clockwise from the top, as the data of a path.

    >>> ring(0, 0, 6, 1)
    'M0.0 0.0L0.0 -6.0C3.3 -6.0 6.0 -3.3 6.0 0.0Z'
    """
    k = 0.5523 * r
    ends = [(0.0, -r), (r, 0.0), (0.0, r), (-r, 0.0), (0.0, -r)]
    ways = [(k, -r, r, -k), (r, k, k, r), (-k, r, -r, k), (-r, -k, -k, -r)]
    d = f"M{x:.1f} {y - r:.1f}" if quarters == 4 else f"M{x:.1f} {y:.1f}L{x:.1f} {y - r:.1f}"
    for (ax, ay, bx, by), (ex, ey) in zip(ways[:quarters], ends[1:], strict=False):
        d += f"C{x + ax:.1f} {y + ay:.1f} {x + bx:.1f} {y + by:.1f} {x + ex:.1f} {y + ey:.1f}"
    return d + "Z"


def _polygon(x: float, y: float, *points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x + a:.1f} {y + b:.1f}" for a, b in points) + "Z"


def certainty_mark(sheet: Sheet, x: float, y: float, certainty: str, *, inferred: bool = False, r: float = 6) -> None:
    """The mark of a certainty with its middle at ``x``, ``y``."""
    if inferred:
        sheet.shape(ring(x, y, r), "line open-head", stroke=1.4)
        sheet.shape(ring(x, y, r / 2), "open-head", stroke=1.4)
    elif certainty not in SHARES:
        side = r * 1.2
        diamond = _polygon(x, y, (0, -side), (side, 0), (0, side), (-side, 0))
        sheet.shape(diamond, "line paper ring", stroke=1.4)
    elif SHARES[certainty] == 4:
        sheet.shape(ring(x, y, r), "line ink ring", stroke=1.4)
    else:
        sheet.shape(ring(x, y, r), "line paper ring", stroke=1.4)
        sheet.shape(ring(x, y, r, SHARES[certainty]), "ink", stroke=0)


_OUTLINES: dict[str, tuple[tuple[float, float], ...]] = {
    "start": ((-4.5, -5.5), (6, 0), (-4.5, 5.5)),
    "maximum": ((-2, -7), (2, -7), (2, 7), (-2, 7)),
    "alternative": ((0, -6.5), (6.5, 0), (0, 6.5), (-6.5, 0)),
    "taper": ((-6, -4.5), (6, -4.5), (0, 6)),
}


def dose_mark(sheet: Sheet, x: float, y: float, phase: str, *, derived: bool, first: bool = True) -> None:
    """The mark of a stage of a dose: full where it is stated so, hollow where it is derived."""
    points = _OUTLINES.get(phase)
    square = ((-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0))
    d = ring(x, y, 5.5) if phase == "usual" else _polygon(x, y, *(points or square))
    css = "open-head" if derived else "ink ring"
    sheet.shape(d, f"line {css}" if first else css, stroke=1.6 if derived else 1)
