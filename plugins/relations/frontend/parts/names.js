// Names beside the dots, on paper of their own so that they read over lines: the largest first, none
// over another, each on the side where it covers the fewest dots.
import { PLAIN, radius } from "./painting.js";
import { Crowd } from "./crowd.js";

const LONGEST = 34;
const LONGEST_OF_CHOSEN = 48;
const SIZE = 13;
const TALL = 17;
const MOST = 300;
// Dots that a name may cover where names are for hubs alone; the largest few have theirs anyway.
const COVERED = 4;
const ALWAYS = 8;
// What it is worth to stay on the stage, and to keep off another name, in dots.
const OFF = 2;
const OVER = 20;

const short = (label, most) => (label.length > most ? `${label.slice(0, most - 1).trimEnd()}…` : label);

// Writes on a picture of this width and height; `always` are written whatever their size; `seen`
// is the part of the stage in the picture's middle that nothing else lies on.
export function written(context, network, shades, always, { view, width, height, size, seen: free, least, palette, font }) {
  const spot = (node) => [(network.x[node] - view.x) * view.scale + width / 2, (network.y[node] - view.y) * view.scale + height / 2, radius(network, view, node)];
  const crowd = new Crowd();
  for (let node = 0; node < network.count; node++) {
    if (shades[node] !== PLAIN) continue;
    const [x, y, size] = spot(node);
    if (x > -size && y > -size && x < width + size && y < height + size) crowd.dot(node, x, y, size);
  }
  const [left, top] = [(width - size.width) / 2, (height - size.height) / 2];
  const seen = { left: left + free.left, top: top + free.top, right: left + free.right, bottom: top + free.bottom };
  const inside = (box) => box.left >= seen.left && box.right <= seen.right && box.top >= seen.top && box.bottom <= seen.bottom;
  context.lineWidth = 4;
  context.lineJoin = "round";
  const colour = (rgb) => `rgb(${rgb.join(" ")})`;
  const write = (node, strong, most) => {
    const [x, y, size] = spot(node);
    if (x > width || y < 0 || x < 0 || y > height) return false;
    const label = short(network.labels[node], strong ? LONGEST_OF_CHOSEN : LONGEST);
    context.font = `${strong ? 600 : 450} ${SIZE}px ${font}`;
    const boxes = around(x, y, size + (strong ? 8 : 5), context.measureText(label).width);
    const watched = x >= seen.left && x <= seen.right;
    let best = null;
    let cost = Infinity;
    for (const box of boxes) {
      const over = crowd.named(box);
      if (over && !strong) continue;
      const own = crowd.covered(box, node) + (over ? OVER : 0) + (watched && !inside(box) ? OFF : 0);
      if (own < cost) [best, cost] = [box, own];
      if (!cost) break;
    }
    if (!best || (!strong && cost > most)) return false;
    crowd.name(best);
    context.strokeStyle = colour(palette.paper);
    context.strokeText(label, best.left, best.top + TALL / 2 + SIZE / 3);
    context.fillStyle = colour(palette.ink);
    context.fillText(label, best.left, best.top + TALL / 2 + SIZE / 3);
    return true;
  };
  for (const node of always) write(node, true);
  let count = 0;
  for (const node of network.largest) {
    if (count >= MOST || radius(network, view, node) < least) break;
    if (shades[node] === PLAIN && !always.has(node) && write(node, false, !least ? 0 : count < ALWAYS ? Infinity : COVERED)) count += 1;
  }
}

// Where a name may stand: right of its dot, left of it, below, above.
function around(x, y, aside, wide) {
  const at = (left, top) => ({ left, top, right: left + wide, bottom: top + TALL });
  return [at(x + aside, y - TALL / 2), at(x - aside - wide, y - TALL / 2), at(x - wide / 2, y + aside - 2), at(x - wide / 2, y - aside + 2 - TALL)];
}
