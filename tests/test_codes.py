"""Codes of a user's table: what they lead to, what is wrong with them, and that no row of the table is lost."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spasmkg
from spasmkg import importing
from spasmkg import namespaces as ns
from spasmkg.codes import LEVELS, match, vocabulary_of
from spasmkg.errors import DataSyntaxError, NotFoundError, UsageError
from spasmkg.sheet import Sheet

FILES = Path(__file__).parent / "vocabularies" / "files"


@pytest.fixture(scope="module")
def coded(linked_folder, tmp_path_factory):
    """A graph folder with small releases of RxNorm and SNOMED CT as well."""
    folder = tmp_path_factory.mktemp("coded") / "graph"
    shutil.copytree(linked_folder, folder)
    for name in ("rxnorm", "snomedct"):
        importing.add(folder, [FILES / name])
    return folder


def one(kg, code, vocabulary="", **options):
    (found,) = kg.codes([code], vocabulary, **options)
    return found


@pytest.mark.parametrize(
    ("code", "vocabulary", "entity", "precision"),
    [
        ("55300003", "snomedct", "muscle-cramp", "exact"),
        ("SCTID:55300003", "", "muscle-cramp", "exact"),
        ("55300003 |Cramp|", "SNOMED CT", "muscle-cramp", "exact"),
        (55300003, "http://snomed.info/sct", "muscle-cramp", "exact"),
        ("45352006.0", "snomedct", "muscle-spasm", "exact"),
        ("HP_0002321", "", "dizziness", "close"),
        ("http://purl.obolibrary.org/obo/HP_0002321", "", "dizziness", "close"),
        ("R110", "icd-10-cm", "nausea", "exact"),
        ("N05BA", "atc", "benzodiazepine", "narrower"),
        ("rxnorm:1292", "snomedct", "baclofen", "exact"),
    ],
)
def test_a_code_in_any_spelling_leads_to_its_entity(kg, code, vocabulary, entity, precision):
    found = one(kg, code, vocabulary)
    assert (ns.local(found.entity), found.precision) == (entity, precision)
    assert kg.mapping(found.mapping).subject == found.entity
    assert found.kind
    assert found.entity_label


@pytest.mark.parametrize(
    ("code", "vocabulary", "reason"),
    [
        ("5.53E+07", "snomedct", "a number that a spreadsheet has damaged"),
        ("55300004", "snomedct", "wrong check digit"),
        ("3016-4", "loinc", "wrong check digit"),
        ("Feb-75", "loinc", "a date that a spreadsheet has made of it"),
        ("1975-02-01", "loinc", "a date that a spreadsheet has made of it"),
        ("3394", "HP", "not the form of HP: leading zeros are lost, perhaps HP:0003394"),
        ("HP:2329", "", "not the form of HP: leading zeros are lost, perhaps HP:0002329"),
        ("M62", "snomedct", "not the form of snomedct"),
        ("55300003", "", "no prefix: say which vocabulary bare codes are of"),
        ("nonsense:12", "", "unknown prefix"),
        ("", "snomedct", "empty"),
        (None, "snomedct", "empty"),
        (float("nan"), "snomedct", "empty"),
        ("1002011", "snomedct", "it identifies a description of SNOMED CT, not a concept"),
        ("76902006", "snomedct", "not to be taken for tetany (the infection)"),
        ("22298006", "snomedct", "no mapping; the terms above it are known when snomedct is loaded"),
        ("Z99.9", "icd10cm", "no mapping, nor of a term above it"),
        ("OMIM:168605", "", "nothing is mapped to OMIM"),
    ],
)
def test_what_is_wrong_with_a_code_is_said(kg, code, vocabulary, reason):
    found = one(kg, code, vocabulary)
    assert (found.entity, found.precision, found.mapping) == ("", "", "")
    assert found.reason == reason


def test_a_broader_code_leads_to_an_entity_only_when_asked_for(kg):
    found = one(kg, "417163006", "snomedct")
    assert (found.entity, found.reason) == ("", "only broader than injury")
    wide = one(kg, "417163006", "snomedct", at_least="broader")
    assert (ns.local(wide.entity), wide.precision) == ("injury", "broader")
    assert one(kg, "HP:0002321", at_least="exact").reason.startswith("only close to dizziness")
    assert one(kg, "2823-3", "loinc").reason == "only related to serum electrolyte panel"


def test_a_level_that_is_none_is_refused(kg):
    with pytest.raises(UsageError, match="exact, close, narrower, broader, related"):
        kg.codes(["HP:0002321"], at_least="loose")


def test_codes_of_atc_and_icd_are_shortened(kg):
    found = one(kg, "N05BA12", "atc")
    assert (found.entity_label, found.precision) == ("benzodiazepine", "narrower")
    assert found.reason == "under atc:N05BA Benzodiazepine derivatives"
    assert one(kg, "N05BA12", "atc", direct=True).reason == "no mapping of its own"
    assert one(kg, "E119XX", "icd10cm").reason.startswith("under icd10cm:E11.9 ")
    assert one(kg, "N05BA12", "atc", at_least="close").entity == ""


def test_a_loaded_vocabulary_leads_up(linked):
    found = one(linked, "HP:0003449")
    assert (found.term, found.entity_label, found.precision) == ("Cold-induced muscle cramps", "muscle spasm", "narrower")  # fmt: skip
    assert found.reason == "under HP:0003394 Muscle spasm"
    assert one(linked, "HP:0003449", direct=True).entity == ""
    assert one(linked, "HP:0001250").reason == "no mapping, and not in the loaded HP 2023-07-21"


def test_a_product_leads_to_its_ingredient(coded):
    kg = spasmkg.open(coded)
    product = one(kg, "197392", "rxnorm")
    assert (product.entity_label, product.precision, product.reason) == ("baclofen", "narrower", "with ingredient rxnorm:1292 baclofen")  # fmt: skip
    brand = one(kg, "213725", "rxnorm")
    assert (
        brand.reason
        == "under rxnorm:197392 baclofen 20 MG Oral Tablet, with ingredient rxnorm:1292 baclofen; withdrawn in the loaded rxnorm 17AB_171106F"
    )
    withdrawn = one(kg, "82470000", "snomedct")
    assert (withdrawn.entity_label, withdrawn.precision) == ("fasciculation", "exact")
    assert withdrawn.reason.endswith("; withdrawn in the loaded snomedct 20240101")


def test_a_withdrawn_code_leads_to_what_took_its_place(linked_folder, tmp_path):
    folder = tmp_path / "graph"
    shutil.copytree(linked_folder, folder)
    (tmp_path / "symp.obo").write_text(
        "format-version: 1.2\ndata-version: 2099\n\n[Term]\nid: SYMP:0000619\nname: tetany\n\n"
        "[Term]\nid: SYMP:0000145\nname: made up\nis_obsolete: true\nreplaced_by: SYMP:0000619\n"
    )
    importing.add(folder, [tmp_path / "symp.obo"])
    found = one(spasmkg.open(folder), "SYMP:0000145")
    assert (found.entity_label, found.precision) == ("tetany", "exact")
    assert found.reason == "replaced by SYMP:0000619 tetany; withdrawn in the loaded SYMP 2099"


def test_a_product_of_two_drugs_has_a_match_for_each(linked_folder, tmp_path):
    folder = tmp_path / "graph"
    shutil.copytree(linked_folder, folder)
    row = "{0}|ENG||||||{1}||{0}||RXNORM|{2}|{0}|{3}||N|4096|\n"
    (tmp_path / "RXNCONSO.RRF").write_text(
        row.format(2101, 1, "IN", "carisoprodol")
        + row.format(5640, 2, "IN", "ibuprofen")
        + row.format(1007410, 3, "MIN", "carisoprodol / ibuprofen")
    )
    (tmp_path / "RXNREL.RRF").write_text(
        "2101||CUI|RO|1007410||CUI|has_part|1||RXNORM||||||\n5640||CUI|RO|1007410||CUI|has_part|2||RXNORM||||||\n"
    )
    importing.add(folder, [tmp_path / "RXNCONSO.RRF", tmp_path / "RXNREL.RRF"])
    found = spasmkg.open(folder).codes(["1007410", "2101"], "rxnorm")
    assert [(m.text, m.entity_label, m.precision) for m in found] == [
        ("1007410", "carisoprodol", "narrower"), ("1007410", "ibuprofen", "narrower"), ("2101", "carisoprodol", "exact"),
    ]  # fmt: skip


CODES = st.sampled_from(
    ["HP:0002321", "HP:0002329", "HP:1", "snomedct:55300003", "atc:N05BA12", "", "x", "icd10cm:R11.0"]
)


@settings(max_examples=10)
@given(st.lists(CODES, max_size=12), st.sampled_from(LEVELS))
def test_codes_are_matched_in_order_each_as_if_alone(kg, codes, level):
    pairs = [(c, "") for c in codes]
    together = match(kg.store, pairs, level)
    assert len(together) == len(pairs)
    assert all(together)
    alone = {pair: match(kg.store, [pair], level)[0] for pair in set(pairs)}
    assert together == [alone[pair] for pair in pairs]
    order = LEVELS.index(level)
    assert all(LEVELS.index(m.precision) <= order for ms in together for m in ms if m.entity)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("SNOMEDCT_US", "snomedct"), ("http://snomed.info/sct/731000124108", "snomedct"), ("SNOMED CT", "snomedct"),
        ("urn:oid:2.16.840.1.113883.6.96", "snomedct"), ("2.16.840.1.113883.6.90", "icd10cm"), ("ICD10CM", "icd10cm"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "icd10cm"), ("RxNorm", "rxnorm"), ("LOINC", "loinc"), ("HPO", "HP"),
        ("HP:", "HP"),
    ],
)  # fmt: skip
def test_a_vocabulary_has_many_names(name, prefix):
    assert vocabulary_of(name) == prefix


def test_a_vocabulary_that_is_none_is_refused():
    with pytest.raises(UsageError, match="no vocabulary"):
        vocabulary_of("readcodes")


# ---- tables ----


def table(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def test_the_users_rows_and_columns_stay_as_they_are(run, tmp_path):
    path = tmp_path / "problems.csv"
    path.write_text(
        '\ufeffpatient,Code,"note, free"\np1,55300003,"a ""b"", c"\n\np2,55300004,\np3,,"two\nlines"\np4,55300003\n',
        encoding="utf-8",
    )
    code, out, err = run("mappings", "--file", str(path), "--as", "snomedct")
    rows = table(out)
    assert code == 0
    assert [(r["patient"], r["Code"], r["note, free"]) for r in rows] == [
        ("p1", "55300003", 'a "b", c'), ("p2", "55300004", ""), ("p3", "", "two\nlines"), ("p4", "55300003", ""),
    ]  # fmt: skip
    assert [r["entity"].rpartition("/")[2] for r in rows] == ["muscle-cramp", "", "", "muscle-cramp"]
    assert rows[0]["curie"] == "snomedct:55300003"
    assert "4 rows with 3 codes; of 2 rows the code leads to an entity" in err
    assert "1 wrong check digit" in err
    assert "1 empty" in err


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_found(run, tmp_path, delimiter):
    path = tmp_path / "problems.txt"
    path.write_text(f"code{delimiter}n\nHP:0002321{delimiter}1,5\n")
    _, out, _ = run("mappings", "--file", str(path))
    (row,) = table(out, "\t" if delimiter == "\t" else ",")
    assert (row["code"], row["n"], row["entity_label"]) == ("HP:0002321", "1,5", "dizziness")


def test_a_column_can_name_the_vocabulary(run, tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_text("system,value\nhttp://snomed.info/sct,55300003\nLOINC,3016-3\n,HP:0002321\n")
    code, out, _ = run("mappings", "--file", str(path), "--column", "value", "--as-column", "System")
    assert code == 0
    assert [r["curie"] for r in table(out)] == ["snomedct:55300003", "loinc:3016-3", "HP:0002321"]
    path.write_text("system,value\nreadcodes,55300003\n")
    code, _, err = run("mappings", "--file", str(path), "--column", "value", "--as-column", "system")
    assert code == 1
    assert "readcodes" in err


def test_a_column_of_the_users_is_not_overwritten(run, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("code,entity,reason\nHP:0002321,mine,because\n")
    (row,) = table(run("mappings", "--file", str(path))[1])
    assert (row["entity"], row["reason"]) == ("mine", "because")
    assert row["spasmkg_entity"].endswith("/dizziness")
    assert row["spasmkg_reason"]


def test_a_compressed_table_and_standard_input_are_read(run, tmp_path, monkeypatch):
    path = tmp_path / "problems.csv.gz"
    path.write_bytes(gzip.compress(b"id\nHP:0002321\n"))
    assert table(run("mappings", "--file", str(path))[1])[0]["entity_label"] == "dizziness"
    monkeypatch.setattr(sys, "stdin", io.StringIO("id\nHP:0002321\n"))
    assert table(run("mappings", "--file", "-")[1])[0]["entity_label"] == "dizziness"


def test_a_file_is_written_whole(run, tmp_path):
    path, aim = tmp_path / "problems.csv", tmp_path / "joined.tsv"
    path.write_text("code\nHP:0002321\n")
    code, out, err = run("mappings", "--file", str(path), "-o", str(aim))
    assert (code, out) == (0, "")
    assert f"wrote {aim}" in err
    assert table(aim.read_text(), "\t")[0]["entity_label"] == "dizziness"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "first line must name the columns"),
        (b"code,n\nHP:0002321,1,2\n", "3 cells in a table of 2 columns"),
        ("code,n\nHP:0002321,œ\n".encode("cp1252"), "line 2: not UTF-8"),
        (b'code,n\n"HP:0002321,1\n', "no row of a table"),
        (gzip.compress(b"code\n" + b"HP:0002321\n" * 9)[:-9], "compressed data"),
    ],
    ids=["empty", "wide", "encoding", "quote", "cut"],
)  # fmt: skip
def test_a_broken_table_is_refused_with_its_place(run, tmp_path, content, reason):
    path, aim = tmp_path / "broken.csv", tmp_path / "joined.csv"
    path.write_bytes(content)
    code, out, err = run("mappings", "--file", str(path), "-o", str(aim))
    assert (code, out) == (1, "")
    assert reason in err
    assert not aim.exists()


def test_a_table_without_a_readable_code_ends_in_an_error(run, tmp_path):
    path = tmp_path / "problems.csv"
    path.write_text("code\n55300003\n")
    code, _, err = run("mappings", "--file", str(path))
    assert code == 1
    assert "no prefix" in err


def test_a_column_is_found_or_asked_for(tmp_path):
    def sheet(text):
        path = tmp_path / "t.csv"
        path.write_text(text)
        return Sheet.open(str(path))

    assert sheet("a,RxCUI\n").column(None, "the codes") == 1
    assert sheet("patient,concept_id,code\n").column(None, "the codes") == 2
    assert sheet("anything\n").column(None, "the codes") == 0
    with pytest.raises(UsageError, match="one of snomed, icd10"):
        sheet("snomed,icd10\n").column(None, "the codes")
    with pytest.raises(UsageError, match="one of a, b"):
        sheet("a,b\n").column(None, "the codes")
    with pytest.raises(NotFoundError, match="did you mean code"):
        sheet("code,b\n").column("codes", "the codes")
    with pytest.raises(DataSyntaxError):
        sheet("\ncode\n")


@pytest.mark.parametrize(
    "options",
    [("tetany",), ("--coverage",), ("--vocabulary", "HP"), ("--format", "json"), ("--format", "sssom")],
)
def test_options_that_do_not_go_with_a_table(run, tmp_path, options):
    path = tmp_path / "problems.csv"
    path.write_text("code\nHP:0002321\n")
    assert run("mappings", "--file", str(path), *options)[0] == 2


def test_the_options_of_a_table_alone_are_refused(run):
    code, _, err = run("mappings", "tetany", "--as", "HP")
    assert code == 2
    assert "--file" in err


def test_matches_make_a_data_frame(kg):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"code": ["HP:0002321", "HP:1", "HP:0002321"]})
    found = pd.DataFrame(kg.codes(frame["code"].unique()))
    joined = frame.merge(found, left_on="code", right_on="text", how="left")
    assert list(joined["entity_label"]) == ["dizziness", "", "dizziness"]
