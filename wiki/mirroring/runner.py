"""Which mirrors are due, one after the other; what each run has found is noted, and told."""

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from wiki.hookspecs.background import Backlog
from wiki.instance import Instance
from wiki.mirroring.exchange import exchange
from wiki.mirroring.notifications import tell
from wiki.people.mirrors import PULL, Mirror, begin, end, get, listed
from wiki.people.store.locks import turn
from wiki.translation import gettext as _
from wiki.translation import use_language

TASK = "mirrors"
#: A remote is asked so often whether it has something new; what we have new is pushed at once.
LOOK_EVERY = timedelta(minutes=5)
#: likewise one that we only push to, where nobody should have anything new
GLANCE_EVERY = timedelta(hours=1)
_LOCK = "mirrors.lock"
#: seconds that who wants a run of their own waits for another machine's
_LONGEST = 3600.0
_log = logging.getLogger(__name__)


def run(instance: Instance) -> int:
    """Runs the mirrors that are due; returns how many. None where another process is at it."""
    with _alone(instance, wait=False) as alone:
        if not alone:
            return 0
        due = [mirror.name for mirror in listed(instance.private) if _is_due(instance, mirror)]
        for name in due:
            _run(instance, name)
        return len(due)


def count_waiting(instance: Instance) -> Backlog:
    """The mirrors whose time has come, or that are in trouble, and since when the first is."""
    now = instance.private.now()
    since = [
        one.since if one.in_trouble else one.due
        for one in listed(instance.private)
        if one.in_trouble or one.is_due(now)
    ]
    return Backlog(_("Copies elsewhere"), len(since), min(since, default=None))


def run_now(instance: Instance, names: Sequence[str]) -> list[Mirror]:
    """Runs these mirrors, due or not, and returns them as they are then. Raises NotFound."""
    with _alone(instance, wait=True):
        for name in names:
            get(instance.private, name)
        runs = (_run(instance, name, anew=True) for name in names)
        return [found for found in runs if found is not None]


def _is_due(instance: Instance, mirror: Mirror) -> bool:
    if mirror.is_due(instance.private.now()):
        return True
    # A remote that is down is not called for each save.
    return mirror.pushes and not mirror.failures and instance.repository.head() != mirror.head


def _run(instance: Instance, name: str, *, anew: bool = False) -> Mirror | None:
    private = instance.private
    mirror = get(private, name)
    begin(private, name)
    with use_language(instance.settings.lang):
        outcome = exchange(instance, mirror, anew=anew)
    again = GLANCE_EVERY if mirror.direction not in (PULL, "both") else LOOK_EVERY
    now = end(private, name, outcome, again)
    if now is not None:
        if now.in_trouble:
            _log.warning("mirror %s: %s: %s", name, now.state, now.said)
        tell(instance, now)
    return now


@contextmanager
def _alone(instance: Instance, *, wait: bool) -> Iterator[bool]:
    """The runs of an instance, one at a time, at whatever node; whether it is ours."""
    path = instance.settings.instance / _LOCK
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        with turn(instance.private, TASK, wait=_LONGEST if wait else 0) as mine:
            yield mine is not None
    except BlockingIOError:
        yield False
    finally:
        os.close(file)
