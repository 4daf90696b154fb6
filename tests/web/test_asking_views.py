"""The pages that ask, follow and prove, as their views make them: plain values out of the graph."""

from __future__ import annotations

import ast
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from small_vocabularies import HP, graph_with

from spasmkg import competency
from spasmkg.errors import NotFoundError
from spasmkg.web.views import (
    answers,
    forms,
    listings,
    paths,
    pictures,
    proofs,
    question,
    questions,
    render,
    told,
    withdrawing,
)
from spasmkg.web.views.ways import Ways

WAYS = Ways()
SITE = {"prefix": "", "static": "/static/x", "base": "http://h", "dataset": "abc", "here": "/"}


def asked(kg, name, *pairs):
    return question.page(kg, name, list(pairs), "http://h", WAYS)


def pairs(address):
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


def cells(made, place):
    return [row["cells"][place]["text"] for row in made["answer"]["rows"]]


# ---- the catalogue ----


def test_every_question_stands_once_in_the_catalogue(kg):
    made = questions.page(kg, [], WAYS)
    listed = [e["name"] for g in made["groups"] for e in g["entries"]]
    assert sorted(listed) == competency.names()
    assert made["line"] == f"{len(listed)} questions"


def test_words_and_tags_narrow_it_together(kg):
    made = questions.page(kg, [("q", "Nutrient"), ("tag", "supplements")], WAYS)
    names = [e["name"] for g in made["groups"] for e in g["entries"]]
    for name in names:
        q = competency.load(name)
        assert "supplements" in q.tags
        assert "nutrient" in f"{q.summary} {q.description} {q.name}".lower()
    assert 0 < len(names) < len(competency.tagged("supplements"))


def test_a_chosen_tag_leads_back_to_the_catalogue_without_it(kg):
    made = questions.page(kg, [("tag", "gap"), ("tag", "negation")], WAYS)
    chosen = {t["name"]: t["href"] for t in [*made["tags"], *made["other_tags"]] if t["chosen"]}
    assert pairs(chosen["gap"]) == [("tag", "negation")]


def test_a_tag_is_shown_in_plain_words_and_no_two_read_alike(kg):
    made = questions.page(kg, [("tag", "gap")], WAYS)
    shown = [*made["tags"], *made["other_tags"]]
    labels = {t["name"]: t["label"] for t in shown}
    assert labels["join"] == "several statements"
    assert labels["gap"] == "left open"
    assert made["chosen_labels"] == ["left open"]
    assert len({w.removesuffix("s") for w in labels.values()}) == len(labels)
    for t in shown:  # the tag of the command line and of the interface is said where the label is another
        assert t["label"] == t["name"].replace("-", " ") or f"(tag: {t['name']})" in t["meaning"]
    assert {e["name"] for g in questions.page(kg, [("q", "left open")], WAYS)["groups"] for e in g["entries"]} >= {
        q.name for q in competency.tagged("gap")
    }


def test_the_catalogue_tells_the_page_the_words_that_it_finds_a_question_by(kg):
    asked = questions.page(kg, [("q", "replenisher")], WAYS)  # a word of descriptions only
    every = [e for g in questions.page(kg, [], WAYS)["groups"] for e in g["entries"]]
    assert {e["name"] for e in every if "replenisher" in e["words"]} == {
        e["name"] for g in asked["groups"] for e in g["entries"]
    }
    assert asked["shown"] > 0


def test_the_catalogue_is_downloaded_as_it_is_shown(kg):
    made = questions.page(kg, [("q", "nutrient"), ("tag", "supplements")], WAYS)
    assert pairs(made["data"]) == [("q", "nutrient"), ("tag", "supplements")]
    assert pairs(made["table"]) == [("q", "nutrient"), ("tag", "supplements"), ("format", "csv")]


def test_what_needs_more_than_the_graph_is_marked_and_left_out_on_request(kg):
    needs = {e["name"]: e["needs"] for g in questions.page(kg, [], WAYS)["groups"] for e in g["entries"] if e["needs"]}
    assert needs["causes-under-a-disease"] == "needs MONDO"
    assert needs["endpoint-labels"] == "asks a remote endpoint"
    left = questions.page(kg, [("here", "yes")], WAYS)
    assert left["shown"] == left["total"] - len(needs)


def test_nothing_found_offers_the_questions_with_most_of_the_words(kg):
    made = questions.page(kg, [("q", "side effects zebra")], WAYS)
    assert not made["shown"]
    assert "side" in made["near"][0]["summary"]


def test_related_questions_are_near(kg):
    found = [r["name"] for r in questions.related(competency.load("drug-side-effects"), WAYS)]
    assert "drug-shared-side-effects" in found
    assert "drug-side-effects" not in found


# ---- the form ----


def test_no_question_has_a_parameter_that_says_how_to_look_at_the_answer():
    names = {p.name for q in competency.all_questions() for p in q.parameters}
    assert not names & set(question.VIEWS)


def test_without_parameters_the_example_is_asked(kg):
    made = asked(kg, "drug-side-effects")
    assert made["is_example"]
    assert set(cells(made, 0)) == {"baclofen"}


def test_an_empty_field_stands_for_any(kg):
    made = asked(kg, "drug-side-effects", ("drug", ""))
    assert len(set(cells(made, 0))) > 5
    assert pairs(made["permalink"]) == [("drug", "any")]


def test_names_of_every_sort_are_taken_and_linked_by_slug(kg):
    made = asked(kg, "drug-side-effects", ("drug", "Lioresal"), ("drug", "spasm:tizanidine"))
    typed = [c["value"] for c in made["fields"][0]["chosen"]]
    assert "tizanidine" in typed


def test_a_wrong_name_is_no_reason_to_ask_something_else(kg):
    made = asked(kg, "drug-side-effects", ("drug", "baclofin"), ("drug", "diazepam"))
    field = made["fields"][0]
    assert made["answer"] is None
    assert field["typed"] == "baclofin"
    assert 'drug="baclofen"' in made["calls"][0]["text"]
    assert [c["value"] for c in field["chosen"]] == ["diazepam"]
    assert pairs(field["offers"][0]["href"]) == [("drug", "baclofen"), ("drug", "diazepam")]


def test_a_thing_of_another_kind_is_refused_with_the_kind(kg):
    made = asked(kg, "spasm-causes", ("spasm", "baclofen"))
    assert "is a Drug, not a Spasm" in next(f["error"] for f in made["fields"] if f["name"] == "spasm")


def test_a_needed_field_says_an_example(kg):
    made = asked(kg, "causal-chain-edges", ("start", "herniated-disc"), ("goal", ""))
    assert [bool(f["error"]) for f in made["fields"]] == [False, True]
    assert "muscle-spasm" in made["fields"][1]["error"]


def test_a_number_is_checked(kg):
    made = asked(kg, "derived-daily-doses", ("min_mg", "much"))
    assert "is not a number" in next(f["error"] for f in made["fields"] if f["name"] == "min_mg")


def test_few_members_are_boxes_and_many_a_list_to_pick_from(kg):
    phases = next(f for f in asked(kg, "derived-daily-doses")["fields"] if f["name"] == "phase")
    assert phases["type"] == "boxes"
    assert [o["chosen"] for o in phases["options"]].count(True) == 1
    spasms = next(f for f in asked(kg, "cause-terms")["fields"] if f["name"] == "spasm")
    assert spasms["type"] == "picker"
    assert "leg cramp" in spasms["suggested"]


# ---- the answer ----


def test_a_value_and_its_label_are_one_column(kg):
    made = asked(kg, "drug-side-effects")
    assert [c["label"] for c in made["answer"]["columns"]] == ["Drug", "Side effect", "Certainty"]


def test_a_column_that_no_row_fills_is_named_and_not_drawn(kg):
    made = asked(kg, "dose-schemes", ("drug", "baclofen"))["answer"]
    drawn = [c["label"].lower() for c in made["columns"]]
    assert "ingredient" in made["unfilled"]
    assert not set(drawn) & set(made["unfilled"])
    assert all(any(r["cells"][i]["kind"] != "empty" for r in made["rows"]) for i in range(len(drawn)))
    whole = asked(kg, "dose-schemes", ("drug", "any"))["answer"]
    dose = next(i for i, c in enumerate(whole["columns"]) if c["name"] == "dose")
    assert {r["cells"][dose]["kind"] for r in whole["rows"]} == {"thing"}  # one of them is called "usual"
    assert "ingredient" in [c["label"].lower() for c in whole["columns"]]


def test_every_row_ends_in_its_places(kg):
    made = asked(kg, "drug-side-effects", ("drug", "any"))
    assert all(r["places"] for r in made["answer"]["rows"])


def test_rows_are_sorted_by_a_column_and_turned_round(kg):
    columns = asked(kg, "drug-side-effect-counts")["answer"]["columns"]
    number = next(i for i, c in enumerate(columns) if c["kind"] == "number")
    rising = asked(kg, "drug-side-effect-counts", ("order", columns[number]["name"]))
    falling = asked(kg, "drug-side-effect-counts", ("order", f"-{columns[number]['name']}"))
    values = [float(v) for v in cells(rising, number)]
    assert values == sorted(values)
    assert [float(v) for v in cells(falling, number)] == sorted(values, reverse=True)
    assert rising["answer"]["columns"][number]["sorted"] == "ascending"


def test_a_long_answer_comes_in_pages_and_says_so(kg):
    first = asked(kg, "item-claims", ("item", "any"))["answer"]
    assert (first["first"], first["last"], first["page"]) == (1, answers.PAGE, 1)
    assert first["total"] > 1000
    second = question.page(kg, "item-claims", pairs(first["next"]), "http://h", WAYS)["answer"]
    assert second["rows"][0]["number"] == answers.PAGE + 1
    last = asked(kg, "item-claims", ("item", "any"), ("page", "9999"))["answer"]
    assert last["last"] == last["total"]
    assert not last["next"]


def test_an_opened_row_has_its_claims(kg):
    made = asked(kg, "drug-side-effects", ("drug", "baclofen"), ("open", "2"))
    one, two = made["answer"]["rows"][:2]
    assert (one["claims"], [c["curie"] for c in two["claims"]]) == ([], ["claim:drugs-1-9"])
    assert ("open", "2") not in pairs(two["toggle"])
    assert [v for n, v in pairs(one["toggle"]) if n == "open"] == ["1", "2"]


def test_a_row_is_as_sure_as_its_weakest_statement(kg):
    claims = {c.curie: c for c in kg.claims()}
    possible = next(c for c in claims.values() if c.certainty == "possible")
    asserted = next(c for c in claims.values() if c.certainty == "asserted")
    assert told.weakest([possible, asserted]) == "possible"
    assert told.weakest([]) == ""


def test_downloads_ask_the_same_of_the_interface(kg):
    made = asked(kg, "depletion-offsets", ("depleter", "diuretics"))
    assert pairs(made["downloads"][0]["href"]) == [
        ("depleter", "diuretics"), ("replenisher", "any"), ("nutrient", "any"), ("format", "csv"),
    ]  # fmt: skip


def test_the_graph_and_the_chart_have_their_list_and_links(kg):
    picture = asked(kg, "drug-side-effects", ("show", "graph"))["picture"]
    assert len(picture["edges"]) == 4
    assert 'href="/id/baclofen"' in picture["svg"]
    assert 'href="#edge-' in picture["svg"] or "data-links" in picture["svg"]
    assert "style=" not in picture["svg"]
    chart = asked(kg, "drug-side-effects", ("show", "chart"))["chart"]
    assert chart["rows"]
    assert chart["head"][0] == "Drug"


def test_a_view_that_there_is_not_is_the_table(kg):
    assert asked(kg, "depletion-offsets", ("show", "chart"))["show"] == "table"


@pytest.mark.parametrize(
    ("name", "reason"), [("causes-under-a-disease", "vocabulary"), ("endpoint-labels", "endpoint")]
)
def test_what_cannot_be_answered_is_not_asked(kg, name, reason):
    made = asked(kg, name)
    assert made["reason"] == reason
    assert made["answer"] is None
    assert made["sparql"]


def test_an_unknown_question_suggests(kg):
    with pytest.raises(NotFoundError) as caught:
        asked(kg, "drug-side-efects")
    assert "drug-side-effects" in caught.value.suggestions


def test_code_in_python_runs_and_asks_the_same(kg):
    values = {"drug": ["baclofen", "od\"d\\ 'name\n"], "min_mg": ["2.5"]}
    code = {c["id"]: c["text"] for c in listings.calls("drug-side-effects", values, "http://h")}
    call = next(n for n in ast.walk(ast.parse(code["python"])) if isinstance(n, ast.Call) and n.keywords)
    assert {k.arg: ast.literal_eval(k.value) for k in call.keywords} == {
        "drug": values["drug"], "min_mg": "2.5",
    }  # fmt: skip
    address = re.search(r'"(http.*?)"\)', code["r"])[1]
    assert pairs(address) == [
        ("drug", values["drug"][0]),
        ("drug", values["drug"][1]),
        ("min_mg", "2.5"),
        ("format", "csv"),
    ]


def test_marked_code_is_the_code():
    text = competency.load("cause-terms").text
    assert "".join(part for _, part in listings.marked(text)) == text
    assert ("c-key", "OPTIONAL") in listings.marked(text)
    assert any(kind == "c-note" and "rdflib" in part for kind, part in listings.marked(text))


def test_what_the_data_says_is_text_in_the_page(kg):
    made = asked(kg, "drug-side-effects", ("drug", "<script>alert(1)</script>"))
    shown = render("question.html", site=SITE, tab="questions", alternates=(), **made).decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_labels_in_a_picture_are_text():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g class="node" data-node="a"><text>&lt;script&gt;</text></g></svg>'
    assert "<script>" not in pictures.inline(svg, {"a": '/id/"onload="x'})
    assert "&quot;onload" in pictures.inline(svg, {"a": '/id/"onload="x'})


@pytest.mark.slow
def test_every_question_has_a_page_whose_rows_rest_on_something(kg):
    for q in questions.listed():
        made = asked(kg, q.name, ("open", "1"))
        render("question.html", site=SITE, tab="questions", alternates=(), **made)
        assert not made["failed"], q.name
        if made["answer"]:
            assert made["answer"]["total"], q.name
            assert all(r["has_evidence"] for r in made["answer"]["rows"]), q.name
        else:
            assert made["reason"], q.name


# ---- beneath ----


def test_search_knows_roles_and_broader_kinds(kg):
    assert "drowsiness" in [h.label for h in kg.search("drowsiness", kind="SideEffect")]
    assert kg.search("drowsiness", kind="Drug") == []
    assert "leg cramp" in [h.label for h in kg.search("leg cramp", kind="Condition")]


def test_words_of_names():
    assert forms.spaced("list_of_RedFlags") == "list of red flags"


# ---- below the path of a proxy ----


def test_every_link_stays_below_the_path_of_a_proxy(kg):
    ways, site = Ways("/kg"), {**SITE, "prefix": "/kg", "static": "/kg/static/x"}
    shown = [
        ("questions.html", questions.page(kg, [("tag", "gap")], ways)),
        ("question.html", question.page(kg, "cause-terms", [("open", "1")], "http://h/kg", ways)),
        ("question.html", question.page(kg, "drug-side-effects", [("show", "graph")], "http://h/kg", ways)),
        ("question.html", question.page(kg, "drug-side-effects", [("drug", "baclofin")], "http://h/kg", ways)),
        ("question.html", question.page(kg, "causes-under-a-disease", [], "http://h/kg", ways)),
        ("paths.html", paths.page(kg, [("from", "diuretics"), ("to", "leg cramp"), ("inferred", "yes")], ways)),
        ("paths.html", paths.page(kg, [("from", "statins"), ("to", "muscle spasm"), ("length", "1")], ways)),
        ("proof.html", proofs.page(kg, [], ways)),
        ("proof.html", proofs.page(kg, [("subject", "baclofen"), ("predicate", "a"), ("object", "SedatingDrug")], ways)),
        ("proof.html", proofs.page(kg, [("predicate", "corrects")], ways)),
        ("withdraw.html", withdrawing.page(kg, [("claim", "causes-3-16")], ways)),
    ]  # fmt: skip
    for name, made in shown:
        page = render(name, site=site, tab="questions", alternates=(), **made).decode()
        ours = re.findall(r'(?:href|action|src|data-combobox)="(/[^"]*)"', page)
        assert len(ours) > 15
        assert [address for address in ours if not address.startswith("/kg/")] == [], name
        assert " style=" not in page
        assert "<h1>" in page


# ---- with a vocabulary ----


def test_a_question_is_asked_once_its_vocabulary_is_loaded():
    loaded = graph_with({"HP": HP})
    made = asked(loaded, "side-effects-under-a-phenotype", ("ancestor", "HP:0002321"))
    assert made["reason"] == ""
    assert made["answer"] is not None
    assert asked(loaded, "causes-under-a-disease")["needs"] == ["MONDO"]


def test_paths_walk_through_a_loaded_vocabulary():
    loaded = graph_with({"HP": HP})
    made = paths.page(loaded, [("from", "leg cramp"), ("to", "tetany"), ("layer", "vocabulary/HP")], WAYS)
    assert [(x["value"], x["chosen"]) for x in made["layers"]] == [("vocabulary/HP", True)]
    assert made["failed"] == ""
    assert ("layers", "vocabulary/HP") in pairs(made["data"])
