"""The pages of things, walked in a browser: search, entity, claim, item, mapping; with and without scripts."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.slow

PAGES = {
    "home": "/",
    "search": "/search?q=cramp",
    "near": "/search?q=bacloffin",
    "none": "/search?q=xqzvw",
    "kind": "/search?kind=RedFlag",
    "drug": "/id/baclofen",
    "spasm": "/id/muscle-spasm",
    "therapy": "/id/yoga",
    "faq": "/id/faq-cause",
    "claim": "/id/claim/drugs-1-4",
    "denied": "/id/claim/{denied}",
    "curator": "/id/claim/curator-1",
    "item": "/id/item/drugs-1",
    "section": "/id/section-drugs",
    "mapping": "/id/mapping/tetany/HP:0001281",
    "role": "/id/SedatingDrug",
    "relation": "/id/hasSideEffect",
}
JUDGED = ("home", "search", "none", "drug", "claim", "denied", "item", "mapping", "role")
"""One page of each template: axe looks at every element, which takes long where there are many."""


@pytest.fixture(scope="session")
def denied(kg):
    return next(c.iri.rpartition("/")[2] for c in kg.claims() if c.negated)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound_for_everybody(page, axe, fits, shot, denied, name):
    page.goto(PAGES[name].format(denied=denied))
    assert page.locator("h1").count() == 1
    for more in page.locator("details.more").all():
        more.evaluate("e => { e.open = true }")
    if name in JUDGED:
        axe(page)
    fits(page)
    shot(page, name)


def test_from_search_to_the_words_of_the_source(page):
    page.goto("/")
    page.get_by_role("combobox").fill("baclof")
    page.get_by_role("option", name=re.compile("baclofen")).first.click()
    page.wait_for_url("**/id/baclofen")
    page.get_by_role("row", name=re.compile("dizziness")).get_by_role("link", name="drugs-1").click()
    page.wait_for_url("**/id/claim/drugs-1-10")
    assert "baclofen has side effect dizziness" in " ".join(page.locator("h1").inner_text().split())
    page.locator("a.ref", has_text="drugs-1").first.click()
    page.wait_for_url("**/id/item/drugs-1")
    page.get_by_role("link", name="Next item").click()
    page.wait_for_url("**/id/item/drugs-2")
    page.go_back()
    page.wait_for_url("**/id/item/drugs-1")
    page.get_by_role("table").get_by_role("link", name="dizziness").click()
    page.wait_for_url("**/id/dizziness")


def test_everything_is_there_without_scripts(tab, served):
    page = tab(served, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox").fill("pins and needles")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="tingling").click()
    assert page.url.endswith("/id/tingling")
    assert page.get_by_role("button", name="Copy address").count() == 0  # a button that would do nothing
    assert page.get_by_role("button", name="Switch between light and dark").count() == 0
    page.goto("/")
    page.get_by_role("link", name="Drugs", exact=True).click()
    page.get_by_role("link", name="tizanidine").click()
    assert page.get_by_role("heading", name="Dose").is_visible()


def test_the_list_of_matches_is_led_by_keys(page):
    page.goto("/id/baclofen")
    page.keyboard.press("/")
    field = page.get_by_role("combobox")
    page.keyboard.type("cramp")
    page.get_by_role("option").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    count = page.get_by_role("option").count()
    assert page.get_by_role("listbox").is_visible()
    page.keyboard.press("ArrowUp")
    assert page.get_by_role("option").nth(count - 1).get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None  # back in the field
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "cramp"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=cramp")
    assert page.get_by_role("row", name=re.compile("muscle cramp.*also called cramp", re.DOTALL)).is_visible()


def test_a_field_says_when_nothing_is_like_the_words(page):
    page.goto("/")
    page.get_by_role("combobox").fill("xqzvw")
    page.get_by_text("No name is like “xqzvw”.").wait_for()
    assert page.get_by_role("option").count() == 0


def test_an_address_is_copied(tab, served):
    page = tab(served, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/id/baclofen")
    page.get_by_role("button", name="Copy address").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "https://w3id.org/spasmkg/baclofen"


def test_a_long_relation_unfolds(page):
    page.goto("/id/muscle-spasm")
    first = page.locator("#back details").first
    hidden = first.locator("tbody tr").last
    assert not hidden.is_visible()
    first.locator("summary").click()
    assert hidden.is_visible()


def test_the_schema_leads_to_kinds_and_is_a_table_too(page):
    page.goto("/")
    page.get_by_role("link", name="As a table").click()
    page.locator("#schema-table").wait_for(state="visible")
    assert page.get_by_role("row", name=re.compile("drug has side effect finding 35")).is_visible()
    page.locator("svg.schema").get_by_role("link", name=re.compile("supplement")).click()
    page.wait_for_url("**/search?kind=Supplement")


def test_the_menu_of_a_narrow_screen_opens(tab, served, axe):
    page = tab(served, viewport={"width": 390, "height": 800})
    page.goto("/id/baclofen")
    page.locator("summary", has_text="Menu").click()
    assert page.get_by_role("navigation", name="Main, narrow").get_by_role("link", name="Questions").is_visible()
    axe(page)
    page.keyboard.press("Escape")
    assert page.locator(".narrow-menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_certainty_and_places_stand_apart_on_a_narrow_screen(tab, served):
    page = tab(served, viewport={"width": 390, "height": 800})
    page.goto("/id/muscle-spasm")
    over = """rows => rows.filter(row => {
        const sure = row.querySelector(".at-sure .sure"), place = row.querySelector(".at-source > *");
        if (!sure || !place || !row.offsetParent) return false;
        const a = sure.getBoundingClientRect(), b = place.getBoundingClientRect();
        return a.right > b.left && a.bottom > b.top && b.bottom > a.top;
    }).map(row => row.innerText)"""
    assert page.locator("table.stack tbody tr").evaluate_all(over) == []


def test_a_missing_thing_leads_to_what_comes_near(page):
    page.goto("/id/baclophen")
    page.get_by_role("main").get_by_role("link", name="baclofen").click()
    page.wait_for_url("**/id/baclofen")
    page.expected("404")


def test_the_passage_marks_the_claim(tab, tmp_path, kg, served, axe):
    """With a copy of the article at hand; any text does whose digests are not asked for, so here the copy is another one."""
    from serving import serve

    (tmp_path / "other.txt").write_text("another text\n" * 4000)
    with serve(tmp_path, "--article", str(tmp_path / "other.txt")) as server:
        page = tab(server)
        page.goto("/id/claim/drugs-1-9")
        assert page.get_by_text("Not the same text.").is_visible()
        assert page.locator("mark").count() == 0
        axe(page)


@pytest.mark.article
def test_the_passage_marks_the_claim_in_the_article(tab, tmp_path, article, axe, shot):
    from serving import serve

    with serve(tmp_path, "--article", article) as server:
        page = tab(server)
        page.goto("/id/claim/drugs-1-9")
        assert page.locator("mark").inner_text() == "Drowsiness"
        assert page.locator(".passage a.span").count() >= 11
        page.locator(".passage sup").get_by_role("link", name="claim:drugs-1-10").click()
        page.wait_for_url("**/id/claim/drugs-1-10")
        assert page.locator("mark").inner_text() == "dizziness"
        axe(page)
        shot(page, "passage")


def test_no_page_needs_long(page):
    """Two worker requests would show as two documents; the scripts stay small."""
    sizes = {}
    page.on(
        "response",
        lambda r: sizes.update({r.url: int(r.headers.get("content-length", 0))}) if r.url.endswith(".js") else None,
    )
    page.goto("/id/baclofen")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes.values()) < 15_000
