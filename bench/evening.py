"""An evening's load: who reads, writes, pushes, types together and is written to, all at once.

Whoever is cut off, or answered by 5xx, asks again; what was acknowledged stands in a ledger.
"""

import asyncio
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import delete
from websockets.exceptions import WebSocketException

from bench.clones import git
from bench.corpus import BELOW, KINDS, THEMES, THINGS
from bench.live import join
from bench.load import Answer, Browser
from bench.servers import Server
from bench.worlds import PASSWORD, World
from wiki.instance import Instance
from wiki.pages.urls import action_url, page_url
from wiki.people.accounts import find_person
from wiki.people.accounts.sessions import open_session, session_key
from wiki.people.follow.subscriptions import DAY
from wiki.people.models.subscriptions import FollowerRow, WatchRow

#: people of each kind, and what each asks for in a second
VISITORS, MEMBERS, WRITERS = (6, 5.0), (4, 2.0), (4, 0.25)
TYPISTS = 2
#: seconds between two pushes, and commits of each
PUSH, COMMITS = 15.0, 3
#: those who are written to each morning
FOLLOWERS, _FOLLOWED = 60, 4
ADMIN = "veille@example.org"
_TRIES, _FIRST, _LONGEST = 20, 0.2, 2.0
#: seconds of typing between two joinings
_TYPED = 30
_BEFORE = "push rejected"
_LINK = re.compile(r'href="(/-/(?:version|diff)/[^"]+)"')
#: what menus lead to, beside pages
_PLACES = (
    *("/", "/-/changes", "/-/changes.atom", "/-/needs", "/-/projects", "/-/catalogue"),
    *("/-/relations", "/-/status", "/-/calendar", "/-/territories"),
)


@dataclass
class Told:
    """What everybody saw; ``words`` were acknowledged, by whom they were brought."""

    asked: Counter[str] = field(default_factory=Counter)
    #: why requests had to be asked again
    again: Counter[str] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    conflicts: int = 0
    #: the most tries that one answer took
    tries: int = 1
    words: list[str] = field(default_factory=list)
    #: when, who, seconds
    waits: list[tuple[float, str, float]] = field(default_factory=list)
    keys: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def note_again(self, why: str, attempt: int) -> None:
        """Something is asked once more, after ``attempt`` tries before this one; waits a bit."""
        with self.guard:
            self.again[why] += 1
            self.tries = max(self.tries, attempt + 2)
        # Whom another save was before begins again at once.
        time.sleep(0 if why == _BEFORE else min(_FIRST * 2**attempt, _LONGEST))

    def note(self, who: str, begun: float) -> None:
        """Something was answered."""
        with self.guard:
            self.asked[who] += 1
            self.waits.append((begun, who, time.monotonic() - begun))


class Evening:
    """Those people, in the wiki of ``here`` that ``server`` serves, until ``end``."""

    def __init__(self, server: Server, here: World, instance: Instance, clone: Path) -> None:
        self.told = Told()
        self._server, self._here, self._instance, self._clone = server, here, instance, clone
        self._ended, self._mornings = threading.Event(), 0
        self._since = instance.repository.head()
        below = [f"{page}/{name}" for page in here.pages for name in BELOW]
        self._pages = [*here.pages, *below]
        self._threads = [
            *self._people("visitor", VISITORS, self._read),
            *self._people("member", MEMBERS, self._read),
            *self._people("writer", WRITERS, self._save),
            threading.Thread(target=self._push),
            threading.Thread(target=lambda: asyncio.run(self._type_together())),
        ]

    def begin(self) -> None:
        """All come in."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """All finish what they are at."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def bring_morning(self) -> None:
        """New followers are due to be told of what is new; those of the last morning are gone."""
        chance, then = random.Random(1), datetime.now(UTC) - timedelta(days=2)  # noqa: S311
        self._mornings += 1
        with self._instance.private.session() as session:
            session.execute(delete(FollowerRow).where(FollowerRow.id.like("veille-%")))
            for number in range(FOLLOWERS):
                id_ = f"veille-{self._mornings}-{number}"
                address = f"suit-{number}@example.org"
                row = {"email": address, "lang": "fr", "rhythm": DAY, "paused": False}
                session.add(FollowerRow(id=id_, commit=self._since, told=then, **row))
                session.flush()
                for path in chance.sample(self._here.spaces, _FOLLOWED):
                    watch = {"kind": "page", "target": path, "known": "", "commit": ""}
                    session.add(WatchRow(follower=id_, since=then, **watch))

    def _people(
        self, who: str, how: tuple[int, float], act: Callable[..., None]
    ) -> list[threading.Thread]:
        number, rate = how
        return [
            threading.Thread(target=self._at_pace, args=(who, one, number, rate, act))
            for one in range(number)
        ]

    def _at_pace(
        self, who: str, number: int, of: int, rate: float, act: Callable[..., None]
    ) -> None:
        person = _Person(self._server, who, number, self.told)
        begun = time.monotonic() + number / of / rate
        turn = 0
        while not self._ended.wait(max(0.0, begun + turn / rate - time.monotonic())):
            act(person, turn)
            # Who was kept waiting does not catch up.
            turn = max(turn + 1, int((time.monotonic() - begun) * rate))

    def _read(self, person: "_Person", _turn: int) -> None:
        chance, path = person.chance, person.chance.choice(self._pages)
        kind = chance.random()
        if kind < 0.7:
            person.get(page_url(path))
        elif kind < 0.8:
            words = f"{chance.choice(THINGS)} {chance.choice(KINDS)} {chance.choice(THEMES)}"
            person.get(action_url("search", query={"q": words}))
        elif kind < 0.9:
            person.get(chance.choice(_PLACES))
        elif kind < 0.98:
            answer = person.get(action_url("history", path))
            if links := _LINK.findall(answer.text if answer else ""):
                person.get(chance.choice(links).replace("&amp;", "&"))
        else:
            person.get(action_url("near", query={"of": path}), 200, 404)

    def _save(self, person: "_Person", turn: int) -> None:
        path = self._here.spaces[person.number]
        path = (path, *(f"{path}/{name}" for name in BELOW))[turn % (1 + len(BELOW))]
        form = person.get(action_url("edit", path))
        source = person.get(f"{page_url(path)}.md")
        if form is None or source is None:
            return
        base, word = person.browser.take_form(form), f"veille-{time.time_ns()}"
        text = f"{source.text.partition(chr(10) + 'veille-')[0].rstrip()}\n\n{word}\n"
        edit = action_url("edit", path)
        answer = person.ask(
            lambda: person.browser.post(edit, base=base, text=text), f"POST {edit}", (303, 409)
        )
        if answer is not None and answer.status == 303:
            self.told.words.append(word)
        elif answer is not None:
            self.told.conflicts += 1

    def _push(self) -> None:
        """Commits on what is there, pushed; fetched and tried again where something came first."""
        who = f"{quote(ADMIN, safe='')}:{quote(PASSWORD, safe='')}"
        url = f"http://{who}@127.0.0.1:{self._server.port}/-/git/all.git"
        number = 0
        while not self._ended.wait(PUSH):
            number, begun = number + 1, time.monotonic()
            words = [f"veille-{time.time_ns()}" for _commit in range(COMMITS)]
            mine = f"refs/heads/mine-{number}"
            for attempt in range(3 * _TRIES):
                try:
                    git(self._clone, "fetch", "--quiet", url, "+refs/heads/main:refs/heads/main")
                    if attempt and self._is_there(mine):
                        break
                    git(
                        self._clone,
                        "fast-import",
                        "--quiet",
                        "--force",
                        given=_commits(mine, words),
                    )
                    git(self._clone, "push", "--quiet", url, f"{mine}:refs/heads/main")
                    break
                except AssertionError as error:
                    why = _BEFORE if "rejected" in str(error) else "push broken"
                    self.told.note_again(why, attempt)
            else:
                # Where others are always quicker, it is told so each time.
                if why == _BEFORE:
                    self.told.conflicts += 1
                else:
                    self.told.unanswered.append(f"push {number}")
                continue
            self.told.note("push", begun)
            self.told.words += words

    def _is_there(self, mine: str) -> bool:
        """Whether the last try arrived, though nobody said so."""
        with suppress(AssertionError):
            git(self._clone, "merge-base", "--is-ancestor", mine, "refs/heads/main")
            return True
        return False

    async def _type_together(self) -> None:
        person = find_person(self._instance.private, ADMIN)
        assert person
        who = person.id, session_key(open_session(self._instance.private, person.id))
        path = f"{self._here.spaces[-1]}/{BELOW[0]}"
        await asyncio.gather(*(self._type(who, path, number) for number in range(TYPISTS)))

    async def _type(self, who: tuple[str, str], path: str, number: int) -> None:
        while not self._ended.is_set():
            client = None
            with suppress(OSError, WebSocketException, TimeoutError):
                client = await join(self._instance.settings, who, path, number)
                await asyncio.wait_for(client.synced.wait(), 20)
                for _key in range(_TYPED):
                    if self._ended.is_set() or client.reading.done():
                        break
                    await client.type()
                    self.told.keys += 1
                    await asyncio.sleep(1)
            if client is not None:
                client.reading.cancel()
                with suppress(OSError, WebSocketException, TimeoutError):
                    await client.connection.close()
            await asyncio.sleep(0.5)


class _Person:
    """One who asks again where nobody answers."""

    def __init__(self, server: Server, who: str, number: int, told: Told) -> None:
        self.number, self.chance = number, random.Random(f"{who}{number}")  # noqa: S311
        self.browser = Browser(server)
        self._who, self._told = who, told
        for attempt in range(_TRIES if who != "visitor" else 0):
            try:
                self.browser.log_in(number)
                break
            except (AssertionError, OSError, HTTPException):
                self.browser.hang_up()
                told.note_again("log-in", attempt)

    def get(self, url: str, *good: int) -> Answer | None:
        return self.ask(lambda: self.browser.get(url), f"GET {url}", good or (200,))

    def ask(
        self, question: Callable[[], Answer], what: str, good: Collection[int]
    ) -> Answer | None:
        """The answer, after some tries; None where there was none, or none that is good."""
        told, begun, why = self._told, time.monotonic(), ""
        for attempt in range(_TRIES):
            try:
                answer = question()
            except (OSError, HTTPException) as error:
                why = type(error).__name__
                self.browser.hang_up()
            else:
                if answer.status < 500:
                    told.note(self._who, begun)
                    if answer.status in good:
                        return answer
                    told.unanswered.append(f"{what}: {answer.status}")
                    return None
                why = str(answer.status)
            told.note_again(why, attempt)
        told.unanswered.append(f"{what}: {why}")
        return None


def _commits(branch: str, words: list[str]) -> bytes:
    """A stream for ``git fast-import``: a commit for each word, on the main branch."""
    parts = []
    for number, word in enumerate(words):
        text = f"---\ntitle: Poussée {number}\ntype: project\n---\n# Poussée {number}\n\n{word}\n"
        who = f"Veille <{ADMIN}> {int(time.time())} +0000"
        # The first follows what is there, each other one the one before it.
        above = "" if number else "from refs/heads/main^0\n"
        parts.append(
            f"commit {branch}\nauthor {who}\ncommitter {who}\ndata 6\nUn pas\n"
            f"{above}M 100644 inline projets/veille-{number}.md\n"
            f"data {len(text.encode())}\n{text}\n"
        )
    return "".join(parts).encode()
