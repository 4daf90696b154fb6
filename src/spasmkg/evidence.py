"""What the rows of an answer rest on: claims found through the templates that a query declares."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spasmkg import claims
from spasmkg import namespaces as ns
from spasmkg.competency import Question
from spasmkg.model import Claim, Evidence, Term, Triple
from spasmkg.store import Store

__all__ = ["of_question", "of_rows", "triples"]

Template = tuple[str, str, str]


def of_question(
    store: Store, question: Question, rows: list[dict[str, Term]], elsewhere: Sequence[str] = ()
) -> list[Evidence]:
    """The evidence of rows of a competency question, as its header declares it."""
    templates = [_expanded(t) for t in question.evidence]
    found = of_rows(store, rows, templates, question.absent, elsewhere)
    if not question.evidence_query:
        return found
    counted = [_counted(store, question.evidence_query, row) for row in rows]
    return [Evidence.of([*own, *more], own.note) for own, more in zip(found, counted, strict=True)]


def triples(question: Question, rows: list[dict[str, Term]]) -> list[Triple]:
    """The triples that the rows of a competency question rest on, in the order of the rows, each once."""
    templates = [_expanded(t) for t in question.evidence]
    return list(dict.fromkeys(t for row in rows for template in templates if (t := _fill(template, row))))


def _expanded(template: Template) -> Template:
    s, p, o = (t if t[0] == "?" else f"<{ns.RDF_TYPE if t == 'a' else ns.expand(t)}>" for t in template)
    return s, p, o


def of_rows(
    store: Store,
    rows: list[dict[str, Term]],
    templates: Sequence[Template],
    absent: str = "",
    elsewhere: Sequence[str] = (),
) -> list[Evidence]:
    """The claims behind the triples that the templates give when filled from each row.

    ``absent`` names the places where nothing is stated; where it starts with a variable, only the rows that leave
    this variable unbound rest on the absence. ``elsewhere`` are the endpoints that had a part in the rows.
    """
    filled = [[t for t in (_fill(template, row) for template in templates) if t] for row in rows]
    every_triple = [t for mine in filled for t in mine]
    behind = claims.behind(store, every_triple)
    yours = claims.user_places(store, [t for t in every_triple if t not in behind])
    every = {c.iri: c for c in claims.read(store, {c for found in behind.values() for c in found})}
    variable, _, places = absent.partition(" ") if absent.startswith("?") else ("", "", absent)
    note = f"nothing stated under {places}"
    named = [dict.fromkeys(c for t in mine for c in behind.get(t, ()) if c in every) for mine in filled]
    found = []
    for row, triples, mine in zip(rows, filled, named, strict=True):
        notes = list(dict.fromkeys(yours[t] for t in triples if t in yours))
        if absent and variable[1:] not in row:
            notes.append(note)
        notes += [f"{endpoint} answers for the rest" for endpoint in elsewhere]
        found.append(Evidence.of([every[c] for c in mine], "; ".join(notes)))
    return found


def _fill(template: Template, row: dict[str, Term]) -> Triple | None:
    s, p, o = (str(row.get(t[1:], t)) if t[0] == "?" else t for t in template)
    return None if "?" in (s[0], p[0], o[0]) else (s, p, o)


def _counted(store: Store, pattern: str, row: dict[str, Term]) -> list[Claim]:
    used = {n: v for n, v in row.items() if re.search(rf"\?{n}\b", pattern) and str(v)[0] != "_"}
    values = " ".join(f"VALUES ?{n} {{ {v} }}" for n, v in used.items())
    query = f"SELECT DISTINCT ?claim WHERE {{ {values} {pattern} }} ORDER BY ?claim"
    return claims.read(store, [c.value for (c,) in store.select(query)])
