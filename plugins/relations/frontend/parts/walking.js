// The keyboard: arrows go to the neighbour that lies that way, Enter opens, Escape leaves.
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Of the neighbours on that side, the one that is straightest ahead and nearest; -1 where none is.
function ahead(network, from, neighbours, [right, down]) {
  let best = -1;
  let least = Infinity;
  for (const node of neighbours) {
    const [x, y] = [network.x[node] - network.x[from], network.y[node] - network.y[from]];
    const along = x * right + y * down;
    const aside = Math.abs(x * down) + Math.abs(y * right);
    if (along > 0 && along + 2 * aside < least) [best, least] = [node, along + 2 * aside];
  }
  return best;
}

export function walk(canvas, network, view, { chosen, first, neighbours, choose, open }) {
  const zoom = (factor) => view.go(view.zoomed(factor, view.size.width / 2, view.size.height / 2), 150);
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way) {
      const next = chosen() >= 0 ? ahead(network, chosen(), neighbours(chosen()), way) : first();
      if (next >= 0) choose(next, true);
    } else if (event.key === "Enter" && chosen() >= 0) open(chosen());
    else if (event.key === "Escape" && chosen() >= 0) choose(-1);
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else return;
    event.preventDefault();
  });
}
