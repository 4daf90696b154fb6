"""The best identifiers for one string, with the same thing's identifiers elsewhere.

Nothing is loaded but the lines that are looked at, so that one string costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal
from spasmkg.linking.curated import Curated
from spasmkg.linking.deciding import Proposal, Reason
from spasmkg.linking.lexicon import Lexicon
from spasmkg.linking.linker import Linker, Thing
from spasmkg.linking.part import Term
from spasmkg.linking.reading import OWN

__all__ = ["Grounding", "ground"]

_LEAST = 0.3


@dataclass(frozen=True, slots=True)
class Grounding:
    """What a string may mean: the term, how sure that is, why, and what the same thing is called elsewhere.

    ``elsewhere`` holds identifiers of the same thing in other vocabularies, by the curated exact mappings.
    """

    term: Term
    predicate: str
    confidence: float
    reasons: tuple[Reason, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(r.text for r in self.reasons)


def ground(
    linker: Linker, text: str, kind: str = "", vocabularies: Collection[str] = (), limit: int = 10
) -> list[Grounding]:
    """The best identifiers for a string: our entities and terms of the loaded vocabularies, the likeliest first.

    ``kind`` is a kind of ours, such as ``Drug``; only terms that may be of that kind are taken. A string that is an
    identifier, in any spelling, is looked up as such.
    """
    wanted = frozenset(vocabularies)
    found = _identified(linker, text)
    if not found:
        same = (*linker.lexicon.find(text), *linker.lexicon.find_loose(text))
        allowed = wanted or linker.vocabularies() | {OWN} | {m.term.vocabulary for m in same}
        thing = Thing("", " ".join(text.split()), kind)
        found = linker.propose(thing, allowed, _LEAST, fuzzy=True)
    kept = [
        p
        for p in found
        if (not wanted or p.term.vocabulary in wanted)
        and (p.term.vocabulary == OWN or linker.lexicon.term(p.term.id) is not None)  # others are listed elsewhere
    ]
    kept.sort(
        key=lambda p: (
            p.term.vocabulary != OWN or p.predicate != "exact",
            -p.confidence,
            p.predicate != "exact",
            p.term.id,
        )
    )
    return [
        Grounding(p.term, p.predicate, p.confidence, p.reasons, _elsewhere(linker.curated, p)) for p in kept[:limit]
    ]


def _identified(linker: Linker, text: str) -> list[Proposal]:
    """What an identifier stands for, and our entity that it is curated for."""
    try:
        identifier = normal(text)
    except IdentifierError:
        return []
    lexicon: Lexicon = linker.lexicon
    term = lexicon.term(identifier)
    found: list[Proposal] = []
    if term is not None:
        reason = Reason("identifier", "it is its identifier" + (", which is withdrawn" if term.obsolete else ""))
        found.append(
            Proposal("", text, "close" if term.obsolete else "exact", term, 0.5 if term.obsolete else 1.0, (reason,))
        )
    if term is not None and term.obsolete and (current := lexicon.current(identifier)):
        after = lexicon.term(current)
        if after is not None:
            found.append(
                Proposal("", text, "exact", after, 0.95, (Reason("remark", f"took the place of {identifier}"),))
            )
    for entity, tie in linker.curated.entities(identifier):
        own = lexicon.own.term(entity)
        if own is not None:
            predicate = {"broad": "narrow", "narrow": "broad"}.get(tie.predicate, tie.predicate)  # seen from the term
            why = Reason("curated", f"the mapping sets tie it to {identifier}")
            found.append(Proposal("", text, predicate, own, tie.confidence, (why,)))
    return found


def _elsewhere(curated: Curated, proposal: Proposal) -> tuple[str, ...]:
    """The identifiers of the same thing in other vocabularies."""
    term = proposal.term.id
    owner = term if term.startswith(f"{OWN}:") else curated.owner(term)
    if not owner:
        return ()
    exact = sorted((t for t, tie in curated.ties(owner).items() if tie.predicate == "exact"), key=str.lower)
    return tuple(x for x in (*([owner] if owner != term else []), *exact) if x != term)
