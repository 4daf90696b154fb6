"""Facts that cannot hold together, found by looking in a closed graph for what an axiom excludes.

Known are disjoint and complementary classes, ``owl:Nothing``, asymmetric, irreflexive, functional, inverse-functional
and disjoint properties, denied facts (``owl:NegativePropertyAssertion``) and individuals said to differ. What else an
OWL reasoner can find is left to the reasoner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from spasmkg import entities
from spasmkg import namespaces as ns
from spasmkg.explain import sentence
from spasmkg.model import Triple
from spasmkg.rules import TYPE
from spasmkg.store import Store

__all__ = ["Clash", "clashes"]

_OWL = f"<{ns.OWL}"


@dataclass(frozen=True, slots=True)
class Clash:
    """Triples that exclude each other, and the axioms by which they do; ``reason`` says so in words."""

    facts: tuple[Triple, ...]
    axioms: tuple[Triple, ...]
    reason: str


Pairs = dict[tuple[str, str], Triple]
"""Two terms that exclude each other, and the axiom that says so."""


def clashes(store: Store) -> list[Clash]:
    """Every clash in the default graph, in a fixed order."""
    found = [*_types(store), *_properties(store), *_denied(store), *_same(store)]
    names = {t[1:-1] for facts, _, _ in found for fact in facts for t in fact if t[0] == "<"}
    labels = {iri: label for iri, (label, _, _) in entities.texts(store, names).items()} if names else {}
    told = [
        Clash(facts, axioms, f"{' and '.join(dict.fromkeys(sentence(f, labels) for f in facts))}: {why}")
        for facts, axioms, why in found
    ]
    return sorted(set(told), key=lambda c: (c.reason, c.facts))


_Found = tuple[tuple[Triple, ...], tuple[Triple, ...], str]


def _rows(store: Store, query: str) -> Iterator[list[str]]:
    for row in store.select(query):
        yield [str(v) for v in row]


def _pairs(store: Store, each: Iterable[str], groups: Iterable[tuple[str, str]]) -> Pairs:
    """Pairs that exclude each other, by a property between two or by a list of several."""
    pairs: Pairs = {}
    for predicate in each:
        for a, b in _rows(store, f"SELECT ?a ?b {{ ?a {predicate} ?b }}"):
            pairs[a, b] = pairs[b, a] = (a, predicate, b)
    for kind, members in groups:
        axiom_kind = f"?axiom a {kind} ; {members} ?list" if kind else f"?axiom {members} ?list"
        lists: dict[tuple[str, str], list[str]] = defaultdict(list)
        query = f"SELECT ?axiom ?list ?x {{ {axiom_kind} . ?list rdf:rest*/rdf:first ?x }}"
        for axiom, node, member in _rows(store, query):
            lists[axiom, node].append(member)
        for (axiom, node), listed in lists.items():
            said = (axiom, members, node)
            for a, b in combinations(listed, 2):
                pairs.setdefault((a, b), said)
                pairs.setdefault((b, a), said)
    return pairs


def _class_pairs(store: Store) -> Pairs:
    groups = [("owl:AllDisjointClasses", f"{_OWL}members>"), ("", f"{_OWL}disjointUnionOf>")]
    return _pairs(store, [f"{_OWL}disjointWith>", f"{_OWL}complementOf>"], groups)


def _members(store: Store, classes: Iterable[str]) -> dict[str, set[str]]:
    wanted = set(classes)
    found: dict[str, set[str]] = defaultdict(set)
    for x, c in _rows(store, "SELECT ?x ?c { ?x a ?c }"):
        if c in wanted:
            found[c].add(x)
    return found


def _types(store: Store) -> Iterator[_Found]:
    pairs = _class_pairs(store)
    members = _members(store, {c for pair in pairs for c in pair})
    for (a, b), axiom in pairs.items():
        if a < b:
            for x in members[a] & members[b]:
                yield ((x, TYPE, a), (x, TYPE, b)), (axiom,), "these kinds exclude each other"
    for (x,) in _rows(store, "SELECT ?x { ?x a owl:Nothing }"):
        yield ((x, TYPE, f"{_OWL}Nothing>"),), (), "nothing can be that"


def _characteristic(store: Store, kind: str) -> Iterator[tuple[str, Triple]]:
    for (p,) in _rows(store, f"SELECT ?p {{ ?p a owl:{kind} }}"):
        yield p, (p, TYPE, f"{_OWL}{kind}>")


def _properties(store: Store) -> Iterator[_Found]:
    for p, axiom in _characteristic(store, "AsymmetricProperty"):
        for s, o in _rows(store, f"SELECT ?s ?o {{ ?s {p} ?o . ?o {p} ?s FILTER(STR(?s) <= STR(?o)) }}"):
            yield tuple(dict.fromkeys(((s, p, o), (o, p, s)))), (axiom,), "this cannot hold both ways"
    for p, axiom in _characteristic(store, "IrreflexiveProperty"):
        for (s,) in _rows(store, f"SELECT ?s {{ ?s {p} ?s }}"):
            yield ((s, p, s),), (axiom,), "nothing has this relation to itself"
    groups = [("owl:AllDisjointProperties", f"{_OWL}members>")]
    for (p, q), axiom in _pairs(store, [f"{_OWL}propertyDisjointWith>"], groups).items():
        if p < q:
            for s, o in _rows(store, f"SELECT ?s ?o {{ ?s {p} ?o ; {q} ?o }}"):
                yield ((s, p, o), (s, q, o)), (axiom,), "these relations exclude each other"
    apart = _Apart.of(store)
    for p, axiom in _characteristic(store, "FunctionalProperty"):
        for s, a, b in _rows(store, f"SELECT ?s ?a ?b {{ ?s {p} ?a, ?b FILTER(STR(?a) < STR(?b)) }}"):
            for facts, why in apart.ways(a, b):
                yield ((s, p, a), (s, p, b), *facts), (axiom, *why), "there can be only one"
    for p, axiom in _characteristic(store, "InverseFunctionalProperty"):
        for o, a, b in _rows(store, f"SELECT ?o ?a ?b {{ ?a {p} ?o . ?b {p} ?o FILTER(STR(?a) < STR(?b)) }}"):
            for facts, why in apart.ways(a, b):
                yield ((a, p, o), (b, p, o), *facts), (axiom, *why), "it can be so for one thing only"


@dataclass(frozen=True, slots=True)
class _Apart:
    """Why two terms cannot be the same: literals with other values, said to differ, or of kinds that exclude each other."""

    individuals: Pairs
    kinds: Pairs
    types: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, store: Store) -> _Apart:
        groups = [("owl:AllDifferent", f"{_OWL}members>"), ("owl:AllDifferent", f"{_OWL}distinctMembers>")]
        kinds = _class_pairs(store)
        types: dict[str, set[str]] = defaultdict(set)
        for c, xs in _members(store, {c for pair in kinds for c in pair}).items():
            for x in xs:
                types[x].add(c)
        individuals = _pairs(store, [f"{_OWL}differentFrom>"], groups)
        return cls(individuals, kinds, {x: frozenset(cs) for x, cs in types.items()})

    def ways(self, a: str, b: str) -> Iterator[tuple[tuple[Triple, ...], tuple[Triple, ...]]]:
        """(facts, axioms) by which the two are not one."""
        if a[0] == '"' and b[0] == '"':
            yield (), ()
        if said := self.individuals.get((a, b)):
            yield (said,), ()
        for c in sorted(self.types.get(a, ())):
            for d in sorted(self.types.get(b, ())):
                if axiom := self.kinds.get((c, d)):
                    yield ((a, TYPE, c), (b, TYPE, d)), (axiom,)


def _denied(store: Store) -> Iterator[_Found]:
    query = """SELECT ?n ?s ?p ?o { ?n owl:sourceIndividual ?s ; owl:assertionProperty ?p
        { ?n owl:targetIndividual ?o } UNION { ?n owl:targetValue ?o } ?s ?p ?o }"""
    for n, s, p, o in _rows(store, query):
        yield ((s, p, o),), ((n, f"{_OWL}sourceIndividual>", s),), "an axiom denies it"


def _same(store: Store) -> Iterator[_Found]:
    for a, b in _rows(store, "SELECT ?a ?b { ?a owl:sameAs ?b }"):
        for facts, why in _Apart.of(store).ways(a, b):
            yield ((a, f"{_OWL}sameAs>", b), *facts), why, "they cannot be one"
    for (a,) in _rows(store, "SELECT ?a { ?a owl:differentFrom ?a }"):
        yield ((a, f"{_OWL}differentFrom>", a),), (), "nothing differs from itself"
