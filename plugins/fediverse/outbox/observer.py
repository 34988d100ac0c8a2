"""The task that follows the pages: what can be followed, and what is to be told of."""

import logging

from sqlalchemy import delete, select

from wiki.api.jobs import wake
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.history import Span, page_changes

from ..actors import end_actor, site_name, update_actors
from ..models import DeliveryRow, FollowerRow, PostRow, SiteRow
from ..queue import END, inboxes_of, put
from ..switch import LOCK, is_on
from .delivery import TASK as DELIVERY
from .posts import update_posts

TASK = "fediverse.notice"
_log = logging.getLogger(__name__)


def is_needed(instance: Instance) -> bool:
    """Whether the site is in the fediverse."""
    return is_on(instance)


def run(instance: Instance) -> int:
    """Looks at what changed since the last time; how many lines it left to be sent."""
    site = instance.private.find_row(SiteRow, 1)
    to = Reader(instance).commit
    if site is None or not site.on or site.head == to:
        return 0
    first = not site_name(instance)
    ended = update_actors(instance)
    made = update_posts(instance, _changed(instance, site.head, to), quiet=first or _is_new(site))
    for name in ended:
        made += _end(instance, name)
    with instance.private.session(LOCK) as session:
        seen = session.get(SiteRow, 1)
        if seen is not None and seen.head == site.head:
            seen.head = to
    if made:
        wake(instance.settings, DELIVERY)
    return made


def _is_new(site: SiteRow) -> bool:
    """Whether it was just turned on: what was there meanwhile is news to nobody."""
    return not site.head


def _changed(instance: Instance, since: str, to: str) -> list[str] | None:
    """The pages that changed, or that what they inherit did; None where all are to be looked at."""
    if not since:
        return None
    if not instance.repository.has(since):
        _log.info("all is looked at: the commit %s is gone", since)
        return None
    span = Span(instance.repository, since, to)
    return [one.path for one in page_changes(instance.repository, span)]


def _end(instance: Instance, name: str) -> int:
    """An actor that not everybody may read any more: who follows it is told that it is gone."""
    with instance.private.session(LOCK) as session:
        end_actor(session, name)
        inboxes = inboxes_of(session, [name])
        session.execute(
            delete(DeliveryRow).where(DeliveryRow.actor == name, DeliveryRow.what != END)
        )
        made = put(instance, session, inboxes, name, END)
        session.execute(delete(FollowerRow).where(FollowerRow.actor == name))
        shared = session.scalars(select(PostRow).where(PostRow.sharers.contains(f" {name} ")))
        for row in shared:
            row.sharers = (
                row.sharers.replace(f" {name} ", " ") if row.sharers.strip() != name else ""
            )
    return made
