// The page of a question: chips instead of ticked boxes, completion, answers in place, code in tabs.
import { attach, glyph } from "./combobox.js";
import { swap } from "./swap.js";
import { wide } from "./wide.js";

const SPASM = "https://w3id.org/spasmkg/";
const SVG = "http://www.w3.org/2000/svg";

// What the page shows: its address without the place in it.
let shown = location.pathname + location.search;

function cross() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 12 12");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M2 2l8 8M10 2l-8 8");
  svg.append(path);
  return svg;
}

// The field of a picker in which one types.
const typed = (box) => box.querySelector("input[type=search]");

// A chosen value: its name, and a button that takes it away.
function chip(name, value, label, mark) {
  const made = document.createElement("span");
  const sent = document.createElement("input");
  const words = document.createElement("span");
  const button = document.createElement("button");
  made.className = "chip";
  sent.type = "hidden";
  sent.name = name;
  sent.value = value;
  words.textContent = label;
  button.type = "button";
  button.setAttribute("aria-label", `Remove ${label}`);
  button.append(cross());
  button.addEventListener("click", () => {
    const box = made.closest(".picker-box");
    made.remove();
    hint(box);
    typed(box).focus();
  });
  made.append(sent, ...(mark ? [mark] : []), words, button);
  return made;
}

function hint(box) {
  const input = typed(box);
  input.dataset.empty ??= input.placeholder === "add another" ? "any" : input.placeholder;
  input.placeholder = box.querySelector(".chip") ? "add another" : input.dataset.empty;
}

function picker(box) {
  const input = typed(box);
  for (const ticked of box.querySelectorAll("label.chip")) {
    const { name, value } = ticked.querySelector("input");
    ticked.replaceWith(chip(name, value, ticked.querySelector("span").textContent, ticked.querySelector("svg")));
  }
  hint(box);
  box.addEventListener("click", (event) => event.target === box && input.focus());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !input.value) [...box.querySelectorAll(".chip button")].at(-1)?.click();
  });
  if (input.parentElement.matches("[data-combobox]")) input.removeAttribute("list");
}

function chosen(event) {
  const box = event.target.closest(".picker-box");
  if (!box) return;
  const { iri, label, kind } = event.detail;
  const input = typed(box);
  const slug = iri.startsWith(SPASM) ? iri.slice(SPASM.length) : iri;
  input.value = "";
  if (![...box.querySelectorAll(".chip input")].some((i) => i.value === slug)) {
    input.parentElement.before(chip(input.name, slug, label, glyph(kind)));
    hint(box);
  }
}

// Headed parts become tabs.
function tabs(holder) {
  const parts = [...holder.querySelectorAll(":scope > section")];
  const bar = document.createElement("div");
  bar.className = "tabs";
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", holder.dataset.tabs);
  const buttons = parts.map((part) => {
    const button = document.createElement("button");
    const head = part.querySelector("h3");
    button.type = "button";
    button.id = `tab-${part.id}`;
    button.textContent = head.textContent;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", part.id);
    part.setAttribute("role", "tabpanel");
    part.setAttribute("aria-labelledby", button.id);
    head.hidden = true;
    return button;
  });
  const show = (n, focus) => {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === n));
      button.tabIndex = i === n ? 0 : -1;
      parts[i].hidden = i !== n;
    });
    try {
      localStorage.setItem("code", parts[n].id);
    } catch {
      // it is not kept
    }
    if (focus) buttons[n].focus();
  };
  buttons.forEach((button, i) => {
    button.addEventListener("click", () => show(i));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) show((i + step + buttons.length) % buttons.length, true);
    });
  });
  bar.append(...buttons);
  holder.prepend(bar);
  let kept = "";
  try {
    kept = localStorage.getItem("code");
  } catch {
    // nothing is kept
  }
  show(Math.max(0, parts.findIndex((part) => part.id === kept)));
}

function copies(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    if (!button.hidden) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await navigator.clipboard.writeText(button.dataset.copy).then(
        () => "Copied",
        () => "Not copied: the browser does not allow it",
      );
      button.textContent = done;
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  }
}

function enliven(root, isFresh) {
  shown = location.pathname + location.search;
  if (isFresh) {
    for (const box of root.querySelectorAll("[data-combobox]")) attach(box);
    copies(root);
  }
  for (const box of root.querySelectorAll(".picker-box")) picker(box);
  for (const holder of root.querySelectorAll("[data-tabs]")) tabs(holder);
  wide(root);
  opened();
}

// A line of a picture leads to its row: the list opens.
function opened() {
  const row = location.hash.startsWith("#edge-") && document.getElementById(location.hash.slice(1));
  const list = row && row.closest("details");
  if (list && !list.open) {
    list.open = true;
    row.scrollIntoView({ block: "center" });
  }
}

const isPlain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

document.getElementById("main").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  const address = new URL(link.href);
  address.hash = "";
  swap(address.href, "live", { after: (part) => enliven(part, true) });
});
document.getElementById("main").addEventListener("choose", chosen);
document.getElementById("main").addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "ask" || event.submitter?.name) return;
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form));
  swap(`${form.action.split("?")[0]}?${query}`, "question", {
    after: (part) => {
      enliven(part, true);
      part.querySelector(".run .button")?.focus({ preventScroll: true });
    },
  });
});
// Going to a place of the same page is no change of what it shows.
addEventListener("popstate", () => {
  const now = location.pathname + location.search;
  if (now === shown) return;
  shown = now;
  swap(location.href, "question", { push: false, after: (part) => enliven(part, true) });
});
addEventListener("hashchange", opened);
enliven(document, false);
