"""Ten sites, each other's sisters: how soon a change, and what is withdrawn, has reached them all.

    python -m bench sisters                                     ten sites of 500 projects each
    python -m bench.sisters --sites 4 --projects 50             fewer

Times are from the commit, so with the ping, until a visitor's search and the board of needs say it
at each of the others; for what is withdrawn, until neither does and the copy's address is 404. The
reference is git alone: the same commit fetched from the same public history by as many
repositories, one after the other.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from bench.clones import git
from bench.lines import Line, ms, percentile, timed
from bench.sites import Site, copies_size, cpu_of, serving_sites, settle
from bench.spread import PATIENCE, new_page, seconds_until, word_of
from wiki.people.models.sisters import SisterExchangeRow
from wiki.people.sisters import exchanges, registry
from wiki.repository.process import run as run_git
from wiki.sisters.fetch import remote_folder
from wiki.sisters.poll import poll

SITES, PROJECTS = 10, 500
#: seconds that it may take until a change is found everywhere, and until what is withdrawn is gone
_FOUND, _GONE = 60.0, 300.0
_ROUNDS = 3
#: seconds between looks where all of them are looked at for all
_SELDOM = 3.0
_MONTH = timedelta(days=31)
#: searches whose time and CPU are measured
_ASKED = 40


def run(count: int = SITES, projects: int = PROJECTS) -> Iterator[Line]:
    """The first exchange, changes, withdrawals, one that is off, and what it all takes."""
    with tempfile.TemporaryDirectory() as name:
        begun = time.monotonic()
        with serving_sites(Path(name), count, projects) as sites:
            yield _first(sites, projects, begun)
            clones = _clones(sites[0], Path(name) / "clones", count - 1)
            yield from _changes(sites, clones)
            yield _all_at_once(sites)
            gone, blobs = yield from _withdrawn(sites)
            yield from _away(sites)
            yield from _taken(sites)
            yield _forgotten(sites, gone, blobs)


def _first(sites: Sequence[Site], projects: int, begun: float) -> Line:
    """Each has the pages of all others."""
    while True:
        known = [registry.listed(site.instance.private) for site in sites]
        there = sum(one.copied is not None for rows in known for one in rows)
        if there == len(sites) * (len(sites) - 1):
            break
        assert time.monotonic() - begun < PATIENCE, f"{there} copies"
        time.sleep(1)
    spent, cpu = time.monotonic() - begun, cpu_of(sites)
    pages = sum(one.pages for rows in known for one in rows)
    settle(sites)
    return Line(
        f"{len(sites)} sites of {projects} projects, started: each shows all of the others",
        f"{spent:.0f} s",
        f"{there} copies, {pages:,} pages; CPU of all, with their starts: {cpu:.0f} s",
    )


def _changes(sites: Sequence[Site], clones: Sequence[Path]) -> Iterator[Line]:
    """One page more in one of them, several times; what that costs them all."""
    waits, fetched, cpu = [], [], []
    for turn in range(_ROUNDS):
        settle(sites)
        used = cpu_of(sites)
        waits += seconds_until(sites, sites[0], *new_page(sites[0], word_of(turn)))
        settle(sites)
        cpu.append(cpu_of(sites) - used)
        fetched.append(_fetched(sites[0], clones))
    middle, most = percentile(waits, 0.5), max(waits)
    reference = percentile(fetched, 0.5)
    yield Line(
        f"A page saved in one: found at each of the {len(sites) - 1} others",
        f"p50 {middle:.1f} s, max {most:.1f} s",
        f"git fetch, {len(clones)} times: {reference:.2f} s",
        f"{most / reference:.0f} ×",
        f"≤ {_FOUND:.0f} s",
        most <= _FOUND,
    )
    yield Line("… CPU of all sites together, with the searches", f"{percentile(cpu, 0.5):.1f} s")


def _all_at_once(sites: Sequence[Site]) -> Line:
    """Each saves a page in the same second."""
    made = [(site, *new_page(site, word_of(100 + number))) for number, site in enumerate(sites)]
    with ThreadPoolExecutor(len(sites)) as pool:
        found = pool.map(lambda one: seconds_until(sites, *one, look=_SELDOM), made)
        waits = [one for some in found for one in some]
    return Line(
        "A page saved in each at once: all found at all others",
        f"p50 {percentile(waits, 0.5):.1f} s, max {max(waits):.1f} s",
        target=f"≤ {_FOUND:.0f} s",
        reached=max(waits) <= _FOUND,
    )


def _withdrawn(sites: Sequence[Site]) -> Generator[Line, None, tuple[float, list[str]]]:
    """A page closed, and one deleted; when the last was, and its blobs."""
    origin, blobs = sites[0], list[str]()
    ways: dict[str, str | None] = {
        "closed": "---\nvisibility: members\n---\n\n# Fermée\n",
        "deleted": None,
    }
    since = 0.0
    for turn, (way, text) in enumerate(ways.items()):
        settle(sites)
        file, word = f"projets/{word_of(turn)}.md", word_of(turn)
        # As it was sent, and as it is shown.
        shown = sites[1].instance.copies.folder / "content.git"
        sent = origin.folder / "content.git"
        for folder, name in ((sent, file), (shown, f"{origin.name}/{file}")):
            blobs.append(run_git(folder, "rev-parse", f"main:{name}")[1].decode().strip())
            assert _holds(sites[1], origin, blobs[-1])
        origin.write({file: text})
        since = time.monotonic()
        waits = seconds_until(sites, origin, word, since, gone=True)
        yield Line(
            f"A page {way}: gone at each of the others",
            f"p50 {percentile(waits, 0.5):.1f} s, max {max(waits):.1f} s",
            target=f"≤ {_GONE:.0f} s",
            reached=max(waits) <= _GONE,
        )
    return since, blobs


def _away(sites: Sequence[Site]) -> Iterator[Line]:
    """One that answers no more, what that costs the others; it is back after a month."""
    one, *others = sites[1], sites[0], *sites[2:]
    settle(sites)
    before = _cost(others[0])
    one.fall_silent()
    waits = seconds_until(others, others[0], *new_page(others[0], word_of(200)))
    yield Line(
        "One takes calls and never answers: a page saved is found at each of the rest",
        f"p50 {percentile(waits, 0.5):.1f} s, max {max(waits):.1f} s",
        target=f"≤ {_FOUND:.0f} s",
        reached=max(waits) <= _FOUND,
    )
    private = others[0].instance.private
    while exchanges.get(private, one.name).state != exchanges.FAILED:
        poll(others[0].instance, one.name, wait=True)
    one.hang_up()
    settle(others)
    after = _cost(others[0])
    yield timed("With a dead sister: a search, p50", after[0], before[0], "before")
    yield timed("… its CPU", after[1], before[1], "before")
    used = time.process_time()
    poll(others[0].instance, one.name, wait=True)
    yield Line("… CPU of asking it in vain, once an hour", ms(time.process_time() - used))
    gone = word_of(2)
    others[0].write({f"projets/{gone}.md": None})
    seconds_until(others, others[0], gone, time.monotonic(), gone=True)
    there, _since = new_page(others[0], word_of(201))
    seconds_until(others, others[0], there, _since)
    here, _since = new_page(one, word_of(202))
    _pass_month(one, others)
    one.running.start_again()
    began = time.monotonic()
    yield from _back(sites, one, (there, here, gone), began)


def _back(
    sites: Sequence[Site], one: Site, words: tuple[str, str, str], began: float
) -> Iterator[Line]:
    """Until it shows what the others have, and they what it has."""
    there, here, gone = words
    origin = sites[0]
    answered = one.running.wait(patience=120)
    with ThreadPoolExecutor(3) as pool:
        theirs = pool.submit(seconds_until, [origin, one], origin, there, began)
        lost = pool.submit(seconds_until, [origin, one], origin, gone, began, gone=True)
        ours = pool.submit(seconds_until, sites, one, here, began)
        own = max(theirs.result() + lost.result())
        waits = ours.result()
    yield Line(
        "Back after a month: it shows what is new at another, and not what is gone",
        f"{own:.1f} s",
        f"its server answers after {answered:.1f} s",
        f"{own / answered:.1f} ×",
        f"≤ {_FOUND:.0f} s",
        own <= _FOUND,
    )
    yield Line(
        "… the others show what is new at it",
        f"p50 {percentile(waits, 0.5):.1f} s, max {max(waits):.1f} s",
        target=f"≤ {_FOUND:.0f} s",
        reached=max(waits) <= _FOUND,
    )


def _taken(sites: Sequence[Site]) -> Iterator[Line]:
    """Memory and disk."""
    settle(sites)
    memory = [site.running.memory_of_all() for site in sites]
    yield Line(
        "Memory of a site, all its processes",
        f"{percentile(memory, 0.5):.0f} MiB, at most {max(memory):.0f}",
    )
    copies, rest = zip(*map(copies_size, sites), strict=True)
    mine, own = percentile(copies, 0.5), percentile(rest, 0.5)
    yield Line(
        f"Disk of the copies of {len(sites) - 1} sisters, at one",
        f"{mine:.0f} MB",
        f"all else of it {own:.0f} MB",
        f"{mine / own:.1f} ×",
    )


def _forgotten(sites: Sequence[Site], since: float, blobs: Sequence[str]) -> Line:
    """Until git has no more what was withdrawn, at none of the others."""
    origin, *others = sites
    while any(_holds(other, origin, blob) for other in others for blob in blobs):
        assert time.monotonic() - since < PATIENCE, "git still has what was withdrawn"
        time.sleep(1)
    spent = time.monotonic() - since
    return Line(
        "What was withdrawn: no object of git's any more at the others, looked at the end",
        f"{spent:.0f} s at most",
        target=f"≤ {PATIENCE:.0f} s",
        reached=True,
    )


def _holds(site: Site, origin: Site, blob: str) -> bool:
    sent = remote_folder(site.instance, origin.name)
    shown = site.instance.copies.folder / "content.git"
    asked = ("cat-file", "-e", blob)
    return any(run_git(one, *asked, accept=(0, 1, 128))[0] == 0 for one in (sent, shown))


def _cost(site: Site) -> tuple[float, float]:
    """Seconds of a search that nothing is kept of, p50, and seconds of CPU of one."""
    browser, before = site.browser(), site.web_cpu()
    waits = []
    for number in range(_ASKED):
        answer = browser.get(f"/-/search?q=capteur+{time.monotonic_ns()}+{number}")
        assert answer.status == 200
        waits.append(answer.seconds)
    return percentile(waits, 0.5), (site.web_cpu() - before) / _ASKED


def _pass_month(one: Site, others: Sequence[Site]) -> None:
    """Has all that ``one`` last knew be a month old, and the others have called it in vain."""
    moments = ("since", "tried", "seen", "due", "stated", "held")
    for name in registry.by_name(one.instance.private):
        how = exchanges.get(one.instance.private, name)
        known = {field: getattr(how, field) for field in moments}
        older = {field: at - _MONTH for field, at in known.items() if at is not None}
        _update(one, name, **older)
    for other in others:
        private = other.instance.private
        how = exchanges.get(private, one.name)
        now = private.now()
        assert how.seen is not None and how.stated is not None
        _update(
            other, one.name, state=exchanges.FAILED, failures=700, since=now - _MONTH,
            seen=how.seen - _MONTH, stated=how.stated - _MONTH, tried=now,
            due=now + timedelta(hours=1),
        )  # fmt: skip


def _update(site: Site, name: str, **values: object) -> None:
    with site.instance.private.session() as session:
        session.execute(
            update(SisterExchangeRow).where(SisterExchangeRow.sister == name).values(**values)
        )


def _clones(origin: Site, folder: Path, count: int) -> list[Path]:
    """As many repositories that have what ``origin`` gives."""
    made = []
    folder.mkdir()
    for number in range(count):
        target = folder / f"{number}.git"
        git(folder, "clone", "--bare", "--quiet", "--depth=1", _public(origin), os.fspath(target))
        made.append(target)
    return made


def _fetched(origin: Site, clones: Sequence[Path]) -> float:
    """Seconds in which each of ``clones`` has what ``origin`` gives now."""
    begun = time.perf_counter()
    for clone in clones:
        git(clone, "fetch", "--quiet", "--depth=1", _public(origin), "+main:main")
    return time.perf_counter() - begun


def _public(origin: Site) -> str:
    return f"file://{(origin.folder / 'index' / 'public.git').resolve()}"


def main() -> None:
    """Measures so many sites of so many projects."""
    parser = argparse.ArgumentParser(prog="python -m bench.sisters")
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--projects", type=int, default=PROJECTS)
    options = parser.parse_args()
    begun, load = time.monotonic(), os.getloadavg()[0]
    for line in run(options.sites, options.projects):
        reached = {True: "✓", False: "✗", None: ""}[line.reached]
        print(f"{line.what}: {line.value} | {line.reference} | {line.ratio} {reached}", flush=True)
    print(
        f"{time.monotonic() - begun:.0f} s; load {load:.1f} before, {os.getloadavg()[0]:.1f} after"
    )


if __name__ == "__main__":
    main()
