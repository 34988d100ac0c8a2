// The search of a site that was taken along as files: no server, so the index is a script beside it.
// Words are folded and cut as wiki/exports/site/search.py folds and cuts those of the pages.
import MiniSearch from "minisearch";

const ligatures = { œ: "oe", æ: "ae", ß: "ss", "’": "'" };
const cut = (text) =>
  text
    .toLowerCase()
    .replace(/[œæß’]/g, (one) => ligatures[one])
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const place = document.querySelector("[data-export-search]");
const field = place.querySelector("input");
const list = place.querySelector("ol");
const told = place.querySelector("[role=status]");
// At most so many are shown; whoever has more to read says another word.
const MOST = 50;

const index = MiniSearch.loadJS(window.wikiSearchIndex, {
  fields: ["title", "words"],
  storeFields: ["url", "title", "above", "summary"],
  tokenize: cut,
  processTerm: (term) => term.slice(0, 40),
  searchOptions: {
    boost: { title: 4 },
    prefix: true,
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    combineWith: "AND",
  },
});
delete window.wikiSearchIndex;

function show(words) {
  const found = words.trim() ? index.search(words) : [];
  list.replaceChildren(
    ...found.slice(0, MOST).map((one) => {
      const link = document.createElement("a");
      link.href = place.dataset.up + one.url;
      link.textContent = one.title;
      const item = document.createElement("li");
      const heading = document.createElement("h2");
      heading.append(link);
      item.append(heading);
      for (const [kind, said] of [["quiet", one.above], ["", one.summary]]) {
        if (!said) continue;
        const line = document.createElement("p");
        line.className = kind;
        line.textContent = said;
        item.append(line);
      }
      return item;
    }),
  );
  const { none, one, several } = place.dataset;
  told.textContent = !words.trim() ? "" : !found.length ? none : found.length === 1 ? one : several.replace("{count}", found.length);
}

field.value = new URLSearchParams(location.search).get("q") ?? "";
show(field.value);
let soon;
field.addEventListener("input", () => {
  clearTimeout(soon);
  soon = setTimeout(() => show(field.value), 120);
});
place.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  show(field.value);
});
