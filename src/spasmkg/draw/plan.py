"""From a scene to cells in columns: which node stands in which column, and which links share one label."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from spasmkg.draw.layers import acyclic, ranks
from spasmkg.draw.scene import Link, Scene

__all__ = ["Bundle", "components", "plan"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Links with the same label that meet in one node, the hub; ``side`` is 1 where they lie to its right, else -1.

    ``outward`` says whether the arrows lead away from the hub; ``tier`` counts the columns of other leaves that its
    stem passes first.
    """

    hub: str
    outward: bool
    side: int
    links: tuple[int, ...]
    tier: int = 0


def components(scene: Scene) -> list[Scene]:
    """The connected parts of a scene, the one in focus first, then by size."""
    near: dict[str, set[str]] = defaultdict(set)
    for link in scene.links:
        near[link.source].add(link.target)
        near[link.target].add(link.source)
    part: dict[str, int] = {}
    for node in scene.nodes:
        if node.id in part:
            continue
        stack, number = [node.id], len(set(part.values()))
        while stack:
            n = stack.pop()
            if n not in part:
                part[n] = number
                stack += near[n]
    found = []
    for number in sorted(set(part.values())):
        nodes = tuple(n for n in scene.nodes if part[n.id] == number)
        links = tuple(k for k in scene.links if part[k.source] == number)
        found.append(replace(scene, nodes=nodes, links=links))
    focus = set(scene.focus)
    return sorted(found, key=lambda s: (not focus & {n.id for n in s.nodes}, -len(s.links), s.nodes[0].id))


def plan(scene: Scene, tiers: int) -> tuple[dict[str, int], list[Bundle]]:
    """The rank of every node and the bundles of all links but loops.

    With several ``tiers`` the leaves of a node with many are spread over so many columns.
    """
    number = {n.id: i for i, n in enumerate(scene.nodes)}
    flow = dict.fromkeys(scene.flow)
    arcs = []
    for link in scene.links:
        if link.source != link.target:
            ends = link.source, link.target
            turned = ends if ends in flow or ends[::-1] not in flow else ends[::-1]
            arcs.append((number[turned[0]], number[turned[1]]))
    unique = list(dict.fromkeys(arcs))
    placed = ranks(len(number), list(dict.fromkeys(acyclic(len(number), unique))))
    rank = {n.id: placed[number[n.id]] for n in scene.nodes}
    bundles = _bundles(scene.links, rank)
    return _spread(scene, rank, bundles, tiers) if tiers > 1 else (rank, bundles)


def _bundles(links: Sequence[Link], rank: dict[str, int]) -> list[Bundle]:
    """A cover of the links by stars with one label each, the largest first."""
    stars: dict[tuple[str, bool, int, str, bool, tuple[str, ...]], list[int]] = defaultdict(list)
    for i, k in enumerate(links):
        if k.source == k.target:
            continue
        side = 1 if rank[k.target] > rank[k.source] else -1
        stars[k.source, True, side, k.predicate or k.label, k.inferred, k.more].append(i)
        stars[k.target, False, -side, k.predicate or k.label, k.inferred, k.more].append(i)
    degree = Counter(end for k in links for end in (k.source, k.target))
    free = {i for members in stars.values() for i in members}
    found = []
    while free:
        sizes = {key: [i for i in members if i in free] for key, members in stars.items()}
        key = max(sizes, key=lambda s: (len(sizes[s]), degree[s[0]], s[1], s[:2], s[2], s[3], s[4]))
        found.append(Bundle(key[0], key[1], key[2], tuple(sizes[key])))
        free -= set(sizes[key])
    return sorted(found, key=lambda b: b.links)


def _spread(
    scene: Scene, rank: dict[str, int], bundles: Iterable[Bundle], tiers: int
) -> tuple[dict[str, int], list[Bundle]]:
    """Bundles whose members have no other links, spread over several columns; nodes further out make room."""
    links = scene.links
    degree = Counter(end for k in links for end in (k.source, k.target))

    def member(bundle: Bundle, i: int) -> str:
        return links[i].target if bundle.outward else links[i].source

    loose: dict[tuple[str, int], list[Bundle]] = defaultdict(list)
    fixed = []
    for b in bundles:
        if all(degree[member(b, i)] == 1 for i in b.links):
            loose[b.hub, b.side].append(b)
        else:
            fixed.append(b)
    wide = {key: tiers for key, group in loose.items() if sum(len(b.links) for b in group) >= 5 * tiers}
    # A gap of so many columns is opened on that side of each hub's rank.
    opened: Counter[tuple[int, int]] = Counter()
    for hub, side in wide:
        opened[rank[hub], side] = tiers - 1

    def moved(r: int) -> int:
        return r + sum(n for (at, side), n in opened.items() if (side > 0 and r > at) or (side < 0 and r >= at))

    new = {n: moved(r) for n, r in rank.items()}
    found = list(fixed)
    for (hub, side), group in loose.items():
        room = wide.get((hub, side), 1)
        for tier, b in _dealt(group, room):
            found.append(replace(b, tier=tier))
            for i in b.links:
                new[member(b, i)] = new[hub] + side * (tier + 1)
    return new, found


def _dealt(group: Sequence[Bundle], tiers: int) -> list[tuple[int, Bundle]]:
    """Bundles dealt out to tiers of about equal length, a long one in pieces."""
    if tiers == 1:
        return [(0, b) for b in group]
    total = sum(len(b.links) + 0.4 for b in group)
    most = max(2, -(-int(total + 0.999) // tiers))
    pieces = []
    for b in group:
        count = -(-len(b.links) // most)
        size = -(-len(b.links) // count)
        pieces += [replace(b, links=b.links[i : i + size]) for i in range(0, len(b.links), size)]
    load = [0.0] * tiers
    found = []
    for b in sorted(pieces, key=lambda b: (-len(b.links), b.links)):
        tier = min(range(tiers), key=lambda t: (load[t] + 0.3 * t, t))
        load[tier] += len(b.links) + 0.4
        found.append((tier, b))
    return found
