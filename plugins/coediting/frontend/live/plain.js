// The shared text in a plain area: what one types is read from it, what others write is put into it.
import * as Y from "yjs";
import { edits } from "./edits.js";

// A keyboard that composes words writes over what is put in meanwhile: it is left alone so long.
const COMPOSING = 2500;

export function plainText(surface) {
  const area = surface.element;
  const origin = {};
  let room = null;
  let undo = null;
  let shown = area.value;
  let composing = 0;

  function read() {
    if (!room || area.value === shown) return;
    const changes = edits(shown, area.value);
    shown = area.value;
    room.doc.transact(() => {
      for (const { from, to, insert } of changes.reverse()) {
        if (to > from) room.text.delete(from, to - from);
        if (insert) room.text.insert(from, insert);
      }
    }, origin);
    point();
  }

  function put(event, transaction) {
    if (transaction.origin !== origin) show(room.text.toString(), (at) => across(event.delta, at));
  }

  function show(text, place) {
    if (text === area.value) return;
    const [start, end] = [place(area.selectionStart), place(area.selectionEnd)];
    const before = start !== area.selectionStart;
    const height = area.scrollHeight;
    shown = text;
    area.value = text;
    area.setSelectionRange(start, end);
    // The others of the page hear of it as of typing: the preview, the height.
    area.dispatchEvent(new Event("input", { bubbles: true }));
    // What one looks at stays where it is, whatever is written above.
    if (before && document.activeElement === area) scrollBy(0, area.scrollHeight - height);
  }

  function point() {
    if (!room || document.activeElement !== area) return;
    const { selectionStart: anchor, selectionEnd: head } = area;
    room.point({ anchor, head, line: area.value.slice(0, head).split("\n").length });
  }

  const own = { undo: surface.undo, redo: surface.redo };
  const turn = { undo: () => Boolean(undo?.undo()), redo: () => Boolean(undo?.redo()) };
  area.addEventListener("input", read);
  area.addEventListener("compositionstart", () => { composing = performance.now(); });
  area.addEventListener("compositionupdate", () => { composing = performance.now(); });
  area.addEventListener("compositionend", () => { composing = 0; });
  document.addEventListener("selectionchange", point);
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
      room?.text.unobserve(put);
      room = next;
      const changes = edits(area.value, room.text.toString());
      show(room.text.toString(), (at) => moved(changes, at));
      shown = area.value;
      room.text.observe(put);
      undo = new Y.UndoManager(room.text, { trackedOrigins: new Set([origin]) });
      surface.undoBy(turn);
      point();
    },
    detach() {
      room?.text.unobserve(put);
      room = null;
      undo = null;
      Object.assign(surface, own);
    },
    goTo(at) { surface.goTo(area.value.slice(0, at).split("\n").length - 1); },
    // Whether what others wrote may be put in now.
    calm: () => !composing || performance.now() - composing > COMPOSING,
  };
}

// Where an offset is after a change of Yjs.
function across(delta, offset) {
  let at = 0;
  let to = offset;
  for (const { retain, insert, delete: gone } of delta) {
    if (retain) at += retain;
    else if (insert) {
      if (at < to) to += insert.length;
      at += insert.length;
    } else if (gone && at < to) to -= Math.min(gone, to - at);
  }
  return to;
}

// Where an offset is after edits, which say the offsets of before.
function moved(changes, offset) {
  let to = offset;
  for (const { from, to: end, insert } of changes) {
    if (end <= offset) to += insert.length - (end - from);
    else if (from < offset) to += from - offset;
  }
  return to;
}
