"""The SPARQL editor with scripts: completion, mistakes, running and cancelling, the views of the answer, what is kept."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from serving import heavy, until

pytestmark = pytest.mark.slow

PREFIXES = "PREFIX spasm: <https://w3id.org/spasmkg/>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
COUNTS = (
    PREFIXES
    + "SELECT ?drug_label (COUNT(?e) AS ?n) { ?d a spasm:Drug ; rdfs:label ?drug_label ; spasm:hasSideEffect ?e } GROUP BY ?drug_label"
)
EDGES = (
    PREFIXES
    + "SELECT ?drug ?effect { ?drug a spasm:Drug ; spasm:hasSideEffect ?effect } ORDER BY ?drug ?effect LIMIT 12"
)
CLAIMS = f"""{PREFIXES}PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?s ?p ?o ?certainty ?item {{
  ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:certainty ?certainty ; spasm:statedIn ?item
}} ORDER BY ?s ?p ?o"""


@pytest.fixture
def editor(page):
    """Opens the editor with a text, and waits until it is there."""

    def opened(text="", **more):
        values = "&".join(f"{n}={quote(v)}" for n, v in ({"query": text} if text else {} | more).items())
        page.goto(f"/query?{values}" if values else "/query")
        page.locator("#query-page[data-ready]").wait_for()
        return page

    return opened


def write(page, text):
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def text_of(page):
    return page.evaluate("document.getElementById('query-text').value")


def suggested(page):
    """The names that completion offers where the text cursor is."""
    page.keyboard.press("Control+Space")
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    return [t.split(" · ")[0] for t in page.locator(".cm-tooltip-autocomplete .cm-completionDetail").all_inner_texts()]


def rows(page):
    return page.locator("#query-table tbody tr").all_inner_texts()


def test_a_query_is_written_with_completion_and_run(editor):
    page = editor()
    write(page, PREFIXES + "SELECT ?e { ?d a spasm:Drug ; ")
    page.keyboard.type("side")
    page.locator(".cm-tooltip-autocomplete li", has_text="has side effect").first.wait_for()
    names = page.locator(".cm-tooltip-autocomplete li").all_inner_texts()
    assert any("spasm:hasSideEffect" in n for n in names)
    assert not any("sideEffectOf" in n for n in names)  # drugs are nobody's side effect
    page.keyboard.press("Enter")
    assert text_of(page).endswith("spasm:hasSideEffect")
    page.keyboard.type(" ?e }")
    page.keyboard.press("Control+Enter")
    page.locator("#query-table").wait_for()
    assert "rows, complete" in page.locator("#query-line").inner_text()
    assert page.locator("#query-table tbody a[href='/id/drowsiness']").count() >= 1
    assert parse_qs(urlsplit(page.url).query)["query"] == [text_of(page)]


def test_only_what_leads_to_answers_is_suggested(editor, kg):
    page = editor()
    write(page, PREFIXES + "SELECT * { ?d a spasm:Test ; ")
    tests = suggested(page)
    asked = {p.value for (p,) in kg.store.select("SELECT DISTINCT ?p { ?s a spasm:Test ; ?p ?o }")}
    assert {n.removeprefix("spasm:") for n in tests if n.startswith("spasm:")} <= {p.rsplit("/", 1)[-1] for p in asked}
    assert "spasm:detects" in tests
    assert "spasm:hasSideEffect" not in tests
    write(page, PREFIXES + "SELECT * { spasm:dantrolene spasm:hasSideEffect ")
    assert suggested(page) == ["spasm:hepatotoxicity", "spasm:muscle-weakness"]
    write(page, PREFIXES + "SELECT * { ?x spasm:hasSideEffect ?y . ?x a ")
    classes = suggested(page)
    assert "spasm:Drug" in classes
    assert "spasm:Test" not in classes


def test_an_entity_is_found_by_its_name_and_its_prefix_is_declared(editor):
    page = editor()
    write(page, "SELECT * { ")
    page.keyboard.type("tingl")
    page.locator(".cm-tooltip-autocomplete li", has_text="tingling").first.click()
    assert text_of(page) == "PREFIX spasm: <https://w3id.org/spasmkg/>\nSELECT * { spasm:tingling"


def test_a_mistake_is_marked_and_its_prefix_added_with_one_press(editor, axe):
    page = editor()
    write(page, PREFIXES + "SELECT ?s ?code {\n  ?s a spasm:Drug ;\n    skos:exactMatch ?code\n}")
    page.get_by_role("button", name="Run").click()
    assert "Line 5, column 5." in page.get_by_role("alert").inner_text()
    assert page.locator(".cm-lintRange-error").inner_text() == "skos:exactMatch"
    axe(page)
    page.get_by_role("button", name="Go to line 5").click()
    page.get_by_role("button", name="Add the prefix").click()
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nSELECT" in text_of(page)
    assert page.locator(".cm-lintRange-error").count() == 0
    page.keyboard.press("Control+Enter")
    page.locator("#query-table").wait_for()
    assert page.get_by_role("alert").count() == 0


def test_all_of_it_is_done_with_the_keyboard(editor):
    page = editor(EDGES)
    page.locator(".cm-content").focus()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "query-run"
    page.locator(".cm-content").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "query-run"  # Tab is not caught
    before = (
        """document.getElementById('query-answer').compareDocumentPosition(document.getElementById('query-examples'))"""
    )
    assert page.evaluate(before) == 4  # the answer comes before the hundreds of examples
    page.locator("#query-tab-table").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "query-tab-graph"
    page.locator(".query-canvas canvas").first.wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator("#query-table thead button").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator("#query-table th[aria-sort=ascending]").inner_text().startswith("effect")


def test_a_running_query_is_cancelled_and_its_worker_killed(editor, served):
    page = editor(EDGES)
    before = rows(page)
    write(page, heavy("cancelled"))
    page.keyboard.press("Control+Enter")
    cancel = page.get_by_role("button", name="Cancel")
    cancel.wait_for()
    assert re.fullmatch(r"Running, \d+\.\d s of 90 s", page.locator("#query-state").inner_text())
    assert rows(page) == before  # those of before stay
    until(lambda: any(w["workers"] > w["idle"] for w in served.health()["workers"].values()))
    cancel.click()
    page.locator("#query-state", has_text="Cancelled after").wait_for()
    until(lambda: all(w["workers"] == w["idle"] for w in served.health()["workers"].values()))
    assert cancel.is_hidden()
    assert "below is the answer to the query before" in page.locator("#query-state").inner_text()
    assert page.locator("#query-view.is-old").count() == 1
    write(page, EDGES)  # to which those of before do belong
    page.keyboard.press("Control+Enter")
    page.locator("#query-view:not(.is-old)").wait_for()


BUSY = json.dumps({"title": "busy", "status": 503, "code": "busy", "detail": "all workers are busy"})


def test_a_busy_server_is_asked_again_and_the_rows_of_before_are_marked_old(editor, axe):
    page = editor(EDGES)
    before, held = rows(page), []

    def busy_once(route):
        held.append(route)  # the second try waits until it is let go
        if len(held) == 1:
            route.fulfill(status=503, headers={"Retry-After": "1"}, content_type="application/problem+json", body=BUSY)

    page.route("**/query", busy_once)
    write(page, PREFIXES + "SELECT ?d { ?d a spasm:Drug } LIMIT 3")
    page.keyboard.press("Control+Enter")
    note = page.locator("#query-notes .note")
    note.wait_for()
    assert "All workers are busy. Your query was not started. Trying again in 1 s." in note.inner_text()
    assert page.get_by_role("button", name="Cancel").is_visible()
    assert rows(page) == before
    assert page.locator("#query-view.is-old").count() == 1
    axe(page)
    until(lambda: page.evaluate("1") and len(held) == 2)
    held[1].continue_()
    page.locator("#query-line", has_text="3 rows, complete").wait_for()
    assert note.count() == 0
    assert page.get_by_role("button", name="Cancel").is_hidden()
    page.expected("503")


def test_trying_again_can_be_called_off(editor):
    page = editor(EDGES)
    asked = []

    def busy(route):
        asked.append(route.request.method)
        route.fulfill(status=503, headers={"Retry-After": "600"}, content_type="application/problem+json", body=BUSY)

    page.route("**/query", busy)
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Cancel").click()
    assert page.locator("#query-state").inner_text() == "Not tried again."
    assert page.evaluate("document.activeElement.id") == "query-run"
    assert page.locator("#query-notes .note").count() == 0
    page.expected("503")


def test_a_long_answer_is_cut_paged_and_sorted(editor, fits):
    page = editor(CLAIMS)
    assert "1,000 rows shown, more exist" in page.locator("#query-line").inner_text()
    assert "Cut for display." in page.locator("#query-notes").inner_text()
    first = rows(page)
    assert len(first) == 50
    page.get_by_role("button", name="Next 50").click()
    assert "Rows 51 to 100 of the first 1,000" in page.locator(".pager").inner_text()
    assert rows(page) != first
    page.locator("#query-scroll").focus()
    page.keyboard.press("End")
    assert "Rows 951 to 1,000" in page.locator(".pager").inner_text()
    page.get_by_label("Rows", exact=True).select_option("200")
    assert len(rows(page)) == 200
    page.get_by_role("button", name="certainty").click()
    assert all("asserted" in r for r in rows(page)[:20])
    page.get_by_role("button", name="certainty").click()
    assert all("usual" in r for r in rows(page)[:5])
    assert page.locator("#query-table td.at-source .ref").count() == 200
    fits(page)


def test_an_answer_with_names_and_numbers_is_a_chart(editor, shot):
    page = editor(COUNTS)
    page.get_by_role("tab", name="Chart").click()
    bars = page.locator(".query-chart rect")
    assert bars.count() == len(json.loads(page.locator("#query-data").inner_text())["rows"])
    assert parse_qs(urlsplit(page.url).query)["show"] == ["chart"]
    shot(page, "query-chart")
    page.go_back()
    page.locator("#query-table").wait_for()


def test_an_answer_is_a_graph_only_once_it_is_asked_for(editor, shot):
    asked = []
    page = editor(EDGES)
    page.on("request", lambda r: asked.append(r.url))
    assert not any("cytoscape" in url for url in asked)
    page.get_by_role("tab", name="Graph").click()
    page.locator(".query-canvas canvas").first.wait_for()
    assert any("cytoscape" in url for url in asked)
    told = json.loads(page.locator("#query-data").inner_text())
    things = {t["value"] for row in told["rows"] for t in row}
    until(lambda: page.evaluate("document.querySelector('.query-canvas').cy?.nodes().length") == len(things))
    assert page.evaluate("document.querySelector('.query-canvas').cy.edges().length") == len(told["rows"])
    page.evaluate("void document.querySelector('.query-canvas').cy.nodes()[0].emit('tap')")
    assert page.locator(".query-zoom a").get_attribute("href").startswith("/id/")
    zoom = page.evaluate("document.querySelector('.query-canvas').cy.zoom()")
    page.get_by_role("button", name="Closer").click()
    assert page.evaluate("document.querySelector('.query-canvas').cy.zoom()") > zoom
    shot(page, "query-graph")


def test_an_answer_is_downloaded_whole(editor, kg):
    page = editor(CLAIMS)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download all rows, CSV").click()
    assert saved.value.suggested_filename == "spasmkg-answer.csv"
    found = list(csv.reader(io.StringIO(saved.value.path().read_text())))
    assert len(found) - 1 == len(list(kg.query(CLAIMS).rows)) > 1000
    links = page.locator("#query-line .end a").all_inner_texts()
    assert links == ["CSV", "TSV", "JSON", "XML"]
    write(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5")
    page.keyboard.press("Control+Enter")
    page.locator("#query-line", has_text="5 triples").wait_for()
    assert page.locator("#query-line .end a").all_inner_texts() == ["Turtle", "N-Triples", "JSON-LD"]


def test_examples_are_filtered_and_put_into_the_editor(editor):
    page = editor()
    page.get_by_label("Filter examples").fill("side effects drug have")
    shown = page.locator("#query-example-list li:not([hidden])")
    until(lambda: shown.count() < 10)
    page.get_by_role("link", name="Which side effects does a drug have?").click()
    page.wait_for_url("**example=drug-side-effects")
    assert "#+ summary: Which side effects does a drug have?" in text_of(page)
    page.get_by_role("button", name="Run").click()
    page.locator("#query-table").wait_for()
    assert "baclofen" in rows(page)[0]


def test_drafts_and_history_are_kept_here_and_can_be_cleared(editor):
    page = editor()
    write(page, "ASK { <x:first> ?p ?o }")
    page.keyboard.press("Control+Enter")
    page.locator("#query-view", has_text="No: the data do not hold this.").wait_for()
    write(page, "# a draft that was never run\nASK { }")
    until(lambda: page.evaluate("Object.values(localStorage).some((v) => v.includes('never run'))"))
    page = editor()
    assert "never run" in text_of(page)
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="ASK { <x:first> ?p ?o }").click()
    assert text_of(page) == "ASK { <x:first> ?p ?o }"
    page.get_by_role("button", name="Clear all that is kept").click()
    assert "Queries that you run stand here." in page.locator("#query-history").inner_text()
    assert not page.evaluate("Object.keys(localStorage).some((k) => k.includes('/query runs'))")


def test_history_is_bounded(editor):
    page = editor()
    source = page.locator("script[src$='query.js']").get_attribute("src").replace("query.js", "query-kept.js")
    found = page.evaluate(
        """async (source) => {
        const { keeper } = await import(source);
        const kept = keeper("/test");
        for (let i = 0; i < 80; i++) kept.note({ text: `ASK { } # ${i}`, at: "" });
        const many = kept.runs().length;
        kept.note({ text: "x".repeat(300000), at: "" });
        kept.note({ text: "y".repeat(300000), at: "" });
        return [many, kept.runs()[0].text[0], kept.runs().some((r) => r.text[0] === "x"), JSON.stringify(kept.runs()).length];
    }""",
        source,
    )
    assert found[:3] == [50, "y", False]
    assert found[3] < 400_000


def test_a_query_too_long_for_an_address_is_kept_here_and_said_so(editor):
    page = editor()
    long = "ASK { }\n" + "# a remark that makes it longer\n" * 500
    write(page, long)
    page.get_by_role("button", name="Run").click()
    page.locator("#query-state", has_text="Too long for an address").wait_for()
    with page.expect_download() as saved:  # by POST, since no address holds it
        page.get_by_role("button", name="JSON").click()
    assert json.loads(saved.value.path().read_text())["boolean"] is True
    where = page.url
    assert re.search(r"/query#long-[0-9a-f]{16}$", where)
    page.goto("/query")
    page.goto(where)
    page.reload()
    page.locator("#query-view", has_text="Yes: the data hold this.").wait_for()
    assert text_of(page) == long


def test_the_link_leads_to_query_and_answer(editor, tab, served):
    page = editor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    write(page, EDGES)
    page.get_by_role("button", name="Copy link").click()
    page.locator("#query-state", has_text="The link was copied.").wait_for()
    where = page.evaluate("navigator.clipboard.readText()")
    other = tab(served, java_script_enabled=False)
    other.goto(where)
    assert other.locator("#query-table tbody tr").count() == 12
    assert other.locator("#query-text").input_value() == EDGES


def test_without_scripts_the_form_answers(tab, served):
    page = tab(served, java_script_enabled=False)
    page.goto("/query")
    page.locator("#query-text").fill(EDGES)
    page.get_by_role("button", name="Run").click()
    assert page.locator("#query-table tbody tr").count() == 12
    assert page.get_by_role("button", name="Format").is_hidden()
    page.get_by_role("link", name="baclofen").first.click()
    assert page.url.endswith("/id/baclofen")


def test_the_text_is_said_to_have_changed_since_the_run(editor):
    page = editor(EDGES)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" # more")
    assert "The text has changed since the run" in page.locator("#query-state").inner_text()
    page.keyboard.press("Control+z")
    page.locator("#query-state", has_text=re.compile(r"^$")).wait_for(state="attached")


def test_format_can_be_undone(editor):
    page = editor()
    flat = "SELECT * { ?s ?p ?o . ?o ?q ?r }"
    write(page, flat)
    page.get_by_role("button", name="Format").click()
    until(lambda: "\n  ?s ?p ?o .\n" in text_of(page))
    page.locator(".cm-content").click()
    page.keyboard.press("Control+z")
    assert text_of(page) == flat


def test_back_undoes_one_run(editor):
    page = editor(EDGES)
    write(page, "ASK { }")
    page.keyboard.press("Control+Enter")
    page.locator("#query-view", has_text="Yes: the data hold this.").wait_for()
    page.go_back()
    page.locator("#query-table tbody tr").nth(11).wait_for()
    assert text_of(page) == EDGES


def test_it_looks_right_at_every_width(editor, axe, shot, fits):
    page = editor()
    axe(page)
    fits(page)
    shot(page, "query-empty")
    page = editor(EDGES)
    axe(page)
    fits(page)
    shot(page, "query-table")
    write(page, PREFIXES + "SELECT * {\n  ?s skos:exactMatch ?o\n}")
    page.keyboard.press("Control+Enter")
    page.get_by_role("alert").wait_for()
    fits(page)
    shot(page, "query-mistake")
    page.get_by_role("tab", name="Prefixes").click()
    axe(page)
