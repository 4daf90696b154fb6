"""The graph in the terms of the Biolink model 4.4.4 (https://biolink.github.io/biolink-model/).

Which category a kind has and which predicate a relation is comes from the mapping set to Biolink; nothing of the
model is needed here but the line of parents of the categories that the mapping set names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from spasmkg import namespaces as ns
from spasmkg.formats.content import Statement
from spasmkg.store import Store

__all__ = ["ASSOCIATION", "PARENTS", "SLOTS", "SOURCE", "VERSION", "Shape"]

VERSION = "4.4.4"
ASSOCIATION = "biolink:Association"
SOURCE = "infores:spasmkg"
"""Who says so. The registry of Biolink's information resources has no such entry yet."""
PARENTS = {
    "biolink:Activity": "biolink:NamedThing",
    "biolink:AnatomicalEntity": "biolink:OrganismalEntity",
    "biolink:Attribute": "biolink:NamedThing",
    "biolink:BiologicalEntity": "biolink:NamedThing",
    "biolink:BiologicalProcess": "biolink:BiologicalProcessOrActivity",
    "biolink:BiologicalProcessOrActivity": "biolink:BiologicalEntity",
    "biolink:ChemicalEntity": "biolink:NamedThing",
    "biolink:ChemicalMixture": "biolink:ChemicalEntity",
    "biolink:Device": "biolink:NamedThing",
    "biolink:Disease": "biolink:DiseaseOrPhenotypicFeature",
    "biolink:DiseaseOrPhenotypicFeature": "biolink:BiologicalEntity",
    "biolink:Drug": "biolink:MolecularMixture",
    "biolink:ExposureEvent": "biolink:NamedThing",
    "biolink:InformationContentEntity": "biolink:NamedThing",
    "biolink:MolecularEntity": "biolink:ChemicalEntity",
    "biolink:MolecularMixture": "biolink:ChemicalMixture",
    "biolink:OrganismalEntity": "biolink:BiologicalEntity",
    "biolink:PhenotypicFeature": "biolink:DiseaseOrPhenotypicFeature",
    "biolink:PopulationOfIndividualOrganisms": "biolink:OrganismalEntity",
    "biolink:Procedure": "biolink:NamedThing",
    "biolink:ProcessedMaterial": "biolink:ChemicalMixture",
    "biolink:Treatment": "biolink:ExposureEvent",
}
"""The parent of each category in use, as the model has it."""
SLOTS = {
    "atSite": "anatomical_context_qualifier",
    "inPopulation": "population_context_qualifier",
    "evidenceCode": "has_evidence_of_type",
}
"""Slots of an association for properties of our claims; others keep their own names."""
_ANYTHING, _RELATED = "biolink:NamedThing", "biolink:related_to"
_ASSERTING = ("exactMatch", "closeMatch", "broadMatch")
_DENYING = ("exactMatch", "closeMatch", "narrowMatch")


@dataclass(frozen=True, slots=True)
class Shape:
    """Categories of kinds and predicates of relations, as CURIEs.

    The best row of a mapping set counts: exact before close before broad, since what holds in the narrow sense holds
    in the broad one. What has no row takes that of its nearest parent, at last ``NamedThing`` and ``related_to``.
    A denial is the other way round, exact before close before narrow: to deny a broader relation would say more than
    the source does, so a denied relation without such a row keeps its own name.
    """

    kinds: dict[str, str]
    relations: dict[str, str]
    denials: dict[str, str]

    @classmethod
    def read(cls, store: Store) -> Shape:
        """The shape that a store's mappings give."""
        rows = _rows(store)
        kinds = _above(store, "owl:Class", "rdfs:subClassOf")
        relations = _above(store, "owl:ObjectProperty owl:DatatypeProperty", "rdfs:subPropertyOf")
        denied = {x: [x] for x in relations}
        return cls(_best(rows, kinds, _ASSERTING), _best(rows, relations, _ASSERTING), _best(rows, denied, _DENYING))

    def categories(self, kind: str) -> list[str]:
        """The category of a kind (IRI) and all that are above it, the most special first.

        >>> Shape({}, {}, {}).categories("https://w3id.org/spasmkg/Timing")
        ['biolink:NamedThing']
        """
        found = [self.kinds.get(kind, _ANYTHING)]
        while found[-1] != _ANYTHING:
            found.append(PARENTS.get(found[-1], _ANYTHING))
        return found

    def predicate(self, statement: Statement) -> str:
        """The predicate of a claim."""
        if statement.negated:
            return self.denials.get(statement.predicate, ns.contract(statement.predicate))
        return self.relations.get(statement.predicate, _RELATED)


def _rows(store: Store) -> dict[str, dict[str, str]]:
    """By term and property of SKOS the CURIE of Biolink; of several the most confident, then the first by name."""
    query = f"""SELECT ?x ?match ?target (MAX(?c) AS ?sure) {{
        ?x ?match ?target FILTER(STRSTARTS(STR(?target), "{ns.BIOLINK}") && STRSTARTS(STR(?match), STR(skos:)))
        OPTIONAL {{ GRAPH graph:mappings {{ ?m owl:annotatedSource ?x ; owl:annotatedProperty ?match ;
            owl:annotatedTarget ?target ; sssom:confidence ?c FILTER NOT EXISTS {{ ?m sssom:predicate_modifier ?not }} }} }} }}
        GROUP BY ?x ?match ?target"""
    listed = [
        (x.value, ns.local(match.value), -float(sure.value) if sure else 0.0, ns.contract(target.value))
        for x, match, target, sure in store.select(query)
    ]
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for x, match, _, target in sorted(listed):
        rows[x].setdefault(match, target)
    return rows


def _above(store: Store, types: str, relation: str) -> dict[str, list[str]]:
    """Each term of the ontology with itself and all above it, nearest first."""
    direct: dict[str, list[str]] = defaultdict(list)
    query = f"""SELECT ?x ?parent {{ VALUES ?type {{ {types} }} GRAPH graph:ontology {{ ?x a ?type
        OPTIONAL {{ ?x {relation} ?parent FILTER isIRI(?parent) }} }} FILTER isIRI(?x) }} ORDER BY ?x ?parent"""
    for x, parent in store.select(query):
        direct[x.value] += [parent.value] if parent else []
    found: dict[str, list[str]] = {}
    for x in list(direct):
        line = [x]
        for term in line:  # grows while it is read: nearest first
            line += [p for p in direct.get(term, ()) if p not in line]
        found[x] = line
    return found


def _best(rows: dict[str, dict[str, str]], above: dict[str, list[str]], order: tuple[str, ...]) -> dict[str, str]:
    """The best row of each term, or of its nearest parent that has one."""
    found: dict[str, str] = {}
    for x, line in above.items():
        fitting = (rows[term][match] for term in line if term in rows for match in order if match in rows[term])
        if best := next(fitting, ""):
            found[x] = best
    return found
