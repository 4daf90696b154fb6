"""The writer process: the only one that changes a graph folder while it is served.

It works on a copy of its own, ``work.N``, which is made with hard links and costs nothing. When a change is done, the
copy is copied in the same way to the next ``store.N``, and the file ``current`` names that: from then on it is what
everybody reads, also programs that know nothing of the server. Only then is the change answered. So a kill at any
moment loses nothing that was answered and leaves nothing half done: ``work.N`` is thrown away at the next start.

A request is CHANGE (JSON), an answer HEAD (JSON with ``path``, the new store) and WHOLE, or ERROR.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from spasmkg.errors import StoreError
from spasmkg.store import frames
from spasmkg.store.folder import alone, live, number_of, publish, stores
from spasmkg.store.oxigraph import RDF_FORMATS
from spasmkg.store.worker import RequestError, guarded, syntax_error

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["main"]

_WORK = "work"
_AT_ONCE = 8 * 1024 * 1024
"""The size of a document up to which it is read before anything is changed."""


class Writer:
    """A graph folder that is open for changes."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._store: ox.Store | None = None
        self._opened = 0
        self.path = live(folder)
        for name in stores(folder):
            if number_of(name) > number_of(os.path.basename(self.path)):  # of a change that was never finished
                shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
        self._open()

    def _open(self) -> None:
        """Start again from what everybody reads."""
        self._store = None
        self._opened += 1  # a new name: the engine lets go of the files of the one before when it likes
        work = os.path.join(self._folder, f"{_WORK}.{self._opened}")
        for name in os.listdir(self._folder):
            if name.startswith(f"{_WORK}."):
                shutil.rmtree(os.path.join(self._folder, name), ignore_errors=True)
        if any(f.endswith(".log") and os.path.getsize(os.path.join(self.path, f)) for f in os.listdir(self.path)):
            # what is only in the engine's log is not in a copy by hard links
            shutil.copytree(self.path, work, ignore=shutil.ignore_patterns("LOCK"))
        else:
            ox.Store.read_only(self.path).backup(work)
        self._store = ox.Store(work)

    def change(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked, wholly or not at all; what to answer."""
        assert self._store is not None
        try:
            head = self._update(self._store, request) if "update" in request else self._graph(self._store, request)
        except _SpoiltError as error:
            self._open()
            raise error.error from None
        if head.pop("changed"):
            try:
                self._publish(request.get("keep", ()))
            except OSError as error:
                self._open()
                raise _unwritten(error) from None
        return {**head, "path": self.path}

    def _publish(self, keep: Sequence[str]) -> None:
        assert self._store is not None
        before, number = self.path, number_of(os.path.basename(self.path)) + 1
        path = os.path.join(self._folder, f"store.{number}")
        try:
            self._store.backup(path)
            publish(self._folder, os.path.basename(path))
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        self.path = path
        for name in stores(self._folder):  # the one before stays: other programs may be reading it
            old = os.path.join(self._folder, name)
            if old not in (path, before, *keep):
                shutil.rmtree(old, ignore_errors=True)

    def _update(self, store: ox.Store, request: Mapping[str, Any]) -> dict[str, Any]:
        text, base = request["update"], request.get("base")
        if request.get("check"):
            text = guarded(request["check"], text, lambda other: ox.Store().update(other, base_iri=base))
        if request.get("using") or request.get("using_named"):
            from spasmkg.store.using import with_dataset

            text = with_dataset(text, request.get("using", ()), request.get("using_named", ()))
        try:
            store.update(text, base_iri=base)
        except SyntaxError as error:
            raise syntax_error(error, text) from None
        except (RuntimeError, ValueError) as error:
            raise RequestError("failed", f"the update could not be run: {error}") from None
        except OSError as error:
            raise _SpoiltError(_unwritten(error)) from None
        return {"changed": True}

    def _graph(self, store: ox.Store, request: Mapping[str, Any]) -> dict[str, Any]:
        """Replace, extend or drop a graph; the empty name is the default graph."""
        iri, mode = request["graph"], request["mode"]
        try:
            target = ox.NamedNode(iri) if iri else ox.DefaultGraph()
        except ValueError:
            raise RequestError("malformed", f"{iri!r} is not the IRI of a graph") from None
        known = not iri or store.contains_named_graph(target)
        if request.get("absent" if known else "present") or request.get("path", self.path) != self.path:
            raise RequestError("precondition-failed", "the graph is not as the request has it; read it again")
        if mode == "drop":
            if not known:
                raise RequestError("not-found", "there is no such graph")
            _emptied(store, target)
            if iri:
                store.remove_graph(target)
            return {"changed": True, "created": False}
        documents = [_Document(**d) for d in request["documents"]]
        small = sum(os.path.getsize(d.path) for d in documents) <= _AT_ONCE
        quads = (
            [ox.Quad(q.subject, q.predicate, q.object, target) for d in documents for q in d.quads()] if small else []
        )
        try:
            if mode == "replace":
                _emptied(store, target)
            if iri:
                store.add_graph(target)
            if small:
                store.extend(quads)
            else:
                for document in documents:
                    document.load(store, target)
        except (OSError, RequestError, MemoryError) as error:
            raise _SpoiltError(error if isinstance(error, RequestError) else _unwritten(error)) from None
        return {"changed": True, "created": not known}


class _SpoiltError(Exception):
    """A change that failed half way: the working copy is of no use any more."""

    def __init__(self, error: RequestError) -> None:
        self.error = error
        super().__init__(str(error))


def _unwritten(error: Exception) -> RequestError:
    """What to tell where the disk took no more; the engine also says which file that was, which is nobody's business."""
    reason = (error.strerror if isinstance(error, OSError) else "") or str(error).rpartition(": ")[2]
    return RequestError(
        "no-space", f"the change could not be written: {reason.rstrip('.') or 'no memory'}; nothing was changed"
    )


class _Document:
    """A document that a request brought: a file, its format, and what relative IRIs in it are relative to."""

    def __init__(self, path: str, media: str, base: str) -> None:
        self.path, self._media, self._base = path, media, base

    def quads(self) -> Iterator[ox.Quad]:
        """Its triples. Raises RequestError with the place of a mistake."""
        yield from self._read(
            lambda file: ox.parse(
                file, format=RDF_FORMATS[self._media], base_iri=self._base, without_named_graphs=True, rename_blank_nodes=True
            )
        )  # fmt: skip

    def load(self, store: ox.Store, target: Any) -> None:
        """Put it into a graph."""
        self._read(
            lambda file: store.bulk_load(
                file, format=RDF_FORMATS[self._media], base_iri=self._base, to_graph=target
            )
        )  # fmt: skip

    def _read(self, parse: Callable[[Any], Any]) -> Any:
        try:
            with open(self.path, "rb") as file:
                self._no_doctype(file.read(1 << 16))
                file.seek(0)
                found = parse(file)
                return list(found) if found is not None else None
        except SyntaxError as error:
            reason = "a JSON-LD context from another address is not fetched: write it into the document"
            if "LoadDocumentCallback" not in error.msg:
                reason = error.msg.removeprefix(f"Parser error at line {error.lineno} column {error.offset}: ")
            place = {} if error.lineno is None else {"line": error.lineno, "column": error.offset}
            raise RequestError("malformed", reason, **place) from None
        except (UnicodeDecodeError, ValueError) as error:
            raise RequestError("malformed", f"the document cannot be read: {error}") from None

    def _no_doctype(self, start: bytes) -> None:
        """An XML document may define words that expand to more than any memory holds."""
        if self._media != "rdfxml":
            return
        import re

        prolog = re.match(rb"(?s)\A(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*+", start)
        if prolog and start[prolog.end() :].startswith(b"<!DOCTYPE"):
            raise RequestError("malformed", "a document type declaration is not taken: write the IRIs out")


def _emptied(store: ox.Store, target: Any) -> None:
    if isinstance(target, ox.DefaultGraph):
        store.clear_graph(target)
    elif store.contains_named_graph(target):
        store.remove_graph(target)


def serve(channel: socket.socket, folder: str, memory: int) -> None:
    """Answer until the other side hangs up."""
    from spasmkg.store import confine

    received = frames.Frames()
    try:
        with _lock(folder):
            writer = Writer(folder)
            confine.limit_memory(memory)
            channel.sendall(frames.frame(frames.READY))
            while data := channel.recv(1 << 18):
                for _, payload in received.feed(data):
                    channel.sendall(_answer(writer, frames.unpack(payload)))
    except (OSError, StoreError) as error:
        with suppress(OSError):
            channel.sendall(frames.pack(frames.ERROR, {"code": "store", "reason": str(error)}))


def _answer(writer: Writer, request: Mapping[str, Any]) -> bytes:
    try:
        return frames.pack(frames.HEAD, writer.change(request)) + frames.frame(frames.WHOLE)
    except RequestError as error:
        return frames.pack(frames.ERROR, error.payload)


def _lock(folder: str) -> Any:
    """The folder for us alone; the writer before may have been killed a moment ago."""
    until = time.monotonic() + 3
    while True:
        lock = alone(folder)
        try:
            lock.__enter__()
        except StoreError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return _Held(lock)


class _Held:
    """A lock that is held already."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        return None

    def __exit__(self, *why: object) -> None:
        self._lock.__exit__(*why)


def main(arguments: list[str]) -> None:
    """Start: ``FD PARENT OPTIONS``, the options in JSON: ``folder``, ``memory``, ``file_size``."""
    from spasmkg.store import confine

    options = confine.begin(arguments)
    if options.get("file_size"):
        confine.limit_file_size(options["file_size"])
    serve(socket.socket(fileno=int(arguments[0])), options["folder"], options["memory"])
    os._exit(0)
