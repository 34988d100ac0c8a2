"""The task that sends: each message as everybody reads its subject at that moment.

::

    waits ──▶ sent                     answered with 2xx
      │ ├───▶ dropped                  not everybody may read it any more
      │ └───▶ failed                   given up: the address is turned off, and its owner told
      └─ an address that fails is tried again ever more rarely, for a day and a half
"""

import http.client
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy import Select, func, select

from wiki.api.errors import WikiError
from wiki.api.jobs import Backlog
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.tables import is_still
from wiki.api.translation import gettext, use_language
from wiki.api.web.outside import Limits, call_outside

from .formats import Outgoing, Receiver, chat, standard
from .models import HookRow, MessageRow
from .notifications import tell_owner
from .payload import data_of
from .scopes import PAGE, may_have_told
from .sentences import note_of
from .store import DROPPED, LOCK, SENT, WAITS, forget_old, signs_with_both, turn_off

TASK = "webhooks.send"
#: after so many failures the next try waits so long; after the last, the address is turned off
PAUSES = tuple(timedelta(seconds=one) for one in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400))
#: nobody is waited for longer than that, whatever they ask
LONGEST_PAUSE = timedelta(days=1)
#: messages of one run; what one receiver is given of time and answer
MOST, LIMITS = 80, Limits(wait=5.0, total=10.0, most=2_000, cut=True)
_GONE, _LATER = 410, (429, 503)


@dataclass(frozen=True)
class Outcome:
    """How a call went: the status that was answered, 0 for none; words where there is none."""

    status: int
    said: str = ""
    pause: timedelta = timedelta()

    @property
    def well(self) -> bool:
        """Whether the message was taken."""
        return 200 <= self.status < 300


def is_due(instance: Instance) -> bool:
    """Whether something waits whose time has come."""
    return instance.private.find_value(_due(instance).limit(1)) is not None


def backlog(instance: Instance) -> Backlog:
    """The messages that wait, and since when the first does."""
    asked = select(func.count(), func.min(MessageRow.at)).where(MessageRow.state == WAITS)
    (count, since), *_ = instance.private.list_tuples(asked)
    return Backlog(gettext("Messages to programs"), count, since)


def run(instance: Instance) -> int:
    """Sends what is due; how many messages were taken."""
    forget_old(instance)
    sent = 0
    for _turn in range(MOST):
        found = instance.private.find_value(_due(instance).limit(1))
        if found is None:
            break
        sent += _send_one(instance, found)
    return sent


def _due(instance: Instance) -> Select[str]:
    """The ids of messages whose time has come: addresses in turn, each in order."""
    return (
        select(MessageRow.id)
        .join(HookRow, HookRow.id == MessageRow.hook)
        .where(MessageRow.state == WAITS, HookRow.off == "", HookRow.due <= instance.private.now())
        .order_by(MessageRow.tries, MessageRow.at, MessageRow.id)
    )


def _send_one(instance: Instance, id: str) -> bool:
    """Sends one message and notes how it went; whether it was taken."""
    message = instance.private.find_row(MessageRow, id)
    hook = instance.private.find_row(HookRow, message.hook) if message is not None else None
    if message is None or hook is None:
        return False
    if why := _no_longer(instance, hook):
        _give_up(instance, hook, why)
        return False
    outgoing = _written(instance, hook, message)
    if outgoing is None:
        _settle(instance, hook, message, Outcome(0), DROPPED)
        return False
    outcome = _called(instance, outgoing)
    if outcome.well:
        _settle(instance, hook, message, outcome, SENT)
        return True
    _settle(instance, hook, message, outcome, WAITS)
    if outcome.status == _GONE:
        _give_up(instance, hook, "gone")
    elif hook.failures + 1 > len(PAUSES):
        _give_up(instance, hook, "failing")
    return False


def _no_longer(instance: Instance, hook: HookRow) -> str:
    """Why nothing is sent there any more; "" where it is."""
    person = get_person(instance.private, hook.person)
    if hook.scope == PAGE and not (hook.path and is_still(instance, hook.path, hook.born)):
        return "page"
    if person is None or not may_have_told(Reader(instance, person), hook.scope, hook.path):
        return "rights"
    return ""


def _written(instance: Instance, hook: HookRow, message: MessageRow) -> Outgoing | None:
    """The request; None where not everybody may read what it is about."""
    visitor, now = Reader(instance), instance.private.now()
    with use_language(instance.settings.lang):
        data = data_of(visitor, message)
        if data is None:
            return None
        secrets = [hook.secret]
        if signs_with_both(instance, hook) is not None:
            secrets.append(hook.former_secret)
        receiver = Receiver(
            hook.form, hook.address_secret, tuple(secrets), hook.access_secret, hook.room
        )
        if hook.form == "standard":
            return standard(receiver, message.id, message.what, message.at, now, data)
        return chat(receiver, message.id, note_of(message.what, data))


def _called(instance: Instance, outgoing: Outgoing) -> Outcome:
    inside = instance.settings.webhook_hosts.split()
    try:
        answer = call_outside(
            outgoing.method,
            outgoing.url,
            inside=inside,
            setting="webhook_hosts",
            headers=outgoing.headers,
            body=outgoing.body,
            limits=LIMITS,
        )
    except WikiError as error:
        return Outcome(0, error.words)
    except (OSError, http.client.HTTPException) as error:
        return Outcome(0, str(error) or type(error).__name__)
    told = answer.headers.get("retry-after", "") if answer.status in _LATER else ""
    return Outcome(answer.status, "", _pause(instance, told))


def _pause(instance: Instance, told: str) -> timedelta:
    """How long the receiver asks to be left alone: seconds, or a date."""
    if told.isascii() and told.isdigit():
        return min(timedelta(seconds=int(told[:9])), LONGEST_PAUSE)
    try:
        asked = parsedate_to_datetime(told) - instance.private.now()
    except (ValueError, TypeError):
        return timedelta()
    return max(timedelta(), min(asked, LONGEST_PAUSE))


def _settle(
    instance: Instance, hook: HookRow, message: MessageRow, outcome: Outcome, state: str
) -> None:
    now = instance.private.now()
    with instance.private.session(LOCK) as session:
        row, there = session.get(MessageRow, message.id), session.get(HookRow, hook.id)
        if row is None or there is None:
            return
        row.state, row.tries = state, row.tries + 1
        row.status, row.said = outcome.status, outcome.said[:200]
        row.done = None if state == WAITS else now
        if state == WAITS:
            pause = PAUSES[min(there.failures, len(PAUSES) - 1)]
            there.failures += 1
            there.due = now + max(pause, outcome.pause)
        elif state == SENT:
            there.failures = 0


def _give_up(instance: Instance, hook: HookRow, why: str) -> None:
    """Turns it off, and says so to who named it."""
    if turn_off(instance, hook, why):
        tell_owner(instance, hook, why)
