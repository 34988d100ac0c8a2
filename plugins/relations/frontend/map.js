// The map of relations: draws what graph.json says, and lets one walk through it by mouse, finger
// and keyboard. The list below says the same, so that nothing is lost where this does not run.
import Graph from "graphology";
import Sigma from "sigma";
import { card } from "./parts/card.js";
import { colours } from "./parts/colours.js";
import { labels } from "./parts/labels.js";
import { walk } from "./parts/walking.js";

const stage = document.querySelector("[data-relations]");
const strings = JSON.parse(stage.dataset.strings);
const canvas = stage.querySelector(".relations-canvas");
const status = stage.querySelector("[role=status]");
const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function graphOf(said) {
  const graph = new Graph({ type: "undirected" });
  for (const [key, label, kind, x, y, url] of said.nodes) {
    graph.addNode(key, { label, kind: said.kinds[kind], x, y: -y, url });
  }
  const keys = said.nodes.map((node) => node[0]);
  for (let at = 0; at < said.edges.length; at += 3) {
    const [source, target, tie] = said.edges.slice(at, at + 3);
    graph.addEdge(keys[source], keys[target], { tie: said.ties[tie] });
  }
  graph.forEachNode((key) => graph.setNodeAttribute(key, "size", size(graph, key, said.centre)));
  return graph;
}

// Hubs are larger, but never so that they cover what is around them.
function size(graph, key, centre) {
  const many = (graph.order > 3000 ? 0.6 : 1) * (graph.order > 300 && canvas.clientWidth < 600 ? 0.55 : 1);
  return (key === centre ? 12 : Math.min(3 + Math.sqrt(graph.degree(key)) * 0.9, 14)) * many;
}

function draw(said) {
  const graph = graphOf(said);
  let palette = colours(stage);
  const state = { chosen: "", near: null, hidden: new Set(), found: null };
  const dim = (key) => (state.near && !state.near.has(key)) || (state.found && !state.found.has(key));
  const sigma = new Sigma(graph, canvas, {
    allowInvalidContainer: true,
    hideEdgesOnMove: graph.order > 1500,
    hideLabelsOnMove: graph.order > 3000,
    labelDensity: 0.9,
    labelGridCellSize: 110,
    labelRenderedSizeThreshold: graph.order > 3000 || canvas.clientWidth < 600 ? 3.8 : 5.5,
    labelFont: getComputedStyle(stage).fontFamily,
    labelSize: 13,
    minCameraRatio: 0.02,
    maxCameraRatio: 3,
    stagePadding: 40,
    zIndex: true,
    ...labels(() => palette),
    nodeReducer: (key, node) => ({
      ...node,
      hidden: state.hidden.has(node.kind),
      color: dim(key) ? palette.dim : palette.kinds[node.kind],
      label: dim(key) ? "" : node.label,
      zIndex: key === state.chosen ? 2 : dim(key) ? 0 : 1,
      highlighted: key === state.chosen,
      forceLabel: key === state.chosen || key === said.centre || Boolean(state.near && state.near.size < 25 && state.near.has(key)),
    }),
    edgeReducer: (key, edge) => {
      const ends = graph.extremities(key);
      const lit = state.chosen && ends.includes(state.chosen);
      return {
        ...edge,
        hidden: ends.some((end) => state.hidden.has(graph.getNodeAttribute(end, "kind")) || (!lit && dim(end))),
        color: lit ? palette.lit : palette.edge,
        size: lit ? 1.6 : 0.7,
        zIndex: lit ? 1 : 0,
      };
    },
  });

  const shown = (key) => !state.hidden.has(graph.getNodeAttribute(key, "kind"));
  const neighbours = (key) => graph.neighbors(key).filter(shown);

  function choose(key, move = false) {
    state.chosen = key;
    state.near = key ? new Set([key, ...graph.neighbors(key)]) : null;
    sigma.refresh({ skipIndexation: true });
    card(stage, key ? described(key) : null, strings, { choose: (one) => choose(one, true), close: () => { choose(""); canvas.focus(); } });
    if (!key) return;
    if (move) goTo(key);
    const { label, kind } = graph.getNodeAttributes(key);
    status.textContent = `${label}, ${strings.names.kinds[kind]}, ${told(neighbours(key).length)}`;
  }

  function goTo(key) {
    const { x, y } = sigma.getNodeDisplayData(key);
    const camera = sigma.getCamera();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    camera.animate({ x, y, ratio: Math.min(camera.ratio, 0.5) }, { duration: still ? 0 : 300 });
  }

  const told = (count) => (count ? (count === 1 ? strings.tie : strings.ties).replace("{count}", count) : strings.none);

  function described(key) {
    const { label, kind, url } = graph.getNodeAttributes(key);
    const ties = neighbours(key).sort((one, other) => graph.degree(other) - graph.degree(one));
    return {
      key, label, url, kind, told: told(ties.length),
      ties: ties.map((one) => ({ key: one, kind: graph.getNodeAttribute(one, "kind"), label: graph.getNodeAttribute(one, "label") })),
    };
  }

  sigma.on("clickNode", ({ node }) => choose(node));
  sigma.on("clickStage", () => choose(""));
  sigma.on("enterNode", () => canvas.classList.add("is-over"));
  sigma.on("leaveNode", () => canvas.classList.remove("is-over"));
  // Where a page scrolls past the map, the wheel is the page's until one has come to the map.
  sigma.getMouseCaptor().on("wheel", (event) => {
    if (!stage.contains(document.activeElement) && !event.original.ctrlKey) event.preventSigmaDefault();
  });
  walk(canvas, sigma, { chosen: () => state.chosen, first: () => said.centre || hub(), neighbours, choose, open: (key) => { location.href = graph.getNodeAttribute(key, "url"); } });
  const hub = () => graph.filterNodes(shown).sort((one, other) => graph.degree(other) - graph.degree(one))[0];

  for (const button of stage.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const camera = sigma.getCamera();
      if (button.dataset.zoom === "in") camera.animatedZoom({ duration: 200 });
      else if (button.dataset.zoom === "out") camera.animatedUnzoom({ duration: 200 });
      else camera.animatedReset({ duration: 300 });
    });
  }

  // The form: kinds come and go at once, words light up what has them.
  const form = document.querySelector(".relations-asked");
  form?.addEventListener("change", (event) => {
    if (event.target.name === "kind") {
      // What the address left out is not here to be shown: then it is asked for.
      const boxes = [...form.querySelectorAll("[name=kind]")];
      const absent = boxes.some((box) => box.checked && !said.nodes.some((node) => said.kinds[node[2]] === box.value));
      if (absent) return form.requestSubmit();
      state.hidden = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
      choose("");
    } else if (event.target.tagName === "SELECT") form.requestSubmit();
  });
  const field = form?.querySelector("[name=q]");
  const names = form?.querySelector("datalist");
  field?.addEventListener("input", () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    const has = (key) => { const label = fold(graph.getNodeAttribute(key, "label")); return words.every((word) => label.includes(word)); };
    const found = words.length ? graph.filterNodes((key) => shown(key) && has(key)) : [];
    state.found = words.length ? new Set(found) : null;
    names.replaceChildren(...found.slice(0, 12).map((key) => new Option(graph.getNodeAttribute(key, "label"))));
    sigma.refresh({ skipIndexation: true });
    const exact = found.find((key) => fold(graph.getNodeAttribute(key, "label")) === fold(field.value.trim()));
    if (exact || found.length === 1) choose(exact ?? found[0], true);
    else if (state.chosen) choose("");
    if (words.length && !found.length) status.textContent = strings.unknown;
  });

  const again = () => { palette = colours(stage); sigma.setSetting("labelColor", { color: palette.ink }); sigma.refresh({ skipIndexation: true }); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  stage.querySelector(".relations-waiting").remove();
  stage.dataset.ready = "";
  if (said.centre) choose(said.centre);
  return sigma;
}

function failed() {
  stage.classList.add("is-failed");
  stage.querySelector(".relations-waiting").textContent = strings.failed;
}

fetch(stage.dataset.url, { headers: { Accept: "application/json" } })
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
  .then(draw)
  .catch(failed);
