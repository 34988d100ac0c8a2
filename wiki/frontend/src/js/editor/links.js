// The link picker: looks for a page while one types, or takes an address.
import { windowOf } from "./dialogs.js";
import { tableAt } from "./tables.js";
import { make, picture } from "./words.js";

const isAddress = (text) => /^(https?:\/\/|mailto:)/i.test(text);
const bare = (text) => text.replace(/[[\]|\n]/g, " ").trim();

// The first pages (of a type) whose titles begin so: [{title, path, type}]; null where nobody answers.
export async function suggest(form, typed, type = "") {
  const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}${type && `&type=${type}`}`, {
    credentials: "same-origin", headers: { Accept: "application/json" },
  }).catch(() => null);
  const pages = answer?.ok ? await answer.json().catch(() => null) : null;
  return pages && pages.slice(0, 8);
}

// A link to it, by other words where there are some.
export function pageNamed(page, label = "") {
  return `[[${page.path}|${label || bare(page.title)}]]`;
}

const LINKS = [
  /\[\[([^[\]|\n]+?)(?:\\?\|([^[\]\n]*))?\]\]/g,
  /(?<!!)\[((?:[^[\]\\\n]|\\.)*)\]\((?:<([^<>\n]*)>|([^\s()<>]*))(?:\s+["'][^"'\n]*["'])?\)/g,
];

// The link that holds all that is chosen: {from, to, words, target}, or null.
export function linkAt(text, { from, to }) {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const next = text.indexOf("\n", from);
  const line = text.slice(start, next < 0 ? text.length : next);
  for (const [kind, pattern] of LINKS.entries()) {
    for (const found of line.matchAll(pattern)) {
      const at = start + found.index;
      if (at > from || to > at + found[0].length || (from === to && (from === at || from === at + found[0].length))) continue;
      const [words, target] = kind ? [found[1], found[2] ?? found[3]] : [found[2] || "", found[1]];
      return { from: at, to: at + found[0].length, words, target };
    }
  }
  return null;
}

export function linkPicker(form, surface, words) {
  const dialog = windowOf(surface, words.link_title, "link-picker");
  const field = make("input");
  field.type = "search";
  field.placeholder = words.search_page;
  field.setAttribute("aria-label", words.search_page);
  field.autocomplete = "off";
  const list = make("ul", "menu-list");
  const note = make("p", "quiet small");
  note.setAttribute("role", "status");
  const shut = make("button", "outline small", words.close);
  shut.type = "button";
  const foot = make("div", "picker-foot");
  const loose = make("button", "outline small", words.link_remove);
  loose.type = "button";
  foot.append(shut, loose, note);
  dialog.append(field, list, foot);

  let timer = 0;
  let listed = null;
  let place = { from: 0, to: 0 };
  // The link that one is in, which is changed then.
  let here = null;

  function put(written) {
    dialog.close();
    // A bar in a cell would end it.
    surface.replace(place.from, place.to, tableAt(surface.text(), place.from) ? written.replace(/\|/g, "\\|") : written);
  }
  const chosen = () => (here ? here.words : bare(surface.text().slice(place.from, place.to)));
  loose.addEventListener("click", () => put(here.words || here.target));
  const take = (page) => put(pageNamed(page, chosen()));
  function takeTyped() {
    const typed = field.value.trim();
    if (!typed) return;
    if (isAddress(typed)) put(`[${isAddress(chosen()) ? words.link_text : chosen() || words.link_text}](<${typed.replace(/[<>\s]/g, encodeURIComponent)}>)`);
    else put(`[[${bare(typed)}]]`);
  }

  function row(title, where, icon, run) {
    const line = make("li");
    const button = make("button");
    button.type = "button";
    const said = make("span", "link-row");
    said.append(make("strong", "", title), make("span", "quiet small", where));
    button.append(picture(form.dataset.icons, icon), said);
    button.addEventListener("click", run);
    line.append(button);
    return line;
  }

  async function look() {
    const typed = field.value.trim();
    if (!typed || isAddress(typed)) {
      listed = typed;
      list.replaceChildren(...(typed ? [row(typed, words.link_address, "share-2", takeTyped)] : []));
      note.textContent = typed ? "" : words.link_tip;
      return;
    }
    const pages = (await suggest(form, typed)) ?? [];
    if (field.value.trim() !== typed) return;
    listed = typed;
    list.replaceChildren(...pages.map((page) => row(page.title, page.path, "file-text", () => take(page))));
    if (!pages.length) list.append(row(bare(typed), words.link_to_come, "plus", takeTyped));
    note.textContent = pages.length ? "" : words.no_page;
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 160);
  });
  // Who types fast and presses Enter means what is typed by then, not what was found before.
  async function enter() {
    if (field.value.trim() !== listed) {
      clearTimeout(timer);
      await look();
    }
    list.querySelector("button")?.click();
  }
  dialog.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      enter();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = buttons.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? field : buttons[Math.min(next, buttons.length - 1)])?.focus();
    }
  });
  shut.addEventListener("click", () => dialog.close());

  return () => {
    place = surface.selection();
    here = linkAt(surface.text(), place);
    if (here) place = { from: here.from, to: here.to };
    loose.hidden = !here;
    field.value = here ? here.target : chosen();
    list.replaceChildren();
    dialog.showModal();
    field.select();
    look();
  };
}
