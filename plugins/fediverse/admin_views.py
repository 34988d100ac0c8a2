"""``/-/fediverse``: administrators turn it on and off, see who follows, and block."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, NotFound
from wiki.api.jobs import wake
from wiki.api.paths import action_url
from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web import signed_in_reader
from wiki.api.web.forms import (
    FormText,
    pressed_button,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)

from . import blocks, switch
from .actors import actor_of, live_actors, update_actors
from .addresses import addresses_of
from .models import DeliveryRow, FollowerRow, InboxRow, PostRow, RemoteRow, ReplyRow
from .outbox import observer

bp = Blueprint("fediverse_admin", __name__)

HERE = action_url("fediverse")
#: servers, and accounts that answered lately, that are shown
_SERVERS, _ACCOUNTS, _ACTORS = 200, 30, 100


@bp.get("/fediverse")
def overview() -> Response:
    """What is public elsewhere, who follows how many, what is blocked. Raises Forbidden."""
    reader, _person = _admin()
    instance = reader.instance
    return render_tool(
        "fediverse/admin.html",
        on=switch.is_on(instance),
        action=HERE,
        values=typed_values("name"),
        actors=_actors(instance),
        posts=instance.private.find_value(select(func.count()).where(PostRow.live)) or 0,
        servers=_servers(instance),
        accounts=_accounts(instance),
        blocks=blocks.list_blocks(instance),
    )


@bp.post("/fediverse")
@redisplay(overview)
def act() -> Response:
    """Turns it on or off; blocks a server or an account, or no longer."""
    reader, person = _admin()
    act: Callable[..., str] = pressed_button(
        {"open": _open, "close": _close, "block": _block, "unblock": _unblock}
    )
    return see_other(HERE, act(reader.instance, person))


def _admin() -> tuple[Reader, Person]:
    reader = signed_in_reader(gettext("Log in first: this is for administrators."))
    person = reader.person
    if person is None or person.role != "admin" or person.disabled:
        raise Forbidden(gettext("This is for administrators."))
    return reader, person


def _open(instance: Instance, person: Person) -> str:
    switch.turn_on(instance, person.id)
    update_actors(instance)
    wake(instance.settings, observer.TASK)
    return gettext("The site can be followed from now on.")


def _close(instance: Instance, person: Person) -> str:
    switch.turn_off(instance, person.id)
    return gettext("Nothing is told to other servers any more.")


def _block(instance: Instance, person: Person, name: FormText) -> str:
    name, label = blocks.read_name(instance, name[:500])
    blocks.block(instance, name, label, person.id)
    return gettext("Nothing of {name} is taken any more.").format(name=label)


def _unblock(instance: Instance, person: Person, name: FormText) -> str:
    if name not in {one.name for one in blocks.list_blocks(instance)}:
        raise NotFound(gettext("This is not blocked."))
    blocks.unblock(instance, name, person.id)
    return gettext("What comes from there is taken again.")


def _actors(instance: Instance) -> list[dict[str, Any]]:
    counted = select(FollowerRow.actor, func.count()).group_by(FollowerRow.actor)
    counts = _counts(instance, counted)
    at, visitor = addresses_of(instance), Reader(instance)
    shown = sorted(live_actors(instance), key=lambda row: -counts.get(row.name, 0))
    found = [(row, actor_of(visitor, row)) for row in shown[:_ACTORS]]
    return [
        {
            "title": actor.title,
            "url": actor.url,
            "handle": at.handle(row.name),
            "kind": row.kind,
            "followers": counts.get(row.name, 0),
        }
        for row, actor in found
        if actor is not None
    ]


def _servers(instance: Instance) -> list[dict[str, Any]]:
    private = instance.private
    followed = select(FollowerRow.host, func.count()).group_by(FollowerRow.host)
    answered = select(ReplyRow.host, func.count()).group_by(ReplyRow.host)
    failing = select(InboxRow.host, func.max(InboxRow.failures)).group_by(InboxRow.host)
    off = set(private.list_rows(select(InboxRow.host).where(InboxRow.off)))
    waits = (
        select(InboxRow.host, func.count())
        .join(DeliveryRow, DeliveryRow.inbox == InboxRow.inbox)
        .group_by(InboxRow.host)
    )
    followers, replies, failures, waiting = (
        _counts(instance, one) for one in (followed, answered, failing, waits)
    )
    hosts = sorted({*followers, *replies}, key=lambda host: (-followers.get(host, 0), host))
    return [
        {
            "host": host,
            "followers": followers.get(host, 0),
            "replies": replies.get(host, 0),
            "waiting": waiting.get(host, 0),
            "off": host in off,
            "failing": bool(failures.get(host, 0)),
        }
        for host in hosts[:_SERVERS]
    ]


def _counts(instance: Instance, asked: Select[str, int]) -> dict[str, int]:
    return {name: count for name, count in instance.private.list_tuples(asked)}  # noqa: C416


def _accounts(instance: Instance) -> list[dict[str, Any]]:
    """Who answered lately: by name, to be blocked alone."""
    asked = (
        select(RemoteRow.handle, RemoteRow.uri, func.count(), func.max(ReplyRow.at))
        .join(ReplyRow, ReplyRow.author == RemoteRow.uri)
        .group_by(RemoteRow.handle, RemoteRow.uri)
        .order_by(func.max(ReplyRow.at).desc(), RemoteRow.uri)
        .limit(_ACCOUNTS)
    )
    return [
        {"handle": handle, "uri": uri, "replies": count}
        for handle, uri, count, _last in instance.private.list_tuples(asked)
    ]
