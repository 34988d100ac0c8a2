// A local draft of what is being written: leaving, a dead battery or a refused save lose nothing.
export function keepDraft(form, surface, words, say) {
  const section = form.querySelector("[name=section]")?.value ?? "";
  const key = `draft:${form.dataset.path}:${section}`;
  const base = form.querySelector("[name=base]");
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
      localStorage.setItem(key, JSON.stringify({ text: surface.text(), base: base.value, at: Date.now(), sent }));
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
    offer(form, surface, words, found, forget);
  } else if (found?.sent) {
    // Sent, and come back: what stands here is not saved yet.
    localStorage.setItem(key, JSON.stringify({ ...found, sent: false }));
  } else if (found) forget();

  surface.onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(() => write(false), 500);
  });
  addEventListener("pagehide", () => write(form.dataset.sent === "yes"));
  // Who comes back by the browser's own button writes on.
  addEventListener("pageshow", () => { form.dataset.sent = "no"; });
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
    // What others saved since the draft was begun is joined with it, not undone by it.
    form.querySelector("[name=base]").value = found.base;
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
