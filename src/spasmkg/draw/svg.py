"""A layout written as an SVG file that stands alone: valid XML, every text with its measured box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from spasmkg.draw import style, text
from spasmkg.draw.layout import arrange
from spasmkg.draw.parts import Box, Layout, Mark, Stroke, Words
from spasmkg.draw.scene import Link, Scene
from spasmkg.draw.style import Theme
from spasmkg.looks import KINDS, look
from spasmkg.model import CERTAINTIES
from spasmkg.outlines import OUTLINES

__all__ = ["FAMILY", "to_inline", "to_svg"]

FAMILY = "'Source Sans 3', 'Spasmkg Sans', 'Source Sans Pro', 'Noto Sans', Arial, sans-serif"
MARGIN = 28.0
_EDGE = 14.0


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry of the legend: what it looks like and what it says."""

    drawn: str
    room: float
    words: str


def to_svg(scene: Scene, *, dark: bool = False, width: int | None = None) -> str:
    """The picture of a scene; ``width`` in pixels where it is to be shown larger or smaller than it is drawn."""
    theme = style.DARK if dark else style.LIGHT
    layout = arrange(scene)
    inner = max(layout.width, 520.0)
    head, top = _header(scene, theme, inner)
    shift = MARGIN + (inner - layout.width) / 2
    body = _body(scene, layout, theme, shift, top)
    foot, bottom = _footer(scene, layout, theme, inner, top + layout.height + 30)
    wide, high = round(inner + 2 * MARGIN, 1), round(bottom + 20, 1)
    shown = (width, round(width * high / wide, 1)) if width else (wide, high)
    view = f'viewBox="0 0 {wide:g} {high:g}"'
    described = f"{scene.subtitle}. {scene.source_line}."
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{shown[0]:g}" height="{shown[1]:g}" {view}',
            f'role="img" aria-labelledby="title desc" font-family="{FAMILY}" class="picture">',
            f'<title id="title">{escape(clean(scene.title))}</title>',
            f'<desc id="desc">{escape(clean(described))}</desc>',
            f'<rect class="paper" width="{wide:g}" height="{high:g}" fill="{theme.paper}"/>',
            *head,
            *body,
            *foot,
            "</svg>\n",
        ]
    )


def to_inline(scene: Scene, links: Mapping[str, str], css: str = "graph", label: str = "") -> str:
    """The drawing alone, as a part of a page whose style sheet gives the colours by class.

    ``links`` has the address that each node leads to, by its id; ``css`` is the class of the whole. It has no title and
    no legend; ``label`` says what it shows.
    """
    layout = arrange(scene)
    wide, high = round(layout.width + 2 * _EDGE, 1), round(layout.height + 2 * _EDGE, 1)
    body = "\n".join(_body(scene, layout, style.LIGHT, _EDGE, _EDGE, links))
    return (
        f'<svg class="{css}" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" role="group"'
        f' aria-label="{escape(clean(label or scene.title))}">\n{body}\n</svg>'
    )


def clean(words: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(c if c.isprintable() or c == " " else " " for c in words)


def _text(words: Words, fill: str, part: str, css: str = "ink") -> str:
    """A line of text: its width is fixed, so that its box holds with any font."""
    b = words.box
    weight = f' font-weight="{words.weight}"' if words.weight != text.REGULAR else ""
    baseline = b.y + b.h / 2 + words.size * 0.34
    return (
        f'<text class="{css}" x="{b.x:.1f}" y="{baseline:.1f}" font-size="{words.size:g}"{weight} fill="{fill}"'
        f' textLength="{b.w:.1f}" lengthAdjust="spacingAndGlyphs" data-part="{part}"'
        f' data-box="{b.x:.1f} {b.y:.1f} {b.w:.1f} {b.h:.1f}">{escape(clean(words.text))}</text>'
    )


def _header(scene: Scene, theme: Theme, inner: float) -> tuple[list[str], float]:
    found, y = [], MARGIN - 6
    for line in text.lines(scene.title, 22, inner, text.SEMIBOLD):
        box = Box(MARGIN, y, text.width(line, 22, text.SEMIBOLD), 28)
        found.append(_text(Words(line, box, 22, text.SEMIBOLD), theme.ink, "title"))
        y += 28
    for line in text.lines(scene.subtitle, 14, inner):
        found.append(_text(Words(line, Box(MARGIN, y, text.width(line, 14), 20), 14), theme.ink2, "subtitle", "ink2"))
        y += 20
    return found, y + 22


def _footer(scene: Scene, layout: Layout, theme: Theme, inner: float, y: float) -> tuple[list[str], float]:
    found = [f'<path class="rule" d="M{MARGIN:g} {y - 12:.1f}h{inner:.1f}" stroke="{theme.rule}" fill="none"/>']
    x, begun = MARGIN, y
    for items in (_kinds(scene, theme), _lines(scene, layout, theme)):
        for item in items:
            wide = text.width(item.words, 13)
            if x > MARGIN and x + item.room + 7 + wide > MARGIN + inner:
                x, y = MARGIN, y + 24
            found.append(f'<g transform="translate({x:.1f} {y + 11:.1f})">{item.drawn}</g>')
            words = Words(item.words, Box(x + item.room + 7, y + 2, wide, 18), 13)
            found.append(_text(words, theme.ink2, "legend", "ink2"))
            x += item.room + 7 + wide + 20
        if items and (items[0].words.startswith("role") or x > MARGIN) and y == begun:
            x, y = MARGIN, y + 24
    if x > MARGIN:
        y += 24
    line = f"{scene.source_line}"
    for part in text.lines(line, 12.5, inner):
        words = Words(part, Box(MARGIN, y + 6, text.width(part, 12.5), 18), 12.5)
        found.append(_text(words, theme.ink2, "source", "ink2"))
        y += 18
    return found, y + 6


def _kinds(scene: Scene, theme: Theme) -> list[_Item]:
    kinds: dict[str, tuple[str, str]] = {}
    for n in scene.nodes:
        kinds.setdefault(n.kind, (n.kind_label or n.kind or "of no kind", n.kind))
    place = {name: i for i, name in enumerate(KINDS)}
    order = sorted(kinds, key=lambda k: (place.get(k, len(place)), k))
    return [_Item(f'<g transform="translate(10 0)">{_glyph(k, theme)}</g>', 21, kinds[k][0]) for k in order]


def _lines(scene: Scene, layout: Layout, theme: Theme) -> list[_Item]:
    found = []
    if any("Cause" in n.roles for n in scene.nodes):
        ring = f'<circle class="ring" cx="10" cy="0" r="9" fill="none" stroke="{theme.ink}"/>'
        found.append(_Item(ring, 21, "role: cause"))
    stated = {k.certainty for k in scene.links if not k.inferred and k.predicate}
    for certainty in (c for c in CERTAINTIES if c in stated):
        sample = Stroke((), ((0.0, 0.0), (36.0, 0.0)), certainty, inferred=False)
        found.append(_Item(_line(sample, theme), 36, certainty))
    if any(s.certainty == "mixed" and not s.inferred for s in layout.strokes):
        sample = Stroke((), ((0.0, 0.0), (36.0, 0.0)), "mixed", inferred=False)
        found.append(_Item(_line(sample, theme), 36, "several of these"))
    if any(k.inferred for k in scene.links):
        sample = Stroke((), ((0.0, 0.0), (36.0, 0.0)), "asserted", inferred=True)
        found.append(_Item(_line(sample, theme), 36, "inferred"))
    return found


# ---- what is drawn ----


def _body(
    scene: Scene, layout: Layout, theme: Theme, dx: float, dy: float, links: Mapping[str, str] | None = None
) -> list[str]:
    strokes = [s.moved(dx, dy) for s in layout.strokes]
    # Double lines that run together are to look like one: first all outer lines, then all inner ones.
    found = ['<g class="edges">']
    for s in sorted(strokes, key=lambda s: len(s.links) > 1):
        found.append(_edge(s, scene.links, scene, theme))
    found.append("</g>")
    found.append('<g class="labels">')
    for label in (x.moved(dx, dy) for x in layout.labels):
        colour, css = (theme.inferred, "inferred-ink") if label.inferred else (theme.ink2, "ink2")
        numbers = " ".join(map(str, label.links))
        texts = "".join(_text(w, colour, "edge-label", css) for w in label.words)
        found.append(f'<g class="label" data-links="{numbers}">{texts}</g>')
    found.append("</g>")
    found.append('<g class="nodes">')
    for mark in layout.marks:
        drawn, where = _node(mark.moved(dx, dy), theme), (links or {}).get(mark.node.id, "")
        found.append(f'<a href="{escape(where)}">{drawn}</a>' if where else drawn)
    found.append("</g>")
    return found


def _path(points: Sequence[tuple[float, float]]) -> str:
    found = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(y1 - y0) < 3.5 or abs(x1 - x0) < 0.3:
            found.append(f"L{x1:.1f} {y1:.1f}")
        else:
            middle = (x0 + x1) / 2
            found.append(f"C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}")
    return "".join(found)


def _line(stroke: Stroke, theme: Theme) -> str:
    d = _path(stroke.points)
    if stroke.inferred:
        return (
            f'<path class="line inferred-line" d="{d}" fill="none" stroke="{theme.inferred}" stroke-width="4"/>'
            f'<path class="line inner" d="{d}" fill="none" stroke="{theme.paper}" stroke-width="1.8"/>'
        )
    pattern, cap = style.LINES.get(stroke.certainty, ("", "butt"))
    dashes = f' stroke-dasharray="{pattern}"' if pattern else ""
    dashes += f' stroke-linecap="{cap}"' if cap != "butt" else ""
    colour, css = (theme.strong, "mixed-line") if stroke.certainty == "mixed" else (theme.ink2, "plain-line")
    wide = 1.0 if stroke.certainty == "mixed" else 2.0 if cap == "round" else 1.4
    return f'<path class="line {css}" d="{d}" fill="none" stroke="{colour}" stroke-width="{wide:g}"{dashes}/>'


def _edge(stroke: Stroke, links: Sequence[Link], scene: Scene, theme: Theme) -> str:
    parts = [_line(stroke, theme)]
    if stroke.arrow:
        a = stroke.arrow
        back, half = 9.0, 4.0
        if a.towards:
            corners = [(a.x, a.y), (a.x - back * a.towards, a.y - half), (a.x - back * a.towards, a.y + half)]
        else:
            corners = [(a.x, a.y), (a.x - half, a.y + back), (a.x + half, a.y + back)]
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"
        if stroke.inferred:
            parts.append(
                f'<path class="open-head" d="{d}" fill="{theme.paper}" stroke="{theme.inferred}" stroke-width="1.3"'
                ' stroke-linejoin="round"/>'
            )
        else:
            colour, css = (theme.strong, "mixed-head") if stroke.certainty == "mixed" else (theme.ink2, "head")
            parts.append(f'<path class="{css}" d="{d}" fill="{colour}"/>')
    name = ""
    if len(stroke.links) == 1 and links[stroke.links[0]].predicate:
        name = f"<title>{escape(clean(sentence(scene, links[stroke.links[0]])))}</title>"
    numbers = " ".join(map(str, stroke.links))
    return f'<g class="edge" data-links="{numbers}">{name}{"".join(parts)}</g>'


def sentence(scene: Scene, link: Link) -> str:
    """A link in words, with its certainty and the places of its claims."""
    label = {n.id: n.label for n in scene.nodes}
    sure = f"inferred, {link.certainty}" if link.inferred else link.certainty
    return f"{label[link.source]} {link.label} {label[link.target]} ({', '.join([sure, *places(link.claims)])})"


def places(claims: Iterable[str]) -> list[str]:
    """The claims by their short names: ``claim:drugs-1-9``."""
    return ["claim:" + c.rsplit("/claim/", 1)[-1] for c in claims]


def _glyph(kind: str, theme: Theme) -> str:
    looks = look(kind)
    colour = theme.hues[looks.family]
    fill = theme.paper if looks.hollow else colour
    return (
        f'<path class="glyph {looks.family}{" hollow" if looks.hollow else ""}" d="{OUTLINES[looks.shape]}" fill="{fill}"'
        f' stroke="{colour}" stroke-width="{1.8 if looks.hollow else 0.8:g}" stroke-linejoin="round"/>'
    )


def _node(mark: Mark, theme: Theme) -> str:
    n = mark.node
    parts = [f"<title>{escape(clean(f'{n.label} ({n.kind_label or n.kind})'))}</title>"]
    if mark.frame:
        f = mark.frame
        parts.append(
            f'<rect class="frame" x="{f.x:.1f}" y="{f.y:.1f}" width="{f.w:.1f}" height="{f.h:.1f}" rx="3"'
            f' fill="{theme.sunk}" stroke="{theme.strong}" data-part="frame"'
            f' data-box="{f.x:.1f} {f.y:.1f} {f.w:.1f} {f.h:.1f}"/>'
        )
    ring = "Cause" in n.roles
    r = 12.5 if ring else 10.0
    box = f"{mark.x - r:.1f} {mark.y - r:.1f} {2 * r:.1f} {2 * r:.1f}"
    circle = f'<circle class="ring" r="12.2" fill="none" stroke="{theme.ink}" stroke-width="1.1"/>' if ring else ""
    parts.append(
        f'<g transform="translate({mark.x:.1f} {mark.y:.1f})" data-part="glyph" data-box="{box}">'
        f"{circle}{_glyph(n.kind, theme)}</g>"
    )
    parts += [_text(w, theme.ink, "node-label") for w in mark.words]
    return f'<g class="node" data-node="{escape(n.id)}" data-kind="{escape(n.kind)}">{"".join(parts)}</g>'
