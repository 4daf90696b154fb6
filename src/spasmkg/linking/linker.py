"""Proposals for our entities and for a user's own labels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from spasmkg.catalogue import LICENCES
from spasmkg.errors import NotFoundError
from spasmkg.folding import fold, loose
from spasmkg.identifiers import preferred_prefix
from spasmkg.linking.curated import Curated, Tie
from spasmkg.linking.deciding import Proposal, Reason, decide, in_order
from spasmkg.linking.evidence import Evidence, Link, gather
from spasmkg.linking.kinds import group_of
from spasmkg.linking.lexicon import Lexicon
from spasmkg.linking.part import Match, Term
from spasmkg.linking.reading import OWN, SCOPES
from spasmkg.linking.variants import heads
from spasmkg.model import Name

if TYPE_CHECKING:
    from spasmkg.linking.fuzzy import Fuzzy

__all__ = ["MINIMUM", "Linker", "Thing"]

MINIMUM = 0.5
"""Proposals with less confidence are not shown unless asked for."""
_PARENT, _HEAD = 0.48, 0.4
_OURS = 0.95
_NEAR = 10
"""How many misspelt names are looked at."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be linked: an entity of ours, or a label of a user's file."""

    id: str
    label: str
    kind: str = ""
    names: tuple[Name, ...] = ()
    parents: tuple[str, ...] = field(default=())

    @property
    def ours(self) -> bool:
        """Whether it is an entity of the graph."""
        return self.id.startswith(f"{OWN}:")


class Linker:
    """Proposes terms of the loaded vocabularies for things."""

    def __init__(self, lexicon: Lexicon, curated: Curated, report: Callable[[str], None] = lambda _: None) -> None:
        self.lexicon, self.curated, self._report = lexicon, curated, report
        self._seen: dict[tuple[Thing, bool], list[Proposal]] = {}

    # ---- what can be linked to ----

    def vocabularies(self, names: Iterable[str] = ()) -> frozenset[str]:
        """The prefixes that proposals may have: those named, or all that are loaded or usual.

        Raises NotFoundError for a name that no loaded term has.
        """
        usual = frozenset((*self.lexicon.vocabularies, *LICENCES))
        wanted = {n: preferred_prefix(n) or n for n in names}
        for name, prefix in wanted.items():
            if prefix != OWN and not self.lexicon.knows(prefix):
                known = ", ".join(sorted((u for u in usual if self.lexicon.knows(u)), key=str.lower))
                hint = f"linked to can be {known}" if known else "none is loaded; load one with: spasmkg vocab add FILE"
                raise NotFoundError("loaded vocabulary", name, hint=hint)
        return frozenset(wanted.values()) or usual

    @cached_property
    def fuzzy(self) -> Fuzzy:
        """The index of names that are nearly a text."""
        from spasmkg.linking.fuzzy import Fuzzy

        return Fuzzy(self.lexicon, self._report)

    # ---- things ----

    def entity(self, identifier: str) -> Thing:
        """An entity of ours as a thing; raises NotFoundError."""
        own = self.lexicon.own
        term = own.term(identifier)
        if term is None:
            raise NotFoundError("entity", identifier)
        names = tuple(Name(text, scope) for text, scope in own.names(identifier))
        parents = tuple(other for _, other in own.links(identifier, "parent"))
        return Thing(identifier, term.label, term.kinds[0] if term.kinds else "", names, parents)

    def entities(self) -> Iterator[Thing]:
        """Every entity of a kind that vocabularies have terms for, by identifier."""
        for line in self.lexicon.own.terms:
            thing = self.entity(line.partition("\t")[0])
            if group_of(thing.kind):
                yield thing

    # ---- proposals ----

    def propose(
        self, thing: Thing, vocabularies: Collection[str] = (), minimum: float = MINIMUM, *, fuzzy: bool = False
    ) -> list[Proposal]:
        """The proposals for a thing: by vocabulary, in each the most precise and most certain first.

        ``fuzzy`` looks for misspelt names where nothing has the name as it stands.
        """
        allowed = frozenset(vocabularies) or self.vocabularies()
        found = [p for p in self._all(thing, fuzzy=fuzzy) if p.confidence >= minimum and p.term.vocabulary in allowed]
        return in_order(found)

    def _all(self, thing: Thing, *, fuzzy: bool) -> list[Proposal]:
        key = thing, fuzzy
        if key not in self._seen:
            if len(self._seen) > 10_000:
                self._seen.clear()
            self._seen[key] = list(self._proposals(thing, fuzzy=fuzzy))
        return self._seen[key]

    def _proposals(self, thing: Thing, *, fuzzy: bool) -> Iterator[Proposal]:
        matched = [] if thing.ours else self._own_matches(thing)
        ours = next((p.term.id for p in matched if p.predicate == "exact"), "")
        group, names = group_of(thing.kind), thing.names or (Name(thing.label, "label"),)
        if ours:  # what we know of our entity holds of the user's label
            entity = self.entity(ours)
            names = (*names, *(Name(n.text, "exact" if n.scope == "label" else n.scope) for n in entity.names))
            group = group or group_of(entity.kind)
        subject = thing.id if thing.ours else ours
        denied = self.curated.denied(subject) | self._not(subject) | self._not(thing.id)
        ties = {term: tie for term, tie in self.curated.ties(subject).items() if term not in denied}
        anchors = {term: tie.confidence for term, tie in ties.items() if tie.predicate == "exact"}
        found = gather(self.lexicon, names, group, anchors)
        if ours:
            self._through(found, ours, ties)
        if fuzzy and not matched and not any(e.best for e in found.values()):
            yield from self._fuzzy(thing, group, denied)
        for term in denied:
            found.pop(term, None)
        proposals = list(decide((thing.id, thing.label, thing.kind), found, group, self._taken(subject)))
        if thing.ours:
            proposals = [self._as_curated(p, ties) for p in proposals]
            proposals += self._left_of_ties(thing, ties, proposals)
            proposals += self._broader(thing, group, proposals, denied)
        yield from (*matched, *proposals)

    def _not(self, identifier: str) -> frozenset[str]:
        """The terms that loaded mapping sets deny."""
        ties = self.lexicon.ties(identifier) if identifier else ()
        return frozenset(other for how, other in ties if how == "not")

    def _taken(self, subject: str) -> Callable[[Term], str]:
        """Which other entity a term rather is: the one that it is curated for, or that has its label."""

        def rival(term: Term) -> str:
            owner = self.curated.owner(term.id) or self._by_label.get(fold(term.label), "")
            return owner if subject and owner != subject else ""

        return rival

    @cached_property
    def _by_label(self) -> dict[str, str]:
        own = self.lexicon.own
        terms = (line.split("\t") for line in own.terms)
        return {fold(label): identifier for identifier, label, *_ in terms}

    # ---- the user's labels and our entities ----

    def _own_matches(self, thing: Thing) -> list[Proposal]:
        """Our entities that a user's label names; where several have the name, none is the one."""
        best: dict[str, Match] = {}
        own = self.lexicon.own
        for match in own.find(fold(thing.label)) or own.find_loose(loose(thing.label)):
            kinds = match.term.kinds
            if group_of(thing.kind) and group_of(kinds[0] if kinds else "") not in ("", group_of(thing.kind)):
                continue
            if match.term.id not in best or SCOPES.index(match.scope) < SCOPES.index(best[match.term.id].scope):
                best[match.term.id] = match
        tiers = ([m for m in best.values() if m.scope == scope] for scope in ("label", "exact", "spelling"))
        first = next((tier for tier in tiers if tier), [])
        made = [
            _of_ours(thing, m, tuple(o.term.id for o in first if o is not m) if m in first else (), first=m in first)
            for m in best.values()
        ]
        return sorted(made, key=lambda p: (-p.confidence, p.term.id))

    def _through(self, found: dict[str, Evidence], ours: str, ties: Mapping[str, Tie]) -> None:
        """The curated mappings of our entity count for a label that names it."""
        for identifier, tie in ties.items():
            if tie.predicate == "exact":
                term = self.lexicon.term(identifier) or Term(identifier, tie.label)
                evidence = found.setdefault(identifier, Evidence(identifier, term))
                evidence.links.append(Link(ours, "exact", _OURS * tie.confidence, single=True, identity=True))

    def _fuzzy(self, thing: Thing, group: str, denied: Collection[str]) -> Iterator[Proposal]:
        for near in self.fuzzy.nearest(thing.label, _NEAR):
            if near.score < 0.8 or near.term.id in denied or not near.fits(group):
                continue
            reason = Reason("fuzzy", f'nearly its name "{near.text}" ({near.score:.2f})')
            yield Proposal(
                thing.id, thing.label, "close", near.term, round(0.8 * near.score, 2), (reason,), (), thing.kind, near.text
            )  # fmt: skip

    # ---- curated and broader ----

    def _as_curated(self, proposal: Proposal, ties: Mapping[str, Tie]) -> Proposal:
        tie = ties.get(proposal.term.id)
        if tie is None:
            return proposal
        reason = Reason("curated", "in the mapping sets")
        return replace(
            proposal, predicate=tie.predicate, confidence=tie.confidence, reasons=(reason, *proposal.reasons), ties=()
        )  # fmt: skip

    def _left_of_ties(self, thing: Thing, ties: Mapping[str, Tie], proposals: list[Proposal]) -> list[Proposal]:
        """Curated mappings into what is loaded that nothing else speaks for."""
        known = {p.term.id for p in proposals}
        reason = (Reason("curated", "in the mapping sets"),)
        return [
            Proposal(thing.id, thing.label, tie.predicate, term, tie.confidence, reason, (), thing.kind)
            for identifier, tie in ties.items()
            if identifier not in known and (term := self.lexicon.term(identifier)) is not None
        ]

    def _broader(
        self, thing: Thing, group: str, proposals: list[Proposal], denied: Collection[str]
    ) -> Iterator[Proposal]:
        """Where a vocabulary has no counterpart: that of what the thing is a kind of, or of a shorter name."""
        served = {
            p.term.vocabulary
            for p in proposals
            if p.predicate in ("exact", "close", "broad") and p.confidence >= MINIMUM
        }
        above: dict[str, Proposal] = {}
        for parent in thing.parents:
            for p in self._same_as(parent):
                if p.term.vocabulary not in served and p.term.id not in denied:
                    reason = Reason("hierarchy", f"{parent}, which it is a kind of, is {p.term.id}")
                    made = Proposal(thing.id, thing.label, "broad", p.term, round(_PARENT * p.confidence, 2), (reason,), (), thing.kind)  # fmt: skip
                    above.setdefault(p.term.vocabulary, made)
        for head in heads(thing.label):
            for match in self.lexicon.find(head):
                v = match.term.vocabulary
                if match.scope != "label" or v in served or v in above or v == OWN or match.term.id in denied:
                    continue
                for e in gather(self.lexicon, [Name(head, "label")], group).values():
                    if e.id == match.term.id and e.best is not None and e.best.how == "same":
                        reason = Reason("hierarchy", f'its label "{match.text}" is the more general part of our label')
                        above[v] = Proposal(thing.id, thing.label, "broad", match.term, _HEAD, (reason,), (), thing.kind, match.text)  # fmt: skip
        yield from above.values()

    def _same_as(self, entity: str) -> list[Proposal]:
        if self.lexicon.own.term(entity) is None:
            return []
        return [p for p in self._all(self.entity(entity), fuzzy=False) if p.predicate == "exact"]


def _of_ours(thing: Thing, match: Match, ties: tuple[str, ...], *, first: bool) -> Proposal:
    """A user's label as a name of our entity."""
    said = "label" if match.scope == "label" else "spelling" if match.scope == "spelling" else f"{match.scope} synonym"
    reasons = [Reason("label" if match.scope == "label" else "synonym", f'{said} "{match.text}" of our entity')]
    if match.scope in ("label", "exact", "spelling"):
        sure = {"label": 0.95, "exact": 0.9}.get(match.scope, 0.8)
        predicate, confidence = ("close", 0.7) if ties or not first else ("exact", sure)
    else:
        predicate, confidence = {"broad": "narrow", "narrow": "broad"}.get(match.scope, match.scope), 0.5
    if ties:
        reasons.append(Reason("remark", f"as much speaks for {', '.join(ties)}"))
    return Proposal(
        thing.id, thing.label, predicate, match.term, confidence, tuple(reasons), ties, thing.kind, match.text
    )  # fmt: skip
