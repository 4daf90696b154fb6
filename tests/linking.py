"""Taking mapping rows and imported triples away, to see the rows fall that rest on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.build import MERGED
from spasmkg.catalogue import GRAPHS
from spasmkg.hierarchy import PARENT

LINKS = [q.name for q in competency.all_questions() if q.mapping or q.mapping_query or q.imported]
"""The questions whose rows rest on mappings or on imported vocabularies."""


def graph_for(request, name):
    """The bundled graph, or for a question that asks vocabularies the one that has some."""
    return request.getfixturevalue("linked" if competency.load(name).vocabularies else "kg")


@cache
def writable(kg):
    """The whole dataset in memory, to be changed and put right again."""
    store = kg.store.copy(kg.store.graphs())
    store.merge(map(ns.graph, MERGED))
    return store


class Removal:
    """Triples by graph, the default graph among them where they are merged into it."""

    def __init__(self, triples: dict[str, list[tuple[str, str, str]]]) -> None:
        self.triples = triples

    def __bool__(self) -> bool:
        return bool(self.triples)

    @classmethod
    def of_mappings(cls, kg, rows) -> Removal:
        """Everything that mapping rows say."""
        found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for row in rows:
            said = kg.store.select(f"SELECT ?p ?o {{ GRAPH graph:mappings {{ <{row.iri}> ?p ?o }} }}")
            triples = [(f"<{row.iri}>", str(p), str(o)) for p, o in said]
            if row.object and not row.negated:
                triples.append((f"<{row.subject}>", f"<{row.predicate}>", f"<{row.object}>"))
            for graph in ("", ns.graph("mappings")):
                found[graph] += triples
        return cls(found)

    @classmethod
    def of_imported(cls, kg, parts: Iterable) -> Removal:
        """The triples that imported vocabularies give; with the first step of a way up, all ways up from there."""
        found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for part in parts:
            graph, (first, predicate, _) = GRAPHS + part.vocabulary, part.steps[0]
            found[graph] += part.steps
            if predicate == f"<{PARENT}>":
                above = kg.store.select(f"SELECT ?x {{ GRAPH <{graph}> {{ {first} {predicate} ?x }} }}")
                found[graph] += [(first, predicate, str(x)) for (x,) in above]
        return cls(found)

    @contextmanager
    def gone(self, kg) -> Iterator:
        """The dataset without the triples, as long as the block lasts."""
        store = writable(kg)
        for graph, triples in self.triples.items():
            store.remove(triples, [graph])
        try:
            yield store
        finally:
            for graph, triples in self.triples.items():
                store.insert(triples, [graph])
