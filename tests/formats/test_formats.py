"""The exchange formats: whichever is read back, it says what the claims say, each once, denials as denials."""

from __future__ import annotations

import csv
import io
import json
import re
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg import namespaces as ns
from spasmkg import owl
from spasmkg.cli.export import _notices
from spasmkg.errors import NotFoundError, StoreError, UsageError
from spasmkg.export import FORMATS, PAIRS, WRITERS, export
from spasmkg.files import replace_file, replace_files
from spasmkg.formats import WHOLE, axioms
from spasmkg.formats.content import WORDS, Content, Source, Statement, Thing, iri, plain, text
from spasmkg.formats.graphs import GRAPHS
from spasmkg.model import CERTAINTIES
from spasmkg.store import memory

SPASM, OWL, RDF = ns.SPASM, ns.OWL, ns.RDF


@dataclass(frozen=True)
class Said:
    """What a reader of a format learns of a claim."""

    subject: str
    predicate: str
    object: str
    negated: bool
    certainty: str
    hedge: str
    start: str
    qualifiers: frozenset[tuple[str, str]]


def expected(content: Content) -> dict[str, Said]:
    return {
        s.claim: Said(
            s.subject, s.predicate, plain(s.object), s.negated, s.certainty, s.hedge, s.start,
            frozenset((ns.local(q), plain(v)) for q, v in s.qualifiers),
        )
        for s in content.statements
    }  # fmt: skip


def asserted(content: Content) -> set[tuple[str, str, str]]:
    """The edges that may stand as such."""
    return {(s.subject, s.predicate, plain(s.object)) for s in content.statements if not s.negated}


QUALIFIERS = ("amount", "atPhase", "atSite", "inContext", "inPopulation", "onAspect", "recipient")


def said(facts: dict[str, list[str]], subject: str, predicate: str, target: str, *, negated: bool) -> Said:
    """What was read, from the values by local name of property."""
    (certainty,) = facts["certainty"]
    (start,) = facts.get("start", [""])
    (hedge,) = facts.get("hedge", [""])
    qualifiers = frozenset((q, v) for q in QUALIFIERS for v in facts.get(q, ()))
    return Said(subject, predicate, target, negated, ns.local(certainty), hedge, start, qualifiers)


Read = tuple[dict[str, Said], set[tuple[str, str, str]]]


# ---- readers, one for each format, by the letter of its specification ----


def nodes(quads) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for q in quads:
        found.setdefault(str(q.subject).strip("<>"), {}).setdefault(q.predicate.value, []).append(q.object)
    return found


def local(facts: dict[str, list]) -> dict[str, list[str]]:
    return {ns.local(key): [getattr(v, "value", str(v)) for v in values] for key, values in facts.items()}


def read_nanopub(data: bytes) -> Read:
    graphs: dict[str, list[ox.Quad]] = {}
    for q in ox.parse(data, format=ox.RdfFormat.TRIG):
        graphs.setdefault(q.graph_name.value, []).append(q)
    found, edges = {}, set()
    for name in [n for n in graphs if n.endswith("#Head")]:
        base = name.removesuffix("#Head")
        claim = base.removesuffix("/nanopub")
        provenance = nodes(graphs[base + "#provenance"])
        facts = local(provenance[base + "#assertion"]) | local(provenance.get(base + "#selector", {}))
        assertion = graphs[base + "#assertion"]
        (kind,) = [q.object.value for q in assertion if q.predicate.value == ns.RDF_TYPE] or [""]
        about = local(nodes(assertion).get(claim, {})) if kind else {}
        if kind == OWL + "NegativePropertyAssertion":
            (target,) = about.get("targetIndividual", []) + about.get("targetValue", [])
            ends = about["sourceIndividual"][0], about["assertionProperty"][0], target
        else:
            ((s, p, o),) = [
                (q.subject.value, q.predicate.value, q.object.value) for q in assertion if q.subject.value != claim
            ]
            ends = s, p, o
            edges.add(ends)
        found[claim] = said({**facts, **about}, *ends, negated=kind == OWL + "NegativePropertyAssertion")
    return found, edges


def read_turtle12(data: bytes) -> Read:
    quads = list(ox.parse(data, format=ox.RdfFormat.TURTLE))
    plain_triples = {(str(q.subject), q.predicate.value, getattr(q.object, "value", "")) for q in quads}
    found, edges = {}, set()
    for claim, facts in nodes(quads).items():
        if RDF + "reifies" not in facts:
            continue
        (triple,) = facts.pop(RDF + "reifies")
        s, p, o = triple.subject.value, triple.predicate.value, triple.object.value
        found[claim] = said(local(facts), s, p, o, negated="negated" in local(facts))
        if (str(triple.subject), p, o) in plain_triples:
            edges.add((s, p, o))
    return found, edges


def read_axioms(data: bytes) -> Read:
    quads = list(ox.parse(data, format=ox.RdfFormat.RDF_XML))
    found = {}
    for facts in map(local, nodes(quads).values()):
        if "statedBy" not in facts:
            continue
        denied = "assertionProperty" in facts
        keys = ("sourceIndividual", "assertionProperty") if denied else ("annotatedSource", "annotatedProperty")
        (target,) = [v for k in ("targetIndividual", "targetValue", "annotatedTarget") for v in facts.get(k, ())]
        (claim,) = facts["statedBy"]
        found[claim] = said(facts, facts[keys[0]][0], facts[keys[1]][0], target, negated=denied)
    named = {(s.predicate, s.subject, s.object) for s in found.values()}
    every = [(q.predicate.value, q.subject.value, getattr(q.object, "value", "")) for q in quads]
    return found, {(s, p, o) for p, s, o in every if (p, s, o) in named}


def read_biolink_rdf(data: bytes) -> Read:
    quads = list(ox.parse(data, format=ox.RdfFormat.TURTLE))
    stated = {(q.subject.value, q.predicate.value, q.object.value) for q in quads}
    slots = {"anatomical_context_qualifier": "atSite", "population_context_qualifier": "inPopulation"}
    found, edges = {}, set()
    for claim, facts in nodes(quads).items():
        if RDF + "predicate" not in facts:
            continue
        about = {slots.get(k, k): v for k, v in local(facts).items()}
        s, p, o = (about[k][0] for k in ("subject", "predicate", "object"))
        found[claim] = said(about, s, about["original_predicate"][0], o, negated="negated" in about)
        if (s, p, o) in stated:
            edges.add((s, about["original_predicate"][0], o))
    return found, edges


def read_kgx(records: list[dict], values: dict[str, str]) -> Read:
    slots = {"anatomical_context_qualifier": "atSite", "population_context_qualifier": "inPopulation"}
    found, edges = {}, set()
    for record in records:
        facts: dict[str, list[str]] = {}
        for key, value in record.items():
            name = slots.get(key, key.split(":")[-1])
            listed = value if isinstance(value, list) else [value]
            is_term = name in ("certainty", "atSite", "inPopulation", "atPhase", "inContext", "onAspect", "recipient")
            facts[name] = [ns.expand(v) if is_term else str(v) for v in listed]
        target = values.get(record["object"]) if record["object"] in values else ns.expand(record["object"])
        ends = ns.expand(record["subject"]), ns.expand(record["original_predicate"]), target
        found[ns.expand(record["id"])] = said(facts, *ends, negated=record["negated"])
        if not record["negated"]:
            edges.add(ends)
    return found, edges


def table(data: bytes) -> list[dict]:
    rows = csv.DictReader(io.StringIO(data.decode(), newline="\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
    many = {
        "category", "synonym", "xref", "publications", "has_evidence_of_type", "spasm:derivedFrom",
        "anatomical_context_qualifier", *(f"spasm:{q}" for q in QUALIFIERS),
    }  # fmt: skip
    found = []
    for row in rows:
        record = {k: v.split("|") if k in many else v for k, v in row.items() if v}
        found.append(record | {"negated": row["negated"] == "true"} if "negated" in row else record)
    return found


def jsonl(data: bytes) -> list[dict]:
    return [json.loads(line) for line in data.decode().split("\n") if line]


def literals(node_records: list[dict]) -> dict[str, str]:
    return {n["id"]: n.get("name", "") for n in node_records if n["id"].endswith("-value")}


def read_obographs(data: bytes) -> Read:
    (graph,) = json.loads(data)["graphs"]

    def facts(item: dict) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for v in item["meta"]["basicPropertyValues"]:
            values.setdefault(ns.local(v["pred"]), []).append(v["val"])
        return values

    found, edges = {}, set()
    for edge in graph["edges"]:
        if "meta" in edge:
            about, ends = facts(edge), (edge["sub"], edge["pred"], edge["obj"])
            found[about["statedBy"][0]] = said(about, *ends, negated=False)
            edges.add(ends)
    for node in graph["nodes"]:
        if "/claim/" in node["id"]:
            about = facts(node)
            ends = about["subject"][0], about["predicate"][0], about["object"][0]
            found[node["id"]] = said(about, *ends, negated=about.get("negated") == ["true"])
    return found, edges


def read(media: str, content: Content) -> Read:
    return parsed(media, lambda m: WRITERS[m](content))


def parsed(media: str, written: Callable[[str], bytes]) -> Read:
    data = written(media)
    if media in ("kgx-tsv-edges", "kgx-jsonl-edges"):
        parse = table if "tsv" in media else jsonl
        return read_kgx(parse(data), literals(parse(written(media.replace("edges", "nodes")))))
    readers = {
        "nanopub": read_nanopub,
        "turtle12": read_turtle12,
        "owl-axioms": read_axioms,
        "biolink-rdf": read_biolink_rdf,
        "obographs": read_obographs,
    }
    return readers[media](data)


OF_CLAIMS = [m for m in WRITERS if m != "skos" and not m.endswith("nodes")]


# ---- claims that nobody would write ----

nasty = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(
    ['"', "\\", "\\u0041", "a\tb", "a\nb", "a\r\n", "|", "x|y", "<b>&amp;", "]]>", "\x00", "\x0b", "\ufffe", " ", " é ", "¦"]
)  # fmt: skip
things = st.sampled_from(["a", "b", "c-d"]).map(ns.spasm)
predicates = st.sampled_from(["causes", "treats", "verdict"]).map(ns.spasm)
objects = things.map(iri) | st.tuples(nasty, st.sampled_from(["", "@en", ns.XSD + "string"])).map(lambda v: text(*v))


@st.composite
def statements(draw) -> Statement:
    spanned = draw(st.booleans())
    start = draw(st.integers(0, 99))
    phases = draw(st.lists(things.map(iri), max_size=1))
    return Statement(
        "",
        draw(things),
        draw(predicates),
        draw(objects),
        draw(st.sampled_from(CERTAINTIES)),
        draw(st.booleans()),
        draw(nasty | st.just("")),
        ns.SPASM + "item/x-1" if spanned else "",
        str(start) if spanned else "",
        str(start + 5) if spanned else "",
        "0" * 64 if spanned else "",
        draw(st.sampled_from(["", ns.SPASM + "item/x-1/heading"])),
        draw(nasty | st.just("")),
        "http://purl.obolibrary.org/obo/ECO_0000303",
        Source(ns.spasm("article"), level="knowledge_assertion", agent="manual_agent"),
        tuple((ns.spasm("amount"), text(v)) for v in draw(st.lists(nasty, max_size=1)))
        + tuple((ns.spasm("atSite"), iri(v)) for v in sorted(set(draw(st.lists(things, max_size=2)))))
        + tuple((ns.spasm("atPhase"), v) for v in phases),
        () if spanned else (ns.SPASM + "claim/y-1",),
    )


@st.composite
def contents(draw) -> Content:
    made = [
        replace(s, claim=f"{ns.SPASM}claim/x-{n}")
        for n, s in enumerate(draw(st.lists(statements(), min_size=1, max_size=4)), 1)
    ]
    ends = {s.subject for s in made} | {plain(s.object) for s in made if not s.literal}
    named = {x: Thing(x, draw(nasty), ns.spasm("Drug"), draw(nasty), (("exact", draw(nasty)),)) for x in sorted(ends)}
    store = memory()
    store.insert([s.triple for s in made if not s.negated], ["", ns.graph("edges")])
    return Content(store, tuple(made), named)


def fit(value: str, media: str) -> str:
    """What a format can hold of a text: XML 1.0 has no control characters, KGX's tables no tabs and line ends."""
    if media == "owl-axioms":
        value = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", value)
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if media.startswith("kgx-tsv") and re.search(r"[^\S ]", value):
        return " ".join(value.split())
    return value


def listed(value: str, media: str) -> str:
    """One of several values: KGX's tables divide them by a stroke."""
    return value.replace("|", "¦") if media.startswith("kgx-tsv") else value


def fitted(said: Said, media: str) -> Said:
    return replace(
        said,
        object=fit(said.object, media),
        hedge=fit(said.hedge, media),
        qualifiers=frozenset((q, listed(fit(v, media), media)) for q, v in said.qualifiers if fit(v, media)),
    )


@pytest.mark.parametrize("media", OF_CLAIMS)
@given(content=contents())
def test_any_claim_comes_back_as_it_was(media, content):
    found, edges = read(media, content)
    everything = expected(content)
    assert {c: fitted(s, media) for c, s in found.items()} == {c: fitted(s, media) for c, s in everything.items()}
    allowed = {(s, p, fit(o, media)) for s, p, o in asserted(content)}
    assert {(s, p, fit(o, media)) for s, p, o in edges} <= allowed
    if media != "obographs":
        assert len(edges) == len({(s, p, fit(o, media)) for s, p, o in allowed})


def test_the_readers_notice_an_inverted_denial():
    """The counterexample to the test above: the same claim, stated instead of denied."""
    denied = Statement(ns.SPASM + "claim/x-1", ns.spasm("a"), ns.spasm("causes"), iri(ns.spasm("b")), "rare", True)
    stated = replace(denied, negated=False)
    for media in OF_CLAIMS:
        contents = [Content(memory(), (s,), {}) for s in (denied, stated)]
        for c in contents:
            c.store.insert([s.triple for s in c.statements if not s.negated], ["", ns.graph("edges")])
        (was, edges), (now, more) = (read(media, c) for c in contents)
        assert was == expected(contents[0]) != now, media
        assert (edges, len(more)) == (set(), 1), media


# ---- the bundled graph ----


@pytest.fixture(scope="module")
def content(kg) -> Content:
    return Content.read(kg.store)


@pytest.fixture(scope="module")
def written(content) -> Callable[[str], bytes]:
    """The bundled graph in a format, written once."""
    return cache(lambda media: WRITERS[media](content))


@pytest.mark.parametrize("media", OF_CLAIMS)
def test_every_claim_of_the_graph_is_there_once(media, content, written):
    found, edges = parsed(media, written)
    assert found == expected(content)
    literal = {(s.subject, s.predicate, plain(s.object)) for s in content.statements if s.literal}
    assert edges == asserted(content) - (literal if media == "obographs" else set())
    assert sum(s.negated for s in found.values()) == sum(s.negated for s in content.statements) > 0


def test_the_content_is_that_of_the_claims(kg, content):
    assert len(content.statements) == len(kg.claims())
    ours = {c.iri: (c.subject, c.predicate, c.object, c.certainty, c.negated, c.hedge, c.item) for c in kg.claims()}
    assert {
        s.claim: (s.subject, s.predicate, plain(s.object), s.certainty, s.negated, s.hedge, s.item)
        for s in content.statements
    } == ours
    (verdict,) = [s for s in content.statements if s.claim.endswith("/faq-4-3")]
    assert (verdict.literal, verdict.source.iri, verdict.evidence) == (True, ns.spasm("article"), ECO)
    curated = [s for s in content.statements if not s.item]
    assert {s.evidence for s in curated} == {ECO[:-1] + "5"}
    assert all(s.derived_from for s in curated)


ECO = "http://purl.obolibrary.org/obo/ECO_0000303"


def words_of_the_source(kg) -> set[str]:
    """The spans' first and last words, and the headings, of five words or more; but not those that name a thing of ours."""
    query = f"""SELECT ?w {{ {{ ?x <{WORDS[0]}>|<{WORDS[2]}> ?w }} UNION {{ VALUES ?k {{ spasm:Item spasm:Section spasm:Heading }}
        ?x a ?k ; rdfs:label ?w }} }}"""
    ours = " ".join(
        v.value.lower()
        for (v,) in kg.store.select("""SELECT ?v { GRAPH ?g { ?x ?p ?v FILTER isLiteral(?v) }
            FILTER(?g IN (graph:entities, graph:ontology, graph:groupings))
            FILTER(?p NOT IN (spasm:stepText, spasm:numberText)) }""")
    )
    listed = {w.value for (w,) in kg.store.select(query) if len(w.value.split()) >= 5}
    return {w for w in listed if w.lower() not in ours}


@pytest.mark.parametrize("media", WRITERS)
def test_no_words_of_the_source_are_in_an_exchange_format(kg, written, media):
    words = words_of_the_source(kg)
    assert len(words) > 250
    shown = re.sub(r"\\(.)", r"\1", written(media).decode())
    assert [w for w in words if w in shown] == []
    assert not [w for w in WORDS if re.search(rf"{ns.local(w)}[\"> ]+[\"“]", shown)]


def test_the_check_for_words_of_the_source_finds_them_where_they_are(kg):
    words = words_of_the_source(kg)
    shown = kg.export("turtle").decode()
    assert sum(w in shown for w in words) > 0.9 * len(words)


@pytest.fixture(scope="module")
def few(kg) -> Content:
    return Content.read(kg.store, ["Drug", "Finding"], [ns.spasm("hasSideEffect")], "usual")


def test_claims_can_be_chosen(kg, content, few):
    assert {s.predicate for s in few.statements} == {ns.spasm("hasSideEffect")}
    assert {CERTAINTIES.index(s.certainty) for s in few.statements} <= {0, 1}
    assert {ns.local(t.kind) for t in few.things.values()} == {"Drug", "Finding"}
    wide = Content.read(kg.store, predicates=[ns.spasm("hasSideEffect")])
    assert (
        {s.claim for s in few.statements} < {s.claim for s in wide.statements} < {s.claim for s in content.statements}
    )


@pytest.mark.parametrize("media", [m for m in WRITERS if m not in WHOLE])
def test_a_format_of_claims_holds_only_those_chosen(kg, few, media):
    chosen = kg.export(media, kinds=["Drug", "Finding"], predicates=["hasSideEffect"], certainty="usual")
    assert chosen == WRITERS[media](few)
    assert b"drowsiness" in chosen
    assert b"magnesium" not in chosen


@pytest.mark.parametrize("media", WHOLE)
def test_a_format_of_the_whole_graph_takes_no_choice(kg, media):
    with pytest.raises(UsageError, match=f"{media} takes none"):
        kg.export(media, predicates=["hasSideEffect"])


@pytest.mark.parametrize("media", WRITERS)
def test_an_exchange_format_takes_no_layers(kg, media):
    with pytest.raises(UsageError, match="takes no layers"):
        kg.export(media, ["edges"])


def test_an_unknown_certainty_is_refused(kg):
    with pytest.raises(NotFoundError, match="certainties are asserted"):
        kg.export("nanopub", certainty="sure")


def test_turtle_1_2_goes_through_another_writer_and_back(content, written):
    once = ox.Dataset(ox.parse(written("turtle12"), format=ox.RdfFormat.TURTLE))
    lines = ox.serialize(once, format=ox.RdfFormat.N_QUADS)
    again = ox.Dataset(ox.parse(lines, format=ox.RdfFormat.N_QUADS))
    for dataset in (once, again):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert once == again
    assert lines.count(b"<<(") == sum(b"#reifies>" in line for line in lines.splitlines()) == len(content.statements)


# ---- OWL ----


@pytest.mark.slow
def test_the_annotated_ontology_is_consistent_and_a_stated_denial_is_not(content):
    triples = list(axioms.triples(content))
    assert owl.is_consistent(triples)
    denied = next(s for s in content.statements if s.negated)
    assert not owl.is_consistent([*triples, denied.triple])


@pytest.mark.slow
def test_owlready2_reads_the_annotations_of_an_edge(written, tmp_path):
    import owlready2

    file = tmp_path / "spasmkg.owl"
    file.write_bytes(written("owl-axioms"))
    world = owlready2.World()
    ontology = world.get_ontology(file.as_uri()).load()
    s, p, o = (ontology.search_one(iri=ns.spasm(n)) for n in ("baclofen", "hasSideEffect", "drowsiness"))
    stated, certainty = (world[ns.spasm(n)] for n in ("statedBy", "certainty"))
    assert stated[s, p, o] == [ns.SPASM + "claim/drugs-1-9"]
    assert [c.name for c in certainty[s, p, o]] == ["asserted"]
    assert o in s.hasSideEffect


def test_the_annotated_ontology_keeps_to_what_owl_2_dl_allows(written):
    quads = [q.triple for q in ox.parse(written("owl-axioms"), format=ox.RdfFormat.RDF_XML)]
    types: dict[str, set[str]] = {}
    for t in quads:
        if t.predicate.value == ns.RDF_TYPE:
            types.setdefault(str(t.subject), set()).add(t.object.value)
    builtin = (RDF, ns.RDFS, OWL)
    used = {str(t.predicate) for t in quads if not t.predicate.value.startswith(builtin)}
    assert used - set(types) == set()
    kinds = {OWL + k for k in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    assert [s for s, k in types.items() if len(k & kinds) > 1] == []
    annotating = {
        str(t.predicate)
        for t in quads
        if str(t.subject)[:2] == "_:" and OWL + "Axiom" in types.get(str(t.subject), ())
        and not t.predicate.value.startswith(builtin)
    }  # fmt: skip
    assert annotating
    assert all(OWL + "AnnotationProperty" in types[p] for p in annotating)


# ---- the command, and its files ----


def test_a_pair_of_files_is_written_at_once(run, kg, tmp_path):
    content = Content.read(kg.store, predicates=[ns.spasm("depletes")])
    few = ("export", "--predicate", "depletes", "--format")
    assert run(*few, "kgx-tsv", "-o", str(tmp_path / "mine"))[0] == 0
    for part in ("nodes", "edges"):
        assert (tmp_path / f"mine_{part}.tsv").read_bytes() == WRITERS[f"kgx-tsv-{part}"](content)
    code, _, err = run(*few, "kgx-jsonl", "-o", str(tmp_path))
    assert code == 0
    assert err.count("wrote") == 2
    assert sorted(p.name for p in tmp_path.glob("spasmkg*")) == ["spasmkg_edges.jsonl", "spasmkg_nodes.jsonl"]


@pytest.mark.parametrize("media", PAIRS)
def test_a_pair_does_not_go_to_standard_output(run, kg, media):
    code, out, err = run("export", "--format", media)
    assert (code, out) == (2, "")
    assert f"{media}-nodes" in err
    with pytest.raises(UsageError, match=f"{media}-nodes"):
        kg.export(media)


def test_a_pair_is_there_whole_or_not_at_all(run, tmp_path):
    (tmp_path / "x_nodes.tsv").write_text("before")
    (tmp_path / "x_edges.tsv").mkdir()
    code, _, err = run("export", "--predicate", "depletes", "--format", "kgx-tsv", "-o", str(tmp_path / "x"))
    assert code == 1
    assert "x_edges.tsv could not be written" in err
    assert (tmp_path / "x_nodes.tsv").read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x_edges.tsv", "x_nodes.tsv"]


def test_files_are_put_back_where_one_cannot_be_written(tmp_path):
    (tmp_path / "a").write_text("before")
    with pytest.raises(StoreError, match="b could not"):
        replace_files({tmp_path / "a": b"after", tmp_path / "new": b"new", tmp_path / "none" / "b": b"after"})
    (tmp_path / "dir").mkdir()
    with pytest.raises(StoreError, match="dir could not"):
        replace_files({tmp_path / "a": b"after", tmp_path / "new": b"new", tmp_path / "dir": b"after"})
    assert (tmp_path / "a").read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "dir"]
    assert replace_files({tmp_path / "a": b"after", tmp_path / "new": b"new"}) == [tmp_path / "a", tmp_path / "new"]
    assert replace_file(tmp_path / "a", b"again").read_bytes() == b"again"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "dir", "new"]


def test_facts_of_a_users_file_that_are_left_out_are_told(run, kg, tmp_path):
    mine = tmp_path / "mine.ttl"
    mine.write_text("@prefix spasm: <https://w3id.org/spasmkg/> . spasm:rest spasm:treats spasm:baclofen .")
    _, out, err = run("export", "--format", "kgx-tsv-edges", "--with", str(mine))
    assert "are not in it" in err
    assert "spasm:rest\tbiolink:treats" not in out
    with_file = {"format": "turtle12", "layer": [], "with_file": str(mine)}
    assert _notices(kg, Namespace(**with_file)) == []
    assert len(_notices(kg, Namespace(**with_file | {"format": "skos"}))) == 1


# ---- imported vocabularies ----


@pytest.fixture(scope="module")
def shelf(kg):
    """A small graph with two vocabularies, of which one may not be passed on."""
    store = kg.store.copy([ns.graph("ontology")])
    baclofen = iri(ns.spasm("baclofen"))
    about = [(baclofen, iri(ns.RDF_TYPE), iri(ns.spasm("Drug"))), (baclofen, iri(ns.RDFS_LABEL), text("baclofen"))]
    store.insert(about, [ns.graph("entities")])
    store.insert(
        [(baclofen, iri(ns.SKOS + "exactMatch"), "<http://purl.obolibrary.org/obo/HP_0000001>")], [ns.graph("mappings")]
    )
    store.merge(store.graphs())
    catalogue = ns.graph("vocabularies")
    for prefix, shippable in (("HP", "false"), ("MAXO", "true")):
        graph = ns.graph(f"vocabulary/{prefix}")
        term = f"<http://purl.obolibrary.org/obo/{prefix}_0000001>"
        store.insert([(term, f"<{ns.RDFS_LABEL}>", f'"odd term of {prefix}"')], [graph])
        me = f"<{graph}>"
        store.insert(
            [
                (me, f"<{ns.DCTERMS}license>", f'"licence of {prefix}"'),
                (me, f"<{SPASM}shippable>", f'"{shippable}"^^<{ns.XSD}boolean>'),
            ],
            [catalogue],
        )
    return store


NO_CLAIMS = {*GRAPHS, "nanopub", "kgx-tsv-edges", "kgx-jsonl-edges"}  # what the small graph has none of


@pytest.mark.parametrize("media", FORMATS)
def test_an_imported_vocabulary_is_in_no_export_that_does_not_name_it(shelf, media):
    written = export(shelf, media)
    assert b"odd term of" not in written
    assert media == "cytoscape-style" or b"baclofen" in written or media in NO_CLAIMS


def test_a_vocabulary_is_exported_by_name_with_a_notice(shelf, run, tmp_path):
    assert b'"odd term of HP"' in export(shelf, "ntriples", ["vocabulary/HP"])
    shelf.save(tmp_path / "store")
    both = (
        "export",
        "--store",
        str(tmp_path),
        "--format",
        "nquads",
        "--layer",
        "vocabulary/HP",
        "--layer",
        "vocabulary/MAXO",
    )
    code, out, err = run(*both)
    assert code == 0
    assert Counter(re.findall(r"odd term of \w+", out)) == {"odd term of HP": 1, "odd term of MAXO": 1}
    warnings = [line for line in err.splitlines() if line.startswith("warning:")]
    assert len(warnings) == 1
    assert "HP" in warnings[0]
    assert "licence of HP" in warnings[0]
    assert "warning" not in run("export", "--store", str(tmp_path), "--layer", "vocabulary/MAXO")[2]
    assert run("export", "--layer", "vocabulary/HP")[0] == 1
