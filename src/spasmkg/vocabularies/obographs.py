"""OBO Graphs in JSON (https://github.com/geneontology/obographs): a record is a node or an edge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal
from spasmkg.vocabularies.annotations import said
from spasmkg.vocabularies.jsonparts import parts
from spasmkg.vocabularies.ontologies import describe, whose
from spasmkg.vocabularies.rdf import text_of
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement
from spasmkg.vocabularies.triples import PREDICATES

__all__ = ["fits", "prefix", "read"]

UNIT = "nodes and edges"
_GRAPH = ("graphs", "*")
_NODE, _EDGE, _META, _ID = ((*_GRAPH, *rest) for rest in (("nodes", "*"), ("edges", "*"), ("meta",), ("id",)))
_RELATIONS = {"is_a": PREDICATES["parent"], "subPropertyOf": ns.RDFS + "subPropertyOf"}
_PROPERTIES = {"ANNOTATION": "AnnotationProperty", "DATA": "DataProperty"}


def fits(_: Source, head: bytes) -> bool:
    """Whether a file is a JSON object that begins with graphs."""
    return bool(re.match(r'\s*\{\s*(?:"(?:@context|meta)"\s*:.{0,5000})?"graphs"\s*:\s*\[', text_of(head), re.DOTALL))


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that the graph's name stands for, or that most of the first nodes are of."""
    name, nodes = "", []
    for found in islice(parts(sources[0], (_ID, _NODE)), 20_000):
        if found.path == _ID:
            name = str(found.value)
            if whose(name, ()):
                break
        elif isinstance(found.value, dict) and found.value.get("lbl"):
            nodes.append(str(found.value.get("id", "")))
    return whose(name, nodes)


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the nodes and edges; ``default`` is the prefix of identifiers without one."""
    for source in sources:
        for part in parts(source, (_NODE, _EDGE, _META)):
            if part.path == _META:
                _describe(part.value, release)
                continue
            record = part.value if isinstance(part.value, dict) else {}
            make = _node if part.path == _NODE else _edge
            found, problems = make(record, release, default)
            for problem in problems:
                if found:
                    ledger.warn(problem, part.line, source.name)
            if found:
                ledger.keep()
                yield from found
            else:
                ledger.skip(problems[0] if problems else "nothing is said in it", part.line, source.name)


def _describe(meta: Any, release: Release) -> None:
    if not isinstance(meta, dict):
        return
    values = _dicts(meta.get("basicPropertyValues"))
    facts = [(_text(v.get("pred")), _text(v.get("val"))) for v in values]
    describe(release, [*facts, (ns.OWL + "versionIRI", _text(meta.get("version")))])


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [x for x in value if isinstance(x, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _normal(value: Any, release: Release, default: str) -> tuple[str, str]:
    """An identifier in normal form, and what is wrong with it."""
    if not isinstance(value, str):
        return "", "no identifier" if value is None else "a number or a list as an identifier"
    try:
        return normal(value, default, release.prefixes), ""
    except IdentifierError as error:
        return "", error.reason


def _node(node: dict[str, Any], release: Release, default: str) -> tuple[list[Statement], list[str]]:
    term, problem = _normal(node.get("id"), release, default)
    if problem:
        return [], [f"term left out: {problem}"]
    found: list[Statement] = []
    problems: list[str] = []
    if label := _text(node.get("lbl")).strip():
        found.append(Statement(term, "label", label))
    if node.get("type") == "PROPERTY":
        kind = _PROPERTIES.get(_text(node.get("propertyType")), "ObjectProperty")
        found.append(Statement(term, ns.RDF_TYPE, ns.OWL + kind, link=True))
    meta = node.get("meta")
    for predicate, value in _annotations(meta if isinstance(meta, dict) else {}):
        statements, problem = said(term, predicate, value, release.prefixes)
        found += statements
        problems += [problem] * bool(problem)
    return found, problems


def _annotations(meta: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(predicate, value) of each thing that a node's meta object says."""
    definition = meta.get("definition")
    if isinstance(definition, dict):
        yield PREDICATES["definition"], _text(definition.get("val"))
    for synonym in _dicts(meta.get("synonyms")):
        yield ns.OBOINOWL + _text(synonym.get("pred")), _text(synonym.get("val"))
    for xref in _dicts(meta.get("xrefs")):
        yield PREDICATES["xref"], _text(xref.get("val"))
    if meta.get("deprecated") is True:
        yield PREDICATES["obsolete"], "true"
    for pair in _dicts(meta.get("basicPropertyValues")):
        yield _full(_text(pair.get("pred"))), _text(pair.get("val"))


def _full(predicate: str) -> str:
    """A predicate's IRI, which some writers shorten."""
    name, colon, local = predicate.partition(":")
    start = ns.prefixes().get(name) if colon and not local.startswith("//") else None
    return start + local if start else predicate


def _edge(edge: dict[str, Any], release: Release, default: str) -> tuple[list[Statement], list[str]]:
    (subject, wrong), (object_, wrong_too) = (_normal(edge.get(k), release, default) for k in ("sub", "obj"))
    if wrong or wrong_too:
        return [], [f"edge left out: {wrong or wrong_too}"]
    predicate = _text(edge.get("pred"))
    if predicate == "is_a":
        return [Statement(subject, "parent", object_)], []
    if predicate in _RELATIONS or "://" in predicate or ":" in predicate:
        return [Statement(subject, _RELATIONS.get(predicate) or predicate, object_, link=True)], []
    return [], [f"not taken up: {predicate[:30] or 'edge without predicate'}"]
