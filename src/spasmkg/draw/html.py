"""A picture as one page that works offline: the picture, a table of its edges with their places, and a script.

Without the script the page is the picture and the table.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from spasmkg import claims
from spasmkg.draw.scene import Scene
from spasmkg.draw.svg import clean, places, to_svg
from spasmkg.looks import KINDS
from spasmkg.model import CERTAINTIES, Claim

if TYPE_CHECKING:
    from spasmkg.store import Store

__all__ = ["to_html"]


def to_html(scene: Scene, store: Store | None = None, svg: str = "", table: str = "") -> str:
    """The page; with a store, the panel has definitions and the citation of every claim.

    ``svg`` and ``table`` stand in for the picture of the scene and the table of its edges.
    """
    known = _claims(scene, store)
    cited = _cited(scene, store, known)
    css, script = (_asset(name) for name in ("picture.css", "picture.js"))
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(css)}; base-uri 'none'; form-action 'none'"
    )
    svg = svg or to_svg(scene)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(clean(scene.title))}, spasmkg</title>
<style>{css}</style>
</head>
<body>
<main>
<h1>{escape(clean(scene.title))}</h1>
<div class="tools"><button id="in" type="button">Zoom in</button><button id="out" type="button">Zoom out</button>
<button id="fit" type="button">Fit</button>
<p class="hint">In the picture: + and - zoom, arrows move, 0 fits, Tab goes from thing to thing, Enter opens one.
<a href="#list">List view</a></p><p class="hint" id="count" role="status"></p></div>
<div class="bench">
<div class="canvas">
{svg}</div>
<aside>
{_filters(scene)}
<div class="panel" id="panel" aria-live="polite"><p class="quiet">Choose a thing or a line to read of it here.</p></div>
</aside>
</div>
{table or _table(scene, known, cited)}
<p class="quiet">{escape(clean(scene.source_line))}. Not medical advice: the graph restates one article.</p>
</main>
<script type="application/json" id="data">{_data(scene, store, cited)}</script>
<script>{script}</script>
</body>
</html>
"""


def _asset(name: str) -> str:
    return (files("spasmkg.draw") / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _claims(scene: Scene, store: Store | None) -> dict[str, Claim]:
    wanted = sorted({c for k in scene.links for c in k.claims})
    return {c.iri: c for c in claims.read(store, wanted)} if store and wanted else {}


def _cited(scene: Scene, store: Store | None, known: Mapping[str, Claim]) -> list[list[str]]:
    """For each link the citations of its claims, or the place in the user's file."""
    iri = {n.id: n.iri for n in scene.nodes}
    triples = [(f"<{iri[k.source]}>", f"<{k.predicate}>", f"<{iri[k.target]}>") for k in scene.links]
    own = [t for t, k in zip(triples, scene.links, strict=True) if k.predicate and not k.claims]
    yours = claims.user_places(store, own) if store and own else {}
    return [
        [known[c].cite() for c in k.claims if c in known] or places(k.claims) or ([yours[t]] if t in yours else [])
        for t, k in zip(triples, scene.links, strict=True)
    ]


def _data(scene: Scene, store: Store | None, cited: Sequence[Sequence[str]]) -> str:
    label = {n.id: n.label for n in scene.nodes}
    meaning = _definitions(store, [n.iri for n in scene.nodes]) if store else {}
    nodes = [
        {"id": n.id, "label": n.label, "kind": n.kind, "kindLabel": n.kind_label or n.kind, "roles": list(n.roles),
         "definition": meaning.get(n.iri, "")}
        for n in scene.nodes
    ]  # fmt: skip
    links = [
        {"source": k.source, "target": k.target, "sourceLabel": label[k.source], "targetLabel": label[k.target],
         "label": ", ".join((k.label, *k.more)), "predicate": k.predicate, "certainty": k.certainty,
         "inferred": k.inferred, "citations": list(citations)}
        for k, citations in zip(scene.links, cited, strict=True)
    ]  # fmt: skip
    # "<" is written as an escape, so that nothing in the data can end the script element.
    return json.dumps({"nodes": nodes, "links": links}, ensure_ascii=True).replace("<", "\\u003c")


def _definitions(store: Store, iris: list[str]) -> dict[str, str]:
    from spasmkg.namespaces import is_iri

    block = " ".join(f"<{i}>" for i in iris if is_iri(i))
    query = f"SELECT ?x ?text WHERE {{ VALUES ?x {{ {block} }} ?x skos:definition ?text }} ORDER BY ?x ?text"
    return {x.value: text.value for x, text in store.select(query)}


def _filters(scene: Scene) -> str:
    kinds = {n.kind: n.kind_label or n.kind or "of no kind" for n in scene.nodes}
    place = {name: i for i, name in enumerate(KINDS)}
    rows = [("kind", k, kinds[k]) for k in sorted(kinds, key=lambda k: (place.get(k, len(place)), k))]
    present = {"inferred" if k.inferred else k.certainty for k in scene.links if k.predicate}
    sure = [("certainty", c, c) for c in (*CERTAINTIES, "inferred") if c in present]

    def boxes(title: str, entries: list[tuple[str, str, str]]) -> str:
        lines = "\n".join(
            f'<label><input type="checkbox" name="{name}" value="{escape(value)}" checked>{escape(clean(words))}</label>'
            for name, value, words in entries
        )
        return f"<fieldset><legend>{title}</legend>\n{lines}\n</fieldset>" if len(entries) > 1 else ""

    return f'<div class="filters">{boxes("Kind", rows)}{boxes("Certainty", sure)}</div>'


def _table(scene: Scene, known: Mapping[str, Claim], cited: Sequence[Sequence[str]]) -> str:
    label = {n.id: n.label for n in scene.nodes}
    rows = []
    for i, k in enumerate(scene.links):
        where = dict.fromkeys(known[c].place for c in k.claims if c in known)
        words_of = [p if p == "curator" else f"§ {p}" for p in where] or cited[i]
        shown = " ".join(f'<span class="place">{escape(clean(p))}</span>' for p in words_of)
        sure = ("inferred, " if k.inferred else "") + (k.certainty if k.predicate else "")
        words = [label[k.source], ", ".join((k.label, *k.more)), label[k.target], sure]
        cells = "".join(f"<td>{escape(clean(w))}</td>" for w in words)
        rows.append(f'<tr data-link="{i}">{cells}<td>{shown}</td></tr>')
    head = "".join(f'<th scope="col">{h}</th>' for h in ("Subject", "Relation", "Object", "Certainty", "Where"))
    body = "\n".join(rows)
    return (
        f'<h2 id="list">The edges of the picture</h2>\n<table><caption>{escape(clean(scene.source_line))}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )
