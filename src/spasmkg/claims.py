"""Claims read from a store, and the claims behind an edge, a row or an inference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from spasmkg import namespaces as ns
from spasmkg.model import CERTAINTIES, Claim, Span, Triple
from spasmkg.namespaces import local
from spasmkg.store import Store

__all__ = ["around", "behind", "certainties", "find", "read", "stating", "user_places"]

_QUALIFIERS = ("aspect", "atPhase", "atSite", "inPopulation", "inContext", "onAspect", "amount", "recipient")
_BATCH = 2000


def _batches(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[i : i + _BATCH] for i in range(0, len(values), _BATCH))


def read(store: Store, iris: Iterable[str]) -> list[Claim]:
    """The claims with these IRIs, in the order given; unknown ones are left out."""
    wanted = list(dict.fromkeys(iris))
    facts: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for batch in _batches(wanted):
        block = " ".join(f"<{i}>" for i in batch)
        query = f"SELECT ?c ?k ?v WHERE {{ VALUES ?c {{ {block} }} GRAPH graph:claims {{ ?c ?k ?v }} }}"
        for c, k, v in store.select(query):
            facts[c.value][k.value].append((v.value, str(v)))
    items = {v[0] for f in facts.values() for v in f[ns.spasm("statedIn")]}
    places = _places(store, items)
    labels = _labels(
        store,
        {
            v[0]
            for f in facts.values()
            for k in ("subject", "predicate", "object")
            for v in f[ns.RDF + k]
            if v[1][0] == "<"
        },
    )
    return [_claim(iri, facts[iri], places, labels) for iri in wanted if iri in facts]


def _places(store: Store, items: Iterable[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for batch in _batches(sorted(items)):
        block = " ".join(f"<{i}>" for i in batch)
        query = f"""SELECT ?item ?heading ?section WHERE {{ VALUES ?item {{ {block} }}
            GRAPH graph:article {{ ?item rdfs:label ?heading ; spasm:inSection ?s . ?s rdfs:label ?section }} }}"""
        for item, heading, section in store.select(query):
            found[item.value] = (heading.value, section.value)
    return found


def _labels(store: Store, iris: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in _batches(sorted(iris)):
        block = " ".join(f"<{i}>" for i in batch)
        query = f"SELECT ?x ?label WHERE {{ VALUES ?x {{ {block} }} ?x rdfs:label ?label }}"
        for x, label in store.select(query):
            found[x.value] = label.value
    return found


def _claim(
    iri: str, facts: dict[str, list[tuple[str, str]]], places: dict[str, tuple[str, str]], labels: dict[str, str]
) -> Claim:
    def one(key: str) -> str:
        values = facts.get(key)
        return values[0][0] if values else ""

    obj, obj_text = facts[ns.RDF + "object"][0]
    start, item = one(ns.OA + "start"), one(ns.spasm("statedIn"))
    heading, section = places.get(item, ("", ""))
    return Claim(
        iri=iri,
        subject=one(ns.RDF + "subject"),
        predicate=one(ns.RDF + "predicate"),
        object=obj,
        literal=obj_text[0] == '"',
        certainty=local(one(ns.spasm("certainty"))),
        negated=one(ns.BIOLINK + "negated") == "true",
        hedge=one(ns.spasm("hedge")),
        item=item,
        heading=heading,
        section=section,
        span=Span(int(start), int(one(ns.OA + "end")), one(ns.spasm("spanWords")), one(ns.spasm("spanDigest")))
        if start
        else None,
        qualifiers=tuple((q, v) for q in _QUALIFIERS for v, _ in sorted(facts.get(ns.spasm(q), ()))),
        derived_from=tuple(sorted(v for v, _ in facts.get(ns.spasm("derivedFrom"), ()))),
        labels=labels,
    )


def find(store: Store, subject: str = "", predicate: str = "", object: str = "", item: str = "") -> list[Claim]:  # noqa: A002
    """The claims with this subject, predicate, object (IRIs) or item, in the order of the source."""
    terms = [("rdf:subject", subject), ("rdf:predicate", predicate), ("rdf:object", object), ("spasm:statedIn", item)]
    where = " ; ".join(f"{p} <{v}>" for p, v in terms if v)
    query = f"""SELECT ?c WHERE {{ GRAPH graph:claims {{ ?c a spasm:Claim {";" if where else ""} {where}
        OPTIONAL {{ ?c oa:start ?start }} }} }} ORDER BY ?start ?c"""
    return read(store, [c.value for (c,) in store.select(query)])


def stating(store: Store, triples: Iterable[Triple]) -> dict[Triple, tuple[str, ...]]:
    """The claims that state each triple and do not deny it, in the order of the source."""
    wanted = list(dict.fromkeys(t for t in triples if t[0][0] == t[1][0] == "<" and t[2][0] != "_"))
    found: dict[Triple, list[str]] = defaultdict(list)
    rows = [" ".join(("(", *t, ")")) for t in wanted]
    for batch in _batches(rows):
        query = f"""SELECT ?s ?p ?o ?c WHERE {{ VALUES (?s ?p ?o) {{ {" ".join(batch)} }}
            GRAPH graph:claims {{ ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o
            FILTER NOT EXISTS {{ ?c biolink:negated true }} OPTIONAL {{ ?c oa:start ?start }} }} }} ORDER BY ?start ?c"""
        for s, p, o, c in store.select(query):
            found[str(s), str(p), str(o)].append(c.value)
    return {t: tuple(dict.fromkeys(c)) for t, c in found.items()}


def behind(store: Store, triples: Iterable[Triple]) -> dict[Triple, tuple[str, ...]]:
    """The claims behind each edge: its own, or those of the shortest proof where it was inferred.

    Triples are in N-Triples form. A triple that rests on no claim (a label, the inside of a dose) is left out.
    """
    wanted = list(dict.fromkeys(t for t in triples if t[0][0] == t[1][0] == "<" and t[2][0] != "_"))
    found = {t: list(c) for t, c in stating(store, wanted).items()}
    rows = [" ".join(("(", *t, ")")) for t in wanted if t not in found]
    for batch in _batches(rows):
        query = f"""SELECT ?s ?p ?o ?c WHERE {{ VALUES (?s ?p ?o) {{ {" ".join(batch)} }}
            GRAPH graph:proofs {{ ?n rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:derivedFrom ?c }} }} ORDER BY ?c"""
        for s, p, o, c in store.select(query):
            found.setdefault((str(s), str(p), str(o)), []).append(c.value)
    return {t: tuple(dict.fromkeys(c)) for t, c in found.items()}


def certainties(store: Store, triples: Iterable[Triple]) -> dict[Triple, str]:
    """How certain each edge is: the strongest of its claims, or what its shortest proof allows."""
    found: dict[Triple, str] = {}
    rows = [" ".join(("(", *t, ")")) for t in dict.fromkeys(triples) if t[0][0] == t[1][0] == "<" and t[2][0] != "_"]
    for batch in _batches(rows):
        query = f"""SELECT ?s ?p ?o ?certainty WHERE {{ VALUES (?s ?p ?o) {{ {" ".join(batch)} }}
            VALUES ?g {{ graph:claims graph:proofs }}
            GRAPH ?g {{ ?n rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:certainty ?certainty
            FILTER NOT EXISTS {{ ?n biolink:negated true }} }} }}"""
        for s, p, o, certainty in store.select(query):
            key, value = (str(s), str(p), str(o)), local(certainty.value)
            found[key] = min(found.get(key, value), value, key=CERTAINTIES.index)
    return found


def around(store: Store, iri: str) -> tuple[dict[Triple, tuple[str, ...]], dict[Triple, str]]:
    """What :func:`behind` and :func:`certainties` say of all edges from and to a thing, read at once."""
    own: dict[Triple, list[str]] = defaultdict(list)
    proven: dict[Triple, list[str]] = defaultdict(list)
    sure: dict[Triple, str] = {}
    for end, other in (("subject", "object"), ("object", "subject")):
        edge = f"?n rdf:{end} <{iri}> ; rdf:predicate ?p ; rdf:{other} ?x ; spasm:certainty ?certainty"
        stated = f"""SELECT ?p ?x ?certainty ?n WHERE {{ GRAPH graph:claims {{ {edge}
            FILTER NOT EXISTS {{ ?n biolink:negated true }} OPTIONAL {{ ?n oa:start ?start }} }} }} ORDER BY ?start ?n"""
        inferred = f"""SELECT ?p ?x ?certainty ?c WHERE {{ GRAPH graph:proofs {{ {edge}
            OPTIONAL {{ ?n spasm:derivedFrom ?c }} }} }} ORDER BY ?c"""
        for found, query in ((own, stated), (proven, inferred)):
            for p, x, certainty, c in store.select(query):
                ends = (f"<{iri}>", str(x)) if end == "subject" else (str(x), f"<{iri}>")
                key, value = (ends[0], str(p), ends[1]), local(certainty.value)
                sure[key] = min(sure.get(key, value), value, key=CERTAINTIES.index)
                if c is not None:
                    found[key].append(c.value)
    return {t: tuple(dict.fromkeys(c)) for t, c in (proven | own).items()}, sure


def user_places(store: Store, triples: Iterable[Triple]) -> dict[Triple, str]:
    """Where a user's file states each triple: file and line; the first line where several do."""
    wanted = {t for t in triples if t[0][0] != '"'}
    named = sorted(t for t in wanted if "_:" not in (t[0][:2], t[2][:2]))
    blocks = [f"VALUES (?s ?p ?o) {{ {' '.join(batch)} }}" for batch in _batches([f"({' '.join(t)})" for t in named])]
    if len(named) < len(wanted):  # a blank node cannot be asked for by its name: read all
        blocks = [""]
    found: dict[Triple, str] = {}
    for block in blocks:
        query = f"""SELECT ?s ?p ?o ?file ?line WHERE {{ {block}
            GRAPH graph:user-places {{ ?n rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
              spasm:file ?file ; spasm:line ?line }} }} ORDER BY DESC(?line)"""
        for s, p, o, file, line in store.select(query):
            found[str(s), str(p), str(o)] = f"your file {file.value}, line {line.value}"
    return {t: place for t, place in found.items() if t in wanted}
