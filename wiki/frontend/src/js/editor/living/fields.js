// What a form changes in an item as it is written: the bytes of what was changed, and no other. Where
// each field stands, the server has read (wiki/pages/markdown/item_forms.py).
import { chosen, keywordMark, keywords, leading, namedMark, placeMark, places } from "../items.js";
import { difference } from "../tables.js";

const LEADS = ["date", "state", "hour"];
const BLANK = /(?:[ \t]|\\?\n)+/y;

// The pieces of a text as one line, and where in `source` each of its signs stands.
function shownOf(source, pieces) {
  let value = "";
  const at = [];
  for (const [from, to] of pieces) {
    for (let here = from; here < to;) {
      BLANK.lastIndex = here;
      const blank = BLANK.exec(source.slice(0, to))?.[0].length;
      if (!blank || (value && !value.endsWith(" "))) {
        value += blank ? " " : source[here];
        at.push([here, here + (blank || 1)]);
      }
      here += blank || 1;
    }
  }
  return value.endsWith(" ") ? { value: value.slice(0, -1), at: at.slice(0, -1) } : { value, at };
}

// What a form shows of an item: by the kind of each field.
export function valuesOf(source, { text, kinds }) {
  const values = { text: shownOf(source, text).value };
  for (const [kind, parts] of Object.entries(kinds)) values[kind] = [...new Set(parts.map(([, , value]) => value))].join(", ");
  return values;
}

// Changes of one place after another: what goes, and what comes, in the order it was said.
class Changes {
  constructor(source) {
    this.source = source;
    this.gone = [];
    this.come = new Map();
  }

  take(from, to) { if (from < to) this.gone.push({ from, to }); }

  put(at, insert) { if (insert) this.come.set(at, (this.come.get(at) ?? "") + insert); }

  // One that replaces keeps what both have.
  swap(from, to, insert) {
    const its = difference(this.source.slice(from, to), insert);
    this.take(from + its.from, from + its.to);
    this.put(from + its.from, its.insert);
  }

  all() {
    const come = [...this.come].map(([at, insert]) => ({ from: at, to: at, insert }));
    return [...come, ...this.gone].sort((one, other) => one.from - other.from || one.to - other.to);
  }
}

// The changes {from, to, insert} of `source` by what was changed in the form from `before` to `after`.
export function changesOf(source, parts, form, before, after, lang) {
  const changes = new Changes(source);
  const isNew = (kind) => kind in after && after[kind] !== before[kind];
  const partsOf = (kind) => parts.kinds[kind] ?? [];
  if (isNew("box")) {
    const [box] = partsOf("box");
    if (box) changes.swap(box[0], box[1], after.box);
    else changes.put(parts.lead[0], `[${after.box}] `);
  }
  if (LEADS.some(isNew)) lead(changes, parts, form, after, isNew, lang);
  if (isNew("text")) words(changes, parts, after.text);
  const marks = [];
  for (const [kind, mark, read] of [["keywords", keywordMark, keywords], ["places", placeMark, places]]) {
    if (isNew(kind)) marks.push(...several(changes, partsOf(kind), after[kind], read).map(mark));
  }
  for (const kind of ["before", "availability"]) {
    if (!isNew(kind)) continue;
    const value = after[kind] && chosen(form, kind, after[kind], lang);
    const [part] = partsOf(kind);
    if (part && value) changes.swap(part[0] + source.slice(part[0], part[1]).indexOf(":") + 1, part[1], value);
    else if (part) changes.take(part[3], part[1]);
    else if (value) marks.push(namedMark(kind, value, lang));
  }
  if (marks.length) apart(changes, parts.tail, marks.join(" "));
  return changes.all();
}

// Words put between others, with a blank on each side that has none.
function apart(changes, at, words) {
  const { source } = changes;
  const isFree = !changes.come.has(at) && /\s/.test(source[at - 1] ?? " ");
  changes.put(at, `${isFree ? "" : " "}${words}${/^(?:\s|$)/.test(source.slice(at)) ? "" : " "}`);
}

function words(changes, parts, typed) {
  const { source } = changes;
  const shown = shownOf(source, parts.text);
  const next = typed.replace(/\{#[^}]*\}/g, (one) => (shown.value.includes(one) ? one : " ")).replace(/(?:[^\S\u00a0\u202f]|\p{Cc})+/gu, " ").trim();
  const start = parts.lead[1];
  const { from, to, insert } = difference(shown.value, next);
  // A word behind a mark would make that a word of the sentence: then all of it comes before the marks.
  const isBehind = ([at]) => parts.text.some((piece) => piece[0] > start && !source.slice(piece[0], at).trim() && piece[0] <= at);
  const isLast = (end) => parts.text.some((piece) => piece[1] === end) && /\s/.test(source[end - 1]);
  // The blank before a mark stays: without it that is none.
  const take = (some) => some.forEach(([at, end]) => isLast(end) || changes.take(at, end));
  if (shown.at.slice(from, to).some(isBehind)) {
    take(shown.at);
    apart(changes, start, next);
    return;
  }
  if (!from) {
    if (insert && (!shown.at.length || shown.at[0][0] > start)) apart(changes, start, insert);
    else changes.put(start, insert);
  } else changes.put(shown.at[from - 1][1], insert);
  take(shown.at.slice(from, to));
}

// What a line begins with: each in its place, and all of it anew where one comes or goes.
function lead(changes, parts, form, after, isNew, lang) {
  const { source } = changes;
  const stands = (kind) => parts.kinds[kind]?.[0];
  const written = Object.fromEntries(LEADS.map((kind) => {
    const part = stands(kind);
    const isOld = !isNew(kind);
    return [kind, isOld ? part && source.slice(part[0], part[1]) : after[kind] && chosen(form, kind, after[kind], lang)];
  }));
  if (LEADS.every((kind) => Boolean(written[kind]) === Boolean(stands(kind)))) {
    for (const kind of LEADS.filter(isNew)) changes.swap(stands(kind)[0], stands(kind)[1], written[kind]);
  } else changes.swap(parts.lead[0], parts.lead[1], leading(written));
}

// Those that are no longer said go, and those that are new are given back.
function several(changes, parts, typed, read) {
  let rest = typed;
  const kept = new Set();
  // A name that has a comma in it is one name.
  for (const [, , value] of parts) {
    if (!/[,;]/.test(value) || !rest.includes(value)) continue;
    kept.add(value);
    rest = rest.replace(value, "");
  }
  const said = rest.split(/[,;\n]/).map((one) => one.trim()).filter(Boolean);
  const old = new Set(parts.map(([, , value]) => value));
  for (const one of said) if (old.has(one)) kept.add(one);
  for (const [, to, value, cut] of parts) if (!kept.has(value)) changes.take(cut, to);
  return [...new Set(said.filter((one) => !old.has(one)).flatMap(read))].filter((one) => !kept.has(one));
}
