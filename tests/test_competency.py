"""Every competency question: conventions, two engines, golden answer, evidence, and what falls with its claims."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from linking import LINKS, Removal, graph_for
from rules_of_questions import shape, violations

from spasmkg import build, competency
from spasmkg import namespaces as ns
from spasmkg.errors import BuildError, UsageError

HERE = Path(__file__).parent
NAMES = competency.names()
LOCAL = [n for n in NAMES if not competency.load(n).endpoint]
"""The others are asked in test_federation.py, where there is an endpoint."""
ONE_BY_ONE = ("inferences-from-item", "unmapped-entities", "vocabulary-crosswalk")
"""Questions over which rdflib takes a quarter of a minute where all restrictions are lifted at once."""
CATEGORIES = [
    "lookup",
    "join",
    "negation",
    "aggregation",
    "numeric",
    "hierarchy",
    "path",
    "inference",
    "red-flag",
    "provenance",
]


def plain(rows):
    """Rows as text, numbers in one form, so that two engines can be compared."""

    def cell(value):
        text = "" if value is None else getattr(value, "value", None) if not isinstance(value, str) else str(value)
        text = str(value) if text is None else str(text)
        try:
            return str(Decimal(text).normalize() + 0)
        except InvalidOperation:
            return text

    return [tuple(cell(v) for v in row) for row in rows]


def forms(kg, question):
    """The query as it stands, with two values for each entity parameter, and without restrictions, or without each."""
    yield "example", question.text
    if not question.parameters:
        return
    given, two = {}, {}
    for p in question.parameters:
        given[p.name] = example = question.text.split(f"VALUES ?{p.name} {{")[1].split("}")[0].split()
        two[p.name] = example
        if p.is_entity:
            of_kind = "?x rdfs:label ?l" if p.kind == "Entity" else f"?x a spasm:{p.kind} ; rdfs:label ?l"
            query = f"SELECT ?x WHERE {{ {of_kind} . GRAPH graph:entities {{ ?x a ?k }} }} ORDER BY DESC(?l) LIMIT 1"
            two[p.name] = sorted({*example, *(str(x) for (x,) in kg.store.select(query))})
        if p.is_term:
            query = "SELECT ?x WHERE { ?r owl:annotatedTarget ?x . ?e skos:exactMatch ?x } ORDER BY DESC(?x) LIMIT 1"
            two[p.name] = [*example, *(str(x) for (x,) in kg.store.select(query))]
    yield "two values", question.bind(two)
    lifted = [p.name for p in question.parameters if not p.required]
    if question.name in ONE_BY_ONE:
        for name in lifted:
            yield f"any {name}", question.bind(given | {name: [competency.ANY]})
    else:
        yield "unrestricted", question.bind(given | {name: [competency.ANY] for name in lifted})


@pytest.mark.parametrize("name", NAMES)
def test_a_question_keeps_the_conventions(name):
    assert violations(competency.load(name)) == []


def test_no_two_questions_ask_the_same():
    shapes = {}
    for name in NAMES:
        shapes.setdefault(shape(competency.load(name)), []).append(name)
    assert [same for same in shapes.values() if len(same) > 1] == []


def test_the_catalogue_is_wide():
    questions = [competency.load(n) for n in NAMES]
    assert len(questions) >= 90
    assert sum(bool(q.parameters) for q in questions) >= 30
    tags = Counter(tag for q in questions for tag in q.tags)
    assert {c: tags[c] for c in CATEGORIES if tags[c] < 8} == {}


@pytest.fixture
def asked(request):
    """The graph to ask a question of: one with vocabularies where it needs them."""
    return lambda name: graph_for(request, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", LOCAL)
def test_two_engines_agree(name, asked, request):
    kg = asked(name)
    judge = request.getfixturevalue("linked_judge" if competency.load(name).vocabularies else "judge")
    for form, text in forms(kg, competency.load(name)):
        ours, theirs = plain(kg.store.query(text)), plain(judge.query(text))
        assert ours == theirs, form


@pytest.mark.parametrize("name", LOCAL)
def test_the_example_gives_the_golden_answer(name, asked):
    golden = HERE / "golden" / f"{name}.tsv"
    given = asked(name).run(name).serialize("tsv")
    if os.environ.get("SPASMKG_REGENERATE"):
        golden.write_bytes(given)
    assert given == golden.read_bytes()
    assert given.count(b"\n") > 1, "an example without rows shows nothing"


def test_every_golden_answer_belongs_to_a_question():
    assert sorted(p.stem for p in (HERE / "golden").glob("*.tsv")) == NAMES


@pytest.mark.parametrize("name", LOCAL)
def test_every_row_has_evidence(name, asked):
    answer = asked(name).run(name)
    for found in answer.evidence_for(list(answer.rows)):
        assert found.cite()


LAYERS = ("ontology", "entities", "groupings", "article", "claims", "reviews")


def read_layers(kg, names):
    """The layers that a graph is built from, as triples, for building it again without some claims."""
    read = {
        n: [tuple(map(str, r)) for r in kg.store.select(f"SELECT ?s ?p ?o {{ GRAPH <{ns.graph(n)}> {{ ?s ?p ?o }} }}")]
        for n in names
    }
    curated = {t for t in read["groupings"] if t[1][1:-1] in CURATED}
    read["groupings"] = [t for t in read["groupings"] if t not in curated]
    return read


@pytest.fixture(scope="session")
def layers(kg):
    return read_layers(kg, LAYERS)


@pytest.fixture(scope="session")
def linked_layers(linked):
    vocabularies = [v.graph.removeprefix(ns.graph("")) for v in linked.vocabularies()]
    return read_layers(linked, (*LAYERS, "mappings", "vocabularies", *vocabularies))


CURATED = {ns.spasm(p) for p in ("groupedUnder", "subtypeOf", "replenishes", "contains")}


def without(layers, claims):
    gone = {f"<{c}>" for c in claims}
    left = {n: [t for t in triples if t[0] not in gone] for n, triples in layers.items()}
    return build.build_layers(left)


@pytest.mark.slow
@pytest.mark.parametrize("name", LOCAL)
def test_a_row_falls_with_its_claims(name, asked, request):
    answer = asked(name).run(name)
    rows = list(answer.rows)
    found = answer.evidence_for(rows)
    stated = [(r, f) for r, f in zip(plain(rows), found, strict=True) if f]
    if not stated:
        assert all(f.note or f.mappings or f.imported for f in found)
        return
    layers = request.getfixturevalue("linked_layers" if name in LINKS else "layers")
    text = competency.load(name).text
    first, claims = stated[0]
    own, all_ = {c.iri for c in claims}, {c.iri for _, f in stated for c in f}
    left = plain(without(layers, own).query(text))
    assert first not in left
    if own != all_:
        left = plain(without(layers, all_).query(text))
    assert [row for row, _ in stated if row in left] == []


@pytest.mark.parametrize("name", LINKS)
def test_a_row_falls_with_its_mappings_and_with_what_a_vocabulary_says(name, linked):
    answer = linked.run(name)
    rows = list(answer.rows)
    found = answer.evidence_for(rows)
    text = competency.load(name).text
    assert any(f.mappings for f in found), "a question of links rests on no mapping"
    for row, rests in zip(plain(rows), found, strict=True):
        for triples in (Removal.of_mappings(linked, rests.mappings), Removal.of_imported(linked, rests.imported)):
            with triples.gone(linked) as store:
                assert not triples or row not in plain(store.query(text))
    assert plain(linked.store.query(text)) == plain(rows)


def sample():
    with (HERE / "questions" / "questions.tsv").open(encoding="utf-8") as f:
        questions = {r["id"]: r for r in csv.DictReader(f, delimiter="\t")}
    with (HERE / "questions" / "answers.tsv").open(encoding="utf-8") as f:
        ways = {r["id"]: r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
    return [(q, ways.get(i)) for i, q in questions.items()]


@pytest.mark.parametrize(("question", "way"), sample(), ids=lambda x: x["id"] if x and "question" in x else "")
def test_a_sample_question_is_answered_exactly(question, way, kg):
    assert way, "no query of the catalogue is named for it"
    given = {
        row[way["column"]]
        for row in kg.run(way["query"], **json.loads(way["parameters"])).values()
        if way["column"] in row
    }
    expected = {e.strip() for e in question["expected_answers"].split(" ; ")}

    def settle(text):
        number = text.split()[0]
        try:
            return str(Decimal(number).normalize() + 0)
        except InvalidOperation:
            pass
        hits = kg.index.exact(text)
        return hits[0].iri if hits else text.lower()

    assert {settle(g) for g in given} == {settle(e) for e in expected}


# ---- the reader of question files ----

TEXT = """#+ summary: Which effects?
#+ parameters: drug (Drug, optional), min_mg (decimal, optional)
#+ evidence: ?drug spasm:hasSideEffect ?effect
SELECT ?drug WHERE {
  VALUES ?drug { spasm:baclofen }
  VALUES ?min_mg { 100 }
  ?drug spasm:hasSideEffect ?effect .
}
"""


def test_binding_replaces_the_example():
    bound = competency.parse("x", TEXT).bind({"drug": ["<a:b>", "<a:c>"]})
    assert "VALUES ?drug { <a:b> <a:c> }" in bound
    assert "VALUES ?min_mg" not in bound


def test_any_deletes_the_line():
    assert "VALUES" not in competency.parse("x", TEXT).bind({"drug": ["any"]})


def test_no_values_keep_the_example():
    assert competency.parse("x", TEXT).bind({}) == TEXT


def test_a_required_parameter_cannot_be_lifted():
    question = competency.parse("x", TEXT.replace("(Drug, optional)", "(Drug, required)"))
    with pytest.raises(UsageError, match="--drug baclofen"):
        question.bind({"drug": ["any"]})


def test_a_question_without_a_summary_is_refused():
    with pytest.raises(BuildError, match="summary"):
        competency.parse("x", TEXT.replace("summary", "title"))


def test_a_parameter_without_its_line_is_refused():
    with pytest.raises(BuildError, match="VALUES"):
        competency.parse("x", TEXT.replace("VALUES ?drug", "# VALUES ?drug"))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("effects?", "effects"), "question mark"),
        (("?drug WHERE", "?Drug WHERE"), "snake_case"),
        (("VALUES ?drug { spasm:baclofen }", "VALUES ?drug { spasm:baclofen } # example"), "one-line"),
        (("?drug spasm:hasSideEffect ?effect .", "?drug spasm:hasSideEffect spasm:dry-mouth ."), "outside a parameter"),
        (("?drug spasm:hasSideEffect ?effect .", "SERVICE <x:y> { ?drug spasm:hasSideEffect ?effect }"), "SERVICE"),
        (("#+ evidence", "#+ tags: federated\n#+ evidence"), "go together"),
        (("?drug spasm:hasSideEffect ?effect .", "OPTIONAL { ?drug spasm:hasSideEffect ?effect }"), "required triple"),
    ],
)
def test_the_lint_refuses(change, complaint):
    broken = competency.parse("x", TEXT)._replace(text=TEXT.replace(*change))
    if change[0] not in TEXT.partition("SELECT")[2]:  # a change of the header
        broken = competency.parse("x", TEXT.replace(*change))
    assert any(complaint in v for v in violations(broken)), violations(broken)


FEDERATED = """#+ summary: Which labels?
#+ description: Labels that an endpoint gives.
#+ tags: federated
#+ parameters: drug (Drug, optional), endpoint (Endpoint, required)
#+ evidence: ?drug spasm:hasSideEffect ?effect
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spasm: <https://w3id.org/spasmkg/>
SELECT ?drug ?effect ?name WHERE {
  VALUES ?drug { spasm:baclofen }
  ?drug spasm:hasSideEffect ?effect .
  SERVICE <https://example.org/sparql> {
    ?effect rdfs:label ?name .
  }
}
ORDER BY ?drug ?effect ?name
"""


def test_an_endpoint_is_replaced_where_it_is_called():
    question = competency.parse("x", FEDERATED)
    assert violations(question) == []
    assert question.endpoint == "https://example.org/sparql"
    bound = question.bind({"endpoint": ["<https://example.net/>"]})
    assert bound == FEDERATED.replace("https://example.org/sparql", "https://example.net/"), "the example is kept"
    both = question.bind({"drug": ["<a:b>"], "endpoint": ["<https://example.net/>"]})
    assert "{ <a:b> }" in both
    assert "SERVICE <https://example.net/> {" in both
    assert "SERVICE <https://example.org/sparql> {" in question.bind({"drug": ["<a:b>"]})
    assert "SERVICE <https://example.org/sparql> {" in question.unrestricted()


@pytest.mark.parametrize("given", [["any"], ["<https://a.example/>", "<https://b.example/>"]])
def test_a_question_calls_one_endpoint(given):
    with pytest.raises(UsageError, match="one endpoint: for example --endpoint https:"):
        competency.parse("x", FEDERATED).bind({"endpoint": given})


def test_an_endpoint_without_its_line_is_refused():
    with pytest.raises(BuildError, match="SERVICE"):
        competency.parse("x", FEDERATED.replace("SERVICE <https://example.org/sparql> {", "SERVICE ?endpoint {"))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("tags: federated", "tags: labels"), "go together"),
        (("tags: federated", "tags: federated, gap"), "no conflict or gap"),
        (("(Endpoint, required)", "(Endpoint, optional)"), "required"),
        (("https://example.org/sparql", "HTTPS://example.org/sparql"), "normal form"),
        (("?effect rdfs:label", "?x rdfs:label"), "narrows down"),
    ],
)
def test_the_lint_refuses_of_an_endpoint(change, complaint):
    broken = competency.parse("x", FEDERATED.replace(*change))
    assert any(complaint in v for v in violations(broken)), violations(broken)
