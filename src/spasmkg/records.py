"""What the graph holds as plain values, ready to be written as JSON: entities, claims, mappings, paths, proofs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spasmkg import claims as claims_
from spasmkg import namespaces as ns
from spasmkg.explain import Explanation, Proof, sentence
from spasmkg.mappings import of_entities
from spasmkg.model import Claim, Entity, Evidence, Imported, Mapping
from spasmkg.store import Store

__all__ = ["claim", "claims_by_iri", "doses", "entity", "evidence", "explanation", "mapping"]

Record = dict[str, Any]


def claim(found: Claim) -> Record:
    """A claim: what it says, how surely, and where in the source."""
    said: Record = {
        "claim": found.iri, "curie": found.curie,
        "subject": found.subject, "subject_label": found.labels.get(found.subject, ""),
        "predicate": found.predicate, "predicate_label": found.labels.get(found.predicate, ""),
        "object": found.object, "object_label": found.labels.get(found.object, found.object if found.literal else ""),
        "literal": found.literal, "negated": found.negated, "certainty": found.certainty, "hedge": found.hedge or None,
        "item": found.item or None, "place": found.place, "heading": found.heading, "section": found.section,
    }  # fmt: skip
    if found.span:
        span = found.span
        said |= {"start": span.start, "end": span.end, "words": span.words, "digest": span.digest}
    if found.qualifiers:
        said["qualifiers"] = [{"qualifier": name, "value": value} for name, value in found.qualifiers]
    return said | {"derived_from": [*found.derived_from], "cite": found.cite()}


def claims_by_iri(store: Store, iris: Iterable[str]) -> dict[str, Record]:
    """The records of some claims by IRI, sorted."""
    return {c.iri: claim(c) for c in claims_.read(store, sorted(set(iris)))}


def mapping(found: Mapping) -> Record:
    """A row of a mapping set, without the entity."""
    return {
        "vocabulary": found.vocabulary, "precision": found.precision, "id": found.curie, "iri": found.object,
        "label": found.label, "version": found.version, "confidence": found.confidence, "comment": found.comment,
        "mapping": found.iri, "source": found.source, "reviewer": found.reviewer, "mapping_set": found.mapping_set,
    }  # fmt: skip


def evidence(found: Evidence) -> Record:
    """What a row rests on: claims, mapping rows, imported triples, and a note on what rests on none of them."""
    made: Record = {"claims": [claim(c) for c in found]}
    if found.mappings:
        made["mappings"] = [mapping(m) | {"entity": m.subject, "cite": m.cite()} for m in found.mappings]
    if found.imported:
        made["imported"] = [_imported(i) for i in found.imported]
    return made | ({"note": found.note} if found.note else {})


def _imported(found: Imported) -> Record:
    steps = [[t[1:-1] if t[0] == "<" else t for t in step] for step in found.steps]
    return {"vocabulary": found.vocabulary, "version": found.version, "steps": steps, "cite": found.cite()}


# ---- entities ----


def entity(store: Store, found: Entity) -> Record:
    """An entity with its names, doses, relations in both directions and mappings."""
    relations = [
        {
            "predicate": r.predicate, "label": r.predicate_label, "forward": r.forward, "inferred": r.inferred, "certainty": r.certainty,
            "object" if r.forward else "subject": r.other, "other_label": r.other_label, "claims": list(r.claims),
        }
        for r in found.relations
    ]  # fmt: skip
    return {
        "iri": found.iri, "curie": ns.contract(found.iri), "label": found.label, "kind": found.kind, "definition": found.definition,
        "names": [{"text": n.text, "scope": n.scope} for n in found.names], "roles": list(found.roles),
        "doses": doses(store, found.iri), "relations": relations, "mappings": [mapping(m) for m in of_entities(store, [found.iri])],
    }  # fmt: skip


_PHASES = {"start": 0, "titration": 1, "usual": 2, "maximum": 3, "alternative": 4, "taper": 5}


def doses(store: Store, iri: str) -> list[dict[str, str]]:
    """The dose phases of a drug or treatment: phase, amount, how often, when, certainty, place."""
    query = f"""SELECT ?dose ?phase ?amount ?per ?ingredient ?f ?fm ?p ?pm ?pu ?timing ?route ?step WHERE {{
        <{iri}> spasm:hasDosePhase ?dose . ?dose spasm:phase ?ph . ?ph rdfs:label ?phase
        OPTIONAL {{ ?dose spasm:hasQuantity ?q . ?q spasm:numberText ?amount OPTIONAL {{ ?q spasm:per ?per }}
          OPTIONAL {{ ?q spasm:ofIngredient/rdfs:label ?ingredient }} }}
        OPTIONAL {{ ?dose spasm:frequency ?f }} OPTIONAL {{ ?dose spasm:frequencyMax ?fm }}
        OPTIONAL {{ ?dose spasm:period ?p }} OPTIONAL {{ ?dose spasm:periodMax ?pm }} OPTIONAL {{ ?dose spasm:periodUnit ?pu }}
        OPTIONAL {{ ?dose spasm:timing/rdfs:label ?timing }} OPTIONAL {{ ?dose spasm:route/rdfs:label ?route }}
        OPTIONAL {{ ?dose spasm:stepText ?step }} }} ORDER BY ?dose ?ingredient"""
    names = ["dose", "phase", "amount", "per", "ingredient", "f", "fm", "p", "pm", "pu", "timing", "route", "step"]
    found = []
    for row in store.select(query):
        r = {n: v.value for n, v in zip(names, row, strict=True) if v is not None}
        amount = r.get("amount", "not given")
        if "per" in r and r["per"] not in amount:
            amount += f" per {r['per']}"
        if "ingredient" in r:
            amount += f" {r['ingredient']}"
        parts = [_often(r), r.get("timing", ""), r.get("route", ""), r.get("step", "")]
        found.append(
            {"dose": r["dose"], "phase": r["phase"], "amount": amount, "how often": ", ".join(p for p in parts if p)}
        )
    return sorted(found, key=lambda d: _PHASES.get(d["phase"], 9))


def _often(r: dict[str, str]) -> str:
    units = {"d": "day", "h": "hour", "wk": "week", "mo": "month", "min": "minute", "s": "second"}
    unit = units.get(r.get("pu", ""), r.get("pu", ""))
    times = r.get("f", "")
    if times and "fm" in r:
        times += f"–{r['fm']}"
    if not unit:
        return f"{times} times" if times else ""
    span = r.get("p", "1").removesuffix(".0")
    span += f"–{r['pm'].removesuffix('.0')}" if "pm" in r else ""
    if times and span == "1":
        return f"once a {unit}" if times == "1" else f"{times} times a {unit}"
    return f"every {span} {unit}{'s' if span != '1' else ''}"


# ---- proofs ----


def explanation(why: Explanation) -> Record:
    """Why something holds: the proofs as trees, with every claim."""
    s, p, o = why.triple
    return {
        "subject": _value(s), "predicate": _value(p), "object": _value(o),
        "sentence": why.sentence, "stated": why.stated, "certainty": why.certainty,
        "claims": [claim(c) for c in why.ground.claims] if why.ground else [],
        "place": why.ground.place if why.ground else "",
        "complete": not why.more, "total": why.total, "shown": len(why.proofs),
        "proofs": [
            {"length": t.length, "certainty": t.certainty, "claims": list(t.claim_iris), "tree": _tree(t, why)} for t in why.proofs
        ],
    }  # fmt: skip


def _tree(proof: Proof, why: Explanation) -> Record:
    s, p, o = proof.triple
    found: Record = {"subject": _value(s), "predicate": _value(p), "object": _value(o)}
    found["sentence"] = sentence(proof.triple, why.labels)
    if proof.rule:
        return found | {
            "rule": proof.rule,
            "because": proof.because,
            "premises": [_tree(t, why) for t in proof.premises],
        }
    return found | {"claims": [claim(c) for c in proof.claims], "place": proof.place}


def _value(term: str) -> str:
    return term[1:-1] if term[0] == "<" else term
