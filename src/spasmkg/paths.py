"""Paths between entities: found, ranked, counted, and given with the claims behind every step.

Of paths of one length the better one has the surer steps and the more specific things between its ends: a path
through a thing that is tied to everything says less. The measure of that is the degree-weighted path count of
Himmelstein and Baranzini (https://doi.org/10.1371/journal.pcbi.1004259), with each inner thing counted by the
inverse square root of its number of edges.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from spasmkg import claims as claims_
from spasmkg import namespaces as ns
from spasmkg import outside
from spasmkg.distances import distances
from spasmkg.entities import texts
from spasmkg.graph import LAYERS, Graph
from spasmkg.metapath import Metapath
from spasmkg.model import CERTAINTIES, Triple
from spasmkg.routes import Found, automaton, best_routes, free, reach_along
from spasmkg.store import Store
from spasmkg.vocabularies.terms import GRAPHS, shown, shown_id

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BUDGET",
    "WEIGHTS",
    "Path",
    "Paths",
    "Step",
    "cited",
    "costs",
    "find",
    "neighbours",
    "of_route",
]

WEIGHTS = {"asserted": 1.0, "usual": 0.8, "possible": 0.6, "rare": 0.4, "implied": 0.2}
"""What a step of each certainty counts; an inferred step counts half of it."""
BUDGET = 100_000
"""The number of places from which an enumeration goes on before it stops and says so."""


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of a path: as the graph has it, and whether the path follows it from its subject (``forward``).

    An edge of the user's own file has no claims; ``place`` is its file and line.
    """

    subject: str
    predicate: str
    object: str
    forward: bool
    inferred: bool
    certainty: str
    claims: tuple[str, ...] = ()
    place: str = ""

    @property
    def ends(self) -> tuple[str, str]:
        """Where the step leads from and to."""
        return (self.subject, self.object) if self.forward else (self.object, self.subject)

    @property
    def triple(self) -> Triple:
        """The edge in N-Triples form."""
        return f"<{self.subject}>", f"<{self.predicate}>", f"<{self.object}>"


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from one end to the other; ``between`` has the number of edges of each thing between the ends.

    ``score`` lies between 1/(length + 1) and 1/length, so that shorter paths come first; within that band it grows
    with ``quality``, the product of what the steps count and of the specificity of the things between.
    """

    steps: tuple[Step, ...]
    between: tuple[int, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """The IRIs of the things on the path, ends included."""
        return (self.steps[0].ends[0], *(s.ends[1] for s in self.steps))

    @property
    def length(self) -> int:
        """The number of edges."""
        return len(self.steps)

    @property
    def certainty(self) -> str:
        """The weakest certainty of any step."""
        return max((s.certainty for s in self.steps), key=CERTAINTIES.index)

    @property
    def specificity(self) -> float:
        """1 for a path through nothing or through things with one edge; less, the more edges they have."""
        return math.prod(1 / math.sqrt(edges) for edges in self.between)

    @property
    def quality(self) -> float:
        """What the path is worth among those of its length: certainty times specificity, at most 1."""
        return math.prod(WEIGHTS[s.certainty] / (2 if s.inferred else 1) for s in self.steps) * self.specificity

    @property
    def score(self) -> float:
        """What the path is ranked by, from 0 to 1."""
        low = 1 / (self.length + 1)
        return low + (1 / self.length - low) * self.quality


@dataclass(frozen=True, slots=True)
class Paths:
    """The best paths between two ends, how many there are of each length, and the labels of all that is in them.

    ``goal`` is an IRI, or the name of a kind, or empty where a path may end anywhere. Where the enumeration
    ran out of its budget ``complete`` is false, and the counts are what was counted until then. Where there is no
    path, ``reason`` says how far each side reaches.
    """

    start: str
    goal: str
    longest: int
    paths: tuple[Path, ...] = ()
    by_length: dict[int, int] = field(default_factory=dict)
    complete: bool = True
    reason: str = ""
    labels: dict[str, tuple[str, str, str]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)

    def __getitem__(self, place: int) -> Path:
        return self.paths[place]

    @property
    def total(self) -> int:
        """How many paths there are, or were counted."""
        return sum(self.by_length.values())

    def label(self, iri: str) -> str:
        """The label of a thing or predicate on one of the paths."""
        return self.labels.get(iri, ("", "", ""))[0] or shown(iri)

    def _named(self, iri: str) -> str:
        """A thing by its label; a term that is not ours by its identifier too, since they often share the label."""
        ours = iri.startswith(ns.SPASM) and not iri.startswith(GRAPHS)
        return self.label(iri) if ours or iri not in self.labels else f"{self.label(iri)} ({shown_id(iri)})"

    def text(self, path: Path) -> str:
        """A path on one line: ``a —causes→ b ←detects— c``."""
        parts = [self._named(path.nodes[0])]
        for step in path.steps:
            name = self.label(step.predicate) + ("*" if step.inferred else "")
            parts.append(f"—{name}→" if step.forward else f"←{name}—")
            parts.append(self._named(step.ends[1]))
        return " ".join(parts)

    def why(self, path: Path) -> str:
        """How a path came to its rank."""
        count = f"{path.length} step{'s' * (path.length > 1)}"
        inferred = sum(s.inferred for s in path.steps)
        parts = [count + (f", {inferred} inferred" if inferred else ""), f"weakest: {path.certainty}"]
        if path.between:
            inner = zip(path.nodes[1:-1], path.between, strict=True)
            parts.append("through " + ", ".join(f"{self.label(n)} ({edges} edges)" for n, edges in inner))
        return " · ".join([*parts, f"score {path.score:.3f}"])

    @property
    def status(self) -> str:
        """How many paths are shown, and whether all were counted; or why there is none."""
        if not self.total:
            return f"no path: {self.reason}" if self.complete else "stopped before a path was found: raise the budget"
        lengths = ", ".join(f"{n:,} of length {length}" for length, n in sorted(self.by_length.items()))
        every = f"{self.total:,} path{'s' * (self.total != 1)}"
        shown = f"showing {len(self)} of {every}" if len(self) < self.total else every
        return (
            f"{shown} ({lengths}); {'complete' if self.complete else 'counting stopped at the budget: there are more'}"
        )

    def _repr_html_(self) -> str:
        from spasmkg import notebook

        def told(step: Step) -> str:
            words = " ".join(self.label(x) for x in (step.subject, step.predicate, step.object))
            marks = ["inferred", step.certainty] if step.inferred else [step.certainty]
            return f"{words} ({', '.join([*marks, *notebook.short(step.claims)])})"

        entries = [(self.text(p), [(self.why(p), ()), *((told(s), ()) for s in p.steps)]) for p in self.paths]
        ends = [self.label(x) if ns.is_iri(x) else x for x in (self.start, self.goal) if x]
        return notebook.outline(" and ".join(ends), [self.status], entries)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text("\n".join([*(self.text(p) for p in self.paths[:10]), self.status]))

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON has it."""
        return {
            "complete": self.complete,
            "total": self.total,
            "shown": len(self.paths),
            "paths": [
                {
                    "length": p.length,
                    "score": round(p.score, 6),
                    "steps": [
                        {
                            "subject": s.subject,
                            "predicate": s.predicate,
                            "object": s.object,
                            "forward": s.forward,
                            "inferred": s.inferred,
                            "claims": list(s.claims),
                        }
                        for s in p.steps
                    ],
                }
                for p in self.paths
            ],
        }

    def to_pandas(self) -> pd.DataFrame:
        """One row for each path: start, goal, length, score, certainty, the path in words, its claims."""
        from spasmkg.answer import pandas

        rows = [
            {
                "start": self.label(p.nodes[0]),
                "goal": self.label(p.nodes[-1]),
                "length": p.length,
                "score": p.score,
                "certainty": p.certainty,
                "path": self.text(p),
                "claims": " ".join(ns.contract(c) for s in p.steps for c in s.claims),
            }
            for p in self.paths
        ]
        names = ["start", "goal", "length", "score", "certainty", "path", "claims"]
        return pandas("Paths.to_pandas()").DataFrame(rows, columns=names)


def costs(graph: Graph) -> tuple[Any, Any]:
    """What each edge and each inner node costs: the negative logarithm of what it counts."""
    sure = np.array([-math.log(WEIGHTS[c]) for c in CERTAINTIES])
    inferred = np.where(graph.layer == LAYERS.index("inferred"), math.log(2), 0.0)
    return sure[graph.certainty] + inferred, 0.5 * np.log(np.maximum(graph.degree, 1))


def find(
    store: Store,
    graph: Graph,
    start: str,
    goals: Collection[str],
    *,
    goal: str = "",
    along: Metapath | None = None,
    longest: int = 4,
    top: int = 10,
    shortest_only: bool = False,
    budget: int = BUDGET,
) -> Paths:
    """The best simple paths from a thing to any of the goals (IRIs); ``goal`` is what the goals are called."""
    named = goal or ("" if len(goals) > 1 else next(iter(goals), ""))
    ends = np.zeros(len(graph.nodes), dtype=bool)
    ends[[graph.numbers[g] for g in goals if g in graph.numbers and g != start]] = True
    found = Found()
    if start in graph.numbers and ends.any():
        wanted = automaton(graph, along) if along else free(graph)
        found = best_routes(
            graph, wanted, graph.numbers[start], ends, longest, top, *costs(graph), budget=budget, shortest_only=shortest_only
        )  # fmt: skip
    paths = cited(store, [of_route(graph, route) for _, route in found.routes])
    terms = {x for p in paths for s in p.steps for x in (s.subject, s.predicate, s.object)}
    labels = texts(store, terms | {start, *([named] if ns.is_iri(named) else [])})
    made = Paths(start, named, longest, tuple(paths), dict(found.counts), found.complete, "", labels)
    return made if found.total or not found.complete else replace(made, reason=_reason(graph, made, goals, along))


def _reason(graph: Graph, none: Paths, goals: Collection[str], along: Metapath | None) -> str:
    """Why there is no path: how far each side reaches."""
    goal_name = none.label(none.goal) if ns.is_iri(none.goal) else f"any {none.goal}" if none.goal else "any end"
    start = graph.numbers.get(none.start)
    ends = [graph.numbers[g] for g in goals if g in graph.numbers and graph.numbers[g] != start]
    for place, name in ((start, none.label(none.start)), (ends[0] if ends else None, goal_name)):
        if place is None or not graph.degree[place]:
            return f"{name} has no edge that could be followed here"
    assert start is not None
    if along is not None:
        return _metapath_reason(graph, along, start, ends, none.label(none.start), goal_name)
    away = distances(graph, start)
    near = [int(away[e]) for e in ends if away[e] > 0]
    if near:
        return f"the nearest way has {min(near)} steps, and at most {none.longest} are allowed"
    back = distances(graph, ends[0])
    return (
        f"from {none.label(none.start)} other things can be reached: {int((away > 0).sum())}, the farthest in "
        f"{int(away.max())} steps; from {goal_name}: {int((back > 0).sum())}, in {int(back.max())}"
    )


def _metapath_reason(graph: Graph, along: Metapath, start: int, ends: Sequence[int], name: str, goal: str) -> str:
    ahead = reach_along(graph, along, [start])
    if not ahead[0]:
        return f"{name} is not what the metapath starts from"
    back = reach_along(graph, along, ends, backwards=True)
    if not back[0]:
        return f"{goal} is not what the metapath ends at"
    forwards = ", ".join(f"{n} after step {i}" for i, n in enumerate(ahead[1:], 1))
    backwards = ", ".join(f"{n} before step {len(back) - i}" for i, n in enumerate(back[1:], 1))
    found = f"the number of things that {name} reaches along the metapath: {forwards}"
    return f"{found}; back from {goal}: {backwards}" if len(ends) == 1 else found


def of_route(graph: Graph, route: Sequence[int]) -> Path:
    """A path of a graph from its entries, the claims not looked up yet."""
    steps, between = [], []
    for entry in route:
        edge, forward = entry >> 1, entry & 1 == 0
        s, p, o = graph.edge(edge)
        layer, certainty = graph.layers[graph.layer[edge]], CERTAINTIES[graph.certainty[edge]]
        steps.append(Step(s, p, o, forward, layer == "inferred", certainty))
        between.append(int(graph.degree[(graph.object if forward else graph.subject)[edge]]))
    return Path(tuple(steps), tuple(between[:-1]))


def cited(store: Store, paths: Sequence[Path]) -> list[Path]:
    """The paths with the claims behind every step."""
    triples = list({s.triple: None for p in paths for s in p.steps})
    behind = claims_.behind(store, triples)
    unclaimed = [t for t in triples if t not in behind]
    yours = outside.places(store, unclaimed) | claims_.user_places(store, unclaimed)
    made = []
    for path in paths:
        steps = (replace(s, claims=behind.get(s.triple, ()), place=yours.get(s.triple, "")) for s in path.steps)
        made.append(Path(tuple(steps), path.between))
    return made


def neighbours(store: Store, graph: Graph, start: str, depth: int = 1) -> Paths:
    """The best shortest path to every thing at most ``depth`` steps away, nearest first, then best first."""
    if start not in graph.numbers:
        return Paths(start, "", depth, labels=texts(store, [start]))
    origin = graph.numbers[start]
    edge_cost, node_cost = costs(graph)
    away = distances(graph, origin, depth)
    cost = np.full(len(graph.nodes), np.inf)
    cost[origin] = 0.0
    came: dict[int, tuple[int, ...]] = {origin: ()}
    for level in range(1, depth + 1):
        inner = np.flatnonzero(away == level - 1)
        places = graph.around(inner)
        source = np.repeat(inner, graph.degree[inner])
        ahead = away[graph.neighbour[places]] == level
        places, source = places[ahead], source[ahead]
        target, entry = graph.neighbour[places], graph.entry[places]
        price = cost[source] + edge_cost[entry >> 1] + (node_cost[source] if level > 1 else 0.0)
        order = np.lexsort((entry, np.round(price, 9), target))
        best = order[np.r_[True, np.diff(target[order]) != 0]] if len(order) else order
        for t, e, s, c in zip(
            target[best].tolist(), entry[best].tolist(), source[best].tolist(), price[best], strict=True
        ):
            cost[t] = c
            came[t] = (*came[s], e)
    ordered = sorted((n for n in came if n != origin), key=lambda n: (away[n], round(float(cost[n]), 9), n))
    paths = cited(store, [of_route(graph, came[n]) for n in ordered])
    terms = {x for p in paths for s in p.steps for x in (s.subject, s.predicate, s.object)}
    counts = Counter(p.length for p in paths)
    return Paths(start, "", depth, tuple(paths), dict(counts), labels=texts(store, terms | {start}))
