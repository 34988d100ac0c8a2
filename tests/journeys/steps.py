"""What a journey does again and again: pressing, following, reading, keeping pictures."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.journeys.browsing import DESK, PHONE, Watched

_LIGHTS = ("dark", "light")


def press(visit: Watched, words: str) -> None:
    """Presses the first button that says ``words``, up to the page that answers."""
    with visit.page.expect_navigation():
        visit.page.click(f"main button:has-text('{words}')")


def follow(visit: Watched, words: str) -> None:
    """Follows the first link that says ``words``."""
    with visit.page.expect_navigation():
        visit.page.click(f"main a:has-text('{words}')")


def told(visit: Watched) -> str:
    """The words of the page."""
    return str(visit.page.locator("main").inner_text())


class Album:
    """The steps of a journey, photographed where ``WIKI_SCREENSHOTS`` names a folder, by day and
    by night; none may be wider than the screen."""

    def __init__(self) -> None:
        folder = os.environ.get("WIKI_SCREENSHOTS", "")
        self._folder = Path(folder) if folder else None
        self._step = 0

    def keep(self, visit: Watched, name: str) -> None:
        """A picture on a desk and on a phone; the visit goes on on a phone."""
        self._step += 1
        for size, screen in ((DESK, "desk"), (PHONE, "phone")):
            visit.page.set_viewport_size(size)
            self._take(visit.page, visit.wide(), f"{self._step:02}-{name}-{screen}")

    def as_seen(self, visit: Watched, name: str, lights: Sequence[str] = _LIGHTS) -> None:
        """A picture on the screen that its user has in hand."""
        self._step += 1
        self._take(visit.page, visit.wide(), f"{self._step:02}-{name}", lights)

    def _take(self, page: Any, wide: int, name: str, lights: Sequence[str] = _LIGHTS) -> None:
        assert wide <= 0, name
        if self._folder is None:
            return
        for light in lights:
            page.emulate_media(color_scheme=light)
            file = self._folder / f"{name}-{light}.png"
            page.screenshot(path=str(file), full_page=True, animations="disabled")
