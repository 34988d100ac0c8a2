"""The task that looks at what came in: whose it is, and what is done about it.

::

    kept at the door ─▶ blocked? ─▶ signed by the key that the actor's own server tells? ─▶ done
                                          └ it does not answer: later again, for some hours

Servers are asked side by side, and each one thing at a time; what waits for one that is silent
waits with it. What the door knew the key of waits for no server.
"""

import logging
from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update

from wiki.api.errors import WikiError
from wiki.api.plugin import Instance

from ..addresses import host_of
from ..blocks import is_blocked
from ..models import FollowerRow, ReceivedRow, RemoteRow, ReplyRow, SilentRow
from ..remote import Silent, Unreached, fetch_remote, find_remote, is_signer, read_document
from ..signatures import Claim
from ..switch import is_on
from .follows import follow, forget_actor, unfollow
from .receipts import REMEMBERED
from .replies import answer, revise, withdraw

_log = logging.getLogger(__name__)

TASK = "fediverse.read"
#: a server that does not tell its actor's key is asked again after so long
PAUSES = tuple(timedelta(minutes=one) for one in (1, 10, 60, 240))
#: an actor who has nothing here is forgotten after
_KNOWN = timedelta(days=7)
#: messages of one run for which a server is asked, servers that are asked at the same time, and
#: seconds until it is seen what came in meanwhile
_MOST, _AT_ONCE, _LOOK = 1_000, 32, 1.0
_SETTLED = {"waits": False, "body": "", "signed": "", "signature": ""}


def is_due(instance: Instance) -> bool:
    """Whether a message waits to be looked at."""
    return bool(_list_verified(instance, 1) or _list_strange(instance, 1))


def run(instance: Instance) -> int:
    """Looks at what waits; how many messages had something done about them."""
    if not is_on(instance):
        return 0
    done, left = 0, _MOST
    _forget(instance)
    asked: dict[Future[None], ReceivedRow] = {}
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fediverse") as pool:
        while True:
            verified = _list_verified(instance, _MOST)
            done += sum(_finish(instance, row) for row in verified)
            hosts = {row.host for row in asked.values()}
            for row in _list_strange(instance, min(left, _AT_ONCE - len(asked)), hosts):
                asked[pool.submit(copy_context().run, _ask, instance, row)] = row
                left -= 1
            if not asked and not verified:
                return done
            for one in wait(asked, _LOOK, FIRST_COMPLETED).done:
                done += _finish(instance, asked.pop(one), one)


def _list_verified(instance: Instance, most: int) -> list[ReceivedRow]:
    """What is signed by a key that was known at the door."""
    asked = select(ReceivedRow).where(ReceivedRow.waits, ReceivedRow.signature == "")
    return instance.private.list_rows(asked.order_by(ReceivedRow.at, ReceivedRow.id).limit(most))


def _list_strange(instance: Instance, most: int, busy: Collection[str] = ()) -> list[ReceivedRow]:
    """Of each server that may be asked now the message that was tried least; known ones first."""
    now = instance.private.now()
    order = (ReceivedRow.tries, ReceivedRow.at, ReceivedRow.id)
    place = func.row_number().over(partition_by=ReceivedRow.host, order_by=order)
    silent = select(SilentRow.host).where(SilentRow.due > now)
    firsts = (
        select(ReceivedRow.id, place.label("place"))
        .where(ReceivedRow.waits, ReceivedRow.signature != "", ReceivedRow.due <= now)
        .where(ReceivedRow.host.not_in(silent), ReceivedRow.host.not_in(busy))
        .subquery()
    )
    asked = select(ReceivedRow).join(firsts, firsts.c.id == ReceivedRow.id)
    known = exists().where(RemoteRow.host == ReceivedRow.host)
    ordered = asked.where(firsts.c.place == 1).order_by(known.desc(), *order)
    return instance.private.list_rows(ordered.limit(most))


def _ask(instance: Instance, row: ReceivedRow) -> None:
    """Has the actor's server tell who that is. Raises WikiError, Unreached."""
    actor = str(read_document(row.body).get("actor"))
    if not is_blocked(instance, actor):
        fetch_remote(instance, actor)


def _finish(instance: Instance, row: ReceivedRow, asked: Future[None] | None = None) -> bool:
    """Whether something was done about the message, once its actor's server was ``asked``."""
    taken = False
    try:
        if asked is not None:
            asked.result()
        taken = _take(instance, row)
    except Unreached as error:
        _later(instance, row, silent=isinstance(error, Silent))
        return False
    except WikiError:
        pass  # it is refused, and nobody is told why
    except Exception:
        # One message that no one thought of holds up none of those behind it.
        _log.exception("a message of %s could not be looked at", row.host)
    _settle(instance, row)
    return taken


def _take(instance: Instance, row: ReceivedRow) -> bool:
    """Does what the message says, if it is who it says it is. Raises WikiError."""
    said = read_document(row.body)
    remote = find_remote(instance, str(said.get("actor")))
    if remote is None or is_blocked(instance, remote.uri):
        return False
    claim = Claim(row.key, row.signed, row.signature)
    if row.signature and not is_signer(remote, claim):
        return False
    return _done(instance, remote, said)


def _done(instance: Instance, remote: RemoteRow, said: dict[str, Any]) -> bool:
    kind, object = said.get("type"), said.get("object")
    if kind == "Follow":
        return follow(instance, remote, said)
    if kind == "Undo":
        return unfollow(instance, remote, object)
    if kind == "Create" and isinstance(object, dict):
        return answer(instance, remote, object)
    if kind == "Update" and isinstance(object, dict):
        return revise(instance, remote, object)
    if kind == "Delete":
        gone = object.get("id") if isinstance(object, dict) else object
        if gone == remote.uri:
            return forget_actor(instance, remote)
        if isinstance(gone, str) and host_of(gone) == remote.host:
            return withdraw(instance, remote, gone)
    return False


def _forget(instance: Instance) -> None:
    """What came long ago, and actors who neither follow nor answered."""
    now = instance.private.now()
    old = (~ReceivedRow.waits, ReceivedRow.at < now - REMEMBERED)
    known = or_(
        RemoteRow.uri.in_(select(FollowerRow.uri)), RemoteRow.uri.in_(select(ReplyRow.author))
    )
    with instance.private.session() as session:
        session.execute(delete(ReceivedRow).where(*old))
        session.execute(delete(SilentRow).where(SilentRow.due < now - _KNOWN))
        session.execute(delete(RemoteRow).where(RemoteRow.fetched < now - _KNOWN, ~known))


def _later(instance: Instance, row: ReceivedRow, *, silent: bool) -> None:
    """Has it be looked at again; and of a ``silent`` server nothing before that, or no more."""
    now = instance.private.now()
    here = update(ReceivedRow).where(ReceivedRow.id == row.id)
    with instance.private.session() as session:
        server = session.get(SilentRow, row.host)
        failures = server.failures if server is not None and silent else 0
        if server is not None:
            session.delete(server)
            session.flush()
        if failures >= len(PAUSES):
            strange = (ReceivedRow.host == row.host, ReceivedRow.signature != "")
            session.execute(update(ReceivedRow).where(*strange).values(_SETTLED))
            return
        if silent:
            due = now + PAUSES[failures]
            session.add(SilentRow(host=row.host, failures=failures + 1, due=due))
        over = row.tries >= len(PAUSES)
        again = {"tries": row.tries + 1, "due": now + PAUSES[min(row.tries, len(PAUSES) - 1)]}
        session.execute(here.values(_SETTLED if over else again))


def _settle(instance: Instance, row: ReceivedRow) -> None:
    """Keeps that it was there, and nothing of what it said."""
    with instance.private.session() as session:
        session.execute(update(ReceivedRow).where(ReceivedRow.id == row.id).values(_SETTLED))
        if row.signature:
            session.execute(delete(SilentRow).where(SilentRow.host == row.host))
