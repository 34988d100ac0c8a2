// A draft of what is being written: at once on the device, and for who has an account on the server
// when typing pauses. Leaving, a dead battery or a refused save lose nothing, on any device.
const PAUSE = 2500;
const LATEST = 12_000;

const ONCE = "editor-take-draft";

// Has the next opening of an editor in this window go on with what stands here, unasked.
export function takeDraftOnce() {
  try {
    sessionStorage.setItem(ONCE, "yes");
  } catch {
    // It is asked for then.
  }
}

function isTakenOnce() {
  try {
    const asked = sessionStorage.getItem(ONCE);
    sessionStorage.removeItem(ONCE);
    return asked === "yes";
  } catch {
    return false;
  }
}

export function keepDraft(form, surface, words, say) {
  const section = form.querySelector("[name=section]")?.value ?? "";
  const key = `draft:${form.dataset.path}:${section}`;
  const base = form.querySelector("[name=base]");
  const first = surface.text();
  const server = form.dataset.draft ? serverDraft(form, surface, section, words, say) : null;
  let timer = 0;
  // While several write at once, what each types is kept as it is typed.
  const paused = () => form.dataset.live === "yes";

  function read() {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }
  function write(sent) {
    clearTimeout(timer);
    if (surface.text() === first || paused()) return;
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

  let found = read();
  const once = isTakenOnce();
  const box = form.querySelector("[data-kept-draft]");
  const kept = box && {
    text: box.querySelector("textarea").value, base: box.dataset.base, at: Date.parse(box.dataset.when),
  };
  if (found?.text && found.text !== first) {
    // The same text twice is offered once, and of two the newer one.
    if (kept && found.text.trimEnd() !== kept.text.trimEnd() && found.at < kept.at) found = null;
    else {
      box?.remove();
      if (once) take(found);
      else offer(form, words, found, take, () => {
        forget();
        server?.drop();
      });
    }
  } else if (found?.sent) {
    // Sent, and come back: what stands here is not saved yet.
    localStorage.setItem(key, JSON.stringify({ ...found, sent: false }));
  } else if (found) forget();
  if (box?.isConnected) {
    box.querySelector("[data-take]").addEventListener("click", () => {
      take(kept);
      box.remove();
    });
    box.querySelector("[data-drop]").addEventListener("click", () => {
      forget();
      server?.drop();
      box.remove();
    });
  }

  function take(draft) {
    const { text, base: begun } = draft;
    // Who writes with others at this moment brings it in themselves.
    if (!form.dispatchEvent(new CustomEvent("editor:draft", { cancelable: true, detail: { text, base: begun } }))) return;
    // What others saved since the draft was begun is joined with it, not undone by it.
    base.value = draft.base;
    surface.replace(0, surface.text().length, draft.text, [0, 0]);
  }

  surface.onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(() => write(false), 500);
    if (!paused()) server?.soon();
    // What is written together is kept by all: a draft of one's own is none any more.
    else if (!box?.isConnected) server?.joined();
  });
  addEventListener("pagehide", () => {
    write(form.dataset.sent === "yes");
    if (form.dataset.sent !== "yes" && !paused()) server?.atLast();
  });
  // Who comes back by the browser's own button writes on.
  addEventListener("pageshow", () => { form.dataset.sent = "no"; });
  form.addEventListener("submit", () => {
    form.dataset.sent = "yes";
    server?.stop();
    write(true);
  });
}

// Sends the text when typing pauses, and every dozen seconds while it does not.
function serverDraft(form, surface, section, words, say) {
  let timer = 0;
  let due = 0;
  let kept = surface.text();
  let asked = null;
  let joined = false;

  function data() {
    const sent = new FormData();
    sent.set("csrf_token", form.querySelector("[name=csrf_token]").value);
    sent.set("base", form.querySelector("[name=base]").value);
    sent.set("section", section);
    return sent;
  }
  async function send() {
    clearTimeout(timer);
    due = 0;
    const text = surface.text();
    if (text === kept || form.dataset.live === "yes" || form.dataset.sent === "yes") return;
    const sent = data();
    sent.set("text", text);
    asked?.abort();
    asked = new AbortController();
    const answer = await fetch(form.dataset.draft, {
      method: "POST", body: sent, signal: asked.signal, credentials: "same-origin", headers: { Accept: "application/json" },
    }).catch(() => null);
    // Without it the text is on the device still; the next pause tries again.
    if (!answer?.ok) return;
    kept = text;
    if (form.dataset.sent !== "yes" && words.draft_online) say(words.draft_online);
  }
  return {
    soon() {
      const now = Date.now();
      due ||= now + LATEST;
      clearTimeout(timer);
      timer = setTimeout(send, Math.max(0, Math.min(PAUSE, due - now)));
    },
    atLast() {
      const text = surface.text();
      // Beacons are small: a longer text is on the device, and was sent at the last pause.
      if (text === kept || text.length > 60_000) return;
      const sent = data();
      sent.set("text", text);
      navigator.sendBeacon(form.dataset.draft, sent);
    },
    joined() {
      if (!joined) this.drop();
      joined = true;
    },
    stop() {
      clearTimeout(timer);
      asked?.abort();
    },
    drop() {
      const sent = data();
      sent.set("drop", "1");
      kept = surface.text();
      fetch(form.dataset.draft, { method: "POST", body: sent, credentials: "same-origin", keepalive: true }).catch(() => null);
    },
  };
}

function offer(form, words, found, take, forget) {
  const box = document.createElement("div");
  box.className = "notice info draft-found";
  box.setAttribute("role", "status");
  const when = new Date(found.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  const text = document.createElement("p");
  text.textContent = words.draft_found.replace("{when}", when);
  const button = (label, name, done) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = label;
    made.addEventListener("click", () => {
      done();
      box.remove();
    });
    return made;
  };
  box.append(
    text,
    button(words.take_draft, "small", () => take(found)),
    button(words.drop_draft, "small outline", forget),
  );
  form.prepend(box);
}
