"""SPARQL 1.1 Protocol: queries, and what is negotiated around them."""

from __future__ import annotations

import gzip
import json
from urllib.parse import quote

import pytest
from serving import form, serve

SELECT = "SELECT ?x { VALUES ?x { 1 } }"
GRAPH = "CONSTRUCT { <urn:a> <urn:b> <urn:c> } {}"
ROWS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
TRIPLES = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "trig": "application/trig",
    "nquads": "application/n-quads",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}


def test_the_address_is_printed_when_connections_are_accepted(server):
    assert server.url == f"http://127.0.0.1:{server.port}/"
    assert server.health()["status"] == "ok"


def test_a_query_may_come_in_three_ways(server):
    for answer in (
        server.query(SELECT),
        server.post(SELECT),
        server.ask("POST", "/sparql", FORM, form(query=SELECT)),
    ):
        assert (answer.status, answer.media) == (200, ROWS["json"])
        assert answer.values("x") == ["1"]


@pytest.mark.parametrize("media", ["application/sparql-query; charset=utf-8", "Application/SPARQL-Query"])
def test_media_types_have_parameters_and_any_case(server, media):
    assert server.ask("POST", "/sparql", {"Content-Type": media}, SELECT).status == 200


def test_a_relative_iri_is_one_of_the_address_that_was_asked(server):
    path = f"/sparql?query={quote('SELECT (<x> AS ?x) {}')}"
    for host in ("a.example", "b.example"):
        assert server.ask("GET", path, {"Host": host}).values("x") == [f"http://{host}/x"]


@pytest.mark.parametrize(("name", "media"), [*ROWS.items()])
def test_rows_come_in_the_format_asked_for(server, name, media):
    by_accept, by_name = server.query(SELECT, media), server.ask("GET", f"/sparql?query={quote(SELECT)}&format={name}")
    assert by_accept.media == by_name.media == media
    assert by_accept.body == by_name.body


@pytest.mark.parametrize(("name", "media"), [*TRIPLES.items()])
def test_triples_come_in_the_format_asked_for(server, name, media):
    by_accept, by_name = server.query(GRAPH, media), server.ask("GET", f"/sparql?query={quote(GRAPH)}&_format={name}")
    assert by_accept.media == by_name.media == media
    assert by_accept.body == by_name.body
    assert b"urn:a" in by_accept.body


def test_text_formats_say_their_charset(server):
    assert server.query(SELECT, "text/csv").headers["content-type"] == "text/csv; charset=utf-8"
    assert server.query(GRAPH, "text/turtle").headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", ROWS["json"]),
        ("*/*", ROWS["json"]),
        ("text/*", "text/xml"),
        ("application/*;q=0.1, text/csv;q=0.2", "text/csv"),
        ("application/sparql-results+json;q=0.2, application/sparql-results+xml;q=0.9", ROWS["xml"]),
        ("application/sparql-results+json;q=0, */*", "application/json"),
        ("image/png, text/tab-separated-values;q=0.1", ROWS["tsv"]),
        ("application/json", "application/json"),
        ("TEXT/CSV", "text/csv"),
        ("nonsense", ROWS["json"]),
    ],
)
def test_rows_are_negotiated(server, accept, media):
    assert server.query(SELECT, accept).media == media


def test_triples_for_whoever_takes_any_application_have_a_registered_type(server):
    assert server.query(GRAPH, "application/*").media == "application/n-triples"


def test_the_family_of_formats_is_that_of_the_query(server):
    both = "application/sparql-results+xml, text/turtle"
    assert server.query(SELECT, both).media == ROWS["xml"]
    assert server.query(GRAPH, both).media == "text/turtle"
    assert server.query("ASK {}", both).media == ROWS["xml"]


@pytest.mark.parametrize(("query", "accept"), [(SELECT, "image/png"), (SELECT, "text/turtle"), (GRAPH, "text/csv")])
def test_what_is_not_offered_is_not_acceptable(server, query, accept):
    answer = server.query(query, accept)
    assert (answer.status, answer.media, answer.json()["code"]) == (406, "application/problem+json", "not-acceptable")


def test_an_unknown_name_of_a_format_is_a_mistake(server):
    answer = server.ask("GET", f"/sparql?query={quote(SELECT)}&format=pdf")
    assert (answer.status, answer.json()["code"]) == (400, "unknown-format")


def test_a_mistake_in_a_query_has_a_place(server):
    answer = server.query("SELECT * {\n  ?s ?p }")
    assert answer.status == 400
    assert answer.media == "application/problem+json"
    problem = answer.json()
    assert (problem["line"], problem["column"], problem["code"], problem["status"]) == (2, 10, "malformed", 400)


def test_prefixes_are_not_declared_over_http(server):
    answer = server.query("SELECT ?d { ?d a spasm:Drug }")
    assert answer.status == 400
    assert "spasm:" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/sparql?query=ASK{}&query=ASK{}", {}, None, 400),
        ("GET", "/sparql?quer=ASK{}", {}, None, 400),
        ("GET", "/sparql?query=ASK%20%7B%zz%7D", {}, None, 400),
        ("GET", "/sparql?query=%FF", {}, None, 400),
        ("GET", "/sparql?query=ASK%20{}%00", {}, None, 400),
        ("GET", "/sparql?update=CLEAR%20ALL", {}, None, 400),
        ("GET", "/sparql?query=CLEAR%20ALL", {}, None, 400),
        ("POST", "/sparql", FORM, "update=CLEAR+ALL", 400),
        ("POST", "/sparql", FORM, "query=ASK{}&query=ASK{}", 400),
        ("POST", "/sparql", FORM, "x=1", 400),
        ("POST", "/sparql?query=ASK{}", DIRECT, "ASK {}", 400),
        ("POST", "/sparql", DIRECT, "", 400),
        ("POST", "/sparql", DIRECT, b"ASK { ?s ?p '\xff' }", 400),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query; charset=utf-16"}, "ASK {}", 415),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, "ASK {}", 415),
        ("POST", "/sparql", {"Content-Type": "application/json"}, '{"query": "ASK {}"}', 415),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, "CLEAR ALL", 415),
        ("POST", "/sparql", {}, "ASK {}", 415),
        ("PUT", "/sparql", DIRECT, "ASK {}", 405),
        ("DELETE", "/sparql", {}, None, 405),
        ("PATCH", "/sparql", DIRECT, "ASK {}", 405),
        ("GET", "/nothing", {}, None, 404),
        ("GET", "/../sparql/../etc/passwd", {}, None, 404),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", {}, None, 404),
        ("GET", "/sparql%00", {}, None, 404),
        ("GET", "/sparql?query=ASK{}&default-graph-uri=no%20iri", {}, None, 400),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_one_shape_of_error(server, method, path, headers, body, status):
    answer = server.ask(method, path, headers, body)
    assert (answer.status, answer.media) == (status, "application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= set(problem)
    assert problem["status"] == status


def test_a_wrong_method_says_which_are_right(server):
    assert server.ask("DELETE", "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_head_has_the_headers_of_get_and_no_body(server):
    path, accept = f"/sparql?query={quote(SELECT)}", {"Accept": "text/csv"}
    got, head = server.ask("GET", path, accept), server.ask("HEAD", path, accept)
    assert head.body == b""
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == got.headers[name]
    large = "SELECT * { ?s ?p ?o . ?a ?b ?o } LIMIT 5000"
    assert server.ask("HEAD", f"/sparql?query={quote(large)}").status == 200


def test_text_survives_on_the_way(server):
    text = "é☃𝄞 <b>&\\n"
    for answer in (
        server.query(f'SELECT ?x {{ VALUES ?x {{ "{text}" }} }}'),
        server.post(f'SELECT ("{text}" AS ?x) {{}}'),
    ):
        assert answer.values("x") == ["é☃𝄞 <b>&\n"]


# ---- datasets ----


def test_the_request_names_the_dataset(server):
    claims, edges = "https://w3id.org/spasmkg/graph/claims", "https://w3id.org/spasmkg/graph/edges"

    def ask(query: str, *pairs: tuple[str, str]) -> bool:
        more = "".join(f"&{name}={quote(value, safe='')}" for name, value in pairs)
        return bool(server.ask("GET", f"/sparql?query={quote(query)}{more}").json()["boolean"])

    claim = "ASK { ?c a <https://w3id.org/spasmkg/Claim> }"
    named = "ASK { GRAPH ?g { ?c a <https://w3id.org/spasmkg/Claim> } }"
    assert ask(claim, ("default-graph-uri", claims))
    assert not ask(claim, ("default-graph-uri", edges))
    assert ask(claim, ("default-graph-uri", edges), ("default-graph-uri", claims))
    assert not ask(claim, ("named-graph-uri", claims))
    assert ask(named, ("named-graph-uri", claims))
    assert not ask(named, ("default-graph-uri", claims))
    inside = f"ASK FROM <{edges}> {{ ?c a <https://w3id.org/spasmkg/Claim> }}"
    assert not ask(inside)
    assert ask(inside, ("default-graph-uri", claims))  # the request goes before the query


# ---- caches ----


def test_what_a_client_has_is_not_sent_again(server):
    first = server.query(SELECT)
    etag = first.headers["etag"]
    path = f"/sparql?query={quote(SELECT)}"
    accept = {"Accept": ROWS["json"]}
    again = server.ask("GET", path, {**accept, "If-None-Match": f'"other", {etag}'})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert server.ask("GET", path, {**accept, "If-None-Match": '"other"'}).status == 200
    assert server.ask("GET", path, {"Accept": "text/csv", "If-None-Match": etag}).status == 200
    assert server.query(SELECT + " # other").headers["etag"] != etag
    assert "Accept" in first.headers["vary"]


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "n\\u006fw()"])
def test_what_changes_by_itself_has_no_tag(server, call):
    answer = server.query(f"SELECT ({call} AS ?x) {{}}")
    assert "etag" not in answer.headers


def test_answers_are_compressed_where_that_is_wanted(server):
    query = "SELECT * { ?s a ?o } ORDER BY ?s ?o LIMIT 2000"
    path = f"/sparql?query={quote(query)}"
    plain = server.ask("GET", path)
    packed = server.ask("GET", path, {"Accept-Encoding": "br, gzip;q=0.5"})
    assert packed.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body)) == plain.json()
    assert len(packed.body) < len(plain.body) / 4
    assert "content-encoding" not in server.ask("GET", path, {"Accept-Encoding": "gzip;q=0"}).headers
    assert "content-encoding" not in server.ask("GET", "/sparql?query=ASK{}", {"Accept-Encoding": "gzip"}).headers


def test_a_client_of_http_1_0_gets_no_chunks(server):
    rows = quote("SELECT ?s { ?s ?p ?o } LIMIT 20000")
    for query in (rows, quote(SELECT)):
        head, _, body = server.raw(f"GET /sparql?query={query}&format=csv HTTP/1.0\r\n\r\n".encode()).partition(
            b"\r\n\r\n"
        )
        assert head.startswith(b"HTTP/1.1 200 ")
        assert b"transfer-encoding" not in head
        assert body == server.ask("GET", f"/sparql?query={query}&format=csv").body


# ---- pages of other origins ----


def test_pages_of_any_origin_may_read(server):
    answer = server.ask("GET", "/sparql?query=ASK{}", {"Origin": "https://yasgui.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://yasgui.example", "Access-Control-Request-Method": "POST"}
    before = server.ask("OPTIONS", "/sparql", asked)
    assert before.status == 204
    assert before.headers["access-control-allow-origin"] == "*"
    assert "POST" in before.headers["access-control-allow-methods"]
    error = server.ask("GET", "/sparql?query=ASK{", {"Origin": "https://yasgui.example"})
    assert error.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_pages_of_other_origins_never_write(server):
    asked = {"Origin": "https://yasgui.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in server.ask("OPTIONS", "/update", asked).headers
    asked["Access-Control-Request-Method"] = "PUT"
    assert "access-control-allow-origin" not in server.ask("OPTIONS", "/store", asked).headers


def test_the_origins_may_be_named(tmp_path):
    with serve(tmp_path, "--cors", "https://a.example") as server:
        good = server.ask("GET", "/sparql?query=ASK{}", {"Origin": "https://a.example"})
        assert good.headers["access-control-allow-origin"] == "https://a.example"
        bad = server.ask("GET", "/sparql?query=ASK{}", {"Origin": "https://b.example"})
        assert "access-control-allow-origin" not in bad.headers
        none = server.ask("GET", "/sparql?query=ASK{}")
        assert "access-control-allow-origin" not in none.headers
        for answer in (good, bad, none):  # or a cache would give one what it keeps for another
            assert "Origin" in answer.headers["vary"]


# ---- what the server says of itself ----


def test_the_service_describes_itself(server):
    import rdflib

    answer = server.ask("GET", "/sparql", {"Accept": "text/turtle"})
    assert answer.media == "text/turtle"
    graph = rdflib.Graph().parse(data=answer.body, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    here = rdflib.URIRef(f"{server.url}sparql")
    assert (here, sd.endpoint, here) in graph
    assert (here, sd.supportedLanguage, sd.SPARQL11Query) in graph
    assert not list(graph.subjects(sd.supportedLanguage, sd.SPARQL11Update))
    names = {str(o) for o in graph.objects(None, sd.name)}
    assert "https://w3id.org/spasmkg/graph/claims" in names
    assert server.ask("GET", "/sparql?format=rdfxml").media == "application/rdf+xml"
    packed = server.ask("GET", "/sparql", {"Accept": "text/turtle", "Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body) == answer.body


def test_the_dataset_is_described(server):
    import rdflib

    answer = server.ask("GET", "/.well-known/void", {"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=answer.body, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    dataset = next(graph.subjects(void.sparqlEndpoint, rdflib.URIRef(f"{server.url}sparql")))
    assert int(graph.value(dataset, void.triples)) == server.count()
    parts = {graph.value(p, void["class"]): p for p in graph.objects(dataset, void.classPartition)}
    drug = parts[rdflib.URIRef("https://w3id.org/spasmkg/Drug")]
    assert int(graph.value(drug, void.entities)) == server.count("?d a <https://w3id.org/spasmkg/Drug>")
    inside = {graph.value(p, void.property) for p in graph.objects(drug, void.propertyPartition)}
    assert rdflib.URIRef("https://w3id.org/spasmkg/hasSideEffect") in inside
    assert (
        server.ask(
            "GET", "/.well-known/void", {"If-None-Match": answer.headers["etag"], "Accept": "text/turtle"}
        ).status
        == 304
    )


def test_behind_a_proxy_the_addresses_are_those_of_the_proxy(tmp_path):
    with serve(tmp_path, "--base-url", "https://kg.example/s/") as server:
        for path in ("/s/sparql", "/sparql"):
            assert b"<https://kg.example/s/sparql>" in server.ask("GET", path, {"Accept": "application/n-triples"}).body
            assert server.ask("GET", f"{path}?query=ASK{{}}").json()["boolean"] is True
        assert server.ask("GET", "/spasmodic/sparql").status == 404
        for path in ("/s/store/none", "/store/none"):  # a path may begin with the same letters
            assert server.ask("GET", path).status == 404


# ---- the log ----


def test_the_log_has_a_line_for_each_request_and_no_query(tmp_path):
    secret = "ASK { <urn:what-i-look-for> ?p ?o }"
    with serve(tmp_path) as server:
        server.query(secret)
        server.query("ASK {")
    lines = server.lines()
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/sparql", 200),
        ("GET", "/sparql", 400),
    ]
    assert lines[0]["query"] != lines[1]["query"]
    assert "what-i-look-for" not in server.log.read_text()
    with serve(tmp_path, "--log-queries") as server:
        server.query(secret)
    assert server.lines()[0]["text"] == secret
