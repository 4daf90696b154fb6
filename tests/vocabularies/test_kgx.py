"""KGX graphs: nodes, edges and what is said of edges, in three syntaxes."""

from __future__ import annotations

import gzip
import json

import pytest
from loading import FILES, load, said_of, statements

from spasmkg.errors import DataSyntaxError, UsageError
from spasmkg.identifiers import iri

KGX = FILES / "kgx"
BIOLINK = "https://w3id.org/biolink/vocab/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
GRAPH = "https://w3id.org/spasmkg/graph/vocabulary/small"
LISTS = ("category", "synonym", "xref", "provided_by", "publications", "aggregator_knowledge_source")


def records(name: str) -> list[dict]:
    """The rows of a table as KGX's own tools read them."""
    head, *rows = [line.split("\t") for line in (KGX / name).read_text().splitlines()]
    made = [{k: v for k, v in zip(head, row, strict=False) if v} for row in rows if len(row) <= len(head)]
    return [{k: v.split("|") if k in LISTS else v for k, v in row.items()} for row in made]


def test_nodes_become_terms():
    found, ledger, _ = statements(KGX)
    assert said_of(found, "CHEBI:2972") == {
        "label": ["baclofen"],
        "definition": ['A muscle "relaxant".'],
        "exact": ["Lioresal"],
        "xref": ["drugbank:DB00181", "umls:C0004609"],
        RDF + "type": [BIOLINK + "SmallMolecule", BIOLINK + "Drug"],
        "kind": ["SmallMolecule", "Drug"],
        BIOLINK + "provided_by": ["infores:made"],
        BIOLINK + "treats": ["HP:0003394"],
    }
    assert said_of(found, "LAB:7")["label"] == ['a "quoted" name']
    assert said_of(found, "LAB:7")["obsolete"] == ["true"]
    assert said_of(found, "LAB:7")["parent"] == ["MINE:1"]
    assert ledger.warnings == {"reference left out: a number that a spreadsheet has damaged": 1}


def test_prefixes_that_nobody_lists_get_an_address(tmp_path):
    made = load(tmp_path / "g", KGX)
    assert made.values("http://example.org/lab/7", "label") == ['a "quoted" name']
    assert made.values(GRAPH + "/id/MINE:1", "label") == ["of a prefix that nobody lists"]


def test_edges_are_triples_with_all_that_is_said_of_them(tmp_path):
    made = load(tmp_path / "g", KGX)
    assert made.values(iri("CHEBI:2972"), BIOLINK + "treats") == [iri("HP:0003394")]
    edge = GRAPH + "/edge/uuid:7739dc2c-45f8-11ed-b722-f133c15addd7"
    said = dict(
        made.all(
            f"<{edge}> ?p ?o FILTER(?p NOT IN (rdf:type, biolink:publications, biolink:aggregator_knowledge_source))"
        )
    )
    assert said == {
        RDF + "subject": iri("CHEBI:2972"),
        RDF + "predicate": BIOLINK + "treats",
        RDF + "object": iri("HP:0003394"),
        BIOLINK + "primary_knowledge_source": "infores:made",
        BIOLINK + "knowledge_level": "knowledge_assertion",
        BIOLINK + "agent_type": "manual_agent",
        BIOLINK + "frequency_qualifier": "HP:0040281",
    }
    assert made.values(edge, BIOLINK + "publications") == ["PMID:12565827", "PMID:20473289"]
    assert made.values(edge, RDF + "type") == [
        BIOLINK + "Association",
        BIOLINK + "ChemicalToDiseaseOrPhenotypicFeatureAssociation",
    ]
    assert made.values("urn:uuid:6c0781c9-a64a-4750-be57-5c352a3b93fd", RDF + "subject") == [iri("MONDO:0005244")]


def test_a_negated_edge_is_no_triple(tmp_path):
    made = load(tmp_path / "g", KGX)
    assert iri("MONDO:0005244") not in made.values(iri("CHEBI:2972"), BIOLINK + "treats")
    query = f"?e <{BIOLINK}negated> ?denied ; <{RDF}object> <{iri('MONDO:0005244')}>"
    assert made.all(query) == [(GRAPH + "/edge/3", "true")]


def test_every_node_and_edge_is_counted_once():
    _, ledger, _ = statements(KGX)
    rows = sum(len((KGX / n).read_text().splitlines()) - 1 for n in ("small_nodes.tsv", "small_edges.tsv"))
    assert ledger.read == rows == 17
    assert dict(ledger.skipped) == {
        "damaged: not the form of CHEBI": 1,
        "no id": 1,
        "more cells than columns": 1,
        "no predicate": 1,
        "damaged: not the form of HP": 1,
        "predicate: unknown prefix": 1,
    }
    assert ledger.examples["no predicate"] == ["small_edges.tsv, line 7"]


@pytest.mark.parametrize("syntax", ["jsonl", "json", "tsv.gz"])
def test_other_syntaxes_say_the_same(tmp_path, syntax):
    nodes, edges = records("small_nodes.tsv"), records("small_edges.tsv")
    for node in nodes:
        node["name"] = node["name"].replace('"a ""quoted"" name"', 'a "quoted" name')
        if "deprecated" in node:
            node["deprecated"] = True
    if syntax == "json":
        (tmp_path / "small.json").write_text(json.dumps({"nodes": nodes, "edges": edges}, indent=1))
    elif syntax == "jsonl":
        for name, listed in (("nodes", nodes), ("edges", edges)):
            (tmp_path / f"small_{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in listed))
    else:
        for name in ("nodes", "edges"):
            (tmp_path / f"small_{name}.tsv.gz").write_bytes(gzip.compress((KGX / f"small_{name}.tsv").read_bytes()))
    found, ledger, _ = statements(tmp_path, prefix="small")
    expected, _, _ = statements(KGX, prefix="small")
    assert sorted(found) == sorted(expected)
    assert ledger.read == (17 if syntax == "tsv.gz" else 16)


def test_the_name_of_the_graph_is_that_of_the_files(tmp_path):
    assert load(tmp_path / "g", KGX).vocabulary.prefix == "small"
    for name, expected in (("hp_nodes.tsv", "hp-graph"), ("my kg.nodes.tsv", "my_kg")):
        path = tmp_path / name
        path.write_bytes((KGX / "small_nodes.tsv").read_bytes())
        assert load(tmp_path / "g", path).vocabulary.prefix == expected
    folder = tmp_path / "robokop"
    folder.mkdir()
    (folder / "nodes.tsv").write_bytes((KGX / "small_nodes.tsv").read_bytes())
    assert load(tmp_path / "g", folder).vocabulary.prefix == "robokop"


def test_values_of_strange_types_do_no_harm(tmp_path):
    path = tmp_path / "x_nodes.jsonl"
    strange = [
        {
            "id": "HP:0003394",
            "category": ["biolink:PhenotypicFeature"],
            "name": ["Muscle spasm"],
            "score": 0.5,
            "flag": False,
        },
        {"id": 3394, "category": "biolink:Drug", "name": "a number"},
        {"id": "HP:0001281", "category": None, "name": None, "x y": "no slot", "nested": {"a": [1]}},
        [],
        "text",
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in strange) + "{\n")
    found, ledger, _ = statements(path)
    assert said_of(found, "HP:0003394")[BIOLINK + "score"] == ["0.5"]
    assert said_of(found, "HP:0003394")[BIOLINK + "flag"] == ["false"]
    assert said_of(found, "HP:0001281") == {BIOLINK + "nested": ['{"a": [1]}']}
    assert (ledger.read, ledger.kept) == (6, 2)


@pytest.mark.parametrize(
    "text",
    [
        "id\tcategory\tname\n",
        "subject\tpredicate\tobject\n",
        "id\tcategory\tname\n" + "baclofen\tCHEBI:2972\tbiolink:Drug\n" * 9,
        "id\tcolour\nCHEBI:2972\tred\n",
    ],
)
def test_what_is_no_graph_is_refused(tmp_path, text):
    path = tmp_path / "x_nodes.tsv"
    path.write_text(text)
    with pytest.raises((DataSyntaxError, UsageError)):
        load(tmp_path / "g", path)
