// The windows of people, themes and emoji: one looks by typing, and takes by a tap or Enter. What is
// taken stands where the cursor was, in a table in its cell.
import { windowOf } from "./dialogs.js";
import { regionsOf } from "./living/regions.js";
import { tableAt } from "./tables.js";
import { make, picture } from "./words.js";

// `source.find` as in mentions.js; `title` is the window's, `label` the field's. Gives what opens it; it is
// made when it is first asked for, and once.
export function finder(...given) {
  let open = null;
  return () => (open ??= windowFor(...given))();
}

function windowFor(form, surface, words, source, { title, label, isGrid = false, narrow }) {
  const dialog = windowOf(surface, title, isGrid ? "finder finder-grid" : "finder");
  const field = make("input");
  field.type = "search";
  field.placeholder = label;
  field.setAttribute("aria-label", label);
  field.autocomplete = "off";
  const list = make("ul", "menu-list");
  const note = make("p", "quiet small");
  note.setAttribute("role", "status");
  const shut = make("button", "outline small", words.close);
  shut.type = "button";
  shut.addEventListener("click", () => dialog.close());
  const foot = make("div", "picker-foot");
  foot.append(shut, note);
  dialog.append(field, list, foot);

  let timer = 0;
  let isItem = false;

  function take(written) {
    dialog.close();
    const { from, to } = surface.selection();
    const text = surface.text();
    const before = /[^\s([«’'|]$/.test(text.slice(0, from)) ? " " : "";
    const after = /^[\s|)\]»’'.,;:?!]/.test(text.slice(to)) ? "" : " ";
    // A bar in a cell would end it.
    surface.replace(from, to, before + (tableAt(text, from) ? written.replace(/\|/g, "\\|") : written) + after);
  }

  function row({ label: name, hint, icon, sign, written }) {
    const line = make("li");
    const button = make("button");
    button.type = "button";
    if (isGrid) {
      button.textContent = sign;
      button.setAttribute("aria-label", name);
      button.title = name;
    } else {
      const said = make("span", "link-row");
      said.append(make("strong", "", name), make("span", "quiet small", hint));
      button.append(picture(form.dataset.icons, icon), said);
    }
    button.addEventListener("click", () => take(written));
    line.append(button);
    return line;
  }

  async function look() {
    clearTimeout(timer);
    const typed = field.value.trim();
    const found = await source.find(typed, isItem);
    if (field.value.trim() !== typed) return;
    list.replaceChildren(...found.map(row));
    note.textContent = found.length ? "" : words.find_none;
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 160);
  });
  dialog.addEventListener("keydown", async (event) => {
    const buttons = [...list.querySelectorAll("button")];
    if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      await look();
      list.querySelector("button")?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = buttons.indexOf(dialog.ownerDocument.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? field : buttons[Math.min(next, buttons.length - 1)])?.focus();
    }
  });

  return () => {
    const { from } = surface.selection();
    isItem = Boolean(surface.view && regionsOf(surface.view.state.doc).some((one) => one.kind === "block" && one.from < from && from <= one.to));
    field.value = "";
    list.replaceChildren();
    note.textContent = "";
    dialog.showModal();
    // What is chosen by looking wants no keyboard over it.
    if (isGrid && narrow) {
      dialog.tabIndex = -1;
      dialog.focus();
    } else field.focus();
    look();
  };
}
