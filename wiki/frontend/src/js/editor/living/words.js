// The words of one line with their marks drawn: what stands in the cell of a table.
import { markdownLanguage } from "@codemirror/lang-markdown";
import { make } from "../words.js";
import { imageOf } from "./pictures.js";

const TAGS = { Emphasis: "em", StrongEmphasis: "strong", Strikethrough: "del", InlineCode: "code", Link: "a", Autolink: "a" };
const HIDDEN = /Mark$|^URL$|^LinkTitle$/;

// Children for an element that shows `text`; links lead nowhere, since one writes here. `folder` is what
// addresses of pictures start from.
export function drawn(text, folder) {
  const box = make("span");
  const tree = markdownLanguage.parser.parse(text);
  const paragraph = tree.topNode.firstChild;
  if (paragraph?.name === "Paragraph" && paragraph.to === text.length) fill(box, paragraph, text, folder);
  else box.append(text);
  return [...box.childNodes];
}

function fill(box, node, text, folder) {
  let at = node.from;
  const rest = (to) => { if (to > at) box.append(plain(text.slice(at, to))); };
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (node.name === "Autolink" && child.name === "URL") continue;
    rest(child.from);
    at = child.to;
    const image = child.name === "Image" && imageOf(text.slice(child.from, child.to), folder);
    if (image) {
      const shown = make("img", "cm-cell-picture");
      shown.src = image.url;
      shown.alt = image.alt;
      box.append(shown);
    } else if (child.name === "Escape") box.append(text.slice(child.from + 1, child.to));
    else if (TAGS[child.name] && !(child.name === "Link" && !child.getChild("URL"))) {
      const inside = make(TAGS[child.name]);
      fill(inside, child, text, folder);
      box.append(inside);
    } else if (!HIDDEN.test(child.name)) box.append(plain(text.slice(child.from, child.to)));
  }
  rest(node.to);
}

// What the wiki's own links say.
const plain = (text) => text.replace(/\[\[([^[\]|\n]+)(?:\|([^[\]\n]*))?\]\]/g, (_all, to, words) => words || to);
