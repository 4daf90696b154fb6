"""The command line as a person meets it: what it prints where, exit codes, and that no traceback shows."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spasmkg.cli.parser import COMMANDS


def test_a_query_prints_data_to_stdout_and_the_rest_to_stderr(run):
    code, out, err = run("query", "drug-side-effects", "--drug", "dantrolene")
    assert code == 0
    assert out.startswith("?drug\t?drug_label\t?side_effect\t?side_effect_label")
    assert '<https://w3id.org/spasmkg/dantrolene>\t"dantrolene"@en' in out
    assert err.startswith("complete, 2 rows")


def test_parameters_repeat_and_can_be_lifted(run):
    _, two, _ = run("query", "drug-side-effects", "--drug", "dantrolene", "--drug=metaxalone")
    _, every, _ = run("query", "drug-side-effects", "--drug", "any")
    assert two.count("\n") == 6
    assert every.count("\n") > 35


def test_the_bound_query_is_shown_and_gives_the_same_rows(run):
    _, shown, _ = run("query", "drug-side-effects", "--drug", "dantrolene", "--show")
    assert "VALUES ?drug { <https://w3id.org/spasmkg/dantrolene> }" in shown
    _, rows, _ = run("query", "drug-side-effects", "--drug", "dantrolene")
    assert run("sparql", shown)[1] == rows


def test_evidence_is_added_on_request(run):
    _, out, _ = run("query", "drug-side-effects", "--drug", "dantrolene", "--evidence")
    assert out.splitlines()[0].endswith("?evidence")
    assert out.count("§ drugs-8 Dantrolene") == 2


@pytest.mark.parametrize("media", ["tsv", "csv", "json", "xml", "md", "table"])
def test_every_format_of_rows(run, media):
    code, out, _ = run("query", "drug-side-effects", "--format", media)
    assert code == 0
    assert "drowsiness" in out


@pytest.mark.parametrize(("columns", "is_table"), [(6, True), (20, False)])
def test_rows_with_more_columns_than_fit_are_printed_as_records(run, columns, is_table):
    names = " ".join(f"?column_{i}" for i in range(columns))
    rows = " ".join(f"({' '.join(f'{i * 10 + j}' for i in range(columns))})" for j in (1, 2))
    code, out, _ = run("sparql", f"SELECT {names} {{ VALUES ({names}) {{ {rows} }} }}", "--format", "table")
    lines = [line.split() for line in out.splitlines()]
    heads = [word for i in range(columns) for word in ("column", str(i))]
    assert code == 0
    assert (lines[0] == heads) is is_table
    assert (lines[:2] == [["column", "0", "1"], ["column", "1", "11"]]) is not is_table


def test_query_alone_lists_the_catalogue(run):
    code, out, err = run("query")
    assert code == 0
    assert out.splitlines()[0] == "?name\t?summary\t?parameters\t?tags"
    assert '"drug-side-effects"' in out
    assert "questions" in err
    _, paths, _ = run("query", "--tag", "path")
    assert 8 <= paths.count("\n") - 1 < out.count("\n") - 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["qury"], 2, "did you mean query"),
        (["query", "drug-side-effect"], 1, "did you mean drug-side-effects"),
        (["query", "drug-side-effects", "--drgu", "baclofen"], 2, "did you mean --drug"),
        (["query", "drug-side-effects", "--drug"], 2, "needs a value"),
        (["query", "drug-side-effects", "--drug", "baclofin"], 1, "did you mean baclofen"),
        (["query", "drug-side-effects", "--format", "pdf"], 2, "invalid choice"),
        (["show", "baclofin"], 1, "did you mean baclofen"),
        (["show", "baclofen", "--fromat", "json"], 2, "did you mean --format"),
        (["sparql", "SELECT * {"], 1, "line 1, column 11"),
        (["sparql", "nothing.rq"], 1, "no file"),
        (["sparql", "ASK { SERVICE <x:y> { } }"], 1, "network"),
        (["claims", "--predicate", "hasSideEfect"], 1, "did you mean hasSideEffect"),
        (["evidence", "claim:none"], 1, "no claim"),
        (["show", "baclofen", "--store", "/nowhere"], 1, "spasmkg build -o"),
        (["show", "baclofen", "--with", "/nowhere.ttl"], 1, "Turtle file"),
        (["export", "--layer", "edge"], 1, "did you mean edges"),
        (["span", "words", "--article", "/nowhere"], 1, "no file"),
        (["check", "--shapes"], 1, "--with FILE.ttl"),
        (["search"], 2, "WORD"),
    ],
)
def test_a_slip_is_answered_in_one_line_with_what_next(run, arguments, code, words):
    given, out, err = run(*arguments)
    assert given == code
    assert words in err
    assert out == ""


def test_help_names_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "--store" in out


def test_ask_and_construct(run):
    assert run("sparql", "ASK { spasm:baclofen a spasm:Drug }")[1] == "true\n"
    assert run("sparql", "ASK { spasm:baclofen a spasm:Test }")[:2] == (0, "false\n")
    code, out, err = run("sparql", "CONSTRUCT WHERE { spasm:baclofen spasm:hasSideEffect ?e }")
    assert code == 0
    assert "spasm:baclofen spasm:hasSideEffect" in out
    assert "4 triples" in err
    json.loads(run("sparql", "DESCRIBE spasm:baclofen", "--format", "jsonld")[1])


def test_a_query_from_a_file_and_from_standard_input(run, tmp_path, monkeypatch):
    import io

    file = tmp_path / "q.rq"
    file.write_text("SELECT (1 AS ?one) {}")
    assert run("sparql", str(file))[1] == "?one\n1\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT (2 AS ?two) {}"))
    assert run("sparql", "-")[1] == "?two\n2\n"


def test_search_says_why(run):
    code, out, _ = run("search", "charley", "horse")
    assert code == 0
    assert '<https://w3id.org/spasmkg/muscle-cramp>\t"muscle cramp"\t"Spasm"\t"charley horse"\t"exact synonym"' in out
    assert run("search", "qqqqzzz")[0] == 0


def test_show_tells_doses_roles_and_places(run):
    code, out, _ = run("show", "baclofen")
    assert code == 0
    for words in ("5 mg per intake", "3 times a day", "80 mg/day", "sedating drug", "§ drugs-1", "Not medical advice"):
        assert words in out
    entity = json.loads(run("show", "baclofen", "--format", "json")[1])
    assert entity["kind"] == "Drug"
    assert len(entity["doses"]) == 3


def test_claims_evidence_ancestors_schema_stats(run):
    _, out, _ = run("claims", "--subject", "tizanidine", "--predicate", "foodReduces")
    assert out.count("\n") == 2
    claim = out.splitlines()[1].split("\t")[0].strip("<>")
    assert "dry mouth" in run("evidence", claim)[1]
    assert "natural remedy" in run("ancestors", "chamomile")[1]
    assert "chamomile" in run("descendants", "natural remedy")[1]
    assert '"predicate"\t<https://w3id.org/spasmkg/hasSideEffect>' in run("schema")[1]
    assert '"claims of the source"\t' in run("stats")[1]


def test_span_prints_what_a_claim_needs(run, tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("Take it non‑stop.", encoding="utf-8")
    _, out, _ = run("span", "non-stop", "--article", str(text))
    assert out.startswith('oa:start 8 ; oa:end 16 ; spasm:spanWords "non‑stop" ; spasm:spanDigest "')


def test_check_passes_and_fails(run, tmp_path):
    assert run("check")[:2] == (0, "")
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("@prefix spasm: <https://w3id.org/spasmkg/> . spasm:baclofen a spasm:Test .")
    code, out, _ = run("check", "--with", str(wrong))
    assert code == 1
    assert "overlapping-kinds: spasm:baclofen" in out


def test_shapes_name_what_is_wrong_in_a_users_file(run, tmp_path):
    pytest.importorskip("pyshacl")
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text(
        "@prefix spasm: <https://w3id.org/spasmkg/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        "<https://w3id.org/spasmkg/claim/mine-1> a spasm:Claim ; rdf:subject spasm:baclofen ; spasm:certainty spasm:sure ."
    )
    code, out, _ = run("check", "--with", str(wrong), "--shapes")
    assert code == 1
    assert "exactly one object" in out
    assert "one certainty" in out


def test_broken_turtle_is_named_with_its_line(run, tmp_path):
    broken = tmp_path / "broken.ttl"
    broken.write_text("@prefix spasm: <https://w3id.org/spasmkg/> .\nspasm:x a\n")
    code, _, err = run("show", "baclofen", "--with", str(broken))
    assert code == 1
    assert "broken.ttl, line " in err


def test_build_makes_a_folder_that_other_commands_use(run, tmp_path):
    folder = tmp_path / "graph"
    code, _, err = run("build", "-o", str(folder))
    assert code == 0
    assert "quads" in err
    assert run("show", "baclofen", "--store", str(folder))[0] == 0
    assert run("build", "-o", str(folder))[0] == 1


def test_export_writes_the_same_bytes_each_time(run, tmp_path):
    one, two = tmp_path / "one.nq", tmp_path / "two.nq"
    run("export", "--format", "nquads", "-o", str(one))
    run("export", "--format", "nquads", "-o", str(two))
    assert one.read_bytes() == two.read_bytes()
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["one.nq", "two.nq"]


def test_the_tour_shows_answers_with_their_places_a_path_a_proof_and_a_picture(run, tmp_path):
    code, out, _ = run("tour", "-o", str(tmp_path / "new" / "tour.svg"))
    assert code == 0
    assert all(f"\n{n}. " in out for n in range(1, 12))
    assert "diuretics —causes→ mineral depletion —contributes to→ leg cramp" in out
    assert "if A replenishes B and B depleted by C" in out
    assert (tmp_path / "new" / "tour.svg").read_text().startswith("<svg")
    assert out.count("§ ") >= 16
    assert "Not medical advice" in out


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_knows_the_commands(run, shell):
    code, out, _ = run("completion", shell)
    assert code == 0
    assert "descendants" in out


def spawn(*arguments: str, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "spasmkg", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def test_a_pipe_that_closes_early_is_no_error():
    command = f"{sys.executable} -m spasmkg export --format nquads | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True)
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_an_interrupt_ends_a_running_query_at_once(kg):
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?c != ?f && ?f != ?i) }"
    process = spawn("sparql", endless)
    cpu = Path(f"/proc/{process.pid}/stat")
    while process.poll() is None and sum(map(int, cpu.read_text().rsplit(")", 1)[1].split()[11:13])) < 80:
        time.sleep(0.05)  # until it has worked for 0.8 s of processor time: it is inside the engine
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT)
    assert b"Traceback" not in err


HEAVY = {"rdflib", "networkx", "numpy", "owlready2", "pandas", "rich", "rapidfuzz", "sqlite3", "pathlib", "dataclasses"}


@pytest.mark.parametrize(
    ("command", "loaded"), [(["query", "drug-side-effects"], set()), (["search", "baclofen"], {"sqlite3"})]
)
def test_a_query_in_a_pipe_loads_nothing_heavy(command, loaded, kg):
    code = f"""import sys; before = set(sys.modules)
from spasmkg.cli import main; main({command!r})
print(*(set(sys.modules) - before), file=sys.stderr)"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = HEAVY & set(done.stderr.splitlines()[-1].split())
    assert heavy >= loaded
    assert loaded or not heavy
