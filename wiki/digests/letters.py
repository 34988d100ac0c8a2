"""A digest as mails: one with everything, or at once one for each page, in a thread of its own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from wiki.digests.builder import Digest, Group, Line
from wiki.digests.links import stop_url
from wiki.digests.words import is_written, say
from wiki.instance import Instance
from wiki.mail_templates import Recipient, compose_mail
from wiki.pages.mail_mask import masked
from wiki.people.follow.by_mail import Request
from wiki.people.follow.recipients import Follower
from wiki.people.follow.subscriptions import NOW
from wiki.people.mail.values import Mail
from wiki.people.targets import PAGE, SEARCH, Target
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import ngettext, use_language

#: what is no news any more is not sent: who could read it then may not any more
FRESH = timedelta(hours=20)
#: pages that have a mail each, where one is told at once; more are told in one
EACH = 6


def letters(
    instance: Instance, follower: Follower, digest: Digest, period: str, at: datetime
) -> tuple[Mail, ...]:
    """The mails of ``digest``, in the language in force; ``period`` makes their keys.

    The same follower and period give the same keys, so that nobody is written to twice.
    """
    if digest.is_empty:
        return ()
    if follower.rhythm != NOW or len(digest.groups) > EACH:
        return (_mail(instance, follower, digest, f"digest:{follower.id}:{period}", at),)
    return tuple(_at_once(instance, follower, digest, period, at))


def confirmation(instance: Instance, asked: Request) -> Mail:
    """The mail that asks someone without an account whether they mean it."""
    with use_language(asked.lang):
        # What it says is what every visitor may see: whoever asked may be someone else.
        what = _said_to_a_stranger(Reader(instance), asked.target)
    key = f"follow:{sha256(asked.token.encode()).hexdigest()[:32]}"
    to, path = Recipient(asked.email, asked.lang), f"/-/follow/{asked.token}"
    return compose_mail(instance, key, to, "follow", path=path, secret=True, what=what)


def _said_to_a_stranger(visitor: Reader, target: Target) -> str:
    """What is to be followed, in words of the wiki: not in those of whoever typed the address.

    Else anyone writes whatever they like to anyone, under our name.
    """
    if target.kind == SEARCH:
        return _("New answers to a search that was made here")
    if target.kind != PAGE and not is_written(visitor, target):
        return _("New projects, needs and offers on a word that was chosen here")
    return say(visitor, target).sentence


def _at_once(
    instance: Instance, follower: Follower, digest: Digest, period: str, at: datetime
) -> Iterator[Mail]:
    rest: list[Group] = []
    for group in digest.groups:
        if group.target.kind != PAGE:
            rest.append(group)
            continue
        alone = Digest((), 0, (group,), 0)
        key = f"digest:{follower.id}:{group.target.digest}"
        yield _mail(instance, follower, alone, f"{key}:{period}", at, thread=key, group=group)
    left = replace(digest, groups=tuple(rest))
    if not left.is_empty:
        yield _mail(instance, follower, left, f"digest:{follower.id}:{period}", at)


def _mail(
    instance: Instance,
    follower: Follower,
    digest: Digest,
    key: str,
    at: datetime,
    *,
    thread: str = "",
    group: Group | None = None,
) -> Mail:
    stop = stop_url(instance, follower.id, group.target if group else None)
    person = follower.person
    mail = compose_mail(
        instance,
        key,
        Recipient(
            follower.email,
            follower.lang,
            person.name if person else "",
            person.id if person else None,
        ),
        "digest",
        title=_one_line(group.heading.name if group else _subject(digest)),
        asked=[_line(instance, one) for one in digest.asked],
        asked_more=digest.asked_more,
        groups=[_group(instance, follower, one) for one in digest.groups],
        more=digest.more,
        unsubscribe=stop_url(instance, follower.id),
        settings_url=f"{instance.settings.public_url}/-/account/watching" if person else "",
    )
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "thread": thread or f"digest:{follower.id}",
    }
    return replace(mail, headers=headers, until=at + FRESH)


def _subject(digest: Digest) -> str:
    """What is asked of the reader first; else how much is new."""
    if digest.asked:
        count = len(digest.asked) + digest.asked_more
        return ngettext("One thing waits for you", "{count} things wait for you", count).format(
            count=count
        )
    if len(digest.groups) == 1:
        return _("New: {name}").format(name=digest.groups[0].heading.name)
    first, count = digest.groups[0].heading.name, len(digest.groups) - 1 + digest.more
    return ngettext("New: {name}, and one other", "New: {name}, and {count} others", count).format(
        name=first, count=count
    )


def _group(instance: Instance, follower: Follower, group: Group) -> dict[str, Any]:
    base = instance.settings.public_url
    return {
        "heading": _one_line(group.heading.sentence),
        "url": base + group.heading.url if group.heading.url else "",
        "lines": [_line(instance, one) for one in group.lines],
        "more": group.more,
        "stop": stop_url(instance, follower.id, group.target),
        "is_page": group.target.kind == PAGE,
    }


def _line(instance: Instance, line: Line) -> dict[str, Any]:
    base = instance.settings.public_url
    return {
        "title": _one_line(line.title),
        "url": base + line.url if line.url else "",
        "sentence": _one_line(line.sentence),
        "said": _one_line(line.said),
        "below": [_line(instance, one) for one in line.below],
    }


def _one_line(text: str) -> str:
    """Words that people wrote, without what could make another line of them."""
    line = "".join(char if char.isprintable() else " " for char in text)
    shown = masked(" ".join(line.split()))
    return shown if len(shown) <= 300 else shown[:299] + "…"
