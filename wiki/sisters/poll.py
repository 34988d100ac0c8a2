"""A sister is asked: what it says of itself, then, where it has something new, its pages.

::

    statement ─▶ its address? its key? its clock? newer than the last? ─▶ head as before? nothing
                                                                            │ another
    the copy  ◀─ mount ◀─ its files may be here? ◀─ the commit it named? ◀─ fetch
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import thread_time
from typing import Any

from wiki.errors import BadRequest, WikiError
from wiki.instance import Instance
from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.exchanges import FAILED, IN_STEP, REFUSED, STOPPED, Exchange
from wiki.people.sisters.registry import Sister
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.sisters import upkeep
from wiki.sisters.calls import Unanswered, ask_statement
from wiki.sisters.fetch import fetched
from wiki.sisters.holdings import follow_departures
from wiki.sisters.keys import own_key
from wiki.sisters.mount import held_tree, mount, unmount
from wiki.sisters.statement import Rekeyed, Statement, read_statement
from wiki.sisters.tree import Bounds, Source, read_source
from wiki.task_queue import wake
from wiki.translation import gettext as _
from wiki.translation import use_language

_log = logging.getLogger(__name__)

#: the task that asks those whose time has come
TASK = "sisters"
#: the time between two looks for who is due, where nobody wakes the task
_TICK = timedelta(minutes=1)
#: silence after which a sister is told that we are there again
QUIET = timedelta(minutes=30)


class Ended(BadRequest):
    """The sister is none any more, or blocked, by the time that its pages have come."""


def poll(instance: Instance, name: str, *, wait: bool = False) -> bool:
    """Asks the sister; whether it had been quiet for long. What went wrong stands in its row.

    Nothing where another process is at it, unless that is to be waited for.
    """
    private = instance.private
    with _alone(instance, name, wait=wait) as alone, use_language(instance.settings.lang):
        sister = registry.by_name(private).get(name)
        if not alone or sister is None or sister.blocked:
            return False
        before = exchanges.get(private, name)
        exchanges.begin(private, name)
        begun, found, said = thread_time(), dict[str, Any](), ""
        try:
            found = _ask(instance, sister, before)
        except Unanswered as error:
            state, said = FAILED, error.words
        except WikiError as error:
            state, said = REFUSED, error.words
        except Exception:
            _log.exception("sister %s could not be asked", name)
            state, said = FAILED, _("A fault of ours: it is in the log.")
        else:
            state = found.pop("state")
        cost = timedelta(seconds=thread_time() - begun)
        rest = exchanges.end(private, name, state, said, cost, **found)
        if found:
            follow_departures(instance, name)
        if rest < _TICK:
            wake(instance.settings, TASK, rest.total_seconds())
        away = before.seen is None or private.now() - before.seen > QUIET
        return away and bool(found)


def _ask(instance: Instance, sister: Sister, before: Exchange) -> dict[str, Any]:
    """What of an Exchange was found. Raises Unanswered, WikiError."""
    said = _statement(instance, sister, before)
    now = instance.private.now()
    ours = instance.settings.public_url
    named = ours in said.shares
    stopped = None if named else before.stopped or now
    found: dict[str, Any] = {
        "state": IN_STEP,
        "seen": now,
        "stated": said.at,
        "names_us": said.shares.get(ours),
        "stopped": stopped,
        "met_there": said.met.get(ours, 0),
    }
    # Of what it does not say that it shows, it shows nothing.
    found["holds"], found["held"] = said.copies.get(ours, ("", None))
    if _is_over(instance, stopped, now):
        _hide(instance, sister)
        return found | {"state": STOPPED, "head": ""}
    copies = instance.copies.find()
    there = copies is not None and held_tree(copies, sister.name) != EMPTY
    if said.head != before.head or (sister.pages and not there):
        head = said.head
        if head == EMPTY:
            _hide(instance, sister)
        else:
            head = _take(instance, sister, before, said)
        found["head"] = head
    return found


def _statement(instance: Instance, sister: Sister, before: Exchange) -> Statement:
    token = ask_statement(instance, sister.address)
    now = instance.private.now()
    try:
        said = read_statement(token, sister.address, now, sister.kid, sister.key)
    except Rekeyed:
        _check_copy(instance, sister, read_statement(token, sister.address, now).kid)
        raise
    if before.stated is not None and said.at < before.stated:
        raise BadRequest(_("What it says is older than what it said last: somebody repeats it."))
    if said.kid != sister.kid:
        registry.set_key(
            instance.private, sister.name, said.kid, said.key, by=_("the sister itself")
        )
    registry.set_title(instance.private, sister.name, said.name)
    return said


def _check_copy(instance: Instance, sister: Sister, kid: str) -> None:
    """Raises BadRequest where the key is that of another sister, or ours: it has become a copy."""
    keys = {one.kid: one.address for one in registry.listed(instance.private)}
    keys[own_key(instance.private).kid] = instance.settings.public_url
    if (other := keys.get(kid, sister.address)) != sister.address:
        raise registry.is_copy(other)


def _take(instance: Instance, sister: Sister, before: Exchange, said: Statement) -> str:
    """Fetches and shows what the sister has now; its commit. Raises Unanswered, WikiError."""
    repository = fetched(instance, sister)
    try:
        head = repository.head()
        if head != said.head:
            # Somebody may have saved there between the two questions.
            said = _statement(instance, sister, before)
            if head != said.head:
                raise BadRequest(_("Its pages are not those that it says it has."))
        source = _shown(instance, sister, said.name, repository, head)
    finally:
        repository.close()
    registry.note_copied(instance.private, sister.name, head, source.pages, source.size)
    return head


def _shown(
    instance: Instance, sister: Sister, title: str, repository: Repository, head: str
) -> Source:
    """Shows ``head`` but for what is blocked, at the end of it too. Raises BadRequest."""
    bounds = Bounds(size=instance.settings.sister_size)
    while True:
        blocked = registry.blocked_pages(instance.private, sister.name)
        source = read_source(repository, head, bounds, blocked)
        mount(instance, sister.name, title, repository, source)
        now = registry.by_name(instance.private).get(sister.name)
        if now is None or now.blocked:
            # An administrator has ended it while it was asked, and taken away what was there.
            upkeep.remove(instance, sister.name)
            raise Ended(_("Nothing is exchanged with this site at present."))
        if registry.blocked_pages(instance.private, sister.name) == blocked:
            return source


def _hide(instance: Instance, sister: Sister) -> None:
    unmount(instance, sister.name)
    if sister.copied is not None:
        registry.note_copied(instance.private, sister.name, "", 0, 0)


def _is_over(instance: Instance, stopped: datetime | None, now: datetime) -> bool:
    delay = timedelta(days=instance.settings.sister_delay_days)
    return stopped is not None and now - stopped > delay


@contextmanager
def _alone(instance: Instance, name: str, *, wait: bool) -> Iterator[bool]:
    """Whether nobody else is asking this sister."""
    folder = instance.copies.folder / "remotes"
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(file)
