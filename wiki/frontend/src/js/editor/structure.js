// What the editor must know of a text: where headings and blocks stand, and where a new item goes.
// The server's one reading decides; these few lines only help the hand.

const FENCE = /^\s{0,3}(```+|~~~+)/;

// The lines outside code, each with its number: the only ones that mean something.
function* plainLines(lines) {
  let fence = "";
  let start = 0;
  if (lines[0] === "---") {
    const end = lines.indexOf("---", 1);
    if (end > 0) start = end + 1;
  }
  for (let at = start; at < lines.length; at += 1) {
    const mark = lines[at].match(FENCE)?.[1];
    if (fence) {
      if (mark && mark[0] === fence[0] && mark.length >= fence.length) fence = "";
    } else if (mark) fence = mark;
    else yield [at, lines[at]];
  }
}

export function headingLines(text) {
  const found = [];
  for (const [at, line] of plainLines(text.split("\n"))) if (/^#{1,6}\s/.test(line)) found.push(at);
  return found;
}

const fold = (word) => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// The first block of one of these names without arguments: its opening and closing line.
export function findBlock(lines, names) {
  let open = null;
  for (const [at, line] of plainLines(lines)) {
    const mark = line.match(/^(:{3,})\s*(\S.*)?$/);
    if (!mark) continue;
    if (open && !mark[2] && mark[1].length >= open.length) return { start: open.start, end: at };
    if (!open && mark[2] && names.includes(fold(mark[2].trim()))) open = { start: at, length: mark[1].length };
  }
  return null;
}

const offset = (lines, at) => lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);

// Where a new item goes: into the block that is there, at its end or its top, else into a new block.
export function placeItem(text, cursor, { names, title, line, top }) {
  const lines = text.split("\n");
  const block = findBlock(lines, names);
  if (!block) {
    const before = cursor && text[cursor - 1] !== "\n" ? "\n\n" : text.slice(0, cursor).endsWith("\n\n") || !cursor ? "" : "\n";
    return { at: cursor, insert: `${before}::: ${title}\n${line}\n\n:::\n`, inside: before.length + 5 + title.length };
  }
  const items = [];
  for (let at = block.start + 1; at < block.end; at += 1) if (/^[-*+]\s/.test(lines[at])) items.push(at);
  if (!items.length) return { at: offset(lines, block.start + 1), insert: `${line}\n`, inside: 0 };
  if (top?.(items.map((at) => lines[at]))) return { at: offset(lines, items[0]), insert: `${line}\n`, inside: 0 };
  let last = items.at(-1) + 1;
  while (last < block.end && /^\s+\S/.test(lines[last])) last += 1;
  return { at: offset(lines, last), insert: `${line}\n`, inside: 0 };
}

// A history is told newest first or oldest first; a new line goes where the newest stand.
export function newestFirst(items) {
  const dates = items.map((line) => line.match(/\d{4}-\d{2}-\d{2}/)?.[0]).filter(Boolean);
  return dates.length < 2 || dates[0] >= dates.at(-1);
}
