// Small things that many modules of the editor want: folded words, pictures, today.
const SVG = "http://www.w3.org/2000/svg";

export const fold = (word) => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae");

// Our own number of days: the day of who writes, not Greenwich's.
export function today() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

// An element with its class and its words.
export function make(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// The icon `name` of the sprite at `icons`; needs and offers have their dots.
export function picture(icons, name) {
  if (name === "need" || name === "offer") {
    const dot = make("span", `dot ${name}`);
    dot.setAttribute("aria-hidden", "true");
    return dot;
  }
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}
