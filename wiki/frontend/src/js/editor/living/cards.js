// Blocks as cards: what a need, an event's programme or a list of projects looks like in the page,
// with what one may do to it. The server draws them; the text of one shows where it is asked for.
import { EditorSelection, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { fold, make, picture } from "../words.js";
import { itemButtons } from "./itemforms.js";
import { regionAt, regions } from "./regions.js";
import { settle } from "./signs.js";

// Shows the text of the block that begins there.
export const open = StateEffect.define({ map: (at, changes) => changes.mapPos(at) });
// What was asked of the server has come.
export const drawnAnew = StateEffect.define();

class Card extends WidgetType {
  // `card` is what the server made of `drawn`, which is `text` but while that waits to be drawn.
  constructor(text, name, shown, gallery, acts) {
    super();
    Object.assign(this, { text, name, ...shown, gallery, acts });
  }

  eq(other) { return other.text === this.text && other.card === this.card; }

  get estimatedHeight() { return 60 + 40 * this.text.split("\n").length; }

  toDOM(view) {
    const { words, form } = this.gallery;
    const box = make("div", "cm-card");
    box.tabIndex = -1;
    box.setAttribute("role", "group");
    const shown = make("div", "text cm-card-page");
    this.fill(shown);
    if (!this.card) box.setAttribute("aria-busy", "true");
    // One writes here: what would lead elsewhere waits for the page.
    for (const one of shown.querySelectorAll("a, button, input, select, textarea, summary, [tabindex], [id]")) {
      one.tabIndex = -1;
      one.removeAttribute("id");
    }
    shown.addEventListener("click", (event) => event.preventDefault(), true);
    shown.addEventListener("submit", (event) => event.preventDefault(), true);
    const foot = make("div", "cm-card-foot");
    const act = (icon, label, run) => {
      const button = make("button", "cm-card-tool");
      button.type = "button";
      button.append(picture(form.dataset.icons, icon), document.createTextNode(label));
      button.addEventListener("click", run);
      foot.append(button);
    };
    const its = this.acts.item ? this.items(view, box, shown) : [];
    for (const one of this.acts.add) act(one.icon, one.card, () => {
      view.dispatch({ selection: { anchor: view.posAtDOM(box) } });
      one.run();
    });
    act("pencil", words.card_text, () => reveal(view, view.posAtDOM(box)));
    box.append(shown, ...its, foot);
    const count = this.card?.items.length;
    box.setAttribute("aria-label", (count ? words.card_lines.replace("{count}", count) : words.card).replace("{name}", this.name));
    shown.addEventListener("dblclick", () => reveal(view, view.posAtDOM(box)));
    steps(view, box);
    return box;
  }

  fill(shown) {
    const { words } = this.gallery;
    if (!this.card) shown.append(make("p", "quiet small", words.card_waits));
    else if (this.card.failed) shown.append(make("p", "quiet small", words.card_failed), make("pre", "", this.text));
    // The server has passed it through the gate; nothing else is ever put here.
    else shown.innerHTML = this.card.html;
  }

  // The buttons of the lines, each in its row; those whose row is not found are a list of their own.
  items(view, box, shown) {
    const { gallery, acts, card } = this;
    if (!card?.items.length) return [];
    const rest = itemButtons(view, shown, { items: card.items, text: this.drawn }, {
      words: gallery.words, icons: gallery.form.dataset.icons, lang: gallery.form.dataset.lang, item: acts.item,
      isStale: this.drawn !== this.text,
      boxAt: () => view.posAtDOM(box),
      reveal: (at) => reveal(view, view.posAtDOM(box), at),
      returning: (place) => { gallery.returning = place; },
    });
    requestAnimationFrame(() => this.takeUp(view, box));
    if (!rest.length) return [];
    const list = make("ul", "cm-card-rest");
    for (const { button, said } of rest) {
      const line = make("li");
      line.append(make("span", "", said), button);
      list.append(line);
    }
    return [list];
  }

  // Who changed a line by its form is there again once it is drawn.
  takeUp(view, box) {
    const { returning } = this.gallery;
    if (!returning || this.drawn !== this.text || !box.isConnected || view.posAtDOM(box) !== returning.at) return;
    this.gallery.returning = null;
    const buttons = box.querySelectorAll(".cm-card-edit");
    (buttons[Math.min(returning.index, buttons.length - 1)] ?? box).focus();
  }

  ignoreEvent() { return true; }
}

// Keys in a card: the card is one stop of the arrows, Enter goes into it and from button to button one
// goes by Tab or arrows; Escape goes out, first to the card, then to the text.
function steps(view, box) {
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const buttons = [...box.querySelectorAll("button:not(:disabled, [tabindex='-1'])")];
    const at = buttons.indexOf(event.target);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.target === box && by) leave(view, regionAt(view.state, view.posAtDOM(box)), by);
    else if (event.target === box && event.key === "Enter") buttons[0].focus();
    else if (by) (buttons[at + by] ?? box).focus();
    else if (event.key === "Escape" && event.target !== box) box.focus();
    else if (event.key === "Escape") leave(view, regionAt(view.state, view.posAtDOM(box)), 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// To the text above or below a piece of it; at an end of the text there is no line yet.
function leave(view, region, side) {
  const { length } = view.state.doc;
  if (side < 0 && region.from === 0) view.dispatch({ changes: { from: 0, insert: "\n\n" }, selection: { anchor: 0 }, userEvent: "input" });
  else if (side > 0 && region.to === length) view.dispatch({ changes: { from: length, insert: "\n\n" }, selection: { anchor: length + 2 }, userEvent: "input" });
  else view.dispatch({ selection: { anchor: side < 0 ? region.from - 1 : region.to + 1 }, scrollIntoView: true });
  view.focus();
}

// Into the card of a block, as into a piece of the page; false where its text shows.
export function enterCard(view, region) {
  const box = [...view.contentDOM.querySelectorAll(".cm-card")].find((one) => view.posAtDOM(one) === region.from);
  if (!box) return false;
  box.focus();
  return true;
}

// Shows the text of the block at `at`, with the cursor on its first line of content, or `inner` in it.
export function reveal(view, at, inner = null) {
  const region = regionAt(view.state, at);
  if (!region) return;
  const line = view.state.doc.lineAt(region.from + Math.max(0, (inner ?? 0) - 1));
  const inside = line.number < view.state.doc.lines ? view.state.doc.line(line.number + 1).from : line.to;
  view.dispatch({ effects: open.of(region.from), selection: EditorSelection.cursor(Math.min(inside, region.to)), scrollIntoView: true });
  view.focus();
  settle(view);
}

// What the card at a region showed, and of which text.
function drawnAt(marks, { from, name }) {
  const found = marks.iter(from);
  const { widget } = (found.value && found.from === from && found.value.spec) || {};
  return widget?.name === name ? { card: widget.card, drawn: widget.drawn } : { card: undefined, drawn: "" };
}

// The cards of a text. `actsOn(name)` says what may be done to a block of that name beside its text.
export function cards(gallery, actsOn) {
  const build = (state, opened, before = Decoration.none) => {
    const marks = [];
    for (const one of state.field(regions)) {
      if (one.kind !== "block" || one.from === opened) continue;
      const text = state.doc.sliceString(one.from, one.to);
      // What is no block that is known stands as it is written; what is changed stays as it was until
      // it is drawn anew.
      if (!gallery.names.has(fold(one.name))) continue;
      const known = gallery.get(text);
      if (known === null) continue;
      const shown = known === undefined ? drawnAt(before, one) : { card: known, drawn: text };
      const widget = new Card(text, one.name, shown, gallery, actsOn(fold(one.name)));
      marks.push(Decoration.replace({ widget, block: true }).range(one.from, one.to));
    }
    return Decoration.set(marks);
  };
  const field = StateField.define({
    create: (state) => ({ opened: null, marks: build(state, null) }),
    update(value, change) {
      let opened = value.opened === null ? null : change.changes.mapPos(value.opened, 1);
      let anew = change.docChanged;
      for (const effect of change.effects) {
        if (effect.is(open)) opened = effect.value;
        anew ||= effect.is(open) || effect.is(drawnAnew);
      }
      // Who leaves the text of a block sees the card again.
      if (opened !== null && (change.selection || change.docChanged)) {
        const region = change.state.field(regions).find((one) => one.from === opened);
        const { head } = change.state.selection.main;
        if (region ? head < region.from || head > region.to : change.selection && !change.docChanged) {
          opened = null;
          anew = true;
        }
      }
      return anew ? { opened, marks: build(change.state, opened, value.marks.map(change.changes)) } : value;
    },
    provide: (its) => [
      EditorView.decorations.from(its, (value) => value.marks),
      EditorView.atomicRanges.of((view) => view.state.field(its).marks),
    ],
  });
  const hears = EditorView.updateListener.of(({ view }) => {
    gallery.drawn = () => view.dispatch({ effects: drawnAnew.of(null) });
  });
  return [field, hears];
}
