"""Formats of rows: the engine's, and ours where a column is added."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from spasmkg.errors import UsageError
from spasmkg.results import Iri, Number, write

QUERY = 'SELECT ?x ?label ?n ?none { VALUES (?x ?label ?n) { (spasm:x "a\\t\\"b\\"\\\\"@en 2.5) (spasm:y "<&>" 3) } OPTIONAL { ?x ?none ?none } }'


@pytest.mark.parametrize("media", ["tsv", "csv", "json", "xml"])
def test_our_writer_says_the_same_as_the_engine(kg, media):
    engine = kg.query(QUERY).serialize(media)
    answer = kg.query(QUERY)
    ours = write(media, answer.variables, [list(r) for r in answer.rows]).encode()
    formats = {"tsv": ox.QueryResultsFormat.TSV, "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}
    if media == "csv":
        assert list(csv.reader(io.StringIO(ours.decode()))) == list(csv.reader(io.StringIO(engine.decode())))
        return

    def read(data):
        return [list(map(str, row)) for row in ox.parse_query_results(data, format=formats[media])]

    assert read(ours) == read(engine)


def test_evidence_is_one_more_column(kg):
    answer = kg.run("drug-side-effects", drug="dantrolene")
    found = json.loads(answer.serialize("json", evidence=True))
    assert found["head"]["vars"][-1] == "evidence"
    assert all("§ drugs-8" in b["evidence"]["value"] for b in found["results"]["bindings"])


def test_markdown_cannot_be_broken_by_a_label():
    text = write("md", ["x"], [["a|b\n<script>"], [Iri("https://w3id.org/spasmkg/x")]])
    assert text == "| x |\n| --- |\n| a\\|b &lt;script> |\n| spasm:x |\n"


def test_xml_is_escaped():
    root = ET.fromstring(write("xml", ["x"], [["<&\"'>"]]))
    assert next(root.iter("{http://www.w3.org/2005/sparql-results#}literal")).text == "<&\"'>"


def test_numbers_are_typed_in_json():
    data = json.loads(write("json", ["n"], [[Number.of(3)]]))
    assert data["results"]["bindings"][0]["n"]["datatype"].endswith("#integer")


def test_an_unknown_format_is_refused(kg):
    with pytest.raises(UsageError, match="tsv"):
        kg.query("SELECT * { ?s a spasm:Drug }").serialize("pdf")
