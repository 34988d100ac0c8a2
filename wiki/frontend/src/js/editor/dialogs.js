// The small windows of the editor: each a <dialog>, which keeps the keyboard inside, is shut by
// Escape, and gives the text its cursor back.
import { make } from "./words.js";

// `back` is where one is when it is shut.
export function windowOf(surface, title, className = "", back = () => surface.focus()) {
  const dialog = make("dialog", `picker ${className}`.trim());
  const head = make("h2", "picker-title", title);
  head.id = `picker-${Math.random().toString(36).slice(2)}`;
  dialog.setAttribute("aria-labelledby", head.id);
  dialog.append(head);
  // A press beside the window shuts it, as people expect on a phone.
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    if (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom) dialog.close();
  });
  // A field of search would take the first Escape to empty itself.
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => back());
  // A browser that gives a plain area its focus back puts the cursor at its start; one that had none
  // to give back leaves the cursor where it was.
  const show = dialog.showModal.bind(dialog);
  dialog.showModal = () => {
    if (document.activeElement === surface.element) surface.element.blur();
    show();
  };
  document.body.append(dialog);
  return dialog;
}

let made = 0;

// A field: {name, label, hint, type, value, required, options: [[value, words]], known: [], lines}.
function fieldOf(field) {
  made += 1;
  const box = make("div", `field${field.half ? " half" : ""}`);
  const id = `editor-field-${made}`;
  const label = make("label", "", field.label);
  label.htmlFor = id;
  const control = document.createElement(field.options ? "select" : field.lines ? "textarea" : "input");
  control.id = id;
  control.name = field.name;
  control.required = Boolean(field.required);
  if (field.options) for (const [value, words] of field.options) control.append(new Option(words, value));
  else if (field.lines) control.rows = field.lines;
  else control.type = field.type ?? "text";
  if (!field.options) control.maxLength = field.max ?? 300;
  for (const [name, value] of Object.entries(field.attributes ?? {})) control.setAttribute(name, value);
  box.append(label, control);
  if (field.known?.length) {
    const list = make("datalist");
    list.id = `${id}-known`;
    list.append(...field.known.map((one) => new Option(one, one)));
    control.setAttribute("list", list.id);
    box.append(list);
  }
  if (field.hint) {
    const hint = make("p", "hint", field.hint);
    hint.id = `${id}-hint`;
    control.setAttribute("aria-describedby", hint.id);
    box.append(hint);
  }
  return box;
}

// A form in a window; `sent(values)` gets what was typed, blanks cut. What was typed and left stands
// there again when it is opened again, until it has been sent.
export function formIn(surface, words, { title, fields, button, sent }) {
  // Where it changes what stands there: {change(raw, begun), back(), tools: [{label, run, off}]}.
  let now = {};
  const dialog = windowOf(surface, title, "picker-form", () => (now.back ? now.back() : surface.focus()));
  const form = make("form", "picker-fields");
  form.method = "dialog";
  form.append(...fields.map(fieldOf));
  const foot = make("div", "picker-foot");
  const go = make("button", "", button);
  const shut = make("button", "outline", words.cancel);
  shut.type = "button";
  shut.addEventListener("click", () => dialog.close());
  foot.append(go, shut);
  const said = make("p", "picker-said");
  said.setAttribute("role", "alert");
  const tools = make("div", "picker-tools");
  form.append(said, foot, tools);
  dialog.append(form);
  const typed = () => Object.fromEntries(new FormData(form));
  // One sentence: Enter sends it, as in any small form.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "TEXTAREA" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const raw = typed();
    const values = Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, value.trim()]));
    const empty = fields.find((field) => field.required && !values[field.name]);
    if (empty) {
      form.elements[empty.name].focus();
      return;
    }
    // What could not be changed says why, and stays.
    said.textContent = now.change?.(raw, now.begun) ?? "";
    if (said.textContent) return;
    dialog.close();
    form.reset();
    if (!now.change) sent(values);
  });
  function fill(first) {
    for (const [name, value] of Object.entries(first)) {
      const control = form.elements[name];
      if (!value || !control) continue;
      // Another word for one of the choices, or none of them: it stays as it was written.
      if (control.options && ![...control.options].some((one) => one.value === value)) control.append(new Option(value, value));
      if (control.maxLength > 0) control.maxLength = Math.max(control.maxLength, value.length + 100);
      control.value = value;
    }
  }
  return (first = {}, changing = null) => {
    now = { ...changing };
    said.textContent = "";
    if (changing) form.reset();
    fill(first);
    now.begun = typed();
    tools.replaceChildren(...(changing?.tools ?? []).map(({ label, run, off }) => {
      const tool = make("button", "small outline", label);
      tool.type = "button";
      tool.disabled = Boolean(off);
      tool.addEventListener("click", () => {
        said.textContent = run() ?? "";
        if (!said.textContent) dialog.close();
      });
      return tool;
    }));
    dialog.showModal();
    form.querySelector("input, textarea, select").focus();
  };
}
