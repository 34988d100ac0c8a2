// The lines that the small forms write: a need, an offer, a step of the story, a list of projects.
// The grammar of shared marks is the server's (wiki/pages/markdown/items.py); this only writes it cleanly.
const oneLine = (text) => text.replace(/\{#[^}]*\}/g, " ").replace(/[\s\p{Cc}]+/gu, " ").trim();

const AVAILABILITY = { fr: ["un-peu", "ponctuelle", "régulière"], en: ["a-little", "occasional", "regular"] };
const MARKS = { fr: { before: "avant", availability: "dispo" }, en: { before: "before", availability: "availability" } };
const STATES = {
  fr: ["idée", "concept", "prototype", "pilote", "marché", "en-pause", "arrêté", "transmis"],
  en: ["idea", "concept", "prototype", "pilot", "market", "paused", "stopped", "transferred"],
};
const MATURITIES = 5;
const inLanguage = (table, lang) => table[lang === "en" ? "en" : "fr"];

export const states = (lang) => inLanguage(STATES, lang);
export const maturities = (lang) => states(lang).slice(0, MATURITIES);
export const availabilities = (lang) => inLanguage(AVAILABILITY, lang);

// "objets connectés, #IoT" → ["objets-connectés", "IoT"], each once.
export function keywords(text) {
  const words = text.split(/[,;#\n]/).map((part) => part.trim().replace(/\s+/g, "-")
    .replace(/[^\p{L}\p{N}\p{M}-]/gu, "").replace(/-{2,}/g, "-").replace(/^-|-$/g, ""));
  return [...new Set(words.filter((word) => /[\p{L}\p{N}]/u.test(word)))];
}

// "Bretagne; Pays de la Loire" → ["@Bretagne", '@"Pays de la Loire"'].
function places(text) {
  const names = text.split(/[,;\n]/).map((part) => oneLine(part.replace(/["@]/g, " ")));
  return names.filter((name) => /[\p{L}\p{N}]/u.test(name))
    .map((name) => (/^[\p{L}\p{N}\p{M}]+(-[\p{L}\p{N}\p{M}]+)*$/u.test(name) ? `@${name}` : `@"${name}"`));
}

function marked(text, values, lang) {
  const parts = [oneLine(text), ...keywords(values.keywords ?? "").map((word) => `#${word}`), ...places(values.place ?? "")];
  const names = inLanguage(MARKS, lang);
  if (values.before) parts.push(`${names.before}:${values.before}`);
  if (values.availability) parts.push(`${names.availability}:${values.availability}`);
  return parts.join(" ");
}

export const needLine = (values, lang) => `- [ ] ${marked(values.text, values, lang)}`;
export const offerLine = needLine;

export function newsLine(values) {
  const state = values.state ? ` ${values.state}` : "";
  return `- ${values.date}${state} — ${oneLine(values.text)}`;
}

const value = (text) => (/[\s":,]/.test(text) ? `"${text.replace(/"/g, "")}"` : text);

// The line that asks for projects: `::: projets theme:iot maturity:concept..pilote limit:10`.
export function projectsBlock(values, lang) {
  const asked = [];
  const themes = keywords(values.themes ?? "");
  if (themes.length) asked.push(`theme:${themes.join(",")}`);
  const where = oneLine(values.territory ?? "");
  if (where) asked.push(`territory:${value(where)}`);
  const { from, to } = values;
  if (from && from === to) asked.push(`maturity:${from}`);
  else if (from || to) asked.push(`maturity:${from}..${to}`);
  asked.push(`sort:${values.sort || "updated"}`, `limit:${values.limit || 10}`);
  return `::: ${lang === "en" ? "projects" : "projets"} ${asked.join(" ")}\n\n:::\n`;
}
