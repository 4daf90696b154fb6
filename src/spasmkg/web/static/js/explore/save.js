// The canvas as a file: PNG by Cytoscape, SVG written here, with the shapes that all our pictures have.
import { KINDS } from "../kinds.js";

const PLAIN = { path: "M-7 0A7 7 0 1 1 7 0A7 7 0 1 1 -7 0Z", hollow: true };

export async function png(cy, paper) {
  return cy.png({ full: true, scale: 2, bg: paper, output: "blob-promise" });
}

export function svg(cy, paper, title) {
  const shown = cy.elements().not(".gone");
  const box = shown.boundingBox();
  const [x, y, w, h] = [box.x1 - 20, box.y1 - 20, box.w + 40, box.h + 40].map((n) => Math.round(n * 10) / 10);
  const edges = shown.edges().map((e) => edge(e, paper));
  const nodes = shown.nodes().map((n) => node(n, paper));
  const words = shown.edges().map((e) => label(e, paper)).filter(Boolean);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${w} ${h}" width="${w}" height="${h}" font-family="'Source Sans 3', 'Source Sans Pro', Arial, sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${paper}"/>`,
    ...edges, ...words, ...nodes,
    "</svg>",
    "",
  ].join("\n");
}

export function escape(text) {
  // eslint-disable-next-line no-control-regex
  return String(text).replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, "\ufffd").replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

const f = (n) => Math.round(n * 10) / 10;

function curve(e) {
  const [s, t] = [e.sourceEndpoint(), e.targetEndpoint()];
  const [c] = e.controlPoints() ?? [];
  const d = c ? `M${f(s.x)} ${f(s.y)}Q${f(c.x)} ${f(c.y)} ${f(t.x)} ${f(t.y)}` : `M${f(s.x)} ${f(s.y)}L${f(t.x)} ${f(t.y)}`;
  return { d, from: c ?? s, to: t };
}

function edge(e, paper) {
  const { d, from, to } = curve(e);
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const at = (back, side) => `${f(to.x - back * Math.cos(angle) + side * Math.sin(angle))} ${f(to.y - back * Math.sin(angle) - side * Math.cos(angle))}`;
  const head = `M${f(to.x)} ${f(to.y)}L${at(9, 4)}L${at(9, -4)}Z`;
  const colour = e.style("target-arrow-color");
  const said = `<title>${escape(`${e.source().data("label")} ${e.data("label")} ${e.target().data("label")} (${e.data("inferred") ? "inferred, " : ""}${e.data("certainty")})`)}</title>`;
  if (e.data("inferred")) {
    return `<g>${said}<path d="${d}" fill="none" stroke="${colour}" stroke-width="4.4"/><path d="${d}" fill="none" stroke="${paper}" stroke-width="1.8"/><path d="${head}" fill="${paper}" stroke="${colour}" stroke-width="1.3"/></g>`;
  }
  const style = e.style("line-style");
  const dashes = style === "dotted" ? "0.1 4.5" : style === "dashed" ? String(e.style("line-dash-pattern")).replace(/,/g, " ") : "";
  const dashed = dashes ? ` stroke-dasharray="${dashes}"${style === "dotted" ? ' stroke-linecap="round"' : ""}` : "";
  return `<g>${said}<path d="${d}" fill="none" stroke="${e.style("line-color")}" stroke-width="1.6"${dashed}/><path d="${head}" fill="${colour}"/></g>`;
}

function label(e, paper) {
  if (e.hasClass("crowded")) return "";
  const at = e.midpoint();
  const [s, t] = [e.source().position(), e.target().position()];
  let turn = (Math.atan2(t.y - s.y, t.x - s.x) * 180) / Math.PI;
  if (turn > 90 || turn < -90) turn += 180;
  const place = `translate(${f(at.x)} ${f(at.y)}) rotate(${f(turn)})`;
  return `<text transform="${place}" y="4" font-size="12.5" text-anchor="middle" fill="${e.style("color")}" stroke="${paper}" stroke-width="3" paint-order="stroke">${escape(e.data("label"))}</text>`;
}

function node(n, paper) {
  const kind = KINDS[n.data("kind")] ?? PLAIN;
  const { x, y } = n.position();
  const hue = n.style("border-color");
  const scale = 1.35;
  const ring = (n.data("roles") ?? "").includes("Cause") ? `<circle r="16" fill="none" stroke="${n.style("color")}" stroke-width="1.3"/>` : "";
  const lines = wrapped(n.data("label"), 20);
  const words = lines.map((line, i) => `<text y="${28 + 16 * i}" font-size="14" font-weight="${n.hasClass("start") ? 700 : 500}" text-anchor="middle" fill="${n.style("color")}" stroke="${paper}" stroke-width="3.5" paint-order="stroke">${escape(line)}</text>`);
  return `<g transform="translate(${f(x)} ${f(y)})"><title>${escape(`${n.data("label")} (${n.data("kindLabel")})`)}</title>${ring}<path transform="scale(${scale})" d="${kind.path}" fill="${kind.hollow ? paper : hue}" stroke="${hue}" stroke-width="1.5" stroke-linejoin="round"/>${words.join("")}</g>`;
}

function wrapped(text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last && last.length + word.length >= most) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
