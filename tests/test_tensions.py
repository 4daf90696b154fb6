"""Conflicts and gaps: what is planted shows, what is stated is no gap, and a tag is all that a question needs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from spasmkg import competency
from spasmkg.errors import NotFoundError

PREFIXES = """@prefix claim: <https://w3id.org/spasmkg/claim/> .
@prefix item: <https://w3id.org/spasmkg/item/> .
@prefix quantity: <https://w3id.org/spasmkg/quantity/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix spasm: <https://w3id.org/spasmkg/> .
"""


def labels(pairs, column):
    """The labels in a column of the one question that was asked."""
    ((_, answer),) = pairs
    return {row[f"{column}_label"].value for row in answer}


CONFLICTS = [
    ("advice-for-and-against", "spasm:advice-warm-up spasm:discourages spasm:hydration .", "recommended", "staying hydrated"),
    ("remedies-with-a-harmful-form", "spasm:massage spasm:causes spasm:muscle-cramp .", "remedy", "massage"),
    ("facts-denied-and-stated", "spasm:nsaids spasm:treats spasm:root-cause-of-spasm .", "affirmed", "NSAIDs"),
    ("side-effects-like-the-symptoms-treated", "spasm:metaxalone spasm:hasSideEffect spasm:stiffness .", "drug", "metaxalone"),
    ("cautions-in-prone-groups", "spasm:baclofen spasm:cautionIn spasm:older-adults .", "treatment", "baclofen"),
    ("treatments-that-lead-to-a-spasm", "spasm:tizanidine spasm:depletes spasm:potassium .", "treatment", "tizanidine"),
    ("advised-activities-at-which-spasms-occur", "spasm:muscle-cramp spasm:occursAt spasm:massage .", "measure", "massage"),
    ("differing-durations", "spasm:clonus spasm:hasDuration quantity:mindfulness-session .", "kind", "clonus"),
    (
        "harmless-things-that-signal-more",
        """spasm:clonus spasm:hasCharacteristic spasm:benign .
           spasm:my-clonus spasm:subtypeOf spasm:clonus ; spasm:signals spasm:stroke ; rdfs:label "my clonus"@en .""",
        "kind",
        "my clonus",
    ),
]  # fmt: skip
"""Question, what contradicts the source, and the label that then stands in a column."""
GAPS = [
    ("unmeasured-deficiencies", "spasm:serum-electrolyte-panel spasm:measures spasm:calcium .", "nutrient", "calcium"),
    ("untested-causes", "spasm:blood-test spasm:detects spasm:dehydration .", "cause", "dehydration"),
    ("unprevented-causes", "spasm:massage spasm:relieves spasm:muscle-guarding .", "cause", "muscle guarding"),
    ("unrelieved-symptoms", "spasm:massage spasm:relieves spasm:tenderness .", "symptom", "tenderness"),
    ("unrelieved-side-effects", "spasm:massage spasm:relieves spasm:headache .", "side_effect", "headache"),
    ("red-flag-signs-without-test", "spasm:blood-test spasm:detects spasm:infection .", "sign", "infection"),
    ("symptoms-without-test", "spasm:blood-test spasm:detects spasm:disturbed-sleep .", "symptom", "disturbed sleep"),
    ("remedies-without-dose", "spasm:ibuprofen spasm:hasDosePhase spasm:my-dose .", "remedy", "ibuprofen"),
    ("dosed-treatments-without-side-effect", "spasm:taurine spasm:hasSideEffect spasm:nausea .", "treatment", "taurine"),
    ("dosed-treatments-without-course", "spasm:baclofen spasm:hasCourse spasm:my-course .", "treatment", "baclofen"),
    ("medicines-without-timing", "spasm:taurine spasm:takenAt spasm:with-food .", "medicine", "taurine"),
    ("spasm-types-without-symptom", "spasm:hiccups spasm:hasSymptom spasm:pain .", "spasm", "hiccups"),
    ("spasm-types-without-test", "spasm:blood-test spasm:detects spasm:tetany .", "spasm", "tetany"),
    ("spasm-types-without-treatment", "spasm:baclofen spasm:treats spasm:clonus .", "spasm", "clonus"),
    ("therapies-without-length", "spasm:yoga spasm:hasDuration quantity:mindfulness-session .", "therapy", "yoga"),
    ("treatments-without-mechanism", "claim:mine-1 spasm:statedIn item:drugs-1 ; spasm:aspect \"mechanism\" .", "treatment", "baclofen"),
    ("prone-stages-without-caution", "spasm:diazepam spasm:cautionIn spasm:pregnancy .", "stage", "pregnancy"),
    (
        "red-flags-outside-the-list",
        "spasm:red-flag-severity-or-frequency spasm:listedIn spasm:list-of-red-flags .",
        "red_flag",
        "severe or frequent spasms",
    ),
]  # fmt: skip
"""Question, what closes the gap, and the label that then leaves a column."""


def written(path, triples):
    path.write_text(PREFIXES + "\n".join(triples), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def contradicted(kg, tmp_path_factory):
    """The graph with a contradiction for each of several questions."""
    return kg.with_file(written(tmp_path_factory.mktemp("mine") / "mine.ttl", [c[1] for c in CONFLICTS]))


@pytest.fixture(scope="module")
def completed(kg, tmp_path_factory):
    """The graph with something stated that each of several questions misses."""
    return kg.with_file(written(tmp_path_factory.mktemp("mine") / "mine.ttl", [g[1] for g in GAPS]))


@pytest.mark.parametrize(("question", "triples", "column", "label"), CONFLICTS, ids=[c[0] for c in CONFLICTS])
def test_a_planted_contradiction_shows(question, triples, column, label, kg, contradicted):
    assert label not in labels(kg.conflicts(question), column)
    assert label in labels(contradicted.conflicts(question), column)


@pytest.mark.parametrize(("question", "triples", "column", "label"), GAPS, ids=[g[0] for g in GAPS])
def test_stating_what_was_missing_closes_the_gap(question, triples, column, label, kg, completed):
    assert label in labels(kg.gaps(question), column)
    assert label not in labels(completed.gaps(question), column)


def test_every_gap_has_a_statement_that_closes_it():
    assert {g[0] for g in GAPS} == {q.name for q in competency.tagged("gap")}


def test_a_planted_contradiction_cites_both_sides(contradicted):
    ((_, answer),) = contradicted.conflicts("cautions-in-prone-groups")
    row = next(row for row in answer if row["treatment_label"].value == "baclofen")
    found = answer.evidence(row)
    assert found.note.startswith("your file mine.ttl, line ")
    assert "causes-19" in {claim.place for claim in found}


@pytest.mark.parametrize("command", ["conflicts", "gaps"])
def test_every_question_with_the_tag_has_rows(command, kg):
    asked = getattr(kg, command)()
    assert [q.name for q, _ in asked] == [q.name for q in competency.all_questions() if command.rstrip("s") in q.tags]
    assert len(asked) >= 8
    assert [q.name for q, answer in asked if not list(answer.rows)] == []


def test_every_gap_says_where_nothing_is_stated(kg):
    for question, answer in kg.gaps():
        rows = list(answer.rows)
        assert {e.note for e in answer.evidence_for(rows)} == {f"nothing stated under {question.absent}"}, question.name


def test_every_conflict_cites_what_it_rests_on(kg):
    for question, answer in kg.conflicts():
        assert all(len(found) >= 2 for found in answer.evidence_for(list(answer.rows))), question.name


def test_a_question_is_added_by_its_tag_alone(tmp_path, monkeypatch, kg):
    text = competency.load("drug-side-effects").text
    (tmp_path / "mine.rq").write_text(text.replace("#+ tags: ", "#+ tags: conflict, "), encoding="utf-8")
    (tmp_path / "other.rq").write_text(text, encoding="utf-8")
    monkeypatch.setattr(competency, "_folder", lambda: str(tmp_path))
    ((question, answer),) = kg.conflicts()
    assert question.name == "mine"
    assert len({row["drug"].value for row in answer}) > 2  # the example names one drug: it is lifted


def test_a_required_parameter_keeps_its_example():
    question = competency.load("harmless-things-that-signal-more")
    text = question.unrestricted()
    assert "VALUES ?quality { spasm:harmless" in text
    assert "VALUES ?subject" in question.text
    assert "VALUES ?subject" not in text


def test_a_name_without_the_tag_is_refused(kg):
    with pytest.raises(NotFoundError, match="untested-causes"):
        kg.gaps("untested-cause")
    with pytest.raises(NotFoundError, match="tag conflict"):
        kg.conflicts("untested-causes")


# ---- the command line ----


@pytest.mark.parametrize("command", ["conflicts", "gaps"])
def test_in_a_pipe_both_commands_have_the_same_columns(command, run, kg):
    code, out, err = run(command)
    lines = list(csv.reader(io.StringIO(out), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert code == 0
    assert lines[0] == ["?question", "?summary", "?finding", "?places", "?note", "?claims"]
    asked = getattr(kg, command)()
    assert len(lines) - 1 == sum(len(list(answer.rows)) for _, answer in asked)
    assert f"{len(asked)} questions, {len(lines) - 1} rows; " in err


def test_a_finding_names_every_column_and_its_claims(run):
    _, out, _ = run("conflicts", "cautions-in-prone-groups", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (
        row["finding"]
        == "treatment: diazepam; condition: muscle spasm; population: older adults; prone to: muscle cramp"
    )
    assert row["places"] == "drugs-7, causes-19, drugs-0, types-1"
    assert row["claims"].split()[0] == "claim:drugs-7-4"
    assert row["note"] == ""


def test_a_table_has_the_question_as_heading_and_the_absence_once(run):
    code, out, err = run("gaps", "spasm-types-without-symptom", "untested-causes", "--format", "table")
    assert code == 0
    assert out.startswith("Which listed types of spasm have no symptom stated of them by name?\n")
    assert "  untested-causes, 14 rows\n  nothing stated under tests-1 … tests-20\n" in out
    assert out.count("nothing stated under") == 2
    assert "§ types-7" in out
    assert err == "2 questions, 16 rows; one of them alone: spasmkg gaps NAME\n"


def test_a_table_shows_what_is_denied(run):
    _, out, _ = run("conflicts", "equated-words-set-apart", "--format", "table")
    assert "asserted (denied)" in out


def test_json_gives_rows_with_their_claims(run):
    _, out, _ = run("conflicts", "side-effects-like-the-symptoms-treated", "--format", "json")
    read = json.loads(out)
    assert [q["rows"] for q in read["questions"]] == [2]
    first, second = read["findings"]
    assert first["row"]["drug_label"] == "baclofen"
    assert {c["place"] for c in first["claims"]} == {"drugs-0", "drugs-1", "symptoms-7", "curator"}
    assert all(("words" in c) != ("derived_from" in c) for c in first["claims"])
    assert second["note"] == ""


def test_a_file_of_your_own_is_asked_as_well(run, tmp_path):
    mine = written(tmp_path / "mine.ttl", ["spasm:hiccups spasm:hasSymptom spasm:pain ."])
    _, out, _ = run("gaps", "spasm-types-without-symptom", "--with", str(mine), "--format", "csv")
    assert [r["finding"] for r in csv.DictReader(io.StringIO(out))] == [
        "spasm: dystonic spasm; list: list of spasm types"
    ]


def test_a_question_without_rows_is_said_to_have_none(run, tmp_path):
    mine = written(tmp_path / "mine.ttl", ["spasm:diazepam spasm:cautionIn spasm:pregnancy ."])
    _, out, err = run("gaps", "prone-stages-without-caution", "--with", str(mine), "--format", "table")
    assert "prone-stages-without-caution, 0 rows" in out
    assert "1 question, 0 rows" in err


def test_an_unknown_name_ends_with_1(run):
    code, out, err = run("conflicts", "harm-and-halp")
    assert code == 1
    assert out == ""
    assert "did you mean harm-and-help?" in err
