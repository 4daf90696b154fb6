"""The OpenAPI document: sound in itself, and true of every operation."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest

from spasmkg import competency

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def document(server):
    answer = server.ask("GET", "/api/openapi.json")
    assert (answer.status, answer.media) == (200, "application/json")
    return answer.json()


def operations(document):
    return [(path, item["get"]) for path, item in document["paths"].items()]


def resolve(document, reference):
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def references(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "$ref" else references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_its_parts_are_what_openapi_asks_for(document):
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(document["info"])
    assert len({o["operationId"] for _, o in operations(document)}) == len(document["paths"])
    tags = {t["name"] for t in document["tags"]}
    for path, operation in operations(document):
        assert set(operation["tags"]) <= tags
        assert re.fullmatch(r"[a-z][a-z0-9_]*", operation["operationId"])
        assert operation["summary"]
        assert "200" in operation["responses"]
        assert all("description" in r or "$ref" in r for r in operation["responses"].values())
        names = [(p["in"], p["name"]) for p in operation["parameters"]]
        assert len(set(names)) == len(names)
        assert set(re.findall(r"\{(\w+)\}", path)) == {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        for p in operation["parameters"]:
            assert p["in"] in ("path", "query")
            assert p["description"]
            assert p.get("required") or p["in"] != "path"
            jsonschema.Draft202012Validator.check_schema(p["schema"])
            if "example" in p:
                jsonschema.validate(p["example"], p["schema"])


def test_every_reference_leads_somewhere(document):
    found = set(references(document))
    assert found
    for reference in found:
        resolve(document, reference)
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_question_is_there_with_its_parameters(document):
    for question in competency.all_questions():
        operation = document["paths"][f"/api/queries/{question.name}/run"]["get"]
        given = {p["name"]: p["schema"] for p in operation["parameters"]}
        for p in question.parameters:
            schema = given[p.name]
            one = schema["items"] if schema["type"] == "array" else schema
            kinds = [one, *one.get("anyOf", ())]
            wanted = {"decimal": "number", "integer": "integer"}.get(p.kind, "string")
            assert wanted in [k.get("type") for k in kinds]
            lifted = [k for k in kinds if "any" in (k.get("const"), *k.get("enum", ()), *k.get("examples", ()))]
            assert bool(lifted) == (not p.required and not p.is_endpoint), (question.name, p.name)


def test_closed_kinds_list_their_members(document, kg):
    operation = document["paths"]["/api/queries/section-claim-counts/run"]["get"]
    schema = next(p["schema"] for p in operation["parameters"] if p["name"] == "section")
    stored = {s.value.rsplit("/", 1)[-1] for (s,) in kg.store.select("SELECT ?s { ?s a spasm:Section }")}
    assert set(schema["items"]["enum"]) == stored | {"any"}


def example(path, operation):
    """A request with the example of every parameter that has one."""
    pairs = []
    for p in operation["parameters"]:
        value = p.get("example")
        if value is None or p["name"] in ("format", "limit", "offset"):
            continue
        if p["in"] == "path":
            path = path.replace(f"{{{p['name']}}}", quote(str(value), safe="/:"))
        elif not (
            operation["operationId"] == "paths" and p["name"] in ("kind", "along")
        ):  # they take the place of a goal
            pairs += [(p["name"], v) for v in (value if isinstance(value, list) else [value])]
    return f"{path}?{urlencode(pairs)}" if pairs else path


@pytest.mark.slow
def test_every_operation_answers_its_example(server, document, kg):
    for path, operation in operations(document):
        where = example(path, operation)
        answer = server.ask("GET", where)
        question = competency.load(path.split("/")[3]) if path.endswith("/run") else None
        if question and (question.vocabularies or any(p.is_endpoint for p in question.parameters)):
            assert answer.status in (404, 501), where  # what it asks for is not here
            name = "Problem"
            assert answer.media == "application/problem+json"
        else:
            assert answer.status == 200, (where, answer.body)
            content = operation["responses"]["200"]["content"]
            assert answer.media in content
            name = content[answer.media]["schema"]["$ref"].rsplit("/", 1)[-1]
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema.validate(answer.json(), schema)
        if question and answer.status == 200:
            values = {p.name: list(run_examples(operation, p.name)) for p in question.parameters}
            rows = list(kg.run(question.name, **{n: v for n, v in values.items() if v}))
            assert answer.json()["total"] == len(rows), where


def run_examples(operation, name):
    return next((p.get("example", []) for p in operation["parameters"] if p["name"] == name), [])


def test_the_document_has_a_tag_and_is_led_to(server):
    first = server.ask("GET", "/api/openapi.json")
    assert server.ask("GET", "/api/openapi.json", {"If-None-Match": first.headers["etag"]}).status == 304
    for path in ("/api", "/api/"):
        answer = server.ask("GET", path)
        assert (answer.status, answer.headers["location"]) == (303, f"{server.url}api/openapi.json")
