"""The set question: which causes, spasm types and tests best account for several observations taken together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from spasmkg.entities import texts
from spasmkg.graph import Graph
from spasmkg.metapath import Metapath
from spasmkg.paths import WEIGHTS, Path, cited, costs, of_route
from spasmkg.routes import automaton, best_routes
from spasmkg.store import Store

__all__ = ["WAYS", "Account", "account_for", "predicates"]

_BRINGS = "causes|triggers|increasesRiskOf|contributesTo|worsens|hasSymptom|hasSideEffect"
_LEADS = "causes|triggers|increasesRiskOf|contributesTo"
_FINDS = "detects|measures|evaluates"
WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "causes": (
        "Cause|Trigger|Drug|DrugClass",
        (
            f"* <-{_BRINGS}- *",
            f"* <-{_BRINGS}- * <-{_LEADS}- *",
            f"* -subtypeOf-> * <-{_BRINGS}- *",
            "Substance|DrugClass|Activity -causes|contributesTo|increasesRiskOf|triggers-> *",
            "Substance|DrugClass|Activity -depletes-> * <-deficiencyOf- *",
        ),
    ),
    "conditions": (
        "Spasm|Disease",
        (
            "* <-hasSymptom|involves|causes|triggers- *",
            "* -causes|triggers|contributesTo|increasesRiskOf|signals-> *",
            "Substance|DrugClass|Intervention|Activity -treats|relieves|prevents|addresses-> *",
        ),
    ),
    "tests": (
        "Test",
        (
            f"* <-{_FINDS}- *",
            f"* <-{_BRINGS}- * <-{_FINDS}- *",
            f"* <-{_LEADS}- * -deficiencyOf|lowIntakeOf-> * <-measures- *",
            "* -depletes-> * <-measures- *",
            f"* -causes|triggers|contributesTo-> * <-{_FINDS}- *",
        ),
    ),
}
"""For each sort of answer the kinds of its candidates, and the metapaths that lead from an observation to one."""


@dataclass(frozen=True, slots=True)
class Account:
    """A candidate, how well it accounts for the observations (0 to 1), and why.

    ``reasons`` has for each observation that is accounted for the best path from it; ``unexplained`` are the others.
    """

    iri: str
    label: str
    kind: str
    score: float
    reasons: dict[str, Path]
    unexplained: tuple[str, ...]
    labels: dict[str, tuple[str, str, str]] = field(default_factory=dict, repr=False, compare=False)


def predicates(sort: str, metapath: Callable[[str], Metapath]) -> list[Metapath]:
    """The metapaths of a sort of answer, read."""
    return [metapath(text) for text in WAYS[sort][1]]


def account_for(
    store: Store, graph: Graph, observed: Sequence[str], sort: str, ways: Sequence[Metapath], top: int = 10
) -> list[Account]:
    """The candidates that account best for the observations (IRIs), best first.

    A path counts the product of the certainties of its steps (see :data:`spasmkg.paths.WEIGHTS`) times the square root
    of its specificity, so that what leads through a thing tied to much else counts little. An observation is worth
    the more, the fewer candidates account for it (the logarithm of candidates per candidate that does). The score is
    the share of that worth which a candidate accounts for.
    """
    candidates = graph.mask(WAYS[sort][0].split("|"))
    candidates[[graph.numbers[x] for x in observed if x in graph.numbers]] = False
    found: dict[int, dict[str, tuple[float, tuple[int, ...]]]] = {}
    for thing in observed:
        for end, best in _explained(graph, thing, candidates, ways).items():
            found.setdefault(end, {})[thing] = best
    worth = {}
    for thing in observed:
        count = sum(thing in reasons for reasons in found.values())
        worth[thing] = math.log(1 + len(found) / count) if count else math.log(2)
    total = sum(worth.values())
    scores = {end: sum(worth[x] * value for x, (value, _) in reasons.items()) / total for end, reasons in found.items()}
    chosen = sorted(found, key=lambda end: (-round(scores[end], 9), -len(found[end]), end))[:top]
    routes = [(end, thing, route) for end in chosen for thing, (_, route) in found[end].items()]
    paths = cited(store, [of_route(graph, route) for *_, route in routes])
    reasons: dict[int, dict[str, Path]] = {end: {} for end in chosen}
    for (end, thing, _), path in zip(routes, paths, strict=True):
        reasons[end][thing] = path
    terms = {x for p in paths for s in p.steps for x in (s.subject, s.predicate, s.object)}
    labels = texts(store, terms | {graph.nodes[end] for end in chosen} | set(observed))
    made = []
    for end in chosen:
        label, _, kind = labels[graph.nodes[end]]
        missing = tuple(x for x in observed if x not in reasons[end])
        made.append(Account(graph.nodes[end], label, kind, scores[end], reasons[end], missing, labels))
    return made


def _explained(
    graph: Graph, thing: str, candidates: np.ndarray, ways: Sequence[Metapath]
) -> dict[int, tuple[float, tuple[int, ...]]]:
    """For each candidate that accounts for a thing what its best path counts, and that path."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {}
    if thing not in graph.numbers:
        return best
    start = graph.numbers[thing]
    edge_cost, node_cost = costs(graph)
    for way in ways:
        longest = way.lengths[1] or 3
        found = best_routes(graph, automaton(graph, way), start, candidates, longest, 100_000, edge_cost, node_cost)
        for _, route in found.routes:
            last = route[-1]
            end = int((graph.subject if last & 1 else graph.object)[last >> 1])
            path = of_route(graph, route)
            value = math.prod(WEIGHTS[s.certainty] for s in path.steps) * math.sqrt(path.specificity)
            if value > best.get(end, (0.0, ()))[0]:
                best[end] = value, route
    return best
