"""The start: seconds to the first page, memory of a worker, bytes of a reader's first view."""

import re
from collections.abc import Iterator

from bench.lines import Line
from bench.load import Browser
from bench.servers import Server, bare_flask, serving
from bench.worlds import World, world
from wiki.pages.urls import action_url, page_url

_STARTS = 3
_BUILT = re.compile(r'(?:src|href)="(/-/static/[^"]+)"')


def run() -> Iterator[Line]:
    """Cold start at 20,000 pages, memory at 10,000."""
    yield _start(world(20_000, 25_000))
    here = world(10_000, 25_000)
    with bare_flask() as bare, serving(here.folder) as wiki:
        _read_around(wiki, here)
        Browser(bare).get("/")
        mine = max(wiki.memory(pid) for pid in wiki.workers())
        least = max(bare.memory(pid) for pid in bare.workers())
        yield Line(
            "Memory of a worker, 10,000 pages",
            f"{mine[0]:.0f} MB resident, {mine[1]:.0f} MB its share",
            f"bare Flask {least[0]:.0f} MB, {least[1]:.0f} MB",
            f"{mine[0] / least[0]:.1f} ×",
            "≤ 150 MB",
            mine[0] <= 150,
        )
        total = _first_view(Browser(wiki), page_url(here.pages[0]))
        yield Line(
            "Bytes of a first view, compressed",
            f"{total / 1000:.0f} KB",
            "page, styles, scripts, fonts",
            "",
            "≤ 150 KB",
            total <= 150_000,
        )


def _start(here: World) -> Line:
    """The best of a few starts, each from nothing running; files are in the system's memory."""
    mine, least = [], []
    for _number in range(_STARTS):
        with bare_flask(wait=False) as bare:
            least.append(bare.wait())
        with serving(here.folder, wait=False) as wiki:
            mine.append(wiki.wait(page_url(here.pages[0])))
    return Line(
        "Cold start to the first page, 20,000 pages",
        f"{min(mine):.2f} s",
        f"bare Flask {min(least):.2f} s",
        f"{min(mine) / min(least):.1f} ×",
        "≤ 1.00 s",
        min(mine) <= 1.0,
    )


def _read_around(wiki: Server, here: World) -> None:
    """What readers do, until every worker has done most of it."""
    member, visitor = Browser(wiki), Browser(wiki)
    member.log_in()
    for path in here.pages:
        for reader in (member, visitor, Browser(wiki)):
            reader.get(page_url(path))
            reader.get(action_url("history", path))
            reader.get(f"/-/search?q={path.rpartition('/')[2].partition('-')[0]}")
    for _number in range(6):
        for url in ("/-/changes", "/-/needs", "/-/projects", "/-/search?q=atelier"):
            Browser(wiki).get(url)


def _first_view(visitor: Browser, url: str) -> int:
    """Bytes of a page and of what a browser fetches with it: styles, scripts, the fonts named."""
    page = visitor.get(url)
    total = len(page.body)
    for address in dict.fromkeys(_BUILT.findall(page.text)):
        total += len(visitor.get(address).body)
    return total
