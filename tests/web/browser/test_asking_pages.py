"""Questions in a browser: the catalogue, the form, the answer in its views, and what rows rest on."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.slow


def test_the_catalogue_narrows_while_words_are_typed(page, axe, fits, shot):
    page.goto("/questions")
    shot(page, "questions")
    axe(page)
    fits(page)
    page.get_by_label("Words in the question").fill("magnesium side")
    page.wait_for_function("document.querySelectorAll('#catalogue li:not([hidden])').length < 5")
    assert " of " in page.locator("#count").inner_text()
    assert "q=magnesium" in page.url
    page.reload()
    assert page.locator("#catalogue li").count() < 5


def test_words_that_no_question_holds_lead_to_the_search(page):
    page.goto("/questions")
    page.get_by_label("Words in the question").fill("diazepam")
    page.get_by_role("link", name="search for “diazepam”").click()
    page.wait_for_url("**/search?q=diazepam")


def test_a_table_of_many_columns_breaks_no_word(page):
    page.goto("/questions/dose-schemes?drug=baclofen")
    names = page.locator(".answer-table .thing a").filter(has_text="baclofen").all()
    assert min(n.bounding_box()["width"] for n in names) > 50


def test_a_wide_answer_says_so_only_where_columns_are_out_of_sight(page, tab, served):
    page.goto("/questions/dose-increments")
    note = page.locator(".wide-note")
    for width, is_cut in ((1280, False), (760, True), (1280, False)):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("(cut) => !!document.querySelector('.wide-answer.cut') === cut", arg=is_cut)
        assert note.is_visible() == is_cut
    page.set_viewport_size({"width": 760, "height": 900})
    page.locator(".wide-answer.cut").evaluate("(box) => { box.scrollLeft = box.scrollWidth; }")
    page.locator(".wide-answer.at-end").wait_for()
    plain = tab(served, java_script_enabled=False)
    plain.goto("/questions/dose-increments")
    assert plain.locator(".wide-note").is_visible()


def test_a_tag_leaves_its_questions(page):
    page.goto("/questions")
    every = page.locator("#catalogue li").count()
    page.get_by_role("link", name=re.compile("^what follows")).click()
    page.wait_for_url("**tag=inference")
    assert 0 < page.locator("#catalogue li").count() < every
    assert page.get_by_role("link", name=re.compile("^what follows")).get_attribute("aria-current") == "true"
    page.get_by_role("link", name="Show all").click()
    assert page.locator("#catalogue li").count() == every


def test_a_question_is_asked_with_a_picked_term(page, axe, fits, shot):
    page.goto("/questions/drug-side-effects")
    assert page.locator(".answer-table tbody tr").count() == 4
    shot(page, "question")
    axe(page)
    fits(page)
    page.get_by_role("combobox", name="Drug").press_sequentially("tizan")
    page.get_by_role("option", name=re.compile("tizanidine")).click()
    page.get_by_role("button", name="Remove baclofen").click()
    page.get_by_role("button", name="Answer").click()
    page.locator(".answer-table a", has_text="dry mouth").wait_for()
    assert "drug=tizanidine" in page.url
    assert page.locator(".answer-table").inner_text().count("baclofen") == 0
    assert 'drug="tizanidine"' in page.locator("#code-python").inner_text()
    assert "spasm:tizanidine" in page.locator(".query-and-code").inner_text()
    page.go_back()
    page.locator(".answer-table a", has_text="baclofen").first.wait_for()
    assert page.get_by_role("button", name="Remove baclofen").count() == 1


def test_a_row_shows_what_it_rests_on(page, axe, shot):
    page.goto("/questions/drug-side-effects?drug=baclofen")
    page.locator("#why-1").click()
    shown = page.locator("#evidence-1")
    shown.wait_for()
    assert "claim:drugs-1-10" in shown.inner_text()
    assert "open=1" in page.url
    assert page.evaluate("document.activeElement.id") == "why-1"
    shot(page, "question-evidence")
    axe(page)
    page.locator("#why-1").click()
    shown.wait_for(state="detached")


def test_a_heading_sorts_the_rows(page):
    page.goto("/questions/drug-side-effects?drug=any")
    page.locator("#sort-side_effect").click()
    heading = page.locator("th", has_text="Side effect")
    page.wait_for_url("**order=side_effect")
    assert heading.get_attribute("aria-sort") == "ascending"
    cells = page.locator(".answer-table tbody td:nth-child(2)").all_inner_texts()
    assert len(cells) > 20
    assert cells == sorted(cells, key=str.casefold)
    page.locator("#sort-side_effect").click()
    page.wait_for_url("**order=-side_effect")
    assert page.locator(".answer-table tbody td:nth-child(2)").first.inner_text() == cells[-1]


def test_the_answer_as_a_graph_and_as_a_chart(page, axe, fits, shot):
    page.goto("/questions/drug-side-effects?drug=baclofen&drug=diazepam")
    page.get_by_role("link", name="Graph").click()
    page.locator(".picture-box svg .node").first.wait_for()
    assert "show=graph" in page.url
    shot(page, "question-graph")
    fits(page)
    page.locator(".picture-box svg a:has(.edge)").first.dispatch_event("click")
    page.locator("details.edges[open] tr:target").wait_for()
    axe(page)
    page.get_by_role("link", name="Chart").click()
    page.locator(".picture-box svg", has_text="drugs with it").wait_for()
    shot(page, "question-chart")
    axe(page)


def test_a_wrong_name_is_said_at_its_field(page, axe, shot):
    page.goto("/questions/drug-side-effects?drug=baclofin")
    field = page.get_by_role("combobox", name="Drug")
    assert field.get_attribute("aria-invalid") == "true"
    shot(page, "question-wrong")
    axe(page)
    page.locator(".wrong").get_by_role("link", name="baclofen").click()
    page.locator(".answer-table tbody tr").first.wait_for()


def test_several_terms_numbers_and_choices(page, axe, shot):
    page.goto("/questions/derived-daily-doses?medicine=&phase=phase-usual-dose&min_mg=100")
    shot(page, "question-numbers")
    page.goto("/questions/cause-terms")
    shot(page, "question-terms")
    axe(page)
    assert page.get_by_role("button", name=re.compile("^Remove")).count() == 8


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("causes-under-a-disease", "spasmkg vocab add FILE --as MONDO"),
        ("endpoint-labels", "--allow-service https://ubergraph"),
    ],
)
def test_what_cannot_be_asked_here_says_what_next(page, axe, shot, name, words):
    page.goto(f"/questions/{name}")
    assert words in page.locator("#answer").inner_text()
    assert page.locator(".answer-table").count() == 0
    shot(page, f"question-{name}")
    axe(page)


def test_it_all_works_without_scripts(tab, served, fits):
    page = tab(served, java_script_enabled=False)
    page.goto("/questions/drug-side-effects")
    page.get_by_label("Drug", exact=True).fill("tizanidine")
    page.get_by_role("checkbox", name="baclofen").uncheck()
    page.get_by_role("button", name="Answer").click()
    assert page.locator(".answer-table tbody tr").count() > 3
    page.locator("#why-1").click()
    assert "claim:drugs-2" in page.locator("#evidence-1").inner_text()
    assert page.get_by_role("heading", name="curl").is_visible()
    fits(page)


def test_an_unknown_question_leads_on(page):
    page.goto("/questions/drug-side-efects")
    page.expected("404")
    assert page.get_by_role("link", name="drug-side-effects", exact=True).count() == 1
