"""What a picture shows: nodes, links, the nodes in focus, a title, and how much there was to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasmkg import claims
from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.errors import NothingToDrawError
from spasmkg.model import CERTAINTIES
from spasmkg.namespaces import local
from spasmkg.resources import short_dataset
from spasmkg.store import Store
from spasmkg.vocabularies.terms import shown

if TYPE_CHECKING:
    from spasmkg.graph import Graph

__all__ = ["Link", "Node", "Scene", "of_edges", "of_schema", "of_triples"]

Edge = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in a picture. ``roles`` are names of classes that were inferred for it, such as ``Cause``."""

    id: str
    iri: str
    label: str
    kind: str
    kind_label: str = ""
    roles: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An edge in a picture: ids of its ends, label, certainty, and the IRIs of the claims that it rests on."""

    source: str
    target: str
    predicate: str
    label: str
    certainty: str = "asserted"
    inferred: bool = False
    claims: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    """Further lines of the label."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a picture shows, in a fixed order.

    ``total`` counts the edges that there were to show. ``flow`` gives nodes a place from left to right where the
    direction of the edges does not: the steps of a path.
    """

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    focus: tuple[str, ...] = ()
    title: str = ""
    subtitle: str = ""
    total: int = 0
    dataset: str = ""
    flow: tuple[tuple[str, str], ...] = ()
    unit: str = "edges"

    @property
    def source_line(self) -> str:
        """Where the picture comes from and how much of it there is.

        >>> Scene((), (Link("a", "b", "p", "p"),), total=4, dataset="24c8ca2712").source_line
        'spasmkg, dataset 24c8ca27; showing 1 of 4 edges'
        """
        shown = len(self.links)
        count = f"showing {shown} of {self.total} {self.unit}" if shown < self.total else f"all {shown} {self.unit}"
        if shown == self.total == 1:
            count = "1 edge"
        return f"spasmkg, dataset {short_dataset(self.dataset)}; {count}"


def of_edges(store: Store, edges: Sequence[tuple[str, str, str, str, bool]]) -> tuple[list[Node], list[Link]]:
    """Nodes and links for edges given as subject, predicate, object (IRIs), certainty and whether inferred."""
    behind = claims.behind(store, [(f"<{s}>", f"<{p}>", f"<{o}>") for s, p, o, *_ in edges])
    ends = sorted({end for s, _, o, *_ in edges for end in (s, o)})
    about = texts(store, {*ends, *(p for _, p, *_ in edges)})
    kinds = {ns.spasm(about[n][2]) for n in ends if n in about and about[n][2]}
    kind_labels = texts(store, kinds)
    roles = _roles(store, ends)
    nodes = []
    for iri in ends:
        label, _, kind = about.get(iri, (shown(iri), "", ""))
        kind_label = kind_labels.get(ns.spasm(kind), (shown(kind), "", ""))[0]
        nodes.append(Node(ns.contract(iri), iri, label, kind, kind_label, roles.get(iri, ())))
    links = [
        Link(
            ns.contract(s),
            ns.contract(o),
            p,
            about.get(p, (shown(p), "", ""))[0],
            certainty,
            inferred,
            behind.get((f"<{s}>", f"<{p}>", f"<{o}>"), ()),
        )
        for s, p, o, certainty, inferred in edges
    ]
    return nodes, sorted(links, key=lambda k: (k.source, k.label, CERTAINTIES.index(k.certainty), k.target))


def _roles(store: Store, iris: Iterable[str]) -> dict[str, tuple[str, ...]]:
    block = " ".join(f"<{i}>" for i in iris if ns.is_iri(i))
    found: dict[str, list[str]] = {}
    query = f"SELECT ?x ?role WHERE {{ VALUES ?x {{ {block} }} ?x a ?role . ?role rdfs:subClassOf spasm:Role }}"
    for x, role in store.select(query):
        if local(role.value) != "Role":
            found.setdefault(x.value, []).append(local(role.value))
    return {x: tuple(sorted(names)) for x, names in found.items()}


def of_triples(graph: Graph, triples: Iterable[Edge]) -> list[tuple[str, str, str, str, bool]]:
    """The edges of a graph that these triples name, each once, in the order given; what is no edge is left out."""
    from spasmkg.graph import LAYERS

    place = {e[:3]: e for e in graph.edges()}
    found = dict.fromkeys(t for t in triples if t in place)
    inferred = LAYERS[-1]
    return [(*t, place[t][3], place[t][4] == inferred) for t in found]


def of_schema(store: Store, dataset: str, top: int) -> Scene:
    """Kinds, and for each pair of kinds one link with its most frequent predicates and their counts."""
    from spasmkg.networks import schema_network

    network = schema_network(store)
    pairs: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for s, o, data in network.edges(data=True):
        if local(data["predicate"]) != "listedIn":
            pairs.setdefault((s, o), []).append((data["count"], data["label"]))
    if not pairs:
        raise NothingToDrawError("the schema", "the graph has no edges between kinds")
    weight = {pair: sum(n for n, _ in found) for pair, found in pairs.items()}
    kept = sorted(pairs, key=lambda pair: (-weight[pair], pair))[:top]
    links = []
    for s, o in sorted(kept):
        found = sorted(pairs[s, o], key=lambda x: (-x[0], x[1]))
        shown = [f"{label} ({n})" for n, label in found[:3]]
        rest = [f"and {len(found) - 3} more"] if len(found) > 3 else []
        links.append(Link(s, o, "", shown[0], more=(*shown[1:], *rest)))
    names = {end for pair in kept for end in pair}
    nodes = [
        Node(name, data["iri"], data["label"], data["kind"], data["label"], (), data["count"])
        for name, data in network.nodes(data=True)
        if name in names
    ]
    return Scene(
        tuple(nodes),
        tuple(links),
        title="Kinds and the relations between them",
        subtitle="A number says how many edges there are; beside a kind, how many things",
        total=len(pairs),
        dataset=dataset,
        unit="pairs of kinds",
    )
