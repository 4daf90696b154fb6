"""The first page: what the graph holds, and the ways into it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.looks import KINDS
from spasmkg.web.address import href, to
from spasmkg.web.operations import examples
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, opened, schema, show

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph

__all__ = ["home", "sections"]

_FIRST = ("Spasm", "Disease", "Finding", "DeficiencyState", "Drug", "DrugClass", "Supplement", "Nutrient", "Test", "Therapy", "Procedure",
          "Activity", "Process", "AnatomicalSite", "Advice", "Faq", "RedFlag")  # fmt: skip
_QUESTIONS = ("drug-side-effects", "depletion-offsets", "condition-tests", "red-flag-signs-without-test", "cause-symptoms",
              "links-between-two-things")  # fmt: skip
_ROWS = 40
"""How many relations the table under the drawing has."""


def home(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """What the graph holds, and the ways into it."""
    kg = opened(path, arguments)
    known = schema.kinds(kg.store)
    counts = Counter(known.values())
    found = schema.joins(kg.store, known)
    others = [
        k
        for k in sorted(counts, key=lambda k: (-counts[k], k))
        if k not in _FIRST and k not in ("Quantity", "DosePhase")
    ]
    show(
        write, head, arguments, "home.html", title="Muscle spasm knowledge graph", tab="search",
        kinds=[(k, counts[k]) for k in _FIRST if counts[k]], others=[(k, counts[k]) for k in others if k in KINDS],
        entities=sum(n for k, n in counts.items() if k not in ("Quantity", "DosePhase")),
        questions=_questions(kg, arguments["prefix"]), all_questions=len(competency.names()), sections=sections(kg, path),
        drawing=schema.draw(found, counts), joins=found[:_ROWS], all_joins=len(found), numbers=_numbers(kg, path), source=_source(kg),
    )  # fmt: skip


def _questions(kg: KnowledgeGraph, prefix: str) -> list[dict[str, str]]:
    """A few questions, each with the things that its example asks about."""
    known = competency.names()
    chosen = [competency.load(n) for n in _QUESTIONS if n in known]
    asked = {q.name: [ns.spasm(e) for p in q.parameters if p.is_entity for e in examples(p.example)] for q in chosen}
    labels = texts(kg.store, {iri for iris in asked.values() for iri in iris})
    return [
        {
            "address": to(f"/questions/{q.name}", prefix), "summary": q.summary,
            "example": ", ".join(dict.fromkeys(labels.get(i, (ns.local(i),))[0] for i in asked[q.name])),
        }
        for q in chosen
    ]  # fmt: skip


@lru_cache(maxsize=2)
def sections(kg: KnowledgeGraph, _path: str) -> list[tuple[str, str, int]]:
    """(IRI, title, number of items) of each section of the source that has items, in its order."""
    query = """SELECT ?s ?label (COUNT(?item) AS ?n) WHERE { GRAPH graph:article { ?item a spasm:Item ; spasm:inSection ?s .
        ?s rdfs:label ?label OPTIONAL { ?s oa:start ?start } } } GROUP BY ?s ?label ?start ORDER BY ?start ?s"""
    return [(s.value, label.value, int(n.value)) for s, label, n in kg.store.select(query)]


@lru_cache(maxsize=2)
def _numbers(kg: KnowledgeGraph, _path: str) -> dict[str, int]:
    """What the graph holds, counted."""
    counted = {
        "claims": "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { GRAPH graph:claims { ?c spasm:statedIn ?i } }",
        "edges": "SELECT (COUNT(*) AS ?n) WHERE { GRAPH graph:edges { ?s ?p ?o } }",
        "inferred": "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { GRAPH graph:proofs { ?x a spasm:Inference } }",
        "mappings": "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { GRAPH graph:mappings { ?x owl:annotatedTarget ?t } }",
        "vocabularies": "SELECT (COUNT(DISTINCT ?v) AS ?n) WHERE { GRAPH graph:mappings { ?x spasm:toVocabulary ?v } }",
        "places": "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { GRAPH graph:article { ?x a spasm:Item } }",
    }
    return {name: int(next(iter(kg.store.select(query)))[0].value) for name, query in counted.items()}


def _source(kg: KnowledgeGraph) -> dict[str, Any]:
    """The article: its IRI, title, author and digest; each "" where the graph has none."""
    query = "SELECT ?s ?k ?v WHERE { GRAPH graph:article { ?s a spasm:Source ; ?k ?v } } ORDER BY ?s ?k ?v"
    found: dict[str, Any] = {"iri": "", "title": "", "creator": "", "spanDigest": ""}
    for s, key, value in kg.store.select(query):
        found["iri"] = found["iri"] or s.value
        if (name := ns.local(key.value)) in found and s.value == found["iri"]:
            found[name] = value.value
    return found | {"address": href(found["iri"]) if found["iri"] else ""}
