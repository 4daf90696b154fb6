// Lays a query out: one statement on a line, groups indented, comments where they were. Only white space and the case of
// keywords change; where that could not be held, the text stays as it was.
import { keyword, tokens } from "./query-tokens.js";

const WIDE = 100;
const STEP = "  ";
const NEW_LINE = new Set("PREFIX BASE SELECT CONSTRUCT DESCRIBE ASK FROM GROUP HAVING ORDER LIMIT OFFSET VALUES OPTIONAL FILTER BIND MINUS GRAPH SERVICE".split(" "));
const SPACED_BEFORE_PAREN = new Set("SELECT DISTINCT REDUCED AS IN BY HAVING VALUES WHERE UNION".split(" "));
const ALWAYS_SPACED = new Set(["=", "!=", "<=", ">=", "<", ">", "&&", "||"]);

/** The query laid out. What it asks stays the same; a second time changes nothing. */
export function formatted(text) {
  const all = tokens(text);
  if (!all.some((t) => t.kind !== "comment") || all.some((t) => t.kind === "other")) return text;
  const made = laidOut(text, all);
  return same(all, tokens(made)) ? made : text;
}

function same(before, after) {
  const spelt = (t) => (t.kind === "comment" ? t.text.trimEnd() : keyword(t) || t.text);
  return before.length === after.length && before.every((t, i) => spelt(t) === spelt(after[i]));
}

function laidOut(text, all) {
  const pairs = paired(all);
  const lines = [];
  let line = "";
  let indent = 0; // of the line that is being written
  const open = []; // what stands open: { mark, inline, top }
  let statement = false; // the line goes on with the statement of the line before
  let clause = ""; // the keyword that the statement began with
  let previous = null;
  const source = (a, b) => text.slice(a.end, b.start);
  const depth = () => open.filter((o) => o.mark === "{" && !o.inline).length;
  const inParen = () => open.some((o) => o.mark !== "{") && open.at(-1).mark !== "{";
  const isInline = () => open.some((o) => o.inline);

  function flush() {
    if (line.trim()) lines.push(STEP.repeat(Math.max(0, indent)) + line.trim());
    line = "";
  }
  function fresh(extra = 0) {
    flush();
    indent = depth() + extra;
  }

  all.forEach((token, i) => {
    const gap = previous ? source(previous, token) : "";
    const breaks = (gap.match(/\n/g) ?? []).length;
    const word = keyword(token);
    const shown = word || token.text;
    const next = all[i + 1];

    if (token.kind === "comment") {
      const own = !previous || breaks > 0;
      if (own) {
        const goesOn = statement && line === "" ? 1 : line ? 1 : 0;
        flush();
        if (breaks > 1 && lines.length) blank(lines);
        indent = depth() + (goesOn ? 1 : 0);
      }
      line += (line && !own ? " " : "") + token.text.trimEnd();
      const rest = own ? indent : depth() + 1;
      flush();
      indent = statement || inParen() ? rest : depth();
      previous = token;
      return;
    }
    if (breaks > 1 && !isInline() && !inParen()) {
      if (line && (lineEnds(previous) || NEW_LINE.has(word) || token.text === "}")) flush();
      if (!line && token.text !== "}" && previous?.text !== "{") blank(lines);
    }

    if (token.text === "}") {
      const was = open.pop();
      if (!was || was.inline) line += " }";
      else {
        flush();
        statement = false;
        indent = depth();
        line = "}";
        if (next && (keyword(next) === "UNION" || next.text === ")")) {
          previous = token;
          return;
        }
        if (!inParen()) flush();
      }
      if (!isInline() && !inParen()) statement = false;
      if (!isInline() && !inParen() && was?.inline) {
        if (!(next?.text === "." || next?.text === ")" || next?.text === "," || next?.text === ";" || keyword(next) === "UNION")) flush();
      }
      previous = token;
      return;
    }
    if (!isInline() && !inParen()) {
      const starts =
        NEW_LINE.has(word) || (word === "WHERE" && breaks > 0) ||
        (previous?.text === "}" && !["UNION", "."].includes(word || token.text) && token.text !== ")" && line.endsWith("}"));
      if (starts) {
        if (line.trim() !== "") flush();
        statement = false;
        indent = depth();
        clause = word;
      } else if (line === "") indent = depth() + (statement ? 1 : 0);
    }
    if (inParen() && breaks > 0 && !isInline() && token.text !== ")" && token.text !== "]" && line.trim()) {
      flush();
      indent = depth() + 1;
    }

    if (token.text === "{") {
      const close = pairs.get(i);
      const inline = isInline() || (close !== undefined && fits(text, all, i, close, depth(), line, inParen()));
      if (line === "" && !inline) indent = depth();
      line += line && !line.endsWith("(") ? " {" : "{";
      open.push({ mark: "{", inline });
      statement = false;
      if (!inline && !(next?.kind === "comment" && !source(token, next).includes("\n"))) fresh();
      previous = token;
      return;
    }

    const between = !line ? "" : spaceBefore(token, shown, previous, gap, all, i);
    line += between + shown;
    if (token.text === "(" || token.text === "[") open.push({ mark: token.text, inline: isInline() });
    if (token.text === ")" || token.text === "]") open.pop();
    if (!isInline() && !inParen()) {
      const trails = next?.kind === "comment" && !source(token, next).includes("\n");
      statement = depth() > 0 && token.text !== ".";
      if (token.text === "." || token.text === ";") {
        if (token.text === ";") statement = true;
        if (!trails) {
          flush();
          indent = depth() + (statement ? 1 : 0);
        }
        clause = "";
      }
      if (token.text === ")" && (clause === "FILTER" || clause === "BIND")) {
        statement = false;
        if (next?.text !== ".") clause = "";
        if (!trails && next?.text !== ".") flush();
      }
      if (token.kind === "iri" && endsPrologue(all, i) && !trails) flush();
    }
    previous = token;
  });
  flush();
  while (lines.at(-1) === "") lines.pop();
  return lines.join("\n") + "\n";
}

function blank(lines) {
  if (lines.length && lines.at(-1) !== "") lines.push("");
}

function lineEnds(token) {
  return token && (token.text === "." || token.text === ";" || token.text === "}" || token.kind === "comment" || token.kind === "iri");
}

function endsPrologue(all, i) {
  return keyword(all[i - 1]) === "BASE" || (all[i - 1]?.kind === "name" && keyword(all[i - 2]) === "PREFIX");
}

function paired(all) {
  const pairs = new Map();
  const open = [];
  all.forEach((token, i) => {
    if (token.text === "{") open.push(i);
    if (token.text === "}" && open.length) pairs.set(open.pop(), i);
  });
  return pairs;
}

/** A group stays on one line where it stood on one, is no more than one statement, and is short; the query's own never does. */
function fits(text, all, from, to, depth, line, inParen) {
  if (text.slice(all[from].start, all[to].end).includes("\n")) return false;
  const inside = all.slice(from + 1, to);
  if (inside.some((t) => keyword(t) === "SELECT")) return false;
  if (inParen || keyword(all[from - 2]) === "VALUES" || (all[from - 1]?.text === ")" && isValues(all, from))) return true;
  if (depth === 0 || inside.some((t, i) => keyword(t) === "UNION" || t.text === ";" || (t.text === "." && i < inside.length - 1))) return false;
  return depth * STEP.length + line.length + all[to].end - all[from].start + 1 <= WIDE;
}

/** Whether a group is the rows of VALUES (?a ?b …). */
function isValues(all, from) {
  let i = from - 2;
  while (all[i]?.kind === "variable") i--;
  return all[i]?.text === "(" && keyword(all[i - 1]) === "VALUES";
}

function spaceBefore(token, shown, previous, gap, all, i) {
  const before = previous?.text ?? "";
  if ([",", ")", "]"].includes(shown)) return shown === "]" ? (gap ? " " : "") : "";
  if (shown === "." || shown === ";") return " ";
  if (before === "(" || before === "^^" || shown === "^^" || token.kind === "lang") return "";
  if (before === "[") return gap ? " " : "";
  if (ALWAYS_SPACED.has(shown) || ALWAYS_SPACED.has(before) || before === "," || before === "{") return " ";
  if (shown === "(") {
    const word = keyword(previous);
    if (previous.kind === "word") return SPACED_BEFORE_PAREN.has(word) || (!word && gap && previous.text === "a") ? " " : "";
    return gap ? " " : "";
  }
  if (token.kind === "mark" || previous.kind === "mark") return gap || before === "}" || before === ")" && token.kind !== "mark" ? " " : "";
  return " ";
}
