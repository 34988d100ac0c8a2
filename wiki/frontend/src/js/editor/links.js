// The link picker: looks for a page while one types, or takes an address.
export function linkPicker(form, surface, words) {
  const dialog = document.createElement("dialog");
  dialog.className = "picker";
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = words.search_page;
  field.setAttribute("aria-label", words.search_page);
  field.autocomplete = "off";
  const list = document.createElement("ul");
  list.className = "menu-list";
  const note = document.createElement("p");
  note.className = "quiet small";
  note.setAttribute("role", "status");
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "outline small";
  shut.textContent = words.close;
  dialog.append(field, list, note, shut);
  document.body.append(dialog);

  let timer = 0;
  let listed = "";
  let place = { from: 0, to: 0 };
  const isAddress = (text) => /^(https?:\/\/|mailto:)/i.test(text);

  function put(written) {
    dialog.close();
    surface.replace(place.from, place.to, written);
  }
  function chosen() {
    return surface.text().slice(place.from, place.to).replace(/[[\]|\n]/g, " ").trim();
  }
  function take(page) {
    const label = chosen();
    put(label && label !== page.title ? `[[${page.path}|${label}]]` : `[[${page.path}|${page.title.replace(/[[\]|]/g, " ")}]]`);
  }
  function takeTyped() {
    const typed = field.value.trim();
    if (!typed) return;
    if (isAddress(typed)) put(`[${chosen() || words.link_text}](<${typed.replace(/[<>\s]/g, encodeURIComponent)}>)`);
    else put(`[[${typed.replace(/[[\]|]/g, " ")}]]`);
  }

  async function look() {
    const typed = field.value.trim();
    list.replaceChildren();
    note.textContent = "";
    if (!typed || isAddress(typed)) return;
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`, {
      credentials: "same-origin", headers: { Accept: "application/json" },
    }).catch(() => null);
    const pages = answer?.ok ? await answer.json() : [];
    if (field.value.trim() !== typed) return;
    listed = typed;
    for (const page of pages.slice(0, 8)) {
      const line = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = page.title;
      const where = document.createElement("span");
      where.className = "quiet small";
      where.textContent = page.path;
      button.append(" ", where);
      button.addEventListener("click", () => take(page));
      line.append(button);
      list.append(line);
    }
    if (!pages.length) note.textContent = words.no_page;
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
    const first = list.querySelector("button");
    if (first && !isAddress(field.value)) first.click();
    else takeTyped();
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
  dialog.addEventListener("close", () => surface.focus());

  return () => {
    place = surface.selection();
    field.value = chosen();
    dialog.showModal();
    field.select();
    look();
  };
}
