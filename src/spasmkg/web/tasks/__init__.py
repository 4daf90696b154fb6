"""What workers do for pages of our own: functions that a worker calls by name.

Each takes ``write`` (bytes of the answer), ``head`` (called before, with ``media`` and ``kind``), the path of the
store, and its arguments. What it raises as an error of the package reaches the web process with its attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.store import memory, open_directory

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.store import Store

__all__ = ["Head", "Write", "graph", "joined", "opened", "service", "void", "warm"]

Write = Callable[[bytes], int]
Head = Callable[..., None]


@lru_cache(maxsize=1)
def opened(path: str) -> Store:
    """The store in a folder, kept open until another one is asked for."""
    return open_directory(path)


def graph(path: str, arguments: Mapping[str, Any]) -> KnowledgeGraph:
    """The graph in a folder, kept with all that it has loaded until another one is asked for."""
    return _graph(path, arguments.get("dataset", ""))


@lru_cache(maxsize=1)
def _graph(path: str, dataset: str) -> KnowledgeGraph:
    from spasmkg.kg import KnowledgeGraph

    index = Path(path).parent / "search.sqlite"  # of the store that was built with it, not of later ones
    known = Path(path).name == "store" and index.is_file()
    return KnowledgeGraph(opened(path), dataset, str(index) if known else None)


def warm(_: Write, head: Head, path: str, arguments: Mapping[str, Any]) -> None:
    """Load what most answers need, so that the first of them need not wait for it."""
    from spasmkg.web import views

    kg = graph(path, arguments)
    kg.search("cramp")
    kg.graph()
    views.prepare()
    head(media="", kind="")


def joined(write: Write, head: Head, path: str, arguments: Mapping[str, Any]) -> None:
    """A query with the answers of the endpoints that it calls, which must be allowed, in the place of the calls.

    This process reaches the network, so the engine that evaluates the rest of the query runs in one that does not.
    """
    from spasmkg.federation import Services, join
    from spasmkg.store.bounded import bounded

    store = bounded(opened(path), arguments["seconds"], _bounded.get(path))
    _bounded.clear()
    _bounded[path] = store
    services = Services.of(arguments["allowed"], arguments["seconds"])
    text = join(store, arguments["query"], {}, services).text
    head(media="sparql", kind="text")
    write(text.encode())


_bounded: dict[str, Store] = {}


def void(write: Write, head: Head, path: str, arguments: Mapping[str, Any]) -> None:
    """The description of the dataset, with further triples that the caller gives."""
    from spasmkg.void import describe

    described = memory()
    described.insert(describe(opened(path), arguments["dataset"]), [""])
    described.insert([(s, p, o) for s, p, o in arguments["more"]], [""])
    head(media=arguments["media"], kind="graph")
    write(described.dump(arguments["media"], [""], {**ns.prefixes(), "void": ns.VOID}))


def service(write: Write, head: Head, path: str, arguments: Mapping[str, Any]) -> None:
    """The triples that describe the service, which the caller gives, with those of some graphs of the store."""
    described = memory()
    described.insert([(s, p, o) for s, p, o in arguments["triples"]], [""])
    for name in arguments["graphs"]:
        found = opened(path).construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
        described.insert(found, [""])
    head(media=arguments["media"], kind="graph")
    write(described.dump(arguments["media"], [""], {**ns.prefixes(), "void": ns.VOID, **arguments["prefixes"]}))
