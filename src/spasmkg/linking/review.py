"""Proposals as a mapping set in SSSOM, for people to review: the tool is named, no reviewer is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spasmkg import __version__
from spasmkg import namespaces as ns
from spasmkg.catalogue import Vocabulary
from spasmkg.identifiers import iri
from spasmkg.linking.deciding import Proposal
from spasmkg.linking.kinds import GROUP_OF_KIND
from spasmkg.sssom import write

__all__ = ["as_sssom", "justification"]

_BY_REASON = {
    "label": "LexicalMatching",
    "synonym": "LexicalMatching",
    "cross-reference": "MappingChaining",
    "hierarchy": "StructuralMatching",
    "fuzzy": "LexicalSimilarityThresholdMatching",
    "curated": "ManualMappingCuration",
}


def justification(proposal: Proposal) -> str:
    """How a proposal was arrived at, as a term of SEMAPV (https://w3id.org/semapv/vocab/).

    >>> from spasmkg.linking.deciding import Reason
    >>> from spasmkg.linking.part import Term
    >>> reasons = Reason("label", "our label is its label"), Reason("cross-reference", "match with mesh:D009120")
    >>> justification(Proposal("spasm:x", "x", "exact", Term("HP:0003394", "x"), 0.9, reasons))
    'semapv:CompositeMatching'
    """
    kinds = {_BY_REASON[r.kind] for r in proposal.reasons if r.kind in _BY_REASON}
    if "ManualMappingCuration" in kinds:
        return "semapv:ManualMappingCuration"
    return f"semapv:{kinds.pop() if len(kinds) == 1 else 'CompositeMatching' if kinds else 'UnspecifiedMatching'}"


def as_sssom(proposals: Iterable[Proposal], vocabularies: Iterable[Vocabulary] = (), rows_base: str = "") -> str:
    """Proposals as SSSOM/TSV; ``vocabularies`` give the releases, ``rows_base`` is what row identifiers start with."""
    listed = list(proposals)
    releases = {v.prefix: v.version for v in vocabularies}
    header: dict[str, str | Mapping[str, str]] = {
        "sssom_version": "1.1",
        "curie_map": _curie_map(listed, rows_base),
        "mapping_set_id": f"{ns.SPASM}mappings/proposed",
        "mapping_set_title": "proposals of spasmkg, for review",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "mapping_tool": "spasmkg",
        "mapping_tool_version": __version__,
        "other": "Identifiers and labels of each outside vocabulary keep its own terms.",
    }
    return write(header, (_row(p, releases) for p in listed))


def _row(p: Proposal, releases: Mapping[str, str]) -> dict[str, str]:
    home = p.term.vocabulary if p.term.label else ""  # without a label it was met in other files only
    return {
        "subject_id": p.subject,
        "subject_label": p.subject_label,
        "subject_category": f"spasm:{p.subject_kind}" if p.subject_kind in GROUP_OF_KIND else "",
        "predicate_id": f"skos:{p.predicate}Match",
        "object_id": p.term.id,
        "object_label": p.term.label,
        "object_source": f"vocabulary:{home}" if home in releases else "",
        "object_source_version": releases.get(home, ""),
        "mapping_justification": justification(p),
        "confidence": f"{p.confidence:.2f}",
        "match_string": p.matched,
        "comment": p.why,
    }


def _curie_map(proposals: Iterable[Proposal], rows_base: str) -> dict[str, str]:
    used = {"semapv", "skos", "spasm", "vocabulary"}
    for p in proposals:
        used |= {p.term.vocabulary, p.subject.partition(":")[0]}
    known = {"row": rows_base} if rows_base else {}
    return known | {u: ns.prefixes().get(u) or iri(f"{u}:0")[:-1] for u in used if u not in known}
