"""What exchange formats are made of: claims, and the things that they are about, read from a store at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError
from spasmkg.model import CERTAINTIES, Triple
from spasmkg.namespaces import local
from spasmkg.store import Store
from spasmkg.vocabularies.triples import literal

__all__ = ["MATCHES", "WORDS", "Content", "Source", "Statement", "Thing", "iri", "plain", "text"]

WORDS = tuple(map(ns.spasm, ("spanWords", "numberText", "stepText")))
"""Properties whose values are words of the source. Exchange formats leave them out; offsets lead there."""
MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
"""Properties of SKOS that tie a thing to a term of another vocabulary, the closest first."""
_QUALIFIERS = ("amount", "atPhase", "atSite", "inContext", "inPopulation", "onAspect", "recipient")


def iri(value: str) -> str:
    """An IRI in N-Triples form."""
    return f"<{value}>"


def text(value: str, kind: str = "") -> str:
    r"""A literal in N-Triples form; ``kind`` is a language such as ``@en``, or the IRI of a datatype.

    >>> text('a "b"\n', "@en")
    '"a \\"b\\"\\n"@en'
    """
    return literal(value) + (kind if kind[:1] in ("", "@") else f"^^<{kind}>")


def plain(term: str) -> str:
    r"""What a term in N-Triples form stands for: the IRI, or the text of the literal.

    >>> plain("<https://w3id.org/spasmkg/x>"), plain(r'"a \"b\""@en')
    ('https://w3id.org/spasmkg/x', 'a "b"')
    """
    if term[0] == "<":
        return term[1:-1]
    import re

    signs = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

    def sign(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else signs.get(found[3], found[3])

    return re.sub(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", sign, term[1 : term.rindex('"')], flags=re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """A document that claims are read from; ``evidence``, ``level`` and ``agent`` hold for all of them."""

    iri: str = ""
    evidence: str = ""
    level: str = "not_provided"
    agent: str = "not_provided"


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim without the words of the source.

    ``object`` and the values of ``qualifiers`` are in N-Triples form, all else IRIs or plain text. ``heading`` is
    the heading that gives the subject, ``derived_from`` the claims that a curator's claim interprets.
    """

    claim: str
    subject: str
    predicate: str
    object: str
    certainty: str
    negated: bool = False
    hedge: str = ""
    item: str = ""
    start: str = ""
    end: str = ""
    digest: str = ""
    heading: str = ""
    aspect: str = ""
    evidence: str = ""
    source: Source = Source()
    qualifiers: tuple[tuple[str, str], ...] = ()
    derived_from: tuple[str, ...] = ()

    @property
    def triple(self) -> Triple:
        """Subject, predicate and object in N-Triples form."""
        return iri(self.subject), iri(self.predicate), self.object

    @property
    def literal(self) -> bool:
        """Whether the object is a literal."""
        return self.object[0] == '"'

    def details(self) -> list[Triple]:
        """What a claim node says beside its subject, predicate and object, as triples."""
        node = iri(self.claim)
        plain = [("hedge", self.hedge), ("spanDigest", self.digest), ("aspect", self.aspect)]
        found = [(node, iri(ns.spasm("certainty")), iri(ns.spasm(self.certainty)))]
        found += [(node, iri(ns.spasm(p)), text(v)) for p, v in plain if v]
        found += [
            (node, iri(ns.OA + p), text(v, ns.XSD + "integer"))
            for p, v in (("start", self.start), ("end", self.end))
            if v
        ]
        links = [("statedIn", self.item), ("headingSpan", self.heading), ("evidenceCode", self.evidence)]
        links += [("derivedFrom", d) for d in self.derived_from]
        found += [(node, iri(ns.spasm(p)), iri(v)) for p, v in links if v]
        found += [(node, iri(p), v) for p, v in self.qualifiers]
        if self.negated:
            found.append((node, iri(ns.BIOLINK + "negated"), text("true", ns.XSD + "boolean")))
        return found


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity, or another end of a claim: ``names`` are (scope, text), ``matches`` (property of SKOS, IRI)."""

    iri: str
    label: str
    kind: str = ""
    definition: str = ""
    names: tuple[tuple[str, str], ...] = ()
    matches: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Claims in the order of the source, and things in the order of their IRIs."""

    store: Store
    statements: tuple[Statement, ...]
    things: dict[str, Thing]

    @classmethod
    def read(
        cls, store: Store, kinds: Collection[str] = (), predicates: Collection[str] = (), certainty: str = ""
    ) -> Content:
        """Everything, or the claims between things of some kinds or roles, with some predicates (IRIs), at least so certain.

        Of a selection only the things at its ends are read. Raises NotFoundError for an unknown certainty.
        """
        said = _statements(store)
        if not (kinds or predicates or certainty):
            return cls(store, tuple(said), _things(store, _entities(store) | _ends(said)))
        said = [s for s in said if _least(s, certainty) and (not predicates or s.predicate in predicates)]
        if kinds:
            inside = _of_kinds(store, kinds)
            said = [s for s in said if {s.subject, plain(s.object)} <= inside]
        return cls(store, tuple(said), _things(store, _ends(said)))


def _least(statement: Statement, certainty: str) -> bool:
    if certainty and certainty not in CERTAINTIES:
        raise NotFoundError("certainty", certainty, hint=f"certainties are {', '.join(CERTAINTIES)}")
    return not certainty or CERTAINTIES.index(statement.certainty) <= CERTAINTIES.index(certainty)


def _of_kinds(store: Store, kinds: Iterable[str]) -> set[str]:
    names = " ".join(iri(ns.spasm(k)) for k in kinds)
    return {x.value for (x,) in store.select(f"SELECT ?x {{ VALUES ?kind {{ {names} }} ?x a ?kind FILTER isIRI(?x) }}")}


def _ends(statements: Iterable[Statement]) -> set[str]:
    return {s.subject for s in statements} | {plain(s.object) for s in statements if not s.literal}


def _entities(store: Store) -> set[str]:
    query = """SELECT ?x { VALUES ?g { graph:entities graph:groupings } GRAPH ?g { ?x a ?kind FILTER isIRI(?x) }
        ?kind rdfs:subClassOf* spasm:Entity }"""
    return {x.value for (x,) in store.select(query)}


def _statements(store: Store) -> list[Statement]:
    facts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for c, k, v in store.select("SELECT ?c ?k ?v { GRAPH graph:claims { ?c a spasm:Claim ; ?k ?v } }"):
        facts[c.value][k.value].append(str(v) if k.value in _TERMS else v.value)
    sources = _sources(store)
    made = [_statement(c, f, sources) for c, f in facts.items()]
    return sorted(made, key=lambda s: (not s.start, int(s.start or 0), s.claim))


_TERMS = {ns.RDF + "object", *map(ns.spasm, _QUALIFIERS)}


def _sources(store: Store) -> dict[str, Source]:
    """The source of each item."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    about: dict[str, str] = {}
    query = """SELECT ?item ?source ?k ?v { GRAPH graph:article {
        ?item spasm:inSection+ ?source . ?source a spasm:Source ; ?k ?v } } ORDER BY ?item ?source ?k ?v"""
    for item, source, k, v in store.select(query):
        about[item.value] = source.value
        found[source.value][local(k.value)] = v.value
    names = (("evidenceCode", "evidence"), ("knowledge_level", "level"), ("agent_type", "agent"))
    made = {s: Source(s, **{to: facts[key] for key, to in names if key in facts}) for s, facts in found.items()}
    return {item: made[source] for item, source in about.items()}


def _statement(claim: str, facts: dict[str, list[str]], sources: dict[str, Source]) -> Statement:
    def one(key: str) -> str:
        return min(facts[key]) if key in facts else ""

    def our(key: str) -> str:
        return one(ns.spasm(key))

    item, derived = our("statedIn"), tuple(sorted(facts.get(ns.spasm("derivedFrom"), ())))
    source = sources.get(item, Source())
    if not item and len(set(sources.values())) == 1:  # a curator's claim interprets claims of the only source there is
        source = next(iter(sources.values()))
    return Statement(
        claim, one(ns.RDF + "subject"), one(ns.RDF + "predicate"), one(ns.RDF + "object"), local(our("certainty")),
        one(ns.BIOLINK + "negated") == "true", our("hedge"), item, one(ns.OA + "start"), one(ns.OA + "end"),
        our("spanDigest"), our("headingSpan"), our("aspect"), our("evidenceCode") or source.evidence, source,
        tuple((ns.spasm(q), v) for q in _QUALIFIERS for v in sorted(facts.get(ns.spasm(q), ()))), derived,
    )  # fmt: skip


_SCOPES = {
    "altLabel": "exact", "hiddenLabel": "hidden", "hasBroadSynonym": "broad", "hasNarrowSynonym": "narrow",
    "hasRelatedSynonym": "related",
}  # fmt: skip


def _things(store: Store, wanted: Collection[str]) -> dict[str, Thing]:
    kept: dict[str, dict[str, list[str]]] = {x: defaultdict(list) for x in sorted(wanted)}
    query = """SELECT ?x ?k ?v { VALUES ?g { graph:entities graph:groupings graph:article graph:ontology }
        GRAPH ?g { ?x ?k ?v FILTER isIRI(?x) } }"""
    for x, k, v in store.select(query):
        if x.value in kept:
            kept[x.value][local(k.value)].append(v.value)
    names = " ".join(f"skos:{m}" for m in MATCHES)
    for x, k, v in store.select(
        f"SELECT ?x ?k ?v {{ VALUES ?k {{ {names} }} ?x ?k ?v FILTER(isIRI(?v) && ?v != sssom:NoTermFound) }}"
    ):
        if x.value in kept:
            kept[x.value]["match " + local(k.value)].append(v.value)
    return {x: _thing(x, facts) for x, facts in kept.items()}


def _thing(name: str, facts: dict[str, list[str]]) -> Thing:
    def one(key: str) -> str:
        return min(facts[key]) if key in facts else ""

    return Thing(
        name,
        one("label") or local(name),
        one("type"),
        one("definition"),
        tuple((scope, v) for key, scope in _SCOPES.items() for v in sorted(facts.get(key, ()))),
        tuple((m, v) for m in MATCHES for v in sorted(set(facts.get("match " + m, ())))),
    )
