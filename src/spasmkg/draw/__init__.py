"""Pictures of the graph: what to show, where it stands, and how it is written as SVG, PNG or HTML."""

from spasmkg.draw.drawing import Drawing

__all__ = ["Drawing"]
