// Enter begins a paragraph, Shift and Enter a line within it, and a press of Backspace joins two
// paragraphs: on the screen as in the page. Lists, quotes and code go on by CodeMirror's own keys.
import { syntaxTree } from "@codemirror/language";
import { Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { headOf } from "../heads.js";
import { regionAt } from "./regions.js";

const CONTAINER = /^(ListItem|Blockquote|FencedCode|CodeBlock|Table)$/;

// Whether what stands at `at` is a paragraph or a heading of the page itself, with words in it.
function isOwnLine(state, at) {
  const line = state.doc.lineAt(at);
  if (!line.text.trim() || /^\s*([-*+>]|\d+[.)])(\s|$)|^:{3,}/.test(line.text) || regionAt(state, at)) return false;
  if (at < headOf(state.doc.sliceString(0, 65_536)).length) return false;
  for (let node = syntaxTree(state).resolveInner(at, -1); node; node = node.parent) if (CONTAINER.test(node.name)) return false;
  return true;
}

// Out of a quotation by Enter on its last line, which is empty.
function leaveQuote(view) {
  const { main } = view.state.selection;
  const line = view.state.doc.lineAt(main.from);
  if (!main.empty || !/^\s*(>\s?)+$/.test(line.text)) return false;
  view.dispatch({ changes: { from: line.from, to: line.to, insert: "\n" }, selection: { anchor: line.from + 1 }, scrollIntoView: true, userEvent: "input" });
  return true;
}

function paragraph(view) {
  const { main } = view.state.selection;
  if (!isOwnLine(view.state, main.from)) return false;
  view.dispatch({
    changes: { from: main.from, to: main.to, insert: "\n\n" }, selection: { anchor: main.from + 2 }, scrollIntoView: true, userEvent: "input",
  });
  return true;
}

function lineBreak(view) {
  const { main } = view.state.selection;
  if (!main.empty || !isOwnLine(view.state, main.from) || /^#{1,6} /.test(view.state.doc.lineAt(main.from).text)) return false;
  view.dispatch({ changes: { from: main.from, insert: "\\\n" }, selection: { anchor: main.from + 2 }, scrollIntoView: true, userEvent: "input" });
  return true;
}

// The blank line between two paragraphs goes with the press that joins them.
function join(back) {
  return (view) => {
    const { main } = view.state.selection;
    if (!main.empty) return false;
    const { doc } = view.state;
    const around = back ? doc.sliceString(Math.max(0, main.head - 3), main.head) : doc.sliceString(main.head, main.head + 3);
    if (!(back ? /[^\n]\n\n$/ : /^\n\n[^\n]/).test(around)) return false;
    const other = back ? main.head - 2 : main.head + 2;
    if (!isOwnLine(view.state, main.head) || !isOwnLine(view.state, back ? main.head - 2 : main.head + 2)) return false;
    const [from, to] = back ? [other, main.head] : [main.head, other];
    view.dispatch({ changes: { from, to, insert: "" }, userEvent: "delete", scrollIntoView: true });
    return true;
  };
}

// Beside a table or a block a paragraph begins, and not a word of the piece itself.
function besideRegion(view, from, to, typed) {
  const region = from === to ? regionAt(view.state, from) : null;
  if (!region || (from !== region.from && from !== region.to)) return false;
  // The text of a block that is open is written in like any other.
  if (!isCovered(view, region)) return false;
  const above = from === region.from;
  const insert = above ? `${typed}\n\n` : `\n\n${typed}`;
  view.dispatch({ changes: { from, insert }, selection: { anchor: above ? from + typed.length : from + insert.length }, scrollIntoView: true, userEvent: "input.type" });
  return true;
}

const isCovered = (view, region) => view.state.facet(EditorView.atomicRanges).some((ranges) => {
  let found = false;
  ranges(view).between(region.from, region.to, (from, to) => { found ||= from === region.from && to === region.to; });
  return found;
});

export const paragraphs = [
  EditorView.inputHandler.of(besideRegion),
  // Before CodeMirror's own, which goes on with a quotation until there are two empty lines.
  Prec.highest(keymap.of([
    { key: "Enter", run: leaveQuote },
    { key: "Enter", run: (view) => besideRegion(view, view.state.selection.main.from, view.state.selection.main.to, "") },
  ])),
  Prec.high(keymap.of([
    { key: "Enter", run: paragraph, shift: lineBreak },
    { key: "Backspace", run: join(true) }, { key: "Delete", run: join(false) },
  ])),
];
