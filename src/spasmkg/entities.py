"""An entity read from a store: names, kind, roles, and its relations in both directions."""

from __future__ import annotations

from collections.abc import Iterable

from spasmkg import claims
from spasmkg import namespaces as ns
from spasmkg.model import Entity, Name, Relation, Term, Triple, is_iri_term
from spasmkg.namespaces import local
from spasmkg.store import Store
from spasmkg.vocabularies import terms

__all__ = ["describe", "exists", "kind_of", "line", "of_kind", "texts"]

_SCOPES = {
    "altLabel": "exact",
    "hasBroadSynonym": "broad",
    "hasNarrowSynonym": "narrow",
    "hasRelatedSynonym": "related",
    "hiddenLabel": "hidden",
}
_ASSERTED = ("entities", "groupings", "article", "ontology", "user")


def exists(store: Store, iri: str) -> bool:
    """Whether the graph has something with a kind and a label under this IRI."""
    return ns.is_iri(iri) and store.ask(f"ASK {{ <{iri}> a ?kind ; rdfs:label ?label }}")


def kind_of(store: Store, iri: str) -> str:
    """The asserted kind of an entity, such as ``Drug``; empty where there is none."""
    return texts(store, [iri]).get(iri, ("", "", ""))[2]


def of_kind(store: Store, kind: str, iris: Iterable[str]) -> set[str]:
    """Those of some things that are of a kind or have a role, given by its IRI."""
    block = " ".join(f"<{i}>" for i in iris if ns.is_iri(i))
    return {x.value for (x,) in store.select(f"SELECT ?x WHERE {{ VALUES ?x {{ {block} }} ?x a <{kind}> }}")}


def texts(store: Store, iris: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """(label, inverse label, kind) of each IRI that has a label, here or in an imported vocabulary or graph."""
    wanted = {i for i in iris if ns.is_iri(i)}
    block = " ".join(f"<{i}>" for i in sorted(wanted))
    query = f"""SELECT ?x ?label ?inverse ?kind WHERE {{ VALUES ?x {{ {block} }} ?x rdfs:label ?label
        OPTIONAL {{ ?x spasm:inverseLabel ?inverse }}
        OPTIONAL {{ VALUES ?g {{ graph:entities graph:groupings graph:article graph:user }} GRAPH ?g {{ ?x a ?kind }} }} }}"""
    found = {
        x.value: (label.value, inverse.value if inverse else "", local(kind.value) if kind else "")
        for x, label, inverse, kind in store.select(query)
    }
    elsewhere = terms.texts(store, wanted - set(found)) if wanted - set(found) else {}
    return found | {x: (label, "", kind) for x, (label, kind) in elsewhere.items()}


def describe(store: Store, iri: str) -> Entity:
    """What the graph holds about an entity."""
    names, kinds, label, definition = [], [], local(iri), ""
    for g, k, v in store.select(f"SELECT ?g ?k ?v WHERE {{ GRAPH ?g {{ <{iri}> ?k ?v }} }} ORDER BY ?k ?v"):
        key, value = local(k.value), v.value
        if key == "label":
            label = value
        elif key == "definition":
            definition = value
        elif key in _SCOPES:
            names.append(Name(value, _SCOPES[key]))
        elif key == "type" and local(g.value) in _ASSERTED:
            kinds.append(local(value))
    roles = store.select(f"SELECT ?role WHERE {{ <{iri}> a ?role . ?role rdfs:subClassOf spasm:Role }} ORDER BY ?role")
    return Entity(
        iri,
        label,
        kinds[0] if kinds else "",
        definition,
        tuple(names),
        tuple(r.value for (r,) in roles),
        tuple(_relations(store, iri)),
    )


def _relations(store: Store, iri: str) -> list[Relation]:
    me = f"<{iri}>"
    found: list[tuple[bool, bool, str, Term]] = []
    for layer in ("edges", "groupings", "user", "inferred"):
        query = f"""SELECT ?forward ?p ?x WHERE {{
            GRAPH graph:{layer} {{
              {{ {me} ?p ?x BIND(true AS ?forward) }} UNION {{ ?x ?p {me} BIND(false AS ?forward) }} }}
            FILTER(STRSTARTS(STR(?p), STR(spasm:)))
            FILTER NOT EXISTS {{ ?p owl:inverseOf ?q }} }}"""
        found += [(f.value == "true", layer == "inferred", p.value, x) for f, p, x in store.select(query)]
    triples: list[Triple] = [(me, f"<{p}>", str(x)) if f else (str(x), f"<{p}>", me) for f, _, p, x in found]
    about = texts(store, {p for _, _, p, _ in found} | {x.value for *_, x in found if is_iri_term(x)})
    behind, certainty = claims.around(store, iri)
    yours = claims.user_places(store, [t for t in triples if t not in behind])
    relations = []
    for (forward, inferred, p, x), triple in zip(found, triples, strict=True):
        label, inverse, _ = about.get(p, (local(p), "", ""))
        other, _, kind = about.get(x.value, (x.value, "", ""))
        shown = label if forward else inverse or label
        sure = certainty.get(triple, "")
        where = behind.get(triple, ()), yours.get(triple, "")
        relations.append(Relation(p, shown, x.value, other, kind, forward, inferred, sure, *where))
    return sorted(relations, key=lambda r: (not r.forward, r.inferred, r.predicate_label, r.other_label))


def line(store: Store, iri: str, *, upward: bool) -> list[tuple[str, str]]:
    """(IRI, label) of all that an entity is a kind of, or of all that is a kind of it, nearest first."""
    here = f"<{iri}>"
    direct, between = (
        (f"{here} spasm:kindOf ?x", f"{here} spasm:kindOf ?mid . ?mid spasm:kindOf ?x")
        if upward
        else (f"?x spasm:kindOf {here}", f"?x spasm:kindOf ?mid . ?mid spasm:kindOf {here}")
    )
    query = f"""SELECT ?x ?label (COUNT(?mid) AS ?n) WHERE {{ {direct} . ?x rdfs:label ?label OPTIONAL {{ {between} }} }}
        GROUP BY ?x ?label ORDER BY ?n ?label"""
    return [(x.value, label.value) for x, label, _ in store.select(query)]
