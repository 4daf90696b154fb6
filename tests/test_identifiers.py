"""Outside identifiers: one spelling for all, and damage found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg.errors import IdentifierError
from spasmkg.identifiers import iri, local_problem, normal, verhoeff


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SCTID:55300003", "snomedct:55300003"),
        ("SNOMEDCT_US:55300003", "snomedct:55300003"),
        ("SNOMEDCT_US_2025_09_01:55300003", "snomedct:55300003"),
        ("snomedct:55300003|Cramp|", "snomedct:55300003"),
        ("http://snomed.info/id/55300003", "snomedct:55300003"),
        ("http://purl.bioontology.org/ontology/SNOMEDCT/55300003", "snomedct:55300003"),
        ("UMLS_CUI:C0026821", "umls:C0026821"),
        ("umls:c0026821", "umls:C0026821"),
        ("MSH:D009120", "mesh:D009120"),
        ("MeSH:D009120", "mesh:D009120"),
        ("https://id.nlm.nih.gov/mesh/D009120", "mesh:D009120"),
        ("NCI:C34827", "NCIT:C34827"),
        ("HP_0003394", "HP:0003394"),
        ("hp:0003394", "HP:0003394"),
        ("HP:HP_0003394", "HP:0003394"),
        ("HP:HP:0003394", "HP:0003394"),
        ("http://purl.obolibrary.org/obo/HP_0003394", "HP:0003394"),
        ("<http://purl.obolibrary.org/obo/HP_0003394>", "HP:0003394"),
        ("http://identifiers.org/hp/HP:0003394", "HP:0003394"),
        ("ICD10CM:R252", "icd10cm:R25.2"),
        ("ICD-10-CM:r25.2", "icd10cm:R25.2"),
        ("RXCUI:1292", "rxnorm:1292"),
        ("ATC:M03BX01", "atc:M03BX01"),
        ("LOINC:2157-6", "loinc:2157-6"),
        ("DRUGBANK:DB00181", "drugbank:DB00181"),
        ("https://example.org/x/1", "https://example.org/x/1"),
    ],
)
def test_every_common_spelling_means_the_same(written, meant):
    assert normal(written) == meant


@pytest.mark.parametrize(
    ("written", "default", "reason"),
    [
        ("1.56E+16", "snomedct", "spreadsheet"),
        ("SCTID:1.56E+16", "", "spreadsheet"),
        ("snomedct:55300004", "", "check digit"),
        ("loinc:2157-7", "", "check digit"),
        ("loinc:LP200067-8", "", "check digit"),
        ("HP:12", "", "form of HP"),
        ("umls:26821", "", "form of umls"),
        ("nonsense:1", "", "unknown prefix"),
        ("muscle cramp", "", "no identifier"),
        ("", "snomedct", "no identifier"),
        ("MESH:", "", "no identifier"),
        ("http://example.org/a b", "", "characters"),
        ('https://example.org/">', "", "characters"),
    ],
)
def test_damage_is_named(written, default, reason):
    with pytest.raises(IdentifierError, match=reason):
        normal(written, default)


def test_a_bare_code_takes_the_prefix_of_its_file():
    assert normal("55300003", "snomedct") == "snomedct:55300003"
    assert normal("M6283", "icd10cm") == "icd10cm:M62.83"


def test_a_file_may_declare_a_prefix():
    declared = {"mine": "https://example.org/mine/"}
    assert normal("mine:7", "", declared) == "mine:7"
    assert iri("mine:7", declared) == "https://example.org/mine/7"
    with pytest.raises(IdentifierError):
        iri("mine:7")


def test_every_mapped_identifier_is_normal(kg):
    for mapping in kg.mappings():
        if mapping.object:
            assert iri(mapping.curie) == mapping.object
            prefix, _, local = mapping.curie.partition(":")
            assert local_problem(prefix, local) == ""


@given(st.integers(10**5, 10**17), st.data())
def test_verhoeff_finds_every_wrong_digit_and_every_swap_of_neighbours(number, data):
    code = next(f"{number}{d}" for d in range(10) if verhoeff(f"{number}{d}"))
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != code[at]]))
    assert not verhoeff(code[:at] + other + code[at + 1 :])
    if at and code[at] != code[at - 1]:
        assert not verhoeff(code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :])


@given(st.text(max_size=40))
def test_any_text_is_an_identifier_or_an_error(text):
    try:
        found = normal(text, "snomedct")
    except IdentifierError:
        return
    assert normal(found) == found
