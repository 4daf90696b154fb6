"""Distances and shortest paths on graphs of arrays, edges followed both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from spasmkg.graph import Graph, Integers

__all__ = ["distances", "shortest", "shortest_paths"]


def distances(graph: Graph, start: int, limit: int | None = None) -> Integers:
    """The least number of edges from a node to every other; -1 where it cannot be reached within the limit."""
    level = np.zeros(len(graph.nodes), dtype=np.int32)
    level[start] = 1
    frontier: Integers = np.array([start], dtype=np.int32)
    depth = 1
    while len(frontier) and (limit is None or depth <= limit):
        depth += 1
        reached = graph.neighbour[graph.around(frontier)]
        level[reached[level[reached] == 0]] = depth
        frontier = np.flatnonzero(level == depth)
    return level - 1


def _reached(graph: Graph, frontier: Integers) -> Iterator[Integers]:
    """The nodes next to those of a frontier, repeated as it comes, a few first and then more and more at a time."""
    if len(frontier) == 1:
        here = graph.entries(int(frontier[0]))
        at, size = here.start, 128
        while at < here.stop:
            yield graph.neighbour[at : min(at + size, here.stop)]
            at, size = at + size, size * 8
        return
    at, size = 0, 8
    while at < len(frontier):
        yield graph.neighbour[graph.around(frontier[at : at + size])]
        at, size = at + size, size * 8


class _Meeting(NamedTuple):
    """Where searches from two ends met: the level of each node from either side, 1 at the end itself, 0 unreached."""

    levels: tuple[Integers, Integers]
    depths: tuple[int, int]
    middle: int


def _meet(graph: Graph, start: int, goal: int, *, whole: bool) -> _Meeting | None:
    """Search from both ends, the side with fewer entries first, until they meet; None where they do not.

    ``whole`` finishes the level at which they meet, so that all nodes between the ends have their levels.
    """
    smallest = np.min_scalar_type(len(graph.nodes))
    levels = np.zeros(len(graph.nodes), dtype=smallest), np.zeros(len(graph.nodes), dtype=smallest)
    levels[0][start] = levels[1][goal] = 1
    fronts: list[Integers] = [np.array([start]), np.array([goal])]
    depth = [1, 1]
    weight = [int(graph.degree[start]), int(graph.degree[goal])]
    while weight[0] and weight[1]:
        side = 0 if weight[0] <= weight[1] else 1
        mine, other = levels[side], levels[1 - side]
        depth[side] += 1
        new, middle = [], -1
        for reached in _reached(graph, fronts[side]):
            fresh = reached[mine[reached] == 0]
            mine[fresh] = depth[side]
            if middle < 0 and (met := other[fresh]).any():
                middle = int(fresh[int(met.argmax())])
                if not whole:
                    break
            new.append(fresh)
        if middle >= 0:
            return _Meeting(levels, (depth[0], depth[1]), middle)
        found = np.concatenate(new)
        # Looking through all levels gives each node once; for a few nodes a repetition costs less than that.
        fronts[side] = found if len(found) < 100 else np.flatnonzero(mine == depth[side])
        weight[side] = int(graph.degree[fronts[side]].sum())
    return None


def shortest(graph: Graph, start: int, goal: int) -> list[int] | None:
    """The nodes of one shortest path, or None.

    >>> line = Graph.of(["a", "b", "c"], ["p"], [0, 2], [0, 0], [1, 1])
    >>> shortest(line, 0, 2)
    [0, 1, 2]
    """
    if start == goal:
        return [start]
    met = _meet(graph, start, goal, whole=False)
    if met is None:
        return None
    ways = []
    for level in met.levels:
        node, way = met.middle, []
        for at in range(int(level[node]) - 1, 0, -1):
            node = next(
                int(near[fits.argmax()])
                for near in _reached(graph, np.array([node]))
                if (fits := level[near] == at).any()
            )
            way.append(node)
        ways.append(way)
    return [*reversed(ways[0]), met.middle, *ways[1]]


def shortest_paths(graph: Graph, start: int, goal: int) -> Integers:
    """All shortest paths between two different nodes, each a row of nodes, in order of their numbers.

    >>> square = Graph.of(["a", "b", "c", "d"], ["p"], [0, 0, 1, 2], [0, 0, 0, 0], [1, 2, 3, 3])
    >>> shortest_paths(square, 0, 3).tolist()
    [[0, 1, 3], [0, 2, 3]]
    """
    met = _meet(graph, start, goal, whole=True) if start != goal else None
    if met is None:
        return np.empty((0, 0), dtype=np.int32)
    levels, depth, _ = met
    rows: Integers = np.flatnonzero((levels[0] == depth[0]) & (levels[1] == depth[1])).astype(np.int32)[:, None]
    for at in range(depth[0] - 1, 0, -1):
        before, which = _nearer(graph, rows[:, 0], levels[0], at)
        rows = np.concatenate([before[:, None], rows[which]], axis=1)
    for at in range(depth[1] - 1, 0, -1):
        after, which = _nearer(graph, rows[:, -1], levels[1], at)
        rows = np.concatenate([rows[which], after[:, None]], axis=1)
    return rows[np.lexsort(rows.T[::-1])]


def _nearer(graph: Graph, ends: Integers, level: Integers, at: int) -> tuple[Integers, Integers]:
    """For each of the ends, the nodes of a level next to it, and for each of these the place of its end."""
    nodes, place = np.unique(ends, return_inverse=True)
    near = graph.neighbour[graph.around(nodes)]
    owner = np.repeat(np.arange(len(nodes)), graph.degree[nodes])
    fits = level[near] == at
    # Several edges between two nodes make one path here.
    pairs = np.unique(owner[fits].astype(np.int64) * len(level) + near[fits])
    owner, near = pairs // len(level), pairs % len(level)
    count = np.bincount(owner, minlength=len(nodes))
    begin = np.cumsum(count) - count
    each = count[place]
    which = np.repeat(np.arange(len(ends)), each)
    inner = np.arange(len(which)) - np.repeat(np.cumsum(each) - each, each)
    return near[np.repeat(begin[place], each) + inner].astype(np.int32), which
