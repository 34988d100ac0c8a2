// Two texts that both come from a third become one that has what either has written.
import * as Y from "yjs";
import { edits } from "./edits.js";

// Yjs does it: each side's edits are made in a document of its own, and the documents are joined.
// Nothing that one side wrote is lost; what both wrote alike, at one place, stands there once.
export function joined(base, mine, theirs) {
  if (mine === base || mine === theirs) return theirs;
  if (theirs === base) return mine;
  const start = new Y.Doc();
  start.getText("text").insert(0, base);
  const [own, other] = withoutTwice(edits(base, mine), edits(base, theirs));
  const whole = forked(start, 2, other);
  Y.applyUpdate(whole, Y.encodeStateAsUpdate(forked(start, 1, own)));
  return whole.getText("text").toString();
}

// Makes `text` say `wanted`, as one change of `origin`.
export function bring(text, wanted, origin) {
  text.doc.transact(() => makeEdits(text, edits(text.toString(), wanted)), origin);
}

function forked(start, id, changes) {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(start));
  doc.clientID = id;
  doc.transact(() => makeEdits(doc.getText("text"), changes));
  return doc;
}

// From the last to the first: what stands before keeps its place.
function makeEdits(text, changes) {
  for (const { from, to, insert } of [...changes].reverse()) {
    if (to > from) text.delete(from, to - from);
    if (insert) text.insert(from, insert);
  }
}

// Of two edits of one place of which one says all that the other says, the one that says more.
function withoutTwice(mine, theirs) {
  const says = (one, other) => one.from === other.from && one.to === other.to && one.insert.includes(other.insert);
  const own = mine.filter((one) => !theirs.some((other) => says(other, one)));
  return [own, theirs.filter((one) => !own.some((other) => says(other, one)))];
}
