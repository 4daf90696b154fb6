"""The REST interface: what its operations answer, how they are asked, and what they say where they cannot."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from urllib.parse import quote, urlsplit

import loopback
import pytest
from serving import serve, until, writable

from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.web.exchange import ProblemError
from spasmkg.web.operations import OPERATIONS, find, read, run
from spasmkg.web.rest import links

TABLES = {
    "json": "application/json",
    "srj": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}


def get(server, path, **headers):
    return server.ask("GET", path, {k.replace("_", "-"): v for k, v in headers.items()})


def pages(server, path):
    """The rows of every page, as the Link headers lead from one to the next."""
    rows = []
    while path:
        answer = get(server, path)
        assert answer.status == 200
        found = answer.json()
        rows.append(found["rows"])
        path = relations(answer).get("next")
    return rows


def relations(answer) -> dict[str, str]:
    found = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("link", ""))
    return {name: urlsplit(where)._replace(scheme="", netloc="").geturl() for where, name in found}


# ---- what is answered ----


def test_search_gives_what_the_library_gives(server, kg):
    found = get(server, "/api/search?q=pins+and+needles").json()
    hits = kg.search("pins and needles")
    assert [r["entity"] for r in found["rows"]] == [h.iri for h in hits]
    assert found["rows"][0]["entity_label"] == "tingling"


def test_search_may_be_limited_to_a_kind(server):
    rows = get(server, "/api/search?q=cramp&kind=spasm").json()["rows"]
    assert rows
    assert {r["kind"] for r in rows} == {"Spasm"}
    assert get(server, "/api/search?q=cramp&kind=Kangaroo").status == 404


@pytest.mark.parametrize("name", ["baclofen", "spasm:baclofen", ns.spasm("baclofen"), "Baclofen", "%62aclofen"])
def test_an_entity_has_many_names(server, name):
    found = get(server, f"/api/entity/{quote(name, safe='/:%')}").json()
    assert (found["iri"], found["kind"]) == (ns.spasm("baclofen"), "Drug")


def test_an_outside_identifier_names_an_entity(server):
    assert get(server, "/api/entity/SCTID:55300003").json()["label"] == "muscle cramp"


def test_an_entity_is_what_the_command_line_shows(server, run):
    code, out, _ = run("show", "baclofen", "--format", "json")
    assert code == 0
    served = get(server, "/api/entity/baclofen").json()
    served.pop("dataset")
    assert served == json.loads(out)


def test_evidence_comes_on_request(server, kg):
    bare = get(server, "/api/entity/baclofen").json()
    assert "claims" not in bare
    told = get(server, "/api/entity/baclofen?evidence=true").json()
    named = {c for r in told["relations"] for c in r["claims"]}
    assert set(told["claims"]) == named
    assert all(told["claims"][c]["cite"] == kg.claim(c).cite() for c in list(named)[:3])


def test_neighbours_come_nearest_first_with_their_steps(server, kg):
    found = get(server, "/api/neighbours/diuretics?depth=2&evidence=true&limit=50").json()
    assert found["total"] == len(kg.neighbours("diuretics", depth=2))
    distances = [r["distance"] for r in found["rows"]]
    assert distances == sorted(distances)
    for row in found["rows"]:
        assert len(row["steps"]) == row["distance"]
        assert [c["claim"] for c in row["evidence"]["claims"]] == list(
            dict.fromkeys(c for s in row["steps"] for c in s["claims"])
        )


def test_neighbours_can_be_narrowed(server):
    found = get(server, "/api/neighbours/diuretics?kind=Nutrient&predicate=depletes").json()["rows"]
    assert [r["entity_label"] for r in found] == ["calcium", "magnesium", "potassium"]


def test_paths_are_those_of_the_command_line(server, run):
    code, out, _ = run("paths", "diuretics", "leg cramp", "--format", "json", "--top", "3")
    assert code == 0
    served = get(server, "/api/paths?start=diuretics&goal=leg+cramp&top=3").json()
    expected = json.loads(out)
    assert {k: served[k] for k in ("complete", "total", "shown")} == {
        k: expected[k] for k in ("complete", "total", "shown")
    }
    assert [p["steps"] for p in served["paths"]] == [p["steps"] for p in expected["paths"]]
    assert served["labels"][ns.spasm("diuretics")] == "diuretics"


def test_paths_may_end_at_a_kind_or_follow_a_metapath(server):
    by_kind = get(server, "/api/paths?start=diuretics&kind=Nutrient&max_length=1").json()
    assert {p["steps"][-1]["object"] for p in by_kind["paths"]} >= {ns.spasm("potassium")}
    along = quote("DrugClass -depletes-> Nutrient")
    assert get(server, f"/api/paths?start=diuretics&along={along}").json()["total"] == 3
    wrong = get(server, f"/api/paths?start=diuretics&along={quote('DrugClass -depletez-> Nutrient')}")
    assert (wrong.status, wrong.media) == (400, "application/problem+json")
    assert "depletes" in wrong.json()["suggestions"]


def test_no_path_is_an_answer(server):
    found = get(server, "/api/paths?start=diuretics&goal=leg+cramp&max_length=1").json()
    assert (found["paths"], found["total"], found["complete"]) == ([], 0, True)
    assert "nearest way" in found["status"]


def test_related_things_have_paths_with_evidence(server):
    found = get(server, "/api/related?start=magnesium&goal=leg+cramp&evidence=true").json()
    assert {c for p in found["paths"] for s in p["steps"] for c in s["claims"]} == set(found["claims"])


def test_a_proof_leads_to_claims(server):
    found = get(server, "/api/explain?subject=baclofen&predicate=a&object=SedatingDrug").json()
    assert (found["stated"], found["certainty"]) == (False, "implied")
    assert found["proofs"][0]["claims"] == [ns.SPASM + "claim/curator-1", ns.SPASM + "claim/drugs-1-9"]


def test_what_does_not_hold_is_not_found(server):
    answer = get(server, "/api/explain?subject=baclofen&predicate=treats&object=nausea")
    assert answer.status == 404
    assert answer.json()["detail"].startswith("neither stated nor inferred: baclofen")


def test_claims_come_in_the_order_of_the_source(server, kg):
    found = get(server, "/api/claims?item=drugs-1").json()["rows"]
    assert [r["claim"] for r in found] == [c.iri for c in kg.claims(item="drugs-1")]
    assert get(server, "/api/claims?subject=tizanidine&predicate=foodReduces").json()["rows"][0]["place"] == "drugs-2"


@pytest.mark.parametrize("name", ["drugs-1-9", "claim:drugs-1-9", ns.SPASM + "claim/drugs-1-9"])
def test_a_claim_has_an_address(server, name):
    assert get(server, f"/api/claims/{name}").json()["object_label"] == "drowsiness"


def test_the_words_of_a_claim_come_from_a_copy_of_the_article(article, tmp_path, kg):
    with serve(tmp_path, "--article", article) as other:
        assert get(other, "/api/claims/drugs-1-9").json()["text"] == "Drowsiness"
        assert "<mark>Drowsiness</mark>" in get(other, "/id/claim/drugs-1-9?_format=html").body.decode()
        assert "GABA<sub>B</sub> agonist</mark>" in get(other, "/id/claim/drugs-1-2?_format=html").body.decode()


def test_another_text_is_not_taken_for_the_article(tmp_path):
    copy = tmp_path / "article.txt"
    copy.write_text("x" * 40_000)
    with serve(tmp_path / "log", "--article", str(copy)) as other:
        assert "text" not in get(other, "/api/claims/drugs-1-9").json()


def test_mappings_can_be_chosen(server, kg):
    everything = get(server, "/api/mappings?entity=tetany").json()
    assert everything["total"] == len(kg.mappings("tetany"))
    exact = get(server, "/api/mappings?entity=tetany&entity=muscle-cramp&vocabulary=hp&precision=exact").json()["rows"]
    assert {(r["entity_label"], r["vocabulary"], r["precision"]) for r in exact} >= {("tetany", "HP", "exact")}
    assert get(server, "/api/mappings?vocabulary=XYZ").status == 404
    row = get(server, "/api/mappings/mapping:tetany/HP:0001281").json()
    assert (row["id"], row["label"], row["entity"]) == ("HP:0001281", "Tetany", ns.spasm("tetany"))


def test_questions_are_listed_and_shown(server):
    listed = get(server, "/api/queries").json()
    assert [r["name"] for r in listed["rows"]] == competency.names()
    tagged = get(server, "/api/queries?tag=gap&tag=tests").json()["rows"]
    assert tagged
    assert all({"gap", "tests"} <= set(r["tags"]) for r in tagged)
    one = get(server, "/api/queries/drug-side-effects").json()
    assert one["sparql"] == competency.load("drug-side-effects").text
    assert one["parameters"][0]["examples"] == ["baclofen"]


def test_the_sparql_of_a_question_has_the_values_in_it(server, kg):
    answer = get(server, "/api/queries/drug-side-effects?drug=dantrolene", Accept="application/sparql-query")
    assert answer.media == "application/sparql-query"
    assert answer.body.decode() == kg.bind("drug-side-effects", drug="dantrolene")[1]


# ---- questions ----


def labels(answer):
    return [r["side_effect_label"] for r in answer.json()["rows"]]


def test_a_question_takes_values_by_name(server, kg):
    path = "/api/queries/drug-side-effects/run"
    assert labels(get(server, f"{path}?drug=dantrolene")) == ["hepatotoxicity", "muscle weakness"]
    both = get(server, f"{path}?drug=dantrolene&drug=Metaxalone")
    assert labels(both) == [
        r["side_effect_label"].value for r in kg.run("drug-side-effects", drug=["dantrolene", "metaxalone"])
    ]
    everything = get(server, f"{path}?drug=any").json()
    assert everything["total"] == len(list(kg.run("drug-side-effects", drug="any")))
    assert labels(get(server, path)) == [r["side_effect_label"].value for r in kg.run("drug-side-effects")]


def test_numbers_are_numbers(server):
    found = get(server, "/api/queries/drug-side-effect-counts/run").json()
    numbers = [n for row in found["rows"] for k, n in row.items() if k in ("number", "side_effects", "count", "n")]
    assert numbers
    assert all(isinstance(n, int) for n in numbers)


def test_a_question_gives_evidence(server, kg):
    found = get(server, "/api/queries/drug-side-effects/run?drug=dantrolene&evidence=true").json()["rows"]
    rows = list(kg.run("drug-side-effects", drug="dantrolene"))
    answer = kg.run("drug-side-effects", drug="dantrolene")
    cited = [[c.cite() for c in e] for e in answer.evidence_for(rows)]
    assert [[c["cite"] for c in r["evidence"]["claims"]] for r in found] == cited


def test_an_absence_says_what_it_rests_on(server):
    rows = get(server, "/api/queries/spasm-types-without-symptom/run?evidence=true").json()["rows"]
    assert all(r["evidence"]["note"].startswith("nothing stated under") for r in rows)


@pytest.mark.parametrize("evidence", ["", "&evidence=true"])
@pytest.mark.parametrize("name", list(TABLES))
def test_rows_come_in_every_format_by_name_and_by_accept(server, name, evidence):
    path = f"/api/queries/drug-side-effects/run?drug=dantrolene{evidence}"
    by_name, by_accept = get(server, f"{path}&format={name}"), get(server, path, Accept=TABLES[name])
    assert by_name.media == by_accept.media == TABLES[name]
    assert by_name.body == by_accept.body
    assert get(server, f"{path}&_format={quote(TABLES[name])}").body == by_name.body
    assert b"hepatotoxicity" in by_name.body
    assert (b"claim:" in by_name.body) == bool(evidence)


def test_a_table_has_the_columns_that_json_names(server):
    for path in ("/api/search?q=cramp", "/api/claims?item=drugs-1", "/api/mappings?entity=tetany", "/api/neighbours/diuretics",
                 "/api/queries?tag=gap", "/api/neighbours/diuretics?evidence=true"):  # fmt: skip
        columns = get(server, path).json()["columns"]
        table = list(csv.reader(io.StringIO(get(server, path, Accept="text/csv").body.decode())))
        assert table[0] == columns
        assert len(table) - 1 == get(server, path).json()["shown"]


def test_the_engine_writes_its_own_rows(server, run):
    code, out, _ = run("query", "drug-side-effects", "--drug", "any", "--format", "csv")
    assert code == 0
    assert get(server, "/api/queries/drug-side-effects/run?drug=any&format=csv").body.decode().replace(
        "\r", ""
    ) == out.replace("\r", "")


REMOTE = """@prefix HP: <http://purl.obolibrary.org/obo/HP_> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
HP:0001281 rdfs:label "Tetany" ; rdfs:subClassOf HP:0011804 . HP:0011804 rdfs:label "Abnormal muscle physiology" ."""


def test_a_question_calls_an_endpoint_that_is_allowed(tmp_path):
    with loopback.oxigraph(REMOTE) as endpoint, serve(tmp_path, "--allow-service", endpoint) as other:
        path = f"/api/queries/endpoint-broader-terms/run?entity=tetany&endpoint={quote(endpoint)}"
        answer = get(other, f"{path}&evidence=true")
        assert answer.status == 200, answer.body
        assert [r["broader_label"] for r in answer.json()["rows"]] == ["Abnormal muscle physiology"]
        assert answer.json()["rows"][0]["evidence"]["mappings"][0]["id"] == "HP:0001281"
        assert answer.json()["rows"][0]["evidence"]["note"] == f"{endpoint} answers for the rest"
        assert (answer.headers["cache-control"], "etag" in answer.headers) == ("no-store", False)
        refused = get(other, "/api/queries/endpoint-broader-terms/run?entity=tetany&endpoint=https://a.example/sparql")
        assert (refused.status, refused.json()["code"]) == (501, "refused")


def test_a_question_calls_nothing_that_is_not_allowed(server):
    answer = get(server, "/api/queries/endpoint-broader-terms/run?entity=tetany&endpoint=http://127.0.0.1:1/sparql")
    assert (answer.status, answer.json()["code"]) == (501, "refused")


# ---- how it is asked ----


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/nothing", 404, "not-found"),
        ("/api/entity/", 404, "not-found"),
        ("/api/queries/no-such-question", 404, "not-found"),
        ("/api/queries/drug-side-effects/walk", 404, "not-found"),
        ("/api/queries/../../pyproject/run", 404, "not-found"),
        ("/api/queries/..%2F..%2Fverify%2Fself-edge/run", 404, "not-found"),
        ("/api/entity/baclofin", 404, "not-found"),
        ("/api/claims/nothing-1-1", 404, "not-found"),
        ("/api/mappings/mapping:no/such", 404, "not-found"),
        ("/api/mappings/no-colon", 400, "malformed"),
        ("/api/search", 400, "wrong-parameter"),
        ("/api/search?q=", 400, "wrong-parameter"),
        ("/api/search?q=a%00b", 400, "wrong-parameter"),
        ("/api/search?q=%FF", 400, "malformed"),
        ("/api/search?q=%zz", 400, "malformed"),
        ("/api/search?q=a&q=b", 400, "wrong-parameter"),
        ("/api/search?q=a&limit=0", 400, "wrong-parameter"),
        ("/api/search?q=a&limit=1001", 400, "wrong-parameter"),
        ("/api/search?q=a&offset=-1", 400, "wrong-parameter"),
        ("/api/search?q=a&limit=ten", 400, "wrong-parameter"),
        ("/api/search?q=a&limit=1e3", 400, "wrong-parameter"),
        ("/api/search?q=a&words=b", 400, "unknown-parameter"),
        ("/api/search?q=a&format=pdf", 400, "unknown-format"),
        ("/api/entity/baclofen?format=csv", 400, "unknown-format"),
        ("/api/paths?start=diuretics", 400, "malformed"),
        ("/api/paths?start=diuretics&goal=diuretics", 400, "malformed"),
        ("/api/paths?start=diuretics&goal=leg+cramp&certainty=sure", 400, "wrong-parameter"),
        ("/api/paths?start=diuretics&goal=leg+cramp&inferred=perhaps", 400, "wrong-parameter"),
        ("/api/paths?start=diuretics&goal=leg+cramp&max_length=99", 400, "wrong-parameter"),
        ("/api/queries/drug-side-effects/run?drug=baclofin", 404, "not-found"),
        ("/api/queries/drug-side-effects/run?durg=baclofen", 400, "unknown-parameter"),
        ("/api/queries/weight-based-doses/run?weight_kg=much", 400, "wrong-parameter"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_shape(server, path, status, code):
    answer = get(server, path)
    assert (answer.status, answer.media) == (status, "application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= set(problem)
    assert (problem["status"], problem["code"]) == (status, code)
    assert "spasmkg " not in problem["detail"]  # commands are of no use here


def test_what_comes_near_is_told(server):
    assert get(server, "/api/entity/baclofin").json()["suggestions"] == ["baclofen"]
    assert get(server, "/api/queries/drug-side-efects/run").json()["suggestions"] == ["drug-side-effects"]
    wrong = get(server, "/api/queries/drug-side-effects/run?durg=baclofen").json()
    assert (wrong["parameter"], wrong["suggestions"]) == ("durg", ["drug"])


def test_a_thing_of_another_kind_is_told_in_words_of_the_interface(server):
    name, parameter = next(
        (q.name, p)
        for q in competency.all_questions()
        for p in q.parameters
        if p.kind == "Spasm" and not q.vocabularies
    )
    answer = get(server, f"/api/queries/{name}/run?{parameter.name}=baclofen")
    assert answer.status == 400
    assert (
        answer.json()["detail"] == f'"baclofen" is a Drug, not a Spasm, which the parameter {parameter.name} asks for'
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_written_here(server, method):
    answer = server.ask(method, "/api/search?q=a", {"Content-Length": "0"})
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_what_is_not_offered_is_not_acceptable(server):
    answer = get(server, "/api/entity/baclofen", Accept="text/csv")
    assert (answer.status, answer.json()["offered"]) == (406, ["application/json"])
    assert get(server, "/api/search?q=cramp", Accept="text/html, */*;q=0.1").media == "application/json"
    assert get(server, "/api/search?q=cramp", Accept="text/csv;q=0.5, application/json;q=0.4").media == "text/csv"


# ---- pages, tags, compression ----


@pytest.mark.parametrize(
    "path",
    ["/api/claims?item=drugs-1", "/api/search?q=muscle", "/api/neighbours/diuretics?depth=1", "/api/queries?tag=gap",
     "/api/mappings?entity=tetany", "/api/queries/drug-side-effects/run?drug=any", "/api/queries/drug-side-effects/run?drug=any&evidence=true"],
)  # fmt: skip
def test_pages_follow_one_another_without_gap_or_overlap(server, path):
    mark = "&" if "?" in path else "?"
    whole = get(server, f"{path}{mark}limit=1000").json()
    parts = pages(server, f"{path}{mark}limit=4")
    assert [r for part in parts for r in part] == whole["rows"]
    assert all(len(part) == 4 for part in parts[:-1])


def test_a_page_leads_to_the_others(server):
    first = get(server, "/api/claims?item=drugs-1&limit=5")
    assert (first.json()["complete"], first.json()["total"]) == (False, 12)
    assert set(relations(first)) == {"first", "next", "last"}
    last = get(server, relations(first)["last"])
    assert [r["place"] for r in last.json()["rows"]] == ["drugs-1"] * 2
    assert set(relations(last)) == {"first", "prev", "last"}
    assert get(server, relations(last)["prev"]).json()["offset"] == 5
    beyond = get(server, "/api/claims?item=drugs-1&limit=5&offset=1000")
    assert (beyond.json()["rows"], beyond.json()["shown"]) == ([], 0)
    assert get(server, relations(beyond)["prev"]).json()["rows"] == last.json()["rows"]


def test_a_table_is_cut_into_the_same_pages(server):
    answer = get(server, "/api/claims?item=drugs-1&limit=5&offset=5", Accept="text/csv")
    assert set(relations(answer)) == {"first", "prev", "next", "last"}
    assert len(answer.body.decode().splitlines()) == 6


@pytest.mark.parametrize("total", [0, 1, 4, 5, 6, 11])
@pytest.mark.parametrize("offset", [0, 2, 5, 30])
def test_the_links_of_pages_lead_to_rows(total, offset):
    found = {
        name: int(place) for place, name in re.findall(r'offset=(\d+)>; rel="(\w+)"', links("/x", [], offset, 5, total))
    }
    assert found["first"] == 0
    assert ("prev" in found) == (offset > 0)
    assert ("next" in found) == (offset + 5 < total)
    assert all(place < max(total, 1) for place in found.values())
    assert found["last"] + 5 >= total


def test_the_same_question_is_answered_from_its_tag(server):
    path = "/api/queries/drug-side-effects/run?drug=any"
    first = get(server, path)
    before = server.health()["workers"]
    again = get(server, path, If_None_Match=first.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert server.health()["workers"] == before
    for other in (f"{path}&limit=3", f"{path}&evidence=true", "/api/queries/drug-side-effects/run"):
        assert get(server, other).headers["etag"] != first.headers["etag"]
    assert get(server, path, Accept="text/csv").headers["etag"] != first.headers["etag"]
    assert "Accept" in first.headers["vary"]


def test_a_change_gives_another_tag_and_answer(writing):
    path = "/api/search?q=zebra"
    before = get(writing, path)
    assert before.json()["rows"] == []
    entity = f"<{ns.spasm('zebra-cramp')}> a spasm:Spasm ; rdfs:label 'zebra cramp'@en"
    prefixes = f"PREFIX spasm: <{ns.SPASM}> PREFIX rdfs: <{ns.RDFS}> PREFIX graph: <{ns.SPASM}graph/>"
    assert writing.update(f"{prefixes} INSERT DATA {{ {entity} . GRAPH graph:entities {{ {entity} }} }}").status == 204
    after = get(writing, path, If_None_Match=before.headers["etag"])
    assert after.status == 200
    assert [r["entity_label"] for r in after.json()["rows"]] == ["zebra cramp"]
    assert after.json()["dataset"] != before.json()["dataset"]


def test_large_answers_are_compressed_where_that_is_accepted(server):
    path = "/api/claims"
    packed = get(server, path, Accept_Encoding="br, gzip;q=0.5")
    assert packed.headers["content-encoding"] == "gzip"
    plain = get(server, path)
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 4
    assert "content-encoding" not in get(server, path, Accept_Encoding="gzip;q=0").headers
    assert "content-encoding" not in get(server, "/api/claims/drugs-1-9", Accept_Encoding="gzip").headers


def test_head_gives_the_headers_alone(server):
    whole, head = (
        get(server, "/api/claims?item=drugs-1&limit=5"),
        server.ask("HEAD", "/api/claims?item=drugs-1&limit=5"),
    )
    assert (head.status, head.body, head.headers["link"]) == (200, b"", whole.headers["link"])


def test_pages_of_other_origins_may_read(server):
    answer = get(server, "/api/search?q=cramp&limit=1", Origin="https://a.example")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Link" in answer.headers["access-control-expose-headers"]


def test_links_have_the_address_that_clients_see(tmp_path):
    with serve(tmp_path, "--base-url", "https://a.example/kg/") as other:
        answer = get(other, "/api/claims?limit=5")
        assert '<https://a.example/kg/api/claims?limit=5&offset=5>; rel="next"' in answer.headers["link"]
        assert get(other, "/kg/api/claims?limit=5").body == answer.body
        assert get(other, "/kg/api/openapi.json").json()["servers"] == [{"url": "/kg"}]


def test_a_worker_that_dies_is_not_the_end(server):
    """A question that costs too much is stopped, and the next one is answered."""
    assert get(server, "/api/entity/baclofen").status == 200
    until(lambda: server.health()["workers"]["calls"]["idle"] > 0)


def test_an_empty_store_has_empty_answers(tmp_path):
    with serve(tmp_path, *writable(tmp_path)) as other:
        assert get(other, "/api/search?q=cramp").json()["rows"] == []
        assert get(other, "/api/claims").json()["rows"] == []
        assert get(other, "/api/mappings").json()["rows"] == []
        assert get(other, "/api/entity/baclofen").status == 404
        assert get(other, "/api/queries/drug-side-effects/run?drug=any").json()["rows"] == []


# ---- the table of operations ----


def test_no_parameter_of_a_question_has_a_name_of_the_interface():
    own = {"limit", "offset", "evidence", "format", "_format", "name"}
    assert [(q.name, p.name) for q in competency.all_questions() for p in q.parameters if p.name in own] == []


def test_every_question_is_an_operation_of_its_own():
    names = [run(name).name for name in competency.names()] + [o.name for o in OPERATIONS]
    assert len(set(names)) == len(names)


def test_the_example_of_every_parameter_is_taken():
    for operation in (*OPERATIONS, *map(run, competency.names())):
        fixed = {p.name: p.examples[0] for p in operation.parameters if p.in_path}
        pairs = [
            (p.name, e) for p in operation.parameters if not p.in_path for e in p.examples[: None if p.many else 1]
        ]
        values = read(operation, pairs, fixed)
        assert set(values) >= {p.name for p in operation.parameters if p.required}


def test_a_required_parameter_of_a_question_is_asked_for_only_beside_others():
    found = 0
    for operation in map(run, competency.names()):
        own = [
            p
            for p in operation.parameters
            if p.name in {q.name for q in competency.load(operation.question).parameters}
        ]
        for optional in [p for p in own if not p.required and p.examples]:
            pair = (optional.name, optional.examples[0])
            if any(p.required for p in own):
                found += 1
                read(operation, [], {})
                with pytest.raises(ProblemError, match="is missing"):
                    read(operation, [pair], {})
            else:
                read(operation, [pair], {})
    assert found


def test_an_address_is_one_operation():
    assert find("/api/claims")[0].name == "claims"
    assert find("/api/claims/")[0].name == "claims"
    assert find("/api/claims/drugs-1-9")[1] == {"claim": "drugs-1-9"}
