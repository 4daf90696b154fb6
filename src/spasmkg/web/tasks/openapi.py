"""The OpenAPI document of the REST interface, made in a worker from the table of operations and the questions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from spasmkg import __version__, competency
from spasmkg import namespaces as ns
from spasmkg.model import CERTAINTIES
from spasmkg.web.operations import OPERATIONS, Operation, Parameter, run
from spasmkg.web.tasks import Head, Write, opened

if TYPE_CHECKING:
    from spasmkg.store import Store

__all__ = ["described", "document"]

Schema = dict[str, Any]

_TAGS = {
    "find": "Find a thing and see what is known of it.",
    "follow": "Follow edges: neighbours, paths, proofs.",
    "claims": "What the source says, and where.",
    "mappings": "What ties the things to outside vocabularies.",
    "queries": "The competency questions: their list, and their SPARQL.",
    "questions": "Ask a competency question. A parameter may be given several times; `any` lifts it. Without any parameter "
    "the example in the question's file is used.",
}


def document(write: Write, head: Head, path: str, arguments: Mapping[str, Any]) -> None:
    """The document as JSON."""
    made = described(opened(path), arguments["prefix"])
    head(media="json", kind="record")
    write(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def described(store: Store, server: str = "/") -> Schema:
    """The OpenAPI document for a server under a path; closed kinds list their members as the store has them."""
    members: dict[str, list[str]] = {}
    paths: dict[str, Schema] = {}
    for operation in (*OPERATIONS, *(run(name) for name in competency.names())):
        for p in operation.parameters:
            if p.members and p.members not in members:
                members[p.members] = _members(store, p.members)
        paths[operation.path] = {"get": _operation(operation, members)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "spasmkg",
            "version": __version__,
            "summary": "A knowledge graph of muscle spasms in which every edge leads to the place that states it",
            "description": "What one article says, as claims. Nothing here is medical advice. The whole graph answers SPARQL 1.1 at `/sparql`.",
            "license": {
                "name": "Apache-2.0 (software), CC-BY-4.0 (data)",
                "url": "https://creativecommons.org/licenses/by/4.0/",
            },
        },
        "servers": [{"url": server}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "components": {"schemas": _SCHEMAS, "responses": _RESPONSES, "headers": _HEADERS},
    }


def _members(store: Store, kind: str) -> list[str]:
    return [
        ns.local(x.value) for (x,) in store.select(f"SELECT ?x {{ ?x a spasm:{kind} }} ORDER BY ?x") if str(x)[0] == "<"
    ]


def _operation(operation: Operation, members: Mapping[str, list[str]]) -> Schema:
    content: Schema = {}
    for media, name in operation.media.items():
        is_text = not media.endswith("json")
        schema = (
            {"type": "string"}
            if is_text
            else {}
            if name == "srj"
            else {"$ref": f"#/components/schemas/{operation.answer}"}
        )
        content[media] = {"schema": schema}
    headers = {"ETag": {"$ref": "#/components/headers/ETag"}}
    if operation.is_paged:
        headers["Link"] = {"$ref": "#/components/headers/Link"}
    made: Schema = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [_parameter(operation, p, members) for p in operation.parameters],
        "responses": {
            "200": {"description": "The answer.", "headers": headers, "content": content},
            "304": {"$ref": "#/components/responses/NotModified"},
            **{code: {"$ref": f"#/components/responses/{name}"} for code, name in _PROBLEMS.items()},
        },
    }
    if operation.description:
        made["description"] = operation.description
    if operation.question:
        made["externalDocs"] = {
            "description": "The question and its SPARQL",
            "url": operation.path.removesuffix("/run").lstrip("/"),
        }
    return made


def _parameter(operation: Operation, p: Parameter, members: Mapping[str, list[str]]) -> Schema:
    schema = _schema(p, members.get(p.members, []))
    if operation.media and p.name == "format":
        schema["enum"] = sorted(set(operation.media.values()))
    made: Schema = {
        "name": p.name,
        "in": "path" if p.in_path else "query",
        "description": p.description,
        "schema": schema,
    }
    if p.required:
        made["required"] = True
    if p.many:
        made |= {"style": "form", "explode": True}
        if p.examples:
            made["example"] = [_typed(p, e) for e in p.examples]
    elif p.examples and p.name != "format":
        made["example"] = _typed(p, p.examples[0])
    return made


def _schema(p: Parameter, members: list[str]) -> Schema:
    one: Schema = {"type": p.kind}
    if p.kind == "integer" and p.least is not None:
        one["minimum"] = p.least
    if p.kind == "integer" and p.most is not None:
        one["maximum"] = p.most
    if p.format:
        one["format"] = p.format
    if p.kind == "string" and not p.choices:
        one["minLength"] = 1
    if p.choices or members:
        one["enum"] = [*(p.choices or members), *([p.lifted] if p.lifted else [])]
    elif p.lifted and p.kind != "string":
        one = {"anyOf": [one, {"const": p.lifted}]}
    elif p.examples and p.name != "format":
        one["examples"] = [_typed(p, e) for e in p.examples] + ([p.lifted] if p.lifted else [])
    if p.default is not None:
        one["default"] = p.default
    return {"type": "array", "items": one, "minItems": 1} if p.many else one


def _typed(p: Parameter, text: str) -> str | int | float:
    return int(text) if p.kind == "integer" else float(text) if p.kind == "number" else text


# ---- the shapes of answers ----


def _object(required: str, /, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


_WORD: Schema = {"type": "string"}
_IRI: Schema = {"type": "string", "format": "iri"}
_TRUTH: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SURE: Schema = {"enum": [*CERTAINTIES, ""]}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_CLAIMS: Schema = {
    "type": "object",
    "additionalProperties": _ref("Claim"),
    "description": "Claims by IRI, with `evidence`.",
}
_SCHEMAS: dict[str, Schema] = {
    "Rows": {
        **_object(
            "dataset total offset shown complete columns rows",
            dataset={**_WORD, "description": "The name of the data: another one after each change."},
            total={**_COUNT, "description": "How many rows there are."},
            offset=_COUNT,
            shown={**_COUNT, "description": "How many of them are here."},
            complete={**_TRUTH, "description": "Whether all of them are here."},
            columns=_list(_WORD),
            rows=_list({"type": "object", "properties": {"evidence": _ref("Evidence")}}),
        ),
        "description": "Rows in a total order: IRIs and names as text, numbers and truth values as such, null where there is no value.",
    },
    "Claim": _object(
        "claim curie subject predicate object literal negated certainty place derived_from cite",
        claim=_IRI, curie=_WORD, subject=_IRI, subject_label=_WORD, predicate=_IRI, predicate_label=_WORD, object=_WORD,
        object_label=_WORD, literal=_TRUTH, negated={**_TRUTH, "description": "Whether the source denies it."}, certainty=_SURE,
        hedge={"type": ["string", "null"]}, item={"type": ["string", "null"]}, place=_WORD, heading=_WORD, section=_WORD,
        start={**_COUNT, "description": "The first character in the source, counted from 0 in code points."}, end=_COUNT,
        words={**_WORD, "description": "The first and last words of the span."}, digest=_WORD, text=_WORD,
        qualifiers=_list(_object("qualifier value", qualifier=_WORD, value=_WORD)), derived_from=_list(_IRI), cite=_WORD,
    ),
    "Mapping": _object(
        "vocabulary precision id iri mapping",
        entity=_IRI, predicate=_IRI, negated=_TRUTH, vocabulary=_WORD, precision=_WORD, id=_WORD, iri=_WORD, label=_WORD, version=_WORD,
        confidence={"type": "number"}, comment=_WORD, mapping=_IRI, source=_WORD, reviewer=_WORD, mapping_set=_WORD,
        justification=_WORD, cite=_WORD,
    ),
    "Evidence": _object(
        "claims",
        claims=_list(_ref("Claim")), mappings=_list(_ref("Mapping")), imported=_list({"type": "object"}),
        note={**_WORD, "description": "What rests on no claim, such as an absence."},
    ),
    "Entity": _object(
        "iri curie label kind names roles doses relations mappings",
        iri=_IRI, curie=_WORD, label=_WORD, kind=_WORD, definition=_WORD, names=_list(_object("text scope", text=_WORD, scope=_WORD)),
        roles=_list(_IRI), doses=_list({"type": "object", "additionalProperties": _WORD}), relations=_list(_ref("Relation")),
        mappings=_list(_ref("Mapping")), claims=_CLAIMS, dataset=_WORD,
    ),
    "Relation": _object(
        "predicate label forward inferred certainty other_label claims",
        predicate=_IRI, label=_WORD, forward=_TRUTH, inferred=_TRUTH, certainty=_SURE, object=_WORD, subject=_WORD, other_label=_WORD,
        claims=_list(_IRI),
    ),
    "Step": _object(
        "subject predicate object forward inferred claims",
        subject=_IRI, predicate=_IRI, object=_IRI, forward=_TRUTH, inferred=_TRUTH, claims=_list(_IRI),
    ),
    "Paths": _object(
        "complete total shown paths start goal labels",
        complete=_TRUTH, total=_COUNT, shown=_COUNT, start=_IRI, goal=_WORD, status=_WORD, by_length={"type": "object"},
        paths=_list(_object("length score steps", length=_COUNT, score={"type": "number"}, certainty=_SURE, text=_WORD, steps=_list(_ref("Step")))),
        labels={"type": "object", "additionalProperties": _WORD}, claims=_CLAIMS, dataset=_WORD,
    ),
    "Neighbourhood": _object(
        "complete things_in_all edges_in_all left_out cut shown_things shown_edges things edges facets dataset",
        complete={**_TRUTH, "description": "Whether nothing was left out for want of room."}, things_in_all=_COUNT, edges_in_all=_COUNT,
        left_out={**_COUNT, "description": "Neighbours of what is expanded that are not shown."}, cut=_TRUTH, shown_things=_COUNT, shown_edges=_COUNT,
        things=_list(_object("name iri label kind roles neighbours shown expanded", name=_WORD, iri=_IRI, label=_WORD, kind=_WORD,
                             roles=_list(_WORD), neighbours=_COUNT, shown=_COUNT, expanded=_TRUTH)),
        edges=_list(_object("subject predicate object label certainty layer inferred hedges claims", subject=_IRI, predicate=_IRI, object=_IRI,
                            label=_WORD, certainty=_SURE, layer=_WORD, inferred=_TRUTH, hedges=_list(_WORD), places=_list(_WORD),
                            claims=_list(_IRI))),
        facets={"type": "object", "additionalProperties": _list(
            _object("value label count hidden", value=_WORD, label=_WORD, count=_COUNT, hidden=_TRUTH))},
        dataset=_WORD,
    ),
    "Explanation": _object(
        "subject predicate object sentence stated certainty claims complete total shown proofs",
        subject=_WORD, predicate=_IRI, object=_WORD, sentence=_WORD, stated=_TRUTH, certainty=_SURE, claims=_list(_ref("Claim")),
        place=_WORD, complete=_TRUTH, total=_COUNT, shown=_COUNT,
        proofs=_list(_object("length certainty claims tree", length=_COUNT, certainty=_SURE, claims=_list(_IRI), tree=_ref("Proof"))),
        dataset=_WORD,
    ),
    "Proof": _object(
        "subject predicate object sentence",
        subject=_WORD, predicate=_IRI, object=_WORD, sentence=_WORD, rule=_WORD, because=_WORD, premises=_list(_ref("Proof")),
        claims=_list(_ref("Claim")), place=_WORD,
    ),
    "Question": _object(
        "name summary tags parameters sparql",
        name=_WORD, summary=_WORD, description=_WORD, tags=_list(_WORD), vocabularies=_list(_WORD), has_evidence=_TRUTH, sparql=_WORD,
        parameters=_list(_object("name kind required examples", name=_WORD, kind=_WORD, required=_TRUTH, examples=_list(_WORD),
                                 any={"type": ["string", "null"]})), dataset=_WORD,
    ),
    "Problem": {
        **_object(
            "type title status code detail",
            type=_WORD, title=_WORD, status={"type": "integer"}, code={**_WORD, "description": "What went wrong, for programs."},
            detail={**_WORD, "description": "What went wrong, for people."}, parameter=_WORD, suggestions=_list(_WORD), candidates=_list(_WORD),
        ),
        "description": "An error (RFC 9457).",
    },
}  # fmt: skip
_PROBLEMS = {
    "400": "Malformed",
    "404": "NotFound",
    "406": "NotAcceptable",
    "501": "Refused",
    "503": "Busy",
    "504": "Late",
}
_SAID = {
    "Malformed": "A parameter is unknown, missing or does not fit.",
    "NotFound": "Nothing has this name; `suggestions` has what comes near.",
    "NotAcceptable": "None of the accepted media types is offered; `offered` lists them.",
    "Refused": "The answer needs what this server does not do, such as calling an endpoint.",
    "Busy": "Too many requests wait already; try again later.",
    "Late": "The answer took longer than this server allows.",
}


def _responses() -> Iterator[tuple[str, Schema]]:
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    for name, text in _SAID.items():
        yield name, {"description": text, "content": content}
    yield "NotModified", {"description": "The answer is the one that the client has (If-None-Match)."}


_RESPONSES = dict(_responses())
_HEADERS: Schema = {
    "ETag": {"description": "Names the answer: the same until the data change.", "schema": _WORD},
    "Link": {
        "description": "With a limit, the other pages: `first`, `prev`, `next`, `last` (RFC 8288).",
        "schema": _WORD,
    },
}
