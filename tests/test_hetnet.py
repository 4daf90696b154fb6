"""The graph that the benchmarks walk on has the sizes it promises, and is the same each time."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import hetnet


@pytest.fixture(scope="module")
def graph():
    return hetnet.graph()


def test_the_sizes_are_those_of_hetionet(graph):
    assert (len(graph.nodes), len(graph)) == (47_031, 2_250_197)
    assert (len(hetnet.KINDS), len(hetnet.RELATIONS)) == (11, 24)
    assert {k: int(mask.sum()) for k, mask in graph.kinds.items()} == hetnet.KINDS
    counts = np.bincount(graph.predicate).tolist()
    assert dict(zip(graph.predicates, counts, strict=True)) == {p: r[-1] for p, r in hetnet.RELATIONS.items()}


def test_no_edge_comes_twice_or_ties_a_node_to_itself(graph):
    keys = (graph.subject.astype(np.int64) * len(graph.predicates) + graph.predicate) * len(graph.nodes) + graph.object
    assert (np.diff(keys) > 0).all()
    assert (graph.subject != graph.object).all()


def test_a_relation_without_direction_ties_a_pair_once(graph):
    for predicate in hetnet.SYMMETRIC:
        some = graph.only(predicates=[predicate])
        assert (some.subject < some.object).all()


def test_a_relation_leads_from_its_kind_to_its_kind(graph):
    for predicate, (left, _, right, _) in hetnet.RELATIONS.items():
        some = graph.only(predicates=[predicate])
        assert graph.kinds[left.kind][some.subject].all()
        assert graph.kinds[right.kind][some.object].all()


def test_a_few_nodes_have_most_of_the_edges(graph):
    degrees = np.sort(graph.degree)[::-1]
    assert degrees[: len(degrees) // 100].sum() > 0.2 * degrees.sum()
    assert degrees[0] > 300 * np.median(degrees)


@pytest.mark.slow
def test_a_seed_gives_one_graph_and_another_seed_another(graph):
    assert (hetnet.graph().object == graph.object).all()
    assert not np.array_equal(hetnet.graph(seed=2).object, graph.object)


def test_names_are_made_when_asked_for():
    names = hetnet.Names({"Drug": 2, "Gene": 3})
    assert list(names) == [names[i] for i in range(5)] == sorted(names)
    assert (names[-1], names[1:3]) == ("Gene/00002", ["Drug/00001", "Gene/00000"])
    with pytest.raises(IndexError):
        names[5]
