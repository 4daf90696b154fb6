"""Loading small files of vocabularies in tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from spasmkg import importing
from spasmkg.catalogue import Vocabulary
from spasmkg.store import live, memory, open_directory
from spasmkg.vocabularies.formats import recognise
from spasmkg.vocabularies.sources import open_sources
from spasmkg.vocabularies.statements import Ledger, Release, Statement
from spasmkg.vocabularies.triples import PREDICATES

FILES = Path(__file__).parent / "files"


class Loaded(NamedTuple):
    """A vocabulary in a graph folder."""

    vocabulary: Vocabulary
    ledger: Ledger
    folder: Path

    def all(self, query: str) -> list[tuple[str, ...]]:
        """The rows of a pattern over the graph of the vocabulary, values as texts, columns as the pattern names them."""
        store = open_directory(live(self.folder))
        columns = " ".join(dict.fromkeys(re.findall(r"\?\w+", query)))
        rows = store.select(f"SELECT {columns} {{ GRAPH <{self.vocabulary.graph}> {{ {query} }} }}")
        return sorted(tuple(v.value for v in row) for row in rows)

    def values(self, iri: str, field: str) -> list[str]:
        """What is said of a term in a field."""
        return [v for (v,) in self.all(f"<{iri}> <{PREDICATES.get(field, field)}> ?v")]


def graph_folder(where: Path) -> Path:
    """A folder with an empty graph, made if need be."""
    if not where.exists():
        where.mkdir()
        memory().save(where / "store")
    return where


def load(where: Path, *paths: Path, prefix: str = "", language: str = "") -> Loaded:
    """Import files into the graph of a folder."""
    folder = graph_folder(where)
    return Loaded(*importing.add(folder, paths, prefix, language=language), folder)


def statements(*paths: Path, prefix: str = "") -> tuple[list[Statement], Ledger, Release]:
    """What the reader of some files yields."""
    form, files = recognise(open_sources(paths))
    ledger, release = Ledger(form.unit), Release()
    return list(form.read(files, ledger, release, prefix or form.prefix(files))), ledger, release


def said_of(found: list[Statement], term: str) -> dict[str, Any]:
    """What statements say of a term, by field."""
    said: dict[str, list[str]] = {}
    for s in found:
        if s.term == term:
            said.setdefault(s.field, []).append(s.value)
    return said
