"""spasmkg: a knowledge graph of muscle spasms in which every edge leads to the place that states it.

>>> import spasmkg
>>> kg = spasmkg.open()
>>> kg.entity("baclofen").kind
'Drug'
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from spasmkg.kg import KnowledgeGraph

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(where: str | Path | None = None) -> KnowledgeGraph:  # noqa: A001
    """Open the bundled graph, or a graph on disk by its folder; see :func:`spasmkg.kg.open_graph`."""
    from spasmkg.kg import open_graph

    return open_graph(where)
