"""One call of a remote SPARQL endpoint, bounded in every way: time, size, redirects, what is sent.

The engine's own client is not used: it waits without end and takes an answer of any size. Here a call has a deadline
that holds for everything, from the name of the host to the last byte; an answer is cut off where it grows too large;
no redirect is followed, no proxy of the environment is used, and a certificate is always checked. A call sends the
query, this program's name and its version. It is made in the thread that asks: what the engine gives must not be
let go of by another.
"""

from __future__ import annotations

import http.client
import io
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from spasmkg import __version__
from spasmkg import namespaces as ns
from spasmkg.errors import ServiceError, UsageError

__all__ = ["MOST_BYTES", "MOST_ROWS", "Budget", "Table", "Value", "normal", "select", "shown"]

MOST_BYTES = 16 * 1024 * 1024
"""The size of the answers to one clause beyond which an endpoint has failed."""
MOST_ROWS = 100_000
"""Likewise their rows."""

_ENDPOINT = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?"
    r"(?P<rest>(?:/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?)",
    re.IGNORECASE | re.ASCII,
)
_PORTS = {"http": 80, "https": 443}
_JSON = ("application/sparql-results+json", "application/json")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_RISKY = re.compile(r"[\x00-\x1f\"\\'{(\[!<]|s(?=ervice)", re.IGNORECASE)
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}


def normal(endpoint: str) -> str:
    """The address of an endpoint in the one form that is compared and called.

    Scheme and host in small letters, no port where it is the usual one, ``/`` for no path; nothing else is equated.
    Raises UsageError for what is not an http or https address, has a user name, a fragment, or other than ASCII.

    >>> normal("HTTPS://Example.ORG:443"), normal("https://example.org/sparql?x=1")
    ('https://example.org/', 'https://example.org/sparql?x=1')
    """
    match = _ENDPOINT.fullmatch(endpoint)
    port = int(match["port"]) if match and match["port"] else None
    if not match or port == 0 or (port or 0) > 65535:
        raise UsageError(
            f'"{shown(endpoint)}" is not the address of an endpoint: http:// or https://, a host and a path, in ASCII, '
            "without user name and fragment"
        )
    scheme, rest = match["scheme"].lower(), match["rest"]
    place = "" if port in (None, _PORTS[scheme]) else f":{port}"
    return f"{scheme}://{match['host'].lower()}{place}{rest if rest.startswith('/') else '/' + rest}"


@dataclass(slots=True)
class Budget:
    """What is left of what an endpoint may use: until when, bytes, rows; ``allowed`` are the seconds of the start."""

    until: float
    allowed: float
    bytes: int = MOST_BYTES
    rows: int = MOST_ROWS

    @classmethod
    def of(cls, seconds: float) -> Budget:
        """A budget that runs from now."""
        return cls(time.monotonic() + seconds, seconds)


class Value(NamedTuple):
    """A term: an IRI, or a literal with a language or a datatype other than that of plain strings."""

    text: str
    is_iri: bool = False
    language: str = ""
    datatype: str = ""

    def sparql(self) -> str:
        """The term in SPARQL, as one writes it.

        >>> Value('say "a"', language="en").sparql(), Value("https://example.org/x", is_iri=True).sparql()
        ('"say \\\\"a\\\\""@en', '<https://example.org/x>')
        """
        return self._written(lambda text: re.sub(r"[\x00-\x1f\"\\]", _escaped, text))

    def harmless(self) -> str:
        """The term in SPARQL, for the text of a query in which it must be nothing but a term, however that is read.

        >>> Value("it's {service}").harmless()
        '"it\\\\u0027s \\\\u007B\\\\u0073ervice}"'
        """
        return self._written(lambda text: _RISKY.sub(_escaped, text))

    def _written(self, escape: Callable[[str], str]) -> str:
        if self.is_iri:
            return f"<{escape(self.text)}>"
        kind = f"@{self.language}" if self.language else f"^^<{escape(self.datatype)}>" if self.datatype else ""
        return f'"{escape(self.text)}"{kind}'


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[0], f"\\u{ord(match[0]):04X}")


Row = Mapping[str, Value]
"""A row by variable; unbound variables are left out."""


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a SELECT."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]


def select(endpoint: str, query: str, budget: Budget, mark: str) -> Table:
    """Ask an endpoint, given in its normal form; blank nodes become IRIs ``…/.well-known/genid/MARK-…``.

    Raises ServiceError, which says what went wrong, where the answer is not a whole SPARQL result in JSON or the
    budget is used up.
    """
    try:
        body = _exchange(endpoint, query, budget.until, budget.bytes)
    except TimeoutError:
        raise ServiceError(endpoint, f"it gave no whole answer within {budget.allowed:g} s") from None
    except (_WrongAnswerError, OSError, http.client.HTTPException, ValueError) as error:
        raise ServiceError(endpoint, _reason(error)) from None
    budget.bytes -= len(body)
    try:
        answer = json.loads(body)
        budget.rows -= len(answer["results"]["bindings"])
        if budget.rows < 0:
            raise ServiceError(endpoint, f"its answers have more than {MOST_ROWS:,} rows")
        return _table(answer, mark)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ServiceError(endpoint, "its answer is not a SPARQL result in JSON") from None


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


class _WrongAnswerError(Exception):
    """What is wrong with an answer."""


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _exchange(endpoint: str, query: str, until: float, most: int) -> bytes:
    """The body of the answer to a query; raise _WrongAnswerError, OSError or HTTPException."""
    parts = urlsplit(endpoint)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port)
    with _connected(host, port, until) as bare:
        stream = bare
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(host, port, context=_context())
            bare.settimeout(_left(until))
            stream = _context().wrap_socket(bare, server_hostname=host)
        with stream:
            connection.sock = _Timed(stream, until)
            headers = {
                "Accept": ", ".join([_JSON[0], f"{_JSON[1]};q=0.9"]),
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": f"spasmkg/{__version__} ({ns.SPASM})",
                "Connection": "close",
            }
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, urlencode({"query": query}), headers)
            with connection.getresponse() as response:
                return _body(response, most)


def _connected(host: str, port: int, until: float) -> socket.socket:
    failed: OSError = ConnectionRefusedError()
    for family, kind, protocol, _, address in _addresses(host, port, until):
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(_left(until))
            made.connect(address)
        except OSError as error:
            made.close()
            failed = error
        else:
            return made
    raise failed


def _addresses(host: str, port: int, until: float) -> list[tuple[Any, ...]]:
    """The addresses of a host. A name server cannot be timed out, so the thread that waits for it is left alone."""
    found: list[list[tuple[Any, ...]] | OSError] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            found.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(_left(until))
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


class _Timed(io.RawIOBase):
    """A socket for :mod:`http.client`, every use of which has as much time as is left for all."""

    def __init__(self, stream: socket.socket, until: float) -> None:
        self._stream, self._until = stream, until

    def sendall(self, data: bytes) -> None:
        self._stream.settimeout(_left(self._until))
        self._stream.sendall(data)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._stream.settimeout(_left(self._until))
        return self._stream.recv_into(buffer)

    def close(self) -> None:
        """Nothing: the connection is closed, by its library, before the answer has been read."""


def _body(response: http.client.HTTPResponse, most: int) -> bytes:
    if 300 <= response.status < 400:
        there = shown(response.getheader("Location") or "nowhere")
        raise _WrongAnswerError(
            f"it redirects to {there}, which is not followed; if you trust that address, name it instead"
        )
    if response.status != 200:
        said = shown(response.read(500).decode("utf-8", "replace"))
        raise _WrongAnswerError(
            f"it answered {response.status} {shown(response.reason)}" + (f": {said}" if said else "")
        )
    media = (response.getheader("Content-Type") or "no type").split(";")[0].strip().lower()
    if media not in _JSON:
        raise _WrongAnswerError(f"it answered with {shown(media)}, not with a SPARQL result in JSON")
    packed = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packed != "identity":
        raise _WrongAnswerError(f"it answered packed as {shown(packed)}, which was not asked for")
    body = response.read(most + 1)
    if len(body) > most:
        raise _WrongAnswerError(f"its answers are larger than {MOST_BYTES // 1024 // 1024} MiB")
    if response.length:  # what was announced and did not come
        raise http.client.IncompleteRead(body, response.length)
    return body


def _reason(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "its host is not known"
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers there"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {shown(error.verify_message)}"
    if isinstance(error, http.client.IncompleteRead | ConnectionError | ssl.SSLEOFError):
        return "it closed the connection before the answer was whole"
    if isinstance(error, http.client.HTTPException):
        return "it does not speak HTTP as it should"
    return shown(str(error)) if isinstance(error, _WrongAnswerError | OSError) else type(error).__name__


def shown(text: str) -> str:
    """Words of a stranger on one line, shortened, without what could steer a terminal.

    >>> shown("no such\\n\\x1b[2Jgraph")
    'no such [2Jgraph'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 200 else line[:199] + "…"


# ---- terms ----


def _table(answer: Mapping[str, object], mark: str) -> Table:
    head, results = answer["head"], answer["results"]
    names = head["vars"]  # type: ignore[index]
    rows = results["bindings"]  # type: ignore[index]
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names) or not isinstance(rows, list):
        raise ValueError
    return Table(tuple(names), tuple({name: _term(term, mark) for name, term in row.items()} for row in rows))


def _term(term: Mapping[str, str], mark: str) -> Value:
    kind, text = term["type"], term["value"]
    text.encode()  # half of a surrogate pair is no text
    if kind == "bnode":
        return Value(f"{ns.SPASM}.well-known/genid/{mark}-{quote(text, safe='')}", is_iri=True)
    if kind == "uri":
        return Value(_iri(text), is_iri=True)
    if kind not in ("literal", "typed-literal"):
        raise ValueError
    language, datatype = term.get("xml:lang") or "", term.get("datatype") or ""
    if language and not _LANGUAGE.fullmatch(language):
        raise ValueError
    plain = language or datatype in ("", f"{ns.XSD}string")
    return Value(text, language=language, datatype="" if plain else _iri(datatype))


def _iri(text: str) -> str:
    if not ns.is_iri(text):
        raise ValueError
    return text
