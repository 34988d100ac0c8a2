// The map of relations: draws what graph.json says, and lets one walk through it by mouse, finger
// and keyboard. The list below says the same, so that nothing is lost where this does not run.
import { card } from "./parts/card.js";
import { colours } from "./parts/colours.js";
import { listen } from "./parts/form.js";
import { written } from "./parts/names.js";
import { fold, networkOf } from "./parts/network.js";
import { DIM, HIDDEN, PLAIN, radius } from "./parts/painting.js";
import { Picture } from "./parts/picture.js";
import { point } from "./parts/pointing.js";
import { View } from "./parts/view.js";
import { walk } from "./parts/walking.js";

const stage = document.querySelector("[data-relations]");
const strings = JSON.parse(stage.dataset.strings);
const canvas = stage.querySelector(".relations-canvas");
const status = stage.querySelector("[role=status]");
// The neighbours of one are all named where they are fewer.
const NAMED = 25;
// Where there are fewer dots, or fewer that were found, each is named if there is room.
const FEW = 400;
// On a narrow stage more dots than these are not looked at all together at first.
const AT_ONCE = 60;
// Pixels around a dot that are still it.
const REACH = 3;

function draw(said) {
  const narrow = canvas.clientWidth < 600;
  const network = networkOf(said, narrow, canvas.clientWidth / Math.max(canvas.clientHeight, 1));
  const view = new View(network);
  const state = { chosen: -1, hidden: new Set(), found: null };
  const shown = { shades: new Uint8Array(network.count).fill(PLAIN), chosen: -1, palette: colours(stage, said.kinds) };
  const kindOf = (node) => said.kinds[network.kinds[node]];
  const visible = (node) => !state.hidden.has(kindOf(node));
  const neighbours = (node) => network.neighbours(node).filter(visible);

  // The names that are always written: of the chosen one, of the few beside it, of the centre.
  function named() {
    const beside = state.chosen >= 0 ? neighbours(state.chosen) : [];
    return new Set([state.chosen, network.centre, ...(beside.length < NAMED ? beside : [])].filter((node) => node >= 0 && visible(node)));
  }

  const font = getComputedStyle(stage).fontFamily;
  // How large a dot is that is named, where there is room: all of them where there are few to name.
  const usual = network.count > 3000 || narrow ? 3.8 : 5.5;
  const least = () => (network.count < FEW || (state.found && state.found.size < FEW) ? 0 : usual);
  const picture = new Picture(canvas, network, view, () => shown, (context, place, width, height) => {
    written(context, network, shown.shades, named(), { view: place, width, height, size: view.size, seen: view.free, least: least(), palette: shown.palette, font });
  });

  function refresh() {
    const near = state.chosen >= 0 ? new Set([state.chosen, ...network.neighbours(state.chosen)]) : null;
    for (let node = 0; node < network.count; node++) {
      const dim = (near && !near.has(node)) || (state.found && !state.found.has(node));
      shown.shades[node] = visible(node) ? (dim ? DIM : PLAIN) : HIDDEN;
    }
    shown.chosen = state.chosen;
    picture.anew();
  }

  function choose(node, move = false) {
    if (node === state.chosen && !move) return;
    state.chosen = node;
    refresh();
    card(stage, node >= 0 ? described(node) : null, strings, { choose: (one) => choose(one, true), close: () => { choose(-1); canvas.focus(); } });
    if (node < 0) return;
    if (move) {
      uncover();
      view.go(view.centred(network.x[node], network.y[node], Math.max(view.scale, Math.min(2 * view.whole, 60))));
    }
    status.textContent = `${network.labels[node]}, ${strings.names.kinds[kindOf(node)]}, ${told(neighbours(node).length)}`;
  }

  // What the card and the buttons lie on is not looked at.
  function uncover() {
    const box = stage.querySelector(".relations-card");
    const buttons = narrow ? stage.querySelector(".relations-zoom").offsetWidth : 0;
    view.covered = narrow ? { left: buttons / 2, right: buttons, bottom: box.offsetHeight } : { left: box.offsetLeft + box.offsetWidth, right: 0, bottom: 0 };
  }

  const told = (count) => (count ? (count === 1 ? strings.tie : strings.ties).replace("{count}", count) : strings.none);

  function described(node) {
    const ties = neighbours(node).sort((one, other) => network.degree(other) - network.degree(one));
    return {
      key: network.keys[node], centre: node === network.centre, label: network.labels[node], url: network.urls[node], kind: kindOf(node), told: told(ties.length),
      ties: ties.map((one) => ({ node: one, kind: kindOf(one), label: network.labels[one] })),
    };
  }

  // The dot at a place of the stage, the nearest where several are; -1 where none is.
  function under(right, down, more = 0) {
    let found = -1;
    let least = 1;
    for (let node = 0; node < network.count; node++) {
      if (shown.shades[node] === HIDDEN) continue;
      const [x, y] = view.seen(network.x[node], network.y[node]);
      const far = Math.hypot(x - right, y - down) / (radius(network, view, node) + REACH + more);
      if (far < least) [found, least] = [node, far];
    }
    return found;
  }

  const tip = stage.querySelector(".relations-tip");
  function over(right, down) {
    const node = under(right, down);
    canvas.classList.toggle("is-over", node >= 0);
    tip.hidden = node < 0 || node === state.chosen;
    if (tip.hidden) return;
    const [x, y] = view.seen(network.x[node], network.y[node]);
    tip.textContent = network.labels[node];
    const beside = x > view.size.width * 0.6 ? "calc(-100% - 0.75rem)" : "0.75rem";
    tip.style.transform = `translate(calc(${Math.round(x)}px + ${beside}), calc(${Math.round(y)}px - 50%))`;
  }

  view.moved = () => { tip.hidden = true; picture.moved(); };
  point(canvas, view, {
    over,
    click: (right, down, more) => choose(under(right, down, more)),
    // Where a page scrolls past the map, the wheel is the page's until one has come to the map.
    wheel: (event) => event.ctrlKey || stage.contains(document.activeElement),
  });
  const hub = () => network.largest.find(visible) ?? -1;
  walk(canvas, network, view, { chosen: () => state.chosen, first: () => (network.centre >= 0 ? network.centre : hub()), neighbours, choose, open: (node) => { location.href = network.urls[node]; } });
  for (const button of stage.querySelectorAll("[data-zoom]")) {
    const middle = () => [view.size.width / 2, view.size.height / 2];
    button.addEventListener("click", () => { uncover(); view.go(button.dataset.zoom === "all" ? view.all() : view.zoomed(button.dataset.zoom === "in" ? 1.6 : 1 / 1.6, ...middle()), 200); });
  }

  listen(document.querySelector(".relations-asked"), {
    has: (kind) => network.kinds.some((one) => said.kinds[one] === kind),
    hide: (kinds) => { state.hidden = kinds; state.chosen = -1; card(stage, null, strings, {}); refresh(); },
    find: (words) => (words.length ? [...network.largest].filter((node) => visible(node) && words.every((word) => network.folded[node].includes(word))) : null),
    show: (found, typed) => {
      state.found = found && new Set(found);
      const exact = found?.find((node) => network.folded[node] === fold(typed.trim()));
      if (found && (exact !== undefined || found.length === 1)) choose(exact ?? found[0], true);
      else { state.chosen = -1; card(stage, null, strings, {}); }
      refresh();
      if (found && !found.length) status.textContent = strings.unknown;
    },
    label: (node) => network.labels[node],
  });

  function fit() {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height || (width === view.size.width && height === view.size.height)) return;
    view.resize(width, height);
    picture.resize(width, height);
  }

  const again = () => { shown.palette = colours(stage, said.kinds); picture.anew(); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  canvas.addEventListener("painted", () => { stage.querySelector(".relations-waiting").remove(); stage.dataset.ready = ""; }, { once: true });
  // A phone begins with what is near: a page of one's own, else the project with most relations,
  // and what is tied to it; “Show it whole” shows the rest.
  const near = () => {
    if (network.centre >= 0 || !narrow || network.count <= AT_ONCE) return -1;
    const own = said.start ? network.keys.indexOf(said.start) : -1;
    return own >= 0 ? own : [...network.largest].find((node) => kindOf(node) === "project") ?? hub();
  };
  const start = near();
  if (network.centre >= 0) choose(network.centre);
  else if (start >= 0) choose(start);
  uncover();
  fit();
  if (start >= 0) view.set(view.around([start, ...neighbours(start)], network));
  new ResizeObserver(fit).observe(canvas);
}

function failed() {
  stage.classList.add("is-failed");
  stage.querySelector(".relations-waiting").textContent = strings.failed;
}

fetch(stage.dataset.url, { headers: { Accept: "application/json" } })
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
  .then(draw)
  .catch(failed);
