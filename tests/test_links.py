"""What rows that follow links rest on; outside terms as parameters; questions that need a vocabulary."""

from __future__ import annotations

import json

import pytest

from spasmkg import competency
from spasmkg.errors import BuildError, IdentifierError, NotFoundError, NotLoadedError
from spasmkg.model import Evidence, Imported, Mapping

SNOMED = "http://snomed.info/id/"


def test_a_row_cites_its_mapping_rows(kg):
    answer = kg.run("mapped-terms", term="HP:0001281")
    (row,) = answer.rows
    (mapping,) = answer.evidence(row).mappings
    assert mapping.iri.endswith("/mapping/tetany/HP:0001281")
    cited = mapping.cite()
    for part in ("tetany: HP:0001281 Tetany (exact)", "HP 2026-08-14", "source:hpo/hp-ja.babelon.tsv", "confidence 0.97",
                 "second reading", "spasm:mappings/HP", "[mapping:tetany/HP:0001281]"):  # fmt: skip
        assert part in cited


def test_denied_and_missing_terms_are_cited_as_such(kg):
    denied = kg.run("denied-terms", term="snomedct:76902006")
    first = denied.evidence(next(denied.rows)).mappings[0]
    assert "snomedct:76902006 Tetanus (not exact)" in first.cite()
    missing = kg.run("unmapped-entities", entity="metaxalone", vocabulary="ATC")
    (none,) = missing.evidence(next(missing.rows)).mappings
    assert none.cite().startswith("metaxalone: no term of atc, atc 2026-04-25, ")
    assert "[mapping:metaxalone/atc:none]" in none.cite()


def test_a_row_of_ones_own_query_cites_its_mapping(kg):
    answer = kg.query("SELECT ?x ?y { ?x skos:exactMatch ?y FILTER(?y = HP:0001281) }")
    (row,) = answer.rows
    assert [m.curie for m in answer.evidence(row).mappings] == ["HP:0001281"]
    answer = kg.query("SELECT ?x ?y { ?x skos:broadMatch ?y } LIMIT 3")
    assert all(found.mappings for found in answer.evidence_for(list(answer.rows)) if not found)


def test_a_row_cites_the_way_up_a_loaded_vocabulary(linked):
    answer = linked.run("side-effects-under-a-phenotype", ancestor="HP:0003011", drug="dantrolene")
    (row,) = answer.rows
    found = answer.evidence(row)
    (way,) = found.imported
    assert (way.vocabulary, way.version, len(way.steps)) == ("HP", "2023-07-21", 2)
    assert way.cite() == (
        "HP 2023-07-21: HP:0001324 Muscle weakness, under HP:0011804 Abnormal muscle physiology, "
        "under HP:0003011 Abnormality of the musculature"
    )
    assert found.cite() == [found[0].cite(), found.mappings[0].cite(), way.cite()]


def test_a_row_cites_imported_triples(linked):
    answer = linked.run("withdrawn-terms", entity="tetany")
    (row,) = answer.rows
    assert [i.cite() for i in answer.evidence(row).imported] == [
        "SYMP 2099-01-01: SYMP:0000619 obsolete tetany, deprecated, true",
        "SYMP 2099-01-01: SYMP:0000619 obsolete tetany, IAO_0100001, SYMP:0000093 muscle cramp",
    ]


def test_a_count_cites_the_rows_that_it_counts(kg):
    answer = kg.run("mapping-coverage", kind="drug", vocabulary="atc")
    (row,) = answer.rows
    assert len({m.subject for m in answer.evidence(row).mappings}) == int(row["entities"].value)


def test_evidence_is_printed_in_every_format(run):
    for media in ("tsv", "csv", "json", "md"):
        code, out, _ = run("query", "mapped-terms", "--term", "HP:0001281", "--evidence", "--format", media)
        assert code == 0
        assert "tetany: HP:0001281 Tetany (exact), HP 2026-08-14" in out


def test_evidence_of_a_mapping_row_by_its_name(run):
    code, out, _ = run("evidence", "mapping:tetany/HP:0001281")
    assert (code, out.splitlines()[0]) == (0, "spasm:tetany: skos:exactMatch HP:0001281")
    assert "second reading" in out
    code, out, _ = run("evidence", "mapping:tetany/DOID:11338")
    assert (code, out.splitlines()[0]) == (0, "spasm:tetany: skos:exactMatch NOT DOID:11338")
    code, _, err = run("evidence", "mapping:tetany/HP:1")
    assert code == 1
    assert "spasmkg mappings" in err


def test_show_names_releases_and_where_to_look(run):
    _, out, _ = run("show", "tetany")
    assert "HP 2026-08-14: HP:0001281 Tetany (exact)" in out
    assert "spasmkg evidence mapping:tetany/" in out
    _, out, _ = run("show", "tetany", "--format", "json")
    rows = {m["id"]: m for m in json.loads(out)["mappings"]}
    assert rows["HP:0001281"]["mapping"].endswith("/mapping/tetany/HP:0001281")
    assert rows["HP:0001281"]["reviewer"] == "second reading"


def test_values_say_what_they_are():
    plain = Mapping("https://w3id.org/spasmkg/mapping/x/HP:none", "https://w3id.org/spasmkg/x", "", "", vocabulary="HP")
    assert plain.cite() == "x: no term of HP, HP, read once [mapping:x/HP:none]"
    triple = ("<https://example.org/a>", "<https://example.org/has_effect>", '"1"^^<https://example.org/t>')
    assert Imported("X", "", (triple,), {"https://example.org/a": "A"}).cite() == "X: https://example.org/a A, has_effect, 1"  # fmt: skip
    assert Evidence.of([], "nothing stated").cite() == ["nothing stated"]


# ---- parameters ----


@pytest.mark.parametrize(
    "term", ["HP:0000217", "hp:0000217", "HP_0000217", "http://purl.obolibrary.org/obo/HP_0000217"]
)
def test_an_outside_term_is_a_parameter_in_any_spelling(kg, term):
    rows = list(kg.run("vocabulary-crosswalk", term=term, to_vocabulary="SNOMEDCT_US").rows)
    assert [(r["entity_label"].value, r["other"].value) for r in rows] == [("dry mouth", SNOMED + "87715008")]


def test_several_terms_and_vocabularies(kg):
    rows = list(kg.run("mapped-terms", term=["SCTID:55300003", "HP:0003394"], vocabulary=["HP", "snomedct"]).rows)
    assert {r["entity_label"].value for r in rows if r["predicate"].value.endswith("exactMatch")} == {"muscle cramp", "muscle spasm"}  # fmt: skip


def test_what_is_no_term_is_refused(kg):
    with pytest.raises(IdentifierError, match="wrong check digit"):
        kg.run("mapped-terms", term="snomedct:55300004")
    with pytest.raises(IdentifierError, match="unknown prefix"):
        kg.run("mapped-terms", term="nonsense:1")


def test_a_shown_question_runs_anywhere(run, kg, judge):
    code, out, _ = run("query", "mapped-terms", "--term", "hp:0001281", "--vocabulary", "HPO", "--show")
    assert code == 0
    assert "VALUES ?term { <http://purl.obolibrary.org/obo/HP_0001281> }" in out
    assert 'VALUES ?vocabulary { "HP" }' in out
    assert [str(r["entity"]) for r in judge.query(out)] == ["https://w3id.org/spasmkg/tetany"]


def test_an_outside_id_still_names_an_entity(kg):
    (row, *_) = kg.run("mapped-terms", entity="HP:0001281", vocabulary="HP").rows
    assert row["entity_label"].value == "tetany"


def test_weakest_and_what_follows(kg):
    """Of every pair of predicates: the weaker one, and how the terms stand to each other by way of the entity."""
    rank = {"exactMatch": 0, "closeMatch": 1, "broadMatch": 2, "narrowMatch": 2, "relatedMatch": 3}
    height = {"broadMatch": 1, "narrowMatch": -1}
    seen = set()
    for row in kg.run("vocabulary-crosswalk", from_vocabulary="HP").rows:
        one, other, weakest = (
            row[n].value.rpartition("#")[2] for n in ("term_predicate", "other_predicate", "weakest")
        )
        assert rank[weakest] == max(rank[one], rank[other])
        assert weakest in (one, other)
        rise = height.get(other, 0) - height.get(one, 0)
        if 3 in (rank[one], rank[other]):
            expected = "related"
        else:
            expected = ("narrower", None, "broader")[(rise > 0) - (rise < 0) + 1] or (
                "close" if rank[weakest] else "exact"
            )
        assert row["other_is"].value == expected
        seen.add((one, other))
    assert {("exactMatch", "exactMatch"), ("closeMatch", "broadMatch"), ("narrowMatch", "exactMatch")} <= seen
    assert not {("broadMatch", "broadMatch"), ("narrowMatch", "narrowMatch")} & seen


# ---- questions that need a vocabulary ----


def test_a_question_says_which_vocabulary_is_missing(kg, run):
    with pytest.raises(NotLoadedError, match="asks HP, which is not loaded; load your copy with: spasmkg vocab add FILE --as HP"):  # fmt: skip
        kg.run("side-effects-under-a-phenotype")
    with pytest.raises(NotLoadedError, match="none is loaded"):
        kg.run("withdrawn-terms")
    code, out, err = run("query", "causes-under-a-disease")
    assert (code, out) == (1, "")
    assert "spasmkg vocab add FILE --as MONDO" in err


def test_any_vocabulary_will_do_where_any_is_asked_for(linked):
    assert list(linked.run("withdrawn-terms", vocabulary="HP").rows) == []


def test_its_sparql_is_shown_all_the_same(run):
    code, out, _ = run("query", "causes-under-a-disease", "--show")
    assert code == 0
    assert "GRAPH vocabulary:MONDO" in out


def test_questions_are_listed_with_what_they_need(run):
    code, out, _ = run("query", "--tag", "needs-HP")
    assert code == 0
    assert "side-effects-under-a-phenotype" in out
    assert "causes-under-a-disease" not in out
    assert "vocabulary-crosswalk" in run("query", "--tag", "mapping")[1]


def test_a_vocabulary_is_asked_in_ones_own_query(linked):
    found = linked.query("SELECT ?name { GRAPH vocabulary:HP { HP:0001324 rdfs:label ?name } }")
    assert [r["name"].value for r in found.rows] == ["Muscle weakness"]


TEXT = """#+ summary: Which terms?
#+ parameters: term (Term, optional)
#+ vocabularies: HP, any
#+ mapping: ?entity ?term . ?entity ?vocabulary
#+ imported: HP ?term rdfs:subClassOf ?above
SELECT ?entity ?term WHERE {
  VALUES ?term { HP:0001281 }
  ?entity skos:exactMatch ?term .
}
"""


def test_the_header_of_a_question_on_links():
    question = competency.parse("x", TEXT)
    assert question.vocabularies == ("HP", "any")
    assert question.tags == ("needs-HP", "needs-any")
    assert question.mapping == (("?entity", "?term"), ("?entity", "?vocabulary"))
    assert question.imported == (("HP", ("?term", "rdfs:subClassOf", "?above")),)
    (parameter,) = question.parameters
    assert parameter.is_term
    assert not parameter.is_entity
    assert parameter.example == "HP:0001281"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [(("?entity ?vocabulary", "?entity"), "two variables"), (("HP ?term", "HP"), "three terms")],
)
def test_a_header_that_cannot_be_read_is_refused(change, complaint):
    with pytest.raises(BuildError, match=complaint):
        competency.parse("x", TEXT.replace(*change))


def test_an_unknown_mapping_row_is_not_found(kg):
    with pytest.raises(NotFoundError, match="row of a mapping set"):
        kg.mapping("mapping:nothing/HP:0001281")


@pytest.mark.parametrize(
    "spelling", ["HP:0003394", "hp:0003394", "HP_0003394", "http://purl.obolibrary.org/obo/HP_0003394"]
)
def test_an_outside_identifier_in_any_spelling_names_the_entity_that_is_the_same(kg, spelling):
    assert kg.resolve(spelling) == "https://w3id.org/spasmkg/muscle-spasm"


def test_what_only_looks_like_an_identifier_is_a_name(kg):
    with pytest.raises(NotFoundError, match="HP:9903394"):
        kg.resolve("HP_9903394")
    with pytest.raises(NotFoundError, match="half_12"):
        kg.resolve("half_12")
