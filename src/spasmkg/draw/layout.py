"""Where everything stands: boxes for nodes and labels that never overlap, and lines that keep clear of them.

Nodes, labels and the bends of long lines are cells in columns; lines change their height only between columns, where
no cell is, so no line runs through a label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from spasmkg.draw.layers import order, room, settle, straighten
from spasmkg.draw.parts import Arrow, Box, Label, Layout, Mark, Stroke, Words
from spasmkg.draw.plan import Bundle, components, member, plan
from spasmkg.draw.scene import Link, Node, Scene
from spasmkg.draw.text import REGULAR, SEMIBOLD
from spasmkg.draw.text import lines as broken
from spasmkg.draw.text import width as measured

__all__ = ["arrange"]

NODE_SIZE, FOCUS_SIZE, LABEL_SIZE = 14.0, 17.0, 13.0
GLYPH, RING, AIR = 21.0, 26.0, 6.0
ARROW = 9.0
WIDE = 1300.0
NODE_LANE, LABEL_LANE = 24.0, 5.0
"""How far lines run straight beside a column: an arrow head and a dash or two fit beside a node."""


def arrange(scene: Scene, aspect: float = 1.35) -> Layout:
    """A layout of the scene whose width is about ``aspect`` times its height, where what it shows allows that."""
    number = {id(k): i for i, k in enumerate(scene.links)}
    placed = []
    for part in components(scene):
        numbers = [number[id(k)] for k in part.links]
        placed.append(_renumbered(_best(part, aspect), numbers))
    return placed[0] if len(placed) == 1 else _packed(placed, aspect)


def _best(scene: Scene, aspect: float) -> Layout:
    """The best of several plans: of about the shape wanted, and small enough to be read on a page."""
    most = 1 if len(scene.nodes) < 14 else 3 if len(scene.nodes) < 60 else 6
    first = [(tiers, backward, 99) for tiers in range(1, most + 1) for backward in (None, 1.5, 0.25)]
    tried: list[tuple[dict[str, int], list[Bundle]]] = []
    found: list[tuple[float, Layout]] = []

    def attempt(tiers: int, backward: float | None, ranks: int) -> None:
        planned = plan(scene, tiers, backward, ranks)
        if planned not in tried:
            tried.append(planned)
            made = _Sheet(scene, *planned).layout()
            found.append((_badness(made, aspect), made))

    for choice in first[:1] if scene.flow else first:
        attempt(*choice)
    if min(found, key=lambda f: f[0])[1].width > WIDE:
        for ranks in range(3, min(9, 1 + max(tried[0][0].values()))):
            attempt(1, 1.5 if scene.flow else 0.25, ranks)
    return min(found, key=lambda f: f[0])[1]


def _badness(made: Layout, aspect: float) -> float:
    high = made.height + 110
    shape = made.width / high
    misfit = max(1.0, shape / 1.8, 0.8 / shape) * max(1.0, made.width / WIDE) ** 0.5
    return float(misfit * max(shape / aspect, aspect / shape) ** 0.15 * (made.width * high) ** 0.5)


def _renumbered(layout: Layout, numbers: Sequence[int]) -> Layout:
    return replace(
        layout,
        labels=tuple(replace(x, links=tuple(numbers[i] for i in x.links)) for x in layout.labels),
        strokes=tuple(replace(x, links=tuple(numbers[i] for i in x.links)) for x in layout.strokes),
    )


def _packed(parts: Sequence[Layout], aspect: float) -> Layout:
    """Parts on shelves, the widths of shelves chosen so that the whole has about the shape wanted."""
    space = 40.0
    widest = max(p.width for p in parts)
    area = sum((p.width + space) * (p.height + space) for p in parts)
    best: tuple[float, list[tuple[float, float]], float, float] | None = None
    for step in range(12):
        limit = max(widest, (area * aspect) ** 0.5 * (0.75 + 0.08 * step))
        x = y = deep = wide = 0.0
        places = []
        for p in parts:
            if x and x + p.width > limit:
                x, y, deep = 0.0, y + deep + space, 0.0
            places.append((x, y))
            x, deep = x + p.width + space, max(deep, p.height)
            wide = max(wide, x - space)
        shape = wide / (y + deep)
        fit = max(shape / aspect, aspect / shape) * (1 + (wide * (y + deep)) / area * 0.2)
        if best is None or fit < best[0]:
            best = fit, places, wide, y + deep
    assert best is not None
    moved = [(p, *at) for p, at in zip(parts, best[1], strict=True)]
    return Layout(
        best[2],
        best[3],
        tuple(m.moved(dx, dy) for p, dx, dy in moved for m in p.marks),
        tuple(x.moved(dx, dy) for p, dx, dy in moved for x in p.labels),
        tuple(x.moved(dx, dy) for p, dx, dy in moved for x in p.strokes),
    )


class _Sheet:
    """One connected scene on its way to a layout."""

    def __init__(self, scene: Scene, rank: dict[str, int], bundles: list[Bundle]) -> None:
        self.scene = scene
        self.rank, self.bundles = rank, bundles
        self.width: list[float] = []
        self.height: list[float] = []
        self.gap: list[float] = []
        self.column: list[int] = []
        self.segments: list[tuple[int, int, float]] = []  # cells in neighbouring columns, left one first
        self.cell: dict[str, int] = {}
        self.label_cell: list[int] = []
        self.lines: dict[int, list[str]] = {}
        self.chains: list[tuple[list[int], Stroke]] = []
        self.loops = {n.id: [i for i, k in enumerate(scene.links) if k.source == k.target == n.id] for n in scene.nodes}
        self._cells()
        self._ties()

    # ---- cells ----

    def _new(self, column: int, width: float, height: float, gap: float) -> int:
        self.column.append(column)
        self.width.append(width)
        self.height.append(height)
        self.gap.append(gap)
        return len(self.column) - 1

    def _cells(self) -> None:
        ends: dict[tuple[str, int], int] = defaultdict(int)
        links = self.scene.links
        for b in self.bundles:
            ends[b.hub, b.side] += 1
            for i in b.links:
                ends[member(links, b, i), -b.side] += 1
        self.ends = ends
        for n in self.scene.nodes:
            focus = n.id in self.scene.focus
            size, weight = (FOCUS_SIZE, SEMIBOLD) if focus else (NODE_SIZE, REGULAR)
            lines = broken(_caption(n), size, 190, weight)
            ports = max(ends[n.id, 1], ends[n.id, -1])
            wide = (RING if "Cause" in n.roles else GLYPH) + AIR + max(measured(t, size, weight) for t in lines)
            high = max(28.0 if "Cause" in n.roles else 24.0, len(lines) * size * 1.22)
            high = max(high, 9.0 * min(ports, 24) if not focus else 0)
            if focus:
                wide, high = wide + 28, max(high + 22, 8.0 * min(ports, 30) + 14)
            high += 2 * 24 * len(self.loops[n.id])
            wide = max([wide, *(measured(links[i].label, LABEL_SIZE) + 44 for i in self.loops[n.id])])
            cell = self._new(2 * self.rank[n.id], wide, high, 12 if focus else 7)
            self.cell[n.id], self.lines[cell] = cell, lines
        for b in self.bundles:
            link = links[b.links[0]]
            lines = [t for line in (link.label, *link.more) for t in broken(line, LABEL_SIZE, 130)]
            wide = max(measured(t, LABEL_SIZE) for t in lines) + 10
            column = 2 * self.rank[b.hub] + b.side * (1 + 2 * b.tier)
            cell = self._new(column, wide, len(lines) * 16.0 + 2, 8)
            self.label_cell.append(cell)
            self.lines[cell] = lines

    def _ties(self) -> None:
        """Segments and the chains of cells that each line runs through."""
        links = self.scene.links
        for b, label in zip(self.bundles, self.label_cell, strict=True):
            every = [self.scene.links[i] for i in b.links]
            sure = {k.certainty for k in every}
            stem = Stroke(b.links, (), sure.pop() if len(sure) == 1 else "mixed", every[0].inferred)
            alone = self.ends[b.hub, 1] + self.ends[b.hub, -1] == 1
            self.chains.append((self._chain(self.cell[b.hub], label, 2.0 if alone else 0.002), stem))
            for i, k in zip(b.links, every, strict=True):
                branch = Stroke((i,), (), k.certainty, k.inferred)
                self.chains.append((self._chain(label, self.cell[member(links, b, i)], 2.0), branch))

    def _chain(self, start: int, end: int, weight: float) -> list[int]:
        step = 1 if self.column[end] > self.column[start] else -1
        between = range(self.column[start] + step, self.column[end], step)
        chain = [start, *(self._new(c, 0.0, 4.0, 9) for c in between), end]
        for a, z in pairwise(chain):
            pair = (a, z) if step > 0 else (z, a)
            bend = sum(self.width[c] == 0 for c in pair)
            self.segments.append((*pair, weight * (1, 3, 8)[bend]))
        return chain

    # ---- places ----

    def layout(self) -> Layout:
        columns = self._columns()
        columns = order(columns, [(u, v) for u, v, _ in self.segments])
        self.y = settle(columns, self.segments, self.height, self.gap, set(self.cell.values()))
        self._level(columns)
        top = min(y - h / 2 for y, h in zip(self.y, self.height, strict=True))
        self.y = [round(y - top, 1) for y in self.y]
        self._widths(columns)
        self._ports()
        marks = tuple(self._mark(n) for n in self.scene.nodes)
        labels = [self._label(b, c) for b, c in zip(self.bundles, self.label_cell, strict=True)]
        strokes = [self._stroke(chain, s) for chain, s in self.chains]
        for mark in marks:
            for turn, i in enumerate(self.loops[mark.node.id]):
                label, stroke = self._loop(mark, i, turn)
                labels.append(label)
                strokes.append(stroke)
        high = max(y + h / 2 for y, h in zip(self.y, self.height, strict=True))
        return Layout(self.right[-1], high, marks, tuple(labels), tuple(strokes))

    def _level(self, columns: Sequence[Sequence[int]]) -> None:
        """Straighten lines: the label of a single link stands level with the other end, then long lines run level."""
        self.place = {c: i for i, column in enumerate(columns) for c in column}
        self._ports()
        alone = []
        for (chain, stroke), label in ((c, c[0][0]) for c in self.chains if c[0][0] in self.label_cell):
            if sum(c[0] == label for c, _ in self.chains) == 1:
                number = next(n for n, (c, _) in enumerate(self.chains) if c is chain)
                alone.append((label, self.port[number, chain[-1]], stroke))
        for label, aim, _ in alone:
            kept, self.y[label] = self.y[label], self.y[label]
            low, high = room(columns[self.place[label]], label, self.y, self.height, self.gap)
            self.y[label] = min(max(aim, low), high) if abs(aim - kept) < 40 else kept
        straighten(columns, [c for c, _ in self.chains if len(c) > 2], self.y, self.height, self.gap)

    def _columns(self) -> list[list[int]]:
        """The cells of each column, in the order in which a walk from the best tied node meets them."""
        near: dict[int, list[int]] = defaultdict(list)
        for chain, _ in self.chains:
            for a, z in pairwise(chain):
                near[a].append(z)
                near[z].append(a)
        start = max((self.cell[n.id] for n in self.scene.nodes), key=lambda c: (len(near[c]), -c))
        focus = [self.cell[f] for f in self.scene.focus if f in self.cell]
        met: dict[int, None] = {}
        stack = [*reversed(focus), start] if not focus else list(reversed(focus))
        while stack:
            c = stack.pop()
            if c not in met:
                met[c] = None
                stack += [x for x in reversed(near[c]) if x not in met]
        first, last = min(self.column), max(self.column)
        found: list[list[int]] = [[] for _ in range(first, last + 1)]
        for c in met:
            found[self.column[c] - first].append(c)
        return found

    def _widths(self, columns: Sequence[Sequence[int]]) -> None:
        """The left and right edge of every column; steeper lines get more room between."""
        place = {c: i for i, column in enumerate(columns) for c in column}
        steep = [0.0] * len(columns)
        for u, v, _ in self.segments:
            steep[place[u]] = max(steep[place[u]], abs(self.y[u] - self.y[v]))
        node_cells = set(self.cell.values())
        x, self.left, self.right, self.lane = 0.0, [], [], []
        for i, column in enumerate(columns):
            self.left.append(x)
            x += max((self.width[c] for c in column), default=0.0)
            self.right.append(x)
            lanes = [NODE_LANE if node_cells & set(c) else LABEL_LANE for c in columns[i : i + 2]]
            self.lane.append(lanes[0])
            x += sum(lanes) + min(84.0, 24.0 + 0.17 * steep[i])
        self.place = place
        leftward = {v for _, v, _ in self.segments}
        rightward = {u for u, _, _ in self.segments}
        self.x: list[float] = [0.0] * len(self.width)
        for c, w in enumerate(self.width):
            i = place[c]
            room = self.right[i] - self.left[i] - w
            node = c in node_cells and not self._is_focus(c)
            share = 0.0 if node and c in leftward else 1.0 if node and c in rightward else 0.5
            self.x[c] = round(self.left[i] + room * share, 1)

    def _ports(self) -> None:
        """The height at which each line leaves a node: spread over its side in the order of the other ends."""
        at: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
        for i, (chain, _) in enumerate(self.chains):
            for mine, other in ((chain[0], chain[1]), (chain[-1], chain[-2])):
                at[mine, 1 if self.place[other] > self.place[mine] else -1].append((self.y[other], i))
        self.port: dict[tuple[int, int], float] = {}
        labels = set(self.label_cell)
        for (cell, _), lines in at.items():
            count = len(lines)
            room = 0.0 if cell in labels else self.height[cell] - (22 if self._is_focus(cell) else 8)
            pitch = min(12.0 if self._is_focus(cell) else 9.0, room / (count - 1)) if count > 1 else 0.0
            for n, (_, i) in enumerate(sorted(lines)):
                self.port[i, cell] = round(self.y[cell] + (n - (count - 1) / 2) * pitch, 1)

    def _is_focus(self, cell: int) -> bool:
        return any(self.cell.get(f) == cell for f in self.scene.focus)

    def _turned(self, n: Node) -> bool:
        """Whether the glyph stands to the right of its words, next to the lines."""
        return bool(self.ends[n.id, 1]) and not self.ends[n.id, -1] and n.id not in self.scene.focus

    def _mark(self, n: Node) -> Mark:
        cell = self.cell[n.id]
        focus = n.id in self.scene.focus
        size, weight = (FOCUS_SIZE, SEMIBOLD) if focus else (NODE_SIZE, REGULAR)
        glyph = RING if "Cause" in n.roles else GLYPH
        x, y, w = self.x[cell], self.y[cell], self.width[cell]
        frame = None
        loops = 48 * len(self.loops[n.id])
        if focus:
            h = self.height[cell] - loops
            frame, x, w = Box(x, y - h / 2, w, h), x + 14, w - 28
        lines = self.lines[cell]
        step = size * 1.22
        words = []
        for row, line in enumerate(lines):
            wide = measured(line, size, weight)
            start = x + w - glyph - AIR - wide if self._turned(n) else x + glyph + AIR
            top = y + (row - len(lines) / 2) * step
            words.append(Words(line, Box(start, top, wide, step), size, weight))
        middle = x + w - glyph / 2 if self._turned(n) else x + glyph / 2
        return Mark(n, middle, y, tuple(words), frame)

    def _label(self, b: Bundle, cell: int) -> Label:
        lines = self.lines[cell]
        words = []
        for row, line in enumerate(lines):
            wide = measured(line, LABEL_SIZE)
            left = self.x[cell] + (self.width[cell] - wide) / 2
            words.append(Words(line, Box(left, self.y[cell] + (row - len(lines) / 2) * 16, wide, 16), LABEL_SIZE))
        return Label(b.links, tuple(words), self.scene.links[b.links[0]].inferred)

    # ---- lines ----

    def _stroke(self, chain: Sequence[int], stroke: Stroke) -> Stroke:
        i = next(n for n, (c, _) in enumerate(self.chains) if c is chain)
        toward = 1 if self.place[chain[-1]] > self.place[chain[0]] else -1
        links: list[Link] = [self.scene.links[n] for n in stroke.links]
        labels = set(self.label_cell)
        points: list[tuple[float, float]] = []
        arrow = None
        for n, c in enumerate(chain):
            column = self.place[c]
            near, far = self.left[column] - self.lane[column], self.right[column] + self.lane[column]
            if toward < 0:
                near, far = far, near
            y = self.port.get((i, c), self.y[c])
            if n == 0:
                side = self._edge(c, toward)
                points += [(side, y), (far, y)]
            elif n < len(chain) - 1:
                points += [(near, y), (far, y)]
            else:
                points += [(near, y), (self._edge(c, -toward), y)]
        for end, c in ((0, chain[0]), (-1, chain[-1])):
            if c in labels:
                continue
            pointed = [k.target for k in links] if c in (self.cell[k.target] for k in links) else []
            if pointed and all(self.cell[p] == c for p in pointed):
                x, y = points[end]
                way = -toward if end == 0 else toward
                arrow = Arrow(x - 2.0 * way, y, way)
                points[end] = (x - (2.0 + ARROW * 0.8) * way, y)
        return replace(stroke, points=tuple(points), arrow=arrow)

    def _edge(self, cell: int, side: int) -> float:
        """Where the box of a cell ends on a side."""
        inset = 3.0 if cell in self.lines and not self._is_focus(cell) and cell not in self.label_cell else 0.0
        return self.x[cell] + self.width[cell] + inset if side > 0 else self.x[cell] - inset

    def _loop(self, mark: Mark, i: int, turn: int) -> tuple[Label, Stroke]:
        link = self.scene.links[i]
        cell = self.cell[mark.node.id]
        low = self.y[cell] + self.height[cell] / 2 - 24 * (len(self.loops[mark.node.id]) - turn)
        way = -1 if self._turned(mark.node) else 1
        wide = measured(link.label, LABEL_SIZE)
        start = mark.x + 26 if way > 0 else mark.x - 26 - wide
        words = Words(link.label, Box(start, low + 8, wide, 16), LABEL_SIZE)
        points = ((mark.x, low + 8), (mark.x, low + 16), (mark.x + 22 * way, low + 16))
        return (
            Label((i,), (words,), link.inferred),
            Stroke((i,), points, link.certainty, link.inferred, Arrow(mark.x, low + 1, 0)),
        )


def _caption(n: Node) -> str:
    return f"{n.label} ({n.count})" if n.count else n.label
