"""The hierarchy of an imported vocabulary: what stands above a term, what below, and the ways between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from spasmkg import namespaces as ns
from spasmkg.model import Triple
from spasmkg.store import Store

__all__ = ["PARENT", "Climber", "Way", "labels", "line", "withdrawn"]

PARENT = ns.RDFS + "subClassOf"
Way = list[tuple[str, str]]
"""Steps up from a term: the predicate of each, and the term that it leads to."""
_BATCH = 500


class Climber:
    """Ways up one vocabulary, along the given predicates; what it read once it keeps."""

    def __init__(self, store: Store, graph: str, predicates: Iterable[str] = (PARENT,)) -> None:
        self._store, self._graph, self._predicates = store, graph, tuple(predicates)
        self._above: dict[str, Way] = {}

    def way(self, start: str, goal: str) -> list[Triple]:
        """A shortest way up from one term (IRI) to another, as triples in N-Triples form; empty where there is none."""
        came = self._climb(start, lambda term: term == goal)
        steps: list[Triple] = []
        if goal in came:
            term = goal
            while term != start:
                below, predicate = came[term]
                steps.append((f"<{below}>", f"<{predicate}>", f"<{term}>"))
                term = below
        return steps[::-1]

    def nearest(self, start: str, wanted: Callable[[str], bool]) -> list[Way]:
        """Shortest ways up from a term to those wanted ones that have no other wanted one below them.

        The term itself does not count, and no way leads on from a wanted one.
        """
        came = self._climb(start, wanted)
        found = {term for term in came if term != start and wanted(term)}
        above = {term: self._climb(term, lambda _: False).keys() for term in found}
        ways = []
        for goal in sorted(found):
            if any(goal in above[other] and other not in above[goal] for other in found):
                continue
            way: Way = []
            term = goal
            while term != start:
                below, predicate = came[term]
                way.append((predicate, term))
                term = below
            ways.append(way[::-1])
        return ways

    def read(self, terms: Iterable[str]) -> None:
        """Read everything above some terms at once; what is not read so is read when a way leads there."""
        level = sorted(set(terms) - self._above.keys())
        while level:
            self._read(level)
            level = sorted({other for term in level for _, other in self._above[term]} - self._above.keys())

    def _climb(self, start: str, stop: Callable[[str], bool]) -> dict[str, tuple[str, str]]:
        """The terms reached from a term, each with the one below it and the predicate; nothing lies beyond a stop."""
        came = {start: ("", "")}
        level = [start]
        while level:
            self._read(level)
            reached: dict[str, tuple[str, str]] = {}
            for term in level:
                for predicate, above in self._above[term]:
                    if above not in came:
                        reached.setdefault(above, (term, predicate))
            came |= reached
            level = sorted(term for term in reached if not stop(term))
        return came

    def _read(self, terms: Sequence[str]) -> None:
        wanted = [t for t in terms if t not in self._above]
        self._above |= {t: [] for t in wanted}
        for term, predicate, above in _steps(self._store, self._graph, wanted, self._predicates, upward=True):
            self._above[term].append((predicate, above))


def line(store: Store, graph: str, term: str, *, upward: bool) -> list[str]:
    """The terms (IRIs) above a term in the hierarchy of a graph, or below it, nearest first; itself is left out."""
    known, level = {term}, [term]
    found: list[str] = []
    while level:
        level = sorted({other for *_, other in _steps(store, graph, level, (PARENT,), upward=upward)} - known)
        known |= set(level)
        found += level
    return found


def _steps(
    store: Store, graph: str, terms: Sequence[str], predicates: Iterable[str], *, upward: bool
) -> Iterator[tuple[str, str, str]]:
    pattern = "?x ?p ?y" if upward else "?y ?p ?x"
    along = " ".join(f"<{p}>" for p in predicates)
    for start in range(0, len(terms), _BATCH):
        block = " ".join(f"<{t}>" for t in terms[start : start + _BATCH])
        query = f"""SELECT DISTINCT ?x ?p ?y {{ VALUES ?x {{ {block} }} VALUES ?p {{ {along} }}
            GRAPH <{graph}> {{ {pattern} }} FILTER isIRI(?y) }} ORDER BY ?p ?y"""
        yield from ((x.value, p.value, y.value) for x, p, y in store.select(query))


def labels(store: Store, graph: str, terms: Iterable[str]) -> dict[str, str]:
    """The labels of terms (IRIs) in a graph: English before no language, another language where there is nothing else."""
    wanted = sorted(set(terms))
    best: dict[str, tuple[int, str]] = {}
    for start in range(0, len(wanted), _BATCH):
        block = " ".join(f"<{t}>" for t in wanted[start : start + _BATCH])
        query = f"SELECT ?x ?l (LANG(?l) AS ?in) {{ VALUES ?x {{ {block} }} GRAPH <{graph}> {{ ?x rdfs:label ?l }} }}"
        for x, label, language in store.select(query):
            offer = (0 if language.value.startswith("en") else 1 if not language.value else 2), label.value
            best[x.value] = min(best.get(x.value, offer), offer)
    return {term: text for term, (_, text) in best.items()}


def withdrawn(store: Store, graph: str, terms: Iterable[str]) -> set[str]:
    """Those of some terms (IRIs) that a graph marks as obsolete."""
    wanted = sorted(set(terms))
    found: set[str] = set()
    for start in range(0, len(wanted), _BATCH):
        block = " ".join(f"<{t}>" for t in wanted[start : start + _BATCH])
        query = f"SELECT ?x {{ VALUES ?x {{ {block} }} GRAPH <{graph}> {{ ?x owl:deprecated true }} }}"
        found |= {x.value for (x,) in store.select(query)}
    return found
