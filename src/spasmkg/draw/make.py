"""The scene that a call asks for, whatever it asks to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from spasmkg import competency, outside
from spasmkg import namespaces as ns
from spasmkg.draw import choose
from spasmkg.draw.drawing import Drawing
from spasmkg.draw.scene import Scene, of_schema
from spasmkg.errors import UsageError
from spasmkg.evidence import triples

if TYPE_CHECKING:
    from spasmkg.answer import Answer
    from spasmkg.graph import Graph as Edges
    from spasmkg.paths import Paths
    from spasmkg.store import Store

__all__ = ["draw", "of_paths"]

_TOP = {"section": 40, "schema": 24, "question": 60}
"""How much is shown where the caller does not say: 28 nodes, of a section 40, of a question 60, of the schema so many pairs of kinds."""


class Graph(Protocol):
    """What a picture asks of the graph: the facade has it."""

    store: Store
    dataset: str

    def resolve(self, name: str) -> str:
        """The IRI that a name stands for."""

    def run(self, name: str, **values: Any) -> Answer:
        """The answer of a competency question."""

    def graph(self, *, inferred: bool = False, layers: Sequence[str] = ()) -> Edges:
        """The edges as arrays."""

    def place(self, name: str, layers: Sequence[str] = ()) -> str:
        """The IRI that a name stands for, an entity or a term of some imported layers."""

    def paths(self, start: str, goal: str, *, inferred: bool = False, layers: Sequence[str] = ()) -> Paths:
        """The best paths between two things."""


def draw(
    kg: Graph,
    entities: Sequence[str] = (),
    *,
    path: Sequence[str] = (),
    question: str = "",
    values: Mapping[str, Any] | None = None,
    section: str = "",
    schema: bool = False,
    depth: int = 1,
    top: int | None = None,
    certainty: str = "",
    inferred: bool = False,
    layers: Sequence[str] = (),
    dark: bool = False,
    width: int | None = None,
    scale: float = 2.0,
) -> Drawing:
    """A picture of exactly one thing: entities, ``path=(a, b)``, a question with its values, a section, the schema.

    ``depth`` is the number of steps around entities, ``top`` the most nodes shown (of the schema, the most pairs of
    kinds), ``certainty`` the least certainty of an edge, ``inferred`` whether inferred edges are shown too, ``layers``
    imported vocabularies and graphs (``vocabulary/HP``) whose edges are shown too. Raises
    NotFoundError for an unknown name and where there is nothing to draw, UsageError for options that do not fit.
    """
    asked = [bool(entities), bool(path), bool(question), bool(section), schema]
    if sum(asked) != 1:
        raise UsageError("name one thing to draw: entities, a path, a question, a section, or the schema")
    for option, given, fits in (
        ("certainty", certainty, entities or section),
        ("inferred", inferred, entities or path),
        ("depth", depth > 1, entities),
        ("layers", layers, entities or path),
    ):
        if given and not fits:
            raise UsageError(f"{option} does not go with this picture; it is for entities")
    layers = outside.layers(kg.store, [layers] if isinstance(layers, str) else layers)
    most = top or _TOP.get("section" if section else "schema" if schema else "question" if question else "", 28)
    if most < 2:
        raise UsageError("a picture needs room for two things: top must be 2 or more")
    if entities:
        iris = [kg.place(name, layers) for name in entities]
        graph = kg.graph(inferred=inferred, layers=layers).only(certainty=certainty)
        scene = choose.around(kg.store, graph, iris, depth, most, certainty)
    elif path:
        scene = _path(kg, path, most, layers, inferred=inferred)
    elif question:
        scene = _question(kg, question, values or {}, most)
    elif section:
        scene = choose.of_section(kg.store, kg.graph().only(certainty=certainty), section, most)
    else:
        scene = of_schema(kg.store, "", most)
    return Drawing(replace(scene, dataset=kg.dataset), kg.store, dark, width, scale)


def _question(kg: Graph, name: str, values: Mapping[str, Any], top: int) -> Scene:
    """The edges that the rows of an answer rest on."""
    question = competency.load(name)
    answer = kg.run(name, **values)
    if question.evidence:
        rows = [{n: v for n, v in zip(answer.variables, row, strict=True) if v is not None} for row in answer.rows]
        steps = [(s[1:-1], p[1:-1], o[1:-1]) for s, p, o in triples(question, rows) if s[0] == p[0] == o[0] == "<"]
        count = len(rows)
    else:  # the rows count claims: these are the edges
        counted = list(answer.rows)
        count = len(counted)
        every = [c for found in answer.evidence_for(counted) for c in found]
        steps = [(c.subject, c.predicate, c.object) for c in every if not c.literal and not c.negated]
    state = "".join(f"; {answer.state}, without {failure}" for failure in answer.incomplete)
    rested = f"The edges that the answer ({count} row{'s' * (count != 1)}{state}) rests on"
    return choose.of_steps(kg.store, steps, top, (), question.summary, rested, known=kg.graph(inferred=True))


def _path(kg: Graph, ends: Sequence[str], top: int, layers: Sequence[str], *, inferred: bool) -> Scene:
    """The paths between two entities, merged where they share nodes."""
    if len(ends) != 2:
        raise UsageError("a path has two ends: --path A B")
    start, goal = (kg.place(name, layers) for name in ends)
    return of_paths(kg, kg.paths(*ends, inferred=inferred, layers=layers), (start, goal), top, layers, ends)


def of_paths(
    kg: Graph,
    found: Paths,
    ends: tuple[str, str],
    top: int = 28,
    layers: Sequence[str] = (),
    names: Sequence[str] = (),
) -> Scene:
    """Paths that were found, merged where they share nodes; ``ends`` are IRIs, ``names`` what the caller called them.

    Raises NothingToDrawError where there is none.
    """
    steps: list[tuple[str, str, str]] = []
    flow: list[tuple[str, str]] = []
    for one in found.paths:
        for s in one.steps:
            steps.append((s.subject, s.predicate, s.object))
            way = (s.subject, s.object) if s.forward else (s.object, s.subject)
            flow.append((ns.contract(way[0]), ns.contract(way[1])))
    called = names or [found.label(iri) for iri in ends]
    scene = choose.of_steps(
        kg.store, steps, top, ends, f"{called[0]} and {called[1]}", "", layers, kg.graph(inferred=True, layers=layers)
    )
    label = {n.iri: n.label for n in scene.nodes}
    title = f"From {label.get(ends[0], called[0])} to {label.get(ends[1], called[1])}"
    count, total = len(found), found.total
    which = f"{count} path{'s' * (count != 1)}" if count == total else f"The best {count} of {total:,} paths"
    subtitle = f"{which} of at most {found.longest} steps; an arrow may be walked backwards"
    return replace(scene, title=title, subtitle=subtitle, flow=tuple(dict.fromkeys(flow)))
