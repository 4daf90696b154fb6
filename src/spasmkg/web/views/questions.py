"""The catalogue of the competency questions: by what they ask, by tag, by words."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from spasmkg import catalogue, competency
from spasmkg.web import tags as tags_
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, opened, show
from spasmkg.web.views.told import Told, counted
from spasmkg.web.views.ways import Pairs, Ways, pairs_of

if TYPE_CHECKING:
    from spasmkg.competency import Question
    from spasmkg.kg import KnowledgeGraph

__all__ = ["GROUPS", "blocked", "group", "listed", "page", "questions", "related"]

GROUPS = {
    "lookup": "Look something up", "join": "Put statements together", "path": "Follow a chain",
    "inference": "See what follows", "numeric": "Compare doses, amounts and times", "aggregation": "Count",
    "negation": "Find what is missing or denied", "red-flag": "Red flags", "hierarchy": "Kinds and classes",
    "provenance": "Where the source says it", "mapping": "Other vocabularies", "federated": "Remote endpoints",
}  # fmt: skip
"""What the questions ask, by the tag that says so, in the order of the page."""
_OTHER = "More questions"
_SHOWN_TAGS = 24


@lru_cache(maxsize=1)
def listed() -> tuple[Question, ...]:
    """Every question, sorted by name; read once."""
    return tuple(competency.all_questions())


def group(question: Question) -> str:
    """The heading that a question stands under."""
    return next((GROUPS[t] for t in question.tags if t in GROUPS), _OTHER)


def blocked(kg: KnowledgeGraph, question: Question) -> tuple[str, list[str]]:
    """Why a question cannot be answered on this page, ``vocabulary`` or ``endpoint``, and what it needs; or ``""``."""
    if question.endpoint:
        return "endpoint", [question.endpoint]
    if question.vocabularies:
        loaded = {v.prefix for v in catalogue.vocabularies(kg.store)}
        if missing := catalogue.lacking(question.vocabularies, loaded):
            return "vocabulary", missing
    return "", []


def questions(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The catalogue of the questions."""
    kg, ways = opened(path, arguments), Ways(arguments["prefix"])
    show(write, head, arguments, "questions.html", tab="questions", **page(kg, pairs_of(arguments), ways))


def page(kg: KnowledgeGraph, pairs: Pairs, ways: Ways) -> Told:
    """The catalogue; ``q`` are words that a question holds, ``tag`` (several) what it is about, ``here`` only those
    that can be answered with what is loaded."""
    words = " ".join(v for n, v in pairs if n == "q")[:200].strip()
    chosen = list(dict.fromkeys(v for n, v in pairs if n == "tag" and v))[:10]
    is_here = any(n == "here" and v for n, v in pairs)
    every = listed()
    counts = Counter(t for q in every for t in q.tags if not t.startswith(tags_.NEEDS))
    reasons = {q.name: blocked(kg, q) for q in every}
    wanted = [q for q in every if _fits(q, words, chosen) and not (is_here and reasons[q.name][0])]
    groups: dict[str, list[Told]] = {name: [] for name in [*GROUPS.values(), _OTHER]}
    for q in wanted:
        groups[group(q)].append(_entry(q, reasons[q.name][0], ways))
    shown = [*([("q", words)] if words else []), *(("tag", t) for t in chosen)]
    tags = sorted(counts.items(), key=lambda t: (-t[1], t[0]))

    def with_tags(named: list[str]) -> str:
        kept = [("q", words)] if words else []
        return ways.to("/questions", [*kept, *(("tag", t) for t in named), *([("here", "yes")] if is_here else [])])

    def tag(name: str, count: int) -> Told:
        is_chosen = name in chosen
        rest = [t for t in chosen if t != name]
        href = with_tags(rest if is_chosen else [*chosen, name])
        return {**tags_.told(name, href), "count": count, "chosen": is_chosen}

    return {
        "title": "Questions", "words": words, "is_here": is_here,
        "chosen": chosen, "chosen_labels": [tags_.label(t) for t in chosen],
        "shown": len(wanted), "total": len(every), "line": _status(len(wanted), len(every)),
        "groups": [{"name": n, "id": f"g-{i}", "entries": qs} for i, (n, qs) in enumerate(groups.items()) if qs],
        "tags": [tag(*t) for t in tags[:_SHOWN_TAGS]], "other_tags": [tag(*t) for t in tags[_SHOWN_TAGS:]],
        "action": ways.to("/questions"), "data": ways.to("/api/queries", shown), "table": ways.to("/api/queries", [*shown, ("format", "csv")]),
        "near": [] if wanted else _near(words, ways), "missing": None,
    }  # fmt: skip


def _status(shown: int, total: int) -> str:
    return counted(total, "question") if shown == total else f"{shown:,} of {counted(total, 'question')}"


def _fits(question: Question, words: str, tags: list[str]) -> bool:
    held = tags_.held(question)
    return set(tags) <= set(question.tags) and all(w in held for w in words.lower().split())


def _entry(question: Question, reason: str, ways: Ways) -> Told:
    return {
        "name": question.name, "summary": question.summary, "href": ways.question(question.name),
        "words": tags_.held(question),
        "needs": {"vocabulary": f"needs {' and '.join(v for v in question.vocabularies if v != 'any') or 'a vocabulary'}",
                  "endpoint": "asks a remote endpoint"}.get(reason, ""),
    }  # fmt: skip


def _near(words: str, ways: Ways) -> list[Told]:
    """Questions that hold most of the words, where none holds them all."""
    asked = words.lower().split()
    scored = [(sum(_fits(q, w, []) for w in asked), q) for q in listed()]
    best = sorted((s for s in scored if s[0]), key=lambda s: (-s[0], s[1].name))
    return [_entry(q, "", ways) for _, q in best[:5]]


def related(question: Question, ways: Ways, most: int = 5) -> list[Told]:
    """The questions nearest to one: those that share its rarest tags and the words of its name."""
    every = listed()
    counts = Counter(t for q in every for t in _marks(q))
    mine = _marks(question)

    def near(other: Question) -> float:
        theirs = _marks(other)
        weight = {t: math.log(len(every) / counts[t]) for t in mine | theirs}
        return sum(weight[t] for t in mine & theirs) / (sum(weight.values()) or 1.0)

    scored = sorted(((near(q), q) for q in every if q.name != question.name), key=lambda s: (-s[0], s[1].name))
    return [
        {"name": q.name, "summary": q.summary, "href": ways.question(q.name)} for score, q in scored[:most] if score
    ]


def _marks(question: Question) -> set[str]:
    """What makes questions alike: tags, words of the name, kinds of the parameters."""
    kinds = {f"({p.kind})" for p in question.parameters if p.kind not in ("Entity", "decimal", "integer")}
    return {*question.tags, *(f"{w}." for w in question.name.split("-") if len(w) > 3), *kinds}
