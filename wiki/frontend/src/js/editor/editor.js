// The editor: makes the plain form of pages/edit.html comfortable, and takes nothing away from it.
import { commandsOf, listenToKeys } from "./commands.js";
import { completing } from "./completing.js";
import { keepDraft } from "./draft.js";
import { finder } from "./finder.js";
import { smallForms } from "./forms.js";
import { hintWidgets, hintsOf } from "./hints.js";
import { hideHead, plainBody } from "./heads.js";
import { linkPicker } from "./links.js";
import { livingLater, livingPage, prefersText } from "./living/page.js";
import { mentionsOf } from "./mentions.js";
import { palette } from "./palette.js";
import { showParts } from "./part.js";
import { acceptPaste } from "./pasting.js";
import { livePreview } from "./preview.js";
import { richSurface } from "./rich.js";
import { onSeen } from "./seen.js";
import { sheet } from "./sheet.js";
import { sayer } from "./saying.js";
import { startThere } from "./start.js";
import { tableTools } from "./tabletools.js";
import { toolbar } from "./toolbar.js";
import { acceptFiles } from "./upload.js";
import { writer } from "./writer.js";

const form = document.querySelector("form[data-editor]");

function start() {
  const area = form.querySelector("textarea[name=text]");
  const words = JSON.parse(form.dataset.strings);
  const { lang } = form.dataset;
  const narrow = matchMedia("(max-width: 55rem)").matches;
  // Who prefers the text has the plain area on a phone, with all that its keyboard can do.
  const plain = narrow && prefersText();
  const surface = plain ? plainBody(area) : richSurface(area, words, lang, narrow);
  if (!plain) {
    hideHead(surface);
    showParts(surface);
  }
  form.classList.add(narrow ? "is-narrow" : "is-wide");

  const save = () => form.requestSubmit(form.querySelector("button[type=submit]:not([name])"));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      save();
    }
  });
  const say = sayer(form.querySelector("[data-saved]"));
  sheet(form, surface, say);
  keepDraft(form, surface, words, say);
  const files = acceptFiles(form, surface, words, say);
  acceptPaste(form, surface, words, say, files);
  const preview = livePreview(form, surface, words, narrow);

  const write = writer(surface);
  const known = JSON.parse(form.dataset.known || "{}");
  const mentions = mentionsOf(form, words, known);
  const finders = Object.fromEntries(Object.entries(mentions).map(([name, source]) => [name, finder(form, surface, words, source, {
    title: words[`${name}_title`], label: words[`${name}_search`], isGrid: name === "emoji", narrow,
  })]));
  const blocks = JSON.parse(form.dataset.blocks || "[]");
  const forms = smallForms(surface, words, { lang, known, blocks });
  const link = linkPicker(form, surface, words);
  const commands = commandsOf({ surface, words, write, files, finders, forms, link, blocks });
  const living = plain ? livingLater() : livingPage(form, surface, words, { commands, forms, narrow });
  // The living page is its own preview.
  preview.show(!narrow && living.showsText());
  const insert = palette(form, surface, words, commands, narrow);
  const bar = toolbar(form, surface, words, { commands, insert, preview, narrow, living });
  tableTools(form, surface, words, write, bar);
  // A keyboard that comes hides no line that one writes.
  if (narrow) onSeen(() => document.activeElement === surface.element && surface.reveal());
  listenToKeys(surface, commands);
  surface.extend?.(completing(form, words, commands, mentions, narrow));

  const hints = hintsOf(form);
  if (hints.size) surface.extend?.(hintWidgets(hints));

  const line = Number(form.dataset.line);
  if (line) surface.goTo(line);
  else startThere(form, surface);
  // For what plugins add: whichever script comes first, both find each other.
  form.editor = { form, surface, words, say, narrow, living };
  form.dispatchEvent(new CustomEvent("editor:ready"));
}

if (form) start();
