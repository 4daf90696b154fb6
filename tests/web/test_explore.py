"""The explorer without scripts, its addresses, and the same part of the graph by REST."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from serving import serve, writable

from spasmkg import namespaces as ns
from spasmkg.draw.style import DARK, LIGHT
from spasmkg.surroundings import Wanted, around
from spasmkg.web.views.explore import data
from spasmkg.web.views.exploring import State
from spasmkg.web.views.small_graph import small_graph

HTML = {"Accept": "text/html"}
STATIC = Path(__file__).parents[2] / "src/spasmkg/web/static"


def page(server, path):
    answer = server.ask("GET", path, HTML)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def held(text):
    return json.loads(re.search(r'<script type="application/json" id="graph-data">(.*?)</script>', text, re.DOTALL)[1])


class Links(HTMLParser):
    """The addresses of links by their text."""

    def __init__(self, text):
        super().__init__()
        self.found, self._at = [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._at = dict(attrs).get("href")
            self.found.append(["", self._at])

    def handle_data(self, words):
        if self._at is not None:
            self.found[-1][0] += words

    def handle_endtag(self, tag):
        if tag == "a":
            self._at = None

    def of(self, text):
        return [at for words, at in self.found if words.strip() == text]


# ---- addresses ----


def read(kg, query):
    values = {}
    for name, value in parse_qsl(query):
        values.setdefault(name, []).append(value)
    return State.read(kg, values)


def test_an_address_says_all_that_is_shown(kg):
    query = (
        "start=diuretics&start=potassium&open=calcium&shut=potassium&depth=2&most=50&inferred=true&hide=kind%3ATest"
        "&from=diuretics&to=tetany&select=diuretics+depletes+potassium&view=list"
    )
    state, troubles = read(kg, query)
    assert not troubles
    assert state.to("/kg") == f"/kg/explore?{query}"
    assert read(kg, urlsplit(state.to("")).query)[0] == state


def test_any_name_of_a_thing_will_do_and_one_of_none_is_told(kg):
    state, troubles = read(
        kg, "start=charley+horse&start=spasm:baclofen&start=https://w3id.org/spasmkg/tetany&start=bacloffin"
    )
    assert state.start == ("muscle-cramp", "baclofen", "tetany")
    assert [(t.name, t.suggestions) for t in troubles] == [("bacloffin", ("baclofen",))]


def test_expanding_and_collapsing_undo_each_other(kg):
    state, _ = read(kg, "start=diuretics")
    opened = state.toggled("calcium")
    assert (opened.open, opened.is_open("calcium")) == (("calcium",), True)
    assert opened.toggled("calcium") == state
    shut = state.toggled("diuretics")
    assert (shut.shut, shut.is_open("diuretics")) == (("diuretics",), False)
    assert shut.toggled("diuretics") == state


def test_the_form_of_filters_says_what_is_shown_and_the_state_what_is_hidden(kg):
    query = "start=diuretics&hide=kind:Test&known=kind:Drug+relation:causes+layer:inferred&show=kind:Drug&show=layer:inferred"
    state, _ = read(kg, query)
    assert (state.hide, state.inferred) == (("kind:Test", "relation:causes"), True)


@pytest.mark.parametrize(
    "query", ["depth=99&most=-1", "depth=x", "depth=%C2%B2", "hide=nothing:x&hide=x", "select=%00"]
)
def test_what_makes_no_sense_is_passed_over(kg, server, query):
    state, _ = read(kg, query)
    assert (state.depth in (1, 4), state.most, state.hide) == (True, 0, ())
    page(server, f"/explore?start=diuretics&{query}")


# ---- the page ----


def test_one_request_has_the_graph_the_picture_the_list_and_the_evidence(server):
    text = page(server, "/explore?start=diuretics&select=diuretics+depletes+potassium")
    found = held(text)
    assert {n["id"] for n in found["nodes"]} >= {"diuretics", "potassium", "muscle-cramp"}
    assert "diuretics depletes potassium" in {e["id"] for e in found["edges"]}
    assert set(found["styles"]) == {"light", "dark"}
    assert '<svg class="graph explore-picture"' in text
    panel = text.split('id="panel"')[1]
    assert "Where the source says it" in panel
    assert "causes-3" in panel
    assert "<q>can</q>" in panel
    rows = text.split('id="list"')[1].split("</table>")[0]
    assert rows.count("<tr") - 1 == len(found["edges"])
    assert "Showing 8 things of 862 and 10 edges of 1,525" in text


def test_it_works_by_links_and_forms_alone(server):
    text = page(server, "/explore?start=diuretics")
    (opened,) = [at for at in Links(text).of("Expand calcium") if at]
    wider = page(server, opened)
    assert {n["id"] for n in held(wider)["nodes"]} > {n["id"] for n in held(text)["nodes"]}
    evidence = Links(text.split('id="list"')[1]).of("used to treat")[0]
    assert "high blood pressure" in page(server, evidence).split('id="panel"')[1]
    hidden = page(server, "/explore?start=diuretics&known=relation:causes+relation:depletes&show=relation:causes")
    assert "hidden by filters" in hidden
    assert ">depletes</a>" not in hidden.split('id="list"')[1].split("</table>")[0]
    assert Links(hidden).of("Clear filters") == ["/explore?start=diuretics"]


def test_an_inferred_edge_shows_its_proof(server):
    text = page(server, "/explore?start=diuretics&inferred=true&select=potassium-chloride+offsetsDepletionBy+diuretics")
    panel = text.split('id="panel"')[1]
    assert "Inferred edge" in panel
    assert "nowhere in the source" in panel
    assert "supplements-3" in panel
    assert "causes-3" in panel
    assert Links(panel).of("Open the proof") == [
        "/proof?subject=potassium-chloride&predicate=offsetsDepletionBy&object=diuretics"
    ]


def test_a_path_between_two_things_is_told_step_by_step(server):
    text = page(server, "/explore?from=diuretics&to=tetany")
    panel = text.split('id="panel"')[1]
    assert "Diuretics causes muscle cramp." in panel
    assert any(e["path"] for e in held(text)["edges"])


def test_the_panel_comes_alone_where_it_is_asked_for(server):
    whole = page(server, "/explore?start=diuretics&select=diuretics")
    part = page(server, "/explore?start=diuretics&select=diuretics&part=panel")
    assert "<html" not in part
    assert part.strip() in whole


def test_without_a_start_things_are_proposed(server):
    text = page(server, "/explore")
    assert "Start from a thing" in text
    assert "/explore?start=muscle-spasm" in [at for _, at in Links(text).found]


def test_an_unknown_name_has_a_link_to_what_is_meant(server):
    text = page(server, "/explore?start=bacloffin")
    assert "No thing is called “bacloffin”." in text
    assert Links(text).of("baclofen")[0] == "/explore?start=baclofen"


def test_what_is_not_shown_is_said(server):
    text = page(server, "/explore?start=muscle-spasm")
    assert "more neighbours not shown: at most 24 around each" in text
    wider = page(server, Links(text).of("Show more")[0])
    assert len(held(wider)["nodes"]) > len(held(text)["nodes"])
    assert "Cut at 2,000 elements" in page(server, "/explore?start=muscle-spasm&depth=4&most=2000")


def test_the_legend_has_only_what_is_present(server):
    text = page(server, "/explore?start=diuretics").split('id="legend"')[1].split("</ul>")[0]
    assert "nutrient" in text
    assert "therapy" not in text
    assert "inferred" not in text


def test_kinds_are_called_as_on_all_pages(server):
    text = page(server, "/explore?start=muscle-spasm&view=list")
    assert text.count("body site") >= 3  # the filter, the legend, the list
    assert "anatomical site" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)


# ---- hostile data ----

HOSTILE = """PREFIX spasm: <https://w3id.org/spasmkg/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT DATA { spasm:ill rdfs:label "</script><script>alert(1)</script>" . spasm:other rdfs:label "<img src=x onerror=alert(1)>" .
  GRAPH <https://w3id.org/spasmkg/graph/user> {
  spasm:ill a spasm:Drug ; rdfs:label "</script><script>alert(1)</script>" ; spasm:causes spasm:other .
  spasm:other a spasm:Finding ; rdfs:label "<img src=x onerror=alert(1)>" } }"""


def test_nothing_in_the_data_is_more_than_text(tmp_path):
    with serve(tmp_path, *writable(tmp_path)) as server:
        assert server.update(HOSTILE).status in (200, 204)
        text = page(server, "/explore?start=ill&select=ill+causes+other")
        assert {n["label"] for n in held(text)["nodes"]} == {
            "</script><script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
        }
        assert "<img src=x" not in text
        assert "<script>alert" not in text
        assert server.ask("GET", "/api/neighbourhood?start=ill&format=svg").body.count(b"<script") == 0


def test_the_json_of_a_page_ends_no_element(kg):
    part = around(kg, Wanted((ns.spasm("diuretics"),)))
    text = data(part, State(("diuretics",)))
    assert not set("<>&") & set(text)
    assert json.loads(text)["nodes"]


# ---- REST ----


def test_rest_gives_the_same_part(server):
    found = server.ask("GET", "/api/neighbourhood?start=diuretics&open=calcium&hide=kind:Supplement").json()
    shown = held(page(server, "/explore?start=diuretics&open=calcium&hide=kind:Supplement"))
    assert {t["name"] for t in found["things"]} == {n["id"] for n in shown["nodes"] if not n["hidden"]}
    assert len(found["edges"]) == sum(not e["hidden"] for e in shown["edges"]) == found["shown_edges"]
    edge = next(e for e in found["edges"] if e["object"] == ns.spasm("potassium"))
    assert (edge["certainty"], edge["hedges"], edge["places"]) == ("possible", ["can"], ["causes-3"])


def test_rest_gives_files_of_it(server):
    where = "/api/neighbourhood?start=diuretics&format="
    shown = server.ask("GET", f"{where}json").json()
    graphml = ElementTree.parse(io.BytesIO(server.ask("GET", f"{where}graphml").body))
    kind = {"g": "http://graphml.graphdrawing.org/xmlns"}
    assert len(graphml.findall(".//g:edge", kind)) == shown["shown_edges"]
    assert len(graphml.findall(".//g:node", kind)) == shown["shown_things"]
    assert ElementTree.fromstring(server.ask("GET", f"{where}svg").body).tag.endswith("svg")
    assert server.ask("GET", f"{where}png").body[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("start=bacloffin", 404), ("start=diuretics&depth=9", 400), ("start=muscle-spasm&depth=4&most=2000&format=svg", 400)],
)  # fmt: skip
def test_rest_says_what_does_not_fit(server, query, status):
    assert server.ask("GET", f"/api/neighbourhood?{query}").status == status


# ---- the small graph of an entity's page ----


def test_the_small_graph_shows_at_most_seven_neighbours_and_says_of_how_many(kg):
    text = small_graph(kg, ns.spasm("muscle-cramp"))
    ElementTree.fromstring(re.search(r"<svg.*</svg>", text, re.DOTALL)[0])
    assert text.count('class="glyph') == 8
    assert "7 of 56 neighbours" in text
    assert "/explore?start=muscle-cramp" in text
    assert "style=" not in text


def test_the_small_graph_stands_under_a_proxy_and_has_words_for_every_line(kg):
    text = small_graph(kg, ns.spasm("diuretics"), "/kg")
    assert 'href="/kg/id/potassium"' in text
    assert "diuretics depletes potassium (possible)" in text
    assert "All 7 neighbours" in text


def test_a_thing_without_edges_has_no_small_graph(kg):
    item = next(x.value for (x,) in kg.store.select("SELECT ?x { ?x a spasm:Item } ORDER BY ?x LIMIT 1"))
    assert small_graph(kg, item) == ""


def test_pictures_have_the_hues_of_the_package():
    css, tokens = (STATIC / "graph.css").read_text(), (STATIC / "app.css").read_text()
    for family in LIGHT.hues:
        assert f".graph .{family}{{color:var(--k-{family})}}" in css
        found = re.search(rf"--k-{family}: light-dark\((#\w+), (#\w+)\)", tokens)
        assert found
        assert found.groups() == (LIGHT.hues[family], DARK.hues[family])
