"""A description of a dataset in VoID (https://www.w3.org/TR/void/): what it holds, by class and by property.

What the properties of a class lead to is told as editors read it: by a partition of the objects' class (VoID) or of their
datatype (https://ldf.fi/void-ext).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns

if TYPE_CHECKING:
    from spasmkg.model import Triple
    from spasmkg.store import Store

__all__ = ["describe"]

_COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
}
_BY_CLASS = """SELECT ?c ?p (COUNT(*) AS ?n) {
    { SELECT DISTINCT ?s ?c { ?s a ?c FILTER(ISIRI(?c)) } } ?s ?p ?o } GROUP BY ?c ?p"""
_BY_DATATYPE = """SELECT ?c ?p ?d (COUNT(*) AS ?n) {
    { SELECT DISTINCT ?s ?c { ?s a ?c FILTER(ISIRI(?c)) } } ?s ?p ?o FILTER(ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?d)
} GROUP BY ?c ?p ?d"""
_LINKS = """SELECT ?c ?p ?d (COUNT(*) AS ?n) {
    { SELECT DISTINCT ?s ?c { ?s a ?c FILTER(ISIRI(?c)) } } ?s ?p ?o . { SELECT DISTINCT ?o ?d { ?o a ?d FILTER(ISIRI(?d)) } }
} GROUP BY ?c ?p ?d"""
_NARROWEST = """{ SELECT DISTINCT ?%(it)s ?%(kind)s { ?%(it)s a ?%(kind)s
    FILTER NOT EXISTS { ?%(it)s a ?e . ?e rdfs:subClassOf ?%(kind)s FILTER(?e != ?%(kind)s) } } }"""
_CLOSEST = f"""SELECT DISTINCT ?c ?p ?d {{
    {_NARROWEST % {"it": "s", "kind": "c"}} ?s ?p ?o . {_NARROWEST % {"it": "o", "kind": "d"}} }}"""
"""Which classes are linked, without what follows from a narrower class."""
_VOID_EXT = "http://ldf.fi/void-ext#"


def describe(store: Store, dataset: str) -> Iterator[Triple]:
    """The triples that describe the default graph as the dataset of this IRI: counts, classes, properties.

    A class has a partition with its entities, and in it one for each property that they have; in that, one for each
    datatype of what the property leads to, and for each class: of several, the narrowest.

    >>> from spasmkg.store import memory
    >>> store = memory()
    >>> store.insert([("<urn:a>", f"<{ns.RDF_TYPE}>", "<urn:C>")], [""])
    >>> [o for s, p, o in describe(store, "urn:d") if p.endswith("#entities>")]
    ['"1"^^<http://www.w3.org/2001/XMLSchema#integer>']
    """
    node = f"<{dataset}>"
    yield node, _a(), f"<{ns.VOID}Dataset>"
    for name, query in _COUNTS.items():
        yield node, _void(name), _number(_first(store, query))
    by_property = list(store.select("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"))
    yield node, _void("properties"), _number(len(by_property))
    for predicate, count in by_property:
        yield from _partition(node, dataset, "property", predicate.value, "triples", count.value)
    classes = list(
        store.select("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(ISIRI(?c)) } GROUP BY ?c ORDER BY ?c")
    )
    yield node, _void("classes"), _number(len(classes))
    for kind, count in classes:
        yield from _partition(node, dataset, "class", kind.value, "entities", count.value)
    for kind, predicate, count in store.select(_BY_CLASS):
        inside = _name(dataset, "class", kind.value)
        yield from _partition(f"<{inside}>", inside, "property", predicate.value, "triples", count.value)
    closest = {tuple(term.value for term in row) for row in store.select(_CLOSEST)}
    for kind, predicate, other, count in store.select(_LINKS):
        if (kind.value, predicate.value, other.value) in closest:
            inside = _name(_name(dataset, "class", kind.value), "property", predicate.value)
            yield from _partition(f"<{inside}>", inside, "class", other.value, "triples", count.value)
    for kind, predicate, other, count in store.select(_BY_DATATYPE):
        inside = _name(_name(dataset, "class", kind.value), "property", predicate.value)
        yield from _partition(f"<{inside}>", inside, "datatype", other.value, "triples", count.value, _VOID_EXT)


def _partition(
    node: str, parent: str, what: str, iri: str, unit: str, count: str, vocabulary: str = ns.VOID
) -> Iterator[Triple]:
    part = f"<{_name(parent, what, iri)}>"
    yield node, f"<{vocabulary}{what}Partition>", part
    yield part, f"<{vocabulary}{what}>", f"<{iri}>"
    yield part, _void(unit), _number(int(count))


def _name(parent: str, what: str, iri: str) -> str:
    """An IRI for a partition: the same each time."""
    mark = "-" if "#" in parent else "#"
    return f"{parent}{mark}{what}-{hashlib.sha256(iri.encode()).hexdigest()[:12]}"


def _first(store: Store, query: str) -> int:
    return int(next(iter(store.select(query)))[0].value)


def _void(name: str) -> str:
    return f"<{ns.VOID}{name}>"


def _a() -> str:
    return f"<{ns.RDF_TYPE}>"


def _number(value: int) -> str:
    return f'"{value}"^^<{ns.XSD}integer>'
