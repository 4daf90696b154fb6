"""What the explorer shows: things, what lies around those that are opened, paths between two, and what filters hide.

A part of the graph that is asked for piece by piece: the same request always gives the same part, and opening one more
thing only ever adds to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from spasmkg import claims
from spasmkg import namespaces as ns
from spasmkg.draw.relevance import kept
from spasmkg.draw.scene import Link, Node, Scene, of_edges
from spasmkg.entities import texts
from spasmkg.errors import UsageError
from spasmkg.graph import LAYERS
from spasmkg.looks import KINDS
from spasmkg.measures import pagerank
from spasmkg.model import CERTAINTIES
from spasmkg.vocabularies.terms import shown

if TYPE_CHECKING:
    from spasmkg.graph import Graph
    from spasmkg.model import Claim
    from spasmkg.paths import Paths
    from spasmkg.store import Store

__all__ = ["CAP", "FACETS", "Choice", "Part", "Thing", "Tie", "Wanted", "around", "name_of", "term_of"]

CAP = 2000
"""The most elements, things and edges together, that are shown."""
FACETS = ("kind", "relation", "certainty", "layer")
"""What can be filtered by."""
_FEW, _SOME = 24, 80
"""How many things are shown around one, and within several steps, where the request does not say."""
_PATHS = 5

Edge = tuple[str, str, str]


class Walks(Protocol):
    """What is asked of the graph: the facade has it."""

    store: Store

    def graph(self, *, inferred: bool = False) -> Graph:
        """The edges as arrays."""

    def paths(self, start: str, goal: str, *, top: int = 10, inferred: bool = False) -> Paths:
        """The best paths between two things."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown; things are given by their IRIs.

    Around each of the ``starts`` that is not ``shut``, what lies within ``depth`` steps; around each that is ``opened``
    its neighbours; at most ``most`` things each (0: so many as are well seen). ``inferred`` says whether inferred edges
    are shown and followed. ``hidden`` are values of facets: ``("kind", "Drug")``. ``ends`` are two things between which
    the best paths are shown too.
    """

    starts: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()
    depth: int = 1
    most: int = 0
    inferred: bool = False
    hidden: frozenset[tuple[str, str]] = frozenset()
    ends: tuple[str, str] | None = None

    @property
    def room(self) -> int:
        """How many things are shown around one."""
        return self.most or (_FEW if self.depth == 1 else _SOME)


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that is shown, or hidden by a filter.

    ``degree`` is the number of its neighbours in the graph, ``near`` how many of these are in the part.
    """

    name: str
    iri: str
    label: str
    kind: str
    kind_label: str
    roles: tuple[str, ...]
    degree: int
    near: int
    is_open: bool
    is_start: bool
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge that is shown, or hidden by a filter; its ends are names of things, its claims in the order given."""

    name: str
    source: str
    target: str
    predicate: str
    label: str
    certainty: str
    layer: str
    is_inferred: bool
    claims: tuple[Claim, ...]
    is_on_path: bool
    is_hidden: bool
    link: Link = field(repr=False)

    @property
    def hedges(self) -> tuple[str, ...]:
        """The words of the source that make it less than sure, each once."""
        return tuple(dict.fromkeys(c.hedge for c in self.claims if c.hedge))


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet with the number of things or edges that have it."""

    facet: str
    value: str
    label: str
    count: int
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the graph. ``left_out`` counts the neighbours of opened things for which there was no room, ``left_edges``
    the inferred edges between things that are not opened, which would hide all others.

    ``things_in_all`` and ``edges_in_all`` count the whole graph, as far as it was asked for. Where ``is_cut`` there was
    more than :data:`CAP` elements.
    """

    wanted: Wanted
    things: tuple[Thing, ...]
    ties: tuple[Tie, ...]
    facets: dict[str, tuple[Choice, ...]]
    left_out: int
    things_in_all: int
    edges_in_all: int
    is_cut: bool
    paths: Paths | None
    nodes: tuple[Node, ...] = field(repr=False)
    left_edges: int = 0

    @property
    def seen_things(self) -> tuple[Thing, ...]:
        """The things that no filter hides."""
        return tuple(t for t in self.things if not t.is_hidden)

    @property
    def seen_ties(self) -> tuple[Tie, ...]:
        """The edges that no filter hides."""
        return tuple(t for t in self.ties if not t.is_hidden)

    @property
    def scene(self) -> Scene:
        """What is seen, as a picture has it."""
        seen = {t.iri for t in self.seen_things}
        focus = tuple(n.id for n in self.nodes if n.iri in self.wanted.starts and n.iri in seen)
        links = tuple(t.link for t in self.seen_ties)
        titles = [n.label for n in self.nodes if n.id in focus] or [n.label for n in self.nodes][:1]
        nodes = tuple(n for n in self.nodes if n.iri in seen)
        return Scene(nodes, links, focus, ", ".join(titles), "", self.edges_in_all)


def name_of(iri: str) -> str:
    """A thing as an address of the explorer names it: the slug of one of ours, else CURIE or IRI.

    >>> name_of("https://w3id.org/spasmkg/baclofen"), name_of("http://purl.obolibrary.org/obo/HP_0003394")
    ('baclofen', 'HP:0003394')
    """
    return ns.contract(iri).removeprefix("spasm:")


def term_of(name: str) -> str:
    """The IRI that such a name stands for; "" where it is none.

    >>> term_of("baclofen"), term_of("a b")
    ('https://w3id.org/spasmkg/baclofen', '')
    """
    if not name.startswith(("http://", "https://")):
        try:
            name = ns.expand(name if ":" in name else f"spasm:{name}")
        except UsageError:
            return ""
    return name if ns.is_iri(name) else ""


def around(kg: Walks, wanted: Wanted) -> Part:
    """The part of the graph that is wanted. Things that the graph has no edges of are shown alone."""
    graph = kg.graph(inferred=wanted.inferred)
    every = kg.graph(inferred=True)
    found = kg.paths(*wanted.ends, top=_PATHS, inferred=wanted.inferred) if wanted.ends else None
    steps = {(s.subject, s.predicate, s.object) for p in found or () for s in p.steps}
    opened = [i for i in dict.fromkeys((*wanted.starts, *wanted.opened)) if i not in wanted.shut]
    fixed = dict.fromkeys((*wanted.starts, *(wanted.ends or ()), *(x for p in found or () for x in p.nodes)))
    names, is_cut = _chosen(kg.graph(), wanted, opened, list(fixed))
    if wanted.inferred:  # what is inferred comes beside what is stated: nothing goes, and each has room of its own
        only = graph.where(graph.layer == LAYERS.index("inferred"))
        beside, _ = _chosen(only, replace(wanted, most=max(1, wanted.room // 2)), opened, names)
        names, is_cut = beside[:CAP], is_cut or len(beside) > CAP
    inside = np.zeros(len(every.nodes), dtype=bool)
    inside[[every.numbers[i] for i in names if i in every.numbers]] = True
    shown_part = every.where(inside[every.subject] & inside[every.object])
    hubs = {*opened, *fixed}
    every_edge = list(shown_part.edges())
    edges = [e for e in every_edge if _is_wanted(e, wanted, hubs, steps)]
    left_edges = sum(e[4] == "inferred" for e in every_edge) - sum(e[4] == "inferred" for e in edges)
    if len(names) + len(edges) > CAP:
        names, edges, is_cut = *_cut(graph, names, edges), True
    nodes, links = of_edges(kg.store, [(*e[:3], e[3], e[4] == "inferred") for e in edges])
    nodes = _completed(kg.store, nodes, names)
    layer = {e[:3]: e[4] for e in edges}
    ties = _ties(kg.store, nodes, links, layer, steps)
    ties, things = _filtered(graph, wanted, ties, nodes, set(opened), set(fixed))
    facets = _facets(wanted, ties, things, 0 if wanted.inferred else left_edges)
    open_here = [graph.numbers[i] for i in opened if i in graph.numbers and i in set(names)]
    around_them = {graph.nodes[n] for n in graph.neighbour[graph.around(np.array(open_here, dtype=np.int64))].tolist()}
    return Part(
        wanted, tuple(things), tuple(ties), facets, len(around_them - set(names)), len(graph.nodes), len(graph),
        is_cut, found, tuple(nodes), left_edges if wanted.inferred else 0,
    )  # fmt: skip


def _is_wanted(edge: Any, wanted: Wanted, hubs: set[str], steps: set[Edge]) -> bool:
    """Whether an edge between two things of the part belongs to it: of inferred ones, those of what is expanded."""
    if edge[4] != "inferred":
        return True
    return edge[:3] in steps or (wanted.inferred and (edge[0] in hubs or edge[2] in hubs or wanted.depth > 1))


def _chosen(graph: Graph, wanted: Wanted, opened: Sequence[str], fixed: Sequence[str]) -> tuple[list[str], bool]:
    """The IRIs of all things of the part, and whether some had to be left out for want of room."""
    names = dict.fromkeys(fixed)
    if wanted.depth > 1:
        numbers = [graph.numbers[i] for i in wanted.starts if i in graph.numbers and i not in wanted.shut]
        if numbers:
            names.update(dict.fromkeys(_near(graph, graph.within(numbers, wanted.depth), numbers, wanted.room)))
            opened = [i for i in opened if i in wanted.opened]
    for iri in opened:
        if (number := graph.numbers.get(iri)) is not None:
            names[iri] = None
            part = graph.where((graph.subject == number) | (graph.object == number))
            names.update(dict.fromkeys(_near(graph, part, [number], wanted.room)))
    listed = list(names)
    return listed[:CAP], len(listed) > CAP


def _near(graph: Graph, part: Graph, numbers: list[int], room: int) -> list[str]:
    return [graph.nodes[n] for n in sorted(kept(graph, part, numbers, room + len(numbers)))]


def _cut(graph: Graph, names: list[str], edges: list[Any]) -> tuple[list[str], list[Any]]:
    """The first things, nearest to the first of them, that fit with the edges between them."""
    seeds = [graph.numbers[names[0]]] if names[0] in graph.numbers else []
    rank = pagerank(graph, seeds) if seeds else np.zeros(len(graph.nodes))
    order = sorted(names[1:], key=lambda i: (-rank[graph.numbers[i]] if i in graph.numbers else 0.0, i))
    place = {iri: n for n, iri in enumerate([names[0], *order])}
    last = sorted(max(place[e[0]], place[e[2]]) for e in edges)  # each edge needs the things up to this place
    many = np.searchsorted(np.array(last), np.arange(len(names)), side="right")
    fits = [n for n in range(len(names)) if n + 1 + int(many[n]) <= CAP]
    count = (fits[-1] if fits else 0) + 1
    return [names[0], *order][:count], [e for e in edges if max(place[e[0]], place[e[2]]) < count]


def _completed(store: Store, nodes: Sequence[Node], names: Iterable[str]) -> list[Node]:
    """The nodes with those that no edge touches, sorted by IRI."""
    known = {n.iri for n in nodes}
    alone = [i for i in names if i not in known]
    about = texts(store, alone)
    kinds = texts(store, {ns.spasm(k) for _, _, k in about.values() if k})
    made = [
        Node(ns.contract(i), i, about.get(i, (shown(i), "", ""))[0], kind, kinds.get(ns.spasm(kind), (kind,))[0])
        for i in alone
        for kind in (about.get(i, ("", "", ""))[2],)
    ]
    return sorted([*nodes, *made], key=lambda n: n.iri)


def _ties(
    store: Store, nodes: Sequence[Node], links: Sequence[Link], layer: Mapping[Edge, str], steps: set[Edge]
) -> list[Tie]:
    iri = {n.id: n.iri for n in nodes}
    said = {c.iri: c for c in claims.read(store, {c for k in links for c in k.claims})}
    found = []
    for k in links:
        edge = iri[k.source], k.predicate, iri[k.target]
        source, target = name_of(edge[0]), name_of(edge[2])
        found.append(
            Tie(
                f"{source} {name_of(k.predicate)} {target}", source, target, k.predicate, k.label, k.certainty, layer[edge],
                k.inferred, tuple(said[c] for c in k.claims if c in said), edge in steps, False, k,
            )
        )  # fmt: skip
    return found


# ---- filters ----


def _values(tie: Tie) -> dict[str, str]:
    return {"relation": name_of(tie.predicate), "certainty": tie.certainty, "layer": tie.layer}


def _filtered(
    graph: Graph, wanted: Wanted, ties: list[Tie], nodes: Sequence[Node], opened: set[str], fixed: set[str]
) -> tuple[list[Tie], list[Thing]]:
    """Ties and things with what filters hide: kinds, edges, and then what no edge ties to anything any more."""
    gone = {name_of(n.iri) for n in nodes if ("kind", n.kind) in wanted.hidden}
    near: dict[str, set[str]] = {}
    tied: set[str] = set()
    made = []
    for t in ties:
        near.setdefault(t.source, set()).add(t.target)
        near.setdefault(t.target, set()).add(t.source)
        hidden = t.source in gone or t.target in gone or any(v in wanted.hidden for v in _values(t).items())
        made.append(replace(t, is_hidden=hidden))
        if not hidden:
            tied |= {t.source, t.target}
    things = []
    for n in nodes:
        name = name_of(n.iri)
        loose = n.iri not in fixed and n.iri not in opened and name not in tied
        number = graph.numbers.get(n.iri)
        degree = len(set(graph.neighbour[graph.entries(number)].tolist()) - {number}) if number is not None else 0
        things.append(
            Thing(
                name, n.iri, n.label, n.kind, n.kind_label, n.roles, degree, len(near.get(name, set()) - {name}),
                n.iri in opened, n.iri in wanted.starts, name in gone or loose,
            )
        )  # fmt: skip
    return made, things


_LAYER = {
    "edges": "stated in the source",
    "groupings": "grouped by curators",
    "user": "from your file",
    "inferred": "inferred",
}


def _facets(wanted: Wanted, ties: Sequence[Tie], things: Sequence[Thing], beside: int) -> dict[str, tuple[Choice, ...]]:
    """What can be filtered by, with how many there are of each; what is hidden is among them."""
    kinds = Counter(t.kind for t in things)
    kind_label = {t.kind: t.kind_label or t.kind or "of no kind" for t in things}
    place = {name: i for i, name in enumerate(KINDS)}
    relations = Counter(name_of(t.predicate) for t in ties)
    relation_label = {name_of(t.predicate): t.label for t in ties}
    certainties = Counter(t.certainty for t in ties)
    layers = Counter(t.layer for t in ties)
    lists: dict[str, list[tuple[str, str, int]]] = {
        "kind": [(k, kind_label[k], kinds[k]) for k in sorted(kinds, key=lambda k: (place.get(k, len(place)), k))],
        "relation": [(r, relation_label[r], n) for r, n in sorted(relations.items(), key=lambda x: (-x[1], x[0]))],
        "certainty": [(c, c, certainties[c]) for c in CERTAINTIES if c in certainties],
        "layer": [(x, _LAYER[x], layers[x]) for x in LAYERS if layers[x] and (x != "inferred" or wanted.inferred)],
    }
    if not wanted.inferred:
        lists["layer"].append(("inferred", _LAYER["inferred"], beside + layers["inferred"]))
    return {
        facet: tuple(
            Choice(facet, value, label, n, (facet, value) in wanted.hidden or (value == "inferred" and not wanted.inferred))
            for value, label, n in listed
        )
        for facet, listed in lists.items()
    }  # fmt: skip
