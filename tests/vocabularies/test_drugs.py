"""Lists of drugs: ATC, SIDER, the open DrugBank vocabulary."""

from __future__ import annotations

import shutil

import pytest
from reading import FILES, read

from spasmkg import namespaces as ns
from spasmkg.errors import DataSyntaxError

ATC, SIDER, DRUGBANK = FILES / "atc", FILES / "sider", FILES / "drugbank"
BIOLINK = ns.prefixes()["biolink"]


def test_the_hierarchy_of_atc_is_in_its_codes():
    found = read(ATC)
    assert found.prefix == "atc"
    assert found.about("atc:M03BX01") == {
        ("label", "baclofen"),
        ("kind", "chemical substance"),
        ("parent", "atc:M03BX"),
    }
    above = ["atc:M03BX01"]
    while parents := found.values(above[-1], "parent"):
        above += parents
    assert above == ["atc:M03BX01", "atc:M03BX", "atc:M03B", "atc:M03", "atc:M"]
    assert found.values("atc:M03B", "label") == ["MUSCLE RELAXANTS, CENTRALLY ACTING AGENTS"]
    assert found.release.version == "2026-04-25"


def test_a_code_with_two_daily_doses_has_one_name():
    found = read(ATC)
    assert found.values("atc:M03BX01", "label") == ["baclofen"]
    assert found.ledger.read == found.ledger.kept == 7


def test_damaged_atc_rows_are_skipped(tmp_path):
    rows = (ATC / "WHO ATC-DDD 2026-04-25.csv").read_text()
    more = "M03B?,strange,NA,NA,NA,NA\nM03BX02,,NA,NA,NA,NA\nM03BX02,short\n"
    (tmp_path / "atc.csv").write_text(rows + more)
    found = read(tmp_path)
    assert set(found.statements) == set(read(ATC).statements)
    assert found.ledger.skipped == {
        "term left out: not the form of atc": 1,
        "no name": 1,
        "damaged: another number of columns": 1,
    }


def test_two_atc_tables_are_not_mixed(tmp_path):
    for year in ("2025", "2026"):
        shutil.copy(ATC / "WHO ATC-DDD 2026-04-25.csv", tmp_path / f"atc {year}.csv")
    with pytest.raises(DataSyntaxError, match="of another date"):
        read(tmp_path)


def test_a_side_effect_is_one_triple_between_drug_and_effect():
    found = read(SIDER)
    assert found.prefix == "SIDER"
    links = {(s.term, s.field.removeprefix(BIOLINK), s.value) for s in found.statements if s.link}
    assert links == {
        ("PUBCHEM.COMPOUND:85", "has_side_effect", "umls:C0000729"),
        ("PUBCHEM.COMPOUND:85", "has_side_effect", "umls:C0000737"),
        ("PUBCHEM.COMPOUND:2284", "has_side_effect", "umls:C2830004"),
        ("PUBCHEM.COMPOUND:2284", "treats", "umls:C0026821"),
    }
    assert found.about("umls:C2830004") == {("label", "Somnolence"), ("kind", "side effect")}


def test_a_drug_of_sider_can_be_found_elsewhere():
    found = read(SIDER)
    assert found.about("PUBCHEM.COMPOUND:2284") >= {
        ("label", "baclofen"),
        ("code", "CID100002284"),
        ("kind", "drug"),
        ("xref", "atc:M03BX01"),
    }
    assert "PUBCHEM.COMPOUND:10917" in found.values("PUBCHEM.COMPOUND:85", "xref"), "a stereoisomer of the flat one"


def test_what_sider_leaves_out_is_told():
    assert read(SIDER).ledger.skipped == {
        "not taken up: no MedDRA term": 1,
        "not taken up: frequency under placebo": 1,
        "term left out: no STITCH identifier": 1,
        "term left out: a number that a spreadsheet has damaged": 1,
    }


def test_sider_without_the_codes_of_its_drugs_is_told():
    reason = "drug without an ATC code, by which ours would be found: name drug_atc.tsv too"
    alone = read(SIDER / "meddra_all_se.tsv")
    drugs = {s.term for s in alone.statements if s.field == "kind" and s.value == "drug"}
    assert alone.ledger.warnings == {reason: len(drugs)}
    assert reason not in read(SIDER).ledger.warnings


def test_the_file_of_side_effects_alone_is_enough():
    assert len([s for s in read(SIDER / "meddra_all_se.tsv").statements if s.link]) == 4


def test_the_open_vocabulary_of_drugbank_is_a_table():
    found = read(DRUGBANK)
    assert (found.format, found.prefix) == ("table", "drugbank")
    assert found.about("drugbank:DB00181") == {
        ("label", "Baclofen"),
        ("exact", "A relaxant, of a kind"),
        ("exact", "Baclofenum"),
        ("xref", "CAS:1134-47-0"),
        ("xref", "UNII:H789N3FKE8"),
    }
    assert found.ledger.skipped == {"term left out: not the form of drugbank": 1}
