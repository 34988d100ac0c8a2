// The front matter steps out of sight: the text that one writes begins below it, and what is
// saved, shown beside and sent to others still has it.
import { Annotation, EditorSelection, EditorState, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";
import { plainSurface } from "./plain.js";
import { difference } from "./tables.js";

const HEAD = /^\ufeff?---[ \t]*\r?\n(?:[^\n]*\n){0,400}?---[ \t]*\r?\n/;
const KEY = /^["']?[\p{L}\p{N}_][^:\n]{0,99}:(?:\s|$)/mu;

// The lines of the front matter, as the server finds them; "" where there is none.
export function headOf(text) {
  const found = HEAD.exec(text.slice(0, 65_536))?.[0] ?? "";
  return KEY.test(found) ? found : "";
}

const show = StateEffect.define();
const ours = Annotation.define();

const folded = StateField.define({
  create: (state) => fold(state.doc, false),
  update(value, change) {
    let shown = value.shown;
    for (const effect of change.effects) if (effect.is(show)) shown = effect.value;
    return change.docChanged || shown !== value.shown ? fold(change.newDoc, shown) : value;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => value.marks),
    EditorView.atomicRanges.of((view) => view.state.field(field).marks),
  ],
});

function fold(doc, shown) {
  const end = shown ? 0 : headOf(doc.sliceString(0, 65_536)).length;
  const marks = end ? Decoration.set(Decoration.replace({ block: true }).range(0, end - 1)) : Decoration.none;
  return { shown, end, marks };
}

// What is typed, pasted or deleted stops at the head, and so does the cursor.
const kept = EditorState.transactionFilter.of((change) => {
  const { end, shown } = change.startState.field(folded);
  if (shown) return change;
  const specs = [change];
  const event = change.annotation(Transaction.userEvent) ?? "";
  if (end && change.docChanged && /^(delete|input\.|move)/.test(event) && !change.annotation(ours)) {
    const changes = [];
    let touched = false;
    change.changes.iterChanges((from, to, _from, _to, insert) => {
      touched ||= from < end;
      changes.push({ from: Math.max(from, end), to: Math.max(to, end), insert });
    });
    if (touched) specs[0] = { changes, userEvent: event, scrollIntoView: true };
  }
  const wanted = change.newSelection;
  const start = change.docChanged ? headOf(change.newDoc.sliceString(0, 65_536)).length : end;
  if (specs[0] === change && start && wanted.ranges.some((range) => range.from < start)) {
    const ranges = wanted.ranges.map((range) => EditorSelection.range(Math.max(range.anchor, start), Math.max(range.head, start)));
    specs.push({ selection: EditorSelection.create(ranges, wanted.mainIndex), sequential: true });
  }
  return specs;
});

// On a rich surface: hides the head, and lets it be shown again.
export function hideHead(surface) {
  surface.extend([folded, kept]);
  surface.showHead = (shown) => surface.view.dispatch({ effects: show.of(shown) });
  surface.setHead = (head) => {
    const old = headOf(surface.text());
    surface.view.dispatch({ changes: difference(old, head), userEvent: "input.type", annotations: ours.of(true) });
  };
  const { end } = surface.view.state.field(folded);
  if (surface.view.state.selection.main.head < end) surface.view.dispatch({ selection: { anchor: end } });
}

// The plain surface on an area of its own that begins below the head; the field of the form,
// which browsers remember, always holds the whole text.
export function plainBody(area) {
  const body = area.cloneNode();
  body.removeAttribute("name");
  body.id = "text-body";
  body.setAttribute("autocomplete", "off");
  let head = headOf(area.value);
  let shown = false;
  const begin = () => (shown ? 0 : head.length);
  const fill = () => { body.value = area.value.slice(begin()); };
  fill();
  document.querySelector('label[for="text"]')?.setAttribute("for", body.id);
  area.hidden = true;
  area.after(body);
  body.addEventListener("input", () => {
    area.value = area.value.slice(0, begin()) + body.value;
    if (shown) head = headOf(area.value);
  });

  const inner = plainSurface(body);
  // What reaches into the head is done to the whole text at once.
  function across(from, to, insert) {
    const at = body.selectionStart + begin();
    area.value = area.value.slice(0, from) + insert + area.value.slice(to);
    head = headOf(area.value);
    fill();
    const moved = at >= to ? at + insert.length - (to - from) : Math.min(at, from);
    const cursor = Math.max(0, moved - begin());
    body.setSelectionRange(cursor, cursor);
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const surface = {
    ...inner,
    text: () => area.value,
    selection() {
      const { from, to } = inner.selection();
      return { from: from + begin(), to: to + begin() };
    },
    place: () => () => surface.selection().to,
    replace(from, to, insert, select) {
      if (from >= begin()) {
        inner.replace(from - begin(), to - begin(), insert, select?.map((one) => Math.max(0, one - begin())));
      } else {
        across(from, to, insert);
        body.focus();
      }
    },
    change(changes, select) {
      const inBody = (at) => Math.max(0, at - begin());
      inner.change(changes.map(({ from, to, insert }) => ({ from: inBody(from), to: inBody(to), insert })), select.map(inBody));
    },
    amend(from, to, insert) {
      // What is put before a text without a head may bring one, as when a chapter becomes its page.
      if (from > begin() || (from === begin() && (shown || head))) inner.amend(from - begin(), to - begin(), insert);
      else across(from, to, insert);
    },
    goTo: (line) => inner.goTo(Math.max(0, line - area.value.slice(0, begin()).split("\n").length + 1)),
    showHead(now) {
      shown = now;
      head = headOf(area.value);
      fill();
      body.dispatchEvent(new Event("input", { bubbles: true }));
    },
    setHead(next) {
      const { from, to, insert } = difference(headOf(area.value), next);
      across(from, to, insert);
    },
  };
  return surface;
}
