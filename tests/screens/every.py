"""Every kind of page: one address of each route that answers with a page, by who may see it.

The routes are those of the application, so that a new one is here by itself; the words for what
their addresses ask are those of the crawl (tests/leaks/exits.py), and so is the wiki.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.leaks.exits import Exits
from tests.leaks.world import IMPORTS, World, build
from wiki.cache.properties import cached_property
from wiki.config import load_settings
from wiki.instance import open_instance
from wiki.testing import signed_in

#: what is raised so far that looking at everything is not stopped
_LIMITS = 'searches_per_minute = 100000\ncomparisons_per_minute = 100000\nencoder = "use"\n'
#: how many addresses of a route are tried
_TRIED = 14
#: who opens a page, the first who may: an administrator, someone who has a project, anyone
_WHO = ("admin", "insider", "")
#: pages of the wiki itself, which one route answers: by type, as a visitor and as one of a team
_PAGES = (
    "/",
    "/projets/lora",
    "/projets/jardin",
    "/evenements/salon",
    "/dossiers/sols",
    "/personnes/initiee",
    "/organisations/coop",
    "/listes",
    "/nulle-part",
)


@dataclass(frozen=True)
class Screen:
    """A page: the ``endpoint`` of its route, ``who`` opens it (nobody: ""), its address."""

    endpoint: str
    who: str
    url: str

    def __str__(self) -> str:
        return f"{self.endpoint} {self.url} {self.who}".strip()


class Screens:
    """A wiki in ``folder`` in which everything happened once, and who looks at it."""

    def __init__(self, folder: Path) -> None:
        world = build(folder)
        world.close()
        (folder / "wiki.toml").write_text(_LIMITS, "utf-8")
        settings = load_settings(folder, environ={})
        self.world: World = replace(world, instance=open_instance(settings))
        self._clients: dict[str, FlaskClient] = {}
        #: routes none of whose addresses answered with a page or anything else
        self.unseen: set[str] = set()

    def client(self, who: str) -> FlaskClient:
        """The browser of one of the world's people, or of nobody."""
        if who not in self._clients:
            app, instance = self.world.app, self.world.instance
            self._clients[who] = (
                signed_in(app, instance, self.world.people[who]) if who else app.test_client()
            )
        return self._clients[who]

    @cached_property
    def all(self) -> tuple[Screen, ...]:
        """One page of each route, and the pages of the wiki by type."""
        return tuple(self._find())

    def _find(self) -> Iterator[Screen]:
        yield from (Screen("pages.view", who, url) for url in _PAGES for who in ("", "insider"))
        yield from (Screen("imports.show", "admin", f"/-/admin/imports/{id}") for id in IMPORTS)
        yield Screen("sisters.copied", "", "/-/carrefours/lyon/ouverte")
        found: set[str] = set()
        tried: Counter[str] = Counter()
        for ask in Exits(self.world).gets():
            endpoint = self.endpoint(ask.url)
            if endpoint in found or ask.headers or tried[endpoint] == _TRIED:
                continue
            tried[endpoint] += 1
            for who in _WHO:
                answer = self.client(who).get(ask.url)
                # What is not there for who administrates is there for nobody.
                if answer.status_code == 404:
                    break
                if answer.status_code == 200:
                    found.add(endpoint)
                    if answer.data.startswith(b"<!doctype html>"):
                        yield Screen(endpoint, who, ask.url)
                    break
        self.unseen = {one for one in tried if one not in found}

    def endpoint(self, url: str) -> str:
        """The route that an address is of; "": one of the API, or none."""
        try:
            return str(self._map.match(url.partition("?")[0])[0])
        except HTTPException:  # the API's are another map
            return ""

    @cached_property
    def _map(self) -> MapAdapter:
        return self.world.app.url_map.bind("localhost")
