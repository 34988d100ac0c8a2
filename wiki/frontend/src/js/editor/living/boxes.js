// The dot before an item, and the box before what is to be done, ticked by a press.
import { WidgetType } from "@codemirror/view";
import { make } from "../words.js";

class Dot extends WidgetType {
  eq() { return true; }

  toDOM() {
    const shown = make("span", "cm-dot", "•");
    shown.setAttribute("aria-hidden", "true");
    return shown;
  }

  ignoreEvent() { return false; }
}

export const dot = new Dot();

class Box extends WidgetType {
  constructor(state, words) {
    super();
    this.state = state;
    this.words = words;
  }

  eq(other) { return other.state === this.state && other.words === this.words; }

  toDOM(view) {
    const box = make("input", "cm-box");
    box.type = "checkbox";
    box.checked = /x/i.test(this.state);
    box.indeterminate = this.state === "-";
    box.setAttribute("aria-label", this.words);
    // The text keeps its cursor, and a phone its keyboard as it is.
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    box.addEventListener("change", () => tick(view, view.posAtDOM(box), box.checked));
    return box;
  }

  ignoreEvent() { return true; }
}

// The sign between the brackets of the item at `at`, and nothing else.
function tick(view, at, done) {
  const line = view.state.doc.lineAt(at);
  const sign = line.from + line.text.search(/\[[ xX-]\]/) + 1;
  if (sign > line.from) view.dispatch({ changes: { from: sign, to: sign + 1, insert: done ? "x" : " " }, userEvent: "input.tick" });
}

// The box of a task whose marker `[ ]` is the node `task`, on `line`.
export function boxOf(doc, task, line) {
  return new Box(doc.sliceString(task.from + 1, task.from + 2), line.text.slice(task.to - line.from).trim());
}
