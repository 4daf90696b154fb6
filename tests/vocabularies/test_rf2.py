"""SNOMED CT in Release Format 2."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import FILES, read

from spasmkg.errors import DataSyntaxError
from spasmkg.vocabularies.rf2 import _latest
from spasmkg.vocabularies.sources import open_sources

SNOMED = FILES / "snomedct"
CONCEPTS = "sct2_Concept_Snapshot_INT_20240101.txt"
NAMES = "sct2_Description_Snapshot-en_INT_20240101.txt"
DIALECTS = "der2_cRefset_LanguageSnapshot-en_INT_20240101.txt"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(SNOMED, tmp_path / "files"))


def test_the_label_is_the_preferred_synonym_and_the_tag_the_kind():
    found = read(SNOMED)
    assert found.prefix == "snomedct"
    assert found.about("snomedct:55300003") == {
        ("label", "Cramp"),
        ("exact", 'Cramp, "so called"'),
        ("kind", "finding"),
        ("definition", "A sudden, painful shortening of a muscle."),
        ("parent", "snomedct:45352006"),
        ("xref", "icd10cm:R25.2"),
    }
    assert found.about("snomedct:59026006") == {
        ("label", "Spasm of eyelid"),  # what US English prefers
        ("exact", "Blepharospasm"),
        ("kind", "disorder"),
        ("parent", "snomedct:45352006"),
    }
    assert (found.release.title, found.release.version) == ("SNOMED CT", "20240101")


def test_a_concept_without_preferred_synonym_has_its_full_name_as_label():
    assert read(SNOMED).values("snomedct:65958008", "label") == ["Hiccoughs"]
    assert read(SNOMED).values("snomedct:65958008", "exact") == ["Hiccups"]


def test_without_a_file_of_dialects_the_full_name_is_the_label(folder):
    (folder / DIALECTS).unlink()
    found = read(folder)
    assert found.values("snomedct:59026006", "label") == ["Blepharospasm"]
    assert found.values("snomedct:59026006", "exact") == ["Spasm of eyelid"]


def test_where_there_is_no_us_english_another_dialect_decides(folder):
    path = folder / DIALECTS
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "900000000000509007" not in line))
    assert read(folder).values("snomedct:59026006", "label") == ["Blepharospasm"]


def test_each_concept_has_one_label():
    labels = [s.term for s in read(SNOMED).statements if s.field == "label"]
    assert len(labels) == len(set(labels)) == 5


def test_inactive_concepts_are_obsolete_and_lead_to_their_heirs():
    found = read(SNOMED)
    assert ("obsolete", "true") in found.about("snomedct:82470000")
    assert found.values("snomedct:82470000", "replaced_by") == ["snomedct:45352006"]
    assert found.values("snomedct:36649002", "replaced_by") == ["snomedct:55300003"]
    assert found.values("snomedct:65958008", "replaced_by") == [], "that association is inactive"
    assert found.values("snomedct:65958008", "parent") == [], "that relation is inactive"


def test_only_maps_without_a_condition_are_cross_references():
    assert {s.term: s.value for s in read(SNOMED).statements if s.field == "xref"} == {
        "snomedct:55300003": "icd10cm:R25.2"
    }


def test_what_is_left_out_is_told():
    assert read(SNOMED).ledger.skipped == {
        "inactive: dialect of a name": 1,
        "in another dialect": 12,
        "inactive name": 1,
        "in another language": 1,
        "not taken up: name of another type": 1,
        "inactive relation": 1,
        "not taken up: relation other than is a": 1,
        "inactive association": 1,
        "not taken up: association other than same as or replaced by": 1,
        "not taken up: map under a condition or in parts": 2,
        "not taken up: map to no code of ICD-10": 1,
        "inactive map": 1,
    }


@pytest.mark.parametrize(
    ("identifier", "reason"),
    [
        ("55300004", "wrong check digit"),
        ("5.53E+07", "a number that a spreadsheet has damaged"),
        ("D009120", "not the form of snomedct"),
        ("", "no identifier"),
    ],
)
def test_a_damaged_identifier_costs_its_row(folder, identifier, reason):
    path = folder / NAMES
    lines = path.read_text().splitlines()
    fields = lines[1].split("\t")
    fields[4] = identifier
    path.write_text("\n".join([*lines, "\t".join(fields)]))
    found = read(folder)
    assert set(found.statements) == set(read(SNOMED).statements)
    assert found.ledger.skipped[f"term left out: {reason}"] == 1
    assert found.ledger.examples[f"term left out: {reason}"] == [f"{NAMES}, line {len(lines) + 1}"]


def test_columns_in_another_order_are_refused(folder):
    path = folder / NAMES
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    path.write_text("\n".join("\t".join([*row[:4], row[7], *row[5:7], row[4], row[8]]) for row in rows))
    with pytest.raises(DataSyntaxError, match="not in the order of Release Format 2"):
        read(folder)


def test_a_quote_left_open_is_a_letter_like_others(folder):
    path = folder / NAMES
    path.write_text(path.read_text().replace('"so called"', '"so called'))
    assert read(folder).values("snomedct:55300003", "exact") == ['Cramp, "so called']


def test_files_without_names_are_refused(folder):
    (folder / NAMES).unlink()
    with pytest.raises(DataSyntaxError, match="names are in sct2_Description"):
        read(folder)


def test_the_snapshot_is_read_where_the_history_is_there_too(folder):
    for path in list(folder.iterdir()):
        shutil.copy(path, folder / path.name.replace("Snapshot", "Full"))
        shutil.copy(path, folder / path.name.replace("Snapshot", "Delta"))
    assert read(folder).statements == read(SNOMED).statements


def test_of_a_history_the_latest_state_counts(folder):
    for path in list(folder.iterdir()):
        path.rename(folder / path.name.replace("Snapshot", "Full"))
    names = folder / NAMES.replace("Snapshot", "Full")
    lines = names.read_text().splitlines()
    earlier = lines[2].replace("20020131", "19990131").replace("Cramp", "Cramp as it was")
    later = lines[2].replace("20020131", "20240101").replace("Cramp", "Cramp as it is")
    assert earlier != lines[2] != later
    names.write_text("\n".join([lines[0], later, *lines[1:], earlier]))
    found = read(folder)
    assert found.values("snomedct:55300003", "label") == ["Cramp as it is"]
    assert "Cramp" in found.values("snomedct:55300003", "exact"), "from the full name"
    assert "Cramp as it was" not in found.values("snomedct:55300003", "exact")
    assert found.ledger.skipped["an earlier state"] == 2


def test_an_extension_beside_an_edition_may_change_it(folder):
    extension = folder / CONCEPTS.replace("INT_20240101", "US1000124_20240301")
    rows = (folder / CONCEPTS).read_text().splitlines()
    extension.write_text("\n".join([rows[0], rows[1].replace("\t20020131\t1", "\t20240301\t0")]))
    assert read(SNOMED).values("snomedct:55300003", "obsolete") == []
    assert read(folder).values("snomedct:55300003", "obsolete") == ["true"]


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(20000101, 20000104)), max_size=12))
def test_the_latest_states_are_those_of_a_simple_count(tmp_path_factory, states):
    path = tmp_path_factory.mktemp("history") / "sct2_Concept_Full_INT_20240101.txt"
    header = (SNOMED / CONCEPTS).read_text().splitlines()[0]
    path.write_text("\n".join([header, *(f"{key}\t{time}\t1\t0\t0" for key, time in states)]))
    last = {}
    for place, (key, time) in enumerate(states):
        if key not in last or time >= last[key][0]:
            last[key] = time, place
    wanted = {place for _, place in last.values()}
    assert {i for i, current in enumerate(_latest(open_sources([path]))) if current} == wanted
