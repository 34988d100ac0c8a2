// Signs of lines that are out of sight stand before the words of an item, a heading, a quotation: the
// cursor stands behind them, so that a word that is typed first there is a word of that line.
import { EditorView, keymap } from "@codemirror/view";
import { Prec } from "@codemirror/state";

// Where the words of a line begin, behind what is out of sight.
export function wordsOf(view, line) {
  const hidden = [];
  for (const ranges of view.state.facet(EditorView.atomicRanges)) {
    ranges(view).between(line.from, line.to, (from, to) => {
      if (from >= line.from && to <= line.to) hidden.push([from, to]);
    });
  }
  let at = line.from;
  for (const [from, to] of hidden.sort(([one], [other]) => one - other)) if (from <= at) at = Math.max(at, to);
  return at;
}

// Puts a cursor that stands before signs behind them; false, so that what was pressed goes on.
export function settle(view) {
  const { main } = view.state.selection;
  if (!main.empty || view.composing) return false;
  const begin = wordsOf(view, view.state.doc.lineAt(main.head));
  if (main.head < begin) view.dispatch({ selection: { anchor: begin } });
  return false;
}

// Back over the signs, which is to the line above.
function past(rtl) {
  return (view) => {
    const { main } = view.state.selection;
    const line = view.state.doc.lineAt(main.head);
    const isBack = (view.textDirectionAt(main.head) === 1) === rtl;
    if (!isBack || !main.empty || line.from === 0 || main.head === line.from || main.head !== wordsOf(view, line)) return false;
    view.dispatch({ selection: { anchor: line.from - 1 }, scrollIntoView: true, userEvent: "select" });
    return true;
  };
}

export const signs = [
  EditorView.domEventHandlers({
    keyup: (_event, view) => settle(view), mouseup: (_event, view) => settle(view),
    // The key of a word that is going to be composed.
    keydown: (event, view) => event.keyCode === 229 && settle(view),
  }),
  Prec.highest([
    keymap.of([
      { key: "Enter", run: settle, shift: settle }, { key: "Backspace", run: settle }, { key: "Delete", run: settle },
      { key: "ArrowLeft", run: past(false) }, { key: "ArrowRight", run: past(true) },
    ]),
    EditorView.inputHandler.of((view, from, to, typed) => {
      const begin = wordsOf(view, view.state.doc.lineAt(from));
      if (from !== to || from >= begin || view.composing) return false;
      view.dispatch({ changes: { from: begin, insert: typed }, selection: { anchor: begin + typed.length }, scrollIntoView: true, userEvent: "input.type" });
      return true;
    }),
  ]),
];
