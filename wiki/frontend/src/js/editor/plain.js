import { nextItem, shifted } from "./lists.js";
import { step, tableAt } from "./tables.js";

// The plain area as a surface to write on: for phones, and for whatever cannot hold the rich one.
export function plainSurface(area) {
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 4}px`;
  };
  area.addEventListener("input", grow);
  requestAnimationFrame(grow);
  // Until one has put the cursor somewhere, buttons write at the end: never before front matter.
  let touched = false;
  area.addEventListener("focus", () => { touched = true; }, { once: true });

  const surface = {
    element: area,
    text: () => area.value,
    selection: () => (touched
      ? { from: area.selectionStart, to: area.selectionEnd }
      : { from: area.value.length, to: area.value.length }),
    pointTo() {},
    // Where one writes by then: an area tells nobody what became of its places.
    place: () => () => surface.selection().to,
    replace(from, to, insert, select) {
      area.focus();
      area.setSelectionRange(from, to);
      // execCommand keeps the phone's own undo; it is the only thing that does.
      if (!document.execCommand("insertText", false, insert)) {
        area.setRangeText(insert, from, to, "end");
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }
      if (select) area.setSelectionRange(...select);
      surface.reveal();
    },
    // Several changes, first to last: what stands between them is written again, as it is.
    change(changes, select) {
      const [from, to] = [changes[0].from, changes.at(-1).to];
      let [insert, at] = ["", from];
      for (const one of changes) {
        insert += area.value.slice(at, one.from) + one.insert;
        at = one.to;
      }
      surface.replace(from, to, insert, select);
    },
    // The page scrolls, not the area: what was just written is brought into sight.
    reveal() {
      const copy = area.cloneNode();
      copy.removeAttribute("name");
      copy.removeAttribute("id");
      copy.className += " is-measure";
      copy.style.width = `${area.offsetWidth}px`;
      copy.style.height = "0";
      copy.value = area.value.slice(0, area.selectionStart);
      area.after(copy);
      const at = area.getBoundingClientRect().top + copy.scrollHeight;
      copy.remove();
      const seen = window.visualViewport?.height ?? window.innerHeight;
      if (at < 80 || at > seen - 160) window.scrollBy({ top: at - seen / 2 });
    },
    // Changes the text and leaves the cursor to whoever has it.
    amend(from, to, insert) {
      area.setRangeText(insert, from, to, "preserve");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    // The browser keeps what was typed here and undoes it itself.
    undo() {
      area.focus();
      document.execCommand("undo");
    },
    redo() {
      area.focus();
      document.execCommand("redo");
    },
    undoBy(theirs) { Object.assign(this, theirs); },
    onChange(callback) { area.addEventListener("input", callback); },
    onCursor(callback) {
      document.addEventListener("selectionchange", () => document.activeElement === area && callback());
      area.addEventListener("input", callback);
    },
    onScroll() {},
    goTo(line) {
      const at = area.value.split("\n").slice(0, line).join("\n").length;
      area.focus();
      area.setSelectionRange(at, at);
    },
    focus: () => area.focus(),
    headingTops: () => [],
    scroller: null,
  };

  const apply = (edit) => {
    if (edit.from === edit.to && !edit.insert) area.setSelectionRange(...edit.select);
    else surface.replace(edit.from, edit.to, edit.insert, edit.select ?? undefined);
  };
  const take = (event, edit) => {
    if (!edit) return;
    event.preventDefault();
    apply(edit);
  };
  // A phone's keyboard tells only this of its Enter.
  area.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "insertLineBreak" || area.selectionStart !== area.selectionEnd) return;
    take(event, nextItem(area.value, area.selectionStart));
  });
  let escaped = 0;
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") escaped = Date.now();
    if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey || Date.now() - escaped < 2000) return;
    const table = tableAt(area.value, area.selectionStart);
    take(event, table ? step(table, event.shiftKey) : shifted(area.value, surface.selection(), event.shiftKey));
  });
  return surface;
}
