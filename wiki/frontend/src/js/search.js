// The search field of the header: arrow keys walk through the hits, Escape closes them.
const field = document.getElementById("site-q");
const hits = document.getElementById("hits");

const links = () => [...hits.querySelectorAll("a")];

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

if (field && hits) {
  const form = field.form;
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
    if (!field.value.trim()) hits.replaceChildren();
  });
  field.addEventListener("focus", () => { hits.hidden = false; });
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
