"""What is kept where there is too much for a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spasmkg.graph import LAYERS, Graph

__all__ = ["kept", "nearness"]

_WEIGHTS = np.array([1.0, 0.9, 0.7, 0.5, 0.6])
"""How much an edge counts by its certainty, in the order of CERTAINTIES."""
_INFERRED = LAYERS.index("inferred")
_STAY, _ROUNDS = 0.85, 60


def nearness(graph: Graph, start: Sequence[int] = ()) -> NDArray[np.float64]:
    """How near each node is to the start nodes, by PageRank that returns to them; without any, plain PageRank.

    >>> line = Graph.of(["a", "b", "c", "d"], ["p"], [0, 1, 2], [0, 0, 0], [1, 2, 3])
    >>> [round(float(x), 2) for x in nearness(line, [0])]
    [0.3, 0.36, 0.24, 0.1]
    """
    size = len(graph.nodes)
    home = np.zeros(size)
    home[list(start) or slice(None)] = 1.0
    home /= home.sum()
    ends = np.concatenate([graph.subject, graph.object]), np.concatenate([graph.object, graph.subject])
    weight = np.tile(_WEIGHTS[graph.certainty], 2)
    total = np.bincount(ends[0], weights=weight, minlength=size)
    share = weight / total[ends[0]]
    rank = home.copy()
    for _ in range(_ROUNDS):
        passed = np.bincount(ends[1], weights=rank[ends[0]] * share, minlength=size)
        lost = rank[total == 0].sum()
        rank = _STAY * (passed + lost * home) + (1 - _STAY) * home
    return np.round(rank, 12)


def kept(graph: Graph, part: Graph, focus: Sequence[int], top: int) -> set[int]:
    """At most ``top`` nodes of a part of a graph: those in focus, the nearest one by each relation, the nearest.

    What is stated comes before what is only inferred, of which each relation gives one node in turn.

    Without a focus the nodes with most weight are taken, each of them tied to another.
    """
    rank = nearness(graph if focus else part, focus)
    inside = np.flatnonzero(part.degree)
    stated = set(np.concatenate([part.subject, part.object])[np.tile(part.layer != _INFERRED, 2)].tolist())
    order = sorted(
        (int(n) for n in inside if n not in set(focus)), key=lambda n: (n not in stated, -rank[n], graph.nodes[n])
    )
    room = max(1, top - len(focus))
    if len(order) <= room:
        return {*focus, *order}
    if not focus:
        return _tied(part, order, room)
    # A node's turn is how many nearer ones the least crowded of its relations to the focus has.
    members: Counter[tuple[int, int, int]] = Counter()
    turn: dict[int, int] = {}
    roots = set(focus)
    for n in order:
        relations = []
        for at in range(*_range(part, n)):
            code, other = int(part.entry[at]), int(part.neighbour[at])
            if other in roots:
                relations.append((int(part.predicate[code // 2]), code % 2, other))
        turn[n] = min((members[r] for r in relations), default=len(order))
        members.update(relations)
    near = [n for n in order if turn[n] == 0][: room * 2 // 3]
    # Of what is only inferred, the relations take turns: one with many ends would leave no room for the others.
    for n in sorted(order, key=lambda n: (n not in stated, 0 if n in stated else turn[n])):
        if len(near) >= room:
            break
        if n not in near and _touches(part, n, {*roots, *near}):
            near.append(n)
    return {*focus, *near}


def _range(part: Graph, n: int) -> tuple[int, int]:
    return int(part.first[n]), int(part.first[n + 1])


def _touches(part: Graph, n: int, others: set[Any]) -> bool:
    return any(int(m) in others for m in part.neighbour[part.entries(n)])


def _tied(part: Graph, order: list[int], room: int) -> set[int]:
    """The first nodes of the order, each taken together with what ties it to the others."""
    chosen: dict[int, None] = {}
    place = {n: i for i, n in enumerate(order)}
    for n in order:
        if len(chosen) >= room:
            break
        if n in chosen:
            continue
        others = sorted((int(m) for m in part.neighbour[part.entries(n)]), key=place.__getitem__)
        if any(m in chosen for m in others):
            chosen[n] = None
        elif len(chosen) + 2 <= room:
            chosen.update(dict.fromkeys([n, next(m for m in others if m != n)])) if set(others) - {n} else None
    return set(chosen)
