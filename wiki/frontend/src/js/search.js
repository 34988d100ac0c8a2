// The search field of the header: arrow keys walk through the hits, Escape closes them. Empty, it
// shows what was looked for last, which only this device knows.
import { forget, recent, remember } from "./recent.js";

const field = document.getElementById("site-q");
const hits = document.getElementById("hits");

const links = () => [...hits.querySelectorAll("a, button")];

function close() {
  hits.hidden = true;
}

function walk(step) {
  const all = links();
  if (!all.length) return;
  hits.hidden = false;
  const at = all.indexOf(document.activeElement);
  const next = at + step;
  if (next < 0) field.focus();
  else all[Math.min(next, all.length - 1)].focus();
}

function list() {
  const words = field.value.trim() ? [] : recent();
  if (!words.length) return hits.replaceChildren();
  const title = document.createElement("h2");
  title.textContent = hits.dataset.recent;
  const items = document.createElement("ul");
  for (const one of words) {
    const link = document.createElement("a");
    link.href = `/-/search?q=${encodeURIComponent(one)}`;
    link.append(Object.assign(document.createElement("strong"), { textContent: one }));
    const item = document.createElement("li");
    item.append(link);
    items.append(item);
  }
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: hits.dataset.forget });
  button.addEventListener("click", () => { forget(); hits.replaceChildren(); field.focus(); });
  hits.replaceChildren(title, items, button);
}

if (field && hits) {
  const form = field.form;
  // Who is at a hit when others come stays at it, or at the first where it is no more.
  let at = null;
  hits.addEventListener("htmx:beforeSwap", () => {
    at = hits.contains(document.activeElement) ? document.activeElement.href : null;
  });
  hits.addEventListener("htmx:afterSwap", () => {
    if (at === null || hits.contains(document.activeElement)) return;
    const all = [...hits.querySelectorAll("a[href]")];
    (all.find((one) => one.href === at) ?? all[0] ?? field).focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      field.focus();
      close();
    }
  });
  field.addEventListener("input", () => {
    hits.hidden = false;
    if (!field.value.trim()) list();
  });
  field.addEventListener("focus", () => { hits.hidden = false; if (!field.value.trim()) list(); });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!form.contains(event.target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], .editor")) return;
    event.preventDefault();
    field.focus();
  });
}

// The page of results: arrow keys go from the field to the answers and through them, Escape back.
const big = document.querySelector("#big-search input[name=q]");

function step(event) {
  const down = event.key === "ArrowDown";
  if (!down && event.key !== "ArrowUp" && event.key !== "Escape") return;
  const all = [...document.querySelectorAll("#answers .hit h3 a")];
  const at = all.indexOf(document.activeElement);
  if (at < 0 && (document.activeElement !== big || !down)) return;
  event.preventDefault();
  if (event.key === "Escape" || at + (down ? 1 : -1) < 0) big.focus();
  else all[Math.min(at + (down ? 1 : -1), all.length - 1)]?.focus();
}

if (big) {
  document.addEventListener("keydown", step);
  if (document.querySelector("#answers .hit")) remember(big.value);
  big.form.addEventListener("change", () => remember(big.value));
  // One question, two fields: the one of the header says it too.
  big.addEventListener("input", () => { if (field) field.value = big.value; });
}
// Whoever uses this device next is told nothing.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/-/logout") forget();
});
