"""Answers from elsewhere: comments that somebody reads first, changed and withdrawn there."""

from typing import Any

from sqlalchemy import delete, func, select

from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.web.networks import OutsideComment, take_comment, withdraw_comment

from ..addresses import PUBLIC, addresses_of, host_of
from ..models import ADDRESS, PostRow, RemoteRow, ReplyRow
from ..outbox.posts import subject_of
from ..plain_text import plain_text
from ..remote import is_address
from ..subjects import NEED

#: characters of an answer that are kept; of its HTML that are read
_WORDS, _HTML = 2_000, 60_000
#: answers of one server in a day
_MOST_A_DAY = 200
_EVERYBODY = (PUBLIC, "as:Public", "Public")
_KINDS = ("Note", "Article", "Page")


def answer(instance: Instance, remote: RemoteRow, note: dict[str, Any]) -> bool:
    """Somebody answers a post, for everybody to read: a comment that waits to be read first."""
    source, to = note.get("id"), note.get("inReplyTo")
    if not isinstance(source, str) or len(source) > ADDRESS or not isinstance(to, str):
        return False
    if not _is_theirs(remote, note) or not _is_for_everybody(note):
        return False
    private = instance.private
    before = private.find_row(ReplyRow, to)
    post = addresses_of(instance).post_in(to) or (before.post if before is not None else "")
    row = private.find_row(PostRow, post) if post else None
    if (
        row is None
        or private.find_row(ReplyRow, source) is not None
        or _is_flooded(instance, remote)
    ):
        return False
    if not _kept(instance, remote, row, source, note):
        return False
    with private.session() as session:
        session.add(
            ReplyRow(
                source=source, author=remote.uri, host=remote.host, post=row.id, at=private.now()
            )
        )
    return True


def revise(instance: Instance, remote: RemoteRow, note: dict[str, Any]) -> bool:
    """An answer says something else: it is read first again."""
    source = note.get("id")
    reply = instance.private.find_row(ReplyRow, source) if isinstance(source, str) else None
    row = instance.private.find_row(PostRow, reply.post) if reply is not None else None
    if reply is None or row is None or reply.author != remote.uri or not _is_theirs(remote, note):
        return False
    if not _is_for_everybody(note):
        return withdraw(instance, remote, reply.source)
    return _kept(instance, remote, row, reply.source, note, again=True)


def withdraw(instance: Instance, remote: RemoteRow, source: str) -> bool:
    """Somebody took an answer back: it is gone here too."""
    reply = instance.private.find_row(ReplyRow, source)
    if reply is None or reply.author != remote.uri:
        return False
    instance.private.execute(delete(ReplyRow).where(ReplyRow.source == source))
    instance.plugins.call(withdraw_comment, instance, source)
    return True


def _kept(
    instance: Instance,
    remote: RemoteRow,
    row: PostRow,
    source: str,
    note: dict[str, Any],
    *,
    again: bool = False,
) -> bool:
    subject = subject_of(Reader(instance), row)
    content = note.get("content")
    words = plain_text(content[:_HTML], _WORDS) if isinstance(content, str) else ""
    if subject is None or not words:
        return False
    url = note.get("url")
    inside = instance.settings.fediverse_hosts.split()
    name = remote.name or remote.handle.partition("@")[0]
    said = OutsideComment(
        path=subject.key.path,
        source=source,
        author=f"{name} ({remote.handle})",
        host=remote.host,
        url=str(url) if is_address(url, inside, remote.host) else source,
        words=_about(subject.title, words) if row.kind == NEED else words,
        again=again,
    )
    return instance.plugins.call(take_comment, instance, said)


def _about(title: str, words: str) -> str:
    """A page has several needs: which one it answers is said first."""
    said = f"« {title[:120]} »\n\n{words}"
    return said if len(said) <= _WORDS else f"{said[: _WORDS - 1]}…"


def _is_theirs(remote: RemoteRow, note: dict[str, Any]) -> bool:
    by = note.get("attributedTo")
    return (
        note.get("type") in _KINDS and by == remote.uri and host_of(str(note["id"])) == remote.host
    )


def _is_for_everybody(note: dict[str, Any]) -> bool:
    """Whether its writer let everybody read it: a message for some is no comment."""
    for field in ("to", "cc"):
        value = note.get(field)
        if any(one in _EVERYBODY for one in (value if isinstance(value, list) else [value])):
            return True
    return False


def _is_flooded(instance: Instance, remote: RemoteRow) -> bool:
    since = instance.private.now().replace(hour=0, minute=0, second=0, microsecond=0)
    asked = select(func.count()).where(ReplyRow.host == remote.host, ReplyRow.at >= since)
    return (instance.private.find_value(asked) or 0) >= _MOST_A_DAY
