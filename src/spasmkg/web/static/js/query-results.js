// The answer on the page: a table in pages that can be sorted, a graph, a chart. The server makes the rows as HTML, escaped;
// here they are only put in order.
import { chart, charted } from "./query-chart.js";

const SIZES = [50, 200, 1000];
const NUMBER = /#(?:integer|decimal|double|float)$/;

const element = (name, values = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(values)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((c) => c !== "" && c !== undefined));
  return made;
};
export { element };

export function results(page) {
  const parts = Object.fromEntries(["tabs", "line", "notes", "view"].map((name) => [name, document.getElementById(`query-${name}`)]));
  let answer = null;
  let order = [];
  let sorted = { column: -1, down: false };
  let first = 0;
  let size = SIZES[0];
  let view = "table";
  let drawn = null; // the graph that is on the page

  // ---- the sentence and the notes ----

  function line(says, downloads = []) {
    const place = element("span", { class: "end" }, ...downloads);
    const [bold, ...rest] = says;
    parts.line.firstElementChild.replaceChildren(
      ...(bold ? [element("b", {}, bold), ...rest.map((part) => element("span", {}, part))] : []),
      ...(downloads.length ? [place] : []),
    );
  }

  function note(level, strong, text, ...more) {
    parts.notes.append(element("div", { class: `note note-${level}` }, element("p", {}, element("b", {}, strong), ` ${text}`), ...more));
  }

  // ---- views ----

  function views() {
    if (!answer || !["rows", "graph"].includes(answer.kind) || !answer.rows.length) return [];
    const found = [["table", "Table"]];
    if (drawable(answer)) found.push(["graph", "Graph"]);
    if (charted(answer)) found.push(["chart", "Chart"]);
    return found;
  }

  function tabs() {
    const all = views();
    parts.tabs.hidden = all.length < 2;
    parts.tabs.replaceChildren(...all.map(([name, label]) => element("button", {
      type: "button", role: "tab", id: `query-tab-${name}`, "aria-selected": String(name === view), "aria-controls": "query-view",
      tabindex: name === view ? "0" : "-1", onclick: () => turn(name, true),
    }, label)));
    if (all.length > 1) {
      parts.view.setAttribute("role", "tabpanel");
      parts.view.setAttribute("aria-labelledby", `query-tab-${view}`);
    } else for (const name of ["role", "aria-labelledby"]) parts.view.removeAttribute(name);
  }
  parts.tabs.addEventListener("keydown", (event) => arrows(event, parts.tabs));

  function turn(name, focus = false) {
    view = views().some(([v]) => v === name) ? name : "table";
    tabs();
    if (focus) document.getElementById(`query-tab-${view}`)?.focus();
    page.turned(view);
    draw();
  }

  async function draw() {
    drawn?.();
    drawn = null;
    parts.view.classList.remove("is-old");
    if (!answer) return;
    if (answer.kind === "truth") parts.view.replaceChildren(element("p", { class: "lede" }, answer.truth ? "Yes: the data hold this." : "No: the data do not hold this."));
    else if (answer.kind === "problem") parts.view.replaceChildren(element("p", { class: "muted gap" }, "No answer yet: the query was not run."));
    else if (!answer.rows.length) parts.view.replaceChildren(element("p", { class: "gap" }, "Nothing in the data fits the query."));
    else if (view === "graph") {
      const shown = answer;
      const box = element("div");
      parts.view.replaceChildren(box);
      const { graph } = await import("./query-graph.js");
      if (answer === shown && view === "graph") drawn = await graph(box, shown, page.address);
    } else if (view === "chart") parts.view.replaceChildren(chart(answer, parts.view.clientWidth));
    else table();
  }

  matchMedia("(max-width: 640px)").addEventListener("change", () => {
    if (view === "chart") draw();
  });

  // ---- the table ----

  function sort(column) {
    sorted = { column, down: sorted.column === column ? !sorted.down : false };
    const keys = answer.rows.map((row) => keyOf(row[column], answer.things));
    const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
    order = answer.rows.map((_, i) => i);
    order.sort((a, b) => {
      const [x, y] = [keys[a], keys[b]];
      if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1; // what has no value stays at the end
      const way = typeof x === "number" && typeof y === "number" ? x - y : compare(String(x), String(y));
      return (sorted.down ? -way : way) || a - b;
    });
    first = 0;
    table();
    parts.view.querySelectorAll("thead button")[column]?.focus();
  }

  function table() {
    const heads = answer.heads.map(([name, kind], i) => element("th", {
      role: "columnheader", scope: "col", class: kind || undefined, "aria-sort": sorted.column === i ? (sorted.down ? "descending" : "ascending") : "none",
    }, element("button", { type: "button", onclick: () => sort(i) }, name, element("span", { class: "query-sort", "aria-hidden": "true" }, sorted.column === i ? (sorted.down ? "▼" : "▲") : ""))));
    const body = element("tbody", { role: "rowgroup" });
    body.innerHTML = order.slice(first, first + size).map((i) => answer.shown[i]).join("\n"); // HTML of our server, escaped there
    const made = element("table", { class: "table stack seen", role: "table", id: "query-table" },
      element("caption", { class: "hidden-text" }, "Answer of the query"),
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)), body);
    const scroll = element("div", { class: "scroll", id: "query-scroll", tabindex: "0", role: "region", "aria-label": "Table of the answer" }, made);
    scroll.addEventListener("keydown", (event) => {
      if (event.target !== scroll) return;
      const step = { PageDown: size, PageUp: -size, Home: -first, End: lastPage() - first }[event.key];
      if (step === undefined || order.length <= size) return;
      event.preventDefault();
      go(Math.min(lastPage(), Math.max(0, first + step)), true);
    });
    parts.view.replaceChildren(scroll, ...(order.length > SIZES[0] ? [pager()] : []));
  }

  const lastPage = () => Math.floor((order.length - 1) / size) * size;

  function go(to, focus) {
    first = to;
    table();
    if (focus) document.getElementById("query-scroll").focus({ preventScroll: true });
    document.getElementById("query-answer").scrollIntoView({ block: "start" });
  }

  function pager() {
    const number = (n) => n.toLocaleString("en");
    const button = (label, to, on) => element("button", { type: "button", class: "button button-link", disabled: !on, onclick: () => go(to, true) }, label);
    const select = element("select", { class: "input", id: "query-size", onchange: (event) => {
      size = Number(event.target.value);
      first = 0;
      table();
      document.getElementById("query-size").focus();
    } }, ...SIZES.filter((n, i) => !i || SIZES[i - 1] < order.length).map((n) => element("option", { value: n, selected: n === size }, String(n))));
    return element("nav", { class: "pager", "aria-label": "Pages of the answer" },
      element("span", { class: "muted" }, `Rows ${number(first + 1)} to ${number(Math.min(first + size, order.length))} of ${answer.complete ? "" : "the first "}${number(order.length)}`),
      button(`Previous ${size}`, Math.max(0, first - size), first > 0), button(`Next ${size}`, first + size, first + size < order.length),
      button("Last", lastPage(), first < lastPage()),
      element("span", { class: "row query-size" }, element("label", { for: "query-size" }, "Rows"), element("span", { class: "select" }, select)));
  }

  return {
    /** Shows an answer as the server gave it. */
    show(found, { wanted = view, redraw = true } = {}) {
      answer = found;
      order = (found.rows ?? []).map((_, i) => i);
      sorted = { column: -1, down: false };
      first = 0;
      parts.notes.replaceChildren();
      line(found.says, page.downloads(found));
      if (found.kind === "problem" && !found.problem.line) note("danger", "Not answered.", said(found.problem));
      if (found.kind !== "problem" && !found.complete) cut();
      view = views().some(([v]) => v === wanted) ? wanted : "table";
      tabs();
      if (redraw || view !== "table" || order.length) draw();
    },
    /** The rows on the page are those of another query, or of one that did not finish. */
    old() {
      if (answer) parts.view.classList.add("is-old");
    },
    fresh: () => parts.view.classList.remove("is-old"),
    note,
    clearNotes: () => parts.notes.replaceChildren(),
    turn,
    get view() {
      return view;
    },
    get answer() {
      return answer;
    },
    element,
  };

  function cut() {
    const [csv] = page.downloads(answer);
    csv.textContent = answer.kind === "graph" ? "Download all triples, Turtle" : "Download all rows, CSV";
    csv.className = "button button-quiet button-small";
    note("warn", "Cut for display.", `The page stops at ${answer.rows.length.toLocaleString("en")} ${answer.kind === "graph" ? "triples" : "rows"}. A download runs the query again without this cut.`,
      element("div", { class: "row gap-s" }, csv));
  }
}

export function said({ detail }) {
  return `${detail.slice(0, 1).toUpperCase()}${detail.slice(1)}${/[.!?]$/.test(detail) ? "" : "."}`;
}

/** Arrow keys move between tabs. */
export function arrows(event, list) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = [...list.querySelectorAll("[role=tab]")];
  const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
  event.preventDefault();
  next?.click();
}

function keyOf(term, things) {
  if (!term) return null;
  if (term.type === "uri") return things[term.value]?.[0] || term.value;
  return NUMBER.test(term.datatype ?? "") ? Number(term.value) : term.value;
}

/** Whether at least one row has two things, so that a line can be drawn between them. */
function drawable({ rows }) {
  return rows.some((row) => row.filter((t) => t && t.type !== "literal").length > 1 || (row.length === 3 && row[1]?.type === "uri" && row[0]?.type === "uri"));
}
