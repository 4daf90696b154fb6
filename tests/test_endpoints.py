"""The address of an endpoint, and one call of it: what an endpoint may do wrong, and that nothing hangs or grows."""

from __future__ import annotations

import json
import socket
import threading
import time

import loopback
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg import __version__, endpoints
from spasmkg.endpoints import Budget, Value, normal, select
from spasmkg.errors import ServiceError, UsageError
from spasmkg.store import memory

ANSWER = {
    "head": {"vars": ["x", "l"]},
    "results": {"bindings": [{"x": {"type": "uri", "value": "a:1"}, "l": {"type": "literal", "value": "one"}}]},
}


@pytest.fixture(scope="module")
def server():
    with loopback.rogue() as made:
        yield made


def answer(server, body, status=200, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    server.answers["here"] = (status, {k.replace("_", "-"): v for k, v in headers.items()}, data)
    return select(server.url("here"), "SELECT * {}", Budget.of(30), "0")


# ---- addresses ----


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("https://example.org/sparql", "https://example.org/sparql"),
        ("HTTPS://EXAMPLE.org/Sparql", "https://example.org/Sparql"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://example.org:0443/?a=B", "https://example.org/?a=B"),
        ("http://[::1]:7878/query", "http://[::1]:7878/query"),
    ],
)
def test_an_address_has_one_form(written, form):
    assert normal(written) == form
    assert normal(form) == form


@pytest.mark.parametrize(
    "written",
    [
        "", "example.org/sparql", "ftp://example.org/", "file:///etc/passwd", "http:example.org", "http://",
        "https://user@example.org/", "https://user:password@example.org/", "https://example.org/#top",
        "https://example.org:0/", "https://example.org:65536/", "https://example.org:/", "https://exämple.org/",
        "https://example.org/a b", "https://example.org/\n", " https://example.org/", "https://example.org\\@b.example/",
        "https://example.org/\\u0041", "https://[::1/", "https://example.org/ä", "https://example.org/%",
        "https://example.org/%zz", "http://１２７.0.0.1/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(written):
    with pytest.raises(UsageError, match="not the address of an endpoint"):
        normal(written)


@pytest.mark.parametrize(
    "other",
    [
        "http://localhost/", "http://127.1/", "http://0x7f.0.0.1/", "http://2130706433/", "http://127.0.0.1./",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "https://127.0.0.1/", "http://127.0.0.1:8080/",
        "http://127.0.0.1/x/..", "http://127.0.0.1//", "http://127.0.0.1/%2F", "http://127.0.0.1/?",
    ],
)  # fmt: skip
def test_other_spellings_of_a_place_are_other_addresses(other):
    assert normal(other) != normal("http://127.0.0.1/")


# ---- what is sent ----


def test_a_call_sends_the_query_and_the_name_of_this_program_and_nothing_else(server, monkeypatch):
    for variable in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):  # a proxy of the environment is not used
        monkeypatch.setenv(variable, "http://127.0.0.1:9/")
    server.asked.clear()
    server.answers["here"] = (200, {}, json.dumps(ANSWER).encode())
    table = select(server.url("here?format=json"), "SELECT * { ?x ?l 'ä&=' }", Budget.of(30), "0")
    assert table.variables == ("x", "l")
    assert table.rows == ({"x": Value("a:1", is_iri=True), "l": Value("one")},)
    ((path, headers, query),) = server.asked
    assert (path, query) == ("/here?format=json", "SELECT * { ?x ?l 'ä&=' }")
    assert headers.pop("user-agent") == f"spasmkg/{__version__} (https://w3id.org/spasmkg/)"
    assert set(headers) == {"host", "accept", "accept-encoding", "content-type", "content-length", "connection"}
    assert headers["accept-encoding"] == "identity"


# ---- what an endpoint does wrong ----


@pytest.mark.parametrize("path", ["silence", "drip", "slow-head"])
def test_the_deadline_holds_for_an_endpoint_that_is_silent_or_slow(server, path):
    with pytest.raises(ServiceError, match=r"no whole answer within 0\.2 s"):
        select(server.url(path), "SELECT * {}", Budget.of(0.2), "0")


def test_the_deadline_holds_for_a_name_server(monkeypatch):
    waiting = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: waiting.wait() or [])
    with pytest.raises(ServiceError, match=r"no whole answer within 0\.1 s"):
        select("http://example.org/", "SELECT * {}", Budget.of(0.1), "0")
    waiting.set()


def test_a_host_that_nobody_knows(monkeypatch):
    def unknown(*arguments, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ServiceError, match="its host is not known"):
        select("http://example.org/", "SELECT * {}", Budget.of(30), "0")


def test_each_address_of_a_host_is_tried(server, monkeypatch):
    server.answers["here"] = (200, {}, json.dumps(ANSWER).encode())
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in (9, server.server_port)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert select("http://example.org/here", "SELECT * {}", Budget.of(30), "0").variables == ("x", "l")


def test_one_deadline_holds_for_several_calls(server):
    server.answers["here"] = (200, {}, json.dumps(ANSWER).encode())
    spent = Budget(until=time.monotonic(), allowed=5)
    with pytest.raises(ServiceError, match="within 5 s"):
        select(server.url("silence"), "SELECT * {}", spent, "0")


def test_an_answer_without_end_is_cut_off(server):
    with pytest.raises(ServiceError, match="larger than 16 MiB"):
        select(server.url("flood"), "SELECT * {}", Budget.of(60), "0")


def test_one_size_holds_for_several_answers(server):
    server.answers["here"] = (200, {}, json.dumps(ANSWER).encode())
    budget = Budget.of(30)
    budget.bytes = len(json.dumps(ANSWER))
    select(server.url("here"), "SELECT * {}", budget, "0")
    with pytest.raises(ServiceError, match="larger"):
        select(server.url("here"), "SELECT * {}", budget, "0")


def test_more_rows_than_are_taken(server):
    budget = Budget.of(30)
    budget.rows = 0
    server.answers["here"] = (200, {}, json.dumps(ANSWER).encode())
    with pytest.raises(ServiceError, match="more than 100,000 rows"):
        select(server.url("here"), "SELECT * {}", budget, "0")


def test_no_redirect_is_followed(server):
    server.asked.clear()
    for status in (301, 302, 303, 307, 308):
        with pytest.raises(ServiceError, match=r"redirects to http://b\.example/, which is not followed"):
            answer(server, b"", status, Location="http://b.example/")
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    ("status", "headers", "body", "reason"),
    [
        (500, {}, b"no \x1b[2J\nmemory", r"answered 500 Internal Server Error: no \[2J memory"),
        (400, {}, b"x" * 10_000, "x…; "),
        (404, {}, b"", "answered 404 Not Found; "),
        (204, {}, b"", "answered 204"),
        (200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>", "answered with text/html, not with"),
        (200, {"Content-Type": ""}, json.dumps(ANSWER).encode(), "answered with no type"),
        (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b", "packed as gzip"),
        (200, {}, b"", "not a SPARQL result"),
        (200, {}, b"<sparql/>", "not a SPARQL result"),
        (200, {}, b"\xff\xfe\x00", "not a SPARQL result"),
        (200, {}, json.dumps(ANSWER).encode()[:-1], "not a SPARQL result"),
        (200, {}, b"[" * 100_000, "not a SPARQL result"),
        (200, {}, b'{"head":{"vars":["x"]},"results":{"bindings":' + b'[{"x":' * 50_000, "not a SPARQL result"),
        (200, {}, b'{"head":{},"boolean":true}', "not a SPARQL result"),
    ],
    ids=lambda v: str(v)[:30],
)
def test_a_wrong_answer_is_named(server, status, headers, body, reason):
    with pytest.raises(ServiceError, match=reason):
        answer(server, body, status, **headers)


@pytest.mark.parametrize("path", ["half", "half-chunked", "hang-up"])
def test_a_connection_that_breaks_off(server, path):
    with pytest.raises(ServiceError, match="closed the connection before the answer was whole"):
        select(server.url(path), "SELECT * {}", Budget.of(30), "0")


def test_what_is_not_http(server):
    with pytest.raises(ServiceError, match="does not speak HTTP"):
        select(server.url("gibberish"), "SELECT * {}", Budget.of(30), "0")


def test_nobody_there():
    with pytest.raises(ServiceError, match="nothing answers there") as caught:
        select("http://127.0.0.1:9/sparql", "SELECT * {}", Budget.of(30), "0")
    assert caught.value.endpoint == "http://127.0.0.1:9/sparql"
    assert caught.value.reason == "nothing answers there"
    assert isinstance(caught.value, OSError)


def test_a_certificate_is_checked(tmp_path):
    with loopback.untrusted(tmp_path) as url, pytest.raises(ServiceError, match="certificate is not valid"):
        select(url, "SELECT * {}", Budget.of(30), "0")


# ---- terms ----


@pytest.mark.parametrize(
    "term",
    [
        {"type": "uri", "value": "relative"}, {"type": "uri", "value": "a:b> { } <c:d"}, {"type": "uri", "value": "a: b"},
        {"type": "literal", "value": "x", "xml:lang": "en} "}, {"type": "literal", "value": "x", "datatype": "no iri"},
        {"type": "literal", "value": 5}, {"type": "literal"}, {"value": "x"}, {"type": "thing", "value": "x"}, "x", None,
        {"type": "literal", "value": "\ud800"}, {"type": "triple", "value": {}}, {"type": "uri", "value": "a:\ud800"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_term_is_refused(server, term):
    with pytest.raises(ServiceError, match="not a SPARQL result"):
        answer(server, {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term}]}})


@pytest.mark.parametrize("broken", [{"head": {"vars": "x"}}, {"head": {"vars": [1]}}, {"results": {"bindings": {}}}])
def test_what_is_no_table_is_refused(server, broken):
    with pytest.raises(ServiceError, match="not a SPARQL result"):
        answer(server, {**ANSWER, **broken})


def test_the_terms_of_an_answer(server):
    given = {
        "a": {"type": "typed-literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
        "b": {"type": "literal", "value": "x", "xml:lang": "en-GB"},
        "c": {"type": "literal", "value": "x", "datatype": "http://www.w3.org/2001/XMLSchema#string"},
        "d": {"type": "bnode", "value": "b 1>"},
    }
    (row,) = answer(server, {"head": {"vars": list(given)}, "results": {"bindings": [given]}}).rows
    assert [v.sparql() for v in row.values()] == [
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"x"@en-GB',
        '"x"',
        "<https://w3id.org/spasmkg/.well-known/genid/0-b%201%3E>",
    ]


def read(term: str):
    ((found,),) = memory().select(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")
    return found


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_text_is_the_same_after_it_was_written(text):
    assert read(Value(text).sparql()).value == text
    assert read(Value(text).harmless()).value == text


@given(st.lists(st.sampled_from(["service", "SERVICE ", "'", '"', "\\", "u0027", "{", "(", "<x:y>", "\n", "#", "!"])))
def test_a_harmless_text_holds_nothing_that_could_be_read_as_more(parts):
    text = "".join(parts)
    written = Value(text).harmless()
    assert read(written).value == text
    assert not set("'{([!<\n\r") & set(written[1:-1])
    assert "service" not in written.lower()
    assert '"' not in written[1:-1].replace("\\\\", "").replace('\\"', "")


def test_an_iri_is_harmless_as_well():
    iri = Value("https://example.org/service'(1)", is_iri=True)
    assert read(iri.harmless()).value == iri.text
    assert "service" not in iri.harmless()


def test_a_stranger_s_words_are_short_and_on_one_line():
    assert endpoints.shown("a\n\tb\x00c\u202e") == "a b c"
    assert len(endpoints.shown("x" * 500)) == 200
