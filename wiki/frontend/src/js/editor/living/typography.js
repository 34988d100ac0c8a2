// The typography of French while one types French: blanks that do not break before high signs, quotes,
// apostrophes. Each is a step of its own, so that one undo brings back what was typed.
import { isolateHistory } from "@codemirror/commands";
import { EditorView } from "@codemirror/view";
import { isProse } from "./prose.js";

const BLANK = "\u00a0";
const NARROW = "\u202f";

// What stands in place of the signs before the cursor and `typed`: {back, insert}, or null.
export function typeset(before, typed) {
  if (/[;?!]/.test(typed) && /[\p{L}\p{N})»”\]*_] $/u.test(before)) return { back: 1, insert: NARROW + typed };
  if (typed === ":" && /[\p{L}\p{N})»\]*_] $/u.test(before)) return { back: 1, insert: BLANK + typed };
  if (typed === "»" && / $/.test(before)) return { back: 1, insert: BLANK + typed };
  if (typed === " " && /«$/.test(before)) return { back: 0, insert: BLANK };
  if (typed === '"' && /(^|[\s(\[«—–-])$/u.test(before)) return { back: 0, insert: `«${BLANK}` };
  if (typed === '"' && /«\u00a0[^»]*$/u.test(before)) return { back: / $/.test(before) ? 1 : 0, insert: `${BLANK}»` };
  if (typed === "'" && /\p{L}$/u.test(before)) return { back: 0, insert: "’" };
  return null;
}

export const frenchTypography = EditorView.inputHandler.of((view, from, to, typed) => {
  if (typed.length !== 1 || from !== to || view.composing || !isProse(view.state, from)) return false;
  const line = view.state.doc.lineAt(from);
  const found = typeset(line.text.slice(0, from - line.from), typed);
  if (!found) return false;
  view.dispatch({ changes: { from, insert: typed }, selection: { anchor: from + 1 }, userEvent: "input.type", scrollIntoView: true });
  view.dispatch({
    changes: { from: from - found.back, to: from + 1, insert: found.insert },
    selection: { anchor: from - found.back + found.insert.length },
    annotations: isolateHistory.of("full"), userEvent: "input.typography",
  });
  return true;
});
