"""Answers about single things, in a worker: an entity, a claim, a mapping, a question, paths, proofs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from spasmkg import competency, records
from spasmkg import namespaces as ns
from spasmkg.web.operations import examples
from spasmkg.web.tasks import Head, Write, graph

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Claim
    from spasmkg.paths import Paths

__all__ = ["claim", "entity", "explain", "mapping", "paths", "query", "related", "words_of"]

Arguments = Mapping[str, Any]


def _send(write: Write, head: Head, arguments: Arguments, record: dict[str, Any]) -> None:
    head(media="json", kind="record")
    made = {**record, "dataset": arguments["dataset"]}
    write(json.dumps(made, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")


def _with_claims(
    kg: KnowledgeGraph, arguments: Arguments, record: dict[str, Any], iris: Iterable[str]
) -> dict[str, Any]:
    return record | ({"claims": records.claims_by_iri(kg.store, iris)} if arguments["evidence"] else {})


def entity(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """An entity."""
    kg = graph(path, arguments)
    found = kg.entity(arguments["values"]["entity"])
    made = records.entity(kg.store, found)
    _send(write, head, arguments, _with_claims(kg, arguments, made, (c for r in found.relations for c in r.claims)))


def paths(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The best paths between two things."""
    kg, values = graph(path, arguments), dict(arguments["values"])
    start, goal = values.pop("start"), values.pop("goal", "")
    _paths(write, head, kg, arguments, kg.paths(start, goal, **values))


def related(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """How two things are related."""
    kg, values = graph(path, arguments), arguments["values"]
    found = kg.related(values["start"], values["goal"], max_length=values["max_length"], top=values["top"])
    _paths(write, head, kg, arguments, found)


def _paths(write: Write, head: Head, kg: KnowledgeGraph, arguments: Arguments, found: Paths) -> None:
    made = found.to_dict()
    for told, p in zip(made["paths"], found, strict=True):
        told |= {"text": found.text(p), "certainty": p.certainty}
    terms = {x for p in found for s in p.steps for x in (s.subject, s.predicate, s.object)}
    terms |= {x for x in (found.start, found.goal) if ns.is_iri(x)}
    made |= {"start": found.start, "goal": found.goal, "by_length": found.by_length, "status": found.status}
    made["labels"] = {iri: found.label(iri) for iri in sorted(terms)}
    _send(
        write, head, arguments, _with_claims(kg, arguments, made, (c for p in found for s in p.steps for c in s.claims))
    )


def explain(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """Why something holds."""
    values = arguments["values"]
    why = graph(path, arguments).explain(
        values["subject"], values["predicate"], values["object"], values["top"], even_if_stated=values["all"]
    )
    _send(write, head, arguments, records.explanation(why))


def claim(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """A claim, with what stands there where a copy of the article is at hand."""
    found = graph(path, arguments).claim(arguments["values"]["claim"])
    words = words_of(found, arguments["article"])
    _send(write, head, arguments, records.claim(found) | ({"text": words} if words else {}))


def words_of(found: Claim, article: str) -> str:
    """The words of the article that state a claim; "" without a copy, or where the copy has others there."""
    if not article or found.span is None:
        return ""
    from spasmkg.article import digest, read_article

    words = read_article(article)[found.span.start : found.span.end]
    return words if digest(words) == found.span.digest else ""


def mapping(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """A row of a mapping set."""
    found = graph(path, arguments).mapping(arguments["values"]["mapping"])
    made = {"entity": found.subject, "predicate": found.predicate, "negated": found.negated, **records.mapping(found)}
    _send(write, head, arguments, made | {"justification": found.justification, "cite": found.cite()})


def query(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """A competency question, with the SPARQL that has the given values in it."""
    values = {n: v for n, v in arguments["values"].items() if n != "name"}
    question, text = graph(path, arguments).bind(arguments["question"], **values)
    if arguments["media"] == "rq":
        head(media="rq", kind="record")
        write(text.encode())
        return
    parameters = [
        {"name": p.name, "kind": p.kind, "required": p.required, "examples": list(examples(p.example)),
         "any": competency.ANY if not (p.required or p.is_endpoint) else None}
        for p in question.parameters
    ]  # fmt: skip
    made = {
        "name": question.name, "summary": question.summary, "description": question.description, "tags": list(question.tags),
        "parameters": parameters, "vocabularies": list(question.vocabularies), "has_evidence": question.rests, "sparql": text,
    }  # fmt: skip
    _send(write, head, arguments, made)
