"""The words of mails: each a template of plain text and one of HTML, in the reader's language.

``mail/<name>.txt`` extends ``mail/layout.txt`` and has the blocks ``subject`` and ``body``; it says
everything by itself. ``mail/<name>.html`` extends ``mail/layout.html`` with the block ``body`` and
says the same. A plugin's are in a folder of its name: ``introductions/mail/ask``.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment

from wiki.hookspecs.notifications import Letter
from wiki.instance import Instance
from wiki.jinja import without_escaping
from wiki.people.mail.values import Mail
from wiki.people.person import Person
from wiki.translation import use_language

_BLANKS = re.compile(r"\n{3,}")


def compose(instance: Instance, template: str, lang: str, **values: Any) -> Letter:
    """Subject, text and HTML of the mail ``template`` (``mail/`` is put before a plain name).

    Both forms see ``values``, ``site`` and ``site_url`` (its name and address). Text is not
    escaped, HTML is; the subject is one line, whatever the values hold.
    """
    name = template if "/" in template else f"mail/{template}"
    settings = instance.settings
    # A language that somebody chose may be offered no more.
    lang = lang if lang in settings.offered else settings.lang
    known = {"site": settings.site_name, "site_url": settings.public_url, "lang": lang, **values}
    with use_language(lang):
        plain = _unescaped(instance.templates).get_template(f"{name}.txt")
        context = plain.new_context(known)
        subject = " ".join("".join(plain.blocks["subject"](context)).split())
        text = _BLANKS.sub("\n\n", plain.render(known)).strip() + "\n"
        html = instance.templates.get_template(f"{name}.html").render(known, subject=subject)
    return Letter(subject, text, html)


class Recipient(NamedTuple):
    """Who gets a mail, where that is no ``Person``; ``id`` is an account that it goes with."""

    email: str
    lang: str
    name: str = ""
    id: str | None = None


def compose_mail(
    instance: Instance,
    key: str,
    to: Person | Recipient,
    template: str,
    *,
    path: str = "",
    secret: bool = False,
    **values: Any,
) -> Mail:
    """The mail of ``template`` to somebody, sent once under ``key``; queueing it is the caller's.

    The template sees ``name`` beside ``values``, and ``url`` where ``path`` says to which address
    of ours its link leads. ``secret``: its words let someone in, and are not kept once it is sent.
    """
    known = {"name": to.name}
    if path:
        known["url"] = instance.settings.public_url + path
    letter = compose(instance, template, to.lang, **{**known, **values})
    return address_letter(letter, key, to, secret=secret)


def address_letter(
    letter: Letter, key: str, to: Person | Recipient, *, secret: bool = False
) -> Mail:
    """``letter`` as a mail to somebody."""
    return Mail(key, to.email, *letter, person=to.id, secret=secret, lang=to.lang)


@lru_cache(maxsize=4)
def _unescaped(templates: Environment) -> Environment:
    """The same templates without escaping; kept, for it remembers what it has read."""
    return without_escaping(templates)
