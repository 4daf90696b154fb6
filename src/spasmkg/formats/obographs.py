"""OBO Graphs JSON (https://github.com/geneontology/obographs): kinds as classes, entities as individuals, claims as edges.

An edge carries its claim, its certainty and its place as property values. The format has no denial and no edge to a
literal: such a claim is an individual of its own, which says what it is about and never reads as an edge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.formats.content import Content, Statement, Thing, iri, plain

__all__ = ["write"]

_SCOPES = {
    "exact": "hasExactSynonym", "hidden": "hasRelatedSynonym", "broad": "hasBroadSynonym", "narrow": "hasNarrowSynonym",
    "related": "hasRelatedSynonym",
}  # fmt: skip
Json = dict[str, Any]


def write(content: Content) -> bytes:
    """One graph, each node and each edge on a line of its own."""
    nodes = [*_terms(content), *(_individual(t) for t in content.things.values())]
    edges = [*_hierarchy(content)]
    for thing in content.things.values():
        if thing.kind:
            edges.append({"sub": thing.iri, "pred": "type", "obj": thing.kind})
    for statement in content.statements:
        if statement.negated or statement.literal:
            nodes.append(_apart(statement))
            edges.append({"sub": statement.claim, "pred": "type", "obj": ns.spasm("Claim")})
        else:
            edges.append(_edge(statement))
    nodes.sort(key=lambda node: str(node["id"]))
    head = f'{{"graphs":[{{"id":{_json(ns.SPASM)},"lbl":"spasmkg","meta":{_json(_meta(content))},'
    lines = [head, '"nodes":[', ",\n".join(map(_json, nodes)), '],"edges":[', ",\n".join(map(_json, edges)), "]}]}"]
    return ("\n".join(lines) + "\n").encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _meta(content: Content) -> Json:
    query = "SELECT ?k ?v { ?o a owl:Ontology VALUES ?k { dcterms:license owl:versionInfo } ?o ?k ?v } ORDER BY ?k ?v"
    found = {ns.local(k.value): v.value for k, v in content.store.select(query)}
    meta: Json = {"version": found["versionInfo"]} if "versionInfo" in found else {}
    if "license" in found:
        meta["basicPropertyValues"] = [_value(ns.DCTERMS + "license", found["license"])]
    return meta


def _value(predicate: str, value: str) -> Json:
    return {"pred": predicate, "val": value}


def _terms(content: Content) -> Iterator[Json]:
    """The classes and properties of the ontology, so that the file explains itself."""
    query = """SELECT ?x ?type ?label ?definition { VALUES ?type { owl:Class owl:ObjectProperty owl:DatatypeProperty
        owl:AnnotationProperty } GRAPH graph:ontology { ?x a ?type ; rdfs:label ?label
        OPTIONAL { ?x skos:definition ?definition } } FILTER isIRI(?x) } ORDER BY ?x ?type ?label ?definition"""
    seen = set()
    for x, kind, label, definition in content.store.select(query):
        if x.value in seen or x.value in content.things:
            continue
        seen.add(x.value)
        name = ns.local(kind.value)
        node: Json = {"id": x.value, "lbl": label.value, "type": "CLASS" if name == "Class" else "PROPERTY"}
        if name != "Class":
            node["propertyType"] = {"ObjectProperty": "OBJECT", "DatatypeProperty": "DATA"}.get(name, "ANNOTATION")
        if definition:
            node["meta"] = {"definition": {"val": definition.value}}
        yield node


def _hierarchy(content: Content) -> Iterator[Json]:
    names = {
        ns.RDFS + "subClassOf": "is_a",
        ns.RDFS + "subPropertyOf": "subPropertyOf",
        ns.OWL + "inverseOf": "inverseOf",
    }
    query = f"""SELECT ?x ?p ?y {{ VALUES ?p {{ {" ".join(map(iri, names))} }} GRAPH graph:ontology {{ ?x ?p ?y }}
        FILTER(isIRI(?x) && isIRI(?y)) }} ORDER BY ?p ?x ?y"""
    for x, p, y in content.store.select(query):
        yield {"sub": x.value, "pred": names[p.value], "obj": y.value}


def _individual(thing: Thing) -> Json:
    meta: Json = {}
    if thing.definition:
        meta["definition"] = {"val": thing.definition}
    if thing.names:
        meta["synonyms"] = [{"pred": _SCOPES[scope], "val": name} for scope, name in sorted(thing.names)]
    if close := sorted({ns.contract(m) for match, m in thing.matches if match in ("exactMatch", "closeMatch")}):
        meta["xrefs"] = [{"val": m} for m in close]
    if thing.matches:
        meta["basicPropertyValues"] = [_value(ns.SKOS + match, target) for match, target in thing.matches]
    return {"id": thing.iri, "lbl": thing.label, "type": "INDIVIDUAL"} | ({"meta": meta} if meta else {})


def _about(statement: Statement) -> list[Json]:
    return [_value(p[1:-1], plain(v)) for _, p, v in statement.details()]


def _edge(statement: Statement) -> Json:
    stated = _value(ns.spasm("statedBy"), statement.claim)
    meta = {"basicPropertyValues": [stated, *_about(statement)]}
    return {"sub": statement.subject, "pred": statement.predicate, "obj": plain(statement.object), "meta": meta}


def _apart(statement: Statement) -> Json:
    """A claim that is no edge."""
    ends = zip(("subject", "predicate", "object"), statement.triple, strict=True)
    said = [_value(ns.RDF + k, plain(v)) for k, v in ends]
    return {
        "id": statement.claim,
        "lbl": ns.contract(statement.claim),
        "type": "INDIVIDUAL",
        "meta": {"basicPropertyValues": [*said, *_about(statement)]},
    }
