// Where the others are, in CodeMirror: a caret, what they have chosen, their initial in the margin.
// Nothing covers the text: a name is read in the margin's title, or by pointing at the caret.
import { Prec, RangeSet, StateEffect } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType } from "@codemirror/view";

const moved = StateEffect.define();

const look = EditorView.theme({
  ".live-caret": { position: "relative", marginInline: "-1px", borderInlineStart: "2px solid var(--live)", wordBreak: "keep-all" },
  ".live-caret::before": { content: '""', position: "absolute", insetInlineStart: "-4px", top: "-0.3em", width: "6px", height: "6px", borderRadius: "50%", background: "var(--live)" },
  ".live-caret::after": { content: '""', position: "absolute", insetInlineStart: "-8px", top: "-0.4em", width: "15px", height: "1.8em" },
  ".live-name": { display: "none", position: "absolute", insetInlineStart: "-2px", bottom: "1.25em", zIndex: "5", padding: "0.1rem 0.45rem", borderRadius: "0.35rem", background: "var(--live)", color: "var(--on-colour)", font: "500 0.8125rem/1.4 var(--font-sans)", whiteSpace: "nowrap", textDecoration: "none" },
  ".live-caret:hover .live-name": { display: "block" },
  ".live-chosen": { backgroundColor: "color-mix(in srgb, var(--live) 20%, transparent)" },
  ".live-line": { position: "relative" },
  ".live-mark": { position: "absolute", insetInlineStart: "-1.65rem", top: "0.3rem", width: "1.3rem", height: "1.3rem", borderRadius: "50%", background: "var(--live)", color: "var(--on-colour)", font: "600 0.75rem/1.3rem var(--font-sans)", fontStyle: "normal", textAlign: "center", cursor: "default" },
  "@media (max-width: 70rem)": { ".live-mark": { insetInlineStart: "-1.2rem", width: "1.05rem", height: "1.05rem", font: "600 0.6875rem/1.05rem var(--font-sans)" } },
});

class Caret extends WidgetType {
  constructor(user) {
    super();
    this.user = user;
  }
  eq(other) { return other.user.name === this.user.name && other.user.colour === this.user.colour; }
  toDOM() {
    const caret = document.createElement("i");
    caret.className = "live-caret";
    caret.setAttribute("aria-hidden", "true");
    paint(caret, this.user.colour);
    const name = document.createElement("i");
    name.className = "live-name";
    name.textContent = this.user.name;
    caret.append(name);
    return caret;
  }
  ignoreEvent() { return true; }
}

class Mark extends WidgetType {
  constructor(users) {
    super();
    this.users = users;
    this.names = users.map((one) => one.name).join(", ");
  }
  eq(other) { return other.names === this.names && other.users[0].colour === this.users[0].colour; }
  toDOM() {
    // No span: those of the head of a page have the colour of its lines.
    const mark = document.createElement("i");
    mark.className = "live-mark";
    mark.setAttribute("aria-hidden", "true");
    mark.title = this.names;
    mark.textContent = this.users.length > 1 ? String(this.users.length) : initial(this.users[0].name);
    paint(mark, this.users[0].colour);
    return mark;
  }
  ignoreEvent() { return true; }
}

export const initial = (name) => [...(name.trim() || "?")][0].toUpperCase();

// One of eight colours of the theme, whatever a server says.
export function paint(element, colour) {
  element.style.setProperty("--live", `var(--person-${Math.abs(Math.trunc(colour)) % 8 || 0})`);
}

const line = Decoration.line({ class: "live-line" });

function drawn(view, room) {
  const end = view.state.doc.length;
  const marks = [];
  const lines = new Map();
  for (const { user, anchor, head } of room.carets()) {
    if (anchor === null || head === null || Math.max(anchor, head) > end) continue;
    marks.push(Decoration.widget({ widget: new Caret(user), side: anchor < head ? -1 : 1 }).range(head));
    for (const [from, to] of chosen(view.state.doc, anchor, head)) {
      marks.push(Decoration.mark({ class: "live-chosen" }).range(from, to));
    }
    const start = view.state.doc.lineAt(head).from;
    lines.set(start, [...(lines.get(start) ?? []).filter((one) => one.me !== user.me), user]);
  }
  for (const [start, users] of lines) {
    marks.push(line.range(start), Decoration.widget({ widget: new Mark(users), side: -1 }).range(start));
  }
  return RangeSet.of(marks, true);
}

// What is chosen, without its ends of lines, which have nothing to show.
function* chosen(doc, anchor, head) {
  const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)];
  for (let at = from; at < to;) {
    const end = Math.min(doc.lineAt(at).to, to);
    if (end > at) yield [at, end];
    at = end + 1;
  }
}

export function othersCarets(room) {
  const plugin = ViewPlugin.fromClass(class {
    constructor(view) {
      this.drawn = drawn(view, room);
      this.hear = ({ added, updated, removed }) => {
        if ([...added, ...updated, ...removed].some((one) => one !== room.doc.clientID)) {
          view.dispatch({ effects: moved.of(null) });
        }
      };
      room.awareness.on("change", this.hear);
    }
    update(update) {
      if (update.docChanged || update.transactions.some((one) => one.effects.some((effect) => effect.is(moved)))) {
        this.drawn = drawn(update.view, room);
      }
    }
    destroy() { room.awareness.off("change", this.hear); }
  }, { decorations: (value) => value.drawn });
  return [look, Prec.low(plugin)];
}
