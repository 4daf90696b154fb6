"""Paths, proofs and withdrawals in a browser: each step, premise and fallen edge leads to its place."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.slow


def test_paths_are_found_between_two_picked_things(page, axe, fits, shot):
    page.goto("/paths")
    shot(page, "paths-empty")
    axe(page)
    page.get_by_label("From", exact=True).fill("diuretics")
    page.get_by_label("To", exact=True).press_sequentially("leg cra")
    page.get_by_role("option", name="leg cramp").first.click()
    page.get_by_label("Include inferred steps").check()
    page.get_by_role("button", name="Find paths").click()
    page.wait_for_url("**inferred=yes**")
    assert page.locator("h1").inner_text() == "From diuretics to leg cramp"
    assert page.locator(".path").count() == 10
    assert "weakest: " in page.locator(".path").first.inner_text()
    assert all(
        n > 0 for n in page.locator(".sentences").evaluate_all("all => all.map(x => x.querySelectorAll('.ref').length)")
    )
    shot(page, "paths")
    axe(page)
    fits(page)
    page.get_by_role("link", name="Show 10 more").click()
    page.locator("#path-20").wait_for()
    page.locator(".sentences .plain").first.click()
    page.wait_for_url("**/proof?**")


def test_the_kinds_between_narrow_the_paths(page, shot):
    page.goto("/paths?from=diuretics&to=leg-cramp")
    first = page.locator(".answer-line b").inner_text()
    page.locator(".narrow-down summary").click()
    page.get_by_role("checkbox", name="deficiency state").check()
    page.get_by_role("checkbox", name="nutrient").check()
    page.get_by_role("button", name="Find paths").click()
    page.wait_for_url("**kind=Nutrient**")
    assert page.locator(".answer-line b").inner_text() != first
    assert page.locator(".narrow-down").get_attribute("open") is not None
    shot(page, "paths-narrowed")


def test_no_path_says_how_far_each_side_reaches(page, shot):
    page.goto("/paths?from=statins&to=muscle-spasm&length=1")
    assert "the nearest way has 2 steps" in page.locator(".none").inner_text()
    page.get_by_role("link", name="Allow 2 steps").click()
    assert page.locator(".path").count() > 0


def test_a_line_of_the_picture_opens_its_row(page):
    page.goto("/paths?from=diuretics&to=leg-cramp")
    page.locator(".picture-box svg a:has(.edge)").first.dispatch_event("click")
    page.locator("details.edges[open] tr:target .ref").first.wait_for()


def test_a_proof_goes_down_to_the_places(page, axe, fits, shot):
    page.goto("/proof?subject=baclofen&predicate=a&object=SedatingDrug")
    assert page.locator("h1").inner_text() == "Baclofen is a sedating drug"
    assert page.locator(".one-proof .ref").count() >= 2
    assert "Rule" in page.locator(".one-proof").inner_text()
    shot(page, "proof")
    axe(page)
    fits(page)
    page.get_by_role("link", name="What falls without its").first.click()
    page.wait_for_url("**/withdraw?claim=**")
    assert "drugs-1-9" in page.url


def test_what_is_stated_needs_no_proof(page, axe):
    page.goto("/proof?subject=diuretics&predicate=depletes&object=potassium")
    assert "It needs no proof" in page.locator("main").inner_text()
    assert page.locator(".cites .ref").count() == 1
    axe(page)


def test_what_does_not_hold_says_what_is_known(page, axe, shot):
    page.goto("/proof?subject=baclofen&predicate=hasSideEffect&object=muscle-spasm")
    assert "Neither stated nor inferred" in page.locator(".note").inner_text()
    shot(page, "proof-none")
    axe(page)


def test_the_inferred_relations_lead_to_their_proofs(page, axe, fits, shot):
    page.goto("/proof")
    shot(page, "proof-relations")
    axe(page)
    fits(page)
    page.get_by_role("link", name="offsets depletion by", exact=True).click()
    assert page.locator("tbody tr").count() == 4
    page.locator("tbody .at-source a").first.click()
    page.locator(".one-proof").wait_for()
    shot(page, "proof-offsets")


def test_a_withdrawn_claim_takes_what_rests_on_it(page, axe, fits, shot):
    page.goto("/withdraw")
    axe(page)
    page.get_by_label("Claim", exact=True).fill("causes-3-16")
    page.get_by_role("button", name="See what falls").click()
    page.get_by_text("would fall", exact=False).first.wait_for()
    assert "1 edge, 4 inferences" in page.locator(".answer-line").inner_text()
    assert page.locator(".fallen-answers > li").count() >= 5
    shot(page, "withdraw")
    axe(page)
    fits(page)
    page.get_by_label("And also").fill("drugs-1-9")
    page.get_by_role("button", name="See again").click()
    page.wait_for_url("**claim=drugs-1-9**")
    assert "2 edges" in page.locator(".answer-line").inner_text()


def test_all_questions_are_compared_while_the_rest_stays(page):
    page.goto("/withdraw?claim=drugs-1-9")
    first = page.locator("#fell").inner_text()
    quick = page.content()
    part = re.sub(r'data-fell="[^"]*"', 'data-fell="all of it would fall"', quick).replace('id="compare-all"', "")
    page.route("**/withdraw?*answers=all*", lambda route: route.fulfill(body=part, content_type="text/html"))
    page.get_by_role("link", name="Compare all").click()
    page.locator("#fell", has_text="all of it").wait_for()
    assert first != page.locator("#fell").inner_text()
    assert page.evaluate("document.activeElement.id") == "answers"
    assert "answers=all" in page.url
    assert page.locator("h2", has_text="Inferences").is_visible()


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/paths?from=bacloffin&to=tetany", "From"),
        ("/proof?subject=bacloffin&predicate=a&object=SedatingDrug", "Subject"),
        ("/withdraw?claim=none-1", "Claim"),
    ],
)
def test_a_wrong_name_is_not_found_and_tied_to_its_field(page, axe, address, field):
    assert page.goto(address).status == 404
    page.expected("404")
    wrong = page.get_by_label(field, exact=True)
    assert wrong.get_attribute("aria-invalid") == "true"
    said = page.locator(f"#{wrong.get_attribute('aria-describedby')}").inner_text()
    assert wrong.input_value() in said
    axe(page)


def test_a_line_of_a_picture_is_as_thick_as_it_is_drawn(page):
    page.goto("/paths?from=diuretics&to=leg-cramp")
    wrong = page.evaluate(
        """[...document.querySelectorAll('.picture-box svg [stroke-width]')].filter(e =>
            getComputedStyle(e).strokeWidth !== e.getAttribute('stroke-width') + 'px').map(e => e.outerHTML)"""
    )
    assert wrong == []
