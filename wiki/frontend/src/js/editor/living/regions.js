// Where tables and blocks stand in a text: what the living page shows as one piece. Only whole ones
// count, a table also in an item of a list; what is half written stays text.
import { StateField } from "@codemirror/state";
import { headOf } from "../heads.js";
import { cellsOf, isRule } from "../tables.js";

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const BLOCK = /^(:{3,})[ \t]*(\S.*)?$/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])( +(?=\S)|$)/;
// What begins something else than a paragraph or a table.
const OTHER = /^\s*([-*+]\s|\d+[.)]\s|>|#{1,6}(\s|$))/;
// What a line must have for a change of it to make or unmake a region.
const TELLING = /[|:`~]|^\s*$|^\s*[-*+>\d]/;

const indentOf = (text) => text.length - text.trimStart().length;

// Whether a line is one more row of a table that begins as `table` does.
const goesOn = (table, text) => text.includes("|") && indentOf(text) >= table.depth && !OTHER.test(text);

// Follows lists from line to line: how far in the words of the item that one is in stand.
class Lists {
  constructor() {
    this.inner = [];
    this.goesOn = false;
    this.isQuote = false;
  }

  get depth() { return this.inner.at(-1) ?? 0; }

  // Whether a paragraph or a table may begin on the line, where words of the item it is in would.
  take(text) {
    if (!text.trim()) {
      this.goesOn = false;
      this.isQuote = false;
      return false;
    }
    const item = ITEM.exec(text);
    const indent = indentOf(text);
    if (!this.goesOn || OTHER.test(text)) while (indent < this.depth) this.inner.pop();
    const apart = indent - this.depth;
    // Four signs further in it is code, or goes on with what is above; so does what is less far in.
    const begins = apart >= 0 && apart < 4;
    if (item && begins) this.inner.push(indent + item[2].length + (item[3].length > 4 ? 1 : Math.max(1, item[3].length)));
    this.isQuote ||= /^\s*>/.test(text);
    this.goesOn = !/^\s*#{1,6}(\s|$)/.test(text);
    return begins && !this.isQuote && !OTHER.test(text);
  }
}

// The regions of a text, first to last: {kind: "table" | "block", from, to, name}, in its own offsets.
export function regionsOf(doc) {
  const found = [];
  const start = headOf(doc.sliceString(0, 65_536)).length;
  const lists = new Lists();
  let fence = "";
  let block = null;
  let table = null;
  let above = null;
  let at = 0;
  for (const text of doc.iterLines()) {
    const line = { from: at, to: at + text.length, text };
    at = line.to + 1;
    if (line.from < start) continue;
    const mark = FENCE.exec(text)?.[1];
    if (fence) {
      if (mark && mark[0] === fence[0] && mark.length >= fence.length) fence = "";
      lists.goesOn = false;
      above = null;
      continue;
    }
    const colons = BLOCK.exec(text);
    if (block) {
      if (mark) fence = mark;
      else if (colons && !colons[2] && colons[1].length >= block.size) {
        found.push({ kind: "block", from: block.from, to: line.to, name: block.name });
        block = null;
      }
      above = null;
      continue;
    }
    if (table && goesOn(table, text)) table.to = line.to;
    else {
      // A row without a bar is a row all the same: whoever reads it as text sees what it does.
      if (table && !text.trim()) found.push(table);
      table = null;
    }
    if (!table && above?.text.includes("|") && isRule(text) && indentOf(text) >= above.depth && cellsOf(above.text).length === cellsOf(text).length) {
      table = { kind: "table", from: above.from, to: line.to, depth: above.depth, level: lists.inner.length };
    }
    const begins = !table && lists.take(text);
    if (mark) fence = mark;
    else if (colons?.[2]) block = { from: line.from, size: colons[1].length, name: colons[2].split(/\s/)[0] };
    above = begins && !mark && !colons ? { ...line, depth: lists.depth } : null;
  }
  if (table) found.push(table);
  return found;
}

// Kept with the state, and worked out anew only by a change that may make another of them.
export const regions = StateField.define({
  create: (state) => regionsOf(state.doc),
  update(value, change) {
    if (!change.docChanged) return value;
    let anew = false;
    change.changes.iterChangedRanges((from, to, newFrom, newTo) => {
      anew ||= telling(change.startState.doc, from, to) || telling(change.newDoc, newFrom, newTo);
    });
    if (anew && !isInRow(value, change)) return regionsOf(change.newDoc);
    const map = (at) => change.changes.mapPos(at, 1);
    return value.map((one) => ({ ...one, from: map(one.from), to: map(one.to) }));
  },
});

// Whether one row of a table says something else, and is a row still: then all stands where it stood.
function isInRow(value, change) {
  const found = [];
  change.changes.iterChangedRanges((...one) => found.push(one));
  const [[from, to, newFrom, newTo]] = found;
  const [old, line] = [change.startState.doc.lineAt(from), change.newDoc.lineAt(newFrom)];
  if (found.length > 1 || to > old.to || newTo > line.to) return false;
  const table = value.find((one) => one.kind === "table" && one.from <= old.from && old.to <= one.to);
  // Its head, and the line below it, make it one.
  if (!table || old.number < change.startState.doc.lineAt(table.from).number + 2) return false;
  return [old, line].every(({ text }) => goesOn(table, text) && !FENCE.test(text) && !BLOCK.test(text));
}

function telling(doc, from, to) {
  const [first, last] = [doc.lineAt(from), doc.lineAt(to)];
  if (last.number - first.number > 3) return true;
  // And the line below it, which may be the head of a table that is one now, or none.
  for (let at = first.number; at <= Math.min(doc.lines, last.number + 1); at += 1) if (TELLING.test(doc.line(at).text)) return true;
  return false;
}

// The region at `at`, or undefined.
export function regionAt(state, at) {
  return state.field(regions).find((one) => one.from <= at && at <= one.to);
}

