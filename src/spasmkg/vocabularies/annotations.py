"""What the annotations of OWL, OBO Graphs and SKOS files say of a term, as statements."""

from __future__ import annotations

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal
from spasmkg.vocabularies.ontologies import MATCHES, as_reference
from spasmkg.vocabularies.statements import Statement
from spasmkg.vocabularies.triples import OBO, PREDICATES

__all__ = ["ELSEWHERE", "is_wanted", "said"]

_OTHERS = {
    "label": ("skos:prefLabel",),
    "exact": ("skos:altLabel", OBO + "IAO_0000118", "oboInOwl:hasSynonym"),
    "related": ("skos:hiddenLabel",),
    "definition": ("skos:definition",),
    "replaced_by": ("dcterms:isReplacedBy",),
    "parent": ("skos:broader",),
    "narrower": ("skos:narrower",),
    "alternative": ("oboInOwl:hasAlternativeId",),
    "namespace": ("oboInOwl:hasOBONamespace",),
    "tied": ("oboInOwl:consider", "skos:related"),
}
_TEXTS = ("label", "exact", "broad", "narrow", "related", "definition")


def _full(name: str) -> str:
    return name if "://" in name else ns.expand(name)


_FIELDS = {iri: field for field, iri in PREDICATES.items()}
_FIELDS |= {_full(name): field for field, names in _OTHERS.items() for name in names}
_FIELDS |= dict.fromkeys(MATCHES, "match")
ELSEWHERE = tuple(_full(n) for field in ("label", "exact", "definition", "replaced_by", "alternative") for n in _OTHERS[field])  # fmt: skip
"""Predicates other than those of the OBO form that say the same as one of them."""


def is_wanted(language: str, wanted: str = "") -> bool:
    """Whether a text in a language is taken up: English, of no language, or of the one that is wanted.

    >>> is_wanted(""), is_wanted("en-GB"), is_wanted("de"), is_wanted("de-AT", "de")
    (True, True, False, True)
    """
    return not language or language.lower().partition("-")[0] in ("en", wanted.lower() or "en")


def said(
    term: str, predicate: str, value: str, prefixes: dict[str, str], *, iri: bool = False
) -> tuple[list[Statement], str]:
    """The statements that an annotation makes, and what is wrong with it; neither where it is not taken up.

    ``term`` is in normal form, ``predicate`` an IRI, ``value`` a text, or an IRI where ``iri`` is true.

    >>> said("HP:0003394", "http://www.w3.org/2004/02/skos/core#altLabel", "Muscle cramps", {})[0][0].field
    'exact'
    """
    field = _FIELDS.get(predicate, "")
    if not field:
        return [], ""
    if field in _TEXTS:
        return ([], "a name that is no text") if iri else ([Statement(term, field, value)] if value.strip() else [], "")
    if field == "obsolete":
        return ([Statement(term, field, "true")] if value.strip().lower() in ("true", "1") else []), ""
    if field == "xref":
        found, problem = as_reference(value.strip(), prefixes)
        return ([Statement(term, field, found)] if found else []), problem and f"reference left out: {problem}"
    if field == "namespace":
        return [Statement(term, predicate, value)], ""
    if field in ("code", "kind", "header", "negative"):
        return ([Statement(term, field, value)] if value.strip() else []), ""
    try:
        other = normal(value, "", prefixes)
    except IdentifierError as error:
        return [], f"reference left out: {error.reason}"
    if field == "match":
        tied = [Statement(term, predicate, other, link=True)]
        return ([Statement(term, "xref", other), *tied] if predicate == MATCHES[0] else tied), ""
    if field == "tied":
        return [Statement(term, predicate, other, link=True)], ""
    if field == "narrower":
        return [Statement(other, "parent", term)], ""
    if field == "alternative":
        return [Statement(other, "obsolete", "true"), Statement(other, "replaced_by", term)], ""
    return [Statement(term, field, other)], ""
