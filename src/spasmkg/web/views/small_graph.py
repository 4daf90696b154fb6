"""The small graph of an entity's page: the thing, its nearest neighbours by each relation, and how many there are.

A picture in the page, drawn here: a tree of relations that never overlaps at the width of a narrow column. Colours and
dashes come by class from the style sheet (``graph.css``), so that both themes have it right. Every thing is a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from spasmkg import namespaces as ns
from spasmkg.draw import text as type_
from spasmkg.draw.choose import around
from spasmkg.draw.style import LINES
from spasmkg.entities import texts
from spasmkg.errors import NothingToDrawError
from spasmkg.looks import look
from spasmkg.model import CERTAINTIES
from spasmkg.outlines import OUTLINES
from spasmkg.web.address import href
from spasmkg.web.html import text

if TYPE_CHECKING:
    from spasmkg.draw.scene import Node, Scene
    from spasmkg.kg import KnowledgeGraph

__all__ = ["small_graph"]

_MOST = 8
"""Nodes in the picture, the thing itself included."""
_WIDTH, _TRUNK, _FORK, _TIP, _GLYPH, _WORDS = 320.0, 14.0, 116.0, 156.0, 168.0, 184.0
"""How wide the picture is, and where, from the left: the trunk, the forks, the tips of arrows, the shapes, the labels."""
_SMALL, _NAME, _LINE = 12.5, 14.0, 16.0


@dataclass(frozen=True, slots=True)
class _Row:
    """A neighbour, with the surest edge that ties it to the thing."""

    node: Node
    label: str
    forward: bool
    certainty: str
    inferred: bool


def small_graph(kg: KnowledgeGraph, iri: str, prefix: str = "") -> str:
    """The picture of an entity and at most seven neighbours, as HTML; "" where no edge touches it.

    ``prefix`` is the path under which a proxy shows the server. What is stated is drawn; of a thing that no stated edge
    touches, what is inferred. The caption says how many neighbours there are and leads to the explorer.
    """
    graph = kg.graph()
    if iri not in graph.numbers:
        graph = kg.graph(inferred=True)
    try:
        scene = around(kg.store, graph, [iri], 1, _MOST)
    except NothingToDrawError:
        return ""
    here = scene.focus[0]
    rows = _rows(kg, scene, here)
    number = graph.numbers[iri]
    total = len({int(n) for n in graph.neighbour[graph.entries(number)]} - {number})
    me = next(n for n in scene.nodes if n.id == here)
    if not rows:
        return ""
    return _figure(me, rows, total, prefix)


def _rows(kg: KnowledgeGraph, scene: Scene, here: str) -> list[_Row]:
    nodes = {n.id: n for n in scene.nodes}
    inverse = {p: back for p, (_, back, _) in texts(kg.store, {k.predicate for k in scene.links}).items()}
    found: dict[str, _Row] = {}
    for k in sorted(scene.links, key=lambda k: (k.inferred, CERTAINTIES.index(k.certainty))):
        if (k.source == here) == (k.target == here):
            continue  # of two neighbours, or of the thing with itself
        forward = k.source == here
        other = k.target if forward else k.source
        label = k.label if forward else inverse.get(k.predicate) or k.label
        found.setdefault(other, _Row(nodes[other], label, forward, k.certainty, k.inferred))
    sizes: dict[tuple[bool, str], int] = {}
    for r in found.values():
        sizes[r.forward, r.label] = sizes.get((r.forward, r.label), 0) + 1
    return sorted(
        found.values(), key=lambda r: (not r.forward, -sizes[r.forward, r.label], r.label, r.node.label, r.node.id)
    )


def _groups(rows: Sequence[_Row]) -> list[list[_Row]]:
    found: list[list[_Row]] = []
    for r in rows:
        if found and (found[-1][0].forward, found[-1][0].label) == (r.forward, r.label):
            found[-1].append(r)
        else:
            found.append([r])
    return found


def _figure(me: Node, rows: Sequence[_Row], total: int, prefix: str) -> str:
    title = type_.lines(me.label, _NAME, _WIDTH - 34, type_.SEMIBOLD)
    parts: list[str] = []
    y = 14 + _LINE * len(title)
    trunk = y
    for group in _groups(rows):
        drawn, y, trunk = _group(group, y, prefix)
        parts += drawn
    head = _glyph(me.kind, _TRUNK, 14) + "".join(
        _words(line, 32, 18.5 + _LINE * i, _NAME, "ink strong") for i, line in enumerate(title)
    )
    stem = f'<path class="line mixed-line" d="M{_TRUNK:g} 26V{trunk:.1f}"/>'
    said = "; ".join(f"{_verb(me, r)} ({_sure(r)})" for r in rows)
    shown = len(rows)
    explore = f"{prefix}/explore?{urlencode({'start': _short(me.iri)})}"
    count = f"{shown} of {total}" if shown < total else f"All {total}" if total > 1 else "The only"
    noun = "neighbours" if total > 1 else "neighbour"
    return (
        f'<figure class="small-graph"><svg class="graph" viewBox="0 0 {_WIDTH:g} {y + 4:.0f}" role="group"'
        f' aria-label="{text(f"{me.label} and {shown} of {total} {noun}")}"><desc>{text(said)}</desc>'
        f"{stem}{''.join(parts)}{head}</svg>"
        f'<figcaption>{count} {noun}. <a href="{text(explore)}">Open in explorer</a></figcaption></figure>'
    )


def _verb(me: Node, r: _Row) -> str:
    return f"{me.label} {r.label} {r.node.label}"


def _sure(r: _Row) -> str:
    return f"inferred, {r.certainty}" if r.inferred else r.certainty


def _group(rows: Sequence[_Row], y: float, prefix: str) -> tuple[list[str], float, float]:
    """What is drawn of neighbours that share a relation, where they end, and where they leave the trunk."""
    first = rows[0]
    lines = type_.lines(first.label, _SMALL, _TIP - _TRUNK - 22, most=2)
    alike = len({(r.certainty, r.inferred) for r in rows}) == 1
    parts: list[str] = []
    top = at = 0.0
    for i, r in enumerate(rows):
        label = type_.lines(r.node.label, _SMALL + 0.5, _WIDTH - _WORDS)
        above = max(14.0 * len(lines) + 9 if i == 0 else 0.0, _LINE * len(label) / 2 + 5)
        at = y + above
        if i == 0:
            top = at
            begin = _TRUNK
            if len(rows) > 1 and not alike:
                parts.append(f'<path class="line mixed-line" d="M{_TRUNK:g} {at:.1f}H{_FORK:g}"/>')
                begin = _FORK
        else:
            begin = _FORK
        parts.append(_line(r, begin, at))
        name = text(f"{r.label} {r.node.label}, {_sure(r)}")
        where = text(href(r.node.iri, prefix))
        words = "".join(
            _words(line, _WORDS, at + 4.5 + _LINE * (k - (len(label) - 1) / 2), _SMALL + 0.5, "ink")
            for k, line in enumerate(label)
        )
        body = _glyph(r.node.kind, _GLYPH, at) + words
        parts.append(f'<a href="{where}" aria-label="{name}">{body}</a>' if where else f"<g>{body}</g>")
        y = at + _LINE * len(label) / 2 + 5
    if len(rows) > 1:
        parts.insert(0, f'<path class="line mixed-line" d="M{_FORK:g} {top:.1f}V{at:.1f}"/>')
    if not first.forward:
        parts.append(_head(_TRUNK + 1, top, -1, inferred=alike and first.inferred))
    parts += [
        _words(line, _TRUNK + 14, top - 5 - 14 * (len(lines) - 1 - k), _SMALL, "inferred-ink" if alike and first.inferred else "ink2")
        for k, line in enumerate(lines)
    ]  # fmt: skip
    return parts, y, top


def _line(r: _Row, begin: float, y: float) -> str:
    """The line of an edge, with its head where it leads to the neighbour."""
    d = f"M{begin:g} {y:.1f}H{_TIP - (4 if r.forward else 0):g}"
    head = _head(_TIP, y, 1, inferred=r.inferred) if r.forward else ""
    if r.inferred:
        return f'<path class="line inferred-line" d="{d}"/><path class="line inner" d="{d}"/>{head}'
    pattern, cap = LINES[r.certainty]
    dashes = f' stroke-dasharray="{pattern}"' if pattern else ""
    round_ = f' stroke-linecap="{cap}"' if cap != "butt" else ""
    return f'<path class="line plain-line {r.certainty}" d="{d}"{dashes}{round_}/>{head}'


def _head(x: float, y: float, way: int, *, inferred: bool) -> str:
    d = f"M{x:g} {y:.1f}L{x - 9 * way:g} {y - 4:.1f}L{x - 9 * way:g} {y + 4:.1f}Z"
    return f'<path class="{"open-head" if inferred else "head"}" d="{d}"/>'


def _glyph(kind: str, x: float, y: float) -> str:
    seen = look(kind)
    hollow = " hollow" if seen.hollow else ""
    return (
        f'<path class="glyph {seen.family}{hollow}" transform="translate({x:g} {y:.1f})" d="{OUTLINES[seen.shape]}"/>'
    )


def _words(line: str, x: float, y: float, size: float, css: str) -> str:
    return f'<text class="{css}" x="{x:g}" y="{y:.1f}" font-size="{size:g}">{text(line)}</text>'


def _short(iri: str) -> str:
    """How the explorer's address names a thing."""
    return ns.contract(iri).removeprefix("spasm:")
