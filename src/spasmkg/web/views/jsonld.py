"""What a page says of its entity to search engines: schema.org terms as JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from spasmkg.web.address import place_of

if TYPE_CHECKING:
    from spasmkg.model import Entity, Mapping

__all__ = ["thing"]

_TYPES = {
    "Drug": "Drug", "DrugClass": "DrugClass", "Supplement": "DietarySupplement", "Spasm": "MedicalCondition", "Disease": "MedicalCondition",
    "Condition": "MedicalCondition", "DeficiencyState": "MedicalCondition", "Finding": "MedicalSignOrSymptom", "Test": "MedicalTest",
    "Therapy": "MedicalTherapy", "Procedure": "MedicalProcedure", "AnatomicalSite": "AnatomicalStructure", "Nutrient": "Substance",
    "MolecularEntity": "MolecularEntity", "Device": "MedicalDevice",
}  # fmt: skip
"""The schema.org type of a kind; others are defined terms."""


def thing(found: Entity, ties: Sequence[Mapping], base: str) -> dict[str, Any]:
    """An entity in schema.org terms, with the codes of terms that mean the same."""
    kind = _TYPES.get(found.kind, "DefinedTerm")
    codes = [
        {"@type": "MedicalCode", "codeValue": m.curie.partition(":")[2] or m.curie, "codingSystem": m.vocabulary}
        for m in ties
        if m.precision == "exact"
    ]
    made: dict[str, Any] = {
        "@context": "https://schema.org", "@type": kind, "@id": found.iri, "name": found.label,
        "url": f"{base}{place_of(found.iri)}" if place_of(found.iri) else found.iri,
    }  # fmt: skip
    if found.definition:
        made["description"] = found.definition
    if names := [n.text for n in found.names if n.scope == "exact"]:
        made["alternateName"] = names
    if codes and kind != "DefinedTerm":
        made["code"] = codes
    made["subjectOf"] = {
        "@type": "Dataset", "@id": f"{base}/.well-known/void#dataset", "name": "spasmkg", "license": "https://creativecommons.org/licenses/by/4.0/",
    }  # fmt: skip
    return made
