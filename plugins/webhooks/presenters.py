"""Addresses and their messages as templates want them: no secret, no more than one reads."""

from typing import Any

from wiki.api.paths import action_url, page_url
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import get_item
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext

from .formats import FORM_WORDS
from .happenings import KIND_WORDS
from .models import HookRow, MessageRow
from .notifications import OFF_WORDS
from .scopes import BOARD, BOARD_WORDS, PAGE, THEME
from .sentences import WHAT_WORDS
from .store import DROPPED, FAILED, SENT, WAITS

Values = dict[str, Any]


def hook_values(reader: Reader, hook: HookRow) -> Values:
    """An address as a list shows it."""
    person = get_person(reader.instance.private, hook.person)
    own = reader.person is not None and hook.person == reader.person.id
    return {
        "id": hook.id,
        "url": action_url("webhooks", hook.id),
        "label": hook.name or hook.host,
        "host": hook.host,
        "form": str(FORM_WORDS[hook.form]),
        "scope": _scope_words(reader, hook),
        "kinds": [str(KIND_WORDS[one]) for one in hook.kinds.split() if one in KIND_WORDS],
        "off": str(OFF_WORDS[hook.off]) if hook.off else "",
        "failing": bool(hook.failures) and not hook.off,
        "again": hook.due,
        "owner": "" if own or person is None else person.name,
        "created": hook.created,
    }


def _scope_words(reader: Reader, hook: HookRow) -> str:
    if hook.scope == BOARD:
        return str(BOARD_WORDS[hook.word])
    if hook.scope == THEME:
        return gettext("Theme: {theme}").format(theme=hook.word)
    if hook.scope == PAGE:
        row = get_row(reader, hook.path) if hook.path else None
        return row.title if row is not None else gettext("a page that is gone")
    return gettext("The whole site")


def message_values(instance: Instance, message: MessageRow) -> Values:
    """A message: what it was about, only as far as everybody reads that now."""
    label, url = _subject(Reader(instance), message)
    return {
        "id": message.id,
        "words": str(WHAT_WORDS.get(message.what, message.what)),
        "label": label,
        "url": url,
        "at": message.at,
        "state": message.state,
        "told": _told(message),
        "again": message.state != WAITS,
        "well": message.state == SENT,
    }


def _subject(visitor: Reader, message: MessageRow) -> tuple[str, str]:
    if message.identity:
        item = get_item(visitor, message.identity)
        return (item.plain, page_url(item.path, message.identity)) if item else ("", "")
    row = get_row(visitor, message.path) if message.path else None
    return (row.title, page_url(row.path)) if row else ("", "")


def _told(message: MessageRow) -> str:
    """How it went, in words."""
    if message.state == DROPPED:
        return gettext("Not sent: not everybody may read it any more.")
    answer = message.said
    if message.status:
        answer = gettext("answered {status}").format(status=message.status)
    if message.state == SENT:
        return gettext("Sent: {answer}").format(answer=answer)
    if message.state == FAILED:
        return gettext("Given up: {answer}").format(answer=answer or "—")
    if not message.tries:
        return gettext("Waits to be sent.")
    return gettext("Waits to be tried again: {answer}").format(answer=answer or "—")
