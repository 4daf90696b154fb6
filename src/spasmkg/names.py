"""What people call things, resolved to IRIs: entities, predicates, kinds, items, claims.

A name is a slug, a CURIE, an IRI, a label or a synonym; for an entity also an outside identifier that is mapped to
it. What is not found raises NotFoundError with suggestions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from spasmkg import entities
from spasmkg import namespaces as ns
from spasmkg.claims import read
from spasmkg.errors import AmbiguousNameError, IdentifierError, NotFoundError, UsageError
from spasmkg.model import Claim, Mapping, Triple
from spasmkg.spelling import nearest
from spasmkg.store import Store

if TYPE_CHECKING:
    from spasmkg.search import Index

__all__ = [
    "claim",
    "entity",
    "item",
    "kind",
    "line",
    "loaded_term",
    "mapping",
    "predicate",
    "predicate_or_type",
    "triple",
]

_IS_A = ("a", "type", "rdf:type", "is a")
_OBO = re.compile(r"([A-Za-z]+)_(\d{5,}|C\d+)")
"""An identifier as it ends the IRIs of OBO ontologies: HP_0003394."""


def entity(store: Store, index: Callable[[], Index], name: str) -> str:
    """The IRI of an entity; ``index`` is called only where the name is no identifier.

    Raises AmbiguousNameError with the candidates where several have the name.
    """
    name = _OBO.sub(r"\1:\2", name) if _OBO.fullmatch(name) else name
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and entities.exists(store, ns.spasm(name)):
        return ns.spasm(name)
    if ":" in name:
        try:
            iri = ns.expand(name)
        except UsageError:
            iri = ""
        if entities.exists(store, iri):
            return iri
        if not iri.startswith(ns.SPASM):
            from spasmkg.mappings import entity_for

            if found := entity_for(store, name):
                return found
    hits = index().exact(name)
    best = [h for h in hits if h.score == max(x.score for x in hits)]
    if len(best) > 1:
        raise AmbiguousNameError(name, [f"{ns.contract(h.iri)} ({h.label}, {h.kind})" for h in best])
    if best:
        return best[0].iri
    near = [h for h in index().search(name, 3) if h.score >= 0.5]
    raise NotFoundError("entity", name, [h.iri.rsplit("/", 1)[-1] for h in near], "try: spasmkg search WORDS")


def loaded_term(store: Store, name: str) -> tuple[str, str] | None:
    """The graph of a loaded vocabulary and the IRI of its term that an identifier names, in any spelling.

    None where it is no outside identifier, or of a vocabulary that is not loaded. Raises NotFoundError where the loaded
    release has no such term.
    """
    from spasmkg.catalogue import vocabularies
    from spasmkg.identifiers import iri, normal

    if not (":" in name or _OBO.fullmatch(name)) or name.startswith((ns.SPASM, "spasm:")):
        return None
    try:
        curie = normal(name)
    except IdentifierError:
        return None
    for vocabulary in vocabularies(store):
        if curie.startswith(f"{vocabulary.prefix}:"):
            term = iri(curie)
            if store.ask(f"ASK {{ GRAPH <{vocabulary.graph}> {{ <{term}> ?p ?o }} }}"):
                return vocabulary.graph, term
            release = f"{vocabulary.prefix} {vocabulary.version}".strip()
            raise NotFoundError(f"term of the loaded {release}", name, hint="is it of another release?")
    return None


def line(store: Store, resolve: Callable[[str], str], name: str, *, upward: bool) -> list[tuple[str, str]]:
    """(IRI, label) of what an entity or a term of a loaded vocabulary is a kind of, or of its kinds, nearest first."""
    if found := loaded_term(store, name):
        from spasmkg import hierarchy

        graph, term = found
        terms = hierarchy.line(store, graph, term, upward=upward)
        labels = hierarchy.labels(store, graph, terms)
        return [(t, labels.get(t, "")) for t in terms]
    return entities.line(store, resolve(name), upward=upward)


def claim(store: Store, name: str) -> Claim:
    """A claim, by CURIE (``claim:drugs-1-9``), short name or IRI."""
    key = name.strip()
    iri = ns.expand(key) if ":" in key else ns.SPASM + "claim/" + key
    found = read(store, [iri]) if ns.is_iri(iri) else []
    if not found:
        raise NotFoundError("claim", name, hint="list them with: spasmkg claims --subject ENTITY")
    return found[0]


def mapping(store: Store, name: str) -> Mapping:
    """A row of a mapping set, by CURIE (``mapping:tetany/HP:0001281``) or IRI."""
    from spasmkg.mappings import of_nodes

    iri = ns.expand(name.strip())
    found = of_nodes(store, [iri])
    if iri not in found:
        raise NotFoundError("row of a mapping set", name, hint="list them with: spasmkg mappings ENTITY")
    return found[iri]


def predicate(store: Store, name: str) -> str:
    """The IRI of a predicate, by name, CURIE, IRI or label."""
    return _term(store, "predicate", name, "owl:ObjectProperty owl:DatatypeProperty")


def kind(store: Store, name: str) -> str:
    """The IRI of a kind or role, by name, CURIE, IRI or label."""
    return _term(store, "kind", name, "owl:Class")


def predicate_or_type(store: Store, name: str) -> str:
    """The IRI of a predicate; ``a`` and ``type`` name ``rdf:type``."""
    return ns.RDF_TYPE if name in (*_IS_A, ns.RDF_TYPE) else predicate(store, name)


def triple(store: Store, index: Callable[[], Index], subject: str, predicate: str, object: str) -> Triple:  # noqa: A002
    """Three names as a triple in N-Triples form; after ``a`` the object is a kind or a role.

    Where the predicate takes literals the object is the text of one that the graph holds, or else a plain string.
    """
    p = predicate_or_type(store, predicate)
    s = entity(store, index, subject)
    if p == ns.RDF_TYPE:
        return f"<{s}>", f"<{p}>", f"<{kind(store, object)}>"
    if store.ask(f"ASK {{ <{p}> a owl:DatatypeProperty }}"):
        values = {v.value: str(v) for (v,) in store.select(f"SELECT ?o {{ <{s}> <{p}> ?o }} ORDER BY ?o")}
        quoted = '"' + object.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        return f"<{s}>", f"<{p}>", values.get(object, quoted)
    return f"<{s}>", f"<{p}>", f"<{entity(store, index, object)}>"


def _term(store: Store, what: str, name: str, types: str) -> str:
    known: dict[str, str] = {}
    query = f"""SELECT ?p ?label WHERE {{ VALUES ?t {{ {types} }} ?p a ?t ; rdfs:label ?label
        FILTER STRSTARTS(STR(?p), STR(spasm:)) }}"""
    for p, label in store.select(query):
        known[ns.local(p.value).lower()] = known[label.value.lower()] = p.value
    key = ns.local(ns.expand(name)) if ":" in name else name
    if key.lower() in known:
        return known[key.lower()]
    near = nearest(key, {ns.local(p) for p in known.values()})
    raise NotFoundError(what, name, near, "list them with: spasmkg schema")


def item(store: Store, name: str) -> str:
    """The IRI of an item, by its short name (``drugs-1``), CURIE or IRI."""
    key = name.removeprefix("§").strip()
    iri = ns.expand(key) if ":" in key else ns.SPASM + "item/" + key
    every = {i.value for (i,) in store.select("SELECT ?i WHERE { ?i a spasm:Item }")}
    if iri in every:
        return iri
    raise NotFoundError("item", name, nearest(key, [i.rsplit("/", 1)[-1] for i in every]))
