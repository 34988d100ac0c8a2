"""What other servers send, at the door: bounded, signed or not, about us or not; kept for the task.

Nobody is called from here. Whether the signature is its actor's is found out by the task.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from wiki.api.errors import BadRequest, TooMany
from wiki.api.limits import count_request
from wiki.api.plugin import Instance
from wiki.api.translation import gettext

from ..addresses import Addresses, addresses_of, host_of
from ..blocks import is_blocked
from ..models import FollowerRow, ReceivedRow, RemoteRow, ReplyRow
from ..remote import find_remote, is_address, is_fresh, is_signer, read_document
from ..signatures import CLOCKS, Unsigned, read_claim

#: bytes of a message
LONGEST = 200_000
#: messages that wait, of one server and of all
_OF_ONE, _OF_ALL = 200, 5_000
#: for so long it is known which were there: longer than a signature is good for
REMEMBERED = 2 * CLOCKS + timedelta(minutes=10)


def receive(
    instance: Instance, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Keeps a message for the task, if it is one that anything is done about.

    Raises BadRequest, TooMany, and Unsigned where the key that its server told a moment ago is
    another's. What is sent twice is kept once.
    """
    private = instance.private
    now = private.now()
    claim = read_claim(method, target, headers, body, now)
    if headers["host"].casefold() != addresses_of(instance).host.casefold():
        raise BadRequest(gettext("This was sent to another server."))
    said = read_document(body)
    inside = instance.settings.fediverse_hosts.split()
    actor, id = said.get("actor"), said.get("id")
    host = host_of(actor) if isinstance(actor, str) else ""
    if not (is_address(actor, inside) and is_address(id, inside, host)):
        return False
    if host_of(claim.key) != host or len(claim.key) > 500 or is_blocked(instance, str(actor)):
        return False
    if not concerns_us(instance, said):
        return False
    known = find_remote(instance, str(actor))
    verified = known is not None and is_signer(known, claim)
    if known is not None and not verified and is_fresh(instance, known):
        raise Unsigned(gettext("This is not what was signed."))
    if not verified and not _knows(instance, exists().where(RemoteRow.host == host)):
        count_request("stranger")
    # By what was signed: who forges a message of that id keeps nobody from sending it.
    name = sha256(f"{actor}\n{id}\n".encode() + claim.sealed).hexdigest()
    with private.session("fediverse in") as session:
        if session.get(ReceivedRow, name) is not None:
            return False
        # What strangers forge takes no room from those who are known.
        alike = (ReceivedRow.signature == "") if verified else (ReceivedRow.signature != "")
        waits = select(func.count()).select_from(ReceivedRow).where(ReceivedRow.waits, alike)
        of_one = session.scalar(waits.where(ReceivedRow.host == host)) or 0
        if of_one >= _OF_ONE or (session.scalar(waits) or 0) >= _OF_ALL:
            raise TooMany(gettext("Too much is waiting: send this again later."), retry_after=600)
        session.add(
            ReceivedRow(
                id=name,
                host=host,
                at=now,
                waits=True,
                body=body.decode(),
                key=claim.key,
                signed="" if verified else claim.signed,
                signature="" if verified else claim.signature,
                tries=0,
                due=now,
            )
        )
    return True


def concerns_us(instance: Instance, said: Mapping[str, Any]) -> bool:
    """Whether anything is done about such a message: most that servers send is about others."""
    at, object = addresses_of(instance), said.get("object")
    kind = said.get("type")
    if kind == "Follow":
        return isinstance(object, str) and bool(at.name_in(object))
    if kind == "Undo":
        followed = object.get("object") if isinstance(object, dict) else None
        if isinstance(object, str):
            return _knows(instance, exists().where(FollowerRow.follow == object))
        return isinstance(followed, str) and bool(at.name_in(followed))
    if kind == "Create":
        return isinstance(object, dict) and _answers_us(instance, at, object.get("inReplyTo"))
    if kind == "Update":
        return isinstance(object, dict) and _knows_reply(instance, object.get("id"))
    if kind == "Delete":
        gone = object.get("id") if isinstance(object, dict) else object
        actor = said.get("actor")
        return _knows_reply(instance, gone) or (gone == actor and _knows_actor(instance, actor))
    return False


def _answers_us(instance: Instance, at: Addresses, to: object) -> bool:
    return isinstance(to, str) and (bool(at.post_in(to)) or _knows_reply(instance, to))


def _knows_reply(instance: Instance, source: object) -> bool:
    return isinstance(source, str) and instance.private.find_row(ReplyRow, source) is not None


def _knows_actor(instance: Instance, uri: object) -> bool:
    asked = or_(
        exists().where(FollowerRow.uri == uri),
        exists().where(ReplyRow.author == uri),
        exists().where(RemoteRow.uri == uri),
    )
    return isinstance(uri, str) and _knows(instance, asked)


def _knows(instance: Instance, asked: ColumnElement[bool]) -> bool:
    return bool(instance.private.find_value(select(asked)))
