"""OWL files in RDF/XML, Turtle, N-Triples or JSON-LD: loaded as they are, since they have the form of every graph.

A record is a triple. What a file says by other predicates of the same meaning, such as ``skos:altLabel``, is said once
more in the usual form, so that whatever reads a vocabulary finds it there. Labels of every language are loaded; how
one of them is chosen is said in :mod:`.terms`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal
from spasmkg.store import Store
from spasmkg.vocabularies import rdf
from spasmkg.vocabularies.annotations import ELSEWHERE, is_wanted, said
from spasmkg.vocabularies.ontologies import describe, whose
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement
from spasmkg.vocabularies.triples import PREDICATES, ntriples

__all__ = ["fits", "media", "prefix", "settle", "stream"]

UNIT = "triples"
_ONTOLOGY = (
    re.compile(r'<owl:Ontology\s[^>]*?rdf:about\s*=\s*"([^"]+)"'),
    re.compile(r"<([^<>\s]+)>\s+(?:a|rdf:type)\s[^.]*?owl:Ontology\b"),
    re.compile(r"<([^<>\s]+)> <[^<>]*#type> <http://www\.w3\.org/2002/07/owl#Ontology>"),
)
_NAMED = re.compile(r'(?:rdf:about\s*=\s*"|<)(https?://[^"<>\s]+)[">]')


def fits(source: Source, head: bytes) -> bool:
    """Whether a file is RDF in a syntax that the engine reads."""
    return bool(rdf.syntax(source, head))


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that the ontology's IRI names, or that most of the IRIs near the start are of."""
    text = rdf.text_of(sources[0].head(1_000_000))
    named = next((found[1] for pattern in _ONTOLOGY if (found := pattern.search(text))), "")
    return whose(named, (found for found in _NAMED.findall(text) if not found.endswith(("#", "/", "_"))))


def media(source: Source) -> str:
    """The syntax of a file."""
    return rdf.syntax(source, source.head())


def stream(source: Source, _: Release) -> Iterator[bytes]:
    """The bytes of a file."""
    return rdf.chunks(source, media(source))


def settle(store: Store, graph: str, ledger: Ledger, release: Release) -> None:
    """Count the triples, take up what the ontology says of itself, and say in the usual form what was said otherwise."""
    ledger.kept += _count(store, graph)
    own = f"""SELECT ?p ?v {{ GRAPH <{graph}> {{ VALUES ?t {{ owl:Ontology skos:ConceptScheme }} ?o a ?t ; ?p ?v }} }}
        ORDER BY ?o ?p DESC(LANG(?v) = "en") ?v"""
    describe(release, ((p.value, v.value) for p, v in store.select(own)))
    pieces = ntriples(_otherwise(store, graph, ledger, release), release.prefixes)
    store.bulk("additions", pieces, "ntriples", graph)


def _count(store: Store, graph: str) -> int:
    return next(int(n.value) for (n,) in store.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"))


def _otherwise(store: Store, graph: str, ledger: Ledger, release: Release) -> Iterator[Statement]:
    """Statements on what other predicates say, and on replacements that are named by a text."""
    label, replaced = PREDICATES["label"], PREDICATES["replaced_by"]
    for predicate in (*ELSEWHERE, replaced):
        usual = f"FILTER NOT EXISTS {{ ?s <{label}> ?known }}" if predicate.endswith("prefLabel") else ""
        query = f"SELECT ?s ?v {{ GRAPH <{graph}> {{ ?s <{predicate}> ?v FILTER(isIRI(?s)) {usual} }} }}"
        for s, v in list(store.select(query)):
            linked = str(v).startswith("<")
            if str(v).startswith("_") or (predicate == replaced and linked):
                continue
            if not linked and not is_wanted(getattr(v, "language", "") or "", release.language):
                continue
            try:
                term = normal(s.value, "", release.prefixes)
            except IdentifierError:
                term = s.value
            statements, problem = said(term, predicate, v.value, release.prefixes, iri=linked)
            if problem:
                ledger.warnings[problem] += 1
            yield from statements
