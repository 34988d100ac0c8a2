// Whether a place of a text is prose: words for readers, and no code, address, sign or block.
import { syntaxTree } from "@codemirror/language";
import { headOf } from "../heads.js";
import { regionAt } from "./regions.js";

const NO_PROSE = /Code|URL|Mark$|HTML|Table|LinkLabel|LinkReference/;
// What a note says is taken for an address by the grammar that the editor has.
const NO_PROSE_IN_NOTE = /Code|HTML/;

export function isProse(state, at) {
  if (at < headOf(state.doc.sliceString(0, 65_536)).length || regionAt(state, at)) return false;
  const line = state.doc.lineAt(at);
  if (/^:{3,}/.test(line.text)) return false;
  const before = line.text.slice(0, at - line.from);
  if (before.lastIndexOf("[[") > before.lastIndexOf("]]") || /\S+:\/\/\S*$/.test(before)) return false;
  // Code that is not closed yet is code to who writes it.
  if (before.split("`").length % 2 === 0) return false;
  // The title of a link, in its brackets; and what will be code once it has a word.
  if (/\]\((?:[^()]|\([^()]*\))*$/.test(before)) return false;
  const isNote = /^\[\^[^\]\s]+\]:/.test(line.text);
  const isIn = (name) => {
    for (let node = syntaxTree(state).resolveInner(at, -1); node; node = node.parent) if (name.test(node.name)) return true;
    return false;
  };
  if (/^(?: {4}|\t)\s*$/.test(before) && !isIn(/ListItem/)) return false;
  return !isIn(isNote ? NO_PROSE_IN_NOTE : NO_PROSE);
}
