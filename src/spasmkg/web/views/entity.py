"""The page of an entity: what it is, what is said of it in both directions, how surely, where, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spasmkg import claims as claims_
from spasmkg import entities, records
from spasmkg import namespaces as ns
from spasmkg.namespaces import local
from spasmkg.web.address import to
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, jsonld, marks, show
from spasmkg.web.views.small_graph import small_graph

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Claim, Entity, Relation
    from spasmkg.model import Mapping as Tie

__all__ = ["CAUTION", "TREATMENTS", "entity"]

TREATMENTS = frozenset(
    ["Drug", "DrugClass", "Therapy", "Supplement", "Procedure", "Biologic", "Preparation", "DosePhase", "Quantity"]
)
"""Kinds whose pages say that they are no medical advice."""
CAUTION = "Not medical advice: this restates one article."
_FEW = 10
"""How many rows of a relation stand in the common table; more have a table of their own."""
_DOSES = "hasDosePhase"
_ORDER = ("hasSideEffect", "treats", "relieves", "prevents", "causes", "triggers", "hasSymptom", "detects")
"""Relations that are read first."""
_CLASSES = ("hasDrugClass", "subtypeOf", "listedIn", "kindOf", "groupedUnder")
_GAPS = {
    "Drug": (("hasSideEffect", "side effect"), (_DOSES, "dose")),
    "Supplement": (("hasSideEffect", "side effect"), (_DOSES, "dose")),
}
_PRECISIONS = ("exact", "close", "broader", "narrower", "related")


@dataclass(frozen=True, slots=True)
class _Group:
    """The relations by one predicate in one direction."""

    predicate: str
    label: str
    rows: tuple[dict[str, Any], ...]


def entity(write: Write, head: Head, arguments: Arguments, kg: KnowledgeGraph, found: Entity, flags: int) -> None:
    """Show an entity."""
    cited = {c.iri: c for c in claims_.read(kg.store, {c for r in found.relations for c in r.claims})}
    ahead = [
        r for r in found.relations if r.forward and not r.inferred and local(r.predicate) not in (_DOSES, *_CLASSES)
    ]
    classes = [r for r in found.relations if r.forward and local(r.predicate) in _CLASSES]
    follows = [r for r in found.relations if r.forward and r.inferred and local(r.predicate) not in _CLASSES]
    back = [r for r in found.relations if not r.forward]
    ties = kg.mappings(found.iri)
    prefix, slug = arguments["prefix"], ns.contract(found.iri).removeprefix("spasm:")
    doses = _doses(kg, found, cited)
    denied = [c for c in (*kg.claims(subject=found.iri), *kg.claims(object=found.iri)) if c.negated]
    roles = _roles(kg, found, cited)
    said = {"doses": len(doses), "ahead": len(ahead), "classes": len(classes) + len(roles), "denied": len(denied),
            "follows": len(follows), "back": len(back), "ties": len(ties)}  # fmt: skip
    show(
        write, head, arguments, "entity.html", title=f"{found.label}, {marks.kind_word(found.kind)}", iri=found.iri, entity=found,
        alternates=arguments["alternates"], slug=slug, described=_described(kg, found.iri), successor=_successor(kg, found.iri),
        is_treatment=found.kind in TREATMENTS, caution=CAUTION, flags=flags, doses=doses, ahead=_groups(ahead, cited, found.iri),
        classes=_groups(classes, cited, found.iri), roles=roles, denied=denied, follows=_groups(follows, cited, found.iri),
        back=_groups(back, cited, found.iri),
        gaps=_gaps(found, doses), said=said, ties=_ties(ties), lacking=[t for t in ties if t.precision == "none"],
        names=_names(found), graph=small_graph(kg, found.iri, prefix), few=_FEW, query=_query(found.iri),
        linked_data=jsonld.thing(found, ties, arguments["base"]), claims_at=to("/api/claims", prefix, subject=slug, format="csv"),
    )  # fmt: skip


def _groups(relations: Sequence[Relation], cited: Mapping[str, Claim], iri: str) -> list[_Group]:
    """Relations by predicate; those that are read first come first, what is inferred last."""
    grouped: dict[tuple[bool, bool, str, str], list[Relation]] = {}
    for r in relations:
        grouped.setdefault((r.forward, r.inferred, r.predicate, r.predicate_label), []).append(r)

    def rank(key: tuple[bool, bool, str, str]) -> tuple[Any, ...]:
        name = local(key[2])
        return key[1], _ORDER.index(name) if name in _ORDER else len(_ORDER), key[3], key[2]

    return [
        _Group(key[2], key[3], tuple(_row(r, cited, iri) for r in grouped[key])) for key in sorted(grouped, key=rank)
    ]


def _row(r: Relation, cited: Mapping[str, Claim], iri: str) -> dict[str, Any]:
    claims = [cited[c] for c in r.claims if c in cited]
    hedges = {c.hedge for c in claims if c.certainty == r.certainty} if not r.inferred else set()
    subject, object_ = (iri, r.other) if r.forward else (r.other, iri)
    return {
        "iri": r.other, "label": r.other_label or r.other, "kind": r.other_kind, "inferred": r.inferred, "certainty": r.certainty,
        "hedge": next(iter(hedges)) if len(hedges) == 1 else "", "claims": claims, "place": r.place, "subject": subject, "object": object_,
        "predicate": r.predicate, "is_literal": not ns.is_iri(r.other),
    }  # fmt: skip


def _doses(kg: KnowledgeGraph, found: Entity, cited: Mapping[str, Claim]) -> list[dict[str, Any]]:
    """The phases of a dose, each with the claims that give it."""
    stated = {r.other: _row(r, cited, found.iri) for r in found.relations if r.forward and local(r.predicate) == _DOSES}
    rows = []
    for d in records.doses(kg.store, found.iri):
        row = stated.get(d["dose"], {"certainty": "", "hedge": "", "claims": [], "place": ""})
        rows.append({**row, "iri": d["dose"], "phase": d["phase"], "amount": d["amount"], "often": d["how often"]})
    return rows


def _roles(kg: KnowledgeGraph, found: Entity, cited: Mapping[str, Claim]) -> list[dict[str, Any]]:
    """Inferred roles, each with what it follows from."""
    labels = entities.texts(kg.store, found.roles)
    query = f"""SELECT ?role ?certainty ?length ?c WHERE {{ GRAPH graph:proofs {{ ?n rdf:subject <{found.iri}> ; rdf:predicate rdf:type ;
        rdf:object ?role ; spasm:certainty ?certainty OPTIONAL {{ ?n spasm:proofLength ?length }} OPTIONAL {{ ?n spasm:derivedFrom ?c }} }} }}
        ORDER BY ?role ?c"""
    proofs: dict[str, dict[str, Any]] = {}
    for role, certainty, length, claim in kg.store.select(query):
        row = proofs.setdefault(
            role.value,
            {"certainty": local(certainty.value), "length": int(length.value) if length else 0, "claims": []},
        )
        if claim is not None:
            row["claims"].append(claim.value)
    known = dict(cited) | {
        c.iri: c for c in claims_.read(kg.store, {c for r in proofs.values() for c in r["claims"]} - cited.keys())
    }
    rows = []
    for role in found.roles:
        proof = proofs.get(role, {"certainty": "", "length": 0, "claims": []})
        claims = sorted(
            (known[c] for c in proof["claims"] if c in known),
            key=lambda c: (c.subject != found.iri, c.span.start if c.span else 0),
        )
        rows.append({"iri": role, "label": labels.get(role, (local(role),))[0], **proof, "claims": claims})
    return rows


def _described(kg: KnowledgeGraph, iri: str) -> list[str]:
    """The places of the source that are about it."""
    query = (
        f"SELECT ?item WHERE {{ GRAPH graph:article {{ ?item spasm:about <{iri}> ; a spasm:Item }} }} ORDER BY ?item"
    )
    return [item.value for (item,) in kg.store.select(query)]


def _successor(kg: KnowledgeGraph, iri: str) -> tuple[str, str] | None:
    """(IRI, label) of what stands in the place of a retired entity; ("", "") where nothing does; None where it is not retired."""
    if not kg.store.ask(f"ASK {{ <{iri}> owl:deprecated ?d FILTER(STR(?d) = 'true') }}"):
        return None
    query = f"SELECT ?x ?label WHERE {{ <{iri}> dcterms:isReplacedBy ?x OPTIONAL {{ ?x rdfs:label ?label }} }}"
    return next(((x.value, label.value if label else local(x.value)) for x, label in kg.store.select(query)), ("", ""))


def _gaps(found: Entity, doses: Sequence[Any]) -> list[str]:
    """What the source does not say of it, where a reader would look for it."""
    has = {local(r.predicate) for r in found.relations if r.forward} | ({_DOSES} if doses else set())
    return [words for predicate, words in _GAPS.get(found.kind, ()) if predicate not in has]


def _ties(ties: Sequence[Tie]) -> list[Tie]:
    """Mappings, the most precise first; those that deny last."""

    def rank(m: Tie) -> tuple[int, str, str]:
        return _PRECISIONS.index(m.precision) if m.precision in _PRECISIONS else 9, m.vocabulary.lower(), m.curie

    return sorted((m for m in ties if m.object), key=rank)


def _names(found: Entity) -> list[tuple[str, list[str]]]:
    """Names by scope."""
    scopes: dict[str, list[str]] = {}
    for name in found.names:
        scopes.setdefault("spelling" if name.scope == "hidden" else name.scope, []).append(name.text)
    return sorted(scopes.items(), key=lambda pair: pair[0] != "exact")


def _query(iri: str) -> str:
    """A query of all edges around an entity, for the editor."""
    name = ns.contract(iri)
    subject = name if name.startswith("spasm:") and name[6:].replace("-", "").isalnum() else f"<{iri}>"
    return (
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX graph: <https://w3id.org/spasmkg/graph/>\n"
        "PREFIX spasm: <https://w3id.org/spasmkg/>\nSELECT ?relation ?thing ?thing_label WHERE {\n"
        f"  GRAPH graph:edges {{ {subject} ?relation ?thing }}\n  OPTIONAL {{ ?thing rdfs:label ?thing_label }}\n}}\nORDER BY ?relation ?thing\n"
    )
