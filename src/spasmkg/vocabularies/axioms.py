"""Axioms of OWL files that are not RDF, as statements: names, annotations, and the hierarchy between named classes.

An axiom is a list of its name and its parts; a part is an IRI, a text, or a list again. Both readers of such files
make these and share what is taken up: see :mod:`.functional` and :mod:`.owlxml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal
from spasmkg.vocabularies.annotations import is_wanted, said
from spasmkg.vocabularies.ontologies import MATCHES
from spasmkg.vocabularies.statements import Release, Statement

__all__ = ["Axiom", "Name", "Text", "made_by"]

Axiom = list[Any]
"""The name of an axiom or expression, then its parts."""
_PROPERTIES = ("ObjectProperty", "DataProperty", "AnnotationProperty")


@dataclass(frozen=True, slots=True)
class Name:
    """An IRI in full."""

    iri: str


@dataclass(frozen=True, slots=True)
class Text:
    """A literal."""

    value: str
    language: str = ""


def made_by(axiom: Axiom, release: Release) -> tuple[list[Statement], str]:
    """The statements that an axiom makes, and why there are none.

    A declaration makes none for a class, and nothing is wrong with it.

    >>> ends = [Name(f"http://purl.obolibrary.org/obo/HP_{n}") for n in ("0003394", "0011804")]
    >>> made_by(["SubClassOf", *ends], Release())[0]
    [Statement(term='HP:0003394', field='parent', value='HP:0011804', link=False)]
    """
    kind = axiom[0]
    parts = [p for p in axiom[1:] if not (isinstance(p, list) and p[:1] == ["Annotation"])]
    if kind == "Declaration":
        return _declared(parts, release)
    if kind == "AnnotationAssertion" and len(parts) == 3:
        return _annotated(parts[0], parts[1], parts[2], release)
    if kind in ("SubClassOf", "SubObjectPropertyOf", "EquivalentClasses") and len(parts) == 2:
        return _tied(kind, parts[0], parts[1], release)
    return [], f"not taken up: {kind[:40]}"


def _term(name: Any, release: Release) -> str:
    """A name as an identifier; empty where it is none."""
    if not isinstance(name, Name):
        return ""
    try:
        return normal(name.iri, "", release.prefixes)
    except IdentifierError:
        return ""


def _declared(parts: Axiom, release: Release) -> tuple[list[Statement], str]:
    what = parts[0] if parts else None
    if not (isinstance(what, list) and len(what) == 2 and (term := _term(what[1], release))):
        return [], "cannot be read"
    if what[0] in _PROPERTIES:
        return [Statement(term, ns.RDF_TYPE, f"{ns.OWL}{what[0]}", link=True)], ""
    return [], ""


def _annotated(predicate: Any, about: Any, value: Any, release: Release) -> tuple[list[Statement], str]:
    term = _term(about, release)
    if not term:
        return [], "on a nameless thing"
    if not isinstance(predicate, Name) or not isinstance(value, Name | Text):
        return [], "cannot be read"
    if isinstance(value, Text) and not is_wanted(value.language, release.language):
        return [], "in another language"
    text = value.iri if isinstance(value, Name) else value.value
    found, problem = said(term, predicate.iri, text, release.prefixes, iri=isinstance(value, Name))
    return found, problem or ("" if found else "not taken up: annotation")


def _tied(kind: str, one: Any, other: Any, release: Release) -> tuple[list[Statement], str]:
    term = _term(one, release)
    if term and kind == "SubClassOf" and isinstance(other, list) and other[:1] == ["ObjectSomeValuesFrom"]:
        relation, end = (_term(x, release) for x in (other[1:3] if len(other) == 3 else (None, None)))
        return ([Statement(term, relation, end, link=True)], "") if relation and end else ([], "on a nameless class")
    end = _term(other, release)
    if not (term and end):
        return [], "on a nameless class"
    if kind == "SubClassOf":
        return [Statement(term, "parent", end)], ""
    if kind == "EquivalentClasses":
        return [Statement(term, "xref", end), Statement(term, MATCHES[0], end, link=True)], ""
    return [Statement(term, ns.RDFS + "subPropertyOf", end, link=True)], ""
