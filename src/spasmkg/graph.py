"""The edges as a networkx graph."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.claims import read
from spasmkg.entities import texts
from spasmkg.model import CERTAINTIES
from spasmkg.namespaces import local
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

    edges = """SELECT ?s ?p ?o ?c WHERE { GRAPH graph:claims {
        ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:statedIn ?item
        FILTER(isIRI(?o)) FILTER NOT EXISTS { ?c biolink:negated true } } }"""
    behind: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for s, p, o, c in store.select(edges):
        behind[s.value, p.value, o.value].append(c.value)
    certainty = {c.iri: c.certainty for c in read(store, {c for claims in behind.values() for c in claims})}
    about = texts(store, {term for edge in behind for term in edge})
    graph = nx.MultiDiGraph()
    for node in sorted({end for s, _, o in behind for end in (s, o)}):
        label, _, kind = about.get(node, (local(node), "", ""))
        graph.add_node(ns.contract(node), iri=node, label=label, kind=kind)
    for (s, p, o), claims in sorted(behind.items()):
        graph.add_edge(
            ns.contract(s),
            ns.contract(o),
            key=local(p),
            predicate=p,
            label=about[p][0],
            certainty=min((certainty[c] for c in claims), key=CERTAINTIES.index),
            claims=" ".join(ns.contract(c) for c in sorted(claims)),
        )
    return graph
