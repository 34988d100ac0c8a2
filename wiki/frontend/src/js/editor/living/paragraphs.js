// Enter begins a paragraph, Shift and Enter a line within it, and a press of Backspace joins two
// paragraphs: on the screen as in the page. Lists, quotes and code go on by CodeMirror's own keys.
import { syntaxTree } from "@codemirror/language";
import { EditorState, Prec, Transaction } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { headOf } from "../heads.js";
import { regionAt } from "./regions.js";
import { wordsOf } from "./signs.js";

const CONTAINER = /^(ListItem|Blockquote|FencedCode|CodeBlock|Table)$/;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

const RULE = /^ {0,3}([-*_])([ \t]*\1){2,}[ \t]*$/;

function isCode(state, at) {
  for (let node = syntaxTree(state).resolveInner(at, 1); node; node = node.parent) if (/Code/.test(node.name)) return true;
  return false;
}

const isFenceOf = (state, number) => number > 0 && number <= state.doc.lines && FENCE.test(state.doc.line(number).text);

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
  const line = view.state.doc.lineAt(main.from);
  // Before the words of a heading a paragraph begins above it.
  if (main.empty && line.text.startsWith("#") && main.from === wordsOf(view, line)) {
    view.dispatch({ changes: { from: line.from, insert: "\n\n" }, scrollIntoView: true, userEvent: "input" });
    return true;
  }
  view.dispatch({
    changes: { from: main.from, to: main.to, insert: "\n\n" }, selection: { anchor: main.from + 2 }, scrollIntoView: true, userEvent: "input",
  });
  return true;
}

// A line more in a paragraph, an item or a quotation, under its words.
function lineBreak(view) {
  const { main } = view.state.selection;
  const line = view.state.doc.lineAt(main.from);
  if (!main.empty || /^[\s>]*(#{1,6} |:{3,}|`{3,}|~{3,}|$)/.test(line.text) || isCode(view.state, main.from) || regionAt(view.state, main.from)) return false;
  if (main.from < wordsOf(view, line) || !line.text.slice(0, main.from - line.from).trim()) return false;
  const [, quote, item] = line.text.match(/^((?:\s*>\s?)*)(\s*(?:(?:[-*+]|\d+[.)])\s+)?)/);
  const insert = `\\\n${quote}${" ".repeat(item.length)}`;
  view.dispatch({ changes: { from: main.from, insert }, selection: { anchor: main.from + insert.length }, scrollIntoView: true, userEvent: "input" });
  return true;
}

// A press back at the first word joins paragraphs over the blank line between them.
function joinBack(view) {
  const { main } = view.state.selection;
  if (!main.empty) return false;
  const { state } = view;
  const line = state.doc.lineAt(main.head);
  if (main.head !== line.from) return false;
  // Into the line that opens code, nothing is drawn: it would be its name.
  if (isFenceOf(state, line.number - 1) && isCode(state, line.from)) {
    const { doc } = state;
    // Code without a word in it goes as a whole.
    if (!line.text && isFenceOf(state, line.number + 1)) {
      view.dispatch({ changes: { from: doc.line(line.number - 1).from, to: doc.line(line.number + 1).to }, userEvent: "delete" });
    }
    return true;
  }
  // A rule between two parts goes as a whole.
  const above = state.doc.lineAt(Math.max(0, line.from - 2));
  if (RULE.test(above.text) && !state.doc.sliceString(above.to, line.from).trim()) {
    view.dispatch({ changes: { from: above.from, to: line.from }, userEvent: "delete", scrollIntoView: true });
    return true;
  }
  if (!/[^\n]\n\n$/.test(state.doc.sliceString(main.head - 3, main.head))) return false;
  if (!isOwnLine(state, main.head) || !isOwnLine(state, main.head - 2)) return false;
  view.dispatch({ changes: { from: main.head - 2, to: main.head }, userEvent: "delete", scrollIntoView: true });
  return true;
}

// A press of Delete behind the last word brings up the words of the next line, without their signs.
function joinOn(view) {
  const { main } = view.state.selection;
  if (!main.empty) return false;
  const { doc } = view.state;
  const line = doc.lineAt(main.head);
  if (main.head !== line.to || !line.text.trim() || line.number === doc.lines) return false;
  let next = doc.line(line.number + 1);
  const isOwn = isOwnLine(view.state, main.head);
  if (isOwn && !next.text && next.number < doc.lines) next = doc.line(next.number + 1);
  if (regionAt(view.state, main.head) || regionAt(view.state, next.from)) return false;
  // Beside the fences of code, and a rule, a line stays a line.
  if (FENCE.test(next.text) || RULE.test(next.text)) return true;
  const begin = wordsOf(view, next);
  if (begin === next.from && !(isOwn && next.text.trim() && next.number > line.number + 1)) return false;
  view.dispatch({ changes: { from: main.head, to: begin }, userEvent: "delete", scrollIntoView: true });
  return true;
}

// What parts words that are put at a place from the pieces beside it: [before, after], or null. They
// would be words of a block's own lines otherwise, or one more row of a table.
function parted(state, at) {
  const region = regionAt(state, at);
  if (region) return at === region.from ? ["", "\n\n"] : at === region.to ? ["\n\n", ""] : null;
  const line = state.doc.lineAt(at);
  if (line.text.trim()) return null;
  const hasTable = (place, edge) => regionAt(state, place)?.kind === "table" && regionAt(state, place)[edge] === place;
  const [before, after] = [hasTable(line.from - 1, "to") ? "\n" : "", hasTable(line.to + 1, "from") ? "\n" : ""];
  return before || after ? [before, after] : null;
}

// Beside a table or a block a paragraph begins, and not a word of the piece itself.
function besideRegion(view, from, to, typed, composed = false) {
  const found = from === to ? parted(view.state, from) : null;
  const region = regionAt(view.state, from);
  // A bar below a table is a row more; the text of a block that is open is written in like any other.
  if (!found || (region ? !isCovered(view, region) : !(typed || composed) || typed === "|")) return false;
  const [before, after] = found;
  view.dispatch({
    changes: { from, insert: before + typed + after }, selection: { anchor: from + before.length + typed.length },
    scrollIntoView: true, userEvent: "input.type",
  });
  return true;
}

// What is pasted or dropped there stands apart as well.
const pastedBeside = EditorState.transactionFilter.of((change) => {
  const event = change.annotation(Transaction.userEvent) ?? "";
  if (!change.docChanged || !/^input(\.paste|\.drop)?$/.test(event)) return change;
  const put = [];
  change.changes.iterChanges((from, to, begin, end, insert) => put.push({ from, to, begin, end, text: insert.toString() }));
  const [{ from, to, begin, end, text }] = put;
  const found = put.length === 1 && from === to && text.trim() ? parted(change.startState, from) : null;
  if (!found) return change;
  const line = change.startState.doc.lineAt(from);
  // A row that no bar has ended yet goes on.
  if (regionAt(change.startState, from)?.kind === "table" && from === line.to && !/\S.*\|\s*$/.test(line.text)) return change;
  const changes = [];
  if (found[0] && !text.startsWith("\n")) changes.push({ from: begin, insert: found[0] });
  if (found[1] && !text.endsWith("\n")) changes.push({ from: end, insert: found[1] });
  return changes.length ? [change, { changes, sequential: true }] : change;
});

// A word that is composed (by an input method, or a phone's keyboard) finds its place made before it:
// its key (229) comes first. Where none is told, beside words alone, as nothing is drawn anew there.
function makePlace(view) {
  const { main } = view.state.selection;
  if (main.empty && !view.composing) besideRegion(view, main.head, main.head, "", true);
}

const composed = EditorView.domEventHandlers({
  keydown(event, view) { if (event.keyCode === 229) makePlace(view); },
  compositionstart(_event, view) { if (!regionAt(view.state, view.state.selection.main.head)) makePlace(view); },
});

const isCovered = (view, region) => view.state.facet(EditorView.atomicRanges).some((ranges) => {
  let found = false;
  ranges(view).between(region.from, region.to, (from, to) => { found ||= from === region.from && to === region.to; });
  return found;
});

export const paragraphs = [
  EditorView.inputHandler.of((view, from, to, typed) => !view.composing && besideRegion(view, from, to, typed)),
  composed,
  pastedBeside,
  // Before CodeMirror's own, which goes on with a quotation until there are two empty lines.
  Prec.highest(keymap.of([
    { key: "Enter", run: leaveQuote },
    { key: "Enter", run: (view) => besideRegion(view, view.state.selection.main.from, view.state.selection.main.to, "") },
  ])),
  Prec.high(keymap.of([
    { key: "Enter", run: paragraph, shift: lineBreak },
    { key: "Backspace", run: joinBack }, { key: "Delete", run: joinOn },
  ])),
];
