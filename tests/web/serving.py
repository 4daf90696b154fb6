"""A server in a process of its own, and a client that says exactly what it is told."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import spasmkg

TOKEN = "a-token-for-tests"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?h != <urn:mark>) }"
"""A query that no machine answers in a test's lifetime; put something else for ``mark`` to make it another one."""


def heavy(mark: object = "mark") -> str:
    return HEAVY.replace("mark", str(mark))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").split(";")[0]

    def json(self) -> Any:
        return json.loads(self.body)

    def values(self, name: str) -> list[str]:
        return [row[name]["value"] for row in self.json()["results"]["bindings"]]


@dataclass
class Server:
    url: str
    process: subprocess.Popen[str]
    log: Path

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
        timeout: float = 240,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def query(self, text: str, accept: str = "application/sparql-results+json", **more: Any) -> Answer:
        return self.ask("GET", f"/sparql?query={quote(text)}", {"Accept": accept}, **more)

    def post(self, text: str, accept: str = "application/sparql-results+json", **more: Any) -> Answer:
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        return self.ask("POST", "/sparql", headers, text, **more)

    def update(self, text: str, token: str = TOKEN, query: str = "", **more: Any) -> Answer:
        headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {token}"}
        return self.ask("POST", f"/update{query}", headers, text, **more)

    def store(self, method: str, path: str, body: str | bytes | None = None, media: str = "text/turtle") -> Answer:
        headers = {"Content-Type": media, "Authorization": f"Bearer {TOKEN}"}
        return self.ask(method, path, headers, body)

    def count(self, pattern: str = "?s ?p ?o") -> int:
        return int(self.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}").values("n")[0])

    def health(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "/health").json()
        return found

    def raw(self, data: bytes, timeout: float = 240) -> bytes:
        """What comes back for these bytes, until the server hangs up or says no more."""
        with self.connect(timeout) as sock:
            sock.sendall(data)
            return read_all(sock)

    def connect(self, timeout: float = 240) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the log that stand there whole; it is written beside the work, so wait for one with ``until``."""
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.split("\n") if line.startswith("{")]

    def memory(self) -> int:
        """The bytes of memory of the web process."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def read_all(sock: socket.socket) -> bytes:
    parts = []
    while True:
        try:
            data = sock.recv(1 << 16)
        except ConnectionResetError:
            break
        if not data:
            break
        parts.append(data)
    return b"".join(parts)


def until(what: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something that must come about; how soon does not matter."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)


@contextmanager
def serve(
    folder: Path,
    *options: str,
    before: Callable[[], None] | None = None,
    stop: bool = True,
    around: Sequence[str] = (),
) -> Iterator[Server]:
    """A running server; ``folder`` is for its log and its token, ``around`` a command that starts another one."""
    folder.mkdir(exist_ok=True)
    (folder / "token").write_text(TOKEN + "\n")
    log = folder / f"log{len(list(folder.glob('log*')))}"
    source = str(Path(spasmkg.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])}
    command = [*around, sys.executable, "-m", "spasmkg", "serve", "--port", "0", *options]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=file, text=True, env=environment, preexec_fn=before
        )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), log.read_text()
        yield Server(url, process, log)
        if stop:
            process.terminate()
            assert process.wait(30) == 0
        assert '"trouble"' not in log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def writable(folder: Path, *options: str) -> list[str]:
    """The options of a server that can be written to, with an empty store in a folder of its own."""
    return [
        "--store",
        str(folder / "store"),
        "--empty",
        "--enable-update",
        "--token-file",
        str(folder / "token"),
        *options,
    ]


def form(**values: str) -> str:
    return urlencode(values)
