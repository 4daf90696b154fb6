"""The graph as networkx graphs: the edges with all that is known of them, and the schema that they follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.graph import STATED, Graph
from spasmkg.layers import read
from spasmkg.namespaces import local
from spasmkg.store import Store
from spasmkg.vocabularies.terms import shown

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["of_edges", "schema_network", "to_networkx"]

Edge = tuple[str, str, str]


def to_networkx(
    store: Store,
    layers: Sequence[str] = STATED,
    kinds: Collection[str] = (),
    predicates: Collection[str] = (),
    certainty: str = "",
) -> nx.MultiDiGraph:
    """A ``MultiDiGraph`` of edges, keyed by the predicate's name: see :func:`of_edges`.

    ``kinds`` are names of kinds or roles that both ends must have, ``predicates`` IRIs, ``certainty`` the least
    certainty of an edge. Of inferred edges, what only restates another one stays out unless its predicate is named.
    """
    graph = read(store, layers, predicates).only(kinds, predicates, certainty)
    return of_edges(store, graph)


def of_edges(store: Store, graph: Graph) -> nx.MultiDiGraph:
    """A ``MultiDiGraph`` of the edges of a graph of arrays, in sorted order.

    Nodes are CURIEs with ``iri``, ``label``, ``kind`` and ``roles`` (joined by blanks). An edge has ``predicate``
    (IRI), ``label``, ``inverse`` (how it reads backwards), ``certainty`` (the strongest of its claims), ``layer``,
    ``inferred``, and ``claims``: the CURIEs of its own claims, or of those of its shortest proof, joined by blanks.
    """
    import networkx as nx

    edges = list(graph.edges())
    behind = _claims(store, proved=any(layer == "inferred" for *_, layer in edges))
    about = texts(store, {term for s, p, o, *_ in edges for term in (s, p, o)})
    roles = _roles(store)
    network = nx.MultiDiGraph()
    for node in sorted({end for s, _, o, *_ in edges for end in (s, o)}):
        label, _, kind = about.get(node, (shown(node), "", ""))
        network.add_node(ns.contract(node), iri=node, label=label, kind=kind, roles=" ".join(roles.get(node, ())))
    for s, p, o, certainty, layer in edges:
        label, inverse, _ = about.get(p, (shown(p), "", ""))
        network.add_edge(
            ns.contract(s),
            ns.contract(o),
            key=local(p),
            predicate=p,
            label=label,
            inverse=inverse,
            certainty=certainty,
            layer=layer,
            inferred=layer == "inferred",
            claims=" ".join(ns.contract(c) for c in sorted(behind.get((s, p, o), ()))),
        )
    return network


def _claims(store: Store, *, proved: bool) -> dict[Edge, set[str]]:
    """The claims of every stated edge, and those of the shortest proof of every other where these are wanted.

    Whole layers at once: five times faster than asking :func:`spasmkg.claims.behind` for every edge of the graph.
    """
    found: dict[Edge, set[str]] = defaultdict(set)
    stated = """SELECT ?s ?p ?o ?c WHERE { GRAPH graph:claims { ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o
        FILTER isIRI(?o) FILTER NOT EXISTS { ?c biolink:negated true } } }"""
    inferred = """SELECT ?s ?p ?o ?c WHERE { GRAPH graph:proofs {
        ?n rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:derivedFrom ?c FILTER(?p != rdf:type) } }"""
    for s, p, o, c in store.select(stated):
        found[s.value, p.value, o.value].add(c.value)
    with_claims = set(found)
    for s, p, o, c in store.select(inferred) if proved else ():
        if (s.value, p.value, o.value) not in with_claims:
            found[s.value, p.value, o.value].add(c.value)
    return found


def _roles(store: Store) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for x, role in store.select("SELECT ?x ?role WHERE { ?x a ?role . ?role rdfs:subClassOf spasm:Role }"):
        if local(role.value) != "Role":
            found[x.value].append(local(role.value))
    return {x: sorted(names) for x, names in found.items()}


def schema_network(store: Store, layers: Sequence[str] = STATED) -> nx.MultiDiGraph:
    """Which kinds are tied by which predicates, and by how many edges.

    Nodes are names of kinds with ``label``, ``kind`` (the same name) and ``count`` (entities of that
    kind); an edge has ``predicate``, ``label``, ``inverse``, ``layer`` and ``count``.
    """
    import networkx as nx

    graph = to_networkx(store, layers)
    labels = texts(store, {ns.spasm(k) for k in _kinds(graph.nodes(data="kind"))})
    network = nx.MultiDiGraph()
    query = """SELECT ?k (COUNT(DISTINCT ?x) AS ?n) WHERE {
        VALUES ?g { graph:entities graph:groupings graph:article graph:user } GRAPH ?g { ?x a ?k } } GROUP BY ?k"""
    members = Counter({local(k.value): int(n.value) for k, n in store.select(query)})
    for kind in _kinds(graph.nodes(data="kind")):
        label = labels.get(ns.spasm(kind), (kind, "", ""))[0]
        network.add_node(kind, iri=ns.spasm(kind), label=label, kind=kind, count=members[kind])
    counts: Counter[tuple[str, str, str]] = Counter()
    about: dict[str, dict[str, str]] = {}
    for s, o, key, data in graph.edges(keys=True, data=True):
        counts[graph.nodes[s]["kind"], key, graph.nodes[o]["kind"]] += 1
        about[key] = {n: data[n] for n in ("predicate", "label", "inverse", "layer")}
    for (s, key, o), count in sorted(counts.items()):
        if s and o:
            network.add_edge(s, o, key=key, count=count, **about[key])
    return network


def _kinds(nodes: Iterable[tuple[str, str]]) -> list[str]:
    return sorted({kind for _, kind in nodes if kind})
