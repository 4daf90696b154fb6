"""OBO Graphs JSON: it keeps to the format's schema, and every end of an edge is a node."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from spasmkg import namespaces as ns

SCHEMA = json.loads(Path(__file__).with_name("obographs-schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def document(kg) -> Any:
    return json.loads(kg.export("obographs"))


def faults(document: Any) -> list[str]:
    return [e.message for e in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)]


def test_the_document_keeps_to_the_schema(document):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert faults(document) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda graph: graph["nodes"][0].update(type="ENTITY"),
        lambda graph: graph["nodes"][0].pop("id"),
        lambda graph: graph["edges"][-1].pop("pred"),
        lambda graph: graph["edges"][-1]["meta"]["basicPropertyValues"][0].pop("val"),
        lambda graph: graph["nodes"][-1].update(label="x"),
    ],
)
def test_a_spoiled_document_does_not(document, spoil):
    spoiled = copy.deepcopy(document)
    spoil(spoiled["graphs"][0])
    assert faults(spoiled)


def test_every_end_is_a_node_and_every_node_is_there_once(document):
    (graph,) = document["graphs"]
    ids = [n["id"] for n in graph["nodes"]]
    assert len(ids) == len(set(ids))
    words = {"is_a", "type", "subPropertyOf", "inverseOf"}
    ends = {e[k] for e in graph["edges"] for k in ("sub", "obj")} | {e["pred"] for e in graph["edges"]} - words
    assert ends - set(ids) == set()


def test_an_entity_has_its_names_its_kind_and_its_definition(document):
    (graph,) = document["graphs"]
    (node,) = [n for n in graph["nodes"] if n["id"] == ns.spasm("hepatotoxicity")]
    assert (node["lbl"], node["type"]) == ("hepatotoxicity", "INDIVIDUAL")
    assert {"pred": "hasBroadSynonym", "val": "liver damage"} in node["meta"]["synonyms"]
    assert node["meta"]["definition"]["val"]
    assert {"sub": node["id"], "pred": "type", "obj": ns.spasm("Finding")} in graph["edges"]
    assert {"sub": ns.spasm("Finding"), "pred": "is_a", "obj": ns.spasm("Condition")} in graph["edges"]


def test_a_denial_is_no_edge(document, kg):
    (graph,) = document["graphs"]
    denied = [c for c in kg.claims() if c.negated]
    edges = {(e["sub"], e["pred"], e["obj"]) for e in graph["edges"]}
    assert denied
    assert not {(c.subject, c.predicate, c.object) for c in denied} & edges
    assert {c.iri for c in denied} <= {n["id"] for n in graph["nodes"]}
