"""Analyses: they agree with networkx or with a definition written out, and say what they rest on."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg import namespaces as ns
from spasmkg.analysis import cut_points, loops, shared, simple
from spasmkg.errors import UsageError
from spasmkg.graph import number
from spasmkg.measures import betweenness

NODES = "abcdefgh"
pairs = st.sets(
    st.tuples(st.sampled_from(NODES), st.sampled_from("pq"), st.sampled_from(NODES)), min_size=1, max_size=20
)
graphs = pairs.map(lambda found: number([(*t, 0, 0) for t in sorted(found)], {"Vowel": set("ae"), "Other": set("bcd")}))


@given(graphs, st.integers(1, 5))
def test_betweenness_is_that_of_networkx(graph, block):
    expected = nx.betweenness_centrality(simple(graph))
    ours = betweenness(graph.where(graph.subject != graph.object), block)
    assert np.allclose([ours[n] for n in expected], list(expected.values()))


@given(graphs)
def test_a_cut_point_cuts_off_what_it_says(graph):
    network = simple(graph)
    for cut in cut_points(graph):
        rest = network.copy()
        rest.remove_node(graph.numbers[cut.iri])
        assert cut.cut_off
        main = set(max(nx.connected_components(network), key=len)) - {graph.numbers[cut.iri]}
        off = {graph.numbers[x] for x in cut.cut_off}
        assert off < main
        assert not any(nx.has_path(rest, a, b) for a in off for b in main - off)


@given(graphs, st.integers(2, 4))
def test_loops_are_closed_walks_along_the_edges_without_repetition(graph, longest):
    edges = {(s, p, o) for s, p, o, *_ in graph.edges()}
    found = loops(graph, longest)
    for loop in found:
        assert set(loop.edges) <= edges
        assert 2 <= len(loop.edges) <= longest
        starts = [s for s, _, _ in loop.edges]
        assert len(set(starts)) == len(starts)
        assert [o for _, _, o in loop.edges] == [*starts[1:], starts[0]]
    assert len(set(found)) == len(found)
    two = {frozenset((a, b)) for a in edges for b in edges if a[0] == b[2] and a[2] == b[0] and a[0] != a[2]}
    assert {frozenset(x.edges) for x in found if len(x.edges) == 2} == two


def test_shared_things_have_at_least_two_actors():
    graph = number([("a", "p", "b", 0, 0), ("e", "q", "b", 0, 0), ("a", "p", "c", 0, 0), ("a", "q", "c", 0, 0)],
                   {"Vowel": {"a", "e"}, "Other": {"b", "c"}})  # fmt: skip
    found = shared(graph, ["Vowel"], ["Other"])
    assert [(s.iri, s.by) for s in found] == [("b", (("a", "p"), ("e", "q")))]


def test_the_hub_of_the_graph_is_muscle_spasm(kg):
    found = kg.central(top=5)
    assert found[0].iri == ns.spasm("muscle-spasm")
    assert [c.betweenness for c in found] == sorted((c.betweenness for c in found), reverse=True)


def test_communities_are_a_division_and_the_same_each_time(kg):
    found, quality = kg.communities()
    members = [m for c in found for m in c.members]
    assert len(set(members)) == len(members)
    assert quality > 0.5
    assert kg.communities() == (found, quality)


def test_fatigue_and_spasm_feed_each_other(kg):
    ends = [{ns.local(s) for s, _, _ in loop.edges} for loop in kg.loops()]
    assert {"muscle-fatigue", "muscle-spasm"} in ends


def test_an_account_says_what_it_explains_and_what_it_leaves(kg):
    observed = ["diuretics", "leg cramp", "muscle fatigue"]
    best = kg.account_for(observed)
    assert best[0].label == "mineral depletion"
    assert set(best[0].reasons) == {kg.resolve(x) for x in observed}
    for account in best:
        assert set(account.reasons) | set(account.unexplained) == {kg.resolve(x) for x in observed}
        assert not set(account.reasons) & set(account.unexplained)
        for thing, path in account.reasons.items():
            assert path.nodes[0] == thing
            assert path.nodes[-1] == account.iri
            assert all(s.claims for s in path.steps)
    assert [a.score for a in best] == sorted((a.score for a in best), reverse=True)
    assert all(0 < a.score <= 1 for a in best)


def test_an_observation_is_no_account_of_the_others(kg):
    observed = ["muscle cramp", "tingling"]
    for sort in ("causes", "conditions", "tests"):
        found = kg.account_for(observed, sort=sort, top=1000)
        assert found
        assert not {a.iri for a in found} & {kg.resolve(x) for x in observed}


@pytest.mark.parametrize(("sort", "kinds"), [("tests", {"Test"}), ("conditions", {"Spasm", "Disease"})])
def test_accounts_are_of_the_sort_that_is_asked_for(kg, sort, kinds):
    assert {a.kind for a in kg.account_for(["muscle fatigue", "leg cramp"], sort=sort, top=100)} <= kinds


def test_a_side_effect_is_accounted_for_by_drugs(kg):
    found = kg.account_for(["drowsiness", "nausea"])
    assert found[0].label == "baclofen"
    assert not found[0].unexplained


def test_a_symptom_of_a_genus_is_not_one_of_each_species(kg):
    found = {a.label: a for a in kg.account_for(["muscle weakness", "stiffness"], sort="conditions", top=100)}
    assert "muscle spasm" in found
    assert "hiccups" not in found


def test_what_only_describes_is_no_mechanism(kg):
    assert "evidence-varies" not in {ns.local(s.iri) for s in kg.shared_mechanisms(top=1000)}


def test_an_unknown_sort_is_refused(kg):
    with pytest.raises(UsageError, match="causes, conditions, tests"):
        kg.account_for(["leg cramp"], sort="drugs")
