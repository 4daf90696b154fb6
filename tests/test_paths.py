"""Paths: three ways of finding them agree, the ranking is what it says, and nothing is cut in silence."""

from __future__ import annotations

import math
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmkg import namespaces as ns
from spasmkg.distances import distances, shortest, shortest_paths
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.graph import Graph, number
from spasmkg.measures import pagerank, path_counts
from spasmkg.metapath import Names, parse
from spasmkg.paths import WEIGHTS
from spasmkg.routes import automaton, best_routes, free

NODES = "abcdefg"
KINDS = {"Vowel": set("ae"), "Letter": set(NODES), "Consonant": set(NODES) - set("ae")}
PREDICATES = ("p", "q", "r")
triples = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(NODES))
graphs = st.sets(triples, min_size=1, max_size=18).map(
    lambda found: number([(s, p, o, 0, 0) for s, p, o in sorted(found)] + [(n, "r", n, 0, 0) for n in NODES], KINDS)
)  # a loop at every node makes all of them nodes of the graph; no path takes it
things = st.sampled_from(["*", "Vowel", "Consonant", "Letter", "Vowel|Consonant", '"b"'])
steps = st.builds(
    lambda names, times, shape: shape.format(names + times),
    st.sampled_from(["", "p", "q", "p|q", "r", "*"]),
    st.sampled_from(["", "{1,2}", "{2}", "+", "{2,}"]),
    st.sampled_from(["-{}->", "<-{}-", "-{}-"]),
)
metapaths = st.lists(st.tuples(steps, things), min_size=1, max_size=3).flatmap(
    lambda rest: things.map(lambda first: " ".join([first, *(f"{s} {t}" for s, t in rest)]))
)
NAMES = Names(str, str, str)
FREE = "* -+- *"


def brute(graph: Graph, text: str, start: str, goal: str, longest: int) -> Counter:
    """The simple paths along a metapath, by networkx and a matcher of its own."""
    network = nx.MultiGraph()
    network.add_nodes_from(graph.nodes)
    for s, p, o, *_ in graph.edges():
        if s != o:
            network.add_edge(s, o, key=(s, p, o))
    way = parse(text, NAMES)
    lengths = way.lengths
    found: Counter = Counter()
    for path in nx.all_simple_edge_paths(network, start, goal, cutoff=longest):
        if lengths[0] <= len(path) and (lengths[1] is None or len(path) <= lengths[1]) and fits(way, path):
            found[tuple(key for *_, key in path)] += 1
    return found


def fits(way, path) -> bool:
    nodes = [path[0][0], *(v for _, v, _ in path)]

    def thing(t, node):
        return (not t.kinds or any(node in KINDS[k] for k in t.kinds)) and t.entity in ("", node)

    def rest(i, at):
        if i == len(way.steps):
            return at == len(path)
        step = way.steps[i]
        for times in range(step.low, (len(path) if step.high is None else step.high) + 1):
            taken = path[at : at + times]
            if len(taken) < times:
                break
            arrived = all(edge(step, *e) for e in taken) and thing(way.things[i + 1], nodes[at + times])
            if arrived and rest(i + 1, at + times):
                return True
        return False

    def edge(step, u, v, key):
        s, p, o = key
        direction = 1 if (s, o) == (u, v) else -1
        return (not step.predicates or p in step.predicates) and step.direction in (0, direction)

    return thing(way.things[0], nodes[0]) and rest(0, 0)


def ours(graph: Graph, text: str, start: str, goal: str, longest: int, **options):
    goals = np.zeros(len(graph.nodes), dtype=bool)
    goals[graph.numbers[goal]] = True
    flat = np.zeros(len(graph)), np.zeros(len(graph.nodes))
    wanted = free(graph) if text == FREE else automaton(graph, parse(text, NAMES))
    return best_routes(graph, wanted, graph.numbers[start], goals, longest, 10_000, *flat, **options)


def as_edges(graph: Graph, route) -> tuple:
    return tuple(graph.edge(entry >> 1) for entry in route)


@given(graphs, st.one_of(metapaths, st.just(FREE)), st.permutations(NODES), st.integers(1, 5))
@settings(max_examples=400)
def test_the_automaton_finds_what_networkx_finds(graph, text, ends, longest):
    start, goal = ends[:2]
    found = ours(graph, text, start, goal, longest)
    expected = brute(graph, text, start, goal, longest)
    assert Counter(as_edges(graph, r) for _, r in found.routes) == expected
    assert found.counts == Counter(len(p) for p in expected)
    assert found.complete


def test_the_matcher_of_the_test_can_fail():
    graph = number([("a", "p", "b", 0, 0), ("b", "q", "c", 0, 0)], {"Vowel": {"a"}, "Consonant": {"b", "c"}})
    assert brute(graph, "Vowel -p-> * -q-> Consonant", "a", "c", 4)
    assert not brute(graph, "Vowel -q-> * -q-> Consonant", "a", "c", 4)
    assert not brute(graph, "Consonant -p-> * -q-> Consonant", "a", "c", 4)
    assert not brute(graph, "* <-p- * -q-> *", "a", "c", 4)


@given(graphs, st.permutations(NODES))
def test_shortest_paths_are_those_of_networkx(graph, ends):
    start, goal = (graph.numbers[n] for n in ends[:2])
    network = nx.Graph()
    network.add_nodes_from(range(len(NODES)))
    network.add_edges_from(zip(graph.subject.tolist(), graph.object.tolist(), strict=True))
    expected = sorted(nx.all_shortest_paths(network, start, goal)) if nx.has_path(network, start, goal) else []
    assert shortest_paths(graph, start, goal).tolist() == expected
    one = shortest(graph, start, goal)
    assert one in expected if expected else one is None
    away = nx.single_source_shortest_path_length(network, start)
    assert distances(graph, start).tolist() == [away.get(n, -1) for n in range(len(NODES))]


@given(graphs, metapaths.filter(lambda m: "{" not in m and "+" not in m))
def test_counts_by_matrices_are_those_of_the_paths(graph, text):
    table = path_counts(graph, parse(text, NAMES))
    for start in graph.nodes:
        for goal in graph.nodes:
            expected = sum(brute(graph, text, start, goal, 3).values()) if start != goal else 0
            assert table[graph.numbers[start], graph.numbers[goal]] == expected


def test_counts_by_matrices_refuse_what_they_cannot_count():
    graph = number([("a", "p", "b", 0, 0)])
    for text in ("* -p+-> *", "* -- * -- * -- * -- *"):
        with pytest.raises(UsageError, match="at most three"):
            path_counts(graph, parse(text, NAMES))


@given(graphs, st.sampled_from(NODES))
def test_pagerank_is_that_of_networkx(graph, seed):
    network = nx.MultiGraph()
    network.add_nodes_from(range(len(NODES)))
    for s, o in zip(graph.subject.tolist(), graph.object.tolist(), strict=True):
        network.add_edge(s, o)
    start = graph.numbers[seed]
    weights = nx.Graph()
    weights.add_nodes_from(network)
    for u, v in network.edges():
        # an edge of a node with itself has two entries there, which networkx counts once
        old = weights.get_edge_data(u, v, {"weight": 0})["weight"]
        weights.add_edge(u, v, weight=old + (2 if u == v else 1))
    expected = nx.pagerank(weights, 0.85, personalization={start: 1}, tol=1e-12, max_iter=500)
    assert np.allclose(pagerank(graph, [start], tolerance=1e-12), [expected[n] for n in range(len(NODES))], atol=1e-7)


# ---- on the real graph ----

WAYS = [
    "Drug -hasSideEffect-> Condition <-hasSymptom|hasSign- *",
    "* -leadsTo{1,2}-> Spasm",
    "Supplement -replenishes-> Nutrient <-depletes- *",
    "Test -measures|detects-> * -- Condition",
    "Symptom -- Cause",
    'DrugClass -- * -{1,2}- "muscle cramp"',
    "Spasm <-treats|relieves|prevents- Drug|Therapy",
]


@pytest.mark.parametrize("text", WAYS)
def test_sparql_and_arrays_agree_on_the_graph(kg, text):
    way = kg.metapath(text)
    rows = kg.query(way.sparql()).rows
    expected = set()
    for row in rows:
        values = [row[i] for i in range(len(row))]
        steps = [values[i : i + 3] for i in range(1, len(values), 3) if values[i] is not None]
        nodes = [values[0], *(n for *_, n in steps)]
        expected.add(
            tuple(
                (a.value, p.value, b.value) if f.value == "true" else (b.value, p.value, a.value)
                for (p, f, _), a, b in zip(steps, nodes, nodes[1:], strict=False)
            )
        )
    graph = kg.graph(named=way.predicates)
    found = set()
    for start in np.flatnonzero(automaton(graph, way).starts).tolist():
        flat = np.zeros(len(graph)), np.zeros(len(graph.nodes))
        every = np.ones(len(graph.nodes), dtype=bool)
        every[start] = False
        longest = way.lengths[1] or 4
        routes = best_routes(graph, automaton(graph, way), start, every, longest, 1_000_000, *flat)
        found |= {as_edges(graph, r) for _, r in routes.routes}
    assert found == expected
    assert found


def test_networkx_and_arrays_agree_on_the_graph(kg):
    graph = kg.graph()
    network = nx.MultiGraph()
    for s, p, o, *_ in graph.edges():
        network.add_edge(s, o, key=(s, p, o))
    for a, b in (("diuretics", "leg-cramp"), ("baclofen", "tetany"), ("yoga", "electromyography")):
        paths = nx.all_simple_edge_paths(network, ns.spasm(a), ns.spasm(b), cutoff=4)
        expected = Counter(len(p) for p in paths)
        assert kg.paths(a, b).by_length == expected


def test_paths_are_ranked_as_they_say(kg):
    found = kg.paths("diuretics", "muscle cramp", top=1000)
    assert len(found) == found.total
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    for path in found:
        counted = math.prod(WEIGHTS[s.certainty] for s in path.steps)
        expected = counted * math.prod(1 / math.sqrt(n) for n in path.between)
        assert path.quality == pytest.approx(expected)
        assert 1 / (path.length + 1) < path.score <= 1 / path.length
    best = kg.paths("diuretics", "muscle cramp", top=7)
    assert list(best) == list(found)[:7]
    assert best.by_length == found.by_length


def test_a_path_through_a_hub_comes_later(kg):
    found = kg.paths("diuretics", "muscle cramp", top=1000)
    alike: dict[tuple, list[int]] = {}
    for path in found:
        alike.setdefault((path.length, *sorted(s.certainty for s in path.steps)), []).append(math.prod(path.between))
    assert max(len(edges) for edges in alike.values()) > 5
    assert all(edges == sorted(edges) for edges in alike.values())


def test_every_step_has_its_claims_and_every_path_is_simple(kg):
    found = kg.paths("tizanidine", "tetany", top=500, inferred=True)
    assert any(s.inferred for p in found for s in p.steps)
    for path in found:
        assert len(set(path.nodes)) == path.length + 1
        assert all(s.claims for s in path.steps)
        assert all(a.ends[1] == b.ends[0] for a, b in zip(path.steps, path.steps[1:], strict=False))


def test_lists_and_inverses_are_left_out_unless_named(kg):
    def used(found):
        return {ns.local(s.predicate) for p in found for s in p.steps}

    assert "listedIn" not in used(kg.paths("baclofen", "tizanidine", top=1000))
    assert "sideEffectOf" not in used(kg.paths("baclofen", "tizanidine", top=1000, inferred=True))
    assert used(kg.paths("baclofen", "tizanidine", along="* -listedIn-> * <-listedIn- *")) == {"listedIn"}
    assert "sideEffectOf" in used(kg.paths("baclofen", along="* -hasSideEffect-> * -sideEffectOf-> Drug"))


def test_a_used_up_budget_is_said(kg):
    whole = kg.paths("diuretics", "muscle cramp", max_length=4)
    cut = kg.paths("diuretics", "muscle cramp", max_length=4, budget=20)
    assert whole.complete
    assert not cut.complete
    assert 0 < cut.total < whole.total
    assert list(cut)[:4] == list(whole)[:4]


def test_shortest_paths_only(kg):
    found = kg.paths("magnesium citrate", "diuretics", shortest=True)
    assert set(found.by_length) == {2}
    assert found.total == kg.paths("magnesium citrate", "diuretics").by_length[2]


def test_a_path_may_end_at_a_kind(kg):
    found = kg.paths("diuretics", kind="Test", max_length=2)
    kinds = {found.labels[p.nodes[-1]][2] for p in found}
    assert kinds == {"Test"}


def test_where_there_is_no_path_the_reach_of_both_sides_is_said(kg):
    assert "nearest way has 3 steps" in kg.paths("diuretics", "clonus", max_length=1).reason
    reason = kg.paths("diuretics", "clonus", along="* -depletes-> * -subtypeOf-> *").reason
    assert "diuretics reaches along the metapath: 3 after step 1, 2 after step 2; back from clonus: 0 before" in reason
    assert "not what the metapath starts from" in kg.paths("baclofen", "clonus", along="Test -- *").reason
    assert "not what the metapath ends at" in kg.paths("baclofen", "clonus", along="* -- Test").reason
    assert kg.paths("diuretics", "clonus").reason == ""


def test_ends_that_do_not_fit_are_refused(kg):
    with pytest.raises(UsageError, match="same thing"):
        kg.paths("muscle cramp", "charley horse")
    with pytest.raises(UsageError, match="one of them"):
        kg.paths("baclofen", "tetany", kind="Test")
    with pytest.raises(UsageError, match="needs a goal"):
        kg.paths("baclofen")
    with pytest.raises(NotFoundError, match="certainties are"):
        kg.paths("baclofen", "tetany", certainty="sure")
    with pytest.raises(NotFoundError, match="did you mean Test"):
        kg.paths("baclofen", kind="Tset")


def test_certainty_bounds_every_step(kg):
    found = kg.paths("diuretics", "muscle cramp", certainty="possible", top=1000)
    assert {p.certainty for p in found} <= {"asserted", "usual", "possible"}
    assert 0 < found.total < kg.paths("diuretics", "muscle cramp").total


def test_neighbours_are_as_far_as_networkx_says(kg):
    graph = kg.graph()
    network = nx.Graph()
    network.add_edges_from((s, o) for s, _, o, *_ in graph.edges())
    expected = nx.single_source_shortest_path_length(network, ns.spasm("tetany"), cutoff=3)
    found = kg.neighbours("tetany", depth=3)
    assert {p.nodes[-1]: p.length for p in found} == {n: d for n, d in expected.items() if d}
    best = kg.paths("tetany", "diuretics", shortest=True, top=1)[0]
    assert next(p for p in found if p.nodes[-1] == ns.spasm("diuretics")).score == pytest.approx(best.score)


def test_metapaths_count_the_paths_and_can_be_followed(kg):
    rows, complete = kg.metapaths("diuretics", "muscle cramp")
    assert complete
    assert sum(n for _, n, _ in rows) == kg.paths("diuretics", "muscle cramp", max_length=3).total
    for metapath, count, best in rows:
        followed = kg.paths("diuretics", "muscle cramp", along=metapath)
        assert followed.total >= count  # a kind in the metapath has its narrower kinds as well
        assert best in list(followed)


def test_a_users_edge_is_followed(kg, tmp_path):
    file = tmp_path / "mine.ttl"
    file.write_text(
        "@prefix spasm: <https://w3id.org/spasmkg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'spasm:loop-diuretics a spasm:DrugClass ; rdfs:label "loop diuretics"@en ; spasm:depletes spasm:potassium .\n'
    )
    mine = kg.with_file(file)
    found = mine.paths("loop diuretics", "potassium chloride")
    assert found.text(found[0]).startswith("loop diuretics —depletes→ potassium")
    assert kg.graph().numbers.keys() < mine.graph().numbers.keys()


def test_a_chain_longer_than_small_numbers_count():
    size = 700
    chain = Graph.of(range(size), ["p"], range(size - 1), [0] * (size - 1), range(1, size))
    assert shortest(chain, 0, size - 1) == list(range(size))
    assert shortest_paths(chain, 5, size - 3).tolist() == [list(range(5, size - 2))]
    assert distances(chain, 0).tolist() == list(range(size))
    apart = chain.where(np.arange(size - 1) != 350)
    assert shortest(apart, 0, size - 1) is None
    assert len(shortest_paths(apart, 0, size - 1)) == 0


def test_two_parts_of_a_graph_say_how_far_each_reaches(kg, tmp_path):
    file = tmp_path / "island.ttl"
    file.write_text(
        "@prefix spasm: <https://w3id.org/spasmkg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'spasm:one a spasm:Drug ; rdfs:label "one"@en ; spasm:hasSideEffect spasm:two .\n'
        'spasm:two a spasm:Finding ; rdfs:label "two"@en .\n'
    )
    reason = kg.with_file(file).paths("one", "baclofen").reason
    assert reason.startswith("from one other things can be reached: 1, the farthest in 1 steps; from baclofen: 8")


def test_a_single_name_will_do(kg):
    one, listed = kg.networkx(kinds="Drug", layers="inferred"), kg.networkx(kinds=["Drug"], layers=["inferred"])
    assert list(one.edges(keys=True)) == list(listed.edges(keys=True))
    with pytest.raises(UsageError, match="depth"):
        kg.neighbours("baclofen", depth=0)
