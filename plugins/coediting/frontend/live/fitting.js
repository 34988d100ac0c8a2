// A text that is too long for a page: what made it so is left out, and nothing else.
import { applied, edits } from "./edits.js";

// How many bytes a text has.
export const size = (text) => new Blob([text]).size;

// `after` without the largest of what it has more than `before`, where it has more than `most` bytes.
export function fitting(before, after, most) {
  let over = size(after) - most;
  if (over <= 0) return after;
  const changes = edits(before, after);
  const gain = ({ from, to, insert }) => size(insert) - size(before.slice(from, to));
  const left = new Set();
  for (const [change, more] of changes.map((one) => [one, gain(one)]).sort((one, other) => other[1] - one[1])) {
    if (over <= 0 || more <= 0) break;
    left.add(change);
    over -= more;
  }
  return applied(before, changes.filter((one) => !left.has(one)));
}
