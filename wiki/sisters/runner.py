"""Which sisters are due; those that were away are told that we are here; what is gone is gone."""

from contextlib import suppress
from functools import partial

from wiki.hookspecs.background import Backlog
from wiki.instance import Instance
from wiki.people.sisters import exchanges, registry
from wiki.projections.interface import Busy
from wiki.sisters import upkeep
from wiki.sisters.pings import ping
from wiki.sisters.poll import poll
from wiki.sisters.pool import each
from wiki.sisters.statement import public_head
from wiki.translation import gettext as _


def is_due(instance: Instance) -> bool:
    """Whether a sister is to be asked, or something of theirs to be thrown away."""
    return bool(exchanges.list_due(instance.private)) or upkeep.is_due(instance)


def run(instance: Instance) -> None:
    """Asks the sisters that are due."""
    due = exchanges.list_due(instance.private)
    returned = each(partial(poll, instance), due)
    known = registry.by_name(instance.private)
    again = [known[name] for name, back in zip(due, returned, strict=True) if back]
    if again:
        with suppress(Busy):  # they look by themselves
            ping(instance, again, public_head(instance))
    if upkeep.is_due(instance):
        upkeep.run(instance)


def count_waiting(instance: Instance) -> Backlog:
    """The sisters that could not be asked or taken from, and since when the first is so."""
    trouble = (exchanges.FAILED, exchanges.REFUSED)
    found = exchanges.listed(instance.private).values()
    since = [one.since for one in found if one.state in trouble]
    return Backlog(_("Sister Carrefours that do not answer"), len(since), min(since, default=None))
