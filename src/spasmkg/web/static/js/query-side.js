// What stands beside the editor: examples with a filter, the history of this browser, prefixes. Three tabs.
import { arrows, element } from "./query-results.js";

const PANELS = [["examples", "Examples"], ["history", "History"], ["prefixes", "Prefixes"]];

export function side({ kept, put, addPrefix, example, tell }) {
  const id = (name) => document.getElementById(`query-${name}`);
  const list = id("side-tabs");
  let open = "examples";

  function turn(name, focus) {
    open = name;
    list.replaceChildren(...PANELS.map(([panel, label]) => element("button", {
      type: "button", role: "tab", id: `query-side-${panel}`, "aria-controls": `query-${panel}`, "aria-selected": String(panel === open),
      tabindex: panel === open ? "0" : "-1", onclick: () => turn(panel, true),
    }, label)));
    for (const [panel] of PANELS) id(panel).hidden = panel !== open;
    if (focus) id(`side-${open}`).focus();
  }

  for (const [panel] of PANELS) {
    const section = id(panel);
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", `query-side-${panel}`);
    section.querySelector("h2").classList.add("hidden-text");
  }
  list.hidden = false;
  list.addEventListener("keydown", (event) => arrows(event, list));

  // ---- examples ----

  const filter = id("filter");
  filter.hidden = false;
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of id("example-list").children) {
      const text = `${item.textContent} ${item.querySelector("a").dataset.example.replaceAll("-", " ")}`.toLowerCase();
      item.hidden = !words.every((w) => text.includes(w));
      shown += !item.hidden;
    }
    id("filtered").textContent = words.length ? (shown ? `${shown} of ${id("example-list").children.length} examples` : "No example has these words.") : "";
  });
  id("example-list").addEventListener("click", async (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      await example(link.dataset.example);
    } catch {
      location.assign(link.href);
    }
  });

  // ---- history ----

  const when = (iso) => {
    const at = new Date(iso);
    const today = at.toDateString() === new Date().toDateString();
    return at.toLocaleString("en-GB", { ...(today ? {} : { day: "numeric", month: "short" }), hour: "2-digit", minute: "2-digit" });
  };
  const gist = (text) => {
    const said = /^#\+ summary:\s*(.+)$/m.exec(text)?.[1];
    return said ?? text.split("\n").filter((l) => l.trim() && !/^\s*(#|PREFIX|BASE)/i.test(l)).join(" ").replace(/\s+/g, " ").slice(0, 90);
  };

  function history() {
    const runs = kept.runs();
    const section = id("history");
    const title = section.querySelector("h2");
    const items = runs.map((run) => element("li", {}, element("button", { type: "button", class: "button button-link query-past", onclick: () => {
      put(run.text);
      tell("A query of your history. Run answers it.");
    } }, gist(run.text)), element("span", { class: "muted small" }, ` ${[when(run.at), run.says, run.took].filter(Boolean).join(" · ")}`)));
    section.replaceChildren(title, ...(runs.length
      ? [element("ul", { class: "list query-past-list", tabindex: "0", "aria-label": "History" }, ...items)]
      : [element("p", { class: "muted gap-s" }, "Queries that you run stand here.")]),
    element("p", { class: "small muted gap-s" }, "Only this browser keeps it."),
    element("button", { type: "button", class: "button button-quiet button-small", onclick: () => {
      kept.clear();
      history();
      tell("History, draft and long queries were cleared.");
      id("side-history").focus();
    } }, "Clear all that is kept"));
  }

  // ---- prefixes ----

  id("prefix-details").open = true;
  id("prefix-details").querySelector("summary").hidden = true;
  for (const item of id("prefix-list").children) {
    const { prefix, iri } = item.dataset;
    item.querySelector("code").replaceWith(element("button", { type: "button", class: "button button-link query-prefix", "aria-label": `Add PREFIX ${prefix}:`, onclick: () => addPrefix(prefix, iri) }, `${prefix}:`));
  }

  history();
  turn("examples", false);
  return { history };
}
