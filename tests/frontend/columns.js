// Reads tables with a cell and an edit each; says the text then, its cells, and the edit's changes.
import { addColumn, moveColumn, removeColumn } from "../../wiki/frontend/src/js/editor/columns.js";
import { addRow, cellsOf, moveRow, removeRow, tableAt } from "../../wiki/frontend/src/js/editor/tables.js";

const EDITS = {
  addColumn, removeColumn, left: (table) => moveColumn(table, true), right: (table) => moveColumn(table, false),
  addRow, removeRow, up: (table) => moveRow(table, true), down: (table) => moveRow(table, false),
};
const cells = (text) => text.split("\n").map((line) => cellsOf(line).map(({ words, start, end }) => [words, start, end]));
const applied = (text, changes) => [...changes].reverse().reduce((done, { from, to, insert }) => done.slice(0, from) + insert + done.slice(to), text);

console.log(JSON.stringify(JSON.parse(process.argv[2]).map(([text, row, column, edit]) => {
  const table = { ...tableAt(text, 0), row, column };
  const found = EDITS[edit](table);
  if (!found) return null;
  const changes = found.changes ?? [found];
  const after = applied(text, changes);
  return { after, before: cells(text), cells: cells(after), changes, chosen: after.slice(...found.select) };
})));
