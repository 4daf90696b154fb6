"""Things by their IRIs: RDF in the format asked for, pages, and where to go instead."""

from __future__ import annotations

import html as html_
import html.parser
import json
import re
from urllib.parse import quote

import pytest
from outline import Outline, get
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


def parsed(answer) -> Graph:
    names = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt"}
    return Graph().parse(data=answer.body, format=names[answer.media])


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


@pytest.mark.parametrize(
    ("layer", "kind"),
    [("questions", "sh:SPARQLExecutable"), ("proofs", "spasm:Inference"), ("void", "void:Dataset"), ("void", None)],
)
def test_what_stands_in_a_layer_apart_has_an_address_too(server, kg, layer, kind):
    pattern = f"?x a {kind}" if kind else "?y sh:declare ?x"
    prefixes = "PREFIX void: <http://rdfs.org/ns/void#> PREFIX sh: <http://www.w3.org/ns/shacl#>"
    rows = kg.store.select(
        f"{prefixes} SELECT ?x {{ GRAPH graph:{layer} {{ {pattern} FILTER(ISIRI(?x)) }} }} ORDER BY ?x LIMIT 1"
    )
    (iri,) = (row[0].value for row in rows)
    name = iri.removeprefix("https://w3id.org/spasmkg/")
    stated = set(kg.store.around(iri, f"https://w3id.org/spasmkg/graph/{layer}"))
    graphs = [parsed(get(server, f"/id/{name}", media)) for media in list(FORMATS.values())[:3]]
    for graph in graphs:
        given = {(s.n3(), p.n3(), o.n3()) for s, p, o in graph if URIRef(iri) in (s, o)}
        assert len(given) == len([t for t in stated if f"<{iri}>" in t]) + 1  # the document says what it is about
    assert get(server, f"/id/{name}", "text/html").status == 200


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
    wanted = "text/html" if accept == "text/html" else "application/problem+json"
    assert (answer.status, answer.media) == (404, wanted)
    assert "x-evil" not in answer.headers


def test_what_comes_near_is_told(server):
    assert get(server, "/id/baclofin").json()["suggestions"] == ["baclofen"]
    found = Outline(get(server, "/id/baclofin", "text/html").body)
    assert "There is no spasm:baclofin" in found.words
    assert "The nearest is baclofen" in found.words
    assert "/id/baclofen" in found.links


def test_a_browser_gets_errors_as_pages(server):
    for path, status, words in (
        ("/id/tetany?colour=red", 400, "takes no parameter"),
        ("/nowhere", 404, "Nothing is here."),
        ("/id/" + "a" * 5000, 414, "no name of a thing is longer"),
        ("/search?q=%zz", 400, "A % that is not followed"),
        ("/api/paths?strat=x", 400, "did you mean start?"),
    ):
        answer = get(server, path, "text/html,application/xhtml+xml,*/*;q=0.8")
        assert (answer.status, answer.media) == (status, "text/html"), path
        found = Outline(answer.body)
        assert words.lower() in found.words.lower()
        assert found.tags.count("h1") == found.tags.count("main") == 1
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert get(server, path, "application/json").media == "application/problem+json"


def test_an_error_has_around_it_what_every_page_has(server):
    def around(path):
        body = re.sub(r"\s+", " ", get(server, path, "text/html").body.decode())
        body = body.replace(' aria-current="page"', "").replace("> <", "><")
        return [re.search(p, body)[0] for p in (r'<a class="skip".*</header>', r"<footer.*</footer>")]

    assert around("/nowhere") == around("/help")


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
        "What points here",
        "What follows",
        "In other vocabularies",
        "D009120",
        "no term found",
    ):
        assert words in found.words
    entity = kg.entity("muscle-cramp")
    for relation in entity.relations:
        assert relation.other_label in found.words
        assert relation.predicate_label in found.words
    places = [link for link in found.links if link.startswith(("/id/claim/", "/id/item/"))]
    for relation in entity.relations:
        if not relation.inferred:
            claims = [kg.claim(c) for c in relation.claims]
            assert any(place_of(c.iri) in places or place_of(c.item) in places for c in claims)
    assert "asserted" in found.text
    assert "inferred" in found.text
    proofs = [link for link in found.links if link.startswith("/proof?")]
    assert len(proofs) >= sum(r.inferred for r in entity.relations)


@pytest.mark.parametrize(
    ("name", "told"), [("baclofen", True), ("yoga", True), ("dose/baclofen/start", True), ("tetany", False)]
)
def test_treatments_say_that_they_are_no_advice(server, kg, name, told):
    found = page(server, name)
    assert ("Not medical advice: this restates one article." in found.words) == told
    assert ("When to seek care: 7 red flags" in found.words) == told
    assert not told or found.links.count("/search?kind=RedFlag") > 1  # the foot of every page has one too


def test_doses_stand_on_the_page_of_a_drug(server):
    found = page(server, "baclofen")
    assert "Start 5 mg per intake 3 times a day asserted drugs-1" in found.words
    assert "Maximum 80 mg/day possible may drugs-1" in found.words


def test_a_role_says_why(server):
    found = page(server, "baclofen")
    said = "sedating drug baclofen has side effect drowsiness; drowsiness grouped under depression of the central nervous system"
    assert said in found.words
    assert "/proof?subject=baclofen&predicate=a&object=SedatingDrug" in found.links


def test_what_the_source_does_not_list_is_said(server, kg):
    assert not [r for r in kg.entity("creatine-monohydrate").relations if "SideEffect" in r.predicate]
    assert "The source lists no side effect of creatine monohydrate" in page(server, "creatine-monohydrate").words
    assert "lists no side effect" not in page(server, "baclofen").words


def test_an_entity_is_described_for_search_engines(server):
    found = page(server, "baclofen")
    told = json.loads(found.data)
    assert (told["@type"], told["@id"], told["name"]) == ("Drug", ns.SPASM + "baclofen", "baclofen")
    assert {"@type": "MedicalCode", "codeValue": "2972", "codingSystem": "CHEBI"} in told["code"]
    assert not any(code["codeValue"] == "DB08891" for code in told["code"])  # a row that denies
    assert json.loads(page(server, "tetany").data)["@type"] == "MedicalCondition"


def test_a_claim_says_how_surely_and_where(server):
    found = page(server, "claim/drugs-1-4")
    for words in ("baclofen has dose phase", "possible may", "drugs-1", "Characters", "Evidence-Based Drugs for Muscle Spasms, Baclofen",
                  "The article is not shipped with the data"):  # fmt: skip
        assert words in found.words
    assert "/id/item/drugs-1" in found.links
    assert "/withdraw?claim=claim%3Adrugs-1-4" in found.links


def test_a_claim_says_what_rests_on_it(server, kg):
    found = page(server, "claim/drugs-1-9")
    assert "baclofen has side effect drowsiness asserted this claim only" in found.words
    assert "baclofen has the role sedating drug inferred , implied this and 1 more claim. Proof".replace(
        " ,", ","
    ) in found.words.replace(" ,", ",")
    assert "/proof?subject=baclofen&predicate=hasSideEffectUnder&object=cns-depression" in found.links
    assert "/questions/drug-side-effects" in found.links
    assert (
        "side effect of baclofen" not in found.words.split("Other claims")[0].split("What rests on it")[1]
    )  # an inverse says no more


def test_what_the_source_denies_is_on_the_page(server, kg):
    denied = next(c for c in kg.claims() if c.negated)
    found = page(server, place_of(denied.iri).removeprefix("/id/"))
    assert "The source denies this, so there is no edge." in found.words
    assert "A denial supports no edge" in found.words
    assert "What the source denies" in page(server, place_of(denied.subject).removeprefix("/id/")).words


def test_an_item_has_its_claims(server, kg):
    found = page(server, "item/drugs-1")
    for c in kg.claims(item="drugs-1"):
        assert place_of(c.iri) in found.links
        assert f"{c.labels[c.subject]} {c.labels[c.predicate]}" in found.words


def test_a_curators_claim_leads_to_what_it_interprets(server, kg):
    claim = next(c for c in kg.claims() if c.derived_from)
    found = page(server, place_of(claim.iri).removeprefix("/id/"))
    assert all(place_of(d) in found.links for d in claim.derived_from)
    assert "curator inference ECO:0000305" in found.words


def test_sections_lead_to_items(server, kg):
    found = page(server, "section-drugs")
    assert "/id/item/drugs-1" in found.links
    assert "/id/article" in found.links
    assert "/id/section-drugs" in page(server, "article").links
    assert "/id/section-drugs" in Outline(get(server, "/", "text/html").body).links


def test_a_class_has_its_members(server):
    found = page(server, "SedatingDrug")
    assert "/id/baclofen" in found.links
    assert "/search?kind=Drug" in page(server, "Drug").links


def test_a_mapping_says_how_the_term_stands_to_the_entity(server):
    found = page(server, "mapping/tetany/HP:0001281")
    for words in ("tetany exact Tetany", "The outside term means the same.", "release 2026-08-14", "Confidence 0.97"):
        assert words in found.words
    assert "http://purl.obolibrary.org/obo/HP_0001281" in found.links
    assert "The vocabulary was searched and has no fitting term." in page(server, "mapping/tetany/MONDO:none").words


def test_the_front_page_leads_to_what_is_here(server, kg):
    found = Outline(get(server, "/", "text/html").body)
    for words in (
        "Browse by kind",
        f"{dict(kg.stats())['entities']} entities",
        "Drugs 12",
        "Ask a question",
        "What is linked to what",
        "therapy",
        "Read by section",
        "Text hash",
    ):
        assert words in found.words


def test_a_search_is_a_page(server):
    found = Outline(get(server, "/search?q=pins+and+needles", "text/html").body)
    assert "tingling also called pins and needles" in found.words
    near = Outline(get(server, "/search?q=bacloffin", "text/html").body)
    assert "No term matches “bacloffin”. Did you mean baclofen?" in near.words
    outside = Outline(get(server, "/search?q=CHEBI:2972", "text/html").body)
    assert "/id/baclofen" in outside.links
    assert "/id/item/drugs-1" in Outline(get(server, "/search?q=drugs-1", "text/html").body).links
    none = Outline(get(server, "/search?q=xqzvw", "text/html").body)
    assert "No term matches “xqzvw”." in none.words
    narrowed = Outline(get(server, "/search?q=cramp&kind=Finding", "text/html").body)
    assert "cramp-like pain" in narrowed.words
    assert "leg cramp" not in narrowed.words


def test_the_entities_of_a_kind_are_paged(server, kg):
    seen: list[str] = []
    path = "/search?kind=Activity"
    while path:
        body = get(server, path, "text/html").body
        found = Outline(body)
        seen += [link for link in found.links if link.startswith("/id/")]
        after = re.search(rb'rel="next" href="([^"]+)"', body)
        path = html_.unescape(after[1].decode()) if after else ""
    known = {
        place_of(r[0].value) for r in kg.store.select("SELECT ?x { GRAPH graph:entities { ?x a spasm:Activity } }")
    }
    assert len(known) > 100
    assert set(seen) >= known


def test_links_have_the_path_of_a_proxy(tmp_path):
    with serve(tmp_path, "--base-url", "https://a.example/kg/") as other:
        answer = get(other, "/kg/id/tetany", "text/html")
        found = Outline(answer.body)
        assert all(
            link.startswith(("/kg/", "https://a.example/kg/", "http://", "https://", "#")) for link in found.links
        )
        assert get(other, next(link for link in found.links if link.endswith("app.css"))).media == "text/css"
        assert all(
            link.startswith(("/kg/", "http", "#")) for link in Outline(get(other, "/kg/", "text/html").body).links
        )
        assert all(
            link.startswith(("/kg/", "http", "#"))
            for link in Outline(get(other, "/kg/search?q=cramp", "text/html").body).links
        )
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


@pytest.mark.parametrize(("name", "member"), [("SedatingDrug", "diazepam"), ("Drug", "")])
def test_members_of_a_class_stand_on_its_page_once(server, name, member):
    page = Outline(get(server, f"/id/{name}", "text/html").body)
    assert page.links.count("/id/diazepam") == (1 if member else 0)
    assert "(unnamed)" not in page.text
    assert member or "/search?kind=Drug" in page.links
