// The buttons of the editor, each with its word; on a phone the few that matter, at the thumb.
import { linkPicker } from "./links.js";
import { freePlace, newestFirst, placeItem } from "./structure.js";

const SVG = "http://www.w3.org/2000/svg";

export function toolbar(form, surface, words, { files, preview, narrow }) {
  const bar = document.createElement("div");
  bar.className = "edit-tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.write);

  const wrap = (mark, sample) => () => {
    const text = surface.text();
    let { from, to } = surface.selection();
    // Blanks stay outside: beside one, a mark is only a star.
    while (from < to && /\s/.test(text[from])) from += 1;
    while (from < to && /\s/.test(text[to - 1])) to -= 1;
    const stars = Math.min(text.slice(0, from).match(/\*{0,3}$/)[0].length, text.slice(to).match(/^\*{0,3}/)[0].length);
    const chosen = text.slice(from, to) || sample;
    // One star is italic, two are bold, three are both; what is marked already is unmarked.
    if (stars & mark.length) surface.replace(from - mark.length, to + mark.length, text.slice(from, to), [from - mark.length, to - mark.length]);
    else surface.replace(from, to, `${mark}${chosen}${mark}`, [from + mark.length, from + mark.length + chosen.length]);
  };
  const lines = (prefix, sample = "") => () => {
    const text = surface.text();
    const { from, to } = surface.selection();
    const start = text.slice(0, from).lastIndexOf("\n") + 1;
    const next = text.indexOf("\n", to);
    const end = next < 0 ? text.length : next;
    const bare = text.slice(start, end).split("\n").map((line) => line.replace(/^(#{1,6}\s|>\s|[-*+]\s|\d+\.\s)/, ""));
    const written = bare.map((line, at) => prefix(at) + (line || sample)).join("\n");
    surface.replace(start, end, written, [start + prefix(0).length, start + written.length]);
  };
  const item = (names, title, start, sample, top) => () => {
    const place = placeItem(surface.text(), surface.selection().from, { names, title, line: `${start()}${sample}`, top });
    const at = place.at + place.inside + start().length;
    surface.replace(place.at, place.at, place.insert, [at, at + sample.length]);
  };
  const paste = (written) => () => {
    const { at, before, after } = freePlace(surface.text(), surface.selection().to);
    surface.replace(at, at, `${before}${written.trimEnd()}\n${after}`);
  };
  const today = () => {
    const now = new Date();
    return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  };
  const column = (at) => `${words.column} ${at}`;
  const table = `| ${column(1)} | ${column(2)} |\n| --- | --- |\n| ${words.cell} | ${words.cell} |`;

  const need = ["need", words.need, item(["besoins", "needs"], words.needs_block, () => "- [ ] ", words.need_text), "need"];
  const offer = ["offer", words.offer, item(["offres", "offers"], words.offers_block, () => "- [ ] ", words.offer_text), "offer"];
  const news = ["flag", words.status, item(["historique", "history"], words.history_block, () => `- ${today()} — `, words.status_text, newestFirst)];
  const link = ["link", words.link, linkPicker(form, surface, words)];
  const image = ["image", words.image, files.choose];
  const eye = ["eye", words.preview, () => preview.show(!preview.isOpen()), "toggle"];
  const bold = ["bold", words.bold, wrap("**", words.bold_text)];
  const wide = [
    [bold, ["italic", words.italic, wrap("*", words.italic_text)]],
    [["heading-2", words.heading, lines(() => "## ", words.heading_text)], ["heading-3", words.subheading, lines(() => "### ", words.heading_text)]],
    [["list", words.list, lines(() => "- ")], ["list-ordered", words.numbered, lines((at) => `${at + 1}. `)], ["quote", words.quote, lines(() => "> ")]],
    [link, image, ["table", words.table, paste(table)]],
    [need, offer, news],
    [eye],
  ];
  const thumb = [[need, offer, news, link, image, bold, ["heading-2", words.heading, lines(() => "## ", words.heading_text)], eye]];

  for (const group of narrow ? thumb : wide) {
    const box = document.createElement("div");
    box.setAttribute("role", "group");
    for (const [icon, label, action, kind = ""] of group) box.append(tool(form, icon, label, action, kind, preview));
    bar.append(box);
  }
  const blocks = JSON.parse(form.dataset.blocks || "[]");
  if (blocks.length && !narrow) bar.append(moreMenu(form, words, blocks, paste));

  // A text keeps its selection while a button is pressed.
  bar.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("summary")) event.preventDefault();
  });
  if (narrow) {
    bar.classList.add("sticky-bar");
    form.append(bar);
    aboveKeyboard(bar);
  } else form.querySelector("[data-body]").before(bar);
}

function picture(form, name) {
  if (name === "need" || name === "offer") {
    const dot = document.createElement("span");
    dot.className = `dot ${name}`;
    dot.setAttribute("aria-hidden", "true");
    return dot;
  }
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${form.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

function tool(form, icon, label, action, kind, preview) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tool";
  button.append(picture(form, icon), document.createTextNode(label));
  const tell = () => kind === "toggle" && button.setAttribute("aria-pressed", String(preview.isOpen()));
  button.addEventListener("click", () => {
    action();
    tell();
  });
  tell();
  return button;
}

function moreMenu(form, words, blocks, paste) {
  const menu = document.createElement("details");
  menu.className = "menu";
  const title = document.createElement("summary");
  title.className = "tool";
  title.append(picture(form, "plus"), document.createTextNode(words.more));
  const list = document.createElement("ul");
  list.className = "menu-list";
  for (const block of blocks) {
    const line = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = block.label;
    button.addEventListener("click", () => {
      menu.open = false;
      paste(block.example)();
    });
    line.append(button);
    list.append(line);
  }
  menu.append(title, list);
  return menu;
}

// The bar stays above a phone's keyboard, which covers the page without resizing it.
function aboveKeyboard(bar) {
  const seen = window.visualViewport;
  if (!seen) return;
  const move = () => {
    const covered = Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
    bar.style.bottom = `${covered}px`;
  };
  seen.addEventListener("resize", move);
  seen.addEventListener("scroll", move);
}
