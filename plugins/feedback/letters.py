"""The mails of feedback: is this from you, and what has become of what you said."""

from collections.abc import Sequence
from typing import Any

from wiki.api.mail import Mail, Recipient, compose_mail
from wiki.api.paths import action_url
from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, get_title, page_exists
from wiki.api.reading.history import knows_commit
from wiki.api.translation import use_language

from .fates import USED, words_of
from .links import OWN
from .models import AnswerRow

_LISTED = 12


def confirming(instance: Instance, row: AnswerRow) -> Mail:
    """To who answers without an account: is this from you?"""
    visitor = Reader(instance)
    # Pressed twice it is one mail; asked for again a little later it is another.
    lately = instance.private.now().strftime("%Y%m%d%H%M")[:-1]
    return compose_mail(
        instance,
        f"feedback:{row.id}:confirm:{lately}",
        Recipient(row.email, row.lang, row.name),
        "feedback/mail/confirm",
        path=OWN.path(instance, row.id),
        # Its link acts in the name of who gets it.
        secret=True,
        title=get_title(visitor, row.path) if page_exists(visitor, row.path) else "",
    )


def fates(instance: Instance, rows: Sequence[AnswerRow], person: Person | None, key: str) -> Mail:
    """To the author of ``rows``, who may have lost sight of their pages: what became of them."""
    first = rows[0]
    to = person or Recipient(first.email, first.lang, first.name)
    reader = Reader(instance, person)
    with use_language(to.lang):
        lines = [_line(reader, row, person) for row in rows[:_LISTED]]
    return compose_mail(
        instance,
        f"feedback:fates:{key}",
        to,
        "feedback/mail/fates",
        secret=person is None,
        lines=lines,
        more=len(rows) - len(lines),
        url=lines[0]["url"],
    )


def _line(reader: Reader, row: AnswerRow, person: Person | None) -> dict[str, Any]:
    instance = reader.instance
    readable = bool(row.path) and page_exists(reader, row.path)
    site = instance.settings.public_url
    return {
        "title": get_title(reader, row.path) if readable else "",
        "words": words_of(row),
        "reply": row.reply,
        "url": site + action_url("feedback/mine") if person else OWN.url(instance, row.id),
        "change": site + action_url("diff", row.path, {"to": row.revision})
        if readable and row.fate == USED and knows_commit(reader, row.revision)
        else "",
    }
