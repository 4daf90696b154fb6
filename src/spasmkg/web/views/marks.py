"""The marks that stand beside words in pages: the shape of a kind, the line of a certainty, the drawing of a precision."""

from __future__ import annotations

import json
import re

from spasmkg.looks import KINDS, LINES, SHAPES, look
from spasmkg.outlines import OUTLINES
from spasmkg.polygons import polygon, size

__all__ = [
    "SURE",
    "VENN",
    "dashes",
    "family",
    "is_hollow",
    "kind_word",
    "kinds_word",
    "outline",
    "precision_word",
    "script",
]

_WORDS = {"Faq": "question and answer", "AnatomicalSite": "body site", "ArticleList": "list of the article"}
_PLURALS = {"Therapy": "therapies", "Faq": "questions and answers", "ArticleList": "lists of the article", "Activity": "activities",
            "Quality": "qualities", "Quantity": "quantities", "MolecularEntity": "molecular entities", "Advice": "advice",
            "TimeOfDay": "times of day", "Information": "other information"}  # fmt: skip
_INNER = re.compile(r"(?<=[a-z])(?=[A-Z])")

SURE = {
    "asserted": "stated without reserve",
    "usual": "stated as what is usual",
    "possible": "stated as possible",
    "rare": "stated as rare",
    "implied": "implied by the structure of the text",
}
"""What each certainty means, in words."""

VENN = {
    "exact": (
        '<circle class="in" cx="7" cy="7" r="5.6"/><circle cx="7" cy="7" r="3"/>',
        "the outside term means the same",
    ),
    "close": (
        '<circle class="in" cx="7" cy="7" r="5.6"/><circle cx="13" cy="7" r="5.6"/>',
        "the outside term means nearly the same",
    ),
    "broader": ('<circle cx="7" cy="7" r="6"/><circle class="dot" cx="6" cy="8" r="2.4"/>', "the outside term is broader"),
    "narrower": (
        '<circle class="in" cx="7" cy="7" r="6"/><circle class="hole" cx="6" cy="8" r="2.4"/>',
        "the outside term is narrower",
    ),
    "related": (
        '<circle class="in" cx="5.6" cy="7" r="4.6"/><circle cx="16.4" cy="7" r="4.6"/>',
        "the outside term is related",
    ),
    "not": ('<circle cx="7" cy="7" r="5.6"/><path d="M2.4 12L11.6 2"/>', "the outside term does not stand so to it"),
    "none": ('<circle class="gap" cx="7" cy="7" r="5.6"/>', "the vocabulary was searched and has no fitting term"),
}  # fmt: skip
"""By precision the inside of its drawing (a box of 22 by 14) and what it says of the outside term."""


def family(kind: str) -> str:
    """The family of kinds that gives the hue, such as ``substance``."""
    return look(kind).family


def is_hollow(kind: str) -> bool:
    """Whether the shape of a kind is hollow."""
    return look(kind).hollow


def outline(kind: str) -> str:
    """The shape of a kind as the data of an SVG path in a box from -10.5 to 10.5."""
    return OUTLINES[look(kind).shape]


def kind_word(kind: str) -> str:
    """A kind as a word.

    >>> kind_word("DrugClass"), kind_word("Faq"), kind_word("")
    ('drug class', 'question and answer', '')
    """
    return _WORDS.get(kind) or _INNER.sub(" ", kind).lower()


def kinds_word(kind: str) -> str:
    """A kind as a word for several.

    >>> kinds_word("DrugClass"), kinds_word("Therapy")
    ('drug classes', 'therapies')
    """
    word = kind_word(kind)
    return _PLURALS.get(kind) or (f"{word}es" if word.endswith("s") else f"{word}s")


def dashes(certainty: str) -> str:
    """The dashes of the line of a certainty, for ``stroke-dasharray``; "" for a solid one."""
    if certainty == "rare":
        return "0.1 4.5"
    line = LINES.get(certainty)
    return " ".join(map(str, line.dashes)) if line else ""


def precision_word(precision: str) -> str:
    """A precision as it is shown.

    >>> precision_word("none"), precision_word("not exact"), precision_word("close")
    ('no term found', 'not the same', 'close')
    """
    return {"none": "no term found", "not exact": "not the same"}.get(precision, precision)


def script() -> str:
    """The looks of the kinds as the module ``static/js/kinds.js``, which a test holds against this.

    To write it anew: ``python -m spasmkg.web.views.marks > src/spasmkg/web/static/js/kinds.js``.
    """
    lines = [f"  {kind}: {json.dumps(_told(kind))},\n" for kind in KINDS]
    return (
        "// Made by spasmkg.web.views.marks: how the kinds look, and what they are called. `shape` is Cytoscape's.\n"
        f"export const KINDS = {{\n{''.join(lines)}}};\nexport const OTHER = {json.dumps(_told(''))};\n"
    )


def _told(kind: str) -> dict[str, str | bool | tuple[float, float]]:
    seen = look(kind)
    shape = SHAPES[seen.shape]
    return {
        "word": kind_word(kind), "words": kinds_word(kind) if kind else "", "family": seen.family, "hollow": seen.hollow,
        "path": OUTLINES[seen.shape], "shape": shape.js, "points": polygon(seen.shape) if shape.js == "polygon" else "", "size": size(seen.shape),
    }  # fmt: skip


if __name__ == "__main__":
    print(script(), end="")
