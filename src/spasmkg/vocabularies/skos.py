"""SKOS thesauri in Turtle, RDF/XML, N-Triples or JSON-LD, turned into the form of every graph.

A record is a triple. Triples on one concept are expected next to each other, as every writer has them, so that one
label can be chosen among those of several languages: English first, then one without a language, then the one that
the user wants. Where they are scattered, a concept may get two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal
from spasmkg.store import read_triples
from spasmkg.vocabularies import rdf
from spasmkg.vocabularies.annotations import is_wanted, said
from spasmkg.vocabularies.ontologies import describe, majority
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement
from spasmkg.vocabularies.triples import PREDICATES

__all__ = ["fits", "prefix", "read"]

UNIT = "triples"
_LABELS = (ns.SKOS + "prefLabel", ns.RDFS_LABEL)
_LANGUAGES = {"en": 0, "": 1}
_KNOWN = (ns.SKOS, ns.RDF, ns.RDFS, ns.OWL, ns.DCTERMS, "http://www.w3.org/2008/05/skos-xl#")
_TEXTS = {*_LABELS, PREDICATES["definition"], *(ns.SKOS + n for n in ("altLabel", "hiddenLabel", "definition"))}


def fits(source: Source, head: bytes) -> bool:
    """Whether a file is RDF that speaks of SKOS concepts more than of OWL classes."""
    if not rdf.syntax(source, head):
        return False
    text = rdf.text_of(source.head(300_000))
    concepts = len(re.findall(r'(?:skos:|core#|")(?:Concept|ConceptScheme|prefLabel)\b', text))
    return "skos" in text and concepts > len(re.findall(r"\bowl:Class\b|owl#Class\b", text))


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that most of the first concepts are of."""
    named = [s.value for s, p, _ in islice(_triples(sources[0]), 20_000) if p.value in _LABELS]
    return majority(named)


def _triples(source: Source) -> Iterator[tuple[Any, Any, Any]]:
    media = rdf.syntax(source, source.head())
    return read_triples(source.name, rdf.chunks(source, media), media)


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the triples; identifiers are IRIs, so ``default`` is not needed."""
    del default
    ledger.place = "triple"
    for source in sources:
        at = 0
        for subject, group in groupby(_triples(source), key=lambda triple: triple[0]):
            said_of_it = [(p.value, o) for _, p, o in group]
            yield from _Thing(subject, said_of_it, at, source, ledger, release).statements()
            at += len(said_of_it)


class _Thing:
    """What stands together on one subject; triples are counted from 1 in messages."""

    def __init__(
        self, subject: Any, triples: list[tuple[str, Any]], at: int, source: Source, ledger: Ledger, release: Release
    ) -> None:
        self.subject, self.triples, self.at = subject, triples, at
        self.source, self.ledger, self.release = source, ledger, release

    def _skip(self, place: int, reason: str) -> None:
        self.ledger.skip(reason, self.at + place, self.source.name)

    def statements(self) -> Iterator[Statement]:
        """The statements, each triple counted."""
        types = {o.value for p, o in self.triples if p == ns.RDF_TYPE}
        if ns.SKOS + "ConceptScheme" in types or ns.OWL + "Ontology" in types:
            facts = [(p, o) for p, o in self.triples if is_wanted(_language(o))]
            describe(self.release, [(p, o.value) for p, o in sorted(facts, key=lambda f: _rank(_language(f[1])))])
            for _ in self.triples:
                self.ledger.keep()
            return
        reason, term = self._unfit(types)
        if reason:
            for place, _ in enumerate(self.triples, 1):
                self._skip(place, reason)
            return
        chosen = self._label()
        for place, (predicate, value) in enumerate(self.triples, 1):
            if place == chosen or predicate == ns.RDF_TYPE:
                self.ledger.keep()
                if place == chosen:
                    yield Statement(term, "label", value.value)
            else:
                yield from self._other(term, place, predicate, value, chosen)

    def _unfit(self, types: set[str]) -> tuple[str, str]:
        """Why nothing of this subject is taken up, or else its identifier."""
        if str(self.subject).startswith("_:"):
            return "of a nameless thing", ""
        if types & {ns.SKOS + "Collection", ns.SKOS + "OrderedCollection"}:
            return "of a collection", ""
        try:
            return "", normal(self.subject.value, "", self.release.prefixes)
        except IdentifierError as error:
            return f"term left out: {error.reason}", ""

    def _label(self) -> int:
        """The place of the triple whose text becomes the label; 0 where there is none."""
        fitting = [
            (_rank(_language(o)), _LABELS.index(p), place)
            for place, (p, o) in enumerate(self.triples, 1)
            if p in _LABELS and _is_text(o) and o.value.strip() and is_wanted(_language(o), self.release.language)
        ]
        return min(fitting)[2] if fitting else 0

    def _other(self, term: str, place: int, predicate: str, value: Any, chosen: int) -> Iterator[Statement]:
        linked = str(value).startswith("<")
        if predicate in _TEXTS and not linked:
            if not is_wanted(_language(value), self.release.language):
                self._skip(place, "in another language")
                return
            if predicate in _LABELS and chosen:
                if value.value != self.triples[chosen - 1][1].value:
                    yield Statement(term, "exact", value.value)
                self.ledger.keep()
                return
        if str(value).startswith("_:"):
            self._skip(place, "leads to a nameless thing")
            return
        found, problem = said(term, predicate, value.value, self.release.prefixes, iri=linked)
        if problem or not found:
            known = predicate.startswith(_KNOWN)
            self._skip(place, problem or f"not taken up: {ns.local(predicate) if known else 'other predicates'}")
            return
        self.ledger.keep()
        yield from found


def _is_text(term: Any) -> bool:
    return str(term).startswith('"')


def _language(term: Any) -> str:
    return getattr(term, "language", None) or ""


def _rank(language: str) -> int:
    """English before no language before English of a country before any other."""
    return _LANGUAGES.get(language.lower(), 2 if is_wanted(language) else 3)
