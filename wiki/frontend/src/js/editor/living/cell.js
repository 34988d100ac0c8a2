// The words of a cell: as people see them, as the text has them, and what one types put in their place
// beside what others write there meanwhile.
import { SIGN } from "../columns.js";
import { cellsOf, difference, written } from "../tables.js";
import { make } from "../words.js";

// A bar in a cell is written with a stroke before it; people see the bar.
export const shownOf = (words) => words.replace(/\\\|/g, "|");
export const wordsOf = (shown) => shown.replace(/[\r\n]+/g, " ").replace(/\|/g, "\\|");

// The change {from, to, insert} of a row's `line` that writes `shown` into a cell: only what differs. A
// row that is too short gets the cells it lacks, and one that would be other cells than before its bars.
export function cellWritten(line, column, shown) {
  const cells = cellsOf(line);
  const next = wordsOf(shown);
  const cell = cells[column];
  const wanted = [...cells.map((one) => one.words), ...Array(Math.max(0, column - cells.length)).fill("")];
  wanted[column] = next;
  let made = cell ? line.slice(0, cell.start) + next + line.slice(cell.end) : "";
  const found = cellsOf(made).map((one) => one.words);
  const isBare = !/^\s*\|/.test(line);
  if (found.length !== wanted.length || found.some((one, at) => one !== wanted[at]) || (isBare && SIGN.test(made))) made = written(wanted, line);
  return difference(line, made);
}

// What `mine` and `theirs` both make of `base`.
function joined(base, mine, theirs) {
  if (base === theirs) return mine;
  const [own, other] = [difference(base, mine), difference(base, theirs)];
  const behind = theirs.length - base.length;
  const moved = (at) => (at <= other.from ? at : at >= other.to ? at + behind : other.from + other.insert.length);
  return theirs.slice(0, moved(own.from)) + own.insert + theirs.slice(Math.max(moved(own.from), moved(own.to)));
}

// A field over a cell that says `shown`, in its `box`: as wide and tall as what is written in it, by words
// that lie unseen below it. A keyboard that composes a word is let finish it: what others
// write into the cell meanwhile is shown then, and is in the text all the while.
export class Field {
  constructor(shown) {
    const area = make("textarea");
    this.area = area;
    this.shown = shown;
    this.base = shown;
    area.value = shown;
    area.rows = 1;
    area.cols = 1;
    this.words = make("span");
    this.words.setAttribute("aria-hidden", "true");
    this.box = make("div", "cm-field");
    this.box.append(this.words, area);
    this.fit();
    area.addEventListener("compositionstart", () => { this.isComposing = true; });
    area.addEventListener("compositionend", () => {
      this.isComposing = false;
      this.renew(this.shown);
    });
  }

  // What the cell is to say after something was typed.
  typed() {
    const { area } = this;
    if (/[\r\n]/.test(area.value)) {
      const { selectionStart: at } = area;
      area.value = area.value.replace(/[\r\n]/g, " ");
      area.setSelectionRange(at, at);
    }
    this.fit();
    const mine = area.value.trim();
    const said = joined(this.base, mine, this.shown);
    this.base = mine;
    return said;
  }

  // The cell says `shown` now: the cursor stays at its words.
  renew(shown) {
    const { area } = this;
    this.shown = shown;
    if (this.isComposing) return;
    this.base = shown;
    const here = area.value;
    if (here.trim() === shown || here === shown) return;
    let from = 0;
    while (from < here.length && from < shown.length && here[from] === shown[from]) from += 1;
    const { selectionStart: start, selectionEnd: end } = area;
    const moved = (at) => (at <= from ? at : Math.max(from, at + shown.length - here.length));
    area.value = shown;
    area.setSelectionRange(moved(start), moved(end));
    this.fit();
  }

  fit() { this.words.textContent = `${this.area.value}\u200b`; }
}
