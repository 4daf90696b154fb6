"""The grammar of metapaths: what it reads, and where it says that something is wrong."""

from __future__ import annotations

import pytest

from spasmkg.errors import MetapathError
from spasmkg.metapath import Names, Step, Thing, parse

NAMES = Names(str, lambda p: p, lambda e: f"<{e}>")


def read(text):
    return parse(text, NAMES)


def test_things_and_steps_alternate():
    found = read("Drug -hasSideEffect-> Finding <-hasSymptom- Spasm")
    assert [t.kinds for t in found.things] == [("Drug",), ("Finding",), ("Spasm",)]
    assert found.steps == (Step(("hasSideEffect",), 1), Step(("hasSymptom",), -1))
    assert found.lengths == (2, 2)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("A -p- B", Step(("p",), 0)),
        ("A --> B", Step((), 1)),
        ("A <-- B", Step((), -1)),
        ("A -- B", Step((), 0)),
        ("A -*-> B", Step((), 1)),
        ("A -p|q-> B", Step(("p", "q"), 1)),
        ("A <-p | q- B", Step(("p", "q"), -1)),
        ("A -p+-> B", Step(("p",), 1, 1, None)),
        ("A -{2}-> B", Step((), 1, 2, 2)),
        ("A -p{1,3}-> B", Step(("p",), 1, 1, 3)),
        ("A -p{2,}- B", Step(("p",), 0, 2, None)),
        ("A-p->B", Step(("p",), 1)),
    ],
)
def test_a_step_has_predicates_a_direction_and_a_repetition(text, step):
    assert read(text).steps == (step,)


def test_a_thing_is_a_kind_several_kinds_an_entity_or_anything():
    found = read('Drug|DrugClass -- "muscle cramp" -- * -- spasm:Spasm')
    assert found.things == (
        Thing(("Drug", "DrugClass")),
        Thing(entity="<muscle cramp>"),
        Thing(),
        Thing(("spasm:Spasm",)),
    )


def test_lengths_add_up_the_repetitions():
    assert read("A -p{1,3}-> B -q-> C").lengths == (2, 4)
    assert read("A -p+-> B -q-> C").lengths == (2, None)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", 0, "a kind"),
        ("Drug", 4, "a step"),
        ("Drug -causes->", 14, "a kind"),
        ("Drug -causes> X", 12, "no meaning"),
        ("Drug causes X", 5, "expected a step"),
        ("Drug <-causes-> X", 13, 'expected "-"'),
        ("Drug -causes{0,2}-> X", 12, "repetition"),
        ("Drug -causes{3,2}-> X", 12, "repetition"),
        ("Drug -a|-> X", 8, "a predicate"),
        ("Drug -a-> X|", 12, "a kind"),
        ('Drug -a-> "open', 10, "no meaning"),
        ("Drug -a-> Ⅷ", 10, "no meaning"),
        ("A -p{61}-> B", 0, "60"),
    ],
)
def test_an_error_names_the_character(text, place, words):
    with pytest.raises(MetapathError, match=words) as caught:
        read(text)
    assert caught.value.position == place


def test_an_unknown_name_gets_its_place_and_suggestions(kg):
    with pytest.raises(MetapathError) as caught:
        kg.metapath("Drug -hasSidEffect-> Finding")
    assert (caught.value.position, caught.value.suggestions) == (6, ("hasSideEffect",))
    with pytest.raises(MetapathError) as caught:
        kg.metapath("Drug -hasSideEffect-> Fnding")
    assert (caught.value.position, caught.value.suggestions) == (22, ("Finding",))
    with pytest.raises(MetapathError) as caught:
        kg.metapath('"baclofn" -- *')
    assert (caught.value.position, caught.value.suggestions) == (0, ("baclofen",))
