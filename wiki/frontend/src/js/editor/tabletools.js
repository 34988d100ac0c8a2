// While the cursor is in a table: a few buttons for its rows and columns, at the foot of the text.
import { addColumn, moveColumn, removeColumn } from "./columns.js";
import { addRow, moveRow, removeRow, tableAt } from "./tables.js";
import { make, picture } from "./words.js";

export function tableTools(form, surface, words, write, bar) {
  const strip = make("div", "table-tools");
  strip.setAttribute("role", "toolbar");
  strip.setAttribute("aria-label", words.table);
  strip.hidden = true;
  // Left and right are those of the screen.
  const isRtl = surface.element.dir === "rtl";
  for (const [icon, label, change, name = ""] of [
    ["between-horizontal-end", words.row_add, addRow], ["between-vertical-end", words.column_add, addColumn],
    ["table-rows-split", words.row_remove, removeRow], ["table-columns-split", words.column_remove, removeColumn],
    ["arrow-up", words.move_up, (table) => moveRow(table, true), words.row_up],
    ["arrow-down", words.move_down, (table) => moveRow(table, false), words.row_down],
    ["arrow-left", words.to_left, (table) => moveColumn(table, !isRtl), words.column_left],
    ["arrow-right", words.to_right, (table) => moveColumn(table, isRtl), words.column_right],
  ]) {
    const button = make("button", "tool");
    button.type = "button";
    button.append(picture(form.dataset.icons, icon), document.createTextNode(label));
    if (name) button.setAttribute("aria-label", name);
    button.addEventListener("click", () => {
      const table = tableAt(surface.text(), surface.selection().from);
      write.apply(table && change(table));
    });
    strip.append(button);
  }
  strip.addEventListener("pointerdown", (event) => event.preventDefault());
  if (bar.classList.contains("sticky-bar")) bar.before(strip);
  else form.querySelector(".edit-write").append(strip);

  let frame = 0;
  surface.onCursor(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const away = strip.hidden;
      strip.hidden = !tableAt(surface.text(), surface.selection().from);
      // The strip takes room from the text: what one writes stays in sight.
      if (away && !strip.hidden) surface.reveal();
    });
  });
}
