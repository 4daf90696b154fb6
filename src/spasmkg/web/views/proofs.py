"""Why an edge or a role holds: its minimal proofs as trees of premises, down to claims and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.errors import AmbiguousNameError, DoesNotHoldError, NotFoundError, SpasmKGError
from spasmkg.explain import Explanation, Proof
from spasmkg.model import Triple
from spasmkg.namespaces import local
from spasmkg.resources import short_dataset
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, opened, show, told
from spasmkg.web.views.told import Told, counted
from spasmkg.web.views.ways import Pairs, Ways, pairs_of

if TYPE_CHECKING:
    from spasmkg.inferences import Inference
    from spasmkg.kg import KnowledgeGraph

__all__ = ["page", "proof"]

_TERMS = ("subject", "predicate", "object")
_SHOWN, _ALL = 5, 100
_PAGE = 100


def proof(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """Why an edge or a role holds."""
    kg, ways = opened(path, arguments), Ways(arguments["prefix"])
    made = page(kg, pairs_of(arguments), ways)
    show(write, head, arguments, "proof.html", tab="paths", status=404 if made["unknown"] else 200, **made)


def page(kg: KnowledgeGraph, pairs: Pairs, ways: Ways) -> Told:
    """The proofs of an edge; with a relation alone, all that was inferred of it; without any, the inferred relations."""
    last = {n: v.strip()[:400] for n, v in pairs if v.strip()}
    typed = {name: last.get(name, "") for name in _TERMS}
    made: Told = {
        "title": "Why something holds", "typed": typed, "action": ways.to("/proof"), "search": ways.to("/api/search"),
        "why": None, "relations": [], "of": None, "failed": "", "unknown": "", "field": "", "look": "", "known": [],
        "offers": [], "dataset": short_dataset(kg.dataset),
    }  # fmt: skip
    if typed["predicate"] and not typed["subject"] and not typed["object"]:
        try:
            return made | _relation(kg, typed["predicate"], last, ways)
        except NotFoundError as error:
            return made | _unknown(error, typed, ways)
    if not all(typed.values()):
        return made | {"relations": _relations(kg, ways)}
    limit = _ALL if "all" in last else _SHOWN
    try:
        why = kg.explain(typed["subject"], typed["predicate"], typed["object"], limit)
    except DoesNotHoldError as error:
        return made | {"failed": f"Neither stated nor inferred: {error.name}.", "known": list(error.known)}
    except NotFoundError as error:
        return made | _unknown(error, typed, ways)
    except SpasmKGError as error:
        return made | {"failed": str(error)}
    return made | {"title": why.sentence[:1].upper() + why.sentence[1:], "why": _why(kg, why, ways, typed)}


def _unknown(error: NotFoundError, typed: Mapping[str, str], ways: Ways) -> Told:
    """What is said of a name that leads to nothing: which field it stands in, and links with what may be meant."""
    field = next((name for name in _TERMS if typed[name] == error.name), "")
    is_ambiguous = isinstance(error, AmbiguousNameError)
    meant = error.candidates if isinstance(error, AmbiguousNameError) else error.suggestions
    said = f"“{error.name}” fits several things. Choose one:" if is_ambiguous else f"Nothing is called “{error.name}”."
    return {
        "failed": said if is_ambiguous or not meant else f"{said} Did you mean", "unknown": error.name, "field": field,
        "offers": [
            {"label": name, "href": ways.to("/proof", [(n, name if n == field else v) for n, v in typed.items() if v])}
            for name in meant if field
        ],
        "look": ways.to("/search", [("q", error.name)]) if field != "predicate" else ways.to("/proof"),
    }  # fmt: skip


def _why(kg: KnowledgeGraph, why: Explanation, ways: Ways, typed: Mapping[str, str]) -> Told:
    trees = [*why.proofs, *([why.ground] if why.ground else [])]
    things = told.named_all(kg.store, {t[1:-1] for p in trees for t in _terms(p) if t[0] == "<"}, ways)
    for iri, label in why.labels.items():
        if iri in things and label:
            things[iri]["label"] = label
    every = [c.iri for p in trees for leaf in p.leaves() for c in leaf.claims]
    proofs = [
        {"number": n, "about": f"{counted(p.length, 'step')}, {p.certainty or 'by the ontology'}", "certainty": p.certainty,
         "because": p.because, "premises": [_branch(x, things, ways) for x in p.premises],
         "claims": len(p.claim_iris), "withdraw": ways.withdraw(p.claim_iris)}
        for n, p in enumerate(why.proofs, 1)
    ]  # fmt: skip
    shown, total = len(proofs), why.total
    return {
        "triple": _triple(why.triple, things), "stated": why.stated, "certainty": why.certainty, "proofs": proofs,
        "ground": _branch(why.ground, things, ways) if why.ground else None,
        "count": counted(total, "minimal proof") if shown == total else f"showing {shown} of {counted(total, 'minimal proof')}",
        "is_more": why.more, "all": ways.to("/proof", [*typed.items(), ("all", "yes")]) if shown < total else "",
        "withdraw": ways.withdraw(dict.fromkeys(every)) if why.stated and every else "",
        "data": ways.to("/api/explain", [*typed.items()]),
    }  # fmt: skip


def _terms(proof: Proof) -> Iterator[str]:
    yield from proof.triple
    for premise in proof.premises:
        yield from _terms(premise)


def _branch(proof: Proof, things: Mapping[str, Told], ways: Ways) -> Told:
    """A premise: what it says, and its claims and places, or the rule that it follows by and what that rests on."""
    claims = [told.claim(c, ways) for c in proof.claims]
    return {
        "triple": _triple(proof.triple, things), "claims": claims, "place": proof.place,
        "because": proof.because, "rule": proof.rule, "certainty": proof.certainty,
        "is_given": not proof.rule and not claims and not proof.place,
        "premises": [_branch(p, things, ways) for p in proof.premises],
    }  # fmt: skip


def _triple(triple: Triple, things: Mapping[str, Told]) -> Told:
    s, p, o = (_named(t, things) for t in triple)
    if triple[1] == f"<{ns.RDF_TYPE}>":
        p = {**p, "label": f"is a{'n' * (o['label'][:1] in 'aeiou')}", "href": ""}
    return {"subject": s, "predicate": p, "object": o}


def _named(term: str, things: Mapping[str, Told]) -> Told:
    if term[0] == "<":
        return things.get(term[1:-1], {"iri": term[1:-1], "label": ns.contract(term[1:-1]), "kind": "", "href": ""})
    text = term[1 : term.rindex('"')] if term[0] == '"' else "a class expression of the ontology"
    return {"iri": "", "label": text, "kind": "", "href": ""}


# ---- what was inferred at all ----


def _relations(kg: KnowledgeGraph, ways: Ways) -> list[Told]:
    """The relations and roles that were inferred, with counts and an example each."""
    groups: dict[str, list[Inference]] = {}
    for i in kg.inferences():
        groups.setdefault(i.triple[1], []).append(i)
    things = told.named_all(kg.store, {p[1:-1] for p in groups}, ways)
    made = []
    for p, found in groups.items():
        iri = p[1:-1]
        is_role = iri == ns.RDF_TYPE
        label = "is a (role)" if is_role else things[iri]["label"]
        name = "a" if is_role else local(iri)
        made.append(
            {"label": label, "count": len(found), "href": ways.to("/proof", [("predicate", name)]), "example": _inference(found[0], label, ways)}
        )  # fmt: skip
    return sorted(made, key=lambda r: (-r["count"], r["label"]))


def _relation(kg: KnowledgeGraph, name: str, last: Mapping[str, str], ways: Ways) -> Told:
    """All inferences of one relation, a page of them."""
    found = kg.inferences(predicate=name)
    iri = found[0].triple[1][1:-1] if found else ""
    label = "is a" if iri == ns.RDF_TYPE else told.named_all(kg.store, [iri], ways)[iri]["label"] if iri else name
    text = last.get("page", "")
    pages = max(1, -(-len(found) // _PAGE))
    number = min(pages, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    part = found[(number - 1) * _PAGE : number * _PAGE]

    def at(place: int) -> str:
        return ways.to("/proof", [("predicate", name), ("page", str(place))])

    return {
        "title": f"What was inferred: {label}",
        "of": {
            "label": label, "total": len(found), "rows": [_inference(i, label, ways) for i in part],
            "first": (number - 1) * _PAGE + 1, "last": (number - 1) * _PAGE + len(part), "page": number, "pages": pages,
            "previous": at(number - 1) if number > 1 else "", "next": at(number + 1) if number < pages else "",
        },
    }  # fmt: skip


def _inference(found: Inference, label: str, ways: Ways) -> Told:
    s, p, o = (t[1:-1] for t in found.triple)
    said = "is a" if p == ns.RDF_TYPE else label
    return {
        "subject": {"label": found.subject_label, "href": ways.thing(s)}, "predicate": said,
        "object": {"label": found.object_label, "href": ways.thing(o)}, "certainty": found.certainty,
        "length": found.length, "href": ways.proof(s, p, o),
    }  # fmt: skip
