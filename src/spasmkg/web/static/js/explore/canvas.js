// The canvas: what of the graph is shown, where it stands, what is chosen and what is pointed at.
import cytoscape from "../../vendor/cytoscape.js";
import { apart, clear, place, seeded } from "./place.js";

cytoscape.warnings(false); // of lines between things that somebody moved over each other

const FEW = 60; // edges, all of which can pass by the things that are not theirs
const CROWDED = 30; // edges from which their labels are shown only around what is chosen
const MOST = 700; // things and edges from which they are drawn more simply, so that they move smoothly
const HUB = 14; // edges of one thing from which not even these are shown
const MANY = 300; // things from which the layout takes fewer rounds
const LEAST_ZOOM = 0.86; // at which labels are 12 pixels high
const CROWD = 300; // things
const MARGIN = 24; // pixels that are left free at the edges

const isMany = (part) => part.nodes.length + part.edges.length > MOST;

/** A canvas in an element. `part` is what the page holds; `told` is called with (what, id) when a thing or an edge is tapped. */
export function makeCanvas(stage, part, theme, told) {
  const known = new Map(); // where each thing stood when it was last seen
  const cy = cytoscape({
    container: stage,
    elements: elements(part),
    style: part.styles[theme],
    layout: { name: "preset" },
    minZoom: 0.08,
    maxZoom: 3,
    boxSelectionEnabled: false,
    autounselectify: true,
    textureOnViewport: isMany(part),
    pixelRatio: isMany(part) ? 1 : "auto",
  });
  let width = stage.clientWidth;
  let pointed = null;
  let arrivedFrom = null;
  let chosen = "";

  const labels = () => new Map(cy.nodes().map((n) => [n.id(), n.data("label")]));
  const keep = () => cy.nodes().forEach((n) => known.set(n.id(), { ...n.position() }));

  function layout() {
    const shown = cy.elements().not(".gone");
    const many = shown.nodes().length > MANY;
    seeded(() =>
      shown
        .layout({
          name: "fcose",
          quality: "default",
          randomize: true,
          animate: false,
          fit: false,
          nodeDimensionsIncludeLabels: true,
          idealEdgeLength: shown.nodes().length > 12 ? 85 : 130,
          nodeRepulsion: many ? 60000 : 6500,
          edgeElasticity: 0.35,
          gravity: many ? 0.2 : 0.4,
          numIter: many ? 400 : 2500,
          nodeSeparation: 80,
          packComponents: true,
          tile: true,
        })
        .run(),
    );
    const at = new Map(shown.nodes().map((n) => [n.id(), { ...n.position() }]));
    apart(at, labels());
    const edges = shown.edges();
    if (edges.length <= FEW) clear(at, edges.map((e) => [e.source().id(), e.target().id()]), labels());
    cy.batch(() => at.forEach((p, id) => cy.getElementById(id).position(p)));
    keep();
  }

  function crowd() {
    const edges = cy.edges().not(".gone");
    const isCrowded = edges.length > CROWDED;
    const at = chosen ? cy.getElementById(chosen) : cy.collection();
    const around = at.isNode?.() ? at.connectedEdges().not(".gone") : at;
    const near = around.length <= HUB ? around : cy.collection();
    cy.edges().forEach((e) => void e.toggleClass("crowded", isCrowded && !near.contains(e)));
  }

  /** All of it, however small that makes it. */
  function fit() {
    const shown = cy.elements().not(".gone");
    if (!shown.length) return;
    cy.fit(shown, stage.clientWidth < 640 ? 24 : 28);
    if (cy.zoom() > 1.25) cy.zoom({ level: 1.25, renderedPosition: { x: stage.clientWidth / 2, y: stage.clientHeight / 2 } });
  }

  /**
   * All of it where its labels can be read then; else what is chosen, or where it starts, and around it what there is room for.
   * Of very many things the whole is shown: so near together, their labels would cover each other.
   */
  function view() {
    fit();
    const at = first();
    if (at && cy.nodes().not(".gone").length <= CROWD && cy.zoom() < LEAST_ZOOM) near(at, LEAST_ZOOM);
  }

  // Something in the middle, but no room left empty beyond the last thing where there is more on the other side.
  function near(some, zoom) {
    const all = cy.elements().not(".gone").boundingBox();
    const box = some.boundingBox();
    const axis = (size, low, high, middle) => {
      const half = size / zoom / 2 - MARGIN / zoom;
      const centre = high - low <= 2 * half ? (low + high) / 2 : Math.min(high - half, Math.max(low + half, middle));
      return size / 2 - centre * zoom;
    };
    cy.viewport({
      zoom,
      pan: {
        x: axis(stage.clientWidth, all.x1, all.x2, (box.x1 + box.x2) / 2),
        y: axis(stage.clientHeight, all.y1, all.y2, (box.y1 + box.y2) / 2),
      },
    });
  }

  function hide(values) {
    const gone = new Set(values);
    cy.batch(() => {
      cy.nodes().forEach((n) => void n.toggleClass("gone", gone.has(`kind:${n.data("kind")}`)));
      cy.edges().forEach((e) => {
        const hidden =
          gone.has(`relation:${e.data("predicate")}`) ||
          gone.has(`certainty:${e.data("certainty")}`) ||
          gone.has(`layer:${e.data("layer")}`) ||
          e.source().hasClass("gone") ||
          e.target().hasClass("gone");
        e.toggleClass("gone", hidden);
      });
      cy.nodes().forEach((n) => {
        if (n.data("start") || n.data("open") || n.data("end")) return;
        if (!n.connectedEdges().not(".gone").length) n.addClass("gone");
      });
      crowd();
    });
  }

  function marks(of) {
    cy.elements().toggleClass("many", isMany(of));
    cy.nodes().forEach((n) => {
      n.toggleClass("start", Boolean(n.data("start")));
      n.toggleClass("end", of.ends.includes(n.id()));
      n.toggleClass("gone", Boolean(n.data("hidden")));
    });
    cy.edges().forEach((e) => {
      e.toggleClass("path", Boolean(e.data("path")));
      e.toggleClass("gone", Boolean(e.data("hidden")));
    });
    crowd();
  }

  /** Show another part: what is in both keeps its place, what is new comes beside what it is tied to. */
  function update(next) {
    const ids = new Set([...next.nodes, ...next.edges].map((x) => x.id));
    const fresh = next.nodes.filter((n) => !cy.getElementById(n.id).length);
    keep();
    const isAnother = fresh.length === next.nodes.length;
    cy.batch(() => {
      cy.elements().forEach((e) => {
        if (!ids.has(e.id())) e.remove();
      });
      for (const x of [...next.nodes, ...next.edges]) {
        const there = cy.getElementById(x.id);
        if (there.length) there.data(x);
      }
      cy.add(elements({ nodes: fresh, edges: next.edges.filter((e) => !cy.getElementById(e.id).length) }));
    });
    if (pointed && !ids.has(pointed.id())) pointed = null;
    marks(next);
    if (isAnother) {
      layout();
      view();
      return;
    }
    const back = fresh.filter((n) => known.has(n.id));
    back.forEach((n) => cy.getElementById(n.id).position(known.get(n.id)));
    const added = fresh.filter((n) => !known.has(n.id));
    if (added.length) {
      const isAdded = new Set(added.map((n) => n.id));
      const fixed = new Map(cy.nodes().filter((n) => !isAdded.has(n.id())).map((n) => [n.id(), { ...n.position() }]));
      const things = added.map((n) => ({ id: n.id, near: cy.getElementById(n.id).neighbourhood("node").map((m) => m.id()) }));
      for (const [id, at] of place(fixed, things, labels())) cy.getElementById(id).position(at);
    }
    keep();
    reveal(fresh.map((n) => n.id));
  }

  // New things are brought into view by zooming out as far as labels can be read, then by moving to them.
  function reveal(ids) {
    const some = cy.collection(ids.map((id) => cy.getElementById(id)).filter((n) => n.length && !n.hasClass("gone")));
    if (!some.length) return;
    const box = some.renderedBoundingBox();
    if (box.x1 >= 0 && box.y1 >= 0 && box.x2 <= stage.clientWidth && box.y2 <= stage.clientHeight) return;
    if (stage.clientWidth < 640) return;
    const was = cy.zoom();
    const least = Math.min(was, LEAST_ZOOM);
    cy.fit(cy.elements().not(".gone"), 44);
    if (cy.zoom() < least) near(some.union(some.openNeighbourhood()), least);
  }

  function choose(id) {
    cy.elements(".chosen").removeClass("chosen");
    chosen = id && cy.getElementById(id).length ? id : "";
    if (chosen) cy.getElementById(chosen).addClass("chosen");
    crowd();
  }

  // ---- walking by keys ----

  function point(element) {
    pointed?.removeClass("pointed");
    pointed = element;
    pointed?.addClass("pointed");
    if (!pointed) return;
    const at = pointed.isNode() ? pointed.renderedPosition() : pointed.renderedMidpoint();
    const margin = 40;
    const dx = at.x < margin ? margin - at.x : at.x > stage.clientWidth - margin ? stage.clientWidth - margin - at.x : 0;
    const dy = at.y < margin ? margin - at.y : at.y > stage.clientHeight - margin ? stage.clientHeight - margin - at.y : 0;
    if (dx || dy) cy.panBy({ x: dx, y: dy });
    told("point", pointed.id());
  }

  function first() {
    const some = [chosen && cy.getElementById(chosen), cy.nodes(".start").not(".gone")[0], cy.nodes().not(".gone")[0]];
    return some.find((e) => e && e.length && !e.hasClass("gone")) ?? null;
  }

  /** Walk from a thing onto the line that leads most nearly that way, from a line to its end that way. */
  function walk(x, y) {
    if (!pointed || pointed.removed() || pointed.hasClass("gone")) {
      point(first());
      return;
    }
    if (pointed.isEdge()) {
      const from = arrivedFrom && pointed.connectedNodes().contains(arrivedFrom) ? arrivedFrom : pointed.source();
      const other = pointed.connectedNodes().not(from)[0] ?? from;
      const way = { x: other.position("x") - from.position("x"), y: other.position("y") - from.position("y") };
      point(way.x * x + way.y * y >= 0 ? other : from);
      return;
    }
    const here = pointed.position();
    const ways = pointed
      .connectedEdges()
      .not(".gone")
      .toArray()
      .map((edge) => {
        const other = edge.connectedNodes().not(pointed)[0] ?? pointed;
        const dx = other.position("x") - here.x;
        const dy = other.position("y") - here.y;
        return { edge, fit: (dx * x + dy * y) / (Math.hypot(dx, dy) || 1) };
      })
      .filter((w) => w.fit > 0.2)
      .sort((a, b) => b.fit - a.fit || (a.edge.id() < b.edge.id() ? -1 : 1));
    if (ways.length) {
      arrivedFrom = pointed;
      point(ways[0].edge);
    }
  }

  cy.on("tap", "node, edge", (event) => told("choose", event.target.id()));
  cy.on("tap", (event) => {
    if (event.target === cy) told("choose", "");
  });
  cy.on("dbltap", "node", (event) => told("toggle", event.target.id()));
  cy.on("mouseover", "node, edge", () => stage.classList.add("over"));
  cy.on("mouseout", "node, edge", () => stage.classList.remove("over"));
  cy.on("free", "node", keep);

  cy.startBatch();
  marks(part);
  cy.endBatch();
  layout();
  choose(part.select);
  view();

  return {
    cy, update, choose, hide, fit, view, walk, point, first,
    pointed: () => (pointed && !pointed.removed() ? pointed : null),
    layout() {
      layout();
      view();
    },
    zoom(by) {
      cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: stage.clientWidth / 2, y: stage.clientHeight / 2 } });
    },
    theme: (name) => cy.style(part.styles[name]),
    resize() {
      const was = width;
      width = stage.clientWidth;
      cy.resize();
      if (Math.abs(was - width) > 100) view(); // turned, or another window: what was in view stays so
    },
  };
}

function elements({ nodes, edges }) {
  return [...nodes.map((data) => ({ group: "nodes", data })), ...edges.map((data) => ({ group: "edges", data }))];
}
