"""What an engine must do for spasmkg."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from spasmkg.model import Row

__all__ = ["Boolean", "Graph", "Rows", "Store"]


class Rows(Protocol):
    """The answer of a SELECT: read once as rows, or serialised by the engine."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, without ``?``."""

    def __iter__(self) -> Iterator[Row]:
        """The rows, as the engine yields them."""

    def serialize(self, media: str) -> bytes:
        """All rows in one of the SPARQL 1.1 result formats: tsv, csv, json or xml."""


class Boolean(Protocol):
    """The answer of an ASK."""

    def __bool__(self) -> bool:
        """The truth of it."""

    def serialize(self, media: str) -> bytes:
        """The answer in one of the result formats json or xml."""


class Graph(Protocol):
    """The answer of a CONSTRUCT or DESCRIBE."""

    def triples(self) -> Iterator[tuple[str, str, str]]:
        """The triples in N-Triples form, as the engine yields them."""


class Store(Protocol):
    """A dataset of named graphs that answers SPARQL 1.1.

    Graph names are IRIs; the empty string is the default graph. All writes are all or nothing.
    """

    engine: str

    def query(self, sparql: str, prefixes: Mapping[str, str] | None = None) -> Rows | Boolean | Graph:
        """Run a query; raise QuerySyntaxError or StoreError."""

    def select(self, sparql: str) -> Iterable[Any]:
        """The rows of a SELECT of our own, the project's prefixes declared; each unpacks into its terms."""

    def ask(self, sparql: str) -> bool:
        """The truth of an ASK of our own, the project's prefixes declared."""

    def construct(self, sparql: str) -> Iterable[tuple[str, str, str]]:
        """The triples of a CONSTRUCT of our own, in N-Triples form."""

    def around(self, iri: str, graph: str = "") -> Iterator[tuple[str, str, str]]:
        """The triples of a graph with this subject or object, and what hangs on their blank nodes."""

    def load(self, files: Iterable[tuple[str, bytes, str]]) -> None:
        """Add Turtle documents: (name for messages, text in UTF-8, graph)."""

    def insert(self, triples: Iterable[tuple[str, str, str]], graphs: Sequence[str]) -> None:
        """Add triples in N-Triples form to each of the graphs."""

    def remove(self, triples: Iterable[tuple[str, str, str]], graphs: Sequence[str]) -> None:
        """Take triples in N-Triples form out of each of the graphs; those that are not there do not matter."""

    def bulk(self, name: str, chunks: Iterable[bytes], media: str, graph: str) -> None:
        """Add a document of any size, given in chunks, to a graph; ``name`` is for messages.

        ``media`` is turtle, ntriples, rdfxml or jsonld. Raises DataSyntaxError, and what the chunks' maker raises.
        """

    def clear(self, graph: str) -> None:
        """Empty a graph."""

    def merge(self, graphs: Iterable[str]) -> None:
        """Add every triple of some named graphs to the default graph."""

    def copy(self, graphs: Iterable[str]) -> Store:
        """A new store in memory with some of the named graphs and an empty default graph."""

    def stamp(self) -> str:
        """A text that changes whenever what is stored changes; empty where only reading it all could tell."""

    def graphs(self) -> list[str]:
        """The named graphs, sorted."""

    def dump(self, media: str, graphs: Sequence[str], prefixes: Mapping[str, str]) -> bytes:
        """The graphs, sorted and with canonical blank nodes; a triple format takes their merge."""

    def save(self, directory: Path) -> None:
        """Write a copy of the whole dataset to a new directory, all or nothing."""

    def __len__(self) -> int:
        """The number of quads."""
