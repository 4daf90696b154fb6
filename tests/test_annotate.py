"""Mentions in text: offsets that give back the text, the longest name, abbreviations in their case."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_vocabularies import EVERY, graph_with

from spasmkg.errors import NotFoundError, UsageError
from spasmkg.linking.annotate import Annotator, smooth
from spasmkg.linking.standoff import as_brat, as_json

KG = graph_with({
    **EVERY,
    "CHEBI": [
        ("CHEBI:1", "label", "β-alanine"), ("CHEBI:2", "label", "alpha-tocopherol"),
        ("CHEBI:3", "exact", "ALS"), ("CHEBI:3", "label", "something"),
    ],
    "UBERON": [("UBERON:1", "label", "artery"), ("UBERON:2", "label", "oesophagus"), ("UBERON:3", "label", "leg muscle")],
})  # fmt: skip
EVERYTHING = Annotator(KG.lexicon)
PIECES = st.sampled_from([
    "Muscle", "muscle", "cramps", "cramp", "leg", "nocturnal leg cramp", "baclofen", "Baclofen", "PRP", "prp", "hand", "hands", "handle",
    "vitamin D", "β-alanine", "beta alanine", "arteries", "artery", "İ", "ẞ", "𝒳", "👩‍⚕️", "\u2011", "-", "\u00a0", " ", "\n", "\r\n", ", ", ". ",
    "<sub>", "</sub>", "<b>", "’s", "'", "“", "”", "é", "ΑΒ", "x", "s", "es", "\x00", "\u0301",
])  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60)


def words(text, **options):
    return [m.text for m in KG.annotate(text, **options)]


# ---- properties ----


@given(TEXTS)
@example("İ muscle cramp")
@example("𝒳 muscle<sub> cramps</sub> 👩‍⚕️ baclofen")
def test_offsets_give_back_the_text(text):
    last = 0
    for m in EVERYTHING.annotate(text):
        assert text[m.start : m.end] == m.text
        assert last <= m.start < m.end <= len(text)
        assert m.matches
        last = m.end


@given(TEXTS)
@example("Muscle'β-alanine")
def test_the_names_of_one_text_find_what_all_names_find(text):
    assert list(KG.annotate(text)) == list(EVERYTHING.annotate(text))


@given(st.text(max_size=80))
def test_smoothing_keeps_the_length_and_leaves_plain_letters(text):
    smoothed = smooth(text)
    assert len(smoothed) == len(text)
    assert smoothed.isascii()


@given(TEXTS)
def test_brat_pieces_give_back_the_text(text):
    for line in as_brat(EVERYTHING.annotate(text)).splitlines():
        if line[0] == "T":
            _, where, shown = line.split("\t")
            spans = [tuple(map(int, x.split())) for x in where.split(" ", 1)[1].split(";")]
            assert " ".join(text[a:b] for a, b in spans) == shown


# ---- names ----


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Nocturnal leg cramps are common", "Nocturnal leg cramps"),
        ("a MUSCLE CRAMP.", "MUSCLE CRAMP"),
        ("charley-horse", "charley-horse"),
        ("muscle\u2011cramp", "muscle\u2011cramp"),
        ("muscle\u00a0cramps", "muscle\u00a0cramps"),
        ("muscle\ncramps", "muscle\ncramps"),
        ("muscle\r\n    cramps", "muscle\r\n    cramps"),
        ("muscle  cramps", "muscle  cramps"),
        ("“tetany”", "tetany"),
        ("Parkinson’s disease", "Parkinson’s disease"),
        ("the arteries", "arteries"),
        ("esophagus", "esophagus"),
        ("oesophagus", "oesophagus"),
        ("beta-alanine", "beta-alanine"),
        ("β-alanine", "β-alanine"),
        ("α-tocopherol", "α-tocopherol"),
        ("alpha tocopherol", "alpha tocopherol"),
        ("𝒳𝒴 tetany", "tetany"),
        ("İİİ tetany", "tetany"),
        ("tétany", "tétany"),
    ],
)
def test_a_name_is_found_in_many_spellings(text, mention):
    assert words(text) == [mention]


@pytest.mark.parametrize(
    "text",
    [
        "handle",
        "shand",
        "tetanyx",
        "x-tetanys1",
        "arteriess",
        "mortality",
        "leg.\n\nMuscular",
        "",
        " ",
        "of in the and",
    ],
)
def test_a_part_of_a_word_is_no_mention(text):
    assert words(text) == []


def test_tags_within_a_name_do_not_hide_it():
    kg = graph_with({"CHEBI": [("CHEBI:1", "label", "vitamin D3")]})
    (found,) = kg.annotate("Take vitamin D<sub>3</sub> daily")
    assert (found.text, found.start) == ("vitamin D<sub>3", 5)
    assert [m.text for m in kg.annotate("vitamin D₃")] == ["vitamin D₃"]


def test_the_longest_name_wins():
    assert words("nocturnal leg cramp in the leg muscle") == ["nocturnal leg cramp", "leg muscle"]


def test_a_longer_name_that_ends_inside_a_word_gives_way_to_a_shorter_one():
    assert words("leg musclebound hands") == ["hands"]
    assert words("hand musclebound tetany") == ["hand", "tetany"]


def test_a_name_does_not_run_over_the_end_of_a_sentence():
    assert words("It was her leg. Muscle tone was good.") == ["Muscle"]
    assert words("of the leg\n\nmuscle") == ["muscle"]
    assert words("leg muscle") == ["leg muscle"]


@pytest.mark.parametrize(
    ("text", "found"), [("PRP", ["PRP"]), ("prp", []), ("Prp", []), ("ALS", ["ALS"]), ("als", []), ("PRPs", ["PRPs"])]
)
def test_an_abbreviation_counts_only_in_its_case(text, found):
    assert words(text) == found


def test_our_own_entity_comes_first_and_every_term_is_named():
    (found,) = KG.annotate("tetany")
    assert [m.term.id for m in found.matches] == ["spasm:tetany", "HP:0001281", "mesh:D013746"]


def test_what_is_withdrawn_is_no_mention():
    assert "HP:0000999" not in {m.term.id for x in KG.annotate("leg cramps") for m in x.matches}


def test_negation_is_not_judged():
    assert words("no cramp, denies tetany") == words("cramp, tetany")


# ---- choosing ----


def test_kinds_and_vocabularies_narrow():
    text = "baclofen for tetany of the hand"
    assert words(text, kinds=["Drug"]) == ["baclofen"]
    assert words(text, kinds=["Drug", "Spasm"]) == ["baclofen", "tetany"]
    assert {m.term.vocabulary for x in KG.annotate(text, vocabularies=["HP"]) for m in x.matches} == {"HP"}
    assert words(text, vocabularies=["spasm"]) == ["baclofen", "tetany", "hand"]


def test_unknown_kinds_and_vocabularies_are_refused():
    with pytest.raises(UsageError):
        KG.annotate("x", kinds=["Nonsense"])
    with pytest.raises(NotFoundError):
        KG.annotate("x", vocabularies=["DOID"])


# ---- formats ----


def test_brat_standoff_to_the_letter():
    text = "Baclofen for muscle\r\ncramps."
    assert as_brat(graph_with({}).annotate(text)) == (
        "T1\tDrug 0 8\tBaclofen\n"
        "N1\tReference T1 spasm:baclofen\tbaclofen\n"
        "T2\tSpasm 13 19;21 27\tmuscle cramps\n"
        "N2\tReference T2 spasm:muscle-cramp\tmuscle cramp\n"
    )


def test_json_holds_offsets_and_terms():
    (found,) = json.loads(as_json(KG.annotate("x tetany")))["mentions"]
    assert (found["start"], found["end"], found["text"]) == (2, 8, "tetany")
    assert found["terms"][0] == {
        "id": "spasm:tetany",
        "label": "tetany",
        "kind": "Spasm",
        "name": "tetany",
        "scope": "label",
    }


def test_the_command_line(run, tmp_path):
    file = tmp_path / "note.txt"
    file.write_bytes("Tétany\r\nand baclofen".encode())
    code, out, err = run("annotate", str(file), "--format", "brat")
    assert (code, re.findall(r"^T\d+\t\S+ (.*)\t(.*)$", out, re.MULTILINE)) == (
        0,
        [("0 6", "Tétany"), ("12 20", "baclofen")],
    )
    assert "negation is not judged" in err
    code, out, _ = run("annotate", "Tetany and baclofen", "--format", "csv", "--kind", "Drug")
    assert out.splitlines() == [
        "start,end,text,id,label,kind,scope",
        "11,19,baclofen,https://w3id.org/spasmkg/baclofen,baclofen,Drug,label",
    ]
    assert run("annotate", "tetany")[1].startswith("?start\t?end\t?text\t?id\t?label\t?kind\t?scope\n")
    assert run("annotate", "tetany", "--format", "table")[0] == 0


def test_files_that_cannot_be_read(run, tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfetetany")
    code, _, err = run("annotate", str(tmp_path / "bad.txt"))
    assert (code, "not UTF-8" in err) == (1, True)
    code, _, err = run("annotate", str(tmp_path / "missing.txt"))
    assert (code, "missing.txt" in err) == (1, True)
