"""The explorer with scripts: choosing, expanding, filtering, paths, keys, files, many things."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.slow

CY = "document.querySelector('.explore-stage')._cyreg.cy"


def open_(page, query):
    page.goto(f"/explore?{query}")
    page.wait_for_selector("main[data-ready]")


def shown(page):
    return set(page.evaluate(f"{CY}.elements().not('.gone').map(e => e.id())"))


def places(page):
    return page.evaluate(f"Object.fromEntries({CY}.nodes().map(n => [n.id(), [n.position('x'), n.position('y')]]))")


def at(page, name):
    """Where a thing or the middle of an edge is on the screen."""
    x, y = page.evaluate(
        f"""(id) => {{ const e = {CY}.getElementById(id); const p = e.isNode() ? e.renderedPosition() : e.renderedMidpoint();
            const r = document.querySelector('.explore-stage').getBoundingClientRect(); return [r.x + p.x, r.y + p.y]; }}""",
        name,
    )
    return x, y


def parameters(page):
    return parse_qs(urlsplit(page.url).query)


def test_a_press_on_a_line_shows_where_the_source_says_it(page):
    open_(page, "start=diuretics")
    assert page.locator("#panel h2").inner_text() == "Nothing is chosen"
    page.mouse.click(*at(page, "diuretics depletes potassium"))
    panel = page.locator("#panel")
    panel.get_by_text("Where the source says it").wait_for()
    assert panel.get_by_role("link", name="causes-3").get_attribute("href").startswith("/id/claim/causes-3")
    assert "can" in panel.locator("q").all_inner_texts()
    assert parameters(page)["select"] == ["diuretics depletes potassium"]
    assert page.evaluate(f"{CY}.elements('.chosen').map(e => e.id())") == ["diuretics depletes potassium"]
    page.go_back()
    panel.get_by_text("Nothing is chosen").wait_for()
    assert page.evaluate(f"{CY}.elements('.chosen').length") == 0


def test_expanding_adds_near_it_and_moves_nothing_else(page):
    open_(page, "start=diuretics")
    before, stood = shown(page), places(page)
    page.mouse.click(*at(page, "calcium"))
    page.get_by_role("link", name="Expand", exact=True).click()
    page.wait_for_selector("#panel >> text=Collapse")
    after, stand = shown(page), places(page)
    assert before < after
    assert {n: stand[n] for n in stood} == stood
    assert parameters(page)["open"] == ["calcium"]
    x, y = stand["calcium"]
    near = [stand[n] for n in stand if n not in stood and f"{n} contains calcium" in after]
    assert near
    assert all(((a - x) ** 2 + (b - y) ** 2) ** 0.5 < 450 for a, b in near)
    assert page.locator("#list").get_by_text("calcium carbonate").count()  # the list says the same
    assert "things of 862" in page.locator("#status").inner_text()
    page.get_by_role("link", name="Collapse", exact=True).click()
    page.wait_for_selector("#panel >> text=Expand")
    assert shown(page) == before
    page.go_back()
    page.wait_for_selector("#panel >> text=Collapse")
    assert places(page) == stand  # what comes again stands where it stood


def test_filters_hide_and_say_so_and_are_in_the_address(page):
    open_(page, "start=diuretics")
    page.get_by_role("checkbox", name="depletes").uncheck()
    page.locator("#status").get_by_text("hidden by filters").wait_for()
    assert "diuretics depletes potassium" not in shown(page)
    assert "potassium" not in shown(page)
    assert parameters(page)["hide"] == ["relation:depletes"]
    assert page.evaluate("document.activeElement.value") == "relation:depletes"  # the focus stays
    page.get_by_role("checkbox", name="nutrient").uncheck()
    page.wait_for_function(
        "() => document.querySelectorAll('#filters input[type=checkbox]:not(:checked)').length === 3"
    )
    assert "calcium" not in shown(page)
    page.reload()
    page.wait_for_selector("main[data-ready]")
    assert "calcium" not in shown(page)
    page.get_by_role("link", name="Clear filters").click()
    page.get_by_role("link", name="Clear filters").wait_for(state="detached")
    assert "diuretics depletes potassium" in shown(page)


def test_inferred_edges_come_when_they_are_asked_for_and_show_their_proof(page):
    open_(page, "start=potassium-chloride")
    assert not [e for e in shown(page) if "offsetsDepletionBy" in e]
    page.get_by_role("checkbox", name="inferred").check()
    page.wait_for_function(f"() => {CY}.edges('[?inferred]').length > 0")
    page.mouse.click(*at(page, "potassium-chloride offsetsDepletionBy diuretics"))
    page.locator("#panel").get_by_role("heading", name="Proof").wait_for()
    assert "nowhere in the source" in page.locator("#panel").inner_text()
    assert page.locator("#panel .ref").count() == 2


def test_a_path_between_two_picked_things(page, shot):
    open_(page, "start=diuretics")
    page.mouse.click(*at(page, "diuretics"))
    page.get_by_role("link", name="Path from here").click()
    page.locator("#troubles").get_by_text("A path from diuretics").wait_for()
    page.mouse.click(*at(page, "high-blood-pressure"))
    page.get_by_role("link", name="Path to here from diuretics").click()
    page.locator("#panel").get_by_role("heading", name="diuretics to high blood pressure").wait_for()
    assert page.evaluate(f"{CY}.edges('.path').map(e => e.id())").count(
        "diuretics usedToTreat high-blood-pressure"
    ) or page.evaluate(f"{CY}.edges('.path').length")
    assert parameters(page)["from"] == ["diuretics"]
    assert parameters(page)["to"] == ["high-blood-pressure"]


def test_the_keys_walk_choose_expand_and_fit(page, axe):
    open_(page, "start=diuretics")
    asked = []
    page.on("request", lambda r: asked.append(r.url) if "/explore" in r.url and "/static/" not in r.url else None)
    page.get_by_role("link", name="Skip the filters").press("Enter")
    page.wait_for_function("() => location.hash === '#bar'")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert asked == []  # a place of the same page: nothing is made anew, and nothing loses the focus
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#bar') !== null")
    said = page.locator("#said")
    page.locator(".explore-stage").focus()
    page.keyboard.press("ArrowRight")
    first = page.evaluate(f"{CY}.elements('.pointed').id()")
    if first == "diuretics":  # the first press says where one is
        page.keyboard.press("ArrowRight")
    edge = page.evaluate(f"{CY}.elements('.pointed').id()")
    assert edge.split(" ")[0] == "diuretics"
    assert said.inner_text().startswith("diuretics ")
    page.keyboard.press("ArrowRight")
    thing = page.evaluate(f"{CY}.elements('.pointed').id()")
    assert thing == edge.split(" ")[2]
    page.keyboard.press("Enter")
    page.wait_for_function("(id) => new URLSearchParams(location.search).get('select') === id", arg=thing)
    page.wait_for_function("() => document.querySelector('#panel .actions')")
    assert page.evaluate("document.activeElement.matches('.explore-stage')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.explore-stage')")
    count = len(shown(page))
    page.keyboard.press("+")
    page.wait_for_function(f"(n) => {CY}.elements().length > n", arg=count)
    page.keyboard.press("-")
    page.wait_for_function(f"(n) => {CY}.elements().length === n", arg=count)
    page.keyboard.press("?")
    page.get_by_role("region", name="Keys").wait_for()
    axe(page)
    page.evaluate(f"void {CY}.zoom(0.2)")
    page.keyboard.press("0")
    assert page.evaluate(f"{CY}.zoom()") > 0.5


@pytest.mark.parametrize(
    ("query", "middle"),
    [
        ("start=diuretics&open=calcium&open=potassium", "diuretics"),
        ("start=muscle-spasm&depth=2", "muscle-spasm"),
        ("start=muscle-spasm&depth=2&select=tetany", "tetany"),
    ],
)
def test_labels_can_be_read_at_first_view_and_fit_shows_all(page, query, middle):
    open_(page, query)
    assert page.evaluate(f"{CY}.zoom() * parseFloat({CY}.nodes()[0].style('font-size'))") >= 12
    x, y = at(page, middle)
    box = page.locator(".explore-stage").bounding_box()
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]
    page.get_by_role("button", name="Fit").click()
    spans = page.evaluate(f"(() => {{ const b = {CY}.elements().renderedBoundingBox(); return [b.w, b.h]; }})()")
    assert spans[0] <= box["width"]
    assert spans[1] <= box["height"]


def test_what_is_expanded_comes_into_view_and_can_be_read(page):
    open_(page, "start=diuretics&open=calcium&open=potassium")
    before = shown(page)
    page.mouse.click(*at(page, "muscle-cramp"))
    page.get_by_role("link", name="Expand", exact=True).click()
    page.wait_for_selector("#panel >> text=Collapse")
    assert before < shown(page)
    assert page.evaluate(f"{CY}.zoom()") >= 0.8599


def test_both_ends_of_a_step_are_opened(page):
    open_(page, "start=diuretics&start=leg-cramp")
    assert page.evaluate(f"{CY}.nodes('.start').map(n => n.id()).sort()") == ["diuretics", "leg-cramp"]
    assert {"diuretics depletes potassium", "pregnancy causes leg-cramp"} & shown(page)
    for name in ("diuretics", "leg-cramp"):
        assert page.evaluate(f"(id) => {CY}.getElementById(id).connectedEdges().length", name) > 4


def test_a_thing_is_added_by_name(page):
    open_(page, "start=diuretics")
    page.get_by_role("combobox", name="Add a thing").fill("tizani")
    page.get_by_role("option").first.click()
    page.wait_for_function(f"() => {CY}.getElementById('tizanidine').length === 1")
    assert parameters(page)["start"][0] == "diuretics"
    assert len(parameters(page)["start"]) == 2
    page.get_by_role("combobox", name="Add a thing").fill("bacloffin")
    page.keyboard.press("Enter")
    page.locator("#troubles").get_by_text("No thing is called “bacloffin”").wait_for()


def test_it_goes_out_as_svg_png_and_graphml(page):
    open_(page, "start=diuretics")
    with page.expect_download() as saved:
        page.get_by_role("link", name="SVG").click()
    root = ElementTree.parse(saved.value.path()).getroot()
    assert root.tag.endswith("svg")
    words = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"diuretics", "potassium", "depletes"} <= set(words)
    with page.expect_download() as saved:
        page.get_by_role("link", name="PNG").click()
    assert saved.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    with page.expect_download() as saved:
        page.get_by_role("link", name="GraphML").click()
    assert len(ElementTree.parse(saved.value.path()).findall(".//{*}edge")) == 10


def test_the_same_address_gives_the_same_picture_and_the_theme_is_followed(page):
    open_(page, "start=muscle-cramp")
    first = places(page)
    before = page.evaluate(f"{CY}.getElementById('muscle-cramp').style('border-color')")
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(f"{CY}.getElementById('muscle-cramp').style('border-color')") == "rgb(240,160,78)" != before
    page.reload()
    page.wait_for_selector("main[data-ready]")
    assert places(page) == first


@pytest.mark.parametrize("is_more", [False, True])
def test_things_do_not_lie_over_each_other(page, is_more):
    open_(page, "start=diuretics" if is_more else "start=muscle-cramp")
    if is_more:  # those that come later find room between those that stay
        page.get_by_role("checkbox", name="inferred").check()
        page.wait_for_function(f"() => {CY}.edges('[?inferred]').length > 0")
    boxes = page.evaluate(
        f"{CY}.nodes().map(n => {{ const b = n.boundingBox({{includeOverlays: false, includeUnderlays: false}}); return [b.x1, b.y1, b.x2, b.y2]; }})"
    )
    over = [
        (a, b)
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if min(a[2], b[2]) - max(a[0], b[0]) > 8 and min(a[3], b[3]) - max(a[1], b[1]) > 8
    ]
    assert over == []


CROSSED = f"""() => {{
    const boxes = {CY}.nodes().map((n) => [n, n.boundingBox({{ includeEdges: false }})]);
    return {CY}.edges().map((e) => {{
        const [a, b] = [e.source().position(), e.target().position()];
        return boxes.filter(([n]) => !n.same(e.source()) && !n.same(e.target())).filter(([, box]) =>
            [...Array(201).keys()].some((i) => {{
                const [x, y] = [a.x + ((b.x - a.x) * i) / 200, a.y + ((b.y - a.y) * i) / 200];
                return x > box.x1 + 3 && x < box.x2 - 3 && y > box.y1 + 3 && y < box.y2 - 3;
            }})).map(([n]) => `${{e.id()}} under ${{n.id()}}`);
    }}).flat();
}}"""


@pytest.mark.parametrize("start", ["baclofen", "diuretics", "leg-cramp"])
def test_no_line_runs_under_a_thing_that_is_not_its_own(page, start):
    open_(page, f"start={start}")
    assert page.evaluate(f"{CY}.edges().length") >= 10
    assert page.evaluate(CROSSED) == []


def test_two_thousand_elements_are_shown_and_can_be_worked_with(page):
    page.context.set_default_timeout(90_000)
    open_(page, "start=muscle-spasm&depth=4&most=2000")
    count = page.evaluate(f"{CY}.elements().not('.gone').length")
    assert 1900 < count <= 2000
    assert "Cut at 2,000 elements" in page.locator("#status").inner_text()
    page.evaluate(f"void {CY}.center({CY}.getElementById('baclofen'))")
    page.evaluate(f"void {CY}.zoom({{level: 1, position: {CY}.getElementById('baclofen').position()}})")
    page.mouse.click(*at(page, "baclofen"))
    page.locator("#panel h2").get_by_text("baclofen").wait_for()
    page.get_by_role("checkbox", name="causes", exact=False).first.uncheck()
    page.locator("#status").get_by_text("hidden by filters").wait_for()
    assert page.evaluate(f"{CY}.elements().not('.gone').length") < count


def test_the_list_says_the_same_and_the_keys_reach_all_of_it(page, axe, fits, shot):
    open_(page, "start=diuretics&select=diuretics")
    here = shown(page)
    page.get_by_role("link", name="List view").click()
    page.locator("#list").wait_for()
    rows = page.locator("#list table").first.locator("tbody tr")
    assert rows.count() == sum(" " in e for e in here)
    assert page.locator(".explore-stage").count() == 0
    axe(page)
    fits(page)
    shot(page, "explorer-list")
    rows.first.get_by_role("link").nth(1).click()
    page.locator("#panel").get_by_text("Where the source says it").wait_for()
    page.get_by_role("link", name="Graph view").click()
    page.wait_for_selector("main[data-ready]")


def test_without_scripts_there_is_a_picture_a_list_and_forms(tab, served, fits):
    page = tab(served, java_script_enabled=False)
    page.goto("/explore?start=diuretics")
    assert page.locator("svg.explore-picture text", has_text="potassium").first.is_visible()
    assert page.locator("#list").is_visible()
    page.get_by_role("checkbox", name="depletes").uncheck()
    page.get_by_role("button", name="Apply filters").click()
    assert "hidden by filters" in page.locator("#status").inner_text()
    page.get_by_role("link", name="calcium", exact=True).last.click()
    page.get_by_role("link", name="Expand", exact=True).click()
    assert page.locator("#list").get_by_text("calcium carbonate").count()


def test_the_pages_look_as_they_should(page, axe, fits, shot):
    for name, query in {
        "explorer": "start=diuretics&select=diuretics+depletes+potassium",
        "explorer-hub": "start=muscle-cramp&select=muscle-cramp",
        "explorer-proof": "start=potassium-chloride&inferred=true&select=potassium-chloride+offsetsDepletionBy+diuretics",
        "explorer-path": "from=diuretics&to=tetany",
    }.items():
        open_(page, query)
        if name != "explorer-hub":  # the same parts, only more of them
            axe(page)
        fits(page)
        shot(page, name)
    page.goto("/explore")
    page.get_by_role("heading", name="Start from a thing").wait_for()
    axe(page)
    fits(page)
    shot(page, "explorer-start")
    page.get_by_role("link", name="muscle spasm").click()
    page.wait_for_selector("main[data-ready]")
    assert re.search(r"more neighbours not shown", page.locator("#status").inner_text())


def test_only_the_first_page_is_asked_for_before_it_shows(page):
    asked = []
    page.on("request", lambda r: asked.append(urlsplit(r.url).path))
    open_(page, "start=diuretics")
    assert [a for a in asked if not a.startswith("/static/")] == ["/explore"]
    assert len([a for a in asked if a.endswith("vendor/cytoscape.js")]) == 1
    asked.clear()
    page.goto("/explore?start=diuretics&view=list")
    page.locator("#list").wait_for()
    assert not [a for a in asked if a.endswith("vendor/cytoscape.js")]
