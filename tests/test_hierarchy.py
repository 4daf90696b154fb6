"""Ways up an imported hierarchy, held against a plain search; terms of loaded vocabularies on the command line."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError
from spasmkg.hierarchy import PARENT, Climber, labels, line
from spasmkg.store import memory

GRAPH = ns.graph("vocabulary/X")
TERMS = "abcdefg"


def iri(name):
    return f"https://example.org/{name}"


def store_of(steps, more=()):
    store = memory()
    store.insert([(f"<{iri(a)}>", f"<{PARENT}>", f"<{iri(b)}>") for a, b in steps], [GRAPH])
    store.insert(more, [GRAPH])
    return store


def distances(steps, start, *, upward=True):
    """By term how many steps it is away from a start."""
    known, level, depth = {start: 0}, [start], 0
    while level:
        depth += 1
        level = [b if upward else a for a, b in steps if (a if upward else b) in level]
        level = [t for t in dict.fromkeys(level) if t not in known]
        known |= dict.fromkeys(level, depth)
    return known


steps = st.sets(st.sampled_from([p for p in product(TERMS, TERMS) if p[0] != p[1]]), max_size=14)


@given(steps, st.booleans())
def test_a_line_is_everything_on_one_side_nearest_first(steps, upward):
    found = line(store_of(steps), GRAPH, iri("a"), upward=upward)
    far = distances(steps, "a", upward=upward)
    assert sorted(found) == sorted(iri(t) for t in far if t != "a")
    depths = [far[t[-1]] for t in found]
    assert depths == sorted(depths)


@given(steps)
def test_a_way_is_a_shortest_one(steps):
    climber = Climber(store_of(steps), GRAPH)
    far = distances(steps, "a")
    for goal in TERMS[1:]:
        way = climber.way(iri("a"), iri(goal))
        assert len(way) == far.get(goal, 0)
        ends = [s[0] for s in way] + [s[2] for s in way[-1:]]
        assert ends[:1] == [f"<{iri('a')}>"] * bool(way)
        assert ends[-1:] == [f"<{iri(goal)}>"] * bool(way)
        assert all((s[-2], o[-2]) in steps for s, _, o in way)


@given(steps, st.sets(st.sampled_from(TERMS)))
def test_the_nearest_are_those_wanted_with_no_other_wanted_below(steps, wanted):
    climber = Climber(store_of(steps), GRAPH)
    found = {way[-1][1][-1] for way in climber.nearest(iri("a"), lambda t: t[-1] in wanted)}
    above = {t: set(distances(steps, t)) for t in TERMS}
    reached = {t for t in above["a"] & wanted if t != "a"}
    lowest = {t for t in reached if not any(t in above[o] and o not in above[t] for o in reached)}
    assert found <= lowest
    # of terms above each other in a ring the first that is met stands for all
    assert all(any(f == t or (f in above[t] and t in above[f]) for f in found) for t in lowest)


def test_what_was_read_at_once_is_not_asked_for_again():
    store = store_of([("a", "b"), ("b", "c")])
    climber = Climber(store, GRAPH)
    climber.read([iri("a")])
    store.clear(GRAPH)
    assert len(climber.way(iri("a"), iri("c"))) == 2


def test_other_predicates_lead_up_when_they_are_named():
    other = "https://example.org/has_ingredient"
    store = store_of([("b", "c")], [(f"<{iri('a')}>", f"<{other}>", f"<{iri('b')}>")])
    assert Climber(store, GRAPH).way(iri("a"), iri("c")) == []
    assert [p for _, p, _ in Climber(store, GRAPH, [PARENT, other]).way(iri("a"), iri("c"))] == [f"<{other}>", f"<{PARENT}>"]  # fmt: skip


def test_english_labels_come_before_others():
    said = [(f"<{iri(x)}>", f"<{ns.RDFS_LABEL}>", text) for x, text in
            [("a", '"x"@ja'), ("a", '"z"@en'), ("a", '"y"'), ("b", '"v"@ja'), ("b", '"w"')]]  # fmt: skip
    assert labels(store_of([], said), GRAPH, [iri("a"), iri("b"), iri("c")]) == {iri("a"): "z", iri("b"): "w"}


# ---- on the loaded vocabularies ----


def test_a_term_of_a_loaded_vocabulary_has_ancestors_there(linked):
    assert [label for _, label in linked.ancestors("hp:0001324")] == [
        "Abnormal muscle physiology", "Abnormality of the musculature", "Phenotypic abnormality", "All",
    ]  # fmt: skip
    assert "Perioral spasm" in [label for _, label in linked.descendants("HP:0003394")]


def test_a_term_of_a_vocabulary_that_is_not_loaded_stands_for_its_entity(kg, linked):
    assert linked.ancestors("snomedct:55300003") == linked.ancestors("muscle cramp") == kg.ancestors("muscle cramp")
    assert kg.descendants("HP:0003394") == kg.descendants("muscle spasm")


def test_a_term_that_the_loaded_release_lacks_is_said_to_be_missing(linked):
    with pytest.raises(NotFoundError, match="loaded HP 2023-07-21"):
        linked.ancestors("HP:0001250")


def test_the_command_shows_identifiers_and_names(run, linked_folder):
    code, out, err = run("ancestors", "HP:0001324", "--store", str(linked_folder))
    assert (code, out.splitlines()[1]) == (
        0,
        '<http://purl.obolibrary.org/obo/HP_0011804>\t"Abnormal muscle physiology"',
    )
    assert "vocabulary:HP" in err
    code, out, err = run("ancestors", "snomedct:55300003", "--store", str(linked_folder))
    assert (code, out.splitlines()[0]) == (0, "?entity\t?entity_label")
    assert "spasm:muscle-cramp" in err
