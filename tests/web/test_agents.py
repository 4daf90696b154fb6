"""The server for agents, asked by the client of the SDK: over standard input and output, and over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from serving import HEAVY

import spasmkg
from spasmkg.agents.advice import of_error

pytest.importorskip("mcp", reason="the extra mcp is not installed")
import anyio
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

SOURCE = str(Path(spasmkg.__file__).parents[1])
TOOLS = ["search", "get_entity", "list_questions", "run_question", "find_paths", "explain", "sparql"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([SOURCE, os.environ.get("PYTHONPATH", "")])}


def over_stdio(*options: str) -> Any:
    command = StdioServerParameters(command=sys.executable, args=["-m", "spasmkg", "mcp", *options], env=environment())
    return stdio_client(command, errlog=sys.__stderr__)


Calls = list[tuple[str, dict[str, Any]]]


def session(transport: Any, work: Callable[[Client], Any], **more: Any) -> Any:
    async def main() -> Any:
        async with Client(transport, **more) as client:
            return await work(client)

    return anyio.run(main)


def called(transport: Any, calls: Calls) -> list[Any]:
    """The results of some calls, in one session."""

    async def work(client: Client) -> list[Any]:
        return [await client.call_tool(name, arguments) for name, arguments in calls]

    found: list[Any] = session(transport, work)
    return found


@contextmanager
def over_http(*options: str) -> Iterator[str]:
    """The address of a running server."""
    process = subprocess.Popen(
        [sys.executable, "-m", "spasmkg", "mcp", "--http", "127.0.0.1:0", *options],
        stdout=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.endswith("/mcp")
        yield address
        process.terminate()
        assert process.wait(30) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with over_http() as found:
        yield found


@pytest.fixture(scope="module")
def ask(address: str) -> Callable[..., Any]:
    """Calls one tool over HTTP: its structured result, and its text."""

    def call(tool: str, **arguments: Any) -> tuple[dict[str, Any], str]:
        (result,) = called(address, [(tool, arguments)])
        assert not result.is_error, result.content
        return result.structured_content, result.content[0].text

    return call


@pytest.fixture(scope="module")
def fails(address: str) -> Callable[..., str]:
    """Calls one tool that must fail: what it says."""

    def call(tool: str, **arguments: Any) -> str:
        (result,) = called(address, [(tool, arguments)])
        assert result.is_error
        assert result.structured_content is None
        text: str = result.content[0].text
        assert "Next: " in text
        assert "Traceback" not in text
        assert "pydantic" not in text
        assert " spasmkg " not in text
        return text

    return call


# ---- what is offered ----


def test_over_stdio_all_tools_are_there_and_answer():
    async def work(client: Client) -> Any:
        listed = (await client.list_tools()).tools
        found = await client.call_tool("search", {"query": "charley horse", "limit": 1})
        schema = await client.read_resource("spasmkg://schema")
        questions = await client.read_resource("spasmkg://questions")
        return listed, found, schema, questions, client.instructions

    listed, found, schema, questions, told = session(over_stdio(), work)
    assert [t.name for t in listed] == TOOLS
    assert all(t.output_schema and t.input_schema["additionalProperties"] is False for t in listed)
    assert all(t.annotations.read_only_hint and not t.annotations.open_world_hint for t in listed)
    assert found.structured_content["hits"][0]["entity"] == "spasm:muscle-cramp"
    assert "spasm:hasSideEffect" in schema.contents[0].text
    assert "drug-side-effects" in [q["name"] for q in json.loads(questions.contents[0].text)]
    assert "not medical advice" in told


def test_the_handshake_of_older_clients_is_understood(address):
    async def work(client: Client) -> Any:
        return await client.call_tool("search", {"query": "tingling"})

    for transport in (over_stdio(), address):
        found = session(transport, work, mode="legacy")
        assert found.structured_content["hits"][0]["label"] == "tingling"


# ---- answers ----


def test_a_hit_says_why_and_names_claims(ask):
    found, text = ask("search", query="pins and needles", limit=1)
    (hit,) = found["hits"]
    assert (hit["label"], hit["matched"]) == ("tingling", "pins and needles")
    assert set(hit["claims"]) <= {c["claim"] for c in found["evidence"]}
    assert hit["claims"][0] in text


def test_every_relation_of_an_entity_leads_to_a_place(ask):
    found, text = ask("get_entity", entity="baclofen")
    claims = {c["claim"]: c for c in found["evidence"]}
    effect = next(r for r in found["relations"] if r["other"] == "spasm:drowsiness")
    assert claims[effect["claims"][0]]["place"] == "drugs-1"
    assert claims[effect["claims"][0]]["certainty"] == "asserted"
    assert all(r["claims"] for r in found["relations"])
    assert {d["phase"] for d in found["doses"]} == {"start", "titration", "maximum"}
    assert all(d["claims"] for d in found["doses"])
    assert "§ drugs-1" in text
    assert "not medical advice" in text


def test_a_relation_narrows_an_entity(ask):
    found, _ = ask("get_entity", entity="dantrolene", relation="hasSideEffect")
    assert [r["other_label"] for r in found["relations"] if r["forward"]] == ["hepatotoxicity", "muscle weakness"]
    assert found["total"] == 2


def test_pages_join_to_the_whole(ask):
    whole, _ = ask("get_entity", entity="baclofen")
    parts, offset = [], 0
    while True:
        page, text = ask("get_entity", entity="baclofen", limit=7, offset=offset)
        parts += page["relations"]
        offset += page["shown"]
        assert not page["complete"]
        assert page["rest"] in text
        if offset >= page["total"]:
            break
        assert page["rest"].endswith(f"offset={offset}")
    assert parts == whole["relations"]
    assert whole["complete"]


def test_a_question_is_asked_with_its_evidence(ask, kg):
    found, _ = ask("run_question", question="drug-side-effects", parameters={"drug": ["dantrolene", "baclofen"]})
    expected = kg.run("drug-side-effects", drug=["dantrolene", "baclofen"]).values()
    assert [r["values"]["side_effect_label"] for r in found["rows"]] == [r["side_effect_label"] for r in expected]
    assert all(r["claims"] for r in found["rows"])
    assert found["complete"]
    assert "VALUES ?drug" in found["sparql"]


def test_a_row_that_rests_on_a_mapping_or_an_absence_says_so(ask):
    found, _ = ask("run_question", question="mapped-terms")
    assert any("mapping:" in line for line in found["rows"][0]["also"])
    found, _ = ask("run_question", question="spasm-types-without-symptom")
    assert "nothing" in found["rows"][0]["also"][0]


def test_questions_are_found_by_words(ask):
    found, text = ask("list_questions", words="side effect class", limit=1)
    assert found["total"] > 1
    assert "offset=1" in found["rest"]
    assert "offset=1" in text
    drugs = ask("list_questions", words="drug-side-effects")[0]["questions"]
    assert next(q for q in drugs if q["name"] == "drug-side-effects")["parameters"][0]["name"] == "drug"
    needs = {q["name"]: q["needs"] for q in ask("list_questions", limit=200)[0]["questions"]}
    assert "HP" in needs["side-effects-under-a-phenotype"]
    assert not needs["drug-side-effects"]


def test_paths_cite_every_step(ask):
    found, _ = ask("find_paths", start="diuretics", goal="leg cramp", limit=3)
    assert [p["length"] for p in found["paths"]] == [2, 2, 3]
    assert all(s["claims"] and s["certainty"] for p in found["paths"] for s in p["steps"])
    assert found["total"] > 3
    assert not found["complete"]
    assert "limit" in found["rest"]


def test_a_role_is_proved_down_to_claims(ask):
    found, text = ask("explain", subject="baclofen", predicate="a", object="SedatingDrug")
    assert not found["stated"]
    steps = found["proofs"][0]["steps"]
    assert [s["claims"] for s in steps if not s["because"]] == [["claim:drugs-1-9"], ["claim:curator-1"]]
    assert [s["depth"] for s in steps] == [0, 1, 2, 2]
    assert "because if A has side effect" in text


def test_what_is_stated_is_explained_by_its_claims(ask):
    found, _ = ask("explain", subject="baclofen", predicate="hasSideEffect", object="drowsiness")
    assert found["stated"]
    assert found["claims"] == ["claim:drugs-1-9"]


def test_what_the_source_denies_is_marked(ask, kg):
    denied = next(c for c in kg.claims() if c.negated)
    found, text = ask("get_entity", entity=denied.subject)
    assert denied.curie in found["denied"]
    assert next(c for c in found["evidence"] if c["claim"] == denied.curie)["denied"]
    assert "DENIED" in text


def test_a_query_is_answered_in_pages_with_evidence(ask):
    query = "SELECT ?d ?e { ?d spasm:hasSideEffect ?e } ORDER BY ?d ?e"
    first, text = ask("sparql", query=query, limit=4)
    assert first["total"] is None
    assert first["shown"] == 4
    assert "offset=4" in first["rest"]
    assert "offset=4" in text
    assert all(r["claims"] for r in first["rows"])
    second, _ = ask("sparql", query=query, limit=4, offset=4)
    both, _ = ask("sparql", query=query, limit=8)
    assert first["rows"] + second["rows"] == both["rows"]


def test_an_ask_and_a_construct_are_answered(ask):
    assert ask("sparql", query="ASK { spasm:baclofen a spasm:Drug }")[0]["truth"] is True
    found, _ = ask("sparql", query="CONSTRUCT { ?d a spasm:X } { ?d a spasm:Drug }", limit=2)
    assert found["form"] == "graph"
    assert found["columns"] == ["subject", "predicate", "object"]
    assert not found["complete"]


def test_values_that_are_too_long_are_cut_and_say_so(ask):
    doubled = "".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1}) " for i in range(12))
    found, _ = ask("sparql", query=f'SELECT ?x12 {{ BIND("a" AS ?x0) {doubled} }}')
    assert found["rows"][0]["values"]["x12"].endswith("(cut: 4,096 characters)")


def test_evidence_that_cannot_be_determined_is_said(ask):
    found, text = ask("sparql", query="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert found["evidence"] == []
    assert "not determined" in found["evidence_note"]
    assert "not determined" in text


# ---- what fails ----


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("serch", {}, "did you mean search"),
        ("search", {}, "query: Field required"),
        ("search", {"query": "x", "limt": 3}, "limt: is no argument of this tool; did you mean limit"),
        ("search", {"query": "x", "limit": 51}, "limit: Input should be less than or equal to 50"),
        ("search", {"query": "x" * 501}, "query: String should have at most 500 characters"),
        ("search", {"query": "a\x00b"}, "no text"),
        ("search", {"query": "x", "kind": "Drugs"}, "did you mean Drug"),
        ("get_entity", {"entity": "bacloffen"}, "did you mean baclofen"),
        ("get_entity", {"entity": "baclofen", "relation": "hasSideEffects"}, "spasmkg://schema"),
        ("run_question", {"question": "drug-side-effect"}, "list_questions"),
        ("run_question", {"question": "drug-side-effects", "parameters": {"drgu": "x"}}, "did you mean drug"),
        ("run_question", {"question": "drug-side-effects", "parameters": {"drug": ["x"] * 101}}, "parameters.drug: "),
        ("run_question", {"question": "drug-side-effects", "parameters": {"timeout": 1}}, "no parameter"),
        ("run_question", {"question": "dose-ranges", "parameters": {"self": "x"}}, "no parameter"),
        ("run_question", {"question": "side-effects-under-a-phenotype"}, "has not loaded"),
        ("run_question", {"question": "endpoint-labels"}, "remote endpoint"),
        ("find_paths", {"start": "diuretics"}, "needs a goal"),
        ("find_paths", {"start": "diuretics", "along": "Drug -causes->"}, "correct along"),
        ("explain", {"subject": "baclofen", "predicate": "hasSideEffect", "object": "pain"}, "neither stated"),
        ("sparql", {"query": "SELECT * { ?s ?p }"}, "line 1, column"),
        ("sparql", {"query": "PREFIX a: <x:y> insert data { a:b a:b a:b }"}, "INSERT is an update"),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}, "calls none"),
        ("sparql", {"query": "ASK { " + "{" * 3000 + "}" * 3000 + " }"}, "nests"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_answered_says_why_and_what_next(fails, tool, arguments, says):
    assert says in fails(tool, **arguments)


@pytest.mark.slow
def test_a_query_that_does_not_end_is_stopped_and_the_next_is_answered():
    with over_http("--timeout", "10") as address:
        late, after = called(address, [("sparql", {"query": HEAVY}), ("sparql", {"query": "ASK { }"})])
    assert late.is_error
    assert "ask for less" in late.content[0].text
    assert not after.is_error


def test_a_mistake_of_ours_says_nothing_of_it():
    said = of_error("internal", "something went wrong here", {"trouble": "Traceback: a secret"})
    assert "secret" not in said
    assert "Next: " in said


# ---- HTTP ----


def post(address: str, body: bytes, **headers: str) -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=60)
    try:
        sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        connection.request("POST", "/mcp", body, sent | {k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()


def test_a_page_of_another_host_cannot_ask(address):
    assert post(address, PING) == 200
    assert post(address, PING, Host="evil.example") == 421
    assert post(address, PING, Origin="http://evil.example") == 403
    assert post(address, PING, Origin="null") == 403
    assert post(address, PING, Host="localhost:1", Origin="http://localhost:1") == 200


def test_a_host_that_was_allowed_may_be_asked_for():
    with over_http("--allow-host", "graph.example") as address:
        assert post(address, PING, Host="graph.example", Origin="https://graph.example") == 200
        assert post(address, PING, Host="graph.example.evil.example") == 421


def test_what_is_no_message_is_refused_and_harms_nothing(address):
    assert post(address, b"{" * 10_000) == 400
    assert post(address, b"x" * (2 << 20)) == 413
    lone = (
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\ud800","arguments":{"\\ud800":"\\ud800"}}}'
    )
    assert post(address, lone) in (200, 400)
    assert post(address, PING) == 200


def test_an_unknown_resource_is_an_error_of_the_protocol(address):
    async def work(client: Client) -> Any:
        with pytest.raises(MCPError, match="spasmkg://nothing"):
            await client.read_resource("spasmkg://nothing")

    session(address, work)


# ---- the command ----


def test_a_folder_with_vocabularies_is_asked(linked_folder):
    query = "SELECT ?l { GRAPH <https://w3id.org/spasmkg/graph/vocabulary/HP> { ?t rdfs:label ?l } } ORDER BY ?l"
    (found,) = called(over_stdio("--store", str(linked_folder)), [("sparql", {"query": query})])
    assert found.structured_content["rows"]


def test_without_the_extra_one_line_says_what_to_install():
    program = "import sys; sys.modules['mcp'] = None; from spasmkg.cli import main; sys.exit(main(['mcp']))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment())
    assert found.returncode == 1
    assert found.stderr == 'spasmkg: spasmkg mcp needs an extra: pip install "spasmkg[mcp]"\n'


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--http", "somewhere"], 2, "is not HOST:PORT"),
        (["--http", "127.0.0.1:99999"], 2, "is not HOST:PORT"),
        (["--allow-host", "a.example"], 2, "goes with --http"),
        (["--without", "claim:drugs-1-9"], 2, "takes no --with"),
        (["--store", "https://a.example/sparql"], 2, "name a folder"),
        (["--store", "/nowhere-at-all"], 1, "holds no graph"),
        (["--http", "203.0.113.9:0"], 1, "cannot listen"),
    ],
)
def test_options_that_do_not_fit_are_told(run, options, code, says):
    got, out, err = run("mcp", *options)
    assert (got, out) == (code, "")
    assert says in err
