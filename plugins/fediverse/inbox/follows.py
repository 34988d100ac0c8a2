"""Who follows: begun, ended, forgotten."""

import json
from typing import Any

from sqlalchemy import delete, func, select

from wiki.api.jobs import wake
from wiki.api.plugin import Instance
from wiki.api.web.networks import withdraw_comment

from ..actors import find_actor
from ..addresses import addresses_of
from ..models import ADDRESS, FollowerRow, RemoteRow, ReplyRow
from ..outbox.delivery import TASK
from ..queue import ACCEPT, put, revive
from ..switch import LOCK

#: followers of one server, and inboxes of it; followers of all servers
_MOST, _INBOXES, _OF_ALL = 20_000, 200, 200_000


def follow(instance: Instance, remote: RemoteRow, said: dict[str, Any]) -> bool:
    """Somebody follows an actor, who accepts that. Whether they do."""
    name = addresses_of(instance).name_in(str(said.get("object")))
    id = said.get("id")
    if (
        not name
        or find_actor(instance, name) is None
        or not isinstance(id, str)
        or len(id) > ADDRESS
    ):
        return False
    inbox = remote.shared or remote.inbox
    with instance.private.session(LOCK) as session:
        here = (FollowerRow.actor == name, FollowerRow.uri == remote.uri)
        row = session.scalar(select(FollowerRow).where(*here))
        if row is None:
            of_one = FollowerRow.host == remote.host
            count = session.scalar(select(func.count()).select_from(FollowerRow).where(of_one))
            inboxes = set(session.scalars(select(FollowerRow.inbox).where(of_one).distinct()))
            of_all = session.scalar(select(func.count()).select_from(FollowerRow)) or 0
            if (count or 0) >= _MOST or of_all >= _OF_ALL or len({*inboxes, inbox}) > _INBOXES:
                return False
            row = FollowerRow(
                actor=name,
                uri=remote.uri,
                follow=id,
                inbox=inbox,
                host=remote.host,
                since=instance.private.now(),
            )
            session.add(row)
        row.inbox, row.follow = inbox, id
        for one in (inbox, remote.inbox):
            revive(session, one)
        asked = {
            "id": id,
            "type": "Follow",
            "actor": remote.uri,
            "object": addresses_of(instance).actor(name),
        }
        put(instance, session, [remote.inbox], name, ACCEPT, about=json.dumps(asked))
    wake(instance.settings, TASK)
    return True


def unfollow(instance: Instance, remote: RemoteRow, undone: object) -> bool:
    """Somebody follows an actor no longer; the following may be said by its address alone."""
    at = addresses_of(instance)
    here = [FollowerRow.uri == remote.uri]
    if isinstance(undone, dict):
        name = at.name_in(str(undone.get("object")))
        if undone.get("type") != "Follow" or undone.get("actor") not in (None, remote.uri):
            return False
        here.append(FollowerRow.actor == name)
    else:
        here.append(FollowerRow.follow == str(undone))
    with instance.private.session(LOCK) as session:
        session.execute(delete(FollowerRow).where(*here))
    return True


def forget_actor(instance: Instance, remote: RemoteRow) -> bool:
    """Somebody's account is gone: so is all that is here of it."""
    with instance.private.session(LOCK) as session:
        session.execute(delete(FollowerRow).where(FollowerRow.uri == remote.uri))
        theirs = ReplyRow.author == remote.uri
        sources = list(session.scalars(select(ReplyRow.source).where(theirs)))
        session.execute(delete(ReplyRow).where(theirs))
        session.execute(delete(RemoteRow).where(RemoteRow.uri == remote.uri))
    for source in sources:
        instance.plugins.call(withdraw_comment, instance, source)
    return True
