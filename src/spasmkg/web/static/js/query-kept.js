// What the editor keeps in this browser: the draft, the last queries, and queries that are too long for an address.
// All of it is bounded, belongs to this server's address, and can be cleared. Where storage is forbidden, nothing is kept.
const MOST_RUNS = 50;
const MOST_LONG = 20;
const MOST_TEXT = 400_000;

export function keeper(path, storage = safely(() => localStorage)) {
  const key = (name) => `spasmkg ${path} ${name}`;
  const get = (name, without) => safely(() => JSON.parse(storage.getItem(key(name)))) ?? without;
  const put = (name, value) => safely(() => (storage.setItem(key(name), JSON.stringify(value)), true)) ?? false;

  return {
    draft: () => get("draft", ""),
    keepDraft: (text) => put("draft", text.length > MOST_TEXT ? "" : text),
    runs: () => get("runs", []),
    /** Notes a run; the same text stands once, the newest first. */
    note(run) {
      const all = [run, ...get("runs", []).filter((r) => r.text !== run.text)].slice(0, MOST_RUNS);
      let size = 0;
      return put("runs", all.filter((r) => (size += r.text.length) <= MOST_TEXT));
    },
    clear() {
      for (const name of ["draft", "runs", "long"]) safely(() => storage.removeItem(key(name)));
    },
    /** Keeps a query that is too long for an address; returns its hash, "" where it could not be kept. */
    async keepLong(text) {
      const hash = await digest(text);
      const all = [[hash, text], ...get("long", []).filter(([h]) => h !== hash)].slice(0, MOST_LONG);
      return put("long", all) ? hash : "";
    },
    long: (hash) => get("long", []).find(([h]) => h === hash)?.[1],
  };
}

async function digest(text) {
  const bytes = new TextEncoder().encode(text);
  if (globalThis.crypto?.subtle) {
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [...found.slice(0, 8)].map((b) => b.toString(16).padStart(2, "0")).join("");
  }
  let hash = 0xcbf29ce484222325n; // FNV-1a, where the page is not served over TLS
  for (const b of bytes) hash = ((hash ^ BigInt(b)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0");
}

function safely(what) {
  try {
    return what();
  } catch {
    return undefined;
  }
}
