"""Every route that shows a page, on a desk and a phone, light and dark: axe finds nothing, it fits.

Those that a new wiki has something to show on are looked at there, in tests/journeys. On the
narrowest screen, where a desk is that is enlarged four times, all are: once they are open.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browsing import Site, Watched
from tests.journeys.conftest import browsers
from tests.journeys.looking import ADAPT, Looking
from tests.journeys.test_every_screen import VISITED, WRITTEN
from tests.screens.every import Screen, Screens
from wiki.testing import WebServer, sign_in

#: in how many parts they are looked at, by as many processes: none takes a minute where it is alone
_PARTS = 8
#: as wide as a desk of 1280 pixels at 400 %, and as much room between letters, words and lines as
#: some give themselves (WCAG 1.4.10 and 1.4.12)
_NARROW = {"width": 320, "height": 512}
_ROOM = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def served(screens: Screens, web_server: Callable[[Path], WebServer]) -> Iterator[Site]:
    """The wiki of ``screens``, served."""
    folder = screens.world.instance.settings.instance
    server = web_server(folder)
    yield Site(server.url, screens.world.instance, ())
    server.stop()


@pytest.mark.parametrize("part", range(_PARTS))
def test_every_route_is_accessible_and_fits(
    chromium: Any, screens: Screens, served: Site, part: int
) -> None:
    known = _known(screens)
    new = [one for one in screens.all if one.endpoint not in known][part::_PARTS]
    found: dict[str, list[str]] = {}
    with browsers(chromium, served) as browse:
        opened: dict[str, tuple[Watched, Looking]] = {}
        for one in new:
            if one.who not in opened:
                watched = _sign_in(browse(reduced_motion="reduce"), screens, one)
                opened[one.who] = watched, Looking(watched)
            watched, looking = opened[one.who]
            wrong = looking.wrong(one.url)
            watched.page.set_viewport_size(_NARROW)
            if watched.page.locator(ADAPT).count():
                watched.goto(one.url)
            if wrong := wrong + _too_wide(watched):
                found[str(one)] = wrong
    assert found == {}


def test_what_journeys_look_at_fits_where_it_is_enlarged(
    chromium: Any, screens: Screens, served: Site
) -> None:
    known = _known(screens)
    found: dict[str, list[str]] = {}
    with browsers(chromium, served) as browse:
        opened: dict[str, Watched] = {}
        for one in screens.all:
            if one.endpoint not in known:
                continue
            if one.who not in opened:
                opened[one.who] = _sign_in(browse(_NARROW), screens, one)
            opened[one.who].goto(one.url)
            if wrong := _too_wide(opened[one.who]):
                found[str(one)] = wrong
    assert found == {}


def _known(screens: Screens) -> set[str]:
    """The routes that tests/journeys look at."""
    return {screens.endpoint(url) for url in (*VISITED.values(), *WRITTEN.values())}


def _too_wide(watched: Watched) -> list[str]:
    """How much wider than the narrowest screen the page is there, as it is and with more room."""
    narrow = watched.wide()
    watched.page.evaluate(_ROOM)
    # With the larger room, widths are fractions that a pixel is rounded of.
    wide = watched.wide()
    return [f"enlarged: {narrow}, {wide} pixels too wide"] if narrow > 0 or wide > 1 else []


def _sign_in(watched: Watched, screens: Screens, one: Screen) -> Watched:
    if one.who:
        sign_in(watched.page.context, watched.site.url, screens.client(one.who))
    return watched
