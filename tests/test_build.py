"""The built dataset: layers, the merge, and that building is all or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import spasmkg
from spasmkg import build, cache, resources
from spasmkg import namespaces as ns
from spasmkg.errors import BuildError, DataSyntaxError, StoreError


def count(kg, where):
    return int(next(iter(kg.store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}")))[0].value)


def test_the_default_graph_is_the_merge_of_the_layers(kg):
    layers = " ".join(f"graph:{layer}" for layer in build.MERGED)
    merged = f"SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES ?g {{ {layers} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    assert count(kg, "?s ?p ?o") == count(kg, f"{{ {merged} }}")


def test_what_stands_apart_is_not_in_the_merge(kg):
    for layer in build.APART:
        assert count(kg, f"GRAPH graph:{layer} {{ ?s ?p ?o }}") > 0
    assert count(kg, "?x a spasm:Inference") == 0
    assert count(kg, "?x a spasm:Review") == 0


def test_the_store_describes_itself(kg):
    drugs = count(kg, "?x a spasm:Drug")
    rows = kg.store.select("""PREFIX void: <http://rdfs.org/ns/void#> SELECT ?n WHERE { GRAPH graph:void {
        <https://w3id.org/spasmkg/dataset> void:classPartition ?c . ?c void:class spasm:Drug ; void:entities ?n ;
        void:propertyPartition/void:property rdfs:label } }""")
    assert [int(n.value) for (n,) in rows] == [drugs]
    total = "GRAPH graph:void { <https://w3id.org/spasmkg/dataset> <http://rdfs.org/ns/void#triples> ?n }"
    rows = kg.store.select(f"SELECT ?n WHERE {{ {total} }}")
    assert [int(n.value) for (n,) in rows] == [count(kg, "?s ?p ?o")]


def test_the_store_describes_which_classes_are_linked(kg):
    rows = kg.store.select("""PREFIX void: <http://rdfs.org/ns/void#> SELECT ?d ?n WHERE { GRAPH graph:void {
        [] void:class spasm:Drug ; void:propertyPartition ?p . ?p void:property spasm:hasSideEffect ;
        void:classPartition [ void:class ?d ; void:triples ?n ] } }""")
    found = {ns.local(d.value): int(n.value) for d, n in rows}
    assert found["Symptom"] == count(kg, "?d a spasm:Drug ; spasm:hasSideEffect [ a spasm:Symptom ]") > 0
    assert "Entity" not in found  # what is linked as a symptom is an entity anyway
    rows = kg.store.select("""PREFIX void: <http://rdfs.org/ns/void#> PREFIX ext: <http://ldf.fi/void-ext#>
        SELECT ?d ?n WHERE { GRAPH graph:void { [] void:class spasm:Drug ; void:propertyPartition ?p .
        ?p void:property skos:definition ; ext:datatypePartition [ ext:datatype ?d ; void:triples ?n ] } }""")
    assert {d.value: int(n.value) for d, n in rows} == {
        f"{ns.RDF}langString": count(kg, "?x a spasm:Drug ; skos:definition ?y")
    }


def test_the_prefixes_are_declared_for_other_tools(kg):
    rows = kg.store.select("""PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?p ?n WHERE { GRAPH graph:void {
        [] sh:declare ?d . ?d sh:prefix ?p ; sh:namespace ?n } }""")
    assert {p.value: n.value for p, n in rows} == ns.prefixes()


def test_every_edge_has_a_claim_and_every_claim_a_place(kg):
    edges = count(kg, "GRAPH graph:edges { ?s ?p ?o }")
    supported = """{ SELECT DISTINCT ?s ?p ?o WHERE { GRAPH graph:edges { ?s ?p ?o }
        GRAPH graph:claims { ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; oa:start ?a ; spasm:statedIn ?i } } }"""
    assert edges == count(kg, supported) > 1000


def test_the_source_says_what_the_issue_counts(kg):
    def listed(name):
        return count(kg, f"{{ SELECT DISTINCT ?x WHERE {{ ?x spasm:listedIn spasm:{name} }} }}")

    expected = {
        "list-of-spasm-types": 7, "list-of-symptoms": 11, "list-of-tests": 20, "list-of-non-drug-therapies": 20,
        "list-of-drugs": 10, "list-of-supplements": 10, "list-of-regenerative-therapies": 6, "list-of-procedures": 5,
        "list-of-prevention-strategies": 10, "list-of-faqs": 15, "list-of-causes": 19,
    }  # fmt: skip
    assert {name: listed(name) for name in expected} == expected
    assert count(kg, "?c rdf:predicate spasm:hasSideEffect ; rdf:subject ?d . ?d spasm:listedIn spasm:list-of-drugs "
                     "FILTER EXISTS { ?c spasm:statedIn ?i . ?i spasm:inSection spasm:section-drugs }") == 35  # fmt: skip


def test_a_denied_claim_makes_no_edge(kg):
    assert count(kg, "GRAPH graph:edges { spasm:nsaids spasm:treats ?x }") == 0
    assert count(kg, "?c rdf:subject spasm:nsaids ; rdf:predicate spasm:treats ; biolink:negated true") == 1


def test_no_list_membership_is_a_role_and_no_drug_of_the_causes_depletes(kg):
    assert count(kg, "GRAPH graph:edges { spasm:statins spasm:depletes ?x }") == 0


def test_inverses_are_inferred_only(kg):
    assert count(kg, "GRAPH graph:edges { ?s ?p ?o } GRAPH graph:ontology { ?p owl:inverseOf ?q }") == 0


def test_building_twice_gives_the_same_bytes():
    files = [(p.name, p.read_bytes()) for p in resources.ontology_files()]
    one, two = build.build_files(files), build.build_files(files)
    graphs = ["", *one.graphs()]
    assert one.dump("nquads", graphs, {}) == two.dump("nquads", graphs, {})


def test_a_written_folder_opens_and_answers(tmp_path):
    build.write(tmp_path / "graph")
    kg = spasmkg.open(tmp_path / "graph")
    assert kg.entity("charley horse").label == "muscle cramp"
    assert kg.dataset == spasmkg.open().dataset
    assert (tmp_path / "graph" / "store" / "CURRENT").is_file()
    assert len(list(kg.run("drug-side-effects", drug="any"))) >= 35


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(StoreError, match="not empty"):
        build.write(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.fixture
def ontology(tmp_path) -> Path:
    folder = tmp_path / "ontology"
    shutil.copytree(resources.ontology_dir(), folder)
    return folder


def test_broken_turtle_is_named_with_its_line_and_nothing_is_written(ontology, tmp_path):
    broken = ontology / "drugs.ttl"
    lines = broken.read_text().splitlines()
    lines[40] = "spasm:oops a ;"
    broken.write_text("\n".join(lines))
    with pytest.raises(DataSyntaxError) as caught:
        build.write(tmp_path / "graph", sorted(ontology.glob("*.ttl")))
    assert caught.value.source == "drugs.ttl"
    assert caught.value.line == 41
    assert not (tmp_path / "graph").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["ontology"]


def test_a_graph_that_fails_a_check_is_not_written(ontology, tmp_path):
    drugs = ontology / "drugs.ttl"
    drugs.write_text(drugs.read_text() + '\nspasm:new-drug a spasm:Drug ; rdfs:label "new drug"@en .\n')
    with pytest.raises(BuildError, match="missing-definition: spasm:new-drug"):
        build.write(tmp_path / "graph", sorted(ontology.glob("*.ttl")))
    assert not (tmp_path / "graph").exists()


def test_the_hash_changes_with_the_files(ontology):
    files = sorted(str(p) for p in ontology.glob("*.ttl"))
    before = resources.dataset_hash(files)
    (ontology / "drugs.ttl").write_text((ontology / "drugs.ttl").read_text() + "\n")
    assert resources.dataset_hash(files) != before


def test_the_cache_is_used_and_rebuilt_when_it_is_lost(tmp_path, monkeypatch):
    monkeypatch.setenv("SPASMKG_CACHE", str(tmp_path))
    said: list[str] = []
    home, key = cache.bundled(said.append)
    assert said
    assert key.startswith(Path(home).name)
    again: list[str] = []
    assert cache.bundled(again.append) == (home, key)
    assert again == []
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([Path(home).name, "stamp"])
    shutil.rmtree(home)
    assert cache.bundled(said.append) == (home, key)
    assert spasmkg.open().entity("baclofen").kind == "Drug"


def test_without_a_place_to_keep_it_the_graph_is_built_in_memory(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("SPASMKG_CACHE", str(blocked / "cache"))
    assert spasmkg.open().entity("baclofen").kind == "Drug"
