"""SSSOM mapping sets: ties, denials, and what each row says of itself."""

from __future__ import annotations

import csv

import pytest
from loading import FILES, load, said_of, statements

from spasmkg.errors import DataSyntaxError, UsageError
from spasmkg.identifiers import iri

SMALL = FILES / "sssom" / "doid.sssom.tsv"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OWL, SSSOM = "http://www.w3.org/2002/07/owl#", "https://w3id.org/sssom/"
SUBJECT = "http://purl.obolibrary.org/obo/DOID_2481"


def test_rows_tie_their_terms():
    found, _, _ = statements(SMALL)
    assert said_of(found, "DOID:2481") == {
        "xref": ["umls:C0009952", "NCIT:C34827", "MONDO:0000001"],
        SKOS + "exactMatch": ["umls:C0009952"],
        SKOS + "broadMatch": ["mesh:D003294"],
        "http://www.w3.org/2002/07/owl#equivalentClass": ["MONDO:0000001"],
        "http://example.org/near": ["MADE:7"],
        "negative": ["snomedct:76069003"],
        "label": ["febrile convulsions", "febrile convulsions"],
    }


def test_a_row_is_a_node_with_justification_and_confidence(tmp_path):
    made = load(tmp_path / "g", SMALL)
    assert made.vocabulary.prefix == "doid-mappings"
    row = f"{made.vocabulary.graph}/row/13"
    query = f"""<{row}> a <{OWL}Axiom> ; <{OWL}annotatedSource> ?s ; <{OWL}annotatedProperty> ?p ;
        <{OWL}annotatedTarget> ?o ; <{SSSOM}mapping_justification> ?why ; <{SSSOM}confidence> ?sure ;
        <{SSSOM}mapping_tool> ?tool"""
    (said,) = made.all(query)
    assert sorted(said) == sorted(
        (
            SUBJECT,
            SKOS + "exactMatch",
            iri("umls:C0009952"),
            "https://w3id.org/semapv/vocab/ManualMappingCuration",
            "0.9",
            "a tool",
        )
    )
    assert made.values(f"{made.vocabulary.graph}/row/16", f"{SSSOM}predicate_modifier") == ["Not"]
    assert made.values(f"{made.vocabulary.graph}/row/16", f"{SSSOM}comment") == ['a "quoted" remark\nover two lines']


def test_a_denied_row_ties_nothing(tmp_path):
    made = load(tmp_path / "g", SMALL)
    assert made.all("?x ?p <http://snomed.info/id/76069003> FILTER(?p != owl:annotatedTarget)") == []
    assert made.values(SUBJECT, "negative") == ["snomedct:76069003"]


def test_every_row_is_counted_once():
    _, ledger, release = statements(SMALL)
    body = [x for x in SMALL.read_text().split("\n") if not x.startswith("#")]
    rows = [r for r in csv.reader([x + "\n" for x in body], delimiter="\t") if any(r)][1:]
    assert ledger.read == len(rows) == 13
    assert dict(ledger.skipped) == {
        "says that there is no term": 1,
        "damaged: a number that a spreadsheet has damaged": 1,
        "damaged: wrong check digit": 1,
        "damaged: unknown prefix": 1,
        "a modifier that is not Not": 1,
        "no predicate_id": 1,
        "more cells than columns": 1,
    }
    assert ledger.examples["damaged: wrong check digit"] == ["doid.sssom.tsv, line 22"]
    assert (release.title, release.version) == ("A small set: example", "2026-07-15")
    assert release.prefixes["MADE"] == "http://example.org/made/"


def test_a_set_does_not_take_the_place_of_a_vocabulary(tmp_path):
    assert load(tmp_path / "g", SMALL).vocabulary.prefix != "DOID"
    other = tmp_path / "my set (1).sssom.tsv"
    other.write_bytes(SMALL.read_bytes())
    assert load(tmp_path / "g", other).vocabulary.prefix == "my_set_1"


@pytest.mark.parametrize(
    "text",
    [
        "subject_id\tpredicate_id\nDOID:1\tskos:exactMatch\n",
        "#license: x\n",
        "subject_id\tpredicate_id\tobject_id\n",
        "subject_id\tpredicate_id\tobject_id\n" + "febrile convulsions\tDOID:2481\tskos:exactMatch\n" * 7,
    ],
)
def test_what_is_no_mapping_set_is_refused(tmp_path, text):
    path = tmp_path / "x.sssom.tsv"
    path.write_text(text)
    with pytest.raises((DataSyntaxError, UsageError)):
        load(tmp_path / "g", path, prefix="X")


def test_lines_in_another_encoding_are_skipped(tmp_path):
    path = tmp_path / "x.sssom.tsv"
    path.write_bytes(SMALL.read_bytes().replace(b"febrile convulsions\tskos:broad", b"f\xe9brile\tskos:broad"))
    _, ledger, _ = statements(path)
    assert ledger.skipped["not UTF-8"] == 1
    assert ledger.read == 13
    assert ledger.examples["damaged: wrong check digit"] == ["x.sssom.tsv, line 22"]
