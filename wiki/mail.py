"""Sends one mail to one person: by SMTP, or as a file in ``outbox/`` where there is no server."""

import os
import smtplib
import ssl
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, make_msgid
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex

from wiki.config import Settings
from wiki.errors import BadField, BadSetting, StorageFailed, WikiError
from wiki.people.fields import fold_email
from wiki.translation import gettext as _

#: Seconds for a server to answer each step.
_PATIENCE = 20
_SMTPS = 465
#: What ends a line or a string somewhere on the way to a mail program.
_ENDS = frozenset({"Cc", "Zl", "Zp", "Cs"})
#: Headers that a caller may add (RFC 2919, RFC 8058); all others are ours.
_MAY_ADD = frozenset({"list-id", "list-unsubscribe", "list-unsubscribe-post"})


class MailFailed(WikiError):
    """The mail server cannot be reached, or refused: nothing was sent."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Mailer:
    """Sends mail as ``settings`` say; it holds no connection, so any thread may use it."""

    def __init__(self, settings: Settings) -> None:
        """Raises BadSetting where the sender is no address."""
        self.settings = settings
        self._outbox = settings.instance / "outbox"
        try:
            ((name, address),) = getaddresses([settings.mail_from])
            self._sender = Address(name or settings.site_name, addr_spec=fold_email(address))
        except (BadField, ValueError) as error:
            raise BadSetting("setting 'mail_from' is an address, with or without a name") from error

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Sends it to ``to`` alone and returns its Message-ID.

        ``html`` is a second form of the same words; ``headers`` say how to unsubscribe. Raises
        BadField where an address or a header could hold another one, MailFailed, StorageFailed.
        """
        to = fold_email(to)
        message = self._message(to, subject, text, html, headers or {})
        if self.settings.smtp_host:
            self._deliver(message, to)
        else:
            self._put(message)
        return str(message["Message-ID"])

    def _message(
        self, to: str, subject: str, text: str, html: str | None, headers: Mapping[str, str]
    ) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = Address(addr_spec=to)
        message["Subject"] = _one_line("subject", subject)
        message["Date"] = format_datetime(datetime.now(UTC))
        # Its domain is given: the default would publish this machine's name.
        message["Message-ID"] = make_msgid(domain=self._sender.domain)
        # Holiday notices do not answer machines (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        for name, value in headers.items():
            if name.lower() not in _MAY_ADD:
                raise BadField("headers", _("This mail header cannot be set."))
            try:
                message[name] = _one_line("headers", value)
            except (MessageError, ValueError, IndexError) as error:
                raise BadField("headers", _("This mail header cannot be set.")) from error
        message.set_content(_encodable(text), cte="quoted-printable")
        if html is not None:
            message.add_alternative(_encodable(html), subtype="html", cte="quoted-printable")
        return message

    def _deliver(self, message: EmailMessage, to: str) -> None:
        settings = self.settings
        try:
            context = ssl.create_default_context()
            with self._connect(context) as server:
                if settings.smtp_starttls and settings.smtp_port != _SMTPS:
                    server.starttls(context=context)
                if settings.smtp_user:
                    server.login(settings.smtp_user, settings.smtp_password)
                server.send_message(message, from_addr=self._sender.addr_spec, to_addrs=[to])
        except (OSError, smtplib.SMTPException) as error:
            raise MailFailed(
                _("The mail could not be sent just now. Nothing is lost: please try again later.")
            ) from error

    def _connect(self, context: ssl.SSLContext) -> smtplib.SMTP:
        host, port = self.settings.smtp_host, self.settings.smtp_port
        # The greeting, likewise, names the mail domain and not this machine.
        me = self._sender.domain
        if port == _SMTPS:
            return smtplib.SMTP_SSL(host, port, me, timeout=_PATIENCE, context=context)
        return smtplib.SMTP(host, port, me, timeout=_PATIENCE)

    def _put(self, message: EmailMessage) -> None:
        """One file a mail, whole or not there, its owner's alone: it may hold a link to log in."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        target = self._outbox / f"{stamp}-{token_hex(4)}.eml"
        try:
            self._outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(target, message.as_bytes())
        except OSError as error:
            raise StorageFailed(
                _("The mail could not be sent just now. Nothing is lost: please try again later.")
            ) from error


def _write(target: Path, data: bytes) -> None:
    unfinished = target.with_suffix(".part")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)


def _one_line(field: str, value: str) -> str:
    if any(unicodedata.category(char) in _ENDS for char in value):
        raise BadField(field, _("A line break cannot stand here."))
    return value


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
