"""How kinds look, and certainties in other tools: a hue and a shape for every kind, a line for every certainty.

A shape has a name of our own, which pictures draw, and for each tool the nearest shape that the tool has. Hollow shapes are classes and
constituents. No hue stands alone: shape and word always say the same.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HUES", "INFERRED", "INK", "KINDS", "LINES", "PAPER", "SHAPES", "Line", "Look", "Shape", "look"]

PAPER, INK, INFERRED = "#ffffff", "#4b5863", "#6b3fa0"
"""Colours of the ground, of stated edges and of inferred edges."""

HUES = {
    "condition": "#b3420a",
    "substance": "#1460a8",
    "intervention": "#00705c",
    "process": "#8c3f8f",
    "site": "#6d5a3a",
    "information": "#54606b",
    "alarm": "#a3200f",
}
"""The hue of each family of kinds, on white."""


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a kind: the family of kinds that gives the hue, the name of the shape, whether it is hollow."""

    family: str
    shape: str
    hollow: bool = False

    @property
    def hue(self) -> str:
        """The colour, such as ``#1460a8``."""
        return HUES[self.family]

    @property
    def fill(self) -> str:
        """The colour of the inside."""
        return PAPER if self.hollow else self.hue


KINDS: dict[str, Look] = {
    "Condition": Look("condition", "circle"),
    "Spasm": Look("condition", "circle"),
    "Disease": Look("condition", "octagon"),
    "Finding": Look("condition", "triangle"),
    "DeficiencyState": Look("condition", "down-triangle"),
    "LifeState": Look("condition", "circle", hollow=True),
    "Substance": Look("substance", "circle"),
    "Drug": Look("substance", "pill"),
    "DrugClass": Look("substance", "pill", hollow=True),
    "Supplement": Look("substance", "hexagon"),
    "Nutrient": Look("substance", "hexagon", hollow=True),
    "MolecularEntity": Look("substance", "circle", hollow=True),
    "Biologic": Look("substance", "drop"),
    "Preparation": Look("substance", "drop", hollow=True),
    "Intervention": Look("intervention", "diamond", hollow=True),
    "Test": Look("intervention", "diamond"),
    "Therapy": Look("intervention", "square"),
    "Procedure": Look("intervention", "pentagon"),
    "Device": Look("intervention", "cross"),
    "Activity": Look("intervention", "chevron"),
    "Process": Look("process", "rhomboid"),
    "Quality": Look("process", "rhomboid", hollow=True),
    "AnatomicalSite": Look("site", "barrel"),
    "Cell": Look("site", "cell", hollow=True),
    "Advice": Look("information", "tag"),
    "Faq": Look("information", "bubble", hollow=True),
    "RedFlag": Look("alarm", "flag"),
    "Information": Look("information", "page", hollow=True),
    "Item": Look("information", "page"),
    "ArticleList": Look("information", "list"),
    "Grouping": Look("information", "stack", hollow=True),
    "Quantity": Look("information", "bar"),
    "DosePhase": Look("information", "steps"),
    "Timing": Look("information", "hourglass", hollow=True),
    "EpisodePhase": Look("information", "hourglass"),
    "TimeOfDay": Look("information", "clock", hollow=True),
    "MealTiming": Look("information", "cup", hollow=True),
    "Population": Look("information", "people"),
    "Agent": Look("information", "person"),
}
"""The look of each kind that the ontology asserts."""
_OTHER = Look("information", "circle", hollow=True)


def look(kind: str) -> Look:
    """The look of a kind; of any other, that of what has no kind.

    >>> look("Drug").shape, look("Drug").fill, look("Unheard").fill
    ('pill', '#1460a8', '#ffffff')
    """
    return KINDS.get(kind, _OTHER)


@dataclass(frozen=True, slots=True)
class Shape:
    """The names that tools have for a shape: cytoscape.js (``polygon`` where it has none that is alike: then it is given the corners
    of :func:`spasmkg.polygons.polygon`), Cytoscape Desktop, Graphviz, GEXF."""

    js: str
    desktop: str
    dot: str
    gexf: str = "disc"


SHAPES: dict[str, Shape] = {
    "circle": Shape("ellipse", "ELLIPSE", "ellipse"),
    "octagon": Shape("octagon", "OCTAGON", "octagon"),
    "triangle": Shape("triangle", "TRIANGLE", "triangle", "triangle"),
    "down-triangle": Shape("polygon", "VEE", "invtriangle", "triangle"),
    "pill": Shape("round-rectangle", "ROUND_RECTANGLE", "box", "square"),
    "hexagon": Shape("hexagon", "HEXAGON", "hexagon"),
    "drop": Shape("polygon", "TRIANGLE", "egg", "triangle"),
    "diamond": Shape("diamond", "DIAMOND", "diamond", "diamond"),
    "square": Shape("rectangle", "RECTANGLE", "box", "square"),
    "pentagon": Shape("pentagon", "HEXAGON", "pentagon"),
    "cross": Shape("polygon", "OCTAGON", "Msquare", "square"),
    "chevron": Shape("polygon", "VEE", "cds"),
    "rhomboid": Shape("right-rhomboid", "PARALLELOGRAM", "parallelogram", "diamond"),
    "barrel": Shape("barrel", "ROUND_RECTANGLE", "cylinder", "square"),
    "cell": Shape("round-hexagon", "ELLIPSE", "doublecircle"),
    "tag": Shape("tag", "RECTANGLE", "house", "square"),
    "bubble": Shape("polygon", "ROUND_RECTANGLE", "tab", "square"),
    "flag": Shape("polygon", "VEE", "invhouse", "triangle"),
    "page": Shape("polygon", "RECTANGLE", "note", "square"),
    "list": Shape("polygon", "RECTANGLE", "folder", "square"),
    "stack": Shape("polygon", "RECTANGLE", "box3d", "square"),
    "bar": Shape("rectangle", "RECTANGLE", "rect", "square"),
    "steps": Shape("polygon", "RECTANGLE", "component", "square"),
    "hourglass": Shape("polygon", "HEXAGON", "Mdiamond", "diamond"),
    "clock": Shape("polygon", "ELLIPSE", "Mcircle"),
    "cup": Shape("polygon", "ROUND_RECTANGLE", "invtrapezium"),
    "people": Shape("polygon", "OCTAGON", "doubleoctagon"),
    "person": Shape("polygon", "OCTAGON", "octagon"),
}
"""Tools have fewer shapes than we: kinds that share one there differ in hue or are hollow."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: the dashes of cytoscape.js (none: solid or dots), the names in Cytoscape Desktop and Graphviz, a width.

    Graphviz has one kind of dashes and one of dots, so there two certainties share a pattern and differ in width.
    """

    dashes: tuple[int, ...]
    desktop: str
    dot: str
    dot_width: float


LINES: dict[str, Line] = {
    "asserted": Line((), "SOLID", "solid", 1.4),
    "usual": Line((12, 4), "LONG_DASH", "dashed", 1.4),
    "possible": Line((5, 4), "EQUAL_DASH", "dashed", 0.8),
    "rare": Line((), "DOT", "dotted", 1.4),
    "implied": Line((9, 3, 2, 3), "DASH_DOT", "dotted", 0.8),
}
"""The line of each certainty."""
