"""The pages of the vocabularies, walked: find a term, read a vocabulary, cross to another, see the gaps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import Server, serve

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def holding(linked_folder, tmp_path_factory) -> Iterator[Server]:
    """A server with the small vocabularies."""
    with serve(tmp_path_factory.mktemp("holding"), "--timeout", "90", "--store", str(linked_folder)) as running:
        yield running


def test_from_the_menu_to_a_term_and_to_the_thing_that_it_means(page, axe, fits, shot):
    page.goto("/")
    page.get_by_role("link", name="Vocabularies").first.click()
    assert "None is loaded" in page.inner_text("main")
    fits(page)
    shot(page, "vocabularies-none")
    page.get_by_label("Find a term").fill("muscle cramp")
    page.get_by_label("In", exact=True).select_option("mesh")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**/vocabularies?q=muscle+cramp&in=mesh")
    row = page.get_by_role("row").nth(1)
    assert "mesh:D009120" in row.inner_text()
    assert "exact" in row.inner_text()
    assert page.get_by_label("In", exact=True).input_value() == "mesh"
    axe(page)
    fits(page)
    shot(page, "vocabulary-search")
    row.get_by_role("link", name="muscle cramp").click()
    page.wait_for_url("**/id/muscle-cramp")
    page.go_back()
    assert page.get_by_label("Find a term").input_value() == "muscle cramp"


def test_a_vocabulary_is_narrowed_to_a_kind_and_a_precision(page, axe, fits, shot):
    page.goto("/vocabularies")
    page.get_by_role("table").last.get_by_role("link", name="HP", exact=True).click()
    page.wait_for_url("**/vocabularies/HP")
    assert page.locator("h1").inner_text() == "Human Phenotype Ontology"
    fits(page)
    shot(page, "vocabulary")
    page.get_by_role("link", name="spasms").click()
    page.wait_for_url("**kind=Spasm**")
    assert "only spasms" in page.get_by_role("status").inner_text()
    page.get_by_role("navigation", name="Precision").get_by_role("link", name="not the same").click()
    page.wait_for_url("**show=not+exact**")
    marks = page.locator("#rows").locator("xpath=ancestor::section").locator(".venn").all_inner_texts()
    assert set(marks) == {"not the same"}
    axe(page)
    page.go_back()
    assert len(set(page.locator("section[aria-labelledby=rows] .venn").all_inner_texts())) > 1


def test_from_one_vocabulary_to_another_with_its_gaps(page, axe, fits, shot):
    page.goto("/vocabularies/HP")
    page.get_by_label("In another vocabulary").select_option("snomedct")
    page.get_by_role("button", name="Crosswalk").click()
    page.wait_for_url("**/vocabularies/crosswalk?from=HP&to=snomedct")
    assert page.locator("h1").inner_text() == "From Human Phenotype Ontology to SNOMED CT"
    row = page.get_by_role("row").filter(has_text="Renal insufficiency")
    assert "close in HP" in row.inner_text().replace("\n", " ")
    fits(page)
    shot(page, "crosswalk")
    page.get_by_role("link", name="Gaps").click()
    page.wait_for_url("**show=gaps")
    assert "gaps, complete" in page.get_by_role("status").inner_text()
    assert page.locator(".venn").first.inner_text() == "no term found"
    axe(page)
    fits(page)
    shot(page, "crosswalk-gaps")
    page.go_back()
    page.get_by_role("link", name="Turn round").click()
    page.wait_for_url("**from=snomedct&to=HP")
    assert page.locator("h1").inner_text() == "From SNOMED CT to Human Phenotype Ontology"
    page.get_by_label("From").select_option("OAE")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**from=OAE&to=HP")
    assert 0 < page.get_by_role("row").count() < 12
    axe(page)  # on a short table: it looks at every cell


def test_what_is_loaded_is_shown_and_found(tab, holding, axe, fits, shot):
    page = tab(holding)
    page.goto("/vocabularies")
    loaded = page.get_by_role("table", name="Loaded here")
    assert loaded.get_by_role("row").count() == 6
    axe(page)
    fits(page)
    shot(page, "vocabularies-loaded")
    loaded.get_by_role("link", name="Human Phenotype Ontology").click()
    page.wait_for_url("**/vocabularies/HP")
    assert "2023-07-21" in page.inner_text("main")
    page.get_by_label("Find a term in HP").fill("cold-induced")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**in=HP&q=cold-induced")
    assert "Cold-induced muscle cramps" in page.inner_text("main")
    axe(page)
