"""Walking on a graph as large as Hetionet, against what people use for that: networkx, igraph, scipy.

Paths are compared node by node, without direction: networkx keeps one edge between two nodes, our graph all of them.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks import hetnet
from benchmarks.measure import bound, compare, cpu, report
from spasmkg.distances import shortest, shortest_paths
from spasmkg.graph import Graph
from spasmkg.measures import pagerank, path_counts
from spasmkg.metapath import Names, parse

STEP = {1: "-{}->", -1: "<-{}-", 0: "-{}-"}


def walks(graph: Graph, steps: Sequence[tuple[str, int]]) -> Any:
    """How many paths along these predicates (1 forwards, -1 backwards, 0 both) lead from node to node."""
    text = " ".join(["*", *(f"{STEP[sign].format(predicate)} *" for predicate, sign in steps)])
    return path_counts(graph, parse(text, Names(str, str, str)))


# ---- the comparisons ----

METAPATHS = {
    "Compound-binds-Gene-associates-Disease": [("CbG", 1), ("DaG", -1)],
    "Compound-binds-Gene-interacts-Gene-associates-Disease": [("CbG", 1), ("GiG", 0), ("DaG", -1)],
}


def graphs() -> None:
    made: list[Graph] = []
    spent = cpu(lambda: made.append(hetnet.graph()))
    (graph,) = made
    print(f"{'(drawing a graph of ' + f'{len(graph):,} edges)':<62} {1000 * spent:10.1f} ms")
    networkx = building(graph)
    random = np.random.default_rng(7)
    pairs = random.choice(np.flatnonzero(graph.degree), (200, 2)).tolist()
    one(graph, networkx, pairs)
    every(graph, networkx, pairs[:6])
    networkx.clear()
    gc.unfreeze()
    ranks(graph, random.choice(np.flatnonzero(graph.degree), 3).tolist())
    metapaths(graph)


def building(graph: Graph) -> Any:
    """Both graphs from the same columns of numbers; returns networkx's."""
    import networkx as nx
    import scipy.sparse  # noqa: F401  imported by whoever comes first: not counted

    columns = graph.nodes, graph.predicates, graph.subject, graph.predicate, graph.object
    theirs = nx.Graph()

    def build() -> None:
        theirs.add_nodes_from(range(len(graph.nodes)))
        theirs.add_edges_from(zip(graph.subject.tolist(), graph.object.tolist(), strict=True))

    b = cpu(build)
    gc.freeze()  # else every full collection walks through it, on whichever side it falls
    a = statistics.median(cpu(lambda: Graph.of(*columns).degree) for _ in range(5))
    report("building from numbers, entries at both ends | networkx", a, b, a / b, 1 / 10)
    fresh = Graph.of(*columns)
    arrays = [getattr(fresh, name) for name in ("subject", "predicate", "object", "certainty", "layer")]
    arrays += [fresh.first, fresh.entry, fresh.neighbour, fresh.degree]
    bound("its size", sum(x.nbytes for x in arrays) / len(fresh), "bytes an edge", 32)
    return theirs


def one(graph: Graph, theirs: Any, pairs: Sequence[tuple[int, int]]) -> None:
    import networkx as nx

    timed(shortest, graph, *pairs[0])  # a turn that is not counted
    ours, others = [], []
    for a, b in pairs:
        mine, path = timed(shortest, graph, a, b)
        yours, same = timed(nx.bidirectional_shortest_path, theirs, a, b)
        assert len(path) == len(same), (a, b)
        ours.append(mine)
        others.append(yours)
    a, b = statistics.median(ours), statistics.median(others)
    report(f"one shortest path, median of {len(pairs)} pairs | networkx", a, b, a / b, 1.5)
    a, b = statistics.mean(ours), statistics.mean(others)
    report(f"one shortest path, mean of {len(pairs)} pairs | networkx", a, b, a / b, 1.5)


def every(graph: Graph, theirs: Any, pairs: Sequence[tuple[int, int]]) -> None:
    import networkx as nx

    def other(a: int, b: int) -> int:
        return sum(1 for _ in nx.all_shortest_paths(theirs, a, b))

    timed(shortest_paths, graph, *pairs[0])  # a turn that is not counted
    ours = others = 0.0
    total = 0
    for a, b in pairs:
        mine, paths = timed(shortest_paths, graph, a, b)
        yours, same = timed(other, a, b)
        assert len(paths) == same, (a, b)
        ours, others, total = ours + mine, others + yours, total + same
    report(f"all {total:,} shortest paths of {len(pairs)} pairs | networkx", ours, others, ours / others, 1 / 20)


def ranks(graph: Graph, seeds: Sequence[int]) -> None:
    import igraph

    theirs = igraph.Graph(n=len(graph.nodes), edges=np.stack([graph.subject, graph.object], axis=1))

    def other() -> Any:
        return theirs.personalized_pagerank(damping=0.85, reset_vertices=seeds, directed=False)

    assert np.abs(pagerank(graph, seeds) - np.asarray(other())).max() < 1e-6
    title = "personalised PageRank of every node | igraph"
    compare(title, lambda: cpu(lambda: pagerank(graph, seeds)), lambda: cpu(other), 1 / 5, 3)


def metapaths(graph: Graph) -> None:
    for name, steps in METAPATHS.items():
        matrices = [graph.matrix(graph.codes([p]), sign) for p, sign in steps]

        def product(matrices: Sequence[Any] = matrices) -> Any:
            made = matrices[0]
            for matrix in matrices[1:]:
                made = made @ matrix
            return made

        def ours(steps: Sequence[tuple[str, int]] = steps) -> Any:
            return walks(graph, steps)

        assert (ours() != product()).nnz == 0
        compare(f"{name} | scipy", lambda f=ours: cpu(f), lambda f=product: cpu(f), 1.5)  # type: ignore[misc]


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """Processor time of one call, and what it returns."""
    found: list[Any] = []
    return cpu(lambda: found.append(work(*arguments))), found[0]
