"""Measures on graphs of arrays: relevance by random walks, and counts of paths along a metapath by matrices."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spasmkg.errors import UsageError
from spasmkg.graph import Graph
from spasmkg.metapath import Metapath, Step, Thing

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["betweenness", "pagerank", "path_counts"]


def pagerank(
    graph: Graph, seeds: Collection[int], damping: float = 0.85, tolerance: float = 1e-7
) -> NDArray[np.float64]:
    """Personalised PageRank, edges followed both ways: how often a walk that returns to the seeds visits each node.

    The values add up to 1 and are off by less than ``tolerance`` in all. Since every edge is followed both ways the
    system is symmetric and positive definite once it is scaled by the square roots of the degrees, and conjugate
    gradients (Hestenes and Stiefel 1952, https://doi.org/10.6028/jres.049.044) solve it in half the steps that the
    walk itself would need. A walk at a node without edges returns to the seeds.
    """
    root = np.sqrt(np.maximum(graph.degree, 1))
    home = np.zeros(len(graph.nodes))
    home[list(seeds)] = (1 - damping) / len(seeds)
    # The start is what a walk without seeds would settle at, so that only the way the seeds differ from it is left.
    solution = graph.degree / (root * max(1, graph.degree.sum()))
    residue = home / root - (1 - damping) * solution
    direction, size = residue, _dot(residue, residue)
    while float(np.abs(residue * root).sum()) > tolerance * (1 - damping):
        image = direction - damping * (graph.ties @ (direction / root)) / root
        step = size / _dot(direction, image)
        solution = solution + step * direction
        residue = residue - step * image
        before, size = size, _dot(residue, residue)
        direction = residue + size / before * direction
    rank = solution * root
    return np.asarray(rank / rank.sum())


def _dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    # Without BLAS: its threads take longer to wake than vectors of this size take to multiply.
    return float((a * b).sum())


def betweenness(graph: Graph, block: int = 512) -> NDArray[np.float64]:
    """For each node the share of the shortest paths between two others that pass through it, edges followed both ways.

    Brandes' accumulation (https://doi.org/10.1080/0022250X.2001.9990249), level by level for a block of sources at
    once; several edges between two nodes count as one. Normalised by the number of pairs of others
    that have an edge.
    """
    import scipy.sparse

    n = len(graph.nodes)
    ends = np.concatenate([graph.subject, graph.object]), np.concatenate([graph.object, graph.subject])
    tied = scipy.sparse.coo_array((np.ones(2 * len(graph)), ends), shape=(n, n)).tocsr()
    tied.setdiag(0)
    tied.eliminate_zeros()
    tied.data[:] = 1.0
    total = np.zeros(n)
    for begin in range(0, n, block):
        sources = np.arange(begin, min(begin + block, n))
        total += _through(tied, sources)
    others = int((graph.degree > 0).sum()) - 1
    pairs = others * (others - 1)
    return total / pairs if pairs > 0 else total


def _through(tied: Any, sources: NDArray[np.int_]) -> NDArray[np.float64]:
    """For each node how much of the shortest paths from these sources passes through it."""
    n, here = tied.shape[0], np.arange(len(sources))
    ways = np.zeros((n, len(sources)))
    ways[sources, here] = 1.0
    level = np.full(ways.shape, -1, dtype=np.int32)
    level[sources, here] = 0
    front, depth = ways.copy(), 0
    while True:
        front = tied @ front
        front[level >= 0] = 0.0
        if not front.any():
            break
        depth += 1
        level[front > 0] = depth
        ways += front
    given = np.zeros(ways.shape)
    safe = np.where(ways > 0, ways, 1.0)
    for at in range(depth, 0, -1):
        share = np.where(level == at, (1.0 + given) / safe, 0.0)
        given += np.where(level == at - 1, ways * (tied @ share), 0.0)
    given[sources, here] = 0.0
    return np.asarray(given.sum(axis=1))


def path_counts(graph: Graph, along: Metapath) -> csr_array:
    """For each pair of nodes the number of paths along a metapath, no node visited twice.

    Counted by products of sparse matrices, up to three steps without repetition (for longer ones, where a walk could
    return in more ways than are subtracted here, enumerate). Raises UsageError for a metapath that is too long.
    """
    if len(along.steps) > 3 or any(s.low != 1 or s.high != 1 for s in along.steps):
        raise UsageError(f"{along.text}: pairs are counted for metapaths of at most three steps without repetition")
    steps = [_step(graph, step, *along.things[i : i + 2]) for i, step in enumerate(along.steps)]
    counts = steps[0]
    for step in steps[1:]:
        counts = counts @ step
    if len(steps) == 3:
        counts = _without_returns(counts, *steps)
    counts = counts.tocsr()
    loops = counts.diagonal()
    if loops.any():
        import scipy.sparse

        counts = (counts - scipy.sparse.diags_array(loops, dtype=np.int64)).tocsr()
    counts.eliminate_zeros()
    return counts


def _without_returns(walks: Any, a: Any, b: Any, c: Any) -> Any:
    """Three-step walks less those that come back to their first node at the third, or to the second at the fourth."""
    import scipy.sparse

    back = scipy.sparse.diags_array((a * b.T).sum(axis=1), dtype=np.int64)
    forth = scipy.sparse.diags_array((b * c.T).sum(axis=1), dtype=np.int64)
    return walks - back @ c - a @ forth + a * b.T * c


def _step(graph: Graph, step: Step, start: Thing, goal: Thing) -> Any:
    import scipy.sparse

    codes = graph.codes(step.predicates) if step.predicates else range(len(graph.predicates))
    made = graph.matrix(tuple(codes), step.direction, start.kinds, goal.kinds)
    for thing in (start, goal):
        if thing.entity:
            chosen = np.zeros(len(graph.nodes), dtype=np.int64)
            if thing.entity in graph.numbers:
                chosen[graph.numbers[thing.entity]] = 1
            only = scipy.sparse.diags_array(chosen, dtype=np.int64)
            made = only @ made if thing is start else made @ only
    return made
