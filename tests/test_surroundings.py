"""What the explorer shows: parts of the graph that only grow, filters that hide, a cap that is kept and said."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spasmkg import namespaces as ns
from spasmkg.draw.canvas import canvas_style
from spasmkg.draw.style import DARK, LIGHT
from spasmkg.graph import LAYERS
from spasmkg.looks import HUES, KINDS
from spasmkg.surroundings import CAP, Wanted, around

DIURETICS, POTASSIUM, CRAMP, SPASM = (ns.spasm(n) for n in ("diuretics", "potassium", "muscle-cramp", "muscle-spasm"))


def triples(part):
    return {(t.source, ns.local(t.predicate), t.target) for t in part.ties}


def test_the_neighbours_of_a_thing_are_those_of_the_graph(kg):
    part = around(kg, Wanted((DIURETICS,)))
    graph = kg.graph()
    number = graph.numbers[DIURETICS]
    near = {graph.nodes[n] for n in graph.neighbour[graph.entries(number)].tolist()} - {DIURETICS}
    assert {t.iri for t in part.things} == near | {DIURETICS}
    assert ("diuretics", "depletes", "potassium") in triples(part)
    assert part.left_out == 0
    assert all(t.layer != "inferred" for t in part.ties)


def test_every_stated_edge_between_shown_things_is_there_with_its_claims(kg):
    part = around(kg, Wanted((CRAMP,)))
    inside = {t.iri for t in part.things}
    expected = {(s, p, o) for s, p, o, *_ in kg.graph().edges() if s in inside and o in inside}
    assert {(ns.spasm(t.source), t.predicate, ns.spasm(t.target)) for t in part.ties} == expected
    edge = next(t for t in part.ties if t.name == "diuretics causes muscle-cramp")
    assert (edge.certainty, edge.hedges) == ("possible", ("can",))
    assert [c.place for c in edge.claims] == ["causes-15"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 800), min_size=1, max_size=3), st.integers(0, 800), st.booleans())
def test_opening_one_more_thing_only_adds(kg, starts, more, inferred):
    nodes = kg.graph().nodes
    iris = tuple(dict.fromkeys(nodes[n] for n in starts))
    before = around(kg, Wanted(iris, inferred=inferred))
    after = around(kg, Wanted(iris, opened=(nodes[more],), inferred=inferred))
    assert {t.iri for t in before.things} <= {t.iri for t in after.things}
    assert triples(before) <= triples(after)


def test_asking_for_what_is_inferred_only_adds(kg):
    stated, both = (around(kg, Wanted((CRAMP,), inferred=i)) for i in (False, True))
    assert {t.iri for t in stated.things} < {t.iri for t in both.things}
    assert triples(stated) < triples(both)
    inferred = [t for t in both.ties if t.is_inferred]
    assert inferred
    assert all(
        "muscle-cramp" in (t.source, t.target) for t in inferred
    )  # of what is not expanded they are counted only
    assert both.left_edges > 0
    assert next(c for c in stated.facets["layer"] if c.value == "inferred").is_hidden


def test_a_shut_start_stands_alone(kg):
    part = around(kg, Wanted((DIURETICS,), shut=(DIURETICS,)))
    assert [t.iri for t in part.things] == [DIURETICS]
    assert not part.ties


def test_filters_hide_things_edges_and_what_is_left_alone(kg):
    part = around(kg, Wanted((DIURETICS,), hidden=frozenset({("relation", "depletes"), ("kind", "Disease")})))
    assert "high-blood-pressure" not in {t.name for t in part.seen_things}
    assert not [t for t in part.seen_ties if "high-blood-pressure" in (t.source, t.target)]
    assert "potassium" not in {t.name for t in part.seen_things}  # nothing ties it any more
    assert "calcium" in {t.name for t in part.seen_things}  # another edge does
    assert "potassium" in {t.name for t in part.things}
    hidden = next(c for c in part.facets["relation"] if c.value == "depletes")
    assert (hidden.count, hidden.is_hidden) == (3, True)


def test_a_start_is_never_hidden_for_being_alone(kg):
    everything = frozenset(("relation", ns.local(p)) for p in kg.graph().predicates)
    part = around(kg, Wanted((DIURETICS,), hidden=everything))
    assert [t.name for t in part.seen_things] == ["diuretics"]
    assert not part.seen_ties


def test_what_has_no_room_is_counted(kg):
    part = around(kg, Wanted((SPASM,), most=10))
    assert len(part.things) == 11
    graph = kg.graph()
    number = graph.numbers[SPASM]
    assert part.left_out == len(set(graph.neighbour[graph.entries(number)].tolist()) - {number}) - 10


def test_the_cap_holds_and_is_said(kg):
    part = around(kg, Wanted((SPASM,), depth=4, most=2000))
    assert part.is_cut
    assert CAP - 20 < len(part.things) + len(part.ties) <= CAP
    assert SPASM in {t.iri for t in part.things}
    assert not around(kg, Wanted((SPASM,))).is_cut


def test_a_path_is_shown_between_its_ends(kg):
    tetany = ns.spasm("tetany")
    part = around(kg, Wanted(ends=(DIURETICS, tetany)))
    assert part.paths is not None
    steps = {(s.subject, s.predicate, s.object) for p in part.paths for s in p.steps}
    on_path = {(ns.spasm(t.source), t.predicate, ns.spasm(t.target)) for t in part.ties if t.is_on_path}
    assert on_path == steps
    assert {t.iri for t in part.things} == {n for p in part.paths for n in p.nodes}


def test_a_thing_without_edges_is_shown(kg):
    item = next(x.value for (x,) in kg.store.select("SELECT ?x { ?x a spasm:Item } ORDER BY ?x LIMIT 1"))
    part = around(kg, Wanted((item,)))
    assert [(t.iri, t.degree) for t in part.things] == [(item, 0)]


# ---- how the canvas draws it ----


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_canvas_has_the_hue_and_shape_of_every_kind_and_the_line_of_every_certainty(theme):
    rules = {}
    for rule in canvas_style(theme):
        rules[rule["selector"]] = rules.get(rule["selector"], {}) | rule["style"]
    for kind, look in KINDS.items():
        style = rules[f'node[kind = "{kind}"]']
        assert style["border-color"] == theme.hues[look.family]
        assert style["background-color"] == (theme.paper if look.hollow else theme.hues[look.family])
    assert rules['edge[certainty = "possible"]']["line-dash-pattern"] == [5, 4]
    assert rules['edge[certainty = "rare"]']["line-style"] == "dotted"
    assert rules["edge[?inferred]"]["line-outline-color"] == theme.inferred
    used = {v for r in rules.values() for v in r.values() if isinstance(v, str) and v.startswith("#")}
    if theme is DARK:
        assert not used & {*HUES.values(), LIGHT.paper, LIGHT.ink, LIGHT.ink2, LIGHT.inferred}


def test_layers_have_words_in_the_filters(kg):
    part = around(kg, Wanted((SPASM,), depth=4, most=2000, inferred=True))
    assert {c.value for c in part.facets["layer"]} <= set(LAYERS)
