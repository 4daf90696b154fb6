"""The commands that follow edges, as a person meets them."""

from __future__ import annotations

import json

import pytest


def test_json_has_the_agreed_keys(run, kg):
    code, out, err = run("paths", "diuretics", "muscle cramp", "--top", "3", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert list(found) == ["complete", "total", "shown", "paths"]
    assert (found["complete"], found["total"], found["shown"]) == (True, 75, 3)
    assert list(found["paths"][0]) == ["length", "score", "steps"]
    keys = ["subject", "predicate", "object", "forward", "inferred", "claims"]
    for path in found["paths"]:
        for step in path["steps"]:
            assert list(step) == keys
            assert all(c.startswith("https://w3id.org/spasmkg/claim/") for c in step["claims"])
            triple = " ".join(f"<{step[k]}>" for k in keys[:3])
            assert kg.store.ask(f"ASK {{ GRAPH graph:edges {{ {triple} }} }}")
    assert "showing 3 of 75 paths (1 of length 1, 3 of length 2, 9 of length 3, 62 of length 4); complete" in err


def test_no_path_is_an_answer(run):
    code, out, err = run("paths", "diuretics", "clonus", "--max-length", "1", "--format", "json")
    assert code == 0
    assert json.loads(out)["paths"] == []
    assert "no path: the nearest way has 3 steps" in err


def test_rows_have_one_step_each(run):
    _, out, _ = run("paths", "diuretics", "potassium chloride", "--max-length", "2")
    rows = [line.split("\t") for line in out.splitlines()]
    assert rows[0][:6] == ["?start", "?goal", "?path", "?length", "?score", "?step"]
    assert [r[2] + r[5] for r in rows[1:]] == ["11", "12", "21", "22"]


def test_text_names_places_and_reasons(run):
    _, out, _ = run("paths", "diuretics", "leg cramp", "--format", "text", "--top", "1")
    assert out.splitlines()[0] == "1. diuretics —causes→ mineral depletion —contributes to→ leg cramp"
    assert "through mineral depletion (6 edges)" in out
    assert "§ causes-3" in out


def test_related_cites_every_step(run):
    code, out, _ = run("related", "magnesium citrate", "diuretics", "--top", "2", "--format", "text")
    assert code == 0
    assert "why: spasmkg explain spasm:magnesium-citrate spasm:offsetsDepletionBy spasm:diuretics" in out
    assert "[claim:causes-3-18]" in out
    assert "not that the source draws the whole chain" in out


def test_pairs_are_read_from_a_file(run, tmp_path):
    file = tmp_path / "pairs.tsv"
    file.write_text("# mine\ndiuretics\tleg cramp\nbaclofn\ttetany\n\nbaclofen\tmuscle weakness\n")
    code, out, err = run("paths", "--pairs", str(file), "--top", "1", "--format", "json")
    assert code == 1
    pairs = json.loads(out)["pairs"]
    assert [p["start"].rsplit("/", 1)[-1] for p in pairs] == ["diuretics", "baclofen"]
    assert 'line 3: no entity is called "baclofn"; did you mean baclofen?' in err
    assert "2 pairs, 2 paths; 1 line not read" in err
    file.write_text("diuretics,leg cramp\n")
    assert run("paths", "--pairs", str(file))[0] == 0
    file.write_text("diuretics\nbaclofen,tetany\n")
    code, out, err = run("paths", "--pairs", str(file), "--format", "json")
    assert code == 1
    assert "line 1: two names are needed" in err
    assert len(json.loads(out)["pairs"]) == 1
    file.write_bytes(b"diuretics,\xff\xfe\n")
    code, _, err = run("paths", "--pairs", str(file))
    assert code == 1
    assert "byte 10 is no UTF-8" in err


def test_a_metapath_is_shown_as_sparql_that_gives_the_same_paths(run):
    way = "DrugClass -depletes-> Nutrient <-replenishes- Supplement"
    _, shown, _ = run("paths", "diuretics", "--along", way, "--show")
    _, rows, _ = run("sparql", shown)
    _, out, _ = run("paths", "diuretics", "--along", way, "--format", "json", "--top", "100")
    assert rows.count("\n") - 1 == json.loads(out)["total"] > 0


def test_pairs_along_a_metapath_are_counted(run):
    code, out, err = run("paths", "--along", "Drug -hasSideEffect-> * <-hasSign- RedFlag", "--count")
    assert code == 0
    assert out.splitlines()[0] == "?start\t?start_label\t?goal\t?goal_label\t?paths"
    assert "pairs" in err


def test_metapaths_are_grouped(run):
    code, out, _ = run("paths", "diuretics", "leg cramp", "--group", "--max-length", "2")
    assert code == 0
    assert "DrugClass -causes-> Finding -contributesTo-> Spasm" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["paths", "baclofen", "--along", "Drug -hasSidEffect-> *"], "character 7"),
        (["paths", "baclofen", "--to-kind", "Drg"], "did you mean Drug"),
        (["paths", "--pairs", "no-such-file"], "no file is called"),
        (["neighbours", "baclofn"], "did you mean baclofen"),
        (["account-for", "baclofn"], "did you mean baclofen"),
        (["analyse", "loops", "--predicate", "causs"], "did you mean causes"),
    ],
)
def test_a_slip_is_answered_with_what_to_do(run, arguments, words):
    code, out, err = run(*arguments)
    assert code == 1
    assert out == ""
    assert words in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["paths", "baclofen"], "say where the paths end"),
        (["paths"], "name a thing to start from"),
        (["paths", "a", "b", "--pairs", "x"], "names both ends"),
        (["paths", "baclofen", "tetany", "--show"], "metapath"),
        (["paths", "baclofen", "--group", "--to-kind", "Test"], "name both"),
        (["paths", "baclofen", "tetany", "--count"], "all pairs"),
        (["paths", "--pairs", "x", "--group"], "not from a file"),
        (["analyse", "loops", "--inferred"], "central and communities"),
        (["analyse", "central", "--predicate", "causes"], "goes with loops"),
        (["build", "-o", "x", "--without", "claim:causes-3-16"], "takes no --with"),
        (["stats", "--with", "a.ttl", "--with", "b.ttl"], "given twice"),
        (["draw", "baclofen", "-o", "x.pdf"], "name a file that ends in"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(run, arguments, words):
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert words in err


def test_a_metapath_may_name_its_own_start(run):
    _, out, _ = run("paths", "--along", '"diuretics" -depletes-> Nutrient', "--format", "json")
    assert json.loads(out)["total"] == 3
    _, shown, _ = run("paths", "--along", "SedatingDrug -hasSideEffect-> Finding", "--show")
    assert run("sparql", shown)[1].count("\n") > 10


def test_a_place_that_cannot_be_written_is_named_as_given(run, tmp_path):
    for command in (["draw", "baclofen", "-o"], ["tour", "-o"]):
        code, _, err = run(*command, "/proc/none/x.svg")
        assert code == 1
        assert "spasmkg: /proc/none/x.svg could not be written" in err
    code, _, err = run("export", "-o", str(tmp_path))
    assert code == 1
    assert f"{tmp_path} could not be written" in err
    assert list(tmp_path.iterdir()) == []


def test_a_users_edge_is_cited_by_file_and_line(run, tmp_path):
    file = tmp_path / "mine.ttl"
    file.write_text(
        "@prefix spasm: <https://w3id.org/spasmkg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'spasm:loop-diuretics a spasm:DrugClass ; rdfs:label "loop diuretics"@en ; spasm:depletes spasm:potassium .\n'
    )
    mine = ("--with", str(file))
    for command in (
        ["paths", "loop diuretics", "potassium", "--max-length", "1", "--format", "text"],
        ["related", "loop diuretics", "potassium", "--format", "text"],
        ["neighbours", "loop diuretics"],
        ["show", "loop diuretics"],
        ["explain", "loop diuretics", "depletes", "potassium"],
    ):
        assert "your file mine.ttl, line 2" in run(*command, *mine)[1], command
    assert "by the ontology" not in run("show", "loop diuretics", *mine)[1]


def test_what_nothing_accounts_for_is_said(run):
    code, out, err = run("account-for", "healthcare provider", "--sort", "tests")
    assert (code, out) == (0, "")
    assert "nothing in the graph accounts for this" in err


@pytest.mark.parametrize("arguments", [["paths", "--top", "0"], ["analyse", "hubs"], ["neighbours"], ["account-for"]])
def test_wrong_usage_is_2(run, arguments):
    assert run(*arguments)[0] == 2


def test_neighbours_are_a_table_by_distance(run):
    _, out, err = run("neighbours", "diuretics", "--depth", "2", "--kind", "Supplement")
    assert out.splitlines()[0] == "?distance\t?entity\t?entity_label\t?kind\t?way\t?certainty\t?places"
    assert all('\t"Supplement"\t' in line for line in out.splitlines()[1:])
    assert "7 at distance 1" in err


@pytest.mark.parametrize("what", ["central", "communities", "cut-points", "loops", "mechanisms"])
def test_every_analysis_gives_rows(run, what):
    code, out, err = run("analyse", what, "--top", "3")
    assert code == 0
    assert 1 < out.count("\n") <= 4
    assert err


def test_an_account_gives_reasons_with_places(run):
    _, out, err = run("account-for", "diuretics", "leg cramp", "muscle fatigue", "--top", "1")
    assert "mineral depletion" in out
    assert "diuretics causes mineral depletion (possible, § causes-3)" in out
    assert "no diagnosis" in err
