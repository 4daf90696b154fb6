"""Codes of FHIR: which vocabulary a system's URI stands for, and what a code with its display says.

The URIs are those of https://terminology.hl7.org/external_terminologies.html.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal, preferred_prefix
from spasmkg.vocabularies.ontologies import MATCHES
from spasmkg.vocabularies.statements import Statement

__all__ = ["EQUIVALENCES", "identifier", "named", "of_system"]

_SYSTEMS = {
    "snomed.info/sct": "snomedct", "loinc.org": "loinc", "www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "hl7.org/fhir/sid/icd-10-cm": "icd10cm", "hl7.org/fhir/sid/icd-10": "ICD10", "www.whocc.no/atc": "atc",
    "fdasis.nlm.nih.gov": "UNII", "human-phenotype-ontology.org": "HP",
    "ncicb.nci.nih.gov/xml/owl/evs/thesaurus.owl": "NCIT", "www.nlm.nih.gov/research/umls": "umls",
}  # fmt: skip
_EXACT, _CLOSE, _BROAD, _NARROW, _RELATED = MATCHES
EQUIVALENCES = {
    "equivalent": _EXACT, "equal": _EXACT, "wider": _BROAD, "subsumes": _BROAD, "narrower": _NARROW,
    "specializes": _NARROW, "inexact": _CLOSE, "relatedto": _RELATED, "related-to": _RELATED,
    "source-is-narrower-than-target": _BROAD, "source-is-broader-than-target": _NARROW,
}  # fmt: skip
"""What a target is to its source, in the words of R4's ``equivalence`` and R5's ``relationship``."""
_TAGS = (
    "disorder", "finding", "procedure", "situation", "event", "body structure", "morphologic abnormality", "cell",
    "cell structure", "substance", "product", "medicinal product", "medicinal product form", "clinical drug", "organism",
    "physical object", "physical force", "observable entity", "regime/therapy", "qualifier value", "specimen", "person",
    "occupation", "social concept", "environment", "assessment scale", "staging scale", "attribute", "dose form",
)  # fmt: skip
_TAG = re.compile(rf" \(({'|'.join(_TAGS)})\)$")


def of_system(system: str) -> str:
    """The prefix that a system's URI, or a short name of it, stands for; empty where it is unknown.

    >>> of_system("http://snomed.info/sct/731000124108"), of_system("$loinc"), of_system("http://example.org/x")
    ('snomedct', 'loinc', '')
    """
    path = re.sub(r"^https?://", "", system.strip().partition("|")[0]).rstrip("/").lower()
    path = re.sub(r"^(snomed\.info/sct)/.*", r"\1", path)
    return _SYSTEMS.get(path) or preferred_prefix(system.lstrip("$")) if path else ""


def identifier(system: str, code: object) -> str:
    """The identifier of a code of a system, in normal form. Raises IdentifierError, also for a code that is no text.

    >>> identifier("http://loinc.org", "2823-3"), identifier("http://example.org/kinds", "a b")
    ('loinc:2823-3', 'http://example.org/kinds#a%20b')
    """
    if not isinstance(code, str):
        raise IdentifierError("a code that is no text", str(code))
    if not code.strip():
        raise IdentifierError("no code", code)
    if known := of_system(system):
        return normal(code if code.startswith(f"{known}:") else f"{known}:{code}")
    made = f"{system}{'' if system.endswith(('/', '#')) else '#'}{quote(code, safe='')}"
    if not system or not ns.is_iri(made):
        raise IdentifierError("no system", code)
    return normal(made)


def named(term: str, display: str) -> list[Statement]:
    """A code's display as its label; the tag of a fully specified name of SNOMED CT is the kind of thing it is.

    >>> [s.field for s in named("snomedct:4386001", "Bronchospasm (finding)")]
    ['label', 'exact', 'kind']
    >>> [s.value for s in named("snomedct:4386001", "Lipoma (clinical)")]
    ['Lipoma (clinical)']
    """
    tag = _TAG.search(display) if term.startswith("snomedct:") else None
    if not tag:
        return [Statement(term, "label", display)] if display.strip() else []
    label = Statement(term, "label", display[: tag.start()])
    return [label, Statement(term, "exact", display), Statement(term, "kind", tag[1])]
