"""ICD-10-CM: the order file and the tabular list."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reading import FILES, read

from spasmkg.errors import DataSyntaxError

ICD = FILES / "icd10cm"
ORDER, TABULAR = ICD / "icd10cm-order-2021.txt", ICD / "icd10cm-tabular-2021.xml"


def test_the_order_file_names_codes_and_marks_headers():
    found = read(ORDER)
    assert found.about("icd10cm:M62.83") == {
        ("label", "Muscle spasm"),
        ("header", "true"),
        ("parent", "icd10cm:M62"),
    }
    assert found.about("icd10cm:M62.830") == {("label", "Muscle spasm of back"), ("parent", "icd10cm:M62.83")}
    assert found.values("icd10cm:R25", "header") == ["true"]
    assert found.values("icd10cm:R25", "parent") == []
    assert found.values("icd10cm:R25.2", "header") == []
    assert found.release.version == "2021"
    assert found.ledger.read == found.ledger.kept == len(ORDER.read_text().splitlines())


def test_a_code_with_seventh_character_stands_below_its_base():
    found = read(ORDER)
    assert found.values("icd10cm:S39.012A", "parent") == ["icd10cm:S39.012"]
    assert found.values("icd10cm:S39.012", "header") == ["true"]
    assert "Strain of muscle, fascia and tendon of lower back, init" in found.values("icd10cm:S39.012A", "exact")


def test_the_tabular_list_alone_gives_chapters_sections_and_seventh_characters():
    found = read(TABULAR)
    assert found.about("icd10cm:M60-M63") == {
        ("label", "Disorders of muscles"),
        ("header", "true"),
        ("parent", "icd10cm:13"),
    }
    assert found.values("icd10cm:13", "label") == ["Diseases of the musculoskeletal system and connective tissue"]
    assert found.values("icd10cm:M62", "parent") == ["icd10cm:M60-M63"]
    assert found.about("icd10cm:M62.831") == {
        ("label", "Muscle spasm of calf"),
        ("narrow", "Charley-horse"),
        ("parent", "icd10cm:M62.83"),
    }
    assert found.about("icd10cm:S39.012A") == {
        ("label", "Strain of muscle, fascia and tendon of lower back, initial encounter"),
        ("parent", "icd10cm:S39.012"),
    }
    assert found.values("icd10cm:S39.012", "header") == ["true"]
    assert found.values("icd10cm:S39", "parent") == ["icd10cm:19"], "a section of one category is no term"


def test_what_a_code_excludes_is_no_name_of_it():
    assert "cramp and spasm (R25.2)" not in {s.value for s in read(TABULAR).statements}


def test_every_record_of_the_tabular_list_is_counted():
    found = read(TABULAR)
    text = TABULAR.read_text()
    records = sum(text.count(f"<{tag}>") for tag in ("chapter", "diag", "note")) + text.count("<section ")
    assert found.ledger.read == records
    assert found.ledger.skipped == {
        "not taken up: excludes2": 1,
        "not taken up: excludes1": 1,
        "not taken up: sevenChrNote": 1,
        "a section of one category": 1,
        "term left out: a number that a spreadsheet has damaged": 1,
    }


def test_both_together_have_the_names_of_the_order_file():
    found = read(ICD)
    assert found.files == [ORDER.name, TABULAR.name]
    assert found.values("icd10cm:M62.831", "label") == ["Muscle spasm of calf"]
    assert found.values("icd10cm:M62.831", "narrow") == ["Charley-horse"]
    assert found.values("icd10cm:M62", "parent") == ["icd10cm:M60-M63"]
    labels = [s.term for s in found.statements if s.field == "label"]
    assert len(labels) == len(set(labels))
    assert found.values("icd10cm:S39.012S", "label") == ["Strain of muscle, fascia and tendon of lower back, sequela"]


def test_a_tabular_list_of_another_year_is_noticed(tmp_path):
    shutil.copy(ORDER, tmp_path / "icd10cm-order-2026.txt")
    shutil.copy(TABULAR, tmp_path)
    assert read(tmp_path).ledger.warnings == {"the tabular list is of 2021, the order file is not": 1}


def test_two_years_are_not_mixed(tmp_path):
    for year in ("2021", "2026"):
        shutil.copy(ORDER, tmp_path / f"icd10cm-order-{year}.txt")
    with pytest.raises(DataSyntaxError, match="name the files of one year"):
        read(tmp_path)


def test_changes_beside_an_order_file_are_not_read(tmp_path):
    shutil.copy(ORDER, tmp_path)
    shutil.copy(ORDER, tmp_path / "icd10cm-order-addenda-2021.txt")
    assert read(tmp_path).files == [ORDER.name]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"00001 A0      0 Cut short", "damaged: another number of columns"),
        (b"caf\xe9", "not UTF-8"),
        (b"\0", "damaged: a NUL byte"),
    ],
)
def test_a_damaged_row_is_skipped_and_no_other(tmp_path, line, reason):
    path = Path(shutil.copy(ORDER, tmp_path))
    path.write_bytes(line + b"\r\n" + path.read_bytes())
    found = read(path)
    assert set(found.statements) == set(read(ORDER).statements)
    assert found.ledger.skipped == {reason: 1}
    assert found.ledger.examples[reason] == [f"{ORDER.name}, line 1"]
