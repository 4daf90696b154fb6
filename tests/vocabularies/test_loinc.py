"""LOINC tables."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reading import FILES, read

from spasmkg.errors import DataSyntaxError

LOINC = FILES / "loinc"
CODES = Path("LoincTable/Loinc.csv")


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(LOINC, tmp_path / "files"))


def test_a_code_has_its_names_and_what_it_measures():
    found = read(LOINC)
    assert found.about("loinc:2157-6") == {
        ("label", "Creatine kinase [Enzymatic activity/volume] in Serum or Plasma"),
        ("exact", "CK SerPl-cCnc"),
        ("exact", "CK"),
        ("exact", "Creatine kinase:CCnc:Pt:Ser/Plas:Qn"),
        ("related", "Creatine kinase"),  # what is measured is not the measurement
        ("related", "CPK"),
        ("related", "Catalytic concentration"),
        ("definition", 'An enzyme of muscle, "CK", measured in blood.'),
        ("kind", "CHEM"),
        ("parent", "loinc:LP32034-8"),
        ("http://loinc.org/property/COMPONENT", "loinc:LP32034-8"),
    }
    assert (found.release.title, found.release.version) == ("LOINC", "2.73")


def test_a_deprecated_code_is_obsolete_and_a_discouraged_one_has_a_note():
    found = read(LOINC)
    assert found.values("loinc:99990-4", "obsolete") == ["true"]
    assert found.values("loinc:99990-4", "replaced_by") == ["loinc:2157-6"]
    assert found.values("loinc:99991-2", "obsolete") == []
    assert found.values("loinc:99991-2", "http://www.w3.org/2000/01/rdf-schema#comment") == [
        "discouraged by LOINC: Too broad."
    ]


def test_parts_are_terms_too():
    found = read(LOINC)
    assert found.about("loinc:LP200067-9") == {("label", "CT"), ("exact", "Computed tomography"), ("kind", "METHOD")}
    assert found.values("loinc:LP19403-2", "obsolete") == ["true"]


def test_the_hierarchy_names_only_what_has_no_name():
    found = read(LOINC)
    assert found.values("loinc:LP31696-5", "label") == ["Vitamin D"]
    assert found.values("loinc:LP32034-8", "label") == ["Creatine kinase.total"]
    assert found.values("loinc:LP32034-8", "parent") == ["loinc:LP31696-5"]


def test_a_link_without_a_property_is_skipped():
    assert read(LOINC).ledger.skipped == {"not taken up: link without a property": 1}


def test_the_core_table_alone_is_enough(tmp_path):
    header = (
        "LOINC_NUM,COMPONENT,PROPERTY,TIME_ASPCT,SYSTEM,SCALE_TYP,METHOD_TYP,CLASS,CLASSTYPE,LONG_COMMON_NAME,"
        "SHORTNAME,EXTERNAL_COPYRIGHT_NOTICE,STATUS,VersionFirstReleased,VersionLastChanged"
    )
    row = (
        "10000-8,R wave duration.lead AVR,Time,Pt,Heart,Qn,EKG,EKG.MEAS,2,R wave duration in lead AVR,R wave dur L-AVR,"
        ",ACTIVE,1.0i,2.48"
    )
    path = tmp_path / "LoincTableCore.csv"
    path.write_text("\n".join(",".join(f'"{v}"' for v in line.split(",")) for line in (header, row)))
    assert read(path).values("loinc:10000-8", "label") == ["R wave duration in lead AVR"]


def test_the_whole_table_is_read_where_the_core_is_there_too(folder):
    shutil.copytree(folder / "LoincTable", folder / "LoincTableCore")
    (folder / "LoincTableCore" / "Loinc.csv").rename(folder / "LoincTableCore" / "LoincTableCore.csv")
    found = read(folder)
    assert found.files.count("Loinc.csv") == 1
    assert "LoincTableCore.csv" not in found.files
    assert set(found.statements) == set(read(LOINC).statements)


def test_columns_may_stand_in_another_order(folder):
    import csv

    path = folder / CODES
    with path.open(newline="") as file:
        rows = [row[::-1] for row in csv.reader(file)]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert set(read(folder).statements) == set(read(LOINC).statements)


def test_a_field_may_run_over_lines(folder):
    path = folder / CODES
    path.write_text(path.read_text().replace('""CK"", ', '""CK"",\n\n'))
    found = read(folder)
    assert found.values("loinc:2157-6", "definition") == ['An enzyme of muscle, "CK",\n\nmeasured in blood.']
    assert found.ledger.read == read(LOINC).ledger.read


@pytest.mark.parametrize("place", [1, 2, 5])
def test_a_quote_left_open_costs_its_row_only(folder, place):
    path = folder / CODES
    lines = path.read_text().splitlines()
    broken = lines[1].replace('"CHEM"', '"CHEM')
    path.write_text("\n".join([*lines[:place], broken, *lines[place:]]))
    found = read(folder)
    assert set(found.statements) == set(read(LOINC).statements)
    assert found.ledger.skipped["damaged: a quote left open"] == 1
    assert found.ledger.examples["damaged: a quote left open"] == [f"Loinc.csv, line {place + 1}"]


def test_two_quotes_left_open_cost_two_rows(folder):
    path = folder / CODES
    lines = path.read_text().splitlines()
    broken = lines[1].replace('"CHEM"', '"CHEM')
    path.write_text("\n".join([lines[0], broken, lines[1], broken, *lines[2:]]))
    found = read(folder)
    assert set(found.statements) == set(read(LOINC).statements)
    assert found.ledger.skipped["damaged: a quote left open"] == 2


@pytest.mark.parametrize(
    ("code", "reason"),
    [("2157-7", "wrong check digit"), ("LP32034-9", "wrong check digit"), ("2157", "not the form of loinc")],
)
def test_a_damaged_code_costs_its_row(folder, code, reason):
    path = folder / CODES
    text = path.read_text()
    lines = text.splitlines()
    path.write_text("\n".join([*lines, lines[-1].replace("99991-2", code)]))
    found = read(folder)
    assert set(found.statements) == set(read(LOINC).statements)
    assert found.ledger.skipped[f"term left out: {reason}"] == 1


def test_links_alone_are_refused(folder):
    shutil.rmtree(folder / "LoincTable")
    (folder / "AccessoryFiles" / "PartFile" / "Part.csv").unlink()
    with pytest.raises(DataSyntaxError, match=r"names are in Loinc\.csv"):
        read(folder)
