"""The claims that an answer for an agent rests on: collected while it is made, and told once each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spasmkg import claims
from spasmkg.model import Claim, Evidence
from spasmkg.store import Store

__all__ = ["Record", "Rests"]

Record = dict[str, Any]
_MOST = 8
"""Claims of one row; how many more there are is said."""


class Rests:
    """The claims of an answer, by IRI. A row names them by their CURIE; :meth:`told` has the whole of each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wanted: dict[str, Claim | None] = {}

    def on(self, iris: Iterable[str]) -> Record:
        """What a row says of these claims."""
        listed = list(dict.fromkeys(iris))
        self._wanted.update((i, self._wanted.get(i)) for i in listed[:_MOST])
        return {"claims": [_curie(i) for i in listed[:_MOST]], "more_claims": max(0, len(listed) - _MOST)}

    def on_evidence(self, found: Evidence) -> Record:
        """What a row says of the evidence that was found for it: claims, mapping rows, imported triples, a note."""
        said = self.on(c.iri for c in found)
        self._wanted.update((c.iri, c) for c in found if c.iri in self._wanted)
        return said | {"also": found.beside()[:_MOST]}

    def told(self) -> list[Record]:
        """The claims that were named, in the order of the source; those of curators last."""
        missing = sorted(i for i, c in self._wanted.items() if c is None)
        found = [c for c in self._wanted.values() if c]
        found += claims.read(self._store, missing) if missing else []
        return [_claim(c) for c in sorted(found, key=lambda c: (c.span is None, c.span.start if c.span else 0, c.iri))]


def _curie(iri: str) -> str:
    return "claim:" + iri.rsplit("/claim/", 1)[-1]


def _claim(c: Claim) -> Record:
    words = [c.labels.get(x, x) for x in (c.subject, c.predicate, c.object)]
    span = c.span
    return {
        "claim": c.curie, "says": " ".join(words), "denied": c.negated, "certainty": c.certainty, "hedge": c.hedge,
        "place": c.place, "heading": c.heading, "section": c.section,
        "start": span.start if span else None, "end": span.end if span else None, "words": span.words if span else "",
        "qualifiers": [f"{name}: {value}" for name, value in c.qualifiers],
        "rests_on": [_curie(d) for d in c.derived_from], "iri": c.iri,
    }  # fmt: skip
