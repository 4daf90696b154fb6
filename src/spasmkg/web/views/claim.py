"""The pages of a claim, of an item and of a section of the source: what is stated where, and what rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spasmkg import claims as claims_
from spasmkg import competency, entities
from spasmkg import namespaces as ns
from spasmkg.model import CERTAINTIES
from spasmkg.namespaces import local
from spasmkg.web.address import to
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, show
from spasmkg.web.views.passage import passage, place

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Claim
    from spasmkg.web.views.passage import Place

__all__ = ["claim", "item", "section"]

_MOST = 100
"""How many inferred edges a claim's page shows."""


def claim(write: Write, head: Head, arguments: Arguments, kg: KnowledgeGraph, found: Claim) -> None:
    """Show a claim."""
    where = place(kg.store, found.item) if found.item else None
    siblings = kg.claims(item=found.item) if where else []
    same = [
        c
        for c in kg.claims(subject=found.subject, predicate=found.predicate)
        if c.object == found.object and not c.negated
    ]
    resting, total = _resting(kg, found)
    facts = _facts(kg)
    ends = {found.subject, found.predicate} | (set() if found.literal else {found.object})
    about = entities.texts(kg.store, ends | {v for _, v in found.qualifiers if ns.is_iri(v)})
    show(
        write, head, arguments, "claim.html", title=f"{found.curie}: {_sentence(found)}", iri=found.iri, claim=found, where=where,
        alternates=arguments["alternates"], siblings=[c for c in siblings if c.iri != found.iri], same=same, about=about, facts=facts,
        passage=passage(kg.store, where, siblings, arguments["article"], found.iri) if where else None, resting=resting, total=total,
        questions=_questions(found, arguments["prefix"]), grounds=claims_.read(kg.store, found.derived_from), sentence=_sentence(found),
        beside=_beside(kg, where) if where else {}, citation=f"spasmkg, dataset {arguments['dataset'][:8]}: {found.cite()}",
    )  # fmt: skip


def item(write: Write, head: Head, arguments: Arguments, kg: KnowledgeGraph, where: Place) -> None:
    """Show an item of the source with all its claims."""
    found = kg.claims(item=where.iri)
    about = kg.store.select(
        f"SELECT ?x ?l WHERE {{ GRAPH graph:article {{ <{where.iri}> spasm:about ?x }} ?x rdfs:label ?l }} ORDER BY ?l"
    )
    tally = [(c, sum(1 for x in found if x.certainty == c)) for c in CERTAINTIES]
    show(
        write, head, arguments, "item.html", title=f"§ {where.name} {where.heading}", iri=where.iri, where=where, claims=found,
        alternates=arguments["alternates"], passage=passage(kg.store, where, found, arguments["article"]), beside=_beside(kg, where),
        about=[(x.value, label.value, entities.kind_of(kg.store, x.value)) for x, label in about], tally=[t for t in tally if t[1]],
    )  # fmt: skip


def section(write: Write, head: Head, arguments: Arguments, kg: KnowledgeGraph, iri: str, label: str) -> None:
    """Show a section of the source, or the source itself: its sections and items."""
    query = f"""SELECT ?x ?label ?kind (COUNT(DISTINCT ?c) AS ?n) WHERE {{ GRAPH graph:article {{ ?x spasm:inSection <{iri}> ; a ?kind
        OPTIONAL {{ ?x rdfs:label ?label }} OPTIONAL {{ ?x oa:start ?start }} }} OPTIONAL {{ GRAPH graph:claims {{ ?c spasm:statedIn ?x }} }} }}
        GROUP BY ?x ?label ?kind ?start ORDER BY ?start ?x"""
    parts = [
        (x.value, text.value if text else local(x.value), local(kind.value), int(n.value))
        for x, text, kind, n in kg.store.select(query)
    ]
    above = next(iter(kg.store.select(f"""SELECT ?s ?l WHERE {{ GRAPH graph:article {{ <{iri}> spasm:inSection ?s
        OPTIONAL {{ ?s rdfs:label ?l }} }} }}""")), None)  # fmt: skip
    show(
        write, head, arguments, "section.html", title=label, iri=iri, label=label, alternates=arguments["alternates"],
        above=(above[0].value, above[1].value if above[1] else local(above[0].value)) if above and above[0] else None,
        items=[p for p in parts if p[2] == "Item"], sections=[p for p in parts if p[2] == "Section"],
    )  # fmt: skip


def _sentence(found: Claim) -> str:
    said = [found.labels.get(x, local(x)) for x in (found.subject, found.predicate)]
    return " ".join([*said, found.object if found.literal else found.labels.get(found.object, local(found.object))])


def _resting(kg: KnowledgeGraph, found: Claim) -> tuple[list[dict[str, Any]], int]:
    """What follows from a claim, the shortest proofs first, and how much that is in all."""
    query = f"""SELECT ?s ?p ?o ?certainty ?length (COUNT(DISTINCT ?d) AS ?n) WHERE {{ GRAPH graph:proofs {{ ?n0 spasm:derivedFrom <{found.iri}> ;
        rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:certainty ?certainty ; spasm:proofLength ?length ; spasm:derivedFrom ?d }}
        FILTER NOT EXISTS {{ ?p owl:inverseOf ?q }} }}
        GROUP BY ?s ?p ?o ?certainty ?length ORDER BY ?length ?s ?p ?o"""
    rows = [
        {
            "subject": s.value,
            "predicate": p.value,
            "object": o.value,
            "certainty": local(sure.value),
            "length": int(k.value),
            "claims": int(n.value),
        }
        for s, p, o, sure, k, n in kg.store.select(query)
    ]
    labels = entities.texts(kg.store, {str(r[e]) for r in rows[:_MOST] for e in ("subject", "predicate", "object")})
    for r in rows[:_MOST]:
        r["labels"] = {e: labels.get(str(r[e]), (local(str(r[e])),))[0] for e in ("subject", "predicate", "object")}
        r["is_role"] = r["predicate"] == ns.RDF_TYPE
    return rows[:_MOST], len(rows)


def _facts(kg: KnowledgeGraph) -> dict[str, str]:
    """What holds for every claim of the source, as it stands on the source."""
    query = "SELECT ?k ?v WHERE { GRAPH graph:article { ?s a spasm:Source ; ?k ?v } } ORDER BY ?k ?v"
    known = {local(k.value): v.value for k, v in kg.store.select(query)}
    return {n: known.get(n, "") for n in ("evidenceCode", "knowledge_level", "agent_type", "title", "creator")}


def _questions(found: Claim, prefix: str) -> list[tuple[str, str]]:
    """(address, summary) of the questions whose rows rest on this relation."""
    names = (ns.contract(found.predicate), f"<{found.predicate}>")
    asked = [q for q in competency.all_questions() if any(t[1] in names for t in q.evidence)]
    return [(to(f"/questions/{q.name}", prefix), q.summary) for q in asked[:5]]


def _beside(kg: KnowledgeGraph, where: Place) -> Mapping[str, str]:
    """The items before and after one."""
    if where.start < 0:
        return {}
    found: dict[str, str] = {}
    for name, compare, order in (("before", "<", "DESC(?a)"), ("after", ">", "?a")):
        query = f"""SELECT ?x WHERE {{ GRAPH graph:article {{ ?x a spasm:Item ; oa:start ?a FILTER(?a {compare} {where.start}) }} }}
            ORDER BY {order} LIMIT 1"""
        found.update((name, x.value) for (x,) in kg.store.select(query))
    return found
