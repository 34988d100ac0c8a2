// Names beside the dots, on paper of their own so that they read over lines: the largest first, and
// none over another.
import { PLAIN, radius } from "./painting.js";

const LONGEST = 34;
const SIZE = 13;
const TALL = 17;
const CELL = 8;
const MOST = 300;

const short = (label) => (label.length > LONGEST ? `${label.slice(0, LONGEST - 1).trimEnd()}…` : label);

// Writes on a picture of this width and height; `always` are written whatever their size.
export function written(context, network, shades, always, { view, width, height, least, palette, font }) {
  const taken = new Set();
  context.lineWidth = 4;
  context.lineJoin = "round";
  const colour = (rgb) => `rgb(${rgb.join(" ")})`;
  const write = (node, strong) => {
    const size = radius(network, view, node);
    const aside = size + (strong ? 8 : 5);
    const x = (network.x[node] - view.x) * view.scale + width / 2 + aside;
    const y = (network.y[node] - view.y) * view.scale + height / 2;
    if (x > width || y < 0 || x < -300 || y > height) return false;
    const label = strong ? network.labels[node] : short(network.labels[node]);
    context.font = `${strong ? 600 : 450} ${SIZE}px ${font}`;
    const cells = cellsOf(x - aside, y, context.measureText(label).width + aside);
    if (!strong && cells.some((cell) => taken.has(cell))) return false;
    for (const cell of cells) taken.add(cell);
    context.strokeStyle = colour(palette.paper);
    context.strokeText(label, x, y + SIZE / 3);
    context.fillStyle = colour(palette.ink);
    context.fillText(label, x, y + SIZE / 3);
    return true;
  };
  for (const node of always) write(node, true);
  let count = 0;
  for (const node of network.largest) {
    if (count >= MOST || radius(network, view, node) < least) break;
    if (shades[node] === PLAIN && !always.has(node) && write(node, false)) count += 1;
  }
}

// A name is a row of cells, of one line's height or two.
function cellsOf(x, y, width) {
  const found = [];
  const rows = new Set([Math.floor((y - TALL / 2) / TALL), Math.floor((y + TALL / 2 - 1) / TALL)]);
  for (const row of rows) {
    for (let cell = Math.floor(x / CELL); cell <= Math.floor((x + width) / CELL); cell++) found.push(row * 100_000 + cell);
  }
  return found;
}
