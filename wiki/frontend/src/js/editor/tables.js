// A Markdown table as a text: which cell the cursor is in, and the text with a row or column more.
// Everything is worked out from the lines around the cursor; what is given back are edits in the whole
// text: {from, to, insert, select: [start, end]}, or {changes: [{from, to, insert}], select} where
// lines change here and there. Columns: columns.js.
const RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const MOST_ROWS = 500;

// A list as splice() makes it, and the list itself left alone.
export function spliced(list, ...change) {
  const made = [...list];
  made.splice(...change);
  return made;
}

// Whether a line is the one below a table's head.
export const isRule = (line) => line.includes("-") && RULE.test(line);

// The cells of a line, with where the words of each begin and end in it; `from` and `to` are where the
// cell itself does, between its bars.
export function cellsOf(line) {
  const bars = [];
  // As the server has it: a stroke before a bar is that bar's, whatever stands before the stroke.
  for (let at = 0; at < line.length; at += 1) if (line[at] === "|" && line[at - 1] !== "\\") bars.push(at);
  const open = /^\s*\|/.test(line);
  const shut = bars.length > (open ? 1 : 0) && !line.slice(bars.at(-1) + 1).trim();
  const edges = [...(open ? [] : [-1]), ...bars, ...(shut ? [] : [line.length])];
  return edges.slice(0, -1).map((edge, at) => {
    const [from, to] = [edge + 1, edges[at + 1]];
    const inside = line.slice(from, to);
    const words = inside.trim();
    const start = words ? from + inside.indexOf(words) : from + Math.min(1, to - from);
    return { from, to, start, end: start + words.length, words };
  });
}

// The table at `cursor`, or null: {from, lines, row, column, columns}; row 1 is the rule.
export function tableAt(text, cursor) {
  const startOf = (at) => text.lastIndexOf("\n", at - 1) + 1;
  const endOf = (at) => (text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at));
  const holds = (from) => {
    const line = text.slice(from, endOf(from));
    return line.includes("|") && line.trim() !== "";
  };
  let from = startOf(cursor);
  if (!holds(from)) return null;
  let above = 0;
  while (from > 0 && above < MOST_ROWS && holds(startOf(from - 1))) {
    from = startOf(from - 1);
    above += 1;
  }
  let to = endOf(cursor);
  for (let below = 0; to < text.length && below < MOST_ROWS && holds(to + 1); below += 1) to = endOf(to + 1);
  const all = text.slice(from, to).split("\n");
  // What stands above its head, and has a bar as well, is a paragraph.
  const rule = all.findIndex((line, at) => at && isRule(line) && cellsOf(all[at - 1]).length === cellsOf(line).length);
  if (rule < 1 || above < rule - 1) return null;
  const lines = all.slice(rule - 1);
  from += all.slice(0, rule - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const row = above - rule + 1;
  const inLine = cursor - startOf(cursor);
  const cells = cellsOf(lines[row]);
  const column = Math.max(0, cells.findLastIndex((cell) => cell.start <= inLine || cell === cells[0]));
  return { from, to, lines, row, column, columns: cellsOf(lines[0]).length };
}

// Where a row begins in the whole text.
export const lineStart = (table, row) => table.lines.slice(0, row).reduce((sum, line) => sum + line.length + 1, table.from);

// The words of a cell as a choice; past the last cell of a short row, the end of its line.
export function choice(table, row, column) {
  const start = lineStart(table, row);
  const cell = cellsOf(table.lines[row])[column];
  return cell ? [start + cell.start, start + cell.end] : [start + table.lines[row].length, start + table.lines[row].length];
}

// A row of these cells, set in as `like` is.
export const written = (cells, like = "") => `${like.match(/^\s*/)[0]}| ${cells.map((cell) => cell || " ").join(" | ")} |`.replace(/\|\s{3}(?=\|)/g, "|  ");

// What two texts differ in, {from, to, insert} in the first; no sign of two units is cut through.
export function difference(old, text) {
  const isHigh = (unit) => unit >= "\ud800" && unit < "\udc00";
  const isLow = (unit) => unit >= "\udc00" && unit < "\ue000";
  let from = 0;
  while (from < old.length && from < text.length && old[from] === text[from]) from += 1;
  if (from && isHigh(old[from - 1])) from -= 1;
  let back = 0;
  while (back < old.length - from && back < text.length - from && old.at(-1 - back) === text.at(-1 - back)) back += 1;
  if (back && isLow(old.at(-back))) back -= 1;
  return { from, to: old.length - back, insert: text.slice(from, text.length - back) };
}

// A new row below the cursor's; below the head it is the first.
export function addRow(table) {
  const after = Math.max(table.row, 1);
  const line = written(Array(table.columns).fill(""), table.lines[after]);
  const at = lineStart(table, after) + table.lines[after].length;
  const [start, end] = choice({ ...table, lines: spliced(table.lines, after + 1, 0, line) }, after + 1, 0);
  return { from: at, to: at, insert: `\n${line}`, select: [start, end] };
}

// To the next cell, or the one before; behind the last, a new row. Null before the first.
export function step(table, back) {
  let { row, column } = table;
  column += back ? -1 : 1;
  if (column >= table.columns) [row, column] = [row + 1, 0];
  else if (column < 0) [row, column] = [row - 1, table.columns - 1];
  if (row === 1) row += back ? -1 : 1;
  if (row < 0) return null;
  if (row >= table.lines.length) return addRow({ ...table, row: table.lines.length - 1 });
  const [start, end] = choice(table, row, column);
  // Nothing is written: only what is chosen changes.
  return { from: start, to: start, insert: "", select: [start, end] };
}

// Null where it cannot be: the head of a table stays, and so does its last column.
export function removeRow(table) {
  if (table.row < 2) return null;
  const at = lineStart(table, table.row);
  const lines = spliced(table.lines, table.row, 1);
  const row = Math.min(table.row, lines.length - 1);
  const select = choice({ ...table, lines }, row === 1 ? 0 : row, Math.min(table.column, table.columns - 1));
  return { from: at - 1, to: at + table.lines[table.row].length, insert: "", select };
}

// The cursor's row above the one before it, or below the next; null at an end.
export function moveRow(table, up) {
  const next = table.row + (up ? -1 : 1);
  if (table.row < 2 || next < 2 || next >= table.lines.length) return null;
  const line = table.lines[table.row];
  const at = lineStart(table, table.row);
  const end = lineStart(table, next) + table.lines[next].length;
  const changes = up
    ? [{ from: lineStart(table, next), to: lineStart(table, next), insert: `${line}\n` }, { from: at - 1, to: at + line.length, insert: "" }]
    : [{ from: at, to: at + line.length + 1, insert: "" }, { from: end, to: end, insert: `\n${line}` }];
  const lines = spliced(spliced(table.lines, table.row, 1), next, 0, line);
  return { changes, select: choice({ ...table, lines }, next, table.column) };
}
