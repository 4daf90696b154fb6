// The explorer: each step is an address. The page of that address is fetched, its parts take the place of those that are
// here, and the canvas shows its graph; so what scripts show is what the server says without them.
import { isDark } from "../page.js";

const main = document.querySelector("main[data-explore]");
const PARTS = ["filters", "bar", "troubles", "legend", "status", "list", "panel"];
const SAYS = 300; // milliseconds after which a wait is said
const SLOW = 200; // things from which the layout takes a while
let canvas = null;
let save = null;
let part = read(document);
let waiting = null;
let stage = null;

const by = (id) => document.getElementById(id);
const current = () => new URLSearchParams(location.search);

function read(from) {
  const held = from.getElementById("graph-data");
  return held ? JSON.parse(held.textContent) : null;
}

function say(text) {
  by("said").textContent = text;
}

// ---- addresses ----

function address(change) {
  const url = new URL(main.dataset.explore, location.href);
  url.search = location.search;
  url.searchParams.delete("known");
  url.searchParams.delete("show");
  change(url.searchParams);
  url.search = url.searchParams.toString();
  return url;
}

function choosing(id) {
  return address((p) => (id ? p.set("select", id) : p.delete("select")));
}

function without(params, name, value) {
  const kept = params.getAll(name).filter((v) => v !== value);
  params.delete(name);
  kept.forEach((v) => params.append(name, v));
}

function expanding(id, isOpen) {
  return address((p) => {
    const isStart = part.nodes.some((n) => n.id === id && n.start);
    without(p, "open", id);
    without(p, "shut", id);
    if (isOpen && !isStart) p.append("open", id);
    if (!isOpen && isStart) p.append("shut", id);
  });
}

// ---- going there ----

function focusOf(active) {
  const region = PARTS.map(by).find((r) => r?.contains(active));
  if (!region || region === active) return null;
  const all = [...region.querySelectorAll("a[href], button, input:not([type=hidden])")];
  return { id: region.id, at: all.indexOf(active), name: active.name, value: active.value };
}

function focusBack(kept) {
  if (!kept || document.activeElement !== document.body) return;
  const region = by(kept.id);
  const all = [...(region?.querySelectorAll("a[href], button, input:not([type=hidden])") ?? [])];
  const same = all.find((e) => kept.value && e.name === kept.name && e.value === kept.value);
  (same ?? all[Math.min(kept.at, all.length - 1)] ?? region)?.focus({ preventScroll: true });
}

const here = () => location.pathname + location.search;
let shown = here();

function swap(id, from) {
  const [old, made] = [by(id), from.getElementById(id)];
  if (!old || !made) return;
  old.replaceChildren(...[...made.childNodes].map((n) => document.importNode(n, true)));
}

async function fetched(url, signal) {
  const answer = await fetch(url, { signal, headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Fetches a page; says so where it takes long; one at a time.
async function page(url) {
  waiting?.abort();
  const mine = (waiting = new AbortController());
  const note = document.createElement("p");
  note.className = "explore-wait";
  note.textContent = "Waiting for the server";
  const timer = setTimeout(() => by("canvas")?.append(note), SAYS);
  try {
    return await fetched(url, mine.signal);
  } catch (error) {
    if (error.name !== "AbortError") say(trouble());
    return null;
  } finally {
    clearTimeout(timer);
    note.remove();
  }
}

function trouble() {
  const box = document.createElement("div");
  box.className = "note note-danger";
  const said = document.createElement("p");
  said.textContent = "The server did not answer. What is shown has not changed. Try again.";
  box.append(said);
  by("troubles").replaceChildren(box);
  return said.textContent;
}

async function choose(id, { push = true } = {}) {
  const url = choosing(id);
  if (push && url.href !== location.href) history.pushState(null, "", url);
  shown = here();
  canvas?.choose(id);
  document.querySelectorAll("#bar input[name=select], #filters input[name=select]").forEach((i) => (i.value = id));
  const asked = new URL(url);
  asked.searchParams.set("part", "panel");
  const kept = focusOf(document.activeElement);
  const found = await page(asked);
  if (!found) return;
  by("panel").replaceChildren(...[...found.body.childNodes].map((n) => document.importNode(n, true)));
  focusBack(kept);
  if (id) say(`${told(id)} Chosen: what is known of it stands in the panel.`);
}

async function go(url, { push = true } = {}) {
  if (push && url.href !== location.href) history.pushState(null, "", url);
  shown = here();
  const kept = focusOf(document.activeElement);
  const found = await page(url);
  if (!found) return;
  const next = read(found);
  if (!next || !part || found.querySelector("main").classList.contains("explore-list") !== main.classList.contains("explore-list")) {
    location.reload(); // another kind of page: from nothing to something, or to and from the list
    return;
  }
  part = next;
  document.title = found.title;
  PARTS.forEach((id) => swap(id, found));
  dress();
  canvas?.update(part);
  canvas?.choose(part.select);
  focusBack(kept);
  say(by("status").querySelector("p").textContent);
}

// ---- what the parts do ----

function told(id) {
  const node = part.nodes.find((n) => n.id === id);
  if (node) return `${node.label}, ${node.kindLabel || "of no kind"}, ${node.near} of ${node.degree} neighbours shown${node.open ? ", expanded" : ""}.`;
  const edge = part.edges.find((e) => e.id === id);
  if (!edge) return "";
  const label = (end) => part.nodes.find((n) => n.id === end)?.label ?? end;
  return `${label(edge.source)} ${edge.label} ${label(edge.target)}, ${edge.inferred ? "inferred, " : ""}${edge.certainty}.`;
}

// What only scripts can do is shown; fields that were swapped in are made to complete.
async function dress() {
  const tools = by("tools");
  if (tools) tools.hidden = !canvas;
  for (const set of document.querySelectorAll("#filters fieldset")) {
    const more = set.querySelectorAll(".more").length;
    if (!more || set.querySelector(".all-of-it")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-link small all-of-it";
    button.textContent = `${more} more`;
    button.addEventListener("click", () => {
      set.classList.add("all");
      button.remove();
      set.querySelector(".more input").focus();
    });
    set.append(button);
  }
  const box = document.querySelector("#bar [data-combobox]");
  if (box && !box.querySelector("[role=combobox]")) (await import("../combobox.js")).attach(box);
}

function filtered(form) {
  const hide = [...form.querySelectorAll("input[type=hidden][name=hide]")].map((i) => i.value);
  let inferred = false;
  for (const box of form.querySelectorAll("input[type=checkbox]")) {
    if (box.value === "layer:inferred") inferred = box.checked;
    else if (!box.checked) hide.push(box.value);
  }
  if (inferred === part.inferred) canvas?.hide(hide);
  return address((p) => {
    p.delete("hide");
    hide.forEach((h) => p.append("hide", h));
    p.delete("inferred");
    if (inferred) p.set("inferred", "true");
  });
}

main.addEventListener("change", (event) => {
  const form = event.target.closest?.("#filter-form");
  if (form && event.target.type === "checkbox") go(filtered(form));
});

main.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.id === "filter-form") go(filtered(event.target));
  else add(event.target.querySelector("input[name=start]:not([type=hidden])").value);
});

main.addEventListener("choose", (event) => {
  if (event.target.closest("#bar")) add(event.detail.iri);
});

function add(name) {
  if (name.trim()) go(address((p) => p.append("start", name.trim())));
}

main.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const does = event.target.closest?.("[data-do]")?.dataset.do;
  if (does) tool(does);
  if (!link || link.hash || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.dataset.save && canvas && ["svg", "png"].includes(link.dataset.save)) {
    event.preventDefault();
    keep(link.dataset.save);
    return;
  }
  const url = new URL(link.href);
  const home = new URL(main.dataset.explore, location.href);
  if (link.hasAttribute("download") || url.pathname !== home.pathname || url.origin !== home.origin || !part) return;
  const isPanel = link.closest("#panel");
  if (url.searchParams.get("view") !== current().get("view")) return; // to the list and back: a page of its own
  event.preventDefault();
  if (!isPanel && !link.closest("#list")) {
    // these were made before something else was chosen
    const chosen = current().get("select");
    if (chosen) url.searchParams.set("select", chosen);
    else url.searchParams.delete("select");
  }
  const [to, from] = [url.searchParams, current()];
  const id = to.get("select") ?? "";
  to.delete("select");
  from.delete("select");
  const isChoice = to.toString() === from.toString() && (!id || [...part.nodes, ...part.edges].some((x) => x.id === id));
  if (id) to.set("select", id);
  url.search = to.toString();
  if (isChoice) choose(id);
  else go(url);
});

main.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest("#panel")) stage?.focus();
});

// Going to a place of the same page, such as past the filters, is no change of what it shows.
addEventListener("popstate", () => {
  if (here() !== shown) go(new URL(location.href), { push: false });
});

// ---- the canvas ----

function tool(name) {
  const acts = { fit: canvas.fit, in: () => canvas.zoom(1.25), out: () => canvas.zoom(0.8), layout: canvas.layout, keys };
  acts[name]?.();
}

function keys() {
  const box = by("keys");
  box.hidden = !box.hidden;
  document.querySelector("[data-do=keys]").setAttribute("aria-expanded", String(!box.hidden));
  if (!box.hidden) say(box.textContent);
}

async function keep(format) {
  save ??= await import("./save.js");
  const paper = getComputedStyle(document.body).backgroundColor;
  const name = `spasmkg-${(part.nodes.find((n) => n.start)?.id ?? "graph").replace(/[^\w-]+/g, "-")}.${format}`;
  const made = format === "png" ? await save.png(canvas.cy, paper) : new Blob([save.svg(canvas.cy, paper, document.title)], { type: "image/svg+xml" });
  save.download(made, name);
}

async function start() {
  main.classList.add("scripted");
  if (!part || main.classList.contains("explore-list")) {
    dress();
    return;
  }
  const [{ makeCanvas }, { listen, panel }] = await Promise.all([import("./canvas.js"), import("./keys.js")]);
  const holder = by("canvas");
  stage = document.createElement("div");
  stage.className = "explore-stage";
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", "Graph. Arrows walk along edges, Enter chooses, question mark lists the keys. The list view says the same.");
  holder.append(stage, panel());
  holder.classList.add("live");
  const note = document.createElement("p");
  if (part.nodes.length > SLOW) {
    note.className = "explore-wait";
    note.textContent = `Laying out ${part.nodes.length} things`;
    holder.append(note);
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  }
  canvas = makeCanvas(stage, part, isDark() ? "dark" : "light", (what, id) => {
    if (what === "choose") choose(id);
    else if (what === "toggle") go(expanding(id, !part.nodes.find((n) => n.id === id)?.open));
    else say(told(id));
  });
  note.remove();
  listen(stage, canvas, {
    choose: (id, isKey) => (isKey && current().get("select") === id ? by("panel").focus() : choose(id)),
    expand: (id) => go(expanding(id, true)),
    collapse: (id) => go(expanding(id, false)),
    path: (id) =>
      go(
        address((p) => {
          const [from, to] = [p.get("from"), p.get("to")];
          if (from && !to && from !== id) {
            p.set("to", id);
            p.delete("select");
          } else {
            p.set("from", id);
            p.delete("to");
          }
        }),
      ),
    keys,
  });
  const themed = () => canvas.theme(isDark() ? "dark" : "light");
  addEventListener("themechange", themed);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themed);
  new ResizeObserver(() => canvas.resize()).observe(stage);
  main.dataset.ready = "";
  dress();
}

start().catch((error) => {
  main.classList.remove("scripted");
  by("canvas")?.classList.remove("live");
  throw error;
});
