// The editor: makes the plain form of pages/edit.html comfortable, and takes nothing away from it.
import { keepDraft } from "./draft.js";
import { plainSurface } from "./plain.js";
import { livePreview } from "./preview.js";
import { richSurface } from "./rich.js";
import { toolbar } from "./toolbar.js";
import { acceptFiles } from "./upload.js";

const form = document.querySelector("form[data-editor]");

function start() {
  const area = form.querySelector("textarea[name=text]");
  const words = JSON.parse(form.dataset.strings);
  const narrow = matchMedia("(max-width: 55rem)").matches;
  const surface = narrow ? plainSurface(area) : richSurface(area, words, form.dataset.lang);
  form.classList.add(narrow ? "is-narrow" : "is-wide");

  const save = () => form.requestSubmit(form.querySelector("button[type=submit]:not([name])"));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      save();
    }
  });
  const say = (text) => { form.querySelector("[data-saved]").textContent = text; };
  keepDraft(form, surface, words, say);
  const files = acceptFiles(form, surface, words, say);
  const preview = livePreview(form, surface, words, narrow);
  toolbar(form, surface, words, { files, preview, narrow });
  const line = Number(form.dataset.line);
  if (line) surface.goTo(line);
  // For what plugins add: whichever script comes first, both find each other.
  form.editor = { form, surface, words, say, narrow };
  form.dispatchEvent(new CustomEvent("editor:ready"));
}

if (form) start();
