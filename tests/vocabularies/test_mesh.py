"""MeSH in XML and as N-Triples."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reading import FILES, read

from spasmkg.errors import DataSyntaxError, RefusedError
from spasmkg.vocabularies.mesh import VOCABULARY

XML, NT = FILES / "mesh", FILES / "meshnt"
CRAMP = {
    ("label", "Muscle Cramp"),
    ("kind", "disease"),
    ("kind", "C10.597.613.500"),
    ("exact", "Cramp, Muscle"),
    ("narrow", "Limb Cramp"),
    ("broad", "Spasm of any kind"),
    ("definition", "A sudden, painful shortening of a muscle."),
    ("parent", "mesh:D020879"),
}
BACLOFEN = {
    ("label", "Baclofen"),
    ("xref", "UNII:H789N3FKE8"),
    (VOCABULARY + "pharmacologicalAction", "mesh:D009125"),
}
INVENTED = {
    ("label", "invented relaxant"),
    ("kind", "substance"),
    ("parent", "mesh:D001418"),
    (VOCABULARY + "mappedTo", "mesh:D009125"),
}


@pytest.mark.parametrize("folder", [XML, NT], ids=["XML", "N-Triples"])
def test_names_have_the_scope_of_their_concept(folder):
    found = read(folder)
    assert found.prefix == "mesh"
    assert found.about("mesh:D009120") - {("kind", "C05.651.475")} == CRAMP
    assert found.about("mesh:D001418") >= BACLOFEN
    assert found.about("mesh:C999999991") >= INVENTED
    assert found.about("mesh:Q000008") >= {("label", "administration & dosage"), ("kind", "qualifier")}
    assert found.release.version == "2026"
    labels = [s.term for s in found.statements if s.field == "label"]
    assert len(labels) == len(set(labels))


def test_every_record_of_the_xml_is_counted():
    found = read(XML)
    records = sum(p.read_text().count("Record DescriptorClass") for p in XML.iterdir()) + 2
    assert found.ledger.read == records
    assert found.ledger.skipped == {"term left out: not the form of mesh": 1, "no name": 1}


def test_every_line_of_the_triples_is_counted():
    found = read(NT)
    assert found.ledger.read == len((NT / "mesh2026.nt").read_text().splitlines())
    assert found.ledger.skipped == {"says nothing of a record": 7, "not taken up: predicate": 2}


def test_escapes_of_triples_are_undone():
    found = read(NT)
    assert found.values("mesh:C999999991", "definition") == ['made up for a "test"']
    assert found.values("mesh:C999999991", "exact") == ["XY-17\u03b2"]


def test_an_obsolete_record_is_marked():
    assert read(NT).about("mesh:D009128") == {("label", "Muscle Spasticity"), ("obsolete", "true")}


def test_iris_may_carry_the_year(tmp_path):
    text = (NT / "mesh2026.nt").read_text()
    years = text.replace("<http://id.nlm.nih.gov/mesh/", "<http://id.nlm.nih.gov/mesh/2026/").replace(
        "2026/vocab", "vocab"
    )
    (tmp_path / "mesh2026.nt").write_text(text.splitlines()[0] + "\n" + years)
    assert set(read(tmp_path).statements) == set(read(NT).statements)


def test_identifiers_of_six_and_of_nine_digits_are_kept_apart(tmp_path):
    text = (NT / "mesh2026.nt").read_text().replace("C999999991", "C000591739")
    (tmp_path / "mesh2026.nt").write_text(text)
    assert read(tmp_path).values("mesh:C000591739", "exact") == ["XY-17\u03b2"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'<http://id.nlm.nih.gov/mesh/D009120> <http://www.w3.org/2000/01/rdf-schema#label> "cut', "damaged"),
        (b"not a triple", "damaged"),
        (b"<a> caf\xe9 <b>", "not UTF-8"),
    ],
)
def test_a_damaged_line_is_skipped_and_no_other(tmp_path, line, reason):
    path = Path(shutil.copy(NT / "mesh2026.nt", tmp_path))
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\r\n".join([lines[0], line, *lines[1:]]))
    found = read(path)
    assert set(found.statements) == set(read(NT).statements)
    told = reason if reason == "not UTF-8" else "damaged: no triple about MeSH"
    assert found.ledger.examples[told] == ["mesh2026.nt, line 2"]


def test_two_years_are_not_mixed(tmp_path):
    for year in ("2025", "2026"):
        shutil.copy(NT / "mesh2026.nt", tmp_path / f"mesh{year}.nt")
    with pytest.raises(DataSyntaxError, match="of another year"):
        read(tmp_path)


def test_a_document_type_with_entities_is_refused(tmp_path):
    text = (XML / "desc2026.xml").read_text()
    (tmp_path / "desc2026.xml").write_text(text.replace('dtd">', 'dtd" [<!ENTITY x "y">]>'))
    with pytest.raises(RefusedError, match="declares its own document type"):
        read(tmp_path)
