"""Simple paths through a graph of arrays that an automaton accepts: counted, and the best of them kept.

Edges are followed both ways. A route is a tuple of entries (see :class:`spasmkg.graph.Graph`): each says which edge
is taken and from which end. Everything is computed on whole arrays where it can be; only the inner steps of an
enumeration are single, and no step is taken from which the goal cannot be reached in the steps that remain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from spasmkg.graph import Graph, Integers, Mask
from spasmkg.metapath import Metapath, Step, Thing

__all__ = ["Automaton", "Found", "Move", "automaton", "best_routes", "free", "reach_along"]

Route = tuple[int, ...]
Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A move of the automaton: from a state, along edges of some predicates and directions, into some nodes.

    ``allowed`` has a row for each predicate and two columns: from subject to object, and back.
    """

    state: int
    allowed: Mask
    into: Mask
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """The walks that are wanted: they start in state 0 at a node of ``starts`` and end in state ``accept``."""

    moves: tuple[Move, ...]
    starts: Mask
    accept: int


def free(graph: Graph) -> Automaton:
    """Accepts every walk."""
    everywhere = np.ones(len(graph.nodes), dtype=bool)
    allowed = np.ones((len(graph.predicates), 2), dtype=bool)
    return Automaton((Move(0, allowed, everywhere, 0),), everywhere, 0)


def automaton(graph: Graph, metapath: Metapath) -> Automaton:
    """Accepts the walks along a metapath.

    A step that is taken up to n times becomes n moves, the last into the thing that follows; a step without an end
    becomes a loop.
    """
    everywhere = np.ones(len(graph.nodes), dtype=bool)
    moves: list[Move] = []
    state, states = 0, 1
    for step, thing in zip(metapath.steps, metapath.things[1:], strict=True):
        allowed, into = _allowed(graph, step), _mask(graph, thing)
        times = step.low if step.high is None else step.high
        between = [state, *range(states, states + times - 1)]
        states += times - 1
        after, states = states, states + 1
        for n, here in enumerate(between, 1):
            if n >= step.low:
                moves.append(Move(here, allowed, into, after))
            if n < times:
                moves.append(Move(here, allowed, everywhere, between[n]))
        if step.high is None:
            loop, states = states, states + 1
            moves += [Move(between[-1], allowed, everywhere, loop), Move(loop, allowed, everywhere, loop)]
            moves.append(Move(loop, allowed, into, after))
        state = after
    return Automaton(tuple(moves), _mask(graph, metapath.things[0]), state)


def _allowed(graph: Graph, step: Step) -> Mask:
    codes = graph.codes(step.predicates) if step.predicates else range(len(graph.predicates))
    allowed = np.zeros((len(graph.predicates), 2), dtype=bool)
    allowed[list(codes), 0] = step.direction >= 0
    allowed[list(codes), 1] = step.direction <= 0
    return allowed


def _mask(graph: Graph, thing: Thing) -> Mask:
    found = graph.mask(thing.kinds) if thing.kinds else np.ones(len(graph.nodes), dtype=bool)
    if thing.entity:
        found = np.zeros(len(graph.nodes), dtype=bool)
        if thing.entity in graph.numbers:
            found[graph.numbers[thing.entity]] = True
    return found


def reach_along(graph: Graph, metapath: Metapath, starts: Sequence[int], *, backwards: bool = False) -> list[int]:
    """How many nodes a walk along the metapath can be at: at its start, and after each of its steps.

    Backwards, the walk begins at the last thing and takes the steps from their other ends.
    """
    things, steps = list(metapath.things), list(metapath.steps)
    if backwards:
        things, steps = things[::-1], [replace(s, direction=-s.direction) for s in reversed(steps)]
    here = np.zeros(len(graph.nodes), dtype=bool)
    here[list(starts)] = True
    here &= _mask(graph, things[0])
    counts = [int(here.sum())]
    for step, thing in zip(steps, things[1:], strict=True):
        allowed = _allowed(graph, step)
        reached = np.zeros_like(here)
        for n in range(1, (step.high or len(graph.nodes)) + 1):
            following = _one_step(graph, here, allowed)
            if n >= step.low:
                if step.high is None and not (following & ~reached).any():
                    break
                reached |= following
            here = following if step.high is not None or n < step.low else reached.copy()
        here = reached & _mask(graph, thing)
        counts.append(int(here.sum()))
    return counts


def _one_step(graph: Graph, here: Mask, allowed: Mask) -> Mask:
    found = np.zeros_like(here)
    for way, (origin, target) in enumerate(((graph.subject, graph.object), (graph.object, graph.subject))):
        found[target[here[origin] & allowed[graph.predicate, way]]] = True
    return found


@dataclass(slots=True)
class Found:
    """Routes that were found: the cheapest ones of each length, and how many there are.

    ``complete`` is false where the budget was used up: then ``counts`` are what was counted until then.
    """

    routes: list[tuple[float, Route]] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    complete: bool = True

    @property
    def total(self) -> int:
        """How many routes there are, or were counted."""
        return sum(self.counts.values())


def best_routes(
    graph: Graph,
    wanted: Automaton,
    start: int,
    goals: Mask,
    longest: int,
    top: int,
    edge_cost: Floats,
    node_cost: Floats,
    budget: int = 100_000,
    shortest_only: bool = False,
) -> Found:
    """The simple paths from a node to any of the goals that the automaton accepts: shortest first, then cheapest.

    A route costs the sum of its edges and of the nodes between its ends. All are counted, at most ``top`` are kept;
    ``budget`` bounds the number of nodes from which the enumeration goes on.
    """
    found = Found()
    if not wanted.starts[start]:
        return found
    reach = [np.where(goals, np.int64(1) << wanted.accept, np.int64(0))]
    search = _Search(graph, wanted, reach, edge_cost, node_cost, budget)
    for length in range(1, longest + 1):
        reach.append(_before(graph, wanted, reach[-1]))
        if not reach[length][start] & 1:
            continue
        search.begin(top - len(found.routes))
        search.extend(start, 1, length, 0.0, (start,), ())
        found.complete = search.budget > 0
        if search.count:
            found.counts[length] = search.count
            found.routes += search.best()
        if not found.complete or (shortest_only and search.count):
            break
    return found


def _before(graph: Graph, wanted: Automaton, reach: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each node the states from which one step more than ``reach`` knows of leads to the end."""
    found = np.zeros(len(graph.nodes), dtype=np.int64)
    for move in wanted.moves:
        ends = move.into & ((reach >> move.after) & 1).astype(bool)
        here = np.zeros(len(graph.nodes), dtype=bool)
        for way, (origin, target) in enumerate(((graph.subject, graph.object), (graph.object, graph.subject))):
            usable = ends[target]
            if not move.allowed[:, way].all():
                usable &= move.allowed[graph.predicate, way]
            here[origin[usable]] = True
        found[here] |= np.int64(1) << move.state
    return found


class _Search:
    """One depth-first enumeration; its state is what the recursion shares."""

    def __init__(
        self,
        graph: Graph,
        wanted: Automaton,
        reach: Sequence[NDArray[np.int64]],
        edge_cost: Floats,
        node_cost: Floats,
        budget: int,
    ) -> None:
        self.graph, self.wanted, self.reach = graph, wanted, reach
        self.edge_cost, self.node_cost, self.budget = edge_cost, node_cost, budget
        self.known: dict[tuple[int, int], tuple[Integers, Integers, NDArray[np.int64], Floats]] = {}
        self.begin(0)

    def begin(self, top: int) -> None:
        self.top, self.count, self.worst = max(0, top), 0, math.inf
        self.kept: list[tuple[float, Route]] = []

    def best(self) -> list[tuple[float, Route]]:
        """The cheapest routes; of equal cost, in the order of their edges."""
        self.kept.sort(key=lambda r: (round(r[0], 9), r[1]))
        del self.kept[self.top :]
        return self.kept

    def _moves(self, node: int, states: int) -> tuple[Integers, Integers, NDArray[np.int64], Floats]:
        """For each entry at a node that some move allows: neighbour, entry, states after it, cost of its edge."""
        key = node, states
        if key not in self.known:
            graph, here = self.graph, self.graph.entries(node)
            neighbour, entry = graph.neighbour[here], graph.entry[here]
            edge, back = entry >> 1, entry & 1
            after = np.zeros(len(entry), dtype=np.int64)
            for move in self.wanted.moves:
                if states >> move.state & 1:
                    fits = move.allowed[graph.predicate[edge], back] & move.into[neighbour]
                    after[fits] |= np.int64(1) << move.after
            some = after != 0
            self.known[key] = neighbour[some], entry[some], after[some], self.edge_cost[edge[some]]
        return self.known[key]

    def extend(self, node: int, states: int, left: int, cost: float, nodes: tuple[int, ...], entries: Route) -> None:
        if self.budget <= 0:
            return
        self.budget -= 1
        neighbour, entry, after, edge_cost = self._moves(node, states)
        after = after & self.reach[left - 1][neighbour]
        keep = after != 0
        for visited in nodes:
            keep &= neighbour != visited
        if len(entries):
            cost += float(self.node_cost[node])
        places = np.flatnonzero(keep)
        if left == 1:
            self._arrive(places, entry, edge_cost, cost, entries)
            return
        steps = zip(
            neighbour[places].tolist(),
            entry[places].tolist(),
            after[places].tolist(),
            edge_cost[places].tolist(),
            strict=True,
        )
        for following, taken, then, price in steps:
            self.extend(following, then, left - 1, cost + price, (*nodes, following), (*entries, taken))

    def _arrive(self, places: Integers, entry: Integers, edge_cost: Floats, cost: float, entries: Route) -> None:
        self.count += len(places)
        if not self.top:
            return
        costs = edge_cost[places] + cost
        good = costs <= self.worst + 1e-9
        for price, taken in zip(costs[good].tolist(), entry[places][good].tolist(), strict=True):
            self.kept.append((price, (*entries, taken)))
        if len(self.kept) > 4 * self.top + 100:
            self.best()
            self.worst = self.kept[-1][0]
