"""Claims behind edges: what is read for one thing at once is what is read edge by edge."""

from __future__ import annotations

import pytest

from spasmkg import claims


@pytest.mark.parametrize("name", ["baclofen", "muscle spasm", "muscle cramp", "list-of-drugs", "yoga", "diuretics"])
def test_the_edges_of_a_thing_have_the_claims_and_certainties_that_each_of_them_has(kg, name):
    iri = kg.resolve(name)
    edges = []
    for layer in ("edges", "groupings", "inferred"):
        pattern = f"GRAPH graph:{layer} {{ {{ <{iri}> ?p ?x }} UNION {{ ?y ?q <{iri}> }} }}"
        edges += kg.store.construct(f"CONSTRUCT {{ <{iri}> ?p ?x . ?y ?q <{iri}> }} {{ {pattern} }}")
    behind, certainties = claims.around(kg.store, iri)
    assert {t: behind[t] for t in edges if t in behind} == claims.behind(kg.store, edges)
    assert {t: certainties[t] for t in edges if t in certainties} == claims.certainties(kg.store, edges)
    assert len(claims.behind(kg.store, edges)) > 10


def test_a_denied_edge_has_no_claims(kg):
    denied = next(c for c in kg.claims() if c.negated)
    behind, certainties = claims.around(kg.store, denied.subject)
    edge = f"<{denied.subject}>", f"<{denied.predicate}>", f"<{denied.object}>"
    assert edge not in behind
    assert edge not in certainties
