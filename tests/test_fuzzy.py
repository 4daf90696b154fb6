"""Misspelt names: the index agrees with a look at every name."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from small_vocabularies import EVERY, graph_with
from tests.test_search import LABELS, with_one_edit

from spasmkg.folding import fold, plain
from spasmkg.linking.fuzzy import Fuzzy, Grams, write_grams

NAMES = [label for _, label in LABELS if len(label) >= 5]
WORDS = st.text(alphabet="abc de1", min_size=1, max_size=9)


def index(names):
    with tempfile.TemporaryDirectory() as folder:  # the index stays mapped when its files are gone
        write_grams(Path(folder), names)
        return Grams(Path(folder))


@given(st.lists(WORDS, min_size=1, max_size=40), WORDS)
def test_the_nearest_name_is_that_of_a_look_at_every_name(names, text):
    wanted = plain(text)
    best = max(OSA.normalized_similarity(wanted, plain(n)) for n in names)
    found = index(names).nearest(wanted, 1)
    near = [n for n in names if OSA.normalized_similarity(wanted, plain(n)) == best]
    shared = [n for n in near if grams(plain(n)) & grams(wanted)]
    if shared and best > 0.75:  # with less in common the fifty candidates need not hold the very nearest
        assert found[0][0] == pytest.approx(best)
        assert found[0][1] in {plain(n) for n in near}


def grams(text):
    padded = f" {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


@given(st.lists(st.text(max_size=12), max_size=20))
def test_every_name_finds_itself(names):
    held = index(names)
    for row, name in enumerate(names):
        if plain(name):
            score, found, rows = held.nearest(plain(name), 1)[0]
            assert (score, found) == (1.0, plain(name))
            assert row in rows


def test_one_typing_error_leads_to_the_right_name():
    held, rng = index(NAMES), random.Random(5)
    hits = 0
    for name in NAMES:
        found = held.nearest(plain(with_one_edit(name, rng)), 1)
        hits += bool(found) and any(fold(NAMES[r]) == fold(name) for r in found[0][2])
    assert hits / len(NAMES) >= 0.96


@pytest.mark.parametrize("text", ["", "   ", "()", "qqqqqqqq"])
def test_what_shares_nothing_finds_nothing(text):
    assert index(["muscle spasm"]).nearest(plain(text), 3) == []


def test_an_empty_vocabulary_has_no_names():
    assert index([]).nearest("muscle", 3) == []


def test_the_index_of_a_part_is_made_once_and_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("SPASMKG_CACHE", str(tmp_path))
    kg = graph_with(EVERY)
    first = Fuzzy(kg.lexicon).nearest("muscel spasn")
    assert (first[0].term.id, first[0].text) == ("spasm:muscle-spasm", "muscle spasm")
    made = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("grams/*")}
    assert Fuzzy(kg.lexicon).nearest("muscel spasn") == first
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("grams/*")} == made


def test_what_was_left_half_made_is_not_used(monkeypatch, tmp_path):
    monkeypatch.setenv("SPASMKG_CACHE", str(tmp_path))
    kg = graph_with(EVERY)
    for part in kg.lexicon.parts:
        (part.folder / ".making-dead" / "grams").mkdir(parents=True)
    assert Fuzzy(kg.lexicon).nearest("tetaby")[0].text == "tetany"
