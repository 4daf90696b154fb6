"""Small vocabularies in the form that every import has in the store, and graphs that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import spasmkg
from spasmkg import namespaces as ns
from spasmkg.catalogue import CATALOGUE, GRAPHS, Vocabulary, entry
from spasmkg.identifiers import iri
from spasmkg.kg import KnowledgeGraph
from spasmkg.store import memory
from spasmkg.vocabularies.statements import Statement
from spasmkg.vocabularies.triples import ntriples

Said = tuple[str, str, str]

HP = [
    ("HP:0003394", "label", "Muscle spasm"),
    ("HP:0003394", "exact", "Muscle cramps"),
    ("HP:0003394", "xref", "umls:C0026821"),
    ("HP:0003394", "xref", "mesh:D009120"),
    ("HP:0001281", "label", "Tetany"),
    ("HP:0001281", "xref", "umls:C0039621"),
    ("HP:0002487", "label", "Hyperkinetic movements"),
    ("HP:0002487", "exact", "Muscle spasms"),
    ("HP:0000999", "label", "obsolete Leg cramping"),
    ("HP:0000999", "exact", "Leg cramps"),
    ("HP:0000999", "obsolete", "true"),
    ("HP:0000999", "replaced_by", "HP:0000998"),
    ("HP:0000998", "label", "Cramping of the leg"),
    ("HP:0002321", "label", "Vertigo"),
    ("HP:0002321", "related", "Dizziness"),
]
MESH = [
    ("mesh:D009120", "label", "Muscle Cramp"),
    ("mesh:D009120", "kind", "C23.888.592.608.500"),
    ("mesh:D013746", "label", "Tetany"),
    ("mesh:D013746", "kind", "C18.452.174.766.500"),
    ("mesh:D009465", "label", "Neuroma"),
    ("mesh:D006225", "label", "Hand"),
    ("mesh:D006225", "kind", "A01.378.800.667"),
    ("mesh:D001418", "label", "Baclofen"),
    ("mesh:D001418", "kind", "D12.125.190.350.200"),
]
RXNORM = [
    ("rxnorm:1000001", "label", "Hand"),
    ("rxnorm:1000001", "kind", "BN"),
    ("rxnorm:1292", "label", "baclofen"),
    ("rxnorm:1292", "kind", "IN"),
    ("rxnorm:1292", "xref", "umls:C0004609"),
    ("rxnorm:430902", "label", "Baclofen 10 MG Oral Tablet"),
    ("rxnorm:430902", "kind", "SCD"),
]
ICD = [
    ("icd10cm:R51", "label", "Headache"),
    ("icd10cm:R51", "header", "true"),
    ("icd10cm:R51.9", "label", "Headache, unspecified"),
    ("icd10cm:R51.9", "parent", "icd10cm:R51"),
    ("icd10cm:R25.2", "label", "Cramp and spasm"),
]
ATC = [
    ("atc:M01AE01", "label", "ibuprofen"),
    ("atc:M02AA13", "label", "ibuprofen"),
    ("atc:A12AA", "label", "Calcium"),
    ("atc:M03BX01", "label", "baclofen"),
]
EVERY = {"HP": HP, "mesh": MESH, "rxnorm": RXNORM, "icd10cm": ICD, "atc": ATC}


def triples(said: Iterable[Said]) -> list[tuple[str, str, str]]:
    """Statements as triples in the form of the store."""
    text = b"".join(ntriples([Statement(*s) for s in said], {})).decode()
    return [(s, p, o.removesuffix(" .")) for s, p, o in (line.split(" ", 2) for line in text.splitlines())]


SLUGS = [
    "muscle-spasm", "muscle-cramp", "leg-cramp", "tetany", "baclofen", "ibuprofen", "calcium", "hand",
    "headache", "dizziness", "nsaids", "nerve-compression", "platelet-rich-plasma", "prp-injection", "yoga",
    "electromyography", "vitamin-d-test", "fever", "pain", "creatine-kinase", "nocturnal-leg-cramp", "muscle",
    "muscle-relaxant", "parkinsons-disease",
]  # fmt: skip
"""The entities of the small graph."""


def graph_with(vocabularies: Mapping[str, Iterable[Said]], denied: Iterable[tuple[str, str]] = ()) -> KnowledgeGraph:
    """A small part of the bundled graph in memory, with its mappings and some vocabularies.

    ``denied`` are (entity, term) pairs that the mapping sets are made to deny.
    """
    store = memory()
    for layer, own in _bundled().items():
        store.insert(own, [ns.graph(layer)])
    store.insert(_denials(denied), [ns.graph("mappings")])
    store.merge(ns.graph(layer) for layer in ("entities", "groupings", "mappings", "edges"))
    for prefix, said in vocabularies.items():
        store.insert(triples(said), [GRAPHS + prefix])
        store.insert(entry(Vocabulary(prefix, version="2026-09-01")), [CATALOGUE])
    return KnowledgeGraph(store)


@cache
def _bundled() -> dict[str, list[tuple[str, str, str]]]:
    """By layer what the bundled graph says of the entities."""
    bundled = spasmkg.open().store
    found: dict[str, list[tuple[str, str, str]]] = {}
    for slug in SLUGS:
        me = f"<{ns.spasm(slug)}>"
        for layer in ("entities", "edges", "groupings"):
            query = f"CONSTRUCT {{ {me} ?p ?o }} WHERE {{ GRAPH graph:{layer} {{ {me} ?p ?o }} }}"
            found.setdefault(layer, []).extend(bundled.construct(query))
        rows = f"CONSTRUCT {{ ?m ?p ?o }} WHERE {{ GRAPH graph:mappings {{ ?m owl:annotatedSource {me} ; ?p ?o }} }}"
        found.setdefault("mappings", []).extend(bundled.construct(rows))
    return found


def _denials(denied: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    for i, (entity, term) in enumerate(denied):
        node = f"<{ns.SPASM}mapping/denied/{i}>"
        yield node, f"<{ns.OWL}annotatedSource>", f"<{ns.expand(entity)}>"
        yield node, f"<{ns.OWL}annotatedProperty>", f"<{ns.SKOS}exactMatch>"
        yield node, f"<{ns.OWL}annotatedTarget>", f"<{iri(term)}>"
        yield node, "<https://w3id.org/sssom/predicate_modifier>", '"Not"'
