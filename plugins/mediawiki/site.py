"""A site that somebody names, asked by its API: its pages with all states, and its files.

What it answers is written as the export that the site would make, with its files beside it, so that
one way of reading knows all (``source.py``). A fetch that broke off goes on where it was: the place
stands in ``state.json``, once what it speaks of is written.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin
from xml.sax.saxutils import escape, quoteattr

from wiki.api.errors import BadRequest
from wiki.api.imports import Elsewhere, ImportProgress
from wiki.api.translation import gettext as _

from .titles import LEFT_OUT

#: bytes of a page, of an answer (MediaWiki itself ends these at 8 MB and a state), of a file
_PAGE, _ANSWER, _FILE = 5_000_000, 50_000_000, 200_000_000
#: where an API is that the page does not tell of
_PLACES = ("api.php", "/api.php", "/w/api.php", "/wiki/api.php", "/mediawiki/api.php")
#: states, and files, in one answer: what a site gives to who has no account
_BATCH = "50"
_API = re.compile(r'<link rel="EditURI"[^>]{0,200}href="([^"]{1,500})\?action=rsd"')
_UNWRITTEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_NAMES = 1_000_000


@dataclass
class _State:
    """How far a fetch is: bytes of the export that stand, where to ask on."""

    length: int = 0
    done: int = 0
    states: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    all_states: bool = False
    all_files: bool = False


def fetch_site(elsewhere: Elsewhere, folder: Path, progress: ImportProgress) -> None:
    """Writes the export of the site at the address of ``elsewhere`` into ``folder``.

    Raises BadRequest for what is no MediaWiki, or does not answer.
    """
    _Fetch(elsewhere, folder, progress).run()


class _Fetch:
    """One site being asked."""

    def __init__(self, elsewhere: Elsewhere, folder: Path, progress: ImportProgress) -> None:
        self._elsewhere, self._progress = elsewhere, progress
        self._kept = folder / "state.json"
        self._export = folder / "site" / "export.xml"
        self._images = folder / "site" / "images"
        self._images.mkdir(parents=True, exist_ok=True)
        self._api = ""
        self._state = _State()

    def run(self) -> None:
        """See ``fetch_site``."""
        site = self._find_api()
        total = _number(site.get("statistics", {}).get("edits")) or None
        self._resume()
        if not self._state.all_states:
            self._states(site, total)
        if not self._state.all_files:
            self._files()

    def _find_api(self) -> Mapping[str, Any]:
        """Finds the API: as the page that was named says, else near it; what it says of the site.

        Raises BadRequest.
        """
        address = self._elsewhere.address.partition("?")[0]
        refused = None
        near = [urljoin(address, place) for place in _PLACES]
        try:
            page = self._elsewhere.get(self._elsewhere.address, _PAGE).decode("utf-8", "replace")
            found = _API.search(page)
            near = [urljoin(address, found[1]), *near] if found else near
        except BadRequest as error:
            refused = error
        if address.endswith("/api.php"):
            near = [address]
        for self._api in dict.fromkeys(near):
            try:
                asked = self._ask(meta="siteinfo", siprop="general|namespaces|statistics")
                return dict(asked["query"])
            except BadRequest as error:
                # Of all that was tried, what is said is of the address that somebody gave.
                refused = refused or error
        raise refused or BadRequest(_("What answers at this address is no MediaWiki."))

    def _ask(self, **question: str) -> Mapping[str, Any]:
        """What the API answers. Raises BadRequest."""
        told = {"action": "query", "format": "json", "formatversion": "2"}
        answer = self._elsewhere.get(f"{self._api}?{urlencode({**told, **question})}", _ANSWER)
        try:
            found = json.loads(answer)
        except (ValueError, RecursionError) as error:
            raise BadRequest(_("What answers at this address is no MediaWiki.")) from error
        if not isinstance(found, dict) or not isinstance(found.get("query"), dict):
            said = found.get("error", {}) if isinstance(found, dict) else {}
            info = str(said.get("info", ""))[:200] if isinstance(said, dict) else ""
            raise BadRequest(_("The site refused to answer: {words}").format(words=info or "–"))
        return found

    # What was there before

    def _resume(self) -> None:
        try:
            self._state = _State(**json.loads(self._kept.read_text()))
            with self._export.open("r+b") as file:
                file.truncate(self._state.length)
        except (OSError, ValueError, TypeError):
            self._state = _State()

    def _keep(self) -> None:
        """Notes how far it is, after what was written."""
        beside = self._kept.with_suffix(".new")
        with beside.open("w") as file:
            file.write(json.dumps(asdict(self._state)))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._kept)

    def _write(self, words: str) -> None:
        with self._export.open("ab") as file:
            file.truncate(self._state.length)
            file.seek(self._state.length)
            file.write(words.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
            self._state.length = file.tell()

    # Pages

    def _states(self, site: Mapping[str, Any], total: int | None) -> None:
        if not self._state.length:
            self._write(_beginning(site))
            self._keep()
        closed = self._closed(site)
        while True:
            found = self._ask(
                list="allrevisions",
                arvdir="newer",
                arvlimit=_BATCH,
                arvslots="main",
                arvprop="ids|timestamp|user|comment|content|contentmodel",
                **self._state.states,
            )
            pages = found["query"].get("allrevisions", [])
            self._write("".join(_page(page, closed) for page in pages if isinstance(page, dict)))
            self._state.done += sum(len(page.get("revisions", ())) for page in pages)
            self._state.states = _going_on(found)
            self._state.all_states = not self._state.states
            if self._state.all_states:
                self._write("</mediawiki>\n")
            self._keep()
            self._progress(self._state.done, total)
            if self._state.all_states:
                return

    def _closed(self, site: Mapping[str, Any]) -> set[str]:
        """The titles that administrators alone may edit there."""
        closed: set[str] = set()
        for number in _namespaces(site):
            if number < 0 or number % 2 or number in LEFT_OUT:
                continue
            on: Mapping[str, str] = {}
            while len(closed) < _MOST_NAMES:
                asked = {"apnamespace": str(number), "aplimit": "500", **on}
                found = self._ask(list="allpages", apprtype="edit", apprlevel="sysop", **asked)
                closed |= {str(one.get("title")) for one in found["query"].get("allpages", [])}
                on = _going_on(found)
                if not on:
                    break
        return closed

    # Files

    def _files(self) -> None:
        while True:
            found = self._ask(
                list="allimages", ailimit=_BATCH, aiprop="url|size", **self._state.files
            )
            for one in found["query"].get("allimages", []):
                name = str(one.get("name", "")).replace("/", "_").replace("\\", "_").lstrip(".")
                if name and _number(one.get("size")) <= _FILE and len(name.encode()) <= 240:
                    url = urljoin(self._api, str(one.get("url", "")))
                    (self._images / name).write_bytes(self._elsewhere.get(url, _FILE))
            self._state.files = _going_on(found)
            self._state.all_files = not self._state.files
            self._keep()
            if self._state.all_files:
                return


def _going_on(found: Mapping[str, Any]) -> dict[str, str]:
    on = found.get("continue")
    return {str(key): str(value) for key, value in on.items()} if isinstance(on, dict) else {}


def _namespaces(site: Mapping[str, Any]) -> dict[int, str]:
    found = site.get("namespaces")
    values = found.values() if isinstance(found, dict) else ()
    return {_number(one.get("id")): str(one.get("name", "")) for one in values}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _words(value: object) -> str:
    return escape(_UNWRITTEN.sub("\ufffd", str(value)))


def _beginning(site: Mapping[str, Any]) -> str:
    general = site.get("general", {})
    spaces = "".join(
        f"<namespace key={quoteattr(str(number))}>{_words(name)}</namespace>"
        for number, name in _namespaces(site).items()
    )
    return (
        f"<mediawiki>\n<siteinfo><sitename>{_words(general.get('sitename', ''))}</sitename>"
        f"<base>{_words(general.get('base', ''))}</base>"
        f"<namespaces>{spaces}</namespaces></siteinfo>\n"
    )


def _page(page: Mapping[str, Any], closed: set[str]) -> str:
    title = str(page.get("title", ""))
    restrictions = "<restrictions>edit=sysop</restrictions>" if title in closed else ""
    states = page.get("revisions", ())
    return (
        f"<page><title>{_words(title)}</title><ns>{_number(page.get('ns'))}</ns>"
        f"<id>{_number(page.get('pageid'))}</id>{restrictions}"
        f"{''.join(_revision(one) for one in states if isinstance(one, dict))}</page>\n"
    )


def _revision(state: Mapping[str, Any]) -> str:
    slots = state.get("slots")
    main = slots.get("main", {}) if isinstance(slots, dict) else {}
    hidden = bool(state.get("texthidden") or main.get("texthidden"))
    kind = "ip" if state.get("anon") else "username"
    who = "" if state.get("userhidden") else f"<{kind}>{_words(state.get('user', ''))}</{kind}>"
    text = (
        '<text deleted="deleted"/>' if hidden else f"<text>{_words(main.get('content', ''))}</text>"
    )
    return (
        f"<revision><id>{_number(state.get('revid'))}</id>"
        f"<timestamp>{_words(state.get('timestamp', ''))}</timestamp>"
        f"<contributor>{who}</contributor><comment>{_words(state.get('comment', ''))}</comment>"
        f"<model>{_words(main.get('contentmodel', 'wikitext'))}</model>{text}</revision>"
    )
