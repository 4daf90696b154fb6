"""A layered arrangement: nodes in columns from left to right, few crossings, no two boxes of a column overlapping.

Cells are numbered; everything is computed from their numbers, so the same input always gives the same picture.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

__all__ = ["acyclic", "compact", "isotonic", "order", "ranks", "room", "settle", "straighten"]

Arc = tuple[int, int]
_SWEEPS, _ROUNDS = 24, 36


def acyclic(count: int, arcs: Sequence[Arc]) -> list[Arc]:
    """The arcs, each turned round that would close a cycle.

    >>> acyclic(3, [(0, 1), (1, 2), (2, 0)])
    [(0, 1), (1, 2), (0, 2)]
    """
    after: dict[int, list[int]] = defaultdict(list)
    incoming = [0] * count
    for u, v in arcs:
        after[u].append(v)
        incoming[v] += 1
    begun: dict[int, int] = {}
    done: set[int] = set()
    back: set[Arc] = set()
    for root in sorted(range(count), key=lambda n: (incoming[n] > 0, incoming[n] - len(after[n]), n)):
        if root in begun:
            continue
        stack = [(root, iter(after[root]))]
        begun[root] = len(begun)
        while stack:
            u, rest = stack[-1]
            v = next(rest, -1)
            if v < 0:
                done.add(u)
                stack.pop()
            elif v not in begun:
                begun[v] = len(begun)
                stack.append((v, iter(after[v])))
            elif v not in done:
                back.add((u, v))
    return [(v, u) if (u, v) in back else (u, v) for u, v in arcs]


def ranks(count: int, arcs: Sequence[Arc]) -> list[int]:
    """A rank for each node, so that every arc leads to a higher one and few arcs are long. Arcs have no cycle.

    >>> ranks(4, [(0, 1), (1, 2), (3, 2)])
    [0, 1, 2, 1]
    """
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for u, v in arcs:
        before[v].append(u)
        after[u].append(v)
    left = [len(b) for b in before]
    ready = [n for n in range(count) if not left[n]]
    found = [0] * count
    line = []
    while ready:
        u = ready.pop()
        line.append(u)
        for v in after[u]:
            found[v] = max(found[v], found[u] + 1)
            left[v] -= 1
            if not left[v]:
                ready.append(v)
    for _ in range(count):
        moved = False
        for u in reversed(line):
            if after[u] and len(after[u]) > len(before[u]):
                aim = min(found[v] for v in after[u]) - 1
                moved |= aim != found[u]
                found[u] = aim
        for u in line:
            if before[u] and len(before[u]) >= len(after[u]):
                aim = max(found[v] for v in before[u]) + 1
                moved |= aim != found[u]
                found[u] = aim
        if not moved:
            break
    least = min(found, default=0)
    return [r - least for r in found]


def compact(
    rank: Sequence[int], arcs: Sequence[Arc], backward: float = 1.5, most: int = 99, ends: Sequence[int] = ()
) -> list[int]:
    """Ranks that make the arcs shorter in all; an arc may then lead backwards, at a price, but none stays in a rank.

    If it can be done there are no more than ``most`` ranks; else the ranks are returned as they were. Where the two
    ``ends`` are named, the first one has the lowest rank for itself and the second one the highest.

    >>> compact([0, 1, 2, 3], [(0, 1), (1, 2), (2, 3), (0, 3), (0, 3), (0, 3)])
    [1, 0, 1, 2]
    """
    top = min(max(rank, default=0), most - 1)
    found = [r * top // max(1, *rank) for r in rank] if top < max(rank, default=0) else list(rank)
    if len(ends) == 2:
        found = [min(max(r, 1), top - 1) for r in found]
        found[ends[0]], found[ends[1]] = 0, top
    open_ranks = range(1, top) if len(ends) == 2 else range(top + 1)
    ties: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for u, v in arcs:
        ties[u].append((v, 1))
        ties[v].append((u, -1))

    def price(n: int, at: int) -> float:
        total = 0.0
        for other, way in ties[n]:
            step = (found[other] - at) * way
            total += step if step > 0 else backward - step if step < 0 else 1e6
        return total

    for _ in range(20):
        moved = False
        for n in (n for n in range(len(found)) if n not in ends):
            best = min(open_ranks, key=lambda at, n=n: (price(n, at), abs(at - found[n]), at))  # type: ignore[misc]
            if price(n, best) < price(n, found[n]):
                found[n], moved = best, True
        if not moved:
            break
    if any(found[u] == found[v] for u, v in arcs):
        return list(rank)
    used = {r: i for i, r in enumerate(sorted(set(found)))}
    return [used[r] for r in found]


def room(
    column: Sequence[int], cell: int, y: Sequence[float], heights: Sequence[float], gaps: Sequence[float]
) -> tuple[float, float]:
    """Between which heights a cell can move while its neighbours stay."""
    n = column.index(cell)
    low, high = -1e9, 1e9
    if n:
        a = column[n - 1]
        low = y[a] + (heights[a] + heights[cell] + gaps[a] + gaps[cell]) / 2
    if n + 1 < len(column):
        b = column[n + 1]
        high = y[b] - (heights[b] + heights[cell] + gaps[b] + gaps[cell]) / 2
    return low, high


def straighten(
    columns: Sequence[Sequence[int]],
    chains: Sequence[Sequence[int]],
    y: list[float],
    heights: Sequence[float],
    gaps: Sequence[float],
) -> None:
    """Bring the bends of each long line to one height where there is room, keeping every order and distance.

    ``chains`` are runs of cells that should stand level, the first and last of which stay where they are.
    """
    home = {c: column for column in columns for c in column}

    for chain in chains:
        inner = list(chain[1:-1])
        before = y[chain[0]]
        while inner:
            low, high = room(home[inner[0]], inner[0], y, heights, gaps)
            run = 1
            while run < len(inner):
                least, most = room(home[inner[run]], inner[run], y, heights, gaps)
                if max(low, least) > min(high, most):
                    break
                low, high = max(low, least), min(high, most)
                run += 1
            aim = y[chain[-1]] if run == len(inner) and low <= y[chain[-1]] <= high else before
            level = min(max(aim, low), high)
            for c in inner[:run]:
                y[c] = level
            before, inner = level, inner[run:]


def order(columns: Sequence[Sequence[int]], segments: Sequence[Arc]) -> list[list[int]]:
    """The cells of each column in an order with few crossings.

    ``columns`` give the cells in the order wanted where nothing else decides; segments join neighbouring columns.
    """
    left: dict[int, list[int]] = defaultdict(list)
    right: dict[int, list[int]] = defaultdict(list)
    for u, v in segments:
        right[u].append(v)
        left[v].append(u)
    best = [list(c) for c in columns]
    fewest = _crossings(best, right)
    tried = [list(c) for c in best]
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        forward = sweep % 2 == 0
        for i in range(1, len(tried)) if forward else range(len(tried) - 2, -1, -1):
            beside = {c: n for n, c in enumerate(tried[i - 1 if forward else i + 1])}
            ties = left if forward else right
            own = {c: n for n, c in enumerate(tried[i])}
            # Of cells with the same middle the order is turned round now and then, which leads out of dead ends.
            turn = -1 if sweep % 4 > 1 else 1
            tried[i].sort(key=lambda c: (_middle([beside[x] for x in ties[c]], own[c]), turn * own[c]))
        _swap(tried, left, right)
        crossings = _crossings(tried, right)
        if crossings < fewest:
            best, fewest = [list(c) for c in tried], crossings
    return best


def _middle(places: list[int], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise


def _swap(columns: list[list[int]], left: Mapping[int, list[int]], right: Mapping[int, list[int]]) -> None:
    """Exchange neighbours in a column as long as that saves crossings."""
    place = {c: n for column in columns for n, c in enumerate(column)}
    for column in columns:
        better = True
        while better:
            better = False
            for n in range(len(column) - 1):
                a, b = column[n], column[n + 1]
                now = swapped = 0
                for ties in (left, right):
                    for x in ties[a]:
                        for y in ties[b]:
                            now += place[x] > place[y]
                            swapped += place[x] < place[y]
                if swapped < now:
                    column[n], column[n + 1] = b, a
                    place[a], place[b] = n + 1, n
                    better = True


def _crossings(columns: Sequence[Sequence[int]], right: Mapping[int, list[int]]) -> int:
    total = 0
    for here, beside in pairwise(columns):
        place = {c: n for n, c in enumerate(beside)}
        seen: list[int] = []
        for c in here:
            ends = sorted(place[x] for x in right[c])
            total += sum(len(seen) - bisect_right(seen, e) for e in ends)
            for e in ends:
                insort(seen, e)
    return total


def isotonic(wanted: Sequence[float], weights: Sequence[float], apart: Sequence[float]) -> list[float]:
    """Places as near as possible to those wanted, in order and at least so far apart.

    >>> isotonic([0.0, 0.0, 10.0], [1, 1, 1], [4, 4])
    [-2.0, 2.0, 10.0]
    """
    shift = [0.0]
    for a in apart:
        shift.append(shift[-1] + a)
    blocks: list[list[float]] = []  # sum of weighted places, weight, number of members
    for place, weight, offset in zip(wanted, weights, shift, strict=True):
        blocks.append([(place - offset) * weight, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            s, w, n = blocks.pop()
            blocks[-1][0] += s
            blocks[-1][1] += w
            blocks[-1][2] += n
    found = [s / w for s, w, n in blocks for _ in range(int(n))]
    return [place + offset for place, offset in zip(found, shift, strict=True)]


def settle(
    columns: Sequence[Sequence[int]],
    segments: Sequence[tuple[int, int, float]],
    heights: Sequence[float],
    gaps: Sequence[float],
    drawn: Collection[int] = (),
) -> list[float]:
    """The middle of each cell on the vertical axis: near what it is tied to, clear of its neighbours.

    A segment has a weight; the gap of a cell is kept free above and below it (half of it from each side). Cells that
    are ``drawn`` to the middle at first leave no needless gaps.
    """
    ties: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for u, v, weight in segments:
        ties[u].append((v, weight))
        ties[v].append((u, weight))
    y = [0.0] * len(heights)
    apart = [[(heights[a] + heights[b] + gaps[a] + gaps[b]) / 2 for a, b in pairwise(column)] for column in columns]
    for column, spaces in zip(columns, apart, strict=True):
        at = -sum(spaces) / 2
        for c, space in zip(column, [*spaces, 0.0], strict=True):
            y[c] = at
            at += space
    for turn in range(_ROUNDS):
        pull = 0.05 if turn < _ROUNDS * 2 // 3 else 0.0
        middle = sum(y) / max(1, len(y))
        every = list(zip(columns, apart, strict=True))
        for column, spaces in every if turn % 2 else reversed(every):
            weights = [sum(w for _, w in ties[c]) or 0.01 for c in column]
            wanted = [
                sum(w * y[x] for x, w in ties[c]) / total if ties[c] else y[c]
                for c, total in zip(column, weights, strict=True)
            ]
            if pull:
                wanted = [
                    w * (1 - pull) + pull * middle if c in drawn else w for c, w in zip(column, wanted, strict=True)
                ]
            for c, place in zip(column, isotonic(wanted, weights, spaces), strict=True):
                y[c] = place
    # What stands left of a gap between columns moves as a whole, to where its lines over the gap climb least.
    where = {c: i for i, column in enumerate(columns) for c in column}
    for i in range(1, len(columns)):
        over = [y[v] - y[u] for u, v, _ in segments if where[v] == i]
        shift = sum(over) / len(over) if over else 0.0
        for c in (c for column in columns[:i] for c in column):
            y[c] += shift
    return y
