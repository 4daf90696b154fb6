"""From one vocabulary to another by way of our entities: what stands between, how surely, and what has no counterpart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.identifiers import normal
from spasmkg.mappings import node_of, of_vocabulary
from spasmkg.model import PRECISION
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, one, opened, show
from spasmkg.web.views.vocabularies import mapped, page_of, prefix_of, title_of

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Mapping

__all__ = ["crosswalk"]

_ROWS = 50
_QUESTION = "vocabulary-crosswalk"
_CLASSES = ("biolink", "schema", "sio", "RO", "BFO", "OGMS")
"""Vocabularies of classes and relations, which no entity is tied to."""


def crosswalk(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The terms of one vocabulary in another, and the gaps."""
    kg = opened(path, arguments)
    known = [p for p in mapped(kg) if p not in _CLASSES]
    given = one(arguments, "from"), one(arguments, "to")
    start, goal = (prefix_of(g, known) for g in given)
    wrong = [g[:80] for g, p in zip(given, (start, goal), strict=True) if g and not p]
    frame: dict[str, Any] = {
        "title": "Crosswalk", "tab": "vocabularies", "start": start, "goal": goal, "wrong": wrong,
        "choices": [(p, title_of(p)) for p in known], "same": bool(start and start == goal),
    }  # fmt: skip
    if not (start and goal) or start == goal:
        show(write, head, arguments, "crosswalk.html", status=404 if wrong else 200, **frame, **_empty())
        return
    found, gaps = _terms(kg, start, goal), _gaps(kg, start, goal)
    shown = "gaps" if one(arguments, "show") == "gaps" else ""
    total = len(gaps) if shown else len(found)
    page, pages = page_of(arguments, total, _ROWS)
    here = slice((page - 1) * _ROWS, page * _ROWS)
    show(
        write, head, arguments, "crosswalk.html", **{**frame, "title": f"{title_of(start)} to {title_of(goal)}"},
        rows=[] if shown else found[here], gaps=gaps[here] if shown else [], found=len(found), missing=len(gaps),
        terms=len({r["term"] for r in found}), shown=shown, page=page, pages=pages, total=total, first=here.start,
        counts=_counts(found), start_title=title_of(start), goal_title=title_of(goal),
    )  # fmt: skip


def _empty() -> dict[str, Any]:
    return {
        "rows": [], "gaps": [], "found": 0, "missing": 0, "terms": 0, "shown": "", "page": 1, "pages": 1, "total": 0, "first": 0,
        "counts": [], "start_title": "", "goal_title": "",
    }  # fmt: skip


def _terms(kg: KnowledgeGraph, start: str, goal: str) -> list[dict[str, Any]]:
    """What the competency question answers, each row with the two mapping rows that it rests on."""
    answer = kg.run(_QUESTION, from_vocabulary=start, to_vocabulary=goal)
    rows = answer.values()
    about = texts(kg.store, {r["entity"] for r in rows})
    return [
        {
            "term": r["term"], "id": _id(r["term"]), "name": r.get("term_name", ""), "release": r.get("term_release", ""),
            "entity": r["entity"], "label": r.get("entity_label", ""), "kind": about.get(r["entity"], ("", "", ""))[2],
            "there": PRECISION.get(r["term_predicate"], ""), "here": PRECISION.get(r["other_predicate"], ""),
            "other": r["other"], "other_id": _id(r["other"]), "other_name": r.get("other_name", ""),
            "other_release": r.get("other_release", ""), "is": r["other_is"], "weakest": PRECISION.get(r["weakest"], ""),
            "mapping": node_of(r["entity"], r["term"]), "other_mapping": node_of(r["entity"], r["other"]),
        }
        for r in rows
    ]  # fmt: skip


def _id(address: str) -> str:
    return normal(address)


def _counts(rows: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """How many rows there are of each precision."""
    return [(word, n) for word in PRECISION.values() if (n := sum(r["is"] == word for r in rows))]


def _gaps(kg: KnowledgeGraph, start: str, goal: str) -> list[dict[str, Any]]:
    """Terms of the first whose entity has none in the second; ``row`` is the mapping row that says so, where one does."""
    there: dict[str, list[Mapping]] = {}
    for m in of_vocabulary(kg.store, goal):
        there.setdefault(m.subject, []).append(m)
    found: list[tuple[Mapping, Mapping | None]] = []
    for m in of_vocabulary(kg.store, start):
        rows = there.get(m.subject, [])
        if m.object and not m.negated and not any(r.object and not r.negated for r in rows):
            found.append((m, next((r for r in rows if not r.object), None)))
    about = texts(kg.store, {m.subject for m, _ in found})
    gaps = []
    for m, row in sorted(found, key=lambda pair: (pair[1] is None, pair[0].curie, pair[0].subject)):
        label, _, kind = about.get(m.subject, (ns.local(m.subject), "", ""))
        gaps.append({"m": m, "row": row, "label": label, "kind": kind})
    return gaps
