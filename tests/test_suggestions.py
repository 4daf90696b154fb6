"""What a query can go on with: each suggestion leads to answers, and none that does is left out."""

from __future__ import annotations

import pytest

from spasmkg import namespaces as ns
from spasmkg.store import memory
from spasmkg.suggestions import predicates_of, summary, values

DRUG, EFFECT = ns.spasm("Drug"), ns.spasm("hasSideEffect")


@pytest.fixture(scope="module")
def found(kg):
    return summary(kg.store)


def test_a_class_has_the_predicates_of_its_members_and_no_other(kg, found):
    for use in found.classes[::9]:
        asked = kg.store.select(f"SELECT ?p (COUNT(*) AS ?n) {{ ?s a <{use.iri}> ; ?p ?o }} GROUP BY ?p")
        assert use.with_ == {p.value: int(n.value) for p, n in asked}


def test_a_predicate_has_the_classes_of_its_objects_and_no_other(kg, found):
    for use in found.predicates[::23]:
        asked = kg.store.select(f"SELECT ?c (COUNT(*) AS ?n) {{ ?s <{use.iri}> ?o . ?o a ?c }} GROUP BY ?c")
        assert use.with_ == {c.value: int(n.value) for c, n in asked if str(c)[0] == "<"}


def test_what_is_used_most_comes_first(found):
    for uses in (found.classes, found.predicates):
        assert [u.count for u in uses] == sorted((u.count for u in uses), reverse=True)
    assert ns.graph("edges") in found.graphs


def test_values_are_what_the_predicate_leads_to(kg):
    all_values = values(kg.store, EFFECT, limit=1000)
    asked = {o.value for (o,) in kg.store.select(f"SELECT DISTINCT ?o {{ ?s <{EFFECT}> ?o }}")}
    assert {v.iri for v in all_values} == asked
    assert [v.count for v in all_values] == sorted((v.count for v in all_values), reverse=True)
    weak = values(kg.store, EFFECT, "WEAK")
    assert {v.label for v in weak} == {v.label for v in all_values if "weak" in v.label}
    assert weak


def test_values_can_be_those_of_a_subject_or_a_class(kg):
    mine = values(kg.store, EFFECT, subject=ns.spasm("dantrolene"))
    assert [v.label for v in mine] == ["hepatotoxicity", "muscle weakness"]
    assert values(kg.store, EFFECT, kind=ns.spasm("Test")) == []
    assert values(kg.store, EFFECT, kind=DRUG)


@pytest.mark.parametrize("bad", ["x:> ?o } #", "no iri", 'a"b', "<x:y>"])
def test_what_is_no_iri_has_no_suggestions(kg, bad):
    assert predicates_of(kg.store, bad) == {}
    assert values(kg.store, bad) == values(kg.store, EFFECT, subject=bad) == values(kg.store, EFFECT, kind=bad) == []


@pytest.mark.parametrize("words", ['"', "\\", '") } #', "\\u0022", "'"])
def test_words_are_words_and_no_sparql(kg, words):
    assert values(kg.store, EFFECT, words) == []


def test_an_empty_store_has_nothing_to_suggest():
    found = summary(memory())
    assert (found.classes, found.predicates, found.graphs) == ((), (), ())
