"""Sisters are told that there is something new here; what that is they come for themselves."""

import logging
from secrets import token_urlsafe

from wiki.instance import Instance
from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.exchanges import FAILED, STOPPED
from wiki.people.sisters.registry import Sister
from wiki.projections.interface import Busy
from wiki.sisters.calls import PING, Unanswered, tell
from wiki.sisters.pool import take_turns
from wiki.sisters.statement import public_head
from wiki.sisters.tokens import Copied, token_for
from wiki.translation import gettext as _

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
    private = instance.private
    head = ""

    def due() -> list[str]:
        nonlocal head
        try:
            head = public_head(instance)
        except Busy:
            return []  # it is being made: this is run again when that is done
        how = exchanges.listed(private)
        return [
            one.name
            for one in registry.listed(private)
            if not one.blocked
            and how[one.name].pinged != head
            and how[one.name].state not in (FAILED, STOPPED)
        ]

    def tell_one(name: str) -> None:
        if (sister := registry.by_name(private).get(name)) is not None:
            ping(instance, sister, head)

    take_turns(tell_one, due)


def ping(instance: Instance, sister: Sister, head: str) -> None:
    """Tells it that we are at ``head``; what goes wrong only costs the minutes to its look."""
    # Before it is tried: one that takes long is not told twice.
    exchanges.note_pinged(instance.private, sister.name, head)
    token = token_for(instance, sister, head=head, jti=token_urlsafe(16))
    try:
        answer = tell(instance, sister.address, PING, token)
    except Unanswered as error:
        _log.info("sister %s was not told: %s", sister.name, error.words)
        return
    ours = instance.settings.public_url
    if answer.status == Copied.status:
        exchanges.note_twin(instance.private, sister.name, ours)
    elif exchanges.get(instance.private, sister.name).twin == ours:
        exchanges.note_twin(instance.private, sister.name, "")
    if answer.status >= 300:
        _log.info("sister %s answered a ping with %d", sister.name, answer.status)


def twin_words(instance: Instance, twin: str) -> str:
    """What administrators are to know of a site that signs with the key of another; "": nothing."""
    if twin == instance.settings.public_url:
        return _(
            "It says that this site here signs with the key of another one: is it a copy, or made"
            " from a backup? Give it a key of its own: wiki sisters key revoke, here."
        )
    words = _(
        "Another site, {address}, signs with the key of this sister: it is a copy of it, or"
        " somebody has its key. Nothing is taken from it. Tell the administrators of both: one of"
        " the two needs another key (wiki sisters key revoke, there)."
    )
    return words.format(address=twin) if twin else ""
