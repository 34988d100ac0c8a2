// What is pasted: files are sent, the pages of Word and of the web become Markdown, and whatever is
// too long is said before it freezes anything. Ctrl+Shift+V pastes the words alone.
import { tableAt } from "./tables.js";

// Beyond this, reading the markup would hold the browser up; the words alone are taken.
const MOST_MARKUP = 2_000_000;
const IMAGE_ONLY = /^\s*(?:<(?:html|head|body|meta|!--)[^>]*>|\s)*<img\b[^>]*>(?:<\/?(?:html|body|!--)[^>]*>|\s)*$/i;

export function acceptPaste(form, surface, words, say, files) {
  let plainly = false;
  surface.element.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "v" && (event.ctrlKey || event.metaKey)) plainly = event.shiftKey;
  }, true);
  surface.element.addEventListener("paste", (event) => {
    const carried = event.clipboardData;
    if (!carried) return;
    const alone = plainly;
    plainly = false;
    const held = [...carried.files];
    const html = carried.getData("text/html");
    const copied = carried.getData("text/plain").replace(/\r\n?/g, "\n");
    const text = verbatim() ? copied : meant(copied);
    if (held.length && (!html || IMAGE_ONLY.test(html))) return stop(event, () => files.send(held));
    if (tooLong(text)) return stop(event, () => {});
    const code = [...carried.types].some((type) => type.startsWith("vscode-"));
    if (alone || code || !html || !text.trim() || !isPage(html) || verbatim()) return text === copied || code ? undefined : stop(event, () => put(text));
    if (html.length > MOST_MARKUP) return stop(event, () => put(text, words.pasted_plain));
    return stop(event, () => convert(html, text));
  }, true);

  // Ours from here on: neither CodeMirror nor the browser pastes as well.
  function stop(event, then) {
    event.preventDefault();
    event.stopPropagation();
    then();
  }

  function tooLong(text) {
    const { from, to } = surface.selection();
    const most = Number(form.dataset.maxText);
    const size = surface.text().length - (to - from) + text.length;
    // Signs of two and three bytes count as such; a count of signs is enough to know the small ones.
    if (size * 3 <= most || new Blob([surface.text(), text]).size <= most) return false;
    say(words.too_long.replace("{size}", mega(text.length)).replace("{most}", mega(most)), 10);
    return true;
  }

  const mega = (bytes) => (bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

  // In a cell, in code and in front matter a text is taken as it is.
  function verbatim() {
    const text = surface.text();
    const { from } = surface.selection();
    if (tableAt(text, from)) return true;
    const above = text.slice(0, from).split("\n");
    if (above[0] === "---" && !above.slice(1).includes("---")) return true;
    return above.filter((line) => /^\s{0,3}(```|~~~)/.test(line)).length % 2 === 1;
  }

  function put(written, told = "") {
    const { from, to } = surface.selection();
    surface.replace(from, to, written);
    if (told) say(told, 6);
  }

  async function convert(html, text) {
    let read;
    try {
      const { markdownOf } = await import("./converting.js");
      read = markdownOf(html, { titled: /^(---\n|# )/m.test(surface.text()) });
    } catch {
      return put(text, words.pasted_plain);
    }
    const { markdown, pictures, lost } = read;
    if (!markdown.trim()) return put(text);
    put(around(markdown), words.pasted);
    if (pictures.length) await bring(pictures);
    if (lost) say(words.pictures_lost.replace("{count}", lost), 10);
    return undefined;
  }

  // Paragraphs want a blank line before and behind; a few words in a sentence do not.
  function around(markdown) {
    const text = surface.text();
    const { from, to } = surface.selection();
    if (!/\n/.test(markdown) && !/^(#{1,6} |[-*] |\d+\. |> )/.test(markdown)) return markdown;
    const before = text.slice(0, from).match(/\n*$/)[0].length;
    const behind = text.slice(to).match(/^\n*/)[0].length;
    const above = from === 0 || before >= 2 ? "" : "\n".repeat(2 - before);
    return `${above}${markdown}${to === text.length || behind >= 2 ? "" : "\n".repeat(2 - behind)}`;
  }

  // Pictures that came inside the page are sent; their places are kept until then.
  async function bring(pictures) {
    for (const { mark, file } of pictures) {
      const [kept] = await files.keep([file]);
      const at = surface.text().indexOf(mark);
      if (at < 0) continue;
      const written = kept ? `${kept.mark}[${file.alt || kept.label}](<${kept.url}>)` : "";
      surface.amend(at, at + mark.length, written);
    }
  }
}

// Words as whoever wrote them elsewhere meant them: bullets are items, and no line is code because it
// was set in from the margin.
export function meant(text) {
  return text
    .replace(/^([ \t]*)[•◦▪▫‣⁃●○·][ \t\u00a0]+(?=\S)/gm, "$1- ")
    .replace(/(^|\n[ \t]*\n)((?: {4}|\t)[^\n]*(?:\n(?: {4}|\t)[^\n]*)*)/g, (_all, above, set) => above + set.replace(/^[ \t]+(?![ \t]*([-*+]|\d+[.)])\s)/gm, ""));
}

// Whether markup says more than its words: not what a code editor or a terminal copies.
function isPage(html) {
  if (html.length > MOST_MARKUP) return true;
  return /<(h[1-6]|p|li|table|a\s|b[\s>]|i[\s>]|strong|em[\s>]|blockquote|img|span\s[^>]*font-(weight|style))/i.test(html)
    && !/^\s*(<meta[^>]*>)?\s*<(pre|div)[^>]*(monospace|white-space:\s*pre(;|"))/i.test(html);
}
