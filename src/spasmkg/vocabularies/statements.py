"""What a reader says of a vocabulary: statements, facts on the release, and an account of every record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal

__all__ = ["FIELDS", "Ledger", "Release", "Statement"]

FIELDS = (
    "label", "exact", "broad", "narrow", "related", "definition", "parent", "xref", "obsolete", "replaced_by", "kind",
    "code", "header", "negative",
)  # fmt: skip
"""What can be said of a term: its one name, synonyms by scope, definition, broader terms, the same thing elsewhere,
that it is withdrawn and what took its place, what kind of thing it is, its code, that it only groups others, and what
it must not be taken for."""


class Statement(NamedTuple):
    """One thing said of a term.

    ``term`` is an identifier in normal form or an IRI; ``field`` one of :data:`FIELDS`, or an IRI for anything else;
    ``value`` a text, or for ``parent``, ``replaced_by`` and where ``link`` is true an identifier.
    """

    term: str
    field: str
    value: str
    link: bool = False


@dataclass(slots=True)
class Release:
    """What a file says of itself: whose vocabulary, which release, under which licence."""

    title: str = ""
    version: str = ""
    license: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    """Prefixes that the file declares, with their IRIs."""
    language: str = ""
    """The language besides English whose names are wanted; the file does not say that, who imports it does."""


@dataclass(slots=True)
class Ledger:
    """An account of the records of the files: each is read once, and kept or skipped for a reason.

    >>> ledger = Ledger()
    >>> ledger.keep(); ledger.skip("no label", 7, "x.tsv")
    >>> ledger.read, ledger.kept, dict(ledger.skipped), ledger.examples["no label"]
    (2, 1, {'no label': 1}, ['x.tsv, line 7'])
    """

    unit: str = "rows"
    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    """For each reason the first five places."""
    place: str = "line"
    """What a place in a file is called."""
    warnings: Counter[str] = field(default_factory=Counter)
    """Parts of records that were left out while the record was kept, by reason."""

    @property
    def read(self) -> int:
        """How many records were read: always those kept and those skipped."""
        return self.kept + self.skipped.total()

    def keep(self) -> None:
        """A record was taken up, whole or in part."""
        self.kept += 1

    def skip(self, reason: str, line: int, source: str) -> None:
        """A record was left out; the reason is one of few, without the record's own words."""
        self.skipped[reason] += 1
        self._example(reason, line, source)

    def warn(self, reason: str, line: int, source: str) -> None:
        """A part of a record was left out, such as a damaged cross-reference; the record itself counts elsewhere."""
        self.warnings[reason] += 1
        self._example(reason, line, source)

    def _example(self, reason: str, line: int, source: str) -> None:
        places = self.examples.setdefault(reason, [])
        if len(places) < 5:
            places.append(f"{source}, {self.place} {line}")

    def identifiers(
        self, texts: Iterable[str], line: int, source: str, default: str = "", prefixes: dict[str, str] | None = None
    ) -> list[str]:
        """Those of some identifiers that are sound, in normal form; the others are warned of."""
        found = []
        for text in texts:
            try:
                found.append(normal(text, default, prefixes))
            except IdentifierError as error:
                self.warn(f"reference left out: {error.reason}", line, source)
        return found
