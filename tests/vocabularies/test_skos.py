"""SKOS: one label of several languages, the rest in the form of every graph."""

from __future__ import annotations

import pytest
from loading import FILES, load, said_of, statements

from spasmkg.errors import DataSyntaxError, UsageError
from spasmkg.store import read_triples
from spasmkg.vocabularies import rdf
from spasmkg.vocabularies.formats import recognise
from spasmkg.vocabularies.sources import open_sources
from spasmkg.vocabularies.statements import Ledger, Release

SKOS = FILES / "skos"
CORE = "http://www.w3.org/2004/02/skos/core#"
CRAMP = {
    "label": ["Muscle Cramp"],
    "exact": ["Muscular Cramp", "Cramp, Muscle"],
    "related": ["muscel cramp"],
    "definition": ["A sustained contraction."],
    "code": ["C10.597.613.550"],
    "parent": ["mesh:D009135"],
    "xref": ["HP:0003394"],
    CORE + "exactMatch": ["HP:0003394"],
    CORE + "closeMatch": ["snomedct:76069003"],
}
SYNTAXES = ["small.ttl", "small.nt", "small.rdf", "small.jsonld"]


def write(tmp_path, body: str):
    path = tmp_path / "x.ttl"
    head = (SKOS / "small.ttl").read_text().partition("\n\n")[0]
    path.write_text(f"{head}\n{body}", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SYNTAXES)
def test_concepts_are_read_alike_in_every_syntax(name):
    found, _, release = statements(SKOS / name)
    assert said_of(found, "mesh:D009120") == CRAMP
    assert said_of(found, "mesh:D013035") == {
        "parent": ["mesh:D009120"],
        "label": ["Spasm"],
        CORE + "related": ["mesh:D009120"],
        "obsolete": ["true"],
        "replaced_by": ["mesh:D009120"],
    }
    assert (release.title, release.version) == ("A small thesaurus", "2026")


@pytest.mark.parametrize("name", SYNTAXES)
def test_every_triple_is_counted_once(name):
    _, ledger, _ = statements(SKOS / name)
    (source,) = open_sources([SKOS / name])
    media = rdf.syntax(source, source.head())
    assert ledger.read == len(list(read_triples(name, rdf.chunks(source, media), media)))
    assert dict(ledger.skipped) == {
        "in another language": 3,
        "reference left out: wrong check digit": 1,
        "of a collection": 3,
        "of a nameless thing": 1,
        "leads to a nameless thing": 1,
        "not taken up: inScheme": 1,
    }
    assert all(", triple " in place for places in ledger.examples.values() for place in places)


def in_german(path):
    form, files = recognise(open_sources([path]))
    ledger, release = Ledger(form.unit), Release(language="de")
    return list(form.read(files, ledger, release, "mesh")), ledger


def test_another_language_is_taken_up_where_it_is_wanted():
    found, ledger = in_german(SKOS / "small.ttl")
    assert said_of(found, "mesh:D009120")["label"] == ["Muscle Cramp"]
    assert said_of(found, "mesh:D009120")["exact"] == ["Muskelkrampf", "Muscular Cramp", "Cramp, Muscle", "Krampf"]
    assert said_of(found, "mesh:D009135")["label"] == ["Muskelkrankheiten"]
    assert "in another language" not in ledger.skipped


@pytest.mark.parametrize(
    ("labels", "label", "synonyms"),
    [
        ('"a", "b"@en, "c"@en-GB', "b", ["a", "c"]),
        ('"c"@en-GB, "a"', "a", ["c"]),
        ('"c"@en-GB, "d"@fr', "c", []),
        ('"same"@en, "same"@en-GB', "same", []),
        ('"  "@en, "a"', "a", []),
    ],
)
def test_there_is_one_label(tmp_path, labels, label, synonyms):
    found, ledger, _ = statements(write(tmp_path, f"mesh:D009120 a skos:Concept ; skos:prefLabel {labels} ."))
    said = said_of(found, "mesh:D009120")
    assert said["label"] == [label]
    assert [s for s in said.get("exact", []) if s.strip()] == synonyms
    assert ledger.read == labels.count(",") + 2


def test_the_import_replaces_and_an_unknown_thesaurus_must_be_named(tmp_path):
    made = load(tmp_path / "g", SKOS / "small.ttl")
    assert (made.vocabulary.prefix, made.vocabulary.format, made.vocabulary.terms) == ("mesh", "SKOS", 2)
    own = write(tmp_path, '<http://example.org/own/1> a skos:Concept ; skos:prefLabel "one"@en .')
    with pytest.raises(UsageError, match="--as"):
        load(tmp_path / "g", own)
    made = load(tmp_path / "g", own, prefix="OWN")
    assert made.values("http://example.org/own/1", "label") == ["one"]


def test_a_thesaurus_without_names_is_refused(tmp_path):
    with pytest.raises(DataSyntaxError, match="no term with a name"):
        load(tmp_path / "g", write(tmp_path, 'mesh:D009120 a skos:Concept ; skos:prefLabel "x"@de .'), prefix="mesh")


def test_a_context_elsewhere_is_not_fetched(tmp_path):
    path = tmp_path / "x.jsonld"
    path.write_text(
        '{"@context": "http://127.0.0.1:9/skos.jsonld", "@id": "http://x/1", "@type": "skos:Concept", "prefLabel": "x"}'
    )
    with pytest.raises(DataSyntaxError):
        statements(path, prefix="X")
