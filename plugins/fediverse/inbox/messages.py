"""The task that looks at what came in: whose it is, and what is done about it.

::

    kept at the door ─▶ blocked? ─▶ signed by the key that the actor's own server tells? ─▶ done
                                          └ it does not answer: later again, for some hours
"""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from wiki.api.errors import WikiError
from wiki.api.plugin import Instance

from ..addresses import host_of
from ..blocks import is_blocked
from ..models import FollowerRow, ReceivedRow, RemoteRow, ReplyRow
from ..remote import Unreached, fetch_remote, find_remote, read_document
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
#: messages of one run
_MOST = 300


def is_due(instance: Instance) -> bool:
    """Whether a message waits to be looked at."""
    return bool(_due(instance, 1))


def run(instance: Instance) -> int:
    """Looks at what waits; how many messages had something done about them."""
    if not is_on(instance):
        return 0
    done = 0
    _forget(instance)
    for row in _due(instance, _MOST):
        try:
            done += _take(instance, row)
        except Unreached:
            _later(instance, row)
            continue
        except WikiError:
            pass  # it is refused, and nobody is told why
        except Exception:
            # One message that no one thought of holds up none of those behind it.
            _log.exception("a message of %s could not be looked at", row.host)
        _settled(instance, row)
    return done


def _due(instance: Instance, most: int) -> list[ReceivedRow]:
    asked = select(ReceivedRow).where(ReceivedRow.waits, ReceivedRow.due <= instance.private.now())
    return instance.private.list_rows(asked.order_by(ReceivedRow.at, ReceivedRow.id).limit(most))


def _take(instance: Instance, row: ReceivedRow) -> bool:
    """Does what the message says, if it is who it says it is. Raises WikiError, Unreached."""
    said = read_document(row.body)
    actor = str(said.get("actor"))
    if is_blocked(instance, actor):
        return False
    claim = Claim(row.key, row.signed, row.signature)
    remote = _signer(instance, actor, claim)
    if remote is None:
        return False
    return _done(instance, remote, said)


def _signer(instance: Instance, actor: str, claim: Claim) -> RemoteRow | None:
    """The actor, where the signature is by its key; one that has a new key is asked for it."""
    known = find_remote(instance, actor)
    if known is not None and known.key == claim.key and claim.check(known.pem):
        return known
    told = fetch_remote(instance, actor)
    return told if told.key == claim.key and claim.check(told.pem) else None


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
        session.execute(delete(RemoteRow).where(RemoteRow.fetched < now - _KNOWN, ~known))


def _later(instance: Instance, row: ReceivedRow) -> None:
    if row.tries >= len(PAUSES):
        _settled(instance, row)
        return
    due = instance.private.now() + PAUSES[row.tries]
    change = update(ReceivedRow).where(ReceivedRow.id == row.id)
    instance.private.execute(change.values(tries=row.tries + 1, due=due))


def _settled(instance: Instance, row: ReceivedRow) -> None:
    """Keeps that it was there, and nothing of what it said."""
    change = update(ReceivedRow).where(ReceivedRow.id == row.id)
    instance.private.execute(change.values(waits=False, body="", signed="", signature=""))
