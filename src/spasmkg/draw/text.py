"""How wide a text is in the bundled font, and how it is broken into lines."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

__all__ = ["REGULAR", "SEMIBOLD", "lines", "width"]

REGULAR, SEMIBOLD = 400, 600
_UNKNOWN = 620
"""Thousandths of the size for a character that the font lacks: about the width of a wide letter in any other font."""


@cache
def _advances() -> dict[str, dict[str, int]]:
    import json

    found: dict[str, dict[str, int]] = json.loads((files("spasmkg.draw") / "fonts" / "widths.json").read_bytes())
    return found


def width(text: str, size: float, weight: int = REGULAR) -> float:
    """The width of one line in pixels.

    >>> width("baclofen", 14) < width("baclofen", 14, SEMIBOLD) < width("baclofen pump", 14, SEMIBOLD)
    True
    """
    known = _advances()[str(weight)]
    return round(sum(known.get(c) or _guess(c) for c in text) * size / 1000, 2)


def _guess(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 1000 if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0xFFFF else _UNKNOWN


def lines(text: str, size: float, limit: float, weight: int = REGULAR, most: int = 3) -> list[str]:
    """The text in lines of about equal width, none wider than ``limit``; what does not fit ends in ``…``.

    >>> lines("magnetic resonance imaging of the spine", 14, 160)
    ['magnetic resonance', 'imaging of the spine']
    """
    # A number and what it counts stay together.
    joined = re.sub(r"(?<=\d) (?=\S)", "\u00a0", text)
    words = [part for word in joined.split(" ") if word for part in _parts(word, size, limit, weight)] or [text.strip()]
    broken = _fill(words, size, limit, weight)
    if len(broken) > most:
        kept, last = broken[: most - 1], " ".join(broken[most - 1 :])
        while last and width(last + " …", size, weight) > limit:
            last = last[:-1].rstrip()
        return [line.replace("\u00a0", " ") for line in (*kept, last + " …")]
    # The narrowest limit that needs no more lines gives lines of about equal width.
    low, high = 0.0, limit
    while high - low > 2:
        middle = (low + high) / 2
        fits = all(width(w, size, weight) <= middle for w in words)
        if fits and len(_fill(words, size, middle, weight)) <= len(broken):
            high = middle
        else:
            low = middle
    return [line.replace("\u00a0", " ") for line in _fill(words, size, high, weight)]


def _fill(words: list[str], size: float, limit: float, weight: int) -> list[str]:
    found = [words[0]]
    for word in words[1:]:
        longer = f"{found[-1]} {word}"
        if width(longer, size, weight) <= limit:
            found[-1] = longer
        else:
            found.append(word)
    return found


def _parts(word: str, size: float, limit: float, weight: int) -> list[str]:
    """A word that is wider than a line, in pieces that fit."""
    found = [""]
    for character in word:
        if found[-1] and width(found[-1] + character, size, weight) > limit:
            found.append("")
        found[-1] += character
    return found
