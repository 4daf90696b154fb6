"""A user's own Turtle file merged with a graph for one session, the original untouched."""

from __future__ import annotations

from pathlib import Path

from spasmkg import namespaces as ns
from spasmkg.build import MERGED, infer
from spasmkg.errors import NotFoundError
from spasmkg.store import Store, memory

__all__ = ["with_file"]


def with_file(store: Store, path: Path) -> Store:
    """A copy in memory of a graph with the file's triples in ``graph:user`` and in the merge, inferred anew.

    Raises NotFoundError where there is no such file, DataSyntaxError with file and line.
    """
    if not path.is_file():
        raise NotFoundError("file", str(path), hint="name a Turtle file")
    copy = memory()
    for graph in store.graphs():
        if graph in (ns.graph("inferred"), ns.graph("proofs")):
            continue
        rows = store.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        merged = graph in {ns.graph(layer) for layer in MERGED}
        copy.insert([(str(s), str(p), str(o)) for s, p, o in rows], [graph, ""] if merged else [graph])
    copy.load([(path.name, path.read_bytes(), ns.graph("user")), (path.name, path.read_bytes(), "")])
    infer(copy)
    return copy
