// Where new things go: near what they are tied to, while what is there already keeps its place.
const NEAR = 120;
const ROUNDS = 90;

/** A way round the circle for each of n things, the same each time. */
export function ring(n, i, from = 0) {
  return from + (i * 2 * Math.PI) / Math.max(1, n);
}

/** How much room a thing takes with its label, in pixels. */
export function room(label) {
  const letters = Math.min(label.length, 20);
  const lines = Math.ceil(label.length / 20);
  return { w: Math.max(34, 7.4 * letters + 10), h: 38 + 17 * lines };
}

/**
 * Positions for new things. `fixed` is a map of id to {x, y} that stays as it is; `added` a list of {id, label, near},
 * where near lists the ids of its neighbours. Gives a map of id to {x, y}.
 */
export function place(fixed, added, labels) {
  const at = new Map(fixed);
  const anchors = new Map();
  for (const thing of added) {
    const anchor = thing.near.find((id) => fixed.has(id));
    const group = anchors.get(anchor) ?? [];
    group.push(thing);
    anchors.set(anchor, group);
  }
  const middle = centre([...fixed.values()]);
  let alone = 0;
  for (const [anchor, group] of anchors) {
    const here = anchor === undefined ? { x: middle.x + 300 + 240 * alone++, y: middle.y } : fixed.get(anchor);
    const away = Math.atan2(here.y - middle.y, here.x - middle.x);
    const spread = Math.min(Math.PI * 2, 0.55 * group.length);
    group.forEach((thing, i) => {
      const angle = away - spread / 2 + (spread * (i + 0.5)) / group.length;
      const far = NEAR * (1 + 0.35 * (i % 3)) * Math.max(1, group.length / 14);
      at.set(thing.id, { x: here.x + far * Math.cos(angle), y: here.y + far * Math.sin(angle) });
    });
  }
  relax(at, added, labels);
  for (const thing of added) at.set(thing.id, free(thing.id, at, labels));
  return new Map(added.map((thing) => [thing.id, at.get(thing.id)]));
}

function centre(points) {
  if (!points.length) return { x: 0, y: 0 };
  const sum = points.reduce((s, p) => ({ x: s.x + p.x, y: s.y + p.y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

// New things are pulled to their neighbours and pushed out of the boxes of all others; the old ones never move.
function relax(at, added, labels) {
  const boxes = new Map([...at.keys()].map((id) => [id, room(labels.get(id) ?? "")]));
  for (let round = 0; round < ROUNDS; round++) {
    const cool = 1 - round / ROUNDS;
    for (const thing of added) {
      const p = at.get(thing.id);
      const mine = boxes.get(thing.id);
      let dx = 0;
      let dy = 0;
      for (const id of thing.near) {
        const q = at.get(id);
        if (!q) continue;
        const length = Math.hypot(q.x - p.x, q.y - p.y) || 1;
        const pull = (0.08 * (length - NEAR)) / length;
        dx += (q.x - p.x) * pull;
        dy += (q.y - p.y) * pull;
      }
      for (const [id, q] of at) {
        if (id === thing.id) continue;
        const other = boxes.get(id);
        const x = p.x - q.x;
        const y = p.y - q.y;
        const wide = (mine.w + other.w) / 2 - Math.abs(x);
        const high = (mine.h + other.h) / 2 - Math.abs(y);
        if (wide > 0 && high > 0) {
          if (wide / mine.w < high / mine.h) dx += (x < 0 ? -1 : 1) * wide * 0.6;
          else dy += (y < 0 ? -1 : 1) * high * 0.6;
        } else {
          const square = x * x + y * y || 1;
          if (square < 90_000) {
            dx += (1500 * x) / square / 10;
            dy += (1500 * y) / square / 10;
          }
        }
      }
      const most = 40 * cool + 4;
      const size = Math.hypot(dx, dy) || 1;
      const step = Math.min(size, most) / size;
      at.set(thing.id, { x: p.x + dx * step, y: p.y + dy * step });
    }
  }
}

// The place nearest to that of a thing where it lies over no other.
function free(id, at, labels) {
  const here = at.get(id);
  const mine = room(labels.get(id) ?? "");
  const others = [...at].filter(([other]) => other !== id).map(([other, q]) => ({ ...q, ...room(labels.get(other) ?? "") }));
  const isFree = (p) => others.every((q) => Math.abs(p.x - q.x) >= (mine.w + q.w) / 2 || Math.abs(p.y - q.y) >= (mine.h + q.h) / 2);
  for (let far = 0; far <= 600; far += 15) {
    const n = far ? 16 : 1;
    for (let i = 0; i < n; i++) {
      const p = { x: here.x + far * Math.cos(ring(n, i)), y: here.y + far * Math.sin(ring(n, i)) };
      if (isFree(p)) return p;
    }
  }
  return here; // it is too full: then where it is pulled to
}

/** Things whose boxes overlap are pushed apart, by small steps, until none do or the rounds are over. Changes the map. */
export function apart(at, labels, rounds = 60) {
  const ids = [...at.keys()];
  const boxes = new Map(ids.map((id) => [id, room(labels.get(id) ?? "")]));
  const size = 180; // no box is wider
  for (let round = 0; round < rounds; round++) {
    const cells = new Map();
    for (const id of ids) {
      const p = at.get(id);
      const key = `${Math.floor(p.x / size)} ${Math.floor(p.y / size)}`;
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(id);
    }
    let moved = false;
    for (const id of ids) {
      const p = at.get(id);
      const [cx, cy] = [Math.floor(p.x / size), Math.floor(p.y / size)];
      for (let i = -1; i <= 1; i++) {
        for (let j = -1; j <= 1; j++) {
          for (const other of cells.get(`${cx + i} ${cy + j}`) ?? []) {
            if (other <= id) continue;
            const q = at.get(other);
            const [a, b] = [boxes.get(id), boxes.get(other)];
            const wide = (a.w + b.w) / 2 - Math.abs(p.x - q.x);
            const high = (a.h + b.h) / 2 - Math.abs(p.y - q.y);
            if (wide <= 0 || high <= 0) continue;
            moved = true;
            if (wide < high) {
              const step = ((p.x < q.x ? -1 : 1) * wide) / 2;
              p.x += step;
              q.x -= step;
            } else {
              const step = ((p.y < q.y ? -1 : 1) * high) / 2;
              p.y += step;
              q.y -= step;
            }
          }
        }
      }
    }
    if (!moved) return;
  }
}

/**
 * Things that stand on a line between two others are pushed off it, the line a little the other way, and all apart from each
 * other again, until none does or the rounds are over. `lines` are pairs of ids. Changes the map.
 */
export function clear(at, lines, labels, rounds = 80) {
  for (let round = 0; round < rounds; round++) {
    let moved = false;
    for (const [id, p] of at) {
      const { w, h } = room(labels.get(id) ?? "");
      const low = h - 19; // the label hangs below the thing
      const middle = (low - 19) / 2;
      for (const [from, to] of lines) {
        if (from === id || to === id) continue;
        const a = at.get(from);
        const b = at.get(to);
        const line = { x: b.x - a.x, y: b.y - a.y };
        const length = Math.hypot(line.x, line.y);
        if (!length || !crosses(a, line, p.x - w / 2, p.y - 19, p.x + w / 2, p.y + low)) continue;
        moved = true;
        const side = (line.x * (p.y + middle - a.y) - line.y * (p.x - a.x)) / length;
        const step = (side < 0 ? -1 : 1) * 6;
        for (const [point, share] of [[p, 1], [a, -0.3], [b, -0.3]]) {
          point.x -= (share * step * line.y) / length;
          point.y += (share * step * line.x) / length;
        }
      }
    }
    if (!moved) return;
    apart(at, labels, 8);
  }
}

// Whether the line from a point meets a box: the part of it that lies between two sides must also lie between the others.
function crosses(a, line, left, top, right, bottom) {
  let [first, last] = [0, 1];
  for (const [start, way, low, high] of [
    [a.x, line.x, left, right],
    [a.y, line.y, top, bottom],
  ]) {
    if (!way) {
      if (start < low || start > high) return false;
      continue;
    }
    const [s, t] = [(low - start) / way, (high - start) / way];
    first = Math.max(first, Math.min(s, t));
    last = Math.min(last, Math.max(s, t));
  }
  return first < last;
}

/** Run something with a source of chance that is the same each time, so that one address gives one picture. */
export function seeded(run) {
  const chance = Math.random;
  let state = 20261123;
  Math.random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  try {
    return run();
  } finally {
    Math.random = chance;
  }
}
