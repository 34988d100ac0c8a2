"""Saves, a page's history and recent changes, as pages and commits grow.

A save is a whole one: the form with its token, sent by someone signed in, answered once the commit
is on disk. Its reference is the least that git could do: one ``git fast-import`` with the same
settings that changes the same file on a branch of its own.
"""

import time
from collections.abc import Iterator

from bench.corpus import BELOW
from bench.imports import time_each
from bench.lines import Line, ms, percentile, timed
from bench.load import Browser
from bench.servers import bare_flask, serving
from bench.worlds import World, world
from wiki.pages.urls import action_url, page_url

#: pages, commits, and the middle and the 95th of 100 saves that are good
GROWTH = ((1_000, 1_000), (10_000, 25_000), (20_000, 25_000))
LARGEST = (50_000, 100_000)
_GOOD, _GOOD_LARGEST = (0.010, 0.018), (0.015, 0.027)
_SAVES = 40
_VIEWS = 20


def run() -> Iterator[Line]:
    """The growth curve."""
    for size, commits in (*GROWTH, LARGEST):
        middle_good, late_good = _GOOD if size < LARGEST[0] else _GOOD_LARGEST
        here = world(size, commits, search=size < LARGEST[0])
        with bare_flask() as bare, serving(here.folder) as wiki:
            member, visitor = Browser(wiki), Browser(wiki)
            member.log_in()
            reference = Browser(bare)
            plain = percentile([reference.get("/").seconds for _ in range(_VIEWS)], 0.5)
            saved, shown = _save(member, here)
            least = time_each(here, 12)
            for share, good in ((0.5, middle_good), (0.95, late_good)):
                what = f"A save, {size:,} pages, p{share:.0%}".rstrip("%")
                yield timed(
                    what,
                    percentile(saved, share),
                    percentile(least, share),
                    "git fast-import alone",
                    good,
                )
            after = " / ".join(ms(percentile(shown, share)) for share in (0.5, 0.95))
            yield Line(f"The page after it, {size:,} pages, p50 / p95", after)
            for words, url in (
                ("The history of a page", action_url("history", here.pages[0])),
                ("Recent changes", action_url("changes")),
            ):
                times = [_unkept(visitor, url, number) for number in range(_VIEWS)]
                middle = percentile(times, 0.5)
                what = f"{words}, {commits:,} commits, p50"
                yield timed(what, middle, plain, "bare Flask page", 0.020)


def _save(member: Browser, here: World) -> tuple[list[float], list[float]]:
    """The times of saves, and of reading the page once it is saved."""
    space = here.spaces[0]
    mine = [space, *(f"{space}/{name}" for name in BELOW)]
    saved: list[float] = []
    shown: list[float] = []
    for number in range(_SAVES):
        path = mine[number % len(mine)]
        base = member.read_form(action_url("edit", path))
        text = member.get(f"{page_url(path)}.md").text
        answer = member.post(
            action_url("edit", path), base=base, text=f"{text}\nUne ligne de plus, {time.time()}.\n"
        )
        assert answer.status == 303, answer.text
        if number >= 5:  # each worker has its processes and caches by then
            saved.append(answer.seconds)
            shown.append(member.get(page_url(path)).seconds)
    return saved, shown


def _unkept(visitor: Browser, url: str, number: int) -> float:
    """A view that was not kept: the word in the address makes it another one."""
    answer = visitor.get(f"{url}?once={number}-{time.time()}")
    assert answer.status == 200
    return answer.seconds
