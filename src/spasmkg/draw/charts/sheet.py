"""A sheet to draw a chart on: texts with their measured boxes, lines, marks and glyphs, as parts of an SVG file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from math import cos, radians, sin

from spasmkg.draw import style, text
from spasmkg.draw.style import Theme
from spasmkg.draw.svg import clean
from spasmkg.looks import look
from spasmkg.outlines import OUTLINES

__all__ = ["Run", "Sheet", "fitted", "serif_width", "wide"]

SERIF = "'Source Serif 4', 'Spasmkg Serif', 'Source Serif Pro', 'Noto Serif', Georgia, serif"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one look: ``ink`` is a class of the style sheet, ``serif`` the voice of the source."""

    words: str
    ink: str = "ink"
    serif: bool = False
    weight: int = text.REGULAR


@cache
def _serif() -> dict[str, int]:
    import json

    found: dict[str, int] = json.loads((files("spasmkg.draw") / "fonts" / "serif.json").read_bytes())
    return found


def serif_width(words: str, size: float) -> float:
    """The width of one line in the bundled serif font; what it lacks counts as in the other one.

    >>> serif_width("“may”", 13) > serif_width("may", 13)
    True
    """
    known = _serif()
    return round(sum(known[c] * size / 1000 if c in known else text.width(c, size) for c in words), 2)


def wide(runs: Sequence[Run], size: float) -> float:
    """The width of several runs one after the other."""
    widths = [serif_width(r.words, size) if r.serif else text.width(r.words, size, r.weight) for r in runs]
    return sum(widths) + 5.0 * max(0, len(runs) - 1)


def fitted(words: str, size: float, limit: float, weight: int = text.REGULAR) -> str:
    """The words where they fit into one line so wide, else their beginning and ``…``.

    >>> fitted("liver enzyme elevation", 14, 80)
    'liver enzy …'
    """
    plain = " ".join(clean(words).split()) or "?"
    return text.lines(plain, size, limit, weight, most=1)[0] if text.width(plain, size, weight) > limit else plain


@dataclass
class Sheet:
    """Parts of an SVG file in the order in which they are drawn, and how far they reach to the right."""

    theme: Theme
    parts: list[str] = field(default_factory=list)
    right: float = 0.0

    def text(
        self,
        x: float,
        y: float,
        run: Run | str,
        size: float = 14,
        *,
        part: str,
        align: str = "left",
        turn: float = 0.0,
    ) -> float:
        """A line of text whose middle is at ``y``; return its width.

        ``align`` says what of it is at ``x``: ``left``, ``middle`` or ``right``. ``turn`` is in degrees around
        ``x``, ``y``; the box is then that of the text before it is turned, and ``data-turn`` says by how much.
        """
        run = Run(run) if isinstance(run, str) else run
        words = clean(run.words)
        w = wide([Run(words, run.ink, run.serif, run.weight)], size)
        x0 = x - w * {"left": 0.0, "middle": 0.5, "right": 1.0}[align]
        h = round(size * 1.36, 1)
        reach = x0 + w * cos(radians(turn)) + h / 2 * abs(sin(radians(turn)))
        self.right = max(self.right, reach)
        weight = f' font-weight="{run.weight}"' if run.weight != text.REGULAR else ""
        family = f' font-family="{SERIF}"' if run.serif else ""
        moved = f' transform="rotate({turn:g} {x:.1f} {y:.1f})" data-turn="{turn:g} {x:.1f} {y:.1f}"' if turn else ""
        self.parts.append(
            f'<text class="{run.ink}" x="{x0:.1f}" y="{y + size * 0.34:.1f}" font-size="{size:g}"{weight}{family}'
            f' fill="{self.colour(run.ink)}" textLength="{w:.1f}" lengthAdjust="spacingAndGlyphs"{moved}'
            f' data-part="{part}" data-box="{x0:.1f} {y - h / 2:.1f} {w:.1f} {h:.1f}">{escape(words)}</text>'
        )
        return w

    def runs(self, x: float, y: float, runs: Sequence[Run], size: float = 13, *, part: str) -> float:
        """Several runs one after the other from ``x``; return their width."""
        at = x
        for run in runs:
            at += self.text(at, y, run, size, part=part) + 5.0
        return at - 5.0 - x if runs else 0.0

    def rule(self, x0: float, y0: float, x1: float, y1: float, css: str = "rule") -> None:
        """A hairline; with ``mixed-line`` one that carries meaning and is darker."""
        colour = self.theme.strong if css == "mixed-line" else self.theme.rule
        self.right = max(self.right, x0, x1)
        self.parts.append(
            f'<path class="{css}" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="{colour}" fill="none"/>'
        )

    def shape(self, d: str, css: str, *, stroke: float = 1.4, dashes: str = "", cap: str = "") -> None:
        """A path; the classes say how it is filled and stroked, in the picture and on a page."""
        names = css.split()
        fills = {"ink": self.theme.ink, "paper": self.theme.paper, "open-head": self.theme.paper}
        strokes = {"ring": self.theme.ink, "plain-line": self.theme.ink2, "inner": self.theme.paper}
        strokes |= {"open-head": self.theme.inferred, "inferred-line": self.theme.inferred}
        fill = next((fills[n] for n in names if n in fills), "none")
        colour = next((strokes[n] for n in names if n in strokes), "none")
        more = f' stroke-dasharray="{dashes}"' if dashes else ""
        more += f' stroke-linecap="{cap}"' if cap and cap != "butt" else ""
        self.parts.append(
            f'<path class="{css}" d="{d}" fill="{fill}" stroke="{colour}" stroke-width="{stroke:g}"'
            f' stroke-linejoin="round"{more}/>'
        )

    def glyph(self, x: float, y: float, kind: str) -> None:
        """The shape of a kind, its middle at ``x``, ``y``."""
        found = look(kind)
        colour = self.theme.hues[found.family]
        fill = self.theme.paper if found.hollow else colour
        css = f"glyph {found.family}" + (" hollow" if found.hollow else "")
        self.parts.append(
            f'<g transform="translate({x:.1f} {y:.1f}) scale(0.82)"><path class="{css}" d="{OUTLINES[found.shape]}"'
            f' fill="{fill}" stroke="{colour}" stroke-width="{1.8 if found.hollow else 0.8:g}"'
            ' stroke-linejoin="round"/></g>'
        )

    def sample(self, x: float, y: float, certainty: str, *, inferred: bool = False, length: float = 30) -> None:
        """The line of a certainty, level, from ``x``."""
        d = f"M{x:.1f} {y:.1f}L{x + length:.1f} {y:.1f}"
        if inferred:
            self.shape(d, "sample inferred-line", stroke=4)
            self.shape(d, "sample inner", stroke=1.8)
            return
        dashes, cap = style.LINES.get(certainty, ("", "butt"))
        self.shape(d, "sample plain-line", stroke=2 if cap == "round" else 1.4, dashes=dashes, cap=cap)

    def colour(self, css: str) -> str:
        """The colour of text of a class."""
        return {"ink": self.theme.ink, "inferred-ink": self.theme.inferred}.get(css, self.theme.ink2)

    @contextmanager
    def group(self, attributes: str, title: str = "") -> Iterator[None]:
        """What is drawn inside stands in one group, which a person can be told the title of."""
        self.parts.append(f"<g {attributes}>" + (f"<title>{escape(clean(title))}</title>" if title else ""))
        yield
        self.parts.append("</g>")
