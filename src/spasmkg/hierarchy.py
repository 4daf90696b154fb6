"""The hierarchy of an imported vocabulary: what stands above a term, what below, and the way between two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spasmkg import namespaces as ns
from spasmkg.model import Triple
from spasmkg.store import Store

__all__ = ["Climber", "labels", "line"]

_BATCH = 500
_PARENT = f"<{ns.RDFS}subClassOf>"


class Climber:
    """Ways up the hierarchy of one vocabulary; the parents that it read once it keeps."""

    def __init__(self, store: Store, graph: str) -> None:
        self._store, self._graph = store, graph
        self._parents: dict[str, list[str]] = {}

    def way(self, start: str, goal: str) -> list[Triple]:
        """A shortest way up from one term (IRI) to another, as triples in N-Triples form; empty where there is none."""
        came: dict[str, str] = {start: ""}
        level = [start]
        while level and goal not in came:
            self._read(level)
            above = {parent: term for term in reversed(level) for parent in reversed(self._parents[term])}
            level = sorted(parent for parent in above if parent not in came)
            came |= {parent: above[parent] for parent in level}
        steps: list[Triple] = []
        term = goal if goal in came else start
        while came[term]:
            steps.append((f"<{came[term]}>", _PARENT, f"<{term}>"))
            term = came[term]
        return steps[::-1]

    def _read(self, terms: Iterable[str]) -> None:
        wanted = [t for t in terms if t not in self._parents]
        self._parents |= {t: [] for t in wanted}
        for term, parent in _steps(self._store, self._graph, wanted, upward=True):
            self._parents[term].append(parent)


def line(store: Store, graph: str, term: str, *, upward: bool) -> list[str]:
    """The terms (IRIs) above a term in the hierarchy of a graph, or below it, nearest first; itself is left out."""
    known, level = {term}, [term]
    found: list[str] = []
    while level:
        level = sorted({other for _, other in _steps(store, graph, level, upward=upward)} - known)
        known |= set(level)
        found += level
    return found


def _steps(store: Store, graph: str, terms: Sequence[str], *, upward: bool) -> Iterable[tuple[str, str]]:
    pattern = f"?x {_PARENT} ?y" if upward else f"?y {_PARENT} ?x"
    for start in range(0, len(terms), _BATCH):
        block = " ".join(f"<{t}>" for t in terms[start : start + _BATCH])
        query = f"SELECT ?x ?y {{ VALUES ?x {{ {block} }} GRAPH <{graph}> {{ {pattern} }} FILTER isIRI(?y) }} ORDER BY ?y"
        yield from ((x.value, y.value) for x, y in store.select(query))


def labels(store: Store, graph: str, terms: Iterable[str]) -> dict[str, str]:
    """The labels of terms (IRIs) in a graph; English before no language, others only where there is nothing else."""
    wanted = sorted(set(terms))
    best: dict[str, tuple[int, str]] = {}
    for start in range(0, len(wanted), _BATCH):
        block = " ".join(f"<{t}>" for t in wanted[start : start + _BATCH])
        query = f"SELECT ?x ?l (LANG(?l) AS ?in) {{ VALUES ?x {{ {block} }} GRAPH <{graph}> {{ ?x rdfs:label ?l }} }}"
        for x, label, language in store.select(query):
            offer = (0 if language.value.startswith("en") else 1 if not language.value else 2), label.value
            best[x.value] = min(best.get(x.value, offer), offer)
    return {term: text for term, (_, text) in best.items()}
