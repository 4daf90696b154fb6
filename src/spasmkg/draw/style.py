"""How pictures look: colours for light and dark, and a line for every certainty. Kinds: :mod:`spasmkg.looks`."""

from __future__ import annotations

from dataclasses import dataclass

from spasmkg.looks import HUES

__all__ = ["DARK", "LIGHT", "LINES", "Theme"]


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
    "#ffffff", "#f3f5f7", "#16202a", "#4b5863", "#d5dbe0", "#7b8791", "#6b3fa0", HUES,
)  # fmt: skip
DARK = Theme(
    "#11171c", "#192128", "#e7ecf0", "#adb8c1", "#323d46", "#7f8c97", "#c4a3f2",
    {"condition": "#f0a04e", "substance": "#6caef2", "intervention": "#45c8a6", "process": "#ecb4ec",
     "site": "#d6c49c", "information": "#a8b4be", "alarm": "#ff7b74"},
)  # fmt: skip

LINES: dict[str, tuple[str, str]] = {
    "asserted": ("", "butt"),
    "usual": ("12 4", "butt"),
    "possible": ("5 4", "butt"),
    "rare": ("0.1 4.5", "round"),
    "implied": ("9 3 2 3", "butt"),
}
"""For each certainty the dash pattern and the line cap."""
