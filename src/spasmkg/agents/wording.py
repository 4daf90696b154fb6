"""Answers as text: what a model reads where its program gives it no structured results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["of"]

Record = dict[str, Any]
_MOST = 60_000
_CAUTION = "This restates one article and is not medical advice."


def of(tool: str, found: Record) -> str:
    """The answer of a tool as text, its evidence and how the rest is had included."""
    lines = list(_TEXTS[tool](found))
    if found.get("evidence"):
        lines += ["", "Evidence (claims of the source):", *(f"- {_cite(c)}" for c in found["evidence"])]
    elif note := found.get("evidence_note"):
        lines += ["", f"Evidence: {note}."]
    if found.get("rest"):
        lines += ["", f"Not all: {found['rest']}."]
    text = "\n".join([*lines, "", _CAUTION] if tool not in ("schema", "list_questions") else lines)
    if len(text) > _MOST:
        text = f"{text[:_MOST]}\n… cut after {_MOST:,} characters: ask for fewer rows; the structured result is whole"
    return text


def _cite(c: Record) -> str:
    denied = " DENIED by the source" if c["denied"] else ""
    hedge = f" (“{c['hedge']}”)" if c["hedge"] else ""
    if c["start"] is None:
        return f"[{c['claim']}] {c['says']}: {c['certainty']}, a curator's reading of {', '.join(c['rests_on'])}"
    where = f"§ {c['place']} {c['heading']}, {c['section']}, characters {c['start']}–{c['end']} “{c['words']}”"
    return f"[{c['claim']}] {c['says']}: {c['certainty']}{hedge}{denied}; {where}"


def _mark(row: Record) -> str:
    named = [
        *row["claims"],
        *([f"and {row['more_claims']} more claims"] if row["more_claims"] else []),
        *row.get("also", ()),
    ]
    return f" [{'; '.join(named)}]" if named else ""


def _counted(found: Record, what: str) -> str:
    if found["total"] is None:
        return f"{found['shown']} {what} shown, more exist"
    of_all = f"{found['shown']} of {found['total']}" if found["shown"] != found["total"] else str(found["total"])
    return f"{of_all} {what}{', complete' if found['complete'] else ''}"


def _search(found: Record) -> Iterable[str]:
    yield f"Search: {_counted(found, 'hits')}"
    for h in found["hits"]:
        yield f"- {h['entity']} “{h['label']}” ({h['kind']}), {h['why']}: “{h['matched']}”; {h['claims_about_it']} claims{_mark(h)}"
    if not found["hits"]:
        yield "Nothing fits. Try fewer or other words, or list_questions."


def _entity(found: Record) -> Iterable[str]:
    yield f"{found['label']} ({found['kind']}), {found['entity']}"
    if found["definition"]:
        yield found["definition"]
    if found["names"]:
        yield "Also called: " + ", ".join(f"{n['text']} ({n['scope']})" for n in found["names"])
    if found["roles"]:
        roles = ", ".join(f"{r['label']} ({r['role']})" for r in found["roles"])
        yield f"Roles, inferred (explain with the predicate “a” says why): {roles}"
    for d in found["doses"]:
        yield f"Dose, {d['phase']}: {d['amount']}{', ' + d['how_often'] if d['how_often'] else ''}{_mark(d)}"
    yield f"Relations: {_counted(found, 'relations')}"
    for r in found["relations"]:
        yield f"- {r['says']} ({r['other']}; {'inferred, ' if r['inferred'] else ''}{r['certainty']}){_mark(r)}"
    if found["denied"]:
        yield f"The source denies: {'; '.join(found['denied'])}"
    for m in found["mappings"]:
        yield f"Mapping: {m['cite']}"
    if found["more_mappings"]:
        yield f"and {found['more_mappings']} more mappings"


def _questions(found: Record) -> Iterable[str]:
    yield f"Questions: {_counted(found, 'questions')}"
    for q in found["questions"]:
        needs = f" (needs {q['needs']})" if q["needs"] else ""
        yield f"- {q['name']}: {q['asks']}{needs}"
        for p in q["parameters"]:
            must = "required" if p["required"] else "optional"
            yield f"    {p['name']} ({p['kind']}, {must}), for example {' '.join(p['example'])}"


def _question(found: Record) -> Iterable[str]:
    yield found["asks"]
    yield from _table(found)


def _sparql(found: Record) -> Iterable[str]:
    if found["form"] == "truth":
        yield "true" if found["truth"] else "false"
        return
    yield from _table(found)


def _table(found: Record) -> Iterable[str]:
    yield _counted(found, "triples" if found.get("form") == "graph" else "rows")
    for row in found["rows"]:
        cells = "; ".join(f"{n}: {v}" for n, v in row["values"].items() if v is not None)
        yield f"- {cells}{_mark(row)}"


def _paths(found: Record) -> Iterable[str]:
    yield found["status"]
    for p in found["paths"]:
        yield f"- {p['path']} (length {p['length']}, weakest {p['weakest']}, score {p['score']})"
        for s in p["steps"]:
            yield f"    {s['says']} ({'inferred, ' if s['inferred'] else ''}{s['certainty']}){_mark(s)}"


def _explain(found: Record) -> Iterable[str]:
    held = "stated by the source" if found["stated"] else "stated nowhere as such; it follows"
    yield f"{found['says']}: {held}, {found['certainty']}{_mark(found)}"
    for i, p in enumerate(found["proofs"], 1):
        yield f"Proof {i} of {found['total']} ({p['certainty']}):"
        for s in p["steps"]:
            because = f", because {s['because']}" if s["because"] else ""
            yield f"{'  ' * (s['depth'] + 1)}{s['says']}{because}{_mark(s)}"


def _schema(found: Record) -> Iterable[str]:
    yield "# What the graph holds"
    for name, n in found["counts"].items():
        yield f"- {name}: {n:,}"
    yield "\n# Kinds and relations"
    for e in found["entries"]:
        ends = f", from {e['domain'] or 'anything'} to {e['range'] or 'anything'}" if e["what"] != "kind" else ""
        yield f"- {e['what']} {e['term']}: {e['count']:,}{ends}; for example {e['example']}"
    yield "\n# Prefixes, declared in every query"
    for prefix, iri in found["prefixes"].items():
        yield f"- {prefix}: <{iri}>"


_TEXTS: dict[str, Callable[[Record], Iterable[str]]] = {
    "search": _search, "get_entity": _entity, "list_questions": _questions, "run_question": _question, "sparql": _sparql,
    "find_paths": _paths, "explain": _explain, "schema": _schema,
}  # fmt: skip
