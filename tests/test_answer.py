"""Formats of rows: the engine's, and ours where a column is added."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from html import escape

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


TRIPLE = "SELECT (TRIPLE(<urn:a>, <urn:b>, 'c') AS ?t) {}"


@pytest.mark.parametrize("media", ["tsv", "json", "xml"])
def test_our_writer_has_the_engines_form_of_a_triple(kg, media):
    engine = kg.query(TRIPLE).serialize(media).decode()
    ours = write(media, ["t"], [list(row) for row in kg.query(TRIPLE)])
    assert json.loads(ours) == json.loads(engine) if media == "json" else ours.strip() == engine.strip()


def test_a_triple_is_a_term_wherever_rows_are_shown(kg, run):
    text = '<<( <urn:a> <urn:b> "c" )>>'
    assert kg.query(TRIPLE).values() == [{"t": text}]
    assert escape(text) in kg.query(TRIPLE)._repr_html_()
    assert (
        write("csv", ["t"], [list(row) for row in kg.query(TRIPLE)]).splitlines()[1]
        == '"' + text.replace('"', '""') + '"'
    )
    for media in ("table", "md"):
        code, out, _ = run("sparql", TRIPLE, "--format", media)
        assert (code, "<urn:b>" in out.replace("&lt;", "<")) == (0, True)
    with pytest.raises(UsageError, match="no term for a triple"):
        kg.query(TRIPLE).rdflib()
    (triple,) = kg.query("CONSTRUCT { <urn:r> <urn:p> ?t } { BIND(TRIPLE(<urn:a>, <urn:b>, 'c') AS ?t) }").triples
    assert triple[2] == text


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
