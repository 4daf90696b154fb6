"""Distances and shortest paths on graphs of arrays, edges followed both ways."""

from __future__ import annotations

from collections.abc import Iterator

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


def shortest(graph: Graph, start: int, goal: int) -> list[int] | None:
    """The nodes of one shortest path, or None.

    Both ends are searched, the side with fewer entries first; the first touch ends the search.

    >>> line = Graph.of(["a", "b", "c"], ["p"], [0, 2], [0, 0], [1, 1])
    >>> shortest(line, 0, 2)
    [0, 1, 2]
    """
    if start == goal:
        return [start]
    # One array marks both sides: 1, 2, 3 … outwards from the start, -1, -2, -3 … outwards from the goal, 0 not seen.
    mark: Integers = np.zeros(len(graph.nodes), dtype=np.int8)
    mark[start], mark[goal] = 1, -1
    fronts: list[Integers] = [np.array([start]), np.array([goal])]
    depth, weight = [1, 1], [int(graph.degree[start]), int(graph.degree[goal])]
    while weight[0] and weight[1]:
        side = 0 if weight[0] <= weight[1] else 1
        sign = 1 - 2 * side
        depth[side] += 1
        if depth[side] == np.iinfo(mark.dtype).max:
            mark = mark.astype(np.int32)
        new = []
        for near in _pieces(graph, fronts[side]):
            seen = mark[near]
            touched = seen < 0 if side == 0 else seen > 0
            at = touched.argmax()
            if touched[at]:
                node = int(near[at])
                mine = _back(graph, mark, node, sign * (depth[side] - 1), sign)
                other = [node, *_back(graph, mark, node, int(mark[node]) + sign, -sign)]
                return [*reversed(mine), *other] if side == 0 else [*reversed(other), *mine]
            fresh = near[seen == 0]
            mark[fresh] = sign * depth[side]
            new.append(fresh)
        front = np.concatenate(new)
        # Looking through all marks gives each node once; for a few nodes a repetition costs less than that.
        fronts[side] = front if len(front) < 256 else np.flatnonzero(mark == sign * depth[side])
        weight[side] = int(graph.degree[fronts[side]].sum())
    return None


def _pieces(graph: Graph, front: Integers) -> Iterator[Integers]:
    """The nodes next to those of a frontier: first those of its largest hub, which is likely to touch the other side."""
    first, neighbour = graph.first, graph.neighbour
    if len(front) == 1:
        node = front[0]
        yield neighbour[first[node] : first[node + 1]]
        return
    degree = graph.degree[front]
    hub = front[degree.argmax()]
    yield neighbour[first[hub] : first[hub + 1]]
    total = degree.cumsum()
    begin, done = 0, 0
    while begin < len(front):
        end = max(int(total.searchsorted(done + 16_384, side="right")), begin + 1)
        yield neighbour[graph.around(front[begin:end])]
        begin, done = end, int(total[end - 1])


def _back(graph: Graph, mark: Integers, node: int, level: int, sign: int) -> list[int]:
    """A way from a node through the levels of one side, this one first, to its end."""
    first, neighbour = graph.first, graph.neighbour
    way: list[int] = []
    while level * sign > 0:
        near = neighbour[first[node] : first[node + 1]]
        node = int(near[(mark[near] == level).argmax()])
        way.append(node)
        level -= sign
    return way


def shortest_paths(graph: Graph, start: int, goal: int) -> Integers:
    """All shortest paths between two different nodes, each a row of nodes, in order of their numbers.

    >>> square = Graph.of(["a", "b", "c", "d"], ["p"], [0, 0, 1, 2], [0, 0, 0, 0], [1, 2, 3, 3])
    >>> shortest_paths(square, 0, 3).tolist()
    [[0, 1, 3], [0, 2, 3]]
    """
    levels = _whole_levels(graph, start, goal) if start != goal else None
    if levels is None:
        return np.empty((0, 0), dtype=np.int32)
    depth = [int(level.max()) for level in levels]
    rows: Integers = np.flatnonzero((levels[0] == depth[0]) & (levels[1] == depth[1])).astype(np.int32)[:, None]
    for at in range(depth[0] - 1, 0, -1):
        before, which = _nearer(graph, rows[:, 0], levels[0], at)
        rows = np.concatenate([before[:, None], rows[which]], axis=1)
    for at in range(depth[1] - 1, 0, -1):
        after, which = _nearer(graph, rows[:, -1], levels[1], at)
        rows = np.concatenate([rows[which], after[:, None]], axis=1)
    return rows[np.lexsort(rows.T[::-1])]


def _whole_levels(graph: Graph, start: int, goal: int) -> tuple[Integers, Integers] | None:
    """The level of each node from either end, 1 at the end itself and 0 not reached, up to where the sides meet."""
    levels = np.zeros(len(graph.nodes), dtype=np.int32), np.zeros(len(graph.nodes), dtype=np.int32)
    levels[0][start] = levels[1][goal] = 1
    fronts: list[Integers] = [np.array([start]), np.array([goal])]
    depth, weight = [1, 1], [int(graph.degree[start]), int(graph.degree[goal])]
    while weight[0] and weight[1]:
        side = 0 if weight[0] <= weight[1] else 1
        depth[side] += 1
        near = graph.neighbour[graph.around(fronts[side])]
        levels[side][near[levels[side][near] == 0]] = depth[side]
        fronts[side] = np.flatnonzero(levels[side] == depth[side])
        if levels[1 - side][fronts[side]].any():
            return levels
        weight[side] = int(graph.degree[fronts[side]].sum())
    return None


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
