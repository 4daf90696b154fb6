"""What every page has: the frame, the theme, the keys, completion in the search field."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow


def test_the_theme_can_be_switched_and_stays(page, axe):
    page.goto("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 23, 28)" != light
    page.goto("/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_completion_says_why_and_leads_there(page, axe):
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("pins and n")
    option = page.get_by_role("option").first
    option.wait_for()
    assert "tingling" in option.inner_text()
    assert "also called pins and needles" in option.inner_text().replace("\n", " ")
    axe(page)
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("combobox").get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/tingling")
