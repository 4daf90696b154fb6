"""The measurements of the linker: what they count, and that the synthetic labels are what they say."""

from __future__ import annotations

import random

from benchmarks.linking import measure
from benchmarks.names import labels, typo
from tests.small_vocabularies import EVERY, graph_with

from spasmkg.folding import plain


def test_the_linker_is_measured_without_what_was_curated_on_the_entity():
    by_vocabulary, by_kind, cases = measure(graph_with(EVERY))
    hp = by_vocabulary["HP"].counts
    assert (hp["exact"], hp["as exact"], hp["plain found"]) == (2, 2, 2)  # muscle spasm, tetany
    assert by_vocabulary["icd10cm"].counts["as exact"] == 1  # the unspecified code, not the header of that name
    assert by_vocabulary["icd10cm"].counts["plain found"] == 0
    assert by_kind["Drug"].counts["as exact"] == by_kind["Drug"].counts["exact"] > 0
    assert {c[2] for c in cases} <= {"wrong", "missed"}


def test_a_worse_graph_measures_worse():
    spoilt = {**EVERY, "HP": [(t, f, v.replace("Tetany", "Tetanus")) for t, f, v in EVERY["HP"]]}
    assert measure(graph_with(spoilt))[0]["HP"].counts["as exact"] == 1


def test_the_synthetic_labels_are_different_and_the_same_each_time():
    made = labels(2_000)
    assert len(set(made)) == 2_000
    assert made == labels(2_000)
    rng = random.Random(1)
    assert all(abs(len(plain(typo(n, rng))) - len(plain(n))) <= 1 for n in made if len(n) > 5)
