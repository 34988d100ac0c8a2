// The keyboard: arrows go to the neighbour that lies that way, Enter opens, Escape leaves.
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Of the neighbours on that side, the one that is straightest ahead and nearest.
function ahead(sigma, from, neighbours, [right, down]) {
  const place = (key) => { const { x, y } = sigma.getNodeDisplayData(key); return sigma.framedGraphToViewport({ x, y }); };
  const here = place(from);
  let best = "";
  let least = Infinity;
  for (const key of neighbours) {
    const there = place(key);
    const along = (there.x - here.x) * right + (there.y - here.y) * down;
    const aside = Math.abs((there.x - here.x) * down) + Math.abs((there.y - here.y) * right);
    if (along > 0 && along + 2 * aside < least) [best, least] = [key, along + 2 * aside];
  }
  return best;
}

export function walk(canvas, sigma, { chosen, first, neighbours, choose, open }) {
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way) {
      const next = chosen() ? ahead(sigma, chosen(), neighbours(chosen()), way) : first();
      if (next) choose(next, true);
    } else if (event.key === "Enter" && chosen()) open(chosen());
    else if (event.key === "Escape" && chosen()) choose("");
    else if (event.key === "+" || event.key === "=") sigma.getCamera().animatedZoom({ duration: 150 });
    else if (event.key === "-") sigma.getCamera().animatedUnzoom({ duration: 150 });
    else return;
    event.preventDefault();
  });
}
