"""A user's own Turtle file merged with a graph for one session, the original untouched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from spasmkg import namespaces as ns
from spasmkg.build import MERGED, infer
from spasmkg.errors import NotFoundError
from spasmkg.model import Triple
from spasmkg.sparql import tokens
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
    text = path.read_bytes()
    copy.load([(path.name, text, ns.graph("user")), (path.name, text, "")])
    copy.insert(_places(path.name, text.decode("utf-8"), copy), [ns.graph("user-places")])
    infer(copy)
    return copy


def _places(name: str, text: str, store: Store) -> Iterator[Triple]:
    """For each triple of the file a node that says in which line its statement starts."""
    known = {tuple(map(str, row)) for row in store.select("SELECT ?s ?p ?o { GRAPH graph:user { ?s ?p ?o } }")}
    head = ""
    for number, (line, statement) in enumerate(_statements(text)):
        if re.match(r"(?i)@prefix|@base|prefix|base", statement):
            head += statement + "\n"
            continue
        alone = memory()
        alone.load([(name, (head + statement).encode(), "")])
        for count, row in enumerate(alone.select("SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o")):
            triple = tuple(map(str, row))
            if triple in known:
                node = f"<{ns.SPASM}user-place/{number}-{count}>"
                for part, value in zip(("subject", "predicate", "object"), triple, strict=True):
                    yield node, f"<{ns.RDF}{part}>", value
                yield node, f"<{ns.spasm('file')}>", '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
                yield node, f"<{ns.spasm('line')}>", f'"{line}"^^<{ns.XSD}integer>'


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each statement of a Turtle document that has been parsed before."""
    begun: int | None = None
    depth = 0
    for token in tokens(text):
        begun = token.start if begun is None else begun
        depth += (token.text in ("[", "(")) - (token.text in ("]", ")"))
        sparql_style = re.match(r"(?i)(prefix|base)\b", text[begun:]) is not None
        ended = token.kind == "iri" if sparql_style else token.text == "." and depth == 0
        if ended:
            yield text.count("\n", 0, begun) + 1, text[begun : token.start + len(token.text)]
            begun = None
