"""What speaks for a term being what a thing is called: names that agree, and links from terms that agree.

The weights are how often such an agreement was right among the curated mappings of this project, rounded; no weight
and no rule knows a single entity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from spasmkg.folding import fold, loose
from spasmkg.linking.kinds import fits
from spasmkg.linking.lexicon import Lexicon
from spasmkg.linking.part import Match, Term
from spasmkg.linking.reading import OWN
from spasmkg.linking.variants import variants
from spasmkg.model import Name

__all__ = ["Evidence", "Link", "NameMatch", "gather"]

_WEIGHTS = {
    "same": {("label", "label"): 0.9, ("exact", "label"): 0.8, ("label", "exact"): 0.6, ("exact", "exact"): 0.5},
    "order": {("label", "label"): 0.78, ("exact", "label"): 0.72, ("label", "exact"): 0.45, ("exact", "exact"): 0.4},
    "variant": {("label", "label"): 0.72, ("exact", "label"): 0.6, ("label", "exact"): 0.4, ("exact", "exact"): 0.35},
}
"""By how two names agree, and by the scope of ours and of theirs."""
_SCOPED = {"broad": 0.5, "narrow": 0.5, "related": 0.45}
_LINKS = {"exact": 0.75, "xref": 0.6, "close": 0.3, "broad": 0.1, "narrow": 0.1, "related": 0.1}
_ONE_OF_MANY = 0.4
"""What is left of a link where either end has several of the kind: such lists hold neighbours beside the same thing."""
_ONE_THING = frozenset((("rxnorm", "umls"),))
"""Vocabularies whose link says that both are one concept: RxNorm is made inside UMLS."""
_ANCHOR = 0.45
_ONE_TO_ONE = 0.5
_SAME_NAME = frozenset(("label", "exact", "spelling"))


@dataclass(frozen=True, slots=True)
class NameMatch:
    """Two names that agree: ours with its scope, theirs with its scope, and how (same, order, variant)."""

    ours: str
    scope: str
    theirs: str
    their_scope: str
    how: str
    weight: float

    @property
    def same(self) -> bool:
        """Whether both names are names of the thing itself, not of something broader, narrower or related."""
        return self.scope in _SAME_NAME and self.their_scope in _SAME_NAME


@dataclass(frozen=True, slots=True)
class Link:
    """A link between a term and another that our names agree with (the anchor)."""

    anchor: str
    how: str
    weight: float
    single: bool = False
    """Whether neither end has another such link between the two vocabularies."""
    identity: bool = False
    """Whether the vocabularies are made so that the link means one thing."""


@dataclass(slots=True)
class Evidence:
    """All that speaks for one term."""

    id: str
    term: Term | None
    names: list[NameMatch] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    echoes: dict[str, float] = field(default_factory=dict)
    """Names of anchors that the term bears too: by the anchor."""
    replaces: str = ""
    """The obsolete term that was found and that this one took the place of."""

    @property
    def best(self) -> NameMatch | None:
        """The strongest agreement of names of the thing itself."""
        return max((n for n in self.names if n.same), key=lambda n: n.weight, default=None)

    @property
    def scoped(self) -> NameMatch | None:
        """The strongest agreement in which one side is broader, narrower or related."""
        return max((n for n in self.names if not n.same), key=lambda n: n.weight, default=None)

    @property
    def lexical(self) -> float:
        """How much the names say, from 0 to 1; several names that agree say more than one.

        Of several terms with one name the one that has it in more spellings is the main one.
        """
        if self.best is None:
            return 0.0
        agreed = [n for n in self.names if n.same and n.how != "variant"]
        others = len({fold(n.ours) for n in agreed}) - 1
        spellings = len({n.theirs.lower() for n in agreed}) - 1
        return _either([self.best.weight, *[0.1] * min(3, max(0, others)), *[0.05] * min(2, max(0, spellings))])

    @property
    def linked(self) -> float:
        """How much the links say, from 0 to 1: each vocabulary of anchors counts once."""
        by: dict[str, float] = {}
        for link in self.links:
            home = link.anchor.partition(":")[0]
            by[home] = max(by.get(home, 0.0), link.weight)
        return _either(sorted(by.values(), reverse=True)[:3])

    @property
    def confidence(self) -> float:
        """How sure it is that the two are the same or nearly so, from 0 to 1."""
        if self.best is not None:
            return _either([self.lexical, self.linked])
        hinted = self.scoped.weight if self.scoped is not None else 0.0
        return max(_either([hinted, 0.6 * self.linked]), 0.3 if self.echoes else 0.0, self._alone)

    @property
    def _alone(self) -> float:
        """What links say where no name agrees."""
        if any(link.identity for link in self.links):
            return 0.7 + 0.16 * max(link.weight for link in self.links if link.identity) / _LINKS["xref"]
        single = {x.anchor.partition(":")[0] for x in self.links if x.single and x.how in ("exact", "xref")}
        strength = max((x.weight for x in self.links), default=0.0)
        if not single:
            return 0.5 * self.linked
        return min(0.7, max(strength + 0.05 * len(single), _ONE_TO_ONE if strength > 0.3 else 0.0))


def _either(chances: Iterable[float]) -> float:
    """The chance that at least one of several independent reasons holds."""
    missed = 1.0
    for chance in chances:
        missed *= 1.0 - min(chance, 0.97)
    return 1.0 - missed


def gather(
    lexicon: Lexicon, names: Iterable[Name], group: str, anchors: Mapping[str, float] | None = None
) -> dict[str, Evidence]:
    """By identifier the terms of all vocabularies that something speaks for.

    ``names`` are those of the thing, ``group`` its kind (see :mod:`.kinds`; empty for any), ``anchors`` are terms
    already known to be the same thing, with how sure that is: curated mappings.
    """
    found: dict[str, Evidence] = {}
    listed = list(names)
    for name in listed:
        for match in lexicon.find(name.text):
            _add_name(lexicon, found, name, match, "same", group)
        for match in lexicon.find_loose(name.text):
            _add_name(lexicon, found, name, match, "order", group)
        if name.scope in _SAME_NAME:
            for key in variants(name.text, group):
                for match in lexicon.find_key(key):
                    _add_name(lexicon, found, name, match, "variant", group)
    strong = {i: e.best.weight for i, e in found.items() if e.best is not None and e.best.weight >= _ANCHOR}
    for anchor, sure in {**strong, **(anchors or {})}.items():
        _follow(lexicon, found, anchor, sure, group)
        _echo(lexicon, found, anchor, sure, group)
    return found


def _take(lexicon: Lexicon, found: dict[str, Evidence], identifier: str, group: str) -> Evidence | None:
    """The evidence of a term, or of what took its place; None where it is withdrawn or of another kind."""
    term = lexicon.term(identifier)
    if term is not None and term.obsolete:
        current = lexicon.current(identifier)
        if not current:
            return None
        taken = _take(lexicon, found, current, group)
        if taken is not None:
            taken.replaces = identifier
        return taken
    if term is not None and not fits(group, term):
        return None
    if identifier not in found:
        found[identifier] = Evidence(identifier, term)
    return found[identifier]


def _add_name(lexicon: Lexicon, found: dict[str, Evidence], name: Name, match: Match, how: str, group: str) -> None:
    if match.term.vocabulary == OWN or ":" not in match.term.id or "//" in match.term.id:
        return
    ours, theirs = (("exact" if s == "spelling" else s) for s in (name.scope, match.scope))
    if (ours, theirs) in _WEIGHTS[how]:
        weight = _WEIGHTS[how][ours, theirs] * (0.7 if name.scope == "spelling" else 1.0)
    elif how == "variant" or (ours in _SCOPED and theirs in _SCOPED):
        return
    else:
        weight = _SCOPED[ours if ours in _SCOPED else theirs] * (1.0 if "label" in (ours, theirs) else 0.8)
    if how == "order" and _bracketed(match.text) and loose(match.text) == loose(name.text):
        weight *= 0.75  # what stands in brackets may narrow the meaning
    evidence = _take(lexicon, found, match.term.id, group)
    if evidence is not None:
        agreed = NameMatch(name.text, name.scope, match.text, match.scope, how, weight)
        same = next((n for n in evidence.names if n.ours == name.text and n.theirs == match.text), None)
        if same is None:
            evidence.names.append(agreed)
        elif same.weight < weight:
            evidence.names[evidence.names.index(same)] = agreed


def _bracketed(text: str) -> bool:
    return "(" in text or "[" in text


def _follow(lexicon: Lexicon, found: dict[str, Evidence], anchor: str, sure: float, group: str) -> None:
    home = anchor.partition(":")[0]
    every = lexicon.ties(anchor)
    denied = {other for how, other in every if how == "not"}
    ties = [
        (how, o) for how, o in every if how in _LINKS and o not in denied and o.partition(":")[0] not in (home, OWN)
    ]
    for how, other in ties:
        evidence = _take(lexicon, found, other, group)
        if evidence is None:
            continue
        there = other.partition(":")[0]
        single = _single(ties, there) and _single(lexicon.ties(other), home)
        identity = (home, there) in _ONE_THING and single and sure >= 0.8
        weight = sure * _LINKS[how] * (1.0 if single else _ONE_OF_MANY)
        evidence.links.append(Link(anchor, how, weight, single, identity))


def _single(ties: Iterable[tuple[str, str]], home: str) -> bool:
    """Whether the links into a vocabulary lead to one term alone."""
    return len({other for how, other in ties if how in ("exact", "xref") and other.partition(":")[0] == home}) == 1


def _echo(lexicon: Lexicon, found: dict[str, Evidence], anchor: str, sure: float, group: str) -> None:
    home = anchor.partition(":")[0]
    denied = {other for how, other in lexicon.ties(anchor) if how == "not"}
    for text, scope in lexicon.names(anchor):
        if scope not in ("label", "exact"):
            continue
        for match in lexicon.find(text):
            unlike = match.term.vocabulary in (home, OWN) or match.term.id in denied
            if match.scope in ("label", "exact") and not unlike:
                evidence = _take(lexicon, found, match.term.id, group)
                if evidence is not None:
                    evidence.echoes[anchor] = max(sure, evidence.echoes.get(anchor, 0.0))


def by_vocabulary(found: Mapping[str, Evidence]) -> dict[str, list[Evidence]]:
    """Evidence by vocabulary, the best first."""
    sorted_by: dict[str, list[Evidence]] = defaultdict(list)
    for evidence in sorted(found.values(), key=lambda e: (-e.confidence, e.id)):
        sorted_by[evidence.id.partition(":")[0]].append(evidence)
    return dict(sorted_by)
