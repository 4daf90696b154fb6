"""Mapping sets: read and written as the standard has it, and what the graph makes of them."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from spasmkg import mappings, resources
from spasmkg.errors import AmbiguousNameError, BuildError, DataSyntaxError, NotFoundError
from spasmkg.sssom import read, write
from spasmkg.store import memory

SET = '''#curie_map:
#  HP: http://purl.obolibrary.org/obo/HP_
#  "skos": 'http://www.w3.org/2004/02/skos/core#'
#license: "https://example.org/licence"
#creator_label:
#  - one
#  - "two: 2"
#mapping_tool: a program
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\tmapping_justification\tobject_source\tcomment
spasm:tetany\tskos:exactMatch\t\tHP:0001281\tTetany\tsemapv:ManualMappingCuration\t\t"quoted ""word"""
spasm:tetany\tskos:exactMatch\tNot\tHP:0003394\tMuscle spasm\tsemapv:ManualMappingCuration
spasm:rest\tskos:exactMatch\t\tsssom:NoTermFound\t\tsemapv:ManualMappingCuration\tsource:HP
'''


def given(text: str):
    return read(io.StringIO(text, newline=""), "x.tsv")


def loaded(text: str, name: str = "spasm-to-HP.sssom.tsv"):
    store = memory()
    store.insert(mappings.triples(name, text), ["https://w3id.org/spasmkg/graph/mappings", ""])
    return store


def test_the_header_has_values_lists_and_maps():
    header, _ = given(SET)
    assert header["license"] == "https://example.org/licence"
    assert header["creator_label"] == ["one", "two: 2"]
    assert header["curie_map"] == {
        "HP": "http://purl.obolibrary.org/obo/HP_",
        "skos": "http://www.w3.org/2004/02/skos/core#",
    }


def test_rows_know_their_line_and_take_from_the_header_what_holds_for_all():
    rows = list(given(SET)[1])
    assert [r.line for r in rows] == [10, 11, 12]
    assert rows[0].slots["comment"] == 'quoted "word"'
    assert {r.slots["mapping_tool"] for r in rows} == {"a program"}
    assert "license" not in rows[0].slots  # the licence of the set is no slot of a row


def test_a_cell_may_span_lines_and_the_count_goes_on():
    rows = list(given('subject_id\tpredicate_id\tobject_id\ta\nx:1\tp:q\ty:2\t"two\nlines"\nx:2\tp:q\ty:3\n')[1])
    assert [(r.line, r.slots.get("a")) for r in rows] == [(3, "two\nlines"), (4, None)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#only: a header\n",
        "a\tb\n1\t2\n",
        "subject_id\tobject_id\nx:1\ty:1\n",
        "subject_id,predicate_id,object_id\n",
    ],
)
def test_what_is_no_mapping_set_is_refused(text):
    with pytest.raises(DataSyntaxError, match="SSSOM"):
        given(text)


def test_a_row_with_too_many_cells_is_named_by_its_line():
    _, rows = read(["subject_id\tpredicate_id\tobject_id\n", "x:1\tp:q\ty:1\n", "x:1\tp:q\ty:1\tz\n"], "x.tsv")
    with pytest.raises(DataSyntaxError, match="line 3"):
        list(rows)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=20)


@any_of(st.lists(st.fixed_dictionaries({"object_label": cells, "comment": cells, "mapping_tool": cells}), max_size=5))
def test_what_is_written_is_read_back(rows):
    full = [{"subject_id": f"a:{i}", "predicate_id": "p:q", "object_id": "b:1", **row} for i, row in enumerate(rows)]
    header, again = given(write({"license": "x: y", "list": ["a", "b: c"]}, full))
    assert header == {"license": "x: y", "list": ["a", "b: c"]}
    if full:
        assert [r.slots for r in again] == [{k: v for k, v in row.items() if v} for row in full]


@pytest.mark.parametrize("path", resources.mapping_files(), ids=lambda p: p.name)
def test_the_sets_come_back_as_they_are(path):
    text = path.read_text(encoding="utf-8")
    header, rows = given(text)
    rows_of = [r.slots for r in rows]
    assert len(rows_of) == text.count("\n") - sum(line.startswith("#") for line in text.splitlines()) - 1
    assert [r.slots for r in given(write(header, rows_of))[1]] == rows_of


def test_a_positive_row_is_a_plain_triple_and_a_node():
    store = loaded(SET)
    rows = store.select("SELECT ?o { spasm:tetany skos:exactMatch ?o }")
    assert [str(o) for (o,) in rows] == ["<http://purl.obolibrary.org/obo/HP_0001281>"]
    found = mappings.of_entities(store)
    assert [(m.curie, m.precision, m.label) for m in found] == [
        ("", "none", ""),
        ("HP:0001281", "exact", "Tetany"),
        ("HP:0003394", "not exact", "Muscle spasm"),
    ]
    assert found[1].iri == "https://w3id.org/spasmkg/mapping/tetany/HP:0001281"


@pytest.mark.parametrize(
    ("cell", "instead", "reason"),
    [
        ("HP:0001281", "HP:1281", "form of HP"),
        ("HP:0001281", "nonsense:1", "unknown prefix"),
        ("skos:exactMatch\t\tHP:0001281", "owl:sameAs\t\tHP:0001281", "mapping predicate"),
        ("\tNot\t", "\tnot\t", "modifier"),
        ("spasm:rest", "spasm:a>b", "characters"),
    ],
)
def test_a_row_that_cannot_be_taken_stops_the_build_with_its_line(cell, instead, reason):
    assert cell in SET
    with pytest.raises(BuildError, match=reason) as error:
        loaded(SET.replace(cell, instead, 1))
    assert "spasm-to-HP.sssom.tsv, line 1" in str(error.value)


def test_an_outside_identifier_finds_the_entity(kg):
    assert kg.entity("SNOMEDCT_US_2025_09_01:55300003").label == "muscle cramp"
    assert kg.entity("http://purl.obolibrary.org/obo/HP_0001281").label == "tetany"
    assert kg.entity("rxnorm:1292").label == "baclofen"
    assert kg.entity("MSH:D009120").label == "muscle cramp"


def test_an_exact_tie_counts_before_a_close_one_and_a_denied_one_never(kg):
    hp = "http://purl.obolibrary.org/obo/HP_0003394"
    ties = mappings.entities_for(kg.store, hp)
    assert ("https://w3id.org/spasmkg/muscle-cramp", "http://www.w3.org/2004/02/skos/core#closeMatch") in ties
    assert kg.resolve("HP:0003394") == "https://w3id.org/spasmkg/muscle-spasm"
    denied = next(m for m in kg.mappings() if m.negated and not mappings.entities_for(kg.store, m.object))
    with pytest.raises(NotFoundError):
        kg.resolve(denied.curie)


def test_only_a_broader_tie_is_no_name_but_is_told(kg):
    ties = {m.object: [] for m in kg.mappings() if m.precision == "broader"}
    for m in kg.mappings():
        if m.object in ties and not m.negated:
            ties[m.object].append(m.precision)
    only = next(o for o, words in ties.items() if set(words) == {"broader"})
    with pytest.raises(NotFoundError, match="as its broader term"):
        kg.resolve(only)


def test_two_entities_with_one_exact_term_are_both_named():
    both = SET.replace(
        "spasm:rest\tskos:exactMatch\t\tsssom:NoTermFound\t", "spasm:rest\tskos:exactMatch\t\tHP:0001281\tTetany"
    )
    with pytest.raises(AmbiguousNameError, match="spasm:rest, spasm:tetany"):
        mappings.entity_for(loaded(both), "HP:0001281")


def test_all_mappings_are_one_set_that_gives_the_same_rows(kg):
    text = mappings.as_sssom(kg.store, kg.mappings())
    store = memory()
    again = list(mappings.triples("spasm-to-x.sssom.tsv", text))
    store.insert(again, ["https://w3id.org/spasmkg/graph/mappings", ""])

    def rows(found):
        return {(m.subject, m.predicate, m.object, m.negated, m.label, m.comment, m.confidence) for m in found}

    assert rows(mappings.of_entities(store)) == rows(m for m in kg.mappings())


def test_coverage_counts_each_entity_once(kg):
    for kind, vocabulary, entities, exact, other, none in mappings.coverage(kg.store):
        assert entities == exact + other + none, (kind, vocabulary)


def judged(python, *files):
    script = Path(__file__).with_name("validate_sssom.py")
    done = subprocess.run(
        [python, "-W", "ignore", script, *files], capture_output=True, text=True, check=True, timeout=500
    )
    return done.stdout.splitlines()


@pytest.mark.slow
def test_sssom_validate_passes_on_every_set_and_on_all_together_and_would_find_what_is_wrong(
    judge_python, kg, tmp_path
):
    together = tmp_path / "all.sssom.tsv"
    together.write_text(mappings.as_sssom(kg.store, kg.mappings()), encoding="utf-8")
    right = next(p for p in resources.mapping_files() if "HP" in p.name).read_text(encoding="utf-8")
    wrong = []
    for cell, instead in (("semapv:Manual", "by hand "), ("#  HP:", "#  HQ:"), ("skos:exactMatch", "")):
        assert cell in right
        wrong.append(tmp_path / f"wrong-{len(wrong)}.sssom.tsv")
        wrong[-1].write_text(right.replace(cell, instead), encoding="utf-8")
    complaints = judged(judge_python, *resources.mapping_files(), together, *wrong)
    assert [line.split()[0] for line in complaints] == [str(w) for w in wrong]
