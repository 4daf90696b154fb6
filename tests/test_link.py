"""Proposals: which term, which predicate, how sure, why; and what is never proposed."""

from __future__ import annotations

import json

import pytest
from small_vocabularies import EVERY, HP, MESH, graph_with

from spasmkg import namespaces as ns
from spasmkg.catalogue import GRAPHS
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.linking.deciding import Proposal, Reason
from spasmkg.linking.kinds import groups
from spasmkg.linking.linker import Linker, Thing
from spasmkg.linking.part import Term
from spasmkg.linking.review import as_sssom, justification
from spasmkg.model import Name
from spasmkg.sssom import read

KG = graph_with(EVERY)


def fresh(kg, name, **options):
    """Proposals for an entity as if nobody had decided anything on it, by identifier."""
    linker = Linker(kg.lexicon, kg.linker.curated.without([f"spasm:{name}"]))
    return {p.term.id: p for p in linker.propose(linker.entity(f"spasm:{name}"), **options)}


def kinds_of(proposal):
    return [r.kind for r in proposal.reasons]


# ---- names ----


def test_a_label_is_an_exact_match():
    found = fresh(KG, "tetany")
    assert (found["HP:0001281"].predicate, kinds_of(found["HP:0001281"])[0]) == ("exact", "label")
    assert 'label "tetany" is its label "Tetany"' in found["HP:0001281"].why


def test_the_scope_of_a_synonym_is_said():
    found = fresh(KG, "muscle-cramp", minimum=0.0)
    assert "exact synonym" in found["mesh:D009120"].why
    assert found["HP:0003394"].predicate != "exact"  # our muscle spasm has its label


def test_a_related_synonym_there_is_a_related_match():
    assert fresh(KG, "dizziness", minimum=0.0)["HP:0002321"].predicate == "related"


@pytest.mark.parametrize(("ours", "expected"), [("broad", "broad"), ("narrow", "narrow"), ("related", "related")])
def test_our_own_scope_decides_the_predicate(ours, expected):
    thing = Thing(
        "row:1", "xerostomia of drugs", "Finding", (Name("xerostomia of drugs", "label"), Name("tetany", ours))
    )
    found = {p.term.id: p for p in KG.linker.propose(thing, minimum=0.0)}
    assert found["HP:0001281"].predicate == expected


@pytest.mark.parametrize(("theirs", "expected"), [("broad", "narrow"), ("narrow", "broad"), ("related", "related")])
def test_their_scope_decides_the_predicate(theirs, expected):
    kg = graph_with({"HP": [("HP:0000001", "label", "Some finding"), ("HP:0000001", theirs, "tetany")]})
    assert fresh(kg, "tetany", minimum=0.0)["HP:0000001"].predicate == expected


def test_the_order_of_words_counts_a_little():
    kg = graph_with({"mesh": [("mesh:D000001", "label", "Cramp, Muscle")]})
    found = fresh(kg, "muscle-cramp")["mesh:D000001"]
    assert found.predicate == "exact"
    assert found.confidence < fresh(KG, "muscle-cramp")["mesh:D009120"].confidence


def test_a_missing_word_for_the_kind_is_another_way_to_say_it():
    kg = graph_with({"MAXO": [("MAXO:0000085", "label", "yoga therapy"), ("MAXO:0000086", "label", "yoga mat")]})
    found = fresh(kg, "yoga")
    assert (found["MAXO:0000085"].predicate, "MAXO:0000086" in found) == ("exact", False)


def test_a_medicine_against_something_is_not_that_thing():
    kg = graph_with({"DOID": [("DOID:1", "label", "asthma")]})
    thing = Thing("row:1", "asthma medications", "DrugClass")
    assert [p for p in kg.linker.propose(thing, minimum=0.0) if p.predicate == "exact"] == []


def test_a_plural_that_names_a_class_of_substances_is_only_close():
    kg = graph_with({"mesh": [("mesh:D001639", "label", "Bicarbonates"), ("mesh:D001639", "kind", "D01.200")]})
    (found,) = kg.linker.propose(Thing("row:1", "bicarbonate", "Nutrient"), ["mesh"])
    assert found.predicate == "close"


# ---- kinds ----


def test_a_brand_name_is_no_part_of_the_body():
    found = fresh(KG, "hand", minimum=0.0)
    assert "mesh:D006225" in found
    assert "rxnorm:1000001" not in found


def test_a_finding_is_no_substance():
    kg = graph_with({"CHEBI": [("CHEBI:1", "label", "tetany")]})
    assert fresh(kg, "tetany", minimum=0.0) == {}


def test_a_product_is_not_its_substance():
    assert "rxnorm:430902" not in fresh(KG, "baclofen", minimum=0.0)


def test_a_substance_is_not_its_test():
    kg = graph_with({"loinc": [("loinc:2157-6", "label", "creatine kinase")]})
    assert fresh(kg, "creatine-kinase", minimum=0.0) == {}


def test_a_group_is_only_close_to_a_substance():
    found = fresh(KG, "calcium", minimum=0.0)["atc:A12AA"]
    assert (found.predicate, "group" in found.why) == ("close", True)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Term("mesh:D1", "x", ("C23.888",)), {"condition"}),
        (Term("mesh:D1", "x", ("D27.505",)), {"class"}),
        (Term("snomedct:1", "x", ("disorder",)), {"condition"}),
        (Term("snomedct:1", "x", ("body structure",)), {"site"}),
        (Term("umls:C1", "x", ("T047",)), {"condition"}),
        (Term("umls:C1", "x", ("Pharmacologic Substance",)), {"substance"}),
        (Term("rxnorm:1", "x", ("SCD",)), {"product"}),
        (Term("rxnorm:1", "x", ("T121", "T200")), {"product"}),
        (Term("HP:1", "x"), {"condition"}),
        (Term("atc:M03BX01", "x"), {"substance"}),
        (Term("atc:M03", "x"), {"class"}),
        (Term("OMOP:1", "x", ("Measurement",)), {"test"}),
        (Term("x:1", "x", ("biolink:SmallMolecule",)), {"substance"}),
        (Term("x:1", "x", ("never heard of",)), set()),
    ],
)
def test_every_vocabulary_says_kinds_in_its_own_words(term, expected):
    assert groups(term) == expected


# ---- links ----


def test_a_cross_reference_leads_on():
    found = fresh(KG, "tetany", minimum=0.0)["umls:C0039621"]
    assert (found.predicate, kinds_of(found)[0]) == ("close", "cross-reference")
    assert "HP:0001281" in found.why


def test_rxnorm_is_made_inside_umls_so_its_link_means_the_same_thing():
    assert fresh(KG, "baclofen")["umls:C0004609"].predicate == "exact"


def test_a_link_to_another_kind_is_not_followed():
    kg = graph_with({"HP": [*HP, ("HP:0001281", "xref", "mesh:D001418")], "mesh": MESH})
    assert "mesh:D001418" not in fresh(kg, "tetany", minimum=0.0)


def test_a_loaded_mapping_set_is_followed():
    kg = graph_with({"HP": HP, "my-set": []})
    kg.store.insert([mapping("HP:0001281", "SYMP:0000619")], [GRAPHS + "my-set"])
    assert "SYMP:0000619" in fresh(kg, "tetany", minimum=0.0)


def mapping(one, other, how="exactMatch"):
    return f"<{ns.expand(one)}>", f"<{ns.SKOS}{how}>", f"<{ns.expand(other)}>"


def test_a_curated_mapping_is_followed():
    kg = graph_with({"HP": [("HP:0001281", "label", "Named otherwise"), ("HP:0001281", "xref", "MONDO:0000001")]})
    assert "MONDO:0000001" in {p.term.id for p in kg.link("tetany", min_confidence=0.0)}


# ---- what is withdrawn, a header, denied ----


def test_a_withdrawn_term_is_followed_to_its_successor():
    found = fresh(KG, "leg-cramp", minimum=0.0)
    assert "HP:0000999" not in found
    assert "took the place of HP:0000999" in found["HP:0000998"].why


def test_a_header_is_close_and_its_unspecified_code_exact():
    found = fresh(KG, "headache")
    assert (found["icd10cm:R51"].predicate, found["icd10cm:R51.9"].predicate) == ("close", "exact")
    assert "header" in found["icd10cm:R51"].why


def test_what_our_mapping_sets_deny_is_never_proposed():
    assert "HP:0001281" in {p.term.id for p in KG.link("tetany", min_confidence=0.0)}
    kg = graph_with(EVERY, denied=[("spasm:baclofen", "mesh:D001418")])
    assert "mesh:D001418" in fresh(KG, "baclofen")
    assert "mesh:D001418" not in {p.term.id for p in kg.link("baclofen", min_confidence=0.0)}


def test_what_a_loaded_set_denies_is_never_proposed():
    kg = graph_with({"HP": HP, "my-set": []})
    node = "<https://example.org/row>"
    row = {"annotatedSource": "spasm:tetany", "annotatedTarget": "HP:0001281"}
    said = [(node, f"<{ns.OWL}{p}>", f"<{ns.expand(x)}>") for p, x in row.items()]
    kg.store.insert([*said, (node, "<https://w3id.org/sssom/predicate_modifier>", '"Not"')], [GRAPHS + "my-set"])
    assert "HP:0001281" not in {p.term.id for p in kg.link("tetany", min_confidence=0.0)}


def test_a_denied_link_between_vocabularies_is_not_followed():
    kg = graph_with({"HP": [*HP, ("HP:0001281", "negative", "umls:C0039621")]})
    assert "umls:C0039621" not in fresh(kg, "tetany", minimum=0.0)


# ---- one exact match, ties ----


def test_at_most_one_exact_match_in_a_vocabulary():
    for name in ("muscle-spasm", "muscle-cramp", "baclofen", "headache", "ibuprofen", "tetany"):
        exact = [p.term.vocabulary for p in fresh(KG, name, minimum=0.0).values() if p.predicate == "exact"]
        assert len(exact) == len(set(exact))


def test_the_term_with_our_label_wins():
    found = fresh(KG, "muscle-spasm", minimum=0.0)
    assert (found["HP:0003394"].predicate, found["HP:0002487"].predicate) == ("exact", "close")
    assert "more speaks for HP:0003394" in found["HP:0002487"].why


def test_a_tie_is_said_and_decides_nothing():
    kg = graph_with({"DOID": [("DOID:1", "label", "tetany"), ("DOID:2", "label", "Tetany")]})
    found = fresh(kg, "tetany")
    assert {p.predicate for p in found.values()} == {"close"}
    assert found["DOID:1"].ties == ("DOID:2",)
    assert "as much speaks for DOID:2" in found["DOID:1"].why


def test_a_code_for_local_use_gives_way():
    found = fresh(KG, "ibuprofen", minimum=0.0)
    assert (found["atc:M01AE01"].predicate, found["atc:M02AA13"].predicate) == ("exact", "close")


def test_the_more_general_is_a_broad_match_with_little_confidence():
    kg = graph_with({"SYMP": [("SYMP:0000316", "label", "leg cramp")]})
    found = fresh(kg, "nocturnal-leg-cramp", minimum=0.0)["SYMP:0000316"]
    assert (found.predicate, kinds_of(found)) == ("broad", ["hierarchy"])
    assert found.confidence < 0.5


# ---- curated ----


def test_a_curated_mapping_is_shown_as_such():
    (found,) = [p for p in KG.link("tetany", vocabularies=["HP"]) if p.term.id == "HP:0001281"]
    assert kinds_of(found)[0] == "curated"
    assert justification(found) == "semapv:ManualMappingCuration"


def test_nothing_is_found_twice():
    found = [(p.subject, p.term.id) for p in KG.link(min_confidence=0.0)]
    assert len(found) == len(set(found))


# ---- the facade ----


def test_without_a_vocabulary_it_says_what_to_do():
    with pytest.raises(UsageError, match="spasmkg vocab add FILE"):
        graph_with({}).link("tetany")


def test_an_unknown_vocabulary_is_answered_with_those_that_are_loaded():
    with pytest.raises(NotFoundError, match="linked to can be atc, HP"):
        KG.link("tetany", vocabularies=["DOID"])


def test_a_vocabulary_in_any_spelling():
    assert {p.term.vocabulary for p in KG.link("tetany", vocabularies=["hpo", "MSH"])} == {"HP", "mesh"}


def test_labels_inherit_the_mappings_of_our_entity():
    found = {p.term.id: p for p in graph_with({}).link_labels(["Charley horses"])}
    assert found["spasm:muscle-cramp"].predicate == "exact"
    assert (found["mesh:D009120"].predicate, kinds_of(found["mesh:D009120"])) == ("exact", ["cross-reference"])


def test_a_misspelt_label_is_linked_to_what_is_nearest():
    found = list(KG.link_labels(["tetamy"]))
    assert {"spasm:tetany", "HP:0001281"} <= {p.term.id for p in found}
    assert {r.kind for p in found for r in p.reasons} == {"fuzzy"}
    assert {p.predicate for p in found} == {"close"}


def test_the_kind_of_a_label_narrows():
    found = {
        kind: {p.term.id for p in KG.link_labels([Thing("row:1", "hand", kind)])} for kind in ("Drug", "AnatomicalSite")
    }
    assert found["AnatomicalSite"] >= {"spasm:hand", "mesh:D006225"}
    assert found["Drug"] & {"spasm:hand", "mesh:D006225"} == set()


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(UsageError, match="no kind"):
        list(KG.link_labels(["hand"], kind="Nonsense"))


# ---- SSSOM ----


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["label"], "LexicalMatching"),
        (["synonym", "label"], "LexicalMatching"),
        (["cross-reference"], "MappingChaining"),
        (["label", "cross-reference"], "CompositeMatching"),
        (["fuzzy"], "LexicalSimilarityThresholdMatching"),
        (["hierarchy"], "StructuralMatching"),
        (["remark"], "UnspecifiedMatching"),
    ],
)
def test_the_justification_follows_from_the_reasons(kinds, expected):
    proposal = Proposal("spasm:x", "x", "exact", Term("HP:1", "x"), 0.9, tuple(Reason(k, "") for k in kinds))
    assert justification(proposal) == f"semapv:{expected}"


def test_the_set_for_review_names_the_tool_and_no_reviewer():
    header, rows = read(as_sssom(fresh(KG, "tetany").values(), KG.vocabularies()).splitlines(keepends=True))
    assert (header["mapping_tool"], header["sssom_version"]) == ("spasmkg", "1.1")
    slots = [r.slots for r in rows]
    assert {"HP:0001281", "mesh:D013746"} <= {s["object_id"] for s in slots}
    used = {
        x.split(":")[0]
        for s in slots
        for k, x in s.items()
        if k.endswith("_id") or k in ("object_source", "mapping_justification")
    }
    assert used <= set(header["curie_map"])
    for s in slots:
        assert "reviewer_label" not in s
        loaded = s["object_id"].partition(":")[0] in EVERY
        assert s.get("object_source_version", "") == ("2026-09-01" if loaded else "")
        assert 0 < float(s["confidence"]) <= 1


# ---- the command line ----


@pytest.fixture
def stored(tmp_path):
    """A graph folder with vocabularies."""
    KG.store.save(tmp_path / "graph")
    return str(tmp_path / "graph")


def test_in_a_pipe_it_writes_sssom(run, stored):
    code, out, err = run("link", "tetany", "--store", stored, "--vocabulary", "mesh")
    assert code == 0
    _, rows = read(out.splitlines(keepends=True))
    assert [r.slots["object_id"] for r in rows] == []
    assert "1 more are in the mapping sets already" in err
    code, out, _ = run("link", "baclofen", "--store", stored, "--vocabulary", "umls", "--format", "tsv")
    assert (code, out.splitlines()[0]) == (0, "?thing\t?thing_label\t?precision\t?id\t?label\t?confidence\t?why")


def test_a_file_of_labels(run, stored, tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text('\ufefflabel;id;kind\ntetamy;;\n"hand";MSH:D006225;AnatomicalSite\n;4;\nmystery;LOCAL 5;Nonsense\n')
    code, _, err = run("link", "--file", str(file), "--store", stored, "-o", str(tmp_path / "out.sssom.tsv"))
    assert code == 0
    assert "1 row: no label" in err
    assert "no such kind as Nonsense" in err
    header, rows = read((tmp_path / "out.sssom.tsv").read_text().splitlines(keepends=True))
    slots = [r.slots for r in rows]
    assert header["curie_map"]["row"] == "https://w3id.org/spasmkg/file/labels.csv/"
    assert {s["subject_id"] for s in slots} == {"row:2", "mesh:D006225"}
    assert {"spasm:tetany", "spasm:hand"} <= {s["object_id"] for s in slots}


HOSTILE = [
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "tetany\n#curie_map:", "a\tb", "\x1b[2Jtetany", "'; DROP TABLE x",
    "\x00tetany", '"', "ä" * 900,
]  # fmt: skip


def test_hostile_labels_are_text(run, stored, tmp_path):
    import csv

    file = tmp_path / "hostile.tsv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out, delimiter="\t")
        writer.writerow(["label"])
        writer.writerows([h] for h in HOSTILE)
    code, out, _ = run("link", "--file", str(file), "--store", stored, "--min-confidence", "0")
    assert code == 0
    for row in read(out.splitlines(keepends=True))[1]:
        assert row.slots["subject_id"].startswith("row:")
    for media in ("table", "md", "json", "csv", "xml"):
        code, out, _ = run("link", "--file", str(file), "--store", stored, "--format", media)
        assert code == 0
        assert "\x1b" not in out
    json.loads(run("link", "--file", str(file), "--store", stored, "--format", "json")[1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"name\nx\n", "no column called label; it has name"),
        (b"", "no column called label"),
        (b'label,id\ncramp,"1\ntetany,2\n', "line 2: a quote is left open"),
        (b"label\nfever, unspecified\n", "2 cells in a table of 1 columns"),
        (b"label\n\xe4\xf6\n", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_labels(run, stored, tmp_path, text, said):
    (tmp_path / "bad.csv").write_bytes(text)
    code, out, err = run("link", "--file", str(tmp_path / "bad.csv"), "--store", stored)
    assert (code, out) == (1, "")
    assert said in err


def test_wrong_use(run, stored, tmp_path):
    assert run("link", "tetany", "--file", "x.csv", "--store", stored)[0] == 2
    assert run("link", "tetany", "--store", stored, "-o", str(tmp_path / "x"), "--format", "json")[0] == 2
    assert run("link", "tetany", "--store", stored, "--min-confidence", "2")[0] == 2
    code, _, err = run("link", "--file", str(tmp_path / "missing.csv"), "--store", stored)
    assert (code, "missing.csv" in err) == (1, True)


def test_linking_against_nothing_is_a_failure_that_says_what_to_do(run):
    code, out, err = run("link", "tetany")
    assert (code, out) == (1, "")
    assert "spasmkg vocab add FILE" in err
