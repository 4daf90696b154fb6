// Makes the two bundles in src/spasmkg/web/static/vendor, with the licence texts of all that is in them and a manifest
// of what they were made from. The same lock file gives the same bytes. See `make vendor`.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "spasmkg", "web", "static", "vendor");
const ENTRIES = ["codemirror.js", "cytoscape.js"];
const SOURCES = ["build.mjs", "package.json", "package-lock.json", ...ENTRIES];

// The policy of the pages allows no inline style. Both libraries put a <style> into the page; so the one is told to use
// an adopted style sheet, as it does inside a shadow root, and the other to leave its one rule to our style sheet.
const PATCHES = {
  "style-mod/src/style-mod.js": [["if (!root.head && root.adoptedStyleSheets", "if (root.adoptedStyleSheets"]],
  "cytoscape/dist/cytoscape.esm.mjs": [
    ["var stylesheetAlreadyExists = document.getElementById(stylesheetId) != null;", "var stylesheetAlreadyExists = true;"],
  ],
};
const patched = new Set();
const patches = {
  name: "patches",
  setup(build) {
    build.onLoad({ filter: /style-mod\.js$|cytoscape\.esm\.mjs$/ }, ({ path }) => {
      const name = relative(join(here, "node_modules"), path);
      let contents = readFileSync(path, "utf8");
      for (const [old, made] of PATCHES[name]) {
        if (contents.split(old).length !== 2) throw new Error(`${name}: "${old}" does not stand there once`);
        contents = contents.replace(old, made);
      }
      patched.add(name);
      return { contents, loader: "js" };
    });
  },
};

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** The folders of the packages that are in a bundle, by the files that esbuild took. */
function packagesOf(meta) {
  const found = new Set();
  for (const file of Object.keys(meta.inputs)) {
    const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (match) found.add(match[1]);
  }
  return [...found].sort();
}

function described(name) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(f));
  if (!file) throw new Error(`${name} has no licence text`);
  return { name, version, license, text: readFileSync(join(folder, file), "utf8").trim() };
}

mkdirSync(out, { recursive: true });
const bundles = {};
const packages = new Map();
for (const entry of ENTRIES) {
  const { metafile, outputFiles } = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    target: "es2022",
    preserveSymlinks: true,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
    write: false,
    plugins: [patches],
  });
  const bytes = outputFiles[0].contents;
  writeFileSync(join(out, entry), bytes);
  const names = packagesOf(metafile);
  names.forEach((name) => packages.set(name, described(name)));
  const versions = Object.fromEntries(names.map((name) => [name, packages.get(name).version]));
  bundles[entry] = { sha256: sha256(bytes), bytes: bytes.length, packages: versions };
}
for (const name of Object.keys(PATCHES)) {
  if (!patched.has(name)) throw new Error(`${name} is no longer bundled; drop its patch`);
}

const all = [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
const parts = all.map((p) => `${"=".repeat(72)}\n${p.name} ${p.version} (${p.license})\n${"=".repeat(72)}\n\n${p.text}\n`);
const intro = `The files codemirror.js and cytoscape.js in this folder are made from these packages (frontend/build.mjs).\n\n`;
const notices = intro + parts.join("\n");
writeFileSync(join(out, "NOTICES.txt"), notices);
const sources = Object.fromEntries(SOURCES.map((name) => [`frontend/${name}`, sha256(readFileSync(join(here, name)))]));
const manifest = { bundles, notices: sha256(notices), sources };
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
for (const [name, { bytes }] of Object.entries(bundles)) console.log(`${name} ${bytes} bytes`);
