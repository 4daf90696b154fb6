"""The pages of paths, proofs and withdrawals, as their views make them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from spasmkg.web.views import paths, proofs, withdrawing
from spasmkg.web.views.ways import Ways

WAYS = Ways()


def pairs(address):
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


# ---- paths ----


def test_paths_say_how_many_and_the_weakest_step(kg):
    made = paths.page(kg, [("from", "diuretics"), ("to", "leg cramp")], WAYS)
    assert made["line"]["total"] >= made["line"]["shown"] == 10
    order = ["asserted", "usual", "possible", "rare", "implied"]
    for path in made["paths"]:
        sure = [order.index(s["certainty"]) for s in path["steps"]]
        assert order.index(path["weakest"]["certainty"]) == max(sure)
        assert sure[path["weakest_number"] - 1] == max(sure)
        assert all(s["places"] for s in path["steps"])


def test_paths_go_only_through_the_chosen_kinds(kg):
    wanted = [("from", "diuretics"), ("to", "leg cramp"), ("kind", "Nutrient"), ("kind", "DeficiencyState")]
    made = paths.page(kg, wanted, WAYS)
    inner = {s["to"]["kind"] for p in made["paths"] for s in p["steps"][:-1]}
    assert inner
    assert inner <= {"Nutrient", "DeficiencyState"}
    every = paths.page(kg, wanted[:2], WAYS)
    assert {s["to"]["kind"] for p in every["paths"] for s in p["steps"][:-1]} > inner


def test_the_data_of_paths_is_asked_with_the_same_filters(kg):
    made = paths.page(kg, [("from", "diuretics"), ("to", "leg cramp"), ("kind", "Nutrient"), ("inferred", "yes")], WAYS)
    assert ("through", "Nutrient") in pairs(made["data"])
    assert ("inferred", "true") in pairs(made["data"])


def test_a_wrong_end_offers_the_right_one(kg):
    made = paths.page(kg, [("from", "diuretcs"), ("to", "leg cramp")], WAYS)
    assert made["paths"] is None
    assert pairs(made["ends"][0]["offers"][0]["href"])[0] == ("from", "diuretics")


def test_a_wrong_end_without_a_likeness_leads_to_the_search(kg):
    (wrong, right) = paths.page(kg, [("from", "qqqqqqqq"), ("to", "leg cramp")], WAYS)["ends"]
    assert (wrong["look"], right["look"]) == ("/search?q=qqqqqqqq", "")


def test_a_layer_that_there_is_not_is_no_mistake_of_the_ends(kg):
    made = paths.page(kg, [("from", "diuretics"), ("to", "leg cramp"), ("layer", "nowhere")], WAYS)
    assert [e["error"] for e in made["ends"]] == ["", ""]
    assert "no layer" in made["failed"]


def test_the_same_end_twice_is_said(kg):
    assert "the same thing" in paths.page(kg, [("from", "leg cramp"), ("to", "spasm:leg-cramp")], WAYS)["failed"]


def test_no_path_says_why_and_what_to_try(kg):
    made = paths.page(kg, [("from", "statins"), ("to", "muscle spasm"), ("length", "1")], WAYS)
    assert "the nearest way has 2 steps" in made["reason"]
    assert ("length", "2") in pairs(made["wider"][0]["href"])
    made = paths.page(kg, [("from", "baclofen"), ("to", "vitamin D3"), ("length", "1")], WAYS)
    assert "the nearest way has 4 steps" in made["reason"]
    assert ("length", "4") in pairs(made["wider"][0]["href"])
    assert paths.page(kg, pairs(made["wider"][0]["href"]), WAYS)["paths"]


# ---- proofs ----


def test_a_proof_ends_in_claims_and_the_rule(kg):
    why = proofs.page(kg, [("subject", "baclofen"), ("predicate", "a"), ("object", "SedatingDrug")], WAYS)["why"]
    (proof,) = why["proofs"]

    def leaves(branch):
        return [c["curie"] for c in branch["claims"]] + [c for b in branch["premises"] for c in leaves(b)]

    assert [c for b in proof["premises"] for c in leaves(b)] == ["claim:drugs-1-9", "claim:curator-1"]
    assert proof["because"].startswith("if A has side effect under")
    assert pairs(proof["withdraw"]) == [("claim", "curator-1"), ("claim", "drugs-1-9")]


def test_a_stated_edge_needs_none(kg):
    why = proofs.page(kg, [("subject", "diuretics"), ("predicate", "depletes"), ("object", "potassium")], WAYS)["why"]
    assert why["stated"]
    assert why["proofs"] == []
    assert [c["curie"] for c in why["ground"]["claims"]] == ["claim:causes-3-16"]


def test_what_does_not_hold_is_no_proof(kg):
    made = proofs.page(kg, [("subject", "diuretics"), ("predicate", "depletes"), ("object", "baclofen")], WAYS)
    assert made["why"] is None
    assert "Neither stated nor inferred" in made["failed"]
    assert not made["unknown"]


@pytest.mark.parametrize(
    ("given", "field", "meant"),
    [
        ({"subject": "bacloffin", "predicate": "a", "object": "SedatingDrug"}, "subject", ("subject", "baclofen")),
        (
            {"subject": "diuretics", "predicate": "deplets", "object": "potassium"},
            "predicate",
            ("predicate", "depletes"),
        ),
        ({"predicate": "upstreamOff"}, "predicate", ("predicate", "upstreamOf")),
    ],
)
def test_a_wrong_name_of_a_proof_is_said_at_its_field_and_mended_with_one_press(kg, given, field, meant):
    made = proofs.page(kg, list(given.items()), WAYS)
    assert (made["unknown"], made["field"]) == (given[field], field)
    assert "spasmkg" not in made["failed"]
    assert made["offers"]
    assert meant in pairs(made["offers"][0]["href"])
    assert not proofs.page(kg, pairs(made["offers"][0]["href"]), WAYS)["unknown"]


def test_inferred_relations_are_counted_and_lead_to_proofs(kg):
    relations = proofs.page(kg, [], WAYS)["relations"]
    assert sum(r["count"] for r in relations) == len(kg.inferences())
    for relation in relations:
        address = relation["example"]["href"]
        assert proofs.page(kg, pairs(address), WAYS)["why"]["proofs"], address
        found = proofs.page(kg, pairs(relation["href"]), WAYS)["of"]
        assert found["total"] == relation["count"]


# ---- withdrawals ----


def test_what_falls_with_a_claim(kg):
    made = withdrawing.page(kg, [("claim", "causes-3-16")], WAYS)
    fallen = made["fallen"]
    assert [(e["subject"]["label"], e["predicate"], e["object"]["label"]) for e in fallen["edges"]] == [
        ("diuretics", "depletes", "potassium")
    ]
    assert len(fallen["inferred"]) == 4
    assert "depletion-offsets" in [a["name"] for a in fallen["answers"]]
    assert fallen["checked"] < fallen["every"]


def test_an_edge_stated_twice_stays(kg):
    two = next(
        c for c in kg.claims()
        if not c.literal and not c.negated and len([x for x in kg.claims(c.subject, c.predicate, c.object) if not x.negated]) > 1
    )  # fmt: skip
    fallen = withdrawing.page(kg, [("claim", two.curie)], WAYS)["fallen"]
    assert fallen["edges"] == []
    assert fallen["kept"][0]["places"]


def test_an_unknown_claim_is_said_and_the_rest_is_answered(kg):
    made = withdrawing.page(kg, [("claim", "none-1"), ("claim", "causes-3-16")], WAYS)
    assert made["wrong"] == ["none-1"]
    assert made["fallen"]
