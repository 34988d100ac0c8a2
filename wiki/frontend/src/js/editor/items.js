// What the small forms write: the lines of items, and the block that lists projects. The grammar is
// the server's (wiki/pages/markdown/item_forms.py); this only writes it cleanly.
// Blanks that French wants before its signs stay.
export const oneLine = (text) => text.replace(/\{#[^}]*\}/g, " ").replace(/(?:[^\S\u00a0\u202f]|\p{Cc})+/gu, " ").trim();

const MARKS = { fr: { before: "avant", availability: "dispo" }, en: { before: "before", availability: "availability" } };
const STATES = {
  fr: ["idée", "concept", "prototype", "pilote", "marché"],
  en: ["idea", "concept", "prototype", "pilot", "market"],
};
const inLanguage = (table, lang) => table[lang === "en" ? "en" : "fr"];

export const maturities = (lang) => inLanguage(STATES, lang);

// "objets connectés, #IoT" → ["objets-connectés", "IoT"], each once.
export function keywords(text) {
  const words = text.split(/[,;#\n]/).map((part) => part.trim().replace(/\s+/g, "-")
    .replace(/[^\p{L}\p{N}\p{M}-]/gu, "").replace(/-{2,}/g, "-").replace(/^-|-$/g, ""));
  return [...new Set(words.filter((word) => /[\p{L}\p{N}]/u.test(word)))];
}

// "Bretagne; Pays de la Loire" → ["Bretagne", "Pays de la Loire"].
export function places(text) {
  const names = text.split(/[,;\n]/).map((part) => oneLine(part.replace(/["@]/g, " ")));
  return names.filter((name) => /[\p{L}\p{N}]/u.test(name));
}

// The marks of a line, by the kind of their field.
export const keywordMark = (word) => `#${word}`;
export const placeMark = (name) => (/^[\p{L}\p{N}\p{M}]+(-[\p{L}\p{N}\p{M}]+)*$/u.test(name) ? `@${name}` : `@"${name}"`);
export const namedMark = (kind, value, lang) => `${inLanguage(MARKS, lang)[kind]}:${value}`;

// A choice as it is written in pages of that language: its first name in French, its second in English.
export function chosen(form, kind, value, lang) {
  const { choices = [] } = form.fields.find((one) => one.kind === kind) ?? {};
  const names = choices.find(([names]) => names[0] === value)?.[0];
  return names ? (lang === "en" ? names[1] ?? names[0] : names[0]) : value;
}

// What stands before the words: "2026-03-01 concept — ", "18:45 ".
export function leading({ date, state, hour }) {
  const dated = [date, state].filter(Boolean).join(" ");
  return [dated && `${dated} —`, hour].filter(Boolean).map((one) => `${one} `).join("");
}

// The line of a new item.
export function itemLine(form, values, lang) {
  const box = form.fields.some((one) => one.kind === "box") ? "[ ] " : "";
  const lead = leading({ ...values, state: values.state && chosen(form, "state", values.state, lang) });
  const marks = [...keywords(values.keywords ?? "").map(keywordMark), ...places(values.places ?? "").map(placeMark)];
  for (const kind of ["before", "availability"]) {
    if (values[kind]) marks.push(namedMark(kind, chosen(form, kind, values[kind], lang), lang));
  }
  return `- ${box}${lead}${[oneLine(values.text), ...marks].join(" ")}`;
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
