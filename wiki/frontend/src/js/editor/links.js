// The link picker: looks for a page while one types, or takes an address.
import { windowOf } from "./dialogs.js";
import { make, picture } from "./words.js";

const isAddress = (text) => /^(https?:\/\/|mailto:)/i.test(text);
const bare = (text) => text.replace(/[[\]|\n]/g, " ").trim();

// The first pages whose titles begin so: [{title, path, type}]; null where nobody answers.
export async function suggest(form, typed) {
  const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`, {
    credentials: "same-origin", headers: { Accept: "application/json" },
  }).catch(() => null);
  const pages = answer?.ok ? await answer.json().catch(() => null) : null;
  return pages && pages.slice(0, 8);
}

// A link to it, by other words where there are some.
export function pageNamed(page, label = "") {
  return `[[${page.path}|${label || bare(page.title)}]]`;
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
  foot.append(shut, note);
  dialog.append(field, list, foot);

  let timer = 0;
  let listed = null;
  let place = { from: 0, to: 0 };

  function put(written) {
    dialog.close();
    surface.replace(place.from, place.to, written);
  }
  const chosen = () => bare(surface.text().slice(place.from, place.to));
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
    field.value = chosen();
    list.replaceChildren();
    dialog.showModal();
    field.select();
    look();
  };
}
