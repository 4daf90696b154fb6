"""The shape of the graph: what is central, what belongs together, what holds it together, what feeds back.

Thin over networkx, on the edges that paths follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from spasmkg import namespaces as ns
from spasmkg.graph import Graph
from spasmkg.measures import betweenness, pagerank
from spasmkg.store import Store

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "Central", "Community", "CutPoint", "Loop", "Shared",
    "central", "communities", "cut_points", "loops", "shared",
]  # fmt: skip


_DESCRIBES = ("hasStatus", "hasCharacteristic", "hasRoute", "hasCourse", "hasDuration", "occursAt", "involves")
"""Predicates by which one thing describes another without acting on it."""


@dataclass(frozen=True, slots=True)
class Central:
    """How central a thing is: edges, share of the shortest paths between others, share of a random walk."""

    iri: str
    edges: int
    betweenness: float
    pagerank: float


@dataclass(frozen=True, slots=True)
class Community:
    """Things that are tied to each other more than to the rest, the most tied first."""

    members: tuple[str, ...]
    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class CutPoint:
    """A thing without which others would be cut off from the rest of the graph."""

    iri: str
    cut_off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """Edges, as (subject, predicate, object), that lead from a thing back to it."""

    edges: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """Something that several things act on: (thing, predicate) for each of them."""

    iri: str
    by: tuple[tuple[str, str], ...]


def simple(graph: Graph) -> nx.Graph:
    """Which nodes are tied at all: an undirected networkx graph of numbers, without loops."""
    import networkx as nx

    network = nx.Graph()
    ends = zip(graph.subject.tolist(), graph.object.tolist(), strict=True)
    network.add_edges_from(sorted({(min(e), max(e)) for e in ends if e[0] != e[1]}))
    return network


def central(graph: Graph, top: int = 20) -> list[Central]:
    """The things that most shortest paths between others pass through, the highest first.

    PageRank is that of a walk that starts anywhere, edges followed both ways.
    """
    tied = np.flatnonzero(graph.degree)
    between, rank = betweenness(graph), pagerank(graph, tied.tolist())
    ordered = sorted(tied.tolist(), key=lambda n: (-round(float(between[n]), 12), -graph.degree[n], n))[:top]
    return [Central(graph.nodes[n], int(graph.degree[n]), float(between[n]), float(rank[n])) for n in ordered]


def communities(graph: Graph, seed: int = 0) -> tuple[list[Community], float]:
    """Communities by the Louvain method, largest first, and the modularity of the division.

    The seed decides between equal moves (Blondel and others 2008, https://doi.org/10.1088/1742-5468/2008/10/P10008).
    """
    import networkx as nx

    network = simple(graph)
    found = nx.community.louvain_communities(network, seed=seed)
    quality = nx.community.modularity(network, found)
    home = {n: i for i, members in enumerate(found) for n in members}
    inside: Counter[int] = Counter()
    outside: Counter[int] = Counter()
    for a, b in network.edges:
        if home[a] == home[b]:
            inside[home[a]] += 1
        else:
            outside.update((home[a], home[b]))
    made = []
    for i, members in enumerate(found):
        degree = dict(network.subgraph(members).degree())
        ordered = sorted(members, key=lambda n: (-degree[n], n))
        made.append(Community(tuple(graph.nodes[n] for n in ordered), inside[i], outside[i]))
    return sorted(made, key=lambda c: (-len(c.members), c.members)), quality


def cut_points(graph: Graph) -> list[CutPoint]:
    """The things whose removal cuts others off from the largest part, those that cut off most first."""
    import networkx as nx

    network = simple(graph)
    main: set[int] = max(nx.connected_components(network), key=lambda part: (len(part), -min(part)), default=set())
    found = []
    for node in sorted(nx.articulation_points(network.subgraph(main))):
        parts = sorted(nx.connected_components(network.subgraph(main - {node})), key=lambda p: (-len(p), min(p)))
        off = sorted(n for part in parts[1:] for n in part)
        found.append(CutPoint(graph.nodes[node], tuple(graph.nodes[n] for n in off)))
    return sorted(found, key=lambda c: (-len(c.cut_off), c.iri))


def loops(graph: Graph, longest: int = 6) -> list[Loop]:
    """The loops of at most so many edges that lead from a thing back to it along the edges' own direction.

    A loop is given once, from its first thing in order; where two things are tied by several predicates, each way
    round is a loop of its own. Shortest first.
    """
    import networkx as nx

    network = nx.DiGraph()
    predicates: dict[tuple[int, int], list[str]] = {}
    for s, p, o, *_ in graph.edges():
        ends = graph.numbers[s], graph.numbers[o]
        if s != o:
            network.add_edge(*ends)
            predicates.setdefault(ends, []).append(p)
    found = []
    for cycle in nx.simple_cycles(network, length_bound=longest):
        turn = cycle.index(min(cycle))
        nodes = [*cycle[turn:], *cycle[:turn]]
        ways: list[tuple[tuple[str, str, str], ...]] = [()]
        for a, b in pairwise([*nodes, nodes[0]]):
            ways = [(*w, (graph.nodes[a], p, graph.nodes[b])) for w in ways for p in predicates[a, b]]
        found += [Loop(w) for w in ways]
    return sorted(found, key=lambda loop: (len(loop.edges), loop.edges))


def shared(graph: Graph, actors: Collection[str], targets: Collection[str], top: int = 20) -> list[Shared]:
    """The things of some kinds that most things of other kinds act on, with who acts and how."""
    acting, acted = graph.mask(actors), graph.mask(targets)
    telling = ~np.isin(graph.predicate, graph.codes([ns.spasm(p) for p in _DESCRIBES]))
    keep = np.flatnonzero(acting[graph.subject] & acted[graph.object] & telling)
    by: dict[str, list[tuple[str, str]]] = {}
    for edge in keep.tolist():
        s, p, o = graph.edge(edge)
        by.setdefault(o, []).append((s, p))
    ordered = sorted(by.items(), key=lambda item: (-len({s for s, _ in item[1]}), item[0]))
    return [Shared(o, tuple(pairs)) for o, pairs in ordered[:top] if len({s for s, _ in pairs}) > 1]


def effects(store: Store, extra: Sequence[str] = ()) -> list[str]:
    """The predicates by which one thing brings about or strengthens another, and more."""
    query = "SELECT DISTINCT ?p WHERE { ?p rdfs:subPropertyOf+ spasm:upstreamOf } ORDER BY ?p"
    strengthening = ("hasSymptom", "hasSideEffect", "worsens", "increases", "promotes")
    return [*(p.value for (p,) in store.select(query)), *map(ns.spasm, strengthening), *extra]
