"""The server beside other servers on the same data, in the same run: ``python -m benchmarks.server``.

Wall times here, since what clients wait for is what counts; sides take turns, so that a busy machine changes both.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import spasmkg
from benchmarks.measure import bound, missed, report
from spasmkg import cache
from spasmkg import namespaces as ns

CHEAP = "SELECT ?o { <https://w3id.org/spasmkg/baclofen> a ?o }"
COSTLY = {
    "groups": "SELECT ?p (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "a join and a sum": "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?b ?q ?c . ?c a ?t }",
    "text": f'SELECT ?s {{ ?s <{ns.RDFS_LABEL}> ?l . ?s ?p ?o FILTER(CONTAINS(LCASE(STR(?o)), "muscle")) }}',
    "100,000 rows": "SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 100000",
}
JOIN = f"SELECT (COUNT(*) AS ?n) {{ ?c <{ns.RDF}subject> ?s . ?d <{ns.RDF}object> ?s . ?s a ?t }}"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?h != <urn:MARK>) }"


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@contextmanager
def _running(command: list[str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with suppress(OSError):
                _get(url)
                break
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def _get(url: str) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": "application/sparql-results+json"})
        return connection.getresponse().read()
    finally:
        connection.close()


def _asked(url: str, query: str) -> Callable[[], float]:
    """How long an answer takes that was not given before."""
    return lambda: _timed(lambda: _get(f"{url}?query={quote(f'{query} #{time.time_ns()}')}"))


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _load(url: str, clients: int) -> tuple[float, float]:
    command = [sys.executable, str(Path(__file__).with_name("load.py")), url, str(clients), "2"]
    rate, median = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(rate), float(median) / 1000


def _turns(a: Callable[[], float], b: Callable[[], float], turns: int = 5) -> tuple[float, float, float]:
    """The medians of two sides taken in turn, and the median of their ratios pair by pair."""
    a(), b()
    pairs = [(a(), b()) for _ in range(turns)]
    ratio = statistics.median(x / y for x, y in pairs)
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs), ratio


def server() -> None:
    """Every promise on the speed of the server."""
    home, _ = cache.bundled()
    store = spasmkg.open().store
    binaries = Path(sys.executable).parent
    ports = [_free_port() for _ in range(3)]
    ours, oxigraph, rdflib = (f"http://127.0.0.1:{p}/{x}" for p, x in zip(ports, ("sparql", "query", ""), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data.nq")
        data.write_bytes(store.dump("nquads", ["", *store.graphs()], {}))
        serve = [sys.executable, "-m", "spasmkg", "serve", "--port", str(ports[0]), "--timeout", "120"]
        native = [
            str(binaries / "oxigraph"),
            "serve-read-only",
            "--location",
            f"{home}/store",
            "--bind",
            f"127.0.0.1:{ports[1]}",
        ]
        python = [str(binaries / "rdflib-endpoint"), "serve", "--port", str(ports[2]), str(data)]
        ask = f"?query={quote('ASK {}')}"
        with _running(serve, ours + ask) as process, _running(native, oxigraph + ask):
            _latency(ours)
            _rates(ours, oxigraph)
            _costly(ours, oxigraph)
            if Path(python[0]).is_file():
                with _running(python, rdflib + ask):
                    a, b, ratio = _turns(_asked(ours, JOIN), _asked(rdflib, JOIN), 3)
                    report("a join over HTTP | rdflib-endpoint", a, b, ratio, 1 / 10)
            else:
                print("(rdflib-endpoint is not installed: nothing to compare a join with)")
            _streaming(ours, process.pid)
            _crowd(ours)


def _latency(ours: str) -> None:
    store = spasmkg.open().store

    def inside() -> float:
        return statistics.median(_timed(lambda: store.query(CHEAP).serialize("json")) for _ in range(200))  # type: ignore[union-attr]

    over, within, _ = _turns(lambda: _load(f"{ours}?query={quote(CHEAP + ' #MARK')}", 1)[1], inside, 3)
    report("a cheap query, over HTTP | in process, 3 times and 2 ms", over, within, over / (3 * within + 0.002), 1.0)


def _rates(ours: str, other: str) -> None:
    for clients, query in [(n, q) for q in (CHEAP, CHEAP + " #MARK") for n in (1, 8, 64)]:
        a, b, ratio = _turns(lambda n=clients, q=query: 1 / _load(f"{ours}?query={quote(q)}", n)[0],  # type: ignore[misc]
                             lambda n=clients, q=query: 1 / _load(f"{other}?query={quote(q)}", n)[0], 3)  # type: ignore[misc]  # fmt: skip
        report(
            f"a trivial query, {'new each time' if 'MARK' in query else 'the same'}, {clients} clients | oxigraph",
            a,
            b,
            ratio,
            5,
        )


def _costly(ours: str, other: str) -> None:
    for name, query in COSTLY.items():
        a, b, ratio = _turns(_asked(ours, query), _asked(other, query))
        report(f"a costly query ({name}) | oxigraph", a, b, ratio, 1.3 if b > 0.02 else None)
    store, rows = spasmkg.open().store, COSTLY["100,000 rows"]
    bare = statistics.median(_timed(lambda: store.query(rows).serialize("json")) for _ in range(3))  # type: ignore[union-attr]
    report("100,000 rows over HTTP | the engine in process, the least", a, bare, a / bare, None)


def _streaming(ours: str, pid: int) -> None:
    def resident() -> float:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    before, most, done = resident(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.01):
            most = max(most, resident())

    thread = threading.Thread(target=watch)
    thread.start()
    _get(f"{ours}?query={quote(COSTLY['100,000 rows'])}")
    done.set()
    thread.join()
    bound("growth of the web process by 100,000 rows", most - before, "MB", 50)


def _probed(url: str) -> tuple[float, float]:
    """The median and the longest time of a new cheap query on one connection, asked for a second from now on."""
    parts, times, begun = urlsplit(url), [], time.perf_counter()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    while not times or time.perf_counter() - begun < 1:
        path = f"{parts.path}?query={quote(f'{CHEAP} #{time.time_ns()}')}"
        times.append(_timed(lambda path=path: (connection.request("GET", path), connection.getresponse().read())))  # type: ignore[misc]
    connection.close()
    return statistics.median(times), max(times)


def _crowd(ours: str) -> None:
    url = f"{ours}?query={quote(CHEAP + ' #MARK')}"  # new each time: what is kept would need no worker
    idle, probed = _load(url, 1)[1], _probed(ours)
    parts = urlsplit(ours)
    crowd = []
    for number in range(32):
        sock = socket.create_connection((parts.hostname or "", parts.port or 0))
        query = quote(HEAVY.replace("MARK", str(number)))
        sock.sendall(f"GET {parts.path}?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        crowd.append(sock)
    try:
        at_once = _probed(ours)
        time.sleep(5)
        later = _load(url, 1)[1]
    finally:
        for sock in crowd:
            sock.close()
    (a, worst), (b, _) = at_once, probed
    report("a cheap query in the second after 32 heavy ones came | idle", a, b, a / b, 3)
    report("the slowest of those | idle", worst, b, worst / b, None)
    report("a cheap query while 32 heavy ones run or wait | idle", later, idle, later / idle, 3)


if __name__ == "__main__":
    server()
    sys.exit(1 if missed else 0)
