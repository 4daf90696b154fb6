"""Graphs revised for a session: claims withdrawn exactly, files merged, both together."""

from __future__ import annotations

import random

import pytest

from spasmkg import build
from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError

COMPARED = (
    "ontology",
    "entities",
    "groupings",
    "article",
    "claims",
    "mappings",
    "reviews",
    "edges",
    "inferred",
    "proofs",
)


def triples(store, layer=""):
    where = f"GRAPH graph:{layer} {{ ?s ?p ?o }}" if layer else "?s ?p ?o"
    return {tuple(map(str, row)) for row in store.select(f"SELECT ?s ?p ?o {{ {where} }}")}


@pytest.fixture(scope="module")
def layers(kg):
    """The layers as they are written in the files."""
    written = {
        n: triples(kg.store, n)
        for n in ("ontology", "entities", "groupings", "article", "claims", "mappings", "reviews")
    }
    written["groupings"] -= build.constructed(kg.store)["groupings"]
    return written


def built_without(layers, gone):
    """The graph built from files without all lines that name these claims."""
    names = {f"<{c}>" for c in gone}
    return build.build_layers({n: [t for t in ts if not names & {t[0], t[2]}] for n, ts in layers.items()})


def stated(kg):
    return sorted(c.iri for c in kg.claims() if c.span)


CURATOR_1 = ["claim:drugs-1-9", "claim:drugs-3-6", "claim:drugs-5-8"]


@pytest.mark.parametrize("sample", ["one", "several", "all that a curator's claim rests on", "a curator's claim"])
def test_withdrawing_is_the_same_as_building_from_files_without_the_lines(kg, layers, sample):
    draw = random.Random(sample)
    claims = {
        "one": ["claim:causes-3-16"],
        "several": draw.sample(stated(kg), 12),
        "all that a curator's claim rests on": CURATOR_1,
        "a curator's claim": ["claim:curator-2"],
    }[sample]
    gone = [kg.claim(c).iri for c in claims]
    if sample.startswith("all"):
        gone.append(kg.claim("claim:curator-1").iri)
    ours, theirs = kg.without(claims).store, built_without(layers, gone)
    different = [layer for layer in (*COMPARED, "") if triples(ours, layer) != triples(theirs, layer)]
    assert different == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_withdrawing_any_claim_is_the_same_as_building_without_it(kg, layers, seed):
    gone = random.Random(seed).sample(stated(kg), 1)
    ours, theirs = kg.without(gone).store, built_without(layers, gone)
    assert [layer for layer in (*COMPARED, "") if triples(ours, layer) != triples(theirs, layer)] == []


def test_an_edge_stays_while_another_claim_states_it(kg):
    two = "SELECT ?s ?p ?o { GRAPH graph:edges { ?s ?p ?o } FILTER(isIRI(?o)) } ORDER BY ?s ?p ?o"
    edge = next(e for e in kg.store.select(two) if len(kg.claims(e[0].value, e[1].value, e[2].value)) == 2)
    one, other = (c.iri for c in kg.claims(edge[0].value, edge[1].value, edge[2].value))
    ask = f"ASK {{ GRAPH graph:edges {{ {' '.join(map(str, edge))} }} }}"
    assert kg.without(one).store.ask(ask)
    assert not kg.without([one, other]).store.ask(ask)


def test_a_curators_claim_goes_with_the_last_that_it_rests_on(kg):
    drowsy = "ASK { spasm:drowsiness spasm:groupedUnder spasm:cns-depression }"
    less = kg.without(CURATOR_1[:2])
    assert less.store.ask(drowsy)
    assert less.claim("curator-1").derived_from == (kg.claim(CURATOR_1[2]).iri,)
    gone = kg.without(CURATOR_1)
    assert not gone.store.ask(drowsy)
    assert gone.claims("drowsiness", "groupedUnder") == []


def test_the_original_is_untouched(kg):
    before = len(kg.store)
    kg.without("claim:causes-3-16")
    assert len(kg.store) == before
    assert kg.claim("claim:causes-3-16")


def test_an_unknown_claim_is_named(kg):
    with pytest.raises(NotFoundError, match="no claim"):
        kg.without("claim:none-1")


@pytest.fixture
def mine(tmp_path):
    file = tmp_path / "mine.ttl"
    file.write_text(
        "@prefix spasm: <https://w3id.org/spasmkg/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'spasm:furosemide a spasm:Drug ; rdfs:label "furosemide"@en ; spasm:depletes spasm:potassium .\n'
    )
    return file


def test_a_file_is_merged_and_claims_withdrawn_together_or_one_after_the_other(kg, mine):
    together = kg.revised(mine, ["claim:causes-3-16"])
    for graph in (
        together,
        kg.with_file(mine).without("claim:causes-3-16"),
        kg.without("claim:causes-3-16").with_file(mine),
    ):
        assert graph.store.ask("ASK { GRAPH graph:inferred { spasm:potassium spasm:depletedBy spasm:furosemide } }")
        assert not graph.store.ask("ASK { spasm:potassium spasm:depletedBy spasm:diuretics }")
        assert triples(graph.store) == triples(together.store)
        assert graph.entity("Furosemide").kind == "Drug"


def test_two_files_keep_their_own_lines(kg, mine, tmp_path):
    other = tmp_path / "other.ttl"
    other.write_text(
        "@prefix spasm: <https://w3id.org/spasmkg/> .\n\nspasm:furosemide spasm:depletes spasm:calcium .\n"
    )
    both = kg.with_file(mine).with_file(other)
    places = {
        leaf.place
        for nutrient in ("potassium", "calcium")
        for leaf in both.explain(nutrient, "depletedBy", "furosemide").proofs[0].leaves()
    }
    assert places == {"your file mine.ttl, line 3", "your file other.ttl, line 3"}


def test_blank_nodes_of_a_file_are_the_same_in_its_layer_and_in_the_merge(kg, tmp_path):
    file = tmp_path / "rule.ttl"
    file.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix spasm: <https://w3id.org/spasmkg/> .\n"
        "spasm:x owl:propertyChainAxiom ( spasm:decreases spasm:leadsTo ) ."
    )
    store = kg.with_file(file).store
    assert {t for t in triples(store, "user") if "_:" in t[2]} <= triples(store)
    assert ns.graph("user-places") in store.graphs()
