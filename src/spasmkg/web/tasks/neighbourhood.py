"""A part of the graph around several things, in a worker: as JSON, GraphML, SVG or PNG."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from spasmkg.errors import NotFoundError, NothingToDrawError, UsageError
from spasmkg.surroundings import Part, around, term_of
from spasmkg.web.tasks import Head, Write, graph
from spasmkg.web.views.exploring import State

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph

__all__ = ["neighbourhood", "record"]

_DRAWN = 300
"""The most things in a picture that the server draws: more would take longer than anybody waits."""


def neighbourhood(write: Write, head: Head, path: str, arguments: Mapping[str, Any]) -> None:
    """The part of the graph that is asked for. Raises NotFoundError for an unknown name, UsageError without a thing."""
    kg, media = graph(path, arguments), arguments["media"]
    state, troubles = State.read(kg, {n: _texts(v) for n, v in arguments["values"].items()})
    for trouble in troubles:
        raise NotFoundError("thing", trouble.name, trouble.suggestions)
    if not state.start and not state.is_path:
        raise UsageError("name a thing: start=, or from= and to=")
    part = around(kg, state.wanted)
    if media == "json":
        made = json.dumps(record(part) | {"dataset": arguments["dataset"]}, ensure_ascii=False, indent=1) + "\n"
        data = made.encode("utf-8", "replace")
    elif media == "graphml":
        data = _graphml(kg, part)
    else:
        data = _picture(kg, part, media)
    head(media=media, kind="record")
    write(data)


def _texts(value: Any) -> list[str]:
    return [str(v).lower() if isinstance(v, bool) else str(v) for v in (value if isinstance(value, list) else [value])]


def record(part: Part) -> dict[str, Any]:
    """A part of the graph as JSON has it: what is shown, how much there is, and what was left out."""
    things, ties = part.seen_things, part.seen_ties
    return {
        "complete": not part.is_cut and not part.left_out, "things_in_all": part.things_in_all, "edges_in_all": part.edges_in_all,
        "left_out": part.left_out, "cut": part.is_cut, "shown_things": len(things), "shown_edges": len(ties),
        "things": [
            {"name": t.name, "iri": t.iri, "label": t.label, "kind": t.kind, "roles": list(t.roles), "neighbours": t.degree,
             "shown": t.near, "expanded": t.is_open}
            for t in things
        ],
        "edges": [
            {"subject": term_of(t.source), "predicate": t.predicate, "object": term_of(t.target), "label": t.label,
             "certainty": t.certainty, "layer": t.layer, "inferred": t.is_inferred, "hedges": list(t.hedges),
             "places": list(dict.fromkeys(c.place for c in t.claims)), "claims": [c.iri for c in t.claims]}
            for t in ties
        ],
        "facets": {
            facet: [{"value": c.value, "label": c.label, "count": c.count, "hidden": c.is_hidden} for c in choices]
            for facet, choices in part.facets.items()
        },
    }  # fmt: skip


def _graphml(kg: KnowledgeGraph, part: Part) -> bytes:
    from spasmkg.formats.graphs import graphml
    from spasmkg.networks import of_edges

    every = kg.graph(inferred=True)
    shown: Sequence[tuple[str, str, str]] = [
        (term_of(t.source), t.predicate, term_of(t.target)) for t in part.seen_ties
    ]
    wanted = set(shown)
    mask = np.fromiter((every.edge(i) in wanted for i in range(len(every))), dtype=bool, count=len(every))
    return graphml(of_edges(kg.store, every.where(mask)))


def _picture(kg: KnowledgeGraph, part: Part, media: str) -> bytes:
    from spasmkg.draw.drawing import Drawing

    scene = part.scene
    if not scene.links:
        raise NothingToDrawError("this part of the graph", "no edge is shown")
    if len(scene.nodes) > _DRAWN:
        raise UsageError(f"{len(scene.nodes):,} things are too many for a picture; show at most {_DRAWN}")
    return Drawing(replace(scene, dataset=kg.dataset)).data(media)
