"""Explanations: minimal proofs, judged by a second way to conclude; what is said where nothing holds."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spasmkg import build, claims, supports
from spasmkg import namespaces as ns
from spasmkg.errors import DoesNotHoldError, NotFoundError
from spasmkg.explain import explain, proofs, sentence, spoken
from spasmkg.rules import TYPE, Rule, close, compile_rules
from spasmkg.store import memory


def iri(name):
    return f"<{ns.spasm(name)}>"


def triple(s, p, o):
    return iri(s), TYPE if p == "a" else iri(p), iri(o)


def stored(kg):
    """By inferred triple what the build kept of its shortest proof: length, certainty, claims."""
    query = """SELECT ?s ?p ?o ?length ?sure ?claim WHERE { GRAPH graph:proofs { ?n rdf:subject ?s ; rdf:predicate ?p ;
        rdf:object ?o ; spasm:proofLength ?length ; spasm:certainty ?sure ; spasm:derivedFrom ?claim } } ORDER BY ?s ?p ?o ?claim"""
    found = {}
    for s, p, o, length, sure, claim in kg.store.select(query):
        kept = (int(length.value), ns.local(sure.value), [])
        found.setdefault((str(s), str(p), str(o)), kept)[2].append(claim.value)
    return found


# ---- proofs of the graph ----


def test_a_proof_leads_down_to_the_claims(kg):
    why = kg.explain("potassium chloride", "offsets depletion by", "diuretics")
    assert (why.stated, why.total, why.more, why.certainty) == (False, 1, False, "possible")
    (proof,) = why.proofs
    assert proof.because == "if A replenishes B and B depleted by C, then A offsets depletion by C"
    leaves = {leaf.triple: [c.curie for c in leaf.claims] for leaf in proof.leaves()}
    assert leaves == {
        triple("potassium-chloride", "replenishes", "potassium"): ["claim:supplements-3-6"],
        triple("diuretics", "depletes", "potassium"): ["claim:causes-3-16"],
    }
    assert proof.length == 2
    assert proof.premises[1].rule == "spasm:depletedBy is the inverse of spasm:depletes"


def test_a_role_is_explained(kg):
    why = kg.explain("baclofen", "a", "SedatingDrug")
    assert [c.curie for leaf in why.proofs[0].leaves() for c in leaf.claims] == ["claim:drugs-1-9", "claim:curator-1"]
    assert why.certainty == "implied"


def test_proofs_come_shortest_first_and_are_cut_with_a_word(kg):
    why = kg.explain("dehydration", "upstreamOf", "muscle-spasm")
    assert why.total == len(why.proofs) > 3
    assert [p.length for p in why.proofs] == sorted(p.length for p in why.proofs)
    cut = kg.explain("dehydration", "upstreamOf", "muscle-spasm", limit=2)
    assert (cut.proofs, cut.total) == (why.proofs[:2], why.total)


def test_what_is_stated_needs_no_proof(kg):
    why = kg.explain("diuretics", "depletes", "potassium")
    assert why.stated
    assert why.proofs == ()
    assert [c.curie for c in why.ground.claims] == ["claim:causes-3-16"]
    assert why.certainty == "possible"


def test_a_kind_is_given_by_the_ontology_files(kg):
    why = kg.explain("baclofen", "a", "Drug")
    assert (why.stated, why.certainty, why.ground.claims) == (True, "", ())


def test_a_literal_is_explained(kg):
    s, p, o = next(
        row
        for row in kg.store.select("""SELECT ?s ?p ?o { GRAPH graph:edges { ?s ?p ?o } ?p a owl:DatatypeProperty
            FILTER(isLiteral(?o)) } ORDER BY ?s ?p ?o LIMIT 1""")
    )
    why = kg.explain(s.value, ns.contract(p.value), o.value)
    assert why.stated
    assert why.triple == (str(s), str(p), str(o))


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("diuretics", "offsetsDepletionBy", "potassium chloride"), "potassium chloride offsets depletion by diuretics (the reverse)"),
        (("nsaids", "treats", "spasm"), "used to treat"),
        (("baclofen", "a", "Cause"), "its roles are: sedating drug"),
        (("diuretics", "hasSideEffect", "potassium"), "but this holds: diuretics depletes potassium"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_refused_with_what_is_known(kg, words, known):
    if words[0] == "nsaids":
        denial = next(c for c in kg.claims(subject="nsaids", predicate="treats") if c.negated)
        words, known = ("nsaids", "treats", denial.object), f"the source denies it: {denial.cite()}"
    with pytest.raises(DoesNotHoldError) as caught:
        kg.explain(*words)
    assert known in str(caught.value)
    assert isinstance(caught.value, NotFoundError)


@pytest.mark.parametrize(
    "words", [("baclofin", "treats", "pain"), ("baclofen", "treets", "pain"), ("baclofen", "a", "Drugg")]
)
def test_an_unknown_name_is_not_taken_for_a_fact_that_does_not_hold(kg, words):
    with pytest.raises(NotFoundError, match="did you mean") as caught:
        kg.explain(*words)
    assert not isinstance(caught.value, DoesNotHoldError)


# ---- the same as the build's own proofs ----


def agrees(kg, rules, goal, length, certainty, behind):
    found, _ = proofs(kg.store, goal, rules)
    first = found[0]  # the build's proof is as short, but may name a claim more than are needed
    same = (first.length, first.certainty) == (length, certainty) and set(first.claim_iris) <= set(behind)
    return same or first.length < length


def test_the_first_proof_is_the_one_that_the_build_kept(kg):
    rules = compile_rules(kg.store)
    wrong = [goal for goal, kept in sorted(stored(kg).items())[::50] if not agrees(kg, rules, goal, *kept)]
    assert wrong == []


@pytest.mark.slow
def test_the_first_proof_is_the_one_that_the_build_kept_everywhere(kg):
    rules = compile_rules(kg.store)
    wrong = [goal for goal, kept in stored(kg).items() if not agrees(kg, rules, goal, *kept)]
    assert wrong == []


# ---- an independent judge: what the closure of a part of the facts holds ----


def triples_of(store, *layers):
    for layer in layers:
        rows = store.select(f"SELECT ?s ?p ?o {{ GRAPH graph:{layer} {{ ?s ?p ?o }} }}")
        yield from (tuple(map(str, row)) for row in rows)


@pytest.fixture(scope="module")
def given_facts(kg):
    constructed = build.constructed(kg.store)["groupings"]
    return [t for t in triples_of(kg.store, "ontology", "entities", "groupings") if t not in constructed]


def follows(given_facts, facts, goal):
    store = memory()
    store.insert(given_facts, [""])
    store.insert(facts, [""])
    close(store, compile_rules(store), [""])
    return store.ask(f"ASK {{ {' '.join(goal)} }}")


GOALS = [
    ("dehydration", "upstreamOf", "muscle-spasm"), ("baclofen", "a", "SedatingDrug"), ("diuretics", "upstreamOf", "muscle-cramp"),
    ("dehydration", "mayShow", "sudden-pain"), ("magnesium-citrate", "offsetsDepletionBy", "diuretics"), ("dehydration", "a", "Cause"),
]  # fmt: skip


@pytest.mark.parametrize("goal", GOALS, ids=" ".join)
def test_a_minimal_proof_suffices_and_nothing_of_it_can_be_spared(kg, given_facts, goal):
    wanted = triple(*goal)
    for proof in kg.explain(*goal, limit=3).proofs:
        leaves = {leaf.triple for leaf in proof.leaves()} - set(given_facts)
        assert follows(given_facts, leaves, wanted)
        assert not any(follows(given_facts, leaves - {leaf}, wanted) for leaf in leaves)


@pytest.mark.parametrize("goal", GOALS, ids=" ".join)
def test_what_hits_every_minimal_proof_removes_the_inference(kg, given_facts, goal):
    wanted = triple(*goal)
    rests = supports.reasons(kg.store, compile_rules(kg.store), [wanted])
    sets, more = rests.supports([wanted])
    assert not more
    hitting = set()
    for support in sets:  # greedy: a leaf of each proof that is not hit yet
        if not support & hitting:
            hitting.add(max(support, key=lambda leaf: sum(leaf in other for other in sets)))
    facts = set(build.constructed(kg.store)["edges"]) | build.constructed(kg.store)["groupings"]
    assert follows(given_facts, facts, wanted)
    assert not follows(given_facts, facts - hitting, wanted)
    spared = hitting - {next(iter(hitting))}
    if spared:  # all but one may still leave a proof: then it is found
        assert follows(given_facts, facts - spared, wanted) == any(not support & spared for support in sets)


# ---- small worlds: every subset tried ----

AXIOMS = b"""@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix spasm: <https://w3id.org/spasmkg/> .
spasm:p rdfs:subPropertyOf spasm:q . spasm:q a owl:TransitiveProperty . spasm:r owl:inverseOf spasm:p .
spasm:c owl:propertyChainAxiom ( spasm:q spasm:d ) . spasm:d rdfs:subPropertyOf spasm:q .
[ a owl:Restriction ; owl:onProperty spasm:c ; owl:someValuesFrom spasm:K ] rdfs:subClassOf spasm:Role1 .
spasm:n0 a spasm:K ."""


def world(facts):
    store = memory()
    store.load([("axioms", AXIOMS, ns.graph("ontology"))])
    store.insert(facts, [ns.graph("edges")])
    store.merge([ns.graph("ontology"), ns.graph("edges")])
    close(store, compile_rules(store), ["", ns.graph("inferred")])
    return store


FACTS = [triple(f"n{a}", p, f"n{b}") for a, b in product(range(4), repeat=2) for p in ("p", "d")]


@given(st.lists(st.sampled_from(FACTS), min_size=3, max_size=7, unique=True), st.integers(0, 1000))
@settings(max_examples=25)
def test_the_supports_of_a_small_world_are_those_found_by_trying(facts, pick):
    store = world(facts)
    inferred = sorted(tuple(map(str, r)) for r in store.select("SELECT ?s ?p ?o { GRAPH graph:inferred { ?s ?p ?o } }"))
    inferred = [t for t in inferred if "_:" not in t[0][:2]]
    if not inferred:
        return
    goal = inferred[pick % len(inferred)]
    subsets = chain.from_iterable(combinations(sorted(facts), n) for n in range(len(facts) + 1))
    minimal: list[frozenset] = []
    for subset in map(frozenset, subsets):
        if not any(m <= subset for m in minimal) and world(subset).ask(f"ASK {{ {' '.join(goal)} }}"):
            minimal.append(subset)
    found, more = supports.reasons(store, compile_rules(store), [goal]).supports([goal])
    assert not more
    assert set(found) == set(minimal)


def wide(ways):
    """A world in which one thing is reached from another in many ways of two steps."""
    return world([t for i in range(ways) for t in (triple("n0", "p", f"m{i}"), triple(f"m{i}", "p", "n1"))])


def test_the_cap_is_reported_and_what_is_kept_is_minimal():
    store = wide(70)
    goal = triple("n0", "q", "n1")
    known = supports.reasons(store, compile_rules(store), [goal])
    sets, more = known.supports([goal])
    assert (len(sets), more) == (supports.CAP, True)
    assert all(len(s) == 2 for s in sets)
    why = explain(store, goal)
    assert (len(why.proofs), why.total, why.more) == (20, supports.CAP, True)
    assert explain(wide(30), goal).more is False


def test_a_ring_ends():
    store = world([triple(f"n{i}", "p", f"n{(i + 1) % 5}") for i in range(5)])
    why = explain(store, triple("n0", "q", "n0"))
    assert [len(list(p.leaves())) for p in why.proofs] == [5]


def test_a_stated_triple_that_also_follows_shows_the_other_proofs_on_request():
    store = world([triple("n0", "p", "n1"), triple("n1", "p", "n2"), triple("n0", "q", "n2")])
    assert explain(store, triple("n0", "q", "n2")).proofs == ()
    (proof,) = explain(store, triple("n0", "q", "n2"), even_if_stated=True).proofs
    assert {leaf.triple for leaf in proof.leaves()} == {triple("n0", "p", "n1"), triple("n1", "p", "n2")}


# ---- a user's own facts and axioms ----


def test_lines_of_a_users_file_stand_at_the_leaves(kg, tmp_path):
    mine = tmp_path / "mine.ttl"
    mine.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix spasm: <https://w3id.org/spasmkg/> .\n"
        'spasm:furosemide a spasm:Drug ; rdfs:label "furosemide"@en ; spasm:depletes spasm:potassium .\n'
        'spasm:worsenedBy a owl:ObjectProperty ; rdfs:label "worsened by"@en .\n'
        "spasm:worsenedBy owl:propertyChainAxiom ( spasm:hasDeficiencyState spasm:upstreamOf ) .\n"
        "spasm:potassium spasm:depletes spasm:magnesium .\n"
    )
    more = kg.with_file(mine)
    why = more.explain("potassium chloride", "offsetsDepletionBy", "furosemide")
    assert [leaf.place for leaf in why.proofs[0].leaves()] == ["", "your file mine.ttl, line 4"]
    target = next(
        o
        for _, _, o in triples_of(more.store, "inferred")
        if more.store.ask(f"ASK {{ GRAPH graph:inferred {{ {iri('potassium')} {iri('worsenedBy')} {o} }} }}")
    )
    own = explain(more.store, (iri("potassium"), iri("worsenedBy"), target))
    assert "your file mine.ttl, line 6" in {leaf.place for leaf in own.proofs[0].leaves()}


def test_claims_that_state_a_triple_are_not_those_that_deny_it(kg):
    denied = next(c for c in kg.claims() if c.negated)
    t = (f"<{denied.subject}>", f"<{denied.predicate}>", f"<{denied.object}>")
    assert denied.iri not in claims.stating(kg.store, [t]).get(t, ())


# ---- words ----


def test_rules_and_triples_in_words():
    rule = Rule("", (("?a", iri("p"), '"5 mg"'), ("?a", TYPE, iri("Drug"))), ("?a", iri("q"), "?b"))
    assert spoken(rule, {ns.spasm("p"): "given at"}) == "if A given at 5 mg and A is a spasm:Drug, then A spasm:q ?b"
    assert sentence((iri("p"), iri("q"), "_:b0"), {}) == "an axiom about spasm:p"
