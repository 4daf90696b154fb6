"""OBO Graphs: nodes and edges, and JSON that is read in parts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import FILES, load, said_of, statements

from spasmkg.errors import DataSyntaxError, RefusedError
from spasmkg.vocabularies import jsonparts, rdf
from spasmkg.vocabularies.jsonparts import parts
from spasmkg.vocabularies.sources import open_sources

SMALL = FILES / "obographs" / "small.json"
SPASM = "http://purl.obolibrary.org/obo/SYMP_0019145"


def test_nodes_and_edges_are_read():
    found, ledger, _ = statements(SMALL)
    assert said_of(found, "SYMP:0019145") == {
        "label": ["muscle spasm"],
        "definition": ['A contraction that is "sudden".'],
        "exact": ["muscular cramp"],
        "broad": ["cramp"],
        "xref": ["umls:C0037763", "Fyler:4002", "HP:0003394"],
        "http://www.geneontology.org/formats/oboInOwl#hasOBONamespace": ["symptoms"],
        "http://www.w3.org/2004/02/skos/core#exactMatch": ["HP:0003394"],
        "parent": ["SYMP:0000488"],
        "http://purl.obolibrary.org/obo/BFO_0000050": ["SYMP:0000462"],
    }
    assert said_of(found, "SYMP:0000001") == {"obsolete": ["true"], "replaced_by": ["SYMP:0019145"]}
    assert said_of(found, "SYMP:0000123") == {"obsolete": ["true"], "replaced_by": ["SYMP:0019145"]}
    assert ledger.warnings == {"reference left out: a number that a spreadsheet has damaged": 1}


def test_every_node_and_edge_is_counted_once():
    _, ledger, _ = statements(SMALL)
    graph = json.loads(SMALL.read_text())["graphs"][0]
    assert ledger.read == len(graph["nodes"]) + len(graph["edges"])
    assert dict(ledger.skipped) == {
        "nothing is said in it": 1,
        "term left out: not the form of SYMP": 1,
        "term left out: a number or a list as an identifier": 1,
        "term left out: no identifier": 2,
        "not taken up: inverseOf": 1,
        "edge left out: no identifier": 1,
    }
    assert ledger.examples["term left out: not the form of SYMP"] == ["small.json, line 49"]


def test_the_import_tells_the_release(tmp_path):
    made = load(tmp_path / "g", SMALL)
    v = made.vocabulary
    assert (v.prefix, v.title, v.version, v.shippable) == ("SYMP", "A small symptom ontology", "2026-07-30", True)
    assert made.values(SPASM, "parent") == ["http://purl.obolibrary.org/obo/SYMP_0000488"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t[:-300], "is the file complete"),
        (lambda t: t.replace('"edges" :', '"edges"'), "where : belongs"),
        (lambda t: t + "{}", "more than one value"),
        (lambda t: t.replace('"id" : 19145,', '"id" : 19145'), "line 5[0-9]: not JSON"),
    ],
)
def test_broken_json_is_refused(tmp_path, change, reason):
    path = tmp_path / "x.json"
    path.write_text(change(SMALL.read_text()))
    with pytest.raises(DataSyntaxError, match=reason):
        statements(path)


def test_deep_and_long_values_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    path.write_text('{"graphs": [{"nodes": [' + "[" * 200_000)
    with pytest.raises((RefusedError, DataSyntaxError)):
        statements(path, prefix="SYMP")
    monkeypatch.setattr(jsonparts, "MAX_PART", 1_000_000)
    path.write_text('{"graphs": [{"nodes": ["' + "a" * 5_000_000)
    with pytest.raises(RefusedError, match="longer than"):
        statements(path, prefix="SYMP")


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(values, max_size=5), values, st.integers(0, 4), st.integers(1, 40))
def test_parts_are_what_the_whole_has(tmp_path_factory, listed, other, indent, size):
    document = {"a": [{"b": listed, "c": other}, {"d": 1}], "e": other, "f": {"g": listed}}
    path = tmp_path_factory.mktemp("json") / "x.json"
    path.write_text(json.dumps(document, indent=indent or None, ensure_ascii=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdf, "_SIZE", size)
        found = list(parts(open_sources([path])[0], [("a", "*", "b", "*"), ("f", "g"), ("e",)]))
    assert [p.value for p in found if p.path[0] == "a"] == listed
    assert [p.value for p in found if p.path == ("f", "g")] == [listed]
    assert [p.value for p in found if p.path == ("e",)] == [other]
