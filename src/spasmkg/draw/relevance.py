"""What is kept where there is too much for a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from spasmkg.graph import LAYERS, Graph
from spasmkg.measures import pagerank

__all__ = ["kept"]

_INFERRED = LAYERS.index("inferred")


def kept(graph: Graph, part: Graph, focus: Sequence[int], top: int) -> set[int]:
    """At most ``top`` nodes of a part of a graph: those in focus, the nearest one by each relation, the nearest.

    What is stated comes before what is only inferred, of which each relation gives one node in turn.

    Without a focus the nodes with most weight are taken, each of them tied to another.
    """
    inside = np.flatnonzero(part.degree)
    # Equally near nodes are told apart by their names, not by the last digits.
    rank = np.round(pagerank(graph, focus) if focus else pagerank(part, inside.tolist()), 9)
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
