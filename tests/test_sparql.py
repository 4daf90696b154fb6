import re

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spasmkg import namespaces as ns
from spasmkg import sparql
from spasmkg.errors import QuerySyntaxError, RefusedError, SpasmKGError
from spasmkg.store.syntax import query_syntax


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
        "SELECT * { SERVICESILENT<http://127.0.0.1:9/>{ ?a ?b ?c } }",
        "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1:9/>{ ?a ?b ?c } }",
        "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x { ?a ?b ?c } }",
        "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICESILENT: { ?a ?b ?c } }",
        "PREFIX : <http://127.0.0.1:9/> SELECT * { ?s ?p true.SERVICE:x#\n{ ?a ?b ?c } }",
        "PREFIX : <http://127.0.0.1:9/> SELECT * { ?s ?p 1.SERVICE:x { ?a ?b ?c } }",
        "PREFIX : <http://127.0.0.1:9/> PREFIX x: <http://a:9> SELECT * { ?s ?p x:service:x { ?a ?b ?c } }",
        "SELECT * { FILTER(1<2)SERVICE#>\n<http://127.0.0.1:9/>{ ?a ?b ?c } }",
        "SELECT * { FILTER(1<2)SERVICE#>\n ?s #\r{ ?a ?b ?c } }",
        'SELECT * { BIND("\\u0022" AS ?x) SERVICE <http://127.0.0.1:9/> { ?s ?p "\\u0022" } }',
        "SELECT * { VALUES ?z { '''x' } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #\\q\n VALUES ?y { ''' }' } }",
        "SELECT * { BIND('# SERVICE <http://127.0.0.1:9/> {' AS ?x) }",  # too strict, and safe
    ],
)
def test_a_call_in_any_reading_of_the_text_is_refused(query, kg):
    with pytest.raises(RefusedError, match="network"):
        sparql.guard(query)
    with pytest.raises(SpasmKGError):
        kg.query(query)


def test_a_call_in_a_comment_is_taken_out():
    text = "SELECT * { # SERVICE <x:y> { ?s ?p ?o }\n ?s ?p '#' } # end"
    run = sparql.guard(text)
    assert run == text.replace("# SERVICE <x:y> { ?s ?p ?o }", " " * 28).replace("# end", "     ")
    assert sparql.guard("SELECT * { } # end") == "SELECT * { } # end", "else the text runs as it is"


@given(st.text(alphabet="SERVICEservice \t\n#<>?:{}silent.\\'\"", max_size=60))
def test_no_text_that_passes_holds_a_call(text):
    """By the plainest pattern for a call that has no comment in it, wherever it stands."""
    try:
        run = sparql.guard(f"ASK {{ {text} }}")
    except SpasmKGError:
        return
    assert not re.search(r"(?i)service\s*(silent\s*)?(<\S*>|[?$]\w+|\w*:\w*)\s*\{", run)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE' }",
        "SELECT * { ?s ?p ?SERVICE } # SERVICE <x:y>",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:x ?o }",
        'SELECT * { ?s ?p """a "quoted" SERVICE""" }',
        "SELECT * { ?s <http://example.org/SERVICE> ?o }",
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT * WHERE\n{ ?s a sd:Service }",
        "SELECT ?service ?x { ?service ?p ?x { ?x ?q ?service } }",
        "SELECT * { ?s <http://example.org/service#x> ?o OPTIONAL { ?o ?p ?service } }",
    ],
)
def test_the_word_alone_is_no_offence(query):
    assert sparql.guard(query) == query


@pytest.mark.parametrize("bracket", ["{}", "()", "!"])
def test_deep_nesting_is_refused_before_it_overflows_the_parser(bracket, kg):
    deep = bracket[0] * 5000 + "true" + bracket[1:] * 5000
    with pytest.raises(RefusedError, match="deep"):
        kg.query(f"SELECT * {{ FILTER({deep}) }}" if bracket != "{}" else f"SELECT * {deep}")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("SELECT * { FILTER(1<" + "(" * 5000 + "#>\n2", ")" * 5001 + "}"),  # not an IRI to the engine
        ("SELECT * { FILTER(1<" + "!" * 5000 + "#>\n", "2)}"),
        ("SELECT * { " + "<<" * 5000, "<a:b> <a:b> <a:b>" + ">> <a:b> <a:b> " * 5000 + "}"),
        ("SELECT * { " + "<< <a:b> <a:b> " * 5000, "<a:b>" + " >>" * 5000 + "}"),
        ('SELECT * { BIND("\\u0022" AS ?x) ' + "{" * 5000, "}" * 5000 + ' BIND("\\u0022" AS ?y) }'),
        ("SELECT * { VALUES ?z { '''x' } " + "{" * 5000, "}" * 5000 + "#\\q\n VALUES ?y { ''' }' } }"),
    ],
    ids=["less-than", "negation", "quoted-subjects", "quoted-objects", "escaped-quotes", "wrong-escape"],
)
def test_nesting_that_hides_is_refused_as_well(start, end, kg):
    with pytest.raises(RefusedError, match="deep"):
        kg.query(start + end)


LINKS = {
    "or": lambda n: "ASK { FILTER(true" + " || true" * n + ") }",
    "and": lambda n: "ASK { FILTER(true" + "&&true" * n + ") }",
    "plus": lambda n: "ASK { FILTER(1" + " + 1" * n + " > 1) }",
    "signed": lambda n: "ASK { FILTER(1" + " -1" * n + " < 1) }",
    "mixed": lambda n: "ASK { FILTER((1" + " * 1" * (n // 2) + ")" + " + 1" * (n - n // 2) + " > 1) }",
    "like an IRI": lambda n: "ASK { FILTER(1<2" + "+1" * n + ">0) }",
    "steps": lambda n: "ASK { <urn:a> <urn:p>" + "/<urn:p>" * n + " ?o }",
    "ways": lambda n: "ASK { <urn:a> <urn:p>" + "|<urn:p>" * n + " ?o }",
    "unions": lambda n: "SELECT * { {}" + " UNION {}" * n + " }",
    "minus": lambda n: "ASK { ?s <urn:p> ?o" + " MINUS {}" * n + " }",
    "binds": lambda n: "ASK { " + " ".join(f"BIND(1 AS ?x{i})" for i in range(n)) + " }",
    "having": lambda n: "SELECT ?s { ?s <urn:p> ?o } GROUP BY ?s HAVING" + " (?s > 1)" * n,
}


@pytest.mark.parametrize("link", LINKS)
def test_long_rows_are_refused_before_they_overflow_the_engine(link, kg):
    with pytest.raises(RefusedError, match="in a row"):
        kg.query(LINKS[link](20_000))
    with pytest.raises(RefusedError, match="in a row"):
        sparql.guard(LINKS[link](sparql.MAX_CHAIN + 1))
    assert sparql.guard(LINKS[link](sparql.MAX_CHAIN // 2 - 5))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES ?x { " + "<http://a.example/b-c/d+e> -1 " * 5000 + "} }",
        "SELECT * { VALUES (?x ?y) { " + "(1 -1) " * 5000 + "} }",
        "INSERT DATA { " + "GRAPH <urn:g> { <urn:a> <urn:b> -1 } " * 5000 + "}",
        "SELECT * { " + "?s <urn:a>/<urn:b> ?o ; <urn:a>/<urn:b> ?x . " * 1000 + "}",
        "ASK { FILTER(1 IN (" + "<http://a.example/b>, " * 5000 + "1)) }",
    ],
)
def test_long_lists_are_no_offence(query):
    assert sparql.guard(query) == query


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
    for line in ("?s", "?a ?b 'one\u2028line' .\r\n?s"):  # a line ends where the engine says
        with pytest.raises(QuerySyntaxError, match='prefix "foaf:" is not declared') as caught:
            kg.query(f"SELECT * {{ {line} foaf:name ?o }}")
        assert "foaf:name" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 1, 1, "DESCRIBE; this is an update"),
        ("# all\nPREFIX a: <b:>\n  delete where { ?a ?b ?c }", 3, 3, "DESCRIBE; this is an update"),
        ("SELEC * { ?a ?b ?c }", 1, 1, "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("PREFIX : <b:> CLEAR ALL", 1, 15, "DESCRIBE; this is an update"),
        ("SELECT * { ?s", 1, 14, "expected"),
        ("ASK { { ASK {} } }", 1, 17, "expected"),
        ("CLEAR: { }", 1, 1, "a query begins"),
    ],
)
def test_a_text_that_begins_otherwise_is_told_so(kg, text, line, column, said):
    with pytest.raises(QuerySyntaxError, match=said) as caught:
        kg.query(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "said"),
    [("SELECT * {}", "this is a query"), ("ASK {}", "this is a query"), ("INSERT DATA { <a:a> <a:b> }", "expected")],
)
def test_an_update_that_begins_otherwise_is_told_so(text, said):
    with pytest.raises(SyntaxError) as caught:
        ox.Store().update(text)
    assert said in str(query_syntax(str(caught.value), text))


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


@pytest.mark.parametrize(
    "after", ["FILTER(?y != <x:y>)", "OPTIONAL { ?y ?p ?z }", "BIND(1 AS ?n)", "MINUS { ?y ?p ?z }", ""]
)
def test_a_pattern_ends_where_a_word_begins(after):
    found = sparql.outer_patterns(f"SELECT * {{ ?x skos:exactMatch ?y {after} }}", ns.prefixes())
    assert found == [("?x", f"<{ns.SKOS}exactMatch>", "?y")]
    assert sparql.outer_patterns("SELECT * { ?x <x:p> true . GRAPH <x:g> { ?a ?b ?c } }", {}) == []
