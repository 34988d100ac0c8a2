// The form above the map: kinds come and go at once, words light up what has them.
import { fold } from "./network.js";

const OFFERED = 12;

export function listen(form, { has, hide, find, show, label }) {
  form?.addEventListener("change", (event) => {
    if (event.target.name === "kind") {
      const boxes = [...form.querySelectorAll("[name=kind]")];
      // What the address left out is not here to be shown: then it is asked for.
      if (boxes.some((box) => box.checked && !has(box.value))) return form.requestSubmit();
      hide(new Set(boxes.filter((box) => !box.checked).map((box) => box.value)));
    } else if (event.target.tagName === "SELECT") form.requestSubmit();
  });
  const field = form?.querySelector("[name=q]");
  const names = form?.querySelector("datalist");
  field?.addEventListener("input", () => {
    const found = find(fold(field.value).split(/\s+/).filter(Boolean));
    names.replaceChildren(...(found ?? []).slice(0, OFFERED).map((node) => new Option(label(node))));
    show(found, field.value);
  });
  // What the address asks to find is lit from the beginning.
  if (field?.value) field.dispatchEvent(new Event("input"));
}
