"""The mappings that people have decided on, as the linker uses them: what is tied already, what is denied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spasmkg.linking.part import Part

__all__ = ["Curated", "Tie"]


@dataclass(frozen=True, slots=True)
class Tie:
    """A curated mapping: the predicate, how sure the curators are, and what the term is called."""

    predicate: str
    confidence: float
    label: str = ""


class Curated:
    """The mapping sets of a graph, looked up line by line in the part of our own entities.

    ``gone`` are entities on which nothing counts as decided: those under test.
    """

    def __init__(self, own: Part, gone: Iterable[str] = ()) -> None:
        self._own, self._gone = own, frozenset(gone)

    def ties(self, entity: str) -> dict[str, Tie]:
        """By identifier the terms that an entity is tied to."""
        rows = self._rows(entity)
        return {term: Tie(how, float(sure), label) for how, term, sure, label in rows if how != "not"}

    def denied(self, entity: str) -> frozenset[str]:
        """The terms that an entity must not be taken for."""
        return frozenset(term for how, term, *_ in self._rows(entity) if how == "not")

    def entities(self, term: str) -> list[tuple[str, Tie]]:
        """The entities that are tied to a term, by identifier."""
        found = []
        for line in self._own.curated_of(term):
            how, entity, sure, label = line.split("\t")
            if how != "not" and entity not in self._gone:
                found.append((entity, Tie(how, float(sure), label)))
        return sorted(found, key=lambda pair: pair[0])

    def owner(self, term: str) -> str:
        """The one entity that a term is the exact counterpart of; empty where there is none, or more than one."""
        exact = [entity for entity, tie in self.entities(term) if tie.predicate == "exact"]
        return exact[0] if len(exact) == 1 else ""

    def without(self, entities: Iterable[str]) -> Curated:
        """The same as if nothing had been decided on some entities."""
        return Curated(self._own, self._gone | set(entities))

    def _rows(self, entity: str) -> list[list[str]]:
        return [] if entity in self._gone or not entity else [line.split("\t") for line in self._own.curated(entity)]
