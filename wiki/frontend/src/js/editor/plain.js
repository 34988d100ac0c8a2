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

  return {
    element: area,
    text: () => area.value,
    selection: () => (touched
      ? { from: area.selectionStart, to: area.selectionEnd }
      : { from: area.value.length, to: area.value.length }),
    pointTo() {},
    replace(from, to, insert, select) {
      area.focus();
      area.setSelectionRange(from, to);
      // execCommand keeps the phone's own undo; it is the only thing that does.
      if (!document.execCommand("insertText", false, insert)) {
        area.setRangeText(insert, from, to, "end");
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }
      if (select) area.setSelectionRange(...select);
    },
    onChange(callback) { area.addEventListener("input", callback); },
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
}
