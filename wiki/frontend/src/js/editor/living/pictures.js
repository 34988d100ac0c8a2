// Pictures as pictures, with the description that stands for them; a press puts the cursor there.
import { WidgetType } from "@codemirror/view";
import { make } from "../words.js";

const IMAGE = /^!\[((?:[^\]\\]|\\.)*)\]\(\s*(?:<([^<>\n]*)>|([^\s()<>]+))(?:\s+["'(].*["')])?\s*\)$/s;

// The address of a picture of this site; "" for what is elsewhere, which the wiki shows nobody.
function addressOf(url, folder) {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(url)) return "";
  const address = new URL(url, new URL(folder, location.origin));
  return address.origin === location.origin ? address.pathname + address.search : "";
}

class Picture extends WidgetType {
  constructor(url, alt) {
    super();
    this.url = url;
    this.alt = alt;
  }

  eq(other) { return other.url === this.url && other.alt === this.alt; }

  toDOM(view) {
    const box = make("span", "cm-picture");
    const shown = make("img");
    shown.alt = this.alt;
    shown.src = this.url;
    shown.addEventListener("load", () => view.requestMeasure());
    shown.addEventListener("error", () => box.classList.add("is-missing"));
    box.append(shown);
    if (this.alt) {
      const said = make("span", "cm-picture-words", this.alt);
      said.setAttribute("aria-hidden", "true");
      box.append(said);
    }
    box.addEventListener("mousedown", (event) => {
      event.preventDefault();
      // Before its description, which is what one may want to change.
      view.dispatch({ selection: { anchor: view.posAtDOM(box) + 2 } });
      view.focus();
    });
    return box;
  }

  ignoreEvent() { return true; }
}

// What `![…](…)` shows: {url, alt}, or null where its source is no file of this site.
export function imageOf(source, folder) {
  const found = IMAGE.exec(source);
  const url = found && addressOf(found[2] ?? found[3], folder);
  return url ? { url, alt: found[1].replace(/\\(.)/gs, "$1") } : null;
}

// The picture of it for a text, or null.
export function pictureOf(source, { folder }) {
  const found = imageOf(source, folder);
  return found && new Picture(found.url, found.alt);
}
