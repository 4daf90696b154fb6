"""The values that every layer passes around: terms, claims, evidence, entities.

Terms are the engine's own frozen objects, seen through the protocols here, so that reading a large answer costs
no conversion. ``str(term)`` is its N-Triples form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from spasmkg import namespaces as ns

__all__ = [
    "CERTAINTIES",
    "PRECISION",
    "Claim",
    "Entity",
    "Evidence",
    "Hit",
    "Imported",
    "Mapping",
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
PRECISION = {
    ns.SKOS + predicate: word
    for predicate, word in (
        ("exactMatch", "exact"), ("closeMatch", "close"), ("broadMatch", "broader"), ("narrowMatch", "narrower"),
        ("relatedMatch", "related"),
    )
}  # fmt: skip
"""By predicate how an outside term stands to ours: the same, nearly the same, broader, narrower, related."""


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


def _curie(iri: str) -> str:
    """The usual spelling of an outside identifier."""
    from spasmkg.identifiers import normal

    return normal(iri)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A row of a mapping set, read from the graph.

    ``subject``, ``predicate`` and ``object`` are IRIs; ``object`` is empty where the row records that the vocabulary
    has no term. ``precision`` says how the outside term stands to ours.
    """

    iri: str
    subject: str
    predicate: str
    object: str
    label: str = ""
    negated: bool = False
    vocabulary: str = ""
    version: str = ""
    source: str = ""
    justification: str = ""
    confidence: float = 0.0
    reviewer: str = ""
    tool: str = ""
    comment: str = ""
    mapping_set: str = ""

    @property
    def curie(self) -> str:
        """The outside identifier in its usual spelling, such as ``HP:0001281``."""
        return _curie(self.object) if self.object else ""

    @property
    def precision(self) -> str:
        """``exact``, ``close``, ``broader``, ``narrower`` or ``related``, ``not`` before it where denied; or ``none``."""
        if not self.object:
            return "none"
        word = PRECISION.get(self.predicate, ns.local(self.predicate))
        return f"not {word}" if self.negated else word

    def cite(self) -> str:
        """One line that leads to the row: what it says, the file and release that it was seen in, who read it.

        >>> Mapping("https://w3id.org/spasmkg/mapping/tetany/HP:0001281", "https://w3id.org/spasmkg/tetany",
        ...         "http://www.w3.org/2004/02/skos/core#exactMatch", "http://purl.obolibrary.org/obo/HP_0001281", "Tetany",
        ...         vocabulary="HP", version="2026-08-14").cite()
        'tetany: HP:0001281 Tetany (exact), HP 2026-08-14, read once [mapping:tetany/HP:0001281]'
        """
        said = f"{self.curie} {self.label}".strip() if self.object else f"no term of {self.vocabulary}"
        told = [
            f"{ns.local(self.subject)}: {said}" + (f" ({self.precision})" if self.object else ""),
            f"{self.vocabulary} {self.version}".strip(),
            f"seen in {ns.contract(self.source)}" if self.source and self.object else "",
            f"confidence {self.confidence:g}" if self.confidence else "",
            self.reviewer or "read once",
            f"set {ns.contract(self.mapping_set)}" if self.mapping_set else "",
        ]
        remark = f" “{self.comment}”" if self.comment else ""
        return f"{', '.join(t for t in told if t)}{remark} [{ns.contract(self.iri)}]"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(self.cite())


@dataclass(frozen=True, slots=True)
class Imported:
    """What an imported vocabulary says: a triple, or the steps from a term up to one above it.

    ``steps`` are triples in N-Triples form, ``labels`` the names of their terms by IRI.
    """

    vocabulary: str
    version: str
    steps: tuple[Triple, ...]
    labels: dict[str, str] = field(default_factory=dict, compare=False, hash=False, repr=False)

    def cite(self) -> str:
        """One line: vocabulary and release, then the terms of the way up, or the triple.

        >>> Imported("HP", "2026-09-01", (("<http://purl.obolibrary.org/obo/HP_0001281>", f"<{ns.RDFS}subClassOf>",
        ...          "<http://purl.obolibrary.org/obo/HP_0003394>"),)).cite()
        'HP 2026-09-01: HP:0001281, under HP:0003394'
        """
        first, predicate, last = self.steps[0]
        if predicate == f"<{ns.RDFS}subClassOf>":
            said = ", under ".join([self._named(first), *(self._named(o) for _, _, o in self.steps)])
        else:
            said = f"{self._named(first)}, {ns.local(predicate[1:-1])}, {self._named(last)}"
        return f"{f'{self.vocabulary} {self.version}'.strip()}: {said}"

    def _named(self, term: str) -> str:
        if term[0] != "<":
            return term.split("^^")[0].strip('"')
        iri = term[1:-1]
        return f"{_curie(iri)} {self.labels.get(iri, '')}".strip()


class Evidence(tuple[Claim, ...]):
    """What a row rests on: claims of the source, rows of mapping sets, and what imported vocabularies say.

    ``note`` says what rests on none of these, such as an absence.
    """

    note: str = ""
    mappings: tuple[Mapping, ...] = ()
    imported: tuple[Imported, ...] = ()

    @classmethod
    def of(
        cls,
        claims: Sequence[Claim],
        note: str = "",
        mappings: Sequence[Mapping] = (),
        imported: Sequence[Imported] = (),
    ) -> Evidence:
        """Claims with a note, mapping rows and imported triples."""
        made = cls(claims)
        made.note, made.mappings, made.imported = note, tuple(mappings), tuple(imported)
        return made

    def beside(self) -> list[str]:
        """One line for each mapping row and imported triple, and the note."""
        return [m.cite() for m in self.mappings] + [i.cite() for i in self.imported] + [self.note] * bool(self.note)

    def cite(self) -> list[str]:
        """One line for everything that the row rests on, claims first."""
        return [c.cite() for c in self] + self.beside()
