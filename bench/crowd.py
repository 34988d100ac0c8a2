"""Writers, readers and those who look at closed pages, before a wiki of several nodes at once.

What writers are answered stands in a ledger: *acknowledged*, *refused* (in words, nothing was
saved), or *unknown* (no answer, or one that says that it is not known).
"""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from email import message_from_bytes
from html import unescape
from http.client import HTTPException

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from bench.load import Browser
from bench.machines import ADMIN, CLOSED, PAGES, Cluster, Node, log_in
from bench.worlds import ACCOUNTS, email
from wiki.pages.urls import action_url, page_url
from wiki.testing import free_port

READERS, WRITERS = 50, 8
#: of the readers, those who are signed in
_MEMBERS = 10
#: seconds between two requests of a reader, two saves of a writer, two looks at a closed page
_READ, _SAVE, _LOOK = 1.0, 0.5, 0.05
#: seconds for which a page is closed, and open
_TURN = 3.0
#: one save in so many has a mail sent
_MAILED = 5
_MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
_NOTHING = ("Nothing was saved", "Rien n’a été enregistré", "rien n’est enregistré")
_BROKEN = (OSError, HTTPException)


@dataclass(frozen=True)
class Save:
    """What one save was answered: ``state`` is acknowledged, refused or unknown."""

    at: float
    node: str
    seconds: float
    state: str
    word: str
    path: str
    why: str = ""


@dataclass(frozen=True)
class Seen:
    """A word of a closed page at somebody who may not read it, so long after the closing."""

    node: str
    late: float
    place: str


@dataclass
class Told:
    """What everybody saw, by the monotonic clock."""

    saves: list[Save] = field(default_factory=list)
    reads: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[float, float]] = field(default_factory=list)
    closings: int = 0
    looks: int = 0
    seen: list[Seen] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


class Post:
    """A mail server that keeps what it took: who was written to, by the name of the message."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.port = free_port()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        """Takes one."""
        message = message_from_bytes(envelope.original_content or b"")
        self.taken += [(str(message["Message-ID"]), to) for to in envelope.rcpt_tos]
        return "250 yes"

    def close(self) -> None:
        """Takes no more."""
        self._server.stop()


def _said(page: str) -> str:
    """What an answer of the wiki says, in one line; "" for one that is not its own."""
    main = _MAIN.search(page)
    plain = (
        re.sub(r"<textarea.*?</textarea>|<[^>]+>", " ", main[1], flags=re.DOTALL) if main else ""
    )
    return " ".join(unescape(plain).split())


class Crowd:
    """All of them, from ``begin`` to ``end``."""

    def __init__(self, cluster: Cluster, urls: Collection[str]) -> None:
        self.told = Told()
        self._cluster, self._urls = cluster, tuple(urls)
        self._ended, self._guard = threading.Event(), threading.Lock()
        #: closed pages with the words that only members may see since a moment
        self._hidden: dict[str, tuple[str, float]] = {}
        acts: list[Callable[[], None]] = [
            *(lambda number=number: self._write(number) for number in range(WRITERS)),
            *(lambda number=number: self._read(number) for number in range(READERS)),
            *(lambda path=path: self._close_and_open(path) for path in CLOSED),
            *(lambda node=node: self._look(node) for node in cluster.nodes),
        ]
        self._threads = [threading.Thread(target=self._run, args=(act,)) for act in acts]

    def begin(self) -> None:
        """All come in."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """All finish what they are at."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _run(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:
            self.told.errors.append(repr(error))
            raise

    def _write(self, number: int) -> None:
        browser, path, turn = Browser(self._cluster.front), PAGES[number], 0
        self._enter(browser, email(number))
        while not self._ended.wait(_SAVE * random.uniform(0.5, 1.5)):  # noqa: S311
            turn += 1
            word = f"mot-{number}-{turn}-{time.time_ns()}"
            self._save(browser, path, f"# {path.capitalize()}\n\n{word}\n", word)
            if turn % _MAILED == 0:
                self._have_written(browser, email(number))

    def _save(self, browser: Browser, path: str, text: str, word: str) -> bool:
        """Whether it was acknowledged; what came of it is in the ledger."""
        edit = action_url("edit", path)
        try:
            form = browser.get(edit)
            if form.status != 200:
                self._note_fault(f"form {form.status}")
                return False
            base = browser.take_form(form)
        except _BROKEN as error:
            browser.hang_up()
            self._note_fault(f"form {type(error).__name__}")
            return False
        begun = time.perf_counter()
        node, why = "nobody", ""
        try:
            answer = browser.post(edit, base=base, text=text)
            node = self._cluster.node_at(answer.headers.get("X-Node", ""))
            if answer.status == 303:
                state = "acknowledged"
            else:
                said = _said(answer.text)
                why = f"{answer.status} {said[:120]}".strip()
                sure = answer.status < 500 or any(one in said for one in _NOTHING)
                state = "refused" if sure else "unknown"
        except _BROKEN as error:
            browser.hang_up()
            state, why = "unknown", type(error).__name__
        save = Save(time.monotonic(), node, time.perf_counter() - begun, state, word, path, why)
        with self._guard:
            self.told.saves.append(save)
        return state == "acknowledged"

    def _have_written(self, browser: Browser, address: str) -> None:
        """Has a mail sent to ``address``: a link for a new password."""
        try:
            status = browser.post("/-/reset", email=address).status
        except _BROKEN:
            browser.hang_up()
            status = 0
        with self._guard:
            self.told.asked["acknowledged" if status in (200, 303) else "not"] += 1

    def _read(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - which pages
        browser = Browser(self._cluster.front)
        if number < _MEMBERS:
            self._enter(browser, email(number % ACCOUNTS))
        while not self._ended.wait(_READ * chance.uniform(0.5, 1.5)):
            kind = chance.random()
            if kind < 0.8:
                url = chance.choice((*self._urls, *map(page_url, PAGES)))
            else:
                url = chance.choice(("/", "/-/changes", "/-/search?q=capteur", "/-/projects"))
            begun = time.monotonic()
            try:
                what = str(browser.get(url).status)
            except _BROKEN as error:
                browser.hang_up()
                what = type(error).__name__
            with self._guard:
                self.told.reads[what] += 1
                self.told.waits.append((begun, time.monotonic() - begun))

    def _close_and_open(self, path: str) -> None:
        browser, turn = Browser(self._cluster.front), 0
        self._enter(browser, ADMIN)
        title = f"# {path.capitalize()}\n\n"
        while not self._ended.is_set():
            turn += 1
            word = f"secret-{path}-{turn}-{time.time_ns()}"
            text = f"---\nvisibility: members\n---\n{title}{word}\n"
            # The page is open with that word, then closed with it.
            if not self._save(browser, path, f"{title}{word}\n", word):
                self._ended.wait(_SAVE)
                continue
            self._ended.wait(_TURN / 2)
            if self._save(browser, path, text, word):
                with self._guard:
                    self._hidden[path] = word, time.monotonic()
                    self.told.closings += 1
                self._ended.wait(_TURN)
                with self._guard:
                    del self._hidden[path]

    def _look(self, node: Node) -> None:
        """A visitor at one node, who may read what is open alone."""
        browser, turn = Browser(node), 0
        while not self._ended.wait(_LOOK):
            turn += 1
            with self._guard:
                hidden = dict(self._hidden)
            for path, (word, since) in hidden.items():
                place = (
                    page_url(path),
                    f"{page_url(path)}.md",
                    f"/-/search?q={word}" if turn % 4 else "/-/changes",
                )[turn % 3]
                begun = time.monotonic()
                try:
                    answer = browser.get(place)
                except _BROKEN:
                    browser.hang_up()
                    continue
                self.told.looks += 1
                # A search repeats what it was asked for.
                sign = f'{page_url(path)}"' if place.startswith("/-/search") else word
                found = sign in answer.text
                with self._guard:
                    if found and self._hidden.get(path, ("", 0.0))[0] == word:
                        late = begun - since
                        self.told.seen.append(Seen(node.name, late, place.partition("?")[0]))

    def _enter(self, browser: Browser, address: str) -> None:
        while not self._ended.is_set():
            try:
                log_in(browser, address)
                return
            except (*_BROKEN, AssertionError) as error:
                browser.hang_up()
                self._note_fault(f"log-in {type(error).__name__}")
                self._ended.wait(1)

    def _note_fault(self, what: str) -> None:
        with self._guard:
            self.told.asked[what] += 1
