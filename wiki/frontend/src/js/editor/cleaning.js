// The markup that Word, LibreOffice, Google Docs and web pages put on the clipboard, made plain:
// headings, paragraphs, lists, tables, bold, italic, links, pictures, and nothing else.
// The document it works on was parsed, not loaded: nothing in it runs or is fetched.

const GONE = "style, script, noscript, meta, link, title, head, template, svg, canvas, button, input:not([type=checkbox]), select, textarea, iframe, object, embed, video, audio, form > label";
const hidden = (style) => /display:\s*none|mso-hide:\s*all|visibility:\s*hidden/i.test(style);

const unwrap = (node) => node.replaceWith(...node.childNodes);

function renamed(node, tag) {
  const made = node.ownerDocument.createElement(tag);
  made.append(...node.childNodes);
  node.replaceWith(made);
  return made;
}

export function clean(page) {
  const { body } = page;
  const walker = page.createTreeWalker(page, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  comments.forEach((one) => one.remove());
  // Word's own elements (o:p, v:shape) hold blanks or what a plain browser cannot show.
  for (const node of body.querySelectorAll("*")) if (/^(v|w|m):/i.test(node.localName)) node.remove();
  body.querySelectorAll(GONE).forEach((node) => node.remove());
  for (const node of body.querySelectorAll("[data-style]")) if (hidden(node.getAttribute("data-style"))) node.remove();
  marks(body);
  headings(body);
  lists(body);
  nestedLists(body);
  links(body);
  for (const node of body.querySelectorAll("font, u, ins, small, big, center, o\\:p, label")) unwrap(node);
  for (const node of body.querySelectorAll("a:not([href]), span")) unwrap(node);
  insideCells(body);
  merge(body);
  return body;
}

// Styles that mean bold, italic or struck become elements; bold elements that are not bold go.
function marks(body) {
  for (const node of [...body.querySelectorAll("b, strong, i, em, span, font")]) {
    const style = node.getAttribute("data-style") ?? "";
    const weight = style.match(/(?:^|;)\s*font-weight:\s*(\w+)/i)?.[1];
    const heavy = weight && (/^bold/i.test(weight) || Number(weight) >= 600);
    if (/^(B|STRONG)$/.test(node.tagName)) {
      if (weight && !heavy) unwrap(node);
      continue;
    }
    if (/^(I|EM)$/.test(node.tagName)) {
      if (/(?:^|;)\s*font-style:\s*normal/i.test(style)) unwrap(node);
      continue;
    }
    // Headings and head cells are bold by themselves.
    const wraps = [];
    if (heavy && !node.closest("h1, h2, h3, h4, h5, h6, th")) wraps.push("strong");
    if (/(?:^|;)\s*font-style:\s*italic/i.test(style)) wraps.push("em");
    if (/text-decoration[^;]*line-through/i.test(style)) wraps.push("del");
    for (const tag of wraps) {
      const made = body.ownerDocument.createElement(tag);
      made.append(...node.childNodes);
      node.append(made);
    }
  }
}

// Word's title and its deeper headings are paragraphs with a class.
function headings(body) {
  for (const node of body.querySelectorAll("p[class]")) {
    if (/MsoTitle/i.test(node.className)) renamed(node, "h1");
    else if (/MsoHeading([1-9])/i.test(node.className)) renamed(node, `h${Math.min(6, Number(node.className.match(/MsoHeading([1-9])/i)[1]))}`);
    else if (/Mso(Intense)?Quote/i.test(node.className)) {
      const quote = body.ownerDocument.createElement("blockquote");
      node.replaceWith(quote);
      quote.append(node);
    }
  }
  for (const node of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    node.querySelectorAll("b, strong, u").forEach(unwrap);
    if (!node.textContent.trim() && !node.querySelector("img")) node.remove();
  }
}

// Word's lists are paragraphs that say "mso-list: l0 level2 lfo1" and bring their bullet as text.
function lists(body) {
  const level = (node) => Number(node?.getAttribute?.("data-style")?.match(/mso-list:\s*l\d+\s+level(\d)/i)?.[1] ?? 0);
  for (const first of [...body.querySelectorAll("p[data-style], div[data-style]")]) {
    if (!first.isConnected || !level(first)) continue;
    const items = [];
    for (let next = first; level(next); next = next.nextElementSibling) items.push(next);
    const anchor = body.ownerDocument.createElement("div");
    first.before(anchor);
    const open = [];
    for (const item of items) {
      const deep = level(item);
      const sign = item.querySelector("[data-style*='mso-list'][data-style*='gnore']");
      const bullet = (sign?.textContent ?? "").replace(/\u00a0/g, " ").trim();
      sign?.remove();
      while (open.length && open.at(-1).deep > deep) open.pop();
      if (!open.length || open.at(-1).deep < deep) {
        const list = body.ownerDocument.createElement(/^\(?(\d+|[a-z]|[ivx]+)[.)]/i.test(bullet) ? "ol" : "ul");
        (open.at(-1)?.list.lastElementChild ?? anchor).append(list);
        open.push({ deep, list });
      }
      const line = body.ownerDocument.createElement("li");
      line.append(...item.childNodes);
      open.at(-1).list.append(line);
      item.remove();
    }
    unwrap(anchor);
  }
}

// Google Docs hangs an inner list beside its item, not in it.
function nestedLists(body) {
  for (const list of body.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) {
    const before = list.previousElementSibling;
    if (before?.tagName === "LI") before.append(list);
    else unwrap(list);
  }
  for (const node of body.querySelectorAll("li > p:only-child, li > p:first-child")) unwrap(node);
}

// Addresses that lead somewhere from here; the words of all others stay.
function links(body) {
  for (const link of body.querySelectorAll("a[href]")) {
    let to = link.getAttribute("href").trim();
    const wrapped = to.match(/^https:\/\/www\.google\.com\/url\?(?:.*&)?q=([^&]+)/);
    if (wrapped) {
      try {
        to = decodeURIComponent(wrapped[1]);
      } catch {
        // As it came.
      }
    }
    if (/^(https?:\/\/|mailto:)/i.test(to) && link.textContent.trim()) link.setAttribute("href", to);
    else if (!link.querySelector("img") || !/^(https?:|mailto:)/i.test(to)) unwrap(link);
    link.removeAttribute("title");
  }
}

// A cell is one line: its paragraphs and breaks become blanks.
function insideCells(body) {
  for (const cell of body.querySelectorAll("td, th")) {
    cell.querySelectorAll("br").forEach((node) => node.replaceWith(" "));
    for (const node of cell.querySelectorAll("p, div, h1, h2, h3, h4, h5, h6, li")) {
      if (node.closest("td, th") !== cell) continue;
      node.append(" ");
      unwrap(node);
    }
    cell.querySelectorAll("ul, ol").forEach(unwrap);
  }
}

// "<b>a</b><b>b</b>" is one bold word, and a mark around nothing or around a blank is none.
function merge(body) {
  for (const node of [...body.querySelectorAll("strong, b, em, i, del, s, strike")]) {
    if (!node.textContent.trim() && !node.querySelector("img")) {
      unwrap(node);
      continue;
    }
    while (node.nextSibling?.nodeName === node.nodeName) {
      const next = node.nextSibling;
      node.append(...next.childNodes);
      next.remove();
    }
    if (node.parentElement?.closest(node.localName)) unwrap(node);
  }
  body.normalize();
}
