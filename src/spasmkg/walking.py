"""The part of the facade that follows edges: graph views, paths, neighbourhoods, analyses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.naming import Naming

if TYPE_CHECKING:
    import networkx as nx

    from spasmkg.accounts import Account
    from spasmkg.analysis import Central, Community, CutPoint, Loop, Shared
    from spasmkg.graph import Graph
    from spasmkg.metapath import Metapath
    from spasmkg.paths import Path, Paths

__all__ = ["Walking"]

_KEY = tuple[bool, tuple[str, ...], tuple[str, ...]]


class Walking(Naming):
    """What a KnowledgeGraph knows of ways through it."""

    # ---- views ----

    def networkx(
        self,
        layers: Sequence[str] = ("edges", "groupings", "user"),
        kinds: Sequence[str] = (),
        predicates: Sequence[str] = (),
        certainty: str = "",
    ) -> nx.MultiDiGraph:
        """The edges as a ``networkx.MultiDiGraph`` keyed by predicate, with labels, kinds, certainty and claims.

        ``layers`` may name ``inferred`` too, and an imported vocabulary or graph, such as ``vocabulary/HP``; ``kinds``
        (kinds or roles of both ends) and ``predicates`` are names as everywhere; ``certainty`` is the least one.

        >>> import spasmkg
        >>> graph = spasmkg.open().networkx(kinds=["Drug", "Finding"], predicates=["hasSideEffect"])
        >>> graph["spasm:baclofen"]["spasm:dizziness"]["hasSideEffect"]["label"]
        'has side effect'
        """
        from spasmkg.networks import to_networkx

        chosen = self._layers(layers)
        beyond = [layer for layer in chosen if layer.startswith("vocabulary/")]
        wanted = [self._kind(k, beyond) for k in _several(kinds)]
        named = [self._predicate(p, beyond) for p in _several(predicates)]
        return to_networkx(self.store, chosen, wanted, named, certainty)

    def schema_network(self) -> nx.MultiDiGraph:
        """Which kinds are tied by which predicates, as a ``networkx.MultiDiGraph`` with counts.

        >>> import spasmkg
        >>> spasmkg.open().schema_network()["Drug"]["Finding"]["hasSideEffect"]["count"] > 10
        True
        """
        from spasmkg.networks import schema_network

        return schema_network(self.store)

    @cached_property
    def _graphs(self) -> dict[_KEY, Graph]:
        return {}

    def graph(self, *, inferred: bool = False, named: Iterable[str] = (), layers: Sequence[str] = ()) -> Graph:
        """The edges that paths follow, as arrays: all that is stated but membership in lists.

        ``inferred`` adds what follows, ``layers`` those of imported vocabularies and graphs, such as
        ``vocabulary/HP``, tied to ours by exact mappings; the edges of the predicates (IRIs) in ``named`` are there in
        any case. Raises UsageError for a layer that is not loaded.
        """
        from spasmkg.graph import LAYERS, LISTS, STATED
        from spasmkg.layers import read

        beyond = self._beyond(layers)
        key = inferred, tuple(sorted(named)), tuple(beyond)
        if key not in self._graphs:
            found = read(self.store, [*(LAYERS if inferred else STATED), *beyond], key[1])
            self._graphs[key] = found.only(but=[p for p in (LISTS,) if p not in key[1]])
        return self._graphs[key]

    # ---- names, where imported layers are walked too ----

    def _beyond(self, layers: Sequence[str]) -> list[str]:
        """Layers of imported vocabularies and graphs, as the store spells them."""
        from spasmkg import outside

        return outside.layers(self.store, _several(layers)) if layers else []

    def _layers(self, layers: Sequence[str]) -> list[str]:
        """Layers of edges, ours and imported. Raises UsageError."""
        from spasmkg.graph import LAYERS

        chosen = []
        for layer in _several(layers):
            if layer.lower().startswith("vocabulary/"):
                chosen += self._beyond([layer])
            elif layer in LAYERS:
                chosen.append(layer)
            else:
                raise UsageError(f'"{layer}" is not a layer of edges; use {", ".join(LAYERS)}, or vocabulary/NAME')
        return chosen

    def place(self, name: str, layers: Sequence[str] = ()) -> str:
        """The IRI that a name stands for where imported layers are walked too.

        A term of a layer by its identifier comes first, then an entity by any of its names, then a term by its label.
        """
        return self._start(name, self._beyond(layers))

    def _start(self, name: str, beyond: Sequence[str]) -> str:
        from spasmkg import outside

        if beyond and ":" in name and (found := outside.term(self.store, name, beyond)):
            return found
        try:
            return self.resolve(name)
        except NotFoundError:
            if beyond and (found := outside.term(self.store, name, beyond)):
                return found
            raise

    def _kind(self, name: str, beyond: Sequence[str]) -> str:
        """The name of a kind or role of ours, or of a kind of an imported layer."""
        from spasmkg import outside

        try:
            return ns.local(self.kind(name))
        except (NotFoundError, UsageError):
            if not beyond:
                raise
        return outside.kind(self.store, name, beyond)

    def _predicate(self, name: str, beyond: Sequence[str]) -> str:
        """The IRI of a predicate; with a prefix that is not ours, one of an imported layer."""
        from spasmkg import outside

        if beyond and ":" in name and not name.startswith("spasm:"):
            return outside.predicate(self.store, name, beyond)
        try:
            return self.predicate(name)
        except NotFoundError:
            if not beyond:
                raise
        return outside.predicate(self.store, name, beyond)

    # ---- paths ----

    def metapath(self, text: str, layers: Sequence[str] = ()) -> Metapath:
        """A metapath, such as ``Drug -hasSideEffect-> Finding <-hasSymptom- Spasm``; see :mod:`spasmkg.metapath`.

        With ``layers`` it may name kinds, predicates (``biolink:treats``) and terms of imported ones. Raises
        MetapathError with the place in the text and suggestions.
        """
        from functools import partial

        from spasmkg.metapath import Names, parse

        ways = (self._kind, self._predicate, self._start)
        return parse(text, Names(*(partial(way, beyond=self._beyond(layers)) for way in ways)))

    def paths(
        self,
        start: str,
        goal: str = "",
        *,
        kind: str = "",
        along: str = "",
        max_length: int = 4,
        top: int = 10,
        shortest: bool = False,
        inferred: bool = False,
        certainty: str = "",
        budget: int = 100_000,
        layers: Sequence[str] = (),
        through: Sequence[str] = (),
    ) -> Paths:
        """The best paths between two things, or from one to all things of a kind; edges are followed both ways.

        ``along`` is a metapath; without a goal its last thing says where to end, and its own lengths hold.
        ``shortest`` wants only the shortest paths, ``inferred`` lets them use inferred edges, ``certainty`` is the
        least certainty of a step. The enumeration stops after ``budget`` places; the answer says whether it did.
        ``layers`` are imported vocabularies and graphs to walk through as well, such as ``vocabulary/HP``; ``through``
        are the kinds or roles that all things between the ends have.

        >>> import spasmkg
        >>> found = spasmkg.open().paths("diuretics", "potassium chloride", max_length=2)
        >>> found.text(found[0])
        'diuretics —depletes→ potassium ←contains— potassium chloride'
        """
        from spasmkg import paths

        beyond = self._beyond(layers)
        origin = self._start(start, beyond)
        way = self.metapath(along, beyond) if along else None
        if goal and kind:
            raise UsageError("a path ends at a goal or at a kind; give one of them")
        if not (goal or kind or way):
            raise UsageError("a path needs a goal, a kind to end at, or a metapath")
        if max_length < 1 or top < 0:
            raise UsageError("the greatest length is at least 1, the number of paths at least 0")
        graph = self.graph(inferred=inferred, named=way.predicates if way else (), layers=beyond)
        graph = graph.only(certainty=certainty)
        if goal:
            ends = [self._start(goal, beyond)]
            if ends == [origin]:
                raise UsageError(f'"{start}" and "{goal}" are the same thing')
        elif kind:
            inside = graph.mask([self._kind(kind, beyond)])
            ends = [iri for iri, member in zip(graph.nodes, inside.tolist(), strict=True) if member]
        else:
            ends = list(graph.nodes)
        if through:
            graph = graph.between({origin, *ends}, [self._kind(k, beyond) for k in _several(through)])
        longest = max_length if way is None or way.lengths[1] is None else way.lengths[1]
        return paths.find(
            self.store, graph, origin, ends, goal=kind, along=way, longest=longest, top=top,
            shortest_only=shortest, budget=budget,
        )  # fmt: skip

    def metapaths(
        self, start: str, goal: str, *, max_length: int = 3, inferred: bool = False, layers: Sequence[str] = ()
    ) -> tuple[list[tuple[str, int, Path]], bool]:
        """How two things are tied in kinds: (metapath, number of paths, best path), and whether all were counted.

        >>> import spasmkg
        >>> rows, complete = spasmkg.open().metapaths("diuretics", "potassium chloride", max_length=2)
        >>> rows[0][:2], complete
        (('DrugClass -depletes-> Nutrient <-contains- Supplement', 1), True)
        """
        from spasmkg.shapes import metapaths

        graph = self.graph(inferred=inferred, layers=layers)
        one, other = (self._start(name, self._beyond(layers)) for name in (start, goal))
        return metapaths(self.store, graph, one, other, max_length)

    def path_counts(
        self, along: str, *, inferred: bool = False, layers: Sequence[str] = ()
    ) -> list[tuple[str, str, int]]:
        """Every pair (start, goal) that a metapath of at most three steps ties, with the number of paths, most first.

        >>> import spasmkg
        >>> counted = spasmkg.open().path_counts("Drug -hasSideEffect-> Finding <-hasSideEffect- Drug")
        >>> counted[0][2] > 1
        True
        """
        from spasmkg.measures import path_counts

        way = self.metapath(along, layers)
        graph = self.graph(inferred=inferred, named=way.predicates, layers=layers)
        table = path_counts(graph, way).tocoo()
        rows = zip(table.row.tolist(), table.col.tolist(), table.data.tolist(), strict=True)
        return sorted(((graph.nodes[s], graph.nodes[g], n) for s, g, n in rows), key=lambda r: (-r[2], r[0], r[1]))

    def neighbours(
        self,
        name: str,
        *,
        depth: int = 1,
        kinds: Sequence[str] = (),
        predicates: Sequence[str] = (),
        inferred: bool = False,
        certainty: str = "",
        layers: Sequence[str] = (),
    ) -> Paths:
        """The things at most ``depth`` steps away, nearest first, each with the best of the shortest paths to it.

        ``predicates`` are the only ones followed; ``kinds`` say which things are wanted in the end; ``layers`` are
        imported vocabularies and graphs to walk through as well, such as ``vocabulary/HP``.

        >>> import spasmkg
        >>> found = spasmkg.open().neighbours("diuretics", kinds=["Nutrient"])
        >>> [found.label(p.nodes[-1]) for p in found]
        ['calcium', 'magnesium', 'potassium']
        """
        from dataclasses import replace

        from spasmkg import paths

        if depth < 1:
            raise UsageError("the depth is 1 or more")
        beyond = self._beyond(layers)
        origin = self._start(name, beyond)
        named = [self._predicate(p, beyond) for p in _several(predicates)]
        graph = self.graph(inferred=inferred, named=named, layers=beyond).only(predicates=named, certainty=certainty)
        found = paths.neighbours(self.store, graph, origin, depth)
        if kinds:
            inside = graph.mask([self._kind(k, beyond) for k in _several(kinds)])
            kept = tuple(p for p in found if inside[graph.numbers[p.nodes[-1]]])
            found = replace(found, paths=kept)
        return found

    def related(self, one: str, other: str, *, max_length: int = 3, top: int = 5, layers: Sequence[str] = ()) -> Paths:
        """How two things are related: the best paths, inferred edges included; ``layers`` as for :meth:`paths`."""
        return self.paths(one, other, max_length=max_length, top=top, inferred=True, layers=layers)

    # ---- analyses ----

    def central(self, *, top: int = 20, inferred: bool = False) -> list[Central]:
        """The things that most shortest paths between others pass through.

        >>> import spasmkg
        >>> spasmkg.open().central(top=1)[0].iri
        'https://w3id.org/spasmkg/muscle-spasm'
        """
        from spasmkg.analysis import central

        return central(self.graph(inferred=inferred), top)

    def communities(self, *, seed: int = 0, inferred: bool = False) -> tuple[list[Community], float]:
        """Things that belong together, largest community first, and how good the division is (modularity)."""
        from spasmkg.analysis import communities

        return communities(self.graph(inferred=inferred), seed)

    def cut_points(self) -> list[CutPoint]:
        """The things without which others would be cut off from the rest, those that cut off most first."""
        from spasmkg.analysis import cut_points

        return cut_points(self.graph())

    def loops(self, *, max_length: int = 6, predicates: Sequence[str] = ()) -> list[Loop]:
        """The feedback loops: what leads back to itself through causes, symptoms and increases, and more ``predicates``.

        >>> import spasmkg
        >>> all(loop.edges[0][0] == loop.edges[-1][2] for loop in spasmkg.open().loops())
        True
        """
        from spasmkg.analysis import effects, loops

        wanted = effects(self.store, [self.predicate(p) for p in predicates])
        return loops(self.graph().only(predicates=wanted), max_length)

    def shared_mechanisms(
        self,
        *,
        actors: Sequence[str] = ("Therapy", "Procedure", "Substance", "DrugClass", "Activity"),
        targets: Sequence[str] = ("Process", "Quality"),
        top: int = 20,
    ) -> list[Shared]:
        """The processes and qualities that most treatments act on, each with who acts and by which predicate.

        ``actors`` and ``targets`` are kinds or roles.
        """
        from spasmkg.analysis import shared

        acting, acted = ([ns.local(self.kind(k)) for k in kinds] for kinds in (actors, targets))
        return shared(self.graph(), acting, acted, top)

    def account_for(self, observed: Sequence[str], *, sort: str = "causes", top: int = 10) -> list[Account]:
        """The causes, conditions or tests (``sort``) that account best for several symptoms, findings or drugs.

        >>> import spasmkg
        >>> best = spasmkg.open().account_for(["muscle fatigue", "leg cramp"])[0]
        >>> len(best.reasons), best.unexplained
        (2, ())
        """
        from spasmkg import accounts

        if sort not in accounts.WAYS:
            raise UsageError(f'"{sort}" cannot be ranked; use {", ".join(accounts.WAYS)}')
        things = list(dict.fromkeys(self.resolve(x) for x in observed))
        if not things:
            raise UsageError("name at least one symptom, finding or drug")
        ways = accounts.predicates(sort, self.metapath)
        graph = self.graph(named=[p for way in ways for p in way.predicates])
        return accounts.account_for(self.store, graph, things, sort, ways, top)


def _several(names: Sequence[str]) -> Sequence[str]:
    """Names given as a list, or a single one."""
    return [names] if isinstance(names, str) else names
