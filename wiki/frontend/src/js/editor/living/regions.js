// Where tables and blocks stand in a text: what the living page shows as one piece. Only whole ones
// that begin at the margin count; what is half written, or stands in a list, stays text.
import { StateField } from "@codemirror/state";
import { headOf } from "../heads.js";
import { cellsOf, isRule } from "../tables.js";

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const BLOCK = /^(:{3,})[ \t]*(\S.*)?$/;
const MARGIN = /^ {0,3}(?![-*+>#]\s|\d+[.)]\s)\S/;
// What a line must have for a change of it to make or unmake a region.
const TELLING = /[|:`~]|^\s*$|^\s*-/;

// The regions of a text, first to last: {kind: "table" | "block", from, to, name}, in its own offsets.
export function regionsOf(doc) {
  const found = [];
  const start = headOf(doc.sliceString(0, 65_536)).length;
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
    if (table && text.includes("|") && text.trim()) table.to = line.to;
    else {
      // A row without a bar is a row all the same: whoever reads it as text sees what it does.
      if (table && !text.trim()) found.push(table);
      table = null;
      if (!text.trim() || mark || colons || !MARGIN.test(text)) above = null;
    }
    if (mark) fence = mark;
    else if (colons?.[2]) block = { from: line.from, size: colons[1].length, name: colons[2].split(/\s/)[0] };
    else if (above?.text.includes("|") && isRule(text) && cellsOf(above.text).length === cellsOf(text).length && above.first) {
      table = { kind: "table", from: above.from, to: line.to };
    }
    above = MARGIN.test(text) ? { ...line, first: above === null } : null;
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
    if (anew) return regionsOf(change.newDoc);
    const map = (at, side) => change.changes.mapPos(at, side);
    return value.map((one) => ({ ...one, from: map(one.from, 1), to: map(one.to, -1) }));
  },
});

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

