"""Reads the mailbox: an innovation of each mail, which its finder confirms or the team reads.

``From`` can be forged, so a mail alone never makes a page. Nothing is ever answered to the address
that a mail came from: the one mail that goes out goes to the address of an account, as often as
``signals_per_day`` allows, and says that a program sent it (RFC 3834): nothing goes in circles.
"""

import logging
import time
from collections.abc import Iterable
from email.utils import parseaddr

from wiki.api import (
    DAY,
    Instance,
    Limit,
    Mail,
    Person,
    TooMany,
    WikiError,
    attempt_all,
    checked_upload,
    compose,
    find_person,
    post,
    show_anew,
)

from . import keeping, reading_mail
from .keeping import CONFIRM, HELD, Signal
from .links import confirm_url
from .mailbox import FAILURES, Mailbox, open_mailbox
from .plaintext import without_addresses
from .reading_mail import Incoming
from .signalling import LONGEST, MOST_FILES

NAME = "correspondents-mail"
#: mails of one run, and its seconds: others come to the next
_AT_ONCE, _LONGEST_RUN = 200, 60
#: beside the attachments: words, and what base64 adds
_BESIDE = 1_000_000
_log = logging.getLogger(__name__)


def run(instance: Instance) -> None:
    """Reads what is unread; does nothing where the settings name no server."""
    settings = instance.settings
    if not settings.imap_host:
        return
    try:
        with open_mailbox(settings) as mailbox:
            _read_all(instance, mailbox)
    except FAILURES as error:
        # What a server says of itself; never the password, which imaplib does not repeat.
        _log.warning("the mailbox of innovations cannot be read: %s", type(error).__name__)


def _read_all(instance: Instance, mailbox: Mailbox) -> None:
    until = time.monotonic() + _LONGEST_RUN
    for number in mailbox.unread()[:_AT_ONCE]:
        if time.monotonic() > until:
            return
        try:
            read = _read_one(instance, mailbox, number)
        except TooMany:
            continue  # there is room for it another day
        if read:
            mailbox.mark_read(number)


def _read_one(instance: Instance, mailbox: Mailbox, number: str) -> bool:
    """Whether it is done with: kept, or nothing to keep."""
    head, size = mailbox.head(number)
    identity = reading_mail.identity_of(head)
    if keeping.was_read(instance, identity):
        return True  # the row is there: the process ended before it was marked
    most = instance.settings.max_upload * 3 // 2 + _BESIDE
    if size > most or reading_mail.is_by_machine(head, _ours(instance)):
        keeping.note_read(instance, identity)
        return True
    incoming = reading_mail.read(mailbox.whole(number))
    if incoming is None:
        keeping.note_read(instance, identity)
        return True
    _keep(instance, incoming, identity)
    return True


def _keep(instance: Instance, incoming: Incoming, identity: str) -> None:
    person = find_person(instance.private, incoming.sender)
    if person is not None and person.disabled:
        keeping.note_read(instance, identity)
        return
    if person is not None:
        limit = instance.settings.signals_per_day
        attempt_all(instance.private, [Limit(f"signal:mail:{person.id}", limit, DAY)])
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
        files=_files(instance, incoming),
    )
    key = keeping.key_of("mail", identity)
    state = CONFIRM if person else HELD
    row, new = keeping.keep(instance, signal, person, state, key, mail=identity)
    if person is not None and new:
        post(instance, _asking(instance, person, row.id))
    elif new:
        show_anew(instance)


def _lines(addresses: Iterable[str]) -> str:
    said = ""
    for one in addresses:
        if len(said) + len(one) < LONGEST["contact"]:
            said = f"{said}\n{one}".strip()
    return said


def _files(instance: Instance, incoming: Incoming) -> dict[str, bytes]:
    """What passes the checks of uploads; the rest is left out, not the mail."""
    found: dict[str, bytes] = {}
    room = instance.settings.max_upload
    for one in incoming.files:
        if len(found) == MOST_FILES or len(one.data) > room:
            continue
        try:
            name, data = checked_upload(instance.settings, one.name[-120:], one.data)
        except WikiError:
            continue
        stem, _dot, extension = name.rpartition(".")
        if not extension or name in found or len(name) > 100:
            name = f"{stem[:70]}-{len(found) + 1}.{extension}"
        found[name] = data
        room -= len(data)
    return found


def _asking(instance: Instance, person: Person, signal_id: str) -> Mail:
    # Nothing of the mail stands in it: anybody may have written that.
    url = confirm_url(instance, signal_id)
    values = {"name": person.name, "url": url}
    subject, text, html = compose(instance, "correspondents/mail/confirm", person.lang, **values)
    return Mail(
        key=f"signal:{signal_id}:confirm",
        to=person.email,
        subject=subject,
        text=text,
        html=html,
        person=person.id,
        secret=True,
        lang=person.lang,
    )


def _ours(instance: Instance) -> frozenset[str]:
    settings = instance.settings
    said = (settings.mail_from, settings.signal_address, settings.imap_user)
    return frozenset(address for one in said if (address := parseaddr(one)[1].lower()))
