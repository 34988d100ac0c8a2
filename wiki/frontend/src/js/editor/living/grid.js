// A table as a grid: each cell is a field, and what one types changes the signs of that cell alone.
import { Annotation, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { addRow, cellsOf } from "../tables.js";
import { make } from "../words.js";
import { Field, cellWritten, shownOf, wordsOf } from "./cell.js";
import { regionAt, regions } from "./regions.js";
import { drawn } from "./words.js";

// On a choice that was made in a cell's field.
const inCell = Annotation.define();

// From so many rows on, columns keep their widths while one writes: else each key would measure them all.
const LONG = 50;

// Lists deeper than that set nothing in any more.
const DEEPEST = 6;

// The table at `at` in the text of `state`: as tables.js has it, with the rule as row 1.
function tableOf(state, at, row = 0, column = 0) {
  const region = regionAt(state, at);
  if (region?.kind !== "table") return null;
  const lines = state.doc.sliceString(region.from, region.to).split("\n");
  return { from: region.from, to: region.to, lines, row, column, columns: cellsOf(lines[0]).length };
}

const startOf = (table, row) => table.from + table.lines.slice(0, row).reduce((sum, line) => sum + line.length + 1, 0);

// Writes `shown` into a cell.
function put(view, table, row, column, shown) {
  const { from, to, insert } = cellWritten(table.lines[row], column, shown);
  const start = startOf(table, row);
  if (from !== to || insert) view.dispatch({ changes: { from: start + from, to: start + to, insert }, userEvent: "input.type" });
}

class Grid extends WidgetType {
  // `level`: how many lists it stands in.
  constructor(text, level, words, surface, folder) {
    super();
    Object.assign(this, { text, level, words, surface, folder });
  }

  eq(other) { return other.text === this.text && other.level === this.level; }

  get estimatedHeight() { return this.text.split("\n").length * 42; }

  toDOM(view) {
    const box = make("div", `cm-grid table cm-level-${Math.min(this.level, DEEPEST)}`);
    const table = make("table");
    table.setAttribute("role", "grid");
    table.folder = this.folder;
    box.append(table);
    fill(table, this.text, this.words);
    listen(view, box, table, this.words, this.surface);
    return box;
  }

  updateDOM(box) {
    box.className = `cm-grid table cm-level-${Math.min(this.level, DEEPEST)}`;
    fill(box.querySelector("table"), this.text, this.words);
    return true;
  }

  ignoreEvent() { return true; }
}

// Where a list became longer or shorter, and by how much: what is alike at its end has moved.
function shift(old, next) {
  const least = Math.min(old.length, next.length);
  let begin = 0;
  while (begin < least && old[begin] === next[begin]) begin += 1;
  let end = 0;
  while (end < least - begin && old.at(-1 - end) === next.at(-1 - end)) end += 1;
  return { at: least - end, by: next.length - old.length };
}

function cellIn(row, column, isHead) {
  const cell = make(isHead ? "th" : "td");
  cell.setAttribute("role", isHead ? "columnheader" : "gridcell");
  cell.tabIndex = -1;
  row.insertBefore(cell, row.cells[column] ?? null);
  return cell;
}

// The rows of `text` in `table`: what is there already stays, and with it the field one types in,
// which goes with its row and column where others put some before it.
function fill(table, text, words) {
  const lines = text.split("\n").filter((_line, at) => at !== 1);
  let isMoved = !table.lines;
  const head = cellsOf(lines[0]).map((one) => one.words);
  table.setAttribute("aria-label", words.grid.replace("{rows}", lines.length).replace("{columns}", head.length));
  if (table.lines) {
    const [long, wide] = [shift(table.lines, lines), shift(table.head, head)];
    for (let by = long.by; by < 0; by += 1) table.rows[Math.max(1, long.at)].remove();
    for (const [at, row] of [...table.rows].entries()) {
      for (let by = wide.by; by < 0; by += 1) row.cells[wide.at].remove();
      for (let by = wide.by; by > 0; by -= 1) cellIn(row, wide.at, !at);
    }
    for (let by = long.by; by > 0; by -= 1) table.insertRow(Math.max(1, long.at));
    isMoved = wide.by !== 0;
    // A column that came would have no room beside those that are held.
    if (isMoved) hold(table, false);
  }
  Object.assign(table, { lines, head });
  lines.forEach((line, at) => {
    const row = table.rows[at] ?? table.insertRow();
    // A key changes one line: the rows of all others stay as they are.
    if (row.line === line && !isMoved) return;
    row.line = line;
    const cells = cellsOf(line);
    for (let column = 0; column < head.length; column += 1) {
      const shown = shownOf(cells[column]?.words ?? "");
      const cell = row.cells[column] ?? cellIn(row, column, !at);
      if (cell.field) cell.field.renew(shown);
      else if (cell.said !== shown) cell.replaceChildren(...drawn(shown, table.folder));
      cell.said = shown;
    }
  });
  if (!table.querySelector('[tabindex="0"]')) table.rows[0].cells[0].tabIndex = 0;
}

// Holds the columns of a long table as wide as they are, or lets go of them.
function hold(table, isHeld) {
  if (isHeld === Boolean(table.style.width) || (isHeld && table.rows.length < LONG)) return;
  const held = [table, ...table.rows[0].cells];
  const widths = held.map((one) => (isHeld ? getComputedStyle(one).width : ""));
  held.forEach((one, at) => { one.style.width = widths[at]; });
  table.style.tableLayout = isHeld ? "fixed" : "";
}

function listen(view, box, table, words, surface) {
  const placeOf = (cell) => ({ row: cell.parentNode.rowIndex, column: cell.cellIndex });
  // The cell in the text: the rule stands below the head.
  function inText(cell) {
    const { row, column } = placeOf(cell);
    return tableOf(view.state, view.posAtDOM(box), row ? row + 1 : 0, column);
  }

  // The text's own choice is what is chosen in the field: buttons and keys mean that.
  function point(cell, field) {
    // A browser tells late what was chosen, and who has left the cell has chosen something else.
    if (view.root.activeElement !== field) return;
    const found = inText(cell);
    const its = found && cellsOf(found.lines[found.row])[found.column];
    if (!its) return;
    const start = startOf(found, found.row) + its.start;
    const at = (place) => start + Math.min(wordsOf(field.value.slice(0, place)).length, its.words.length);
    const [anchor, head] = [at(field.selectionStart), at(field.selectionEnd)];
    const { main } = view.state.selection;
    if (main.anchor !== anchor || main.head !== head) view.dispatch({ selection: { anchor, head }, annotations: inCell.of(true) });
  }

  function open(cell, from = 0, to = Infinity) {
    if (!cell) return;
    if (!cell.field) {
      hold(table, true);
      cell.field = fieldIn(cell);
      cell.replaceChildren(cell.field.box);
      for (const one of table.querySelectorAll('[tabindex="0"]')) one.tabIndex = -1;
      cell.tabIndex = 0;
    }
    const { area } = cell.field;
    area.focus();
    area.setSelectionRange(Math.min(from, area.value.length), Math.min(to, area.value.length));
    point(cell, area);
    surface.reveal();
  }

  function fieldIn(cell) {
    const field = new Field(cell.said);
    const { area } = field;
    const { row, column } = placeOf(cell);
    const head = row ? table.head[column].trim() : "";
    const said = head ? words.grid_named.replace("{head}", head) : words.grid_cell;
    area.setAttribute("aria-label", said.replace("{row}", row + 1).replace("{column}", column + 1));
    area.addEventListener("input", () => {
      const said = field.typed();
      const found = inText(cell);
      if (found) put(view, found, found.row, found.column, said);
      point(cell, area);
    });
    for (const event of ["keyup", "pointerup", "select"]) area.addEventListener(event, () => point(cell, area));
    area.addEventListener("blur", ({ relatedTarget }) => {
      cell.field = null;
      cell.replaceChildren(...drawn(cell.said, table.folder));
      if (!table.contains(relatedTarget)) hold(table, false);
      view.requestMeasure();
    });
    return field;
  }

  // To the cell so far on, over the ends of rows; beyond the last a new row, before the first the text.
  function go(cell, by) {
    const { row, column } = placeOf(cell);
    const columns = table.rows[0].cells.length;
    const next = row * columns + column + by;
    if (next < 0) leave(-1);
    else if (next < table.rows.length * columns) open(table.rows[Math.floor(next / columns)].cells[next % columns]);
    else {
      const { from, to, insert, select } = addRow(inText(cell));
      view.dispatch({ changes: { from, to, insert }, selection: { anchor: select[0], head: select[1] }, userEvent: "input" });
    }
  }

  function leave(side) {
    const region = regionAt(view.state, view.posAtDOM(box));
    const { length } = view.state.doc;
    // Beside a table at an end of the text there is no line yet.
    if (side < 0 && region.from === 0) view.dispatch({ changes: { from: 0, insert: "\n\n" }, selection: { anchor: 0 }, userEvent: "input" });
    else if (side < 0) view.dispatch({ selection: { anchor: region.from - 1 } });
    else if (region.to === length) view.dispatch({ changes: { from: length, insert: "\n\n" }, selection: { anchor: length + 2 }, userEvent: "input" });
    else view.dispatch({ selection: { anchor: region.to + 1 } });
    view.focus();
  }

  box.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell || event.target.localName === "textarea") return;
    event.preventDefault();
    open(cell, Infinity);
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th");
    if (!cell || event.isComposing || event.altKey) return;
    const { row, column } = placeOf(cell);
    if (event.ctrlKey || event.metaKey) {
      // The text's own turn: a field's would know nothing of what others write.
      const turn = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
      if (!turn) return;
      event.preventDefault();
      event.stopPropagation();
      surface[turn]();
      open(table.rows[row]?.cells[column], Infinity);
      return;
    }
    const beside = (next) => {
      if (next >= 0 && next < table.rows.length) open(table.rows[next].cells[column]);
      else leave(next < 0 ? -1 : 1);
    };
    const isOpen = Boolean(cell.field);
    // A cell that is only passed by keeps nobody.
    if (event.key === "Tab" && isOpen) go(cell, event.shiftKey ? -1 : 1);
    else if (event.key === "Enter" && isOpen) beside(row + 1);
    else if (event.key === "Enter") open(cell);
    else if (event.key === "Escape") leave(1);
    else if (event.key === "ArrowUp") beside(row - 1);
    else if (event.key === "ArrowDown") beside(row + 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.open = (row, column, from, to) => open(table.rows[row]?.cells[column], from, to);
}

// Whether what is chosen lies within one table, and is not that table as a whole.
function chosenTable(state) {
  const { main } = state.selection;
  const region = regionAt(state, main.head);
  if (region?.kind !== "table" || region.from > main.from || main.to > region.to) return null;
  return main.from === region.from && main.to === region.to ? null : region;
}

// A choice within a table is made in the field of the cell that it begins in.
function openChosen(view) {
  const region = chosenTable(view.state);
  const box = region && [...view.contentDOM.querySelectorAll(".cm-grid")].find((one) => view.posAtDOM(one) === region.from);
  if (!box) return;
  const { main } = view.state.selection;
  const line = view.state.doc.lineAt(main.from);
  const head = view.state.doc.lineAt(region.from);
  const row = line.number - head.number;
  if (row === 1) {
    box.open(0, 0);
    return;
  }
  const cells = cellsOf(line.text);
  const inLine = (at) => at - line.from;
  const isBehind = cells.length < cellsOf(head.text).length && inLine(main.from) > (cells.at(-1)?.end ?? 0) + 1;
  const column = isBehind ? cells.length : Math.max(0, cells.findLastIndex((one) => one.start <= inLine(main.from)));
  const { start } = cells[column] ?? { start: inLine(main.from) };
  box.open(row && row - 1, column, Math.max(0, inLine(main.from) - start), Math.max(0, inLine(main.to) - start));
}

// When the text was last pressed at: a finger chooses only after it has given the focus.
let pressed = -Infinity;
const AT_ONCE = 300;

const follow = [
  EditorView.updateListener.of(({ view, selectionSet, transactions }) => {
    if (!selectionSet || transactions.some((one) => one.annotation(inCell)) || !chosenTable(view.state)) return;
    // Whoever has chosen it may go on to give the text the focus.
    queueMicrotask(() => view.dom.contains(view.root.activeElement) && openChosen(view));
  }),
  EditorView.domEventHandlers({
    mousedown() { pressed = performance.now(); },
    focus(_event, view) {
      if (performance.now() - pressed < AT_ONCE) return;
      const { main } = view.state.selection;
      const region = chosenTable(view.state);
      // At an edge of it one is beside it.
      if (region && main.from > region.from && main.to < region.to) openChosen(view);
    },
  }),
];

// The grids of a text, kept with its state.
export function grids(words, surface, folder) {
  const build = (state) => Decoration.set(state.field(regions).filter((one) => one.kind === "table").map((one) => Decoration.replace({
    widget: new Grid(state.doc.sliceString(one.from, one.to), one.level, words, surface, folder), block: true,
  }).range(one.from, one.to)));
  return StateField.define({
    create: build,
    update: (value, change) => (change.docChanged ? build(change.state) : value),
    provide: (field) => [
      EditorView.decorations.from(field),
      EditorView.atomicRanges.of((view) => view.state.field(field)),
      follow,
    ],
  });
}
