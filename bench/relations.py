"""The map of relations in a browser: until it may be used, and frames while one pans over it.

The reference, in the same run and browser, is the frames of an empty page that is asked as often.
The network is made up: hubs, teams and links among so many nodes, laid out by our own layout. The
browser draws without a graphics card.
"""

import importlib
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.lines import Line, timed
from wiki.testing import chromium_path

ROOT = Path(__file__).parents[1]
_FEW, _MANY = 2_000, 10_000
#: seconds until the smaller map may be used, and to lay the larger one out; frames a second
_READY, _LAID, _FRAMES = 2.0, 60.0, 30.0
#: frames that are counted while panning
_COUNTED = 120
# Frames count in which the picture stands elsewhere than in the last one; the pointer draws circles
# wide enough that what lies beside the stage has to be painted meanwhile.
_PAN = """async ([count, zooms]) => {
  const canvas = document.querySelector(".relations-canvas") ?? document.body;
  const picture = canvas.querySelector("canvas") ?? { style: {} };
  const send = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type,
    { bubbles: true, clientX: x, clientY: y, button: 0, pointerId: 1, pointerType: "mouse" }));
  const turn = (at) => [640 + 300 * Math.sin(at / 15), 400 + 150 * Math.cos(at / 15) - 150];
  const frame = () => new Promise(requestAnimationFrame);
  send("pointerdown", ...turn(0));
  await frame();
  let last = "";
  let moved = 0;
  let longest = 0;
  const begun = performance.now();
  let before = begun;
  for (let at = 1; at <= count; at++) {
    if (zooms) canvas.dispatchEvent(new WheelEvent("wheel",
      { deltaY: at % 60 < 30 ? -4 : 4, clientX: 500, clientY: 300, ctrlKey: true,
        cancelable: true }));
    else send("pointermove", ...turn(at));
    await frame();
    // The picture follows in the frame that was asked for last.
    await 0;
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    moved += picture.style.transform !== last;
    last = picture.style.transform;
  }
  const seconds = (performance.now() - begun) / 1000;
  send("pointerup", ...turn(count));
  return { moved: moved / seconds, asked: count / seconds, longest };
}"""
_PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/wiki.css">
<link rel="stylesheet" href="/map.css"><div class="relations-stage" data-relations
data-url="/graph.json" data-strings='{"names":{"kinds":{},"ties":{}},"ties":"","tie":"","none":""}'>
<div class="relations-canvas" tabindex="0"></div><p role="status"></p>
<p class="relations-tip" hidden></p><p class="relations-waiting"></p>
<div class="relations-card"></div></div>
<script type="module" src="/map.js"></script>"""


def run() -> Iterator[Line]:
    """Both sizes: the layout, the map until it is there, panning over it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            empty = _opened(browser, "<!doctype html><body>", "{}", ready=False)[1]["asked"]
            for size in (_FEW, _MANY):
                begun = time.perf_counter()
                said = _network(size)
                laid = time.perf_counter() - begun
                yield timed(f"A layout of {size:,} nodes", laid, laid, "itself", _LAID)
                ready, panned, zoomed = _opened(browser, _PAGE, json.dumps(said))
                target = _READY if size == _FEW else None
                yield timed(f"A map of {size:,} nodes, drawn", ready, laid, "its layout", target)
                for what, frames in (("panning", panned), ("zooming", zoomed)):
                    yield Line(
                        f"Frames a second that move, {what} over {size:,} nodes",
                        f"{frames['moved']:.0f} (longest {frames['longest']:.0f} ms)",
                        f"{empty:.0f} on an empty page",
                        f"× {frames['moved'] / empty:.2f}",
                        f"≥ {_FRAMES:.0f}",
                        frames["moved"] >= _FRAMES,
                    )
        finally:
            browser.close()


def _opened(
    browser: Any, page: str, data: str, *, ready: bool = True
) -> tuple[float, dict[str, float], dict[str, float]]:
    """Seconds until the map may be used, and the frames while one pans and zooms."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    dist = ROOT / "wiki" / "static" / "dist"
    manifest = json.loads((dist / "manifest.json").read_text())
    style = ROOT / "plugins" / "relations" / "static" / "map.css"
    answers = {
        "/": ("text/html", page.encode()),
        "/graph.json": ("application/json", data.encode()),
        "/map.css": ("text/css", style.read_bytes()),
        "/wiki.css": ("text/css", (dist / manifest["wiki.css"]).read_bytes()),
        "/map.js": ("text/javascript", (dist / manifest["relations-map.js"]).read_bytes()),
    }

    def answer(route: Any) -> None:
        path = "/" + route.request.url.split("/", 3)[3]
        kind, body = answers.get(path, ("text/plain", b""))
        if path.startswith("/shared-"):
            kind, body = "text/javascript", (dist / path[1:]).read_bytes()
        route.fulfill(body=body, content_type=kind)

    tab.route("**/*", answer)
    begun = time.perf_counter()
    tab.goto("http://map.test/")
    if ready:
        tab.wait_for_selector("[data-ready]", timeout=60_000)
    seconds = time.perf_counter() - begun
    panned = tab.evaluate(_PAN, [_COUNTED, False])
    zoomed = tab.evaluate(_PAN, [_COUNTED, True])
    tab.close()
    return seconds, panned, zoomed


def _network(size: int) -> dict[str, Any]:
    """What graph.json says of a made-up network of ``size`` nodes."""
    layout = importlib.import_module("plugins.relations.layout")
    graphs = importlib.import_module("plugins.relations.graph")
    chance = random.Random(7)  # noqa: S311 - no secret
    hubs = size // 40
    pairs = {(n, chance.randrange(hubs)) for n in range(hubs, size)}
    pairs |= {(chance.randrange(hubs, size), chance.randrange(size)) for _ in range(size)}
    edges = np.array(sorted((a, b) for a, b in pairs if a != b))
    start = np.random.default_rng(7).normal(size=(size, 2)) * size**0.5
    at = layout.laid_out(start, edges, layout.FIRST).round(1).tolist()
    nodes = [[f"n{n}", f"Noeud {n}", n % 5, x, y, "/"] for n, (x, y) in enumerate(at)]
    flat = [int(number) for a, b in edges for number in (a, b, 0)]
    return {
        "kinds": graphs.KINDS,
        "ties": graphs.TIES,
        "centre": "",
        "nodes": nodes,
        "edges": flat,
    }
