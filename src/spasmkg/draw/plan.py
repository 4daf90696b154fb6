"""From a scene to cells in columns: which node stands in which column, and which links share one label."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from spasmkg.draw.layers import acyclic, compact, ranks
from spasmkg.draw.scene import Link, Scene

__all__ = ["Bundle", "components", "member", "plan"]


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


def plan(
    scene: Scene, tiers: int = 1, backward: float | None = None, most: int = 99
) -> tuple[dict[str, int], list[Bundle]]:
    """The rank of every node and the bundles of all links but loops.

    With several ``tiers`` the leaves of a node with many are spread over so many columns. Where a price is set on an
    arrow that leads ``backward``, from right to left, there may be such arrows, and fewer columns of nodes, if possible
    no more than ``most``.
    """
    number = {n.id: i for i, n in enumerate(scene.nodes)}
    flow = dict.fromkeys(scene.flow)
    arcs = []
    for link in scene.links:
        if link.source != link.target:
            ends = link.source, link.target
            turned = ends if ends in flow or ends[::-1] not in flow else ends[::-1]
            arcs.append((number[turned[0]], number[turned[1]]))
    # Several things in focus stand in one column where no link joins them.
    focus = {number[f] for f in scene.focus if f in number}
    if not flow and not any(u in focus and v in focus for u, v in arcs):
        root = min(focus, default=0)
        arcs = [(root if u in focus else u, root if v in focus else v) for u, v in arcs]
    else:
        focus, root = set(), 0
    unique = list(dict.fromkeys(arcs))
    placed = ranks(len(number), list(dict.fromkeys(acyclic(len(number), unique))))
    if backward is not None:
        placed = compact(placed, arcs, backward, most, [number[f] for f in scene.focus] if flow else ())
    rank = {n.id: placed[root if number[n.id] in focus else number[n.id]] for n in scene.nodes}
    bundles = _bundles(scene.links, rank)
    return _spread(scene, rank, bundles, tiers) if tiers > 1 else (rank, bundles)


def _bundles(links: Sequence[Link], rank: dict[str, int]) -> list[Bundle]:
    """A cover of the links by stars with one label each, by few of them."""
    alike: dict[tuple[str, bool, tuple[str, ...]], list[tuple[int, int]]] = defaultdict(list)
    for i, k in enumerate(links):
        if k.source != k.target:
            side = 1 if rank[k.target] > rank[k.source] else -1
            alike[k.predicate or k.label, k.inferred, k.more].append((i, side))
    found: list[Bundle] = []
    for members in alike.values():
        outward = _stars(links, [(i, side, True) for i, side in members])
        inward = _stars(links, [(i, side, False) for i, side in members])
        both = [(i, side, way) for i, side in members for way in (True, False)]
        covers: list[list[Bundle]] = [_stars(links, both), outward, inward]
        fewest = min(covers, key=len)
        found += fewest
    return sorted(found, key=lambda b: b.links)


def _stars(links: Sequence[Link], choices: Sequence[tuple[int, int, bool]]) -> list[Bundle]:
    """Stars that cover the links of the choices (link, side, whether around its source), the largest first."""
    stars: dict[tuple[str, bool, int], dict[int, None]] = defaultdict(dict)
    for i, side, out in choices:
        stars[links[i].source if out else links[i].target, out, side if out else -side][i] = None
    degree = Counter(end for k in links for end in (k.source, k.target))
    free = {i for i, *_ in choices}
    found = []
    while free:
        key = max(stars, key=lambda s: (sum(i in free for i in stars[s]), degree[s[0]], s))
        taken = tuple(i for i in stars.pop(key) if i in free)
        found.append(Bundle(*key, taken))
        free -= set(taken)
    return found


def _spread(
    scene: Scene, rank: dict[str, int], bundles: Sequence[Bundle], tiers: int
) -> tuple[dict[str, int], list[Bundle]]:
    """Nodes that are tied to one other only, spread over several columns beside it; what lies further out makes room."""
    links = scene.links
    near: dict[str, set[str]] = defaultdict(set)
    for k in links:
        near[k.source].add(k.target)
        near[k.target].add(k.source)
    loose: dict[tuple[str, int], dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    fixed = []
    for n, b in enumerate(bundles):
        free = [i for i in b.links if len(near[member(links, b, i)]) == 1]
        for i in free:
            loose[b.hub, b.side][member(links, b, i)].append((n, i))
        if len(free) < len(b.links):
            fixed.append(replace(b, links=tuple(i for i in b.links if i not in free)))
    most = max(map(len, loose.values()), default=0)
    wide = {key: -(-tiers * len(leaves) // most) for key, leaves in loose.items() if len(leaves) >= 5 * tiers}
    # A gap of so many columns is opened on that side of each hub's rank.
    opened: Counter[tuple[int, int]] = Counter()
    for (hub, side), count in wide.items():
        opened[rank[hub], side] = max(opened[rank[hub], side], count - 1)

    def moved(r: int) -> int:
        return r + sum(n for (at, side), n in opened.items() if (side > 0 and r > at) or (side < 0 and r >= at))

    new = {n: moved(r) for n, r in rank.items()}
    found = fixed
    for (hub, side), leaves in loose.items():
        for tier, part in enumerate(_parts(bundles, leaves, wide.get((hub, side), 1))):
            found += [replace(bundles[n], tier=tier, links=members) for n, members in part]
            new |= {member(links, bundles[n], i): new[hub] + side * (tier + 1) for n, members in part for i in members}
    return new, sorted(found, key=lambda b: b.links)


def member(links: Sequence[Link], bundle: Bundle, i: int) -> str:
    """The end of a link of a bundle that is not the hub."""
    return links[i].target if bundle.outward else links[i].source


def _parts(
    bundles: Sequence[Bundle], leaves: dict[str, list[tuple[int, int]]], count: int
) -> list[list[tuple[int, tuple[int, ...]]]]:
    """Leaves cut into so many parts of about equal size, where possible between bundles: bundles with their links."""

    def first(leaf: str) -> tuple[int, int]:
        return min((-len(bundles[n].links), n) for n, _ in leaves[leaf])

    line = sorted(leaves, key=lambda leaf: (first(leaf), leaves[leaf]))
    size = len(line) / count
    cuts = [0]
    for k in range(1, count):
        ideal = k * size
        borders = [i for i in range(1, len(line)) if first(line[i]) != first(line[i - 1]) and i > cuts[-1]]
        best = min(borders, key=lambda i, ideal=ideal: abs(i - ideal), default=round(ideal))  # type: ignore[misc]
        cuts.append(best if abs(best - ideal) <= size * 0.25 else round(ideal))
    found = []
    for begin, end in pairwise([*cuts, len(line)]):
        part: dict[int, list[int]] = defaultdict(list)
        for leaf in line[begin:end]:
            for n, i in leaves[leaf]:
                part[n].append(i)
        found.append([(n, tuple(sorted(members))) for n, members in sorted(part.items())])
    return found
