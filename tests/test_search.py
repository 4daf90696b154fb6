"""Search: any spelling of an identifier or name, typing errors, and why something matched."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import spasmkg
from spasmkg.errors import AmbiguousNameError, NotFoundError
from spasmkg.search import Index, fold

KG = spasmkg.open()
LABELS = [
    (x.value, label.value)
    for x, label in KG.store.select(
        """SELECT ?x ?label WHERE { VALUES ?g { graph:entities graph:groupings } GRAPH ?g { ?x a ?k ; rdfs:label ?label }
        FILTER(?k NOT IN (spasm:Quantity, spasm:DosePhase)) } ORDER BY ?x"""
    )
]


def test_what_has_the_words_comes_before_what_is_only_spelt_alike():
    whys = [h.why for h in KG.search("calc")]
    near = ["nearly" in w for w in whys]
    assert near == sorted(near)
    assert near[-1]
    assert not near[0]


@pytest.mark.parametrize(
    ("text", "label", "why"),
    [
        ("baclofen", "baclofen", "identifier"),
        ("spasm:baclofen", "baclofen", "identifier"),
        ("SPASM:Baclofen", "baclofen", "label"),
        ("https://w3id.org/spasmkg/baclofen", "baclofen", "identifier"),
        ("Baclofen", "baclofen", "identifier"),
        ("charley horse", "muscle cramp", "exact synonym"),
        ("charley horses", "muscle cramp", "exact synonym"),
        ("pins and needles", "tingling", "exact synonym"),
        ("CK", "creatine kinase", "exact synonym"),
        ("muscle cramps", "muscle cramp", "label"),
        ("peripheral oedema", "peripheral edema", "label"),
        ("muscle fibre", "muscle fiber", "label"),
    ],
)
def test_any_spelling_finds_it_and_says_why(text, label, why):
    best = KG.search(text)[0]
    assert best.label == label
    if not text.startswith("SPASM"):
        assert best.why == why


@pytest.mark.parametrize(("iri", "label"), LABELS)
def test_every_label_finds_its_own_entity(iri, label):
    assert KG.resolve(label) == iri


def with_one_edit(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    edits = [text[:at] + text[at + 1 :], text[:at] + letter + text[at:], text[:at] + letter + text[at + 1 :]]
    if at + 1 < len(text):
        edits.append(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    return rng.choice(edits)


@given(st.sampled_from([pair for pair in LABELS if len(pair[1]) >= 5]), st.randoms(use_true_random=False))
def test_one_typing_error_is_forgiven(entity, rng):
    iri, label = entity
    wrong = with_one_edit(label, rng)
    try:
        assert KG.resolve(wrong)  # the error made another name: that is what was typed
    except AmbiguousNameError as error:
        assert error.candidates
    except NotFoundError as error:
        assert iri.rsplit("/", 1)[-1] in error.suggestions, f"{wrong!r} for {label!r}: {error.suggestions}"


def test_exact_comes_before_what_merely_contains_the_words():
    labels = [h.label for h in KG.search("spasticity")]
    assert labels[0] == "spasticity"


def test_a_kind_narrows_the_search():
    assert {h.kind for h in KG.search("muscle", kind="Quality")} == {"Quality"}


def test_nonsense_finds_nothing():
    assert KG.search("qqqqqqzzzz") == []
    assert KG.search("") == []
    assert KG.search('"*"') == []


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text):
    assert all(0 < h.score <= 1 for h in KG.search(text))


@given(st.text(max_size=40))
def test_folding_is_stable(text):
    assert fold(fold(text)) == fold(text)


def test_an_index_in_memory_answers_like_the_one_on_disk():
    index = Index.of(KG.store)
    assert index.search("charley horse") == KG.search("charley horse")
    index.close()
