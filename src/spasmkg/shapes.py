"""The metapaths that tie two things: their paths, counted by the kinds and predicates that they go through."""

from __future__ import annotations

from collections import Counter

import numpy as np

from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.graph import Graph
from spasmkg.paths import BUDGET, Path, cited, costs, of_route
from spasmkg.routes import best_routes, free
from spasmkg.store import Store

__all__ = ["metapaths"]

_ALL = 1_000_000


def metapaths(
    store: Store, graph: Graph, start: str, goal: str, longest: int = 3, budget: int = BUDGET
) -> tuple[list[tuple[str, int, Path]], bool]:
    """The metapaths that tie two things: how many paths follow each, and the best of them; and whether that is all.

    A metapath is written so that it can be given back as ``along``.
    """
    ends = np.zeros(len(graph.nodes), dtype=bool)
    if goal not in graph.numbers or start not in graph.numbers:
        return [], True
    ends[graph.numbers[goal]] = True
    found = best_routes(graph, free(graph), graph.numbers[start], ends, longest, _ALL, *costs(graph), budget=budget)
    kinds = {x: kind for x, (_, _, kind) in texts(store, graph.nodes).items()}
    counts: Counter[str] = Counter()
    best: dict[str, Path] = {}
    for _, route in found.routes:
        path = of_route(graph, route)
        shape = _shape(path, kinds)
        counts[shape] += 1
        if shape not in best or path.score > best[shape].score:
            best[shape] = path
    whole = dict(zip(best, cited(store, list(best.values())), strict=True))
    ordered = sorted(counts, key=lambda m: (whole[m].length, -counts[m], m))
    return [(m, counts[m], whole[m]) for m in ordered], found.complete


def _shape(path: Path, kinds: dict[str, str]) -> str:
    parts = [kinds.get(path.nodes[0]) or "*"]
    for step in path.steps:
        name = _named(step.predicate)
        parts += [f"-{name}->" if step.forward else f"<-{name}-", kinds.get(step.ends[1]) or "*"]
    return " ".join(parts)


def _named(predicate: str) -> str:
    """A predicate as a metapath writes it."""
    short = ns.contract(predicate)
    return ns.local(predicate) if predicate.startswith(ns.SPASM) else "*" if "://" in short else short
