"""The graph as integer arrays: what paths, pictures and analyses walk on, from a few edges to millions.

Nodes and predicates are numbered in the order of their IRIs, edges in the order of (subject, predicate, object), so
that everything computed from them comes out alike each time. An edge takes 28 bytes, its entries at both ends
included.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError
from spasmkg.model import CERTAINTIES
from spasmkg.namespaces import local
from spasmkg.spelling import nearest
from spasmkg.store import Store

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["LAYERS", "LISTS", "STATED", "Graph", "kinds_of", "merge", "number", "read"]

STATED = ("edges", "groupings", "user")
"""Layers that hold what the source, its curators and the user state."""
LAYERS = (*STATED, "inferred")
"""Layers that hold edges."""
LISTS = ns.spasm("listedIn")
"""Membership in a list of the source: it ties together whatever stands in one list, so paths leave it out."""

Edge = tuple[str, str, str]
Integers = NDArray[np.integer[Any]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Graph:
    """Edges between numbered nodes, each edge seen from both of its ends.

    ``nodes`` and ``predicates`` are IRIs, ``kinds`` maps the name of a kind or role to a mask over the nodes.
    ``subject``, ``predicate``, ``object``, ``certainty`` (a place in :data:`spasmkg.model.CERTAINTIES`) and ``layer``
    (a place in ``layers``, which begin with :data:`LAYERS`) have one number for each edge.

    >>> two = Graph.of(["a", "b", "c"], ["p"], [0, 1], [0, 0], [1, 2])
    >>> [two.nodes[n] for n in two.neighbour[two.entries(1)]]
    ['c', 'a']
    """

    nodes: Sequence[str]
    predicates: Sequence[str]
    subject: Integers
    predicate: Integers
    object: Integers
    certainty: Integers
    layer: Integers
    kinds: dict[str, Mask] = field(default_factory=dict)
    layers: tuple[str, ...] = LAYERS

    @classmethod
    def of(
        cls,
        nodes: Sequence[str],
        predicates: Sequence[str],
        subject: Any,
        predicate: Any,
        object: Any,  # noqa: A002
        certainty: Any = None,
        layer: Any = None,
        kinds: dict[str, Mask] | None = None,
        layers: tuple[str, ...] = LAYERS,
    ) -> Graph:
        """A graph from numbers in any sequence, kept in the smallest types that hold them."""
        ends = [np.asarray(x, dtype=np.int32) for x in (subject, object)]
        zeros = np.zeros(len(ends[0]), dtype=np.int8)
        return cls(
            nodes,
            predicates,
            ends[0],
            np.asarray(predicate, dtype=np.int16),
            ends[1],
            zeros if certainty is None else np.asarray(certainty, dtype=np.int8),
            zeros if layer is None else np.asarray(layer, dtype=np.int8),
            kinds or {},
            layers,
        )

    def __len__(self) -> int:
        return len(self.subject)

    # ---- entries: each edge seen from its subject and from its object ----

    @cached_property
    def _entries(self) -> tuple[Integers, Integers, Integers]:
        from scipy.sparse import coo_array

        n, size = len(self.nodes), len(self)
        ends = np.concatenate([self.subject, self.object])
        # A column of its own for every entry makes the conversion a counting sort that keeps the order of the edges.
        places = np.arange(2 * size, dtype=np.int32)
        table = coo_array((np.ones(2 * size, dtype=np.int8), (ends, places)), shape=(n, max(1, 2 * size))).tocsr()
        order = table.indices
        neighbour = np.concatenate([self.object, self.subject])[order]
        # Entry 2e is edge e seen from its subject, 2e + 1 the same edge seen from its object.
        code = (order % size) * 2 + (order >= size) if size else order
        return table.indptr, code.astype(np.int32), neighbour

    @property
    def first(self) -> Integers:
        """Where each node's entries begin; one number more than there are nodes."""
        return self._entries[0]

    @property
    def entry(self) -> Integers:
        """For each entry twice the number of its edge, plus one where it is seen from the object."""
        return self._entries[1]

    @property
    def neighbour(self) -> Integers:
        """For each entry the node at the other end."""
        return self._entries[2]

    @cached_property
    def degree(self) -> Integers:
        """The number of edges at each node."""
        return np.diff(self.first)

    @cached_property
    def ties(self) -> csr_array:
        """How many edges there are between each two nodes, in whatever direction; an edge of one node counts twice."""
        from scipy.sparse import csr_array

        ones = np.ones(len(self.neighbour))
        return csr_array((ones, self.neighbour, self.first), shape=(len(self.nodes),) * 2)

    def entries(self, node: int) -> slice:
        """The places of a node's entries."""
        return slice(int(self.first[node]), int(self.first[node + 1]))

    def around(self, nodes: Integers) -> Integers:
        """The places of all entries of several nodes."""
        begin = self.first[nodes]
        counts = self.first[nodes + 1] - begin
        total = int(counts.sum())
        skipped = np.repeat(begin - np.cumsum(counts) + counts, counts)
        return skipped + np.arange(total, dtype=skipped.dtype)

    # ---- parts of it ----

    def where(self, keep: Mask) -> Graph:
        """The graph with only the edges of a mask; nodes keep their numbers."""
        parts = {n: getattr(self, n)[keep] for n in ("subject", "predicate", "object", "certainty", "layer")}
        return replace(self, **parts)

    def within(self, numbers: Sequence[int], depth: int) -> Graph:
        """The graph with only the edges that lie within so many steps of some nodes, whichever way they point."""
        reached = np.zeros(len(self.nodes), dtype=bool)
        reached[list(numbers)] = True
        keep = np.zeros(len(self), dtype=bool)
        for _ in range(depth):
            keep = reached[self.subject] | reached[self.object]
            reached[self.subject[keep]] = reached[self.object[keep]] = True
        return self.where(keep)

    def only(
        self,
        kinds: Collection[str] = (),
        predicates: Collection[str] = (),
        certainty: str = "",
        but: Collection[str] = (),
    ) -> Graph:
        """The edges between nodes of these kinds, with these predicates, at least so certain, but without some.

        Raises NotFoundError for an unknown certainty.
        """
        if certainty and certainty not in CERTAINTIES:
            raise NotFoundError(
                "certainty", certainty, nearest(certainty, CERTAINTIES), f"certainties are {', '.join(CERTAINTIES)}"
            )
        keep = np.ones(len(self), dtype=bool)
        if kinds:
            inside = self.mask(kinds)
            keep &= inside[self.subject] & inside[self.object]
        if predicates:
            keep &= np.isin(self.predicate, self.codes(predicates))
        if but:
            keep &= ~np.isin(self.predicate, self.codes(but))
        if certainty:
            keep &= self.certainty <= CERTAINTIES.index(certainty)
        return self.where(keep)

    def between(self, ends: Collection[str], kinds: Collection[str]) -> Graph:
        """The edges between things of these kinds or roles, and those that tie them to the ends, given by their IRIs."""
        inside = self.mask(kinds)
        inside[[self.numbers[iri] for iri in ends if iri in self.numbers]] = True
        return self.where(inside[self.subject] & inside[self.object])

    def mask(self, kinds: Collection[str]) -> Mask:
        """Which nodes are of one of these kinds or roles."""
        found = np.zeros(len(self.nodes), dtype=bool)
        for kind in kinds:
            if kind in self.kinds:
                found |= self.kinds[kind]
        return found

    def codes(self, predicates: Collection[str]) -> list[int]:
        """The numbers of those predicates that the graph has."""
        return [i for i, p in enumerate(self.predicates) if p in set(predicates)]

    def matrix(
        self, predicates: Sequence[int], sign: int = 1, rows: tuple[str, ...] = (), columns: tuple[str, ...] = ()
    ) -> csr_array:
        """How many edges with these predicates lead from node to node: forwards (1), backwards (-1) or both (0).

        ``rows`` and ``columns`` are the kinds that the nodes must have; an edge of a node with itself is left out.
        """
        key = (tuple(predicates), sign, rows, columns)
        if key not in self._matrices:
            self._matrices[key] = self._matrix(*key)
        return self._matrices[key]

    def _matrix(
        self, predicates: tuple[int, ...], sign: int, rows: tuple[str, ...], columns: tuple[str, ...]
    ) -> csr_array:
        from scipy.sparse import coo_array

        if sign == 0:
            ways = (self.matrix(predicates, s, rows, columns) for s in (1, -1))
            return sum(ways, start=coo_array((len(self.nodes),) * 2, dtype=np.int64)).tocsr()
        keep = np.isin(self.predicate, predicates) & (self.subject != self.object)
        origin, target = (self.subject, self.object) if sign > 0 else (self.object, self.subject)
        for kinds, ends in ((rows, origin), (columns, target)):
            if kinds:
                keep &= self.mask(kinds)[ends]
        ones = np.ones(int(keep.sum()), dtype=np.int64)
        return coo_array((ones, (origin[keep], target[keep])), shape=(len(self.nodes),) * 2).tocsr()

    @cached_property
    def _matrices(self) -> dict[tuple[tuple[int, ...], int, tuple[str, ...], tuple[str, ...]], csr_array]:
        return {}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each node."""
        return {iri: i for i, iri in enumerate(self.nodes)}

    def edge(self, number: int) -> tuple[str, str, str]:
        """Subject, predicate and object of an edge, as IRIs."""
        s, p, o = int(self.subject[number]), int(self.predicate[number]), int(self.object[number])
        return self.nodes[s], self.predicates[p], self.nodes[o]

    def edges(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Subject, predicate, object, certainty and layer of every edge."""
        columns = (self.subject, self.predicate, self.object, self.certainty, self.layer)
        for s, p, o, c, g in zip(*(x.tolist() for x in columns), strict=True):
            yield self.nodes[s], self.predicates[p], self.nodes[o], CERTAINTIES[c], self.layers[g]


def number(
    rows: Collection[tuple[str, str, str, int, int]],
    kinds: dict[str, set[str]] | None = None,
    layers: tuple[str, ...] = LAYERS,
) -> Graph:
    """A graph from (subject, predicate, object, certainty, layer); certainty and layer are places in their lists."""
    ordered = sorted(rows)
    nodes = sorted({end for s, _, o, *_ in ordered for end in (s, o)})
    predicates = sorted({p for _, p, *_ in ordered})
    node, predicate = ({iri: i for i, iri in enumerate(names)} for names in (nodes, predicates))
    masks = {
        kind: np.fromiter((n in members for n in nodes), dtype=bool, count=len(nodes))
        for kind, members in sorted((kinds or {}).items())
    }
    return Graph.of(
        nodes,
        predicates,
        [node[r[0]] for r in ordered],
        [predicate[r[1]] for r in ordered],
        [node[r[2]] for r in ordered],
        [r[3] for r in ordered],
        [r[4] for r in ordered],
        masks,
        layers,
    )


def merge(graphs: Sequence[Graph]) -> Graph:
    """Several graphs as one: layers in the order of the first graph that has each; of an edge the first layer counts.

    >>> one = number([("a", "p", "b", 0, 0)])
    >>> [e[:3] for e in merge([one, number([("b", "q", "c", 0, 0)]), one]).edges()]
    [('a', 'p', 'b'), ('b', 'q', 'c')]
    """
    layers = tuple(dict.fromkeys(layer for g in graphs for layer in g.layers))
    nodes = sorted({n for g in graphs for n in g.nodes})
    predicates = sorted({p for g in graphs for p in g.predicates})
    number_of, code_of = ({iri: i for i, iri in enumerate(names)} for names in (nodes, predicates))
    columns: list[list[Integers]] = []
    masks = {kind: np.zeros(len(nodes), dtype=bool) for kind in sorted({k for g in graphs for k in g.kinds})}
    for g in graphs:
        here = np.fromiter((number_of[n] for n in g.nodes), dtype=np.int32, count=len(g.nodes))
        code = np.fromiter((code_of[p] for p in g.predicates), dtype=np.int16, count=len(g.predicates))
        place = np.array([layers.index(layer) for layer in g.layers], dtype=np.int8)
        columns.append([here[g.subject], code[g.predicate], here[g.object], g.certainty, place[g.layer]])
        for kind, mask in g.kinds.items():
            masks[kind][here[mask]] = True
    subject, predicate, object_, certainty, layer = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.lexsort((layer, object_, predicate, subject))
    ends = [x[order] for x in (subject, predicate, object_)]
    new = np.ones(len(order), dtype=bool)
    if len(order):
        new[1:] = np.logical_or.reduce([x[1:] != x[:-1] for x in ends])
    s, p, o = (x[new] for x in ends)
    return Graph.of(nodes, predicates, s, p, o, certainty[order][new], layer[order][new], masks, layers)


def read(store: Store, layers: Sequence[str] = STATED, named: Collection[str] = ()) -> Graph:
    """The edges of some layers of a store.

    Of the inferred ones, inverses and what only restates an edge under a wider predicate are left out unless their
    predicate is among ``named``, which brings in the edges of a predicate from whatever layer has them.
    """
    rows: dict[Edge, tuple[int, int]] = {}
    certainty: dict[Edge, int] = {}
    sure = """SELECT ?s ?p ?o ?certainty WHERE { VALUES ?g { graph:claims graph:proofs } GRAPH ?g {
        ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:certainty ?certainty
        FILTER(isIRI(?o) && ?p != rdf:type) FILTER NOT EXISTS { ?c biolink:negated true } } }"""
    for s, p, o, c in store.select(sure):
        key, rank = (s.value, p.value, o.value), CERTAINTIES.index(local(c.value))
        certainty[key] = min(certainty.get(key, rank), rank)
    descriptive = _descriptive(store)
    for layer in LAYERS:
        wanted = layer in layers
        if not wanted and not named:
            continue
        for s, p, o in store.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH graph:{layer} {{ ?s ?p ?o }} FILTER isIRI(?o) }}"):
            key = s.value, p.value, o.value
            if key in rows or p.value in descriptive or str(s)[0] != "<":
                continue
            if layer != "user" and key not in certainty:
                continue
            if p.value in named or wanted:
                rows[key] = certainty.get(key, 0), LAYERS.index(layer)
    for key in _left_out(store, rows, named):
        del rows[key]
    every = [(*key, *values) for key, values in rows.items()]
    return number(every, kinds_of(store, {end for s, _, o in rows for end in (s, o)}))


def _descriptive(store: Store) -> set[str]:
    """Predicates of the vocabularies that describe terms: a type or a match is no step of a path."""
    found = {p.value for (p,) in store.select("SELECT DISTINCT ?p WHERE { GRAPH graph:user { ?s ?p ?o } }")}
    vocabulary = (ns.RDF, "http://www.w3.org/2000/01/rdf-schema#", ns.OWL, "http://www.w3.org/2004/02/skos/core#")
    return {p for p in found if p.startswith(vocabulary)} | {ns.RDF_TYPE}


def _left_out(store: Store, rows: dict[Edge, tuple[int, int]], named: Collection[str]) -> list[Edge]:
    inferred = LAYERS.index("inferred")
    inverses = {p.value for (p,) in store.select("SELECT DISTINCT ?p WHERE { ?p owl:inverseOf ?q }")}
    narrower: dict[str, set[str]] = {}
    for q, p in store.select("SELECT ?q ?p WHERE { ?q rdfs:subPropertyOf+ ?p FILTER(?q != ?p) }"):
        narrower.setdefault(p.value, set()).add(q.value)
    return [
        (s, p, o)
        for (s, p, o), (_, layer) in rows.items()
        if layer == inferred
        and p not in named
        and (p in inverses or any((s, q, o) in rows for q in narrower.get(p, ())))
    ]


def kinds_of(store: Store, nodes: set[str]) -> dict[str, set[str]]:
    """The kinds and roles of nodes, each with those that have it."""
    found: dict[str, set[str]] = {}
    for x, kind in store.select("SELECT ?x ?kind WHERE { ?x a ?kind FILTER(isIRI(?kind) && isIRI(?x)) }"):
        if x.value in nodes:
            found.setdefault(local(kind.value), set()).add(x.value)
    return found
