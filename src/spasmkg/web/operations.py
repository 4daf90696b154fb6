"""What the REST interface can be asked: a table of operations with typed parameters.

The addresses, the check of what comes in, the OpenAPI document and the page of reference are all made from this table.
Every competency question is an operation of its own, made from the header of its file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from spasmkg import competency
from spasmkg.errors import NotFoundError
from spasmkg.model import CERTAINTIES
from spasmkg.web.exchange import ProblemError
from spasmkg.web.negotiation import Offers
from spasmkg.web.parameter import Parameter

__all__ = ["NAMES", "OPERATIONS", "TABLE", "Operation", "examples", "find", "of_question", "read", "run"]

RECORD: Offers = {"application/json": "json"}
"""What a single thing is answered with."""
GRAPH: Offers = {**RECORD, "application/graphml+xml": "graphml", "image/svg+xml": "svg", "image/png": "png"}
"""What a part of the graph is answered with."""
TABLE: Offers = {
    "application/json": "json",
    "application/sparql-results+json": "srj",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
"""What rows are answered with."""
NAMES = {"json": "application/json", "srj": "application/sparql-results+json", "sparql-json": "application/sparql-results+json",
         "xml": "application/sparql-results+xml", "csv": "text/csv", "tsv": "text/tab-separated-values",
         "sparql": "application/sparql-query", "rq": "application/sparql-query", "graphml": "application/graphml+xml",
         "svg": "image/svg+xml", "png": "image/png"}  # fmt: skip
"""The names by which ``?format=`` asks for them."""
_MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that can be asked: where, with what, and which function of the package answers it in a worker."""

    name: str
    path: str
    tag: str
    summary: str
    task: str
    answer: str
    """The name of the schema of its JSON."""
    parameters: tuple[Parameter, ...] = ()
    description: str = ""
    media: Offers = field(default_factory=lambda: TABLE)
    question: str = ""
    """The competency question that it asks."""

    @property
    def is_paged(self) -> bool:
        """Whether it gives rows in pages where that is asked for."""
        return any(p.name == "offset" for p in self.parameters)


FORMAT = Parameter(
    "format", "string", "The format of the answer, before what Accept says; `_format` is the same.", examples=("csv",)
)
LIMIT = Parameter(
    "limit", "integer", "How many rows to give; without it, all. The Link header leads to the other pages.",
    examples=("100",), least=1, most=_MOST_ROWS,
)  # fmt: skip
OFFSET = Parameter("offset", "integer", "How many rows to pass over.", default=0, least=0)
EVIDENCE = Parameter("evidence", "boolean", "Whether to add the claims that each row rests on.", default=False)
_ANY_NAME = "slug, CURIE, IRI, label or synonym"


def _thing(name: str, what: str, example: str, **more: Any) -> Parameter:
    return Parameter(name, "string", f"{what}: {_ANY_NAME}.", examples=(example,), **more)


_INFERRED = Parameter("inferred", "boolean", "Whether to follow inferred edges too.", default=False)
_CERTAINTY = Parameter("certainty", "string", "The least certainty of an edge.", choices=CERTAINTIES)
_PAGED = (LIMIT, OFFSET, FORMAT)
_TOP = Parameter("top", "integer", "How many paths to give, the best first.", default=10, least=1, most=1000)

OPERATIONS = (
    Operation(
        "search", "/api/search", "find", "Entities by any of their names, best first", "rows:search", "Rows",
        (
            Parameter("q", "string", "The words to look for.", required=True, examples=("pins and needles",)),
            Parameter("kind", "string", "Only entities of this kind.", examples=("Finding",)),
            Parameter("limit", "integer", "How many rows to give.", default=20, least=1, most=1000),
            OFFSET, FORMAT,
        ),
        "A row says which name matched and why: label, synonym with its scope, identifier, or what it nearly is.",
    ),
    Operation(
        "entity", "/api/entity/{entity}", "find", "What is known of an entity", "records:entity", "Entity",
        (_thing("entity", "The entity", "baclofen", required=True, in_path=True), EVIDENCE, FORMAT),
        "Names, kind, roles, doses, relations in both directions, mappings. With `evidence`, the claims by IRI.", RECORD,
    ),
    Operation(
        "neighbours", "/api/neighbours/{entity}", "follow", "The things around an entity, nearest first", "rows:neighbours",
        "Rows",
        (
            _thing("entity", "The entity", "diuretics", required=True, in_path=True),
            Parameter("depth", "integer", "At most so many steps away.", default=1, least=1, most=6),
            Parameter("kind", "string", "Only things of this kind or role.", many=True, examples=("Nutrient",)),
            Parameter("predicate", "string", "Follow only this relation.", many=True, examples=("depletes",)),
            _INFERRED, _CERTAINTY, EVIDENCE, *_PAGED,
        ),
        "A row has the best of the shortest paths to the thing; `steps` (in JSON) has its edges with their claims.",
    ),
    Operation(
        "neighbourhood", "/api/neighbourhood", "follow", "The part of the graph around several things", "neighbourhood:neighbourhood",
        "Neighbourhood",
        (
            _thing("start", "A thing to start from", "diuretics", many=True),
            _thing("open", "Another thing to show the neighbours of", "potassium", many=True),
            _thing("shut", "A start whose neighbours are not shown", "calcium", many=True),
            Parameter("depth", "integer", "How many steps from the starts.", default=1, least=1, most=4),
            Parameter("most", "integer", "How many things around one; without it 24, or 80 in several steps.", least=1, most=2000),
            _INFERRED,
            Parameter("hide", "string", "Leave out a kind, relation, certainty or layer.", many=True, examples=("kind:Test", "relation:causes")),
            _thing("from", "Show the best paths from this thing", "diuretics"), _thing("to", "Where these paths end", "tetany"), FORMAT,
        ),
        "What the explorer shows at the same parameters: at most 2,000 things and edges, with claims, totals and what was left out.", GRAPH,
    ),
    Operation(
        "paths", "/api/paths", "follow", "The best paths between two things", "records:paths", "Paths",
        (
            _thing("start", "Where the paths start", "diuretics", required=True),
            _thing("goal", "Where they end", "leg cramp"),
            Parameter("kind", "string", "End at anything of this kind or role, such as `Spasm`, instead."),
            Parameter("along", "string", "Only paths of this shape.", examples=("DrugClass -depletes-> Nutrient -*- *",)),
            Parameter("max_length", "integer", "At most so many edges.", default=4, least=1, most=8),
            Parameter("through", "string", "Only through things of this kind or role.", many=True, examples=("Nutrient",)),
            Parameter("layers", "string", "Walk through this imported vocabulary or graph too, such as `vocabulary/HP`.", many=True),
            _TOP, Parameter("shortest", "boolean", "Only the shortest paths.", default=False), _INFERRED, _CERTAINTY, EVIDENCE, FORMAT,
        ),
        "Edges are followed both ways; shorter paths come first, of one length those of sure steps and specific things.", RECORD,
    ),
    Operation(
        "related", "/api/related", "follow", "How two things are related", "records:related", "Paths",
        (
            _thing("start", "One thing", "magnesium", required=True),
            _thing("goal", "The other thing", "leg cramp", required=True),
            Parameter("max_length", "integer", "At most so many edges.", default=3, least=1, most=8),
            Parameter("top", "integer", "How many paths to give.", default=5, least=1, most=1000), EVIDENCE, FORMAT,
        ),
        "The best paths, inferred edges included.", RECORD,
    ),
    Operation(
        "explain", "/api/explain", "follow", "Why something holds", "records:explain", "Explanation",
        (
            _thing("subject", "The subject", "baclofen", required=True),
            Parameter("predicate", "string", "A relation; `a` for a kind or a role.", required=True, examples=("a",)),
            Parameter("object", "string", f"The object: {_ANY_NAME}; after `a` a kind or role.", required=True, examples=("SedatingDrug",)),
            Parameter("top", "integer", "How many proofs to give, the shortest first.", default=20, least=1, most=1000),
            Parameter("all", "boolean", "Whether to prove also what is stated.", default=False), FORMAT,
        ),
        "The minimal proofs of an inferred edge or role, down to the claims and places; or the claims of a stated one.", RECORD,
    ),
    Operation(
        "list_queries", "/api/queries", "queries", "The competency questions", "rows:queries", "Rows",
        (
            Parameter("tag", "string", "Only questions with this tag.", many=True, examples=("gap",)),
            Parameter("q", "string", "Only questions that hold these words.", examples=("side effect",)),
            *_PAGED,
        ),
        "Ask one with `/api/queries/{name}/run`.",
    ),
    Operation(
        "query", "/api/queries/{name}", "queries", "One competency question with its SPARQL", "records:query", "Question",
        (Parameter("name", "string", "The name of the question.", required=True, in_path=True, examples=("drug-side-effects",)), FORMAT),
        "With the question's own parameters, the SPARQL has their values in it.",
        {"application/json": "json", "application/sparql-query": "rq"},
    ),
    Operation(
        "claims", "/api/claims", "claims", "What the source says, claim by claim", "rows:claims", "Rows",
        (
            _thing("subject", "The subject", "tizanidine"),
            Parameter("predicate", "string", "The relation.", examples=("hasSideEffect",)),
            _thing("object", "The object", "dizziness"),
            Parameter("item", "string", "The place of the source.", examples=("drugs-1",)), *_PAGED,
        ),
        "In the order of the source.",
    ),
    Operation(
        "claim", "/api/claims/{claim}", "claims", "One claim", "records:claim", "Claim",
        (Parameter("claim", "string", "The claim: CURIE, short name or IRI.", required=True, in_path=True, examples=("drugs-1-9",)), FORMAT),
        "Where the server has a copy of the article, `text` is what stands there.", RECORD,
    ),
    Operation(
        "mappings", "/api/mappings", "mappings", "Which outside terms entities are tied to, and how", "rows:mappings", "Rows",
        (
            _thing("entity", "The entity; without it, all", "tetany", many=True),
            Parameter("vocabulary", "string", "Only mappings to this vocabulary, by its prefix.", many=True, examples=("HP",)),
            Parameter("precision", "string", "How the outside term stands to the entity.", many=True,
                      choices=("exact", "close", "broader", "narrower", "related", "none", "not exact", "not close")),
            *_PAGED,
        ),
        "Rows that deny a mapping, and rows that record that a vocabulary has no term, are among them.",
    ),
    Operation(
        "mapping", "/api/mappings/{mapping}", "mappings", "One row of a mapping set", "records:mapping", "Mapping",
        (Parameter("mapping", "string", "The row: CURIE or IRI.", required=True, in_path=True, examples=("mapping:tetany/HP:0001281",)), FORMAT),
        "", RECORD,
    ),
    Operation(
        "completion", "/api/completion", "sparql", "What a SPARQL query can go on with", "suggesting:completion", "Completion", (FORMAT,),
        "Classes and predicates of the default graph, most used first. A class has the predicates of its members, a predicate the "
        "classes of its objects, each as the position in the other list with a number.", RECORD,
    ),
    Operation(
        "completion_predicates", "/api/completion/predicates", "sparql", "The predicates that a thing has", "suggesting:predicates",
        "ThingPredicates", (Parameter("thing", "string", "The thing: CURIE or IRI.", required=True, examples=("spasm:baclofen",)), FORMAT),
        "", RECORD,
    ),
    Operation(
        "completion_values", "/api/completion/values", "sparql", "The things that a predicate leads to", "suggesting:values", "Values",
        (
            Parameter("predicate", "string", "The predicate: CURIE or IRI.", required=True, examples=("spasm:hasSideEffect",)),
            Parameter("q", "string", "Only things whose label or identifier holds these words.", examples=("weak",)),
            Parameter("subject", "string", "Only from this thing: CURIE or IRI.", examples=("spasm:dantrolene",)),
            Parameter("kind", "string", "Only from members of this class: CURIE or IRI.", examples=("spasm:Drug",)),
            Parameter("limit", "integer", "How many to give.", default=50, least=1, most=1000), FORMAT,
        ),
        "Those that are led to most often come first.", RECORD,
    ),
)  # fmt: skip

_EXACT = {o.path: o for o in OPERATIONS if "{" not in o.path}
_BELOW = {o.path.partition("{")[0]: o for o in OPERATIONS if "{" in o.path}


def find(path: str) -> tuple[Operation, dict[str, str]]:
    """The operation at an address, and the parameters in its path. Raises ProblemError.

    >>> find("/api/entity/leg cramp")[1], find("/api/queries/drug-side-effects/run")[0].name
    ({'entity': 'leg cramp'}, 'run_drug_side_effects')
    """
    path = path.rstrip("/")
    if path in _EXACT:
        return _EXACT[path], {}
    for start, operation in _BELOW.items():
        if not path.startswith(start):
            continue
        rest = path[len(start) :]
        if operation.name != "query":
            name = next(p.name for p in operation.parameters if p.in_path)
            return operation, {name: rest}
        question, slash, verb = rest.partition("/")
        if slash and verb != "run":
            break
        return (run(question), {}) if slash else (of_question(question), {"name": question})
    raise ProblemError(404, "not-found", "nothing is here; what there is stands in /api/openapi.json")


@lru_cache(maxsize=1024)
def run(name: str) -> Operation:
    """The operation that asks a competency question. Raises ProblemError where there is none of this name."""
    question = _load(name)
    return Operation(
        f"run_{name.replace('-', '_')}", f"/api/queries/{name}/run", "questions", question.summary, "rows:run", "Rows",
        (*map(_parameter, question.parameters), EVIDENCE, *_PAGED), question.description, TABLE, name,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def of_question(name: str) -> Operation:
    """The operation that shows a competency question: it takes the question's own parameters too."""
    shown = next(o for o in OPERATIONS if o.name == "query")
    own = tuple(map(_parameter, _load(name).parameters))
    return Operation(
        "query", shown.path, shown.tag, shown.summary, shown.task, shown.answer, (*shown.parameters, *own),
        shown.description, shown.media, name,
    )  # fmt: skip


def _load(name: str) -> competency.Question:
    try:
        return competency.load(name)
    except NotFoundError as error:
        raise ProblemError(
            404, "not-found", f'no question is called "{name[:80]}"; they are listed at /api/queries', what="question",
            name=name[:80], suggestions=list(error.suggestions),
        ) from None  # fmt: skip


_CLOSED = ("ArticleList", "Certainty", "Phase", "Section")
"""Kinds whose members are few and do not change with what is asked."""
_KINDS = {"decimal": "number", "integer": "integer"}
_WORDS = {
    "decimal": "A number", "integer": "A whole number", "string": "Words", "vocabulary": "The prefix of a vocabulary",
    "Term": "A term of an outside vocabulary, as CURIE or IRI", "Endpoint": "The address of a SPARQL endpoint that the server allows",
}  # fmt: skip


def _parameter(found: competency.Parameter) -> Parameter:
    """A parameter of a competency question."""
    what = _WORDS.get(found.kind, f"{found.kind}{'' if found.kind in _CLOSED else f': {_ANY_NAME}'}")
    lifted = "" if found.required or found.is_endpoint else competency.ANY
    return Parameter(
        found.name,
        _KINDS.get(found.kind, "string"),
        f"{what}{'; `any` for no restriction' if lifted else ''}.",
        found.required and not found.is_endpoint,
        many=not found.is_endpoint,
        lifted=lifted,
        members=found.kind if found.kind in _CLOSED else "",
        format="uri" if found.is_endpoint else "",
        examples=examples(found.example),
    )


def examples(text: str) -> tuple[str, ...]:
    """The values of an example, as a request would give them.

    >>> examples('baclofen spasm:diazepam'), examples('"may" "can"@en'), examples("<https://a.example/x> 2.5")
    (('baclofen', 'diazepam'), ('may', 'can'), ('https://a.example/x', '2.5'))
    """
    found = []
    for quoted, iri, bare in re.findall(r'"((?:[^"\\]|\\.)*)"(?:@[\w-]+)?|<([^>]*)>|(\S+)', text):
        found.append(quoted or iri or bare.removeprefix("spasm:"))
    return tuple(found)


def read(operation: Operation, pairs: Sequence[tuple[str, str]], fixed: Mapping[str, str]) -> dict[str, Any]:
    """The values of a request for an operation, checked; those that were not given have their defaults, or are absent.

    Raises ProblemError that names the parameter.
    """
    known = {p.name: p for p in operation.parameters if not p.in_path}
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        key = "format" if name == "_format" else name
        if key not in known:
            raise _unknown(name, known)
        given.setdefault(key, []).append(text)
    values: dict[str, Any] = dict(fixed)
    for p in operation.parameters:
        texts = [fixed[p.name]] if p.in_path else given.get(p.name, [])
        if len(texts) > 1 and not p.many:
            raise ProblemError(
                400, "wrong-parameter", f"the parameter {p.name} is given {len(texts)} times", parameter=p.name
            )
        if texts:
            checked = [p.value(text) for text in texts]
            values[p.name] = checked if p.many else checked[0]
        elif p.required:
            hint = f", for example {p.name}={p.examples[0]}" if p.examples else ""
            if operation.question and len(given.keys() - _OWN) == 0:
                continue  # a question without parameters has those of its example
            raise ProblemError(400, "wrong-parameter", f"the parameter {p.name} is missing{hint}", parameter=p.name)
        elif p.default is not None:
            values[p.name] = p.default
    return values


_OWN = {"limit", "offset", "format", "evidence"}


def _unknown(name: str, known: Mapping[str, Parameter]) -> ProblemError:
    from spasmkg.spelling import nearest

    near = nearest(name.replace("-", "_"), known)
    words = f"; did you mean {' or '.join(near)}?" if near else f"; it takes {', '.join(known)}"
    return ProblemError(
        400, "unknown-parameter", f'this address takes no parameter "{name[:80]}"{words}', parameter=name[:80], suggestions=list(near)
    )  # fmt: skip
