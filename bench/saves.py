"""Saves, a page's history and recent changes, as pages and commits grow.

A save is a whole one: the form with its token, sent by someone signed in, answered once the commit
is on disk. Its reference is the least that git could do: one ``git fast-import`` with the same
settings that changes the same file on a branch of its own.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench.corpus import BELOW
from bench.lines import Line, ms, percentile, timed
from bench.load import Browser
from bench.servers import bare_flask, serving
from bench.worlds import World, world
from wiki.errors import NotFound
from wiki.pages.urls import action_url, page_url
from wiki.repository.importing import ARGUMENTS, SETTINGS
from wiki.repository.importstream import commit_command, write_command
from wiki.repository.objects import Author
from wiki.repository.process import run as run_git
from wiki.repository.repository import Repository

#: pages, commits, and the longest save that is good
GROWTH = ((1_000, 1_000, 0.015), (10_000, 25_000, 0.015), (20_000, 25_000, 0.015))
LARGEST = (50_000, 100_000, 0.025)
_SAVES = 40
_VIEWS = 20


def run() -> Iterator[Line]:
    """The growth curve."""
    for size, commits, target in (*GROWTH, LARGEST):
        here = world(size, commits, search=size < LARGEST[0])
        with bare_flask() as bare, serving(here.folder) as wiki:
            member, visitor = Browser(wiki), Browser(wiki)
            member.log_in()
            reference = Browser(bare)
            plain = percentile([reference.get("/").seconds for _ in range(_VIEWS)], 0.5)
            saved, shown = _save(member, here)
            least = _least(here)
            yield timed(
                f"A save, {size:,} pages, p50", saved, least, "git fast-import alone", target
            )
            yield Line(f"The page after it, {size:,} pages, p50", ms(shown))
            for words, url in (
                ("The history of a page", action_url("history", here.pages[0])),
                ("Recent changes", action_url("changes")),
            ):
                times = [_unkept(visitor, url, number) for number in range(_VIEWS)]
                middle = percentile(times, 0.5)
                what = f"{words}, {commits:,} commits, p50"
                yield timed(what, middle, plain, "bare Flask page", 0.020)


def _save(member: Browser, here: World) -> tuple[float, float]:
    """The middle time of a save, and of reading the page once it is saved."""
    space = here.spaces[0]
    mine = [space, *(f"{space}/{name}" for name in BELOW)]
    saved, shown = [], []
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
    return percentile(saved, 0.5), percentile(shown, 0.5)


def _unkept(visitor: Browser, url: str, number: int) -> float:
    """A view that was not kept: the word in the address makes it another one."""
    answer = visitor.get(f"{url}?once={number}-{time.time()}")
    assert answer.status == 200
    return answer.seconds


def _least(here: World) -> float:
    """The middle time of one fast-import, synced like a save, that changes one page."""
    repository = Repository.open(here.folder / "content.git", here.folder / "lock")
    author = Author("Une mesure", "bench@people.invalid")
    branch, times = b"refs/heads/bench", []
    head = repository.head()
    file = f"{here.pages[0]}/index.md"
    blob = repository.read(file, head)
    if blob is None:
        raise NotFound(file)
    try:
        for number in range(12):
            script = (
                b"commit %s\n" % branch
                + commit_command(author, "une mesure", datetime.now(UTC))
                + (b"from %s\n" % head.encode() if number == 0 else b"from %s^0\n" % branch)
                + write_command(file, "blob", blob.data + b"%d\n" % number)
                + b"\ndone\n"
            )
            begun = time.perf_counter()
            run_git(repository.folder, *ARGUMENTS, given=script, settings=SETTINGS, cwd="/")
            times.append(time.perf_counter() - begun)
    finally:
        run_git(repository.folder, "update-ref", "-d", branch.decode())
        repository.close()
    return percentile(times, 0.5)
