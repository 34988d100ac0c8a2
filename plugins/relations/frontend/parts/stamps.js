// What a node looks like: each kind has a shape of its own, so that colour is not all that tells.
// A shape is how far a point lies outside of it, in pixels, for a node of a given radius.
const box = (right, down) => (x, y, r) => Math.max(Math.abs(x) - right * r, Math.abs(y) - down * r);

// As large as the circle of that radius.
function polygon(corners, turned) {
  const inner = Math.sqrt(Math.PI / (corners * Math.tan(Math.PI / corners)));
  const sides = Array.from({ length: corners }, (_none, side) => turned + (side * 2 * Math.PI) / corners);
  const ways = sides.map((angle) => [Math.cos(angle), Math.sin(angle)]);
  return (x, y, r) => Math.max(...ways.map(([right, down]) => x * right + y * down)) - inner * r;
}

const circle = (x, y, r) => Math.hypot(x, y) - r;
const [bar, pole] = [box(1.2, 0.5), box(0.5, 1.2)];
const SHAPES = {
  project: circle,
  person: polygon(4, Math.PI / 4),
  need: polygon(3, Math.PI / 2),
  theme: polygon(4, 0),
  territory: polygon(6, 0),
  dossier: box(0.72, 1.1),
  event: polygon(3, -Math.PI / 2),
  carrefour: (x, y, r) => Math.min(bar(x, y, r), pole(x, y, r)),
  organisation: box(1.2, 0.68),
};
const RIM = 1.2;
const kept = new Map();

// How much of each pixel around the middle the shape covers, and how much its paper rim, 0 to 255.
export function stamp(kind, radius) {
  const round = Math.max(Math.round(radius * 2) / 2, 1);
  const name = `${kind} ${round}`;
  if (!kept.has(name)) kept.set(name, made(SHAPES[kind] ?? circle, round));
  return kept.get(name);
}

function made(shape, radius) {
  const reach = Math.ceil(radius * 1.6 + RIM);
  const wide = 2 * reach + 1;
  const inner = new Uint8Array(wide * wide);
  const outer = new Uint8Array(wide * wide);
  for (let y = -reach, at = 0; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++, at++) {
      const beyond = shape(x, y, radius);
      inner[at] = covered(beyond);
      outer[at] = covered(beyond - RIM);
    }
  }
  return { reach, wide, inner, outer };
}

const covered = (beyond) => Math.round(255 * Math.min(Math.max(0.5 - beyond, 0), 1));
