// The shared text in a plain area: what one types is read from it, what others write is put into it.
import * as Y from "yjs";
import { edits } from "./edits.js";

// A keyboard that composes words writes over what is put in meanwhile: it is left alone so long.
const COMPOSING = 2500;

export function plainText(surface) {
  const area = surface.element;
  const origin = {};
  const own = { undo: surface.undo, redo: surface.redo };
  let room = null;
  let undo = null;
  let shown = "";
  let putting = false;
  let composing = 0;

  function read() {
    if (!room || putting) return;
    const changes = edits(shown, surface.text());
    shown = surface.text();
    room.doc.transact(() => {
      for (const { from, to, insert } of changes.reverse()) {
        if (to > from) room.text.delete(from, to - from);
        if (insert) room.text.insert(from, insert);
      }
    }, origin);
    point();
  }

  function put(changes) {
    const before = area.selectionStart;
    const height = area.scrollHeight;
    putting = true;
    for (const { from, to, insert } of changes.reverse()) surface.amend(from, to, insert);
    putting = false;
    shown = surface.text();
    // What one looks at stays where it is, whatever is written above.
    if (area.selectionStart !== before && document.activeElement === area) scrollBy(0, area.scrollHeight - height);
  }

  function hear(event, transaction) {
    if (transaction.origin !== origin) put(changesOf(event.delta));
  }

  function point() {
    if (!room || document.activeElement !== area) return;
    const { from, to } = surface.selection();
    room.point({ anchor: from, head: to, line: surface.text().slice(0, to).split("\n").length });
  }

  const turn = { undo: () => Boolean(undo?.undo()), redo: () => Boolean(undo?.redo()) };
  surface.onChange(read);
  surface.onCursor(point);
  area.addEventListener("compositionstart", () => { composing = performance.now(); });
  area.addEventListener("compositionupdate", () => { composing = performance.now(); });
  area.addEventListener("compositionend", () => { composing = 0; });
  // The area's own history knows nothing of others; ours takes back what was written here.
  area.addEventListener("beforeinput", (event) => {
    if (!room || !/^history(Undo|Redo)$/.test(event.inputType)) return;
    event.preventDefault();
    turn[event.inputType === "historyUndo" ? "undo" : "redo"]();
  });
  area.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!room || !(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    turn[key === "y" || event.shiftKey ? "redo" : "undo"]();
  });

  return {
    attach(next) {
      room?.text.unobserve(hear);
      room = next;
      put(edits(surface.text(), room.text.toString()));
      room.text.observe(hear);
      undo = new Y.UndoManager(room.text, { trackedOrigins: new Set([origin]) });
      surface.undoBy(turn);
      point();
    },
    detach() {
      room?.text.unobserve(hear);
      room = null;
      undo = null;
      surface.undoBy(own);
    },
    goTo(at) { surface.goTo(surface.text().slice(0, at).split("\n").length - 1); },
    // Whether what others wrote may be put in now.
    calm: () => !composing || performance.now() - composing > COMPOSING,
  };
}

// A change of Yjs as edits of the text before it.
function changesOf(delta) {
  const found = [];
  let at = 0;
  for (const { retain = 0, insert = "", delete: gone = 0 } of delta) {
    if (insert || gone) found.push({ from: at, to: at + gone, insert });
    at += retain + gone;
  }
  return found;
}
