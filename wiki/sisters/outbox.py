"""Messages to sisters: kept in rows until they are there, tried ever more rarely."""

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from wiki.errors import Forbidden
from wiki.hookspecs.background import Backlog
from wiki.instance import Instance
from wiki.people.sisters import exchanges, messages, registry
from wiki.people.sisters.messages import Message
from wiki.sisters.calls import INBOX, Unanswered, is_for_later, tell
from wiki.sisters.inbox import takers
from wiki.sisters.pool import take_turns
from wiki.sisters.tokens import token_for
from wiki.task_queue import wake
from wiki.translation import gettext as _

#: the task that sends them
TASK = "sister-messages"


def send_message(instance: Instance, sister: str, kind: str, body: Mapping[str, Any]) -> str:
    """Has ``body``, of 64 kB at most as JSON, be told to the sister of that name; its identity.

    After the transaction that it belongs to: what is sent is sent. Raises NotFound, Forbidden for a
    sister that nothing is exchanged with at present, BadRequest.
    """
    known = registry.get(instance.private, sister)
    if not is_exchanging(instance, sister):
        words = _("Nothing is exchanged with {site} at present.")
        raise Forbidden(words.format(site=known.title))
    id = messages.put(instance.private, sister, kind, json.dumps(body, ensure_ascii=False))
    wake(instance.settings, TASK)
    return id


def is_exchanging(instance: Instance, sister: str) -> bool:
    """Whether there is a sister of that name that something may be told to at present."""
    known = registry.by_name(instance.private).get(sister)
    if known is None or known.blocked:
        return False
    return exchanges.get(instance.private, sister).state != exchanges.STOPPED


def count_met(instance: Instance, sister: str) -> None:
    """Counts one more need that was met through the sister."""
    exchanges.count_met(instance.private, sister)


def is_due(instance: Instance) -> bool:
    """Whether there is one whose time has come."""
    return bool(messages.list_due(instance.private))


def run(instance: Instance) -> None:
    """Sends what is due: to each sister in order, to several at a time."""
    take_turns(partial(_deliver, instance), partial(messages.list_due, instance.private))


def count_waiting(instance: Instance) -> Backlog:
    """How many messages wait, and since when the oldest does."""
    return Backlog(_("Messages to sister Carrefours"), *messages.oldest(instance.private))


def _deliver(instance: Instance, name: str) -> None:
    private = instance.private
    some = messages.list_due_of(private, name)
    sister = registry.by_name(private).get(name)
    known = takers(instance)
    for one in some:
        if sister is None or sister.blocked:
            messages.put_off(private, one.id, _("Nothing is exchanged with this site at present."))
            continue
        body, taker = json.loads(one.body), known.get(one.kind)
        if taker is not None and taker.fill is not None:
            body = taker.fill(instance, one.sister, body)
        if body is None:
            messages.forget(private, one.id)
            continue
        token = token_for(instance, sister, jti=one.id, kind=one.kind, body=body)
        try:
            answer = tell(instance, sister.address, INBOX, token)
        except Unanswered as error:
            # Those behind it would wait as long.
            for late in some[some.index(one) :]:
                _later(instance, late, error.words)
            return
        lasting = taker is not None and taker.lasting and answer.status == HTTPStatus.FORBIDDEN
        if lasting or is_for_later(answer.status):
            _later(instance, one, _answered(answer.status))
        elif answer.status >= 300:
            _give_up(instance, one, answer.body.decode("utf-8", "replace")[:500])
        else:
            messages.forget(private, one.id)


def _later(instance: Instance, one: Message, words: str) -> None:
    taker = takers(instance).get(one.kind)
    if messages.is_too_old(instance.private, one) and not (taker and taker.lasting):
        _give_up(instance, one, words)
    else:
        messages.put_off(instance.private, one.id, words)


def _give_up(instance: Instance, one: Message, words: str) -> None:
    messages.forget(instance.private, one.id)
    taker = takers(instance).get(one.kind)
    if taker is not None and taker.gave_up is not None:
        taker.gave_up(instance, one.sister, json.loads(one.body), words)


def _answered(status: int) -> str:
    return _("It answered with {status}.").format(status=status)
