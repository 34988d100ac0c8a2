// From the clipboard's markup to Markdown that a developer is glad to read. Loaded when it is first
// wanted: who pastes nothing never fetches it.
import TurndownService from "turndown";
import { clean } from "./cleaning.js";

const MOST_PICTURES = 20;
// A clipboard holds anything: it is read in a document where nothing runs, and cleaned there.
const clipboard = self.trustedTypes?.createPolicy("clipboard", { createHTML: (html) => html });

// `{markdown, pictures: [{mark, file}], lost}`: what stands for the page, with a mark where each
// picture that came inside it is to stand; `lost` were elsewhere, and cannot be had.
// `titled`: the text has its title already, so that what is pasted begins below it.
export function markdownOf(html, { titled }) {
  // Styles are only read: by another name nobody tries to apply them, nor to run what comes along.
  const inert = html.replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'/])(style|on[a-z]+)\s*=/gi, "$1 data-$2="));
  const unstyled = inert.replace(/<style[\s\S]*?<\/style>/gi, "");
  const body = clean(new DOMParser().parseFromString(clipboard?.createHTML(unstyled) ?? unstyled, "text/html"));
  const { pictures, lost } = takePictures(body);
  if (titled) below(body);
  const markdown = tidy(service().turndown(body));
  return { markdown, pictures, lost };
}

function service() {
  const made = new TurndownService({
    headingStyle: "atx", hr: "---", bulletListMarker: "-", codeBlockStyle: "fenced",
    emDelimiter: "*", strongDelimiter: "**", br: "\\",
  });
  made.escape = escaped;
  made.addRule("words", { filter: ["p", "div"], replacement: (words, node) => `\n\n${begun(words, node)}\n\n` });
  made.addRule("item", { filter: "li", replacement: item });
  made.addRule("struck", { filter: ["del", "s", "strike"], replacement: (words) => (words.trim() ? `~~${words}~~` : words) });
  made.addRule("table", { filter: "table", replacement: (_words, node) => table(made, node) });
  made.addRule("link", { filter: (node) => node.nodeName === "A" && node.getAttribute("href"), replacement: link });
  made.addRule("place", { filter: (node) => node.nodeName === "IMG", replacement: (_words, node) => node.getAttribute("data-mark") ?? "" });
  return made;
}

// What would mean something else here than on the page it comes from, and nothing more: a text
// full of backslashes is nobody's.
function escaped(text) {
  return text
    .replace(/\\(?=[\\`*_[\]{}()#+\-.!~>|])/g, "\\\\")
    .replace(/[*`]/g, "\\$&")
    .replace(/(^|[\s(])_(?=\S)/g, "$1\\_").replace(/(\S)_(?=$|[\s).,;:])/g, "$1\\_")
    .replace(/\[(?=\[)|\](?=[([])/g, "\\$&")
    .replace(/~~/g, "\\~~").replace(/\{\{/g, "\\{{");
}

// The same for what means something at the start of a line only.
function begun(words, node) {
  if (node.nodeName !== "P" && node.firstChild?.nodeType !== Node.TEXT_NODE) return words;
  return words.replace(/^(\s*)(#{1,6}(?=\s)|>|[-+](?=\s)|:::|---)/, "$1\\$2").replace(/^(\s*\d+)([.)])(?=\s)/, "$1\\$2");
}

function item(words, node, options) {
  const parent = node.parentNode;
  const box = node.querySelector(":scope > input[type=checkbox], :scope > p > input[type=checkbox]");
  const start = Number(parent.getAttribute("start") ?? 1) || 1;
  const marker = parent.nodeName === "OL" ? `${start + Array.prototype.indexOf.call(parent.children, node)}. ` : `${options.bulletListMarker} `;
  const task = box ? `[${box.checked ? "x" : " "}] ` : "";
  // Items follow each other without blank lines: a list, not a stack of paragraphs.
  const inside = begun(words, node).replace(/^\s+|\s+$/g, "").replace(/\n{2,}(?=\s*(?:[-*]|\d+\.) )/g, "\n").replace(/\n/g, `\n${" ".repeat(marker.length)}`).replace(/[ \t]+$/gm, "");
  return marker + task + inside + (node.nextElementSibling ? "\n" : "");
}

function link(words, node) {
  const to = node.getAttribute("href");
  const said = words.replace(/[ \t\n]+/g, " ").trim();
  if (!said) return "";
  if (said === to) return `<${to.replace(/[<>\s]/g, encodeURIComponent)}>`;
  const address = /[()\s<>]/.test(to) ? `<${to.replace(/[<>\s]/g, encodeURIComponent)}>` : to;
  const [before, after] = [words.match(/^\s*/)[0] && " ", words.match(/\s*$/)[0] && " "];
  return `${before}[${said}](${address})${after}`;
}

// A table of one cell, or of one column, is only a layout: its words stand by themselves.
function table(made, node) {
  node.rows[0]?.querySelectorAll("b, strong").forEach((one) => one.replaceWith(...one.childNodes));
  const rows = [...node.rows].map((row) => [...row.cells].flatMap((cell) => {
    const words = made.turndown(cell.innerHTML || " ").replace(/[ \t\n]+/g, " ").replace(/(^|[^\\])\|/g, "$1\\|").trim();
    return [words, ...Array(Math.min(Math.max(cell.colSpan, 1), 20) - 1).fill("")];
  })).filter((row) => row.some(Boolean));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (!rows.length) return "";
  if (columns < 2) return `\n\n${rows.map((row) => row[0]).join("\n\n")}\n\n`;
  const lines = rows.map((row) => `| ${Array.from({ length: columns }, (_, at) => row[at] || " ").join(" | ")} |`.replace(/\|\s{3}(?=\|)/g, "|  "));
  lines.splice(1, 0, `| ${Array(columns).fill("---").join(" | ")} |`);
  return `\n\n${lines.join("\n")}\n\n`;
}

// The title of the page is its own: pasted headings begin with chapters.
function below(body) {
  const all = [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const first = Math.min(...all.map((one) => Number(one.tagName[1])));
  if (first > 1) return;
  for (const one of all) {
    const made = body.ownerDocument.createElement(`h${Math.min(6, Number(one.tagName[1]) + 1)}`);
    made.append(...one.childNodes);
    one.replaceWith(made);
  }
}

// Pictures inside the page (data:) become files; those elsewhere are counted, and left out: the wiki
// shows none that it does not have.
function takePictures(body) {
  const pictures = [];
  let lost = 0;
  for (const node of body.querySelectorAll("img")) {
    const source = node.getAttribute("src") ?? "";
    const file = pictures.length < MOST_PICTURES && /^data:image\/(png|jpe?g|gif|webp);base64,/i.test(source) ? fileOf(source, node.alt) : null;
    // One pixel that only counts readers is no picture.
    const tiny = node.getAttribute("width") === "1" || node.getAttribute("height") === "1";
    if (file) {
      const mark = `%%picture-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}%%`;
      node.setAttribute("data-mark", mark);
      pictures.push({ mark, file });
    } else {
      if (!tiny) lost += 1;
      node.remove();
    }
  }
  return { pictures, lost };
}

function fileOf(source, alt) {
  try {
    const [head, data] = source.split(",", 2);
    const type = head.slice(5).split(";")[0].toLowerCase();
    const bytes = Uint8Array.from(atob(data.replace(/\s/g, "")), (sign) => sign.charCodeAt(0));
    const name = alt.trim().slice(0, 60) || "image";
    const file = new File([bytes], `${name}.${type.split("/")[1].replace("jpeg", "jpg")}`, { type });
    file.alt = alt.replace(/[[\]\\\n]/g, " ").trim();
    return file;
  } catch {
    return null;
  }
}

// French keeps its blanks that do not break where they mean something; elsewhere they are Word's.
function tidy(markdown) {
  return markdown
    .replace(/(«?)\u00a0(?=([:?!;»%€]?))/g, (all, open, shut) => (open || shut ? all : " "))
    .replace(/[\u200b\ufeff\u00ad]/g, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/^\\$/gm, "").replace(/\\\n(?=\n|$)/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
