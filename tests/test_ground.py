"""The best identifiers for one string, and the same thing elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_vocabularies import EVERY, graph_with

from spasmkg.errors import NotFoundError, UsageError
from spasmkg.linking.part import Keys

KG = graph_with(EVERY)


def ids(text, **options):
    return [g.term.id for g in KG.ground(text, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tetany", ["spasm:tetany", "HP:0001281", "mesh:D013746"]),
        ("Charley horses", ["spasm:muscle-cramp", "mesh:D009120"]),
        ("PRP", ["spasm:platelet-rich-plasma"]),
        ("HP:0001281", ["spasm:tetany", "HP:0001281"]),
        ("hp:0001281", ["spasm:tetany", "HP:0001281"]),
        ("http://purl.obolibrary.org/obo/HP_0001281", ["spasm:tetany", "HP:0001281"]),
        ("MSH:D009120", ["spasm:muscle-cramp", "mesh:D009120"]),
        ("HP:0000999", ["HP:0000998"]),
        ("tetamy", ["spasm:tetany", "HP:0001281"]),
    ],
)
def test_the_best_identifiers(text, expected):
    found = ids(text)
    assert set(expected) <= set(found)
    assert found[0] in expected


def test_reasons_and_the_same_thing_elsewhere():
    best = KG.ground("tetany")[0]
    assert (best.predicate, best.why) == ("exact", 'label "tetany" of our entity')
    assert {"HP:0001281", "mesh:D013746", "umls:C0039621"} <= set(best.elsewhere)
    hp = next(g for g in KG.ground("tetany") if g.term.id == "HP:0001281")
    assert hp.elsewhere[0] == "spasm:tetany"


def test_the_direction_of_a_broader_term_is_turned():
    narrower = [g for g in KG.ground("HP:0003394") if g.term.id == "spasm:nocturnal-leg-cramp"]
    assert [g.predicate for g in narrower] == ["narrow"]


def test_kind_vocabulary_and_limit_narrow():
    assert ids("Baclofen 10 mg oral tablets", vocabularies=["RXCUI"]) == ["rxnorm:430902"]
    assert ids("hand", kind="AnatomicalSite", vocabularies=["rxnorm"]) == []
    assert len(ids("tetany", limit=1)) == 1
    with pytest.raises(NotFoundError):
        KG.ground("x", vocabularies=["DOID"])
    with pytest.raises(UsageError):
        KG.ground("x", kind="Nonsense")


@given(st.text(max_size=40))
def test_any_string_can_be_asked_for(text):
    assert all(0 < g.confidence <= 1 for g in KG.ground(text))


def test_one_string_reads_no_index_whole(monkeypatch):
    def fail(_):
        raise AssertionError("the whole index was read")

    monkeypatch.setattr(Keys, "load", fail)
    assert graph_with(EVERY).ground("tetany")[0].term.id == "spasm:tetany"


def test_the_command_line(run):
    code, out, _ = run("ground", "charley horse", "--limit", "1")
    assert code == 0
    assert out.splitlines()[0] == "?id\t?label\t?precision\t?confidence\t?why\t?same_elsewhere"
    assert out.splitlines()[1].startswith("<https://w3id.org/spasmkg/muscle-cramp>\t")
    code, _, err = run("ground", "qqqqqqqqqq")
    assert (code, err.strip()) == (1, 'nothing is called "qqqqqqqqqq", or nearly so')
    assert run("ground", "x", "--limit", "0")[0] == 2
