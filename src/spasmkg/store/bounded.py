"""A store whose queries have a deadline: they run in a worker process, which is killed when it is late."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from spasmkg.errors import OutOfTimeError, QuerySyntaxError, StoppedError, StoreError, UsageError
from spasmkg.store import frames
from spasmkg.store.oxigraph import RESULT_FORMATS, OxigraphStore, Rows, Triples, Truth
from spasmkg.store.spawn import spawn

if TYPE_CHECKING:
    import subprocess

    from spasmkg.store.protocol import Store

__all__ = ["BoundedStore", "bounded"]

_MEMORY = 4 << 30
_START_SECONDS = 60.0
"""What the start of a worker may take; it does not count."""


def _read(kind: str, data: bytes) -> Rows | Truth | Triples:
    """The answer that a worker has written."""
    if kind == "graph":
        return Triples(ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
    result = ox.parse_query_results(data, RESULT_FORMATS["json"])
    return Rows(result) if isinstance(result, ox.QuerySolutions) else Truth(result)


class BoundedStore(OxigraphStore):
    """The same dataset as another store; each query has so many seconds, from its start to its last row.

    One worker serves one query after the other; it is started when first needed and ends with this object.
    A store in memory is copied to a temporary folder once.
    """

    def __init__(self, store: OxigraphStore, seconds: float) -> None:
        super().__init__(store._store, store.path)
        self.of, self.seconds = store, seconds
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._worker: tuple[subprocess.Popen[bytes], socket.socket] | None = None

    def query(self, sparql: str, prefixes: Mapping[str, str] | None = None) -> Any:
        """Run a query to its end. Raises OutOfTimeError where it is late, StoppedError where it needs too much."""
        path = self._folder()  # copied before the clock starts
        request = {"path": path, "query": sparql, "prefixes": dict(prefixes or {}), "rows": "json", "graph": "ntriples"}
        try:
            kind, data = self._exchange(request)
        except (TimeoutError, BlockingIOError):
            self.close_worker()
            raise OutOfTimeError(self.seconds) from None
        except (ConnectionError, EOFError):
            self.close_worker()
            raise StoppedError("the query was stopped: it needs more memory or nests deeper than is allowed") from None
        except BaseException:  # such as an interrupt: the worker would go on, and answer somebody else
            self.close_worker()
            raise
        if kind == "error":
            _raise(frames.unpack(data), sparql, self.path)
        return _read(kind, data)

    def _exchange(self, request: Mapping[str, Any]) -> tuple[str, bytes]:
        if self._worker is None:
            self._worker = spawn("spasmkg.store.worker", {"path": request["path"], "memory": _MEMORY})
            kind, data = _answer(self._worker[1], time.monotonic() + _START_SECONDS)
            if kind == "error":  # it has no store, and ends
                self.close_worker()
                return kind, data
        channel = self._worker[1]
        until = time.monotonic() + self.seconds
        channel.settimeout(self.seconds)
        channel.sendall(frames.pack(frames.QUERY, request))
        return _answer(channel, until)

    def _folder(self) -> str:
        if self.path:
            return self.path
        if self._scratch is None:
            from pathlib import Path

            self._scratch = tempfile.TemporaryDirectory(prefix="spasmkg-")
            self.save(Path(self._scratch.name, "store"))
        return f"{self._scratch.name}/store"

    def close_worker(self) -> None:
        """End the worker process, whatever it does."""
        worker, self._worker = self._worker, None
        if worker:
            worker[0].kill()
            worker[1].close()
            worker[0].wait()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # the interpreter may be ending
            self.close_worker()
            if self._scratch:
                self._scratch.cleanup()


def bounded(store: Store, seconds: float, before: Store | None = None) -> Store:
    """A store with the same dataset whose queries end within so many seconds; ``before`` is used again if it fits.

    Raises UsageError for a time that is none, or a store that has no such thing.

    >>> from spasmkg.store import memory
    >>> bool(bounded(memory(), 30).query("ASK { }"))
    True
    """
    if not 0 < seconds < 1e9:
        raise UsageError(f"{seconds:g} is not a number of seconds above 0")
    if isinstance(before, BoundedStore) and before.of is store:
        before.seconds = seconds
        return before
    if not isinstance(store, OxigraphStore):
        raise UsageError(f"{store.engine} takes no timeout")
    return BoundedStore(store, seconds)


def _answer(channel: socket.socket, until: float) -> tuple[str, bytes]:
    """What the worker says: the kind of answer and its bytes; ``ready`` or ``error``."""
    received = frames.Frames()
    head: dict[str, Any] = {}
    parts: list[bytes] = []
    while True:
        channel.settimeout(max(0.001, until - time.monotonic()))
        data = channel.recv(1 << 20)
        if not data:
            raise EOFError
        for kind, payload in received.feed(data):
            if kind == frames.READY:
                return "ready", b""
            if kind == frames.HEAD:
                head = frames.unpack(payload)
            elif kind == frames.DATA:
                parts.append(payload)
            elif kind == frames.WHOLE:
                return str(head["kind"]), b"".join(parts)
            elif kind == frames.ERROR:
                return "error", payload


def _raise(error: Mapping[str, Any], sparql: str, path: str) -> None:
    if error["code"] == "malformed":
        raise QuerySyntaxError(error["reason"], sparql, error.get("line"), error.get("column"))
    raise StoreError(error["reason"], path)
