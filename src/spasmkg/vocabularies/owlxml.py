"""OWL/XML (https://www.w3.org/TR/owl2-xml-serialization/): an axiom is a record. XML with a DOCTYPE is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from spasmkg import namespaces as ns
from spasmkg.errors import DataSyntaxError, RefusedError
from spasmkg.vocabularies import rdf
from spasmkg.vocabularies.axioms import Axiom, Name, Text, made_by
from spasmkg.vocabularies.ontologies import describe, whose
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["fits", "prefix", "read"]

UNIT = "axioms"
_DEEPEST = 200


def fits(_: Source, head: bytes) -> bool:
    """Whether a file is XML whose first element is an ontology of OWL."""
    text = rdf.text_of(head)
    return rdf.root(text).rpartition(":")[2] == "Ontology" and "http://www.w3.org/2002/07/owl#" in text


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that the ontology's IRI names, or that most of the IRIs near the start are of."""
    text = rdf.text_of(sources[0].head(1_000_000))
    named = re.search(r'\bontologyIRI\s*=\s*"([^"]+)"', text)
    return whose(named[1] if named else "", re.findall(r'<Class IRI\s*=\s*"([^"]+)"', text))


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the axioms; identifiers are IRIs, so ``default`` is not needed."""
    del default
    for source in sources:
        reader = _Reader(source, release)
        for number, axiom in reader.axioms():
            if axiom[0] == "Annotation":
                value = axiom[2] if len(axiom) == 3 else None
                if isinstance(axiom[1], Name) and isinstance(value, Name | Text):
                    text = value.iri if isinstance(value, Name) else value.value
                    describe(release, [(axiom[1].iri, text)])
                ledger.keep()
                continue
            found, problem = made_by(axiom, release)
            if problem:
                ledger.skip(problem, number, source.name)
            else:
                ledger.keep()
                yield from found


class _Reader:
    """The axioms of one file, made as its elements close."""

    def __init__(self, source: Source, release: Release) -> None:
        self.source, self.release = source, release
        self.declared: dict[str, str] = {}
        self.base = ""
        self.open: list[list[Any]] = []
        self.line = 0
        self.text: list[str] = []
        self.language = ""
        self.done: list[tuple[int, Axiom]] = []

    def axioms(self) -> Iterator[tuple[int, Axiom]]:
        """(line, axiom) of each axiom."""
        parser = self.parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._said
        try:
            for chunk in rdf.chunks(self.source, "xml"):
                parser.Parse(chunk, False)
                yield from self.done
                self.done.clear()
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise DataSyntaxError(f"not XML: {expat.ErrorString(error.code)}", self.source.name, error.lineno) from None
        yield from self.done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if len(self.open) > _DEEPEST:
            raise RefusedError(f"{self.source.name}: elements deeper than {_DEEPEST}")
        if not self.open:
            self.base = attributes.get("xml:base") or attributes.get("ontologyIRI", "")
            if version := attributes.get("versionIRI"):
                describe(self.release, [(ns.OWL + "versionIRI", version)])
        if len(self.open) == 1:
            self.line = self.parser.CurrentLineNumber
            if name == "Prefix":
                self.declared[attributes.get("name", "")] = attributes.get("IRI", "")
        self.text = []
        self.language = attributes.get("xml:lang", self.language if name != "Literal" else "")
        named = attributes.get("IRI") or attributes.get("abbreviatedIRI")
        self.open.append([name, *([self._name(named, short="IRI" not in attributes)] if named else [])])

    def _name(self, text: str, *, short: bool) -> Name:
        if short:
            prefix, _, local = text.partition(":")
            return Name((self.declared.get(prefix) or ns.prefixes().get(prefix) or f"{prefix}:") + local)
        return Name(urljoin(self.base, text) if "://" not in text[:12] else text)

    def _said(self, text: str) -> None:
        self.text.append(text)

    def _end(self, _: str) -> None:
        made = self.open.pop()
        name, text = made[0], "".join(self.text)
        self.text = []
        part: Any = made
        if name == "Literal":
            part = Text(text, self.language)
        elif name in ("IRI", "AbbreviatedIRI"):
            part = self._name(text.strip(), short=name == "AbbreviatedIRI")
        elif name in ("Class", "ObjectProperty", "DataProperty", "AnnotationProperty", "NamedIndividual"):
            declared = bool(self.open) and self.open[-1][0] == "Declaration"
            part = made if declared else made[1] if len(made) > 1 else made
        if len(self.open) == 1 and name != "Prefix":
            self.done.append((self.line, made))
        elif len(self.open) > 1:
            self.open[-1].append(part)
