import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spasmkg import namespaces as ns
from spasmkg import sparql
from spasmkg.errors import QuerySyntaxError, RefusedError, SpasmKGError


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://example.org/> { ?s ?p ?o } }",
        "PREFIX x: <http://example.org/> SELECT * { # comment\n SERVICE x:y { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o OPTIONAL{SERVICE ?s { ?a ?b ?c }} }",
        "LOAD <http://example.org/>",
    ],
)
def test_a_query_that_reaches_for_the_network_is_refused(query, kg):
    with pytest.raises(RefusedError, match="network"):
        kg.query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE' }",
        "SELECT * { ?s ?p ?SERVICE } # SERVICE <x:y>",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:x ?o }",
        'SELECT * { ?s ?p """a "quoted" SERVICE""" }',
        "SELECT * { ?s <http://example.org/SERVICE> ?o }",
    ],
)
def test_the_word_alone_is_no_offence(query):
    sparql.guard(query)


@pytest.mark.parametrize("bracket", ["{}", "()", "!"])
def test_deep_nesting_is_refused_before_it_overflows_the_parser(bracket, kg):
    deep = bracket[0] * 5000 + "true" + bracket[1:] * 5000
    with pytest.raises(RefusedError, match="deep"):
        kg.query(f"SELECT * {{ FILTER({deep}) }}" if bracket != "{}" else f"SELECT * {deep}")


@given(st.text(max_size=200))
def test_any_text_is_tokenised_without_loss(text):
    assert all(text[t.start : t.start + len(t.text)] == t.text for t in sparql.tokens(text))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="SELECT*WHERE{}?spo.<>:'\"\\#()!;, \n", max_size=80))
def test_any_text_is_run_or_refused_with_one_of_our_errors(text, kg):
    try:
        kg.query(text)
    except SpasmKGError as error:
        assert str(error)


def test_an_error_has_line_column_and_caret(kg):
    with pytest.raises(QuerySyntaxError) as caught:
        kg.query("SELECT *\nWHERE { ?s ?p }")
    assert (caught.value.line, caught.value.column) == (2, 16)
    assert str(caught.value).splitlines()[-1].index("^") == 2 + 15


def test_an_undeclared_prefix_is_named(kg):
    with pytest.raises(QuerySyntaxError, match='prefix "foaf:" is not declared'):
        kg.query("SELECT * { ?s foaf:name ?o }")


def test_outer_patterns_are_those_of_the_outermost_group():
    text = """SELECT ?d { ?d a spasm:Drug ; spasm:hasSideEffect ?e , spasm:nausea . FILTER(?e != <x:y>)
        OPTIONAL { ?d spasm:takenAt ?t } ?d spasm:kindOf+ ?c . ?d rdfs:label "x" . ?e rdfs:label ?l }"""
    found = sparql.outer_patterns(text, ns.prefixes())
    effect = "<https://w3id.org/spasmkg/hasSideEffect>"
    assert found == [
        ("?d", f"<{ns.RDF_TYPE}>", "<https://w3id.org/spasmkg/Drug>"),
        ("?d", effect, "?e"),
        ("?d", effect, "<https://w3id.org/spasmkg/nausea>"),
        ("?e", f"<{ns.RDFS_LABEL}>", "?l"),
    ]
