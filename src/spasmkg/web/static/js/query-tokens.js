// The tokens of a SPARQL query, with the comments, and what each stands for in a pattern.
const ESCAPE = String.raw`\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})`;
const LOCAL = String.raw`[\p{L}\p{N}_:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]`;
const TOKEN = new RegExp(
  [
    String.raw`(?<space>[ \t\r\n]+)`,
    String.raw`(?<comment>#[^\r\n]*)`,
    String.raw`(?<iri><(?:[^<>"{}|^${"`"}\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)`,
    `(?<string>"""(?:"{0,2}(?:[^"\\\\]|${ESCAPE}))*"""|'''(?:'{0,2}(?:[^'\\\\]|${ESCAPE}))*'''|"(?:[^"\\\\\\r\\n]|${ESCAPE})*"|'(?:[^'\\\\\\r\\n]|${ESCAPE})*')`,
    String.raw`(?<variable>[?$][\p{L}\p{N}_]+)`,
    String.raw`(?<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)`,
    String.raw`(?<blank>_:[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?)`,
    String.raw`(?<name>(?:\p{L}(?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?)?:(?:(?:${LOCAL})(?:(?:${LOCAL}|[.-])*(?:${LOCAL}|-))?)?)`,
    String.raw`(?<number>(?:\d+\.\d+|\.\d+|\d+\.(?=[eE])|\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`(?<mark><<\(|\)>>|<<|>>|\{\||\|\}|\^\^|&&|\|\||!=|<=|>=|[{}()\[\].,;=<>+\-*/!|^?&~])`,
    String.raw`(?<other>[\s\S])`,
  ].join("|"),
  "gsu",
);

// Words that a query is built of; functions are others.
export const KEYWORDS = new Set(
  `BASE PREFIX SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK FROM NAMED WHERE GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET VALUES
  OPTIONAL GRAPH UNION MINUS SERVICE SILENT FILTER BIND AS UNDEF IN NOT EXISTS SEPARATOR`.split(/\s+/),
);

/** The tokens of a text: kind, text, start and end (UTF-16), white space left out. */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    if (kind !== "space") found.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The keyword that a token is, in capitals; "" where it is none. */
export function keyword(token) {
  if (token?.kind !== "word") return "";
  const word = token.text.toUpperCase();
  return KEYWORDS.has(word) ? word : "";
}

/** The prefixes that a query declares, as a Map from name to IRI. */
export function declared(all) {
  const code = all.filter((t) => t.kind !== "comment");
  const found = new Map();
  for (let i = 0; i + 2 < code.length; i++)
    if (keyword(code[i]) === "PREFIX" && code[i + 1].kind === "name" && code[i + 2].kind === "iri")
      found.set(code[i + 1].text.slice(0, -1), code[i + 2].text.slice(1, -1));
  return found;
}

/** The IRI that a token stands for; "" where it is none, or its prefix is not declared. */
export function iriOf(token, prefixes) {
  if (token?.kind === "iri") return token.text.slice(1, -1);
  if (token?.kind === "word" && token.text === "a") return "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
  if (token?.kind !== "name") return "";
  const colon = token.text.indexOf(":");
  const base = prefixes.get(token.text.slice(0, colon));
  return base === undefined ? "" : base + token.text.slice(colon + 1).replace(/\\(.)/g, "$1");
}

/** Where a declaration of a prefix goes: after the last one, else at the start, below comments that head the text. */
export function placeOfPrefix(text) {
  const code = tokens(text);
  let at = -1;
  let first = 0;
  code.forEach((token, i) => {
    if ((keyword(token) === "PREFIX" && code[i + 2]?.kind === "iri") || (keyword(token) === "BASE" && code[i + 1]?.kind === "iri"))
      at = code[i + (keyword(token) === "PREFIX" ? 2 : 1)].end;
  });
  if (at >= 0) {
    const line = text.indexOf("\n", at);
    return line < 0 ? { at: text.length, before: "\n", after: "" } : { at: line + 1, before: "", after: "\n" };
  }
  while (code[first]?.kind === "comment") first++;
  return { at: code[first]?.start ?? text.length, before: first && first === code.length ? "\n" : "", after: "\n" };
}
