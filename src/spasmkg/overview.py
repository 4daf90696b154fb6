"""The graph in numbers: kinds and predicates with an example each, and counts of what it holds."""

from __future__ import annotations

from dataclasses import dataclass

from spasmkg.namespaces import local
from spasmkg.store import Store

__all__ = ["SchemaEntry", "schema", "stats"]


@dataclass(frozen=True, slots=True)
class SchemaEntry:
    """A kind or a predicate: how often it is used, what it joins, and an example."""

    what: str
    iri: str
    count: int
    domain: str
    range: str
    example: str


_COUNTS = [
    (
        "entities",
        "VALUES ?g { graph:entities graph:groupings } GRAPH ?g { ?x a ?k } FILTER(?k NOT IN (spasm:Quantity, spasm:DosePhase))",
    ),
    ("claims of the source", "GRAPH graph:claims { ?x spasm:statedIn ?i }"),
    ("claims of list membership", "GRAPH graph:claims { ?x spasm:statedIn ?i ; rdf:predicate spasm:listedIn }"),
    ("claims that deny", "GRAPH graph:claims { ?x biolink:negated true }"),
    (
        "claims of curators",
        "GRAPH graph:claims { ?x spasm:derivedFrom ?i FILTER NOT EXISTS { ?x spasm:statedIn ?j } }",
    ),
    ("items of the source", "GRAPH graph:article { ?x a spasm:Item }"),
    ("inferred edges and roles", "GRAPH graph:proofs { ?x a spasm:Inference }"),
]


def stats(store: Store) -> list[tuple[str, int]]:
    """Counts of what the graph holds, by name."""
    layers = store.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    found = [(f"triples in graph:{local(g.value)}", int(n.value)) for g, n in layers]
    merged = _number(store, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    counted = [(name, _number(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {w} }}")) for name, w in _COUNTS]
    return [("triples in the default graph", merged), *found, *counted]


def _number(store: Store, query: str) -> int:
    return next(int(n.value) for (n,) in store.select(query))


def schema(store: Store) -> list[SchemaEntry]:
    """Kinds with their entities and predicates with their edges: counts, domain, range and an example each."""
    found = []
    layers = "VALUES ?g { graph:entities graph:groupings }"
    kinds = f"SELECT ?k (COUNT(?x) AS ?n) WHERE {{ {layers} GRAPH ?g {{ ?x a ?k }} }} GROUP BY ?k ORDER BY DESC(?n) ?k"
    for kind, n in store.select(kinds):
        if local(kind.value) == "Claim":
            continue
        sample = f"SELECT ?l WHERE {{ {layers} GRAPH ?g {{ ?x a {kind} ; rdfs:label ?l }} }} ORDER BY ?l LIMIT 1"
        example = next((label.value for (label,) in store.select(sample)), "")
        found.append(SchemaEntry("kind", kind.value, int(n.value), "", "", example))
    for layer, what in (
        ("edges", "predicate"),
        ("groupings", "predicate (curator)"),
        ("inferred", "predicate (inferred)"),
    ):
        found += _predicates(store, layer, what)
    return found


def _predicates(store: Store, layer: str, what: str) -> list[SchemaEntry]:
    counts = f"""SELECT ?p (COUNT(*) AS ?n) WHERE {{ GRAPH graph:{layer} {{ ?s ?p ?o }}
        GRAPH graph:ontology {{ ?p spasm:inverseLabel ?l }} }} GROUP BY ?p ORDER BY DESC(?n) ?p"""
    if layer == "groupings":
        counts = """SELECT ?p (COUNT(*) AS ?n) WHERE { GRAPH graph:groupings { ?s ?p ?o }
            FILTER EXISTS { GRAPH graph:claims { ?c rdf:predicate ?p } } } GROUP BY ?p ORDER BY DESC(?n) ?p"""
    found = []
    for predicate, n in store.select(counts):
        query = f"""SELECT ?d ?r ?from ?to WHERE {{ GRAPH graph:{layer} {{ ?s {predicate} ?o }} ?s rdfs:label ?from
            OPTIONAL {{ ?o rdfs:label ?l }} BIND(COALESCE(?l, ?o) AS ?to)
            OPTIONAL {{ {predicate} rdfs:domain ?d }} OPTIONAL {{ {predicate} rdfs:range ?r }} }}
            ORDER BY ?from ?to LIMIT 1"""
        for d, r, start, end in store.select(query):
            ends = local(d.value) if d else "", local(r.value) if r else ""
            found.append(SchemaEntry(what, predicate.value, int(n.value), *ends, f"{start.value} → {end.value}"))
    return found
