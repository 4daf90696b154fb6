// Completion in the editor: only what leads to answers. What the data hold comes from /api/completion, once; things by name as
// they are typed.
import { classesOf, read, TYPE } from "./query-context.js";
import { iriOf, placeOfPrefix } from "./query-tokens.js";

const MOST = 60;
const LOCAL = /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?)?$/u;
const GROUP_WORDS = ["OPTIONAL { }", "FILTER()", "FILTER NOT EXISTS { }", "BIND( AS ?)", "MINUS { }", "UNION", "GRAPH", "VALUES"];
const START_WORDS = ["PREFIX", "SELECT", "SELECT DISTINCT", "CONSTRUCT", "ASK", "DESCRIBE"];
const MODIFIERS = ["WHERE", "DISTINCT", "FROM", "FROM NAMED", "GROUP BY", "HAVING", "ORDER BY", "DESC()", "LIMIT", "OFFSET", "COUNT()", "AS"];
const FUNCTIONS = "COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER SUBSTR REPLACE REGEX YEAR MONTH DAY COALESCE IF SAMETERM ISIRI ISLITERAL ISBLANK ISNUMERIC".split(" ");

/** The source of completions: `complete(context)` as CodeMirror calls it. */
export function completer(api) {
  let summary = null;
  const things = new Map();
  const get = async (path, values, signal) => {
    const answer = await fetch(`${api}${path}${values ? `?${new URLSearchParams(values)}` : ""}`, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const load = () => (summary ??= get("/completion").then(indexed).catch((error) => {
    summary = null;
    throw error;
  }));

  async function complete(context) {
    const query = read(context.state.doc.toString(), context.pos);
    query.declared = query.prefixes;
    const { place } = query;
    if (place.none || (!place.word && !context.explicit && !isAfterSpace(context))) return null;
    const stop = new AbortController();
    context.addEventListener("abort", () => stop.abort());
    let found;
    try {
      const known = await load();
      query.prefixes = new Map([...Object.entries(known.prefixes), ...query.declared]); // those that hold, and those that could
      found = await options(query, known, stop.signal, context.explicit);
    } catch {
      return null;
    }
    if (context.aborted || !found.length) return null;
    return { from: place.from, options: found, filter: false };
  }

  const isAfterSpace = (context) => /[\s]$/.test(context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos)) && context.explicit;

  async function options(query, known, signal, explicit) {
    const { place } = query;
    const word = place.word;
    if (word.startsWith("?") || word.startsWith("$")) return variables(query, word);
    const named = (list, more) => ranked(list, word).slice(0, MOST).map((use) => option(use, query, known, more));
    switch (place.in) {
      case "prefix":
        return prefixes(known, query, word, true);
      case "start":
        return words(START_WORDS, word);
      case "modifier":
        return [...variables(query, word), ...words(MODIFIERS, word)];
      case "expression":
      case "filter":
        return [...variables(query, word), ...words(FUNCTIONS.map((f) => `${f}()`), word, "function")];
      case "graph":
        return named(known.graphs.map((iri) => ({ iri, label: iri.split("/").pop(), count: 0 })), "namespace");
      case "predicate":
        return [...named(await predicatesFor(place.subject, query, known, get, signal), "property"), ...variables(query, word)];
      case "object":
        if (iriOf(place.predicate, query.prefixes) === TYPE) return named(classesFor(place.subject, query, known), "class");
        return [...(await values(query, known, signal)), ...variables(query, word)];
      case "values":
        return valuesOf({ kind: "variable", text: `?${place.variable}` }, query, known, signal);
      case "subject":
        return [...variables(query, word), ...words(GROUP_WORDS, word), ...(word.length > 1 ? await byName(query, known, signal) : [])];
      default:
        return explicit ? words(GROUP_WORDS, word) : [];
    }
  }

  async function values(query, known, signal) {
    const { subject, predicate, path, word } = query.place;
    const iri = path ? "" : iriOf(predicate, query.prefixes);
    if (!iri || !known.predicateAt.has(iri)) return word.length > 1 ? byName(query, known, signal) : [];
    const asked = { predicate: iri, limit: String(MOST) };
    const needle = plain(word, query.prefixes);
    if (needle) asked.q = needle;
    const from = iriOf(subject, query.prefixes);
    if (from) asked.subject = from;
    else {
      const classes = classesOf(subject, query, known);
      if (classes?.size === 1) asked.kind = known.classes[[...classes][0]].iri;
    }
    const key = JSON.stringify(asked);
    if (!things.has(key)) things.set(key, (await get("/completion/values", asked, signal)).values);
    return things.get(key).map((v) => option({ iri: v.value, label: v.label, count: v.count, kind: v.kind }, query, known, "constant"));
  }

  // Values of a variable in VALUES: what the predicates that lead to it give, or things of its classes.
  async function valuesOf(term, query, known, signal) {
    const leads = query.triples.find((t) => t.object.text === term.text && known.predicateAt.has(iriOf(t.predicate, query.prefixes)));
    if (leads) return values({ ...query, place: { ...query.place, subject: leads.subject, predicate: leads.predicate, path: false } }, known, signal);
    return query.place.word.length > 1 ? byName(query, known, signal, classesOf(term, query, known)) : [];
  }

  async function byName(query, known, signal, classes = null) {
    const q = plain(query.place.word, query.prefixes).replaceAll("-", " ");
    if (q.length < 2) return [];
    const found = (await get("/search", { q, limit: "20" }, signal)).rows;
    const kinds = classes && new Set([...classes].map((c) => known.classes[c].iri.split("/").pop()));
    const kept = found.filter((r) => !kinds || kinds.has(r.kind));
    return kept.map((r) => option({ iri: r.entity, label: r.entity_label, count: 0, kind: r.kind }, query, known, "constant"));
  }

  return complete;
}

function indexed(summary) {
  const classAt = new Map(summary.classes.map((c, i) => [c.iri, i]));
  const predicateAt = new Map(summary.predicates.map((p, i) => [p.iri, i]));
  const having = new Map();
  const classesWith = (at) => {
    if (!having.has(at)) having.set(at, new Set(summary.classes.flatMap((c, i) => (at in c.predicates ? [i] : []))));
    return having.get(at);
  };
  return { ...summary, classAt, predicateAt, classesWith };
}

/** The predicates that the subject can have, most used first; those that it has where it is one thing. */
export async function predicatesFor(subject, query, known, get, signal) {
  const iri = iriOf(subject, query.prefixes);
  if (iri) {
    const { predicates } = await get("/completion/predicates", { thing: iri }, signal);
    const own = Object.entries(predicates).map(([p, count]) => ({ ...known.predicates[known.predicateAt.get(p)], iri: p, count }));
    if (own.length) return own.sort((a, b) => b.count - a.count);
  }
  const classes = subject && classesOf(subject, query, known);
  if (!classes) return known.predicates;
  const counts = new Map();
  for (const c of classes)
    for (const [at, n] of Object.entries(known.classes[c].predicates)) counts.set(at, Math.max(counts.get(at) ?? 0, n));
  return [...counts].sort((a, b) => b[1] - a[1]).map(([at, count]) => ({ ...known.predicates[at], count }));
}

/** The classes that the subject can have besides what the query says of it. */
export function classesFor(subject, query, known) {
  const classes = subject && classesOf(subject, { ...query, triples: query.triples.filter((t) => iriOf(t.predicate, query.prefixes) !== TYPE) }, known);
  return classes ? known.classes.filter((_, i) => classes.has(i)) : known.classes;
}

/** What was typed, without a prefix. */
function plain(word, known) {
  const colon = word.indexOf(":");
  return (colon >= 0 && known.has(word.slice(0, colon)) ? word.slice(colon + 1) : word.replace(/^:/, "")).toLowerCase();
}

function ranked(uses, word) {
  const colon = word.indexOf(":");
  const [prefix, typed] = colon >= 0 ? [word.slice(0, colon), word.slice(colon + 1).toLowerCase()] : ["", word.toLowerCase()];
  const rank = (use) => {
    const label = (use.label ?? "").toLowerCase();
    const local = use.iri.split(/[/#]/).pop().toLowerCase();
    if (!typed) return 1;
    if (label.startsWith(typed) || local.startsWith(typed)) return 3;
    if (label.includes(` ${typed}`)) return 2;
    return label.includes(typed) || local.includes(typed) || (!prefix && use.iri.toLowerCase().includes(typed)) ? 1 : 0;
  };
  return uses.map((use, i) => [rank(use), i, use]).filter(([r]) => r).sort((a, b) => b[0] - a[0] || a[1] - b[1]).map(([, , use]) => use);
}

/** How an IRI is written with the prefixes that hold, or are known: { text, prefix, base } where one has to be declared. */
export function written(iri, declared, known) {
  let best = null;
  const consider = (prefix, base, missing) => {
    if (iri.startsWith(base) && LOCAL.test(iri.slice(base.length)) && (!best || base.length > best.base.length || (base.length === best.base.length && best.missing && !missing)))
      best = { text: `${prefix}:${iri.slice(base.length)}`, prefix, base, missing };
  };
  for (const [prefix, base] of Object.entries(known)) if (!declared.has(prefix)) consider(prefix, base, true);
  for (const [prefix, base] of declared) consider(prefix, base, false);
  return best ?? { text: `<${iri}>`, missing: false };
}

function option(use, query, known, type) {
  const name = written(use.iri, query.declared, known.prefixes);
  const count = use.count ? ` · ${use.count.toLocaleString("en")}` : "";
  return {
    label: name.text,
    displayLabel: use.label || name.text,
    detail: `${name.text}${use.kind ? ` · ${use.kind}` : ""}${count}`,
    type,
    apply: (view, _, from, to) => insert(view, name, from, to),
  };
}

/** Puts a name into the text, and the declaration of its prefix where that is missing. */
function insert(view, name, from, to) {
  const changes = [{ from, to, insert: name.text }];
  let shift = 0;
  if (name.missing) {
    const { at, before, after } = placeOfPrefix(view.state.doc.toString());
    const line = `${before}PREFIX ${name.prefix}: <${name.base}>${after}`;
    changes.unshift({ from: at, insert: line });
    if (at <= from) shift = line.length;
  }
  view.dispatch({ changes, selection: { anchor: from + shift + name.text.length }, userEvent: "input.complete", scrollIntoView: true });
}

function prefixes(known, query, word, whole) {
  const typed = word.replace(/:$/, "").toLowerCase();
  return Object.entries(known.prefixes)
    .filter(([prefix]) => prefix.toLowerCase().startsWith(typed) && !query.declared.has(prefix))
    .map(([prefix, iri]) => ({ label: `${prefix}:`, detail: iri, type: "namespace", apply: whole ? `${prefix}: <${iri}>` : `${prefix}:` }));
}

function variables(query, word) {
  const own = new Set(query.tokens.filter((t) => t.kind === "variable" && t.start !== query.place.from).map((t) => t.text));
  const typed = word.replace(/^[?$]/, "").toLowerCase();
  return [...own].filter((v) => v.slice(1).toLowerCase().startsWith(typed)).map((v) => ({ label: v, type: "variable" }));
}

function words(list, word, type = "keyword") {
  const typed = word.toLowerCase();
  return list.filter((w) => w.toLowerCase().startsWith(typed)).map((w) => {
    const hole = w.search(/(?<=[({] ?)(?= ?[)}]|$| AS)/);
    const at = /[({]/.test(w) ? w.search(/[({]/) + (w.includes("{") ? 2 : 1) : -1;
    return {
      label: w.replace(/ ?\{ \}$| AS \?\)$|\(\)$|\($/, (m) => (m.startsWith("(") ? "(" : "")).trim(),
      type,
      apply: (view, _, from, to) =>
        view.dispatch({ changes: { from, to, insert: w }, selection: { anchor: from + (at > 0 ? at : hole > 0 ? hole : w.length) }, userEvent: "input.complete" }),
    };
  });
}
