"""The facade: names, questions, claims, other libraries, and that no foreign error escapes it."""

from __future__ import annotations

import pytest

import spasmkg
from spasmkg.errors import NotFoundError, RefusedError, StoreError, UsageError


def test_the_public_face_is_sorted_and_complete():
    import spasmkg.errors

    for module in (spasmkg, spasmkg.errors):
        assert list(module.__all__) == sorted(module.__all__)
        assert all(hasattr(module, name) for name in module.__all__)


def test_an_answer_is_read_once_and_says_so(kg):
    answer = kg.run("drug-side-effects", drug="baclofen")
    assert len(list(answer)) == 4
    with pytest.raises(UsageError, match="has been read"):
        list(answer.rows)


def test_rows_by_name_and_position(kg):
    row = next(kg.run("drug-side-effects", drug="dantrolene").rows)
    assert row["drug"].value == row[0].value == "https://w3id.org/spasmkg/dantrolene"


def test_several_values_and_any(kg):
    def drugs(**values):
        return {r["drug_label"] for r in kg.run("drug-side-effects", **values).values()}

    assert drugs(drug=["baclofen", "diazepam"]) == {"baclofen", "diazepam"}
    assert drugs(drug="any") > drugs(drug="baclofen")


def test_the_evidence_of_a_row_leads_to_its_place(kg):
    answer = kg.run("drug-side-effects", drug="tizanidine")
    rows = {r["side_effect_label"].value: r for r in answer}
    (claim,) = answer.evidence(rows["dry mouth"])
    assert (claim.place, claim.heading, claim.certainty) == ("drugs-2", "Tizanidine", "asserted")
    assert claim.span.end - claim.span.start == len("Dry mouth")
    assert claim.curie in claim.cite()


def test_a_hedge_is_part_of_the_evidence(kg):
    (claim,) = kg.claims(subject="carisoprodol", predicate="hasSideEffect", object="dependence", item="drugs-5")
    assert (claim.certainty, claim.hedge) == ("possible", "potential")


def test_an_inferred_edge_gives_the_claims_of_its_proof(kg):
    answer = kg.query("SELECT ?x { ?x spasm:offsetsDepletionBy spasm:diuretics } ORDER BY ?x")
    rows = list(answer.rows)
    found = answer.evidence_for(rows)
    assert len(rows) == 3
    assert all({"causes-3"} <= {c.place for c in f} for f in found)


def test_free_sparql_without_fillable_patterns_says_that_evidence_was_not_determined(kg):
    answer = kg.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert not answer.has_evidence
    with pytest.raises(UsageError, match="not determined"):
        answer.evidence(next(answer.rows))


def test_ask_and_construct(kg):
    assert kg.query("ASK { spasm:baclofen a spasm:Drug }").truth is True
    triples = list(kg.query("CONSTRUCT { ?s a ?k } { ?s a ?k . VALUES ?s { spasm:baclofen } }").triples)
    assert (
        "<https://w3id.org/spasmkg/baclofen>",
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        "<https://w3id.org/spasmkg/Drug>",
    ) in triples
    with pytest.raises(UsageError):
        _ = kg.query("ASK { ?s ?p ?o }").rows


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda kg: kg.entity("baclofin"), NotFoundError, "did you mean baclofen"),
        (lambda kg: kg.run("drug-sideeffects"), NotFoundError, "did you mean drug-side-effects"),
        (lambda kg: kg.run("drug-side-effects", drg="x"), NotFoundError, "did you mean drug"),
        (lambda kg: kg.run("drug-side-effects", drug="nothing like this at all"), NotFoundError, "spasmkg search"),
        (lambda kg: kg.claims(predicate="hasSideEfect"), NotFoundError, "hasSideEffect"),
        (lambda kg: kg.claims(item="drug-1"), NotFoundError, "drugs-1"),
        (lambda kg: kg.claim("claim:nothing"), NotFoundError, "no claim"),
        (lambda kg: kg.export("docx"), UsageError, "turtle"),
        (lambda kg: kg.export("nquads", ["edge"]), NotFoundError, "edges"),
        (lambda kg: kg.with_file("/nowhere.ttl"), NotFoundError, "Turtle file"),
        (lambda kg: kg.query("SELECT * { SERVICE <x:y> {} }"), RefusedError, "network"),
        (lambda _: spasmkg.open("/nowhere"), StoreError, "holds no graph"),
        (lambda _: spasmkg.open("https://example.org/sparql"), UsageError, "cannot be opened yet"),
    ],
)
def test_an_error_says_what_and_what_next(call, error, words, kg):
    with pytest.raises(error, match=words) as caught:
        call(kg)
    assert isinstance(caught.value, spasmkg.errors.SpasmKGError)


def test_an_entity_of_the_wrong_kind_is_named(kg):
    from spasmkg import competency

    name, parameter = next((q.name, p) for q in competency.all_questions() for p in q.parameters if p.kind == "Drug")
    with pytest.raises(UsageError, match="is a AnatomicalSite, not a Drug"):
        kg.run(name, **{parameter.name: "spinal cord"})


@pytest.mark.parametrize("value", ["baclofen } #", "spasm:baclofen> } INSERT", '"', "a\\nb", "\x00", "> <x:y"])
def test_a_value_cannot_break_out_of_its_place(kg, value):
    try:
        _, text = kg.bind("drug-side-effects", drug=value)
    except (NotFoundError, UsageError):
        return
    assert "VALUES ?drug { <https://w3id.org/spasmkg/baclofen> }" in text


def test_the_hierarchy_is_read_nearest_first(kg):
    assert [label for _, label in kg.ancestors("chamomile")] == ["herbal tea", "natural remedy"]


def test_networkx_has_the_edges_with_their_claims(kg):
    graph = kg.networkx()
    data = graph.edges["spasm:tizanidine", "spasm:dry-mouth", "hasSideEffect"]
    assert data["certainty"] == "asserted"
    assert data["claims"].startswith("claim:drugs-2-")
    assert graph.nodes["spasm:tizanidine"] == {
        "iri": "https://w3id.org/spasmkg/tizanidine",
        "label": "tizanidine",
        "kind": "Drug",
        "roles": "SedatingDrug",
    }
    stated = """SELECT (COUNT(*) AS ?n) { VALUES ?g { graph:edges graph:groupings } GRAPH ?g { ?s ?p ?o }
        FILTER EXISTS { GRAPH graph:claims { ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o } } FILTER(isIRI(?o)) }"""
    assert graph.number_of_edges() == int(next(kg.query(stated).rows)[0].value)


def test_networkx_is_the_same_each_time(kg):
    one, two = kg.networkx(), kg.networkx()
    assert list(one.edges(keys=True, data=True)) == list(two.edges(keys=True, data=True))
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))


@pytest.mark.slow
def test_rdflib_has_the_same_dataset(kg, judge):
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    assert int(next(iter(judge.query(query)))[0]) == int(next(kg.query(query).rows)[0].value)


def test_pandas_has_typed_columns(kg):
    pytest.importorskip("pandas")
    frame = kg.query("SELECT ?q ?low { ?q a spasm:Quantity ; spasm:low ?low } ORDER BY ?q").to_pandas()
    assert list(frame.columns) == ["q", "low"]
    assert frame["low"].dtype == float


def test_rdflib_results_keep_languages_and_datatypes(kg):
    from rdflib import Literal

    result = kg.query("SELECT ?l ?n { spasm:baclofen rdfs:label ?l . BIND(2 AS ?n) }").rdflib()
    assert result.bindings == [{result.vars[0]: Literal("baclofen", lang="en"), result.vars[1]: Literal(2)}]


def test_a_users_file_is_merged_for_the_session_alone(kg, tmp_path):
    mine = tmp_path / "mine.ttl"
    mine.write_text(
        "@prefix spasm: <https://w3id.org/spasmkg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'spasm:furosemide a spasm:Drug ; rdfs:label "furosemide"@en ; spasm:hasDrugClass spasm:diuretics ; spasm:causes spasm:dehydration .\n'
    )
    more = kg.with_file(mine)
    assert more.entity("Furosemide").kind == "Drug"
    assert more.store.ask("ASK { GRAPH graph:inferred { spasm:furosemide spasm:upstreamOf spasm:muscle-spasm } }")
    answer = more.query("SELECT ?x { ?x spasm:hasDrugClass spasm:diuretics }")
    (row,) = answer.rows
    assert answer.evidence(row).note == "your file mine.ttl, line 2"
    assert "dehydration" in {r.other_label for r in more.entity("furosemide").relations}
    assert not kg.store.ask("ASK { spasm:furosemide ?p ?o }")


def test_the_schema_counts_what_is_there(kg):
    entries = {(e.what, e.iri.rsplit("/", 1)[-1]): e for e in kg.schema()}
    effect = entries["predicate", "hasSideEffect"]
    assert (effect.domain, effect.range) == ("Entity", "Condition")
    assert effect.count == int(next(kg.query("SELECT (COUNT(*) AS ?n) { ?d spasm:hasSideEffect ?e }").rows)[0].value)
    assert " → " in effect.example
    assert entries["kind", "Drug"].count >= 12


def test_a_graph_shows_what_it_holds(kg):
    assert repr(kg).startswith(f"<KnowledgeGraph: dataset {kg.dataset[:8]}, oxigraph")
    assert "1,778 claims of the source" in kg._repr_html_()
