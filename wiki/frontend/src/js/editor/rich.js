// CodeMirror as a surface to write on. It lives in a shadow root: there its styles are
// constructed sheets, which the site's policy (no inline style) lets through.
import { defaultKeymap, history, historyKeymap, isolateHistory, redo, undo } from "@codemirror/commands";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, StateEffect } from "@codemirror/state";
import { EditorView, drawSelection, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { shifted } from "./lists.js";
import { blockLines, hiddenIdentities } from "./marks.js";
import { bring, margins } from "./seen.js";
import { headingLines } from "./structure.js";
import { step, tableAt } from "./tables.js";

const LONG = 200_000;

const look = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.5em", lineHeight: "1.3" },
  { tag: tags.heading2, fontSize: "1.3em", lineHeight: "1.35" },
  { tag: [tags.heading3, tags.heading4], fontFamily: "var(--font-sans)", fontWeight: "600" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.link, tags.url], color: "var(--ring)" },
  { tag: [tags.monospace, tags.contentSeparator], fontFamily: "var(--font-mono)", fontSize: "0.88em" },
  { tag: [tags.processingInstruction, tags.labelName, tags.meta], color: "var(--muted-foreground)" },
  { tag: tags.quote, fontStyle: "italic" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--foreground)", backgroundColor: "transparent", fontSize: "1.0938rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-serif)", lineHeight: "1.65", overflow: "auto", overscrollBehavior: "contain" },
  ".cm-content": { padding: "1.5rem clamp(1rem, 2.5vw, 2.25rem) 40vh", caretColor: "var(--foreground)", maxWidth: "44rem" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderLeftColor: "var(--foreground)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--marked)" },
  ".cm-front": { fontFamily: "var(--font-mono)", fontSize: "0.86em", color: "var(--muted-foreground)" },
  ".cm-front span": { color: "inherit !important", fontSize: "1em !important", textDecoration: "none !important" },
  ".cm-fence": { fontFamily: "var(--font-sans)", fontSize: "0.88em", fontWeight: "600", color: "var(--muted-foreground)" },
  ".cm-hint": { margin: "0.2rem 0 0.6rem", color: "var(--muted-foreground)", fontFamily: "var(--font-sans)", fontSize: "0.9em", lineHeight: "1.5", cursor: "text" },
  ".cm-need": { color: "var(--need)" },
  ".cm-offer": { color: "var(--offer)" },
  ".cm-wikilink": { color: "var(--ring)" },
});

// On a phone the page scrolls, with a bar above the keyboard.
const flowing = [
  EditorView.theme({
    "&": { height: "auto", fontSize: "1.0625rem" },
    ".cm-scroller": { overflow: "visible" },
    ".cm-content": { padding: "1rem 0.25rem 30vh", maxWidth: "none", minHeight: "45vh" },
  }),
  EditorView.scrollMargins.of(margins),
];

// Tab inside a table or a list; elsewhere it leaves the text, and after Escape it does so anywhere.
function tabs(back) {
  return (view) => {
    const { from, to } = view.state.selection.main;
    const text = view.state.doc.toString();
    const table = tableAt(text, from);
    const edit = table ? step(table, back) : shifted(text, { from, to }, back);
    if (!edit) return false;
    const { insert } = edit;
    view.dispatch({
      changes: { from: edit.from, to: edit.to, insert }, selection: { anchor: edit.select[0], head: edit.select[1] },
      scrollIntoView: true, userEvent: "input.indent",
    });
    return true;
  };
}

export function richSurface(area, words, lang, narrow) {
  const host = document.createElement("div");
  host.className = "editor";
  host.dir = area.dir || "ltr";
  const root = host.attachShadow({ mode: "open" });
  area.after(host);
  const listeners = { change: [], scroll: [], cursor: [] };
  const places = new Set();
  const ownHistory = new Compartment();
  // A long text is made a string once for all who ask for it between two changes.
  let said = { doc: null, text: "" };
  const textOf = (doc) => {
    if (said.doc !== doc) said = { doc, text: doc.toString() };
    return said.text;
  };
  // The field that is sent holds the text: a long one, which takes a browser long, when typing rests.
  let resting = 0;
  function hold() {
    clearTimeout(resting);
    if (view.state.doc.length < LONG) area.value = textOf(view.state.doc);
    else resting = setTimeout(() => { area.value = textOf(view.state.doc); }, 400);
  }
  area.form?.addEventListener("formdata", ({ formData }) => formData.set(area.name, textOf(view.state.doc)));
  addEventListener("pagehide", () => { area.value = textOf(view.state.doc); });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      // At the end, as in a mail: a button pressed first writes there, never before front matter.
      selection: { anchor: area.value.length },
      extensions: [
        ownHistory.of([history(), keymap.of(historyKeymap)]),
        drawSelection(),
        keymap.of([{ key: "Tab", run: tabs(false), shift: tabs(true) }, ...defaultKeymap]),
        markdown({ base: markdownLanguage, completeHTMLTags: false }),
        syntaxHighlighting(look),
        hiddenIdentities,
        blockLines,
        theme,
        narrow ? flowing : [],
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          spellcheck: "true", autocorrect: "on", autocapitalize: "sentences", lang, tabindex: "0", "aria-label": words.edit_text,
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged || update.selectionSet) for (const callback of listeners.cursor) callback();
          if (!update.docChanged) return;
          for (const kept of places) kept.at = update.changes.mapPos(kept.at, 1);
          hold();
          for (const callback of listeners.change) callback();
        }),
      ],
    }),
  });
  area.hidden = true;
  view.scrollDOM.addEventListener("scroll", () => listeners.scroll.forEach((callback) => callback()), { passive: true });

  return {
    element: host,
    view,
    // Has the style sheet of the page here too, for what stands here as it does there.
    dress(link) { if (link) root.prepend(link.cloneNode()); },
    // Adds extensions of CodeMirror for as long as the page is open.
    extend(extension) { view.dispatch({ effects: StateEffect.appendConfig.of(extension) }); },
    // Gives undo and redo to somebody else, such as who lets several write at once.
    undoBy(theirs) {
      view.dispatch({ effects: ownHistory.reconfigure([]) });
      Object.assign(this, theirs);
    },
    undo() {
      undo(view);
      view.focus();
    },
    redo() {
      redo(view);
      view.focus();
    },
    scroller: narrow ? null : view.scrollDOM,
    text: () => textOf(view.state.doc),
    selection: () => ({ from: view.state.selection.main.from, to: view.state.selection.main.to }),
    // The cursor where one points, in a table in the cell.
    pointTo(x, y) {
      const cell = root.elementFromPoint(x, y)?.closest(".cm-grid :is(td, th)");
      if (cell) {
        cell.closest(".cm-grid").open(cell.parentNode.rowIndex, cell.cellIndex, Infinity);
        return;
      }
      const at = view.posAtCoords({ x, y });
      if (at !== null) view.dispatch({ selection: { anchor: at } });
    },
    // Keeps in mind where one writes, whatever is written meanwhile; what it gives says it once.
    place() {
      const kept = { at: view.state.selection.main.to };
      places.add(kept);
      return () => {
        places.delete(kept);
        return kept.at;
      };
    },
    replace(from, to, insert, select) {
      view.dispatch({
        changes: { from, to, insert },
        selection: select ? { anchor: select[0], head: select[1] } : { anchor: from + insert.length },
        scrollIntoView: true,
        userEvent: "input",
        // What a button does is one step, which typing on does not join.
        annotations: isolateHistory.of("full"),
      });
      view.focus();
    },
    // Several changes as one step.
    change(changes, select) {
      view.dispatch({
        changes, selection: { anchor: select[0], head: select[1] },
        scrollIntoView: true, userEvent: "input", annotations: isolateHistory.of("full"),
      });
      view.focus();
    },
    // Changes the text and leaves the cursor to whoever has it.
    amend(from, to, insert) { view.dispatch({ changes: { from, to, insert }, userEvent: "input.type" }); },
    onChange(callback) { listeners.change.push(callback); },
    onCursor(callback) { listeners.cursor.push(callback); },
    onScroll(callback) { listeners.scroll.push(callback); },
    // To a line, which stands in the middle then, or (`high`) where one begins to read.
    goTo(line, high = false) {
      const at = view.state.doc.line(Math.min(line + 1, view.state.doc.lines)).from;
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, high ? { y: "start", yMargin: 80 } : { y: "center" }) });
      view.focus();
    },
    reveal() {
      // In a cell it is the cell that one looks at.
      const field = root.activeElement?.localName === "textarea" && root.activeElement;
      if (field) {
        if (narrow) bring(field.getBoundingClientRect());
        else field.scrollIntoView({ block: "nearest" });
        return;
      }
      const effects = EditorView.scrollIntoView(view.state.selection.main.head, { yMargin: 60 });
      view.dispatch({ effects });
    },
    focus: () => view.focus(),
    headingTops: () => headingLines(textOf(view.state.doc)).map(
      (line) => view.lineBlockAt(view.state.doc.line(line + 1).from).top,
    ),
  };
}
