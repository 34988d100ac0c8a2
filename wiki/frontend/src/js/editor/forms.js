// The forms for what lives in a page: a need, an offer, a step of the story, a list of projects.
// Each hands the line or block that it wrote to `done`; the text stays the only truth.
import { formIn } from "./dialogs.js";
import { availabilities, maturities, needLine, newsLine, offerLine, projectsBlock, states } from "./items.js";
import { tableAt } from "./tables.js";
import { today } from "./words.js";

const said = (word) => word.replaceAll("-", "\u00a0");

export function smallForms(surface, words, { lang, known }) {
  let done = () => {};
  const open = (form, first) => (next) => {
    done = next;
    // What is chosen in the text is often what one wants to say; a word that we wrote there is not.
    const { from, to } = surface.selection();
    const text = surface.text();
    const chosen = text.slice(from, to);
    const ours = chosen === words.heading_text || tableAt(text, from);
    form()({ ...first(), ...(chosen && !ours && chosen.length < 200 && !chosen.includes("\n") ? { text: chosen } : {}) });
  };
  // Made when it is first asked for, and once.
  const later = (make) => {
    let made = null;
    return () => (made ??= make());
  };
  const sentence = (label, hint) => ({ name: "text", label, hint, lines: 2, required: true });
  const tags = { name: "keywords", label: words.keywords, hint: words.keywords_hint, known: known.themes };
  const where = { name: "place", label: words.place, hint: words.place_hint, known: known.territories, half: true };
  const either = (list, any) => [["", any], ...list.map((one) => [one, said(one)])];

  const need = later(() => formIn(surface, words, {
    title: words.need_title, button: words.need_add, sent: (values) => done(needLine(values, lang)),
    fields: [sentence(words.need_what, words.need_what_hint), tags, where, { name: "before", label: words.before, hint: words.before_hint, type: "date", half: true }],
  }));
  const offer = later(() => formIn(surface, words, {
    title: words.offer_title, button: words.offer_add, sent: (values) => done(offerLine(values, lang)),
    fields: [sentence(words.offer_what, words.offer_what_hint), tags, where,
      { name: "availability", label: words.availability, options: either(availabilities(lang), words.not_said), half: true }],
  }));
  const news = later(() => formIn(surface, words, {
    title: words.news_title, button: words.news_add, sent: (values) => done(newsLine(values)),
    fields: [sentence(words.news_what, words.news_what_hint), { name: "date", label: words.news_date, type: "date", required: true, half: true },
      { name: "state", label: words.news_state, hint: words.news_state_hint, options: either(states(lang), words.no_change), half: true }],
  }));
  const projects = later(() => formIn(surface, words, {
    title: words.projects_title, button: words.projects_add, sent: (values) => done(projectsBlock(values, lang)),
    fields: [{ name: "themes", label: words.themes, hint: words.themes_hint, known: known.themes },
      { name: "territory", label: words.territory, known: known.territories },
      { name: "from", label: words.maturity_from, options: either(maturities(lang), words.any), half: true },
      { name: "to", label: words.maturity_to, options: either(maturities(lang), words.any), half: true },
      { name: "sort", label: words.order, options: [["updated", words.order_updated], ["created", words.order_created], ["title", words.order_title]], half: true },
      { name: "limit", label: words.how_many, type: "number", attributes: { min: 1, max: 100, value: 10, inputmode: "numeric" }, half: true }],
  }));
  const nothing = () => ({});
  return {
    need: open(need, nothing), offer: open(offer, nothing),
    news: open(news, () => ({ date: today() })), projects: open(projects, nothing),
  };
}
