"""A browser at the site, and what it is used for by hand: going, signing in, measuring."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from wiki.testing import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@dataclass
class Site:
    """The server's address, its folder, and who has an account there."""

    url: str
    folder: Path
    people: tuple[str, ...] = ("awa", "marc", "anne")


def mailed(site: Site, address: str, pattern: str) -> str:
    """The first group of ``pattern`` in the newest mail to ``address`` that has it.

    The process of tasks sends mails beside us, within a second on an idle machine.
    """
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        files = (site.folder / "outbox").glob("*.eml")
        for file in sorted(files, key=lambda one: one.stat().st_mtime_ns, reverse=True):
            mail = message_from_bytes(file.read_bytes(), policy=default)
            body = mail.get_body(("plain",))
            text = body.get_content() if mail["To"] == address and body is not None else ""
            if found := re.search(pattern, text):
                return found[1]
        time.sleep(0.05)
    raise AssertionError(f"no mail to {address} has {pattern}")


@dataclass
class Watched:
    """A page of a browser, and whatever went wrong in it."""

    page: Any
    site: Site
    faults: list[str] = field(default_factory=list)

    def goto(self, path: str) -> Any:
        """Goes to an address of the site; the answer."""
        return self.page.goto(self.site.url + path)

    def log_in(self, name: str) -> "Watched":
        """Signs in as one of the site's people."""
        self.goto("/-/login")
        self.page.fill("main [name=email]", f"{name}@example.org")
        self.page.fill("main [name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.press("main [name=password]", "Enter")
        return self

    def wide(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


Open = Callable[..., Watched]
