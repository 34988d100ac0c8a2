// A local draft of what is being written: leaving, a dead battery or a refused save lose nothing.
export function keepDraft(form, surface, words, say) {
  const section = form.querySelector("[name=section]")?.value ?? "";
  const key = `draft:${form.dataset.path}:${section}`;
  const base = form.querySelector("[name=base]").value;
  const first = surface.text();
  let timer = 0;

  function read() {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }
  function write(sent) {
    clearTimeout(timer);
    if (surface.text() === first) return;
    try {
      localStorage.setItem(key, JSON.stringify({ text: surface.text(), base, at: Date.now(), sent }));
      if (!sent) say(words.draft_kept);
    } catch {
      // The device is full or forbids it: the form still holds the text.
    }
  }
  const forget = () => {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  };

  const found = read();
  if (found?.text && found.text !== first) {
    // A draft that was sent, on a page that has moved on since, was saved.
    if (found.sent && found.base !== base) forget();
    else offer(form, surface, words, found, forget);
  } else if (found) forget();

  surface.onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(() => write(false), 500);
  });
  addEventListener("pagehide", () => write(form.dataset.sent === "yes"));
  form.addEventListener("submit", () => {
    form.dataset.sent = "yes";
    write(true);
  });
}

function offer(form, surface, words, found, forget) {
  const box = document.createElement("div");
  box.className = "notice info draft-found";
  box.setAttribute("role", "status");
  const when = new Date(found.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  const text = document.createElement("p");
  text.textContent = words.draft_found.replace("{when}", when);
  const take = document.createElement("button");
  take.type = "button";
  take.className = "small";
  take.textContent = words.take_draft;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "small outline";
  drop.textContent = words.drop_draft;
  take.addEventListener("click", () => {
    surface.replace(0, surface.text().length, found.text, [0, 0]);
    box.remove();
  });
  drop.addEventListener("click", () => {
    forget();
    box.remove();
  });
  box.append(text, take, drop);
  form.prepend(box);
}
