"""The map of relations in a browser: until it may be used, and frames while one pans over it.

The reference, in the same run and browser, is the frames of an empty page that is asked as often.
The network is made up: hubs, teams and links among so many nodes, laid out by our own layout. GL is
done in software, where the machine has no card.
"""

import importlib
import json
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.lines import Line, timed

ROOT = Path(__file__).parents[1]
_FEW, _MANY = 2_000, 10_000
#: seconds until the smaller map may be used, and to lay the larger one out; frames a second
_READY, _LAID, _FRAMES = 2.0, 60.0, 30.0
#: frames that are counted while panning
_COUNTED = 60
_PAN = """async (count) => {
  const canvas = document.querySelector(".relations-canvas .sigma-mouse") ?? document.body;
  const send = (type, x) => canvas.dispatchEvent(new MouseEvent(type,
    { bubbles: true, clientX: x, clientY: 400, button: 0, buttons: 1 }));
  send("mousedown", 640);
  const begun = performance.now();
  for (let at = 0; at < count; at++) {
    send("mousemove", 640 + 200 * Math.sin(at / 8));
    await new Promise(requestAnimationFrame);
  }
  const seconds = (performance.now() - begun) / 1000;
  send("mouseup", 640);
  return count / seconds;
}"""
_PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/wiki.css">
<link rel="stylesheet" href="/map.css"><div class="relations-stage" data-relations
data-url="/graph.json" data-strings='{"names":{"kinds":{},"ties":{}},"ties":"","tie":"","none":""}'>
<div class="relations-canvas" tabindex="0"></div><p role="status"></p>
<p class="relations-waiting"></p><div class="relations-card"></div></div>
<script type="module" src="/map.js"></script>"""


def run() -> Iterator[Line]:
    """Both sizes: the layout, the map until it is there, panning over it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            empty = _frames(browser, "<!doctype html><body>", "{}", ready=False)[1]
            for size in (_FEW, _MANY):
                begun = time.perf_counter()
                said = _network(size)
                laid = time.perf_counter() - begun
                yield timed(f"A layout of {size:,} nodes", laid, laid, "itself", _LAID)
                ready, frames = _frames(browser, _PAGE, json.dumps(said))
                target = _READY if size == _FEW else None
                yield timed(f"A map of {size:,} nodes, drawn", ready, laid, "its layout", target)
                yield Line(
                    f"Frames a second over {size:,} nodes",
                    f"{frames:.0f}",
                    f"{empty:.0f} on an empty page",
                    f"× {frames / empty:.2f}",
                    f"≥ {_FRAMES:.0f}",
                    frames >= _FRAMES,
                )
        finally:
            browser.close()


def _frames(browser: Any, page: str, data: str, *, ready: bool = True) -> tuple[float, float]:
    """Seconds until the map is there, and the frames a second while one pans."""
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
    frames = tab.evaluate(_PAN, _COUNTED)
    tab.close()
    return seconds, float(frames)


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
