"""Labels and IRIs that would do harm as HTML, in a header or in another format are text and nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from urllib.parse import quote

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS
from serving import serve, writable
from test_linked_data import Outline

from spasmkg import namespaces as ns

SCRIPT = "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>\"' onmouseover='alert(1)'"
BREAK = "a\r\nSet-Cookie: x=1\t\"quoted\", =cmd|' /C calc'!A0 \\ | <b>"
STEER = "\u202eright to left\u2028\x7f\x85]]>&lt;"
LABELS = [SCRIPT, BREAK, STEER, "javascript:alert(1)", "${7*7}{{7*7}}%0d%0a", "\U0001f9ea é 試験"]
NAMES = ["x'onload='alert(1)'", "a;rel=next,b", "p%22%3E%3Cscript%3E", "é試", "(a)&amp;b=c", "q/..;/admin"]
OUT = ["javascript:alert(document.cookie)", "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E", "https://a.example/'onclick='alert(1)",
       "JaVaScRiPt:alert(1)", "https://a.example/%22%3E%3Cscript%3E", "vbscript:x"]  # fmt: skip


def literal(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
    )
    return f'"{escaped}"@en'


def thing(i: int) -> str:
    return ns.SPASM + NAMES[i]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A server whose every entity, claim, place, relation and mapping is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    with serve(folder, *writable(folder)) as running:
        spoken = [f"<{thing(i)}> a spasm:Drug ; rdfs:label {literal(label)} ; skos:definition {literal(label)} ; "
                  f"skos:altLabel {literal('also ' + label)} ." for i, label in enumerate(LABELS)]  # fmt: skip
        kinds = [
            f"spasm:hasSideEffect a owl:ObjectProperty ; rdfs:label {literal(SCRIPT)} ; spasm:inverseLabel {literal(BREAK)} ."
        ]
        edges = [f"<{thing(i)}> spasm:hasSideEffect <{thing((i + 1) % 6)}> ." for i in range(6)]
        edges += [f"<{thing(0)}> spasm:related <{iri}> ." for iri in OUT]
        claims = [
            f"<{ns.SPASM}claim/{NAMES[i]}> a spasm:Claim ; rdf:subject <{thing(i)}> ; rdf:predicate spasm:hasSideEffect ; "
            f"rdf:object <{thing((i + 1) % 6)}> ; spasm:certainty spasm:asserted ; spasm:hedge {literal(LABELS[i])[:-3]} ; "
            f"spasm:statedIn <{ns.SPASM}item/{NAMES[i]}> ; oa:start 0 ; oa:end 9 ; "
            f"spasm:spanWords {literal(LABELS[i])[:-3]} ; spasm:spanDigest '00' ."
            for i in range(6)
        ]  # fmt: skip
        places = [f"<{ns.SPASM}item/{NAMES[i]}> a spasm:Item ; rdfs:label {literal(LABELS[i])} ; spasm:inSection spasm:s . "
                  f"spasm:s rdfs:label {literal(SCRIPT)} ." for i in range(6)]  # fmt: skip
        ties = [
            f"<{ns.SPASM}mapping/m{i}> a owl:Axiom ; owl:annotatedSource <{thing(i)}> ; owl:annotatedProperty skos:exactMatch ; "
            f"owl:annotatedTarget <{OUT[i]}> ; spasm:toVocabulary {literal(LABELS[i])[:-3]} ; sssom:object_label {literal(LABELS[i])[:-3]} ; "
            f"sssom:mapping_justification <{OUT[i]}> ; sssom:object_source <{OUT[0]}> ; rdfs:comment {literal(LABELS[i])} ."
            for i in range(6)
        ]  # fmt: skip
        layers = {
            "entities": spoken,
            "ontology": kinds,
            "edges": edges,
            "claims": claims,
            "article": places,
            "mappings": ties,
        }
        prefixes = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in ns.prefixes().items())
        text = "".join(f"{' '.join(t)} GRAPH graph:{layer} {{ {' '.join(t)} }}\n" for layer, t in layers.items())
        answer = running.update(f"{prefixes} INSERT DATA {{ {text} }}")
        assert answer.status == 204, answer.body
        yield running


ATTRIBUTES = {
    "lang", "charset", "name", "content", "rel", "type", "href", "class", "scope", "id", "role", "title", "src", "as",
    "crossorigin", "tabindex", "hidden", "width", "height", "rx", "value", "action", "maxlength", "autocomplete", "spellcheck",
    "placeholder", "selected", "rowspan", "viewbox", "d", "x", "y", "cx", "cy", "r", "transform", "font-size", "stroke-dasharray",
    "stroke-linecap", "for", "data-label", "data-copy", "data-combobox", "data-goes", "aria-label", "aria-labelledby",
    "aria-hidden", "aria-current",
}  # fmt: skip
"""What elements may have: nothing that runs, and no style."""
PATHS = [f"/id/{quote(name)}" for name in NAMES] + [f"/id/claim/{quote(name)}" for name in NAMES]
PATHS += [
    f"/id/item/{quote(NAMES[0])}",
    "/id/mapping/m0",
    "/id/mapping/m1",
    "/id/hasSideEffect",
    f"/id?iri={quote(OUT[0])}",
    f"/id?iri={quote(OUT[2])}",
    "/",
    "/search?kind=Drug",
    "/search?q=alert",
    *[f"/search?q={quote(label)}" for label in LABELS],
    "/vocabularies",
    "/vocabularies?q=alert",
    *[f"/vocabularies/{quote(label, safe='')}" for label in LABELS[:1] + LABELS[3:]],
    f"/vocabularies/crosswalk?from={quote(LABELS[0])}&to={quote(LABELS[3])}",
    f"/vocabularies/crosswalk?from={quote(LABELS[0])}&to={quote(LABELS[3])}&show=gaps",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_holds_no_script_and_no_link_that_is_one(hostile, path):
    answer = hostile.ask("GET", path, {"Accept": "text/html"})
    assert (answer.status, answer.media) == (200, "text/html"), answer.body
    page = Outline(answer.body)
    assert set(page.tags) <= {"html", "head", "meta", "title", "script", "link", "body", "header", "nav", "a", "main", "h1", "h2", "h3", "p", "code",
                              "section", "table", "thead", "tr", "th", "tbody", "td", "footer", "dl", "dt", "dd", "b", "div", "span", "ul", "ol",
                              "li", "svg", "path", "rect", "text", "circle", "g", "desc", "figure", "figcaption", "form", "input", "label", "button",
                              "details", "summary", "pre", "colgroup", "col", "aside", "q", "sup", "mark", "select", "option", "caption"}  # fmt: skip
    names = {name for _, name, _ in page.attributes}
    assert not [n for n in names if n.startswith("on") or n in ("style", "srcdoc", "formaction")]
    assert names <= ATTRIBUTES
    assert {value for tag, name, value in page.attributes if tag == "script" and name == "type"} <= {
        "module",
        "application/ld+json",
    }
    assert all(
        value.startswith("/static/") for tag, name, value in page.attributes if tag == "script" and name == "src"
    )
    assert not page.data or json.loads(page.data)["name"] in LABELS
    assert b"<!--" not in answer.body
    assert all(link.startswith(("/", "http://", "https://", "#")) for link in page.links)
    assert "set-cookie" not in answer.headers
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", answer.body.decode())


def test_the_label_is_shown_as_it_is(hostile):
    page = Outline(hostile.ask("GET", PATHS[0], {"Accept": "text/html"}).body)
    assert page.text.count(SCRIPT) > 2


def test_a_link_leads_back_to_the_thing_whatever_its_name(hostile):
    for i in range(6):
        page = Outline(hostile.ask("GET", PATHS[i], {"Accept": "text/html"}).body)
        assert PATHS[(i + 1) % 6] in [quote(link, safe="/%") for link in page.links] or any(
            hostile.ask("GET", link, {"Accept": "text/turtle"}).headers["link"].endswith(f'<{thing((i + 1) % 6)}>; rel="describes"')
            for link in page.links if link.startswith("/id/") and thing((i + 1) % 6).isascii()
        )  # fmt: skip


@pytest.mark.parametrize("media", ["text/turtle", "application/ld+json", "application/n-triples"])
@pytest.mark.parametrize("i", range(6))
def test_rdf_gives_the_label_back(hostile, media, i):
    answer = hostile.ask("GET", PATHS[i], {"Accept": media})
    name = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt"}[media]
    graph = Graph().parse(data=answer.body, format=name)
    assert (URIRef(thing(i)), RDFS.label, Literal(LABELS[i], lang="en")) in graph


@pytest.mark.parametrize("path", ["/api/claims", "/api/mappings", "/api/search?q=alert&limit=100", "/api/queries/drug-side-effects/run?drug=any",
                                  "/api/queries/drug-side-effects/run?drug=any&evidence=true"])  # fmt: skip
def test_every_format_of_rows_gives_the_same_text(hostile, path):
    found = hostile.ask("GET", path)
    assert found.status == 200, found.body
    rows = found.json()["rows"]
    assert rows
    texts = {str(v) for r in rows for k, v in r.items() if k.endswith("_label") and v}
    assert texts & set(LABELS)
    for media, read in (("text/csv", from_csv), ("text/tab-separated-values", from_tsv), ("application/sparql-results+xml", from_xml),
                        ("application/sparql-results+json", from_srj)):  # fmt: skip
        answer = hostile.ask("GET", path, {"Accept": media})
        assert answer.media == media
        assert texts <= read(answer), media
        assert answer.headers["x-content-type-options"] == "nosniff"


def from_csv(answer) -> set[str]:
    return {cell for row in csv.reader(io.StringIO(answer.body.decode(), newline="")) for cell in row}


def from_tsv(answer) -> set[str]:
    meant = {"n": "\n", "r": "\r", "t": "\t"}
    cells = [cell for line in answer.body.decode().split("\n")[1:] for cell in line.split("\t")]
    plain = [cell[1 : cell.rindex('"')] for cell in cells if cell.startswith('"')]
    return {
        re.sub(r"\\(?:u([0-9A-F]{4})|(.))", lambda m: chr(int(m[1], 16)) if m[1] else meant.get(m[2], m[2]), cell)
        for cell in plain
    }


def from_xml(answer) -> set[str]:
    return {e.text for e in ET.fromstring(answer.body).iter() if e.text}


def from_srj(answer) -> set[str]:
    return {v["value"] for row in answer.json()["results"]["bindings"] for v in row.values()}


@pytest.mark.parametrize("word", [SCRIPT, BREAK, "\r\nX-Evil: 1", '"><script>', "%0d%0a", "\u202e", "a" * 3000])
@pytest.mark.parametrize("path", ["/api/search?q={}", "/api/entity/{}", "/id?name={}", "/id/{}", "/api/claims?subject={}",
                                  "/api/queries?tag={}&limit=1",
                                  "/api/queries/{}", "/api/search?q=a&{}=1", "/api/search?q=a&format={}", "/search?q={}", "/search?kind={}",
                                  "/search?from={}", "/vocabularies?q={}", "/vocabularies/{}",
                                  "/vocabularies/crosswalk?from={}&to={}", "/{}"])  # fmt: skip
def test_what_is_sent_comes_back_as_text(hostile, path, word):
    answer = hostile.ask("GET", path.replace("{}", quote(word, safe="")), {"Accept": "*/*"})
    assert answer.status in (200, 303, 400, 404)
    assert "x-evil" not in answer.headers
    assert "set-cookie" not in answer.headers
    if answer.status == 303:
        assert answer.headers["location"].startswith(f"{hostile.url}id/")
    elif answer.media == "text/html":
        page = Outline(answer.body)
        assert set(page.tags) <= {*page.tags} - {"img", "style", "iframe"}
        assert page.tags.count("script") == 2
        assert not [n for _, n, _ in page.attributes if n.startswith("on")]
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", answer.body.decode())
    else:
        assert answer.media in ("application/json", "application/problem+json")
        answer.json()


@pytest.mark.parametrize("path", ["/search?q=cramp&from={}", "/query?query=ASK{{}}&page={}", "/vocabularies/HP?page={}",
                                  "/questions/drug-side-effects?page={}", "/paths?from=statins&to=tetany&length={}",
                                  "/explore?start=calcium&most={}"])  # fmt: skip
def test_a_number_of_any_length_is_read_or_passed_over(server, path):
    assert server.ask("GET", path.format("9" * 5000), {"Accept": "text/html"}).status == 200


@pytest.mark.parametrize("word", [SCRIPT, "\u202e<b>", "%0d%0aX-Evil: 1"])
@pytest.mark.parametrize("path", ["/id/{}", "/nowhere/{}", "/id?name={}", "/api/search?q=a&{}=1", "/search?q=%zz{}"])
def test_an_error_is_a_page_of_text(hostile, path, word):
    answer = hostile.ask("GET", path.replace("{}", quote(word, safe="")), {"Accept": "text/html"})
    assert answer.status in (303, 400, 404)
    assert "x-evil" not in answer.headers
    if answer.status != 303:
        page = Outline(answer.body)
        assert answer.media == "text/html"
        assert not {"img", "style", "b" if "<b>" in word and "nowhere" in path else "iframe"} & set(page.tags)
        assert not [n for _, n, _ in page.attributes if n.startswith("on")]


def test_a_control_character_leaves_xml_readable(hostile):
    bad = ns.SPASM + "control"
    prefixes = f"PREFIX spasm: <{ns.SPASM}> PREFIX rdfs: <{ns.RDFS}> PREFIX graph: <{ns.SPASM}graph/>"
    said = f'<{bad}> a spasm:Drug ; rdfs:label "control \\u0001\\u001B[2J end"@en'
    assert hostile.update(f"{prefixes} INSERT DATA {{ {said} . GRAPH graph:entities {{ {said} }} }}").status == 204
    path = "/api/search?q=control"
    assert hostile.ask("GET", path).json()["rows"][0]["entity_label"] == "control \x01\x1b[2J end"
    assert any("control" in t for t in from_xml(hostile.ask("GET", path, {"Accept": "application/sparql-results+xml"})))
    assert "\x1b" not in hostile.ask("GET", "/id/control", {"Accept": "text/html"}).body.decode()
