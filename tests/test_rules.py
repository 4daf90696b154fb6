"""Rules: what they conclude, that an independent reasoner agrees, and the proofs."""

from __future__ import annotations

import pytest

from spasmkg import build, resources
from spasmkg import namespaces as ns
from spasmkg.rules import Rule, close, compile_rules, prove
from spasmkg.store import memory

AXIOMS = """
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <https://w3id.org/spasmkg/> .
:causes rdfs:subPropertyOf :leadsTo . :leadsTo rdfs:subPropertyOf :upstreamOf . :upstreamOf a owl:TransitiveProperty .
:mayShow owl:propertyChainAxiom ( :leadsTo :hasSymptom ) .
:symptomOf owl:inverseOf :hasSymptom . :near a owl:SymmetricProperty .
:causes rdfs:domain :Thing ; rdfs:range :Thing . :causes a owl:ObjectProperty .
[ a owl:Restriction ; owl:onProperty :leadsTo ; owl:someValuesFrom :Spasm ] rdfs:subClassOf :Cause .
[ a owl:Restriction ; owl:onProperty :hasSymptom ; owl:hasValue :pain ] rdfs:subClassOf :Painful .
:Cramp rdfs:subClassOf :Spasm .
"""
FACTS = """@prefix : <https://w3id.org/spasmkg/> .
:a :causes :b . :b :causes :c . :c a :Cramp ; :hasSymptom :pain . :c :near :d . :c :causes :a ."""


def closed(facts=FACTS, axioms=AXIOMS):
    store = memory()
    store.load([("axioms", axioms.encode(), ""), ("facts", facts.encode(), "")])
    return store, close(store, compile_rules(store), [""])


def holds(store, triple):
    return store.ask(f"ASK {{ {triple} }}")


@pytest.mark.parametrize(
    "triple",
    [
        "spasm:a spasm:leadsTo spasm:b", "spasm:a spasm:upstreamOf spasm:c", "spasm:a spasm:upstreamOf spasm:a",
        "spasm:b spasm:mayShow spasm:pain", "spasm:pain spasm:symptomOf spasm:c", "spasm:d spasm:near spasm:c",
        "spasm:a a spasm:Thing", "spasm:b a spasm:Cause", "spasm:c a spasm:Painful", "spasm:c a spasm:Spasm",
    ],
)  # fmt: skip
def test_each_kind_of_axiom_concludes(triple):
    store, _ = closed()
    assert holds(store, triple)


@pytest.mark.parametrize(
    "triple", ["spasm:a spasm:mayShow spasm:pain", "spasm:a a spasm:Cause", "spasm:a a spasm:Painful"]
)
def test_nothing_more_is_concluded(triple):
    store, _ = closed()
    assert not holds(store, triple)


def test_the_shortest_proof_has_the_weakest_certainty_of_its_claims():
    _store, derivations = closed()

    def t(s, p, o):
        return tuple(f"<{ns.spasm(x)}>" for x in (s, p, o))

    support = {
        t("b", "causes", "c"): [("claim:1", "possible"), ("claim:2", "usual")],
        t("c", "hasSymptom", "pain"): [("claim:3", "asserted")],
    }
    found = {c.triple: c for c in prove(derivations, support)}
    proof = found[t("b", "mayShow", "pain")]
    assert (proof.length, proof.certainty, set(proof.claims)) == (2, "usual", {"claim:1", "claim:2", "claim:3"})
    assert found[t("b", "leadsTo", "c")].rule == "spasm:causes is a spasm:leadsTo"


def test_a_chain_axiom_in_turtle_is_all_that_a_new_rule_needs():
    files = [(p.name, p.read_bytes()) for p in resources.ontology_files()]
    axiom = b"""@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix spasm: <https://w3id.org/spasmkg/> .
        spasm:sharesClassRisk owl:propertyChainAxiom ( spasm:hasDrugClass spasm:hasSideEffect ) ."""
    assert not holds(build.build_files(files), "spasm:diazepam spasm:sharesClassRisk ?x")
    store = build.build_files([*files, ("more-axioms.ttl", axiom)])
    assert holds(store, "GRAPH graph:inferred { spasm:diazepam spasm:sharesClassRisk spasm:dependence }")
    assert holds(
        store,
        "GRAPH graph:proofs { ?x rdf:subject spasm:diazepam ; rdf:predicate spasm:sharesClassRisk ; spasm:derivedFrom ?claim }",
    )


@pytest.mark.parametrize(
    ("s", "p", "o"),
    [
        ("diazepam", "hasClassSideEffect", "dependence"), ("chamomile", "kindOf", "natural-remedy"),
        ("dehydration", "mayShow", "sudden-pain"), ("potassium-chloride", "offsetsDepletionBy", "diuretics"),
        ("magnesium-citrate", "offsetsDepletionBy", "diuretics"), ("baclofen", "hasSideEffectUnder", "cns-depression"),
        ("selective-dorsal-rhizotomy", "targetsTriggerOf", "spasticity"), ("hydrotherapy", "opposesEffectOf", "peripheral-artery-disease"),
    ],
)  # fmt: skip
def test_the_graph_concludes(kg, s, p, o):
    assert kg.store.ask(f"ASK {{ GRAPH graph:inferred {{ spasm:{s} spasm:{p} spasm:{o} }} }}")


@pytest.mark.parametrize(
    ("s", "p", "o"),
    [
        ("diuretics", "upstreamOf", "low-dietary-potassium"), ("statins", "depletes", "magnesium"),
        ("tizanidine", "hasSideEffectUnder", "liver-enzyme-elevation"), ("serum-electrolyte-panel", "measures", "calcium"),
    ],
)  # fmt: skip
def test_the_graph_does_not_conclude(kg, s, p, o):
    assert not kg.store.ask(f"ASK {{ spasm:{s} spasm:{p} spasm:{o} }}")


def test_every_inferred_edge_that_rests_on_claims_has_its_proof(kg):
    query = """SELECT ?s ?p ?o WHERE { GRAPH graph:inferred { ?s ?p ?o } FILTER(STRSTARTS(STR(?p), STR(spasm:)))
        FILTER NOT EXISTS { GRAPH graph:proofs { ?n rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:derivedFrom ?c } } }"""
    assert [tuple(map(str, row)) for row in kg.store.select(query)] == []


@pytest.mark.slow
def test_an_independent_reasoner_concludes_the_same(kg):
    import owlrl
    import rdflib

    def graph(*layers):
        made = rdflib.Graph()
        made.parse(data=kg.store.dump("ntriples", [ns.graph(x) for x in layers], {}), format="nt")
        return made

    given = graph("ontology", "entities", "groupings", "article", "edges")
    expanded = graph("ontology", "entities", "groupings", "article", "edges")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(expanded)

    def ours(triples):
        type_ = rdflib.RDF.type
        own = [
            (s, p, o)
            for s, p, o in triples
            if isinstance(s, rdflib.URIRef)
            and (str(p).startswith(ns.SPASM) or (p == type_ and str(o).startswith(ns.SPASM)))
        ]
        return {t for t in own if not isinstance(t[0], rdflib.Literal)}

    annotation = set(given.subjects(rdflib.RDF.type, rdflib.OWL.AnnotationProperty))
    theirs = {t for t in ours(expanded) - ours(given) if t[1] not in annotation}
    closure = ours(graph("inferred"))
    assert closure - theirs == set()
    assert theirs - closure == set()


def test_a_rule_reads_well():
    rule = Rule("r", (("?a", "<p>", "?b"),), ("?b", "<q>", "?a"))
    assert rule.sparql() == "SELECT DISTINCT ?a ?b WHERE { ?a <p> ?b }"
