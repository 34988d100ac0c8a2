"""Sisters are told that there is something new here; what that is they come for themselves."""

import logging
from collections.abc import Iterable
from secrets import token_urlsafe

from wiki.instance import Instance
from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.exchanges import FAILED, STOPPED
from wiki.people.sisters.registry import Sister
from wiki.projections.interface import Busy
from wiki.sisters.calls import PING, Unanswered, tell
from wiki.sisters.pool import each
from wiki.sisters.statement import public_head
from wiki.sisters.tokens import token_for

_log = logging.getLogger(__name__)

#: the task that follows the pages
TASK = "sister-pings"


def is_needed(instance: Instance) -> bool:
    """Whether there is a sister to be told."""
    return any(not one.blocked for one in registry.listed(instance.private))


def run(instance: Instance) -> None:
    """Tells each sister that has not been told of what everyone may read here now.

    Not one that does not answer: it comes by itself once it is back.
    """
    known = registry.by_name(instance.private)
    try:
        head = public_head(instance)
    except Busy:
        return  # it is being made: this is run again when that is done
    how = exchanges.listed(instance.private)
    due = [
        one
        for one in known.values()
        if not one.blocked
        and how[one.name].pinged != head
        and how[one.name].state not in (FAILED, STOPPED)
    ]
    ping(instance, due, head)


def ping(instance: Instance, sisters: Iterable[Sister], head: str = "") -> None:
    """Tells them that we are at ``head``; what goes wrong only costs the minutes to their look."""

    def tell_one(sister: Sister) -> None:
        # Before it is tried: one that takes long is not told twice.
        exchanges.note_pinged(instance.private, sister.name, head)
        token = token_for(instance, sister, head=head, jti=token_urlsafe(16))
        try:
            answer = tell(instance, sister.address, PING, token)
        except Unanswered as error:
            _log.info("sister %s was not told: %s", sister.name, error.words)
            return
        if answer.status >= 300:
            _log.info("sister %s answered a ping with %d", sister.name, answer.status)

    each(tell_one, sisters)
