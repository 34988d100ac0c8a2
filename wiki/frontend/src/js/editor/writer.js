// What the commands of the editor do to a text: marks around words, signs before lines, blocks.
import { freePlace, movedBlock, placeItem } from "./structure.js";
import { tableAt } from "./tables.js";

const LINE_SIGN = /^(#{1,6}\s|>\s|[-*+]\s(?:\[[ xX]\]\s)?|\d+\.\s)/;

export function writer(surface) {
  // Who writes one chapter alone puts nothing into the others.
  function scoped() {
    const text = surface.text();
    const { from, to } = surface.scope?.() ?? { from: 0, to: text.length };
    return { text: text.slice(from, to), from };
  }

  // One star is italic, two are bold, three are both; what is marked already is unmarked.
  function wrap(mark, sample) {
    const text = surface.text();
    let { from, to } = surface.selection();
    if (text.slice(from, to).includes("\n")) return wrapEach(mark, from, to);
    // Blanks stay outside: beside one, a mark is only a star.
    while (from < to && /\s/.test(text[from])) from += 1;
    while (from < to && /\s/.test(text[to - 1])) to -= 1;
    const stars = Math.min(text.slice(0, from).match(/\*{0,3}$/)[0].length, text.slice(to).match(/^\*{0,3}/)[0].length);
    const chosen = text.slice(from, to) || sample;
    if (stars & mark.length) surface.replace(from - mark.length, to + mark.length, text.slice(from, to), [from - mark.length, to - mark.length]);
    else surface.replace(from, to, `${mark}${chosen}${mark}`, [from + mark.length, from + mark.length + chosen.length]);
  }

  // Marks go over no end of a line: each line that is chosen has its own around its words.
  function wrapEach(mark, from, to) {
    const lines = surface.text().slice(from, to).split("\n").map((line) => {
      const [, sign, words, blank] = line.match(/^(\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX-]\]\s+)?|\d+[.)]\s+)?)(.*?)(\s*)$/);
      const isMarked = words.length > 2 * mark.length && words.startsWith(mark) && words.endsWith(mark);
      return { sign, words, blank, isMarked, isPlain: !words || /^(:{3,}|`{3,}|~{3,}|\||-{3,}$)/.test(words) };
    });
    const undone = lines.every((one) => one.isMarked || one.isPlain);
    const written = lines.map(({ sign, words, blank, isMarked, isPlain }) => {
      if (isPlain || (isMarked && !undone)) return sign + words + blank;
      return `${sign}${undone ? words.slice(mark.length, -mark.length) : `${mark}${words}${mark}`}${blank}`;
    }).join("\n");
    surface.replace(from, to, written, [from, from + written.length]);
  }

  // What stands between two blank lines at the cursor, before what is above it, or behind what is below.
  function move(up) {
    const { text, from } = scoped();
    const edit = movedBlock(text, surface.selection().from - from, up);
    if (edit) apply({ ...edit, from: edit.from + from, to: edit.to + from, select: edit.select?.map((at) => at + from) });
  }

  // Puts prefix(0), prefix(1) … before the lines that are chosen, in place of what was there.
  function lines(prefix, sample = "") {
    const text = surface.text();
    const { from, to } = surface.selection();
    // A row is no item and no heading: it would be a row no more.
    if (tableAt(text, from)) return;
    const start = text.slice(0, from).lastIndexOf("\n") + 1;
    const next = text.indexOf("\n", to);
    const end = next < 0 ? text.length : next;
    const bare = text.slice(start, end).split("\n").map((line) => line.replace(LINE_SIGN, ""));
    const written = bare.map((line, at) => prefix(at) + (line || sample)).join("\n");
    surface.replace(start, end, written, [start + prefix(0).length, start + written.length]);
  }

  // An item of the block of one of these names, made where there is none; the cursor stands behind it.
  function item(line, { names, title, top }) {
    const { text, from } = scoped();
    const place = placeItem(text, surface.selection().from - from, { names, title, line, top });
    const start = place.at + from;
    const at = start + place.inside + line.length;
    surface.replace(start, start, place.insert, [at, at]);
  }

  // Something with lines of its own; `choose` is what of it is chosen then, else the end.
  function block(written, choose = "") {
    const { at, before, after } = freePlace(surface.text(), surface.selection().to);
    const insert = `${before}${written.trimEnd()}\n${after}`;
    const found = choose ? insert.indexOf(choose) : -1;
    surface.replace(at, at, insert, found < 0 ? undefined : [at + found, at + found + choose.length]);
  }

  function apply(edit) {
    if (edit?.changes) surface.change(edit.changes, edit.select);
    else if (edit) surface.replace(edit.from, edit.to, edit.insert, edit.select ?? undefined);
  }
  return { wrap, lines, item, block, apply, move };
}
