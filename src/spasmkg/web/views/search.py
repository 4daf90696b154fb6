"""Search results, and the entities of a kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.entities import exists
from spasmkg.errors import SpasmKGError
from spasmkg.looks import KINDS
from spasmkg.spelling import nearest
from spasmkg.web.address import to
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, marks, one, opened, schema, show

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Hit

__all__ = ["found", "marked", "why"]

_SIZE = 50
"""How many rows a page has."""
_LONGEST = 200
_SCOPES = {"narrow": "a narrower name", "broad": "a broader name", "related": "a related name"}
_PLACE = re.compile(r"(?:§\s*|item:|claim:)?([a-z]+(?:-[a-z]+)*-\d+(?:-\d+)?|curator-\d+)", re.IGNORECASE)


def found(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """What fits the words, best first; without words all of a kind."""
    kg = opened(path, arguments)
    text, kind = one(arguments, "q")[:_LONGEST], _kind(one(arguments, "kind"))
    given = one(arguments, "from")
    start = int(given) if given.isdecimal() and len(given) < 9 else 0
    hits = kg.search(text, 1000) if text else []
    tally: dict[str, int] = {}
    for h in hits:
        tally[h.kind] = tally.get(h.kind, 0) + 1
    rows = [_row(h, text) for h in hits if kind in ("", h.kind)] if text else _all(kg, kind) if kind else []
    shown = rows[start : start + _SIZE]
    about = _about(kg, [r["iri"] for r in shown])
    for r in shown:
        r["definition"], r["claims"] = about.get(r["iri"], ("", 0))
    title = f"“{text}”" if text else marks.kinds_word(kind).capitalize() if kind else "Search"
    prefix = arguments["prefix"]
    pages = {
        "before": to("/search", prefix, q=text, kind=kind, **{"from": start - _SIZE if start > _SIZE else ""})
        if start
        else "",
        "after": to("/search", prefix, q=text, kind=kind, **{"from": start + _SIZE})
        if start + _SIZE < len(rows)
        else "",
    }
    near = bool(hits) and all("nearly" in h.why for h in hits)
    show(
        write, head, arguments, "search.html", title=title, tab="search", text=text, kind=kind, rows=shown, total=len(rows), start=start,
        pages=pages, is_near=near, named=_named(kg, text), suggestions=_suggestions(kg, text) if text and not rows else [],
        tally=sorted(tally.items(), key=lambda t: (-t[1], t[0])), all_hits=len(hits),
    )  # fmt: skip


def _kind(name: str) -> str:
    """A kind by its name in any spelling; "" where none is called so."""
    folded = name.replace(" ", "").replace("-", "").lower()
    return next((k for k in KINDS if k.lower() == folded), "")


def _row(hit: Hit, text: str) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "label": hit.label,
        "kind": hit.kind,
        "parts": marked(hit.label, text),
        "why": why(hit, text),
    }


def _all(kg: KnowledgeGraph, kind: str) -> list[dict[str, Any]]:
    """The entities of a kind in the order of their names."""
    iris = [iri for iri, known in schema.kinds(kg.store).items() if known == kind]
    rows = [
        {"iri": i, "label": label, "kind": kind, "parts": [(label, False)], "why": []}
        for i, label in _labels(kg, iris).items()
    ]
    return sorted(rows, key=lambda r: (str(r["label"]).lower(), r["iri"]))


def _labels(kg: KnowledgeGraph, iris: list[str]) -> dict[str, str]:
    block = " ".join(f"<{i}>" for i in iris)
    query = f"SELECT ?x ?label WHERE {{ VALUES ?x {{ {block} }} ?x rdfs:label ?label }}"
    return {x.value: label.value for x, label in kg.store.select(query)}


def _about(kg: KnowledgeGraph, iris: list[str]) -> dict[str, tuple[str, int]]:
    """The definition of each, and how many claims speak of it."""
    block = " ".join(f"<{i}>" for i in iris if ns.is_iri(i))
    query = f"""SELECT ?x (SAMPLE(?d) AS ?definition) (COUNT(DISTINCT ?c) AS ?n) WHERE {{ VALUES ?x {{ {block} }}
        OPTIONAL {{ ?x skos:definition ?d }}
        OPTIONAL {{ GRAPH graph:claims {{ {{ ?c rdf:subject ?x }} UNION {{ ?c rdf:object ?x }} }} }} }} GROUP BY ?x"""
    return {x.value: (d.value if d else "", int(n.value)) for x, d, n in kg.store.select(query)}


def _named(kg: KnowledgeGraph, text: str) -> list[tuple[str, str]]:
    """(IRI, what it is) of the places and claims that the words name by their identifiers."""
    match = _PLACE.fullmatch(text)
    if not match:
        return []
    name = match[1].lower()
    known = [(f"{ns.SPASM}item/{name}", "a place of the source"), (f"{ns.SPASM}claim/{name}", "a claim")]
    return [(iri, what) for iri, what in known if kg.store.ask(f"ASK {{ <{iri}> a ?kind }}")]


def _suggestions(kg: KnowledgeGraph, text: str) -> list[tuple[str, str]]:
    """(IRI, label) of what may have been meant: the term behind an outside identifier, or names that look alike."""
    try:
        iri = kg.resolve(text)
        if exists(kg.store, iri):
            return list(_labels(kg, [iri]).items())
    except SpasmKGError:
        pass
    words = [w for w in re.findall(r"\w+", text.lower()) if len(w) > 3]
    hits = [h for w in words[:6] for h in kg.search(w, 2) if h.score >= 0.5]
    if not hits:
        names = {label.lower(): iri for iri, label in _labels(kg, list(schema.kinds(kg.store))).items()}
        return [(names[n], n) for n in nearest(text.lower(), names)]
    return list({h.iri: h.label for h in hits}.items())[:3]


def why(hit: Hit, text: str) -> list[tuple[str, bool]]:
    """Why it matched, in words, as parts; True marks what was typed. Empty where the label itself says it.

    >>> from spasmkg.model import Hit
    >>> why(Hit("i", "tingling", "Finding", "pins and needles", "exact synonym", 0.9), "needles")
    [('also called ', False), ('pins and ', False), ('needles', True)]
    >>> hit = Hit("i", "muscle cramp", "Spasm", "spasm:muscle-cramp", "identifier", 1.0)
    >>> why(hit, "muscle-cramp"), why(Hit("i", "tetany", "Spasm", "spasm:tetany", "identifier", 1.0), "Tetany")
    ([('its identifier is spasm:muscle-cramp', False)], [])
    """
    if hit.why == "identifier":
        if text.strip().lower() == hit.label.lower():
            return []
        return [(f"its identifier is {hit.matched}", False)]
    nearly = "nearly " if "nearly" in hit.why else ""
    if hit.matched.lower() == hit.label.lower():
        return [("spelt almost so", False)] if nearly else []
    scope = next((words for name, words in _SCOPES.items() if f"{name} synonym" in hit.why), "")
    said = "spelt" if "spelling" in hit.why else scope or "also called"
    return [(f"{nearly}{said} ", False), *marked(hit.matched, text)]


def marked(name: str, text: str) -> list[tuple[str, bool]]:
    """A name in parts, those marked that hold a word of the text.

    >>> marked("calcium uptake", "calc")
    [('calc', True), ('ium uptake', False)]
    """
    words = [re.escape(w) for w in text.split() if w]
    if not words:
        return [(name, False)]
    parts = re.split(f"({'|'.join(words)})", name, flags=re.IGNORECASE)
    return [(part, i % 2 == 1) for i, part in enumerate(parts) if part]
