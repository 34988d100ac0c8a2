"""What sisters send: a ping, which makes them due, and messages, each taken once.

::

    a token ─▶ from a sister? for us? by its key? by our clock? ─▶ not taken before? ─▶ its kind
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta

from wiki.errors import BadRequest, NotFound, WikiError
from wiki.hookspecs.sisters import SisterMessage
from wiki.instance import Instance
from wiki.people.sisters import exchanges, messages
from wiki.plugins import call_hook
from wiki.sisters.calls import is_for_later
from wiki.sisters.poll import TASK
from wiki.sisters.statement import CLOCKS
from wiki.sisters.tokens import verified
from wiki.task_queue import wake
from wiki.translation import gettext as _

#: bytes of a token: a message's body may be twice as long as JSON in JSON, and in base64
LONGEST_PING, LONGEST_MESSAGE = 4000, 190_000
_IDENTITY = re.compile(r"[A-Za-z0-9_-]{16,60}")
_REMEMBERED = 2 * CLOCKS + timedelta(minutes=5)


def take_ping(instance: Instance, token: str) -> None:
    """Has the sister that signed it be asked soon. Raises WikiError."""
    sister, said = verified(instance, token, LONGEST_PING)
    how = exchanges.get(instance.private, sister.name)
    known = said.claims.get("head") == how.head and how.state == exchanges.IN_STEP
    if known and how.names_us is not None:
        return  # else it may have begun to name us
    if (rest := exchanges.note_news(instance.private, sister.name)) is not None:
        wake(instance.settings, TASK, rest.total_seconds())


def take_message(instance: Instance, token: str) -> None:
    """Gives a sister's message to the plugin that takes its kind. Raises WikiError."""
    sister, said = verified(instance, token, LONGEST_MESSAGE)
    body, id, kind = (said.claims.get(key) for key in ("body", "jti", "kind"))
    if not isinstance(body, dict) or not isinstance(id, str) or not _IDENTITY.fullmatch(id):
        raise BadRequest(_("What it says is not written as a Carrefour writes it."))
    if len(json.dumps(body, ensure_ascii=False).encode()) > 2 * messages.LONGEST:
        raise BadRequest(_("This is too long for a message to another site."))
    taker = takers(instance).get(str(kind))
    if taker is None:
        raise NotFound(_("This site takes no such messages."))
    name = f"{sister.name}:{id}"
    if not messages.take_once(instance.private, name, _REMEMBERED):
        return  # it has been taken: that its answer was lost is no reason to take it twice
    try:
        taker.take(instance, sister.name, body)
    except BaseException as error:
        if not isinstance(error, WikiError) or is_for_later(error.status):
            messages.let_go(instance.private, name)
        raise


def takers(instance: Instance) -> Mapping[str, SisterMessage]:
    """What plugins take from sisters, by kind."""
    found = call_hook(instance.plugins.hook.sister_messages)
    return {one.kind: one for group in found for one in group}
