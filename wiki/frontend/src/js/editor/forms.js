// The forms for what lives in a page: a line of a block, as its plugin says what is asked for it, and a
// list of projects. Each hands what it wrote to `done`; the text stays the only truth.
import { formIn } from "./dialogs.js";
import { itemLine, maturities, projectsBlock } from "./items.js";
import { tableAt } from "./tables.js";
import { fold, today } from "./words.js";

const said = (word) => word.replaceAll("-", "\u00a0");
const TYPES = { date: "date", before: "date", hour: "time" };

export function smallForms(surface, words, { lang, known, blocks }) {
  const labels = {
    text: words.item_text, date: words.item_date, hour: words.item_hour, state: words.item_state, box: words.item_state,
    keywords: words.keywords, places: words.place, before: words.before, availability: words.availability,
  };
  const hints = { keywords: words.keywords_hint, places: words.place_hint, before: words.before_hint };
  const lists = { keywords: known.themes, places: known.territories };

  function asked({ kind, label, hint, choices, required }) {
    const own = { name: kind, label: label || labels[kind], hint: hint || hints[kind], known: lists[kind], required };
    if (kind === "text") return { ...own, lines: 2, required: true };
    if (kind === "keywords") return own;
    const isOpen = required || kind === "box" || choices.some(([names]) => !names[0]);
    const options = choices.length ? [...(isOpen ? [] : [["", "–"]]), ...choices.map(([names, what]) => [names[0], what])] : null;
    return { ...own, half: true, type: TYPES[kind], ...(options ? { options } : {}) };
  }

  // Made when it is first asked for, and once.
  const later = (make) => {
    let made = null;
    return () => (made ??= make());
  };

  // What is chosen in the text is often what one wants to say; a word that we wrote there is not.
  function chosenText() {
    const { from, to } = surface.selection();
    const text = surface.text();
    const chosen = text.slice(from, to);
    const isOurs = chosen === words.heading_text || tableAt(text, from);
    return chosen && !isOurs && chosen.length < 200 && !chosen.includes("\n") ? { text: chosen } : {};
  }

  let done = () => {};
  // The forms for lines: how one is added, and how one that stands there is changed.
  const items = blocks.filter((one) => one.form).map(({ form, names }) => {
    const add = later(() => formIn(surface, words, {
      title: form.title, button: form.add, fields: form.fields.filter(({ kind }) => kind !== "box").map(asked),
      sent: (values) => done(itemLine(form, values, lang)),
    }));
    return {
      form, names: names.map(fold),
      add(next) {
        done = next;
        add()({ date: today(), ...chosenText() });
      },
      change: later(() => formIn(surface, words, { title: form.name, button: words.item_save, fields: form.fields.map(asked) })),
    };
  });

  const either = (list, any) => [["", any], ...list.map((one) => [one, said(one)])];
  const projects = later(() => formIn(surface, words, {
    title: words.projects_title, button: words.projects_add, sent: (values) => done(projectsBlock(values, lang)),
    fields: [{ name: "themes", label: words.themes, hint: words.themes_hint, known: known.themes },
      { name: "territory", label: words.territory, known: known.territories },
      { name: "from", label: words.maturity_from, options: either(maturities(lang), words.any), half: true },
      { name: "to", label: words.maturity_to, options: either(maturities(lang), words.any), half: true },
      { name: "sort", label: words.order, options: [["updated", words.order_updated], ["created", words.order_created], ["title", words.order_title]], half: true },
      { name: "limit", label: words.how_many, type: "number", attributes: { min: 1, max: 100, value: 10, inputmode: "numeric" }, half: true }],
  }));
  return {
    items,
    // The form for lines of the block of that (folded) name, or undefined.
    of: (name) => items.find((one) => one.names.includes(name)),
    projects(next) {
      done = next;
      projects()({});
    },
  };
}
