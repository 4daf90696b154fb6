"""A level axis for amounts: straight where they are close together, logarithmic where they are far apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

__all__ = ["Axis", "axis"]

FAR = 20.0
"""From this ratio of the highest to the lowest amount on, an axis is logarithmic."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Where an amount stands between ``left`` and ``right``, and the amounts that have a tick."""

    low: float
    high: float
    left: float
    right: float
    logarithmic: bool
    ticks: tuple[float, ...]
    minor: tuple[float, ...] = ()

    def at(self, amount: float) -> float:
        """The place of an amount in pixels."""
        if self.logarithmic:
            share = (log10(amount) - log10(self.low)) / (log10(self.high) - log10(self.low))
        else:
            share = (amount - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)


def axis(amounts: Sequence[float], left: float, right: float) -> Axis:
    """The axis on which amounts above zero stand well.

    >>> axis([15, 400], 0, 100).logarithmic, axis([15, 90], 0, 100).ticks
    (True, (0.0, 20.0, 40.0, 60.0, 80.0, 100.0))
    >>> axis([15, 400], 0, 100).ticks
    (10.0, 100.0, 1000.0)
    """
    least, most = min(amounts), max(amounts)
    if most / least > FAR:
        first, last = floor(log10(least)), ceil(log10(most))
        step = max(1, ceil((last - first) / 8))
        last = first + step * ceil((last - first) / step)
        ticks = tuple(10.0**e for e in range(first, last + 1, step))
        minor = tuple(10.0**e * f for e in range(first, last) for f in (2, 5)) if step == 1 and last - first < 6 else ()
        return Axis(ticks[0], ticks[-1], left, right, True, ticks, minor)
    rough = most / 5
    size = 10.0 ** floor(log10(rough))
    step_size = next(f * size for f in (1, 2, 2.5, 5, 10) if f * size >= rough * 0.999999)
    count = ceil(most / step_size * 0.999999)
    ticks = tuple(step_size * i for i in range(count + 1))
    return Axis(0.0, ticks[-1], left, right, False, ticks)
