// “Signal an innovation” without a line: what is typed, and what was sent, stays on the device until
// the server has it. Each form has a key, so that what is sent twice is one page.
const form = document.querySelector("[data-signal]");
const words = form && JSON.parse(form.dataset.strings);
const outbox = document.querySelector("[data-outbox]");
const names = ["title", "summary", "territory", "contact", "link", "name", "email"];
const widest = 1600;
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

function remembered(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key);
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The device forbids it: the form still holds the text.
  }
  return null;
}

// Whose this is: as the page says, or where there is no line, whoever was here last.
const who = form && (form.dataset.who ?? remembered("signal-who") ?? "");
const draft = `signal-draft:${who}`;

function store(mode, act) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("signal", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "key" });
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const base = opening.result;
      const task = base.transaction("outbox", mode);
      const asked = act(task.objectStore("outbox"));
      task.oncomplete = () => { base.close(); done(asked.result); };
      task.onabort = task.onerror = () => { base.close(); fail(task.error); };
    };
  });
}
const all = () => store("readonly", (box) => box.getAll());
const keep = (entry) => store("readwrite", (box) => box.put(entry));
const drop = (key) => store("readwrite", (box) => box.delete(key));

function typed() {
  return Object.fromEntries(names.map((name) => [name, form.elements[name]?.value ?? ""]));
}
function fill(fields) {
  for (const name of names) if (form.elements[name]) form.elements[name].value = fields[name] ?? "";
}
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
const say = (text) => { form.querySelector("[data-kept]").textContent = text; };

// A photo of a phone is heavier than a slow line carries: it is made smaller here.
async function smaller(file) {
  if (!file || file.size < 400_000) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, widest / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    return blob && blob.size < file.size ? new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

function button(label, kind, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `small ${kind}`;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

const gone = [];  // what was sent while this page is open
async function show() {
  const waiting = (await all()).filter((entry) => !entry.who || entry.who === who || !who);
  outbox.replaceChildren();
  outbox.hidden = !waiting.length && !gone.length;
  for (const entry of [...waiting, ...gone]) {
    const box = document.createElement("div");
    box.className = `notice ${entry.sent ? "done" : entry.error ? "warning" : "info"}`;
    const inside = document.createElement("div");
    const line = document.createElement("p");
    const title = document.createElement(entry.url ? "a" : "b");
    if (entry.url) title.href = entry.url;
    title.textContent = entry.fields.title;
    line.append(title, ` — ${entry.error || words[entry.state] || entry.state}`);
    inside.append(line);
    if (!entry.sent) {
      const tools = document.createElement("p");
      tools.className = "actions";
      if (entry.state === "login") {
        const link = document.createElement("a");
        link.className = "button small";
        link.href = `/-/login?next=${encodeURIComponent(location.pathname)}`;
        link.textContent = words.log_in;
        tools.append(link);
      }
      // A photo cannot be put back into a form: the entry keeps it.
      tools.append(button(words.edit, "outline", async () => {
        fill(entry.fields);
        form.dataset.editing = entry.key;
        form.elements.title.focus();
      }), button(words.drop, "outline", async () => { await drop(entry.key); show(); }));
      inside.append(tools);
    }
    box.append(inside);
    outbox.append(box);
  }
}

async function sendOne(entry) {
  const state = await (await fetch(`${form.action}/state`, { headers: { Accept: "application/json" }, cache: "no-store" })).json();
  if (state.who !== who && state.who) remembered("signal-who", state.who);
  if (entry.who && !state.who) return { ...entry, state: "login", error: "" };
  if (entry.who && state.who !== entry.who) return { ...entry, state: "other", error: "" };
  if (!state.who && !state.open) return { ...entry, state: "login", error: "" };
  const data = new FormData();
  for (const name of names) data.set(name, entry.fields[name] ?? "");
  data.set("key", entry.key);
  data.set("csrf_token", state.token);
  data.set(state.traps.stamp, state.traps.opened);
  if (entry.photo) data.set("photo", entry.photo, entry.photo.name);
  // Whoever sends at once counts as a machine.
  if (!state.who) await wait(2.5);
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return { ...entry, sent: true, photo: null, url: said.url, state: said.state === "held" ? "held" : "sent", error: "" };
  if (said.login) return { ...entry, state: "login", error: "" };
  // Also where somebody logged in meanwhile in another tab, so that the token is another's.
  const again = answer.status === 400 && said.field === undefined;
  if (again || answer.status >= 500 || answer.status === 429) return { ...entry, state: "waits", error: "" };
  return { ...entry, state: "refused", error: said.error ?? words.refused };
}

async function sendAll() {
  for (const entry of await all()) {
    if (entry.state === "refused" || (entry.who && who && entry.who !== who)) continue;
    const after = await sendOne(entry);
    if (after.sent) {
      await drop(entry.key);
      gone.push(after);
      say("");
    } else await keep(after);
  }
}

let sending = false;
let more = false;
async function flush() {
  // What is added while others are being sent follows them.
  more = sending;
  if (sending || !navigator.onLine) return show();
  sending = true;
  try {
    do {
      more = false;
      await sendAll();
    } while (more);
  } catch {
    // The line is not there after all: it stays, and leaves later.
  }
  sending = false;
  return show();
}

async function take(event) {
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const before = form.dataset.editing;
  try {
    const earlier = before ? (await all()).find((entry) => entry.key === before) : null;
    const photo = (await smaller(form.elements.photo.files[0])) ?? earlier?.photo ?? null;
    const key = earlier?.key ?? (form.elements.key.value || newKey());
    await keep({ key, who, fields: typed(), photo, at: Date.now(), state: "waits", error: "" });
  } catch {
    // Nothing can be kept here: it goes the way it goes without a script.
    delete form.dataset.busy;
    say(words.full);
    if (navigator.onLine && form.elements.csrf_token) form.submit();
    return;
  }
  clearTimeout(timer);
  remembered(draft, null);
  form.reset();
  fill({});
  form.elements.key.value = newKey();
  delete form.dataset.editing;
  delete form.dataset.busy;
  await show();
  if (!navigator.onLine) say(words.offline);
  outbox.scrollIntoView({ block: "nearest" });
  flush();
}

let timer = 0;
function noteTyped() {
  const fields = typed();
  if (!names.some((name) => fields[name])) return remembered(draft, null);
  remembered(draft, JSON.stringify({ fields, key: form.elements.key.value }));
  return say(words.kept);
}

let asking = 0;
async function askAlike() {
  const title = form.elements.title.value.trim();
  const box = form.querySelector("[data-alike]");
  const mine = ++asking;
  let found = [];
  try {
    if (title.length > 3 && navigator.onLine) found = await (await fetch(`${form.action}/similar?title=${encodeURIComponent(title)}`)).json();
  } catch {
    // Without a line, whoever reads it compares.
  }
  if (mine !== asking) return;
  box.hidden = !found.length;
  const list = document.createElement("ul");
  for (const one of found) {
    const link = document.createElement("a");
    link.href = one.url;
    link.target = "_blank";
    link.textContent = one.title;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  const head = document.createElement("p");
  head.textContent = words.alike;
  box.replaceChildren(head, list);
}

if (form && "indexedDB" in window) {
  if (form.dataset.who !== undefined) remembered("signal-who", form.dataset.who || null);
  const visitor = form.querySelector("[data-visitor]");
  if (visitor && who && "shell" in form.dataset) visitor.hidden = true;
  try {
    const found = JSON.parse(remembered(draft));
    if (found && !names.some((name) => typed()[name])) {
      fill(found.fields);
      form.elements.key.value = found.key || form.elements.key.value;
      say(words.kept);
    }
  } catch {
    // Not ours.
  }
  form.elements.key.value ||= newKey();
  form.addEventListener("submit", take);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(noteTyped, 300);
  });
  addEventListener("pagehide", () => { if (timer) noteTyped(); });
  form.elements.title.addEventListener("change", askAlike);
  const noline = document.querySelector("[data-noline]");
  const send = form.querySelector("[data-send]");
  const showLine = (there) => {
    if (noline) noline.hidden = there;
    if (send) send.textContent = there ? send.dataset.online : send.dataset.offline;
  };
  addEventListener("online", () => {
    showLine(true);
    say("");
    flush();
  });
  addEventListener("offline", () => {
    showLine(false);
    say(words.offline);
  });
  setInterval(flush, 60_000);
  show().then(flush);
  if (form.dataset.worker && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(form.dataset.worker, { scope: new URL(form.action).pathname }).catch(() => {});
  }
}
