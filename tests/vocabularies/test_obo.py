"""OBO files: what is said of terms, and what becomes of every line."""

from __future__ import annotations

import pytest
from loading import FILES, load, said_of, statements

from spasmkg.errors import DataSyntaxError, UsageError

SMALL = FILES / "obo" / "hp-small.obo"
OBO = "http://purl.obolibrary.org/obo/"


def written(tmp_path, text: str, name: str = "x.obo"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_term_is_read():
    found, _, _ = statements(SMALL)
    said = said_of(found, "HP:0003394")
    assert said["label"] == ["Muscle spasm"]
    assert said["definition"] == ['A contraction that is "sudden"\nand not willed.']
    assert (said["exact"], said["broad"], said["narrow"], said["related"]) == (
        ["Muscle cramps"],
        ["Cramp, {broad}"],
        ["Muscle cramping"],
        ["Spasms"],
    )
    assert said["parent"] == ["HP:0011804"]
    assert said["http://www.geneontology.org/formats/oboInOwl#hasOBONamespace"] == ["human_phenotype"]
    assert "obsolete" not in said


def test_references_have_their_usual_spelling_and_unlisted_ones_their_own():
    found, ledger, _ = statements(SMALL)
    assert said_of(found, "HP:0003394")["xref"] == [
        "snomedct:76069003",
        "umls:C0037763",
        "mesh:D013035",
        "Wikipedia:https://en.wikipedia.org/wiki/Spasm",
        "SYMP:0019145",
    ]
    assert ledger.skipped["reference left out: not the form of mesh"] == 1
    assert ledger.skipped["reference left out: a number that a spreadsheet has damaged"] == 1


def test_relations_have_the_address_of_their_stanza():
    found, ledger, _ = statements(SMALL)
    links = {(s.field, s.value) for s in found if s.term == "HP:0003394" and s.link}
    assert ("BFO:0000050", "UBERON:0000383") in links
    assert (OBO + "hp.obo#has_modifier", "MADE:1") in links
    assert ("http://www.w3.org/2004/02/skos/core#exactMatch", "SYMP:0019145") in links
    assert not any(value == "GO:0005634" for _, value in links)
    assert ledger.skipped["not taken up: relation that holds in part"] == 1
    assert said_of(found, "BFO:0000050")["label"] == ["part of"]
    assert said_of(found, OBO + "hp.obo#has_modifier")["http://www.w3.org/2000/01/rdf-schema#subPropertyOf"] == [
        "BFO:0000050"
    ]


def test_withdrawn_terms_lead_to_what_took_their_place():
    found, _, _ = statements(SMALL)
    assert said_of(found, "HP:0002986") == {"obsolete": ["true"], "replaced_by": ["HP:0003394"]}
    said = said_of(found, "HP:0001290")
    assert (said["obsolete"], said["replaced_by"]) == (["true"], ["HP:0001252"])
    assert said["http://www.geneontology.org/formats/oboInOwl#consider"] == ["HP:0011804"]
    assert said["label"] == ["obsolete Generalised hypotonia"]


def test_every_line_is_counted_once():
    _, ledger, _ = statements(SMALL)
    lines = [x for x in SMALL.read_text(encoding="utf-8").splitlines() if x.strip() and not x.startswith("!")]
    continued = sum(x.endswith("\\") for x in lines)
    assert continued == 1
    assert ledger.read == len(lines) - continued
    assert dict(ledger.skipped) == {
        "not taken up: comment": 1,
        "not taken up: subset": 1,
        "reference left out: not the form of mesh": 1,
        "reference left out: a number that a spreadsheet has damaged": 1,
        "not taken up: relation that holds in part": 1,
        "not taken up: intersection_of": 1,
        "not taken up: property_value": 1,
        "not taken up: created_by": 1,
        "a second name of a term": 1,
        "term left out: not the form of HP": 1,
        "of a term that was left out": 2,
        "no tag": 1,
        "not taken up: is_transitive": 1,
        "in a stanza of instances": 2,
        "in a stanza of a strange kind": 1,
    }
    assert ledger.examples["term left out: not the form of HP"] == ["hp-small.obo, line 61"]


def test_a_line_continued_on_the_next_is_one():
    found, _, _ = statements(SMALL)
    assert said_of(found, "HP:0011804")["label"] == ["Abnormal muscle physiology"]
    assert said_of(found, "HP:0011804")["xref"] == ["MP:0004036"]


def test_the_import_tells_release_licence_and_counts(tmp_path):
    made = load(tmp_path / "g", SMALL)
    v = made.vocabulary
    assert (v.prefix, v.title, v.version) == ("HP", "A small phenotype ontology", "2026-09-01")
    assert v.license == "https://creativecommons.org/licenses/by/4.0/"
    assert v.terms == 6  # four terms with a name, two relations
    assert made.values(OBO + "HP_0011804", "label") == ["Abnormal muscle physiology"]
    assert made.values(OBO + "FYLER_4002", "label") == ["a term of a prefix that nobody lists"]
    assert made.values(OBO + "HP_0003394", OBO + "BFO_0000050") == [OBO + "UBERON_0000383"]
    assert made.values(OBO + "HP_0003394", OBO + "hp.obo#has_modifier") == ["http://example.org/made/1"]


def test_the_address_of_a_slice_is_that_of_its_terms(tmp_path):
    body = "[Term]\nid: HP:0003394\nname: Muscle spasm\n"
    assert (
        load(tmp_path / "a", written(tmp_path, f"ontology: mondo/imports/hp_import\n{body}")).vocabulary.prefix == "HP"
    )
    assert load(tmp_path / "b", written(tmp_path, f"ontology: mondo\n{body}")).vocabulary.prefix == "MONDO"
    assert load(tmp_path / "c", written(tmp_path, body, "y.obo")).vocabulary.prefix == "HP"


def test_a_bridge_must_be_named(tmp_path):
    text = (
        "ontology: uberon/bridge/uberon-bridge-to-sctid\n\n[Term]\nid: SCTID:76069003\nequivalent_to: UBERON:0000383\n"
    )
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match="--as"):
        load(tmp_path / "g", path)
    made = load(tmp_path / "g", path, prefix="bridge")
    assert made.vocabulary.terms == 0
    assert made.values("http://snomed.info/id/76069003", "xref") == ["UBERON:0000383"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("format-version: 1.2\nontology: hp\n", "no term with a name"),
        ("format-version: 1.2\nontology: hp\n[Term]\nid: HP:0003394\n", "no term with a name"),
        ("", "nothing is in it"),
        ("ontology: hp\n" + "[Term]\nid: HP:3394\nname: spasm\n" * 9, r"not the form of HP \(9\)"),
    ],
)
def test_what_is_no_vocabulary_is_refused_and_nothing_is_loaded(tmp_path, text, reason):
    before = load(tmp_path / "g", SMALL)
    with pytest.raises((DataSyntaxError, UsageError), match=reason):
        load(tmp_path / "g", written(tmp_path, text), prefix="HP")
    assert before.values(OBO + "HP_0003394", "label") == ["Muscle spasm"]


def test_lines_that_are_no_text_are_skipped(tmp_path):
    path = tmp_path / "latin.obo"
    path.write_bytes(SMALL.read_bytes().replace(b'synonym: "Spasms"', 'synonym: "Spasmes caf\xe9"'.encode("latin-1")))
    _, ledger, _ = statements(path)
    assert ledger.skipped["not UTF-8"] == 1


def test_a_second_import_takes_the_place_of_the_first(tmp_path):
    load(tmp_path / "g", SMALL)
    made = load(
        tmp_path / "g", written(tmp_path, "ontology: hp\n[Term]\nid: HP:0002487\nname: Hyperkinetic movements\n")
    )
    assert made.vocabulary.terms == 1
    assert made.values(OBO + "HP_0003394", "label") == []
