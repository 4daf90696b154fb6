"""Charts: side effects of drugs, doses on an axis, causes by certainty; where they say more than a table or a graph."""

from __future__ import annotations

from collections.abc import Callable

from spasmkg.draw.charts import causes, doses, side_effects
from spasmkg.draw.charts.frame import Chart, ChartDrawing
from spasmkg.draw.charts.statements import Graph
from spasmkg.draw.drawing import Drawing
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.spelling import nearest

__all__ = ["CHARTS", "chart"]

CHARTS: dict[str, Callable[[Graph, int | None], Chart]] = {
    "side-effects": side_effects.read,
    "doses": doses.read,
    "causes": causes.read,
}
"""Each chart by name, with what reads it from a graph."""


def chart(
    kg: Graph, name: str, *, top: int | None = None, dark: bool = False, width: int | None = None, scale: float = 2.0
) -> Drawing:
    """A chart by name: ``side-effects``, ``doses`` or ``causes``.

    ``top`` is the most rows (and columns) shown, ``width`` and ``scale`` are as for other pictures. Raises
    NotFoundError for an unknown name, NothingToDrawError where the graph has nothing for it.
    """
    if name not in CHARTS:
        raise NotFoundError("chart", name, nearest(name, CHARTS), f"the charts are {', '.join(CHARTS)}")
    if top is not None and top < 1:
        raise UsageError("a chart needs room for one row: top must be 1 or more")
    made = CHARTS[name](kg, top)
    return ChartDrawing(made.scene, kg.store, dark, width, scale, made)
