"""FHIR code systems, value sets and concept maps, in JSON and in Shorthand."""

from __future__ import annotations

import json

import pytest
from loading import FILES, load, said_of, statements

from spasmkg.errors import DataSyntaxError, RefusedError
from spasmkg.vocabularies.formats import recognise
from spasmkg.vocabularies.sources import open_sources
from spasmkg.vocabularies.statements import Ledger, Release

SYSTEM, BUNDLE, SHORTHAND = (FILES / "fhir" / name for name in ("codesystem.json", "bundle.json", "small.fsh"))
OWN = "http://example.org/fhir/CodeSystem/kinds-of-cramp#"
SKOS = "http://www.w3.org/2004/02/skos/core#"


def test_a_code_system_is_read_with_its_hierarchy():
    found, _, release = statements(SYSTEM)
    assert said_of(found, OWN + "cramp") == {
        "label": ["Cramp"],
        "definition": ["A painful contraction."],
        "exact": ["Charley horse"],
    }
    assert said_of(found, OWN + "night%20cramp") == {"label": ["Night cramp"], "parent": [OWN + "cramp"]}
    assert said_of(found, OWN + "calf")["parent"] == [OWN + "night%20cramp"]
    assert said_of(found, OWN + "old")["obsolete"] == ["true"]
    assert said_of(found, OWN + "group")["header"] == ["true"]
    assert said_of(found, OWN + "late") == {"label": ["Late"], "parent": [OWN + "group"], "obsolete": ["true"]}
    assert (release.title, release.version, release.license) == (
        "Kinds of cramp",
        "2026-09-01",
        "https://creativecommons.org/licenses/by/4.0/",
    )


def count(concepts: list) -> int:
    return sum(1 + count(c.get("concept", [])) for c in concepts)


def test_every_concept_is_counted_once():
    _, ledger, _ = statements(SYSTEM)
    assert ledger.read == count(json.loads(SYSTEM.read_text())["concept"]) == 9
    assert dict(ledger.skipped) == {
        "term left out: a code that is no text": 2,
        "no display": 1,
    }
    assert ledger.examples["no display"] == ["codesystem.json, line 34"]


def test_designations_of_a_wanted_language():
    form, files = recognise(open_sources([SYSTEM]))
    found = list(form.read(files, Ledger(), Release(language="de"), ""))
    assert said_of(found, OWN + "cramp")["exact"] == ["Charley horse", "Krampf"]


def test_a_bundle_of_value_set_and_concept_map():
    found, ledger, _ = statements(BUNDLE)
    assert said_of(found, "snomedct:4386001") == {
        "label": ["Bronchospasm"],
        "exact": ["Bronchospasm (finding)"],
        "kind": ["finding"],
        SKOS + "broadMatch": ["HP:0025428"],
    }
    spasm = said_of(found, "snomedct:76069003")
    assert (spasm["xref"], spasm[SKOS + "exactMatch"], spasm[SKOS + "broadMatch"], spasm["negative"]) == (
        ["HP:0003394"],
        ["HP:0003394"],
        ["HP:0011804"],
        ["HP:0001281"],
    )
    assert said_of(found, "HP:0003394") == {"label": ["Muscle spasm"]}
    assert said_of(found, "snomedct:9826008")["obsolete"] == ["true"]
    assert said_of(found, "loinc:2823-3") == {
        "label": ["Potassium"],
        "parent": ["snomedct:9826008"],
        "header": ["true"],
    }
    assert ledger.read == 7 + 8
    assert dict(ledger.skipped) == {
        "term left out: wrong check digit": 1,
        "term left out: a number that a spreadsheet has damaged": 1,
        "term left out: a code that is no text": 1,
        "term left out: not the form of HP": 1,
        "a relationship that FHIR does not have": 1,
        "says that there is no term": 2,
    }


def test_a_concept_map_is_called_by_its_own_name(tmp_path):
    resource = json.loads(BUNDLE.read_text())["entry"][2]["resource"] | {"id": "sct to hpo"}
    path = tmp_path / "map.json"
    path.write_text(json.dumps(resource))
    made = load(tmp_path / "g", path)
    assert made.vocabulary.prefix == "sct_to_hpo"


def test_shorthand_is_read():
    found, ledger, release = statements(SHORTHAND)
    assert said_of(found, "snomedct:76069003") == {"label": ['Spasm "sudden"']}
    assert said_of(found, "snomedct:39579001") == {"label": ["Anaphylaxis"], "obsolete": ["true"]}
    assert said_of(found, "snomedct:4386001")["kind"] == ["finding"]
    assert said_of(found, "snomedct:9826008")["label"] == ["Conjunctivitis"]
    assert said_of(found, "snomedct:41291007")["label"] == ["Angioedema"]
    assert said_of(found, "http://example.org/kinds#night") == {
        "label": ["Night cramp"],
        "parent": ["http://example.org/kinds#cramp"],
    }
    assert (release.title, release.version) == ("Some findings", "2022-07-31")
    text = SHORTHAND.read_text()
    said = [x for x in text.split("/*")[0].splitlines() + text.split("*/")[1].splitlines() if x.strip()]
    assert ledger.read == len([x for x in said if not x.startswith("//")]) - 1  # one text over two lines
    assert dict(ledger.skipped) == {
        "term left out: wrong check digit": 1,
        "term left out: a number that a spreadsheet has damaged": 1,
        "not taken up: part of an entry": 1,
        "not taken up: rule": 1,
        "no display": 1,
        "in no value set or code system": 1,
    }


def test_the_import_goes_by_the_system_of_the_codes(tmp_path):
    made = load(tmp_path / "g", SHORTHAND)
    assert (made.vocabulary.prefix, made.vocabulary.format) == ("snomedct", "FHIR Shorthand")
    made = load(tmp_path / "g", BUNDLE)
    assert (made.vocabulary.prefix, made.vocabulary.format) == ("snomedct", "FHIR")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SYSTEM.read_text()[:-200], "not JSON"),
        ('{"resourceType": "CodeSystem", "url": "http://x/y", "concept": []}', "no term with a name"),
        ('{"resourceType": "CodeSystem", "concept": [{"code": "a", "display": "A"}]}', "no term with a name"),
        (
            '{"resourceType": "CodeSystem", "url": "http://x/y", "concept": ['
            + '{"code": "a", "concept": [' * 600
            + "]}" * 600
            + "]}",
            "nested",
        ),
    ],
)
def test_broken_resources_are_refused(tmp_path, text, reason):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises((DataSyntaxError, RefusedError), match=reason):
        load(tmp_path / "g", path, prefix="X")
