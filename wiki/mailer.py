"""Gives one mail to one person: by SMTP, or as a file in ``outbox/`` where there is no server.

Who sends, and when, is ``wiki.mail_dispatch``: here is what a mail looks like and how it leaves.
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from hashlib import sha256
from http import HTTPStatus
from secrets import token_hex

from wiki.config import Settings
from wiki.disk.durable import write_file
from wiki.disk.places import make_folder
from wiki.errors import BadField, BadRequest, BadSetting, StorageFailed, WikiError
from wiki.outside.client import find_service
from wiki.people.accounts.fields import fold_email, mailable, one_line
from wiki.people.mail.queue import MAY_ADD
from wiki.translation import gettext as _

#: Seconds for a server to be there, and then to answer each step: what it does with a mail, such as
#: to look for viruses, comes before its answer, and who hangs up meanwhile sends twice (RFC 1047).
#: A mail has five steps at most, which stay below ``wiki.people.mails.LEASE``.
_PATIENCE, _LONG_PATIENCE = 20, 150
_SMTPS = 465
#: Refusals that the operator can mend: a password is wanted, or wrong.
_OURS = frozenset({530, 534, 535, 538})


class MailFailed(WikiError):
    """The mail server cannot be reached, or cannot take the mail now: nothing was sent."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class MailRefused(MailFailed):
    """The server will never take this mail: there is no such recipient, for one."""


class Mailer:
    """Makes mails as ``settings`` say; it holds no connection, so any thread may use it."""

    def __init__(self, settings: Settings, patience: float | None = None) -> None:
        """``patience``: seconds for each answer of the server, where someone waits for it.

        Raises BadSetting where the sender is no address.
        """
        self.settings = settings
        self.patience = patience
        self.outbox = settings.instance / "outbox"
        try:
            ((name, address),) = getaddresses([settings.mail_from])
            self.sender = Address(name or settings.site_name, addr_spec=fold_email(address))
        except (BadField, ValueError) as error:
            raise BadSetting("setting 'mail_from' is an address, with or without a name") from error

    @contextmanager
    def open(self) -> "Iterator[Line]":
        """A line to the server, or to the outbox, for many mails. Raises MailFailed."""
        line = Line(self)
        line.open()
        try:
            yield line
        finally:
            line.close()

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Sends one mail at once, under no key; arguments and errors as ``Line.send``."""
        with self.open() as line:
            return line.send(to, subject, text, html, headers)

    def message(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None,
        headers: Mapping[str, str],
        key: str,
        at: datetime,
    ) -> EmailMessage:
        """The mail as it leaves; the same arguments give the same one. Raises BadField."""
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = Address(addr_spec=fold_email(to))
        message["Subject"] = one_line(subject)
        message["Date"] = format_datetime(at.astimezone(UTC))
        message["Message-ID"] = self._identity(key)
        # Holiday notices do not answer machines (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        for name, value in headers.items():
            if name.lower() not in MAY_ADD:
                raise BadField("headers", _("This mail header cannot be set."))
            if name.lower() == "thread":
                self._join(message, value)
                continue
            try:
                message[name] = one_line(value)
            except (MessageError, ValueError, IndexError) as error:
                raise BadField("headers", _("This mail header cannot be set.")) from error
        message.set_content(mailable(text), cte="quoted-printable")
        if html is not None:
            message.add_alternative(mailable(html), subtype="html", cte="quoted-printable")
        return message

    def _join(self, message: EmailMessage, key: str) -> None:
        """Puts the mail into the thread that the mail with ``key`` began."""
        first = self._identity(key)
        if first != message["Message-ID"]:
            message["In-Reply-To"] = first
            message["References"] = first

    def _identity(self, key: str) -> str:
        """The Message-ID of the mail with ``key``, which it hides; not with this machine's name."""
        return f"<{sha256(key.encode()).hexdigest()[:32]}@{self.sender.domain}>"


class Line:
    """A connection to the mail server that takes one mail after the other; one thread's.

    Without a server it is the outbox. ``lost`` says that it has to be opened again, ``taken`` how
    many mails the server has taken since it was.
    """

    def __init__(self, mailer: Mailer) -> None:
        self.taken = 0
        self._mailer = mailer
        self._server: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connects. Raises MailFailed where that is impossible."""
        settings = self._mailer.settings
        if not settings.smtp_host:
            return
        self.close()
        self.taken = 0
        try:
            self._server = self._connect()
        except (OSError, smtplib.SMTPException, ValueError, BadRequest) as error:
            raise _failed() from error

    @property
    def lost(self) -> bool:
        """Whether the server has hung up, or can no longer be understood."""
        settings = self._mailer.settings
        return bool(settings.smtp_host) and self._server is None

    def close(self) -> None:
        """Says goodbye."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                if server.sock is not None:
                    server.sock.settimeout(_PATIENCE)
                server.quit()
            server.close()

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        key: str = "",
        at: datetime | None = None,
    ) -> str:
        """Sends it to ``to`` alone and returns its Message-ID, which ``key`` makes.

        ``html`` is a second form of the same words; ``headers`` say how to unsubscribe, and which
        thread it belongs to; ``at`` is its date. Raises BadField where an address or a header could
        hold another one, MailRefused, MailFailed, and StorageFailed where it cannot be written.
        """
        key, at = key or token_hex(16), at or datetime.now(UTC)
        message = self._mailer.message(to, subject, text, html, headers or {}, key, at)
        if self._mailer.settings.smtp_host:
            self._give(message, fold_email(to))
        else:
            self._put(message, at, key)
        return str(message["Message-ID"])

    def _connect(self) -> smtplib.SMTP:
        settings = self._mailer.settings
        context = ssl.create_default_context()
        patience = self._mailer.patience or _PATIENCE
        host, port = settings.smtp_host, settings.smtp_port
        # The greeting names the mail domain and not this machine.
        me = self._mailer.sender.domain
        address = find_service(settings, "smtp_host", host, port)
        server: smtplib.SMTP
        if port == _SMTPS:
            server = smtplib.SMTP_SSL(local_hostname=me, timeout=patience, context=context)
        else:
            server = smtplib.SMTP(local_hostname=me, timeout=patience)
        server._host = host  # type: ignore[attr-defined]  # whose certificate it shows
        try:
            server.connect(address, port)
            if settings.smtp_starttls and port != _SMTPS:
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        if server.sock is not None:
            server.sock.settimeout(self._mailer.patience or _LONG_PATIENCE)
        return server

    def _give(self, message: EmailMessage, to: str) -> None:
        if self._server is None:
            raise _failed()
        try:
            self._server.send_message(message, self._mailer.sender.addr_spec, [to])
            self.taken += 1
        except smtplib.SMTPRecipientsRefused as error:
            self._tell(error, error.recipients[to][0])
        except smtplib.SMTPSenderRefused as error:
            # Our own address is what the operator can mend.
            self._tell(error, 400)
        except smtplib.SMTPResponseException as error:
            self._tell(error, error.smtp_code)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise _failed() from error

    def _tell(self, error: smtplib.SMTPException, code: int) -> None:
        """Raises what the server's answer means."""
        if code == 421 or self._server is None or self._server.sock is None:
            self._drop()
        if 500 <= code < 600 and code not in _OURS:
            raise MailRefused(_("The mail server does not take this mail.")) from error
        raise _failed() from error

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _put(self, message: EmailMessage, at: datetime, key: str) -> None:
        """One file a mail, whole or not there, its owner's alone: it may hold a link to log in.

        Its name is made of the key: written again, it is the same file.
        """
        stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")
        target = self._mailer.outbox / f"{stamp}-{sha256(key.encode()).hexdigest()[:16]}.eml"
        try:
            make_folder(self._mailer.outbox, 0o700)
            write_file(target, message.as_bytes())
        except OSError as error:
            raise StorageFailed(_failed().words) from error


def _failed() -> MailFailed:
    return MailFailed(
        _("The mail could not be sent just now. Nothing is lost: please try again later.")
    )


def reason(error: Exception) -> str:
    """On one line, for the operator: what the server said, or else what is wrong."""
    said: BaseException = error.__cause__ or error
    if isinstance(said, smtplib.SMTPRecipientsRefused) and said.recipients:
        code, answer = next(iter(said.recipients.values()))
        words = f"{code} {_decoded(answer)}"
    elif isinstance(said, smtplib.SMTPResponseException):
        words = f"{said.smtp_code} {_decoded(said.smtp_error)}"
    else:
        words = f"{type(said).__name__}: {said}"
    return " ".join(words.split())[:500]


def _decoded(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
