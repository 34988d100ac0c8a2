"""A morning's digests for 1,000 and for 10,000 followers: seconds without mail time, and memory.

Each run is a process of its own on a copy of a world, so that its memory can be read. Followers are
as different as people are: most follow pages, some themes, words, territories and searches; three
in ten have no account, two in ten have a page and so an audience of their own. What is new are the
last commits of the world. The reference, in the same run: as many mails of that size, rendered by
the same templates from one value and put as rows, with nothing looked up.
"""

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bench.corpus import KINDS, REGIONS, THEMES, THINGS
from bench.lines import Line
from bench.worlds import world
from wiki.config import load_settings
from wiki.digests.builder import Digest, Group
from wiki.digests.builder import Line as NewsLine
from wiki.digests.letters import letters
from wiki.digests.runner import Round, write
from wiki.digests.words import Said
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.words import slug
from wiki.people.follow.recipients import Follower, Told, due
from wiki.people.follow.subscriptions import DAY
from wiki.people.mail.queue import count_mails, queue_mail
from wiki.people.models.accounts import PersonRow
from wiki.people.models.subscriptions import FollowerRow, WatchRow
from wiki.people.targets import Target
from wiki.reading import Reader
from wiki.reading.history import list_recent_changes
from wiki.reading.lists import list_paths

#: pages, commits, and of these the ones that are new this morning
PAGES, COMMITS, NEW = 5_000, 6_000, 500
FOLLOWERS = (1_000, 10_000)
#: seconds that 10,000 may take, and how much more memory than 1,000
TARGET, FLAT = 60.0, 1.3


def run() -> Iterator[Line]:
    """Both sizes, then what the larger one took beyond the smaller one's memory."""
    here = world(PAGES, COMMITS)
    peaks = []
    for count in FOLLOWERS:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "instance"
            shutil.copytree(here.folder, copy)
            told = _child(copy, count)
        peaks.append(told["peak"])
        yield Line(
            f"{count:,} followers, {told['mails']:,.0f} mails",
            f"{told['seconds']:.1f} s ({told['cpu']:.1f} s of CPU)",
            f"as many bare mails {told['reference']:.1f} s",
            f"{told['seconds'] / told['reference']:.1f} ×",
            f"≤ {TARGET:.0f} s" if count == FOLLOWERS[-1] else "",
            told["seconds"] <= TARGET if count == FOLLOWERS[-1] else None,
        )
    small, large = peaks
    yield Line(
        f"Peak memory, {FOLLOWERS[-1]:,} followers",
        f"{large:.0f} MB",
        f"{FOLLOWERS[0]:,} followers {small:.0f} MB",
        f"{large / small:.2f} ×",
        f"≤ {FLAT} ×",
        large / small <= FLAT,
    )


def _child(folder: Path, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.digests", str(folder), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measure(folder: Path, count: int) -> dict[str, float]:
    instance = open_instance(load_settings(folder, environ={}))
    try:
        reader = Reader(instance)
        _people(instance, reader, count)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        begun, busy = time.perf_counter(), time.process_time()
        mails = write(instance, Round(DAY, tomorrow, "2030-01-01"))
        seconds, cpu = time.perf_counter() - begun, time.process_time() - busy
        assert due(instance.private, DAY, tomorrow - timedelta(hours=30)) == []
        assert count_mails(instance.private).waiting == mails
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        reference = _bare(instance, mails)
    finally:
        close_instance(instance)
    return {"seconds": seconds, "cpu": cpu, "mails": mails, "peak": peak, "reference": reference}


def _people(instance: Instance, reader: Reader, count: int) -> None:
    """Followers who were last told yesterday, before the commits that are new."""
    chance = random.Random(count)  # noqa: S311
    pages = list_paths(reader, limit=PAGES)
    people = [path for path in pages if path.startswith("personnes/")]
    spaces = [path for path in pages if path.count("/") >= 3]
    taken = set(filter(None, _pages_taken(instance)))
    free = [path for path in people if path not in taken]
    chance.shuffle(free)
    before = list_recent_changes(reader, limit=NEW)[-1].commit
    yesterday = datetime.now(UTC) - timedelta(days=2)
    for start in range(0, count, 500):
        with instance.private.session() as session:
            for number in range(start, min(start + 500, count)):
                id_ = f"bench{number:07d}"
                account = number % 10 < 7
                if account:
                    page = free.pop() if number % 5 == 0 and free else None
                    session.add(_account(id_, number, page, yesterday))
                    session.flush()
                session.add(
                    FollowerRow(
                        id=id_,
                        person=id_ if account else None,
                        email=None if account else f"suit-{number}@example.org",
                        lang="fr" if number % 4 else "en",
                        rhythm=DAY,
                        paused=False,
                        commit=before,
                        told=yesterday,
                    )
                )
                session.flush()
                for target in {_target(chance, spaces) for _one in range(chance.randint(1, 8))}:
                    session.add(
                        WatchRow(
                            follower=id_,
                            kind=target.kind,
                            target=target.value,
                            since=yesterday,
                            known="",
                        )
                    )


def _pages_taken(instance: Instance) -> list[str | None]:
    with instance.private.reading() as session:
        return list(session.scalars(select(PersonRow.page)))


def _account(id_: str, number: int, page: str | None, when: datetime) -> PersonRow:
    return PersonRow(
        id=id_,
        email=f"suiveuse-{number}@example.org",
        name=f"Suiveuse {number}",
        role="admin" if number % 1000 == 0 else "member",
        lang="fr" if number % 4 else "en",
        page=page,
        created=when,
        grants=[],
    )


def _target(chance: random.Random, spaces: list[str]) -> Target:
    kind = chance.random()
    if kind < 0.6:
        # A few pages are followed by many, most by one or two.
        return Target("page", spaces[int(len(spaces) * chance.random() ** 2)])
    if kind < 0.7:
        return Target("theme", slug(chance.choice(THEMES)))
    if kind < 0.8:
        return Target("keyword", slug(chance.choice(THEMES)))
    if kind < 0.9:
        return Target("territory", slug(chance.choice(REGIONS)))
    return Target("search", f"q={slug(chance.choice(THINGS))}+{slug(chance.choice(KINDS))}")


def _bare(instance: Instance, count: int) -> float:
    """The time for ``count`` mails made of one value."""
    lines = tuple(
        NewsLine(f"Une page {number}", f"/projets/{number}", "Awa : page modifiée.", "Un mot")
        for number in range(4)
    )
    target = Target("page", "projets")
    digest = Digest((), 0, (Group(target, Said("Projets", "Projets", "/projets"), lines),), 0)
    now = datetime.now(UTC)
    begun = time.perf_counter()
    for start in range(0, count, 200):
        told = []
        for number in range(start, min(start + 200, count)):
            one = Follower(f"bare{number:07d}", None, "x@example.org", "fr", "", now, ())
            told.append(Told(one, letters(instance, one, digest, "bare", now)))
        with instance.private.session() as session:
            for mail in (mail for one in told for mail in one.mails):
                queue_mail(instance.private, session, mail)
    return time.perf_counter() - begun


def main() -> None:
    """The child: measures in FOLDER and prints one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    print(json.dumps(_measure(options.folder, options.count)))


if __name__ == "__main__":
    main()
