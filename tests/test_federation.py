"""Queries that join a remote endpoint: a real one on this machine, and one that does everything wrong."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import loopback
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spasmkg import competency, endpoints, federation
from spasmkg.answer import Answer
from spasmkg.errors import NotAllowedError, QuerySyntaxError, RefusedError, ServiceError, UsageError
from spasmkg.federation import Services, join
from spasmkg.store import memory
from spasmkg.store.oxigraph import OxigraphStore

HERE = Path(__file__).parent
FEDERATED = [n for n in competency.names() if competency.load(n).endpoint]

MAPPED = """@prefix HP: <http://purl.obolibrary.org/obo/HP_> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spasm: <https://w3id.org/spasmkg/> .
spasm:muscle-weakness skos:exactMatch HP:0001324 .
"""
REMOTE = """@prefix HP: <http://purl.obolibrary.org/obo/HP_> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix x: <https://x.example/> .
HP:0001324 rdfs:label "Muscle weakness" ; rdfs:subClassOf HP:0001324 , HP:0011804 , [ a rdfs:Class ] .
HP:0011804 rdfs:label "Abnormal muscle physiology" ; rdfs:subClassOf HP:0003011 .
HP:0003011 rdfs:label "Abnormality of the musculature" .
x:1 x:l "n1" ; x:b x:2 ; x:m 5 . x:2 x:l "n2" ; x:b x:3 ; x:m "z"@en , "n1" . x:4 x:l "n0" ; x:b x:5 .
x:5 x:l "n1" ; x:b x:6 . x:6 x:l "n2" ; x:b x:0 . x:0 x:l "n0" ; x:b x:1 .
"""
LOCAL = """@prefix x: <https://x.example/> .
x:s0 x:p x:0 . x:s1 x:p x:1 . x:s2 x:p x:2 . x:s3 x:p x:3 . x:s4 x:p x:0 .
x:0 x:q x:0 ; x:n "n0" . x:1 x:q x:2 ; x:n "n1" ; x:m 5 . x:2 x:q x:4 ; x:n "n2" ; x:m "z"@en . x:3 x:q x:1 ; x:n "n0" .
x:4 x:q x:3 ; x:n "n1" . x:5 x:n _:b .
"""
X = "PREFIX x: <https://x.example/> "


@pytest.fixture(scope="module")
def endpoint():
    with loopback.oxigraph(REMOTE) as address:
        yield address


@pytest.fixture(scope="module")
def server():
    with loopback.rogue() as made:
        yield made


@pytest.fixture(scope="module")
def mapped(kg, tmp_path_factory):
    file = tmp_path_factory.mktemp("mapped") / "mapped.ttl"
    file.write_text(MAPPED)
    return kg.with_file(file)


@pytest.fixture(scope="module")
def local():
    store = memory()
    store.load([("local.ttl", LOCAL.encode(), "")])
    return store


def joined(store, text, *allowed, **options):
    made = join(store, text, {}, Services.of(allowed, **options))
    return Answer(store.query(made.text), ""), made


def table(answer):
    return [tuple(None if v is None else v.value for v in row) for row in answer]


def bag(result):
    """The rows of a result of the engine: which variables have which terms, and how often."""
    names = [v.value for v in result.variables]
    return Counter(tuple(sorted((n, str(row[n])) for n in names if row[n] is not None)) for row in result)


# ---- the questions ----


@pytest.mark.parametrize("name", FEDERATED)
def test_the_example_gives_the_golden_answer(name, mapped, endpoint):
    golden = HERE / "golden" / f"{name}.tsv"
    answer = mapped.with_services(endpoint).run(name, endpoint=endpoint)
    assert answer.complete
    assert answer.endpoints == (endpoint,)
    written = answer.serialize("tsv")
    if os.environ.get("SPASMKG_REGENERATE"):
        golden.write_bytes(written)
    assert written == golden.read_bytes()
    assert written.count(b"\n") > 1


@pytest.mark.parametrize("name", FEDERATED)
def test_the_engine_s_own_calls_give_the_same_rows(name, mapped, endpoint):
    _, text = mapped.bind(name, endpoint=endpoint)
    assert table(mapped.with_services(endpoint).run(name, endpoint=endpoint)) == table(mapped.store.query(text))


@pytest.mark.parametrize("name", FEDERATED)
def test_the_file_is_plain_sparql(name):
    import rdflib.plugins.sparql

    rdflib.plugins.sparql.prepareQuery(competency.load(name).text)


@pytest.mark.parametrize("name", FEDERATED)
def test_a_row_names_its_mapping_and_the_endpoint(name, mapped, endpoint):
    answer = mapped.with_services(endpoint).run(name, endpoint=endpoint)
    for found in answer.evidence_for(list(answer.rows)):
        assert "your file mapped.ttl, line 4" in found.note
        assert f"{endpoint} answers for the rest" in found.note


@pytest.mark.parametrize("name", FEDERATED)
def test_without_a_mapping_nobody_is_asked(name, kg, server):
    there = server.url("here")
    server.asked.clear()
    query = """SELECT ?e { GRAPH graph:entities { ?e a ?kind ; rdfs:label ?l } FILTER NOT EXISTS { ?e skos:exactMatch ?t } }
        ORDER BY ?l LIMIT 1"""
    ((entity,),) = kg.query(query)
    answer = kg.with_services(there).run(name, entity=entity.value, endpoint=there)
    assert table(answer) == []
    assert answer.complete
    assert server.asked == []


# ---- what is allowed ----


def test_an_endpoint_that_is_not_allowed_is_refused_by_name(kg):
    with pytest.raises(NotAllowedError, match="--allow-service https://ubergraph") as caught:
        kg.run("endpoint-labels")
    assert caught.value.endpoint == "https://ubergraph.apps.renci.org/sparql"


@pytest.mark.parametrize(
    "written",
    [
        "<http://127.0.0.1:PORT/else>", "<http://127.0.0.1:PORT/here/>", "<http://127.0.0.1/here>",
        "<http://localhost:PORT/here>", "<http://127.1:PORT/here>", "<http://2130706433:PORT/here>",
        "<http://127.0.0.1.:PORT/here>", "<http://[::ffff:127.0.0.1]:PORT/here>", "<https://127.0.0.1:PORT/here>",
        "<http://me@127.0.0.1:PORT/here>", "<http://127.0.0.1:PORT/here#x>", "<http://127.0.0.1:PORT/here?x>",
        "<http://127.0.0.1:PORT/a/../here>", "<http://127.0.0.1:PORT/%68ere>", "<//127.0.0.1:PORT/here>", "<here>",
        "x:else", "x:", "y:here", "?e", "<http://127.0.0.1:PORT/h\\u0065re>", "<file:///etc/passwd>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_only_what_is_allowed_is_called(written, silent, local, server):
    there = server.url("here")
    base = there.removesuffix("here")
    server.asked.clear()
    name = written.replace("PORT", str(server.server_port))
    text = f"BASE <{base}> PREFIX x: <{base}> SELECT * {{ VALUES ?e {{ <{there}> }} SERVICE {silent}{name} {{ ?s ?p ?o }} }}"
    with pytest.raises(RefusedError, match="nothing here may use the network but what is allowed by name"):
        joined(local, text, there, on_failure="partial")
    assert server.asked == []


def test_one_endpoint_that_is_not_allowed_keeps_all_from_being_called(local, server, endpoint):
    server.asked.clear()
    text = f"SELECT * {{ SERVICE <{server.url('here')}> {{ ?s ?p ?o }} SERVICE <{endpoint}> {{ ?s ?q ?r }} }}"
    with pytest.raises(NotAllowedError):
        joined(local, text, server.url("here"))
    assert server.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <HERE> { ?s ?p } }",
        "SELECT * { SERVICE <HERE> { ?s ?p ?o } ",
        "SELECT * { SERVICE <HERE> { ?s ?p ?o } } }",
        "SELECT * { SERVICE <HERE> { ?s ?p ?o } ?a ?b }",
        "SELECT * { SERVICE <HERE> { ?s y:p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <HERE> { ?s ?p ?o } }",
    ],
)
def test_a_slip_is_found_before_anybody_is_asked(text, local, server):
    there = server.url("here")
    server.asked.clear()
    with pytest.raises(QuerySyntaxError):
        joined(local, text.replace("HERE", there), there)
    assert server.asked == []


def test_a_slip_is_shown_where_it_stands(kg, endpoint):
    with pytest.raises(QuerySyntaxError) as caught:
        kg.with_services(endpoint).query(f"SELECT * {{\n  SERVICE <{endpoint}> {{ # call\n    ?s ?p }} }}")
    assert caught.value.line == 3
    assert str(caught.value).splitlines()[1] == "      ?s ?p } }"


@pytest.mark.parametrize(
    "other",
    [
        "FILTER(1<2)SERVICE#>\n<http://127.0.0.1:9/>{ ?a ?b ?c }",
        "SERVICESILENT<http://127.0.0.1:9/>{ ?a ?b ?c }",
        "?a ?b trueSERVICE<http://127.0.0.1:9/>{ ?a ?b ?c }",
    ],
)
def test_a_call_hidden_beside_the_allowed_one_is_refused(other, local, server):
    there = server.url("here")
    server.asked.clear()
    with pytest.raises((RefusedError, QuerySyntaxError)):
        joined(local, f"SELECT * {{ SERVICE <{there}> {{ ?s ?p ?o }} {other} }}", there)
    assert server.asked == []


def test_the_words_of_an_endpoint_stay_words(local, server):
    """The engine reads ``<'''x)#>`` as the start of a string, in which the answer would end it and call another."""
    there, other = server.url("here"), server.url("other")
    evil = f"''') SERVICE <{other}> {{ ?a ?b ?c }} FILTER(1<'''"
    body = json.dumps({"head": {"vars": ["z"]}, "results": {"bindings": [{"z": {"type": "literal", "value": evil}}]}})
    server.answers["here"] = server.answers["other"] = (200, {}, body.encode())
    server.asked.clear()
    text = f"SELECT * {{ FILTER(1<'''x)#> ) SERVICE <{there}> {{ ?s ?p ?z }} ?a ?b <''')#>\n}}"
    table(joined(local, text, there)[0])
    assert [path for path, _, _ in server.asked] == ["/here"]


def test_with_services_leaves_the_graph_as_it_was(kg, endpoint):
    assert kg.with_services(endpoint).services.endpoints == (endpoint,)
    assert kg.services is None
    assert kg.with_services(endpoint).without("claim:causes-3-16").services.endpoints == (endpoint,)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"endpoints": "example.org"}, "not the address"),
        ({"endpoints": ["https://example.org/", "ftp://example.org/"]}, "ftp://example.org/"),
        ({"endpoints": [], "timeout": 0}, "above 0"),
        ({"endpoints": [], "on_failure": "silent"}, "error or partial"),
    ],
)
def test_services_that_make_no_sense(kg, options, words):
    with pytest.raises(UsageError, match=words):
        kg.with_services(**options)


# ---- what is sent ----


def sent(server, local, text, **answer):
    there = server.url("here")
    server.answers["here"] = (
        200,
        {},
        json.dumps({"head": {"vars": []}, "results": {"bindings": []}, **answer}).encode(),
    )
    server.asked.clear()
    result, _ = joined(local, X + text.replace("<E>", f"<{there}>"), there)
    rows = table(result)
    return [" ".join(query.split()) for _, _, query in server.asked], rows


def test_only_the_clause_its_prefixes_and_the_values_that_join_are_sent(server, local):
    queries, rows = sent(server, local, """PREFIX own: <https://own.example/>
        SELECT * { ?s x:p ?x . ?s ?secret ?y # own words
        SERVICE <E> { # more words
          ?x x:l ?l } FILTER(?y != "own") }""")  # fmt: skip
    (query,) = queries
    values, _, rest = query.partition(" } ")
    assert values.startswith("PREFIX x: <https://x.example/> SELECT * WHERE { VALUES (?x) { (<https://x.example/")
    assert sorted(values.partition("VALUES (?x) { ")[2].split()) == [f"(<https://x.example/{i}>)" for i in range(4)]
    assert rest == "?x x:l ?l }"
    assert rows == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("SELECT * { ?s x:p ?x SERVICE <E> { ?x x:l ?l OPTIONAL { ?x x:b ?y } } }", True),
        ("SELECT * { SERVICE <E> { ?x x:l ?l } }", False),
        ("SELECT * { ?s x:m ?x SERVICE <E> { ?y x:m ?x } }", False),  # a number can be written in many ways
        ("SELECT * { ?s x:n ?x SERVICE <E> { ?y x:m ?x } }", False),  # one of them is a blank node
        ("SELECT * { ?s x:q ?x . ?x x:n ?n SERVICE <E> { ?y x:m ?n } }", True),
        ("SELECT * { ?s x:p ?y OPTIONAL { ?y x:m ?x } SERVICE <E> { ?x x:l ?l } }", False),  # not always bound
        ("SELECT * { ?s x:p ?x SERVICE <E> { ?y x:l ?l OPTIONAL { ?y x:b ?x } } }", False),  # not surely bound there
    ],
)
def test_values_are_sent_where_they_narrow_down(text, values, server, local):
    (query,), _ = sent(server, local, text)
    assert ("VALUES" in query) is values


def test_a_group_that_is_not_simple_stays_by_itself(server, local):
    (query,), _ = sent(server, local, "SELECT * { ?s x:p ?x SERVICE <E> { ?x x:l ?l BIND(1 AS ?y) } }")
    assert query.endswith("} { ?x x:l ?l BIND(1 AS ?y) } }")


def test_a_base_is_sent_along(server, local):
    there = server.url("here")
    server.asked.clear()
    joined(local, f"BASE <https://x.example/> PREFIX y: <y> ASK {{ SERVICE <{there}> {{ <s> y:p ?o }} }}", there)
    assert server.asked[0][2].startswith("BASE <https://x.example/>\nPREFIX y: <y>\nSELECT * WHERE {")


def test_many_values_go_in_portions_and_too_many_not_at_all(server, monkeypatch):
    store = memory()
    store.insert(((f"<a:{i}>", "<a:p>", f"<b:{i % 3}>") for i in range(5)), [""])
    monkeypatch.setattr(federation, "_PORTION", 2)
    monkeypatch.setattr(federation, "_MOST_VALUES", 5)
    text = "SELECT * { ?s <a:p> ?x SERVICE <E> { ?s x:l ?x } }"
    queries, _ = sent(server, store, text)
    assert [q.count("(<a:") for q in queries] == [2, 2, 1]
    monkeypatch.setattr(federation, "_MOST_VALUES", 4)
    queries, _ = sent(server, store, text)
    assert [q.partition(" {")[2].partition(" }")[0].count("(<b:") for q in queries] == [2, 1], "by ?x alone"
    monkeypatch.setattr(federation, "_MOST_VALUES", 2)
    queries, _ = sent(server, store, text)
    assert ["VALUES" in q for q in queries] == [False]


def test_an_endpoint_that_does_not_look_at_the_values_makes_no_difference(server, local, monkeypatch):
    monkeypatch.setattr(federation, "_PORTION", 1)
    every = [{"x": {"type": "uri", "value": f"https://x.example/{i}"}} for i in range(4)]
    text = "SELECT ?x { ?s x:q ?x SERVICE <E> { ?x x:l ?l } } ORDER BY ?x"
    queries, rows = sent(server, local, text, head={"vars": ["x"]}, results={"bindings": every})
    assert len(queries) == 5
    assert rows == [(f"https://x.example/{i}",) for i in range(4)]


# ---- the answer ----


def test_blank_nodes_of_an_endpoint_are_kept_apart(local, server):
    there = server.url("here")
    body = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "bnode", "value": "b"}}]}}
    server.answers["here"] = (200, {}, json.dumps(body).encode())
    answer, _ = joined(local, f"SELECT * {{ SERVICE <{there}> {{ ?x ?p 1 }} SERVICE <{there}> {{ ?y ?p ?x }} }}", there)
    assert table(answer) == [], "the same label is another node in another answer"


def test_an_endpoint_that_names_variables_of_its_own(local, server):
    there = server.url("here")
    body = {"head": {"vars": ["z"]}, "results": {"bindings": [{"z} evil": {"type": "literal", "value": "1"}}]}}
    server.answers["here"] = (200, {}, json.dumps(body).encode())
    answer, _ = joined(local, f"SELECT * {{ SERVICE <{there}> {{ ?x ?p 1 }} }}", there)
    assert answer.variables == ("p", "x")
    assert table(answer) == [(None, None)]


def test_an_iri_that_the_engine_cannot_read_is_the_fault_of_the_endpoint(local, server):
    there = server.url("here")
    body = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "http://[a/"}}]}}
    server.answers["here"] = (200, {}, json.dumps(body).encode())
    with pytest.raises(ServiceError, match="not a term of RDF"):
        joined(local, f"SELECT * {{ SERVICE <{there}> {{ ?x ?p 1 }} }}", there)


def test_ask_and_construct_join_as_well(kg, endpoint):
    remote = kg.with_services(endpoint)
    call = f"SERVICE <{endpoint}> {{ HP:0001324 rdfs:label ?l }}"
    assert remote.query(f"ASK {{ {call} }}").truth
    triples = list(remote.query(f"CONSTRUCT {{ HP:0001324 rdfs:label ?l }} WHERE {{ {call} }}").triples)
    assert triples == [("<http://purl.obolibrary.org/obo/HP_0001324>", f"<{LABEL}>", '"Muscle weakness"')]


LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def test_a_clause_without_variables_holds_or_does_not(kg, endpoint):
    remote = kg.with_services(endpoint)
    for label, holds in (("Muscle weakness", True), ("weakness", False)):
        assert remote.query(f'ASK {{ SERVICE <{endpoint}> {{ HP:0001324 rdfs:label "{label}" }} }}').truth is holds


def test_the_evidence_of_a_free_query_names_the_endpoint(mapped, endpoint):
    answer = mapped.with_services(endpoint).query(
        f"SELECT * {{ ?e skos:exactMatch ?t . SERVICE <{endpoint}> {{ ?t rdfs:label ?l }} }}"
    )
    (row,) = answer.rows
    assert answer.sparql.startswith("SELECT * { ?e skos:exactMatch")
    assert answer.evidence(row).note.endswith(f"; {endpoint} answers for the rest")


def test_a_commented_call_is_none(kg, endpoint):
    text = f"SELECT ?l {{ # SERVICE <https://b.example/> {{\n SERVICE <{endpoint}> {{ HP:0001324 rdfs:label ?l }} }}"
    assert table(kg.with_services(endpoint).query(text)) == [("Muscle weakness",)]
    assert kg.query("ASK { # SERVICE <https://b.example/> {\n ?s ?p ?o }").truth


# ---- failure ----


@pytest.fixture(params=["nobody", "500", "silence"])
def broken(request, server):
    """An endpoint that fails, and what is said of it."""
    server.answers["500"] = (500, {}, b"")
    return {
        "nobody": ("http://127.0.0.1:9/sparql", "nothing answers there"),
        "500": (server.url("500"), "it answered 500 Internal Server Error"),
        "silence": (server.url("silence"), "it gave no whole answer within 0.1 s"),
    }[request.param]


def test_a_failure_is_an_error_that_says_what_next(broken, local):
    there, reason = broken
    with pytest.raises(ServiceError) as caught:
        joined(local, f"SELECT * {{ SERVICE <{there}> {{ ?s ?p ?o }} }}", there, timeout=0.1)
    assert str(caught.value).startswith(f"{there} failed: {reason}; try again later, or take what there is without it")
    assert (caught.value.endpoint, caught.value.reason) == (there, reason)


def test_or_a_partial_answer_that_says_so(broken, mapped):
    there, reason = broken
    answer = mapped.with_services(there, timeout=0.1, on_failure="partial").run("endpoint-labels", endpoint=there)
    assert not answer.complete
    assert answer.state == "partial"
    assert answer.incomplete == (f"{there}: {reason}",)
    assert answer.endpoints == ()
    rows = [(row["term"].value, row["term_label"]) for row in answer.rows]
    assert ("http://purl.obolibrary.org/obo/HP_0001324", None) in rows
    assert {label for _, label in rows} == {None}


def test_silent_means_partial_and_is_said_all_the_same(local):
    there = "http://127.0.0.1:9/sparql"
    answer, made = joined(local, X + f"SELECT * {{ x:s1 x:p ?x SERVICE SILENT <{there}> {{ ?x x:l ?l }} }}", there)
    assert made.failures == (f"{there}: nothing answers there",)
    assert answer.variables == ("l", "x")
    assert table(answer) == [(None, "https://x.example/1")]


def test_one_failure_leaves_the_other_endpoint_in_the_answer(local, endpoint):
    there = "http://127.0.0.1:9/sparql"
    text = X + (
        f"SELECT ?l ?b {{ x:s1 x:p ?x SERVICE <{there}> {{ ?x x:b ?b }} SERVICE <{endpoint}> {{ ?x x:l ?l }} }}"
    )
    answer, made = joined(local, text, there, endpoint, on_failure="partial")
    assert table(answer) == [("n1", None)]
    assert made.endpoints == (endpoint,)
    assert len(made.failures) == 1


def test_a_failure_after_the_first_portion_takes_the_whole_clause(local, endpoint, monkeypatch):
    asked: list[str] = []

    def select(address, query, budget, mark):
        asked.append(mark)
        if len(asked) == 3:
            raise ServiceError(address, "it is tired")
        return endpoints.select(address, query, budget, mark)

    monkeypatch.setattr(federation, "_PORTION", 1)
    monkeypatch.setattr(federation, "select", select)
    text = f"{X} SELECT ?s ?l {{ ?s x:p ?x SERVICE <{endpoint}> {{ ?x x:l ?l }} }}"
    answer, made = joined(local, text, endpoint, on_failure="partial")
    assert asked == ["0-0", "0-1", "0-2"]
    assert made.failures == (f"{endpoint}: it is tired",)
    assert made.endpoints == ()
    assert [label for _, label in table(answer)] == [None] * 5


def test_json_says_what_is_missing_and_stays_readable(mapped):
    there = "http://127.0.0.1:9/sparql"
    remote = mapped.with_services(there, on_failure="partial")
    written = remote.run("endpoint-labels", endpoint=there).serialize("json")
    assert json.loads(written)["incomplete"] == [f"{there}: nothing answers there"]
    read = list(ox.parse_query_results(written, format=ox.QueryResultsFormat.JSON))
    assert len(read) == len(remote.run("endpoint-labels", endpoint=there).values()) > 0
    truth = remote.query(f"ASK {{ SERVICE <{there}> {{ ?s ?p ?o }} }}").serialize("json")
    assert json.loads(truth) == {"incomplete": [f"{there}: nothing answers there"], "head": {}, "boolean": True}


def test_a_notebook_shows_what_is_missing(mapped):
    there = "http://127.0.0.1:9/sparql"
    remote = mapped.with_services(there, on_failure="partial")
    assert f"partial; {there}: nothing answers there" in remote.run("endpoint-labels", endpoint=there)._repr_html_()
    assert "partial" in remote.query(f"ASK {{ SERVICE <{there}> {{ ?s ?p ?o }} }}")._repr_html_()


def test_a_label_of_an_endpoint_is_not_run_by_a_notebook_or_a_terminal(mapped, server, run):
    there = server.url("here")
    row = {
        "term": {"type": "uri", "value": "http://purl.obolibrary.org/obo/HP_0001324"},
        "term_label": {"type": "literal", "value": "<script>alert(1)</script>\x1b[2J"},
    }
    body = {"head": {"vars": list(row)}, "results": {"bindings": [row]}}
    server.answers["here"] = (200, {}, json.dumps(body).encode())
    answer = mapped.with_services(there).run("endpoint-labels", endpoint=there)
    assert "&lt;script&gt;" in answer._repr_html_()
    call = f"SELECT ?term_label {{ SERVICE <{there}> {{ ?term rdfs:label ?term_label }} }}"
    code, out, _ = run("sparql", call, "--allow-service", there, "--format", "table")
    assert code == 0
    assert "<script>" in out
    assert "\x1b" not in out


# ---- the engine's own calls as the judge ----

_LETTERS = st.sampled_from("abcd")


@st.composite
def remote_groups(draw):
    def triple():
        return f"?{draw(_LETTERS)} x:{draw(st.sampled_from('lbm'))} ?{draw(_LETTERS)} . "

    def part():
        kind = draw(st.integers(0, 9))
        if kind < 5:
            return triple()
        if kind == 5:
            return f"OPTIONAL {{ {triple()}}} "
        if kind == 6:
            return f"FILTER(?{draw(_LETTERS)} != ?{draw(_LETTERS)}) "
        if kind == 7:
            return f"{{ {triple()}}} UNION {{ {triple()}}} "
        return f"MINUS {{ {triple()}}} " if kind == 8 else f"{{ SELECT ?a {{ {triple()}}} }} "

    return "".join(part() for _ in range(draw(st.integers(1, 2))))


@st.composite
def groups(draw, depth=3):
    def part():
        kind = draw(st.integers(0, 13)) if depth else 0
        a, b = draw(_LETTERS), draw(_LETTERS)
        if kind < 4:
            return f"?{a} x:{draw(st.sampled_from('pqnm'))} ?{b} . "
        if kind < 7:
            return f"SERVICE <E> {{ {draw(remote_groups())}}} "
        inner = draw(groups(depth - 1)) if kind != 12 else ""
        return [
            f"OPTIONAL {{ {inner}}} ",
            f"{{ {inner}}} UNION {{ {draw(groups(depth - 1))}}} " if kind == 8 else "",
            f"{{ {inner}}} ",
            f"MINUS {{ {inner}}} ",
            f"FILTER EXISTS {{ {inner}}} ",
            f"FILTER(?{a} != ?{b}) BIND(COALESCE(?{a}, x:1) AS ?{b}) ",
            f"{{ SELECT ?a ?b {{ {inner}}} }} VALUES ?{a} {{ x:1 x:2 'n1' }} ",
        ][kind - 7]

    return "".join(part() for _ in range(draw(st.integers(1, 4))))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(group=groups())
def test_a_join_has_the_rows_that_the_engine_gets_by_itself(group, endpoint):
    engine = ox.Store()
    engine.load(LOCAL.encode(), format=ox.RdfFormat.TURTLE)
    text = f"{X}SELECT * {{ {group.replace('<E>', f'<{endpoint}>')} }}"
    try:
        theirs = bag(engine.query(text))
    except SyntaxError:  # a variable is bound twice
        return
    made = join(OxigraphStore(engine), text, {}, Services.of(endpoint))
    assert "SERVICE" not in made.text
    assert bag(engine.query(made.text)) == theirs


# ---- the command line ----


def test_the_command_line_allows_by_option_or_environment(run, endpoint, tmp_path, monkeypatch):
    (tmp_path / "mapped.ttl").write_text(MAPPED)
    ask = ("query", "endpoint-labels", "--endpoint", endpoint, "--with", str(tmp_path / "mapped.ttl"))
    code, out, err = run(*ask)
    assert (code, out) == (1, "")
    assert f"--allow-service {endpoint}" in err
    code, out, err = run(*ask, "--allow-service", "https://example.org/", "--allow-service", endpoint)
    assert code == 0
    assert '"Muscle weakness"' in out
    assert "complete, 1 row " in err
    monkeypatch.setenv("SPASMKG_ALLOW_SERVICE", f"https://example.org/ {endpoint}")
    assert run(*ask)[1] == out
    evidence = run(*ask, "--evidence")[1]
    assert f"{endpoint} answers for the rest" in evidence
    assert f"SERVICE <{endpoint}> {{" in run(*ask, "--show")[1]


@pytest.mark.parametrize("media", ["tsv", "csv", "json", "xml", "md", "table"])
def test_what_is_missing_is_said_on_standard_error_in_every_format(run, media):
    there = "http://127.0.0.1:9/sparql"
    text = f"SELECT ?l {{ SERVICE <{there}> {{ ?x rdfs:label ?l }} }}"
    code, _, err = run("sparql", text, "--allow-service", there, "--format", media)
    assert code == 1
    assert f"{there} failed: nothing answers there" in err
    partial = ("--allow-service", there, "--on-service-failure", "partial", "--format", media)
    code, _, err = run("sparql", text, *partial)
    assert code == 0
    assert f"partial: without {there}: nothing answers there" in err
    assert "complete" not in err


@pytest.mark.parametrize("form", ["ASK", "CONSTRUCT { ?s ?p ?o } WHERE"])
def test_what_is_missing_is_said_of_truth_and_triples(run, form):
    there = "http://127.0.0.1:9/sparql"
    text = f"{form} {{ SERVICE <{there}> {{ ?s ?p ?o }} }}"
    code, _, err = run("sparql", text, "--allow-service", there, "--on-service-failure", "partial")
    assert code == 0
    assert f"partial: without {there}" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--allow-service", "example.org"], 2, "not the address of an endpoint"),
        (["--service-timeout", "0"], 2, "seconds above 0"),
        (["--service-timeout", "nan"], 2, "seconds above 0"),
        (["--on-service-failure", "silent"], 2, "invalid choice"),
        (["--allow-servic", "https://example.org/"], 2, "did you mean --allow-service"),
        (["--endpoint", "example.org"], 1, "not the address of an endpoint"),
        (["--endpoint", "any"], 1, "one endpoint"),
    ],
)
def test_options_that_make_no_sense(run, arguments, code, words):
    given, _, err = run("query", "endpoint-labels", *arguments)
    assert given == code
    assert words in err
