// The sheet above the text: the front matter as fields. The server writes its lines; the text is
// kept here, so that what one writes meanwhile, or someone else, is never overwritten.
import { headOf } from "./heads.js";

export function sheet(form, surface, say) {
  const box = form.querySelector("[data-sheet]");
  if (!box) return;
  const fields = new Map([...box.querySelectorAll("[data-key]")].map((field) => [field.dataset.key, field]));
  const note = box.querySelector("[data-sheet-note]");
  const told = box.querySelector("[data-sheet-told]");
  const asText = box.querySelector("[data-sheet-text]");
  const team = fields.has("team") ? teamField(form, fields.get("team")) : null;
  let known = {};
  let head = headOf(surface.text());
  let queue = Promise.resolve(true);
  let waits = 0;
  let timer = 0;

  async function ask(key, value) {
    const before = headOf(surface.text());
    const data = new FormData();
    data.set("csrf_token", form.querySelector("[name=csrf_token]").value);
    data.set("text", before);
    if (key) {
      data.set("key", key);
      data.set("value", value);
    }
    const answer = await fetch(box.dataset.url, {
      method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
    }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    // It changed while the answer came: once more, from what stands there now.
    if (answer?.ok && headOf(surface.text()) !== before) return ask(key, value);
    return { ok: Boolean(answer?.ok && said?.values), ...said };
  }

  function put(answer) {
    note.textContent = answer.ok ? "" : (answer.error ?? box.dataset.failed);
    note.hidden = answer.ok;
    if (!answer.ok) return;
    if (answer.text !== headOf(surface.text())) surface.setHead(answer.text);
    head = headOf(surface.text());
    known = answer.values;
    for (const [key, field] of fields) {
      if (!(key in known) || field === document.activeElement || field.dataset.dirty) continue;
      if (key === "team") team.put(known.team, answer.names);
      else field.value = known[key];
    }
    told.textContent = [known.title, known.themes, known.territory].filter(Boolean).join(" · ");
  }

  function set(key, value) {
    const field = fields.get(key);
    waits += 1;
    queue = queue.then(async (fine) => {
      const answer = await ask(key, value);
      if (answer.ok) delete field.dataset.dirty;
      field.setAttribute("aria-invalid", String(!answer.ok));
      put(answer);
      waits -= 1;
      return answer.ok && fine;
    });
  }
  function commit(field) {
    const key = field.dataset.key;
    if (field.dataset.dirty !== "yes") return;
    field.dataset.dirty = "sent";
    set(key, field.value);
  }

  for (const [key, field] of fields) {
    if (key === "team") continue;
    field.addEventListener("input", () => { field.dataset.dirty = "yes"; });
    field.addEventListener("change", () => {
      field.dataset.dirty = "yes";
      commit(field);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || field.localName === "textarea") return;
      event.preventDefault();
      commit(field);
    });
  }
  team?.onChange((value) => {
    fields.get("team").dataset.dirty = "yes";
    set("team", value);
  });

  // What stands in a field is in the text before that is sent.
  let again = false;
  form.addEventListener("submit", (event) => {
    for (const field of fields.values()) if (field.dataset.dirty === "yes" && field !== fields.get("team")) commit(field);
    if (again || !waits) {
      again = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    queue.then((fine) => {
      queue = Promise.resolve(true);
      if (!fine) {
        box.open = true;
        say(note.textContent);
        return;
      }
      again = true;
      form.requestSubmit(submitter);
    });
  }, true);

  surface.onChange(() => {
    if (headOf(surface.text()) === head) return;
    head = headOf(surface.text());
    box.hidden = Boolean(box.dataset.part) && !head;
    clearTimeout(timer);
    timer = setTimeout(async () => put(await ask()), 600);
  });
  let shown = false;
  asText.addEventListener("click", () => {
    shown = !shown;
    asText.setAttribute("aria-pressed", String(shown));
    surface.showHead(shown);
    if (shown) surface.goTo(0);
  });
  if (!("broken" in box.dataset)) put({ ok: true, text: head, ...JSON.parse(box.dataset.known) });
  // A head that cannot be read is put right where it stands.
  else asText.click();
}

// The people of the team: names that can be taken away, and a field that looks for more.
function teamField(form, box) {
  const list = box.querySelector("ul");
  const field = box.querySelector("input");
  const found = box.querySelector("datalist");
  const remove = box.dataset.remove;
  let people = [];
  let tell = () => {};
  let offered = new Map();
  let timer = 0;

  function draw(names) {
    list.replaceChildren(...people.map((path) => {
      const line = document.createElement("li");
      const button = document.createElement("button");
      const name = names[path] ?? path;
      button.type = "button";
      button.className = "small outline";
      button.setAttribute("aria-label", remove.replace("{name}", name));
      button.textContent = `${name} ×`;
      button.addEventListener("click", () => {
        tell(people.filter((one) => one !== path).join("\n"));
        field.focus();
      });
      line.append(button);
      return line;
    }));
  }
  async function look() {
    const typed = field.value.trim();
    if (typed.length < 2) return;
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`, {
      credentials: "same-origin", headers: { Accept: "application/json" },
    }).catch(() => null);
    const pages = answer?.ok ? await answer.json() : [];
    offered = new Map(pages.filter((page) => page.type === "person").map((page) => [page.title, page.path]));
    found.replaceChildren(...[...offered.keys()].map((title) => {
      const option = document.createElement("option");
      option.value = title;
      return option;
    }));
    add();
  }
  function add() {
    const path = offered.get(field.value.trim());
    if (!path) return false;
    field.value = "";
    if (!people.includes(path)) tell([...people, path].join("\n"));
    return true;
  }
  field.addEventListener("input", () => {
    if (add()) return;
    clearTimeout(timer);
    timer = setTimeout(look, 200);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  return {
    put(value, names) {
      people = value.split("\n").filter(Boolean);
      draw(names);
    },
    onChange(callback) { tell = callback; },
  };
}
