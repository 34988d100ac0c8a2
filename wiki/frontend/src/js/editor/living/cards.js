// Blocks as cards: what a need, an event's programme or a list of projects looks like in the page,
// with what one may do to it. The server draws them; the text of one shows where it is asked for.
import { EditorSelection, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { fold, make, picture } from "../words.js";
import { regionAt, regions } from "./regions.js";
import { settle } from "./signs.js";

// Shows the text of the block that begins there.
export const open = StateEffect.define({ map: (at, changes) => changes.mapPos(at) });
// What was asked of the server has come.
export const drawnAnew = StateEffect.define();
// How long typing elsewhere may rest before cards are asked for.
const REST = 250;
const MOST = 40;
// How soon who did not answer is asked again, and how late at most.
const SHORTEST = 5_000;
const LONGEST = 60_000;

// What the server makes of blocks, by their text: asked for together, and once.
export class Gallery {
  constructor(form, words) {
    this.form = form;
    this.words = words;
    this.names = new Set(form.dataset.names.split(" "));
    this.known = new Map();
    this.wanted = new Set();
    this.waiting = new Set();
    this.timer = 0;
    this.pause = SHORTEST;
  }

  // The HTML of a block, null where it is no block that is known, undefined until it is.
  get(text) {
    if (!this.known.has(text)) this.want(text);
    return this.known.get(text);
  }

  want(text) {
    if (this.waiting.has(text)) return;
    this.wanted.add(text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), REST);
  }

  again(texts) {
    setTimeout(() => {
      for (const one of texts) this.wanted.add(one);
      this.ask();
    }, this.pause);
    this.pause = Math.min(2 * this.pause, LONGEST);
  }

  async ask() {
    const texts = [...this.wanted].slice(0, MOST);
    if (!texts.length) return;
    for (const one of texts) {
      this.wanted.delete(one);
      this.waiting.add(one);
    }
    const data = new FormData();
    data.set("csrf_token", this.form.querySelector("[name=csrf_token]").value);
    for (const one of texts) data.append("text", one);
    const answer = await fetch(this.form.dataset.drawn, {
      method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
    }).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    for (const one of texts) this.waiting.delete(one);
    // Where nobody answers blocks are text until somebody does.
    texts.forEach((one, at) => this.known.set(one, found?.[at] ?? null));
    if (found) this.pause = SHORTEST;
    else if (!answer || answer.status === 429 || answer.status >= 500) this.again(texts);
    this.drawn?.();
    if (this.wanted.size) this.ask();
  }
}

class Card extends WidgetType {
  constructor(text, name, html, gallery, actions) {
    super();
    Object.assign(this, { text, name, html, gallery, actions });
  }

  eq(other) { return other.text === this.text && other.html === this.html; }

  get estimatedHeight() { return 60 + 40 * this.text.split("\n").length; }

  toDOM(view) {
    const { words, form } = this.gallery;
    const box = make("div", "cm-card");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words.card.replace("{name}", this.name));
    const shown = make("div", "text cm-card-page");
    // The server has passed it through the gate; nothing else is ever put here.
    if (this.html === undefined) {
      shown.append(make("p", "quiet small", words.card_waits));
      box.setAttribute("aria-busy", "true");
    } else shown.innerHTML = this.html;
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
    for (const one of this.actions) act(one.icon, one.card, () => {
      view.dispatch({ selection: { anchor: view.posAtDOM(box) } });
      one.run();
    });
    act("pencil", words.card_text, () => reveal(view, view.posAtDOM(box)));
    box.append(shown, foot);
    shown.addEventListener("dblclick", () => reveal(view, view.posAtDOM(box)));
    return box;
  }

  ignoreEvent() { return true; }
}

// Shows the text of the block at `at`, with the cursor on its first line of content.
export function reveal(view, at) {
  const region = regionAt(view.state, at);
  if (!region) return;
  const line = view.state.doc.lineAt(region.from);
  const inside = line.number < view.state.doc.lines ? view.state.doc.line(line.number + 1).from : line.to;
  view.dispatch({ effects: open.of(region.from), selection: EditorSelection.cursor(Math.min(inside, region.to)), scrollIntoView: true });
  view.focus();
  settle(view);
}

// What the card at a region showed.
function drawnAt(marks, { from, name }) {
  const found = marks.iter(from);
  return found.value && found.from === from && found.value.spec.widget.name === name ? found.value.spec.widget.html : undefined;
}

// The cards of a text. `actionsOf(name)` says what may be done to a block of that name beside its text.
export function cards(gallery, actionsOf) {
  const build = (state, opened, before = Decoration.none) => {
    const marks = [];
    for (const one of state.field(regions)) {
      if (one.kind !== "block" || one.from === opened) continue;
      const text = state.doc.sliceString(one.from, one.to);
      // What is no block that is known stands as it is written; what is changed stays as it was until
      // it is drawn anew.
      if (!gallery.names.has(fold(one.name))) continue;
      const known = gallery.get(text);
      const html = known === undefined ? drawnAt(before, one) : known;
      if (html === null) continue;
      marks.push(Decoration.replace({ widget: new Card(text, one.name, html, gallery, actionsOf(fold(one.name))), block: true }).range(one.from, one.to));
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
