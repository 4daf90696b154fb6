"""Imported vocabularies and graphs, searched, shown, followed, drawn and exported beside our own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import FILES, load

import spasmkg
from spasmkg import cache, home, importing, layers
from spasmkg import namespaces as ns
from spasmkg.errors import AmbiguousNameError, MetapathError, NotFoundError, UsageError
from spasmkg.graph import LAYERS, STATED, merge, number
from spasmkg.identifiers import iri
from spasmkg.layers import read
from spasmkg.vocabularies import terms

SMALL = "vocabulary/small"
BACLOFEN, SPASM, NEUROPATHY = (iri(x) for x in ("CHEBI:2972", "HP:0003394", "MONDO:0005244"))
TREATS = ns.BIOLINK + "treats"
EXACT = ns.SKOS + "exactMatch"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The bundled graph with a KGX graph and two OWL files beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPASMKG_DATA", str(tmp_path_factory.mktemp("data")))
        bundled, dataset = cache.bundled()
        made = home.make(f"{bundled}/store", dataset)
        importing.add(made, [FILES / "kgx"])
        importing.add(made, [FILES / "owl" / "small.owl"])
        importing.add(made, [FILES / "sssom" / "doid.sssom.tsv"])
    return made


@pytest.fixture(scope="module")
def both(folder):
    return spasmkg.open(folder)


def edges(graph):
    return {e[:3]: e[3:] for e in graph.edges()}


# ---- edges ----


def test_without_its_layer_an_imported_graph_changes_nothing(both, kg):
    assert edges(both.graph(inferred=True)) == edges(kg.graph(inferred=True))
    assert both.graph().layers == LAYERS


def test_the_edges_of_a_layer_are_what_leads_from_term_to_term(both):
    found = edges(read(both.store, [SMALL]))
    assert found == {
        (BACLOFEN, TREATS, SPASM): ("asserted", SMALL),
        (NEUROPATHY, ns.BIOLINK + "has_phenotype", SPASM): ("possible", SMALL),
        ("http://example.org/lab/7", ns.BIOLINK + "subclass_of", f"{ns.graph(SMALL)}/id/MINE:1"): ("asserted", SMALL),
        (iri("NCBIGene:6469"), iri("RO:0003304"), NEUROPATHY): ("asserted", SMALL),
    }


def test_of_an_ontology_hierarchy_and_relations_are_edges(both):
    found = edges(read(both.store, ["vocabulary/HP"]))
    part_of = "http://purl.obolibrary.org/obo/BFO_0000050"
    assert set(found) == {
        (SPASM, ns.RDFS + "subClassOf", iri("HP:0011804")),
        (SPASM, part_of, iri("UBERON:0000383")),
    }


def test_of_a_mapping_set_the_ties_are_edges(both):
    found = edges(read(both.store, ["vocabulary/doid-mappings"]))
    assert (iri("DOID:2481"), EXACT, iri("umls:C0009952")) in found
    assert not any(o == iri("snomedct:76069003") for _, _, o in found)


def test_our_exact_mappings_tie_both_sides(both):
    found = edges(both.graph(layers=[SMALL]))
    ties = {e for e, (_, layer) in found.items() if layer == "mappings"}
    assert ties == {
        (ns.spasm("baclofen"), EXACT, BACLOFEN),
        (ns.spasm("muscle-spasm"), EXACT, SPASM),
        (ns.spasm("peripheral-neuropathy"), EXACT, NEUROPATHY),
    }
    assert set(edges(both.graph())) <= set(found)
    assert not {e for e, (_, layer) in edges(read(both.store, [SMALL])).items() if layer == "mappings"}


def test_other_mappings_tie_only_where_they_are_named(both):
    close = ns.SKOS + "closeMatch"
    plain, named = (both.graph(layers=["vocabulary/HP"], named=n) for n in ((), (close,)))
    assert close not in plain.predicates
    assert all(layer == "mappings" for e, (_, layer) in edges(named).items() if e[1] == close)


def test_kinds_are_those_of_both_sides(both):
    graph = both.graph(layers=[SMALL])
    drugs = {n for n, inside in zip(graph.nodes, graph.mask(["Drug"]).tolist(), strict=True) if inside}
    assert {BACLOFEN, ns.spasm("baclofen")} <= drugs
    assert graph.kinds["PhenotypicFeature"].sum() == 1


# ---- paths ----


def test_a_path_goes_through_both_graphs_and_each_step_says_where_it_is(both):
    along = "Drug -skos:exactMatch-> * -biolink:treats-> * <-skos:exactMatch- Spasm"
    found = both.paths("baclofen", "muscle spasm", along=along, layers=[SMALL])
    (path,) = found
    assert found.text(path) == (
        "baclofen —exact match→ baclofen (CHEBI:2972) —treats→ Muscle spasm (HP:0003394) ←exact match— muscle spasm"
    )
    assert [s.place for s in path.steps] == [
        "mapping:baclofen/CHEBI:2972",
        "small, infores:made, PMID:12565827, PMID:20473289",
        "mapping:muscle-spasm/HP:0003394",
    ]
    assert all(not s.claims for s in path.steps)


def test_ends_may_be_terms_of_the_layer(both):
    found = both.paths("CHEBI:2972", "peripheral neuropathy", layers=[SMALL], max_length=3)
    assert found.start == BACLOFEN
    assert found.goal == ns.spasm("peripheral-neuropathy")
    assert both.paths("mesh:D001418", "SHH", layers=[SMALL], max_length=4).goal == iri("NCBIGene:6469")
    by_label = both.paths("SHH", "of a prefix that nobody lists", layers=[SMALL])
    assert by_label.total == 0
    assert by_label.reason
    with pytest.raises(NotFoundError):
        both.paths("SHH", "baclofen")


def test_metapaths_name_kinds_and_predicates_of_both_sides(both):
    counted = both.path_counts(
        "Drug -biolink:treats-> PhenotypicFeature <-biolink:has_phenotype- Disease", layers=[SMALL]
    )
    assert counted == [(BACLOFEN, NEUROPATHY, 1)]
    shapes, _ = both.metapaths("CHEBI:2972", "muscle spasm", max_length=2, layers=[SMALL])
    assert shapes[0][0] == "Drug -biolink:treats-> PhenotypicFeature <-skos:exactMatch- Spasm"
    again = both.paths("CHEBI:2972", "muscle spasm", along=shapes[0][0], layers=[SMALL])
    assert len(again) == 1
    with pytest.raises(MetapathError, match="biolink:treat"):
        both.metapath("Drug -biolink:treets-> *", [SMALL])
    with pytest.raises(MetapathError):
        both.metapath("Drug -biolink:has_phenotype-> PhenotypicFeature")


def test_neighbours_and_relations(both):
    found = both.neighbours("HP:0003394", layers=[SMALL])
    assert [(p.nodes[-1], p.certainty) for p in found] == [
        (BACLOFEN, "asserted"),
        (ns.spasm("muscle-spasm"), "asserted"),
        (NEUROPATHY, "possible"),
    ]
    only = both.neighbours("HP:0003394", predicates=["treats"], layers=["VOCABULARY/Small"])
    assert [p.nodes[-1] for p in only] == []  # spasm:treats; the other one is biolink:treats
    only = both.neighbours("HP:0003394", predicates=["biolink:treats"], kinds=["SmallMolecule"], layers=[SMALL])
    assert [p.nodes[-1] for p in only] == [BACLOFEN]
    assert both.related("CHEBI:2972", "peripheral neuropathy", layers=[SMALL]).total == 3


def test_a_layer_that_is_not_loaded_is_refused(both, kg):
    with pytest.raises(UsageError, match=r"loaded are .*vocabulary/small"):
        both.paths("baclofen", "muscle spasm", layers=["vocabulary/none"])
    with pytest.raises(UsageError, match="spasmkg vocab add"):
        kg.neighbours("baclofen", layers=[SMALL])
    with pytest.raises(UsageError, match="not a layer of edges"):
        both.networkx(layers=["article"])


# ---- entities, pictures, files ----


def test_a_term_of_an_imported_graph_is_described(both, kg):
    found = both.entity("NCBIGene:6469")
    assert (found.label, found.kind) == ("SHH", "Gene")
    assert [(r.predicate_label, r.other_label, r.place) for r in found.relations] == [
        ("RO:0003304", "peripheral neuropathy", "small")
    ]
    lab = both.entity("LAB:7")
    assert lab.label == 'a "quoted" name'
    assert [(r.predicate_label, r.forward) for r in lab.relations] == [("subclass of", True)]
    assert both.entity("MINE:1").relations[0].predicate_label == "subclass of (backwards)"
    assert both.entity("CHEBI:2972").iri == ns.spasm("baclofen")  # mapped: ours
    with pytest.raises(NotFoundError):
        kg.entity("NCBIGene:6469")
    with pytest.raises(NotFoundError):
        both.entity("LAB:8")


def test_a_label_of_several_terms_is_ambiguous(folder, tmp_path):
    path = tmp_path / "twins_nodes.tsv"
    path.write_text("id\tcategory\tname\nHP:0000001\tbiolink:Gene\ttwin\nHP:0000002\tbiolink:Gene\ttwin\n")
    importing.add(folder, [path])
    try:
        twins = spasmkg.open(folder)
        with pytest.raises(AmbiguousNameError, match="HP:0000001"):
            twins.entity("twin")
    finally:
        importing.remove(folder, "twins")


def test_labels_of_several_languages_one_is_shown(both):
    assert terms.texts(both.store, [SPASM])[SPASM] == ("Muscle spasm", "PhenotypicFeature")
    network = both.networkx(layers=["vocabulary/HP"])
    assert network.nodes["HP:0003394"]["label"] == "Muscle spasm"


def test_views_and_files_hold_the_layers_that_are_named(both):
    alone, beside = both.networkx(layers=[SMALL]), both.networkx(layers=[*STATED, SMALL])
    assert alone.number_of_edges() == 4
    assert alone["CHEBI:2972"]["HP:0003394"]["treats"]["layer"] == SMALL
    assert beside["spasm:baclofen"]["CHEBI:2972"]["exactMatch"]["layer"] == "mappings"
    kinds = both.networkx(layers=[SMALL], kinds=["Drug", "PhenotypicFeature"], predicates=["biolink:treats"])
    assert list(kinds.edges()) == [("CHEBI:2972", "HP:0003394")]
    rows = both.export("csv", [SMALL]).decode().splitlines()
    assert len(rows) == 5
    assert len(both.export("csv", ["edges", SMALL]).splitlines()) > 1000
    made = json.loads(both.export("cyjs", [SMALL]))
    assert {e["data"]["layer"] for e in made["elements"]["edges"]} == {SMALL}


def test_pictures_show_imported_edges(both):
    scene = both.draw("HP:0003394", layers=[SMALL]).scene
    assert scene.title == "Muscle spasm"
    assert "those of small" in scene.subtitle
    assert {link.label for link in scene.links} == {"treats", "has phenotype", "exact match"}
    path = both.draw(path=("baclofen", "SHH"), layers=[SMALL]).scene
    assert "SHH" in {node.label for node in path.nodes}
    with pytest.raises(UsageError, match="layers"):
        both.draw(schema=True, layers=[SMALL])


def test_the_commands_take_layers(run, folder):
    store = ("--store", str(folder))
    code, out, err = run("paths", "CHEBI:2972", "muscle spasm", "--layer", SMALL, "--format", "text", *store)
    assert code == 0
    assert out.startswith("1. baclofen (CHEBI:2972) —treats→ Muscle spasm (HP:0003394) ←exact match— muscle spasm")
    assert "small, infores:made, PMID:12565827" in out
    assert "complete" in err
    code, out, _ = run("neighbours", "HP:0003394", "--layer", SMALL, "--format", "tsv", *store)
    assert (code, out.count("\n")) == (0, 4)
    code, out, _ = run("related", "CHEBI:2972", "peripheral neuropathy", "--layer", SMALL, "--format", "text", *store)
    assert "peripheral neuropathy has phenotype Muscle spasm: possible" in out
    code, out, _ = run("show", "NCBIGene:6469", *store)
    assert "SHH  ·  Gene" in out
    code, out, err = run("export", "--format", "csv", "--layer", SMALL, *store)
    assert (code, out.count("\n")) == (0, 5)
    assert "no licence is known" in err
    code, _, err = run("paths", "baclofen", "muscle spasm", "--layer", "vocabulary/none", *store)
    assert code == 1
    assert "loaded are" in err


def test_our_own_graph_comes_back_from_kgx_with_every_edge(kg, tmp_path):
    nodes, edges_ = kg.export("kgx-tsv-nodes"), kg.export("kgx-tsv-edges")
    (tmp_path / "own_nodes.tsv").write_bytes(nodes)
    (tmp_path / "own_edges.tsv").write_bytes(edges_)
    made = load(tmp_path / "g", tmp_path / "own_nodes.tsv", tmp_path / "own_edges.tsv")
    v = made.vocabulary
    assert v.prefix == "own"
    assert v.read == v.kept == nodes.count(b"\n") + edges_.count(b"\n") - 2
    denied = edges_.count(b"\ttrue\t")
    assert denied
    associations = made.all("?e a biolink:Association ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o")
    assert len(associations) == edges_.count(b"\n") - 1
    plain = made.all("?s ?p ?o FILTER(STRSTARTS(STR(?p), STR(biolink:)) && isIRI(?o))")
    negated = {e for (e,) in made.all('?e biolink:negated "true"')}
    assert len(negated) == denied
    stated = {(s, p, o) for e, s, p, o in associations if e not in negated}
    assert {(s, p, o) for s, p, o in plain} == stated


# ---- arrays that are kept ----


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A cache folder of its own, where even small layers are kept."""
    monkeypatch.setattr(layers, "_SMALL", 0)
    monkeypatch.setattr(layers.cache, "directory", lambda: str(tmp_path))
    return tmp_path / "layers"


def test_kept_arrays_are_what_was_read(both, kept):
    read_anew, kinds = {}, {}
    for name in (SMALL, "vocabulary/HP", "vocabulary/doid-mappings"):
        graph = read(both.store, [name])
        read_anew[name], kinds[name] = edges(graph), {k: m.tolist() for k, m in graph.kinds.items()}
    assert len(list(kept.iterdir())) == 3
    select = both.store.select

    def catalogue_only(query):
        assert "graph/vocabularies" in query, "read again"
        return select(query)

    both.store.select = catalogue_only
    try:
        for name, expected in read_anew.items():
            graph = read(both.store, [name])
            assert edges(graph) == expected
            assert {k: m.tolist() for k, m in graph.kinds.items()} == kinds[name]
    finally:
        del both.store.select


def test_a_damaged_or_unwritable_cache_does_no_harm(both, kept, monkeypatch):
    expected = edges(read(both.store, [SMALL]))
    (file,) = kept.iterdir()
    file.write_bytes(file.read_bytes()[:200])
    assert edges(read(both.store, [SMALL])) == expected
    monkeypatch.setattr(layers.cache, "directory", lambda: "/proc/nowhere")
    assert edges(read(both.store, [SMALL])) == expected


def test_another_import_is_read_anew(folder, kept, tmp_path):
    path = tmp_path / "changing_edges.tsv"
    for obj in ("HP:0000001", "HP:0000002"):
        path.write_text(f"subject\tpredicate\tobject\nHP:0000003\tbiolink:related_to\t{obj}\n")
        (tmp_path / "changing_nodes.tsv").write_text("id\tcategory\tname\nHP:0000003\tbiolink:Gene\tthree\n")
        importing.add(folder, [path, tmp_path / "changing_nodes.tsv"])
        found = edges(read(spasmkg.open(folder).store, ["vocabulary/changing"]))
        assert {o for _, _, o in found} == {iri(obj)}
    importing.remove(folder, "changing")


small_graphs = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("pq"), st.sampled_from("abcd"), st.integers(0, 2), st.just(0)),
    max_size=8,
)


@given(st.lists(small_graphs, min_size=1, max_size=4))
def test_merged_graphs_have_the_edges_of_all(parts):
    graphs = []
    for place, rows in enumerate(parts):
        once = {row[:3]: row for row in rows}
        ends = {end for s, _, o in once for end in (s, o)}
        graphs.append(number(list(once.values()), {"Even": {e for e in ends if e in "ac"}}, (f"layer {place}",)))
    merged = merge(graphs)
    expected: dict[tuple[str, str, str], tuple[str, str]] = {}
    for graph in graphs:
        for edge, said in edges(graph).items():
            expected.setdefault(edge, said)
    assert edges(merged) == expected
    assert len(merged) == len(expected)
    inside = {n for n, yes in zip(merged.nodes, merged.mask(["Even"]).tolist(), strict=True) if yes}
    assert inside == {n for n in merged.nodes if n in "ac"}
    assert [e[:3] for e in merged.edges()] == sorted(expected)
