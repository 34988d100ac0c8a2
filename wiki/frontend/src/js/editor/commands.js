// Everything that the editor can write, once: the buttons, the "/" menu, the list of a phone and the
// keys all take it from here. `also` are words that it is found by too, in both languages.
import { newestFirst } from "./structure.js";
import { fold } from "./words.js";

const PROJECTS = ["projets", "projects"];

// Blocks that people know by a sign of their own: their names, and how the menus show them.
const familiar = (words) => [
  { id: "need", names: ["besoins", "needs"], icon: "need", label: words.need, hint: words.need_hint, also: "besoin demande aide need ask" },
  { id: "offer", names: ["offres", "offers"], icon: "offer", label: words.offer, hint: words.offer_hint, also: "offre proposition aide offer give" },
  { id: "news", names: ["historique", "history"], icon: "flag", label: words.status, hint: words.news_hint, also: "nouvelle etape historique etat status news step" },
];

export function commandsOf({ surface, words, write, forms, files, link, finders, blocks }) {
  const heading = (level, icon, label, hint, also) => ({
    id: `h${level}`, icon, label, hint, also, group: "shape",
    run: () => write.lines(() => `${"#".repeat(level)} `, words.heading_text),
  });
  const table = `| ${words.column} 1 | ${words.column} 2 |\n| --- | --- |\n| ${words.cell} | ${words.cell} |`;
  const own = [
    { id: "bold", icon: "bold", label: words.bold, keys: "b", run: () => write.wrap("**", words.bold_text) },
    { id: "italic", icon: "italic", label: words.italic, keys: "i", run: () => write.wrap("*", words.italic_text) },
    heading(2, "heading-2", words.heading, words.heading_hint, "titre chapitre heading chapter h2 ##"),
    heading(3, "heading-3", words.subheading, words.subheading_hint, "titre intertitre sous-titre heading subheading h3 ###"),
    { id: "list", icon: "list", label: words.list, hint: words.list_hint, also: "liste puces points bullets list", group: "shape", keys: "8", run: () => write.lines(() => "- ") },
    { id: "numbered", icon: "list-ordered", label: words.numbered, hint: words.numbered_hint, also: "liste numerotee numbered ordered 1.", group: "shape", keys: "7", run: () => write.lines((at) => `${at + 1}. `) },
    { id: "tasks", icon: "list-todo", label: words.tasks, hint: words.tasks_hint, also: "taches cases a cocher tasks todo checkbox []", group: "shape", run: () => write.lines(() => "- [ ] ") },
    { id: "quote", icon: "quote", label: words.quote, hint: words.quote_hint, also: "citation quote >", group: "shape", run: () => write.lines(() => "> ") },
    { id: "table", icon: "table", label: words.table, hint: words.table_hint, also: "tableau grille table |", group: "shape", run: () => write.block(table, `${words.column} 1`) },
    { id: "up", icon: "arrow-up", label: words.move_up, hint: words.move_hint, also: "deplacer monter haut move up", group: "shape", run: () => write.move(true) },
    { id: "down", icon: "arrow-down", label: words.move_down, hint: words.move_hint, also: "deplacer descendre bas move down", group: "shape", run: () => write.move(false) },
    { id: "rule", icon: "minus", label: words.rule, hint: words.rule_hint, also: "ligne trait separation rule line divider ---", group: "shape", run: () => write.block("---") },
    { id: "link", icon: "link", label: words.link, hint: words.link_hint, also: "lien page adresse site link url [[", group: "join", keys: "k", run: link },
    { id: "image", icon: "image", label: words.image, hint: words.image_hint, also: "image photo fichier piece jointe picture file attachment", group: "join", run: files.choose },
    { id: "person", icon: "user", label: words.person, hint: words.person_hint, also: "personne membre nom person member name @", group: "join", run: finders.person },
    { id: "theme", icon: "sprout", label: words.theme, hint: words.theme_hint, also: "theme sujet mot-cle theme topic keyword #", group: "join", run: finders.theme },
    { id: "emoji", icon: "smile", label: words.emoji, hint: words.emoji_hint, also: "emoji emoticone smiley visage :", group: "join", run: finders.emoji },
    { id: "projects", icon: "layout-list", label: words.projects, hint: words.projects_hint, also: "liste projets recherche list query projects", group: "live",
      run: () => forms.projects((block) => write.block(block)) },
  ];
  // What plugins explain: a line is asked for by its form, else there is an example to change.
  const known = familiar(words);
  const theirs = blocks.map((block) => ({ ...block, name: block.example.match(/^:{3,}\s*(\S+)/m)?.[1] ?? "" }))
    .filter(({ name }) => !PROJECTS.includes(fold(name)))
    .map(({ label, example, name }) => {
      const item = forms.of(fold(name));
      const its = known.find((one) => one.names.includes(fold(name)));
      const shown = { id: `block-${name}`, icon: "plus", label, hint: "", also: name, ...its, group: "live" };
      if (!item) return { ...shown, names: [], run: () => write.block(example) };
      const { form, names } = item;
      const place = { names, title: name, top: form.newest ? newestFirst : undefined };
      return { ...shown, names, card: form.add, run: () => item.add((line) => write.item(line, place)) };
    });
  const isKnown = (one) => known.some(({ id }) => id === one.id);
  const first = known.flatMap(({ id }) => theirs.filter((one) => one.id === id));
  return [...own.slice(0, -1), ...first, own.at(-1), ...theirs.filter((one) => !isKnown(one))];
}

export const groupsOf = (words) => [["shape", words.group_shape], ["join", words.group_join], ["live", words.group_live]];

// Those of a menu that are found by what is typed: each word begins one of the command's words.
export function found(commands, typed) {
  const asked = fold(typed).split(/\s+/).filter(Boolean);
  return commands.filter((one) => one.group).filter((one) => {
    const has = fold(`${one.label} ${one.also ?? ""}`).split(/[\s’'/,()-]+/);
    return asked.every((word) => has.some((its) => its.startsWith(word)));
  });
}

export const keyWords = (command, words) => command.keys
  && `${/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : `${words.ctrl}+`}${/\d/.test(command.keys) ? `${words.shift}+` : ""}${command.keys.toUpperCase()}`;

// The keys of the commands, before anybody else's: CodeMirror has ideas of its own about some.
export function listenToKeys(surface, commands) {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  surface.element.addEventListener("keydown", (event) => {
    if (!(mac ? event.metaKey : event.ctrlKey) || event.altKey || event.isComposing) return;
    const key = event.code.startsWith("Digit") && event.shiftKey ? event.code.slice(5) : event.shiftKey ? "" : event.key.toLowerCase();
    const command = commands.find((one) => one.keys === key);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    command.run();
  }, true);
}
