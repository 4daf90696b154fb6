"""The SPARQL editor without scripts, and what its script is told."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from serving import heavy, serve, until, writable

from spasmkg.web.tasks.answering import MOST_ROWS, place_in

DRUGS = """PREFIX spasm: <https://w3id.org/spasmkg/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?drug ?label WHERE { ?drug a spasm:Drug ; rdfs:label ?label } ORDER BY ?label"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def page(server, text="", **more):
    values = {"query": text, **more} if text else more
    return server.ask("GET", f"/query?{urlencode(values)}", {"Accept": "text/html"})


def asked(server, text):
    answer = server.ask("POST", "/query", FORM, urlencode({"query": text}))
    assert answer.media == "application/json", answer.body
    return answer.json()


def words(html):
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<script.*?</script>", "", html)))


def test_a_form_and_the_examples_stand_there_before_anything_was_asked(server):
    answer = page(server)
    text = answer.body.decode()
    assert (answer.status, answer.media) == (200, "text/html")
    assert 'action="/query" method="get"' in text
    assert 'name="query"' in text
    assert 'href="/query?example=drug-side-effects"' in text
    assert "<table" not in text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "style=" not in text


def test_the_table_stands_under_the_form(server):
    text = page(server, DRUGS).body.decode()
    assert "10 rows, complete" in words(text) or re.search(r"\d+ rows, complete", words(text))
    assert 'href="/id/baclofen"' in text
    assert unescape(re.search(r"(?s)<textarea[^>]*>\n(.*?)</textarea>", text)[1]) == DRUGS
    for name in ("csv", "tsv", "json", "xml"):
        assert f"/sparql?query={quote('PREFIX')}" in text
        assert f"format={name}" in text


def test_the_page_has_what_the_endpoint_answers(server):
    shown = asked(server, DRUGS)
    rows = server.query(DRUGS).json()["results"]["bindings"]
    assert [[row[0]["value"], row[1]["value"]] for row in shown["rows"]] == [
        [r["drug"]["value"], r["label"]["value"]] for r in rows
    ]
    assert shown["complete"] is True
    assert len(shown["shown"]) == len(rows)


def test_an_answer_is_cut_and_says_so(server):
    cut = "SELECT * { ?s ?p ?o }"
    found = asked(server, cut)
    assert (found["complete"], len(found["rows"]), found["columns"]) == (False, MOST_ROWS, ["s", "p", "o"])
    text = page(server, cut).body.decode()
    assert "1,000 rows shown, more exist" in words(text)
    assert "Cut for display." in words(text)
    whole = asked(server, f"{cut} LIMIT {MOST_ROWS}")
    assert (whole["complete"], len(whole["rows"])) == (True, MOST_ROWS)


def test_pages_are_links(server):
    text = page(server, "SELECT * { ?s ?p ?o } LIMIT 120").body.decode()
    assert text.count('<tr role="row">', 0, text.index("query-data")) == 51
    last = re.search(r'href="([^"]+)">Last</a>', text)
    end = server.ask("GET", unescape(last[1]), {"Accept": "text/html"}).body.decode()
    assert "Rows 101 to 120 of 120" in words(end)
    assert end.count('<tr role="row">', 0, end.index("query-data")) == 21


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999", "٣"])
def test_a_page_that_is_not_there_is_the_nearest(server, number):
    assert page(server, DRUGS, page=number).status == 200


def test_a_mistake_is_shown_at_its_place_with_the_prefix_that_is_missing(server):
    text = "SELECT * {\n  ?s skos:exactMatch ?o }"
    found = asked(server, text)["problem"]
    assert (found["code"], found["line"], found["column"]) == ("malformed", 2, 6)
    assert text.split("\n")[1][5 : 5 + found["length"]] == "skos:exactMatch"
    assert (found["prefix"], found["iri"]) == ("skos", "http://www.w3.org/2004/02/skos/core#")
    told = words(page(server, text).body.decode())
    assert "Line 2, column 6." in told
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in told
    assert "iri" not in asked(server, "SELECT * { ?s nowhere:x ?o }")["problem"]


def test_the_endpoint_names_the_missing_prefix_too(server):
    found = server.query("SELECT * { ?s skos:exactMatch ?o }").json()
    assert (found["prefix"], found["iri"]) == ("skos", "http://www.w3.org/2004/02/skos/core#")
    assert "prefix" not in server.query("SELECT * { ?s ?p }").json()


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("SELECT * { ?s ?p ; }", "}"),
        ("SELECT * { ?s ?p ?o . FILTER(FOO(?s)) }", "}"),
        ("ASK { ?s ?p ?o", "?o"),
        ("ASK { 'é𝄞' foo:bar ?o }", "foo:bar"),
        ("ASK { ?s ?p 'a\u2028b' .\n ?a foo:bar ?o }", "foo:bar"),
        ("", ""),
    ],
)
def test_a_mistake_has_a_place_in_the_text(server, text, marked):
    found = asked(server, text)["problem"]
    lines = text.split("\n")
    line = lines[found["line"] - 1] if text else ""
    assert line[found["column"] - 1 :][: found["length"]] == marked


def test_no_place_is_outside_of_the_text():
    text = "ASK {\n ?s\r\n # why\n}\n"
    for line in range(1, 7):
        for column in range(1, 12):
            found = place_in(text, line, column)
            assert found["line"] >= 1 <= found["column"]
            assert found["length"] >= 1


def test_a_triple_is_a_term_too(server):
    for query, place in (("SELECT (TRIPLE(<urn:a>, <urn:b>, 'c') AS ?t) {}", 0),
                         ("CONSTRUCT { <urn:r> <urn:p> <<( <urn:a> <urn:b> 'c' )>> } {}", 2)):  # fmt: skip
        found = asked(server, query)
        assert found["rows"][0][place] == {"type": "literal", "value": '<<( <urn:a> <urn:b> "c" )>>'}
        assert "&lt;urn:b&gt;" in page(server, query).body.decode()


def test_other_forms_of_query_have_their_own_answers(server):
    truth = asked(server, "ASK { ?s ?p ?o }")
    assert (truth["kind"], truth["truth"], truth["says"][0]) == ("truth", True, "yes")
    assert "Yes: the data hold this." in words(page(server, "ASK { ?s ?p ?o }").body.decode())
    made = 'CONSTRUCT { ?s <x:y> "a\\n\\"b\\""@en , 2.5 , _:z } WHERE { BIND(<x:s> AS ?s) }'
    graph = asked(server, made)
    assert (graph["kind"], graph["columns"]) == ("graph", ["subject", "predicate", "object"])
    objects = [row[2] for row in graph["rows"]]
    assert {"type": "literal", "value": 'a\n"b"', "xml:lang": "en"} in objects
    assert {"type": "literal", "value": "2.5", "datatype": "http://www.w3.org/2001/XMLSchema#decimal"} in objects
    assert [name for _, _, name in graph["downloads"]] == ["turtle", "ntriples", "jsonld"]
    assert "Nothing in the data fits" in words(page(server, "SELECT * { <x:no> ?p ?o }").body.decode())


def test_every_download_of_a_page_is_there(server):
    for text in (DRUGS, "ASK { }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"):
        for address, _, _ in asked(server, text)["downloads"]:
            answer = server.ask("GET", address)
            assert answer.status == 200, address
            assert answer.body


def test_an_example_is_put_into_the_editor_and_not_run(server):
    text = page(server, example="drug-side-effects").body.decode()
    assert "#+ summary: Which side effects does a drug have?" in unescape(text)
    assert "<table" not in text
    assert "No example is called" in words(page(server, example="<b>x").body.decode())
    assert "<b>x" not in page(server, example="<b>x").body.decode()


def test_what_calls_another_server_is_refused_on_the_page(server):
    found = asked(server, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert found["problem"]["code"] == "refused"
    assert asked(server, "ASK " + "{" * 300 + "}" * 300)["kind"] == "problem"


def test_nothing_of_an_answer_is_html(server):
    bad = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
    text = f"SELECT ('{bad}' AS ?x) (IRI('javascript:alert(3)') AS ?y) ('a'@en AS ?z) {{ }}"
    html = page(server, text).body.decode()
    assert "<img" not in html
    assert html.count("<script") == html.count("</script>")
    assert "alert(2)</script>" not in html.replace(quote(bad), "")
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', html)).replace(quote(text), "")
    assert asked(server, text)["rows"][0][0]["value"] == bad
    assert all("<img" not in row and "<script" not in row for row in asked(server, text)["shown"])


def test_the_data_in_the_page_are_the_answer_that_the_script_gets(server):
    html = page(server, DRUGS).body.decode()
    held = json.loads(re.search(r'(?s)id="query-data">(.*?)</script>', html)[1])
    told = asked(server, DRUGS)
    for found in (held, told):
        del found["seconds"]
        found["says"][1] = ""
    assert held == told


@pytest.mark.parametrize(
    ("accept", "status"), [("text/html,application/xhtml+xml,*/*;q=0.8", 303), ("*/*", 200), ("text/turtle", 200)]
)
def test_a_browser_at_the_endpoint_is_sent_to_the_editor(server, accept, status):
    answer = server.ask("GET", "/sparql", {"Accept": accept})
    assert answer.status == status
    if status == 303:
        assert answer.headers["location"] == f"{server.url.rstrip('/')}/query"


def test_a_request_that_is_none_is_told_so(server):
    assert server.ask("POST", "/query", FORM, "x=1").json()["code"] == "malformed"
    assert server.ask("POST", "/query", {"Content-Type": "application/json"}, "{}").status == 415
    assert server.ask("POST", "/query", FORM, "query=" + "a" * 300_000).status == 413
    assert server.ask("GET", "/query?query=a&query=b", {"Accept": "text/html"}).status == 400
    assert server.ask("GET", "/query", {"Accept": "text/turtle"}).status == 406


def test_a_query_that_is_late_leaves_the_form_with_its_text(tmp_path):
    with serve(tmp_path, *writable(tmp_path, "--timeout", "3")) as quick:
        quick.update("INSERT DATA { " + " ".join(f"<x:{i}> <x:p> {i} ." for i in range(1500)) + " }")
        text = heavy("late")
        answer = page(quick, text)
        assert answer.status == 200
        assert "longer than 3 s" in words(answer.body.decode())
        assert "urn:late" in answer.body.decode()
        assert quick.ask("POST", "/query", FORM, urlencode({"query": heavy("other")})).status == 504


def test_a_client_that_hangs_up_stops_its_query(server):
    body = urlencode({"query": heavy("gone")})
    with server.connect() as sock:
        sock.sendall(
            f"POST /query HTTP/1.1\r\nHost: h\r\nContent-Type: {FORM['Content-Type']}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        until(lambda: any(w["workers"] > w["idle"] for w in server.health()["workers"].values()))
    until(lambda: all(w["workers"] == w["idle"] for w in server.health()["workers"].values()))


def test_the_page_is_known_to_who_has_it(server):
    first = page(server, DRUGS)
    where = f"/query?{urlencode({'query': DRUGS})}"
    assert server.ask("GET", where, {"Accept": "text/html", "If-None-Match": first.headers["etag"]}).status == 304
    assert "etag" not in page(server, "SELECT (RAND() AS ?x) { }").headers


def test_behind_a_proxy_every_address_has_its_prefix(tmp_path):
    with serve(tmp_path, "--base-url", "https://a.example/kg") as other:
        text = page(other, DRUGS).body.decode()
        found = re.findall(r'(?:href|src|action|data-run|data-api|data-sparql)="(/[^"]*)"', text)
        assert len(found) > 200
        assert [at for at in found if not at.startswith("/kg/")] == []
        assert all(at.startswith("/kg/sparql?") for at, _, _ in asked(other, DRUGS)["downloads"])


def test_what_the_page_needs_at_first_is_small(server):
    """The scripts that are loaded before the page shows; the editor itself and the drawing come after."""
    html = page(server).body.decode()
    wanted = [unescape(at) for at in re.findall(r'<script[^>]* src="([^"]+)"', html)]
    size, seen = 0, set()
    while wanted:
        at = wanted.pop()
        if at in seen:
            continue
        seen.add(at)
        size += len(server.ask("GET", at, {"Accept-Encoding": "gzip"}).body)
        source = server.ask("GET", at).body.decode()
        near = re.findall(r'^(?:import|export)\b[^;]*?from "\./([^"]+)"', source, re.MULTILINE)
        wanted += [f"{at.rpartition('/')[0]}/{name}" for name in near]
    assert len(seen) > 6
    assert size < 40_000
    assert not any("vendor" in at for at in seen)
