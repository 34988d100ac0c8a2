// One picture of the map, from the lines up to the dots, in steps between which a browser may do
// something else.
import { stamp } from "./stamps.js";

export const HIDDEN = 0;
export const DIM = 1;
export const PLAIN = 2;

const LINES = 400;
const DOTS = 250;
const PIXELS = 400_000;
// Strength of lines, 0 to 255: where there are many, and where there are few; of the chosen one.
const FAINT = 45;
const STRONG = 90;
const LIT = 150;
const RING = 2;
const RIMMED = 2.5;

// How large a node is on a view: not as fast as distances grow, so that near ones come apart.
export const radius = (network, view, node) => network.size[node] * Math.sqrt(view.near);

export function* painting(network, { shades, chosen, palette }, raster, view, ratio) {
  // Where a node stands in the picture, and how large it is there.
  const spot = {
    right: (node) => (network.x[node] - view.x) * view.scale * ratio + raster.width / 2,
    down: (node) => (network.y[node] - view.y) * view.scale * ratio + raster.height / 2,
    radius: (node) => radius(network, view, node) * ratio,
  };
  raster.clear(palette.paper);
  yield;
  const plain = (node) => shades[node] === PLAIN && node !== chosen;
  yield* lines(network, raster, spot, network.count > 3000 ? FAINT : STRONG, (one, other) => plain(one) && plain(other));
  yield* dyed(raster, palette.edge);
  if (chosen >= 0) {
    // Twice, half a pixel apart: what is looked at has stronger lines.
    const mine = (one, other) => (one === chosen || other === chosen) && shades[one] !== HIDDEN && shades[other] !== HIDDEN;
    yield* lines(network, raster, spot, LIT, mine);
    yield* lines(network, raster, { right: (node) => spot.right(node) + 0.5, down: (node) => spot.down(node) + 0.5 }, LIT, mine);
    yield* dyed(raster, palette.lit);
  }
  yield* dots(network, raster, spot, (node) => shades[node] === DIM, () => palette.dim, null);
  yield* dots(network, raster, spot, (node) => shades[node] === PLAIN, (kind) => palette.kinds[kind], palette.paper);
  if (chosen >= 0 && shades[chosen] !== HIDDEN) ring(network, raster, spot, chosen, palette, RING * ratio);
}

function* lines(network, raster, { right, down }, strength, wanted) {
  const { ends } = network;
  let done = 0;
  for (let at = 0; at < ends.length; at += 2) {
    const [one, other] = [ends[at], ends[at + 1]];
    if (!wanted(one, other)) continue;
    raster.line(right(one), down(one), right(other), down(other), strength);
    if (++done % LINES === 0) yield;
  }
}

function* dyed(raster, colour) {
  for (let at = 0; at < raster.ink.length; at += PIXELS) {
    raster.dye(colour, at, Math.min(at + PIXELS, raster.ink.length));
    yield;
  }
}

// The largest last: a hub is not covered by what is tied to it.
function* dots(network, raster, spot, wanted, colour, paper) {
  let done = 0;
  for (let rank = network.count - 1; rank >= 0; rank--) {
    const node = network.largest[rank];
    if (!wanted(node)) continue;
    const [x, y, size] = [spot.right(node), spot.down(node), spot.radius(node)];
    const far = 2 * size;
    if (x < -far || y < -far || x > raster.width + far || y > raster.height + far) continue;
    const kind = network.names[network.kinds[node]];
    raster.press(stamp(kind, size), x, y, colour(kind), size > RIMMED ? paper : null);
    if (++done % DOTS === 0) yield;
  }
}

function ring(network, raster, spot, node, palette, wide) {
  const kind = network.names[network.kinds[node]];
  const [x, y, size] = [spot.right(node), spot.down(node), spot.radius(node)];
  raster.press(stamp(kind, size + 2 * wide), x, y, palette.ink, palette.paper);
  raster.press(stamp(kind, size + wide), x, y, palette.paper, null);
  raster.press(stamp(kind, size), x, y, palette.kinds[kind], null);
}
