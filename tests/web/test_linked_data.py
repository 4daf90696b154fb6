"""Things by their IRIs: RDF in the format asked for, plain pages, and where to go instead."""

from __future__ import annotations

import html.parser
from urllib.parse import quote, urlsplit

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import FOAF, RDF, RDFS, SKOS
from serving import serve

from spasmkg import namespaces as ns
from spasmkg.web.address import href, place_of, quoted

FORMATS = {
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "ntriples": "application/n-triples",
    "html": "text/html",
}
THINGS = ["baclofen", "muscle-spasm", "claim/drugs-1-9", "item/drugs-1", "mapping/tetany/HP:0001281", "Cause", "hasSideEffect",
          "dose/baclofen/start", "section-drugs", "asserted", "ontology"]  # fmt: skip


def spasm(name: str) -> URIRef:
    return URIRef(ns.SPASM + name)


def get(server, path, accept=None, **headers):
    found = {"Accept": accept} if accept else {}
    return server.ask("GET", path, found | {k.replace("_", "-"): v for k, v in headers.items()})


def parsed(answer) -> Graph:
    names = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt"}
    return Graph().parse(data=answer.body, format=names[answer.media])


class Outline(html.parser.HTMLParser):
    """The text, tags and links of a page."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.text, self.tags, self.links, self.attributes, self._open = "", [], [], [], []
        self.feed(body.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._open.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.links += [value for name, value in attrs if name in ("href", "action", "src")]

    def handle_data(self, data):
        if "style" not in self._open[-1:]:
            self.text += data


@pytest.mark.parametrize("name", THINGS)
def test_a_thing_is_the_same_in_every_format(server, kg, name):
    graphs = [parsed(get(server, f"/id/{name}", media)) for media in list(FORMATS.values())[:3]]
    about = spasm(name)
    stored = set(
        kg.query(
            f"CONSTRUCT {{ <{about}> ?p ?o . ?s ?q <{about}> }} {{ {{ <{about}> ?p ?o }} UNION {{ ?s ?q <{about}> }} }}"
        ).triples
    )
    for graph in graphs:
        document = URIRef(f"{server.url}id/{name}")
        assert (document, FOAF.primaryTopic, about) in graph
        mine = {(s.n3(), p.n3(), o.n3()) for s, p, o in graph if about in (s, o) and s != document}
        plain = {t for t in stored if "_:" not in "".join(t) and t[2][0] == "<"}
        assert {t for t in mine if t[2][0] == "<"} - {t for t in mine if "_:" in "".join(t)} == plain
    assert graphs[0].isomorphic(graphs[1])
    assert graphs[0].isomorphic(graphs[2])


def test_incoming_links_are_there(server):
    graph = parsed(get(server, "/id/drowsiness"))
    assert (spasm("baclofen"), spasm("hasSideEffect"), spasm("drowsiness")) in graph
    assert (spasm("claim/drugs-1-9"), RDF.object, spasm("drowsiness")) in graph


def test_what_hangs_on_a_blank_node_is_there(server):
    graph = parsed(get(server, "/id/offsetsDepletionBy"))
    chain = next(graph.objects(spasm("offsetsDepletionBy"), URIRef(ns.OWL + "propertyChainAxiom")))
    assert list(graph.items(chain)) == [spasm("replenishes"), spasm("depletedBy")]
    graph = parsed(get(server, "/id/Cause"))
    restriction = next(graph.subjects(RDFS.subClassOf, spasm("Cause")))
    assert (restriction, URIRef(ns.OWL + "onProperty"), spasm("leadsTo")) in graph


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/n-triples", "application/n-triples"),
        ("text/turtle;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ("application/rdf+xml, text/turtle;q=0.3", "text/turtle"),
        ("image/*, text/*;q=0.2", "text/turtle"),
    ],
)
def test_the_format_is_negotiated(server, accept, media):
    answer = get(server, "/id/tetany", accept)
    assert (answer.status, answer.media) == (200, media)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("name", "media"),
    [*FORMATS.items(), ("ttl", "text/turtle"), ("nt", "application/n-triples"), ("text/html", "text/html")],
)
@pytest.mark.parametrize("key", ["_format", "format"])
def test_the_format_may_be_named(server, key, name, media):
    answer = get(server, f"/id/tetany?{key}={quote(name)}", "image/png")
    assert (answer.status, answer.media) == (200, media)


def test_other_formats_are_linked(server):
    answer = get(server, "/id/tetany", "text/turtle")
    links = answer.headers["link"]
    for name, media in FORMATS.items():
        alternate = f'<{server.url}id/tetany?_format={name}>; rel="alternate"; type="{media}"'
        assert (alternate in links) == (name != "turtle")
    assert '<https://w3id.org/spasmkg/tetany>; rel="describes"' in links
    assert answer.headers["content-location"] == f"{server.url}id/tetany?_format=turtle"
    page = get(server, "/id/tetany", "text/html")
    assert f"{server.url}id/tetany?_format=jsonld" in Outline(page.body).links


def test_what_is_not_acceptable_says_what_is_offered(server):
    answer = get(server, "/id/tetany", "image/png")
    assert (answer.status, answer.media) == (406, "application/problem+json")
    assert answer.json()["offered"] == list(FORMATS.values())
    assert 'rel="alternate"; type="text/turtle"' in answer.headers["link"]
    assert get(server, "/id/tetany?_format=pdf").json()["code"] == "unknown-format"
    assert get(server, "/id/tetany?colour=red").json()["code"] == "unknown-parameter"


@pytest.mark.parametrize("path", ["/id/baclofin", "/id/claim/drugs-1-999", "/id/baclofen/", "/id/a%20b", "/id/a%3E", "/id/a%00b",
                                  "/id/..%2F..%2Fetc%2Fpasswd", "/id/%FF", "/id/a%0d%0aX-Evil:%201", "/id?iri=https://a.example/x",
                                  "/id?iri=not%20an%20iri", "/id?iri=", "/id?name=zzzzzz"])  # fmt: skip
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_what_is_not_there_is_not_found(server, path, accept):
    answer = get(server, path, accept)
    assert (answer.status, answer.media) == (404, "application/problem+json")
    assert "x-evil" not in answer.headers


def test_what_comes_near_is_told(server):
    assert get(server, "/id/baclofin").json()["suggestions"] == ["baclofen"]


def test_a_name_that_is_too_long_is_refused(server):
    assert get(server, "/id/" + "a" * 5000).status == 414


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/id?iri=" + quote(ns.SPASM + "baclofen"), "id/baclofen"),
        ("/id?name=Charley+horse", "id/muscle-cramp"),
        ("/id?name=SCTID:55300003", "id/muscle-cramp"),
        ("/id", "id/ontology"),
        ("/id/", "id/ontology"),
        ("/id/graph/edges", "store?graph=" + quote(ns.graph("edges"), safe="")),
    ],
)
def test_other_names_lead_to_the_thing(server, path, where):
    answer = get(server, path)
    assert (answer.status, answer.headers["location"]) == (303, server.url + where)
    assert get(server, f"/{where}").status == 200


def test_a_term_outside_has_what_leads_to_it(server):
    graph = parsed(get(server, "/id?iri=" + quote("http://purl.obolibrary.org/obo/HP_0001281")))
    assert (spasm("tetany"), SKOS.exactMatch, URIRef("http://purl.obolibrary.org/obo/HP_0001281")) in graph
    assert get(server, "/id?iri=urn:x&name=tetany").status == 400


def test_a_tag_saves_the_answer(server):
    first = get(server, "/id/muscle-spasm", "text/html")
    assert get(server, "/id/muscle-spasm", "text/html", If_None_Match=first.headers["etag"]).status == 304
    assert get(server, "/id/muscle-spasm", "text/turtle", If_None_Match=first.headers["etag"]).status == 200
    assert get(server, "/id/muscle-spasm", "text/html", Accept_Encoding="gzip").headers["content-encoding"] == "gzip"


def test_pages_of_other_origins_may_read_but_not_write(server):
    assert get(server, "/id/tetany", Origin="https://a.example").headers["access-control-allow-origin"] == "*"
    assert server.ask("DELETE", "/id/tetany").status == 405


# ---- pages ----


def page(server, name) -> Outline:
    answer = get(server, f"/id/{name}", "text/html")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return Outline(answer.body)


def test_an_entity_has_names_relations_both_ways_and_mappings(server, kg):
    found = page(server, "muscle-cramp")
    for words in (
        "muscle cramp",
        "Spasm",
        "charley horse",
        "What is said of it",
        "leads to it",
        "In other vocabularies",
        "D009120",
    ):
        assert words in found.text
    entity = kg.entity("muscle-cramp")
    for relation in entity.relations:
        assert relation.other_label in found.text
    assert {c.item for c in map(kg.claim, entity.relations[0].claims)} <= {
        ns.SPASM[:-1] + link.removeprefix("/id") for link in found.links
    }
    assert "asserted" in found.text
    assert "inferred, " in found.text


@pytest.mark.parametrize(
    ("name", "told"), [("baclofen", True), ("yoga", True), ("dose/baclofen/start", True), ("tetany", False)]
)
def test_treatments_say_that_they_are_no_advice(server, kg, name, told):
    assert ("Not medical advice: this restates one article." in page(server, name).text) == told


def test_doses_stand_on_the_page_of_a_drug(server):
    assert "5 mg per intake" in page(server, "baclofen").text


def test_a_claim_says_how_surely_and_where(server):
    found = page(server, "claim/drugs-1-4")
    for words in ("baclofen has dose phase", "possible (“may”)", "§ drugs-1 Baclofen", "characters"):
        assert words in found.text
    assert "/id/item/drugs-1" in found.links


def test_what_the_source_denies_is_on_the_page(server, kg):
    denied = next(c for c in kg.claims() if c.negated)
    assert "the source denies this" in page(server, place_of(denied.iri).removeprefix("/id/")).text
    assert "What the source denies" in page(server, place_of(denied.subject).removeprefix("/id/")).text


def test_an_item_has_its_claims(server, kg):
    found = page(server, "item/drugs-1")
    assert all(c.curie in found.text for c in kg.claims(item="drugs-1"))


@pytest.mark.parametrize("name", THINGS)
def test_every_link_of_a_page_leads_somewhere(server, name):
    found = page(server, name)
    ours = sorted({link for link in found.links if link.startswith("/")})
    for link in ours[:: max(1, len(ours) // 12)]:
        assert get(server, link, "text/html").status == 200, link
    away = [link for link in found.links if not link.startswith("/")]
    assert all(urlsplit(link).scheme in ("http", "https") for link in away)


@pytest.mark.parametrize("path", ["/", "/id/tetany?_format=html", "/id/Cause?_format=html"])
def test_a_page_is_sound(server, path):
    answer = get(server, path, "text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["x-content-type-options"] == "nosniff"
    found = Outline(answer.body)
    assert found.tags.count("h1") == found.tags.count("main") == found.tags.count("title") == 1
    assert ("html", "lang", "en") in found.attributes
    assert "script" not in found.tags


def test_the_front_page_leads_to_what_is_here(server):
    found = Outline(get(server, "/", "text/html").body)
    for link in found.links:
        if link != "/id":  # where the form goes
            assert get(server, link).status == 200, link


def test_links_have_the_path_of_a_proxy(tmp_path):
    with serve(tmp_path, "--base-url", "https://a.example/kg/") as other:
        answer = get(other, "/kg/id/tetany", "text/html")
        found = Outline(answer.body)
        assert all(link.startswith(("/kg/", "https://a.example/kg/", "http://", "https://")) for link in found.links)
        assert "/kg/id/muscle-spasm" in found.links
        assert get(other, "/kg/id?name=tetany").headers["location"] == "https://a.example/kg/id/tetany"
        graph = parsed(get(other, "/id/tetany", "text/turtle"))
        assert (URIRef("https://a.example/kg/id/tetany"), FOAF.primaryTopic, spasm("tetany")) in graph
        assert (spasm("tetany"), RDFS.label, Literal("tetany", lang="en")) in graph


@pytest.mark.parametrize("iri", [ns.SPASM + "a b?c#d%2F'()\u00e9", ns.SPASM + "x/../y", ns.SPASM + "%"])
def test_an_address_is_one_line_of_ascii(iri):
    place = place_of(iri)
    assert place.isascii()
    assert not set(place) & set(' "<>\\^`{|}?#\r\n')
    assert quoted("/id/a\r\nb") == "/id/a%0D%0Ab"


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", "vbscript:x", "file:///etc/passwd", "urn:x",
                                 "http:", "https:///x", "http:\\\\x", "//a.example", "", ns.SPASM])  # fmt: skip
def test_no_link_leads_out_of_the_web(iri):
    assert href(iri) in ("", iri if iri == ns.SPASM else "")
