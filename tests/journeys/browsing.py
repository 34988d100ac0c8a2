"""A browser at the site, and what it is used for by hand: going, signing in, measuring."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wiki.cache.properties import cached_property
from wiki.testing import read_mail, settled, sign_in, signed_in, text_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@dataclass
class Site:
    """The server's address, the wiki that it shows, and who has an account there."""

    url: str
    instance: "Instance"
    people: tuple[str, ...] = ("awa", "marc", "anne")

    @property
    def folder(self) -> Path:
        """Where the wiki lies."""
        return self.instance.settings.instance

    @cached_property
    def _app(self) -> "Flask":
        from wiki.app import create_app

        return create_app(self.instance)

    def tend(self, *tasks: str) -> None:
        """What runs in the background does so."""
        from wiki.jobs.runner import Runner

        runner = Runner(self.instance)
        for name in tasks:
            assert runner.run(name), name

    def request(self) -> Any:
        """A request of somebody who has no account, for what has to know where one comes from."""
        return self._app.test_request_context("/", environ_base={"REMOTE_ADDR": "127.0.0.1"})

    def client(self, name: str) -> "FlaskClient":
        """One of the people, who signed in before, without a browser."""
        from wiki.people.accounts import find_person

        person = find_person(self.instance.private, f"{name}@example.org")
        assert person is not None
        return signed_in(self._app, self.instance, person)

    def cookie(self, context: Any, name: str) -> None:
        """Gives a browser the cookie of one of the people."""
        sign_in(context, self.url, self.client(name))


def mailed(site: Site, address: str, pattern: str) -> str:
    """The first group of ``pattern`` in the newest mail to ``address`` that has it."""
    from wiki.mail_dispatch import deliver

    deliver(site.instance)
    files = (site.folder / "outbox").glob("*.eml")
    for file in sorted(files, key=lambda one: (one.stat().st_mtime_ns, one.name), reverse=True):
        mail = read_mail(file.read_bytes())
        if mail["To"] == address and (found := re.search(pattern, text_of(mail))):
            return found[1]
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
        """Is signed in as one of the site's people."""
        self.site.cookie(self.page.context, name)
        return self

    def go_by(self, selector: str) -> None:
        """Presses what leads to another page, and waits for all of that page."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def wide(self) -> int:
        """By how many pixels the page is wider than the screen, once it rests."""
        root = settled(self.page).locator("html")
        return int(root.evaluate("root => root.scrollWidth - innerWidth"))


Open = Callable[..., Watched]
