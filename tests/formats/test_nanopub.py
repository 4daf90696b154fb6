"""Nanopublications: each is well-formed by the letter of the guidelines, and says where its claim is stated."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest

from spasmkg import namespaces as ns
from spasmkg.formats import nanopub
from spasmkg.formats.content import Content

NP, PROV = nanopub.NP, nanopub.PROV


def faults(quads: list[ox.Quad]) -> list[str]:
    """What the criteria for well-formed nanopublications forbid (https://nanopub.net/guidelines/working_draft/)."""
    found = []
    heads = [q for q in quads if q.predicate.value == ns.RDF_TYPE and q.object == ox.NamedNode(NP + "Nanopublication")]
    graphs: dict[str, list[ox.Quad]] = {}
    for q in quads:
        if isinstance(q.graph_name, ox.DefaultGraph):
            found.append("a triple without a graph")
        else:
            graphs.setdefault(q.graph_name.value, []).append(q)
    used: set[str] = set()
    for head in heads:
        name, graph = head.subject.value, head.graph_name.value
        parts = [graph]
        for key in ("hasAssertion", "hasProvenance", "hasPublicationInfo"):
            named = [q for q in graphs[graph] if q.predicate.value == NP + key and q.subject.value == name]
            if len(named) != 1:
                found.append(f"{name} has {len(named)} times {key}")
            parts += [q.object.value for q in named]
        if len(graphs[graph]) != 4:
            found.append(f"{graph} holds something else")
        if len({name, *parts}) != 5:
            found.append(f"{name} has parts of one name")
        if used & set(parts):
            found.append(f"{name} shares a graph")
        used |= set(parts)
        for part, must in zip(parts[2:], (parts[1], name), strict=False):
            if not any(must in (q.subject.value, getattr(q.object, "value", "")) for q in graphs.get(part, ())):
                found.append(f"{part} does not refer to {must}")
        if any(not graphs.get(part) for part in parts):
            found.append(f"{name} has an empty part")
    if set(graphs) - used:
        found.append(f"graphs outside of any: {sorted(set(graphs) - used)[:3]}")
    if any(isinstance(t, ox.BlankNode) for q in quads for t in (q.subject, q.object)):
        found.append("a blank node")
    return found if heads else [*found, "none at all"]


@pytest.fixture(scope="module")
def content(kg) -> Content:
    return Content.read(kg.store)


@pytest.fixture(scope="module")
def quads(content) -> list[ox.Quad]:
    return list(ox.parse(nanopub.write(content), format=ox.RdfFormat.TRIG))


def test_every_nanopublication_is_well_formed(quads, content):
    assert faults(quads) == []
    assert sum(q.object == ox.NamedNode(NP + "Nanopublication") for q in quads) == len(content.statements)


@pytest.mark.parametrize("part", ["#Head", "#assertion", "#provenance", "#pubinfo"])
def test_one_without_a_part_is_found(quads, part):
    gone = ns.SPASM + "claim/drugs-1-9/nanopub" + part
    assert faults([q for q in quads if q.graph_name.value != gone])


def test_one_whose_publication_info_is_about_something_else_is_found(quads):
    gone = ns.SPASM + "claim/drugs-1-9/nanopub"
    assert faults(
        [replace_subject(q) if q.subject.value == gone and "#pubinfo" in q.graph_name.value else q for q in quads]
    )


def replace_subject(q: ox.Quad) -> ox.Quad:
    return ox.Quad(ox.NamedNode("https://example.org/x"), q.predicate, q.object, q.graph_name)


def test_the_provenance_leads_to_the_place(content):
    few = replace(content, statements=tuple(s for s in content.statements if s.claim.endswith("/drugs-1-9")))
    base = ns.SPASM + "claim/drugs-1-9/nanopub"
    store = ox.Store()
    store.load(nanopub.write(few), format=ox.RdfFormat.TRIG)
    query = f"""SELECT ?item ?start ?end ?source ?certainty ?evidence {{ GRAPH <{base}#provenance> {{
        <{base}#assertion> prov:wasDerivedFrom ?place ; spasm:certainty ?certainty ; spasm:evidenceCode ?evidence .
        ?place oa:hasSource ?source ; spasm:statedIn ?item ; oa:hasSelector [ a oa:TextPositionSelector ;
            oa:start ?start ; oa:end ?end ] }} }}"""
    (row,) = store.query(query, prefixes=ns.prefixes() | {"prov": PROV})
    names = [ns.contract(v.value) for v in row]
    assert names == ["item:drugs-1", "19375", "19385", "spasm:article", "spasm:asserted", "ECO:0000303"]


def test_a_curators_claim_is_derived_from_the_nanopublications_that_it_rests_on(quads):
    base = ns.SPASM + "claim/curator-1/nanopub#assertion"
    origins = {
        q.object.value for q in quads if q.subject.value == base and q.predicate.value == PROV + "wasDerivedFrom"
    }
    names = {q.subject.value + "#assertion" for q in quads if q.object == ox.NamedNode(NP + "Nanopublication")}
    assert origins == {f"{ns.SPASM}claim/drugs-{n}/nanopub#assertion" for n in ("1-9", "3-6", "5-8")}
    assert origins <= names


def test_nobody_is_invented_and_nothing_is_dated(quads):
    people = {q.object.value for q in quads if q.predicate.value == ns.DCTERMS + "creator"}
    assert people == {ns.SPASM}
    assert not [q for q in quads if getattr(q.object, "datatype", None) == ox.NamedNode(ns.XSD + "dateTime")]
    licences = {q.object.value for q in quads if q.predicate.value == ns.DCTERMS + "license"}
    assert licences == {"https://creativecommons.org/licenses/by/4.0/"}
