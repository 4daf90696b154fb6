"""SPARQL endpoints on this machine: a real one in a process of its own, and one that does everything wrong."""

from __future__ import annotations

import gc
import http.server
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph(turtle: str) -> Iterator[str]:
    """The address of an Oxigraph server that holds the triples."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    assert program, "the program oxigraph is not installed: it is one of the development dependencies"
    for _ in range(5):  # another process may take the port first
        port = _free_port()
        command = [program, "serve", "--bind", f"127.0.0.1:{port}"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if _listens(server, port):
                request = urllib.request.Request(
                    f"http://127.0.0.1:{port}/store?default",
                    turtle.encode(),
                    {"Content-Type": "text/turtle"},
                    method="PUT",
                )
                urllib.request.urlopen(request).close()
                yield f"http://127.0.0.1:{port}/query"
                return
        finally:
            server.kill()
            server.wait()
    raise AssertionError("the server does not start")


def _listens(server: subprocess.Popen[bytes], port: int) -> bool:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return True
    return False


ONE = b'{"head":{"vars":["x","l"]},"results":{"bindings":[%s]}}'
JSON = "application/sparql-results+json"


class Rogue(http.server.ThreadingHTTPServer):
    """An endpoint whose paths misbehave; ``asked`` are the requests: path, headers, query."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[tuple[str, dict[str, str], str]] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.over = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def handle_error(self, request, client_address) -> None:
        """A client that went away is what is tested."""


class _Answer(http.server.BaseHTTPRequestHandler):
    server: Rogue

    def log_message(self, *arguments) -> None: ...

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = urllib.parse.parse_qs(body).get("query", [body])[0]  # the engine sends the bare query
        self.server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, query))
        name = self.path.strip("/").partition("?")[0]
        if name in self.server.answers:
            self.reply(*self.server.answers[name])
        else:
            getattr(self, name.replace("-", "_"))()

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for key, value in {"Content-Type": JSON, "Content-Length": str(len(body)), **headers}.items():
            if value:
                self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def silence(self) -> None:
        self.server.over.wait()

    def drip(self) -> None:
        """A byte now and then: each read of a client succeeds."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        while not self.server.over.wait(0.02):
            self.wfile.write(b" ")

    def slow_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.over.wait(0.02):
            self.wfile.write(b"X-A: b\r\n")

    def flood(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        while not self.server.over.is_set():
            self.wfile.write(b" " * 65536)

    def half(self) -> None:
        self.reply(200, {"Content-Length": "1000"}, ONE[:20])

    def half_chunked(self) -> None:
        self.reply(200, {"Content-Length": "", "Transfer-Encoding": "chunked"}, b"14\r\n" + ONE[:20] + b"\r\n")

    def hang_up(self) -> None:
        self.connection.close()

    def gibberish(self) -> None:
        self.wfile.write(b"\x00\x01 what\r\n\r\n")
        self.connection.close()


@contextmanager
def rogue() -> Iterator[Rogue]:
    """The server that misbehaves. Its threads must not clear away what tests have left of the engine's: answers of the
    engine die in the thread that asked."""
    gc.collect()
    gc.disable()
    with Rogue() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            gc.enable()
            gc.collect()
            thread.join()


@contextmanager
def untrusted(folder: Path) -> Iterator[str]:
    """An https server whose certificate nobody has signed."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
         "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    with rogue() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server.url("here").replace("http:", "https:")
