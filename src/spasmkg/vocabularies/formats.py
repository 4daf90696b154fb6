"""Which reader fits which files: the first that recognises every file of an import."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from spasmkg.errors import DataSyntaxError
from spasmkg.store import Store
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["FORMATS", "Format", "recognise"]


class Format(NamedTuple):
    """A layout of files: its name for people and the module that reads it.

    The module has ``UNIT`` (what a record is), ``fits(source, head)``, which tells one of its files by name and first
    bytes, ``prefix(sources)``, the vocabulary that the files are of, or nothing, and ``read(sources, ledger, release,
    default)``, which yields statements. For RDF that is loaded as it is the module has ``media(source)``, its syntax,
    ``stream(source, release)``, which yields its bytes, and ``settle(store, graph, ledger, release)``, which looks at
    what was loaded, instead of ``read``.
    """

    name: str
    module: str

    def fits(self, source: Source, head: bytes) -> bool:
        """Whether a file has this layout."""
        return bool(self._loaded().fits(source, head))

    @property
    def unit(self) -> str:
        """What a record of this layout is, in the plural."""
        return str(self._loaded().UNIT)

    def read(self, sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
        """The statements of the files."""
        read: Callable[..., Iterator[Statement]] = self._loaded().read
        return read(sources, ledger, release, default)

    def prefix(self, sources: Sequence[Source]) -> str:
        """The preferred prefix of the vocabulary that the files are of; empty where they do not say."""
        return str(self._loaded().prefix(sources))

    def chosen(self, sources: Sequence[Source]) -> list[Source]:
        """Those of its files to read: a release may hold the same thing twice, which ``choose`` of the module knows."""
        choose: Callable[[Sequence[Source]], list[Source]] = getattr(self._loaded(), "choose", list)
        return choose(sources)

    @property
    def as_it_is(self) -> bool:
        """Whether files of this layout are RDF that is loaded as it is, not read record by record."""
        return hasattr(self._loaded(), "media")

    def media(self, source: Source) -> str:
        """The syntax of RDF that is loaded as it is."""
        return str(self._loaded().media(source))

    def stream(self, source: Source, release: Release) -> Iterator[bytes]:
        """The bytes of RDF that is loaded as it is."""
        stream: Callable[..., Iterator[bytes]] = self._loaded().stream
        return stream(source, release)

    def settle(self, store: Store, graph: str, ledger: Ledger, release: Release) -> None:
        """Account for RDF that was loaded as it is, and find its release."""
        self._loaded().settle(store, graph, ledger, release)

    def _loaded(self) -> Any:
        return import_module(f"spasmkg.vocabularies.{self.module}")


FORMATS = (
    Format("SSSOM", "mappingset"),
    Format("RRF", "rrf"),
    Format("RF2", "rf2"),
    Format("LOINC table", "loinc"),
    Format("ICD-10-CM", "icd10cm"),
    Format("KGX", "kgx"),
    Format("FHIR", "fhir"),
    Format("FHIR Shorthand", "shorthand"),
    Format("MeSH XML", "mesh"),
    Format("MeSH N-Triples", "meshnt"),
    Format("OMOP", "omop"),
    Format("ATC table", "atc"),
    Format("SIDER", "sider"),
    Format("OBO", "obo"),
    Format("OBO Graphs", "obographs"),
    Format("OWL functional syntax", "functional"),
    Format("OWL/XML", "owlxml"),
    Format("SKOS", "skos"),
    Format("OWL", "owl"),
    Format("table", "table"),
)
"""The layouts that are known, the most particular first."""


def recognise(sources: Sequence[Source]) -> tuple[Format, list[Source]]:
    """The format of some files, and those of them that it reads; files beside them, such as a readme, are left out.

    Raises DataSyntaxError where no file has a known layout, where all are empty, or where what has one is no text.
    """
    heads = [(source, source.head()) for source in sources]
    names = ", ".join(s.name for s in sources[:3]) + (" …" if len(sources) > 3 else "")
    if sources and not any(head.strip() for _, head in heads):
        raise DataSyntaxError("nothing is in it; fetch the file again", names)
    for form in FORMATS:
        if fitting := [(source, head) for source, head in heads if form.fits(source, head)]:
            if odd := next((source for source, head in fitting if _no_text(head)), None):
                raise DataSyntaxError("it holds zero bytes, so it is not text in UTF-8; save it as UTF-8", odd.name)
            return form, form.chosen([source for source, _ in fitting])
    raise DataSyntaxError(
        f"not the layout of a vocabulary; known are {', '.join(f.name for f in FORMATS)}", names or "no file"
    )


def _no_text(head: bytes) -> bool:
    """Whether a file starts with what is neither UTF-8 nor UTF-16 that says so; XML knows encodings of its own."""
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not head.startswith(codecs.BOM_UTF32_LE)
    return head.count(0) > 0.1 * len(head) and not marked and not head.lstrip(b"\0").startswith(b"<")
