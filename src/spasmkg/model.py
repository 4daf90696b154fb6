"""The values that every layer passes around: terms, claims, evidence, entities.

Terms are the engine's own frozen objects, seen through the protocols here, so that reading a large answer costs
no conversion. ``str(term)`` is its N-Triples form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

__all__ = [
    "CERTAINTIES",
    "Claim",
    "Entity",
    "Evidence",
    "Hit",
    "Name",
    "Relation",
    "Row",
    "Span",
    "Term",
    "Triple",
    "is_iri_term",
]

CERTAINTIES = ("asserted", "usual", "possible", "rare", "implied")
"""Certainties from the strongest to the weakest."""


@runtime_checkable
class Term(Protocol):
    """An IRI, a literal or a blank node: hashable, immutable; a literal has ``language`` and ``datatype`` too."""

    @property
    def value(self) -> str:
        """The IRI, the lexical form, or the label of the blank node."""


class Row(Protocol):
    """One solution: values by position or by variable name; None where a variable is unbound."""

    def __getitem__(self, key: int | str, /) -> Term | None:
        """The value of a variable."""

    def __iter__(self) -> Iterator[Term | None]:
        """The values in the order of the variables."""


Triple = tuple[str, str, str]
"""Subject, predicate and object in N-Triples form."""


def is_iri_term(term: Term | None) -> bool:
    """Whether the term is an IRI."""
    return term is not None and str(term).startswith("<")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the source: code points from ``start`` (zero-based) to ``end`` (exclusive), and its SHA-256."""

    start: int
    end: int
    words: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the source says, and where.

    ``subject``, ``predicate`` are IRIs; ``object`` is an IRI or, where ``literal`` is true, a literal's text.
    ``item`` is the IRI of the place, ``place`` its short name (``drugs-1``) and ``heading`` its heading. A
    curator's claim has no span and no item: ``derived_from`` names the claims that it interprets.
    """

    iri: str
    subject: str
    predicate: str
    object: str
    certainty: str
    literal: bool = False
    negated: bool = False
    hedge: str = ""
    item: str = ""
    heading: str = ""
    section: str = ""
    span: Span | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    derived_from: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict, compare=False, hash=False, repr=False)

    @property
    def place(self) -> str:
        """The short name of the item, such as ``drugs-1``; ``curator`` for a curator's claim."""
        return self.item.rsplit("/", 1)[-1] if self.item else "curator"

    @property
    def curie(self) -> str:
        """The identifier of the claim, such as ``claim:drugs-1-9``."""
        return "claim:" + self.iri.rsplit("/claim/", 1)[-1]

    def cite(self) -> str:
        """One line that leads to the place in any copy of the source."""
        if self.span is None:
            return f"{self.curie} [curator] rests on {', '.join('claim:' + d.rsplit('/', 1)[-1] for d in self.derived_from)}"
        hedge = f" “{self.hedge}”" if self.hedge else ""
        denied = " (denied)" if self.negated else ""
        return (
            f"§ {self.place} {self.heading}, {self.section}: {self.certainty}{hedge}{denied}, "
            f"characters {self.span.start}–{self.span.end} “{self.span.words}” [{self.curie}]"
        )

    def _repr_html_(self) -> str:
        from spasmkg import notebook

        return notebook.claim(self)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(self.cite())


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an entity with its scope: label, exact, broad, narrow, related or hidden."""

    text: str
    scope: str


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge seen from an entity: the predicate, the other end, and whether it was inferred.

    ``place`` is the file and line of an edge that the user added.
    """

    predicate: str
    predicate_label: str
    other: str
    other_label: str
    other_kind: str
    forward: bool
    inferred: bool
    certainty: str
    claims: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing of the domain with what is said of it."""

    iri: str
    label: str
    kind: str
    definition: str = ""
    names: tuple[Name, ...] = ()
    roles: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()

    @property
    def slug(self) -> str:
        """The last part of the IRI."""
        return self.iri.rsplit("/", 1)[-1]

    def _repr_html_(self) -> str:
        from spasmkg import notebook

        return notebook.entity(self)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(f"{self.label} ({self.kind}): {len(self.relations)} relations")


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: which name matched, why, and how well (1 is an exact label)."""

    iri: str
    label: str
    kind: str
    matched: str
    why: str
    score: float


class Evidence(tuple[Claim, ...]):
    """The claims behind a row; ``note`` says what rests on no claim, such as an absence."""

    note: str = ""

    @classmethod
    def of(cls, claims: Sequence[Claim], note: str = "") -> Evidence:
        """Claims with a note."""
        made = cls(claims)
        made.note = note
        return made
