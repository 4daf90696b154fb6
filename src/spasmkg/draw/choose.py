"""Scenes for what a person asks to see: an entity's surroundings, a section, the evidence of a question, paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from spasmkg import namespaces as ns
from spasmkg.draw.relevance import kept
from spasmkg.draw.scene import Scene, of_edges, of_triples
from spasmkg.errors import NotFoundError, NothingToDrawError
from spasmkg.graph import LAYERS, Graph
from spasmkg.layers import read
from spasmkg.spelling import nearest
from spasmkg.store import Store

__all__ = ["around", "of_section", "of_steps"]

Edge = tuple[str, str, str]


def around(
    store: Store, graph: Graph, focus: Sequence[str], depth: int = 1, top: int = 28, certainty: str = ""
) -> Scene:
    """The surroundings of entities, given by their IRIs: every edge within so many steps.

    ``certainty`` is the least one that the graph was cut to, which the picture says and does not change.
    """
    inferred = bool((graph.layer == LAYERS.index("inferred")).any())
    numbers = [graph.numbers[iri] for iri in dict.fromkeys(focus) if iri in graph.numbers]
    if not numbers or not graph.degree[numbers].any():
        names = " and ".join(ns.contract(iri) for iri in focus)
        hint = "" if inferred else "; inferred edges are shown with --inferred (inferred=True)"
        least = f"at least {certainty} " if certainty else ""
        raise NothingToDrawError(names, f"no edge {least}is stated of it{hint}")
    part = graph.within(numbers, depth)
    scene = _cut(store, graph, part, numbers, top)
    labels = {n.iri: n for n in scene.nodes}
    named = [labels[graph.nodes[n]] for n in numbers if graph.nodes[n] in labels]
    what = "Stated and inferred relations" if inferred else "Relations that the source states"
    if imported := graph.layers[len(LAYERS) + 1 :]:
        what += f", and those of {', '.join(ns.local(layer) for layer in imported)}"
    least = f", at least {certainty}" if certainty else ""
    steps = f", within {depth} steps" if depth > 1 else ""
    kind = (
        f"{named[0].kind_label[:1].upper()}{named[0].kind_label[1:]}. "
        if len(named) == 1 and named[0].kind_label
        else ""
    )
    return _titled(
        scene, _joined([n.label for n in named]), f"{kind}{what}{least}{steps}", tuple(n.id for n in named)
    )  # fmt: skip


def of_section(store: Store, graph: Graph, name: str, top: int = 40) -> Scene:
    """The edges that a section of the source states, with those of the sections in it."""
    query = "SELECT ?s ?label WHERE { GRAPH graph:article { ?s a spasm:Section ; rdfs:label ?label } }"
    known = {s.value: label.value for s, label in store.select(query)}
    short = {iri.rsplit("/section-", 1)[-1]: iri for iri in known}
    key = ns.local(ns.expand(name)) if ":" in name else name.strip()
    lower = key.lower().removeprefix("section-")
    by_label = {label.lower(): iri for iri, label in known.items()}
    iri = short.get(lower) or by_label.get(key.lower())
    if iri is None:
        hint = f"the sections are {', '.join(sorted(short))}"
        raise NotFoundError("section", name, nearest(lower, short), hint)
    query = f"""SELECT DISTINCT ?s ?p ?o WHERE {{ GRAPH graph:article {{ ?item spasm:inSection+ <{iri}> }}
        GRAPH graph:claims {{ ?c spasm:statedIn ?item ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }} }}"""
    stated = {(s.value, p.value, o.value) for s, p, o in store.select(query)}
    part = graph.where(np.fromiter((graph.edge(i) in stated for i in range(len(graph))), dtype=bool, count=len(graph)))
    if not len(part):
        raise NothingToDrawError(f'the section "{known[iri]}"', "it states no edge so certain")
    return _titled(_cut(store, graph, part, [], top), known[iri], "What this section of the source states")


def of_steps(
    store: Store,
    steps: Iterable[Edge],
    top: int,
    focus: Sequence[str] = (),
    title: str = "",
    subtitle: str = "",
    layers: Sequence[str] = (),
    known: Graph | None = None,
) -> Scene:
    """The edges that these triples of IRIs name, the first ones where there are too many; what is no edge is left out.

    ``known`` is a graph that is read already: where it has all these edges, nothing else is read.
    """
    wanted = list(dict.fromkeys(steps))
    found = of_triples(known, wanted) if known is not None else []
    if len(found) < len(wanted) or not wanted:
        found = of_triples(read(store, [*LAYERS, *layers], {p for _, p, _ in wanted}), wanted)
    if not found:
        raise NothingToDrawError(f'"{title}"', "no edge was found")
    names: dict[str, None] = dict.fromkeys(focus)
    for s, _, o, *_ in found:
        if len({*names, s, o}) <= max(2, top):
            names.update(dict.fromkeys((s, o)))
    nodes, links = of_edges(store, [e for e in found if e[0] in names and e[2] in names])
    marked = tuple(n.id for iri in focus for n in nodes if n.iri == iri)
    return Scene(tuple(nodes), tuple(links), marked, title, subtitle, len(found))


def _cut(store: Store, graph: Graph, part: Graph, focus: Sequence[int], top: int) -> Scene:
    names = kept(graph, part, focus, top)
    inside = np.zeros(len(graph.nodes), dtype=bool)
    inside[sorted(names)] = True
    shown = part.where(inside[part.subject] & inside[part.object])
    inferred = LAYERS[-1]
    nodes, links = of_edges(store, [(s, p, o, c, layer == inferred) for s, p, o, c, layer in shown.edges()])
    return Scene(tuple(nodes), tuple(links), total=len(part))


def _titled(scene: Scene, title: str, subtitle: str, focus: tuple[str, ...] = ()) -> Scene:
    return Scene(scene.nodes, scene.links, focus, title, subtitle, scene.total, scene.dataset, scene.flow)


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
