"""The formatter of the editor, on every query of the catalogue: it changes nothing of what is asked, and a second time nothing at all."""

from __future__ import annotations

import json
import re

import pytest
from serving import until

from spasmkg import competency
from spasmkg.sparql import tokens

pytestmark = pytest.mark.slow

QUERIES = {q.name: q.text for q in competency.all_questions()}
LINE = re.compile(r"\s+")
HARD = {
    "comments": "# one\n\n# two\nselect * # three\nwhere { # four\n  # five\n  ?s ?p ?o ; # six\n # seven\n  a ?c . # eight\n"
    "  filter(?a in (1,2) # nine\n && ?b) ?z ?y ?x } # ten\n# eleven",
    "marks": "base <http://a/> prefix : <x:> ask { ?s :p \"a # b\\\"c\"@en , '''x\n  y'''^^<x:t> . ?x :a? ?y . ?x !(:a|^:b)*/:c ?z "
    "filter(?a+1>-2*3/?b||!?c) graph ?g { } minus{?a ?b 1.5e3,.5,-7} [ a ?t;?p ( 1 2 ) ] ?q _:b }",
    "sub-select": "select ?n {{select(count(distinct ?x)as ?n){?x ?y ?z}group by ?y having(count(?x)>1)order by desc(?n)limit 3 offset 1}"
    "union{values(?n ?m){(1 undef)(2 3)}}optional{?n ?m ?o filter not exists{?o ?p ?q}} bind(if(exists{?a ?b ?c},1,2)as ?r) "
    "service silent ?s {?a ?b ?c}}",
    "construct": "construct{?s ?p ?o}from <x:a> from named <x:b> where{?s ?p ?o}",
    "describe": "describe <x:a> ?b where{?b ?c ?d}",
    "empty": "ask{}",
}


@pytest.fixture
def formatted(page):
    page.goto("/query")
    source = page.locator("script[src$='query.js']").get_attribute("src")
    page.evaluate(
        f"import({json.dumps(source.replace('query.js', 'query-format.js'))}).then((m) => {{ window.formatted = m.formatted; }})"
    )
    until(lambda: page.evaluate("typeof window.formatted") == "function")
    return lambda texts: page.evaluate("(all) => all.map((text) => window.formatted(text))", list(texts))


def asks(text):
    """The tokens of a query; keywords in any case, the rest to the letter."""
    return [t.text.upper() if t.kind == "word" and t.text != "a" else t.text for t in tokens(text)]


def comments(text):
    bare = re.sub(
        r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', "", text
    )
    return [c.rstrip() for c in re.findall(r"#.*", bare)]


def test_nothing_that_is_asked_and_no_comment_is_changed(formatted):
    texts = {**QUERIES, **HARD}
    for (name, text), made in zip(texts.items(), formatted(texts.values()), strict=True):
        assert asks(made) == asks(text), name
        assert comments(made) == comments(text), name


def test_a_second_time_nothing_is_changed(formatted):
    texts = list({**QUERIES, **HARD}.values())
    once = formatted(texts)
    assert formatted(once) == once
    flat = [LINE.sub(" ", re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)) for text in QUERIES.values()]
    once = formatted(flat)
    assert formatted(once) == once
    assert all(len(text.splitlines()) > 3 for text in once)


def test_the_engine_reads_the_same_query(formatted, kg):
    for name, made in zip(QUERIES, formatted(QUERIES.values()), strict=True):
        question = competency.load(name)
        if question.vocabularies or question.endpoint:
            continue
        if name in ("drug-side-effects", "cause-test-coverage") or len(name) % 7 == 0:
            assert [list(map(str, r)) for r in kg.query(made).rows] == [
                list(map(str, r)) for r in kg.query(question.text).rows
            ], name


def test_a_parameter_stays_one_line_that_can_be_bound(formatted):
    for name, made in zip(QUERIES, formatted(QUERIES.values()), strict=True):
        again = competency.parse(name, made)
        assert [p.name for p in again.parameters] == [p.name for p in competency.load(name).parameters], name


def test_one_long_line_is_laid_out(formatted):
    (made,) = formatted([HARD["sub-select"]])
    assert made.splitlines()[:3] == ["SELECT ?n {", "  {", "    SELECT (count(DISTINCT ?x) AS ?n) { ?x ?y ?z }"]
    assert "\n    GROUP BY ?y\n    HAVING (count(?x) > 1)\n    ORDER BY DESC(?n)\n    LIMIT 3\n    OFFSET 1\n" in made


@pytest.mark.parametrize(
    "broken", ["SELECT * { ?s 'a }", "SELECT * { ?s ?p \x00 }", "", "# only a comment", "}}}{{{", "SELECT `x`"]
)
def test_what_is_no_query_stays_or_is_laid_out_and_nothing_is_lost(formatted, broken):
    (made,) = formatted([broken])
    assert LINE.sub("", made).upper() == LINE.sub("", broken).upper()
