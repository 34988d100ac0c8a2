"""Every screen, in a real browser, under the site's own policy: nothing is refused."""

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from wiki.frontend.gallery.gallery import DIST, Gallery
from wiki.frontend.gallery.screens import SCREENS

Open = Callable[..., Any]
NAMES = [name for name in SCREENS if name != "hits"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the gallery is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gallery)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def show(chromium: Any, address: str) -> Iterator[Open]:
    """Opens a screen; whatever the browser complains of is kept in ``page.complaints``."""
    contexts = []

    def show(name: str, width: int = 1280, **more: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 844}, **more)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{address}/{name}.html")
        return page

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_refused_and_nothing_scrolls_sideways(show: Open, width: int) -> None:
    page = show(NAMES[0], width)
    for name in NAMES:
        page.goto(page.url.rsplit("/", 1)[0] + f"/{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.locator("h1").count() == 1, name
        assert page.complaints == [], name


def test_a_first_view_is_light(show: Open, address: str) -> None:
    page = show("plain")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/project.html")
    page.evaluate("document.fonts.ready.then(() => true)")
    files = {DIST / url.rsplit("/", 1)[1].split("#")[0] for url in asked if "/-/static/" in url}
    total = sum(
        len(file.read_bytes() if file.suffix == ".woff2" else gzip.compress(file.read_bytes()))
        for file in files
    )
    total += len(gzip.compress(page.content().encode()))
    assert total <= 150_000
    assert not any("editor" in file.name for file in files)


def test_colours_stay_chosen(show: Open) -> None:
    page = show("plain")
    page.click("[data-theme-toggle]")
    page.click("[data-theme-toggle]")
    # theme.js stands before the style sheet, so the choice is there before anything is drawn.
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " window.early = document.documentElement.dataset.theme })"
    )
    page.reload()
    assert page.evaluate("window.early") == "dark"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(25, 23, 21)"


def test_hits_are_walked_through_with_arrows(show: Open) -> None:
    page = show("plain")
    page.keyboard.press("/")
    page.keyboard.type("capteurs")
    page.wait_for_selector("#hits a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('#hits') !== null")
    page.keyboard.press("Escape")
    assert page.locator("#hits").is_hidden()
    assert page.evaluate("document.activeElement.id") == "site-q"


def test_a_choice_in_a_conflict_becomes_the_text(show: Open) -> None:
    page = show("conflict")
    page.check("input[value=mine]")
    assert "vingt-deux euros" in page.input_value("#text")
    assert "24 €" not in page.input_value("#text")
    page.check("input[value=both]")
    text = page.input_value("#text")
    assert text.index("vingt-deux euros") < text.index("24 €") < text.index("## La suite")
