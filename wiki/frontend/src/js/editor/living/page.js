// The living page: the text as its readers will see it, on which one writes. Its signs are out of
// sight; not one of them is changed but by who writes. "Show the text" is one press away, remembered.
import { Compartment, EditorSelection, Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { takeDraftOnce } from "../draft.js";
import { cards, enterCard, open } from "./cards.js";
import { Gallery } from "./gallery.js";
import { grids } from "./grid.js";
import { inlineMarks } from "./inline.js";
import { look } from "./look.js";
import { paragraphs } from "./paragraphs.js";
import { regionAt, regions } from "./regions.js";
import { signs } from "./signs.js";
import { frenchTypography } from "./typography.js";
import { unseen } from "./unseen.js";

const KEY = "editor-text";

// Whether one asked for the text, here or on another page.
export function prefersText() {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}

function remember(asText) {
  try {
    if (asText) localStorage.setItem(KEY, "yes");
    else localStorage.removeItem(KEY);
  } catch {
    // It is for this time then.
  }
}

// A piece beside the cursor: into a table, and a card is chosen before anything deletes it.
function beside(back) {
  return (view) => {
    const { main } = view.state.selection;
    if (!main.empty) return false;
    const { doc } = view.state;
    const edge = doc.lineAt(main.head);
    if (main.head !== (back ? edge.from : edge.to)) return false;
    // The blank line between keeps words from being a row of the table.
    const isApart = edge.text.trim() && doc.sliceString(...(back ? [main.head - 2, main.head] : [main.head, main.head + 2])) === "\n\n";
    const at = main.head + (back ? -1 : 1) * (isApart ? 2 : 1);
    const region = regionAt(view.state, at);
    if (!region || (back ? region.to !== at : region.from !== at)) return false;
    view.dispatch({ selection: EditorSelection.range(region.from, region.to), scrollIntoView: true });
    return true;
  };
}

function into(down) {
  return (view) => {
    const { main } = view.state.selection;
    const line = view.state.doc.lineAt(main.head);
    const next = down ? line.to + 1 : line.from - 1;
    if (next < 0 || next > view.state.doc.length) return false;
    const region = regionAt(view.state, next);
    if (region?.kind === "block") return enterCard(view, region);
    if (region?.kind !== "table" || (down ? region.from !== next : region.to !== next)) return false;
    // From below one comes into its last row.
    const at = down ? region.from + 2 : view.state.doc.lineAt(region.to).from + 2;
    view.dispatch({ selection: EditorSelection.cursor(Math.min(at, region.to)), scrollIntoView: true });
    return true;
  };
}

const keys = Prec.high(keymap.of([
  { key: "Backspace", run: beside(true) }, { key: "Delete", run: beside(false) },
  { key: "ArrowDown", run: into(true) }, { key: "ArrowUp", run: into(false) },
]));

// On a rich surface; gives what the bar needs: whether the text shows, and to turn it.
export function livingPage(form, surface, words, { commands, forms, narrow }) {
  const place = new Compartment();
  const gallery = new Gallery(form, words);
  // What may be done to the card of a block: by the forms that there are.
  const actsOn = (name) => ({ add: commands.filter((one) => one.card && one.names.includes(name)), item: forms.of(name) });
  const parts = [
    regions, look, signs, unseen, keys, paragraphs,
    form.dataset.lang.startsWith("fr") ? frenchTypography : [],
    inlineMarks({ folder: form.dataset.folder, narrow, gallery }),
    grids(words, surface, form.dataset.folder),
    cards(gallery, actsOn),
  ];
  let asText = prefersText();
  surface.dress(form.querySelector("[data-style]") ?? document.querySelector('link[rel="stylesheet"][href*="wiki"]'));
  surface.extend(place.of(asText ? [] : parts));
  form.classList.toggle("shows-text", asText);
  return {
    showsText: () => asText,
    showText(shown) {
      asText = shown;
      remember(shown);
      form.classList.toggle("shows-text", shown);
      const { view } = surface;
      view.dispatch({ effects: place.reconfigure(shown ? [] : parts) });
      surface.focus();
      if (shown) return;
      // The cursor stays where it was: in its cell, and in the text of its block.
      const { main } = view.state.selection;
      const region = regionAt(view.state, main.head);
      const isInside = region?.kind === "block" && region.from < main.head && main.head < region.to;
      view.dispatch({ selection: main, effects: isInside ? open.of(region.from) : [] });
    },
  };
}

// On a plain surface, which cannot be another: the page is opened anew, with what was written.
export function livingLater() {
  return {
    showsText: () => true,
    showText() {
      remember(false);
      takeDraftOnce();
      location.reload();
    },
  };
}
