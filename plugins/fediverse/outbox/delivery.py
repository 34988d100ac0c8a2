"""The task that sends: each line as everybody reads its post at that moment, signed.

::

    waits ──▶ gone      taken, or refused for good, or not everybody may read it any more
      └─ an inbox that fails is tried again ever more rarely, for five days; then it is given up,
         until its server writes to us again
"""

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select

from wiki.api.errors import WikiError
from wiki.api.jobs import Backlog
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web.outside import Limits, call_outside

from ..addresses import MEDIA, SETTING, addresses_of
from ..models import DeliveryRow, FollowerRow, InboxRow
from ..queue import drop_inboxes, forget_idle
from ..signatures import sign
from ..switch import LOCK, is_on, own_key
from .activities import activity_for

TASK = "fediverse.send"
#: after so many failures the next try waits so long; after the last, the inbox is given up
PAUSES = tuple(
    timedelta(seconds=one)
    for one in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 86_400, 86_400, 86_400, 86_400)
)
#: lines of one inbox in one run, inboxes that are called at the same time and in a run
_ROUNDS, _AT_ONCE, _INBOXES = 40, 8, 400
#: what one server is given of time and answer
LIMITS = Limits(wait=5.0, total=10.0, most=2_000, cut=True)
_GONE, _BUSY = (404, 410), (408, 425, 429)


@dataclass(frozen=True)
class _Request:
    """A line that waits, written and signed."""

    line: int
    inbox: str
    headers: dict[str, str]
    body: bytes


def is_due(instance: Instance) -> bool:
    """Whether a line waits whose time has come."""
    return bool(_due(instance, 1))


def backlog(instance: Instance) -> Backlog:
    """The lines that wait, and since when the first does."""
    asked = select(func.count(), func.min(DeliveryRow.at))
    (count, since), *_ = instance.private.list_tuples(asked)
    return Backlog(gettext("Posts for the fediverse"), count, since)


def run(instance: Instance) -> int:
    """Sends what is due: to each inbox in order, to several at a time; how much was taken."""
    taken = 0
    if not is_on(instance):
        return taken
    for _round in range(_ROUNDS):
        inboxes = _due(instance, _INBOXES)
        if not inboxes:
            break
        requests = [one for inbox in inboxes for one in _prepared(instance, inbox)]
        for request, status in _sent(instance, requests):
            taken += _settle(instance, request, status)
    return taken


def _due(instance: Instance, most: int) -> list[str]:
    """The inboxes that something waits for and whose time has come."""
    asked = (
        select(InboxRow.inbox)
        .where(~InboxRow.off, InboxRow.due <= instance.private.now())
        .where(InboxRow.inbox.in_(select(DeliveryRow.inbox)))
        .order_by(InboxRow.due, InboxRow.inbox)
    )
    return instance.private.list_rows(asked.limit(most))


def _prepared(instance: Instance, inbox: str) -> Iterator[_Request]:
    """The first line that waits for the inbox, if there is anything to say in it."""
    visitor = Reader(instance)
    asked = select(DeliveryRow).where(DeliveryRow.inbox == inbox).order_by(DeliveryRow.id)
    line = instance.private.find_value(asked.limit(1))
    if line is None:
        return
    said = activity_for(visitor, line)
    if said is None:
        instance.private.execute(delete(DeliveryRow).where(DeliveryRow.id == line.id))
        return
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    name = addresses_of(instance).key(line.actor)
    # Signatures are held against the true time: the clock of the rows is the same but in tests.
    signed = sign(own_key(instance), name, "post", inbox, instance.private.now(), body)
    yield _Request(line.id, inbox, {"Content-Type": MEDIA, **signed}, body)


def _sent(instance: Instance, requests: list[_Request]) -> list[tuple[_Request, int]]:
    if not requests:
        return []
    with ThreadPoolExecutor(min(len(requests), _AT_ONCE), thread_name_prefix="fediverse") as pool:
        waits = [pool.submit(copy_context().run, _call, instance, one) for one in requests]
        return [(one, done.result()) for one, done in zip(requests, waits, strict=True)]


def _call(instance: Instance, request: _Request) -> int:
    """What was answered; 0 where nothing was."""
    try:
        answer = call_outside(
            "POST",
            request.inbox,
            inside=instance.settings.fediverse_hosts.split(),
            setting=SETTING,
            headers=request.headers,
            body=request.body,
            limits=LIMITS,
        )
    except (WikiError, OSError, http.client.HTTPException):
        return 0
    return answer.status


def _settle(instance: Instance, request: _Request, status: int) -> bool:
    """Notes how it went; whether the line was taken."""
    now = instance.private.now()
    taken = 200 <= status < 300
    with instance.private.session(LOCK) as session:
        there = session.get(InboxRow, request.inbox)
        if there is None:
            return taken
        if status in _GONE:
            # Nobody is there any more.
            session.execute(delete(FollowerRow).where(FollowerRow.inbox == request.inbox))
            drop_inboxes(session, [request.inbox])
        elif taken or (400 <= status < 500 and status not in _BUSY):
            there.failures = 0
            session.execute(delete(DeliveryRow).where(DeliveryRow.id == request.line))
            forget_idle(session, request.inbox)
        elif there.failures >= len(PAUSES):
            there.off = True
            session.execute(delete(DeliveryRow).where(DeliveryRow.inbox == request.inbox))
        else:
            there.due = now + PAUSES[there.failures]
            there.failures += 1
    return taken
