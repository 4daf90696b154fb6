"""Exports: deterministic, readable by other tools, and the same graph in every format."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from spasmkg.export import FORMATS
from spasmkg.owl import document


def parsed(data: bytes, media: ox.RdfFormat) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(data, format=media))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("media", FORMATS)
def test_an_export_gives_the_same_bytes_each_time(kg, media):
    data = kg.export(media)
    assert data == kg.export(media)
    assert data.endswith(b"\n")


def test_turtle_and_ntriples_hold_the_default_graph(kg):
    turtle, lines = (
        parsed(kg.export(m), f) for m, f in (("turtle", ox.RdfFormat.TURTLE), ("ntriples", ox.RdfFormat.N_TRIPLES))
    )
    assert turtle == lines
    assert len(lines) == int(next(kg.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows)[0].value)


def test_quad_formats_hold_every_layer(kg):
    quads = parsed(kg.export("nquads"), ox.RdfFormat.N_QUADS)
    assert quads == parsed(kg.export("trig"), ox.RdfFormat.TRIG) == parsed(kg.export("jsonld"), ox.RdfFormat.JSON_LD)
    assert len(quads) == len(kg.store)


def test_jsonld_has_a_context(kg):
    data = json.loads(kg.export("jsonld", ["edges"]))
    assert data["@context"]["spasm"]["@id"] == "https://w3id.org/spasmkg/"
    (edges,) = data["@graph"]
    baclofen = next(n for n in edges["@graph"] if n["@id"] == "spasm:baclofen")
    assert {"@id": "spasm:drowsiness"} in baclofen["spasm:hasSideEffect"]


def test_a_layer_alone(kg):
    edges = kg.export("ntriples", ["edges"])
    assert edges.count(b"\n") == int(
        next(kg.query("SELECT (COUNT(*) AS ?n) { GRAPH graph:edges { ?s ?p ?o } }").rows)[0].value
    )


@pytest.mark.slow
def test_a_bound_question_gives_the_same_rows_on_the_export_elsewhere(kg):
    store = ox.Store()
    store.load(kg.export("nquads"), format=ox.RdfFormat.N_QUADS)
    from spasmkg import competency

    for name in (q.name for q in competency.all_questions() if not (q.endpoint or q.vocabularies)):
        _, text = kg.bind(name)
        given = store.query(text).serialize(format=ox.QueryResultsFormat.TSV)
        assert given == kg.run(name).serialize("tsv"), name


def test_graphml_is_read_by_networkx_with_labels(kg):
    import networkx as nx

    graph = nx.read_graphml(io.BytesIO(kg.export("graphml")), force_multigraph=True)
    ours = kg.networkx()
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (ours.number_of_nodes(), ours.number_of_edges())
    assert graph.nodes["spasm:baclofen"]["label"] == "baclofen"
    assert {d["certainty"] for *_, d in graph.edges(data=True)} <= {"asserted", "usual", "possible", "rare", "implied"}


def test_the_owl_document_loads_in_owlready2_with_its_individuals(kg):
    ontology = kg.owlready2()
    baclofen = ontology.search_one(iri="*spasmkg/baclofen")
    assert "Drug" in [c.name for c in baclofen.is_a]
    assert len(list(ontology.individuals())) > 800
    assert ontology.search_one(iri="*spasmkg/hasSideEffect").domain[0].name == "Entity"


def test_the_owl_document_keeps_to_what_owl_2_dl_allows(kg):
    quads = [q.triple for q in ox.parse(kg.export("owl"), format=ox.RdfFormat.RDF_XML)]
    rdf, owl = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2002/07/owl#"
    types: dict[str, set[str]] = {}
    for t in quads:
        if t.predicate.value == rdf + "type":
            types.setdefault(str(t.subject), set()).add(t.object.value)
    builtin = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#", owl)
    undeclared = {
        t.predicate.value for t in quads if not t.predicate.value.startswith(builtin) and str(t.predicate) not in types
    }
    assert undeclared == set()
    kinds = {owl + k for k in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    assert [s for s, k in types.items() if len(k & kinds) > 1] == []
    assert document(kg.store).count(b"\n") == len(quads)


def test_owl_stays_xml_with_any_label(kg, tmp_path):
    file = tmp_path / "odd.ttl"
    file.write_text(
        "@prefix spasm: <https://w3id.org/spasmkg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        r'spasm:odd a spasm:Drug ; rdfs:label "odd\u0001 \b \f \uFFFE < & \\u0002 kept"@en .'
    )
    document = ElementTree.fromstring(kg.with_file(file).export("owl"))
    assert "odd\ufffd \ufffd \ufffd \ufffd < & \\u0002 kept" in {e.text for e in document.iter()}
