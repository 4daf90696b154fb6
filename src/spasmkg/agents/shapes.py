"""The shapes of what the tools take and give: JSON Schema for both is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic takes no other below Python 3.12

__all__ = [
    "Along", "Certainty", "Entity", "Explanation", "Goal", "Kind", "Length", "Limit20", "Limit50", "Limit100", "Limit200", "Limit500",
    "Name", "Offset", "Paths", "Predicate", "Query", "QuestionName", "QuestionRows", "Questions", "Relation", "Search", "SomeWords",
    "SparqlRows", "Tag", "Values", "Words",
]  # fmt: skip

# ---- what is taken ----

_ANY_NAME = "identifier (CURIE or IRI), label or synonym"
Name = Annotated[str, Field(min_length=1, max_length=300, description=f"A thing, by {_ANY_NAME}, such as “baclofen”.")]
Goal = Annotated[str, Field(max_length=300, description=f"Where the paths end: a thing, by {_ANY_NAME}.")]
Relation = Annotated[str, Field(max_length=300, description="Only this relation, such as “hasSideEffect”.")]
Predicate = Annotated[
    str,
    Field(min_length=1, max_length=300, description="A relation, such as “hasSideEffect”; “a” for a kind or a role."),
]
Kind = Annotated[str, Field(max_length=300, description="A kind or role, such as “Drug” or “Cause”.")]
Words = Annotated[str, Field(max_length=500, description="Words to look for.")]
SomeWords = Annotated[str, Field(min_length=1, max_length=500, description="Words to look for.")]
Tag = Annotated[str, Field(max_length=100, description="Only questions with this tag, such as “gap” or “mapping”.")]
QuestionName = Annotated[str, Field(min_length=1, max_length=200, description="A name that list_questions gave.")]
Query = Annotated[str, Field(min_length=1, max_length=20_000, description="SELECT, ASK, CONSTRUCT or DESCRIBE.")]
Along = Annotated[
    str, Field(max_length=500, description="Only paths of this shape, such as “DrugClass -depletes-> Nutrient -*- *”.")
]
Certainty = Annotated[
    Literal["", "asserted", "usual", "possible", "rare", "implied"],
    Field(description="The least certainty of a step; empty for any."),
]
Offset = Annotated[int, Field(ge=0, le=1_000_000, description="How many rows to pass over.")]
Length = Annotated[int, Field(ge=1, le=6, description="At most so many steps.")]
_Text = Annotated[str, Field(max_length=500)]
_Value = _Text | int | float
Values = Annotated[
    dict[Annotated[str, Field(max_length=100)], _Value | Annotated[list[_Value], Field(max_length=100)]],
    Field(
        max_length=30,
        description="Values by the names of the question's parameters: one, several, or “any” for no restriction. "
        "Empty: the example of the question.",
    ),
]


Limit20 = Annotated[int, Field(ge=1, le=20, description="How many to give, at most 20.")]
Limit50 = Annotated[int, Field(ge=1, le=50, description="How many to give, at most 50.")]
Limit100 = Annotated[int, Field(ge=1, le=100, description="How many to give, at most 100.")]
Limit200 = Annotated[int, Field(ge=1, le=200, description="How many to give, at most 200.")]
Limit500 = Annotated[int, Field(ge=1, le=500, description="How many to give, at most 500.")]


# ---- what is given ----


class Claim(TypedDict):
    """One thing that the source says, and the place that says it."""

    claim: Annotated[str, Field(description="Its identifier, to cite it by.")]
    says: str
    denied: Annotated[bool, Field(description="Whether the source denies it.")]
    certainty: Annotated[str, Field(description="asserted, usual, possible, rare or implied.")]
    hedge: Annotated[str, Field(description="The hedging word of the source, such as “may”.")]
    place: Annotated[
        str, Field(description="The item of the source, such as drugs-1; “curator” for a curator's reading.")
    ]
    heading: str
    section: str
    start: Annotated[int | None, Field(description="First character in the article, from 0.")]
    end: int | None
    words: Annotated[str, Field(description="The first and last words of the span.")]
    qualifiers: list[str]
    rests_on: Annotated[list[str], Field(description="For a curator's claim: the claims that it interprets.")]
    iri: str


class _Cited(TypedDict):
    claims: Annotated[list[str], Field(description="The claims that it rests on; evidence has them whole.")]
    more_claims: Annotated[int, Field(description="How many more claims support it; explain gives them.")]


class _CitedAlso(_Cited):
    also: Annotated[
        list[str], Field(description="What it rests on beside claims: mapping rows, vocabularies, an absence.")
    ]


class _Answer(TypedDict):
    shown: int
    complete: Annotated[bool, Field(description="Whether this is all; if not, rest says how to get the rest.")]
    rest: str
    dataset: Annotated[str, Field(description="The hash of the dataset that was asked.")]


class _Evident(_Answer):
    evidence: list[Claim]


class Hit(_Cited):
    """An entity that fits."""

    entity: str
    label: str
    kind: str
    matched: str
    why: str
    score: float
    claims_about_it: int


class Search(_Evident):
    """Entities that fit, best first."""

    hits: list[Hit]
    total: int
    offset: int


class NameOf(TypedDict):
    """A name with its scope: label, exact, broad, narrow, related or hidden."""

    text: str
    scope: str


class Role(TypedDict):
    """A role, which is inferred: explain(entity, “a”, role) says why."""

    role: str
    label: str


class Dose(_Cited):
    """A phase of a dose."""

    phase: str
    amount: str
    how_often: str


class RelationOf(_CitedAlso):
    """An edge of the entity, in either direction."""

    says: str
    relation: str
    forward: Annotated[bool, Field(description="Whether the entity is its subject.")]
    other: str
    other_label: str
    other_kind: str
    inferred: Annotated[bool, Field(description="Whether it follows by a rule and is stated nowhere as such.")]
    certainty: str


class MappingOf(TypedDict):
    """A tie to an outside vocabulary: exact, close, broader, narrower, related, or a denial, or no term at all."""

    vocabulary: str
    id: str
    label: str
    precision: str
    cite: str


class Entity(_Evident):
    """What is known of a thing."""

    entity: str
    iri: str
    label: str
    kind: str
    definition: str
    names: list[NameOf]
    roles: list[Role]
    doses: list[Dose]
    relations: list[RelationOf]
    denied: Annotated[list[str], Field(description="Claims about it that the source denies.")]
    mappings: list[MappingOf]
    more_mappings: int
    total: Annotated[int, Field(description="How many relations there are.")]
    offset: int


class ParameterOf(TypedDict):
    """A parameter of a question, with the example of its file."""

    name: str
    kind: str
    required: bool
    example: list[str]


class Question(TypedDict):
    """A competency question."""

    name: str
    asks: str
    tags: list[str]
    has_evidence: bool
    needs: Annotated[str, Field(description="What it needs that is not here; empty where it can be asked.")]
    parameters: list[ParameterOf]


class Questions(_Answer):
    """Competency questions."""

    questions: list[Question]
    total: int
    offset: int


class Row(_CitedAlso):
    """A row, with what it rests on."""

    values: dict[str, str | int | float | bool | None]


class _Rows(_Evident):
    columns: list[str]
    rows: list[Row]
    total: Annotated[int | None, Field(description="How many rows there are, where all were counted.")]
    offset: int
    evidence_note: Annotated[str, Field(description="Why there is no evidence, where there is none.")]


class QuestionRows(_Rows):
    """The answer to a question."""

    question: str
    asks: str
    sparql: str


class SparqlRows(_Rows):
    """The answer to a query."""

    form: Literal["rows", "truth", "graph"]
    truth: bool | None


class Step(_CitedAlso):
    """An edge of a path."""

    says: str
    subject: str
    relation: str
    object: str
    followed_forward: bool
    inferred: bool
    certainty: str


class PathOf(TypedDict):
    """A path."""

    path: str
    length: int
    weakest: Annotated[str, Field(description="The weakest certainty of its steps.")]
    score: float
    steps: list[Step]


class Paths(_Evident):
    """Paths, shorter first, of one length the surer and more specific first."""

    paths: list[PathOf]
    total: int
    counted_all: Annotated[bool, Field(description="Whether all paths were counted.")]
    status: str


class ProofStep(_CitedAlso):
    """A line of a proof; its premises follow it, one deeper."""

    depth: int
    says: str
    because: Annotated[str, Field(description="The rule, in words; empty for what is stated.")]


class ProofOf(TypedDict):
    """A minimal proof."""

    length: int
    certainty: str
    steps: list[ProofStep]


class Explanation(_Evident, _Cited):
    """Why something holds."""

    says: str
    stated: Annotated[bool, Field(description="Whether the source states it; otherwise it follows by the proofs.")]
    certainty: str
    proofs: list[ProofOf]
    total: int
