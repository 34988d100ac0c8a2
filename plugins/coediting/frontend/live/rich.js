// The shared text in CodeMirror.
import { isolateHistory } from "@codemirror/commands";
import { Compartment, Prec, Transaction } from "@codemirror/state";
import { EditorView, ViewPlugin, keymap } from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";
import { othersCarets } from "./carets.js";
import { edits } from "./edits.js";

export function richText(surface) {
  const { view } = surface;
  const place = new Compartment();
  surface.extend(place.of([]));
  const own = { undo: surface.undo, redo: surface.redo };

  return {
    // What is written here goes into `room`, and what others write there comes here.
    attach(room) {
      const undo = new Y.UndoManager(room.text);
      const turn = { undo: () => Boolean(undo.undo()), redo: () => Boolean(undo.redo()) };
      surface.undoBy(turn);
      const byKey = ({ inputType }) => {
        if (inputType !== "historyUndo" && inputType !== "historyRedo") return false;
        turn[inputType === "historyUndo" ? "undo" : "redo"]();
        return true;
      };
      const parts = [
        // One takes back what is one's own: before the editor's own history, which knows no others.
        Prec.highest([keymap.of(yUndoManagerKeymap), EditorView.domEventHandlers({ beforeinput: (event) => byKey(event) && !event.preventDefault() })]),
        steps(undo),
        yCollab(room.text, null, { undoManager: undo }),
        othersCarets(room),
        EditorView.updateListener.of((update) => {
          if (update.docChanged || update.selectionSet || update.focusChanged) point(room, update.view);
        }),
      ];
      // A part that is there already would go on with the room that it was made for.
      view.dispatch({ effects: place.reconfigure([]) });
      view.dispatch({
        changes: edits(view.state.doc.toString(), room.text.toString()),
        effects: place.reconfigure(parts),
        annotations: Transaction.addToHistory.of(false),
      });
      point(room, view);
    },
    detach() {
      Object.assign(surface, own);
      view.dispatch({ effects: place.reconfigure([]) });
    },
    goTo(at) {
      const end = Math.min(at, view.state.doc.length);
      view.dispatch({ selection: { anchor: end }, effects: EditorView.scrollIntoView(end, { y: "center" }) });
      view.focus();
    },
    calm: () => true,
  };
}

// What is one step to who does it, such as what a button does, is one to be taken back.
function steps(undo) {
  const isApart = ({ transactions }) => transactions.some((one) => one.docChanged && one.annotation(isolateHistory));
  const apart = (update) => { if (isApart(update)) undo.stopCapturing(); };
  // Before it is written into the shared text, and after.
  return [ViewPlugin.define(() => ({ update: apart })), EditorView.updateListener.of(apart)];
}

// A caret stays where it was while one is elsewhere: others see where one writes.
function point(room, view) {
  if (!view.hasFocus) return;
  const { anchor, head } = view.state.selection.main;
  room.point({ anchor, head, line: view.state.doc.lineAt(head).number });
}
