"""Two builds compared: what is found, that it is the same from both sides, and that equal graphs have none."""

from __future__ import annotations

import random

import pytest

from spasmkg import build, resources
from spasmkg import namespaces as ns
from spasmkg.compare import compare, lost


def iri(name):
    return f"<{ns.spasm(name)}>"


def seen(found):
    return {(d.what, d.change, d.sentence) for d in found}


def test_a_withdrawn_claim_takes_its_edge_and_what_rests_on_it(kg):
    found = compare(kg.store, kg.without("claim:causes-3-16").store)
    assert seen(found) == {
        ("claim", "withdrawn", "diuretics depletes potassium"),
        ("edge", "lost", "diuretics depletes potassium"),
        ("inference", "lost", "potassium depleted by diuretics"),
        ("inference", "lost", "potassium chloride offsets depletion by diuretics"),
        ("inference", "lost", "diuretics upstream of chronic potassium deficiency"),
        ("inference", "lost", "diuretics upstream of low blood potassium"),
    }
    assert [d.claims for d in found if d.what != "inference"] == [(ns.SPASM + "claim/causes-3-16",)] * 2
    assert [d.what for d in found] == ["claim", "edge", *["inference"] * 4]


def test_a_graph_does_not_differ_from_itself(kg):
    assert compare(kg.store, kg.store) == []
    assert compare(kg.store, kg.without([]).store) == []


def test_a_weaker_claim_left_over_changes_the_certainty(kg):
    stronger = next(
        c
        for c in kg.claims()
        if c.certainty == "asserted" and not c.literal and not c.negated
        and {o.certainty for o in kg.claims(c.subject, c.predicate, c.object) if o != c} == {"possible"}
    )  # fmt: skip
    found = compare(kg.store, kg.without(stronger.iri).store)
    (edge,) = [d for d in found if d.what == "edge"]
    assert (edge.change, edge.before, edge.after) == ("certainty", "asserted", "possible")


@pytest.fixture(scope="module")
def edited():
    """The graph built from files in which a name, a certainty and a claim's object are others."""
    files = {p.name: p.read_text(encoding="utf-8") for p in resources.ontology_files()}

    def replaced(name, old, new):
        assert files[name].count(old) == 1, (name, old)
        files[name] = files[name].replace(old, new)

    replaced("drugs.ttl", 'rdfs:label "baclofen"@en', 'rdfs:label "baclofen tablets"@en')
    text = files["causes.ttl"]
    start = text.index("claim:causes-3-16 ")
    claim = text[start : text.index(" .\n", start)]
    replaced("causes.ttl", claim, claim.replace("spasm:possible", "spasm:usual"))
    files["more.ttl"] = (
        "@prefix spasm: <https://w3id.org/spasmkg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'spasm:new-thing a spasm:Drug ; rdfs:label "new thing"@en .'
    )
    return build.build_files((n, t.encode()) for n, t in files.items())


def test_names_certainties_and_entities_are_compared(kg, edited):
    found = compare(kg.store, edited)
    told = {(d.what, d.change, d.triple[0], d.before, d.after) for d in found}
    assert ("entity", "renamed", iri("baclofen"), "baclofen", "baclofen tablets") in told
    assert ("entity", "added", iri("new-thing"), "", "new thing") in told
    assert ("claim", "changed", iri("diuretics"), "certainty possible", "certainty usual") in told
    assert ("edge", "certainty", iri("diuretics"), "possible", "usual") in told
    assert ("inference", "certainty", iri("potassium-chloride"), "possible", "usual") in told
    assert {d.what for d in found} == {"entity", "claim", "edge", "inference"}


def test_a_comparison_reads_the_same_from_the_other_side(kg, edited):
    assert [d.reversed() for d in compare(kg.store, edited)] == compare(edited, kg.store)


@pytest.mark.parametrize("seed", range(3))
def test_a_comparison_of_two_revisions_reads_the_same_from_the_other_side(kg, seed):
    every = sorted(c.iri for c in kg.claims())
    draw = random.Random(seed)
    one, other = (kg.without(draw.sample(every, 20)).store for _ in range(2))
    there = compare(one, other)
    assert there
    assert [d.reversed() for d in there] == compare(other, one)
    assert [d.reversed().reversed() for d in there] == there


def test_what_falls_is_the_lost_part_of_the_comparison(kg):
    less = kg.without(["claim:causes-3-16", "claim:drugs-1-9"]).store
    assert lost(kg.store, less) == [d for d in compare(kg.store, less) if d.change == "lost"]


def test_a_users_facts_are_edges_gained(kg, tmp_path):
    mine = tmp_path / "mine.ttl"
    mine.write_text("@prefix spasm: <https://w3id.org/spasmkg/> .\nspasm:baclofen spasm:depletes spasm:potassium .")
    found = seen(compare(kg.store, kg.with_file(mine).store))
    assert ("edge", "gained", "baclofen depletes potassium") in found
    assert ("inference", "gained", "potassium depleted by baclofen") in found
    assert not [d for d in found if d[0] == "claim"]
