"""An entity on the terminal: names, kind, roles with why, doses, relations both ways with where each is stated."""

from __future__ import annotations

import json
from itertools import groupby

from spasmkg import claims as claims_
from spasmkg import entities, records
from spasmkg import namespaces as ns
from spasmkg.cli.output import clean, folded
from spasmkg.cli.render import table
from spasmkg.entities import texts
from spasmkg.kg import KnowledgeGraph
from spasmkg.mappings import Mapping
from spasmkg.model import Claim, Entity, Relation
from spasmkg.namespaces import local
from spasmkg.results import Cell

__all__ = ["as_json", "as_text"]

_TREATMENTS = {"Drug", "DrugClass", "Therapy", "Supplement", "Procedure", "Biologic"}


def _places(kg: KnowledgeGraph, relations: tuple[Relation, ...]) -> dict[str, Claim]:
    return {c.iri: c for c in claims_.read(kg.store, {c for r in relations for c in r.claims})}


def as_text(kg: KnowledgeGraph, entity: Entity) -> None:
    """Print an entity."""
    claims = _places(kg, entity.relations)

    def paragraph(text: str, indent: str = "  ") -> None:
        print(folded(text, indent, indent + "  "))

    print(f"{clean(entity.label)}  ·  {entity.kind}  ·  {ns.contract(entity.iri)}")
    if entity.definition:
        paragraph(entity.definition)
    for scope, names in groupby(entity.names, lambda n: n.scope):
        paragraph(f"{scope} synonyms: {', '.join(n.text for n in names)}")
    if entity.kind in _TREATMENTS:
        paragraph("Not medical advice: this restates one article. When to seek care: spasmkg query red-flags")
    if entity.roles:
        print("\nRoles (inferred)")
        labels = texts(kg.store, entity.roles)
        for role in entity.roles:
            why = claims_.behind(kg.store, [(f"<{entity.iri}>", f"<{ns.RDF_TYPE}>", f"<{role}>")])
            cited = [c for cs in why.values() for c in claims_.read(kg.store, cs)]
            paragraph(
                f"{labels[role][0]}: because "
                + "; ".join(_sentence(c) for c in cited[:3])
                + (" …" if len(cited) > 3 else "")
            )
    if phases := records.doses(kg.store, entity.iri):
        print("\nDose")
        stated = {r.other: r for r in entity.relations if r.forward}
        rows: list[list[Cell]] = []
        for d in phases:
            relation = stated[d["dose"]]
            rows.append([d["phase"], d["amount"], d["how often"], relation.certainty, _where(relation, claims)])
        table(["phase", "amount", "how often", "certainty", "source"], rows)
    for forward, title in ((True, "Says"), (False, "Is said of it")):
        groups = [r for r in entity.relations if r.forward == forward and local(r.predicate) != "hasDosePhase"]
        if groups:
            print(f"\n{title}")
        for (predicate, _), members in groupby(groups, lambda r: (r.predicate_label, r.inferred)):
            listed = [_member(r, claims) for r in members]
            cut = f" … and {len(listed) - 12} more" if len(listed) > 12 else ""
            paragraph(f"{predicate}: {'; '.join(listed[:12])}{cut}")

    if ties := _ties(kg, entity):
        print("\nIn other vocabularies")
        for (vocabulary, release), rows_of_it in groupby(ties, lambda m: (m.vocabulary, m.version)):
            paragraph(f"{vocabulary} {release}: {'; '.join(map(_tie, rows_of_it))}")
        paragraph(f"who read a row, and in which file: spasmkg evidence {ns.contract(ties[0].iri)}")


def _ties(kg: KnowledgeGraph, entity: Entity) -> list[Mapping]:
    """The mappings of an entity of ours; a term of an imported vocabulary has none of its own."""
    return kg.mappings(entity.iri) if entities.exists(kg.store, entity.iri) else []


def _tie(mapping: Mapping) -> str:
    """A mapping in a few words: the identifier, its label, how it stands to the entity."""
    if not mapping.object:
        return "no term"
    label = f" {mapping.label}" if mapping.label else ""
    return f"{mapping.curie}{label} ({mapping.precision})"


def _member(relation: Relation, claims: dict[str, Claim]) -> str:
    sure = relation.certainty or relation.place or ("as your file says" if relation.inferred else "by the ontology")
    notes = ["inferred"] * relation.inferred + [sure] + [w for w in (_where(relation, claims),) if w]
    return f"{relation.other_label or relation.other} ({', '.join(notes)})"


def _sentence(claim: Claim) -> str:
    words = (claim.labels.get(x, local(x)) for x in (claim.subject, claim.predicate, claim.object))
    return f"{' '.join(words)} (§ {claim.place})"


def _where(relation: Relation, claims: dict[str, Claim]) -> str:
    return ", ".join(dict.fromkeys(f"§ {claims[c].place}" for c in relation.claims[:4] if c in claims))


def as_json(kg: KnowledgeGraph, entity: Entity) -> str:
    """An entity as JSON."""
    return json.dumps(records.entity(kg.store, entity), ensure_ascii=False, indent=2)
