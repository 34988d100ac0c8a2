"""Visitors who read 200 pages while somebody saves: never, once a second, ten times a second.

Those who save go round the same pages that are read, and look how late a visitor sees each save.
References of the same run: a bare Flask route by the same server; nginx with a file of what a
visitor is sent, compressed as browsers ask for it; and the same bytes by our server from a function
of two lines, which is the most that any application can reach with it. Beside the rates counts what
readers wait for at worst, and the lateness.
"""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.corpus import BELOW
from bench.lines import Line, ms, percentile
from bench.load import Browser, Storm, storm
from bench.servers import Server, bare_flask, nginx, serving
from bench.worlds import ACCOUNTS, World, world
from wiki.pages.urls import action_url, page_url

_PAGES = 200
_SECONDS = 10
_BROWSER = ("Accept: text/html", "Accept-Encoding: gzip")
#: saves a second, the least share of the quiet rate, and the longest p99 that is good
_STORMS = ((1, 1 / 2, 0.025), (10, 1 / 6, 0.050))
#: the longest that a visitor may be shown the text before a save
_LATEST = 1.0


@dataclass
class _Saves:
    """What those who saved saw: how long it took, and until a visitor saw it, in seconds."""

    waits: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    refused: int = 0


def run() -> Iterator[Line]:
    """In a wiki of 1,000 pages."""
    here = world(1000, 1000)
    below = [f"{page}/{name}" for page in here.pages for name in BELOW]
    urls = [page_url(path) for path in (*here.spaces, *here.pages, *below)][:_PAGES]
    with bare_flask() as bare, serving(here.folder) as wiki:
        wiki.settle()
        for _turn in range(8):  # new connections, until each worker has seen each page
            pages = [Browser(wiki).get(url).body for url in urls]
        quiet = storm(wiki, *urls, headers=_BROWSER, seconds=_SECONDS)
        plain = storm(bare, "/", headers=_BROWSER, seconds=_SECONDS)
        yield _line("Visitors on 200 pages, nobody saves", quiet, plain, "bare Flask route", 2.0)
        with TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"
            page.write_bytes(sorted(pages, key=len)[len(pages) // 2])
            with bare_flask(body=page) as constant:
                most = storm(constant, "/", headers=_BROWSER, seconds=_SECONDS)
            size = f"{page.stat().st_size / 1000:.1f} KB"
            yield _line(f"The same, {size}", quiet, most, "a constant by this server", 0)
            with _static(page) as static:
                if static is not None:
                    file = storm(static, "/page.html", headers=_BROWSER, seconds=_SECONDS)
                    yield _line(f"The same, {size}", quiet, file, "nginx with such a file", 0.5)
        for rate, share, longest in _STORMS:
            with _saving(wiki, here, rate) as saves:
                stormy = storm(wiki, *urls, headers=_BROWSER, seconds=_SECONDS)
            what = f"… while {rate} a second are saved"
            yield _line(what, stormy, quiet, "quiet", share)
            yield Line(
                f"{what}: p99 of a view",
                ms(stormy.p99),
                f"quiet {ms(quiet.p99)}",
                f"{stormy.p99 / quiet.p99:.1f} ×",
                f"≤ {ms(longest)}",
                stormy.p99 <= longest,
            )
            latest = max(saves.late)
            yield Line(
                f"{what}: a visitor sees it after",
                f"{ms(percentile(saves.late, 0.5))}, latest {ms(latest)}",
                f"{len(saves.late)} saves, p50 {ms(percentile(saves.waits, 0.5))}, "
                f"{saves.refused} refused",
                target=f"≤ {ms(_LATEST)}",
                reached=latest <= _LATEST and not saves.refused,
            )


def _line(what: str, one: Storm, other: Storm, name: str, share: float) -> Line:
    ratio = one.rate / other.rate
    return Line(
        what,
        f"{one.rate:,.0f} a second ({one.cpu * 1e6:.0f} µs CPU)",
        f"{name} {other.rate:,.0f} ({other.cpu * 1e6:.0f} µs)",
        f"{ratio:.2f} ×",
        f"≥ {share:.2g} ×" if share else "",
        ratio >= share if share else None,
    )


@contextmanager
def _saving(wiki: Server, here: World, rate: float) -> Iterator[_Saves]:
    """Accounts that save in turn, ``rate`` times a second together, each its own pages."""
    saves, ended = _Saves(), threading.Event()
    writers = [_Writer(wiki, number, space) for number, space in enumerate(here.spaces)]
    threads = [
        threading.Thread(target=writer.save_until, args=(ended, saves, rate / ACCOUNTS, number))
        for number, writer in enumerate(writers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield saves
    finally:
        ended.set()
        for thread in threads:
            thread.join()


class _Writer:
    """One account, and a visitor beside it who looks."""

    def __init__(self, wiki: Server, number: int, space: str) -> None:
        self._member, self._visitor = Browser(wiki), Browser(wiki)
        self._member.log_in(number)
        self._pages = [space, *(f"{space}/{name}" for name in BELOW)]

    def save_until(self, ended: threading.Event, saves: _Saves, rate: float, number: int) -> None:
        """Saves ``rate`` times a second until ``ended``; ``number`` spreads who begins when."""
        begun = time.monotonic() + number / ACCOUNTS / rate
        turn = 0
        while not ended.wait(max(0.0, begun + turn / rate - time.monotonic())):
            self._save(self._pages[turn % len(self._pages)], saves)
            turn += 1

    def _save(self, path: str, saves: _Saves) -> None:
        word = f"orage-{time.time_ns()}"
        base = self._member.read_form(action_url("edit", path))
        text = self._member.get(f"{page_url(path)}.md").text.partition("\norage-")[0]
        answer = self._member.post(
            action_url("edit", path), base=base, text=f"{text.rstrip()}\n\n{word}\n"
        )
        saved = time.perf_counter()
        saves.waits.append(answer.seconds)
        if answer.status != 303:
            saves.refused += 1
            return
        while word not in self._visitor.get(page_url(path)).text:
            time.sleep(0.01)
        saves.late.append(time.perf_counter() - saved)


@contextmanager
def _static(page: Path) -> Iterator[Server | None]:
    """nginx in the folder of ``page``, or None where there is none."""
    if shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") is None:
        print("  … nginx is missing: not compared with it", flush=True)
        yield None
        return
    page.parent.chmod(0o755)  # nginx's workers are nobody where it is started by root
    with nginx(page.parent) as server:
        yield server
