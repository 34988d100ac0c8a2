"""Memory of all processes of a server together, by process: idle, after use, of a small machine's.

What counts is the proportional share (PSS): what processes have in common counts once.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from bench.lines import Line
from bench.load import Browser
from bench.servers import Server, bare_flask, serving
from bench.worlds import World, world
from wiki.pages.urls import action_url, page_url

#: seconds after a start, or the last request, in which what has nothing to do ends
_SETTLES = 60
#: pages, and spaces among them, that are read
_READ, _SAVES = 200, 8
_LOOK = 0.2
_SMALL = 256


def run() -> Iterator[Line]:
    """1,000 pages, then as many as are promised of the profile ``small``."""
    here = world(1_000, 1_000)
    with bare_flask() as bare:
        _storm_bare(bare)
        reference = bare.memory_of_all()
    with serving(here.folder) as wiki:
        idle = _settled(wiki)
        yield _line("Memory of all processes, 1,000 pages, idle", wiki, idle, reference, 160)
        with _watched(wiki) as most:
            _use(wiki, here)
        used = _settled(wiki)
        yield _line("… after 200 pages, searches and saves", wiki, used, reference, 260)
        yield Line("… the most meanwhile", _mib(max(most)))
    large = world(5_000, 5_000)
    with bare_flask(workers=1) as bare:
        _storm_bare(bare)
        reference = bare.memory_of_all()
    with serving(large.folder, workers=1, WIKI_PROFILE="small") as wiki:
        with _watched(wiki) as most:
            _use(wiki, large)
            _settled(wiki)
        what = "Profile small, 5,000 pages: the most of all processes, from the start on"
        yield _line(what, wiki, max(most), reference, _SMALL)


def _line(what: str, wiki: Server, value: float, reference: float, most: float) -> Line:
    return Line(
        what,
        f"{_mib(value)} ({', '.join(f'{one:.0f}' for one in wiki.shares() if one >= 1)})",
        f"bare Flask {_mib(reference)}",
        f"{value / reference:.1f} ×",
        f"≤ {most} MiB",
        value <= most,
    )


def _mib(value: float) -> str:
    return f"{value:.0f} MiB"


def _settled(server: Server) -> float:
    time.sleep(_SETTLES)
    return server.memory_of_all()


@contextmanager
def _watched(server: Server) -> Iterator[list[float]]:
    """Gives what all processes together took, look by look."""
    found: list[float] = []
    over = Event()

    def watch() -> None:
        while not over.wait(_LOOK):
            found.append(server.memory_of_all())

    thread = Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _storm_bare(server: Server) -> None:
    for _number in range(200):
        Browser(server).get("/")


def _use(wiki: Server, here: World) -> None:
    """What people do: read, search, look at what is near and what fits, save."""
    member, visitor = Browser(wiki), Browser(wiki)
    member.log_in()
    pages = [here.pages[number % len(here.pages)] for number in range(_READ)]
    for number, path in enumerate(pages):
        reader = (member, visitor, Browser(wiki))[number % 3]
        assert reader.get(page_url(path)).status == 200
        if number % 10 == 0:
            for url in ("/-/changes", "/-/needs", "/-/projects", action_url("history", path)):
                reader.get(url)
            reader.get(f"/-/search?q={path.rpartition('/')[2].partition('-')[0]}")
        if number % 40 == 0:
            reader.get(action_url("near", query={"of": path}))
            reader.get("/-/near?q=capteurs+dans+une+ferme")
    for path in here.spaces[:1] * _SAVES:
        edit = action_url("edit", path)
        base = member.read_form(edit)
        text = f"{member.get(f'{page_url(path)}.md').text}\nUne ligne de plus, {time.time()}.\n"
        assert member.post(edit, base=base, text=text).status == 303
        assert visitor.get(page_url(path)).status == 200
