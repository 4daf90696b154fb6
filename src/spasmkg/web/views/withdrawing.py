"""What falls when claims are withdrawn: edges, inferences, answers. Nothing is changed: the graph is copied for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.compare import Difference, compare
from spasmkg.errors import SpasmKGError
from spasmkg.namespaces import local
from spasmkg.resources import short_dataset
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, opened, questions, show, told
from spasmkg.web.views.told import Told, counted
from spasmkg.web.views.ways import Pairs, Ways, pairs_of

if TYPE_CHECKING:
    from spasmkg.competency import Question
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Claim
    from spasmkg.store import Store

__all__ = ["page", "withdraw"]

_MOST = 20
_EXAMPLES = ("causes-3-16", "drugs-1-9")
_ROWS = 4
"""So many fallen rows of an answer are shown."""


def withdraw(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """What falls with some claims."""
    kg, ways = opened(path, arguments), Ways(arguments["prefix"])
    made = page(kg, pairs_of(arguments), ways)
    show(write, head, arguments, "withdraw.html", tab="paths", status=404 if made["wrong"] else 200, **made)


def page(kg: KnowledgeGraph, pairs: Pairs, ways: Ways) -> Told:
    """What falls with the claims that an address names; without any, the form with examples."""
    typed = list(dict.fromkeys(v.strip()[:200] for n, v in pairs if n == "claim" and v.strip()))[:_MOST]
    is_all = any(n == "answers" and v == "all" for n, v in pairs)
    claims, wrong = _claims(kg, typed)
    made: Told = {
        "title": "What rests on a claim", "action": ways.to("/withdraw"), "claims": [told.claim(c, ways) for c in claims],
        "wrong": wrong, "examples": [], "fallen": None, "dataset": short_dataset(kg.dataset),
    }  # fmt: skip
    for c, entry in zip(claims, made["claims"], strict=True):
        entry |= {"value": local(c.iri), "keep": ways.withdraw(x.iri for x in claims if x is not c)}
    if not claims:
        return made | {"examples": [_example(kg, name, ways) for name in _EXAMPLES]}
    one = made["claims"][0]
    said = f"“{one['sentence']}”" if len(claims) == 1 else f"these {len(claims)} claims"
    return made | {"title": f"Without {said}", "fallen": _fallen(kg, claims, ways, is_all=is_all)}


def _claims(kg: KnowledgeGraph, typed: Sequence[str]) -> tuple[list[Claim], list[str]]:
    found: dict[str, Claim] = {}
    wrong = []
    for name in typed:
        try:
            claim = kg.claim(name)
        except SpasmKGError:
            wrong.append(name)
        else:
            found[claim.iri] = claim
    return list(found.values()), wrong


def _fallen(kg: KnowledgeGraph, claims: Sequence[Claim], ways: Ways, *, is_all: bool) -> Told:
    less = kg.without([c.iri for c in claims])
    found = compare(kg.store, less.store)
    gone = {c.iri for c in claims}
    edges = [d for d in found if d.what == "edge" and d.change == "lost"]
    inferred = [d for d in found if d.what == "inference" and d.change == "lost"]
    weaker = [d for d in found if d.what in ("edge", "inference") and d.change == "certainty"]
    also = [
        d
        for d in found
        if d.what == "claim" and d.change == "withdrawn" and not gone.intersection(_iris([d]) | set(d.claims))
    ]
    iris = {i for d in [*edges, *inferred, *weaker, *also] for i in _iris([d])}
    things = told.named_all(kg.store, iris, ways)
    cited = told.claims_by_iri(kg.store, {c for d in [*edges, *inferred, *weaker] for c in d.claims}, ways)

    def row(d: Difference) -> Told:
        parts = [_part(t, label, things) for t, label in zip(d.triple, d.labels, strict=True)]
        held = [cited[c] for c in d.claims if c in cited]
        s, p, o = (t[1:-1] for t in d.triple)
        is_edge = d.what == "edge"
        return {
            "subject": parts[0], "predicate": parts[1]["label"], "object": parts[2], "inferred": not is_edge,
            "why": ways.proof(s, p, o) if d.triple[2][:1] == "<" else "", "before": d.before, "after": d.after, "places": told.places(held),
        }  # fmt: skip

    answers = _answers(kg.store, less.store, _candidates(edges + inferred + weaker, is_all=is_all), ways)
    return {
        "edges": [row(d) for d in edges], "inferred": [row(d) for d in inferred], "weaker": [row(d) for d in weaker],
        "also": [{"sentence": d.sentence} for d in also], "answers": answers["changed"], "checked": answers["checked"],
        "all": "" if is_all else ways.to("/withdraw", [*(("claim", local(c.iri)) for c in claims), ("answers", "all")]),
        "every": len(_answerable()), "kept": _kept(kg, claims, edges, ways), "summary": _summary(edges, inferred, answers["changed"]),
    }  # fmt: skip


def _summary(edges: Sequence[Difference], inferred: Sequence[Difference], answers: Sequence[Told]) -> str:
    parts = [counted(len(edges), "edge"), counted(len(inferred), "inference")]
    rows = sum(a["fallen"] for a in answers)
    if answers:
        parts.append(f"{counted(rows, 'row')} of {counted(len(answers), 'answer')}")
    return ", ".join(parts)


def _iris(found: Iterable[Difference]) -> set[str]:
    return {t[1:-1] for d in found for t in d.triple if t[:1] == "<"}


def _part(term: str, label: str, things: dict[str, Told]) -> Told:
    thing = things.get(term[1:-1] if term[:1] == "<" else "", {"kind": "", "href": ""})
    return {**thing, "label": label}


def _kept(kg: KnowledgeGraph, claims: Sequence[Claim], lost: Sequence[Difference], ways: Ways) -> list[Told]:
    """The edges of the claims that stay, because another claim states them too."""
    gone = {d.triple for d in lost}
    names = {c.iri for c in claims}
    made = []
    for c in claims:
        if c.literal or c.negated or (f"<{c.subject}>", f"<{c.predicate}>", f"<{c.object}>") in gone:
            continue
        others = [
            told.claim(x, ways)
            for x in kg.claims(c.subject, c.predicate, c.object)
            if x.iri not in names and not x.negated
        ]
        if others:
            made.append({"sentence": told.claim(c, ways)["sentence"], "places": told.places(others)})
    return made


# ---- answers ----


def _answerable() -> list[Question]:
    """The questions that the graph answers by itself, and whose answers rest on claims, not on mapping rows alone."""
    return [
        q for q in questions.listed()
        if not q.endpoint and not q.vocabularies and (q.evidence or q.evidence_query or q.absent)
    ]  # fmt: skip


def _candidates(found: Sequence[Difference], *, is_all: bool) -> list[Question]:
    """The questions that name a relation or a role of what is lost; all of them where that is asked for."""
    if is_all:
        return _answerable()
    names = {
        local(t[1:-1])
        for d in found
        for t in (d.triple[1], d.triple[2] if d.triple[1] == f"<{ns.RDF_TYPE}>" else "")
        if t
    }
    names.discard("type")
    if not names:
        return []
    pattern = re.compile(rf"spasm:({'|'.join(map(re.escape, sorted(names)))})\b")
    return [q for q in _answerable() if pattern.search(q.text)]


def _answers(before: Store, after: Store, asked: Sequence[Question], ways: Ways) -> Told:
    """The questions whose answer, with every restriction lifted, loses rows or gains some."""
    changed: list[Told] = []
    for q in asked:
        text = q.unrestricted()
        mine, theirs = (Counter(_row(r) for r in store.select(text)) for store in (before, after))
        lost, gained = mine - theirs, theirs - mine
        if not lost and not gained:
            continue
        shown = [" · ".join(t for t in row if t and not t.startswith("<"))[:200] for row in list(lost)[:_ROWS]]
        changed.append(
            {"name": q.name, "summary": q.summary, "href": ways.question(q.name, _lifted(q)), "fallen": lost.total(),
             "gained": gained.total(), "rows": [s for s in shown if s], "more": max(0, lost.total() - len(shown))}
        )  # fmt: skip
    changed.sort(key=lambda c: (-c["fallen"], c["name"]))
    return {"changed": changed, "checked": len(asked)}


def _lifted(question: Question) -> list[tuple[str, str]]:
    from spasmkg.web.operations import examples

    return [(p.name, v) for p in question.parameters for v in (examples(p.example) if p.required else ("any",))]


def _row(row: Iterable[object]) -> tuple[str, ...]:
    """A row as text: an IRI in brackets, a literal as it reads."""
    return tuple("" if t is None else str(t) if str(t)[0] == "<" else getattr(t, "value", str(t)) for t in row)


def _example(kg: KnowledgeGraph, name: str, ways: Ways) -> Told:
    found = kg.claim(name)
    return told.claim(found, ways) | {"href": ways.withdraw([found.iri])}
