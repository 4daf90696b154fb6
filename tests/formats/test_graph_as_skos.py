"""The concept scheme: the integrity conditions of SKOS hold (https://www.w3.org/TR/skos-reference/)."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox
import pytest

from spasmkg import namespaces as ns
from spasmkg.formats import skos
from spasmkg.formats.content import Content, Statement, Thing, iri
from spasmkg.store import memory

Pairs = dict[str, set[str]]


def pairs(quads: list[ox.Quad], *names: str) -> Pairs:
    found: Pairs = defaultdict(set)
    for q in quads:
        if q.predicate.value in [ns.SKOS + n for n in names]:
            found[str(q.subject)].add(str(q.object))
    return found


def both_ways(given: Pairs) -> Pairs:
    found: Pairs = defaultdict(set)
    for a, ends in given.items():
        for b in ends:
            found[a].add(b)
            found[b].add(a)
    return found


def closed(given: Pairs) -> Pairs:
    found = {a: set(ends) for a, ends in given.items()}
    changed = True
    while changed:
        changed = False
        for ends in found.values():
            more = {c for b in ends for c in found.get(b, ())} - ends
            ends |= more
            changed |= bool(more)
    return found


def shared(a: Pairs, b: Pairs) -> list[tuple[str, str]]:
    return sorted((x, y) for x, ends in a.items() for y in ends & b.get(x, set()))


def faults(quads: list[ox.Quad]) -> list[str]:
    """The integrity conditions that are broken, by their numbers."""
    types: Pairs = defaultdict(set)
    for q in quads:
        if q.predicate.value == ns.RDF_TYPE:
            types[str(q.subject)].add(q.object.value.removeprefix(ns.SKOS))
    found = []
    if [x for x, kinds in types.items() if {"Concept", "ConceptScheme"} <= kinds]:
        found.append("S9")
    labels = {n: pairs(quads, n) for n in ("prefLabel", "altLabel", "hiddenLabel")}
    for one, two in (("prefLabel", "altLabel"), ("prefLabel", "hiddenLabel"), ("altLabel", "hiddenLabel")):
        if shared(labels[one], labels[two]):
            found.append("S13")
    for listed in labels["prefLabel"].values():
        tongues = [label.rsplit("@", 1)[-1] for label in listed]
        if len(tongues) != len(set(tongues)):
            found.append("S14")
    related = both_ways(pairs(quads, "related", "relatedMatch"))
    broader = closed(
        both(pairs(quads, "broader", "broadMatch", "topConceptOf"), pairs(quads, "narrower", "narrowMatch"))
    )
    if shared(related, broader):
        found.append("S27")
    if {k for k in types if {"Concept", "Collection"} <= types[k]}:
        found.append("S37")
    exact = closed(both_ways(pairs(quads, "exactMatch")))
    matched = both(pairs(quads, "broadMatch"), pairs(quads, "narrowMatch"))
    if shared(exact, both_ways(matched)) or shared(exact, both_ways(pairs(quads, "relatedMatch"))):
        found.append("S46")
    return found


def both(one: Pairs, other: Pairs) -> Pairs:
    """One relation, and the other turned round."""
    found: Pairs = defaultdict(set, {a: set(ends) for a, ends in one.items()})
    for a, ends in other.items():
        for b in ends:
            found[b].add(a)
    return found


@pytest.fixture(scope="module")
def quads(kg) -> list[ox.Quad]:
    return list(ox.parse(kg.export("skos"), format=ox.RdfFormat.TURTLE))


def test_the_integrity_conditions_hold(quads):
    assert faults(quads) == []


@pytest.mark.parametrize(
    ("broken", "lines"),
    [
        ("S9", "<{0}concepts> a skos:Concept ."),
        ("S13", 'spasm:baclofen skos:altLabel "baclofen"@en .'),
        ("S13", 'spasm:baclofen skos:altLabel "x" ; skos:hiddenLabel "x" .'),
        ("S14", 'spasm:baclofen skos:prefLabel "another"@en .'),
        (
            "S27",
            "spasm:baclofen skos:related spasm:y . spasm:y skos:broader spasm:z . spasm:z skos:broader spasm:baclofen .",
        ),
        ("S37", "spasm:baclofen a skos:Collection ."),
        (
            "S46",
            "spasm:baclofen skos:exactMatch <x:a> . <x:a> skos:exactMatch <x:b> . spasm:baclofen skos:broadMatch <x:b> .",
        ),
        ("S46", "spasm:y skos:exactMatch <x:a> . spasm:z skos:exactMatch <x:a> ; skos:relatedMatch spasm:y ."),
    ],
)
def test_a_broken_condition_is_found(quads, broken, lines):
    head = f"@prefix skos: <{ns.SKOS}> . @prefix spasm: <{ns.SPASM}> .\n"
    more = list(ox.parse(head + lines.format(ns.SPASM), format=ox.RdfFormat.TURTLE))
    assert broken in faults([*quads, *more])


def test_every_entity_is_a_concept_of_the_scheme(kg, quads):
    concepts = {q.subject.value for q in quads if q.object == ox.NamedNode(ns.SKOS + "Concept")}
    ours = """SELECT ?x { VALUES ?g { graph:entities graph:groupings } GRAPH ?g { ?x a ?k } ?k rdfs:subClassOf* spasm:Entity }"""
    assert {f"<{c}>" for c in concepts} == {str(x) for (x,) in kg.store.select(ours)}
    for name in ("inScheme", "prefLabel"):
        assert set(pairs(quads, name)) >= {f"<{c}>" for c in concepts}
    top = pairs(quads, "hasTopConcept")[f"<{skos.SCHEME}>"]
    assert top == {f"<{c}>" for c in concepts} - set(pairs(quads, "broader"))


def test_what_is_broader_is_stated(kg, quads):
    stated = {(f"<{c.subject}>", f"<{c.object}>") for c in kg.claims(predicate="subtypeOf") if not c.negated}
    assert {(a, b) for a, ends in pairs(quads, "broader").items() for b in ends} == stated


def test_a_kind_is_a_collection(kg, quads):
    members = pairs(quads, "member")
    assert f"<{ns.SPASM}baclofen>" in members[f"<{skos.SCHEME}/Drug>"]
    assert len({m for listed in members.values() for m in listed}) == sum(len(listed) for listed in members.values())


def test_a_denied_relation_is_none_and_a_denied_subtype_is_not_broader():
    a, b, c = (ns.spasm(n) for n in ("a", "b", "c"))
    things = {x: Thing(x, x, ns.spasm("Drug")) for x in (a, b, c)}
    said = [
        Statement("x:1", a, ns.spasm("subtypeOf"), iri(b), "asserted", negated=True),
        Statement("x:2", a, ns.spasm("causes"), iri(c), "asserted", negated=True),
        Statement("x:3", b, ns.spasm("subtypeOf"), iri(c), "rare"),
        Statement("x:4", c, ns.spasm("causes"), iri(b), "rare"),
        Statement("x:5", c, ns.spasm("causes"), iri(c), "rare"),
    ]
    store = memory()
    store.insert([(f"<{ns.spasm('Drug')}>", f"<{ns.RDFS}subClassOf>", f"<{ns.spasm('Entity')}>")], [""])
    made = list(ox.parse(skos.write(Content(store, tuple(said), things)), format=ox.RdfFormat.TURTLE))
    assert pairs(made, "broader") == {iri(b): {iri(c)}}
    assert pairs(made, "related") == {}
    assert faults(made) == []


def test_a_name_stands_in_one_place():
    names = (("exact", "x"), ("hidden", "x"), ("exact", "y"), ("hidden", "label"), ("broad", "label"))
    thing = Thing(ns.spasm("a"), "label", ns.spasm("Drug"), "", names)
    store = memory()
    store.insert([(f"<{ns.spasm('Drug')}>", f"<{ns.RDFS}subClassOf>", f"<{ns.spasm('Entity')}>")], [""])
    made = list(ox.parse(skos.write(Content(store, (), {thing.iri: thing})), format=ox.RdfFormat.TURTLE))
    assert pairs(made, "altLabel") == {iri(thing.iri): {'"x"@en', '"y"@en'}}
    assert pairs(made, "hiddenLabel") == {}
    assert faults(made) == []
