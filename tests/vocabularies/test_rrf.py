"""Rich Release Format: RxNorm and the UMLS Metathesaurus."""

from __future__ import annotations

import shutil

import pytest
from reading import FILES, read

from spasmkg.errors import DataSyntaxError

RXNORM, UMLS = FILES / "rxnorm", FILES / "umls"


def test_a_concept_of_rxnorm_has_its_own_name_and_those_of_the_sources():
    assert read(RXNORM).about("rxnorm:1292") == {
        ("label", "baclofen"),
        ("kind", "IN"),
        ("kind", "Pharmacologic Substance"),
        ("exact", "BACLOFEN"),
        ("exact", "Baclofen"),
        ("exact", "Baclofen, strange"),
        ("related", "BACLO"),  # an abbreviation
        ("xref", "UNII:H789N3FKE8"),
        ("xref", "atc:M03BX01"),
        ("xref", "mesh:D001418"),
        ("xref", "VANDF:4000001"),
    }


def test_a_concept_of_which_only_old_names_are_left_is_obsolete():
    found = read(RXNORM)
    assert ("obsolete", "true") in found.about("rxnorm:213725")
    assert found.values("rxnorm:213725", "label") == ["baclofen 20 MG Oral Tablet [Lioresal]"]
    assert found.values("rxnorm:1292", "obsolete") == []


def test_each_concept_has_one_label():
    for folder in (RXNORM, UMLS):
        labels = [s.term for s in read(folder).statements if s.field == "label"]
        assert len(labels) == len(set(labels))


def test_relations_are_read_from_the_second_concept_to_the_first():
    found = read(RXNORM)
    links = {(s.term, s.field, s.value) for s in found.statements if s.link}
    assert links == {
        ("rxnorm:197392", "rxnorm:has_ingredient", "rxnorm:1292"),
        ("rxnorm:202996", "rxnorm:tradename_of", "rxnorm:1292"),
        ("rxnorm:7716", "rxnorm:form_of", "rxnorm:7715"),
    }
    assert found.values("rxnorm:213725", "parent") == ["rxnorm:197392"]


def test_concepts_that_are_gone_lead_to_their_heirs():
    found = read(RXNORM)
    assert found.about("rxnorm:91714") == {("obsolete", "true"), ("replaced_by", "rxnorm:1000992")}
    assert found.about("rxnorm:105048") == {("obsolete", "true")}, "split in two: neither took its place"
    assert found.values("rxnorm:102209", "label") == ["orphenadrine hydrochloride 1 MG"]
    assert found.values("rxnorm:102209", "replaced_by") == ["rxnorm:7715"]
    umls = read(UMLS)
    assert umls.values("umls:C9999991", "replaced_by") == ["umls:C0026821"]
    assert umls.about("umls:C9999992") == {("obsolete", "true")}


@pytest.mark.parametrize(
    ("folder", "prefix", "reasons"),
    [
        (
            RXNORM,
            "",
            {
                "suppressed: obsolete": 1,
                "not taken up: attribute": 1,
                "suppressed attribute": 1,
                "not taken up: relation of another source": 1,
                "suppressed relation": 1,
                "not taken up: relation without a name": 1,
                "a concept related to itself": 1,
                "of a concept that is in use": 2,
                "not taken up: archived name of another source": 1,
            },
        ),
        (
            UMLS,
            "",
            {
                "in another language": 2,
                "suppressed: obsolete": 1,
                "suppressed definition": 1,
                "not taken up: attribute": 1,
                "not taken up: relation other than broader or narrower": 1,
                "suppressed relation": 1,
                "a concept related to itself": 1,
                "of a concept that is in use": 1,
            },
        ),
        (
            UMLS,
            "snomedct",
            {
                "of another source": 13,
                "suppressed: obsolete": 1,
                "not taken up with --as": 4,
                "not taken up: relation other than parent or child": 1,
                "suppressed relation": 1,
                "a code related to itself": 1,
            },
        ),
    ],
)
def test_what_is_left_out_is_told(folder, prefix, reasons):
    assert read(folder, prefix=prefix).ledger.skipped == reasons


def test_the_release_is_the_vocabulary_s_own():
    assert (read(RXNORM).release.title, read(RXNORM).release.version) == ("RxNorm Vocabulary", "17AB_171106F")
    assert read(UMLS).release.version == "2017AB"
    assert read(UMLS, prefix="snomedct").release.version == "2017_09_01"


def test_a_concept_of_the_metathesaurus_is_labelled_by_its_preferred_name():
    found = read(UMLS)
    assert found.values("umls:C0026821", "label") == ["Cramp"]
    assert set(found.values("umls:C0026821", "xref")) == {"snomedct:55300003", "mesh:D009120", "HP:0003394"}
    assert found.values("umls:C0026821", "kind") == ["Sign or Symptom"]
    assert len(found.values("umls:C0026821", "definition")) == 2
    assert set(found.values("umls:C0026821", "parent")) == {"umls:C0037763"}
    assert set(found.values("umls:C0005747", "parent")) == {"umls:C0037763"}, "broader counts as parent"


def test_an_entry_term_of_a_source_is_no_cross_reference():
    assert "icd10cm:R25.2" not in read(UMLS).values("umls:C0026821", "xref")


def test_a_code_with_a_wrong_check_digit_is_no_cross_reference():
    found = read(UMLS)
    assert found.ledger.warnings == {"reference left out: wrong check digit": 1}
    assert found.ledger.examples["reference left out: wrong check digit"] == ["MRCONSO.RRF, line 13"]
    assert "Spasm with a wrong check digit" in found.values("umls:C0037763", "exact")


def test_the_codes_of_one_source_can_be_the_terms():
    found = read(UMLS, prefix="snomedct")
    assert found.about("snomedct:55300003") == {
        ("label", "Cramp"),
        ("xref", "umls:C0026821"),
        ("kind", "finding"),
        ("kind", "Sign or Symptom"),
        ("parent", "snomedct:45352006"),
        ("definition", "A sudden, painful shortening of a muscle."),
    }
    assert found.values("snomedct:45352006", "related") == ["Muscular spasm, another concept's"]
    assert found.values("snomedct:82470000", "obsolete") == ["true"]
    assert all(s.term.startswith("snomedct:") for s in found.statements)
    assert read(UMLS, prefix="mesh").values("mesh:D009120", "label") == ["Muscle Cramp"]


def test_a_source_that_is_not_known_is_refused():
    with pytest.raises(DataSyntaxError, match='no source of these files is called "HEX"'):
        read(UMLS, prefix="HEX")


def test_names_that_stand_apart_give_no_second_label(tmp_path):
    rows = (RXNORM / "RXNCONSO.RRF").read_text().splitlines()
    (tmp_path / "RXNCONSO.RRF").write_text("\n".join([*rows, rows[1]]))
    found = read(tmp_path)
    assert found.values("rxnorm:1292", "label") == ["baclofen"]
    assert found.ledger.warnings["a name that stands apart from the others of its concept became a synonym"] == 1


def test_the_pipe_at_the_end_may_be_missing(tmp_path):
    rows = (RXNORM / "RXNCONSO.RRF").read_text().replace("|\n", "\n")
    (tmp_path / "RXNCONSO.RRF").write_text(rows)
    assert read(tmp_path).statements == read(RXNORM / "RXNCONSO.RRF").statements


def test_files_without_the_file_of_names_are_refused(tmp_path):
    shutil.copy(RXNORM / "RXNREL.RRF", tmp_path)
    with pytest.raises(DataSyntaxError, match=r"names are in RXNCONSO\.RRF"):
        read(tmp_path)


def test_two_releases_are_not_mixed(tmp_path):
    with pytest.raises(DataSyntaxError, match="RxNorm and UMLS files together"):
        read(RXNORM, UMLS)
    with pytest.raises(DataSyntaxError, match="name the files of one release"):
        read(RXNORM, RXNORM / "RXNCONSO.RRF")
    shutil.copytree(UMLS, tmp_path / "2024AB")
    with pytest.raises(DataSyntaxError, match="name the files of one release"):
        read(UMLS / "MRCONSO.RRF", UMLS / "MRREL.RRF", tmp_path / "2024AB" / "MRREL.RRF")


def test_of_a_release_with_its_prescribable_part_the_whole_is_read(tmp_path):
    shutil.copytree(RXNORM, tmp_path / "rrf")
    shutil.copytree(RXNORM, tmp_path / "prescribe" / "rrf")
    assert read(tmp_path).statements == read(RXNORM).statements
    assert read(tmp_path / "prescribe").statements == read(RXNORM).statements
