// A search field that completes: the editable combobox with a list of the ARIA Authoring Practices.
// In a field with data-goes a choice opens its page; elsewhere it fills the field and sends the event "choose".
import { KINDS, OTHER } from "./kinds.js";

const SPASM = "https://w3id.org/spasmkg/";
const WAIT = 120;
const MOST = 8;
const WHY = { narrow: "a narrower name", broad: "a broader name", related: "a related name" };

let made = 0;

export function attach(box, { most = MOST } = {}) {
  const input = box.querySelector("input");
  const form = input.form;
  const list = document.createElement("ul");
  const pop = document.createElement("div");
  const status = document.createElement("p");
  const id = `list-${++made}`;
  let rows = [];
  let active = -1;
  let waiting = 0;
  let asked = null;

  list.id = id;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Matches");
  pop.className = "completion";
  pop.hidden = true;
  status.className = "completion-end";
  status.setAttribute("role", "status");
  pop.append(list, status);
  box.append(pop);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" }))
    input.setAttribute(name, value);

  const isOpen = () => !pop.hidden;

  function close() {
    pop.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(to) {
    active = to;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(row) {
    close();
    if ("goes" in box.dataset) {
      location.assign(row.address);
      return;
    }
    input.value = row.label;
    box.dispatchEvent(new CustomEvent("choose", { bubbles: true, detail: row }));
  }

  function show(found, total, text) {
    rows = found;
    list.replaceChildren(...rows.map((row, i) => option(row, `${id}-${i}`, text)));
    [...list.children].forEach((item, i) => {
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => choose(rows[i]));
    });
    status.textContent = rows.length
      ? `${rows.length} of ${total} ${total === 1 ? "match" : "matches"}${"goes" in box.dataset ? ". Enter without a choice shows all." : ""}`
      : `No name is like “${text}”.`;
    active = -1;
    pop.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  async function ask() {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) {
      close();
      return;
    }
    asked = new AbortController();
    const query = new URLSearchParams({ q: text, limit: String(most) });
    if (box.dataset.kind) query.set("kind", box.dataset.kind);
    try {
      const answer = await fetch(`${box.dataset.combobox}?${query}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (document.activeElement !== input) return;
      const base = box.dataset.combobox.replace(/\/api\/search$/, "");
      const found = told.rows.map((r) => ({
        iri: r.entity,
        label: r.entity_label,
        kind: r.kind,
        matched: r.matched,
        why: r.why,
        address: base + placeOf(r.entity),
      }));
      show(found, told.total ?? found.length, text);
    } catch (error) {
      if (error.name === "AbortError") return;
      list.replaceChildren();
      rows = [];
      status.textContent = "The server did not answer. Enter searches all the same.";
      pop.hidden = false;
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = rows.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) {
        ask();
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = active + step;
      mark(next > last ? -1 : next < -1 ? last : next);
    } else if (event.key === "Enter" && isOpen() && active >= 0) {
      event.preventDefault();
      choose(rows[active]);
    } else if (event.key === "Escape") {
      if (isOpen()) {
        event.preventDefault();
        close();
      } else if (input.value) {
        input.value = "";
      }
    } else if (event.key === "Tab") close();
  });
  form?.addEventListener("submit", () => clearTimeout(waiting));
  return { input, close };
}

function option(row, id, text) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const label = document.createElement("span");
  label.append(...marked(row.label, text));
  const why = document.createElement("span");
  why.className = "why";
  why.append(...reason(row, text));
  const kind = document.createElement("span");
  kind.className = "kind";
  kind.textContent = KINDS[row.kind]?.word ?? row.kind;
  const words = document.createElement("span");
  words.append(label, why);
  item.append(glyph(row.kind), words, kind);
  return item;
}

// Why it matched, in words: the name that matched where it is not the label itself.
export function reason(row, text) {
  const scope = Object.keys(WHY).find((s) => row.why.includes(`${s} synonym`));
  const nearly = row.why.includes("nearly") ? "nearly " : "";
  if (row.why === "identifier" && text.trim().toLowerCase() === row.label.toLowerCase()) return [];
  if (row.why === "identifier") return [` · its identifier is ${row.matched}`];
  if (row.matched.toLowerCase() === row.label.toLowerCase()) return nearly ? [" · nearly so"] : [];
  if (row.why.includes("spelling")) return [` · ${nearly}spelt `, ...marked(row.matched, text)];
  return [` · ${nearly}${scope ? WHY[scope] : "also called"} `, ...marked(row.matched, text)];
}

// The text with the words that were typed set off.
export function marked(text, typed) {
  const words = typed.split(/\s+/).filter(Boolean).map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!words.length) return [text];
  const parts = text.split(new RegExp(`(${words.join("|")})`, "i"));
  return parts.filter(Boolean).map((part) => {
    if (!words.some((w) => new RegExp(`^${w}$`, "i").test(part))) return document.createTextNode(part);
    const bold = document.createElement("b");
    bold.textContent = part;
    return bold;
  });
}

// The path at which an entity is shown, without the prefix of a proxy.
export function placeOf(iri) {
  if (!iri.startsWith(SPASM)) return `/id?iri=${encodeURIComponent(iri)}`;
  return `/id/${iri.slice(SPASM.length).split("/").map(encodeURIComponent).join("/")}`;
}

const SVG = "http://www.w3.org/2000/svg";

// The shape of a kind, as the pages draw it.
export function glyph(kind) {
  const look = KINDS[kind] ?? OTHER;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-10.5 -10.5 21 21");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `k k-${look.family}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", look.path);
  path.setAttribute("class", look.hollow ? "hollow" : "full");
  svg.append(path);
  return svg;
}
