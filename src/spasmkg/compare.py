"""Two builds compared: entities, claims, edges and inferences that one has and the other has not, or has otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from spasmkg import claims
from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.inferences import inferences
from spasmkg.model import CERTAINTIES, Triple
from spasmkg.namespaces import local
from spasmkg.store import Store

__all__ = ["Difference", "compare", "lost"]

SECTIONS = ("entity", "claim", "edge", "inference")
_CAME_WENT = {"entity": ("added", "removed"), "claim": ("added", "withdrawn")}
_CHANGED = ("changed", "renamed", "certainty")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two graphs do not have in common.

    ``what`` is entity, claim, edge or inference; ``change`` is added, removed or renamed for an entity, added,
    withdrawn or changed for a claim, gained, lost or certainty for an edge or an inference. ``before`` and ``after``
    say from what to what. The triple is in N-Triples form; of an entity only its subject is filled. ``claims`` are
    those that state an edge, or what its shortest proof rests on.
    """

    what: str
    change: str
    triple: Triple
    claims: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    labels: tuple[str, str, str] = ("", "", "")

    @property
    def sentence(self) -> str:
        """The triple in words."""
        return " ".join(label for label in self.labels if label)

    def reversed(self) -> Difference:
        """The same difference seen from the other graph."""
        came, went = _CAME_WENT.get(self.what, ("gained", "lost"))
        change = {came: went, went: came}.get(self.change, self.change)
        return replace(self, change=change, before=self.after, after=self.before)


def compare(before: Store, after: Store) -> list[Difference]:
    """What changed from one graph to the other, by section, then in the order of labels."""
    found = [*_entities(before, after), *_claims(before, after), *_edges(before, after), *_inferences(before, after)]
    return _labelled(before, after, found)


def lost(before: Store, after: Store) -> list[Difference]:
    """The edges and inferences of one graph that the other has not."""
    found = [*_edges(before, after), *_inferences(before, after)]
    return _labelled(before, after, [d for d in found if d.change == "lost"])


def _labelled(before: Store, after: Store, found: Iterable[Difference]) -> list[Difference]:
    listed = list(found)
    iris = {t[1:-1] for d in listed for t in d.triple if t[:1] == "<"}
    names: dict[str, str] = {}
    for store in (before, after):  # of two labels the smaller, so that both directions say the same
        for iri, (label, _, _) in texts(store, iris).items() if iris else ():
            names[iri] = min(names.get(iri, label), label)

    def name(term: str) -> str:
        if term[:1] == "<":
            return "is a" if term[1:-1] == ns.RDF_TYPE else names.get(term[1:-1], ns.contract(term[1:-1]))
        return term[1 : term.rindex('"')] if term else ""

    told = [replace(d, labels=(name(d.triple[0]), name(d.triple[1]), name(d.triple[2]))) for d in listed]
    return sorted(told, key=lambda d: (SECTIONS.index(d.what), d.change in _CHANGED, d.labels, d.triple, d.claims))


def _entities(before: Store, after: Store) -> Iterable[Difference]:
    query = """SELECT DISTINCT ?x ?label WHERE { VALUES ?g { graph:entities graph:groupings graph:user }
        GRAPH ?g { ?x a ?kind OPTIONAL { ?x rdfs:label ?label } }
        FILTER(isIRI(?x) && STRSTARTS(STR(?kind), STR(spasm:))) } ORDER BY ?x DESC(?label)"""
    one, two = ({str(x): label.value if label else "" for x, label in store.select(query)} for store in (before, after))
    for x in one.keys() | two.keys():
        triple, old, new = (x, "", ""), one.get(x, ""), two.get(x, "")
        if old != new or (x in one) != (x in two):
            change = "renamed" if x in one and x in two else "removed" if x in one else "added"
            yield Difference("entity", change, triple, before=old, after=new)


def _claims(before: Store, after: Store) -> Iterable[Difference]:
    one, two = _facts(before), _facts(after)
    for iri in one.keys() | two.keys():
        old, new = one.get(iri, {}), two.get(iri, {})
        if old == new:
            continue
        was, now = _said(old), _said(new)
        if was == now:
            keys = sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
            yield Difference("claim", "changed", was, (iri,), _told(old, keys), _told(new, keys))
            continue
        if old:
            yield Difference("claim", "withdrawn", was, (iri,))
        if new:
            yield Difference("claim", "added", now, (iri,))


_Facts = dict[str, tuple[str, ...]]


def _facts(store: Store) -> dict[str, _Facts]:
    """By claim and property the values in N-Triples form."""
    found: dict[str, dict[str, list[str]]] = {}
    for c, k, v in store.select("SELECT ?c ?k ?v WHERE { GRAPH graph:claims { ?c ?k ?v } }"):
        found.setdefault(c.value, {}).setdefault(k.value, []).append(str(v))
    return {c: {k: tuple(sorted(v)) for k, v in facts.items()} for c, facts in found.items()}


def _said(facts: _Facts) -> Triple:
    s, p, o = (facts.get(ns.RDF + part, ("",))[0] for part in ("subject", "predicate", "object"))
    return s, p, o


def _told(facts: _Facts, keys: Iterable[str]) -> str:
    def plain(value: str) -> str:
        return local(value[1:-1]) if value[0] == "<" else value[1 : value.rindex('"')]

    return "; ".join(f"{local(k)} {' and '.join(map(plain, facts[k])) if k in facts else 'none'}" for k in keys)


def _edges(before: Store, after: Store) -> Iterable[Difference]:
    return _changes("edge", before, after, _stated(before), _stated(after))


def _stated(store: Store) -> dict[Triple, str]:
    """What claims or a user's file state, with the strongest certainty of the claims."""
    rank = CERTAINTIES.index
    found: dict[Triple, str] = {}
    for (
        s,
        p,
        o,
        sure,
    ) in store.select("""SELECT ?s ?p ?o ?sure WHERE { VALUES ?g { graph:edges graph:groupings graph:user }
        GRAPH ?g { ?s ?p ?o } OPTIONAL { GRAPH graph:claims { ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
          spasm:certainty ?sure FILTER NOT EXISTS { ?c biolink:negated true } } }
        FILTER(?g != graph:groupings || BOUND(?sure)) FILTER(STRSTARTS(STR(?p), STR(spasm:))) }"""):
        triple, certainty = (str(s), str(p), str(o)), local(sure.value) if sure else ""
        known = found.get(triple)
        found[triple] = min(known, certainty, key=rank) if known and certainty else known or certainty
    return found


def _inferences(before: Store, after: Store) -> Iterable[Difference]:
    return _changes("inference", before, after, _inferred(before), _inferred(after))


def _inferred(store: Store) -> dict[Triple, str]:
    """Inferred edges and roles with their certainty, empty where they rest on no claim, but on a user's file."""
    found = {}
    for s, p, o in store.select("""SELECT ?s ?p ?o WHERE { GRAPH graph:inferred { ?s ?p ?o }
        OPTIONAL { ?o rdfs:subClassOf spasm:Role BIND(true AS ?role) }
        FILTER(STRSTARTS(STR(?p), STR(spasm:)) || (?p = rdf:type && BOUND(?role))) }"""):
        found[str(s), str(p), str(o)] = ""
    return found | {i.triple: i.certainty for i in inferences(store)}


def _changes(
    what: str, before: Store, after: Store, one: Mapping[Triple, str], two: Mapping[Triple, str]
) -> Iterable[Difference]:
    changed = [t for t in one.keys() | two.keys() if one.get(t) != two.get(t)]
    behind = {id(store): claims.behind(store, changed) for store in (before, after)}
    for t in changed:
        was, now = behind[id(before)].get(t, ()), behind[id(after)].get(t, ())
        change = "certainty" if t in one and t in two else "lost" if t in one else "gained"
        rests = tuple(sorted({*was, *now})) if change == "certainty" else was or now
        yield Difference(what, change, t, rests, one.get(t, ""), two.get(t, ""))
