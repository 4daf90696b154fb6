"""Finding terms of loaded vocabularies by any words of their names, each hit with why it matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spasmkg import namespaces as ns
from spasmkg.catalogue import vocabulary
from spasmkg.identifiers import iri
from spasmkg.linking.ground import ground
from spasmkg.linking.linker import Linker
from spasmkg.model import Hit
from spasmkg.store import Store
from spasmkg.vocabularies.triples import PREDICATES, literal

__all__ = ["search"]

_SCOPES = {"label": "label", **{s: f"{s} synonym" for s in ("exact", "narrow", "broad", "related")}}


def search(store: Store, linker: Linker, text: str, names: Sequence[str], limit: int = 20) -> list[Hit]:
    """The terms of some loaded vocabularies that fit a text best: by name or nearly, then by the words in a name.

    ``names`` are vocabularies by their prefix or name; raises NotFoundError for one that is not loaded.
    """
    graphs = [vocabulary(store, name).graph for name in names]
    hits: dict[str, Hit] = {}
    for found in ground(linker, text, "", (), 200):
        address = iri(found.term.id)
        if any(store.ask(f"ASK {{ GRAPH <{g}> {{ <{address}> <{PREDICATES['label']}> ?name }} }}") for g in graphs):
            kind = ", ".join(found.term.kinds)
            hits[address] = Hit(address, found.term.label, kind, found.term.label, found.why, found.confidence)
    words = [w for w in text.lower().split() if w]
    for hit in _with_words(store, graphs, words) if words else ():
        if hit.iri not in hits or hits[hit.iri].score < hit.score:
            hits[hit.iri] = hit
    return sorted(hits.values(), key=lambda h: (-h.score, h.label, h.iri))[:limit]


def _with_words(store: Store, graphs: Iterable[str], words: Sequence[str]) -> Iterator[Hit]:
    """The terms with a name that holds all the words; the larger their share of the name, the better."""
    scope_of = {PREDICATES[field]: scope for field, scope in _SCOPES.items()}
    values = " ".join(f"<{p}>" for p in scope_of)
    holds = " && ".join(f"CONTAINS(LCASE(STR(?name)), {literal(w)})" for w in words)
    for graph in graphs:
        query = f"""SELECT ?x ?p ?name ?label ?kind {{ VALUES ?p {{ {values} }} GRAPH <{graph}> {{ ?x ?p ?name FILTER({holds})
            ?x <{PREDICATES["label"]}> ?label OPTIONAL {{ ?x <{PREDICATES["kind"]}> ?kind }} }} }} LIMIT 2000"""
        for x, p, name, label, kind in store.select(query):
            if not str(x).startswith("<"):
                continue
            share = sum(map(len, words)) / max(len(name.value), 1)
            scope = scope_of[p.value]
            score = round(0.5 + 0.35 * min(share, 1.0), 3)
            shown = ns.local(kind.value) if kind else ""
            yield Hit(x.value, label.value, shown, name.value, f"contains the words in the {scope}", score)
