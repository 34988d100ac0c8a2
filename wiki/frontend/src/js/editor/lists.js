// Lists under the hand: Enter goes on with the next item, Tab puts it below the one before.
// Edits as in tables.js, or null where there is nothing of a list.
const ITEM = /^(\s*)([-*+]|(\d{1,9})([.)]))(\s+)(\[[ xX-]\](?:\s+|$))?/;

const lineAt = (text, cursor) => {
  const from = text.lastIndexOf("\n", cursor - 1) + 1;
  const next = text.indexOf("\n", cursor);
  return { from, to: next < 0 ? text.length : next };
};

// What Enter does at the end of an item: the next one; in an empty one, the list ends.
export function nextItem(text, cursor) {
  const { from, to } = lineAt(text, cursor);
  const line = text.slice(from, to);
  const found = line.match(ITEM);
  const quote = line.match(/^>\s?/);
  if (!found && !quote) return null;
  const head = found ? found[0] : quote[0];
  if (cursor < from + head.length) return null;
  if (!line.slice(head.length).trim()) return { from, to, insert: "", select: [from, from] };
  if (!found) return { from: cursor, to: cursor, insert: `\n${quote[0]}`, select: null };
  const marker = found[3] ? `${Number(found[3]) + 1}${found[4]}` : found[2];
  const insert = `\n${found[1]}${marker}${found[5].slice(0, 4)}${found[6] ? "[ ] " : ""}`;
  // Beside the cursor no blank stays behind.
  return { from: cursor, to: cursor, insert, select: [cursor + insert.length, cursor + insert.length] };
}

// The items of what is chosen, one step in or out; null where a line of it is no item.
export function shifted(text, { from, to }, out) {
  const start = lineAt(text, from).from;
  const end = lineAt(text, to).to;
  const lines = text.slice(start, end).split("\n");
  const first = lines[0].match(ITEM);
  if (!first || lines.some((line) => line.trim() && !ITEM.test(line) && !/^\s/.test(line))) return null;
  const above = text.slice(0, Math.max(0, start - 1)).split("\n").findLast((line) => ITEM.test(line))?.match(ITEM);
  // Below an item means: under its words, two signs in for a dash, three for a number.
  const wide = above && above[1].length <= first[1].length ? above[2].length + 1 : 2;
  // The first item of all has nothing to stand below.
  const step = out ? -Math.min(first[1].length, wide) : above ? wide : 0;
  if (!step) return { from: start, to: start, insert: "", select: [from, to] };
  const insert = lines.map((line) => {
    if (!line.trim()) return line;
    return step > 0 ? " ".repeat(step) + line : line.slice(Math.min(-step, line.length - line.trimStart().length));
  }).join("\n");
  const moved = (at, by) => Math.max(start, at + by);
  return { from: start, to: end, insert, select: [moved(from, step), moved(to, insert.length - (end - start))] };
}
