// What the template says of chapters that are still empty: shown under their headings, where one
// clicks to write, and never part of the text.
import { RangeSetBuilder, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { headingLines } from "./structure.js";

const said = (heading) => heading.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
const words = (line) => line.replace(/^#{1,6}\s+/, "").replace(/\s*#*\s*$/, "");

// Each empty chapter that has a hint: its heading's line, counted from 0, and the hint's key.
export function emptyChapters(text, known) {
  const lines = text.split("\n");
  const headings = headingLines(text);
  const found = [];
  headings.forEach((line, place) => {
    const key = said(words(lines[line]));
    const end = headings[place + 1] ?? lines.length;
    if (known.has(key) && lines.slice(line + 1, end).every((one) => !one.trim())) found.push({ line, key });
  });
  return found;
}

// The hints that the form holds, by heading: elements to be copied.
export function hintsOf(form) {
  return new Map(Array.from(form.querySelectorAll("[data-hint]"), (element) => [said(element.dataset.hint), element]));
}

class Hint extends WidgetType {
  constructor(element) {
    super();
    this.element = element;
  }

  eq(other) { return other.element === this.element; }

  toDOM(view) {
    const shown = document.createElement("p");
    shown.className = "cm-hint";
    shown.textContent = this.element.textContent;
    shown.addEventListener("mousedown", (event) => {
      event.preventDefault();
      write(view, view.posAtDOM(shown));
    });
    return shown;
  }

  ignoreEvent() { return true; }
}

// The cursor below the heading at `at`, on a line of its own, a blank line from what follows.
function write(view, at) {
  const { doc } = view.state;
  const { to } = doc.lineAt(at);
  const after = doc.sliceString(to);
  const insert = "\n".repeat(after.trim() ? 2 : Math.max(0, 2 - after.length));
  view.dispatch({ changes: { from: to, insert }, selection: { anchor: to + 2 }, scrollIntoView: true, userEvent: "input" });
  view.focus();
}

export function hintWidgets(known) {
  const build = (state) => {
    const builder = new RangeSetBuilder();
    for (const { line, key } of emptyChapters(state.doc.toString(), known)) {
      builder.add(state.doc.line(line + 1).to, state.doc.line(line + 1).to, Decoration.widget({ widget: new Hint(known.get(key)), block: true, side: 1 }));
    }
    return builder.finish();
  };
  return StateField.define({
    create: build,
    update: (shown, change) => (change.docChanged ? build(change.state) : shown),
    provide: (field) => EditorView.decorations.from(field),
  });
}
