// Reads pairs of texts, and says what edits make of the first, and where an edit cuts a character.
import { applied, edits } from "../frontend/live/edits.js";

const pairs = JSON.parse(process.argv[2]);
console.log(JSON.stringify(pairs.map(([before, after]) => {
  const found = edits(before, after);
  const whole = found.every(({ from, to, insert }) =>
    [insert, before.slice(0, from), before.slice(0, to)].every((part) => part.isWellFormed()));
  return { text: applied(before, found), whole, edits: found };
})));
