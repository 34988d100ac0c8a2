"""What everyone is shown of an evening, beside what those who prepare it were told is shown."""

import html
import os
import re
from collections.abc import Iterable
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from tests.journeys.browsing import Site, Watched

if TYPE_CHECKING:
    from tests.journeys.steps import Album

_TAG = re.compile(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>")
_NAMED = re.compile(
    r'(?s)<p class="block-name">(?:<strong>[\d:]+</strong>)?(.*?)</p>\s*(?:<p>(.*?)</p>)?'
)
_COPY = re.compile(r"(?s)<textarea[^>]*>(.*?)</textarea>")


class Public:
    """Whoever has no account: what each way to the evening shows them, at each stage.

    ``hidden`` holds the words that none of these ways may say, ``absent`` those that the pages of
    the evening and of its series may not, ``past`` the date that it no longer has.
    """

    def __init__(self, site: Site, album: "Album", phone: Watched, organiser: str) -> None:
        self._site, self._album, self._phone = site, album, phone
        self._organiser = organiser
        self.event = self.series = ""
        #: the words of the evening's page when it was last looked at
        self.text = ""
        self.day = ""
        self.hidden: set[str] = set()
        self.past: set[str] = set()
        self.absent: set[str] = set()

    def sees(self, stage: str, projects: Iterable[tuple[str, str]] = ()) -> None:
        """At ``stage`` the programme shows ``projects``, each a name and a sentence, and no other.

        What the page of announcing said of it is the same, and no way says more.
        """
        page = self._get(f"/{self.event}")
        wanted = sorted(projects)
        shown = sorted((_words(name), _words(said)) for name, said in _NAMED.findall(page))
        assert shown == wanted, stage
        lines = sorted(" — ".join(filter(None, one)) for one in wanted)
        announce, prepare = self._organised("announce"), self._organised("prepare")
        assert _listed(announce, "told") == _listed(prepare, "as-seen") == lines, stage
        copy = _COPY.search(announce)
        assert copy is not None and sorted(re.findall(r"(?m)^- (.*)$", _plain(copy[1]))) == lines
        self.text = _words(page)
        near = {"event": page, "series": self._get(self.series), "copy": copy[1]}
        for way, answer in near.items():
            assert self.day in _words(answer), (stage, way)
        ways = near | {way: self._get(way) for way in self._ways()}
        for way, answer in ways.items():
            words = _words(answer)
            never = self.hidden | self.absent if way in near else self.hidden
            never |= self.past
            said = [words[max(0, at - 60) :][:200] for one in never if (at := words.find(one)) >= 0]
            assert said == [], (stage, way)
        self._picture(stage)

    def _ways(self) -> list[str]:
        found = [f"/-/search?q={quote(words)}" for words in ("Carrefour de Bretagne", self.day)]
        feeds = ["/-/changes.atom", f"/-/feed/{self.event}.atom"]
        return ["/", "/-/calendar", "/-/events.ics", f"/-/events/{self.event}.ics", *feeds, *found]

    def _organised(self, what: str) -> str:
        """A page of who prepares the evening."""
        page = self._site.client(self._organiser).get(f"/-/events/{what}/{self.event}")
        return page.get_data(as_text=True)

    def _get(self, path: str) -> str:
        where = urlsplit(self._site.url)
        server = HTTPConnection(where.hostname or "", where.port, timeout=60)
        try:
            server.request("GET", path, headers={"Accept-Language": "fr"})
            answer = server.getresponse()
            body = answer.read().decode()
            assert answer.status == 200, (path, answer.status)
        finally:
            server.close()
        return body

    def _picture(self, stage: str) -> None:
        if not os.environ.get("WIKI_SCREENSHOTS"):
            return
        self._phone.page.context.clear_cookies()
        for name, path in (("event", f"/{self.event}"), ("series", self.series), ("home", "/")):
            self._phone.goto(path)
            self._album.as_seen(self._phone, f"public-{stage}-{name}", ("light",))


def _listed(page: str, heading: str) -> list[str]:
    """The programme "as everyone sees it", below the heading of that id."""
    section = re.search(rf'(?s)id="{heading}".*?</section>', page)
    lines = re.findall(r"(?s)<li>(.*?)</li>", section[0]) if section else []
    return sorted(_words(line) for line in lines)


def _plain(words: str) -> str:
    return html.unescape(words).replace("\r\n", "\n")


def _words(page: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", page)).split())
