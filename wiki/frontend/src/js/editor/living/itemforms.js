// A line of a block changed by its form, in its card: each has a button beside it that opens what its
// plugin asks, filled with what stands there. Written is what was changed, and nothing else.
import { isolateHistory } from "@codemirror/commands";
import { make, picture } from "../words.js";
import { changesOf, valuesOf } from "./fields.js";
import { regions } from "./regions.js";

const HOLDERS = "li, article, tr, .row";
const plain = (text) => text.replace(/\s+/g, " ").trim();
const isLetter = (sign) => /[\p{L}\p{N}]/u.test(sign);

// Whether `words` stand in `text`, and not as a piece of other words.
function says(text, words) {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (!isLetter(text[at - 1] ?? " ") && !isLetter(text[at + words.length] ?? " ")) return true;
  }
  return false;
}

// For each item the element of the card that shows it, or undefined: its own row, by its words.
function holders(shown, items) {
  const rows = [...shown.querySelectorAll(HOLDERS)].map((row) => ({
    row, texts: [row, ...row.querySelectorAll("*")].map((one) => plain(one.textContent)),
  }));
  const taken = new Set();
  const take = (test) => {
    const found = rows.find((one) => !taken.has(one.row) && test(one))?.row;
    if (found) taken.add(found);
    return found;
  };
  const words = items.map((one) => plain(one.words));
  // Those whose words are all that something says come first: "un" is no piece of "un four".
  const found = words.map((its) => (its ? take(({ texts }) => texts.includes(its)) : undefined));
  // A plugin may say elsewhere in its row what stands behind a dash.
  const tries = (its) => [its, its.split(" — ")[0]].filter((one) => isLetter(one[0] ?? " "));
  return found.map((row, at) => row ?? tries(words[at]).reduce((so, its) => so ?? take(({ texts }) => says(texts[0], its)), undefined));
}

// Where the block stands that says `text`, the nearest to `near`; null where it was changed meanwhile.
function blockAt(state, text, near) {
  const found = state.field(regions).filter((one) => one.kind === "block" && state.sliceDoc(one.from, one.to) === text);
  found.sort((one, other) => Math.abs(one.from - near) - Math.abs(other.from - near));
  return found[0]?.from ?? null;
}

// Where an item stands that is the only one to say `source`, whatever became of its block; else null.
function itemAt(state, source) {
  const found = [];
  for (const one of state.field(regions)) {
    if (one.kind !== "block") continue;
    const text = state.sliceDoc(one.from, one.to);
    for (let here = text.indexOf(source); here >= 0; here = text.indexOf(source, here + 1)) {
      if (text[here - 1] === "\n" && text[here + source.length] === "\n") found.push(one.from + here);
    }
  }
  return found.length === 1 ? found[0] : null;
}

// What is between two items and is nobody's words.
const isNothing = (text) => /^\s*$/.test(text);
const NUMBER = /^\s*\d{1,9}[.)]/;

function moved(text, one, other) {
  const [above, below] = one.from < other.from ? [one, other] : [other, one];
  const between = text.slice(above.to, below.from);
  let [first, second] = [text.slice(above.from, above.to), text.slice(below.from, below.to)];
  const numbers = [NUMBER.exec(first)?.[0], NUMBER.exec(second)?.[0]];
  if (numbers[0] && numbers[1]) [first, second] = [numbers[1] + first.slice(numbers[0].length), numbers[0] + second.slice(numbers[1].length)];
  return { from: above.from, to: below.to, insert: second + between + first };
}

function removed(text, { from, to }, before, after) {
  if (after && isNothing(text.slice(to, after.from))) return { from, to: after.from };
  if (before && isNothing(text.slice(before.to, from))) return { from: before.to, to };
  return { from, to: Math.min(to + 1, text.length) };
}

// Puts the buttons of the items of `card` into `shown`; gives those that have no row of their own there.
export function itemButtons(view, shown, card, { words, icons, lang, item, isStale, boxAt, reveal, returning }) {
  const { items, text } = card;
  const rows = holders(shown, items);

  function edit(index, button) {
    const one = items[index];
    const source = text.slice(one.from, one.to);
    const start = boxAt();
    const write = (at, changes, next) => {
      view.dispatch({
        changes: changes.map(({ from, to, insert = "" }) => ({ from: at + from, to: at + to, insert })),
        userEvent: "input.form", annotations: isolateHistory.of("full"),
      });
      returning({ at: blockAt(view.state, text, start) ?? start, index: next });
    };
    const near = (by) => {
      const other = items[index + by];
      return other && isNothing(text.slice(...(by < 0 ? [other.to, one.from] : [one.to, other.from]))) ? other : null;
    };
    // What changes more than the line wants the block as it was drawn.
    const tool = (label, next, change) => ({
      label, off: !change,
      run() {
        const at = blockAt(view.state, text, start);
        if (at === null) return words.item_gone;
        write(at, [change()], next);
      },
    });
    const step = (by) => tool(by < 0 ? words.move_up : words.move_down, index + by, near(by) && (() => moved(text, one, near(by))));
    const gone = () => removed(text, one, items[index - 1], items[index + 1]);
    item.change()(valuesOf(source, one.parts), {
      tools: [step(-1), step(1), tool(words.item_remove, Math.max(0, index - 1), gone)],
      back: () => button.isConnected && button.focus(),
      change(raw, begun) {
        const changes = changesOf(source, one.parts, item.form, begun, raw, lang);
        if (!changes.length) return;
        const block = blockAt(view.state, text, start);
        const at = block === null ? itemAt(view.state, source) : block + one.from;
        if (at === null) return words.item_gone;
        write(at, changes, index);
      },
    });
  }

  const buttons = items.map((one, index) => {
    const said = one.words || item.form.name;
    const button = make("button", "cm-card-tool cm-card-edit");
    button.type = "button";
    button.disabled = isStale;
    button.setAttribute("aria-label", words.item_edit.replace("{name}", item.form.name).replace("{words}", said));
    button.append(picture(icons, "pencil"), make("span", "cm-card-edit-word", words.item_change));
    button.addEventListener("click", () => (one.parts ? edit(index, button) : reveal(one.from)));
    const row = rows[index];
    if (!row) return { button, said };
    row.classList.add("cm-card-item");
    (row.localName === "tr" ? row.lastElementChild ?? row : row).append(button);
    return null;
  });
  return buttons.filter(Boolean);
}
