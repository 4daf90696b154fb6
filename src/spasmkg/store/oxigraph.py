"""The embedded engine: Oxigraph (https://github.com/oxigraph/oxigraph) in memory or on disk."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from spasmkg import namespaces as ns
from spasmkg.errors import DataSyntaxError, StoreError, StoreInUseError
from spasmkg.store.syntax import query_syntax

if TYPE_CHECKING:
    from pathlib import Path

    from spasmkg.model import Row

__all__ = ["RDF_FORMATS", "RESULT_FORMATS", "OxigraphStore", "memory", "open_directory", "read_triples"]

RESULT_FORMATS = {
    "tsv": ox.QueryResultsFormat.TSV,
    "csv": ox.QueryResultsFormat.CSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
RDF_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_BASE = "https://w3id.org/spasmkg/file/"


class Rows:
    """Rows as the engine gives them."""

    __slots__ = ("_solutions", "variables")

    def __init__(self, solutions: ox.QuerySolutions) -> None:
        self._solutions = solutions
        self.variables = tuple(v.value for v in solutions.variables)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._solutions)

    def serialize(self, media: str) -> bytes:
        out = self._solutions.serialize(format=RESULT_FORMATS[media])
        assert out is not None
        return out


class Truth:
    """The answer of ASK."""

    __slots__ = ("_answer",)

    def __init__(self, answer: ox.QueryBoolean) -> None:
        self._answer = answer

    def __bool__(self) -> bool:
        return bool(self._answer)

    def serialize(self, media: str) -> bytes:
        out = self._answer.serialize(format=RESULT_FORMATS[media])
        assert out is not None
        return out


class Triples:
    """Triples as the engine gives them, or as its parser does."""

    __slots__ = ("_triples",)

    def __init__(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        self._triples = triples

    def triples(self) -> Iterator[tuple[str, str, str]]:
        for t in self._triples:
            yield str(t.subject), str(t.predicate), _text(t.object)


def _text(term: Any) -> str:
    """A term in N-Triples form, which the engine leaves to others where it is a triple."""
    return f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term)


def _graph_name(graph: str) -> ox.NamedNode | ox.DefaultGraph:
    return ox.NamedNode(graph) if graph else ox.DefaultGraph()


def _parse_nt(triples: Iterable[tuple[str, str, str]]) -> list[ox.Triple]:
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
    return [q.triple for q in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]


class _Chunks(io.RawIOBase):
    """Chunks of bytes as a stream; what their maker raises goes through."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._rest = iter(chunks), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


class OxigraphStore:
    """A dataset held by Oxigraph."""

    engine = f"oxigraph {ox.__version__}"

    def __init__(self, store: ox.Store, path: str = "") -> None:
        self._store, self.path = store, path

    def query(self, sparql: str, prefixes: Mapping[str, str] | None = None) -> Rows | Truth | Triples:
        """Run a query."""
        try:
            result = self._store.query(sparql, prefixes=dict(prefixes) if prefixes else None)
        except SyntaxError as error:
            raise query_syntax(str(error), sparql) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"the query could not be run: {error}", self.path) from None
        if isinstance(result, ox.QuerySolutions):
            return Rows(result)
        return Truth(result) if isinstance(result, ox.QueryBoolean) else Triples(result)

    def select(self, sparql: str) -> Iterable[Any]:
        """The rows of a SELECT of our own."""
        result: Any = self.query(sparql, ns.prefixes())
        return result  # type: ignore[no-any-return]

    def ask(self, sparql: str) -> bool:
        """The truth of an ASK of our own."""
        return bool(self.query(sparql, ns.prefixes()))

    def construct(self, sparql: str) -> Iterable[tuple[str, str, str]]:
        """The triples of a CONSTRUCT of our own."""
        result: Any = self.query(sparql, ns.prefixes())
        return result.triples()  # type: ignore[no-any-return]

    def around(self, iri: str, graph: str = "") -> Iterator[tuple[str, str, str]]:
        """The triples of a graph with this subject or object, and what hangs on their blank nodes."""
        try:
            ahead: list[Any] = [ox.NamedNode(iri)]
        except ValueError:
            return
        seen, done, g = {*ahead}, set(), _graph_name(graph)
        while ahead:
            node = ahead.pop()
            for pattern in ((node, None, None, g), (None, None, node, g)):
                for quad in self._store.quads_for_pattern(*pattern):
                    ends = [n for n in (quad.subject, quad.object) if isinstance(n, ox.BlankNode)]
                    if ends or quad.subject == quad.object:  # what may be met twice
                        if quad in done:
                            continue
                        done.add(quad)
                    yield str(quad.subject), str(quad.predicate), _text(quad.object)
                    ahead += [n for n in ends if n not in seen]
                    seen.update(ends)

    def load(self, files: Iterable[tuple[str, bytes, str]]) -> None:
        """Add Turtle documents."""
        quads: list[ox.Quad] = []
        for name, text, graph in files:
            target = _graph_name(graph)
            quads += [ox.Quad(q.subject, q.predicate, q.object, target) for q in parse_turtle(name, text)]
        self._extend(quads)

    def insert(self, triples: Iterable[tuple[str, str, str]], graphs: Sequence[str]) -> None:
        """Add triples to each of the graphs."""
        text = "".join(f"{s} {p} {o} .\n" for s, p, o in triples)
        for g in graphs:
            self._add(text.encode(), _graph_name(g))

    def remove(self, triples: Iterable[tuple[str, str, str]], graphs: Sequence[str]) -> None:
        """Take triples out of each of the graphs."""
        parsed = _parse_nt(triples)
        for g in graphs:
            for t in parsed:
                self._store.remove(ox.Quad(t.subject, t.predicate, t.object, _graph_name(g)))

    def merge(self, graphs: Iterable[str]) -> None:
        """Add the named graphs to the default graph."""
        for g in graphs:
            self._store.update(f"ADD SILENT <{g}> TO DEFAULT")

    def copy(self, graphs: Iterable[str]) -> OxigraphStore:
        """Some of the named graphs in memory: as N-Triples text they move twice as fast as quad by quad."""
        made = memory()
        for name in map(ox.NamedNode, graphs):
            text = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)
            assert text is not None
            made._add(text, name)
        return made

    def _add(self, text: bytes, target: ox.NamedNode | ox.DefaultGraph) -> None:
        """Add N-Triples. The engine's loader is fast, but gives blank nodes new names in each graph."""
        try:
            if b"_:" not in text:
                self._store.load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=target)
                return
            quads = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
            self._store.extend([ox.Quad(q.subject, q.predicate, q.object, target) for q in quads])
        except OSError as error:
            raise StoreError(f"the store could not be written: {error}", self.path) from None

    def _extend(self, quads: list[ox.Quad]) -> None:
        try:
            self._store.extend(quads)
        except OSError as error:
            raise StoreError(f"the store could not be written: {error}", self.path) from None

    def bulk(self, name: str, chunks: Iterable[bytes], media: str, graph: str) -> None:
        """Add a document of any size to a graph, read chunk by chunk."""
        stream = io.BufferedReader(_Chunks(chunks), 1 << 20)
        target = _graph_name(graph)
        try:
            self._store.bulk_load(stream, format=RDF_FORMATS[media], to_graph=target, base_iri=_BASE)
        except SyntaxError as error:
            raise DataSyntaxError(_reason(error), name, error.lineno) from None
        except UnicodeDecodeError as error:
            raise DataSyntaxError(f"not UTF-8 text: {error.reason}", name) from None

    def clear(self, graph: str) -> None:
        """Empty a graph in pieces: one transaction over all of it would have to fit into memory."""
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        delete = f"DELETE {{ {where} }} WHERE {{ SELECT ?s ?p ?o {{ {where} }} LIMIT 50000 }}"
        while self._store.query(f"ASK {{ {where} }}"):
            self._store.update(delete)
        if graph:
            self._store.remove_graph(_graph_name(graph))

    def absorb(self, other: OxigraphStore) -> None:
        """Add everything of another store."""
        self._store.bulk_extend(other._store)

    def close(self) -> None:
        """Write everything to disk and let go of the files; the store cannot be used afterwards."""
        self._store.flush()
        del self._store

    def stamp(self) -> str:
        """The files that the data is in, with sizes and times; empty for a store in memory."""
        if not self.path:
            return ""
        stored = [
            e for e in os.scandir(self.path) if e.name.endswith((".sst", ".log")) or e.name.startswith("MANIFEST")
        ]
        if not any(e.name.startswith("MANIFEST") for e in stored):
            return ""
        told = ((e.name, e.stat()) for e in sorted(stored, key=lambda e: e.name))
        return f"{os.path.abspath(self.path)} " + " ".join(f"{n}:{s.st_size:x}.{s.st_mtime_ns:x}" for n, s in told)

    def graphs(self) -> list[str]:
        """The named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs())

    def dump(self, media: str, graphs: Sequence[str], prefixes: Mapping[str, str]) -> bytes:
        """The graphs, sorted and with canonical blank nodes."""
        fmt = RDF_FORMATS[media]
        dataset = ox.Dataset()
        for g in graphs:
            name = _graph_name(g)
            for q in self._store.quads_for_pattern(None, None, None, name):
                dataset.add(q if fmt.supports_datasets else ox.Quad(q.subject, q.predicate, q.object))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        quads = sorted(dataset, key=lambda q: ("" if q.graph_name == ox.DefaultGraph() else str(q.graph_name), str(q)))
        out = ox.serialize(quads, format=fmt, prefixes=dict(prefixes) if media not in ("ntriples", "nquads") else None)
        assert out is not None
        return out

    def save(self, directory: Path) -> None:
        """Write a copy of the dataset to a new directory, all or nothing."""
        import tempfile

        if directory.exists() and any(directory.iterdir()):
            raise StoreError(f"{directory} is not empty; name a new directory", str(directory))
        try:
            directory.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=directory.parent, prefix=f".{directory.name}.") as scratch:
                target = ox.Store(f"{scratch}/store")
                target.bulk_extend(self._store)
                target.flush()
                target.optimize()
                del target
                if directory.exists():
                    directory.rmdir()
                os.rename(f"{scratch}/store", directory)
        except OSError as error:
            raise StoreError(f"{directory} could not be written: {error}", str(directory)) from None

    def __len__(self) -> int:
        """The number of quads."""
        return len(self._store)


def memory() -> OxigraphStore:
    """An empty store in memory.

    >>> len(memory())
    0
    """
    return OxigraphStore(ox.Store())


def open_directory(path: str | Path) -> OxigraphStore:
    """A store on disk, read-only: any number of processes may have it open.

    Raises StoreError where nothing is there, StoreInUseError where another process keeps it to itself.
    """
    where = str(path)
    if not os.path.isfile(os.path.join(where, "CURRENT")):
        raise StoreError(f"{where} holds no graph; make one with: spasmkg build -o {where}", where)
    try:
        return OxigraphStore(ox.Store.read_only(where), where)
    except OSError as error:
        if "lock" in str(error).lower():
            message = f"{where} is in use by another process that writes to it; wait for it or stop it"
            raise StoreInUseError(message, where) from None
        raise StoreError(f"{where} could not be opened: {error}", where) from None


def parse_turtle(name: str, text: bytes) -> list[ox.Quad]:
    """The quads of a Turtle document; raise DataSyntaxError with file and line."""
    try:
        return list(ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError as error:
        raise DataSyntaxError(_reason(error), name, error.lineno) from None
    except UnicodeDecodeError as error:
        raise DataSyntaxError(f"not UTF-8 text: {error.reason}", name) from None


def read_triples(name: str, chunks: Iterable[bytes], media: str) -> Iterator[tuple[Any, Any, Any]]:
    """(subject, predicate, object) of each triple of a document of any size, as terms, in the order of the document.

    ``media`` is as for :meth:`OxigraphStore.bulk`. Raises DataSyntaxError, and what the chunks' maker raises.
    """
    stream = io.BufferedReader(_Chunks(chunks), 1 << 20)
    try:
        for quad in ox.parse(stream, format=RDF_FORMATS[media], base_iri=_BASE):
            yield quad.subject, quad.predicate, quad.object
    except SyntaxError as error:
        raise DataSyntaxError(_reason(error), name, error.lineno) from None
    except UnicodeDecodeError as error:
        raise DataSyntaxError(f"not UTF-8 text: {error.reason}", name) from None


def _reason(error: SyntaxError) -> str:
    return re.sub(r"^Parser error at line \d+ (?:between )?columns? [^:]*: ", "", error.msg)
