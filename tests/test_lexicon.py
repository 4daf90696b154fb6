"""The index of names: what is found, what it costs to keep it, and that it is never stale."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_vocabularies import EVERY, HP, graph_with, triples

from spasmkg import cache
from spasmkg.catalogue import GRAPHS
from spasmkg.folding import fold, loose
from spasmkg.linking import lexicon as module
from spasmkg.linking.lexicon import Lexicon
from spasmkg.linking.part import Part, write_part
from spasmkg.linking.reading import SCOPES, Facts, columns, curie, facts, reference
from spasmkg.linking.strings import Strings, write_strings
from spasmkg.store import memory, open_directory

KG = graph_with(EVERY)
LEXICON = KG.lexicon
PIECES = st.sampled_from(
    ["muscle", "Muscles", "cramp", "cramps", "oedema", "edema", "(leg)", "of", "É", "β", "𝛼", ", NOS", " "]
)
NAMES = st.lists(
    st.tuples(
        st.sampled_from(["HP:1", "HP:2", "HP:10", "mesh:D1"]),
        st.lists(PIECES, min_size=1, max_size=4).map(" ".join),
        st.sampled_from(SCOPES),
    ),
    max_size=25,
)


def found(matches):
    return {(m.term.id, m.text, m.scope) for m in matches}


# ---- strings in files ----


@given(st.lists(st.text(max_size=8)))
def test_strings_are_read_back_as_they_were(texts):
    with tempfile.TemporaryDirectory() as folder:
        write_strings(Path(folder, "s"), texts)
        held = Strings(Path(folder, "s"))
        expected = [t.encode("utf-8", "replace").decode() for t in texts]
        assert list(held) == held.every() == expected


@given(st.lists(st.text(alphabet="ab\té𝛼", max_size=4), unique=True), st.text(alphabet="ab\té𝛼", max_size=4))
def test_sorted_strings_are_found_like_in_a_list(texts, wanted):
    with tempfile.TemporaryDirectory() as folder:
        write_strings(Path(folder, "s"), sorted(texts))
        held = Strings(Path(folder, "s"))
        assert held.find(wanted) == (sorted(texts).index(wanted) if wanted in texts else -1)
        assert held.starting(wanted) == [t[len(wanted) :] for t in sorted(texts) if t.startswith(wanted)]


# ---- look-ups ----


@given(NAMES, st.lists(PIECES, min_size=1, max_size=4).map(" ".join))
def test_the_index_finds_what_a_look_at_every_name_finds(names, text):
    with tempfile.TemporaryDirectory() as folder:
        write_part(Path(folder), Facts(names=names))
        part = Part(Path(folder), "HP")
        for _ in range(2):  # from the file, then from the dict
            assert found(part.find(fold(text))) == {n for n in names if fold(n[1]) == fold(text)}
            assert found(part.find_loose(loose(text))) == {
                n for n in names if loose(text) in (loose(n[1]), fold(n[1]))
            }  # fmt: skip
            part.keys.load()
        for term in {n[0] for n in names}:
            assert set(part.names(term)) == {n[1:] for n in names if n[0] == term}
        assert part.names("HP:3") == []
        assert part.term("HP:3") is None


@pytest.mark.parametrize("text", ["muscle cramps", "Muscle cramp", "MUSCLE CRAMPS"])
def test_a_name_is_found_in_every_vocabulary(text):
    assert {"spasm:muscle-cramp", "HP:0003394", "mesh:D009120"} <= {m.term.id for m in LEXICON.find(text)}


def test_nothing_is_found_under_nothing():
    assert LEXICON.find("") == LEXICON.find("()") == LEXICON.find_loose("") == []


def test_a_term_has_what_its_own_vocabulary_says_of_it():
    kg = graph_with({"mesh": EVERY["mesh"], "my-set": [("mesh:D009120", "label", "muscle cramp (any)")]})
    (match,) = [m for m in kg.lexicon.find("muscle cramp any") if m.term.id == "mesh:D009120"]
    assert match.term.label == "Muscle Cramp"
    assert match.term.kinds == ("C23.888.592.608.500",)
    assert match.scope == "exact"  # in its own vocabulary it is not the label
    assert kg.lexicon.term("mesh:D009120").label == "Muscle Cramp"


def test_links_lead_both_ways():
    assert ("xref", "mesh:D009120") in LEXICON.links("HP:0003394")
    assert ("xref", "HP:0003394") in LEXICON.backlinks("mesh:D009120")
    assert set(
        LEXICON.ties(
            "HP:0003394",
        )
    ) >= {("xref", "umls:C0026821"), ("xref", "mesh:D009120")}


def test_what_is_withdrawn_is_followed_to_what_took_its_place():
    assert LEXICON.current("HP:0000999") == "HP:0000998"
    assert LEXICON.current("HP:0003394") == "HP:0003394"


def test_replacements_in_a_circle_end():
    circle = [("HP:1", "label", "a"), ("HP:2", "label", "b"), ("HP:3", "label", "c")]
    circle += [(t, "obsolete", "true") for t in ("HP:1", "HP:2", "HP:3")]
    circle += [("HP:1", "replaced_by", "HP:2"), ("HP:2", "replaced_by", "HP:1")]
    held = graph_with({"HP": circle}).lexicon
    assert held.current("HP:1") == held.current("HP:3") == ""


def test_curated_rows_stand_with_our_entities():
    rows = [line.split("\t") for line in LEXICON.own.curated("spasm:tetany")]
    assert ["exact", "HP:0001281"] in [r[:2] for r in rows]
    assert any(line.startswith("exact\tspasm:tetany\t") for line in LEXICON.own.curated_of("HP:0001281"))


# ---- reading a graph ----


def read(nt: str) -> Facts:
    store = memory()
    store.insert([tuple(line.split(" ", 2)) for line in nt.strip().splitlines()], ["https://example.org/g"])
    return facts(columns(store, "https://example.org/g")[1])


LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
EXACT = "<http://www.geneontology.org/formats/oboInOwl#hasExactSynonym>"
XREF = "<http://www.geneontology.org/formats/oboInOwl#hasDbXref>"
SPASM = "<http://purl.obolibrary.org/obo/HP_0003394>"


def test_names_in_other_languages_count_only_where_there_is_no_other():
    said = read(f'{SPASM} {LABEL} "Muskelkrampf"@de\n{SPASM} {LABEL} "Muscle spasm"@en')
    assert said.names == [("HP:0003394", "Muscle spasm", "label")]
    assert read(f'{SPASM} {LABEL} "Muskelkrampf"@de').names == [("HP:0003394", "Muskelkrampf", "label")]


def test_names_with_quotes_tabs_and_line_ends_are_text():
    said = read(rf'{SPASM} {LABEL} "a \"b\"\tc\nd \\ e"')
    assert said.names == [("HP:0003394", r'a "b" c d \ e', "label")]


@pytest.mark.parametrize(
    "xref",
    [
        '"UMLS:C0026821"',
        '"umls:C0026821"',
        '"UMLS_CUI:C0026821"',
        "<http://linkedlifedata.com/resource/umls/id/C0026821>",
    ],
)
def test_references_are_read_in_any_spelling(xref):
    assert read(f"{SPASM} {XREF} {xref}").links == [("HP:0003394", "xref", "umls:C0026821")]


@pytest.mark.parametrize(
    ("cell", "expected"), [('"no identifier"', ""), ('"XYZ:12"', "xyz:12"), ('"MSH:D009120"', "mesh:D009120")]
)
def test_what_is_no_identifier_is_no_link(cell, expected):
    assert reference(cell) == expected


def test_blank_nodes_are_no_terms():
    said = read(f'_:a {LABEL} "x"\n{SPASM} <http://www.w3.org/2000/01/rdf-schema#subClassOf> _:b')
    assert said.names == said.links == []


def test_iris_without_a_known_prefix_stay():
    assert curie("https://example.org/x_1") == "https://example.org/x_1"


# ---- keeping ----


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A store on disk with a vocabulary, and a cache of its own."""
    monkeypatch.setenv("SPASMKG_CACHE", str(tmp_path / "cache"))
    graph_with({"HP": HP}).store.save(tmp_path / "store")
    return tmp_path / "store"


def parts():
    return sorted(p.parent.name for p in Path(cache.directory(), "lexicons").glob("*/ready"))


def test_an_unchanged_store_is_not_read_again(kept, monkeypatch):
    first = Lexicon.of(open_directory(kept))
    made = parts()

    def fail(*_):
        raise AssertionError("it was read again")

    monkeypatch.setattr(module, "columns", fail)
    again = Lexicon.of(open_directory(kept))
    assert found(again.find("tetany")) == found(first.find("tetany"))
    assert parts() == made


def test_a_changed_vocabulary_is_never_answered_from_the_old_index(kept, tmp_path):
    assert {m.term.id for m in Lexicon.of(open_directory(kept)).find("leg jerk")} == set()
    changed = open_directory(kept).copy(open_directory(kept).graphs())
    changed.insert(triples([("HP:0000123", "label", "Leg jerk")]), [GRAPHS + "HP"])
    changed.save(tmp_path / "other")
    kept.rename(tmp_path / "gone")
    (tmp_path / "other").rename(kept)
    after = Lexicon.of(open_directory(kept))
    assert {m.term.id for m in after.find("leg jerk")} == {"HP:0000123"}


def test_a_change_in_memory_is_seen(tmp_path, monkeypatch):
    monkeypatch.setenv("SPASMKG_CACHE", str(tmp_path))
    kg = graph_with({"HP": HP})
    assert Lexicon.of(kg.store).term("HP:0000123") is None
    kg.store.insert(triples([("HP:0000123", "label", "Leg jerk")]), [GRAPHS + "HP"])
    assert Lexicon.of(kg.store).term("HP:0000123").label == "Leg jerk"


def test_only_the_vocabulary_that_changed_is_indexed(kept, tmp_path):
    told = []
    graph_with({"HP": HP, "mesh": EVERY["mesh"]}).store.save(tmp_path / "two")
    Lexicon.of(open_directory(kept), told.append)
    Lexicon.of(open_directory(tmp_path / "two"), told.append)
    assert [t.split(" of ")[1].split()[0] for t in told] == ["HP", "mesh"]


def test_a_damaged_note_is_made_again(kept):
    Lexicon.of(open_directory(kept))
    for note in Path(cache.directory(), "lexicons").glob("*.json"):
        note.write_text("{damaged")
    assert Lexicon.of(open_directory(kept)).term("HP:0001281").label == "Tetany"


def test_a_part_without_its_end_is_not_used(kept):
    Lexicon.of(open_directory(kept))
    for ready in Path(cache.directory(), "lexicons").glob("*/ready"):
        ready.unlink()
        for file in ready.parent.iterdir():
            file.unlink()
        ready.parent.rmdir()
    assert Lexicon.of(open_directory(kept)).term("HP:0001281").label == "Tetany"


def test_other_code_does_not_read_the_old_parts(kept, monkeypatch):
    Lexicon.of(open_directory(kept))
    before = parts()
    monkeypatch.setattr(module, "_form", lambda: "another")
    Lexicon.of(open_directory(kept))
    assert len(parts()) == 2 * len(before)


def test_where_nothing_can_be_kept_the_index_is_made_for_the_time_being(kept, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPASMKG_CACHE", str(tmp_path / "file" / "cache"))
    assert Lexicon.of(open_directory(kept)).term("HP:0001281").label == "Tetany"


def test_two_processes_index_at_once(kept):
    code = (
        "from spasmkg.linking.lexicon import Lexicon; from spasmkg.store import open_directory; "
        f"print(Lexicon.of(open_directory({str(kept)!r})).term('HP:0001281').label)"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=dict(os.environ)) for _ in range(3)
    ]
    assert [run.communicate(timeout=120)[0] for run in runs] == [b"Tetany\n"] * 3
    assert not list(Path(cache.directory(), "lexicons").glob(".making-*"))


@settings(max_examples=20)
@given(NAMES)
def test_the_same_content_has_the_same_digest(names):
    said = [(t, "exact" if s in ("label", "spelling") else s, text) for t, text, s in names if text.strip()]
    stores = [memory(), memory()]
    for store, order in zip(stores, (said, said[::-1]), strict=True):
        store.insert(triples(order), ["https://example.org/g"])
    one, other = (columns(store, "https://example.org/g")[0] for store in stores)
    assert one == other
