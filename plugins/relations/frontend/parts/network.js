// The graph as numbers: a node is its place in what graph.json says, so that ten thousand are a
// few arrays.
export const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// How much wider than high, or higher than wide, a map is made at most to fill its stage.
const STRETCH = 2.2;

// `aspect` is how much wider than high the stage is.
export function networkOf(said, narrow, aspect) {
  const count = said.nodes.length;
  const made = {
    count,
    keys: said.nodes.map((node) => node[0]),
    labels: said.nodes.map((node) => node[1]),
    kinds: Uint8Array.from(said.nodes, (node) => node[2]),
    urls: said.nodes.map((node) => node[5]),
    x: Float32Array.from(said.nodes, (node) => node[3]),
    y: Float32Array.from(said.nodes, (node) => node[4]),
    names: said.kinds,
    ends: new Uint32Array((said.edges.length / 3) * 2),
  };
  for (let at = 0, edge = 0; at < said.edges.length; at += 3) {
    made.ends[edge++] = said.edges[at];
    made.ends[edge++] = said.edges[at + 1];
  }
  stretch(made, aspect);
  made.centre = said.centre ? made.keys.indexOf(said.centre) : -1;
  Object.assign(made, beside(made));
  made.size = Float32Array.from(made.keys, (_key, node) => size(made, node, narrow));
  made.largest = Uint32Array.from(made.keys.keys()).sort((one, other) => made.size[other] - made.size[one] || one - other);
  made.folded = made.labels.map(fold);
  return made;
}

// A map is as good as round, a screen is not: what lies aside goes further aside, or nearer.
function stretch(network, aspect) {
  const { left, top, right, bottom } = bounds(network);
  if (!(right > left) || !(bottom > top)) return;
  const wanted = aspect / ((right - left) / (bottom - top));
  const more = Math.sqrt(Math.min(Math.max(wanted, 1 / STRETCH), STRETCH));
  for (let node = 0; node < network.count; node++) {
    network.x[node] *= more;
    network.y[node] /= more;
  }
}

// The box in which everything stands.
export function bounds({ x, y, count }) {
  const found = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let node = 0; node < count; node++) {
    found.left = Math.min(found.left, x[node]);
    found.right = Math.max(found.right, x[node]);
    found.top = Math.min(found.top, y[node]);
    found.bottom = Math.max(found.bottom, y[node]);
  }
  return found;
}

// Where the neighbours of each node begin in one list of all.
function beside({ count, ends }) {
  const starts = new Uint32Array(count + 1);
  for (const node of ends) starts[node + 1] += 1;
  for (let node = 0; node < count; node++) starts[node + 1] += starts[node];
  const list = new Uint32Array(ends.length);
  const next = starts.slice();
  for (let at = 0; at < ends.length; at += 2) {
    const [one, other] = [ends[at], ends[at + 1]];
    list[next[one]++] = other;
    list[next[other]++] = one;
  }
  return { degree: (node) => starts[node + 1] - starts[node], neighbours: (node) => Array.from(list.subarray(starts[node], starts[node + 1])) };
}

// Hubs are larger, but never so that they cover what is around them.
function size(network, node, narrow) {
  const many = (network.count > 3000 ? 0.6 : network.count < 150 ? 1.3 : 1) * (narrow && network.count > 40 ? 0.55 : 1);
  return (node === network.centre ? 12 : Math.min(3 + Math.sqrt(network.degree(node)) * 0.9, 14)) * many;
}
