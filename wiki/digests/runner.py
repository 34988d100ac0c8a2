"""The run of digests: each minute it writes to those whose time has come, and to nobody twice.

Where a run is killed, those who were told are in rows with their mails, and the next run goes on
with the others. No save wakes it: a change is noticed, and grouped with those that follow soon.
"""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from wiki.digests.builder import Gathering
from wiki.digests.letters import letters
from wiki.digests.news import Desk
from wiki.instance import Instance
from wiki.people.follow.recipients import (
    Follower,
    Told,
    clock,
    due,
    join_accounts,
    oldest_positions,
    set_clock,
    tell,
)
from wiki.people.follow.subscriptions import DAY, NOW, WEEK
from wiki.projections.positions import position
from wiki.reading import Reader
from wiki.translation import use_language

#: the name of the task
TASK = "digests"
#: the hour of the morning, on the site, at which digests are written
MORNING = 7
#: what changes within so long of the first change is told in one mail
QUIET = timedelta(minutes=5)
#: those told at once are told so often of what waits for them and is in no page
WAITING = timedelta(hours=1)
#: followers who are told in one transaction
BATCH = 100
_NEEDED = ("changes", "catalogue")
_log = logging.getLogger(__name__)


class Round(NamedTuple):
    """Who is written to: those of ``rhythm`` last told before that moment; ``period`` names it."""

    rhythm: str
    before: datetime
    period: str


def run(instance: Instance) -> int:
    """Writes the digests that are due, as rows of mails; how many."""
    now = instance.private.now()
    reader = Reader(instance)
    if not _is_current(reader):
        # What cannot be judged by today's rights is not told; the next minute may know them.
        return 0
    join_accounts(instance.private, reader.head)
    zone = instance.settings.zone
    morning = _last_morning(now.astimezone(zone))
    monday = _last_morning(morning, weekday=0)
    written = write(instance, Round(DAY, morning, morning.date().isoformat()))
    written += write(instance, Round(WEEK, monday, f"{monday.date().isoformat()}:week"))
    return written + _at_once(instance, now, reader)


def write(instance: Instance, this: Round) -> int:
    """Writes to everyone of a round, some at a time; how many mails.

    Where the wiki changes meanwhile, the others are told of that too: rights are those of now.
    """
    private, now = instance.private, instance.private.now()
    desk: Desk | None = None
    after, written = "", 0
    while followers := due(private, this.rhythm, this.before, after, BATCH):
        reader = Reader(instance)
        if desk is None or desk.head != reader.head:
            if not _is_current(reader):
                break
            desk = _desk(instance, this, reader)
            gathering = Gathering(desk)
        told = [_told(instance, gathering, one, this, now) for one in followers]
        written += tell(private, told, desk.head, now)
        after = followers[-1].id
    if written:
        _log.info("%d digests written (%s)", written, this.rhythm)
    return written


def _at_once(instance: Instance, now: datetime, reader: Reader) -> int:
    """Those told at once: once some minutes have passed since the wiki began to change."""
    private = instance.private
    commit, when = clock(private, NOW)
    period = f"{reader.head[:16]}:{int(now.timestamp())}"
    if commit == reader.head:
        return write(instance, Round(NOW, now - WAITING, period))
    if when is None:
        set_clock(private, NOW, commit, now + QUIET)
        return 0
    if now < when <= now + QUIET:  # later only where the clock was ahead
        return 0
    written = write(instance, Round(NOW, now, period))
    set_clock(private, NOW, reader.head, None)
    return written


def _desk(instance: Instance, this: Round, reader: Reader) -> Desk:
    """The news since the first of those who are due was told."""
    changes = reader.changes
    places = [
        position(changes, commit, told)
        for commit, told in oldest_positions(instance.private, this.rhythm, this.before)
    ]
    return Desk(instance, min(places), reader.head)


def _told(
    instance: Instance, gathering: Gathering, follower: Follower, this: Round, now: datetime
) -> Told:
    with use_language(follower.lang):
        digest = gathering.digest(follower)
        mails = letters(instance, follower, digest, this.period, now)
    return Told(follower, mails, digest.known)


def _is_current(reader: Reader) -> bool:
    """Whether what is asked reflects the head: rights are read from there."""
    projections = reader.instance.projections
    return all(projections.catch_up(name) and not projections.behind(name) for name in _NEEDED)


def _last_morning(local: datetime, weekday: int | None = None) -> datetime:
    """The last time that it was ``MORNING`` on the site, on that day of the week."""
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning > local:
        morning = (morning.replace(tzinfo=None) - timedelta(days=1)).replace(tzinfo=local.tzinfo)
    if weekday is None:
        return morning
    days = (morning.weekday() - weekday) % 7
    return (morning.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=local.tzinfo)
