// What others have made of what browsers get, with the licence that each asks to be passed on.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const LICENCE = /^(licen[cs]e|copying|notice|ofl)([-._]|$)/i;
const PACKAGE = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

// The folders of the packages that esbuild read files of (`metafile.inputs`).
export function packagesOf(inputs) {
  return Object.keys(inputs).map((file) => PACKAGE.exec(file)?.[0]).filter(Boolean);
}

// One text: name, version, licence of each package, then the licence in full. Refuses one without.
export async function notices(packages, root) {
  const told = [];
  for (const folder of [...new Set(packages)].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    const files = (await readdir(join(root, folder))).filter((file) => LICENCE.test(file)).sort();
    if (!license || !files.length) throw new Error(`${name} has no licence to pass on`);
    const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), "utf8")));
    told.push([`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join("\n\n"));
  }
  return `${told.join(`\n\n${"-".repeat(72)}\n\n`)}\n`;
}
