"""A worker process: opens a store read-only and answers over a socket whatever its parent sends.

What it is asked may be hostile: it may take any time, any memory, or overflow the stack. So a worker has nothing that
is worth anything: it sees one store that it cannot write, no network and a share of memory, and its parent kills it
when it is late. It asks back for nothing and remembers nothing between two requests but the open store.

A query is answered by HEAD (JSON: ``media``, ``kind``, ``encoding``), DATA as the engine serialises it, and WHOLE; or
by ERROR (JSON: ``code``, ``reason``, ``line``, ``column``), which may come after some DATA: then there is no WHOLE.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from spasmkg.errors import QuerySyntaxError
from spasmkg.store import frames
from spasmkg.store.oxigraph import RDF_FORMATS, RESULT_FORMATS
from spasmkg.store.syntax import query_syntax

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RequestError", "function", "guarded", "main", "missing_prefix", "serve", "syntax_error"]

_CHUNK = 128 * 1024
_LEAST_TO_PACK = 1400
"""Answers that fit into one network packet are not compressed."""


class RequestError(Exception):
    """A request that cannot be answered: a code for programs, a reason for people."""

    def __init__(self, code: str, reason: str, **more: Any) -> None:
        super().__init__(reason)
        self.payload = {"code": code, "reason": reason, **more}


class _Out:
    """Where the engine writes: frames on the socket, whenever a chunk is full."""

    def __init__(self, channel: socket.socket, most: int, *, packed: bool) -> None:
        self._channel, self._most = channel, most
        self._head: dict[str, Any] = {}
        self._kept = bytearray()
        self._packed = packed
        self._packer: Any = None
        self._started = False

    def head(self, **values: Any) -> None:
        """What goes before the first byte."""
        self._head = values

    def write(self, data: Any) -> int:
        """Some of the answer. Raises RequestError where that makes it too large."""
        self._most -= len(data)
        if self._most < 0:
            raise RequestError("too-large", "the answer is larger than this server gives out; add a LIMIT")
        self._kept += data
        if len(self._kept) >= _CHUNK:
            self._send(self._squeezed(self._kept))
        return len(data)

    def flush(self) -> None:
        """The engine asks for it after each answer; what is kept goes out with the last frame."""

    def close(self) -> None:
        """Send the rest and the mark that it was all."""
        rest: bytes | bytearray = b""
        if self._packed and not self._started and len(self._kept) < _LEAST_TO_PACK:
            self._packed = False
        if self._kept or self._packer:
            rest = self._squeezed(self._kept, last=True)
        self._send(rest, frames.frame(frames.WHOLE))

    def _send(self, data: bytes | bytearray, end: bytes = b"") -> None:
        start = frames.begin(frames.DATA, len(data)) if data else b""
        if not self._started:
            self._started = True
            if self._packed:
                self._head["encoding"] = "gzip"
            start = _head(tuple(self._head.items())) + start
        if end or len(data) < _CHUNK // 2:
            self._channel.sendall(start + data + end)
        else:  # as it is, without a copy
            self._channel.sendall(start)
            self._channel.sendall(data)
        self._kept.clear()

    def _squeezed(self, data: bytearray, *, last: bool = False) -> bytes | bytearray:
        if not self._packed:
            return data
        import zlib

        if self._packer is None:
            self._packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        squeezed: bytes = self._packer.compress(data) + (self._packer.flush() if last else b"")
        return squeezed


@lru_cache(maxsize=64)
def _head(values: tuple[tuple[str, Any], ...]) -> bytes:
    return frames.pack(frames.HEAD, dict(values))


class _Stores:
    """The store that is open now."""

    def __init__(self) -> None:
        self._path = ""
        self._store: ox.Store | None = None

    def open(self, path: str) -> ox.Store:
        """The store in a folder; the one before is closed. An empty name is an empty store."""
        if self._store is None or path != self._path:
            self._store = None
            self._path = path
            try:
                self._store = ox.Store.read_only(path) if path else ox.Store()
            except OSError as error:
                raise RequestError("store", f"the store could not be opened: {error}") from None
        return self._store


def serve(channel: socket.socket, path: str, memory: int = 0) -> None:
    """Answer until the other side hangs up, with so many bytes of memory more than an open store takes."""
    from spasmkg.store import confine

    stores = _Stores()
    received = frames.Frames()
    try:
        stores.open(path)
        if memory:
            confine.limit_memory(memory)
        channel.sendall(frames.pack(frames.READY, os.getpid()))
        while data := channel.recv(1 << 16):
            for kind, payload in received.feed(data):
                _answer(channel, stores, kind, payload)
    except RequestError as error:  # the store cannot be opened at the start
        channel.sendall(frames.pack(frames.ERROR, error.payload))
    except (BrokenPipeError, ConnectionResetError):  # nobody listens any more
        pass


def _answer(channel: socket.socket, stores: _Stores, kind: bytes, payload: bytes) -> None:
    request = frames.unpack(payload)
    try:
        out = _Out(channel, request.get("most", 1 << 62), packed=request.get("gzip", False))
        if kind == frames.CALL:
            _call(out, request)
        elif "dump" in request:
            _dump(out, stores.open(request["path"]), request)
        else:
            _write(out, _run(stores.open(request["path"]), request), request)
        out.close()
    except RequestError as error:
        channel.sendall(frames.pack(frames.ERROR, error.payload))


def _run(store: ox.Store, request: Mapping[str, Any]) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    text, default, named = request["query"], request.get("default"), request.get("named")
    if request.get("check"):
        text = guarded(request["check"], text, lambda other: ox.Store().query(other, base_iri=request.get("base")))
    try:
        if default is not None or named is not None:  # the protocol's dataset takes the place of the query's own
            graphs: list[Any] = [_graph(g) for g in default or ()]
            return store.query(
                text, base_iri=request.get("base"), default_graph=graphs, named_graphs=[_graph(g) for g in named or ()]
            )
        return store.query(text, base_iri=request.get("base"), prefixes=request.get("prefixes"))
    except SyntaxError as error:
        raise syntax_error(error, text) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise RequestError("failed", f"the query could not be run: {error}") from None


def guarded(name: str, text: str, parse: Callable[[str], object]) -> str:
    """The text to run, as the function ``module:name`` of the package has it.

    What is refused is parsed all the same, in a harmless form: whoever wrote it shall hear of a mistake first.
    """
    from spasmkg.errors import UsageError

    try:
        run, refused = function(name)(text)
    except UsageError as error:
        raise RequestError("malformed", getattr(error, "reason", str(error))) from None
    if not refused:
        return str(run)
    try:
        if run:
            parse(run)
    except SyntaxError as error:
        raise syntax_error(error, text) from None
    except (OSError, RuntimeError, ValueError):
        pass
    raise RequestError("refused", refused)


def function(name: str) -> Callable[..., Any]:
    """A function of the package by ``module:name``."""
    from importlib import import_module

    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), attribute)
    return found


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise RequestError("malformed", f"{iri!r} is not the IRI of a graph") from None


def syntax_error(error: SyntaxError, text: str) -> RequestError:
    """A mistake of a query or an update, with its place."""
    known = query_syntax(str(error), text)
    if isinstance(known, QuerySyntaxError):
        return RequestError(
            "malformed", known.reason, line=known.line, column=known.column, **missing_prefix(known.reason)
        )
    return RequestError("malformed", str(known))


def missing_prefix(reason: str) -> dict[str, str]:
    """The prefix that a query lacks, and the IRI that it has in this project; nothing for any other mistake.

    >>> missing_prefix('the prefix "skos:" is not declared')
    {'prefix': 'skos', 'iri': 'http://www.w3.org/2004/02/skos/core#'}
    """
    from spasmkg.namespaces import prefixes

    name = reason.removeprefix('the prefix "').removesuffix(':" is not declared')
    return {"prefix": name, "iri": prefixes()[name]} if name != reason and name in prefixes() else {}


def _write(out: _Out, result: Any, request: Mapping[str, Any]) -> None:
    stream: Any = out
    with _reading():
        if isinstance(result, ox.QueryTriples):
            media = _chosen(request, "graph")
            out.head(media=media, kind="graph")
            if media == "rdfxml":
                ox.serialize(_nameable(result), stream, format=RDF_FORMATS[media])
            else:
                result.serialize(stream, format=RDF_FORMATS[media])
        else:
            media = _chosen(request, "rows")
            out.head(media=media, kind="truth" if isinstance(result, ox.QueryBoolean) else "rows")
            result.serialize(stream, format=RESULT_FORMATS[media])


def _dump(out: _Out, store: ox.Store, request: Mapping[str, Any]) -> None:
    """A graph as it is; the empty name is the default graph."""
    graph = _graph(request["dump"]) if request["dump"] else ox.DefaultGraph()
    if isinstance(graph, ox.NamedNode) and not store.contains_named_graph(graph):
        raise RequestError("not-found", "there is no such graph")
    media = _chosen(request, "graph")
    out.head(media=media, kind="graph")
    stream: Any = out
    with _reading():
        if media == "rdfxml":
            triples = (q.triple for q in store.quads_for_pattern(None, None, None, graph))
            ox.serialize(_nameable(triples), stream, format=RDF_FORMATS[media])
        else:
            store.dump(stream, RDF_FORMATS[media], from_graph=graph)


@contextmanager
def _reading() -> Iterator[None]:
    """What goes wrong while an answer is read from the engine."""
    try:
        yield
    except (BrokenPipeError, ConnectionResetError):
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise RequestError("failed", f"it could not be read to its end: {error}") from None


def _chosen(request: Mapping[str, Any], family: str) -> str:
    media: str = request[family]
    if not media:
        offered = RDF_FORMATS if family == "graph" else RESULT_FORMATS
        form = "CONSTRUCT and DESCRIBE" if family == "graph" else "SELECT and ASK"
        raise RequestError("not-acceptable", f"none of the accepted formats fits {form}; offered: {', '.join(offered)}")
    return media


def _nameable(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples, all of whose predicates can be names of XML elements: the engine writes others all the same."""
    import re

    good = re.compile(r"[^\W\d][\w.\-·]*\Z")
    for triple in triples:
        iri = triple.predicate.value
        end = len(iri)
        while end and (iri[end - 1].isalnum() or iri[end - 1] in "_.-·"):
            end -= 1
        while end < len(iri) and not good.match(iri[end:]):
            end += 1
        if end == len(iri):
            raise RequestError("failed", f"RDF/XML cannot write the predicate <{iri}>; ask for Turtle or N-Triples")
        yield triple


def _call(out: _Out, request: Mapping[str, Any]) -> None:
    """Run a function of the package with (write, head, path, arguments): it calls head(…), then write(bytes)."""
    from spasmkg.errors import SpasmKGError

    try:
        function(request["function"])(out.write, out.head, request["path"], request["arguments"])
    except SpasmKGError as error:
        fields = {n: v for n, v in vars(error).items() if isinstance(v, str | int | tuple)}
        raise RequestError(type(error).__name__, str(error), fields=fields) from None
    except (RequestError, BrokenPipeError, ConnectionResetError):
        raise
    except MemoryError:
        raise RequestError("stopped", "it needs more memory than is allowed") from None
    except Exception as error:  # a mistake of ours: the client learns nothing of it, the log does
        import traceback

        trouble = "".join(traceback.format_exception(error))
        raise RequestError("internal", "something went wrong here", trouble=trouble) from None


def main(arguments: list[str]) -> None:
    """Start: ``FD PARENT OPTIONS``, the options in JSON."""
    from spasmkg.store import confine

    options = confine.begin(arguments)
    channel = socket.socket(fileno=int(arguments[0]))
    serve(channel, options["path"], options.get("memory", 0))
    os._exit(0)  # at once: there is nothing to put in order
