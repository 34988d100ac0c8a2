"""Every route that shows a page, on a desk and a phone, light and dark: axe finds nothing, it fits.

Those that a new wiki has something to show on are looked at there, in tests/journeys.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browsing import Site
from tests.journeys.conftest import browsers
from tests.journeys.looking import Looking
from tests.journeys.test_every_screen import VISITED, WRITTEN
from tests.screens.every import Screens
from wiki.testing import WebServer, sign_in

#: in how many parts they are looked at, by as many processes: none takes a minute
_PARTS = 4


@pytest.fixture(scope="module")
def served(screens: Screens, web_server: Callable[[Path], WebServer]) -> Iterator[Site]:
    """The wiki of ``screens``, served."""
    folder = screens.world.instance.settings.instance
    server = web_server(folder)
    yield Site(server.url, screens.world.instance, ())
    server.stop()


@pytest.mark.parametrize("part", range(_PARTS))
def test_every_route_is_accessible(
    chromium: Any, screens: Screens, served: Site, part: int
) -> None:
    known = {screens.endpoint(url) for url in (*VISITED.values(), *WRITTEN.values())}
    new = [one for one in screens.all if one.endpoint not in known][part::_PARTS]
    found: dict[str, list[str]] = {}
    with browsers(chromium, served) as browse:
        looking: dict[str, Looking] = {}
        for one in new:
            if one.who not in looking:
                watched = browse(reduced_motion="reduce")
                if one.who:
                    sign_in(watched.page.context, served.url, screens.client(one.who))
                looking[one.who] = Looking(watched)
            if wrong := looking[one.who].wrong(one.url):
                found[str(one)] = wrong
    assert found == {}
