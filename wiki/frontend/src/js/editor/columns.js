// The columns of a Markdown table: one more, one less, one elsewhere. Each line changes by itself, and
// by the bytes of the one cell alone, so that what others write in the other cells is theirs: here, when
// both are joined, and when one of the two is taken back. Edits {changes, select} as in tables.js.
import { cellsOf, choice, difference, isRule, spliced, written } from "./tables.js";

// What would make the first cell of a row without a bar before it something else.
export const SIGN = /^\s*([-*+>#:`~|]|\d+[.)])/;

const applied = (line, changes) => [...changes].reverse().reduce((done, { from, to, insert }) => done.slice(0, from) + insert + done.slice(to), line);

// The changes of a line if they make the cells that are wanted of it, else the line written anew.
function checked(line, changes, wanted) {
  const made = applied(line, changes);
  const found = cellsOf(made).map((one) => one.words);
  const isBare = !/^\s*\|/.test(made);
  const isRow = made.includes("|") && !(isBare && (isRule(made) ? /^\s*-\s/ : SIGN).test(made));
  if (isRow && found.length === wanted.length && found.every((words, at) => words === wanted[at])) return changes;
  return [difference(line, written(wanted, line))];
}

// `change(line, cells, isBelowHead)` gives the changes of one line and its cells then, or null where it stays.
function edited(table, column, change) {
  const changes = [];
  let start = table.from;
  const lines = table.lines.map((line, row) => {
    const at = start;
    start += line.length + 1;
    const found = change(line, cellsOf(line), row === 1);
    if (!found) return line;
    const own = checked(line, found.changes, found.wanted);
    changes.push(...own.map(({ from, to, insert }) => ({ from: at + from, to: at + to, insert })));
    return applied(line, own);
  });
  return { changes, select: choice({ ...table, lines }, table.row === 1 ? 0 : table.row, column) };
}

const put = (at, insert) => [{ from: at, to: at, insert }];
const wordsOf = (cells) => cells.map((one) => one.words);

// A row that ends before the cursor's column has none of its cells, and wants none of the new one.
export function addColumn(table) {
  return edited(table, table.column + 1, (line, cells, isBelowHead) => {
    const cell = cells[table.column];
    if (!cell) return null;
    const inside = isBelowHead ? " ---" : " ";
    const isShut = line[cell.to] === "|";
    return {
      changes: isShut ? put(cell.to + 1, `${inside} |`) : put(cell.to, ` |${inside} |`),
      wanted: spliced(wordsOf(cells), table.column + 1, 0, inside.trim()),
    };
  });
}

// Null where it cannot be: a table keeps its last column.
export function removeColumn(table) {
  const at = table.column;
  if (table.columns < 2) return null;
  return edited(table, Math.min(at, table.columns - 2), (line, cells) => {
    const cell = cells[at];
    if (!cell) return null;
    // The only cell of a row that is too short is emptied: a row has a bar on either side.
    if (cells.length === 1) return { changes: [{ from: cell.start, to: cell.end, insert: "" }], wanted: [""] };
    // A row without a bar before it keeps the first that it has, and begins with it.
    const isBare = !at && !/^\s*\|/.test(line);
    const end = isBare || line[cell.to] !== "|" ? cell.to : cell.to + 1;
    return { changes: [{ from: cell.from, to: end, insert: "" }], wanted: spliced(wordsOf(cells), at, 1) };
  });
}

// The cursor's column before the one before it, or behind the next; null at an end.
export function moveColumn(table, back) {
  const next = table.column + (back ? -1 : 1);
  if (next < 0 || next >= table.columns) return null;
  const [left, right] = back ? [next, table.column] : [table.column, next];
  return edited(table, next, (line, cells) => {
    const [one, other] = [cells[left], cells[right]];
    if (!one) return null;
    const words = wordsOf(cells);
    // A row that ends with the left one gets an empty cell before it.
    if (!other) return { changes: put(one.from, "  |"), wanted: spliced(words, left, 0, "") };
    const wanted = spliced(words, left, 2, words[right], words[left]);
    const [first, second] = [line.slice(one.from, one.to), line.slice(other.from, other.to)];
    // Only what moves is taken out and put in; the cell that it passes is left as it is.
    const changes = back
      ? [...put(one.from, `${second}|`), { from: one.to, to: other.to, insert: "" }]
      : [{ from: one.from, to: other.from, insert: "" }, ...put(other.to, `|${first}`)];
    return { changes, wanted };
  });
}
