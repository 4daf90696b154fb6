"""Turtle 1.2 (https://www.w3.org/TR/rdf12-turtle/): each claim is the reifier of its triple.

A claim that denies its triple reifies it too, but the triple itself is not asserted.
"""

from __future__ import annotations

from collections.abc import Iterator

from spasmkg import namespaces as ns
from spasmkg.formats.content import WORDS, Content, iri
from spasmkg.model import Triple
from spasmkg.store import Store, memory

__all__ = ["write"]

_LAYERS = ("ontology", "entities", "groupings", "article", "edges", "mappings", "user")
_PLACES = tuple(map(ns.spasm, ("Item", "Section", "Heading")))


def write(content: Content) -> bytes:
    """What is stated, with its ontology and its mappings: edges as triples, claims as their reifiers."""
    store = memory()
    for layer in _LAYERS:
        store.insert(_plain(content.store, layer), [""])
    store.insert(_reified(content), [""])
    return store.dump("turtle", [""], ns.prefixes())


def _plain(store: Store, layer: str) -> Iterator[Triple]:
    """The triples of a layer but for words of the source: those of WORDS, and the labels of its places."""
    kinds = " ".join(map(iri, _PLACES))
    query = f"""SELECT ?s ?p ?o {{ GRAPH graph:{layer} {{ ?s ?p ?o
        FILTER NOT EXISTS {{ VALUES ?kind {{ {kinds} }} ?s a ?kind FILTER(?p = rdfs:label) }} }}
        FILTER(?p NOT IN ({", ".join(map(iri, WORDS))})) }}"""
    for s, p, o in store.select(query):
        yield str(s), str(p), str(o)


def _reified(content: Content) -> Iterator[Triple]:
    for statement in content.statements:
        claim = iri(statement.claim)
        yield claim, iri(ns.RDF_TYPE), iri(ns.spasm("Claim"))
        yield claim, iri(ns.RDF + "reifies"), f"<<( {' '.join(statement.triple)} )>>"
        yield from statement.details()
