"""Reads the mailbox: an innovation of each mail, which its finder confirms or the team reads.

``From`` can be forged, so a mail alone never makes a page. Nothing is ever answered to the address
that a mail came from: the one mail that goes out goes to the address of an account, as often as
``signals_per_day`` allows, and says that a program sent it (RFC 3834): nothing goes in circles.
"""

import logging
import time
from collections.abc import Iterable
from email.utils import parseaddr

from wiki.api.errors import StorageFailed, TooMany, WikiError
from wiki.api.jobs import call_in_child
from wiki.api.limits import DAY, Limit, count_attempts, count_upload
from wiki.api.mail import Mail, compose_mail, send_mail
from wiki.api.pages.editing import checked_upload
from wiki.api.people import Person, find_person
from wiki.api.plugin import Instance

from . import reading_mail, store, unreadable
from .links import CONFIRMATION
from .mailbox import FAILURES, Mailbox, Unfetched, open_mailbox
from .plaintext import without_addresses
from .reading_mail import Attached, Incoming
from .signals import LONGEST, MOST_FILES
from .store import CONFIRM, HELD, Signal

NAME = "correspondents-mail"
#: seconds of one run: others come to the next; and those that one mail may take to be understood
_LONGEST_RUN, _PARSING = 60, 10.0
#: beside the attachments: words, and what base64 adds
_BESIDE = 1_000_000
_log = logging.getLogger(__name__)


class MailboxClosed(WikiError):
    """The server is not there, refuses, breaks or says nothing; the next run tries again."""


def run(instance: Instance) -> None:
    """Reads what is unread; does nothing where the settings name no server.

    Raises MailboxClosed where it cannot be read.
    """
    settings = instance.settings
    if not settings.imap_host:
        return
    try:
        with open_mailbox(settings) as mailbox:
            _read_all(instance, mailbox)
    except FAILURES as error:
        # Not what the server said: it may repeat whatever it was given.
        kind = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        raise MailboxClosed(f"the mailbox of innovations cannot be read: {kind}") from None


def _read_all(instance: Instance, mailbox: Mailbox) -> None:
    until = time.monotonic() + _LONGEST_RUN
    #: whose mails there is no room for: their next ones are not read for nothing
    waiting: set[str] = set()
    for number in mailbox.unread():
        if time.monotonic() > until:
            return
        try:
            _read_one(instance, mailbox, number, waiting)
        except Unfetched:
            _log.warning("the mail %s of innovations cannot be fetched", number)


def _read_one(instance: Instance, mailbox: Mailbox, number: str, waiting: set[str]) -> None:
    """Keeps what it says, and marks it; or sets it aside, or leaves it for another day."""
    head, size = mailbox.head(number)
    identity, sender = reading_mail.identity_of(head), reading_mail.sender_of(head)
    if store.was_read(instance, identity):
        # The row is there: the process ended before it was marked.
        (mailbox.set_aside if unreadable.is_noted(instance, identity) else mailbox.mark_read)(
            number
        )
        return
    if sender in waiting or not _has_room(instance, sender):
        return
    why = unreadable.LARGE if size > instance.settings.max_upload * 3 // 2 + _BESIDE else ""
    try:
        if not why and (incoming := _parsed(instance, mailbox.whole(number))):
            _keep(instance, incoming, identity)
        elif not why:
            store.note_read(instance, identity)
    except TooMany:
        waiting.add(sender)  # there is room for it another day
        return
    except (Unfetched, StorageFailed, *FAILURES):
        raise
    except Exception:
        # Whatever it is: the next one is read. Where it is no fault of the mail's, and nothing can
        # be written now, noting it raises too, and it stays unread.
        _log.warning("a mail of innovations is set aside", exc_info=True)
        why = unreadable.BROKEN
    if why:
        unreadable.note(instance, identity, sender, why)
        mailbox.set_aside(number)
    else:
        mailbox.mark_read(number)


def _parsed(instance: Instance, raw: bytes) -> Incoming | None:
    """What it says; None for a machine's. Raises ChildFailed, ChildTimedOut."""
    question = {"ours": list(_ours(instance))}
    said, data = call_in_child(reading_mail.parse, question, raw, seconds=_PARSING)
    if said.get("machine"):
        return None
    files = tuple(Attached(*one) for one in zip(said["files"], data, strict=True))
    return Incoming(said["sender"], said["name"], said["title"], said["text"], files)


def _has_room(instance: Instance, sender: str) -> bool:
    return find_person(instance.private, sender) is not None or store.has_room(instance)


def _keep(instance: Instance, incoming: Incoming, identity: str) -> None:
    person = find_person(instance.private, incoming.sender)
    if person is not None and person.disabled:
        store.note_read(instance, identity)
        return
    if person is not None:
        limit = instance.settings.signals_per_day
        count_attempts(instance.private, [Limit(f"signal:mail:{person.id}", limit, DAY)])
    # A mail that is passed on names who wrote it before: whom to contact, for the team alone.
    title, _known = without_addresses(incoming.title)
    text, addresses = without_addresses(incoming.text)
    name, _own = without_addresses(incoming.name)
    signal = Signal(
        title=title,
        text=text,
        contact=_lines(addresses),
        name="" if person else name,
        email="" if person else incoming.sender[:254],
        files=_files(instance, incoming, person),
    )
    key = store.key_of("mail", identity)
    state = CONFIRM if person else HELD
    row, new = store.keep(instance, signal, person, state, key, mail=identity)
    if person is not None and new:
        send_mail(instance, _asking(instance, person, row.id))


def _lines(addresses: Iterable[str]) -> str:
    said = ""
    for one in addresses:
        if len(said) + len(one) < LONGEST["contact"]:
            said = f"{said}\n{one}".strip()
    return said


def _files(instance: Instance, incoming: Incoming, person: Person | None) -> dict[str, bytes]:
    """What passes the checks of uploads; the rest is left out, not the mail.

    Raises TooMany where there is no room for them today: of one account, or of all without one.
    """
    found: dict[str, bytes] = {}
    room = instance.settings.max_upload
    for one in incoming.files:
        if len(found) == MOST_FILES or len(one.data) > room:
            continue
        try:
            name, data = checked_upload(instance.settings, one.name[-120:], one.data)
        except TooMany:
            raise
        except WikiError:
            continue
        stem, _dot, extension = name.rpartition(".")
        if not extension or name in found or len(name) > 100:
            name = f"{stem[:70]}-{len(found) + 1}.{extension}"
        found[name] = data
        room -= len(data)
    size, most = sum(map(len, found.values())), instance.settings.uploads_per_day
    count_upload(instance.private, person.id if person else "mail", size, most)
    return found


def _asking(instance: Instance, person: Person, signal_id: str) -> Mail:
    # Nothing of the mail stands in it: anybody may have written that.
    key, url = f"signal:{signal_id}:confirm", CONFIRMATION.url(instance, signal_id)
    return compose_mail(instance, key, person, "correspondents/mail/confirm", secret=True, url=url)


def _ours(instance: Instance) -> frozenset[str]:
    settings = instance.settings
    said = (settings.mail_from, settings.signal_address, settings.imap_user)
    return frozenset(address for one in said if (address := parseaddr(one)[1].lower()))
