"""OMOP vocabularies as Athena hands them out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reading import FILES, read

from spasmkg import namespaces as ns
from spasmkg.errors import DataSyntaxError

OMOP = FILES / "omop"
STANDARD, MAPS = ns.spasm("standardConcept"), ns.spasm("mapsTo")


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(OMOP, tmp_path / "files"))


def test_concepts_are_terms_with_the_code_of_their_vocabulary():
    found = read(OMOP)
    assert found.prefix == "OMOP"
    assert found.about("OMOP:2000000001") == {
        ("label", "Cramp"),
        ("exact", "Muscle cramp"),
        ("kind", "Clinical Finding"),
        ("kind", "Condition"),
        ("xref", "snomedct:55300003"),
        (STANDARD, "standard"),
        ("parent", "OMOP:2000000002"),
    }
    assert found.values("OMOP:2000000006", "label") == ['A "local" thing'], "quotes are letters like others"
    assert found.values("OMOP:2000000006", "xref") == [], "its vocabulary is not known outside"
    assert found.release.version == "v5.0 30-AUG-24"


def test_a_withdrawn_concept_leads_to_its_heir_and_a_used_one_to_what_it_maps_to():
    found = read(OMOP)
    assert found.values("OMOP:2000000004", "obsolete") == ["true"]
    assert set(found.values("OMOP:2000000004", "replaced_by")) == {"OMOP:2000000002"}
    assert found.values("OMOP:2000000003", MAPS) == ["OMOP:2000000001"]
    assert found.values("OMOP:2000000003", "replaced_by") == []


def test_the_codes_of_one_vocabulary_can_be_the_terms():
    found = read(OMOP, prefix="snomedct")
    assert {s.term for s in found.statements} == {"snomedct:55300003", "snomedct:45352006", "snomedct:82470000"}
    assert found.values("snomedct:55300003", "xref") == ["OMOP:2000000001"]
    assert set(found.values("snomedct:55300003", "parent")) == {"snomedct:45352006"}
    assert set(found.values("snomedct:82470000", "replaced_by")) == {"snomedct:45352006"}
    assert found.release.version == "2024-02-01"


@pytest.mark.parametrize(
    ("prefix", "reasons"),
    [
        (
            "",
            {
                "no name": 2,
                "term left out: a number that a spreadsheet has damaged": 1,
                "in another language": 1,
                "not taken up: relation": 1,
                "not taken up: a concept related to itself": 1,
                "withdrawn relation": 1,
                "not taken up: version of another vocabulary": 1,
            },
        ),
        (
            "snomedct",
            {
                "of another vocabulary": 6,
                "no name": 2,
                "term left out: a number that a spreadsheet has damaged": 1,
                "in another language": 1,
                "not taken up: relation": 1,
                "not taken up: a concept related to itself": 1,
                "withdrawn relation": 1,
                "not taken up: version of another vocabulary": 1,
            },
        ),
    ],
)
def test_what_is_left_out_is_told(prefix, reasons):
    found = read(OMOP, prefix=prefix)
    assert found.ledger.skipped == reasons
    assert "CONCEPT_ANCESTOR.csv" not in found.files


def test_a_damaged_code_costs_only_its_cross_reference():
    found = read(OMOP)
    assert found.values("OMOP:2000000007", "xref") == []
    assert found.ledger.warnings == {"reference left out: a number that a spreadsheet has damaged": 1}


def test_a_vocabulary_that_is_not_known_is_refused():
    with pytest.raises(DataSyntaxError, match='no vocabulary of OMOP is called "HEX"'):
        read(OMOP, prefix="HEX")


def test_relations_alone_are_refused(folder):
    (folder / "CONCEPT.csv").unlink()
    with pytest.raises(DataSyntaxError, match=r"names are in CONCEPT\.csv"):
        read(folder)


def test_two_downloads_are_not_mixed(folder):
    shutil.copy(folder / "CONCEPT.csv", folder / "CONCEPT_OLD.csv")
    with pytest.raises(DataSyntaxError, match="of one download"):
        read(folder)


def test_columns_may_stand_in_another_order(folder):
    path = folder / "CONCEPT.csv"
    path.write_text("\n".join("\t".join(line.split("\t")[::-1]) for line in path.read_text().splitlines()))
    assert set(read(folder).statements) == set(read(OMOP).statements)
