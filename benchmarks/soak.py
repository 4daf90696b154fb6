"""A server under mixed load for a while: ``python -m benchmarks.soak --minutes 10``.

Clients ask cheap, new, heavy, endless and wrong queries, read pages and REST, write, take nothing and hang up, all at
once. Each minute one line says what was answered and how much memory the server has: the web process, and all of its
workers together. The exit code is 1 where the memory grew, or something was answered that never should be.
"""

from __future__ import annotations

import argparse
import collections
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

CHEAP = "SELECT ?o { <https://w3id.org/spasmkg/baclofen> a ?o }"
JOIN = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?b ?q ?c . ?c a ?t }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?h != <urn:MARK>) }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?iMARK }"
BOMB = 'SELECT (STRLEN(?x30) AS ?n) { BIND("0123456789" AS ?x0) ' + " ".join(
    f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30)
) + " # MARK }\n}"  # fmt: skip
PAGES = [
    "/", "/id/baclofen", "/id/muscle-cramp", "/id/hasSideEffect", "/api/search?q=cramp", "/api/entity/baclofen",
    "/api/queries", "/api/queries/drug-side-effects/run?drug=any", "/api/claims?subject=baclofen", "/health",
    "/api/openapi.json", "/.well-known/void", "/sparql", "/api/mappings", "/api/nothing",
]  # fmt: skip
TOKEN = "a-token-for-the-soak"
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Load:
    """Clients that go on until they are told to stop."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.answers: collections.Counter[str] = collections.Counter()
        self.wrong: collections.Counter[str] = collections.Counter()
        self.stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, work: Callable[[random.Random], None], clients: int) -> None:
        """Start so many clients that do the same again and again."""

        def again(seed: int) -> None:
            chance = random.Random(seed)
            while not self.stopped.is_set():
                try:
                    work(chance)
                except (OSError, http.client.HTTPException) as error:
                    self.answers[type(error).__name__] += 1

        for seed in range(clients):
            self._threads.append(threading.Thread(target=again, args=(seed,), daemon=True))
            self._threads[-1].start()

    def end(self) -> None:
        """Stop all clients."""
        self.stopped.set()
        for thread in self._threads:
            thread.join(60)

    def ask(self, name: str, path: str, good: tuple[int, ...] = (200,), body: bytes | None = None,
            method: str = "GET", headers: dict[str, str] | None = None) -> None:  # fmt: skip
        """One request, counted by its name and status."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            response.read()
            self.answers[f"{name} {response.status}"] += 1
            if response.status not in (*good, 503):
                self.wrong[f"{name} {response.status}"] += 1
        finally:
            connection.close()

    def query(self, name: str, text: str, good: tuple[int, ...] = (200,)) -> None:
        """A query by GET."""
        self.ask(name, f"/sparql?query={quote(text.replace('MARK', str(time.time_ns())))}", good)

    # ---- what clients do ----

    def cheap(self, chance: random.Random) -> None:
        """Small queries and pages, known and new."""
        for _ in range(20):
            self.query("cheap", CHEAP if chance.random() < 0.5 else CHEAP + " # MARK")
        self.ask("page", chance.choice(PAGES[:-1]), (200, 504))
        self.ask("nothing", PAGES[-1], (404,))
        time.sleep(0.05)

    def costly(self, chance: random.Random) -> None:
        """Joins, large answers, mistakes."""
        self.query("join", JOIN + " # MARK", (200, 504))
        self.query("rows", f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} }} LIMIT {chance.randrange(1000, 60_000)}")
        self.query("mistake", "SELECT * { ?s ?p # MARK", (400,))
        self.query("nested", "ASK " + "{" * 2000 + "}" * 2000, (400, 501, 504))
        time.sleep(0.2)

    def heavy(self, chance: random.Random) -> None:
        """What is late, what needs too much memory."""
        if chance.random() < 0.7:
            self.query("heavy", HEAVY, (504,))
        else:
            self.query("bomb", BOMB, (200, 500, 504))

    def rude(self, chance: random.Random) -> None:
        """Clients that hang up, or take nothing for a while."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=30) as sock:
            text = chance.choice([HEAVY, ENDLESS, CHEAP]).replace("MARK", str(time.time_ns()))
            sock.sendall(f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(chance.random() * 3)
        self.answers["hung up"] += 1

    def writer(self, chance: random.Random) -> None:
        """Updates and graphs that come and go."""
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        number = chance.randrange(100)
        update = {**bearer, "Content-Type": "application/sparql-update"}
        text = f"DELETE WHERE {{ <urn:{number}> ?p ?o }} ; INSERT DATA {{ <urn:{number}> <urn:p> {time.time_ns()} }}"
        self.ask("update", "/update", (204,), text.encode(), "POST", update)
        turtle = "".join(f"<urn:{number}> <urn:q> {n} .\n" for n in range(2000)).encode()
        document = {**bearer, "Content-Type": "text/turtle"}
        self.ask("graph", f"/store?graph=urn:{number % 5}", (201, 204), turtle, "PUT", document)
        self.ask("drop", f"/store?graph=urn:{number % 5}", (204, 404), None, "DELETE", bearer)
        time.sleep(0.5)


def _resident(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    return 0


def _below(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    parents: dict[int, list[int]] = collections.defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            parents[int(stat.read_text().rsplit(")", 1)[1].split()[1])].append(int(stat.parent.name))
    found, new = [], [pid]
    while new:
        new = [child for parent in new for child in parents[parent]]
        found += new
    return found


def _sample(pid: int) -> tuple[float, float, float, int, int]:
    """Megabytes of the web process, of all below it, of the largest of them; how many they are; open files."""
    sizes = [_resident(p) for p in _below(pid)] or [0]
    files = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208
    return _resident(pid) / 2**20, sum(sizes) / 2**20, max(sizes) / 2**20, len(sizes), files


def soak(minutes: float) -> int:
    """Run it; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        token = Path(folder, "token")
        token.write_text(TOKEN + "\n")
        command = [sys.executable, "-m", "spasmkg", "serve", "--port", "0", "--timeout", "8", "--store", f"{folder}/kg",
                   "--enable-update", "--token-file", str(token)]  # fmt: skip
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        try:
            load = Load(urlsplit(process.stdout.readline().strip()).port or 0)
            for work, clients in ((load.cheap, 4), (load.costly, 2), (load.heavy, 3), (load.rude, 4), (load.writer, 1)):
                load.start(work, clients)
            minutes_of = _watch(process.pid, load, minutes)
            load.end()
            process.terminate()
            code = process.wait(60)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        trouble = Path(folder, "log").read_text().count('"trouble"')
    return _verdict(minutes_of, load, code, trouble)


def _watch(pid: int, load: Load, minutes: float) -> list[tuple[float, float]]:
    """A line each minute; the medians of the memory of the web process and of its workers in each."""
    print(
        f"{'minute':>6} {'web MB':>8} {'workers MB':>11} {'largest MB':>11} {'processes':>10} {'files':>6} {'answers':>9}"
    )
    medians, share = [], min(60.0, 60 * minutes / 4)
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end - 1:
        samples, until = [], time.monotonic() + share
        while time.monotonic() < until:
            samples.append(_sample(pid))
            time.sleep(2)
        web, workers, largest, processes, files = (statistics.median(s[i] for s in samples) for i in range(5))
        medians.append((web, workers))
        print(f"{len(medians):>6} {web:8.1f} {workers:11.1f} {largest:11.1f} {processes:10.0f} {files:6.0f} "
              f"{sum(load.answers.values()):9,}", flush=True)  # fmt: skip
    return medians


def _verdict(medians: list[tuple[float, float]], load: Load, code: int, trouble: int) -> int:
    first, last = medians[1 : 1 + max(1, len(medians) // 4)], medians[-max(1, len(medians) // 4) :]
    bad = bool(code or trouble or load.wrong)
    for side, name in enumerate(("web process", "workers")):
        before, after = (statistics.median(m[side] for m in part) for part in (first, last))
        flat = after <= 1.1 * before + 5
        bad |= not flat
        print(f"{name}: {before:.1f} MB at first, {after:.1f} MB at last: {'flat' if flat else 'GREW'}")
    print(", ".join(f"{name}: {n:,}" for name, n in sorted(load.answers.items())))
    print(f"wrong answers: {dict(load.wrong) or 'none'}; mistakes of ours in the log: {trouble}; exit code {code}")
    return 1 if bad else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="a server under mixed load")
    parser.add_argument("--minutes", type=float, default=10.0)
    sys.exit(soak(parser.parse_args().minutes))
