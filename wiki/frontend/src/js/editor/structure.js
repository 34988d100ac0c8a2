// What the editor must know of a text: where headings and blocks stand, and where a new item goes.
// The server's one reading decides; these few lines only help the hand.

const FENCE = /^\s{0,3}(```+|~~~+)/;

const BLOCK = /^(:{3,})\s*(\S.*)?$/;

// The lines outside front matter and code, each with its number: the only ones that mean something.
function* plainLines(lines) {
  let fence = "";
  const start = lines[0] === "---" ? lines.indexOf("---", 1) + 1 : 0;
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

// The chapter whose heading stands at `at`: to the next heading that is not below it.
export function chapterAt(text, at) {
  const lines = text.split("\n");
  const first = text.slice(0, at).split("\n").length - 1;
  const level = (line) => lines[line].match(/^#*/)[0].length;
  const next = headingLines(text).find((line) => line > first && level(line) <= level(first));
  return { from: offset(lines, first), to: next === undefined ? text.length : offset(lines, next) };
}

const fold = (word) => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// The block of one of these names without arguments that holds the line `here`, else the first: its
// opening and closing line.
export function findBlock(lines, names, here = -1) {
  let open = null;
  let first = null;
  for (const [at, line] of plainLines(lines)) {
    const mark = line.match(BLOCK);
    if (!mark) continue;
    if (open && !mark[2] && mark[1].length >= open.length) {
      const found = { start: open.start, end: at };
      if (here >= found.start && here <= at) return found;
      first ??= found;
      open = null;
    } else if (!open && mark[2] && names.includes(fold(mark[2].trim()))) open = { start: at, length: mark[1].length };
  }
  return first;
}

const offset = (lines, at) => lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);

// The lines of front matter, of code and of blocks: nothing of its own goes between two of them.
function heldLines(lines) {
  const plain = new Set(Array.from(plainLines(lines), ([at]) => at));
  const held = lines.map((_, at) => !plain.has(at));
  let open = null;
  for (const [at, line] of plainLines(lines)) {
    const mark = line.match(BLOCK);
    if (!mark) continue;
    if (!open && mark[2]) open = { start: at, length: mark[1].length };
    else if (open && !mark[2] && mark[1].length >= open.length) {
      held.fill(true, open.start, at + 1);
      open = null;
    }
  }
  return held;
}

// Where something that has lines of its own may go: at the cursor, else below the line or the block
// that the cursor is in; with the blank lines that it wants around it.
export function freePlace(text, cursor) {
  const lines = text.split("\n");
  const held = heldLines(lines);
  let row = text.slice(0, cursor).split("\n").length - 1;
  const atStart = cursor === offset(lines, row);
  if (held[row] && !(atStart && row && !held[row - 1])) while (held[row]) row += 1;
  else if (!atStart && lines[row].trim()) row += 1;
  if (row >= lines.length) return { at: text.length, before: "\n\n", after: "" };
  return {
    at: offset(lines, row),
    before: row && lines[row - 1].trim() ? "\n" : "",
    after: lines[row].trim() ? "\n" : "",
  };
}

// Where a new item goes: into the block that is there, at its end or its top, else into a new block.
export function placeItem(text, cursor, { names, title, line, top }) {
  const lines = text.split("\n");
  const block = findBlock(lines, names, text.slice(0, cursor).split("\n").length - 1);
  if (!block) {
    const { at, before, after } = freePlace(text, cursor);
    return { at, insert: `${before}::: ${title}\n${line}\n\n:::\n${after}`, inside: before.length + 5 + title.length };
  }
  const items = [];
  for (let at = block.start + 1; at < block.end; at += 1) if (/^[-*+]\s/.test(lines[at])) items.push(at);
  if (!items.length) return { at: offset(lines, block.start + 1), insert: `${line}\n`, inside: 0 };
  if (top?.(items.map((at) => lines[at]))) return { at: offset(lines, items[0]), insert: `${line}\n`, inside: 0 };
  let last = items.at(-1) + 1;
  while (last < block.end && /^\s+\S/.test(lines[last])) last += 1;
  return { at: offset(lines, last), insert: `${line}\n`, inside: 0 };
}

// The text with the piece at `cursor` (a paragraph, a list, a table, a whole block) before the one
// above it or behind the one below; null where there is none. Blank lines stay where they are.
export function movedBlock(text, cursor, up) {
  const lines = text.split("\n");
  const first = lines[0] === "---" ? lines.indexOf("---", 1) + 1 : 0;
  const held = heldLines(lines);
  const pieces = [];
  for (let at = first; at < lines.length; at += 1) {
    const goesOn = pieces.length && pieces.at(-1).end === at && (held[at] ? pieces.at(-1).held : lines[at].trim() && !pieces.at(-1).held);
    if (goesOn && !(held[at] && BLOCK.test(lines[at]) && lines[at].match(BLOCK)[2] && !held[at - 1])) pieces.at(-1).end = at + 1;
    else if (lines[at].trim() || held[at]) pieces.push({ start: at, end: at + 1, held: held[at] });
  }
  const row = text.slice(0, cursor).split("\n").length - 1;
  const here = pieces.findIndex((one) => one.start <= row && row < one.end);
  const other = here + (up ? -1 : 1);
  if (here < 0 || !pieces[other]) return null;
  const [above, below] = up ? [pieces[other], pieces[here]] : [pieces[here], pieces[other]];
  const part = ({ start, end }) => lines.slice(start, end);
  const between = lines.slice(above.end, below.start);
  const written = [...part(below), ...(between.length ? between : [""]), ...part(above)];
  const from = offset(lines, above.start);
  const to = offset(lines, below.end) - 1;
  const insert = written.join("\n");
  const moved = up ? from : from + insert.length - part(above).join("\n").length;
  const at = moved + cursor - offset(lines, pieces[here].start);
  return { from, to, insert, select: [at, at] };
}

// A history is told newest first or oldest first; a new line goes where the newest stand.
export function newestFirst(items) {
  const dates = items.map((line) => line.match(/\d{4}-\d{2}-\d{2}/)?.[0]).filter(Boolean);
  return dates.length < 2 || dates[0] >= dates.at(-1);
}
