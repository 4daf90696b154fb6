"""What strangers send: each is answered or cut off, and the server goes on."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import signal
import socket
import threading
import time
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from serving import HEAVY, heavy, read_all, serve, until, writable

CHEAP = "SELECT ?o { <https://w3id.org/spasmkg/baclofen> a ?o }"


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A server that gives a query two seconds."""
    with serve(tmp_path_factory.mktemp("short"), "--timeout", "2") as running:
        yield running


def still_answers(server) -> bool:
    until(lambda: server.query(CHEAP).status == 200)  # a slow machine may need a moment for a new worker
    return True


def nested(start: str, opened: str, closed: str, end: str, depth: int = 20_000) -> str:
    return start + opened * depth + closed * depth + end


@pytest.mark.parametrize(
    "query",
    [
        nested("ASK ", "{", "}", ""),
        nested("ASK { ?s ?p ?o FILTER ", "(", ")", " }"),
        nested("ASK { ?s ?p ?o FILTER (", "!", "", "?o) }"),
        nested("ASK { ?s ?p ?o FILTER (", "-", "", "1) }"),
        nested("ASK { ?s ", "(", ")", " ?o }"),
        nested("ASK { ?s ", "^", "", "<urn:p> ?o }"),
        nested("ASK { ", "OPTIONAL {", "}", " }"),
        nested("ASK { ", "{} UNION {", "}", " }"),
        nested("ASK { ", "?s ?p ?o MINUS {", "}", " }"),
        nested("ASK { ", "GRAPH ?g {", "}", " }"),
        nested("ASK { ", "FILTER EXISTS {", "}", " }"),
        nested("ASK { ", "{ SELECT * {", "}}", " }"),
        nested("ASK { ?s ?p ", "(", ")", " }"),
        nested("ASK { ?s ?p ", "[ ?p ", "]", " }"),
        nested("ASK { ?s ?p ", "<< ?s ?p ", ">>", " }"),
        nested("ASK { BIND(", "IF(true, 1, ", ")", " AS ?x) }"),
        nested("ASK { BIND(", "\\u0028", ")", " AS ?x) }"),
        "ASK { FILTER(1" + " + 1" * 50_000 + " > 1) }",
        "ASK { ?s <urn:p>" + "/<urn:p>" * 50_000 + " ?o }",
        "ASK { FILTER(true" + " && true" * 50_000 + ") }",
        "ASK { FILTER(true" + " || true" * 20_000 + ") }",
        "ASK { ?s <urn:p>" + "|<urn:p>" * 20_000 + " ?o }",
        "ASK { FILTER(1<2" + "+1" * 20_000 + ">0) }",
        "SELECT * { " + "{} UNION " * 20_000 + "{} }",
        "SELECT * { {}" + " UNION {}" * 20_000 + " }",
        "SELECT * { ?s ?p ?o" + " MINUS {}" * 20_000 + " }",
        "SELECT * { " + "{} " * 20_000 + " }",
        "ASK { ?s ?p ?o" + " . ?s ?p ?o" * 20_000 + " }",
        "ASK { ?s " + "é" * 100_000 + " ?o }",
        "ASK { ?s " + "a." * 100_000 + " ?o }",
        "ASK { ?s ?p '" + "\\'" * 100_000 + " }",
        "ASK { ?s ?p " + "\"'" * 100_000 + " }",
    ],
    ids=range(32),
)
def test_deep_queries_harm_nobody(short, query):
    answer = short.post(query)
    assert answer.status in (200, 400, 500, 501, 504)
    assert answer.status == 200 or answer.media == "application/problem+json"
    assert still_answers(short)


def chain(call: str, times: int) -> str:
    binds = "".join(f" BIND({call.format(f'?x{n}')} AS ?x{n + 1})" for n in range(times))
    return f'SELECT (STRLEN(?x{times}) AS ?n) {{ BIND("{"x" * 100}" AS ?x0){binds} }}'


@pytest.mark.parametrize(
    "query",
    [
        HEAVY,
        "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>)* ?b . ?b (!<urn:x>)* ?c . ?c (!<urn:x>)* ?d }",
        "SELECT (COUNT(*) AS ?n) { ?a (<urn:x>|!<urn:x>|^!<urn:x>)+ ?b }",
        chain("CONCAT({0}, {0})", 40),
        chain("REPLACE({0}, 'x', 'xxxxxxxx')", 16),
        "SELECT (GROUP_CONCAT(?a) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g LIMIT 1",
        "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } OFFSET 1000000000",
        "ASK { " + " . ".join(f"?s <urn:p{n}> ?o{n}" for n in range(300)) + " }",
        "ASK { " + " . ".join(f"?s{n} ?p{n} ?s{n + 1}" for n in range(300)) + " FILTER(?s0 = ?s299) }",
        "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 1_000_000 + "} VALUES ?y { " + "1 " * 500_000 + "} }",
        f'ASK {{ FILTER REGEX("{"a" * 50_000}!", "^(a+)+$") }}',
        'ASK { FILTER REGEX("a", "((a{1,1000}){1,1000}){1,1000}") }',
        f'ASK {{ FILTER REGEX("{"a" * 5000}", "{"(a?)" * 5000}{"a" * 5000}") }}',
    ],
    ids=["product", "paths", "path", "doubling", "replacing", "grouping", "sorting", "distinct", "star", "line",
         "values", "regex", "large-regex", "long-regex"],
)  # fmt: skip
def test_costly_queries_are_stopped_and_harm_nobody(short, query):
    answer = short.post(query)
    assert answer.status in (200, 500, 504)
    if answer.status != 200:
        assert answer.json()["code"] in ("late", "stopped", "failed")
    assert still_answers(short)


def is_noted_late(server, query: str) -> bool:
    """Whether the log, which is written beside the work, says by now that this very query was late."""
    digest = hashlib.blake2b(query.encode(), digest_size=8).hexdigest()
    return any(line.get("query") == digest and line.get("error") == "late" for line in server.lines())


def test_a_late_query_says_so(short):
    query = heavy("a-late-query")
    answer = short.query(query)
    assert (answer.status, answer.json()["code"]) == (504, "late")
    until(lambda: is_noted_late(short, query))


def test_an_answer_that_breaks_off_is_never_taken_for_whole(short):
    """Rows without end: the time is up after the first of them were sent."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with pytest.raises(http.client.IncompleteRead):
        short.query(query)
    until(lambda: is_noted_late(short, query))
    assert still_answers(short)


def test_nor_by_a_client_that_knows_the_whole_by_its_end_alone(short):
    """Of HTTP/1.0: there are no chunks, so the connection is reset."""
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    said = b" 504 "
    while b" 504 " in said:  # late before its first row, as on a busy machine: once more
        with short.connect() as sock:
            sock.sendall(f"GET /sparql?query={query} HTTP/1.0\r\n\r\n".encode())
            said = sock.recv(1 << 16).partition(b"\r\n")[0]
            if said.endswith(b" 200 OK"):
                with pytest.raises(ConnectionResetError):
                    all(iter(lambda: sock.recv(1 << 16), b""))


def test_a_flood_of_heavy_queries_leaves_room_for_cheap_ones(tmp_path):
    with serve(tmp_path, "--timeout", "60") as server, ExitStack() as stack:
        assert still_answers(server)
        for number in range(32):
            sock = stack.enter_context(server.connect())
            sock.sendall(f"GET /sparql?query={quote(heavy(number))} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: server.health()["workers"]["heavy"]["workers"] > 0)
        for _ in range(20):
            assert server.query(CHEAP).status == 200  # far within the time of one of the others
        lanes = server.health()["workers"]
        assert lanes["heavy"]["idle"] == 0


def test_who_hangs_up_cancels_his_query(short, tmp_path):
    with serve(tmp_path, "--timeout", "600") as server:
        socks = [server.connect() for _ in range(8)]
        for number, sock in enumerate(socks):
            sock.sendall(f"GET /sparql?query={quote(heavy(number))} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: server.health()["workers"]["heavy"]["workers"] > 0)
        for sock in socks:
            sock.close()

        def nothing_runs() -> bool:
            lanes = server.health()["workers"]
            return all(lane["idle"] == lane["workers"] and not lane["waiting"] for lane in lanes.values())

        until(nothing_runs)


# ---- the network ----

SPELLINGS = [
    "SERVICE <{0}> {{ ?s ?p ?o }}",
    "service<{0}>{{?s ?p ?o}}",
    "SERVICE SILENT <{0}> {{ ?s ?p ?o }}",
    "SERVICESILENT<{0}>{{?s ?p ?o}}",
    "SERVICE # comment\n <{0}> {{ ?s ?p ?o }}",
    "SERVICE x: {{ ?s ?p ?o }}",
    "SERVICE x:sparql {{ ?s ?p ?o }}",
    "BIND(<{0}> AS ?e) SERVICE ?e {{ ?s ?p ?o }}",
    "VALUES ?e {{ <{0}> }} SERVICE ?e {{ ?s ?p ?o }}",
    "S\\u0045RVICE <{0}> {{ ?s ?p ?o }}",
    "\\u0053ERVICE <{0}> {{ ?s ?p ?o }}",
    "SERVICE <{0}\\u002F> {{ ?s ?p ?o }}",
    "OPTIONAL {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "{{ SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "FILTER(1<2)SERVICE<{0}>{{?s ?p ?o}}",
    "GRAPH <{0}> {{ ?s ?p ?o }}",
]
ADDRESSES = [
    "http://127.0.0.1:{0}/sparql", "http://localhost:{0}/", "http://127.1:{0}/", "http://2130706433:{0}/",
    "http://0x7f.1:{0}/", "http://0177.0.0.1:{0}/", "http://[::1]:{0}/", "http://[::ffff:127.0.0.1]:{0}/",
    "http://0:{0}/", "http://user@127.0.0.1:{0}/", "HTTP://127.0.0.1:{0}/",
]  # fmt: skip


@pytest.fixture
def trap():
    """A port that notices whether anybody knocks."""
    knocked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    sock, where = listening.accept()
                except TimeoutError:
                    continue
                knocked.append(str(where))
                sock.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield listening.getsockname()[1], knocked
        stop.set()
        thread.join()
    assert knocked == []


def test_no_query_reaches_the_network(short, trap):
    port, _ = trap
    home = f"http://127.0.0.1:{port}/sparql"
    for pattern in SPELLINGS:
        query = f"PREFIX x: <{home}> SELECT * {{ {pattern.format(home)} }}"
        assert short.post(query).status in (200, 400, 501), query
    for address in ADDRESSES:
        there = address.format(port)
        for query in (
            f"ASK {{ SERVICE <{there}> {{ ?s ?p ?o }} }}",
            f"ASK FROM <{there}> {{ ?s ?p ?o }}",
            f"ASK FROM NAMED <{there}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
            f"DESCRIBE <{there}>",
        ):
            assert short.post(query, "*/*").status in (200, 400, 501), query
        named = f"/sparql?query={quote('ASK { ?s ?p ?o }')}&default-graph-uri={quote(there, safe='')}"
        assert short.ask("GET", named).status in (200, 400)
        assert short.ask("GET", f"/store?graph={quote(there, safe='')}").status in (400, 404)


def test_the_network_is_out_of_reach_even_without_the_guard(trap, kg):
    """A worker has no network of its own, where the system allows that."""
    import asyncio
    import os

    from spasmkg.store.confine import alone_on_the_network
    from spasmkg.store.pool import Limits, Pool
    from spasmkg.store.reply import NoAnswerError

    child = os.fork()
    if child == 0:
        os._exit(0 if alone_on_the_network() else 1)
    if os.waitpid(child, 0)[1] != 0:
        pytest.skip("the system gives no process a network of its own")

    async def ask() -> None:
        pool = Pool(kg.store.path, Limits(quick=1, new=0, timeout=20))
        await pool.start()
        query = f"ASK {{ SERVICE <http://127.0.0.1:{trap[0]}/> {{ ?s ?p ?o }} }}"
        with pytest.raises(NoAnswerError):
            await pool.ask({"query": query, "rows": "json", "graph": ""})
        await pool.close()

    asyncio.run(ask())


def test_allowed_services_are_called_and_no_others(server, trap, tmp_path):
    there, other = f"{server.url}sparql", f"http://127.0.0.1:{trap[0]}/sparql"
    effect = "<https://w3id.org/spasmkg/baclofen> <https://w3id.org/spasmkg/hasSideEffect> ?e"
    with serve(tmp_path, *writable(tmp_path), "--allow-service", there) as local:
        answer = local.post(f"SELECT ?e {{ SERVICE <{there}> {{ {effect} }} }}")
        assert sorted(answer.values("e")) == sorted(server.query(f"SELECT ?e {{ {effect} }}").values("e"))
        assert "etag" not in local.query(f"ASK {{ SERVICE <{there}> {{ {effect} }} }}").headers
        assert local.post(f"ASK {{ SERVICE <{other}> {{ {effect} }} }}").status == 501
        assert local.post(f"ASK {{ SERVICE <{there}> {{ {effect} }} SERVICE <{other}> {{ {effect} }} }}").status == 501
        assert local.post(f"ASK {{ SERVICE <{server.url}health> {{ {effect} }} }}").status == 501
        assert local.post(f"ASK {{ SERVICE <{there}> {{ {effect} }}").status == 400


# ---- bodies and headers ----


def test_large_bodies_are_refused_before_they_are_read(short):
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    announced = short.raw(f"{head}Content-Length: 104857600\r\n\r\n".encode())
    assert announced.startswith(b"HTTP/1.1 413 ")
    with short.connect() as sock:
        sock.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b"#" * 0x10000 + b"\r\n"
        try:
            for _ in range(1600):
                sock.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert short.memory() < 300 << 20
    assert still_answers(short)


def test_who_sends_too_much_is_told_so(short):
    """Also a client that listens only when all is sent: what is on its way is taken before the connection closes."""
    answer = short.ask("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"#" * 20_000_000)
    assert (answer.status, answer.json()["code"]) == (413, "too-large")


def test_a_large_query_below_the_limit_is_answered(server):
    assert server.post("# " + "x" * 3_000_000 + f"\n{CHEAP}").status == 200
    listed = " ".join(f"<urn:{n}>" for n in range(100_000))
    counted = server.post(f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {listed} }} }}")
    assert counted.values("n") == ["100000"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, gzip"])
def test_packed_bodies_are_refused(short, encoding):
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": encoding}
    assert short.ask("POST", "/sparql", headers, b"\x1f\x8b" + bytes(1000)).status == 415


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /sparql HTTP/9.9\r\n\r\n", b"400"),
        (b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000 + b"\r\n\r\n", b"431"),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n", b"400"),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"400"),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"GET /sparql\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET /health HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"400"),
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_request_is_refused(short, request_, status):
    try:
        said = short.raw(request_)
    except (BrokenPipeError, ConnectionResetError):
        said = b""
    if said:  # else it was cut off before all of it was sent
        assert said.split(b" ")[1] == status, said[:200]
    assert still_answers(short)


def test_nothing_of_a_request_becomes_a_header(short):
    evil = quote("x\r\nSet-Cookie: a=b\r\n\r\n<script>")
    for path in (f"/sparql?query=ASK{{}}&format={evil}", f"/store?graph={evil}", f"/{evil}", f"/sparql?query={evil}"):
        answer = short.ask("GET", path, {"Origin": "https://x", "Host": "x/<script>"})
        assert "set-cookie" not in answer.headers
        assert b"<script>" not in answer.body or answer.media == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
    described = short.ask("GET", "/sparql", {"Host": "evil.example/<x>"})
    assert b"evil" not in described.body


def test_markup_in_data_stays_data(short):
    query = 'SELECT ("<script>alert(1)</script>" AS ?x) (<javascript:alert(1)> AS ?y) {}'
    for accept in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"):
        answer = short.query(query, accept)
        assert answer.media == accept
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert b"<script>" not in short.query(query, "application/sparql-results+xml").body


# ---- clients that do not do their part ----


@pytest.mark.slow
def test_clients_that_take_nothing_stop_nobody(tmp_path):
    with serve(tmp_path, "--timeout", "600") as server, ExitStack() as stack:
        before = server.memory()
        for number in range(40):
            sock = stack.enter_context(server.connect())
            query = quote(f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i{number} }}")
            sock.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: server.health()["workers"]["aside"]["workers"] >= 16, 300)
        for _ in range(10):
            assert server.query(CHEAP).status == 200
        assert server.memory() - before < 50 << 20


def test_rows_stream_through_in_little_memory(server):
    """A hundred thousand rows and more, taken slowly at first."""
    query = quote("SELECT * { ?s ?p ?o . ?s a ?type } LIMIT 200000")
    before = server.memory()
    with server.connect() as sock:
        sock.sendall(f"GET /sparql?query={query} HTTP/1.0\r\n\r\n".encode())
        time.sleep(1)
        size, most = 0, 0
        while data := sock.recv(1 << 16):
            size += len(data)
            most = max(most, server.memory())
    assert size > 20 << 20
    assert most - before < 50 << 20


@pytest.mark.slow
def test_slow_clients_are_sent_away(short):
    with short.connect() as nothing, short.connect() as head, short.connect() as drip, short.connect() as body:
        head.sendall(b"GET /sparql HTTP/1.1\r\nHost: x\r\n")
        post = (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\n"
        )
        body.sendall(post)
        said = {}
        threads = [
            threading.Thread(target=lambda name=name, sock=sock: said.update({name: read_all(sock)}))
            for name, sock in {"nothing": nothing, "head": head, "drip": drip, "body": body}.items()
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in range(200):
                drip.sendall(b"G")
                time.sleep(0.2)
                if not threads[2].is_alive():
                    break
        except (BrokenPipeError, ConnectionResetError):
            pass
        for thread in threads:
            thread.join(90)
            assert not thread.is_alive()
    assert said["nothing"] == b""
    assert said["head"].startswith(b"HTTP/1.1 408 ")
    assert said["body"].startswith(b"HTTP/1.1 408 ")
    assert still_answers(short)


def test_clients_that_close_one_side_leave_nothing_behind(server):
    """Half-open connections: one that asks and then only listens, one that says half and then only listens."""
    whole = f"GET /sparql?query={quote(CHEAP)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    for data in (
        whole,
        whole[:20],
        b"",
        f"GET /sparql?query={quote(heavy('half'))} HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
    ):
        with server.connect() as sock:
            if data:
                sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            said = read_all(sock)
        assert said == b"" or said.split(b" ")[1] in (b"200", b"400")

    def nothing_runs() -> bool:
        return all(lane["idle"] == lane["workers"] for lane in server.health()["workers"].values())

    until(nothing_runs)
    assert still_answers(server)


def test_many_clients_at_once_are_answered_or_told(short):
    with ExitStack() as stack:
        socks = [stack.enter_context(short.connect()) for _ in range(300)]
        for sock in socks:
            sock.sendall(f"GET /sparql?query={quote(CHEAP)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        codes = {read_all(sock).split(b" ", 2)[1] for sock in socks}
    assert codes <= {b"200", b"503"}
    assert b"200" in codes


def test_requests_in_a_row_are_answered_in_order(short):
    one = "GET /sparql?query={0} HTTP/1.1\r\nHost: x\r\n{1}\r\n"
    queries = [f"SELECT ({n} AS ?x) {{}}" for n in range(20)]
    data = "".join(one.format(quote(q), "Connection: close\r\n" if q == queries[-1] else "") for q in queries)
    said = short.raw(data.encode()).decode()
    found = [json.loads(body) for body in re.findall(r'\{"head".*?\}\]\}\}', said)]
    assert [f["results"]["bindings"][0]["x"]["value"] for f in found] == [str(n) for n in range(20)]


# ---- the end ----


def test_it_ends_in_good_order_under_load(tmp_path):
    with serve(tmp_path, "--timeout", "600", stop=False) as server, ExitStack() as stack:
        waiting = [stack.enter_context(server.connect()) for _ in range(10)]
        for number, sock in enumerate(waiting):
            sock.sendall(f"GET /sparql?query={quote(heavy(number))} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: server.health()["workers"]["heavy"]["workers"] > 0)
        server.process.send_signal(signal.SIGTERM)
        for sock in waiting:
            said = read_all(sock)
            assert said.startswith(b"HTTP/1.1 503 ")
            assert b'"code": "busy"' in said
        assert server.process.wait(60) == 0
        assert "Traceback" not in server.log.read_text()


def test_it_ends_with_the_terminal(tmp_path):
    with serve(tmp_path, stop=False) as server:
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(60) == 0
