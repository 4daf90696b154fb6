"""Pictures of the package inside a page: the SVG with links on its nodes and edges, and its edges as a list.

The SVG is made by :mod:`spasmkg.draw`; its classes take the colours of the page. Who cannot see it has the list, which
says the same and has the places.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from spasmkg.web.views import told
from spasmkg.web.views.told import Told
from spasmkg.web.views.ways import Ways

if TYPE_CHECKING:
    from spasmkg.draw.drawing import Drawing
    from spasmkg.draw.scene import Scene
    from spasmkg.store import Store

__all__ = ["chart", "inline", "picture"]

_SVG = "http://www.w3.org/2000/svg"


def picture(store: Store, scene: Scene, ways: Ways) -> Told:
    """A scene as the template takes it: the SVG without title, the edges with their places, how much there was."""
    from spasmkg.draw.svg import to_svg

    iris = {n.id: n.iri for n in scene.nodes}
    things = told.named_all(store, [*iris.values(), *(k.predicate for k in scene.links)], ways)
    claims = told.claims_by_iri(store, [c for k in scene.links for c in k.claims], ways)
    edges = []
    for number, k in enumerate(scene.links):
        made = told.edge((iris[k.source], k.predicate, iris[k.target]), things, ways, inferred=k.inferred)
        cited = [claims[c] for c in k.claims if c in claims]
        edges.append({**made, "id": f"edge-{number}", "certainty": k.certainty, "places": told.places(cited)})
    svg = _cropped(to_svg(replace(scene, title="", subtitle="")))
    links = {n.id: ways.thing(n.iri) for n in scene.nodes}
    return {
        "svg": inline(svg, links), "edges": edges, "shown": len(scene.links), "total": scene.total,
        "nodes": len(scene.nodes), "title": scene.title, "about": scene.subtitle,
    }  # fmt: skip


def chart(drawing: Drawing, ways: Ways) -> Told:
    """A chart as the template takes it: the SVG and its data as a table."""
    made = getattr(drawing, "chart", None)
    table = made.table if made is not None else None
    links = {n.id: ways.thing(n.iri) for n in drawing.scene.nodes}
    return {
        "svg": inline(drawing.svg, links, has_list=False),
        "title": drawing.scene.title,
        "about": drawing.scene.subtitle,
        "head": list(table.head) if table else [],
        "rows": [list(words) for _, words in table.rows] if table else [],
    }


def inline(svg: str, links: dict[str, str], *, has_list: bool = True) -> str:
    """An SVG of ours for the inside of a page: hidden from screen readers, its nodes and its edges being links.

    An edge leads to the row of the list with its number, where the page has that list. The links are not on the way of
    the Tab key: the list has them.

    >>> made = inline('<svg xmlns="http://www.w3.org/2000/svg"><g class="node" data-node="a"><title>a</title></g></svg>', {"a": "/id/a"})
    >>> '<a href="/id/a" tabindex="-1"><g class="node"' in made, 'aria-hidden="true"' in made
    (True, True)
    """
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)
    for name in ("role", "aria-labelledby"):
        root.attrib.pop(name, None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    for about in [e for e in root if e.get("id") in ("title", "desc")]:
        root.remove(about)
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            where = _where(child, links)
            if where and (has_list or not where.startswith("#")):
                link = ElementTree.Element(f"{{{_SVG}}}a", {"href": where, "tabindex": "-1"})
                link.append(child)
                parent[place] = link
    return ElementTree.tostring(root, encoding="unicode")


_BOX = re.compile(r'data-part="(?:node-label|edge-label|glyph|frame)" data-box="[-\d.]+ ([-\d.]+) ')
_SIZE = re.compile(r'height="([\d.]+)" viewBox="0 0 ([\d.]+) ([\d.]+)"')
_AIR = 18.0


def _cropped(svg: str) -> str:
    """The picture without the room that a title would take."""
    top = max(0.0, min((float(y) for y in _BOX.findall(svg)), default=0.0) - _AIR)
    return _SIZE.sub(
        lambda m: f'height="{float(m[3]) - top:g}" viewBox="0 {top:g} {m[2]} {float(m[3]) - top:g}"', svg, count=1
    )


def _where(part: ElementTree.Element, links: dict[str, str]) -> str:
    """Where a part of a picture leads."""
    css, numbers = part.get("class", ""), part.get("data-links", "")
    if css == "node":
        return links.get(part.get("data-node", ""), "")
    return f"#edge-{numbers}" if css in ("edge", "label") and re.fullmatch(r"\d+", numbers) else ""
