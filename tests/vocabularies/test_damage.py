"""What may befall any file of an ontology, thesaurus, mapping set, FHIR resource or graph on its way."""

from __future__ import annotations

import gzip
import os
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import FILES, graph_folder, load, statements

from spasmkg import importing
from spasmkg.catalogue import vocabularies
from spasmkg.errors import DataSyntaxError, RefusedError, SpasmKGError, UsageError
from spasmkg.store import live, open_directory
from spasmkg.vocabularies import sources
from spasmkg.vocabularies.formats import recognise
from spasmkg.vocabularies.sources import open_sources
from spasmkg.vocabularies.statements import Ledger, Release

SAMPLES = {
    "OBO": FILES / "obo" / "hp-small.obo",
    "OBO Graphs": FILES / "obographs" / "small.json",
    "OWL functional syntax": FILES / "owl" / "small.ofn",
    "OWL/XML": FILES / "owl" / "small.owx",
    "SKOS": FILES / "skos" / "small.ttl",
    "SSSOM": FILES / "sssom" / "doid.sssom.tsv",
    "FHIR": FILES / "fhir" / "codesystem.json",
    "FHIR Shorthand": FILES / "fhir" / "small.fsh",
    "KGX": FILES / "kgx" / "small_nodes.tsv",
}
AS_IT_IS = {"OWL": FILES / "owl" / "small.owl"}
EVERY = SAMPLES | AS_IT_IS
LINES = ("OBO", "SSSOM", "FHIR Shorthand", "KGX")


def said(path):
    """The statements of a file, without what depends on its name."""
    found, ledger, _ = statements(path, prefix="X")
    return sorted(found), ledger.read, dict(ledger.skipped)


@pytest.mark.parametrize("name", EVERY)
def test_each_layout_is_recognised_by_its_content(name, tmp_path):
    path = tmp_path / ("x.fsh" if name == "FHIR Shorthand" else "some file")
    path.write_bytes(EVERY[name].read_bytes())
    form, _ = recognise(open_sources([path]))
    assert form.name == name


@pytest.mark.parametrize("name", SAMPLES)
def test_packed_files_say_the_same(name, tmp_path):
    sample = SAMPLES[name]
    expected = said(sample)
    packed = tmp_path / f"{sample.name}.gz"
    packed.write_bytes(gzip.compress(sample.read_bytes()))
    assert said(packed) == expected
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("release/readme.txt", "read me")
        made.write(sample, f"release/{sample.name}")
    assert said(archive) == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_a_folder_with_other_files_beside_says_the_same(name, tmp_path):
    sample = SAMPLES[name]
    (tmp_path / sample.name).write_bytes(sample.read_bytes())
    (tmp_path / "readme.md").write_text("# read me")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "numbers.csv").write_text("1,2\n3,4\n")
    assert said(tmp_path) == said(sample)


@pytest.mark.parametrize("name", EVERY)
def test_a_truncated_archive_is_refused_and_changes_nothing(name, tmp_path):
    before = load(tmp_path / "g", SAMPLES["OBO"])
    filler = {"OBO": "\n! {}", "SSSOM": "\nDOID:{0}\t\tx:y\t\tDOID:{0}", "KGX": "\nHP:{:07}\tbiolink:Gene\tx"}.get(
        name, "\n"
    )
    body = EVERY[name].read_bytes() + "".join(filler.format(i) for i in range(20_000)).encode()
    whole = gzip.compress(body)
    path = tmp_path / f"{EVERY[name].name}.gz"
    path.write_bytes(whole[: len(whole) - 20])
    with pytest.raises(DataSyntaxError):
        load(tmp_path / "g", path, prefix="HP")
    assert before.values("http://purl.obolibrary.org/obo/HP_0003394", "label") == ["Muscle spasm"]


@pytest.mark.parametrize("name", EVERY)
def test_an_archive_made_to_do_harm_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.setenv("SPASMKG_MAX_UNPACKED", "1000000")
    path = tmp_path / f"{EVERY[name].name}.gz"
    path.write_bytes(gzip.compress(EVERY[name].read_bytes() + b"\n" * 2_000_000))
    form, files = recognise(open_sources([path]))
    made = form.stream(files[0], Release()) if form.as_it_is else form.read(files, Ledger(), Release(), "X")
    with pytest.raises(RefusedError, match="SPASMKG_MAX_UNPACKED"):
        list(made)


def test_a_limit_that_is_no_number_is_told(run, tmp_path, monkeypatch):
    monkeypatch.setenv("SPASMKG_MAX_UNPACKED", "40 GB")
    path = tmp_path / "x.obo.gz"
    path.write_bytes(gzip.compress(b"format-version: 1.2\n"))
    code, _, err = run("vocab", "add", str(path), "--as", "HP", "--store", str(graph_folder(tmp_path / "g")))
    assert (code, err.splitlines()[-1]) == (
        1, 'spasmkg: SPASMKG_MAX_UNPACKED is "40 GB"; give a number of bytes, such as 40000000000'
    )  # fmt: skip


@pytest.mark.parametrize("name", [n for n in SAMPLES if n not in ("OWL/XML", "FHIR", "OBO Graphs")])
def test_line_ends_of_windows_say_the_same(name, tmp_path):
    path = tmp_path / SAMPLES[name].name
    path.write_bytes(SAMPLES[name].read_bytes().replace(b"\n", b"\r\n"))
    mended = [s._replace(value=s.value.replace("\r\n", "\n")) for s in said(path)[0]]
    assert mended == said(SAMPLES[name])[0]


@pytest.mark.parametrize("name", SAMPLES)
def test_utf_16_says_the_same(name, tmp_path):
    if name == "SKOS":
        pytest.skip("Turtle is UTF-8; it is read all the same, see the tests of OWL files")
    path = tmp_path / SAMPLES[name].name
    path.write_bytes(SAMPLES[name].read_text(encoding="utf-8").encode("utf-16"))
    assert said(path) == said(SAMPLES[name])


@pytest.mark.parametrize("name", LINES)
def test_a_line_without_end_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_LINE", 10_000)
    path = tmp_path / SAMPLES[name].name
    path.write_bytes(SAMPLES[name].read_bytes() + b"x" * 20_000)
    with pytest.raises(RefusedError, match="longer than"):
        statements(path, prefix="X")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_inside_an_archive_is_reported_however_it_is_packed(method, tmp_path):
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w", method) as made:
        made.writestr("hp.obo", SAMPLES["OBO"].read_bytes() + os.urandom(5_000).hex().encode())
    body = bytearray(archive.read_bytes())
    body[60:160] = b"\xff" * 100
    archive.write_bytes(bytes(body))
    with pytest.raises(DataSyntaxError, match=r"^release\.zip!hp\.obo: damaged archive; fetch the file again"):
        load(tmp_path / "g", archive)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("body", [b"", b" \n\n"])
def test_an_empty_file_is_refused(name, body, tmp_path):
    path = tmp_path / EVERY[name].name
    path.write_bytes(body)
    for prefix in ("", "X"):
        with pytest.raises(DataSyntaxError, match="nothing is in it"):
            load(tmp_path / "g", path, prefix=prefix)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32"])
def test_text_in_another_encoding_is_called_so(encoding, tmp_path):
    path = tmp_path / "hp.obo"
    path.write_bytes(SAMPLES["OBO"].read_text(encoding="utf-8").encode(encoding))
    with pytest.raises(DataSyntaxError, match="not text in UTF-8"):
        load(tmp_path / "g", path)
    (tmp_path / "zeros.obo").write_bytes(bytes(5_000))
    with pytest.raises(DataSyntaxError, match="not text in UTF-8"):
        load(tmp_path / "g", tmp_path / "zeros.obo")


def test_a_file_that_is_written_to_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "hp.obo"
    path.write_bytes(SAMPLES["OBO"].read_bytes())
    before = load(tmp_path / "g", path)

    def write_on(_: str) -> None:
        with path.open("a") as file:
            file.write("\n[Term]\nid: HP:0000001\nname: All\n")

    with pytest.raises(DataSyntaxError, match=r"^hp\.obo: it changed while it was read"):
        importing.add(before.folder, [path], report=write_on)
    assert [v.digest for v in vocabularies(open_directory(live(before.folder)))] == [before.vocabulary.digest]


def test_ontologies_of_two_vocabularies_are_not_loaded_as_one(tmp_path):
    other = tmp_path / "symp.obo"
    other.write_text("ontology: symp\n\n[Term]\nid: SYMP:0000619\nname: tetany\n")
    with pytest.raises(UsageError, match="of several vocabularies, HP, SYMP; add each by itself"):
        load(tmp_path / "g", SAMPLES["OBO"], other)
    assert load(tmp_path / "g", SAMPLES["OBO"], other, prefix="HP").vocabulary.prefix == "HP"


def test_a_named_file_that_is_not_read_is_told(tmp_path):
    loaded = load(tmp_path / "g", SAMPLES["OBO"], SAMPLES["OBO Graphs"], prefix="HP")
    assert loaded.vocabulary.files == (SAMPLES["OBO"].name,)
    reason = "file not read: of another layout, or the same in another form"
    assert loaded.vocabulary.warnings == ((reason, 1),)
    assert loaded.ledger.examples[reason] == [SAMPLES["OBO Graphs"].name]


def test_no_vocabulary_goes_by_the_name_of_the_graph_itself(tmp_path):
    with pytest.raises(UsageError, match='"spasm" is the graph itself'):
        load(tmp_path / "g", SAMPLES["OBO"], prefix="spasm")


def test_identifiers_that_a_spreadsheet_has_damaged_are_no_matter_of_columns(tmp_path):
    path = tmp_path / "problems.csv"
    path.write_text("id,label\n" + "".join(f"1.5{i}E+16,Term {i}\n" for i in range(10, 40)))
    with pytest.raises(DataSyntaxError, match=r"damaged: .*; export its identifiers as text"):
        load(tmp_path / "g", path, prefix="snomedct")


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=25)
@given(data=st.data())
def test_random_damage_never_ends_in_a_crash_or_a_wrong_count(name, data, tmp_path_factory):
    """Bytes changed, taken out or put in: the file is read or refused, and every record read is kept or skipped."""
    body = bytearray(SAMPLES[name].read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        cut = data.draw(st.integers(0, 40))
        body[at : at + cut] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b'"', b"\t", b"\n", b"{", b"<", b"\0", b"\\"])
        )
    path = tmp_path_factory.mktemp("damaged") / SAMPLES[name].name
    path.write_bytes(bytes(body))
    ledger = Ledger()
    try:
        form, files = recognise(open_sources([path]))
        if form.as_it_is:
            return
        for s in form.read(files, ledger, Release(), "X"):
            assert isinstance(s.term, str)
            assert isinstance(s.value, str)
    except SpasmKGError:
        return
    assert ledger.read == ledger.kept + ledger.skipped.total()
