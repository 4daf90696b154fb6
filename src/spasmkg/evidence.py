"""What the rows of an answer rest on, found through the templates that a query declares.

An edge rests on claims, a tie to an outside term on a row of a mapping set, a step in an imported vocabulary on the
release that was loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg import catalogue, claims, mappings
from spasmkg import namespaces as ns
from spasmkg.competency import Question
from spasmkg.hierarchy import Climber, labels
from spasmkg.model import PRECISION, Claim, Evidence, Imported, Mapping, Term, Triple
from spasmkg.store import Store

__all__ = ["of_question", "of_rows", "triples"]

Template = tuple[str, str, str]
Bound = dict[str, Term]
_TIES = frozenset(f"<{p}>" for p in PRECISION)
_PARENT = f"<{ns.RDFS}subClassOf>"


def of_question(store: Store, question: Question, rows: list[Bound], elsewhere: Sequence[str] = ()) -> list[Evidence]:
    """The evidence of rows of a competency question, as its header declares it."""
    templates = [_expanded(t) for t in question.evidence]
    found = of_rows(store, rows, templates, question.absent, question.mapping, elsewhere)
    counted = [_claims(store, question.evidence_query, row) for row in rows] if question.evidence_query else []
    rowed = [_mappings(store, question.mapping_query, row) for row in rows] if question.mapping_query else []
    imported = _imported(store, question, rows) if question.imported else []
    return [
        Evidence.of(
            [*own, *(counted[i] if counted else ())],
            own.note,
            [*own.mappings, *(rowed[i] if rowed else ())],
            imported[i] if imported else (),
        )
        for i, own in enumerate(found)
    ]


def triples(question: Question, rows: list[Bound]) -> list[Triple]:
    """The triples that the rows of a competency question rest on, in the order of the rows, each once."""
    templates = [_expanded(t) for t in question.evidence]
    return list(dict.fromkeys(t for row in rows for template in templates if (t := _fill(template, row))))


def _expanded(template: Template) -> Template:
    s, p, o = (_term(t) for t in template)
    return s, p, o


def _term(text: str) -> str:
    if text[0] == "?":
        return text
    if text == "true":
        return f'"true"^^<{ns.XSD}boolean>'
    return f"<{ns.RDF_TYPE if text == 'a' else ns.expand(text)}>"


def of_rows(
    store: Store,
    rows: list[Bound],
    templates: Sequence[Template],
    absent: str = "",
    ties: Sequence[tuple[str, str]] = (),
    elsewhere: Sequence[str] = (),
) -> list[Evidence]:
    """What is behind the triples that the templates give when filled from each row.

    A triple that ties an entity to an outside term gives its mapping row; ``ties`` are further pairs of variables, an
    entity and an outside term, or an entity and a vocabulary in which it has none. ``absent`` names the places where
    nothing is stated; where it starts with a variable, only the rows that leave this variable unbound rest on the
    absence. ``elsewhere`` are the endpoints that had a part in the rows.
    """
    filled = [[t for t in (_fill(template, row) for template in templates) if t] for row in rows]
    every_triple = [t for mine in filled for t in mine]
    behind = claims.behind(store, every_triple)
    yours = claims.user_places(store, [t for t in every_triple if t not in behind])
    every = {c.iri: c for c in claims.read(store, {c for found in behind.values() for c in found})}
    nodes = [list(dict.fromkeys(_nodes(mine, row, ties))) for mine, row in zip(filled, rows, strict=True)]
    tied = mappings.of_nodes(store, {n for mine in nodes for n in mine})
    variable, _, places = absent.partition(" ") if absent.startswith("?") else ("", "", absent)
    note = f"nothing stated under {places}"
    named = [dict.fromkeys(c for t in mine for c in behind.get(t, ()) if c in every) for mine in filled]
    found = []
    for row, mine, cited, those in zip(rows, filled, named, nodes, strict=True):
        notes = list(dict.fromkeys(yours[t] for t in mine if t in yours))
        if absent and variable[1:] not in row:
            notes.append(note)
        notes += [f"{endpoint} answers for the rest" for endpoint in elsewhere]
        found.append(Evidence.of([every[c] for c in cited], "; ".join(notes), [tied[n] for n in those if n in tied]))
    return found


def _fill(template: Template, row: Bound) -> Triple | None:
    s, p, o = (str(row.get(t[1:], t)) if t[0] == "?" else t for t in template)
    return None if "?" in (s[0], p[0], o[0]) else (s, p, o)


def _nodes(filled: Sequence[Triple], row: Bound, ties: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The IRIs of the mapping rows that a row names."""
    yield from (mappings.node_of(s[1:-1], o[1:-1]) for s, p, o in filled if p in _TIES and s[0] == o[0] == "<")
    for entity, outside in ties:
        if (mine := row.get(entity[1:])) is not None and (other := row.get(outside[1:])) is not None:
            yield mappings.node_of(mine.value, other.value)


def _asked(store: Store, pattern: str, row: Bound, column: str) -> list[str]:
    """The IRIs that a pattern gives for a column when the row's values are put in."""
    used = {n: v for n, v in row.items() if re.search(rf"\?{n}\b", pattern) and str(v)[0] != "_"}
    values = " ".join(f"VALUES ?{n} {{ {v} }}" for n, v in used.items())
    query = f"SELECT DISTINCT ?{column} WHERE {{ {values} {pattern} }} ORDER BY ?{column}"
    return [c.value for (c,) in store.select(query)]


def _claims(store: Store, pattern: str, row: Bound) -> list[Claim]:
    return claims.read(store, _asked(store, pattern, row, "claim"))


def _mappings(store: Store, pattern: str, row: Bound) -> list[Mapping]:
    found = mappings.of_nodes(store, _asked(store, pattern, row, "mapping"))
    return [found[node] for node in sorted(found)]


# ---- what imported vocabularies say ----


def _imported(store: Store, question: Question, rows: list[Bound]) -> list[list[Imported]]:
    """What imported vocabularies say for each row: the shortest way up a hierarchy, or a triple that is there."""
    loaded = {v.prefix: v for v in catalogue.vocabularies(store)}
    climbers: dict[str, Climber] = {}
    found: list[list[tuple[str, tuple[Triple, ...]]]] = []
    for row in rows:
        mine: list[tuple[str, tuple[Triple, ...]]] = []
        for name, template in question.imported:
            prefix = getattr(row.get(name[1:]), "value", "") if name[0] == "?" else name
            triple = _fill(_expanded(template), row)
            if prefix in loaded and triple:
                graph = loaded[prefix].graph
                climber = climbers.setdefault(prefix, Climber(store, graph))
                if steps := _steps(store, graph, climber, triple):
                    mine.append((prefix, steps))
        found.append(mine)
    named: dict[str, dict[str, str]] = {}
    for prefix in {p for mine in found for p, _ in mine}:
        terms = {t[1:-1] for mine in found for p, steps in mine if p == prefix for s in steps for t in s if t[0] == "<"}
        named[prefix] = labels(store, loaded[prefix].graph, terms)
    return [[Imported(p, loaded[p].version, steps, named[p]) for p, steps in dict.fromkeys(mine)] for mine in found]


def _steps(store: Store, graph: str, climber: Climber, triple: Triple) -> tuple[Triple, ...]:
    s, p, o = triple
    if p == _PARENT:
        return tuple(climber.way(s[1:-1], o[1:-1]))
    return (triple,) if store.ask(f"ASK {{ GRAPH <{graph}> {{ {s} {p} {o} }} }}") else ()
