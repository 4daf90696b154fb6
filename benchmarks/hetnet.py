"""A graph as large as Hetionet 1.0, with its kinds, relations and counts, drawn from a seed.

The numbers are those that Hetionet publishes of itself (``metanodes.tsv``, ``metaedges.tsv`` and ``degrees.xlsx`` under
``describe`` of github.com/hetio/hetionet, CC0): nodes of each kind, edges of each relation, and how unevenly these are
spread over the nodes. Which node is tied to which is random. Two runs with one seed and one NumPy give the same graph.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import overload

import numpy as np
from numpy.typing import NDArray

from spasmkg.graph import Graph

KINDS = {
    "Anatomy": 402,
    "BiologicalProcess": 11381,
    "CellularComponent": 1391,
    "Compound": 1552,
    "Disease": 137,
    "Gene": 20945,
    "MolecularFunction": 2884,
    "Pathway": 1822,
    "PharmacologicClass": 345,
    "SideEffect": 5734,
    "Symptom": 438,
}
"""How many nodes each kind has."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a relation: how many nodes stand there, the most edges of one, the deviation of log(edges)."""

    kind: str
    nodes: int
    most: int
    spread: float


RELATIONS = {
    "AdG": (End("Anatomy", 36, 6182, 0.44), "downregulates", End("Gene", 15097, 31, 0.83), 102240),
    "AeG": (End("Anatomy", 241, 15036, 3.05), "expresses", End("Gene", 18094, 98, 0.98), 526407),
    "AuG": (End("Anatomy", 36, 5092, 0.36), "upregulates", End("Gene", 15929, 24, 0.69), 97848),
    "CbG": (End("Compound", 1389, 132, 0.98), "binds", End("Gene", 1689, 516, 1.13), 11571),
    "CcSE": (End("Compound", 1071, 839, 1.04), "causes", End("SideEffect", 5701, 932, 1.58), 138944),
    "CdG": (End("Compound", 734, 250, 1.54), "downregulates", End("Gene", 2880, 164, 1.16), 21102),
    "CpD": (End("Compound", 221, 9, 0.55), "palliates", End("Disease", 50, 30, 1.08), 390),
    "CrC": (End("Compound", 1042, 58, 1.06), "resembles", End("Compound", 1054, 58, 1.06), 6486),
    "CtD": (End("Compound", 387, 19, 0.63), "treats", End("Disease", 77, 68, 1.1), 755),
    "CuG": (End("Compound", 703, 250, 1.55), "upregulates", End("Gene", 3247, 119, 1.07), 18756),
    "DaG": (End("Disease", 134, 550, 1.48), "associates", End("Gene", 5392, 47, 0.71), 12623),
    "DdG": (End("Disease", 44, 250, 1.54), "downregulates", End("Gene", 5745, 6, 0.37), 7623),
    "DlA": (End("Disease", 133, 128, 0.68), "localizes", End("Anatomy", 398, 36, 0.68), 3602),
    "DpS": (End("Disease", 133, 116, 0.8), "presents", End("Symptom", 415, 49, 0.93), 3357),
    "DrD": (End("Disease", 112, 33, 0.84), "resembles", End("Disease", 106, 33, 0.84), 543),
    "DuG": (End("Disease", 44, 250, 1.56), "upregulates", End("Gene", 5630, 9, 0.4), 7731),
    "GcG": (End("Gene", 9043, 454, 1.19), "covaries", End("Gene", 9532, 454, 1.19), 61690),
    "GiG": (End("Gene", 9526, 8611, 1.36), "interacts", End("Gene", 14084, 8611, 1.36), 147164),
    "GpBP": (End("Gene", 14772, 799, 1.24), "participates", End("BiologicalProcess", 11381, 999, 1.52), 559504),
    "GpCC": (End("Gene", 10580, 66, 0.94), "participates", End("CellularComponent", 1391, 1000, 1.56), 73566),
    "GpMF": (End("Gene", 13063, 55, 0.9), "participates", End("MolecularFunction", 2884, 955, 1.4), 97222),
    "GpPW": (End("Gene", 8979, 231, 1.01), "participates", End("Pathway", 1822, 1956, 1.19), 84372),
    "Gr>G": (End("Gene", 4634, 383, 1.23), "regulates", End("Gene", 7048, 1710, 1.43), 265672),
    "PCiC": (End("PharmacologicClass", 345, 23, 0.83), "includes", End("Compound", 724, 13, 0.44), 1029),
}
"""By Hetionet's abbreviation: the subjects, the verb, the objects, and how many edges there are."""

SYMMETRIC = {"CrC", "DrD", "GcG", "GiG"}
"""Relations without a direction: a pair is tied once, whichever way round."""

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]


class Names(Sequence[str]):
    """The names of the nodes, such as ``Gene/00017``, each made when it is asked for."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self.kinds, self.starts = list(sizes), [0, *accumulate(sizes.values())]

    def __len__(self) -> int:
        return self.starts[-1]

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        kind = bisect_right(self.starts, place % len(self)) - 1
        return f"{self.kinds[kind]}/{place % len(self) - self.starts[kind]:05}"

    def __iter__(self) -> Iterator[str]:
        for kind, size in zip(self.kinds, np.diff(self.starts).tolist(), strict=True):
            yield from (f"{kind}/{i:05}" for i in range(size))


def columns(seed: int = 1) -> tuple[Names, list[str], Integers, Integers, Integers]:
    """Names, predicates, and three columns of numbers: subject, predicate, object, sorted, without a repeated edge."""
    random = np.random.default_rng(seed)
    names = Names(KINDS)
    nodes = {kind: np.arange(a, a + n) for (kind, n), a in zip(KINDS.items(), names.starts, strict=False)}
    # A node that is much tied by one relation is much tied by the others too, as well-studied genes are.
    fame = random.normal(size=len(names))
    predicates = sorted(RELATIONS)
    keys = []
    for code, predicate in enumerate(predicates):
        left, _, right, edges = RELATIONS[predicate]
        chosen = [_some(random, nodes[end.kind], end.nodes, fame) for end in (left, right)]
        chances = [_chances(fame[n], end, edges) for n, end in zip(chosen, (left, right), strict=True)]
        few = left.nodes * right.nodes < 8_000_000
        subject, object_ = (_weighed if few else _drawn)(random, chosen, chances, edges, predicate in SYMMETRIC)
        keys.append((subject * len(predicates) + code) * len(names) + object_)
    key = np.sort(np.concatenate(keys))
    rest, object_ = np.divmod(key, len(names))
    subject, predicate_ = np.divmod(rest, len(predicates))
    return names, predicates, subject, predicate_, object_


def graph(seed: int = 1) -> Graph:
    """The graph: 47,031 nodes, 2,250,197 edges."""
    names, predicates, subject, predicate, object_ = columns(seed)
    masks = {}
    for kind, start in zip(names.kinds, names.starts, strict=False):
        masks[kind] = np.zeros(len(names), dtype=bool)
        masks[kind][start : start + KINDS[kind]] = True
    return Graph.of(names, predicates, subject, predicate, object_, kinds=masks)


def _some(random: np.random.Generator, nodes: Integers, size: int, fame: Numbers) -> Integers:
    """So many of the nodes, the famous ones more likely."""
    chance = np.exp(fame[nodes])
    return random.choice(nodes, size, replace=False, p=chance / chance.sum())


def _chances(fame: Numbers, end: End, edges: int) -> Numbers:
    """How likely each node is to be at the end of an edge: spread as it should be, and none above the most."""
    chance = np.exp(end.spread * fame)
    for _ in range(8):  # what is cut off one node falls to the others, which may then be above it themselves
        chance = np.minimum(chance / chance.sum(), end.most / edges)
    return chance / chance.sum()


def _everyone(nodes: Sequence[Integers]) -> Integers:
    """Pairs of places in which every node stands."""
    turn = np.arange(max(len(n) for n in nodes))
    return np.stack([turn % len(n) for n in nodes])


def _keys(pairs: Sequence[Integers], width: int, symmetric: bool) -> Integers:
    a, b = pairs
    low, high = (np.minimum(a, b), np.maximum(a, b)) if symmetric else (a, b)
    return (low * width + high)[low != high]


def _weighed(
    random: np.random.Generator, nodes: Sequence[Integers], chances: Sequence[Numbers], size: int, symmetric: bool
) -> tuple[Integers, Integers]:
    """So many different pairs, out of all that are possible: for relations that tie a large part of them."""
    turn = random.standard_exponential((len(nodes[0]), len(nodes[1])), dtype=np.float32)
    turn /= chances[0][:, None] * chances[1]
    turn[tuple(_everyone(nodes))] = 0
    width = int(max(n.max() for n in nodes)) + 1
    # A pair that comes twice, or ties a node to itself, needs another in its place.
    order = np.argpartition(turn, min(2 * size, turn.size - 1), axis=None)[: 2 * size]
    order = order[np.argsort(turn.ravel()[order])]
    a, b = np.divmod(order, len(nodes[1]))
    key = _first(_keys((nodes[0][a], nodes[1][b]), width, symmetric))[:size]
    return key // width, key % width


def _drawn(
    random: np.random.Generator, nodes: Sequence[Integers], chances: Sequence[Numbers], size: int, symmetric: bool
) -> tuple[Integers, Integers]:
    """So many different pairs, drawn one by one: for relations that tie a small part of what is possible."""
    width = int(max(n.max() for n in nodes)) + 1
    sums = [np.cumsum(c) for c in chances]
    places = _everyone(nodes)
    found = np.empty(0, dtype=np.int64)
    while True:
        fresh = _keys([n[p] for n, p in zip(nodes, places, strict=True)], width, symmetric)
        found = _first(np.concatenate([found, fresh]))
        if len(found) >= size:
            return found[:size] // width, found[:size] % width
        wanted = (size - len(found)) * 5 // 4 + 16
        places = np.stack([np.minimum(np.searchsorted(c, random.random(wanted)), len(c) - 1) for c in sums])


def _first(keys: Integers) -> Integers:
    """Each key once, in the order in which they first come."""
    _, at = np.unique(keys, return_index=True)
    return keys[np.sort(at)]
