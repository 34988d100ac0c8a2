// What is out of sight is not taken away sign by sign: a press takes what one sees, a picture as a
// whole, and with the last word of something bold or of a link its signs.
import { EditorView, keymap } from "@codemirror/view";
import { Prec } from "@codemirror/state";

const IDENTITY = /^\s*\{#[bo]-[0-9a-z]{8}\}\s*$/;

// The piece in place of which nothing, or something drawn, stands and that ends (or begins) at `at`.
function pieceAt(view, at, back) {
  let found = null;
  for (const given of view.state.facet(EditorView.decorations)) {
    const set = typeof given === "function" ? given(view) : given;
    set.between(at, at, (from, to, value) => {
      if (value.point && from < to && !value.spec.block && at === (back ? to : from)) found = { from, to, drawn: Boolean(value.spec.widget) };
    });
  }
  return found;
}

// Over what is out of sight, up to a line's end; stops before what is drawn.
function over(view, at, back) {
  for (let piece = pieceAt(view, at, back); piece && !piece.drawn; piece = pieceAt(view, at, back)) at = back ? piece.from : piece.to;
  return at;
}

function take(back) {
  return (view) => {
    const { main } = view.state.selection;
    if (!main.empty || view.composing) return false;
    const line = view.state.doc.lineAt(main.head);
    if (!back && IDENTITY.test(view.state.doc.sliceString(main.head, line.to))) return true;
    const at = over(view, main.head, back);
    const piece = pieceAt(view, at, back);
    // An item's dot is taken by what knows of lists.
    if (piece && view.state.doc.sliceString(piece.from, piece.from + 2) === "![") {
      view.dispatch({ changes: { from: piece.from, to: piece.to }, userEvent: "delete", scrollIntoView: true });
      return true;
    }
    const sign = back ? view.state.doc.sliceString(line.from, at).at(-1) : view.state.doc.sliceString(at, line.to)[0];
    if (!sign || piece || (at === main.head && over(view, at, !back) === at)) return false;
    const [from, to] = back ? [at - 1, at] : [at, at + 1];
    const [begin, end] = [over(view, from, true), over(view, to, false)];
    if (begin < from && end > to && !IDENTITY.test(view.state.doc.sliceString(to, end))) {
      view.dispatch({ changes: { from: begin, to: end }, userEvent: "delete", scrollIntoView: true });
      return true;
    }
    if (at !== main.head) view.dispatch({ selection: { anchor: at } });
    return false;
  };
}

// A line that begins behind an item leaves it its identity.
function behindIdentity(view) {
  const { main } = view.state.selection;
  const { to } = view.state.doc.lineAt(main.head);
  if (main.empty && main.head < to && IDENTITY.test(view.state.doc.sliceString(main.head, to))) view.dispatch({ selection: { anchor: to } });
  return false;
}

export const unseen = Prec.highest(keymap.of([
  { key: "Backspace", run: take(true) }, { key: "Delete", run: take(false) }, { key: "Enter", run: behindIdentity },
]));
