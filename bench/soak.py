"""A day of evenings in twenty minutes: everybody at once, and processes that are killed meanwhile.

    python -m bench soak                                      the twenty minutes
    python -m bench.soak --minutes 3 --plots docs/images      fewer of them, and two plots

A copy of a wiki of 1,000 pages in 25,000 commits is read, searched, written by form, pushed to over
git, typed in together and told of by mail (``evening.py``). Each kind of process is killed in turn
all the time. Web workers, and the server itself, are killed in the first third and at the end: what
stands between is one life of theirs, whose memory is compared with that at half time.

What the server said stands in ``carrefour-soak.log`` in the temporary folder.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.clones import git
from bench.evening import ADMIN, Evening, Told
from bench.lines import Line, ms, percentile
from bench.mails import sink
from bench.servers import Server, serving
from bench.watch import PARTS, Look, Watch
from bench.worlds import PASSWORD, world
from bench.writers import words_since
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.people.accounts import add_person
from wiki.repository.repository import Repository
from wiki.testing import free_port

MINUTES = 20.0
_SIZE, _COMMITS = 1_000, 25_000
#: kinds of processes that are killed in turn, and seconds between two of them
_KINDS, _PAUSE = ("task", "meaning", "coediting", "forker", "tasks", "keeper"), 30.0
#: when web workers are killed, and the server is, by SIGKILL and by SIGTERM, as parts of the whole
_WEB, _SERVER, _RESTART = (0.08, 0.14, 0.96), (0.20, 0.98), (0.26,)
_MORNINGS = 6
#: how much more than at half time is level
_LEVEL = 1.1


@dataclass
class Soaked:
    """What was found; ``lost`` and ``doubled`` are words of the ledger."""

    minutes: float
    told: Told
    begun: float
    looks: list[Look]
    kills: list[tuple[float, str]]
    starts: list[float]
    lost: int
    doubled: int
    healthy: bool

    def by_minute(self, value: Callable[[Look], float]) -> list[float]:
        """The mean of each whole minute."""
        found = []
        for minute in range(int(self.minutes)):
            within = [value(one) for one in self.looks if minute <= one.at / 60 < minute + 1]
            found.append(sum(within) / max(1, len(within)))
        return found


def run(minutes: float = MINUTES) -> Iterator[Line]:
    """The whole of it, as lines of the table."""
    return lines(soak(minutes))


def soak(minutes: float) -> Soaked:
    """Lets everybody in for ``minutes``, then compares what was acknowledged with git."""
    here = world(_SIZE, _COMMITS)
    with tempfile.TemporaryDirectory() as name, sink() as smtp:
        copy = Path(name) / "instance"
        shutil.copytree(here.folder, copy, symlinks=True)
        live = free_port()
        log = Path(tempfile.gettempdir()) / "carrefour-soak.log"
        log.unlink(missing_ok=True)
        settings: dict[str, Any] = {
            "log": log,
            "WIKI_SMTP_HOST": "127.0.0.1",
            "WIKI_SMTP_PORT": str(smtp),
            "WIKI_SMTP_STARTTLS": "false",
            "WIKI_LIVE_PORT": str(live),
            "WIKI_COMPARISONS_PER_MINUTE": "1000000",
        }
        with serving(copy, **settings) as wiki, _instance(copy, wiki.port, live) as instance:
            before = instance.repository.head()
            clone = Path(name) / "clone"
            git(Path(name), "clone", "--quiet", "--bare", str(copy / "content.git"), str(clone))
            wiki.settle()
            evening = Evening(wiki, here, instance, clone)
            begun = time.monotonic()
            watch = Watch(wiki, copy, begun)
            evening.begin()
            with watch.at_work():
                _meddle(wiki, evening, watch, 60 * minutes)
            evening.end()
        ledger = Counter(evening.told.words)
        lost, doubled = _compare(copy, before, ledger)
        command = [sys.executable, "-m", "wiki", "--instance", str(copy), "check"]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        if checked.returncode:
            print(checked.stdout, checked.stderr)
    return Soaked(
        minutes, evening.told, begun, watch.looks, watch.kills, watch.starts, lost, doubled,
        checked.returncode == 0,
    )  # fmt: skip


def lines(found: Soaked) -> Iterator[Line]:
    """What the issue is about, with ratios to half time."""
    told, minutes = found.told, found.minutes
    asked = ", ".join(f"{count:,} by {who}s" for who, count in sorted(told.asked.items()))
    again = ", ".join(f"{count} × {why}" for why, count in told.again.most_common())
    for one in told.unanswered[:5]:
        print(f"  … not answered: {one}")
    yield Line(
        f"An evening of {minutes:g} minutes: answers",
        f"{sum(told.asked.values()):,} ({asked}; {told.keys:,} keys)",
        f"asked again {sum(told.again.values())} times ({again}), at most {told.tries} tries",
        target="0 never answered",
        reached=not told.unanswered,
    )
    kinds = Counter(kind for _at, kind in found.kills)
    yield Line(
        "… killed meanwhile",
        f"{sum(kinds.values())} ({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))})",
        f"the server answered again after {', '.join(f'{one:.1f}' for one in found.starts)} s",
    )
    memory = found.by_minute(lambda one: sum(one.memory.values()))
    most = max(sum(one.memory.values()) for one in found.looks)
    yield _level("… memory of all processes", memory, "MiB", f"the most {most:.0f}")
    web = found.by_minute(lambda one: one.memory["web"])
    yield _level("… of web workers alone", web, "MiB")
    yield _level("… open files", found.by_minute(lambda one: one.files), "")
    yield _level("… processes", found.by_minute(lambda one: one.processes), "")
    for part in (*PARTS, "else"):
        disk = found.by_minute(lambda one, part=part: one.disk[part])  # type: ignore[misc]
        yield _level(f"… disk: {part}", disk, "MB")
    saved = len(told.words)
    yield Line(
        "… saves and pushed commits acknowledged, beside git",
        f"{found.lost} lost, {found.doubled} doubled, {told.conflicts} told of a conflict",
        f"{saved} acknowledged; `wiki check` {'finds nothing' if found.healthy else 'complains'}",
        target="0 lost, 0 doubled",
        reached=not (found.lost or found.doubled) and found.healthy,
    )
    half = found.begun + 30 * minutes
    for who in ("visitor", "member", "writer", "push"):
        early = [wait for at, one, wait in told.waits if one == who and at < half]
        late = [wait for at, one, wait in told.waits if one == who and at >= half]
        if not (early and late):
            continue
        first, second = percentile(early, 0.95), percentile(late, 0.95)
        yield Line(
            f"… what a {who} waits for, p95, second half",
            f"{ms(second)} (p50 {ms(percentile(late, 0.5))})",
            f"first half {ms(first)}",
            f"{second / first:.2f} ×",
        )


def _level(what: str, values: Sequence[float], unit: str, more: str = "") -> Line:
    """The highest minute after half time beside the last minute before it."""
    half = max(1, len(values) // 2)
    # The last minute sees the server killed.
    before, after = values[half - 1], max(values[half:-1] or values[half:])
    return Line(
        f"{what}, highest minute of the second half",
        f"{after:,.0f} {unit}".strip() + (f"; {more}" if more else ""),
        f"minute {half}: {before:,.0f} {unit}".strip(),
        f"{after / before:.2f} ×",
        f"≤ {_LEVEL} ×",
        after <= _LEVEL * before,
    )


def _meddle(wiki: Server, evening: Evening, watch: Watch, seconds: float) -> None:
    """Mornings and kills, in their time."""
    acts: list[tuple[float, Callable[[], None]]] = []
    for number in range(_MORNINGS):
        acts.append((number / _MORNINGS, evening.bring_morning))
    for number in range(int(0.95 * seconds / _PAUSE)):
        kind = _KINDS[number % len(_KINDS)]
        acts.append(((number + 1) * _PAUSE / seconds, lambda kind=kind: watch.kill(kind)))  # type: ignore[misc]
    acts += [(part, lambda: watch.kill("web")) for part in _WEB]
    acts += [(part, lambda: watch.restart(signal.SIGKILL)) for part in _SERVER]
    acts += [(part, lambda: watch.restart(signal.SIGTERM)) for part in _RESTART]
    begun = time.monotonic()
    for part, act in sorted(acts, key=lambda one: one[0]):
        time.sleep(max(0.0, begun + part * seconds - time.monotonic()))
        act()
    time.sleep(max(0.0, begun + seconds - time.monotonic()))
    wiki.wait()


def _compare(folder: Path, before: str, ledger: Counter[str]) -> tuple[int, int]:
    """How many words of ``ledger`` no commit since ``before`` brought, and how many two did."""
    repository = Repository.open(folder / "content.git", folder / "lock")
    try:
        found = Counter(words_since(repository, before))
    finally:
        repository.close()
    return sum(not found[word] for word in ledger), sum(found[word] > 1 for word in ledger)


@contextmanager
def _instance(folder: Path, port: int, live: int) -> Iterator[Instance]:
    """The same, opened here: for what is done without a browser."""
    instance = open_instance(load_settings(folder, environ={}, port=port, live_port=live))
    try:
        add_person(instance.private, email=ADMIN, name="Veille", role="admin", password=PASSWORD)
        yield instance
    finally:
        close_instance(instance)


def draw(found: Soaked, folder: Path) -> None:
    """Two plots: memory by kind of process; open files and disk, as parts of half time."""
    import leather

    parts: dict[str, Callable[[Look], float]] = {
        "all": lambda one: sum(one.memory.values()),
        "web workers": lambda one: one.memory["web"],
        "tasks": lambda one: sum(one.memory[kind] for kind in ("tasks", "forker", "task")),
        "encoders": lambda one: one.memory["meaning"],
    }
    memory = leather.Chart(f"Memory (PSS, MiB), {found.minutes:g} minutes of an evening")
    for name, part in parts.items():
        memory.add_line([(_when(found, one), part(one)) for one in found.looks], name=name)
    half = min(found.looks, key=lambda one: abs(one.at - 30 * found.minutes))
    rest = leather.Chart("Open files and disk, 1 at half time")
    rest.add_y_scale(0, 2)
    rest.add_line(
        [(_when(found, one), one.files / half.files) for one in found.looks], name="files"
    )
    for where in PARTS:
        line = [(_when(found, one), one.disk[where] / half.disk[where]) for one in found.looks]
        rest.add_line(line, name=where)
    for chart, name in ((memory, "memory"), (rest, "rest")):
        chart.add_x_scale(0, found.minutes)
        svg = f"{chart.to_svg(width=720, height=420)}\n"
        (folder / f"soak-{name}.svg").write_text(svg, "utf-8")


def main() -> None:
    """Measures once, prints the lines, and draws the plots where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--plots", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    found = soak(options.minutes)
    for line in lines(found):
        reached = {True: "✓", False: "✗", None: ""}[line.reached]
        print(f"{line.what}: {line.value} | {line.reference} | {line.ratio} {reached}")
    print(f"Memory by minute, MiB: {_minutes(found, lambda one: sum(one.memory.values()))}")
    for kind in sorted({kind for one in found.looks for kind in one.memory}):
        of_it = _minutes(found, lambda one, kind=kind: one.memory[kind])  # type: ignore[misc]
        print(f"… of {kind}: {of_it}")
    print(f"load {load:.1f} before, {os.getloadavg()[0]:.1f} after")
    if options.plots:
        draw(found, options.plots)


def _when(found: Soaked, look: Look) -> float:
    return min(look.at / 60, found.minutes)


def _minutes(found: Soaked, value: Callable[[Look], float]) -> str:
    return " ".join(f"{one:.0f}" for one in found.by_minute(value))


if __name__ == "__main__":
    main()
