// A line goes up or down where it stands, without a new page; it is kept with everything else.
// Without this the same buttons send the form, which keeps all that was typed.
const form = document.getElementById("arrange");
const list = form.querySelector(".arrange-list");
const told = form.querySelector("[data-arrange-told]");
let changed = false;

function number(rows) {
  rows.forEach((row, at) => {
    row.querySelector("[name=place]").value = at + 1;
    row.querySelector("[name=up]").disabled = at === 0;
    row.querySelector("[name=down]").disabled = at === rows.length - 1;
  });
}
function move(row, to, button) {
  const rows = [...list.children];
  const at = rows.indexOf(row);
  const place = Math.min(Math.max(to, 0), rows.length - 1);
  if (place === at) return;
  if (place < at) rows[place].before(row);
  else rows[place].after(row);
  number([...list.children]);
  list.querySelector(".is-moved")?.classList.remove("is-moved");
  row.classList.add("is-moved");
  row.scrollIntoView({ block: "nearest" });
  const other = button?.name === "up" ? "down" : "up";
  (button?.disabled ? row.querySelector(`[name=${other}]`) : button)?.focus();
  const title = row.querySelector(".arrange-title").textContent.trim();
  told.textContent = told.dataset.words.replace("{title}", title).replace("{place}", place + 1);
  changed = true;
}

list?.addEventListener("click", (event) => {
  const button = event.target.closest("[name=up], [name=down]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("li");
  move(row, [...list.children].indexOf(row) + (button.name === "up" ? -1 : 1), button);
});
list?.addEventListener("change", (event) => {
  if (event.target.name !== "place" || !/^\d+$/.test(event.target.value)) return;
  move(event.target.closest("li"), Number(event.target.value) - 1);
  event.target.focus();
});
list?.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !event.altKey) return;
  event.preventDefault();
  const row = event.target.closest("li");
  move(row, [...list.children].indexOf(row) + step);
  event.target.focus();
});
// What is looked for is found while one types: the key that sends would keep the form as well.
document.getElementById("f-q").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && window.htmx) event.preventDefault();
});
form.addEventListener("input", (event) => {
  if (event.target.name !== "q") changed = true;
});
form.addEventListener("submit", () => {
  changed = false;
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
