// Asks, kindly and in passing, what pictures show, for those who do not see them: a small card below
// the buttons, that stands in nobody's way. What is typed goes into the text at once.
import { make } from "./words.js";

export function describe(form, surface, words, pictures) {
  if (!pictures.length) return;
  let card = form.querySelector(".describe");
  if (!card) {
    card = make("div", "describe");
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", words.describe_title);
    const head = make("div", "describe-head");
    const shut = make("button", "outline small", words.describe_done);
    shut.type = "button";
    shut.addEventListener("click", () => {
      card.remove();
      surface.focus();
    });
    head.append(make("p", "", words.describe_title), shut);
    card.append(head);
    form.querySelector("[data-body]").append(card);
  }
  for (const one of pictures) card.append(lineOf(surface, words, one));
}

function lineOf(surface, words, { label, url }) {
  const line = make("label", "describe-line");
  const shown = make("img");
  shown.src = url;
  shown.alt = "";
  const field = make("input");
  field.type = "text";
  field.maxLength = 250;
  field.placeholder = words.describe_hint;
  field.setAttribute("aria-label", `${words.describe_hint} (${label})`);
  // Where it stands may have changed: it is known by its address.
  field.addEventListener("input", () => {
    const text = surface.text();
    const end = text.indexOf(`](<${url}>)`);
    const start = end < 0 ? -1 : text.lastIndexOf("![", end);
    if (start < 0 || text.slice(start + 2, end).includes("\n")) return;
    surface.amend(start + 2, end, field.value.replace(/[[\]\\|\n]/g, " ") || label);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const fields = [...field.closest(".describe").querySelectorAll("input")];
    const next = fields[fields.indexOf(field) + 1];
    if (next) next.focus();
    else field.closest(".describe").querySelector("button").click();
  });
  line.append(shown, field);
  return line;
}
