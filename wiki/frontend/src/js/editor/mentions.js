// What "@", "#" and ":" offer in a text, and the windows of the same names: people, themes, emoji. Each
// finds {label, hint, icon or sign, written} for what is typed. People and themes become links; in a
// block, where both signs mean something to the page, places and keywords of the item.
import { emojiNamed } from "./emoji.js";
import { pageNamed, suggest } from "./links.js";
import { fold } from "./words.js";

const MOST = 12;

const has = (typed) => (value) => {
  const words = fold(value).split(/[\s’'-]+/);
  return words.some((_word, at) => words.slice(at).join(" ").startsWith(fold(typed).replaceAll("-", " ")));
};
const placeWritten = (value) => (/^[\p{L}\p{N}-]+$/u.test(value) ? `@${value}` : `@"${value}"`);
const keywordWritten = (value) => `#${value.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")}`;
const linked = (value, address) => `[${value.replace(/[[\]|\\]/g, " ")}](<${address}${encodeURIComponent(value)}>)`;

export function mentionsOf(form, words, known) {
  const { themes = [], territories = [] } = known;
  return {
    person: {
      // A name may be several words.
      typed: /(?:^|[\s([«’'])@([\p{L}\p{N}.’'-]{0,30}(?: [\p{L}\p{N}.’'-]{1,30}){0,2})$/u,
      async find(typed, isItem) {
        const people = (await suggest(form, typed, "person")) ?? [];
        const places = isItem ? territories.filter(has(typed)).slice(0, MOST) : [];
        return [
          ...places.map((one) => ({ label: one, hint: words.place, icon: "map-pin", written: placeWritten(one) })),
          ...people.map((page) => ({ label: page.title, hint: page.path, icon: "user", written: pageNamed(page) })),
        ];
      },
    },
    theme: {
      typed: /(?:^|[\s([«’'])#([\p{L}\p{N}-]{0,40})$/u,
      find: async (typed, isItem) => themes.filter(has(typed)).slice(0, MOST).map((one) => ({
        label: one, hint: isItem ? words.keywords : words.theme_link, icon: "sprout",
        written: isItem ? keywordWritten(one) : linked(one, form.dataset.about),
      })),
    },
    emoji: {
      // Two letters right behind it: what is said after a colon has a blank before it.
      typed: /(?:^|[\s(]):([\p{L}\p{N}-]{2,30})$/u,
      find: async (typed) => (await emojiNamed(form.dataset.emoji, typed)).map(([sign, label]) => ({ label, sign, written: sign })),
    },
  };
}
