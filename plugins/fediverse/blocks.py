"""Servers and accounts of which nothing is taken."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.api.errors import BadField
from wiki.api.people import record_audit
from wiki.api.plugin import Instance
from wiki.api.translation import gettext
from wiki.api.web.networks import withdraw_comment

from .addresses import host_of, names_of
from .models import BlockRow, FollowerRow, InboxRow, ReceivedRow, RemoteRow, ReplyRow
from .queue import drop_inboxes
from .switch import LOCK


def is_blocked(instance: Instance, actor: str) -> bool:
    """Whether nothing of the actor of that address is taken, or nothing of its server."""
    private = instance.private
    asked = select(BlockRow.name)
    names = private.remembered("fediverse blocks", lambda: frozenset(private.list_rows(asked)))
    return actor in names or not names.isdisjoint(names_of(host_of(actor)))


def list_blocks(instance: Instance) -> list[BlockRow]:
    """Those that are blocked, the last one first."""
    return instance.private.list_rows(select(BlockRow).order_by(BlockRow.at.desc(), BlockRow.name))


def read_name(instance: Instance, typed: str) -> tuple[str, str]:
    """What is blocked by the words somebody typed, and how it is called. Raises BadField.

    A host, ``name@host`` of somebody who is known here, or an address.
    """
    text = typed.strip().lstrip("@").casefold()
    if "://" in text:
        known = instance.private.find_row(RemoteRow, typed.strip())
        if known is not None:
            return known.uri, known.handle
        text = host_of(text)
    elif "@" in text:
        asked = select(RemoteRow).where(RemoteRow.handle == typed.strip().lstrip("@"))
        row = instance.private.find_value(asked.limit(1))
        if row is None:
            words = gettext("Nobody of that name follows or answers. Block the server instead?")
            raise BadField("name", words)
        return row.uri, row.handle
    right = "." in text or ":" in text or text == "localhost"
    if not right or len(text) > 255 or not text.isascii() or any(one in text for one in " /?#"):
        raise BadField("name", gettext("Give the name of a server, such as social.example."))
    return text, text


def block(instance: Instance, name: str, label: str, by: str) -> None:
    """Takes nothing of it any more; what was taken is gone: who follows, what they answered."""
    private = instance.private
    with private.session(LOCK) as session:
        if session.get(BlockRow, name) is None:
            session.add(BlockRow(name=name, label=label[:300], at=private.now()))
            record_audit(private, by, "fediverse-block", label[:100], "", session=session)
        whole = "://" not in name
        hosts = _hosts(session, name) if whole else []
        followers = FollowerRow.host.in_(hosts) if whole else FollowerRow.uri == name
        session.execute(delete(FollowerRow).where(followers))
        inboxes = session.scalars(select(InboxRow.inbox).where(InboxRow.host.in_(hosts)))
        drop_inboxes(session, list(inboxes))
        session.execute(delete(ReceivedRow).where(ReceivedRow.host.in_(hosts)))
        replies = ReplyRow.host.in_(hosts) if whole else ReplyRow.author == name
        sources = list(session.scalars(select(ReplyRow.source).where(replies)))
        session.execute(delete(ReplyRow).where(replies))
    for source in sources:
        instance.plugins.call(withdraw_comment, instance, source)


def _hosts(session: Session, name: str) -> list[str]:
    """The servers that are known by that name: on whatever port, and below it."""
    tables = (FollowerRow, InboxRow, ReceivedRow, ReplyRow)
    known = {host for rows in tables for host in session.scalars(select(rows.host).distinct())}
    return sorted(host for host in known if name in names_of(host))


def unblock(instance: Instance, name: str, by: str) -> None:
    """Takes again what comes from now on."""
    private = instance.private
    with private.session(LOCK) as session:
        session.execute(delete(BlockRow).where(BlockRow.name == name))
        record_audit(private, by, "fediverse-unblock", name[:100], "", session=session)
