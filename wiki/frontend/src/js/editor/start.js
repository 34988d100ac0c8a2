// The editor opens where one read (here.js): at the passage that says the same letters, whatever signs
// stand between them.

import { headOf } from "./heads.js";

// How long after the press it was meant for this window.
const SOON = 30_000;
const FEWEST = 4;

const lettersOf = (text) => (text.match(/[\p{L}\p{N}]/gu) ?? []).join("");

// The line of the heading that says `heading`; 0 where none does.
function headingAt(lines, heading) {
  const wanted = lettersOf(heading);
  return wanted ? Math.max(0, lines.findIndex((line) => /^#{1,6}\s/.test(line) && lettersOf(line) === wanted)) : 0;
}

// The line of `text` on which the passage `words` under `heading` begins; -1 where none does.
export function lineOf(text, { words, heading }) {
  const lines = text.split("\n");
  const first = headingAt(lines, heading);
  const ends = [];
  let said = "";
  for (const line of lines.slice(first)) {
    said += lettersOf(line);
    ends.push(said.length);
  }
  const wanted = lettersOf(words);
  // An address or the marks of an item may stand within: the beginning is there all the same.
  for (let most = wanted.length; most >= FEWEST; most = Math.floor(most / 2)) {
    const at = said.indexOf(wanted.slice(0, most));
    if (at >= 0) return first + ends.findIndex((end) => end > at);
  }
  return heading && first ? first : -1;
}

export function startThere(form, surface) {
  try {
    const asked = JSON.parse(sessionStorage.getItem("edit-at"));
    sessionStorage.removeItem("edit-at");
    if (asked?.path !== location.pathname || Date.now() - asked.when > SOON) return;
    const head = headOf(surface.text());
    const line = lineOf(surface.text().slice(head.length), asked);
    if (line >= 0) surface.goTo(head.split("\n").length - 1 + line, true);
  } catch {
    // It opens where it always does.
  }
}
