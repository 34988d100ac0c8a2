"""The mailbox over IMAP: what is unread there, and marking as read, with the standard library.

By TLS, but on this machine. A mail is looked at without being marked (``PEEK``); it is marked once
what it says is a row. None is ever moved or deleted: what cannot be read is flagged, for people.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from wiki.api.errors import BadRequest
from wiki.api.plugin import Settings, is_loopback
from wiki.api.web.outside import find_service

#: seconds for one answer of the server
_PATIENCE = 20
#: bytes of the headers that are looked at before the whole is: who sent it, and its name
_HEAD = 65_536
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
FAILURES = (OSError, imaplib.IMAP4.error)


class Unfetched(Exception):
    """The server does not give this one mail."""


class Mailbox:
    """The folder, open. What asks for a mail raises Unfetched, or one of ``FAILURES``."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def unread(self) -> list[str]:
        """The numbers (UIDs) of what was not read yet, oldest first."""
        _status, answer = self._server.uid("SEARCH", "UNSEEN")
        numbers = (answer[0] or b"").split() if answer else []
        return [number.decode("ascii") for number in numbers if number.isdigit()]

    def head(self, number: str) -> tuple[bytes, int]:
        """The first headers of a mail, and how many bytes the whole has."""
        answer = self._fetch(number, f"(RFC822.SIZE BODY.PEEK[HEADER]<0.{_HEAD}>)")
        text = b" ".join(part[0] if isinstance(part, tuple) else part for part in answer if part)
        size = _SIZE.search(text)
        return _literal(answer), int(size[1]) if size else 0

    def whole(self, number: str) -> bytes:
        """All of a mail."""
        return _literal(self._fetch(number, "(BODY.PEEK[])"))

    def mark_read(self, number: str) -> None:
        """It is not looked at again."""
        self._server.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")

    def set_aside(self, number: str) -> None:
        """It is not looked at again, and stands out in any mail program."""
        self._server.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen \Flagged)")

    def _fetch(self, number: str, what: str) -> list[bytes | tuple[bytes, bytes]]:
        status, answer = self._server.uid("FETCH", number, what)
        # A mail that another program deleted meanwhile has an empty answer.
        if status != "OK" or not any(isinstance(part, tuple) for part in answer):
            raise Unfetched(number)
        return list(answer)


class _Encrypted(imaplib.IMAP4_SSL):
    """Connects to ``address``, which ``host`` stands for and has the certificate of."""

    def __init__(self, address: str, host: str, port: int) -> None:
        self._address = address
        super().__init__(host, port, ssl_context=ssl.create_default_context(), timeout=_PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self._address, self.port), timeout)
        context: ssl.SSLContext = self.ssl_context
        return context.wrap_socket(plain, server_hostname=self.host)


@contextmanager
def open_mailbox(settings: Settings) -> Iterator[Mailbox]:
    """The folder of the settings. Raises one of ``FAILURES``."""
    host, port = settings.imap_host, settings.imap_port
    try:
        address = find_service(settings, "imap_host", host, port)
    except BadRequest as error:
        raise OSError(error.words) from error
    if is_loopback(host):
        server = imaplib.IMAP4(address, port, timeout=_PATIENCE)
    else:
        server = _Encrypted(address, host, port)
    try:
        server.login(settings.imap_user, settings.imap_password)
        folder = settings.imap_folder.replace("\\", "\\\\").replace('"', '\\"')
        status, _answer = server.select(f'"{folder}"')
        if status != "OK":
            raise imaplib.IMAP4.error("there is no such folder")
        yield Mailbox(server)
    except TimeoutError:
        # It would be as silent at a goodbye.
        with suppress(OSError):
            server.shutdown()
        raise
    finally:
        try:
            server.logout()
        except FAILURES:
            # The line broke: the socket is still ours to close.
            with suppress(OSError):
                server.shutdown()


def _literal(answer: list[bytes | tuple[bytes, bytes]]) -> bytes:
    return next((part[1] for part in answer if isinstance(part, tuple)), b"")
