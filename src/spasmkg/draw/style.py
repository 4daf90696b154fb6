"""How things look: colours for light and dark, a hue and a shape for every kind, a line for every certainty."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DARK", "KINDS", "LIGHT", "LINES", "OTHER", "Kind", "Theme", "kind"]


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by name; ``hues`` are those of the families of kinds."""

    paper: str
    sunk: str
    ink: str
    ink2: str
    rule: str
    strong: str
    inferred: str
    hues: dict[str, str]


LIGHT = Theme(
    "#ffffff", "#f3f5f7", "#16202a", "#4b5863", "#d5dbe0", "#7b8791", "#6b3fa0",
    {"condition": "#b3420a", "substance": "#1460a8", "intervention": "#00705c", "process": "#8c3f8f",
     "site": "#6d5a3a", "information": "#54606b", "alarm": "#a3200f"},
)  # fmt: skip
DARK = Theme(
    "#11171c", "#192128", "#e7ecf0", "#adb8c1", "#323d46", "#7f8c97", "#c4a3f2",
    {"condition": "#f0a04e", "substance": "#6caef2", "intervention": "#45c8a6", "process": "#ecb4ec",
     "site": "#d6c49c", "information": "#a8b4be", "alarm": "#ff7b74"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """The look of a kind: the hue of its family, its shape, and whether the shape is hollow."""

    family: str
    shape: str
    hollow: bool = False


KINDS: dict[str, Kind] = {
    "Condition": Kind("condition", "circle"),
    "Spasm": Kind("condition", "circle"),
    "Disease": Kind("condition", "octagon"),
    "Finding": Kind("condition", "triangle"),
    "DeficiencyState": Kind("condition", "down-triangle"),
    "LifeState": Kind("condition", "circle", hollow=True),
    "Substance": Kind("substance", "circle"),
    "Drug": Kind("substance", "pill"),
    "DrugClass": Kind("substance", "pill", hollow=True),
    "Supplement": Kind("substance", "hexagon"),
    "Nutrient": Kind("substance", "hexagon", hollow=True),
    "MolecularEntity": Kind("substance", "circle", hollow=True),
    "Biologic": Kind("substance", "drop"),
    "Preparation": Kind("substance", "drop", hollow=True),
    "Intervention": Kind("intervention", "diamond", hollow=True),
    "Test": Kind("intervention", "diamond"),
    "Therapy": Kind("intervention", "square"),
    "Procedure": Kind("intervention", "pentagon"),
    "Device": Kind("intervention", "cross"),
    "Activity": Kind("intervention", "chevron"),
    "Process": Kind("process", "rhomboid"),
    "Quality": Kind("process", "rhomboid", hollow=True),
    "AnatomicalSite": Kind("site", "barrel"),
    "Cell": Kind("site", "cell", hollow=True),
    "Advice": Kind("information", "tag"),
    "Faq": Kind("information", "bubble", hollow=True),
    "RedFlag": Kind("alarm", "flag"),
    "Information": Kind("information", "page", hollow=True),
    "Item": Kind("information", "page"),
    "ArticleList": Kind("information", "list"),
    "Grouping": Kind("information", "stack", hollow=True),
    "Quantity": Kind("information", "bar"),
    "DosePhase": Kind("information", "steps"),
    "Timing": Kind("information", "hourglass", hollow=True),
    "EpisodePhase": Kind("information", "hourglass"),
    "TimeOfDay": Kind("information", "clock", hollow=True),
    "MealTiming": Kind("information", "cup", hollow=True),
    "Population": Kind("information", "people"),
    "Agent": Kind("information", "person"),
}
OTHER = Kind("information", "circle", hollow=True)
"""The look of what has a kind of the user's own, or none."""

LINES: dict[str, tuple[str, str]] = {
    "asserted": ("", "butt"),
    "usual": ("12 4", "butt"),
    "possible": ("5 4", "butt"),
    "rare": ("0.1 4.5", "round"),
    "implied": ("9 3 2 3", "butt"),
}
"""For each certainty the dash pattern and the line cap."""


def kind(name: str) -> Kind:
    """The look of a kind.

    >>> kind("Drug").shape, kind("Unheard")
    ('pill', Kind(family='information', shape='circle', hollow=True))
    """
    return KINDS.get(name, OTHER)
