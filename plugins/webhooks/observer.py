"""The task that notices what happened, and leaves a message for each address that it concerns."""

import logging

from sqlalchemy import select

from wiki.api.jobs import wake
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_page

from .delivery import TASK as DELIVERY
from .happenings import Happening, happenings, is_withdrawn
from .models import HookRow, SeenRow
from .scopes import concerns
from .store import LOCK, put_message

TASK = "webhooks.notice"
#: messages of one moment: a flood is told as far as that, and no further
MOST = 200
_ON = select(HookRow).where(HookRow.off == "").order_by(HookRow.id)
_log = logging.getLogger(__name__)


def is_needed(instance: Instance) -> bool:
    """Whether anybody is to be told, or was and is no more."""
    return instance.private.find_value(select(SeenRow.head)) is not None


def run(instance: Instance) -> int:
    """Looks at what happened since the last time; how many messages it left."""
    private = instance.private
    hooks = private.list_rows(_ON)
    since = private.find_value(select(SeenRow.head))
    visitor = Reader(instance)
    to = visitor.commit
    if since is None or since == to:
        return 0
    found = _found(instance, since, to) if hooks else []
    wanted = [(hook, one) for one in found for hook in hooks if concerns(visitor, hook, one)]
    with private.session(LOCK) as session:
        seen = session.get(SeenRow, 1)
        if seen is None or seen.head != since:
            return 0  # somebody else was quicker
        if session.scalar(_ON.limit(1)) is None:
            session.delete(seen)  # nobody is to be told: saves are noted no more
            return 0
        seen.head = to
        now = private.now()
        for hook, one in wanted:
            put_message(session, hook, one, now)
    if wanted:
        wake(instance.settings, DELIVERY)
    return len(wanted)


def _found(instance: Instance, since: str, to: str) -> list[Happening]:
    """What happened; nothing where the commit that was seen last is no more."""
    if not instance.repository.has(since):
        _log.info("what happened since %s is not told: that commit is gone", since)
        return []
    visitor = Reader(instance)
    # What everybody reads at this moment: a page may have been closed since.
    found = happenings(instance, since, to)
    return [one for one in found if is_withdrawn(one.what) or find_page(visitor, one.path)][:MOST]
