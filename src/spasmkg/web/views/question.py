"""A competency question as a page: its form, its answer as table, graph or chart, its SPARQL, code for other tools."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spasmkg import competency
from spasmkg.errors import NotFoundError, NothingToDrawError, SpasmKGError
from spasmkg.resources import short_dataset
from spasmkg.web import tags as tags_
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, answers, forms, listings, opened, pictures, questions, show
from spasmkg.web.views.told import Told, counted
from spasmkg.web.views.ways import Pairs, Ways, pairs_of

if TYPE_CHECKING:
    from spasmkg.competency import Question
    from spasmkg.kg import KnowledgeGraph

__all__ = ["CHARTS", "VIEWS", "page", "question"]

VIEWS = ("show", "order", "page", "open")
"""The parameters of an address that say how the answer is looked at; no question has a parameter of these names."""
CHARTS = {
    "drug-side-effects": "side-effects", "drug-side-effect-counts": "side-effects", "drugs-with-two-side-effects": "side-effects",
    "dose-ranges": "doses", "dose-schemes": "doses", "derived-daily-doses": "doses", "spasm-causes": "causes",
}  # fmt: skip
"""The questions with a chart: it is that of the whole graph."""
_CARE = {
    "drugs",
    "supplements",
    "therapies",
    "doses",
    "side-effects",
    "procedures",
    "treatment",
    "red-flag",
}
_OURS = re.compile(r"<https://w3id\.org/spasmkg/([a-zA-Z][\w-]*)>")
_FORMATS = (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"))


def question(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """A question by its name; the catalogue where there is none of that name."""
    kg, ways = opened(path, arguments), Ways(arguments["prefix"])
    name, pairs = arguments["rest"].rstrip("/"), pairs_of(arguments)
    try:
        made = page(kg, name, pairs, arguments["base"], ways)
    except NotFoundError as error:
        found = questions.page(kg, [("q", name.replace("-", " "))], ways)
        found["missing"] = {
            "name": name[:100],
            "near": [{"name": n, "href": ways.question(n)} for n in error.suggestions],
        }
        show(write, head, arguments, "questions.html", tab="questions", status=404, **found)
        return
    show(write, head, arguments, "question.html", tab="questions", **made)


def page(kg: KnowledgeGraph, name: str, pairs: Pairs, base: str, ways: Ways) -> Told:
    """The page of a question. Raises NotFoundError with suggestions for an unknown name."""
    question = competency.load(name)
    fields = forms.fields(kg, question, pairs)
    drawn = forms.drawn(kg, fields)
    values = forms.values(fields)
    given = [(n, v) for n, vs in values.items() for v in vs]
    for f, told_ in zip(fields, drawn, strict=True):
        told_["offers"] = [{"label": o, "href": _instead(question, fields, f, o, ways)} for o in f.offers]
    reason, needs = questions.blocked(kg, question)
    wrong = [f for f in drawn if f["error"]]
    shown = forms.values(forms.fields(kg, question, [])) if wrong else values  # code that runs: that of the example
    made: Told = {
        "title": question.summary, "slug": question.name, "description": question.description,
        "group": questions.group(question), "action": ways.question(name), "all_questions": ways.to("/questions"),
        "tags": [tags_.told(t, ways.to("/questions", [("tag", t)])) for t in question.tags],
        "fields": drawn, "lists": forms.suggestions(drawn), "is_example": not forms.asked(question, pairs) and bool(drawn),
        "needs_care": bool(_CARE & set(question.tags)), "reason": reason, "needs": needs, "wrong": wrong,
        "related": questions.related(question, ways), "search": ways.to("/api/search"),
        "calls": listings.calls(name, shown, base), "permalink": ways.question(name, given),
        "downloads": [{"name": n, "href": ways.run(name, [*given, ("format", f)])} for n, f in _FORMATS],
        "show": "table", "views": [], "answer": None, "picture": None, "chart": None, "empty": "", "failed": "",
    }  # fmt: skip
    made |= _query(kg, question, values, ways, is_wrong=bool(wrong))
    if not wrong and not reason:
        made |= _answered(kg, question, values, given, pairs, ways)
    return made


def _instead(question: Question, fields: Sequence[forms.Field], wrong: forms.Field, offer: str, ways: Ways) -> str:
    """The address of the question with what may have been meant in the place of what was typed."""
    given = [
        (f.parameter.name, offer if f is wrong and v == f.wrong else v)
        for f in fields
        for v in f.given or [competency.ANY]
    ]
    return ways.question(question.name, given)


def _query(kg: KnowledgeGraph, question: Question, values: Mapping[str, Any], ways: Ways, *, is_wrong: bool) -> Told:
    text = question.text if is_wrong else kg.bind(question.name, **values)[1]
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()
    if "PREFIX spasm:" in plain:
        plain = _OURS.sub(r"spasm:\1", plain)
    return {"sparql": listings.marked(plain), "edit": ways.sparql(plain)}


def _answered(
    kg: KnowledgeGraph, question: Question, values: Mapping[str, Any], given: Pairs, pairs: Pairs, ways: Ways
) -> Told:
    """The answer in the view that the address asks for."""
    asked = answers.Asked.of(pairs)
    views = ["table", *(["graph"] if question.evidence or question.evidence_query else [])]
    views += ["chart"] if question.name in CHARTS else []
    show = next((v for n, v in reversed(pairs) if n == "show" and v in views), "table")

    def link(**changed: Any) -> str:
        state: dict[str, Any] = {"show": show, "order": asked.order, "page": asked.page, "open": sorted(asked.open)}
        if "order" in changed or "page" in changed:
            state["open"] = []
        state |= changed
        kept = [(n, str(state[n])) for n, usual in (("show", "table"), ("order", ""), ("page", 1)) if state[n] != usual]
        return ways.question(question.name, [*given, *kept, *(("open", str(n)) for n in state["open"])])

    made: Told = {
        "show": show,
        "views": [{"name": v, "href": link(show=v, open=[]), "current": v == show} for v in views],
    }
    begun = time.perf_counter()
    try:
        if show == "table":
            answer = kg.run(question.name, **values)
            made["answer"] = answers.table(kg.store, answer, asked, ways, link)
            made["empty"] = "" if made["answer"]["total"] else _empty(question, values)
            made["line"] = _line(question, counted(made["answer"]["total"], "row"), answer.state, begun, kg.dataset)
        elif show == "graph":
            drawing = kg.draw(question=question.name, values=dict(values))
            made["picture"] = pictures.picture(kg.store, drawing.scene, ways)
            made["line"] = _line(question, _shown(made["picture"]), "", begun, kg.dataset)
        else:
            made["chart"] = pictures.chart(kg.chart(CHARTS[question.name]), ways)
            made["line"] = _line(question, "the whole graph", "", begun, kg.dataset)
    except NothingToDrawError:
        made["empty"] = "No edge stands behind this answer, so there is nothing to draw. See the table."
    except SpasmKGError as error:
        made["failed"] = str(error)
    return made


def _shown(picture: Told) -> str:
    shown, total = picture["shown"], picture["total"]
    return counted(total, "edge") if shown == total else f"showing {shown} of {counted(total, 'edge')}"


def _line(question: Question, count: str, state: str, begun: float, dataset: str) -> Told:
    """What stands under a result: how much, stated or inferred, how long it took, of which dataset."""
    taken = time.perf_counter() - begun
    kinds = {"inference": "rests on inference", "derived": "computed from what is stated"}
    return {
        "count": count, "state": state, "inferred": next((said for t, said in kinds.items() if t in question.tags), "as stated"),
        "time": f"{taken * 1000:.0f} ms" if taken < 1 else f"{taken:.1f} s", "dataset": short_dataset(dataset),
    }  # fmt: skip


def _empty(question: Question, values: Mapping[str, Sequence[str]]) -> str:
    """What to say of an answer without rows: the last sentences of the description say what that means."""
    sentences = question.description.replace("; ", ". ").split(". ")
    meant = [
        s.rstrip(".") for s in sentences if s.lower().startswith(("no row", "a drug without rows", "without rows"))
    ]
    hint = (
        "Lift a restriction: leave a field empty for any."
        if any(v != [competency.ANY] for v in values.values())
        else ""
    )
    return " ".join([*(f"{m}." for m in meant), hint]).strip()
