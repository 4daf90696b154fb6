"""Comparing the graph with a copy of the article: spans, sentences, hedges."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg import article
from spasmkg.article import alike, compare, cue, digest, find_span, sentence_around
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.store import memory

TEXT = "1. Wodrel\nWodrel may ease cramps. It never helps at noon; take it non‑stop.\nA line that nobody read.\n"


def store(**changes):
    start, end = changes.pop("span", (17, 33))
    claim = f"""@prefix claim: <https://w3id.org/spasmkg/claim/> . @prefix item: <https://w3id.org/spasmkg/item/> .
        @prefix oa: <http://www.w3.org/ns/oa#> . @prefix spasm: <https://w3id.org/spasmkg/> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        claim:x-1-1 a spasm:Claim ; rdf:subject spasm:wodrel ; rdf:predicate spasm:relieves ; rdf:object spasm:cramp ;
          spasm:statedIn item:x-1 ; spasm:certainty spasm:{changes.get("certainty", "possible")} ;
          oa:start {start} ; oa:end {end} ; spasm:spanDigest "{digest(TEXT[start:end])}" ."""
    place = f"""@prefix item: <https://w3id.org/spasmkg/item/> . @prefix oa: <http://www.w3.org/ns/oa#> .
        @prefix spasm: <https://w3id.org/spasmkg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        spasm:article a spasm:Source ; spasm:spanDigest "{digest(TEXT)}" . spasm:section-x rdfs:label "Medicines"@en .
        item:x-1 a spasm:Item ; rdfs:label "Wodrel"@en ; spasm:inSection spasm:section-x ; spasm:headingSpan <x:h> ;
          oa:start 0 ; oa:end {len(TEXT) - 1} ; spasm:spanDigest "{digest(TEXT[:-1])}" .
        <x:h> oa:start 3 ; oa:end 9 ."""
    made = memory()
    graphs = [
        ("claims", claim, "https://w3id.org/spasmkg/graph/claims"),
        ("article", place, "https://w3id.org/spasmkg/graph/article"),
    ]
    made.load((name, text.encode(), graph) for name, text, graph in graphs)
    return made


def test_the_right_copy_passes_and_untouched_sentences_are_listed():
    found = compare(store(), TEXT)
    assert found.same_text
    assert (found.spans, found.moved, found.hedged, found.median_span) == (1, [], [], 16)
    assert [TEXT[at : at + 9] for _, at, _ in found.uncovered] == ["It never ", "take it n", "A line th"]


def test_a_changed_word_is_noticed():
    found = compare(store(), TEXT.replace("cramps", "cramp!"))
    assert not found.same_text
    assert found.moved == ["claim:x-1-1", "item:x-1"]


def test_a_hedging_word_in_an_asserted_span_is_noticed():
    assert compare(store(certainty="asserted"), TEXT).hedged == [("claim:x-1-1", "may")]


def test_words_are_found_whatever_their_hyphens():
    (span,) = find_span(TEXT, "non-stop")
    assert TEXT[span.start : span.end] == "non‑stop"
    assert span.digest == digest("non‑stop")


def test_nothing_is_found_outside_the_item():
    assert find_span(TEXT, "cramps", 40) == []


@given(st.text(max_size=80))
def test_plain_characters_keep_the_offsets(text):
    assert len(alike(text)) == len(text)


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_a_cue_never_holds_more_than_six_words(words):
    assert len([w for w in cue(" ".join(words)).split() if w != "…"]) <= 6


def test_the_sentence_around_a_span():
    (span,) = find_span(TEXT, "ease cramps")
    assert sentence_around(TEXT, span) == ("Wodrel may ", "ease cramps", ".")


def test_a_missing_or_binary_file_is_refused(tmp_path):
    with pytest.raises(NotFoundError):
        article.read_article(tmp_path / "none")
    (tmp_path / "bad").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        article.read_article(tmp_path / "bad")


@pytest.mark.article
def test_the_real_article_is_covered_whole(kg, article):
    from spasmkg.article import read_article

    found = compare(kg.store, read_article(article))
    assert found.same_text
    assert (found.moved, found.uncovered, found.hedged) == ([], [], [])
    assert found.median_span < 40


@pytest.mark.article
def test_the_command_shows_the_sentence(article, kg):
    claim = kg.claims(subject="tizanidine", predicate="foodReduces")[0].curie
    done = subprocess.run(
        [sys.executable, "-m", "spasmkg", "evidence", claim, "--article", article],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "[to reduce dry mouth]" in done.stdout.replace("‑", "-")
