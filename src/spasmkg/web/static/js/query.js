// The page of the SPARQL editor. Without it the form works; it adds the editor, running in place, views, and what is kept here.
import { keeper } from "./query-kept.js";
import { element, results, said } from "./query-results.js";
import { side } from "./query-side.js";
import { placeOfPrefix } from "./query-tokens.js";

const LONGEST = 6000;
const QUIET = 300;
const NAMESPACE = "https://w3id.org/spasmkg/";

const id = (name) => document.getElementById(`query-${name}`);
const page = id("page");
const { run: runAt, sparql: sparqlAt, api, timeout } = page.dataset;
const prefix = runAt.replace(/\/query$/, "");
const field = id("text");
const problem = id("problem");
const state = id("state");
const kept = keeper(runAt);

let editor = { get text() { return field.value; }, set: (text) => (field.value = text), mark() {}, clear() {}, goTo: () => field.focus(), focus: () => field.focus() };
let ran = page.dataset.isRun === undefined ? null : { text: field.value, at: new Date() };
let running = null;
let saving = 0;

const answer = results({ downloads, turned, address });

// ---- addresses ----

function address(iri) {
  if (iri.startsWith(NAMESPACE)) return `${prefix}/id/${iri.slice(NAMESPACE.length).split("/").map(encodeURIComponent).join("/")}`;
  return /^https?:\/\//i.test(iri) ? iri : "";
}

/** The address of this page with a query; "" where that would be too long. */
function addressOf(text, view = answer.view) {
  const values = new URLSearchParams({ query: text });
  if (view !== "table") values.set("show", view);
  const made = `${runAt}?${values}`;
  return made.length > LONGEST ? "" : made;
}

async function remember(text, how) {
  const at = addressOf(text);
  if (at) {
    history[how](null, "", at);
    return "";
  }
  const hash = await kept.keepLong(text);
  history[how](null, "", hash ? `${runAt}#long-${hash}` : runAt);
  const size = `${runAt}?${new URLSearchParams({ query: text })}`.length.toLocaleString("en");
  return `Too long for an address (${size} of ${LONGEST.toLocaleString("en")} characters). ${hash ? "This browser keeps it; the address works only here." : "This browser does not keep it."}`;
}

function turned(view) {
  if (!ran) return;
  const at = addressOf(ran.text, view);
  if (at) history.pushState(null, "", at);
}

// ---- downloads ----

const ENDS = { turtle: "ttl", ntriples: "nt" };

function downloads(found) {
  return (found.downloads ?? []).map(([at, label, name]) => {
    const file = `spasmkg-answer.${ENDS[name] ?? name}`;
    if (at.length <= 2 * LONGEST) return element("a", { href: at, download: file }, label);
    return element("button", { type: "button", class: "button button-link", onclick: () => download(ran.text, name, file) }, label);
  });
}

async function download(text, format, file) {
  try {
    const got = await fetch(sparqlAt, { method: "POST", body: new URLSearchParams({ query: text, format }) });
    if (!got.ok) throw new Error((await got.json()).detail);
    const at = URL.createObjectURL(await got.blob());
    element("a", { href: at, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(at), 60_000);
  } catch (error) {
    tell(`The download failed: ${error.message}.`);
  }
}

// ---- running ----

const tell = (...parts) => state.replaceChildren(...parts);
const clock = (at) => at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function run({ push = true, wanted = answer.view } = {}) {
  const text = editor.text;
  stop();
  if (!text.trim()) {
    tell("There is no query to run.");
    return;
  }
  const mine = { stop: new AbortController(), begun: performance.now(), retry: 0 };
  running = mine;
  problem.replaceChildren();
  editor.clear();
  tell();
  const ticking = setInterval(() => {
    if (performance.now() - mine.begun < QUIET) return;
    id("cancel").hidden = false;
    answer.old();
    tell(`Running, ${seconds(mine.begun)} of ${timeout} s`);
  }, 100);
  try {
    const got = await fetch(runAt, { method: "POST", body: new URLSearchParams({ query: text }), signal: mine.stop.signal });
    const found = await got.json();
    if (running !== mine) return;
    const long = push && got.ok ? await remember(text, "pushState") : "";
    ran = { text, at: new Date() };
    if (!got.ok) failed(found, got.headers.get("Retry-After"), mine);
    else {
      tell(long);
      shown(found, wanted);
      kept.note({ text, at: ran.at.toISOString(), says: found.says[0] ?? "not valid", took: found.says[1] ?? "" });
      sides.history();
    }
  } catch (error) {
    if (running !== mine) return;
    const isOfThis = ran?.text === text;
    if (isOfThis) answer.fresh();
    else answer.old();
    if (error.name === "AbortError") tell(`Cancelled after ${seconds(mine.begun)}. The server has stopped the query.${isOfThis ? "" : stale()}`);
    else tell("The server did not answer. Run the query again.");
  } finally {
    clearInterval(ticking);
    if (running === mine) {
      if (!mine.retry) id("cancel").hidden = true;
      running = mine.retry ? mine : null;
    }
  }
}

function stop() {
  if (!running) return;
  const mine = running;
  clearTimeout(mine.retry);
  if (mine.retry) {
    running = null;
    answer.clearNotes();
    answer.fresh();
    tell("Not tried again.");
  } else mine.stop.abort();
  id("cancel").hidden = true;
}

const stale = () => (answer.answer && answer.answer.kind !== "problem" ? " What stands below is the answer to the query before." : "");

function failed(found, after, mine) {
  answer.clearNotes();
  answer.old();
  if (found.status === 503 && after) {
    const wait = Math.max(1, Number(after) || 5);
    answer.note("warn", "All workers are busy.", `Your query was not started. Trying again in ${wait} s.${stale()}`);
    tell();
    id("cancel").hidden = false;
    mine.retry = setTimeout(() => {
      running = null;
      run();
    }, wait * 1000);
  } else if (found.status === 504) {
    tell();
    answer.note("danger", `Stopped after ${timeout} s.`, `No rows were complete, so none are shown. Fix one end of a pattern to a thing, or add a LIMIT.${stale()}`);
  } else {
    tell();
    answer.note("danger", "Not answered.", `${said(found)}${stale()}`);
  }
}

function shown(found, wanted) {
  if (found.kind === "problem" && found.problem.line) {
    mistake(found.problem);
    if (answer.answer) {
      answer.old();
      answer.clearNotes();
      answer.note("warn", "Not run.", "What stands below is the answer to the query before.");
      return;
    }
  }
  answer.show(found, { wanted });
}

function mistake(found) {
  editor.mark(found);
  const text = element("p", {}, element("b", {}, `Line ${found.line}, column ${found.column}.`), ` ${said(found)}`);
  const fix = found.iri && element("button", { type: "button", class: "button button-small", onclick: () => addPrefix(found.prefix, found.iri) }, "Add the prefix");
  const go = element("button", { type: "button", class: "button button-link", onclick: () => editor.goTo(found) }, `Go to line ${found.line}`);
  problem.replaceChildren(element("div", { class: "query-mistake", role: "alert" }, text, element("span", { class: "row end" }, fix ?? "", go)));
}

function addPrefix(name, iri) {
  const text = editor.text;
  const { at, before, after } = placeOfPrefix(text);
  editor.set(`${text.slice(0, at)}${before}PREFIX ${name}: <${iri}>${after}${text.slice(at)}`);
  problem.replaceChildren();
  editor.clear();
  tell(`PREFIX ${name}: was added.`);
  editor.focus();
}

// ---- the text ----

function changed(text) {
  clearTimeout(saving);
  saving = setTimeout(() => kept.keepDraft(text), 400);
  if (problem.firstElementChild) {
    problem.replaceChildren();
    editor.clear();
  }
  if (!ran || running) return;
  tell(text === ran.text ? "" : `The text has changed since the run at ${clock(ran.at)}.`);
}

/** Puts a query into the editor; the one before is in the history of undoing. */
function put(text) {
  editor.set(text);
  problem.replaceChildren();
}

async function example(name) {
  const got = await fetch(`${api}/queries/${encodeURIComponent(name)}?format=rq`);
  if (!got.ok) throw new Error(String(got.status));
  put(await got.text());
  history.pushState(null, "", `${runAt}?example=${encodeURIComponent(name)}`);
  tell("An example. Run answers it.");
  editor.focus();
}

async function share() {
  const text = editor.text;
  const at = addressOf(text);
  if (!at) {
    tell(await remember(text, "replaceState"), " Save the query as a file to share it.");
    return;
  }
  try {
    await navigator.clipboard.writeText(new URL(at, location.href).href);
    tell("The link was copied.");
  } catch {
    tell("The browser does not allow copying. ", element("a", { href: at }, "This link"), " leads to the query.");
  }
}

function fromAddress() {
  const values = new URLSearchParams(location.search);
  if (values.get("query")) return values.get("query");
  return kept.long(location.hash.replace(/^#long-/, "")) ?? "";
}

// ---- wiring ----

const sides = side({ kept, put: (text) => (put(text), editor.focus()), addPrefix, example, tell });

id("form").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
id("form").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
    event.preventDefault();
    run();
  }
});
id("cancel").addEventListener("click", () => {
  id("run").focus();
  stop();
});
id("share").addEventListener("click", share);
id("format").addEventListener("click", async () => {
  const { formatted } = await import("./query-format.js");
  const made = formatted(editor.text);
  if (made === editor.text) tell("It is laid out already.");
  else editor.set(made);
});
for (const name of ["format", "share"]) id(name).hidden = false;

addEventListener("popstate", () => {
  const text = fromAddress();
  if (!text) return;
  put(text);
  run({ push: false, wanted: new URLSearchParams(location.search).get("show") ?? "table" });
});

const wanted = new URLSearchParams(location.search).get("show") ?? "table";
const data = document.getElementById("query-data");
const first = data && JSON.parse(data.textContent);
if (first) {
  if (first.kind !== "problem" || !first.problem.line) answer.show(first, { wanted });
  kept.note({ text: ran.text, at: ran.at.toISOString(), says: first.says[0] ?? "not valid", took: first.says[1] ?? "" });
  sides.history();
}

import("./query-editor.js").then(({ edit }) => {
  editor = edit(field, id("editor"), api, { change: changed, run: () => run(), leave: () => id("run").focus() });
  if (first?.problem?.line) mistake(first.problem);
  if (!ran && location.hash.startsWith("#long-")) {
    const text = fromAddress();
    if (text) {
      put(text);
      run({ push: false, wanted });
    } else tell("The query of this address is kept in another browser.");
  } else if (!ran && !new URLSearchParams(location.search).has("example")) restore();
  page.dataset.ready = "";
}).catch(() => field.addEventListener("input", () => changed(field.value))); // the text field stays, and all but the editor works

function restore() {
  const draft = kept.draft();
  const sample = field.value;
  if (!draft.trim() || draft === sample) return;
  put(draft);
  tell("Your draft is here again. ", element("button", { type: "button", class: "button button-link", onclick: () => (put(sample), tell()) }, "Start afresh"));
}
