"""Shows every screen with made-up data, under the same security policy as the site.

python -m wiki.frontend.gallery.gallery serve
python -m wiki.frontend.gallery.gallery shoot FOLDER [SCREEN …]
"""

import functools
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup

from wiki.frontend.gallery.samples import Values
from wiki.frontend.gallery.screens import SCREENS, base
from wiki.rendering.sanitize import clean
from wiki.templating import environment
from wiki.translation import use_language

ROOT = Path(__file__).parents[3]
DIST = ROOT / "wiki/static/dist"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; object-src 'none'"
)
say = functools.partial(print, flush=True)
JINJA = environment([ROOT / "templates"], ZoneInfo("Europe/Paris"))


def render(name: str, lang: str = "fr") -> str:
    """The screen called ``name``, with its sample data."""
    template, values = SCREENS[name]
    with use_language(lang):
        if isinstance(values.get("html"), tuple):
            # What plugins put into a text passes the gate, here as there.
            values = values | {"html": Markup(clean(str(piece(*values["html"]))))}  # noqa: S704
        if "asides" in values:
            head = [piece(*one) for one in values["asides"]["head"]]
            values = values | {"asides": values["asides"] | {"head": head}}
        return JINJA.get_template(template).render(base() | values)


def piece(source: str, values: Values) -> Markup:
    """A part of a page, drawn as a plugin's template would be."""
    imported = '{% import "_ui.html" as ui with context %}'
    return Markup(JINJA.from_string(imported + source).render(base() | values))  # noqa: S704


class Gallery(BaseHTTPRequestHandler):
    """One address a screen; ``/`` lists them."""

    def do_GET(self) -> None:
        """Answers with a screen, a built file or the list."""
        parts = urlsplit(self.path)
        lang = parse_qs(parts.query).get("lang", ["fr"])[0]
        name = parts.path.strip("/").removesuffix(".html")
        if parts.path.startswith("/-/static/"):
            file = DIST / Path(parts.path).name
            self._answer(file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))
        elif parts.path == "/-/search":
            self._answer(render("hits", lang).encode())
        elif parts.path == "/-/suggest":
            self._answer(b'[{"title": "Cahier des charges", "path": "projets/lora/cahier"}]')
        elif name in SCREENS:
            self._answer(render(name, lang).encode())
        else:
            lines = "".join(f'<li><a href="/{one}.html">{one}</a></li>' for one in SCREENS)
            self._answer(f"<!doctype html><title>Gallery</title><ul>{lines}</ul>".encode())

    def do_POST(self) -> None:
        """Answers the editor's preview with its own sample."""
        size = int(self.headers.get("Content-Length", 0))
        self.rfile.read(size)
        self._answer(str(SCREENS["project"][1]["html"]).encode())

    def _answer(self, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def shoot(address: str, folder: Path, names: list[str]) -> None:
    """Pictures of each screen: wide and narrow, light and dark; prints what the browser minds."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        for width, height in ((1280, 900), (390, 844)):
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                page = context.new_page()
                page.on("console", lambda said: say("  console:", said.text))
                page.on("pageerror", lambda error: say("  error:", error))
                for name in names:
                    page.goto(f"{address}/{name}.html")
                    page.wait_for_load_state("networkidle")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        say(f"  {name} at {width}: scrolls sideways ({wide})")
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()
        browser.close()


def main() -> None:
    """Serves the gallery, or serves it just long enough to take the pictures."""
    server = ThreadingHTTPServer(("127.0.0.1", 8099 if sys.argv[1] == "serve" else 0), Gallery)
    address = f"http://127.0.0.1:{server.server_port}"
    if sys.argv[1] == "serve":
        say(address)
        server.serve_forever()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shoot(address, Path(sys.argv[2]), sys.argv[3:] or [one for one in SCREENS if one != "hits"])


if __name__ == "__main__":
    main()
