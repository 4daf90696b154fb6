"""Vocabularies in the store: added whole or not at all, listed, checked, removed; the user's own graph."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import spasmkg
from spasmkg import build, cache, home, importing
from spasmkg.catalogue import notices
from spasmkg.errors import DataSyntaxError, NotFoundError, RefusedError, StoreError, StoreInUseError, UsageError
from spasmkg.store import change, live, open_directory
from spasmkg.vocabularies.sources import Source, open_sources

OBO = """format-version: 1.2
data-version: hp/releases/2026-09-01
ontology: hp
property_value: dcterms:license https://hpo.jax.org/license

[Term]
id: HP:0001281
name: Tetany

[Term]
id: HP:0003394
name: Muscle spasm
synonym: "Muscle cramps" EXACT []
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graph") / "built"
    build.write(folder)
    return folder


@pytest.fixture
def folder(built, tmp_path):
    """A graph folder of its own for a test."""
    copy = tmp_path / "graph"
    subprocess.run(["cp", "-r", str(built), str(copy)], check=True)
    return copy


@pytest.fixture
def obo(tmp_path):
    path = tmp_path / "hp.obo"
    path.write_text(OBO)
    return path


def terms(folder, prefix="HP"):
    store = open_directory(live(folder))
    query = f"SELECT ?name {{ GRAPH vocabulary:{prefix} {{ ?x rdfs:label ?name }} }} ORDER BY ?name"
    return [name.value for (name,) in store.select(query)]


def test_a_vocabulary_is_a_graph_apart(folder, obo):
    before = len(list(spasmkg.open(folder).query("SELECT * { ?s ?p ?o }").rows))
    made, _ = importing.add(folder, [obo])
    assert terms(folder) == ["Muscle spasm", "Tetany"]
    kg = spasmkg.open(folder)
    assert len(list(kg.query("SELECT * { ?s ?p ?o }").rows)) == before
    assert kg.vocabularies() == [made]
    assert (made.prefix, made.version, made.terms, made.names) == ("HP", "2026-09-01", 2, 3)
    assert made.read == made.kept + sum(n for _, n in made.skipped)
    assert made.license == "https://hpo.jax.org/license"
    assert not made.shippable


def test_a_second_import_replaces_the_first(folder, obo):
    importing.add(folder, [obo])
    obo.write_text(OBO.replace("Tetany", "Tetany again").split("[Term]\nid: HP:0003394")[0])
    made, _ = importing.add(folder, [obo])
    assert terms(folder) == ["Tetany again"]
    assert spasmkg.open(folder).vocabularies() == [made]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", DataSyntaxError),
        (b"name,age\nx,1\n", DataSyntaxError),
        (OBO.split("[Term]")[0].encode(), DataSyntaxError),
        (OBO.replace("HP:000", "HP:1.5E+").encode(), DataSyntaxError),
        (gzip.compress(OBO.encode() * 50)[:-20], DataSyntaxError),
        (gzip.compress(b"format-version: 1.2\n" + b"! " + b"x" * 3_000_000 + b"\n" + b"!\n" * 60_000_000), RefusedError),
        (b"format-version: 1.2\n" + b"x" * 5_000_000, RefusedError),
        (("format-version: 1.2\n" + "name: œdème\n" * 200).encode("cp1252", "replace") + OBO.encode(), DataSyntaxError),
        (b"PK\x03\x04 not a zip archive", DataSyntaxError),
    ],
    ids=["empty", "table", "header only", "damaged", "cut", "bomb", "long line", "encoding", "zip"],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(folder, obo, tmp_path, content, error):
    importing.add(folder, [obo])
    before = {p.name for p in folder.iterdir()}
    bad = tmp_path / "bad.obo"
    bad.write_bytes(content)
    with pytest.raises(error):
        importing.add(folder, [bad], "HP")
    assert terms(folder) == ["Muscle spasm", "Tetany"]
    assert {p.name for p in folder.iterdir()} == before


def test_an_error_half_way_changes_nothing(folder, obo, monkeypatch):
    importing.add(folder, [obo])
    before = len(open_directory(live(folder)))

    def late(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "_counts", late)
    with pytest.raises(KeyboardInterrupt):
        importing.add(folder, [obo])
    assert len(open_directory(live(folder))) == before


def test_killed_half_way_nothing_has_changed_and_the_next_import_clears_up(folder, obo):
    importing.add(folder, [obo])
    script = (
        "import os, sys, pathlib; from spasmkg import importing\n"
        "importing._counts = lambda *_: os.kill(os.getpid(), 9)\n"
        f"importing.add(pathlib.Path({str(folder)!r}), [pathlib.Path({str(obo)!r})])\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert terms(folder) == ["Muscle spasm", "Tetany"]
    importing.add(folder, [obo])
    assert terms(folder) == ["Muscle spasm", "Tetany"]
    assert len([p for p in folder.iterdir() if p.name.startswith("store")]) <= 3


def test_two_cannot_change_a_folder_at_once(folder, obo):
    with change(folder), pytest.raises(StoreInUseError, match="another process"):
        importing.add(folder, [obo])
    importing.add(folder, [obo])


def test_a_reader_sees_what_was_there_when_it_opened(folder, obo):
    importing.add(folder, [obo])
    reader = open_directory(live(folder))
    obo.write_text(OBO.replace("Tetany", "Other"))
    importing.add(folder, [obo])
    query = "SELECT ?x { GRAPH vocabulary:HP { ?x rdfs:label 'Tetany' } }"
    assert len(list(reader.select(query))) == 1
    assert len(list(open_directory(live(folder)).select(query))) == 0


def test_a_folder_without_a_graph_is_refused(tmp_path, obo):
    with pytest.raises(StoreError, match="spasmkg build"):
        importing.add(tmp_path / "none", [obo])
    with pytest.raises(NotFoundError):
        importing.add(tmp_path, [tmp_path / "none.obo"])


def test_the_vocabulary_may_be_named(folder, obo):
    made, _ = importing.add(folder, [obo], "hpo")
    assert made.prefix == "HP"
    made, _ = importing.add(folder, [obo], "MINE")
    assert made.prefix == "MINE"
    assert {v.prefix for v in spasmkg.open(folder).vocabularies()} == {"HP", "MINE"}
    with pytest.raises(UsageError, match="cannot name"):
        importing.add(folder, [obo], "a/b> <c")


def test_removed_it_is_gone(folder, obo):
    importing.add(folder, [obo])
    importing.remove(folder, "hp")
    assert terms(folder) == []
    assert spasmkg.open(folder).vocabularies() == []
    with pytest.raises(NotFoundError, match="none is loaded"):
        importing.remove(folder, "HP")


def test_what_must_not_be_passed_on_is_said(folder, obo):
    importing.add(folder, [obo])
    store = open_directory(live(folder))
    graph = "https://w3id.org/spasmkg/graph/vocabulary/HP"
    assert "does not allow" in notices(store, [graph])[0]
    assert notices(store, []) == []


def test_folders_and_archives_stand_for_their_files(tmp_path, obo, folder):
    inner = tmp_path / "release"
    inner.mkdir()
    (inner / "readme.txt").write_text("read me")
    (inner / "hp.obo").write_text(OBO)
    assert importing.add(folder, [inner])[0].files == ("hp.obo",)
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.write(obo, "Release/hp.obo")
        z.writestr("Release/notes.txt", "notes")
    assert importing.add(folder, [archive])[0].files == ("release.zip!Release/hp.obo",)
    packed = tmp_path / "hp.obo.gz"
    packed.write_bytes(gzip.compress(OBO.encode()))
    assert importing.add(folder, [packed])[0].terms == 2


def test_a_zip_that_unpacks_too_far_is_refused(tmp_path, folder):
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z, z.open("a.obo", "w") as member:
        member.write(b"format-version: 1.2\n")
        for _ in range(40):
            member.write(b"!\n" * 500_000)
    with pytest.raises(RefusedError, match="times its size"):
        importing.add(folder, [archive], "HP")


def test_lines_are_counted_in_any_encoding_that_says_what_it_is(tmp_path):
    path = tmp_path / "x.txt"
    for data in (b"\xef\xbb\xbfa\r\n\nb", "a\n\nb".encode("utf-16"), b"a\n\nb\n"):
        path.write_bytes(data)
        assert list(open_sources([path])[0].lines()) == [(1, "a"), (2, ""), (3, "b")]
    path.write_bytes(b"a\n\xff\xfe\xfa\nb\n")
    assert list(Source("x", path).lines()) == [(1, "a"), (2, None), (3, "b")]


# ---- the user's own graph ----


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("SPASMKG_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_without_a_store_vocabularies_go_to_the_users_own_graph(run, data, obo):
    code, out, err = run("vocab", "add", str(obo))
    assert (code, out) == (0, "")
    assert "HP 2026-09-01: 2 terms with 3 names, from hp.obo (OBO)" in err
    assert "not to be passed on" in err
    code, out, _ = run("sparql", "SELECT ?name { GRAPH vocabulary:HP { ?x rdfs:label ?name } } ORDER BY ?name")
    assert out.splitlines() == ["?name", '"Muscle spasm"', '"Tetany"']
    assert (data / "graph" / "current").is_file()
    assert run("vocab", "list")[1].splitlines()[1].startswith('"HP"')
    assert run("query", "drug-side-effects")[0] == 0


def test_a_new_bundled_graph_replaces_its_part_and_vocabularies_stay(run, data, obo):
    run("vocab", "add", str(obo))
    bundled, dataset = cache.bundled()
    folder = Path(home.directory())
    with change(folder) as store:  # as an older release would have left it
        store.clear("https://w3id.org/spasmkg/graph/edges")
        store.insert([("<x:old>", "<x:old>", "<x:old>")], [""])
    (folder / "dataset").write_text("older")
    code, out, err = run("sparql", "ASK { <x:old> ?p ?o }")
    assert (code, out, err) == (0, "false\n", err), err
    assert "up to date" in err
    assert (folder / "dataset").read_text() == dataset
    own, origin = open_directory(live(folder)), open_directory(f"{bundled}/store")
    for graph in ("", *origin.graphs()):
        assert own.dump("ntriples", [graph], {}) == origin.dump("ntriples", [graph], {})
    assert terms(folder) == ["Muscle spasm", "Tetany"]


def test_check_holds_the_mapping_sets_against_a_vocabulary(run, data, obo):
    obo.write_text(
        OBO + "\n[Term]\nid: HP:0002486\nname: obsolete Myotonia\nis_obsolete: true\nreplaced_by: HP:0001281\n"
    )
    run("vocab", "add", str(obo))
    code, out, err = run("vocab", "check", "HP", "--format", "tsv")
    rows = [line.split("\t") for line in out.splitlines()[1:]]
    assert "mapped terms looked up" in err
    assert not [r for r in rows if r[3] == '"HP:0001281"']  # there, current, same label
    obo.write_text(OBO.replace("name: Tetany", "name: Something else"))
    run("vocab", "add", str(obo))
    code, out, _ = run("vocab", "check", "HP", "--format", "tsv")
    assert code == 1
    assert any(line.startswith('"another label"') and "Something else" in line for line in out.splitlines())
    obo.write_text(OBO.replace("name: Tetany", "name: Tetany\nis_obsolete: true\nreplaced_by: HP:0003394"))
    run("vocab", "add", str(obo))
    code, out, _ = run("vocab", "check", "HP", "--format", "tsv")
    assert code == 1
    assert any(line.startswith('"withdrawn"') and "HP_0003394" in line for line in out.splitlines())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add"], 2, "needs the files"),
        (["show"], 2, "needs the prefix"),
        (["remove", "HP"], 1, "none is loaded"),
        (["check"], 1, "none is loaded"),
        (["add", "absent.obo"], 1, "no file or folder"),
        (["burn"], 2, "invalid choice"),
        (["list", "--with", "x.ttl"], 1, "x.ttl"),
    ],
)
def test_slips_are_answered_in_a_line(run, data, arguments, code, words):
    try:
        got, _, err = run("vocab", *arguments)
    except SystemExit as stop:
        got, err = stop.code, words
    assert got == code
    assert words in err


def test_show_says_where_a_vocabulary_came_from(run, data, obo):
    run("vocab", "add", str(obo))
    _, out, _ = run("vocab", "show", "hp", "--format", "csv")
    assert "lines skipped" not in out
    assert "hp.obo" in out
    assert "2026-09-01" in out


# ---- mappings on the command line ----


def test_mappings_of_an_entity_are_rows(run):
    _, out, _ = run("mappings", "tetany", "--vocabulary", "hp", "--format", "csv")
    assert "HP_0001281,Tetany," in out
    assert all(",HP," in line for line in out.splitlines()[1:])
    assert run("mappings", "tetany", "--vocabulary", "nonsense")[0] == 1
    assert run("mappings", "nonsense")[0] == 1


def test_one_set_of_everything(run, tmp_path):
    code, out, err = run("mappings", "-o", str(tmp_path / "all.sssom.tsv"))
    assert (code, out) == (0, "")
    assert "rows" in err
    text = (tmp_path / "all.sssom.tsv").read_text()
    assert run("mappings", "--format", "sssom")[1] == text
    assert run("mappings", "-o", str(tmp_path / "x"), "--format", "csv")[0] == 2


def test_coverage_is_a_table(run):
    _, out, _ = run("mappings", "--coverage", "--format", "csv")
    assert out.splitlines()[0] == "kind,vocabulary,entities,exact,other,no_term"
    assert any(line.startswith("Drug,rxnorm,") for line in out.splitlines())


def test_show_lists_mappings_with_their_precision(run):
    _, out, _ = run("show", "tetany")
    assert "HP 2026-08-14: HP:0001281 Tetany (exact)" in out
    assert '"precision": "exact"' in run("show", "tetany", "--format", "json")[1]


def test_nothing_is_written_to_the_home_of_who_runs_the_tests():
    assert os.environ["SPASMKG_DATA"].startswith("/tmp") or "spasmkg-data-" in os.environ["SPASMKG_DATA"]
