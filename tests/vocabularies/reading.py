"""Reading files of vocabularies in tests, without a store."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from spasmkg.vocabularies.formats import recognise
from spasmkg.vocabularies.sources import open_sources
from spasmkg.vocabularies.statements import Ledger, Release, Statement

FILES = Path(__file__).parent / "files"


class Reading(NamedTuple):
    """What a reader made of some files."""

    format: str
    prefix: str
    files: list[str]
    statements: list[Statement]
    ledger: Ledger
    release: Release

    def about(self, term: str) -> set[tuple[str, str]]:
        """What is said of a term: (field, value)."""
        return {(field, value) for subject, field, value, _ in self.statements if subject == term}

    def values(self, term: str, field: str) -> list[str]:
        """The values of one field of a term."""
        return [value for subject, name, value, _ in self.statements if (subject, name) == (term, field)]


def read(*paths: Path, prefix: str = "") -> Reading:
    """Read files as ``spasmkg vocab add`` does."""
    form, files = recognise(open_sources(paths))
    name = prefix or form.prefix(files)
    ledger, release = Ledger(form.unit), Release()
    statements = list(form.read(files, ledger, release, name))
    return Reading(form.name, name, [f.name for f in files], statements, ledger, release)
