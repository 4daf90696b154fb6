import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg import namespaces as ns
from spasmkg.errors import UsageError


@given(st.sampled_from(sorted(ns.prefixes())), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,12}", fullmatch=True))
def test_contracting_undoes_expanding(prefix, name):
    iri = ns.prefixes()[prefix] + name
    assert ns.expand(ns.contract(iri)) == iri


@pytest.mark.parametrize(
    ("spelled", "iri"),
    [
        ("spasm:baclofen", "https://w3id.org/spasmkg/baclofen"),
        ("SPASM:baclofen", "https://w3id.org/spasmkg/baclofen"),
        ("<https://w3id.org/spasmkg/baclofen>", "https://w3id.org/spasmkg/baclofen"),
        ("https://w3id.org/spasmkg/baclofen", "https://w3id.org/spasmkg/baclofen"),
        ("hp:0003394", "http://purl.obolibrary.org/obo/HP_0003394"),
        ("HPO:HPO_0003394", "http://purl.obolibrary.org/obo/HP_0003394"),
        ("SCTID:55300003", "http://snomed.info/id/55300003"),
    ],
)
def test_any_common_spelling_expands(spelled, iri):
    assert ns.expand(spelled) == iri


@pytest.mark.parametrize("text", ["baclofen", "nosuch:x", ""])
def test_what_is_no_identifier_is_refused(text):
    with pytest.raises(UsageError):
        ns.expand(text)


def test_prefixes_are_spelled_as_the_field_spells_them():
    assert {"HP", "MONDO", "DOID", "SYMP", "MAXO", "CHEBI", "UBERON", "NCIT", "OAE", "RO", "ECO"} <= set(ns.prefixes())
    assert {"mesh", "umls", "snomedct", "icd10cm", "rxnorm", "atc", "loinc", "drugbank", "biolink"} <= set(
        ns.prefixes()
    )
