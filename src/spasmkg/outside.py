"""Imported vocabularies and graphs as edges to walk along, beside our own or alone.

What leads from term to term is an edge: the hierarchy, relations such as part of, the edges of a KGX graph, the ties of
a mapping set. What only describes a term is none. An edge of a KGX graph is as certain as its knowledge level says.

Our curated exact mappings tie both sides: a path may go from an entity of ours over ``skos:exactMatch`` to an outside
term and on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.errors import AmbiguousNameError, NotFoundError, UsageError
from spasmkg.model import CERTAINTIES, Entity, Name, Relation, Triple
from spasmkg.spelling import nearest
from spasmkg.store import Store
from spasmkg.vocabularies.ontologies import MATCHES
from spasmkg.vocabularies.terms import GRAPHS, best, find, graphs, kind_name, shown, texts
from spasmkg.vocabularies.triples import PREDICATES

__all__ = ["TIES", "describe", "edges", "kind", "kinds", "layers", "places", "predicate", "term", "ties"]

TIES = "mappings"
"""The layer of the ties between our entities and outside terms."""
_HIERARCHY = PREDICATES["parent"]
_DESCRIBING = (
    ns.RDF, ns.RDFS, ns.OWL, ns.SKOS, ns.OBOINOWL, ns.DCTERMS, "http://purl.org/dc/", "http://purl.obolibrary.org/obo/IAO_",
    ns.spasm("semanticType"), ns.spasm("notToBeTakenFor"), ns.spasm("isHeader"), "https://w3id.org/sssom/",
    "http://xmlns.com/foaf/", "https://schema.org/", "http://schema.org/", "http://www.w3.org/ns/prov#", "http://www.w3.org/ns/shacl#",
)  # fmt: skip
_WALKED = {_HIERARCHY, *MATCHES}
_LEVELS = {"prediction": "possible", "statistical_association": "possible", "logical_entailment": "implied"}
_AGENTS = {"text_mining_agent": "possible"}
_ENDS = ("subject", "predicate", "object")
_SAMPLE = 200
_SCOPES = ("exact", "broad", "narrow", "related")

Edge = tuple[str, str, str]


def layers(store: Store, names: Iterable[str]) -> list[str]:
    """Layers such as ``vocabulary/HP`` in the spelling of the store. Raises UsageError for one that is not loaded."""
    loaded = [g.removeprefix(ns.graph("")) for g in graphs(store)]
    spelled = {layer.lower(): layer for layer in loaded}
    found = []
    for name in names:
        if name.lower() not in spelled:
            hint = (
                f"loaded are {', '.join(loaded)}"
                if loaded
                else "no vocabulary is loaded; load one with: spasmkg vocab add FILE"
            )
            raise UsageError(f'"{name}" is no layer of an imported vocabulary or graph; {hint}')
        found.append(spelled[name.lower()])
    return found


# ---- edges ----


def edges(store: Store, layer: str) -> Iterator[tuple[str, str, str, int]]:
    """(subject, predicate, object, place in CERTAINTIES) of each edge of a layer."""
    graph = ns.graph(layer)
    predicates = _predicates(store, graph)
    certainty = _certainties(store, graph) if ns.BIOLINK + "knowledge_level" in predicates else {}
    finer = set()
    if ns.BIOLINK + "subclass_of" in predicates:  # said twice by our reader of KGX
        finer = {(s.value, o.value) for s, o in _pairs(store, graph, ns.BIOLINK + "subclass_of")}
    for predicate in sorted(predicates):
        if predicate not in _WALKED and predicate.startswith(_DESCRIBING):
            continue
        if not any(str(o)[0] == "<" for _, o in _pairs(store, graph, predicate, _SAMPLE)):
            continue  # a predicate of texts
        for s, o in _pairs(store, graph, predicate):
            ends = s.value, o.value
            if str(s)[0] == str(o)[0] == "<" and (predicate != _HIERARCHY or ends not in finer):
                yield ends[0], predicate, ends[1], certainty.get((ends[0], predicate, ends[1]), 0)
    if ns.OWL + "someValuesFrom" in predicates:
        query = f"""SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ ?r owl:onProperty ?p ; owl:someValuesFrom ?o .
            ?s rdfs:subClassOf ?r FILTER(isIRI(?s) && isIRI(?p) && isIRI(?o)) }} }}"""
        for s, p, o in store.select(query):
            yield s.value, p.value, o.value, 0


def _predicates(store: Store, graph: str) -> set[str]:
    return {p.value for (p,) in store.select(f"SELECT DISTINCT ?p {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")}


def _pairs(store: Store, graph: str, predicate: str, most: int = 0) -> Iterable[Any]:
    """(subject, object) of the triples with a predicate, or of some of them."""
    limit = f" LIMIT {most}" if most else ""
    return store.select(f"SELECT ?s ?o {{ GRAPH <{graph}> {{ ?s <{predicate}> ?o }} }}{limit}")


def _certainties(store: Store, graph: str) -> dict[Edge, int]:
    """How certain those edges are that are not simply asserted; of several statements of an edge the strongest counts.

    Single patterns put together here are several times faster than one query with all of them.
    """
    asserted = CERTAINTIES.index("asserted")
    rank: dict[str, int] = {}
    for slot, words in (("knowledge_level", _LEVELS), ("agent_type", _AGENTS)):
        for e, said in _pairs(store, graph, ns.BIOLINK + slot):
            if word := words.get(said.value):
                rank[e.value] = max(rank.get(e.value, asserted), CERTAINTIES.index(word))
    ends = [{e.value: x.value for e, x in _pairs(store, graph, ns.RDF + slot)} for slot in _ENDS] if rank else []
    found: dict[Edge, int] = {}
    for e, subject in ends[0].items() if ends else ():
        key = subject, ends[1].get(e, ""), ends[2].get(e, "")
        found[key] = min(rank.get(e, asserted), found.get(key, len(CERTAINTIES)))
    return {edge: place for edge, place in found.items() if place}


def ties(store: Store, terms: Collection[str], named: Collection[str] = ()) -> Iterator[Edge]:
    """Our exact mappings to some terms, and those by other predicates of mappings that are named."""
    wanted = " ".join(f"<{p}>" for p in MATCHES if p == MATCHES[0] or p in named)
    for s, p, o in store.select(f"SELECT ?s ?p ?o {{ VALUES ?p {{ {wanted} }} GRAPH graph:mappings {{ ?s ?p ?o }} }}"):
        if o.value in terms:
            yield s.value, p.value, o.value


def kinds(store: Store, layer: str, nodes: Collection[str]) -> dict[str, set[str]]:
    """The kinds of nodes, as a layer has them."""
    found: dict[str, set[str]] = defaultdict(set)
    query = f"SELECT ?x ?k {{ GRAPH <{ns.graph(layer)}> {{ ?x <{PREDICATES['kind']}> ?k }} }}"
    for x, k in store.select(query):
        if x.value in nodes and (name := kind_name(k.value)):
            found[name].add(x.value)
    return found


# ---- names ----


def term(store: Store, name: str, within: Sequence[str]) -> str:
    """The IRI of the term that a name stands for in some layers; empty where there is none.

    Raises AmbiguousNameError where several terms have the label.
    """
    found = find(store, name, [ns.graph(layer) for layer in within])
    if len(found) > 1:
        raise AmbiguousNameError(name, [shown(x) for x in found[:5]])
    return found[0] if found else ""


def kind(store: Store, name: str, within: Sequence[str]) -> str:
    """The name of a kind of some layers, in any case. Raises NotFoundError."""
    known: set[str] = set()
    for layer in within:
        query = f"SELECT DISTINCT ?k {{ GRAPH <{ns.graph(layer)}> {{ ?x <{PREDICATES['kind']}> ?k }} }}"
        known |= {kind_name(k.value) for (k,) in store.select(query)}
    return _among("kind", ns.local(name.rpartition(":")[2]), {k: k for k in known})


def predicate(store: Store, name: str, within: Sequence[str]) -> str:
    """The IRI of a predicate of some layers, by CURIE, IRI, last part or label. Raises NotFoundError."""
    known: dict[str, str] = {}
    for layer in within:
        for p in _predicates(store, ns.graph(layer)):
            known |= {p: p, ns.contract(p): p}
            known.setdefault(ns.local(p), p)
            known.setdefault(shown(p), p)
    known |= {ns.contract(p): p for p in MATCHES}
    known |= {label: p for p, (label, _) in texts(store, set(known.values())).items() if label not in known}
    return _among("predicate", name, known)


def _among(what: str, name: str, known: dict[str, str]) -> str:
    spelled = {spelling.lower(): value for spelling, value in known.items()}
    if name.lower() in spelled:
        return spelled[name.lower()]
    raise NotFoundError(what, name, nearest(name, known))


# ---- what is said of a term, and where ----


def entity(store: Store, name: str) -> Entity | None:
    """What imported vocabularies and graphs say of a term of theirs; None where none of them has it."""
    within = [g.removeprefix(ns.graph("")) for g in graphs(store)]
    found = term(store, name, within) if within else ""
    return describe(store, found) if found else None


def describe(store: Store, iri: str) -> Entity | None:
    """What the imported vocabularies and graphs say of a term, as of an entity; None where they do not have it."""
    labels, names, definitions, found_kinds = [], {}, [], []
    fields = {address: field for field, address in PREDICATES.items()}
    for graph in graphs(store):
        for p, v in store.select(f"SELECT ?p ?v {{ GRAPH <{graph}> {{ <{iri}> ?p ?v }} }} ORDER BY ?p ?v"):
            field = fields.get(p.value, "")
            if field == "label":
                labels.append(v)
            elif field in _SCOPES:
                names[v.value] = field
            elif field == "definition":
                definitions.append(v)
            elif field == "kind":
                found_kinds.append(kind_name(v.value))
    around = list(_around(store, iri))
    if not (labels or names or around):
        return None
    label = best(labels).value if labels else shown(iri)
    every = tuple(Name(text, scope) for text, scope in names.items() if text != label)
    defined = best(definitions).value if definitions else ""
    return Entity(
        iri, label, found_kinds[0] if found_kinds else "", defined, every, (), tuple(_told(store, iri, around))
    )


def _around(store: Store, iri: str) -> Iterator[tuple[bool, str, str]]:
    """(whether the term is the subject, predicate, other end) of each edge of a term."""
    found: dict[tuple[bool, str, str], None] = {}
    for graph in graphs(store):
        query = f"""SELECT ?forward ?p ?x {{ GRAPH <{graph}> {{
            {{ <{iri}> ?p ?x BIND(true AS ?forward) }} UNION {{ ?x ?p <{iri}> BIND(false AS ?forward) }} }} FILTER isIRI(?x) }}"""
        for forward, p, x in store.select(query):
            if p.value in _WALKED or not p.value.startswith(_DESCRIBING):
                found[forward.value == "true", p.value, x.value] = None
    doubled = {(f, x) for f, p, x in found if p == ns.BIOLINK + "subclass_of"}
    yield from (key for key in found if key[1] != _HIERARCHY or (key[0], key[2]) not in doubled)


def _told(store: Store, iri: str, around: Sequence[tuple[bool, str, str]]) -> list[Relation]:
    about = texts(store, {term for _, p, x in around for term in (p, x)})
    triples = [
        (f"<{iri}>", f"<{p}>", f"<{x}>") if forward else (f"<{x}>", f"<{p}>", f"<{iri}>") for forward, p, x in around
    ]
    where = places(store, triples)
    made = []
    for (forward, p, x), triple in zip(around, triples, strict=True):
        said = "is under" if p == _HIERARCHY else about.get(p, (shown(p), ""))[0]
        reads = said if forward else "is above" if p == _HIERARCHY else f"{said} (backwards)"
        label, kind_of_it = about.get(x, (shown(x), ""))
        made.append(Relation(p, reads, x, label, kind_of_it, forward, False, "", (), where.get(triple, "")))
    return sorted(made, key=lambda r: (not r.forward, r.predicate_label, r.other_label))


def places(store: Store, triples: Iterable[Triple]) -> dict[Triple, str]:
    """Where an imported graph, or a mapping of ours, has each triple: its name, and the sources that it gives."""
    wanted = list(dict.fromkeys(triples))
    found: dict[Triple, list[str]] = {}
    for graph in graphs(store) if wanted else ():
        plain = store.select(f"SELECT ?s ?p ?o {{ GRAPH <{graph}> {{ {_block(wanted)} ?s ?p ?o }} }}")
        held = {(str(s), str(p), str(o)) for s, p, o in plain}
        if store.ask(f"ASK {{ GRAPH <{graph}> {{ ?r owl:someValuesFrom ?o }} }}"):
            held |= {
                t for t in wanted if t not in held and store.ask(f"ASK {{ GRAPH <{graph}> {{ {_restriction(t)} }} }}")
            }
        sourced = store.ask(f"ASK {{ GRAPH <{graph}> {{ ?e rdf:subject ?s }} }}")
        for triple in held:
            said = found.setdefault(triple, [])
            said.append(graph.removeprefix(GRAPHS))
            said.extend(_sources(store, graph, triple) if sourced else ())
    tied = [t for t in wanted if t[1][1:-1] in MATCHES]
    ours = f"""SELECT ?s ?p ?o ?m {{ {_block(tied)} GRAPH graph:mappings {{
        ?m owl:annotatedSource ?s ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o }} }} ORDER BY ?m"""
    for s, p, o, m in store.select(ours) if tied else ():
        found.setdefault((str(s), str(p), str(o)), [ns.contract(m.value)])
    return {t: ", ".join(list(dict.fromkeys(said))[:4]) for t, said in found.items()}


def _restriction(triple: Triple) -> str:
    """The pattern of a relation that an ontology states of a whole class."""
    s, p, o = triple
    return f"{s} rdfs:subClassOf ?r . ?r owl:onProperty {p} ; owl:someValuesFrom {o}"


def _sources(store: Store, graph: str, triple: Triple) -> Iterator[str]:
    """What an imported graph gives as the sources of a triple. The ends are written out, so that they are looked up."""
    s, p, o = triple
    query = f"""SELECT ?v {{ GRAPH <{graph}> {{ ?e rdf:subject {s} ; rdf:object {o} ; rdf:predicate {p} ; ?k ?v
        FILTER(?k IN (biolink:primary_knowledge_source, biolink:publications)) }} }} ORDER BY ?k ?v"""
    yield from (v.value for (v,) in store.select(query))


def _block(triples: Iterable[Triple]) -> str:
    return f"VALUES (?s ?p ?o) {{ {' '.join(' '.join(('(', *t, ')')) for t in triples)} }}"
