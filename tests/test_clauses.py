"""Where the SERVICE clauses of a query stand, whom they call, and what may narrow them down."""

from __future__ import annotations

import pytest

from spasmkg import clauses
from spasmkg.errors import QuerySyntaxError, RefusedError

E = "https://example.org/sparql"


def only(text: str, **prefixes: str):
    (found,) = clauses.find(text.replace("<E>", f"<{E}>"), prefixes)
    return found


def around(text: str) -> str:
    """What may narrow down the clause, as it is put together: each level around the one before."""
    text = text.replace("<E>", f"<{E}>")
    pattern = ""
    for before, after in only(text).around:
        left, right = (" ".join(text[start:end] for start, end in spans) for spans in (before, after))
        pattern = f"{left} {{ {pattern} }} {right}" if pattern else f"{left} | {right}"
    return " ".join(pattern.split())


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("ASK { SERVICE <E> { } }", E),
        ("ASK{SERVICE<E>{}}", E),
        ("ASK { service silent <E> { } }", E),
        ("PREFIX x: <https://example.org/> ASK { SERVICE x:sparql { } }", E),
        ("PREFIX x: <https://example.org/sparql> ASK { SERVICE x: { } }", E),
        ("ASK { SERVICE y:a\\/b { } }", "https://example.net/a/b"),
        ("BASE <https://example.org/> ASK { SERVICE <sparql> { } }", "sparql"),  # refused as no address later on
    ],
)
def test_the_endpoint(text, endpoint):
    assert only(text, y="https://example.net/").endpoint == endpoint


def test_silent_is_seen():
    assert only("ASK { SERVICE SILENT <E> { } }").silent
    assert not only("ASK { SERVICE <E> { } }").silent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ASK { SERVICE ?x { } }", r"SERVICE \?x leaves open which server is called"),
        ("ASK { VALUES ?x { <E> } SERVICE SILENT $x { } }", "leaves open"),
        ("ASK { SERVICE <E> { SERVICE <E> { } } }", "inside another"),
        ("ASK { SERVICE <E> { OPTIONAL { SERVICE <E> { } } } }", "inside another"),
        ("ASK { SERVICE z:x { } }", "SERVICE z:x: write the endpoint"),
        ("ASK { SERVICE SILENT { } }", "write the endpoint"),
        ("ASK { SERVICE <E> }", "write the endpoint"),
        ("ASK { SERVICE 'x' { } }", "write the endpoint"),
        ("ASK { SERVICE", "closed"),
        ("SERVICE", "write the endpoint"),
    ],
)
def test_a_clause_that_cannot_be_called_is_refused(text, words):
    with pytest.raises((RefusedError, QuerySyntaxError), match=words):
        only(text)


def test_brackets_that_do_not_match_are_shown_in_their_place():
    with pytest.raises(QuerySyntaxError) as caught:
        only("ASK {\n SERVICE <E> { ( } }")
    assert (caught.value.line, caught.value.column) == (2, 43)


@pytest.mark.parametrize(
    ("text", "context"),
    [
        # its own group: all before it, and triples and values after it, without filters
        ("ASK { ?a :p ?x FILTER(?x > 1) SERVICE <E> { } }", "?a :p ?x |"),
        ("ASK { ?a :p ?x . OPTIONAL { ?x :q ?y } MINUS { ?x :r 1 } SERVICE <E> { } }",
         "?a :p ?x . OPTIONAL { ?x :q ?y } MINUS { ?x :r 1 } |"),
        ("ASK { BIND(1 AS ?x) VALUES ?y { 1 } VALUES (?a ?b) { (1 2) } GRAPH ?g { ?x :p ?y } SERVICE <E> { } }",
         "BIND(1 AS ?x) VALUES ?y { 1 } VALUES (?a ?b) { (1 2) } GRAPH ?g { ?x :p ?y } |"),
        ("ASK { { ?x :p 1 } UNION { ?x :p 2 } SERVICE <E> { } }", "{ ?x :p 1 } UNION { ?x :p 2 } |"),
        ("ASK { SERVICE <E> { } ?a :p [ :q ?x ] ; :r (1 2) . OPTIONAL { ?x :q ?y } VALUES ?x { 1 } }",
         "| ?a :p [ :q ?x ] ; :r (1 2) . VALUES ?x { 1 }"),
        ("ASK { FILTER NOT EXISTS { ?a :p ?x } FILTER REGEX(?a, '{') ?x :p {| :q 1 |} SERVICE <E> { } }",
         "?x :p {| :q 1 |} |"),
        # the groups around it, while they are plain
        ("ASK { ?a :p ?x { ?x :q ?y SERVICE <E> { } } ?x :r 1 OPTIONAL { ?x :s 1 } }",
         "?a :p ?x { ?x :q ?y | } ?x :r 1"),
        ("ASK { ?a :p ?x { ?x :q 1 } UNION { ?x :q 2 SERVICE <E> { } } ?x :r 1 }", "?a :p ?x { ?x :q 2 | } ?x :r 1"),
        # what stands after an OPTIONAL, or around it, would take away rows that must stay
        ("ASK { ?a :p ?x OPTIONAL { ?x :q ?y SERVICE <E> { } } ?x :r 1 }", "?a :p ?x { ?x :q ?y | }"),
        ("ASK { ?a :p ?x { ?x :q 1 OPTIONAL { SERVICE <E> { } } } }", "?x :q 1 { | }"),
        # what is apart
        ("ASK { ?a :p ?x MINUS { ?x :q ?y SERVICE <E> { } } }", "?x :q ?y |"),
        ("ASK { ?a :p ?x { SELECT ?x { ?x :q ?y SERVICE <E> { } ?x :r 1 } LIMIT 1 } }", "?x :q ?y | ?x :r 1"),
        ("ASK { ?a :p ?x { SELECT ?x WHERE { ?x :q ?y { SERVICE <E> { } } } } }", "?x :q ?y { | }"),
        # what is lent something from outside
        ("ASK { GRAPH ?g { ?x :q ?y SERVICE <E> { } } }", ""),
        ("ASK { FILTER EXISTS { ?x :q ?y { SERVICE <E> { } } } }", ""),
        ("ASK { FILTER NOT EXISTS { ?x :q ?y { SELECT * { SERVICE <E> { } } } } }", ""),
        ("ASK { ?x :p ?y LATERAL { ?x :q ?y SERVICE <E> { } } }", ""),
        ("SELECT (EXISTS { ?x :q ?y SERVICE <E> { } } AS ?z) { }", ""),
        # a group that selects is asked for as it stands
        ("ASK { ?x :p ?y SERVICE <E> { SELECT ?x { ?x :q ?y } LIMIT 1 } }", ""),
    ],
)  # fmt: skip
def test_what_may_narrow_a_clause_down(text, context):
    assert around(text) == context


@pytest.mark.parametrize(
    ("body", "given", "shared"),
    [
        ("?x :p ?y", "x y", "x y"),
        ("?x :p $y FILTER(?x != ?z)", "x y", "x y"),
        ("?x :p 1 OPTIONAL { ?x :q ?y }", "x y", "x"),
        ("{ ?x :p ?y } UNION { ?x :p ?z }", "x y z", "x"),
        ("{ ?x :p ?y { ?z :p 1 } }", "x y z", "x y z"),
        ("GRAPH ?g { ?x :p 1 }", "g x", "x"),
        ("?x :p 1 MINUS { ?x :p ?y }", "x", "x"),
        ("BIND(?z AS ?x) VALUES (?y ?z) { (1 UNDEF) }", "x y z", ""),
        ("SELECT (?z AS ?x) ?y { ?a :p ?b }", "x y", ""),
        ("{ SELECT DISTINCT * { ?x :p ?y FILTER EXISTS { ?z :p 1 } } }", "x y", ""),
        ("{ SELECT (EXISTS { ?z :p 1 } AS ?y) WHERE { ?x :p 1 } }", "y", ""),
    ],
)
def test_the_variables_of_a_clause_and_those_that_it_surely_binds(body, given, shared):
    found = only(f"ASK {{ ?x ?y ?z . ?g ?a ?b SERVICE <E> {{ {body} }} }}")
    assert set(found.variables) == set(given.split())
    assert set(found.shared) == set(shared.split())


@pytest.mark.parametrize(
    ("body", "simple"),
    [("?x :p ?y FILTER(?x != ?z)", True), ("?x :p 1 OPTIONAL { ?x :q ?y }", False), ("BIND(1 AS ?x)", False)],
)
def test_a_simple_clause(body, simple):
    assert only(f"ASK {{ SERVICE <E> {{ {body} }} }}").simple is simple


def test_declarations_and_sources():
    text = "PREFIX x: <https://example.org/> SELECT * FROM <a:b> FROM NAMED x:c { ?s ?from ?o }"
    assert clauses.prologue(text) == "PREFIX x: <https://example.org/> "
    assert clauses.source(text) == "FROM <a:b> FROM NAMED x:c"
    assert clauses.source("ASK { } ") == ""
