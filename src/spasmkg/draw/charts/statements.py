"""What the rows of an answer state, each with its certainty, hedge and place: what a chart marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from spasmkg import claims
from spasmkg import namespaces as ns
from spasmkg.draw.scene import Link, Node
from spasmkg.entities import texts
from spasmkg.errors import NotFoundError
from spasmkg.model import CERTAINTIES, Evidence, Row, Term
from spasmkg.namespaces import local

if TYPE_CHECKING:
    from spasmkg.answer import Answer
    from spasmkg.store import Store

__all__ = ["Graph", "Statement", "links", "members", "node_group", "nodes", "places", "read", "strongest", "value"]

Edge = tuple[str, str, str]


class Graph(Protocol):
    """What a chart asks of the graph: the facade has it."""

    store: Store
    dataset: str

    def run(self, name: str, **values: Any) -> Answer:
        """The answer of a competency question."""


@dataclass(frozen=True, slots=True)
class Statement:
    """An edge as one place states it: IRIs, certainty, hedge word, places, and the claims that it rests on."""

    edge: Edge
    certainty: str = "asserted"
    inferred: bool = False
    hedge: str = ""
    places: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()


def read(kg: Graph, answer: Answer, edge: Callable[[Row], Edge]) -> list[tuple[Row, list[Statement]]]:
    """The rows of an answer, each with what it states: one statement for each claim of its edge.

    A row of a user's file has one statement, whose place is the file and the line; a row that was inferred has one,
    as certain as its proof allows.
    """
    rows = list(answer.rows)
    return [(row, _of(kg, edge(row), found)) for row, found in zip(rows, answer.evidence_for(rows), strict=True)]


def _of(kg: Graph, edge: Edge, evidence: Evidence) -> list[Statement]:
    own = [c for c in evidence if (c.subject, c.predicate, c.object) == edge]
    if own:
        return [Statement(edge, c.certainty, False, c.hedge, (c.place,), (c.iri,)) for c in own]
    triple = (f"<{edge[0]}>", f"<{edge[1]}>", f"<{edge[2]}>")
    where = tuple(re.findall(r"your file (.+?, line \d+)", evidence.note)[:1])
    if where:
        return [Statement(edge, places=where)]
    if not kg.store.ask(f"ASK {{ GRAPH graph:inferred {{ {' '.join(triple)} }} }}"):
        return [Statement(edge)]
    sure = claims.certainties(kg.store, [triple]).get(triple, "asserted")
    behind = tuple(dict.fromkeys(c.place for c in evidence)) or ("rests on your file",)
    return [Statement(edge, sure, True, "", behind, tuple(c.iri for c in evidence))]


def strongest(statements: Iterable[Statement]) -> Statement:
    """Several statements of one edge as one: as certain as the surest, with all places and claims."""
    every = list(statements)
    best = min(every, key=lambda s: (s.inferred, CERTAINTIES.index(s.certainty)))
    where = tuple(dict.fromkeys(p for s in every for p in s.places))
    return replace(best, places=where, claims=tuple(dict.fromkeys(c for s in every for c in s.claims)))


def places(found: Sequence[str], most: int = 3) -> str:
    """Places as the last words of a line.

    >>> places(["drugs-1", "faq-9", "faq-2", "intro-1"])
    '§ drugs-1, faq-9 and 2 more'
    """
    if not found:
        return ""
    sign = "" if " " in found[0] else "§ "
    if len(found) > most:
        return f"{sign}{', '.join(found[: most - 1])} and {len(found) - most + 1} more"
    return sign + ", ".join(found)


def members(kg: Graph, name: str) -> dict[str, list[str]]:
    """The entries of a list of the source in its order, each with its numbers there; none where there is no such list."""
    try:
        answer = kg.run("list-members", list=name)
    except NotFoundError:
        return {}
    found: dict[str, list[str]] = {}
    rows = [(value(row["member"]), value(row["number"])) for row in answer.rows]
    for member, number in sorted(rows, key=lambda r: (not r[1], int(r[1] or 0))):
        found.setdefault(member, []).extend([number] if number else [])
    return found


def value(term: Term | None) -> str:
    """The value of a term; empty where a variable is unbound."""
    return term.value if term is not None else ""


def node_group(node: Node) -> str:
    """The attributes of the group that shows a thing."""
    return f'class="node" data-node="{escape(node.id)}" data-kind="{escape(node.kind)}"'


def nodes(store: Store, iris: Iterable[str]) -> dict[str, Node]:
    """The things with these IRIs, with label and kind."""
    wanted = dict.fromkeys(iris)
    about = texts(store, wanted)
    kinds = texts(store, {ns.spasm(kind) for _, _, kind in about.values() if kind})
    found = {}
    for iri in wanted:
        label, _, kind = about.get(iri, (local(iri), "", ""))
        found[iri] = Node(ns.contract(iri), iri, label, kind, kinds.get(ns.spasm(kind), (kind, "", ""))[0])
    return found


def links(store: Store, statements: Sequence[Statement]) -> tuple[Link, ...]:
    """One link for each statement, in the same order."""
    about = texts(store, {s.edge[1] for s in statements})
    found = []
    for s in statements:
        subject, predicate, thing = s.edge
        label = about.get(predicate, (local(predicate), "", ""))[0]
        ends = ns.contract(subject), ns.contract(thing)
        found.append(Link(*ends, predicate, label, s.certainty, s.inferred, s.claims))
    return tuple(found)
