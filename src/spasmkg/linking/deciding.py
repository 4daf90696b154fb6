"""From evidence to proposals: which predicate, how sure, and why.

In a vocabulary at most one term is proposed as the same thing; the others are close, broader, narrower or related.
Where two have the same to be said for them neither is, and both say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from spasmkg.folding import fold, loose, plain
from spasmkg.linking.evidence import Evidence, by_vocabulary
from spasmkg.linking.kinds import groups
from spasmkg.linking.part import Term

__all__ = ["PREDICATES", "Proposal", "Reason", "Rival", "decide", "in_order"]

PREDICATES = ("exact", "close", "broad", "narrow", "related")
"""From the most precise to the least; ``broad`` says that the outside term is the broader one."""
_SURE = 0.6
_SAME_STRENGTH = 0.015
_BESIDE = 0.45
_NARROWER = {"broad": "narrow", "narrow": "broad", "related": "related"}


Rival = Callable[[Term], str]
"""Names the other thing that a term rather is; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is proposed: ``kind`` is label, synonym, cross-reference, hierarchy, fuzzy, curated or remark."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """That a thing and an outside term are the same, or nearly, with the reasons."""

    subject: str
    subject_label: str
    predicate: str
    term: Term
    confidence: float
    reasons: tuple[Reason, ...] = ()
    ties: tuple[str, ...] = ()
    subject_kind: str = ""
    matched: str = ""

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(r.text for r in self.reasons)


@dataclass(frozen=True, slots=True)
class _Draft:
    evidence: Evidence
    predicate: str
    confidence: float
    reasons: tuple[Reason, ...]


def decide(
    subject: tuple[str, str, str], found: Mapping[str, Evidence], group: str, rival: Rival
) -> Iterator[Proposal]:
    """The proposals for a thing, by vocabulary, the best first.

    ``subject`` is its identifier, label and kind; ``rival`` names the other thing that a term rather is, if any.
    """
    for listed in by_vocabulary(found).values():
        drafts = [_draft(e, group, subject, rival) for e in listed]
        for draft, ties in _worth_it(_one_exact(_headers(drafts))):
            e = draft.evidence
            matched = e.best or e.scoped
            yield Proposal(
                subject[0],
                subject[1],
                draft.predicate,
                e.term or Term(e.id, ""),
                round(draft.confidence, 2),
                draft.reasons,
                ties,
                subject[2],
                matched.theirs if matched else "",
            )


def _draft(e: Evidence, group: str, subject: tuple[str, str, str], rival: Rival) -> _Draft:
    reasons = list(_reasons(e))
    best, scoped, confidence = e.best, e.scoped, e.confidence
    identity = any(link.identity for link in e.links)
    known = best is not None or identity
    predicate = "exact" if known and confidence >= _SURE else "close"
    if best is None and scoped is not None and not identity:
        ours = scoped.scope in _NARROWER
        predicate = scoped.scope if ours else _NARROWER[scoped.their_scope]
        if predicate == "broad" and not ours and e.id.startswith("icd10cm:"):
            predicate = "close"  # its inclusion terms are other words for the code as often as examples of it
    elif scoped is not None and scoped.their_scope == "label" and best is not None and best.their_scope != "label":
        predicate, confidence = scoped.scope, min(confidence, 0.75)
        reasons.append(Reason("synonym", f'name of something {_WORDS[predicate]}: "{scoped.ours}"'))
    elif not known and e.term is not None and (words := _more_words(subject[1], e.term.label)):
        predicate = words
        reasons.append(Reason("remark", f"its label says {'more' if words == 'narrow' else 'less'} than ours"))
    if predicate == "exact":
        predicate, remark = _weakened(e, group, subject, rival)
        if remark:
            reasons.append(Reason("remark", remark))
            confidence = min(confidence, 0.85)
    if _local_use(e.id):
        confidence -= 0.1
    elif e.id.startswith("atc:A1") and subject[2] in ("Supplement", "Nutrient"):
        confidence = min(1.0, confidence + 0.05)  # A11 to A16 are vitamins, minerals and other supplements
    return _Draft(e, predicate, confidence, tuple(reasons))


def _more_words(ours: str, theirs: str) -> str:
    """``narrow`` where their name has all our words and others, ``broad`` where ours has all of theirs and others.

    >>> _more_words("hiccups", "chronic hiccup"), _more_words("lumbar stenosis", "stenosis"), _more_words("a b", "a b disease")
    ('narrow', 'broad', '')
    """
    one, other = (set(loose(name).split()) - _SAYS_KIND for name in (ours, theirs))
    return "" if not one or not other else "narrow" if one < other else "broad" if other < one else ""


_SAYS_KIND = frozenset(
    ["disease", "disorder", "syndrome", "condition", "finding", "procedure", "therapy", "structure", "symptom"]
)


def _local_use(identifier: str) -> bool:
    """Whether a code of ATC is a substance in local or technical use, such as on the skin or in a solution."""
    return identifier.startswith("atc:") and re.match(_LOCAL, identifier[4:]) is not None


_LOCAL = r"A01|A07|B05|C01EB|C05A|C05B|D|G01|G02|M02|N01B|P03|R01A|R02|S|V"
_WORDS = {"broad": "broader", "narrow": "narrower", "related": "related"}


def _weakened(e: Evidence, group: str, subject: tuple[str, str, str], rival: Rival) -> tuple[str, str]:
    """The predicate of what looks the same by name, and what makes it less than that."""
    term = e.term
    if any(link.identity for link in e.links) and (e.best is None or term is None or not term.label):
        return "exact", ""
    if term is None or not term.label:
        return "close", "no loaded file gives it a label"
    if other := rival(term):
        return "close", f"it is rather {other}"
    theirs = groups(term)
    if group == "substance" and theirs == {"class"}:
        return "close", "it is a group, not the substance itself"
    if group == "class" and theirs == {"substance"}:
        return "close", "it is a substance, not the group"
    if term.vocabulary == "loinc" and term.id.startswith("loinc:L"):
        return "related", "a part that codes are made of, not the code of a test"
    if term.vocabulary == "atc" and group == "substance" and subject[2] in ("MolecularEntity", "Nutrient"):
        return "narrow", "a code of ATC is the substance in one use as a medicine"
    if term.label.lower().startswith("abnormal") and not subject[1].lower().startswith("abnormal"):
        return "close", "any abnormality, not only a disease"
    if group == "substance" and _plural(term.label) and not any(_plural(n.ours) for n in e.names):
        return "close", "a plural: the class of such substances"
    if fold(term.label) != fold(subject[1]) and loose(term.label) in (
        f"{loose(subject[1])} atom",
        f"atom {loose(subject[1])}",
    ):
        return "close", "the element"
    return "exact", ""


def _plural(name: str) -> bool:
    last = name.split()[-1].lower() if name.split() else ""
    return fold(last) != plain(last)


def _reasons(e: Evidence) -> Iterator[Reason]:
    words = {"same": "", "order": " apart from the order of words or what is in brackets", "variant": " in other words"}
    shown = sorted(e.names, key=lambda n: -n.weight)
    for n in shown[:2]:
        ours = "label" if n.scope == "label" else f"{n.scope} synonym" if n.scope != "spelling" else "spelling"
        theirs = "label" if n.their_scope == "label" else f"{n.their_scope} synonym"
        kind = "label" if ours == theirs == "label" else "synonym"
        yield Reason(kind, f'{ours} "{n.ours}" is its {theirs} "{n.theirs}"{words[n.how]}')
    by_home = {link.anchor.partition(":")[0]: link for link in sorted(e.links, key=lambda x: x.weight)}
    for link in sorted(by_home.values(), key=lambda x: -x.weight)[:3]:
        how = "cross-reference" if link.how == "xref" else f"{link.how} match"
        yield Reason("cross-reference", f"{how} with {link.anchor}")
    if e.echoes and not e.names:
        yield Reason("cross-reference", f"has a name in common with {', '.join(sorted(e.echoes)[:3])}")
    if e.replaces:
        yield Reason("remark", f"took the place of {e.replaces}")


def _headers(drafts: list[_Draft]) -> list[_Draft]:
    """A header groups codes and is none: it is close at most, and what it says is said of its unspecified code."""
    out = []
    headers = [d for d in drafts if d.evidence.term is not None and d.evidence.term.header]
    for draft in drafts:
        e = draft.evidence
        if draft in headers:
            reasons = (*draft.reasons, Reason("remark", "a header, not a code that can be used"))
            predicate = "close" if draft.predicate == "exact" else draft.predicate
            out.append(replace(draft, predicate=predicate, reasons=reasons, confidence=min(draft.confidence, 0.8)))
            continue
        above = [h for h in headers if e.id.startswith(h.evidence.id) and _unspecified(e.term, h.evidence.term)]
        if above and draft.predicate in ("exact", "close") and above[0].predicate == "exact":
            reason = Reason("hierarchy", f"the unspecified code under the header {above[0].evidence.id}")
            sure = max(draft.confidence, above[0].confidence - 0.02)
            out.append(replace(draft, predicate="exact", reasons=(*draft.reasons, reason), confidence=sure))
        else:
            out.append(draft)
    return sorted(out, key=lambda d: (-d.confidence, d.evidence.id))


def _unspecified(code: Term | None, header: Term | None) -> bool:
    if code is None or header is None or "unspecified" not in code.label.lower():
        return False
    return set(loose(code.label).split()) - {"site", "region"} == set(loose(header.label).split())


def _worth_it(drafts: list[tuple[_Draft, tuple[str, ...]]]) -> list[tuple[_Draft, tuple[str, ...]]]:
    """Beside the exact match a close one has little confidence, unless nearly as much speaks for it."""
    exact = next((d.confidence for d, _ in drafts if d.predicate == "exact"), 0.0)
    return [
        (replace(d, confidence=min(d.confidence, _BESIDE)), ties)
        if d.predicate == "close" and d.confidence < 0.8 * exact
        else (d, ties)
        for d, ties in drafts
    ]


def _by_label(e: Evidence) -> bool:
    """Whether a term has the thing's own label for its label."""
    return any(n.scope == n.their_scope == "label" and n.how == "same" for n in e.names)


def _one_exact(drafts: Sequence[_Draft]) -> list[tuple[_Draft, tuple[str, ...]]]:
    """At most one exact; two that have the same to be said for them are both close, and named as ties."""
    exact = sorted(
        (d for d in drafts if d.predicate == "exact"), key=lambda d: (not _by_label(d.evidence), -d.confidence)
    )
    top = [
        d
        for d in exact
        if abs(exact[0].confidence - d.confidence) < _SAME_STRENGTH
        and _by_label(d.evidence) == _by_label(exact[0].evidence)
    ]
    out: list[tuple[_Draft, tuple[str, ...]]] = []
    for draft in drafts:
        if draft not in exact or (top == [draft]):
            out.append((draft, ()))
        elif draft in top:
            others = tuple(d.evidence.id for d in top if d is not draft)
            reason = Reason("remark", f"as much speaks for {', '.join(others[:4])}")
            out.append(
                (
                    replace(
                        draft,
                        predicate="close",
                        reasons=(*draft.reasons, reason),
                        confidence=min(draft.confidence, 0.75),
                    ),
                    others,
                )
            )
        else:
            reason = Reason("remark", f"more speaks for {top[0].evidence.id}")
            out.append(
                (
                    replace(
                        draft,
                        predicate="close",
                        reasons=(*draft.reasons, reason),
                        confidence=min(draft.confidence, 0.7),
                    ),
                    (),
                )
            )
    return sorted(out, key=lambda pair: (PREDICATES.index(pair[0].predicate), -pair[0].confidence, pair[0].evidence.id))


def in_order(proposals: Iterable[Proposal]) -> list[Proposal]:
    """By vocabulary, our own first; in each the exact one, then the most certain, each term once."""
    best: dict[str, Proposal] = {}
    for p in proposals:
        if p.term.id not in best or best[p.term.id].confidence < p.confidence:
            best[p.term.id] = p
    return sorted(
        best.values(),
        key=lambda p: (
            p.term.vocabulary != "spasm",
            p.term.vocabulary.lower(),
            p.predicate != "exact",
            -p.confidence,
            p.term.id,
        ),
    )
