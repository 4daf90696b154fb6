"""Nanopublications (https://nanopub.net/guidelines/working_draft/) in TriG: each claim one small publication.

The nanopublication of ``claim:drugs-1-9`` is ``claim:drugs-1-9/nanopub``; its graphs, place and selector have that
IRI with ``#Head``, ``#assertion``, ``#provenance``, ``#pubinfo``, ``#place`` and ``#selector`` after it. They are not
signed and bear no date: who publishes them makes trusty ones of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from spasmkg import namespaces as ns
from spasmkg.formats.content import Content, Statement, iri, text
from spasmkg.model import Triple
from spasmkg.store import memory

__all__ = ["write"]

NP = "http://www.nanopub.org/nschema#"
PROV = "http://www.w3.org/ns/prov#"
_PREFIXES = ("ECO", "biolink", "claim", "dcterms", "dose", "item", "oa", "owl", "quantity", "rdf", "spasm", "xsd")
_A = iri(ns.RDF_TYPE)
_PARTS = {"assertion": "hasAssertion", "provenance": "hasProvenance", "pubinfo": "hasPublicationInfo"}


def write(content: Content) -> bytes:
    """The claims as TriG, four graphs for each."""
    store = memory()
    graphs = []
    licence, version = _release(content)
    for statement in content.statements:
        name = statement.claim + "/nanopub"
        parts = {
            "Head": _head(name),
            "assertion": _assertion(statement),
            "provenance": _provenance(statement, name),
            "pubinfo": _pubinfo(statement, name, licence, version),
        }
        for part, triples in parts.items():
            graphs.append(f"{name}#{part}")
            store.insert(triples, [graphs[-1]])
    known = ns.prefixes()
    return store.dump("trig", graphs, {"np": NP, "prov": PROV} | {p: known[p] for p in _PREFIXES})


def _release(content: Content) -> tuple[str, str]:
    """The licence (IRI) and the version of the ontology; empty where the graph has none."""
    query = """SELECT ?licence ?version { ?o a owl:Ontology
        OPTIONAL { ?o dcterms:license ?licence } OPTIONAL { ?o owl:versionInfo ?version } } ORDER BY ?o"""
    for licence, version in content.store.select(query):
        return licence.value if licence else "", version.value if version else ""
    return "", ""


def _head(name: str) -> list[Triple]:
    parts = [(iri(name), iri(NP + has), iri(f"{name}#{part}")) for part, has in _PARTS.items()]
    return [(iri(name), _A, iri(NP + "Nanopublication")), *parts]


def _assertion(statement: Statement) -> list[Triple]:
    """The edge; of a denied one what OWL 2 has for a denial, so that no reader takes it for the edge.

    Qualifiers stand on the claim, which is there only where it has some: they limit what is asserted.
    """
    s, p, o = statement.triple
    claim = iri(statement.claim)
    qualified = [(claim, iri(q), v) for q, v in statement.qualifiers]
    if statement.negated:
        target = "targetValue" if statement.literal else "targetIndividual"
        ends = (("sourceIndividual", s), ("assertionProperty", p), (target, o))
        return [
            (claim, _A, iri(ns.OWL + "NegativePropertyAssertion")),
            *((claim, iri(ns.OWL + k), v) for k, v in ends),
            *qualified,
        ]
    if not qualified:
        return [(s, p, o)]
    ends = (("subject", s), ("predicate", p), ("object", o))
    return [(s, p, o), (claim, _A, iri(ns.spasm("Claim"))), *((claim, iri(ns.RDF + k), v) for k, v in ends), *qualified]


def _provenance(statement: Statement, name: str) -> Iterator[Triple]:
    assertion, place, selector = (iri(f"{name}#{part}") for part in ("assertion", "place", "selector"))

    def said(key: str, value: str) -> Triple:
        return assertion, iri(ns.spasm(key)), value

    yield said("certainty", iri(ns.spasm(statement.certainty)))
    for key, value in (("hedge", statement.hedge), ("aspect", statement.aspect)):
        if value:
            yield said(key, text(value))
    if statement.evidence:
        yield said("evidenceCode", iri(statement.evidence))
    for origin in statement.derived_from:
        yield assertion, iri(PROV + "wasDerivedFrom"), iri(f"{origin}/nanopub#assertion")
    if statement.source.iri:
        yield assertion, iri(PROV + "hadPrimarySource"), iri(statement.source.iri)
    if not statement.item:
        return
    yield assertion, iri(PROV + "wasDerivedFrom"), place
    yield place, _A, iri(ns.OA + "SpecificResource")
    yield place, iri(ns.spasm("statedIn")), iri(statement.item)
    if statement.source.iri:
        yield place, iri(ns.OA + "hasSource"), iri(statement.source.iri)
    if statement.heading:
        yield place, iri(ns.spasm("headingSpan")), iri(statement.heading)
    if statement.start:
        yield place, iri(ns.OA + "hasSelector"), selector
        yield selector, _A, iri(ns.OA + "TextPositionSelector")
        for key, value in (("start", statement.start), ("end", statement.end)):
            yield selector, iri(ns.OA + key), text(value, ns.XSD + "integer")
    if statement.digest:
        yield selector if statement.start else place, iri(ns.spasm("spanDigest")), text(statement.digest)


def _pubinfo(statement: Statement, name: str, licence: str, version: str) -> Iterator[Triple]:
    """Nobody signs: the creator is the project. A date would differ from build to build, so there is none."""
    yield iri(name), iri(ns.DCTERMS + "creator"), iri(ns.SPASM)
    yield iri(name), iri(PROV + "wasDerivedFrom"), iri(statement.claim)
    if licence:
        yield iri(name), iri(ns.DCTERMS + "license"), iri(licence)
    if version:
        yield iri(name), iri(ns.OWL + "versionInfo"), text(version)
