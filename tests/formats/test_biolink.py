"""The shape of Biolink: categories, predicates and slots are those of the model, and never stronger than our own.

``tests/formats/biolink-terms.json`` holds what is needed of the model; ``tests/formats/biolink_terms.py`` writes it.
"""

from __future__ import annotations

import json

import biolink_terms
import pytest

from spasmkg import mappings
from spasmkg import namespaces as ns
from spasmkg.formats import biolink, kgx
from spasmkg.formats.biolink import Shape
from spasmkg.formats.content import Content, Statement, iri
from spasmkg.store import memory

MODEL = json.loads(biolink_terms.FILE.read_text(encoding="utf-8"))
CATEGORIES, PREDICATES = MODEL["categories"], MODEL["predicates"]


@pytest.fixture(scope="module")
def content(kg) -> Content:
    return Content.read(kg.store)


@pytest.fixture(scope="module")
def nodes(content):
    return list(kgx.nodes(content))


@pytest.fixture(scope="module")
def edges(content):
    return list(kgx.edges(content))


def line(terms: dict, term: str) -> list[str]:
    """A term and all above it."""
    found = []
    while term:
        found.append(term)
        term = terms[term]["parent"]
    return found


def node_faults(node: dict) -> list[str]:
    found = [f"{node['id']}: no {slot}" for slot in ("id", "category", "name") if not node.get(slot)]
    first, *_ = node["category"]
    if first not in CATEGORIES or {"mixin", "deprecated"} & set(CATEGORIES[first]["traits"]):
        return [*found, f"{first} is no category"]
    if [*node["category"], "biolink:Entity"] != line(CATEGORIES, first):
        found.append(f"{node['category']} is not the line of {first}")
    slots = {key for key in node if ":" not in key}
    return found + [f"{slot} is no slot of a node" for slot in slots - set(MODEL["node"])]


def edge_faults(edge: dict, ids: set[str]) -> list[str]:
    found = [f"{edge[end]} is no node" for end in ("subject", "object") if edge[end] not in ids]
    found += [f"no {slot}" for slot in ("id", "predicate", "primary_knowledge_source") if not edge.get(slot)]
    if edge["category"] != [biolink.ASSOCIATION] or biolink.ASSOCIATION not in CATEGORIES:
        found.append("no association")
    predicate = edge["predicate"]
    if edge["negated"] and predicate == edge["original_predicate"]:
        pass  # Biolink has only a broader one: denying that would say more
    elif predicate not in PREDICATES or {"abstract", "deprecated"} & set(PREDICATES[predicate]["traits"]):
        found.append(f"{predicate} is no predicate")
    elif "biolink:related_to" not in line(PREDICATES, predicate):
        found.append(f"{predicate} relates no things")
    if edge["knowledge_level"] not in MODEL["KnowledgeLevelEnum"] or edge["agent_type"] not in MODEL["AgentTypeEnum"]:
        found.append("an unknown level or agent")
    slots = {key for key in edge if ":" not in key}
    found += [f"{slot} is no slot" for slot in slots - set(MODEL["association"]) - set(MODEL["qualifiers"])]
    for slot, several in MODEL["qualifiers"].items():
        if slot in edge and isinstance(edge[slot], list) != several:
            found.append(f"{slot} has the wrong number of values")
    return found


def test_the_model_is_the_version_that_is_promised():
    assert MODEL["version"] == biolink.VERSION


def test_every_node_is_one_of_biolink(nodes):
    assert [f for n in nodes for f in node_faults(n)] == []
    assert len({n["id"] for n in nodes}) == len(nodes)


def test_every_edge_is_one_of_biolink(nodes, edges):
    ids = {n["id"] for n in nodes}
    assert [f for e in edges for f in edge_faults(e, ids)] == []
    assert len({e["id"] for e in edges}) == len(edges)


@pytest.mark.parametrize(
    "wrong",
    [
        {"predicate": "biolink:resembles"},
        {"predicate": "spasm:hasCharacteristic"},
        {"predicate": "biolink:Disease"},
        {"object": "spasm:nothing"},
        {"knowledge_level": "certain"},
        {"agent_type": "somebody"},
        {"category": ["biolink:Edge"]},
        {"certainty": "asserted"},
        {"primary_knowledge_source": ""},
        {"population_context_qualifier": ["spasm:older-adults"]},
    ],
)
def test_an_edge_that_is_none_is_found(nodes, edges, wrong):
    assert edge_faults(edges[0] | wrong, {n["id"] for n in nodes})


@pytest.mark.parametrize(
    "wrong",
    [
        {"category": ["biolink:Spasm"]},
        {"category": ["biolink:Drug", "biolink:NamedThing"]},
        {"category": ["biolink:BiologicalEntity"]},
        {"name": ""},
        {"same_as": "HP:0003394"},
    ],
)
def test_a_node_that_is_none_is_found(nodes, wrong):
    assert node_faults(nodes[0] | wrong)


def test_the_lines_of_parents_are_those_of_the_model(kg):
    shape = Shape.read(kg.store)
    named = {k: c for k, c in shape.kinds.items() if "biolink:NamedThing" in line(CATEGORIES, c)}
    for kind, category in named.items():
        assert [*shape.categories(kind), "biolink:Entity"] == line(CATEGORIES, category), kind
    assert {p: CATEGORIES[p]["parent"] for p in biolink.PARENTS} == biolink.PARENTS


def test_a_cross_reference_is_exact_or_close(kg, nodes):
    weak = "SELECT ?x ?m { VALUES ?p { skos:broadMatch skos:narrowMatch skos:relatedMatch } ?x ?p ?m }"
    loose = {(ns.contract(x.value), ns.contract(m.value)) for x, m in kg.store.select(weak)}
    given = {(n["id"], x) for n in nodes for x in n.get("xref", ())}
    assert not given & loose


# ---- which row counts ----


def store_of(*rows: tuple[str, str, str], above: dict[str, str] | None = None):
    """A store with rows (property, match, predicate of Biolink), and with properties above others."""
    store = memory()
    found = []
    names = {r[0] for r in rows} | set(above or {}) | set((above or {}).values())
    for name in names:
        found.append((iri(ns.spasm(name)), iri(ns.RDF_TYPE), iri(ns.OWL + "ObjectProperty")))
    for low, high in (above or {}).items():
        found.append((iri(ns.spasm(low)), iri(ns.RDFS + "subPropertyOf"), iri(ns.spasm(high))))
    store.insert(found, ["", ns.graph("ontology")])
    store.insert([(iri(ns.spasm(s)), iri(ns.SKOS + m), iri(ns.BIOLINK + o)) for s, m, o in rows], [""])
    return store


def stated(name: str, *, negated: bool = False) -> Statement:
    return Statement("x:1", ns.spasm("a"), ns.spasm(name), iri(ns.spasm("b")), "asserted", negated=negated)


def test_exact_counts_before_close_before_broad_and_narrow_never():
    rows = [("p", "narrowMatch", "causes"), ("p", "broadMatch", "related_to"), ("p", "closeMatch", "contributes_to")]
    assert Shape.read(store_of(*rows)).predicate(stated("p")) == "biolink:contributes_to"
    assert Shape.read(store_of(*rows[:2])).predicate(stated("p")) == "biolink:related_to"
    assert Shape.read(store_of(*rows[:1])).predicate(stated("p")) == "biolink:related_to"
    assert Shape.read(store_of(*rows, ("p", "exactMatch", "affects"))).predicate(stated("p")) == "biolink:affects"


def test_a_denial_is_never_broader():
    rows = [("p", "broadMatch", "related_to"), ("p", "narrowMatch", "causes")]
    assert Shape.read(store_of(*rows)).predicate(stated("p", negated=True)) == "biolink:causes"
    assert Shape.read(store_of(rows[0])).predicate(stated("p", negated=True)) == "spasm:p"
    inherited = store_of(("q", "exactMatch", "causes"), above={"p": "q"})
    assert Shape.read(inherited).predicate(stated("p", negated=True)) == "spasm:p"
    assert Shape.read(inherited).predicate(stated("p")) == "biolink:causes"


def test_the_nearest_parent_counts():
    store = store_of(
        ("top", "exactMatch", "affects"), ("mid", "closeMatch", "causes"), above={"p": "mid", "mid": "top"}
    )
    assert Shape.read(store).predicate(stated("p")) == "biolink:causes"


def test_of_several_rows_the_most_confident_counts_and_a_refused_one_never():
    store = store_of(("p", "closeMatch", "affects"), ("p", "closeMatch", "causes"))
    assert Shape.read(store).predicate(stated("p")) == "biolink:affects"
    row = iri("https://w3id.org/spasmkg/mapping/p/causes")
    ends = (("Source", ns.spasm("p")), ("Property", ns.SKOS + "closeMatch"), ("Target", ns.BIOLINK + "causes"))
    said = [(row, iri(ns.OWL + "annotated" + k), iri(v)) for k, v in ends]
    sure = (row, iri(ns.prefixes()["sssom"] + "confidence"), f'"0.9"^^<{ns.XSD}decimal>')
    store.insert([*said, sure], [ns.graph("mappings")])
    assert Shape.read(store).predicate(stated("p")) == "biolink:causes"
    refused = mappings.triples("x.sssom.tsv", NOT)
    store.insert(refused, ["", ns.graph("mappings")])
    assert Shape.read(store).predicate(stated("p")) == "biolink:causes"
    assert b"treats" not in kgx.edge_table(Content(store, (stated("p"), stated("p", negated=True)), {}))


NOT = """#curie_map:
#  spasm: https://w3id.org/spasmkg/
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tconfidence
spasm:p\tskos:exactMatch\tNot\tbiolink:treats\tsemapv:ManualMappingCuration\t1
"""


def test_no_denial_of_the_graph_is_put_more_strongly_than_the_source(content, edges):
    """Where Biolink has no predicate for a denial, the relation keeps its own name."""
    denied = [e for e in edges if e["negated"]]
    assert len(denied) == sum(s.negated for s in content.statements)
    assert "biolink:related_to" not in {e["predicate"] for e in denied}
    positive = {(e["subject"], e["predicate"], e["object"]) for e in edges if not e["negated"]}
    assert not {(e["subject"], e["predicate"], e["object"]) for e in denied} & positive
