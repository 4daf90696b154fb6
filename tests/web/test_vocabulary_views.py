"""The pages of the vocabularies as the server gives them: what they say, and what they do with a wrong address."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from serving import Server, serve

from spasmkg.mappings import coverage, named, of_entities, of_terms, of_vocabulary

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def holding(linked_folder, tmp_path_factory) -> Iterator[Server]:
    """A server with the small vocabularies."""
    with serve(tmp_path_factory.mktemp("holding"), "--timeout", "90", "--store", str(linked_folder)) as running:
        yield running


def page(server: Server, path: str, status: int = 200) -> str:
    answer = server.ask("GET", path, HTML)
    assert answer.status == status
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.body.decode())))


def test_rows_are_found_by_vocabulary_term_and_words(kg):
    every = of_entities(kg.store)
    assert of_vocabulary(kg.store, "HP") == [m for m in every if m.vocabulary == "HP"]
    term = "http://purl.obolibrary.org/obo/HP_0003394"
    assert of_terms(kg.store, [term]) == [m for m in every if m.object == term]
    assert {m.iri for m in named(kg.store, ["MUSCLE", "spasm"])} == {
        m.iri for m in every if not m.negated and m.object and {"muscle", "spasm"} <= set(re.findall("muscle|spasm", m.label.lower()))
    }  # fmt: skip
    assert named(kg.store, []) == of_vocabulary(kg.store, "nothing") == []


def test_where_nothing_is_loaded_the_page_says_how_to_load(server):
    said = page(server, "/vocabularies")
    assert "None is loaded." in said
    assert "spasmkg vocab add hp.obo --as HP" in said
    assert "Human Phenotype Ontology" in said


def test_what_is_loaded_is_listed_with_release_and_terms(holding, linked):
    said = page(holding, "/vocabularies")
    assert "None is loaded." not in said
    for v in linked.vocabularies():
        assert re.search(rf"{v.prefix} {v.version or 'not given'} {v.terms} {v.names} ", said), v.prefix
    assert "terms not to be passed on" in said


def test_the_coverage_is_that_of_the_mapping_sets(server, kg):
    body = server.ask("GET", "/vocabularies", HTML).body.decode()
    for _, v, _, exact, other, none in coverage(kg.store):
        assert re.search(rf'title="{v}, [^":]+: {exact} exact, {other} not exact, {none} without a term"', body)
    assert len(re.findall(r'title="[^"]+ without a term"', body)) == len(coverage(kg.store))


def test_a_vocabulary_shows_its_release_its_licence_and_its_rows(holding, server):
    said = page(holding, "/vocabularies/hp")
    assert "Release 2023-07-21" in said
    assert "74 with 74 names" in said
    assert "Our mappings 242 rows" in said
    said = page(server, "/vocabularies/HP")
    assert "Not loaded." in said
    assert "spasmkg vocab add FILE --as HP" in said


def test_rows_are_narrowed_by_precision_and_kind_and_paged(server, kg):
    rows = of_vocabulary(kg.store, "HP")
    exact = [m for m in rows if m.precision == "exact"]
    assert f"{len(exact)} rows, complete exact" in page(server, "/vocabularies/HP?show=exact")
    assert "44 rows, complete only spasms" in page(server, "/vocabularies/HP?kind=Spasm")
    assert f"201 to {len(rows)} of {len(rows)}" in page(server, "/vocabularies/HP?page=5")
    assert f"201 to {len(rows)} of {len(rows)}" in page(server, "/vocabularies/HP?page=99999999")
    for odd in ("0", "-1", "x", "٣", "9" * 500):
        assert f"1 to 50 of {len(rows)}" in page(server, f"/vocabularies/HP?page={quote(odd)}")


def test_an_unknown_vocabulary_is_not_found_and_the_nearest_named(server):
    said = page(server, "/vocabularies/MOND", 404)
    assert "There is no vocabulary “MOND”" in said
    assert "Did you mean MONDO" in re.sub(r" +", " ", said)
    assert "<script>" not in server.ask("GET", "/vocabularies/%3Cscript%3E", HTML).body.decode()


@pytest.mark.parametrize(
    ("q", "says"),
    [
        ("HP:0003394", "Muscle spasm HP:0003394"),
        ("http://purl.obolibrary.org/obo/HP_0003394", "Muscle spasm HP:0003394"),
        ("MUSCLE cramp", "mesh:D009120"),
    ],
)
def test_mapped_terms_are_found_by_identifier_and_label_without_a_vocabulary(server, q, says):
    assert says in page(server, f"/vocabularies?q={quote(q)}")


def test_the_term_of_several_things_shows_the_most_precise_tie(server):
    said = page(server, "/vocabularies?q=HP:0003394")
    assert re.search(r"Muscle spasm HP:0003394 HP identifier .{0,20}muscle spasm and \d+ more things exact", said)


def test_terms_of_loaded_vocabularies_are_found_and_told_apart_by_in(holding):
    said = page(holding, "/vocabularies?q=cold-induced+muscle")
    assert "Cold-induced muscle cramps HP:0003449" in said
    assert "not tied" in said
    assert "No term matches" in page(holding, "/vocabularies?q=cold-induced+muscle&in=MONDO")


@pytest.mark.parametrize("q", ["\x00", "'\"\\", "?x } DROP", "a" * 3000, "%", "\u202e", "<b>"])
def test_odd_words_find_nothing_and_harm_nothing(server, q):
    assert "Terms elsewhere for" in page(server, f"/vocabularies?q=zz{quote(q)}")


def test_a_crosswalk_is_the_answer_of_the_question(server, kg):
    rows = kg.run("vocabulary-crosswalk", from_vocabulary="HP", to_vocabulary="snomedct").values()
    said = page(server, "/vocabularies/crosswalk?from=HP&to=SNOMED")
    assert f"1 to 50 of {len(rows)}" in said
    assert f"{len({r['term'] for r in rows})} terms of HP" in said
    for r in rows[:20]:
        assert r.get("other_name", "") in said
    exact = [r for r in rows if r["other_is"] == "exact"]
    assert f"{len(exact)} exact" in said


def test_gaps_are_terms_whose_thing_has_none_there(server, kg):
    there = {m.subject for m in of_vocabulary(kg.store, "snomedct") if m.object and not m.negated}
    gaps = [m for m in of_vocabulary(kg.store, "HP") if m.object and not m.negated and m.subject not in there]
    said = page(server, "/vocabularies/crosswalk?from=HP&to=snomedct&show=gaps")
    assert f"{len(gaps)} gaps, complete" in said
    assert all(m.curie in said for m in gaps)


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("", 200, "From one vocabulary to another"),
        ("from=HP", 200, "From one vocabulary to another"),
        ("from=HP&to=HP", 200, "A vocabulary needs no crosswalk to itself."),
        ("from=HPO2&to=mesh", 404, "No mapping set is called “HPO2”"),
        ("from=loinc&to=atc", 200, "No thing of this graph has a term in both."),
    ],
)
def test_a_crosswalk_that_is_none_says_so(server, query, status, says):
    assert says in page(server, f"/vocabularies/crosswalk?{query}", status)
