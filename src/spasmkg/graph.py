"""The edges as a networkx graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.claims import read
from spasmkg.model import CERTAINTIES, local
from spasmkg.store import Store

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["to_networkx"]


def to_networkx(store: Store) -> nx.MultiDiGraph:
    """A ``MultiDiGraph`` of the stated edges, keyed by the predicate's name.

    Nodes are CURIEs with ``iri``, ``label``, ``kind``; edges have ``predicate`` (IRI), ``label``, ``certainty`` (the
    strongest of the claims), ``claims`` (CURIEs, joined by blanks). Nodes and edges are added in sorted order.
    """
    import networkx as nx

    graph = nx.MultiDiGraph()
    nodes = """SELECT ?x ?label ?kind WHERE { VALUES ?g { graph:entities graph:ontology }
        GRAPH ?g { ?x a ?kind ; rdfs:label ?label } FILTER EXISTS { GRAPH graph:edges { { ?x ?p ?o } UNION { ?s ?q ?x } } } } ORDER BY ?x"""
    for x, label, kind in store.select(nodes):
        graph.add_node(ns.contract(x.value), iri=x.value, label=label.value, kind=local(kind.value))
    edges = """SELECT ?s ?p ?label ?o (GROUP_CONCAT(STR(?c); SEPARATOR=" ") AS ?claims) WHERE {
        GRAPH graph:claims { ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:statedIn ?item
          FILTER NOT EXISTS { ?c biolink:negated true } }
        FILTER(isIRI(?o)) ?p rdfs:label ?label } GROUP BY ?s ?p ?label ?o ORDER BY ?s ?p ?o"""
    found = [tuple(v.value for v in row) for row in store.select(edges)]
    certainty = {c.iri: c.certainty for c in read(store, {c for *_, cs in found for c in cs.split()})}
    for s, p, label, o, claims in found:
        mine = sorted(claims.split())
        graph.add_edge(
            ns.contract(s),
            ns.contract(o),
            key=local(p),
            predicate=p,
            label=label,
            certainty=min((certainty[c] for c in mine), key=CERTAINTIES.index),
            claims=" ".join(ns.contract(c) for c in mine),
        )
    return graph
