"""OWL files: loaded as they are, or read axiom by axiom; XML with a DOCTYPE is refused whatever hides it."""

from __future__ import annotations

import pytest
from loading import FILES, load, said_of, statements

from spasmkg.errors import DataSyntaxError, RefusedError
from spasmkg.vocabularies import owl, rdf
from spasmkg.vocabularies.sources import open_sources
from spasmkg.vocabularies.statements import Release

OWL = FILES / "owl"
OBO = "http://purl.obolibrary.org/obo/"
SPASM = OBO + "HP_0003394"
REPLACED = OBO + "IAO_0100001"


def put(tmp_path, content: bytes, name: str = "x.owl"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "triples", "title", "version"),
    [
        ("small.owl", 23, "A small phenotype ontology", "2026-09-01"),
        ("small.ttl", 7, "A small phenotype ontology", "2026-09-01"),
        ("small.nt", 3, "", ""),
    ],
)
def test_rdf_is_loaded_as_it_is(tmp_path, name, triples, title, version):
    made = load(tmp_path / "g", OWL / name)
    v = made.vocabulary
    assert (v.prefix, v.format, v.unit, v.read, v.kept) == ("HP", "OWL", "triples", triples, triples)
    assert (v.title, v.version) == (title, version)
    assert "Muscle spasm" in made.values(SPASM, "label")


def test_what_other_predicates_say_is_said_in_the_usual_form_too(tmp_path):
    made = load(tmp_path / "g", OWL / "small.owl")
    assert made.values(SPASM, "exact") == ["Muscle cramps", "Spasm of a muscle"]
    assert OBO + "HP_0001252" in made.values(OBO + "HP_0001290", "replaced_by")
    assert made.values(OBO + "HP_0002986", "replaced_by") == [SPASM]
    assert made.values(OBO + "HP_0002986", "obsolete") == ["true"]
    assert made.vocabulary.license == "https://creativecommons.org/licenses/by/4.0/"


def test_names_in_a_wanted_language_are_taken_up(tmp_path):
    made = load(tmp_path / "g", OWL / "small.owl", language="de")
    assert "Krampf" in made.values(SPASM, "exact")


def test_relative_addresses_are_made_whole(tmp_path):
    made = load(tmp_path / "g", OWL / "small.owl")
    assert made.values(OBO + "hp.owl#local", "label") == ["a relative address"]
    made = load(tmp_path / "g", OWL / "small.ttl")
    assert made.values("https://w3id.org/spasmkg/file/relative", "label") == ["a relative address"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
def test_other_encodings_are_read(tmp_path, encoding):
    text = (OWL / "small.owl").read_text().replace("Krampf</skos", "Krämpfe</skos")
    declared = "iso-8859-1" if encoding == "iso-8859-1" else encoding[:6].upper()
    made = load(tmp_path / "g", put(tmp_path, text.replace('"UTF-8"', f'"{declared.rstrip("-")}"').encode(encoding)))
    assert made.vocabulary.read == 23
    assert ("Krämpfe",) in made.all(f"<{SPASM}> <http://www.w3.org/2004/02/skos/core#altLabel> ?v")


@pytest.mark.parametrize("declared", ["utf-7", "cp037", "shift_jis", "no-such-thing"])
def test_an_encoding_that_could_hide_something_is_refused(tmp_path, declared):
    text = (OWL / "small.owl").read_bytes().replace(b"UTF-8", declared.encode())
    (source,) = open_sources([put(tmp_path, text)])
    with pytest.raises(DataSyntaxError, match="save the file as UTF-8"):
        list(owl.stream(source, Release()))


SOUND = (OWL / "small.owl").read_bytes()
BOMB = (
    b'<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
HIDDEN = {
    "at its place": SOUND.replace(b"<rdf:RDF xmlns=", BOMB + b"<rdf:RDF xmlns="),
    "in small letters": SOUND.replace(b"<rdf:RDF xmlns=", BOMB.replace(b"DOCTYPE", b"doctype") + b"<rdf:RDF xmlns="),
    "from outside": SOUND.replace(b"<rdf:RDF xmlns=", b'<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<rdf:RDF xmlns='),
    "after the first element": SOUND.replace(b"<owl:Ontology", BOMB + b"<owl:Ontology"),
    "after a comment of odd form": b"<!-->" + BOMB + b"-->" + SOUND.partition(b"?>")[2],
    "in an instruction": b"<?x ?y " + BOMB + b"?>" + SOUND.partition(b"?>")[2],
    "in UTF-16": SOUND.replace(b"UTF-8", b"UTF-16").replace(b"<owl:O", BOMB + b"<owl:O").decode().encode("utf-16"),
    "in UTF-16 without a mark": SOUND.replace(b"<owl:O", BOMB + b"<owl:O").decode().encode("utf-16-le"),
    "at the end": SOUND.replace(b"</rdf:RDF>", BOMB + b"</rdf:RDF>"),
}


@pytest.mark.parametrize("where", HIDDEN)
def test_a_doctype_is_refused(tmp_path, where):
    (source,) = open_sources([put(tmp_path, HIDDEN[where])])
    with pytest.raises(RefusedError, match="DOCTYPE"):
        list(owl.stream(source, Release()))


def test_a_refused_file_changes_nothing(tmp_path):
    before = load(tmp_path / "g", OWL / "small.owl")
    with pytest.raises(RefusedError, match="DOCTYPE"):
        load(tmp_path / "g", put(tmp_path, HIDDEN["at the end"]), prefix="HP")
    assert "Muscle spasm" in before.values(SPASM, "label")


@pytest.mark.parametrize("place", range(-12, 3))
def test_a_doctype_across_two_chunks_is_found(tmp_path, monkeypatch, place):
    monkeypatch.setattr(rdf, "_SIZE", 1000)
    at = SOUND.index(b"<owl:Class")
    padding = b" " * (-at % 1000 + place % 1000)
    path = put(tmp_path, SOUND[:at] + padding + BOMB + SOUND[at:])
    with pytest.raises(RefusedError, match="DOCTYPE"):
        list(rdf.chunks(open_sources([path])[0], "rdfxml"))


def test_a_file_cut_off_is_refused_and_nothing_is_loaded(tmp_path):
    before = load(tmp_path / "g", OWL / "small.owl")
    for name in ("small.owl", "small.ttl", "small.ofn", "small.owx"):
        text = (OWL / name).read_bytes()
        with pytest.raises(DataSyntaxError):
            load(tmp_path / "g", put(tmp_path, text[: len(text) * 2 // 3], name), prefix="HP")
    assert before.values(OBO + "hp.owl#local", "label") == ["a relative address"]


def test_a_bad_line_of_rdf_is_named(tmp_path):
    text = (OWL / "small.ttl").read_bytes() + b"\nobo:HP_1 rdfs:label \xff .\n"
    with pytest.raises(DataSyntaxError, match=r"x\.ttl"):
        load(tmp_path / "g", put(tmp_path, text, "x.ttl"))
    text = (OWL / "small.ttl").read_bytes() + b'\nobo:HP_1 rdfs:label "open .\n'
    with pytest.raises(DataSyntaxError, match=r"x\.ttl, line 16"):
        load(tmp_path / "g", put(tmp_path, text, "x.ttl"))


# ---- functional syntax and OWL/XML ----


def test_functional_syntax_is_read_axiom_by_axiom():
    found, ledger, release = statements(OWL / "small.ofn")
    said = said_of(found, "HP:0003394")
    assert said["label"] == ["Muscle spasm"]
    assert said["definition"] == ['A contraction that is "sudden",\nnot willed (and strong).']
    assert said["exact"] == ["Muscle cramps"]
    assert said["parent"] == ["HP:0011804"]
    assert said["BFO:0000050"] == ["UBERON:0000383"]
    assert said["xref"] == ["umls:C0037763"]
    assert said_of(found, "HP:0002986")["replaced_by"] == ["HP:0003394"]
    assert said_of(found, "HP:0001290") == {"obsolete": ["true"], "replaced_by": ["HP:0001252"]}
    assert (release.title, release.version) == ("A small phenotype ontology", "2026-09-01")
    starts = ("Annotation", "Declaration", "SubClassOf", "Equivalent", "Transitive")
    assert ledger.read == sum(x.startswith(starts) for x in (OWL / "small.ofn").read_text().splitlines())
    assert dict(ledger.skipped) == {
        "in another language": 1,
        "reference left out: wrong check digit": 1,
        "not taken up: annotation": 1,
        "on a nameless thing": 1,
        "on a nameless class": 2,
        "not taken up: TransitiveObjectProperty": 1,
    }
    assert ledger.examples["on a nameless thing"] == ["small.ofn, line 28"]


def test_owl_xml_is_read_axiom_by_axiom(tmp_path):
    found, ledger, release = statements(OWL / "small.owx")
    said = said_of(found, "HP:0003394")
    assert (said["label"], said["exact"]) == (["Muscle spasm"], ["Muscle cramps & more"])
    assert (said["parent"], said["BFO:0000050"]) == (["HP:0011804"], ["UBERON:0000383"])
    assert (release.title, release.version) == ("A small phenotype ontology", "2026-09-01")
    assert (ledger.read, ledger.kept) == (9, 7)
    assert ledger.examples["in another language"] == ["small.owx, line 38"]
    bad = put(tmp_path, (OWL / "small.owx").read_bytes().replace(b"<Ontology", BOMB + b"<Ontology", 1), "x.owx")
    with pytest.raises(RefusedError, match="DOCTYPE"):
        load(tmp_path / "g", bad)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (")", "closes that never opened"),
        ('SubClassOf(obo:HP_1 "open)', "in the middle of a text"),
        ("SubClassOf(obo:HP_1 <a b>)", "where a name"),
        ("(" * 300, "deeper than"),
    ],
)
def test_broken_functional_syntax_is_named(tmp_path, broken, reason):
    path = put(tmp_path, (OWL / "small.ofn").read_bytes() + broken.encode(), "x.ofn")
    with pytest.raises((DataSyntaxError, RefusedError), match=reason):
        statements(path)


def test_deep_nesting_is_refused(tmp_path):
    deep = b'<?xml version="1.0"?><Ontology xmlns="http://www.w3.org/2002/07/owl#">' + b"<SubClassOf>" * 5000
    with pytest.raises(RefusedError, match="deeper"):
        statements(put(tmp_path, deep, "x.owx"), prefix="HP")
