"""Clients that others wrote, against the server: rdflib, SPARQLWrapper, curl, and what YASGUI sends."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from serving import TOKEN, form
from test_docs import BLOCK, commands, matches

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "serve-sparql.md"
THERE = "http://127.0.0.1:7878"
SPASM = rdflib.Namespace("https://w3id.org/spasmkg/")
EFFECTS = f"SELECT ?e {{ <{SPASM}dantrolene> <{SPASM}hasSideEffect> ?e }} ORDER BY ?e"
FOUND = [f"{SPASM}hepatotoxicity", f"{SPASM}muscle-weakness"]
G, A, B = (rdflib.URIRef(f"urn:{name}") for name in "gab")
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


@pytest.fixture
def written(writing):
    assert writing.update("DROP ALL").status == 204
    return writing


@pytest.fixture
def careless():
    """For what rdflib leaves open where the answer is an error: it is thrown away here, and not in the next test."""
    yield
    gc.collect()


left_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


# ---- the page ----


def blocks(server, language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8").replace(THERE, server.url.rstrip("/"))
    return [body for _, found, body in BLOCK.findall(text) if found == language]


@needs_curl
def test_the_commands_print_what_the_page_shows(server):
    found = [pair for body in blocks(server, "console") for pair in commands(body)]
    assert len(found) == 2
    for command, expected in found:
        shown = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=True).stdout
        assert matches(expected, shown.replace("\r", "")), f"$ {command}\n{shown}"


def test_the_python_of_the_page_prints_what_it_shows(server):
    pytest.importorskip("SPARQLWrapper")
    expected = [body for body in blocks(server, "text") if not body.startswith(("$ ", "spasmkg "))]
    for source, shown in zip(blocks(server, "python"), expected, strict=True):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(source, str(PAGE), "exec"), {})
        assert out.getvalue() == shown


def test_the_query_of_the_page_in_r_answers(server):
    (source,) = blocks(server, "r")
    (query,) = re.findall(r'query <- "(.*)"', source)
    (path,) = re.findall(r'paste0\(server, "([^"]+)"', source)
    answer = server.ask("GET", path + quote(query, safe=""))
    assert answer.media == "text/csv"
    assert sorted(answer.body.decode().split("\r\n")[1:-1]) == FOUND


@needs_curl
def test_the_writing_of_the_page_works(written, tmp_path, monkeypatch):
    (source,) = [body for body in blocks(written, "text") if "$TOKEN" in body]
    (tmp_path / "mine.ttl").write_text("<urn:a> <urn:b> 2 , 3 .")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOKEN", TOKEN)
    counts = []
    for command in re.sub(r"\\\n *", "", source).strip().split("\n"):
        subprocess.run(["sh", "-c", command.removeprefix("$ ") + " -sSf"], timeout=60, check=True)
        counts.append(written.count("GRAPH <https://example.org/mine> { ?s ?p ?o }"))
    assert counts == [1, 2]


# ---- rdflib ----


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks(server, method):
    graph = rdflib.Graph(SPARQLStore(f"{server.url}sparql", method=method))
    assert [str(row.e) for row in graph.query(EFFECTS)] == FOUND
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    built = graph.query(f"CONSTRUCT {{ ?e a <urn:e> }} WHERE {{ <{SPASM}dantrolene> <{SPASM}hasSideEffect> ?e }}").graph
    assert sorted(map(str, built.subjects())) == FOUND
    assert sorted(map(str, graph.objects(SPASM.dantrolene, SPASM.hasSideEffect))) == FOUND
    assert (SPASM.dantrolene, SPASM.hasSideEffect, SPASM.nothing) not in graph


def test_rdflib_sees_the_layers(server):
    store = SPARQLStore(f"{server.url}sparql", context_aware=True)
    claims = rdflib.Graph(store, SPASM["graph/claims"])
    assert len(list(claims.subjects(rdflib.RDF.type, SPASM.Claim))) == server.count(f"?c a <{SPASM}Claim>")
    assert list(rdflib.Graph(store, SPASM["graph/edges"]).subjects(rdflib.RDF.type, SPASM.Claim)) == []


@left_open
def test_rdflib_is_told_of_a_mistake(server, careless):
    from urllib.error import HTTPError

    graph = rdflib.Graph(SPARQLStore(f"{server.url}sparql"))
    with pytest.raises((ValueError, HTTPError)) as error:
        list(graph.query("SELECT * { ?s <urn:x> }"))
    if isinstance(error.value, HTTPError):
        error.value.close()


@left_open
def test_rdflib_writes_with_the_token_only(written, careless):
    addresses = (f"{written.url}sparql", f"{written.url}update")
    mine = SPARQLUpdateStore(*addresses, headers={"Authorization": f"Bearer {TOKEN}"})
    dataset = rdflib.Dataset(mine)
    graph = dataset.graph(G)
    graph.add((A, B, rdflib.Literal("é\n\"'\\")))
    mine.commit()
    assert list(graph) == [(A, B, rdflib.Literal("é\n\"'\\"))]
    graph.remove((A, None, None))
    mine.commit()
    assert written.count("GRAPH ?g { ?s ?p ?o }") == 0
    stranger = SPARQLUpdateStore(*addresses)
    with pytest.raises(Exception, match="401") as error:  # noqa: PT012
        stranger.update("INSERT DATA { <urn:a> <urn:b> 1 }")
        stranger.commit()
    getattr(error.value, "close", lambda: None)()
    assert written.count() == 0


# ---- SPARQLWrapper ----


@pytest.fixture
def wrapper():
    return pytest.importorskip("SPARQLWrapper")


def converted(client):
    """What the client makes of the answer; it does not close what it has read."""
    answer = client.query()
    with contextlib.closing(answer.response):
        return answer.convert()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("manner", ["urlencoded", "postdirectly"])
def test_sparqlwrapper_asks(server, wrapper, method, manner):
    client = wrapper.SPARQLWrapper(f"{server.url}sparql")
    client.setMethod(method)
    client.setRequestMethod(manner)
    client.setQuery(EFFECTS)
    client.setReturnFormat("json")
    rows = converted(client)["results"]["bindings"]
    assert [row["e"]["value"] for row in rows] == FOUND
    client.setReturnFormat("xml")
    values = [n.firstChild.data for n in converted(client).getElementsByTagName("uri")]
    assert values == FOUND
    client.setReturnFormat("csv")
    assert converted(client).decode().split("\r\n")[1:-1] == FOUND
    client.setReturnFormat("tsv")
    assert converted(client).decode().splitlines()[1:] == [f"<{iri}>" for iri in FOUND]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # SPARQLWrapper 2.0 makes one
@pytest.mark.parametrize("media", ["turtle", "xml", "json-ld", "n3"])
def test_sparqlwrapper_builds_graphs(server, wrapper, media):
    client = wrapper.SPARQLWrapper(f"{server.url}sparql")
    client.setQuery(
        f"CONSTRUCT {{ <{SPASM}dantrolene> <{SPASM}hasSideEffect> ?e }} WHERE {{ <{SPASM}dantrolene> <{SPASM}hasSideEffect> ?e }}"
    )
    client.setReturnFormat(media)
    found = converted(client)
    if isinstance(found, bytes | str):
        found = rdflib.Graph().parse(data=found, format={"n3": "turtle"}.get(media, media))
    assert sorted(map(str, found.objects())) == FOUND


def test_sparqlwrapper_names_the_dataset(server, wrapper):
    client = wrapper.SPARQLWrapper(f"{server.url}sparql")
    client.setReturnFormat("json")
    client.setQuery(f"ASK {{ ?c a <{SPASM}Claim> }}")
    client.addDefaultGraph(f"{SPASM}graph/edges")
    assert converted(client)["boolean"] is False
    client.addDefaultGraph(f"{SPASM}graph/claims")
    assert converted(client)["boolean"] is True


def test_sparqlwrapper_is_told_of_a_mistake(server, wrapper):
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    client = wrapper.SPARQLWrapper(f"{server.url}sparql")
    client.setQuery("SELECT * { ?s <urn:x> }")
    with pytest.raises(QueryBadFormed, match="malformed"):
        client.query()


def test_sparqlwrapper_writes_with_the_token_only(written, wrapper):
    from SPARQLWrapper.SPARQLExceptions import Unauthorized

    client = wrapper.SPARQLWrapper(f"{written.url}update")
    client.setMethod("POST")
    client.setQuery("INSERT DATA { <urn:a> <urn:b> 1 }")
    with pytest.raises(Unauthorized):
        client.query()
    client.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    client.query().response.close()
    assert written.count() == 1


# ---- curl ----


def curl(*arguments: str) -> str:
    return subprocess.run(["curl", "-sS", *arguments], capture_output=True, text=True, timeout=60, check=True).stdout


@needs_curl
def test_curl_asks_in_every_way(server):
    there = f"{server.url}sparql"
    accept = ("-H", "Accept: application/sparql-results+json")
    ways = [
        ("-G", there, "--data-urlencode", f"query={EFFECTS}"),
        (there, "--data-urlencode", f"query={EFFECTS}"),
        (there, "-H", "Content-Type: application/sparql-query", "--data-binary", EFFECTS),
        ("--compressed", "--http1.0", "-G", there, "--data-urlencode", f"query={EFFECTS}"),
        ("-H", "Expect: 100-continue", there, "--data-urlencode", f"query={EFFECTS}"),
        ("-H", "Transfer-Encoding: chunked", "-H", "Content-Type: application/sparql-query", "-d", EFFECTS, there),
    ]
    for way in ways:
        found = json.loads(curl(*accept, *way))
        assert [row["e"]["value"] for row in found["results"]["bindings"]] == FOUND, way


@needs_curl
def test_curl_asks_for_what_is_new_only(server):
    there = f"{server.url}sparql?query={quote(EFFECTS)}"
    head = curl("-I", there)
    (etag,) = re.findall(r"(?im)^etag: (.*?)\r?$", head)
    status = ("-o", "/dev/null", "-w", "%{http_code}")
    assert curl(*status, "-H", f"If-None-Match: {etag}", there) == "304"
    assert curl(*status, "-H", 'If-None-Match: "x"', there) == "200"


@needs_curl
def test_curl_puts_and_gets_a_graph(written, tmp_path):
    (tmp_path / "x.nt").write_text("<urn:a> <urn:b> <urn:c> .\n")
    there, bearer = f"{written.url}store?graph=urn:g", ("-H", f"Authorization: Bearer {TOKEN}")
    status = ("-o", "/dev/null", "-w", "%{http_code}")
    upload = ("-T", str(tmp_path / "x.nt"), "-H", "Content-Type: application/n-triples", there)
    assert curl(*status, *upload) == "401"
    assert curl(*status, *bearer, *upload) == "201"
    assert curl("-H", "Accept: application/n-triples", there) == "<urn:a> <urn:b> <urn:c> .\n"
    assert curl(*status, *bearer, "-X", "DELETE", there) == "204"
    assert curl(*status, there) == "404"


# ---- YASGUI and the editor of the SIB ----

BROWSER = {
    "Origin": "https://yasgui.example",
    "Referer": "https://yasgui.example/",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept-Encoding": "identity",
    "Accept-Language": "en-GB,en;q=0.5",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "cross-site",
}
SELECTS, GRAPHS, OLD_GRAPHS, UPDATES = (
    "application/sparql-results+json,*/*;q=0.9",
    "application/n-triples,*/*;q=0.9",
    "text/turtle,*/*;q=0.9",
    "text/plain,*/*;q=0.9",
)
POSTED = {"Content-Type": "application/x-www-form-urlencoded", **BROWSER}


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (EFFECTS, SELECTS, "application/sparql-results+json"),
        ("ASK { ?s ?p ?o }", SELECTS, "application/sparql-results+json"),
        (f"CONSTRUCT WHERE {{ <{SPASM}baclofen> ?p ?o }}", GRAPHS, "application/n-triples"),
        (f"DESCRIBE <{SPASM}baclofen>", OLD_GRAPHS, "text/turtle"),
        (EFFECTS, OLD_GRAPHS, "application/sparql-results+json"),
    ],
)
def test_what_yasgui_sends_is_answered(server, query, accept, media):
    posted = server.ask("POST", "/sparql", {**POSTED, "Accept": accept}, form(query=query))
    got = server.ask("GET", f"/sparql?{form(query=query)}", {**BROWSER, "Accept": accept})
    for answer in (posted, got):
        assert (answer.status, answer.media) == (200, media)
        assert answer.headers["access-control-allow-origin"] == "*"
    assert sorted(posted.body.splitlines()) == sorted(got.body.splitlines())


def test_yasgui_may_name_graphs(server):
    query = f"SELECT (COUNT(*) AS ?n) {{ ?c a <{SPASM}Claim> }}"
    body = form(query=query) + "&" + form(**{"default-graph-uri": f"{SPASM}graph/edges"})
    assert server.ask("POST", "/sparql", {**POSTED, "Accept": SELECTS}, body).values("n") == ["0"]


def test_yasgui_shows_a_mistake(server):
    answer = server.ask("POST", "/sparql", {**POSTED, "Accept": SELECTS}, form(query="SELECT * {"))
    assert answer.status == 400
    assert answer.headers["access-control-allow-origin"] == "*"  # else the page learns nothing
    assert answer.json()["line"] == 1


def test_yasgui_elsewhere_cannot_write(written):
    update = form(update="INSERT DATA { <urn:a> <urn:b> 1 }")
    for path in ("/sparql", "/update"):
        answer = written.ask("POST", path, {**POSTED, "Accept": UPDATES}, update)
        assert answer.status in (400, 401)
    before = {**BROWSER, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    assert "access-control-allow-origin" not in written.ask("OPTIONS", "/update", before).headers
    assert written.count() == 0


def test_the_editor_of_the_sib_finds_example_queries(server):
    """As it asks for them, with its own parameter ``ac``."""
    sh = "http://www.w3.org/ns/shacl#"
    example = f"?sq a <{sh}SPARQLExecutable> ; <{sh}select>|<{sh}ask>|<{sh}construct> ?query"
    query = f"SELECT DISTINCT ?sq ?query {{ {{ {example} }} UNION {{ GRAPH ?g {{ {example} }} }} }}"
    accept = {**BROWSER, "Accept": "application/json"}
    found = server.ask("GET", f"/sparql?{form(format='json', ac='1', query=query)}", accept)
    examples = found.values("query")
    assert len(examples) > 100
    assert server.post(examples[0]).status == 200


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        ("[] sh:namespace ?namespace ; sh:prefix ?prefix", 20),
        ("?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query", 100),
        ("?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop", 100),
        ("?cp void:propertyPartition ?pp . ?pp void:classPartition [ void:class ?objectClass ]", 100),
        ("?cp void:propertyPartition ?pp . ?pp ext:datatypePartition [ ext:datatype ?objectDatatype ]", 100),
    ],
)
def test_the_editor_of_the_sib_finds_what_it_offers(server, pattern, least):
    """It asks by a query and, where that has no rows, puts the same query to the description of the service."""
    prefixes = "".join(
        f"PREFIX {name}: <{iri}> "
        for name, iri in {
            "sh": "http://www.w3.org/ns/shacl#", "void": "http://rdfs.org/ns/void#", "rdfs": str(rdflib.RDFS),
            "ext": "http://ldf.fi/void-ext#",
        }.items()
    )  # fmt: skip
    query = f"{prefixes}SELECT DISTINCT * {{ {pattern} }}"
    accept = {**BROWSER, "Accept": "application/sparql-results+json"}
    asked = server.ask("GET", f"/sparql?{form(ac='1', query=query)}", accept)
    assert asked.json()["results"]["bindings"] == []  # the default graph stays what the article says
    accept["Accept"] = "application/n-quads,application/trig;q=0.95,application/n-triples;q=0.8,text/turtle;q=0.6"
    told = server.ask("GET", "/sparql", accept)
    assert told.media == "application/n-quads"
    assert told.headers["access-control-allow-origin"] == "*"
    assert len(rdflib.Graph().parse(data=told.body, format="nt").query(query)) > least
    named = "&".join(f"default-graph-uri={quote(SPASM + 'graph/' + name, safe='')}" for name in ("void", "questions"))
    accept["Accept"] = "application/sparql-results+json"
    rows = server.ask("GET", f"/sparql?{named}&{form(query=query)}", accept).json()["results"]["bindings"]
    assert len(rows) > least
