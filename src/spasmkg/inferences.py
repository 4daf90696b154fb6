"""What reasoning adds: the inferred edges and roles with the rule of their shortest proof."""

from __future__ import annotations

from dataclasses import dataclass

from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.model import Triple
from spasmkg.namespaces import local
from spasmkg.store import Store

__all__ = ["Inference", "inferences"]


@dataclass(frozen=True, slots=True)
class Inference:
    """An inferred edge or role: its rule, the triple in N-Triples form, the labels of its ends, its certainty."""

    rule: str
    triple: Triple
    subject_label: str
    object_label: str
    certainty: str
    length: int


def inferences(store: Store, rule: str = "", predicate: str = "") -> list[Inference]:
    """The inferences whose rule's name holds a text, and whose predicate is an IRI, sorted by rule and labels.

    An inference is an edge or a role that rests on claims; its rule and certainty are those of its shortest proof.
    """
    only = f"FILTER(?p = <{predicate}>)" if predicate else ""
    query = f"""SELECT ?rule ?s ?p ?o ?certainty ?length WHERE {{ GRAPH graph:proofs {{
        ?n spasm:byRule ?rule ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
          spasm:certainty ?certainty ; spasm:proofLength ?length {only} }} }}"""
    wanted = rule.lower()
    rows = [row for row in store.select(query) if wanted in row[0].value.lower()]
    labels = texts(store, {x.value for _, s, _, o, *_ in rows for x in (s, o) if ns.is_iri(x.value)}) if rows else {}

    def label(iri: str) -> str:
        return labels[iri][0] if iri in labels else iri

    found = [
        Inference(
            name.value, (str(s), str(p), str(o)), label(s.value), label(o.value), local(sure.value), int(length.value)
        )
        for name, s, p, o, sure, length in rows
    ]
    return sorted(found, key=lambda i: (i.rule, i.subject_label, i.triple[1], i.object_label, i.triple))
