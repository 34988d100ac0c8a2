"""A crawler that reads old versions, differences and histories, beside ten people.

It asks for 10,000 addresses, fifty a second, each once. Five members and five visitors ask for a
page a second each, now and then for a search or the recent changes; each member saves three times a
minute. The reference is the same ten people alone, in the same run.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from bench.corpus import BELOW
from bench.lines import Line, ms, percentile
from bench.load import Browser
from bench.servers import Server, serving
from bench.worlds import World, world
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.pages.urls import action_url, page_url
from wiki.reading import Reader
from wiki.reading.history import list_history

ADDRESSES, RATE = 10_000, 50
_CRAWLERS, _PEOPLE, _MEMBERS = 8, 10, 5
#: seconds that they are alone before
_QUIET = 20
#: requests of one person between two saves
_SAVES = 20
_LONGEST = 0.100


def run() -> Iterator[Line]:
    """In a wiki of 1,000 pages with 25,000 commits."""
    here = world(1000, 25_000)
    addresses = _addresses(here)
    with serving(here.folder, WIKI_COMPARISONS_PER_MINUTE="1000000") as wiki:
        wiki.settle()
        quiet, crawled = People(wiki, here), People(wiki, here)
        with quiet.at_work():
            time.sleep(_QUIET)
        sizes: list[float] = []
        with crawled.at_work():
            asked = _crawl(wiki, addresses, lambda: sizes.append(wiki.memory_of_all()))
    p95, alone = percentile(crawled.waits, 0.95), percentile(quiet.waits, 0.95)
    yield Line(
        f"Ten people beside a crawler ({len(addresses):,} old pages, {asked:.0f} a second): p95",
        ms(p95),
        f"alone {ms(alone)}",
        f"{p95 / alone:.1f} ×",
        f"≤ {ms(_LONGEST)}",
        p95 <= _LONGEST,
    )
    third = len(sizes) // 3
    early, late = max(sizes[third : 2 * third]), max(sizes[2 * third :])
    yield Line(
        "… memory of all processes in its last third",
        f"{late:.0f} MiB",
        f"in the second {early:.0f}, before it {sizes[0]:.0f}",
        f"{late / early:.2f} ×",
        "≤ 1.1 ×",
        late <= 1.1 * early,
    )


class People:
    """Ten who read, and save now and then; ``waits`` are the seconds of each answer."""

    def __init__(self, wiki: Server, here: World) -> None:
        self._wiki, self._here = wiki, here
        self._ended = threading.Event()
        self.waits: list[float] = []

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """They are inside."""
        browsers = [Browser(self._wiki) for _person in range(_PEOPLE)]
        for number, browser in enumerate(browsers[:_MEMBERS]):
            browser.log_in(number)
        threads = [
            threading.Thread(target=self._read, args=(number, browser))
            for number, browser in enumerate(browsers)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def _read(self, number: int, browser: Browser) -> None:
        chance = random.Random(number)  # noqa: S311 - repeatable is the point
        mine = self._here.spaces[number % len(self._here.spaces)]
        begun = time.monotonic() + number / _PEOPLE
        turn = 0
        while not self._ended.wait(max(0.0, begun + turn - time.monotonic())):
            turn += 1
            if number < _MEMBERS and turn % _SAVES == number:
                self._save(browser, f"{mine}/{BELOW[turn % len(BELOW)]}")
                continue
            path = chance.choice(self._here.pages)
            urls = (page_url(path), page_url(f"{path}/{chance.choice(BELOW)}"))
            others = ("/-/changes", "/-/search?q=capteur", "/")
            answer = browser.get(chance.choice(urls if chance.random() < 0.8 else others))
            self._note(answer.status, 200, answer.seconds)

    def _save(self, browser: Browser, path: str) -> None:
        base = browser.read_form(action_url("edit", path))
        text = browser.get(f"{page_url(path)}.md").text.partition("\nvu-")[0].rstrip()
        text = f"{text}\n\nvu-{time.time_ns()}\n"
        answer = browser.post(action_url("edit", path), base=base, text=text)
        self._note(answer.status, 303, answer.seconds)

    def _note(self, status: int, wanted: int, seconds: float) -> None:
        assert status == wanted, status
        self.waits.append(seconds)


def _addresses(here: World) -> list[str]:
    """What a crawler finds behind the histories of all pages, in no order."""
    instance = open_instance(load_settings(here.folder, environ={}))
    try:
        reader, found = Reader(instance), list[str]()
        for path in instance.projections and here.pages:
            for page in (path, *(f"{path}/{name}" for name in BELOW)):
                found.append(action_url("history", page))
                commits = [one.commit for one in list_history(reader, page, limit=200)]
                found += [action_url("version", page, {"at": commit}) for commit in commits]
                found += [
                    action_url("diff", page, {"from": older, "to": newer})
                    for newer, older in pairwise(commits)
                ]
        random.Random(1).shuffle(found)  # noqa: S311
        return found[:ADDRESSES]
    finally:
        close_instance(instance)


def _crawl(wiki: Server, addresses: Sequence[str], look: Callable[[], None]) -> float:
    """Asks for all of them, ``look``\\ s every ten seconds; returns how many it got a second."""
    begun, failed = time.monotonic(), list[str]()

    def work(first: int) -> None:
        browser = Browser(wiki)
        for number in range(first, len(addresses), _CRAWLERS):
            time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
            if (answer := browser.get(addresses[number])).status != 200:
                failed.append(f"{addresses[number]}: {answer.status}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_CRAWLERS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        look()
        threads[-1].join(10)
    for thread in threads:
        thread.join()
    assert not failed, failed[:3]
    return len(addresses) / (time.monotonic() - begun)
