"""The entities as a SKOS concept scheme (https://www.w3.org/TR/skos-reference/) in Turtle.

``subtypeOf`` becomes ``skos:broader``, the kinds become collections, and every other relation that is stated between
two concepts ``skos:related``, which says no more than that they have to do with each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from spasmkg import namespaces as ns
from spasmkg.formats.content import Content, Thing, iri, plain, text
from spasmkg.model import Triple
from spasmkg.store import memory

__all__ = ["write"]

SCHEME = ns.SPASM + "concepts"
_PREFIXES = ("dcterms", "oboInOwl", "owl", "rdf", "rdfs", "skos", "spasm")
_A = iri(ns.RDF_TYPE)
_LABELS = {"exact": "altLabel", "hidden": "hiddenLabel"}
_SYNONYMS = {"broad": "hasBroadSynonym", "narrow": "hasNarrowSynonym", "related": "hasRelatedSynonym"}


def write(content: Content) -> bytes:
    """The concept scheme, its concepts with names, definitions and mappings, and a collection for each kind."""
    known = ns.prefixes()
    concepts = _concepts(content)
    matched = {ns.contract(m).split(":", 1)[0] for t in concepts.values() for _, m in t.matches}
    store = memory()
    store.insert(_triples(content, concepts), [""])
    return store.dump("turtle", [""], {p: known[p] for p in sorted({*_PREFIXES, *matched} & set(known))})


def _concepts(content: Content) -> dict[str, Thing]:
    """The things whose kind is a kind of entity: the inside of a dose is no concept."""
    kinds = {
        k.value for (k,) in content.store.select("SELECT ?k { ?k rdfs:subClassOf* spasm:Entity FILTER isIRI(?k) }")
    }
    return {x: thing for x, thing in content.things.items() if thing.kind in kinds}


def _triples(content: Content, concepts: dict[str, Thing]) -> Iterator[Triple]:
    broader, related = _relations(content, concepts)
    scheme = iri(SCHEME)
    yield scheme, _A, _skos("ConceptScheme")
    yield from _header(content)
    for x, thing in concepts.items():
        yield iri(x), _A, _skos("Concept")
        yield iri(x), _skos("inScheme"), scheme
        if not broader[x]:
            yield iri(x), _skos("topConceptOf"), scheme
            yield scheme, _skos("hasTopConcept"), iri(x)
        yield from _names(thing)
        for match, target in thing.matches:
            yield iri(x), _skos(match), iri(target)
    for key, pairs in (("broader", broader), ("related", related)):
        yield from ((iri(a), _skos(key), iri(b)) for a, ends in pairs.items() for b in ends)
    yield from _collections(content, concepts.values())


def _header(content: Content) -> Iterator[Triple]:
    query = """SELECT ?k ?v { VALUES ?k { dcterms:license owl:versionInfo } ?o a owl:Ontology ; ?k ?v }"""
    yield iri(SCHEME), iri(ns.DCTERMS + "title"), text("muscle spasms as one article describes them", "@en")
    for k, v in content.store.select(query):
        yield iri(SCHEME), str(k), str(v)


def _names(thing: Thing) -> Iterator[Triple]:
    """One preferred label; a name stands in one place only (S13), in the first of preferred, alternative, hidden."""
    seen = {thing.label}
    yield iri(thing.iri), _skos("prefLabel"), text(thing.label, "@en")
    for scope, name in sorted(thing.names, key=lambda n: (list(_LABELS).index(n[0]) if n[0] in _LABELS else 2, n[1])):
        if scope in _SYNONYMS:
            yield iri(thing.iri), iri(ns.OBOINOWL + _SYNONYMS[scope]), text(name, "@en")
        elif name not in seen:
            seen.add(name)
            yield iri(thing.iri), _skos(_LABELS[scope]), text(name, "@en")
    if thing.definition:
        yield iri(thing.iri), _skos("definition"), text(thing.definition, "@en")


def _relations(content: Content, concepts: dict[str, Thing]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What is broader and what is related; nothing is related to what is broader than it by any number of steps (S27)."""
    broader: dict[str, set[str]] = defaultdict(set)
    others: set[tuple[str, str]] = set()
    for statement in content.statements:
        s, o = statement.subject, plain(statement.object)
        if statement.negated or s == o or s not in concepts or o not in concepts:
            continue
        if statement.predicate == ns.spasm("subtypeOf"):
            broader[s].add(o)
        else:
            others.add((s, o))
    above = {x: _above(broader, x) for x in list(broader)}
    related: dict[str, set[str]] = defaultdict(set)
    for s, o in others:
        if o not in above.get(s, ()) and s not in above.get(o, ()):
            related[s].add(o)
    return broader, related


def _above(broader: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        for wider in broader.get(todo.pop(), ()):
            if wider not in found:
                found.add(wider)
                todo.append(wider)
    return found


def _collections(content: Content, concepts: Iterable[Thing]) -> Iterator[Triple]:
    """A collection for each kind: a kind is no concept, so that no entity is narrower than its kind."""
    labels = {
        k.value: str(v)
        for k, v in content.store.select("SELECT ?k ?v { ?k a owl:Class ; rdfs:label ?v FILTER isIRI(?k) }")
    }
    for thing in concepts:
        group = iri(f"{SCHEME}/{ns.local(thing.kind)}")
        yield group, _A, _skos("Collection")
        yield group, _skos("member"), iri(thing.iri)
        if thing.kind in labels:
            yield group, _skos("prefLabel"), labels[thing.kind]


def _skos(name: str) -> str:
    return iri(ns.SKOS + name)
