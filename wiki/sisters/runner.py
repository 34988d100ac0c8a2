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
from wiki.sisters.pool import take_turns
from wiki.sisters.statement import public_head
from wiki.translation import gettext as _


def is_due(instance: Instance) -> bool:
    """Whether a sister is to be asked, or something of theirs to be thrown away."""
    return bool(exchanges.list_due(instance.private)) or upkeep.is_due(instance)


def run(instance: Instance) -> None:
    """Asks the sisters that are due, and those that become so meanwhile."""
    take_turns(partial(_ask, instance), partial(exchanges.list_together, instance.private))
    if upkeep.is_due(instance):
        upkeep.run(instance)


def _ask(instance: Instance, name: str) -> None:
    was_away = poll(instance, name)
    sister = registry.by_name(instance.private).get(name)
    if was_away and sister is not None:
        with suppress(Busy):  # it looks by itself
            ping(instance, sister, public_head(instance))


def count_waiting(instance: Instance) -> Backlog:
    """The sisters that could not be asked or taken from, and since when the first is so."""
    trouble = (exchanges.FAILED, exchanges.REFUSED)
    found = exchanges.listed(instance.private).values()
    since = [one.since for one in found if one.state in trouble]
    return Backlog(_("Sister Carrefours that do not answer"), len(since), min(since, default=None))
