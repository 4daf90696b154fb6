// An answer as a graph. Of a graph each triple is an edge; of rows, a predicate between two things is one, else the first thing of
// a row is joined to the others by the names of their columns. The table says the same in words.
import { apart, seeded } from "./explore/place.js";
import { KINDS } from "./kinds.js";

const MOST_NODES = 40; // more is no picture
const FONT = '"Source Sans 3", sans-serif';
const LEAST_ZOOM = 0.9;
const MOST_ZOOM = 1.3;
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const DULL = new Set([TYPE, "http://www.w3.org/2000/01/rdf-schema#label"]);

/** The nodes and edges of an answer: { nodes: Map(key → { label, kind, iri }), edges: [[from, to, label]], total }. */
export function drawn({ kind, columns, rows, things, shown }) {
  const nodes = new Map();
  const edges = new Map();
  const all = new Set();
  const add = (term) => {
    const key = `${term.type} ${term.value}`;
    all.add(key);
    if (!nodes.has(key)) {
      if (nodes.size >= MOST_NODES) return null;
      const [label, what] = things[term.value] ?? ["", ""];
      nodes.set(key, { label: label || short(term.value), kind: term.type === "uri" ? what : "", iri: term.type === "uri" ? term.value : "" });
    }
    return key;
  };
  const join = (a, b, label) => {
    const [from, to] = [add(a), add(b)];
    if (from && to && from !== to) edges.set(`${from} ${label} ${to}`, [from, to, label]);
  };
  const isThing = (t) => t && t.type !== "literal";
  const isTriple = (row) => row.length >= 3 && isThing(row[0]) && row[1]?.type === "uri" && row[2] && !things[row[1].value]?.[1] && (kind === "graph" || /predicate|property|^p$|relation/i.test(columns[1]));
  for (const row of rows) {
    if (isTriple(row)) {
      if (!DULL.has(row[1].value) && (isThing(row[2]) || row[2].value.length < 60)) join(row[0], row[2], things[row[1].value]?.[0] || short(row[1].value));
      continue;
    }
    const named = row.map((t, i) => [t, columns[i]]).filter(([t]) => isThing(t) && (things[t.value]?.[1] || t.type === "bnode" || kind === "graph"));
    const used = named.length > 1 ? named : row.map((t, i) => [t, columns[i]]).filter(([t]) => isThing(t));
    for (const [other, name] of used.slice(1)) join(used[0][0], other, name.replaceAll("_", " "));
  }
  return { nodes, edges: [...edges.values()], total: all.size };
}

function short(value) {
  const name = value.split(/[/#]/).filter(Boolean).pop() ?? value;
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}

/** Draws the answer in a box; returns what takes it away. `address(iri)` is where a thing is shown. */
export async function graph(box, answer, address) {
  const { nodes, edges, total } = drawn(answer);
  const canvas = document.createElement("div");
  const status = document.createElement("p");
  const probe = document.createElement("span");
  canvas.className = "query-canvas";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Graph of the answer: ${nodes.size} things and ${edges.length} edges. The table says the same.`);
  status.className = "small muted";
  status.setAttribute("role", "status");
  status.textContent = "Loading the drawing";
  probe.hidden = true;
  const bar = document.createElement("div");
  bar.className = "query-zoom";
  bar.append(status);
  box.append(canvas, bar, probe);
  const { cytoscape } = await import("../vendor/cytoscape.js");
  if (!canvas.isConnected) return () => {};
  const colour = (name) => {
    probe.hidden = false;
    probe.className = `query-colour query-colour-${name}`;
    const found = getComputedStyle(probe).color;
    probe.hidden = true;
    return found;
  };
  const look = () => {
    const [ink, soft, paper] = ["ink", "soft", "paper"].map(colour);
    return [
      { selector: "node", style: { label: "data(label)", "font-family": FONT, "font-size": 13, color: ink, "text-outline-color": paper, "text-outline-width": 2, "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": 130, width: 18, height: 18, "background-color": colour("information"), shape: "ellipse", "border-width": 0 } },
      ...Object.entries(KINDS).map(([name, k]) => ({
        selector: `node[kind = "${name}"]`,
        style: { shape: k.shape, "background-color": k.hollow ? paper : colour(k.family), "border-color": colour(k.family), "border-width": k.hollow ? 2.5 : 0, ...(k.shape === "round-rectangle" ? { width: 26, height: 14 } : {}), ...(k.points ? { "shape-polygon-points": k.points, width: k.size[0] * 1.25, height: k.size[1] * 1.25 } : {}) },
      })),
      { selector: "edge", style: { label: "data(label)", "font-family": FONT, "font-size": 11, color: soft, "text-outline-color": paper, "text-outline-width": 2, "line-color": soft, "target-arrow-color": soft, "target-arrow-shape": "triangle", width: 1.4, "curve-style": "bezier", "text-rotation": "autorotate", "min-zoomed-font-size": 7 } },
      { selector: "node:selected", style: { "overlay-color": colour("focus"), "overlay-opacity": 0.5, "overlay-padding": 6 } },
    ];
  };
  const cy = cytoscape({
    container: canvas,
    elements: [
      ...[...nodes].map(([id, data]) => ({ data: { id, ...data } })),
      ...edges.map(([source, target, label], i) => ({ data: { id: `e${i}`, source, target, label } })),
    ],
    style: look(),
    layout: { name: "preset" },
    minZoom: 0.15,
    maxZoom: 3,
    userZoomingEnabled: false, // the page scrolls; + and − zoom
  });
  const layout = { name: "fcose", animate: false, randomize: true, quality: "proof", nodeDimensionsIncludeLabels: true, nodeRepulsion: 12_000, nodeSeparation: 90, idealEdgeLength: 120, fit: false };
  seeded(() => cy.layout(layout).run()); // the same answer gives the same picture
  const at = new Map(cy.nodes().map((n) => [n.id(), { ...n.position() }]));
  apart(at, new Map(cy.nodes().map((n) => [n.id(), n.data("label")])));
  cy.nodes().positions((n) => at.get(n.id()));
  canvas.cy = cy;
  const settle = () => {
    cy.resize();
    cy.fit(undefined, 24);
    if (cy.zoom() > MOST_ZOOM) {
      cy.zoom(MOST_ZOOM);
      cy.center();
    } else if (cy.zoom() < LEAST_ZOOM) {
      cy.zoom(LEAST_ZOOM); // so that the names can be read
      cy.center(cy.nodes().max((node) => node.degree()).ele);
    }
  };
  let width = 0;
  const sized = new ResizeObserver(() => {
    if (canvas.clientWidth !== width) settle();
    width = canvas.clientWidth;
  });
  sized.observe(canvas);
  cy.on("tap", "node", ({ target }) => tell(target));
  const tell = (node) => {
    const { label, kind, iri } = node.data();
    status.replaceChildren(`${KINDS[kind]?.word ?? "thing"}: `);
    if (iri && address(iri)) {
      const link = document.createElement("a");
      link.href = address(iri);
      link.textContent = label;
      status.append(link);
    } else status.append(label);
  };
  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const fit = () => cy.fit(undefined, 24);
  for (const [label, act] of [["Closer", () => zoom(1.25)], ["Farther", () => zoom(0.8)], ["Fit", fit]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet button-small";
    button.textContent = label;
    button.addEventListener("click", act);
    bar.append(button);
  }
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
    if (moves[event.key]) cy.panBy({ x: moves[event.key][0], y: moves[event.key][1] });
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  const counted = nodes.size < total ? `${nodes.size} of ${total} things` : `${nodes.size} things`;
  status.textContent = `${counted}, ${edges.length} edges. Drag to move. Select a thing to see its name and page.`;
  const themed = () => cy.style(look());
  const media = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("themechange", themed);
  media.addEventListener("change", themed);
  return () => {
    sized.disconnect();
    removeEventListener("themechange", themed);
    media.removeEventListener("change", themed);
    cy.destroy();
  };
}
