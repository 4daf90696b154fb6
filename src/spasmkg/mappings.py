"""Ties between our entities and outside terms: SSSOM rows as triples, and what the graph holds of them.

Each row is a node (``mapping:tetany/HP:0001281``) of the class and with the properties that SSSOM's RDF form has; a
positive row also gives the plain SKOS triple. Rows that say "not the same" and rows that say "no term found" are nodes
only.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from spasmkg import namespaces as ns
from spasmkg.errors import AmbiguousNameError, BuildError, IdentifierError, NotFoundError, UsageError
from spasmkg.identifiers import iri, normal
from spasmkg.model import PRECISION, Mapping, Triple
from spasmkg.sssom import NO_TERM, read, write
from spasmkg.store import Store
from spasmkg.vocabularies.triples import literal

__all__ = [
    "PRECISION",
    "Mapping",
    "as_sssom",
    "coverage",
    "entities_for",
    "entity_for",
    "named",
    "node_of",
    "of_entities",
    "of_nodes",
    "of_terms",
    "of_vocabulary",
    "triples",
]

SSSOM = "https://w3id.org/sssom/"
_SOURCE, _PROPERTY, _TARGET = (ns.OWL + name for name in ("annotatedSource", "annotatedProperty", "annotatedTarget"))
_TEXTS = ("object_label", "object_source_version", "predicate_modifier", "reviewer_label", "mapping_tool")
_NONE = SSSOM + "NoTermFound"


def triples(name: str, text: str) -> Iterator[Triple]:
    """The triples of a mapping set in SSSOM/TSV; ``name`` is for messages.

    Raises BuildError with the line of a row that has no usable identifier, predicate or modifier.
    """
    header, rows = read(io.StringIO(text, newline=""), name)
    mapping_set = header.get("mapping_set_id")
    for line, slots in rows:
        try:
            yield from _row(slots, str(mapping_set or ""))
        except (UsageError, KeyError) as error:
            reason = f"it has no {error.args[0]}" if isinstance(error, KeyError) else error
            problem = f"{name}, line {line}: {reason}"
            raise BuildError("a mapping set cannot be read:", [problem]) from None


def _row(slots: dict[str, str], mapping_set: str) -> Iterator[Triple]:
    subject = _iri(slots["subject_id"])
    found = slots["object_id"] != NO_TERM
    target = iri(normal(slots["object_id"])) if found else _NONE
    # a row without a term names in object_source the vocabulary that was searched
    prefix = normal(target).partition(":")[0] if found else slots["object_source"].partition(":")[2]
    node = f"<{node_of(subject, target if found else prefix)}>"
    predicate = _iri(slots["predicate_id"])
    if predicate not in PRECISION:
        raise IdentifierError("not a SKOS mapping predicate", slots["predicate_id"])
    if slots.get("predicate_modifier", "Not") != "Not":
        raise IdentifierError("the only modifier is Not", slots["predicate_modifier"])
    if found and "predicate_modifier" not in slots:
        yield f"<{subject}>", f"<{predicate}>", f"<{target}>"
    yield node, f"<{ns.RDF_TYPE}>", f"<{ns.OWL}Axiom>"
    yield node, f"<{_SOURCE}>", f"<{subject}>"
    yield node, f"<{_PROPERTY}>", f"<{predicate}>"
    yield node, f"<{_TARGET}>", f"<{target}>"
    yield node, f"<{SSSOM}mapping_justification>", f"<{_iri(slots['mapping_justification'])}>"
    yield node, f"<{ns.spasm('toVocabulary')}>", literal(prefix)
    if mapping_set:
        yield node, f"<{SSSOM}mapping_set>", f"<{_iri(mapping_set)}>"
    if source := slots.get("object_source"):
        yield node, f"<{SSSOM}object_source>", f"<{_iri(source)}>"
    if confidence := slots.get("confidence"):
        yield node, f"<{SSSOM}confidence>", f'"{float(confidence)}"^^<{ns.XSD}decimal>'
    if comment := slots.get("comment"):
        yield node, f"<{ns.RDFS}comment>", literal(comment) + "@en"
    for slot in _TEXTS:
        if slot in slots:
            yield node, f"<{SSSOM}{slot}>", literal(slots[slot])


def node_of(entity: str, outside: str) -> str:
    """The IRI of the row that ties an entity to an outside term (IRI), or that records that a vocabulary has none.

    >>> node_of("https://w3id.org/spasmkg/tetany", "http://purl.obolibrary.org/obo/HP_0001281")
    'https://w3id.org/spasmkg/mapping/tetany/HP:0001281'
    >>> node_of("https://w3id.org/spasmkg/tetany", "MAXO")
    'https://w3id.org/spasmkg/mapping/tetany/MAXO:none'
    """
    return f"{ns.SPASM}mapping/{ns.local(entity)}/{normal(outside) if ':' in outside else f'{outside}:none'}"


def _iri(text: str) -> str:
    found = ns.expand(text)
    if not ns.is_iri(found):
        raise IdentifierError("characters that no identifier has", text)
    return found


_LABELS = """SELECT ?s ?label ?kind { VALUES ?g { graph:entities graph:groupings } GRAPH ?g { ?s a ?kind ; rdfs:label ?label } }"""


def as_sssom(store: Store, found: Iterable[Mapping]) -> str:
    """Mappings as one SSSOM/TSV set, with labels and kinds of the entities and each row's own release."""
    labels = {s.value: (label.value, ns.contract(kind.value)) for s, label, kind in store.select(_LABELS)}
    rows, used = [], {"spasm", "skos", "semapv", "sssom"}
    for m in found:
        label, kind = labels.get(m.subject, ("", ""))
        row = {
            "subject_id": ns.contract(m.subject), "subject_label": label, "subject_category": kind,
            "predicate_id": ns.contract(m.predicate), "predicate_modifier": "Not" if m.negated else "",
            "object_id": m.curie or NO_TERM, "object_label": m.label, "mapping_justification": ns.contract(m.justification),
            "reviewer_label": m.reviewer, "mapping_tool": m.tool, "object_source": ns.contract(m.source),
            "object_source_version": m.version, "confidence": f"{m.confidence:g}" if m.confidence else "", "comment": m.comment,
        }  # fmt: skip
        rows.append(row)
        used |= {row[slot].partition(":")[0] for slot in ("object_id", "object_source")}
    prefixes = ns.prefixes()
    header: dict[str, str | dict[str, str]] = {
        "curie_map": {p: prefixes[p] for p in sorted(used) if p in prefixes},
        "mapping_set_id": f"{ns.SPASM}mappings",
        "mapping_set_title": "spasmkg to outside vocabularies",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "other": "Identifiers and labels of each outside vocabulary keep its own terms.",
    }
    return write(header, rows)


_READ = f"""?m owl:annotatedSource ?s ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o ; spasm:toVocabulary ?v ;
    sssom:mapping_justification ?why
    OPTIONAL {{ ?m sssom:object_label ?label }} OPTIONAL {{ ?m sssom:predicate_modifier ?not }}
    OPTIONAL {{ ?m sssom:object_source_version ?version }} OPTIONAL {{ ?m sssom:object_source ?source }}
    OPTIONAL {{ ?m sssom:confidence ?sure }} OPTIONAL {{ ?m sssom:reviewer_label ?reviewer }}
    OPTIONAL {{ ?m sssom:mapping_tool ?tool }} OPTIONAL {{ ?m <{ns.RDFS}comment> ?comment }}
    OPTIONAL {{ ?m sssom:mapping_set ?set }}"""
_VARIABLES = "?m ?s ?p ?o ?label ?not ?v ?version ?source ?why ?sure ?reviewer ?tool ?comment ?set"
_BATCH = 1000


def of_entities(store: Store, iris: Iterable[str] = ()) -> list[Mapping]:
    """The mappings of some entities, or of all: by entity and vocabulary, the most precise first, denied ones last."""
    chosen = " ".join(f"<{i}>" for i in iris)
    values = f"VALUES ?s {{ {chosen} }} " if chosen else ""
    found = [_mapping(row) for row in store.select(f"SELECT {_VARIABLES} WHERE {{ {values}{_READ} }}")]
    return sorted(found, key=_order)


def of_nodes(store: Store, nodes: Iterable[str]) -> dict[str, Mapping]:
    """The mapping rows with these IRIs, by IRI; what is no row is left out."""
    return {m.iri: m for m in _with(store, "?m", nodes)}


def of_terms(store: Store, outside: Iterable[str]) -> list[Mapping]:
    """The mapping rows of outside terms, by their IRIs: the most precise first, denied ones last."""
    return sorted(_with(store, "?o", outside), key=_order)


def of_vocabulary(store: Store, prefix: str) -> list[Mapping]:
    """The mapping rows to a vocabulary, in its usual spelling, by entity: the most precise first, denied ones last."""
    query = f"SELECT {_VARIABLES} WHERE {{ VALUES ?v {{ {literal(prefix)} }} {_READ} }}"
    return sorted(map(_mapping, store.select(query)), key=_order)


def named(store: Store, words: Sequence[str], most: int = 200) -> list[Mapping]:
    """The positive mapping rows to terms whose label holds all the words, whatever the case."""
    holds = " && ".join(f"CONTAINS(LCASE(STR(?label)), {literal(w.lower())})" for w in words)
    query = f"""SELECT {_VARIABLES} WHERE {{ {{ SELECT ?m WHERE {{ ?m sssom:object_label ?label FILTER({holds})
        FILTER NOT EXISTS {{ ?m sssom:predicate_modifier "Not" }} }} ORDER BY STRLEN(STR(?label)) ?m LIMIT {most} }} {_READ} }}"""
    return sorted(map(_mapping, store.select(query)), key=_order) if words else []


def _with(store: Store, variable: str, iris: Iterable[str]) -> Iterator[Mapping]:
    wanted = sorted({i for i in iris if ns.is_iri(i)})
    for start in range(0, len(wanted), _BATCH):
        block = " ".join(f"<{i}>" for i in wanted[start : start + _BATCH])
        query = f"SELECT {_VARIABLES} WHERE {{ VALUES {variable} {{ {block} }} {_READ} }}"
        yield from map(_mapping, store.select(query))


_RANK = {predicate: i for i, predicate in enumerate(PRECISION)}


def _order(m: Mapping) -> tuple[str, str, bool, bool, int, str]:
    return m.subject, m.vocabulary.lower(), m.negated, not m.object, _RANK.get(m.predicate, 9), m.object


def _mapping(row: Iterable[object]) -> Mapping:
    m, s, p, o, label, denied, v, version, source, why, sure, reviewer, tool, comment, made_in = (
        getattr(value, "value", "") for value in row
    )
    target = "" if o == _NONE else o
    return Mapping(
        m, s, p, target, label, denied == "Not", v, version, source, why, float(sure or 0), reviewer, tool, comment, made_in
    )  # fmt: skip


def entities_for(store: Store, outside: str) -> list[tuple[str, str]]:
    """(IRI of an entity, IRI of the predicate) for each positive mapping to an outside term, the most precise first."""
    values = " ".join(f"<{p}>" for p in PRECISION)
    rows = store.select(f"SELECT ?x ?p {{ VALUES ?p {{ {values} }} GRAPH graph:mappings {{ ?x ?p <{outside}> }} }}")
    rank = list(PRECISION)
    return sorted(((x.value, p.value) for x, p in rows), key=lambda pair: (rank.index(pair[1]), pair[0]))


def entity_for(store: Store, name: str) -> str:
    """The IRI of the entity that an outside identifier means, in any spelling; empty where it is none of ours.

    An exact mapping counts before a close one. Raises AmbiguousNameError where several count alike, NotFoundError where
    only broader, narrower or related entities are known.
    """
    try:
        outside = iri(normal(name))
    except IdentifierError:
        return ""
    found = entities_for(store, outside)
    for predicate in list(PRECISION)[:2]:
        alike = [entity for entity, p in found if p == predicate]
        if len(alike) > 1:
            raise AmbiguousNameError(name, [ns.contract(x) for x in alike])
        if alike:
            return alike[0]
    if found:
        near = "; ".join(f"{ns.local(x)} has it as its {PRECISION[p]} term" for x, p in found[:4])
        raise NotFoundError("entity exactly", name, hint=near)
    return ""


def coverage(store: Store) -> list[tuple[str, str, int, int, int, int]]:
    """How far the mapping sets reach: (kind, vocabulary, entities, exact, other, no term) by kind and vocabulary.

    ``entities`` counts those of the kind that the vocabulary's set speaks of; each counts once, by its best row.
    """
    query = """SELECT ?kind ?v ?s ?p ?o WHERE { ?m owl:annotatedSource ?s ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o ;
        spasm:toVocabulary ?v FILTER NOT EXISTS { ?m sssom:predicate_modifier "Not" }
        VALUES ?g { graph:entities graph:groupings } GRAPH ?g { ?s a ?kind } }"""
    best: dict[tuple[str, str, str], int] = {}
    for kind, v, s, p, o in store.select(query):
        grade = 2 if o.value == _NONE else 0 if p.value.endswith("exactMatch") else 1
        key = ns.local(kind.value), v.value, s.value
        best[key] = min(grade, best.get(key, 9))
    table: dict[tuple[str, str], list[int]] = {}
    for (kind, v, _), grade in best.items():
        table.setdefault((kind, v), [0, 0, 0])[grade] += 1
    return [(kind, v, sum(n), *n) for (kind, v), n in sorted(table.items(), key=lambda i: (i[0][0], i[0][1].lower()))]  # type: ignore[misc]
