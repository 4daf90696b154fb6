"""What a query can go on with so that it still has answers: predicates by class, classes by predicate, values.

All of it is counted in the default graph, which is what a query asks unless it names a graph.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from spasmkg import entities
from spasmkg import namespaces as ns
from spasmkg.model import is_iri_term
from spasmkg.store import Store

__all__ = ["Summary", "Use", "Value", "predicates_of", "summary", "values"]


@dataclass(frozen=True, slots=True)
class Use:
    """A class or a predicate that the data use: its label, how often, and what it goes together with.

    Of a class, ``with_`` has the predicates of its members with their numbers; of a predicate, the classes of its
    objects. ``literals`` is how many objects of a predicate are literals.
    """

    iri: str
    label: str
    count: int
    with_: dict[str, int] = field(default_factory=dict)
    literals: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """The classes and predicates of the default graph, most used first, and the named graphs."""

    classes: tuple[Use, ...]
    predicates: tuple[Use, ...]
    graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A thing that a predicate leads to: its label, its kind, and from how many subjects."""

    iri: str
    label: str
    kind: str
    count: int


def summary(store: Store) -> Summary:
    """What there is to ask for.

    >>> from spasmkg import kg
    >>> found = summary(kg.open_graph().store)
    >>> drug = next(c for c in found.classes if c.iri == ns.spasm("Drug"))
    >>> drug.with_[ns.spasm("hasSideEffect")] > 10, ns.spasm("decreases") in drug.with_
    (True, False)
    """
    members = _counted(store, "SELECT ?x (COUNT(*) AS ?n) { ?s a ?x } GROUP BY ?x")
    uses = _counted(store, "SELECT ?x (COUNT(*) AS ?n) { ?s ?x ?o } GROUP BY ?x")
    literals = _counted(store, "SELECT ?x (COUNT(*) AS ?n) { ?s ?x ?o FILTER(ISLITERAL(?o)) } GROUP BY ?x")
    ahead = _paired(store, "SELECT ?x ?y (COUNT(*) AS ?n) { ?s a ?x ; ?y ?o } GROUP BY ?x ?y")
    back = _paired(store, "SELECT ?x ?y (COUNT(*) AS ?n) { ?s ?x ?o . ?o a ?y } GROUP BY ?x ?y")
    labels = entities.texts(store, [*members, *uses])

    def made(counts: dict[str, int], pairs: dict[str, dict[str, int]]) -> tuple[Use, ...]:
        found = [Use(x, _label(labels, x), n, pairs.get(x, {}), literals.get(x, 0)) for x, n in counts.items()]
        return tuple(sorted(found, key=lambda u: (-u.count, u.iri)))

    return Summary(made(members, ahead), made(uses, back), tuple(store.graphs()))


def predicates_of(store: Store, iri: str) -> dict[str, int]:
    """The predicates that a thing has, with their numbers; nothing for what is no IRI.

    >>> from spasmkg import kg
    >>> predicates_of(kg.open_graph().store, ns.spasm("dantrolene"))[ns.spasm("hasSideEffect")]
    2
    """
    if not ns.is_iri(iri):
        return {}
    return _counted(store, f"SELECT ?x (COUNT(*) AS ?n) {{ <{iri}> ?x ?o }} GROUP BY ?x")


def values(
    store: Store, predicate: str, words: str = "", subject: str = "", kind: str = "", limit: int = 50
) -> list[Value]:
    """The things that a predicate leads to, most used first, of a subject or of the members of a class where one is given.

    ``words`` must stand in the label or the identifier, in any case. All but ``words`` are IRIs.

    >>> from spasmkg import kg
    >>> [v.label for v in values(kg.open_graph().store, ns.spasm("hasSideEffect"), subject=ns.spasm("dantrolene"))]
    ['hepatotoxicity', 'muscle weakness']
    """
    if not all(ns.is_iri(x) for x in (predicate, subject, kind) if x):
        return []
    start = f"<{subject}>" if subject else "?s"
    of_kind = f"?s a <{kind}> ." if kind and not subject else ""
    said = words.lower().replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
    local = "STRAFTER(STR(?o), " + f'"{ns.SPASM}")'
    named = f'FILTER(CONTAINS(LCASE(?l), "{said}") || CONTAINS(LCASE({local}), "{said}"))' if said else ""
    query = f"""SELECT ?o (COUNT(DISTINCT {start if start == "?s" else "?o"}) AS ?n) {{
        {of_kind} {start} <{predicate}> ?o . FILTER(ISIRI(?o))
        OPTIONAL {{ ?o rdfs:label ?label }} BIND(COALESCE(STR(?label), STR(?o)) AS ?l) {named} }}
        GROUP BY ?o ORDER BY DESC(?n) ?o LIMIT {limit}"""
    found = {o.value: int(n.value) for o, n in store.select(query)}
    labels = entities.texts(store, found)
    return [Value(iri, _label(labels, iri), labels.get(iri, ("", "", ""))[2], n) for iri, n in found.items()]


def _counted(store: Store, query: str) -> dict[str, int]:
    return {x.value: int(n.value) for x, n in store.select(query) if is_iri_term(x)}


def _paired(store: Store, query: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for x, y, n in store.select(query):
        if is_iri_term(x) and is_iri_term(y):
            found[x.value][y.value] = int(n.value)
    return found


def _label(labels: dict[str, tuple[str, str, str]], iri: str) -> str:
    return labels[iri][0] if iri in labels else ns.local(iri)
