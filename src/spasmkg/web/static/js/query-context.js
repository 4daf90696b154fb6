// What stands at a place of a query, and what the query says of each variable: enough to know what may go on there.
import { declared, iriOf, keyword, tokens } from "./query-tokens.js";

const TERMS = new Set(["iri", "name", "variable", "blank", "string", "number"]);
const STARTERS = new Set("OPTIONAL GRAPH UNION MINUS SERVICE SILENT FILTER BIND VALUES SELECT WHERE NOT EXISTS".split(" "));
export const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/**
 * The triples of a query and where a place of it is.
 * triples: { subject, predicate (token, or null for a path), object }. place: { in, subject, predicate, word, from, variable }, where
 * `in` is subject, predicate, object, values, graph, prefix, iri, expression, modifier or start.
 */
export function read(text, at = text.length) {
  const all = tokens(text);
  const here = all.find((t) => t.start < at && t.end >= at);
  const inside = here && (here.kind === "comment" || here.kind === "string") && at > here.start;
  const isWord = here && ["word", "name", "variable", "number"].includes(here.kind);
  const isOpenVariable = here?.text === "?" || here?.text === "$";
  const word = isWord || isOpenVariable ? text.slice(here.start, at) : "";
  const from = isWord || isOpenVariable ? here.start : at;
  const triples = [];
  const walk = walker(triples);
  let place = null;
  for (const token of all) {
    if (!place && token.start >= from) place = walk.place();
    if (token.kind !== "comment") walk.take(token);
  }
  place ??= walk.place();
  const settled = triples.filter((t) => !word || (t.predicate?.start !== from && t.object.start !== from)); // not what is being typed
  return { tokens: all, prefixes: declared(all), triples: settled, place: { ...place, word, from, none: Boolean(inside) } };
}

function walker(triples) {
  const stack = [];
  let top = { mark: "", at: "start" };
  let before = "";

  const push = (mark, at, more = {}) => {
    stack.push(top);
    top = { mark, at, ...more };
  };
  const pop = () => {
    top = stack.pop() ?? { mark: "", at: "start" };
  };
  const after = () => {
    if (top.mark === "{") Object.assign(top, { at: "subject", subject: null, predicate: null, path: false });
    else if (!top.mark) top.at = "modifier";
  };

  function term(token) {
    if (top.skip) {
      top.skip -= 1;
      if (top.at === "graph") top.at = "subject";
      if (top.at === "valued") top.variable = token.text.slice(1);
      return;
    }
    if (top.at === "subject") Object.assign(top, { subject: token, at: "predicate", predicate: null, path: false });
    else if (top.at === "predicate") {
      top.predicate = top.path ? null : token;
      top.at = "object";
    } else if (top.at === "object") triples.push({ subject: top.subject, predicate: top.path ? null : top.predicate, object: token });
    if (top.at === "object" && triples.at(-1)?.object === token) top.at = "done";
  }

  function take(token) {
    const { text } = token;
    const word = keyword(token);
    const isPath = top.at === "object" && top.predicate !== undefined && triples.at(-1)?.predicate !== top.predicate;
    if (top.mark === "(" && text !== ")" && text !== "(" && text !== "{") return void (before = word || text);
    if (text === "{") {
      const values = top.at === "valued";
      push("{", values ? "values" : "subject", { variable: values ? top.variable : "", subject: null, predicate: null, path: false });
    } else if (text === "}") {
      pop();
      after();
    } else if (text === "(") {
      if (top.at === "predicate") top.path = true;
      push("(", "expression", { back: top.at === "predicate" });
    } else if (text === ")") {
      const { back } = top;
      pop();
      if (back) Object.assign(top, { at: "object", predicate: null });
      else if (top.at === "filter") after();
    } else if (text === "[") {
      push("{", "predicate", { subject: { kind: "blank", text: "[]", key: token.start }, path: false });
    } else if (text === "]") {
      pop();
      term({ kind: "blank", text: "[]", key: token.start });
    } else if (text === ".") after();
    else if (text === ";") Object.assign(top, { at: "predicate", predicate: null, path: false });
    else if (text === ",") top.at = "object";
    else if (top.mark === "{" && (text === "/" || text === "|") && (isPath || top.at === "object")) Object.assign(top, { at: "predicate", path: true });
    else if (text === "^" && top.at === "predicate") top.path = true;
    else if (text === "!" && top.at === "predicate") top.path = true;
    else if ((text === "*" || text === "+" || text === "?") && top.at === "object") top.path = true;
    else if (text === "^^") top.typed = true;
    else if (top.typed) top.typed = false;
    else if (word && (STARTERS.has(word) || !stack.length)) {
      if (top.mark === "{") {
        after();
        if (word === "GRAPH" || word === "SERVICE") Object.assign(top, { at: "graph", skip: 1 });
        if (word === "VALUES") Object.assign(top, { at: "valued", skip: 1, variable: "" });
        if (word === "FILTER" || word === "BIND") top.at = "filter";
        if (word === "SELECT") top.at = "modifier";
      } else if (word === "VALUES") Object.assign(top, { at: "valued", skip: 1, variable: "" });
      else top.at = word === "PREFIX" ? "prefix" : word === "BASE" ? "start" : "modifier";
    } else if (top.at === "prefix") top.at = token.kind === "iri" ? "start" : "prefix";
    else if (TERMS.has(token.kind) || (token.kind === "word" && !word)) {
      if (top.mark === "{" || top.at === "valued") term(token);
    }
    before = word || text;
  }

  return {
    take,
    place: () => {
      if (top.at === "prefix" && before !== "PREFIX") return { in: "iri" };
      return { in: top.at === "valued" ? (top.skip ? "modifier" : "values") : top.at, subject: top.subject, predicate: top.predicate, path: top.path, variable: top.variable };
    },
  };
}

/** Which classes a term may have, by all that the query says of it; null where it says nothing. */
export function classesOf(term, { triples, prefixes }, summary) {
  let found = null;
  const narrow = (classes) => {
    found = found ? new Set([...found].filter((c) => classes.has(c))) : classes;
  };
  const is = (other) => other && term && other.kind === term.kind && other.text === term.text && other.key === term.key;
  for (const { subject, predicate, object } of triples) {
    const iri = iriOf(predicate, prefixes);
    if (!iri) continue;
    if (is(subject) && iri === TYPE) {
      const at = summary.classAt.get(iriOf(object, prefixes));
      if (at !== undefined) narrow(new Set([at]));
    } else if (is(subject)) {
      const at = summary.predicateAt.get(iri);
      if (at !== undefined) narrow(summary.classesWith(at));
    } else if (is(object)) {
      const at = summary.predicateAt.get(iri);
      if (at !== undefined) narrow(new Set(Object.keys(summary.predicates[at].classes).map(Number)));
    }
  }
  return found;
}
