// Builds wiki/static/dist: content hashes in the names, so that browsers may keep a file for ever,
// and manifest.json, from "wiki.css" to the name it has today.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { transform } from "lightningcss";
import { notices, packagesOf } from "./notices.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../static/dist");
// Built beside it and put in its place at the end: whoever serves from here meanwhile misses nothing.
const out = `${dist}-${process.pid}`;
const manifest = {};
// What is taken from packages as it is; what esbuild reads of others is added below.
const used = ["htmx.org", "lucide-static", "@expo-google-fonts/noto-naskh-arabic", "emojibase-data"].map((one) => `node_modules/${one}`);

// Phones of people with little money are old phones: colours, nesting and layers are written down
// to what Safari 15.4 and Chrome 99 read.
const targets = { safari: (15 << 16) | (4 << 8), ios_saf: (15 << 16) | (4 << 8), chrome: 99 << 16, firefox: 97 << 16 };
const scripts = ["theme", "site", "conflict", "signal", "themewords", "passkeys", "worker", "exportsearch"];
// The editor, and what plugins add to it from plugins/<name>/frontend/<script>.js, called
// <name>-<script>.js in the manifest: modules that share their libraries, so that there is one of each.
const plugins = join(here, "../../plugins");
const styles = ["wiki", "editor", "look"];

function hashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const extension = extname(name);
  return `${basename(name, extension)}-${hash}${extension}`;
}

// Text lies there packed too, once and well: the server only picks what the browser reads.
async function keep(name, content) {
  // What modules share is asked for by the name that they know it by.
  manifest[name] = name.startsWith("shared-") ? name : hashed(name, content);
  const file = join(out, manifest[name]);
  await writeFile(file, content);
  await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
  await writeFile(`${file}.br`, brotliCompressSync(content));
}

async function bundle(entryPoints, options) {
  const result = await build({
    absWorkingDir: here, entryPoints, outdir: out, bundle: true, minify: true, write: false,
    logLevel: "warning", legalComments: "eof", metafile: true, assetNames: "[name]-[hash]", ...options,
  });
  used.push(...packagesOf(result.metafile.inputs));
  return result.outputFiles;
}

async function pluginScripts() {
  const found = [];
  for (const plugin of (await readdir(plugins)).sort()) {
    const folder = join(plugins, plugin, "frontend");
    for (const file of (await readdir(folder).catch(() => [])).sort()) {
      if (file.endsWith(".js")) found.push({ in: join(folder, file), out: `${plugin}-${basename(file, ".js")}` });
    }
  }
  return found;
}

await mkdir(out, { recursive: true });

for (const file of await bundle(scripts.map((name) => `src/js/${name}.js`), {
  format: "iife", target: ["es2021"], entryNames: "[name]",
})) await keep(basename(file.path), file.contents);

const modules = await bundle([{ in: "src/js/editor/editor.js", out: "editor" }, ...(await pluginScripts())], {
  format: "esm", target: ["es2021"], splitting: true, chunkNames: "shared-[hash]",
  // Raw HTML is off in our Markdown: its parser, and those of CSS and JavaScript, stay at home.
  alias: { "@codemirror/lang-html": join(here, "src/js/editor/nohtml.js") },
  nodePaths: [join(here, "node_modules")],
});
for (const file of modules) await keep(basename(file.path), file.contents);

// htmx as its authors have minified it; its settings stand in a <meta name="htmx-config"> of base.html.
await keep("htmx.js", await readFile(join(here, "node_modules/htmx.org/dist/htmx.min.js")));

for (const file of await bundle(styles.map((name) => `src/css/${name}.css`), {
  loader: { ".woff2": "file" }, entryNames: "[name]",
})) {
  const name = basename(file.path);
  if (!name.endsWith(".css")) {
    manifest[name.replace(/-[A-Z0-9]{8}(?=\.)/, "")] = name;
    await writeFile(join(out, name), file.contents);
    continue;
  }
  await keep(name, transform({ filename: name, code: file.contents, minify: true, targets }).code);
}

// For documents alone (wiki/documents/write/typst.py): the typesetter's own fonts draw no Arabic.
for (const [weight, name] of [["400", "Regular"], ["600", "SemiBold"]]) {
  const folder = `node_modules/@expo-google-fonts/noto-naskh-arabic/${weight}${name}`;
  const font = await readFile(join(here, folder, `NotoNaskhArabic_${weight}${name}.ttf`));
  const called = `noto-naskh-arabic-${weight}.ttf`;
  manifest[called] = hashed(called, font);
  await writeFile(join(out, manifest[called]), font);
}

// One sprite with only the icons of icons.txt; each is used with <use href="…#name">.
const names = (await readFile(join(here, "src/icons/icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
const drawn = [];
for (const name of names) {
  const svg = await readFile(join(here, `node_modules/lucide-static/icons/${name}.svg`), "utf8");
  const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  drawn.push(`<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s+/g, " ").trim()}</symbol>`);
}
for (const own of await readdir(join(here, "src/icons"))) {
  if (!own.endsWith(".svg")) continue;
  const svg = await readFile(join(here, "src/icons", own), "utf8");
  const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  drawn.push(`<symbol id="${basename(own, ".svg")}" viewBox="0 0 24 24">${inside.replace(/\s+/g, " ").trim()}</symbol>`);
}
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${drawn.join("")}</svg>\n`;
await keep("icons.svg", sprite);
await keep("favicon.svg", await readFile(join(here, "src/icons/mark.svg"), "utf8"));

// Emoji with their names and what they are found by, a line each: those that phones of some years draw.
const NEWEST_EMOJI = 14;
for (const lang of ["fr", "en"]) {
  const known = JSON.parse(await readFile(join(here, `node_modules/emojibase-data/${lang}/data.json`), "utf8"));
  // Those of a group, but its second: parts, which are nothing alone.
  const shown = known.filter(({ group, version }) => group !== undefined && group !== 2 && version <= NEWEST_EMOJI);
  await keep(`emoji-${lang}.txt`, shown.map(({ emoji, label, tags = [] }) => [emoji, label, ...tags].join("\t")).join("\n"));
}

await keep("notices.txt", await notices(used, here));

const ordered = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(join(out, "manifest.json"), `${JSON.stringify(ordered, null, 2)}\n`);
await rm(dist, { recursive: true, force: true });
await rename(out, dist);
console.log(`${Object.keys(manifest).length} files in wiki/static/dist`);
