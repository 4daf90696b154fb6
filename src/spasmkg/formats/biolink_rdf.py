"""RDF in the terms of Biolink: categories as types, predicates as properties, each claim a ``biolink:Association``.

The edge itself stands beside its association, but not where a claim denies it.
"""

from __future__ import annotations

from collections.abc import Iterator

from spasmkg import namespaces as ns
from spasmkg.formats.biolink import ASSOCIATION, SLOTS, SOURCE, Shape
from spasmkg.formats.content import Content, Statement, Thing, iri, plain, text
from spasmkg.model import Triple
from spasmkg.store import memory

__all__ = ["write"]

INFORES = "https://w3id.org/biolink/infores/"
_A = iri(ns.RDF_TYPE)


def write(content: Content) -> bytes:
    """Nodes, edges and associations as Turtle."""
    shape = Shape.read(content.store)
    store = memory()
    for thing in content.things.values():
        store.insert(_node(thing, shape), [""])
    for statement in content.statements:
        store.insert(_association(statement, shape), [""])
    return store.dump("turtle", [""], ns.prefixes() | {"infores": INFORES})


def _biolink(name: str) -> str:
    return iri(ns.BIOLINK + name.removeprefix("biolink:"))


def _node(thing: Thing, shape: Shape) -> Iterator[Triple]:
    node = iri(thing.iri)
    categories = [_biolink(c) for c in shape.categories(thing.kind)]
    yield node, _A, categories[0]
    yield from ((node, _biolink("category"), c) for c in categories)
    yield node, iri(ns.RDFS_LABEL), text(thing.label)
    if thing.definition:
        yield node, iri(ns.DCTERMS + "description"), text(thing.definition)
    yield from ((node, _biolink("synonym"), text(name)) for scope, name in thing.names if scope == "exact")
    for match, target in thing.matches:
        if match in ("exactMatch", "closeMatch"):
            yield node, _biolink("xref"), iri(target)


def _association(statement: Statement, shape: Shape) -> Iterator[Triple]:
    s, p, o = statement.triple
    node, predicate = iri(statement.claim), iri(ns.expand(shape.predicate(statement)))
    if not statement.negated:
        yield s, predicate, o
    yield node, _A, _biolink(ASSOCIATION)
    yield node, _biolink("category"), _biolink(ASSOCIATION)
    for key, value in (("subject", s), ("predicate", predicate), ("object", o)):
        yield node, iri(ns.RDF + key), value
    yield node, _biolink("original_predicate"), p
    yield node, _biolink("knowledge_level"), text(statement.source.level)
    yield node, _biolink("agent_type"), text(statement.source.agent)
    yield node, _biolink("primary_knowledge_source"), iri(INFORES + SOURCE.removeprefix("infores:"))
    if statement.source.iri and statement.item:
        yield node, _biolink("publications"), iri(statement.source.iri)
    for _, key, value in statement.details():
        slot = SLOTS.get(ns.local(plain(key)))
        yield node, _biolink(slot) if slot else key, value
