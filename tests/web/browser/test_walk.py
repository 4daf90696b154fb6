"""One way through all of the workbench, as somebody takes it who has a question; and the list of keys on every page."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest

pytestmark = pytest.mark.slow

CY = "document.querySelector('.explore-stage')._cyreg.cy"


def test_from_a_search_to_the_explorer_and_back(page):
    """Search, entity, claim, path, question, SPARQL, download, explorer, expand, filter; each by what the page before offers."""
    page.goto("/")
    page.get_by_role("combobox").fill("diuret")
    page.get_by_role("option", name=re.compile("^diuretics")).first.click()
    page.wait_for_url("**/id/diuretics")

    # the entity: an edge leads to the claim that states it
    row = page.get_by_role("row", name=re.compile("potassium")).filter(has=page.locator(".ref")).first
    row.get_by_role("link", name="causes-3").first.click()
    page.wait_for_url("**/id/claim/causes-3-**")
    assert page.locator("h1").inner_text().startswith("diuretics")
    assert page.get_by_role("heading", name="What rests on it").is_visible()
    claim = page.url
    page.go_back()
    page.wait_for_url("**/id/diuretics")
    page.go_forward()
    page.wait_for_url(claim)

    # a path from there
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Paths").click()
    page.get_by_label("From", exact=True).fill("diuretics")
    page.get_by_label("To", exact=True).press_sequentially("leg cra")
    page.get_by_role("option", name="leg cramp").first.click()
    page.get_by_role("button", name="Find paths").click()
    page.locator(".path").first.wait_for()
    assert page.locator("h1").inner_text() == "From diuretics to leg cramp"
    assert page.locator(".path .ref").count() >= 10

    # a question of the catalogue
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Questions").click()
    page.get_by_label("Words in the question").fill("put back deplete")
    page.locator("#catalogue li:not([hidden]) a[href*='depletion-offsets']").first.click()
    page.wait_for_url("**/questions/depletion-offsets**")
    before = page.url
    page.get_by_role("button", name="Answer").click()
    page.wait_for_url(lambda url: url != before)  # the answer that stood there goes
    page.locator(".answer-table").get_by_role("link", name="potassium chloride").first.wait_for()
    page.locator("#why-1").click()
    assert "claim:" in page.locator("#evidence-1").inner_text()

    # its query, changed
    page.get_by_role("link", name="Edit in SPARQL").click()
    page.locator("#query-page[data-ready]").wait_for()
    text = page.evaluate("document.getElementById('query-text').value")
    assert "spasm:" in text
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("SELECT ?nutrient { spasm:diuretics spasm:depletes ?nutrient }")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Add the prefix").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => document.querySelectorAll('#query-table th').length === 1")
    page.locator("#query-table tbody").get_by_role("link", name="potassium", exact=True).wait_for()
    asked = parse_qs(urlsplit(page.url).query)["query"][0]
    assert "spasm:depletes ?nutrient" in asked

    # the answer as a file
    with page.expect_download() as saved:
        page.locator("#query-line").get_by_role("link", name="CSV").click()
    found = list(csv.reader(io.StringIO(saved.value.path().read_text())))
    assert found[0] == ["nutrient"]
    assert ["https://w3id.org/spasmkg/potassium"] in found

    # the explorer, by way of the thing
    page.locator("#query-table tbody").get_by_role("link", name="potassium", exact=True).click()
    page.wait_for_url("**/id/potassium")
    page.locator("main").get_by_role("link", name=re.compile("xplorer")).first.click()
    page.locator("main[data-ready]").wait_for()
    assert parse_qs(urlsplit(page.url).query)["start"] == ["potassium"]

    # expand
    things = page.evaluate(f"{CY}.nodes().length")
    page.evaluate(f"void {CY}.getElementById('diuretics').emit('tap')")
    page.locator("#panel").get_by_role("link", name="Expand", exact=True).click()
    page.wait_for_function(f"(n) => {CY}.nodes().length > n", arg=things)
    assert parse_qs(urlsplit(page.url).query)["open"] == ["diuretics"]
    assert "things of " in page.locator("#status").inner_text()

    # filter
    page.get_by_role("checkbox", name="depletes").uncheck()
    page.locator("#status").get_by_text("hidden by filters").wait_for()
    assert page.evaluate(f"{CY}.getElementById('diuretics depletes potassium').not('.gone').length") == 0
    assert parse_qs(urlsplit(page.url).query)["hide"] == ["relation:depletes"]

    # back undoes one step at a time
    page.go_back()
    page.locator("#status").get_by_text("hidden by filters").wait_for(state="detached")
    assert page.evaluate(f"{CY}.getElementById('diuretics depletes potassium').not('.gone').length") == 1
    page.go_back()
    page.locator("#panel").get_by_role("link", name="Expand", exact=True).wait_for()
    assert "open" not in parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("path", ["/id/baclofen", "/query", "/explore?start=diuretics", "/vocabularies"])
def test_a_question_mark_lists_the_keys(page, path):
    page.goto(path)
    page.locator("#query-page[data-ready], main[data-ready]").or_(page.locator("main")).first.wait_for()
    link = page.get_by_role("link", name="Keys and marks")
    link.focus()
    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="Keys")
    box.wait_for()
    assert "to the search field" in box.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Escape")
    box.wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "keys-link"  # the focus comes back


def test_the_keys_are_a_page_too(page, tab, served, axe, fits, shot):
    plain = tab(served, java_script_enabled=False)
    plain.goto("/id/baclofen")
    plain.get_by_role("link", name="Keys and marks").click()
    assert plain.get_by_role("heading", name="Explorer, in the graph").is_visible()
    page.goto("/help")
    axe(page)
    fits(page)
    shot(page, "help")
    page.goto("/id/baclofen")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    axe(page)
    shot(page, "help-dialog")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for(state="detached")
    page.keyboard.press("/")
    page.keyboard.type("a?")  # in a field it is a letter
    assert page.get_by_role("dialog").count() == 0
