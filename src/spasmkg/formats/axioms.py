"""OWL 2 (RDF/XML) in which every edge is an annotated axiom (https://www.w3.org/TR/owl2-mapping-to-rdf/).

OWL gives an annotated axiom no name of its own: the claim is the value of the annotation ``spasm:statedBy``. Two
claims that state one edge annotate it twice; a denied edge is a negative property assertion.
"""

from __future__ import annotations

from collections.abc import Iterator

from spasmkg import namespaces as ns
from spasmkg import owl
from spasmkg.formats.content import WORDS, Content, Statement, iri
from spasmkg.model import Triple

__all__ = ["triples", "write"]

_WORDS = set(map(iri, WORDS))


def write(content: Content) -> bytes:
    """Ontology, entities, groupings and edges as RDF/XML, with what is known of every edge."""
    return owl.document_of(triples(content), "rdfxml") + b"\n"


def triples(content: Content) -> Iterator[Triple]:
    """The document's triples; the blank nodes are those of axioms."""
    for layer in owl.LAYERS:
        yield from (t for t in owl.layer_of(content.store, layer) if t[1] not in _WORDS)
    for number, statement in enumerate(content.statements):
        yield from _axiom(statement, f"_:axiom{number}")


def _axiom(statement: Statement, node: str) -> Iterator[Triple]:
    s, p, o = statement.triple
    if statement.negated:
        target = "targetValue" if statement.literal else "targetIndividual"
        kind, ends = "NegativePropertyAssertion", (("sourceIndividual", s), ("assertionProperty", p), (target, o))
    else:
        kind, ends = "Axiom", (("annotatedSource", s), ("annotatedProperty", p), ("annotatedTarget", o))
    yield node, iri(ns.RDF_TYPE), iri(ns.OWL + kind)
    for key, value in ends:
        yield node, iri(ns.OWL + key), value
    yield node, iri(ns.spasm("statedBy")), iri(statement.claim)
    for _, key, value in statement.details():
        if key != iri(ns.BIOLINK + "negated"):
            yield node, key, value
