// One chapter alone: what is before and behind it stays in the text, which others may write in at the
// same time, and is neither seen nor reached.
import { EditorSelection, EditorState, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";
import { chapterAt } from "./structure.js";

const show = StateEffect.define();
const cover = Decoration.replace({ block: true });

// {from, to}: where the chapter stands, its last line end included; null for the whole page.
const part = StateField.define({
  create: () => null,
  update(value, change) {
    let now = value && { from: change.changes.mapPos(value.from, -1), to: change.changes.mapPos(value.to, 1) };
    for (const effect of change.effects) if (effect.is(show)) now = effect.value;
    return now && now.from < now.to ? now : null;
  },
  provide: (its) => {
    const marks = (state) => {
      const now = state.field(its);
      if (!now) return Decoration.none;
      const { length } = state.doc;
      return Decoration.set([
        ...(now.from > 0 ? [cover.range(0, now.from - 1)] : []), ...(now.to < length ? [cover.range(now.to, length)] : []),
      ]);
    };
    return [EditorView.decorations.compute([its, "doc"], marks), EditorView.atomicRanges.of((view) => marks(view.state))];
  },
});

// The last place in it where one may write: before the line end that parts it from the next chapter.
const endOf = ({ to }, length) => (to < length ? to - 1 : to);

// What one types, deletes and chooses stays in it.
const kept = EditorState.transactionFilter.of((change) => {
  const now = change.startState.field(part);
  if (!now) return change;
  const event = change.annotation(Transaction.userEvent) ?? "";
  const end = endOf(now, change.startState.doc.length);
  if (change.docChanged && /^(delete|input|move)/.test(event)) {
    const changes = [];
    let touched = false;
    change.changes.iterChanges((from, to, _from, _to, insert) => {
      touched ||= from < now.from || to > end;
      const clamped = (at) => Math.max(now.from, Math.min(at, end));
      changes.push({ from: clamped(from), to: clamped(to), insert });
    });
    if (touched) return { changes, userEvent: event, scrollIntoView: true };
  }
  const [from, to] = [change.changes.mapPos(now.from, -1), endOf({ to: change.changes.mapPos(now.to, 1) }, change.newDoc.length)];
  if (change.effects.some((one) => one.is(show)) || !change.newSelection.ranges.some((one) => one.from < from || one.to > to)) return change;
  const clamped = (at) => Math.max(from, Math.min(at, to));
  const ranges = change.newSelection.ranges.map((one) => EditorSelection.range(clamped(one.anchor), clamped(one.head)));
  return [change, { selection: EditorSelection.create(ranges, change.newSelection.mainIndex), sequential: true }];
});

// Lets a rich surface show the chapter of the heading at `at` alone, or, for null, all.
export function showParts(surface) {
  const { view } = surface;
  surface.extend([part, kept]);
  surface.showChapter = (at) => {
    const text = surface.text();
    view.dispatch({ effects: show.of(at === null ? null : chapterAt(text, at)) });
  };
  surface.scope = () => view.state.field(part) ?? { from: 0, to: view.state.doc.length };
}
