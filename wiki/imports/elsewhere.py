"""A site that somebody names, asked for pages: by https, outside of our own network, in turn.

::

    address ─▶ its name resolved ─▶ each of it outside? ─▶ connected to what was looked at, and to
                                                            nothing else; no redirect is followed

Each answer is bounded before it is read. What a name stands for is looked at for each request anew:
it may be another one by then, and what a site answers may name other hosts.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from wiki.config import is_loopback
from wiki.config.hosts import is_outside
from wiki.errors import BadRequest
from wiki.translation import gettext as _

#: seconds to connect and between two bytes; for all of an answer; between two requests
_WAIT, _TOTAL, _PAUSE = 30.0, 600.0, 0.1
#: how often a request is made that the site does not answer now, and how long is waited at most
_TRIES, _LONGEST_PAUSE = 5, 60.0
_LONGEST = 8_000
_PIECE = 1 << 16
_LATER = frozenset({429, 502, 503, 504})


class Elsewhere:
    """The site at ``address``. ``inside`` are hosts of the own network that may be called.

    Raises BadRequest for an address that cannot be called.
    """

    def __init__(self, address: str, inside: Collection[str] = ()) -> None:
        self.address = address.strip()
        self._inside = frozenset(inside)
        self._next = 0.0
        self._parted(self.address)

    def get(self, url: str, most: int) -> bytes:
        """What stands at ``url``, of at most so many bytes. Raises BadRequest."""
        pause = 1.0
        for left in range(_TRIES - 1, -1, -1):
            time.sleep(max(0.0, self._next - time.monotonic()))
            try:
                status, told, body = self._ask(url, most)
            except (OSError, http.client.HTTPException) as error:
                if not left:
                    words = _("{host} does not answer. Try again later: what is here is kept.")
                    raise BadRequest(words.format(host=urlsplit(url).hostname)) from error
                status, told, body = 503, "", b""
            self._next = time.monotonic() + _PAUSE
            if status == 200:
                return body
            if status not in _LATER or not left:
                raise _unexpected(url, status, told)
            wanted = float(told) if told.isascii() and told.isdigit() else pause
            self._next = time.monotonic() + min(wanted, _LONGEST_PAUSE)
            pause *= 2
        raise AssertionError  # the last try answered or raised

    def _ask(self, url: str, most: int) -> tuple[int, str, bytes]:
        """Status, where or when to ask instead, and body."""
        secure, host, port, path = self._parted(url)
        connection = http.client.HTTPConnection(host, port, timeout=_WAIT)
        try:
            connection.sock = self._connected(host, port, secure=secure)
            headers = {"User-Agent": "Carrefour", "Accept-Encoding": "identity"}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            told = answer.getheader("Location") or answer.getheader("Retry-After") or ""
            return answer.status, told, _bounded(answer, most) if answer.status == 200 else b""
        finally:
            connection.close()

    def _connected(self, host: str, port: int, *, secure: bool) -> socket.socket:
        """A connection to one of the addresses that were looked at. Raises BadRequest, OSError."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            words = _("No server is called {host}. Is the address right?").format(host=host)
            raise BadRequest(words) from error
        addresses = [str(one[4][0]) for one in found]
        if host not in self._inside and not all(
            is_outside(ip_address(one.partition("%")[0])) for one in addresses
        ):
            words = _(
                "{host} is inside of the network that this site is in, so it is not called. Whoever"
                " runs the site allows it by the setting import_hosts."
            )
            raise BadRequest(words.format(host=host))
        plain = socket.create_connection((addresses[0], port), timeout=_WAIT)
        if not secure:
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def _parted(self, url: str) -> tuple[bool, str, int, str]:
        """Whether it is encrypted, host, port, and what is asked for. Raises BadRequest."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port, parts = "", None, urlsplit("")
        secure = parts.scheme == "https"
        # Without encryption this machine alone is called, where that was allowed.
        allowed = secure or (parts.scheme == "http" and host in self._inside and is_loopback(host))
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        readable = url.isprintable() and " " not in url and path.isascii()
        if not host or not allowed or "@" in parts.netloc or not readable or len(url) > _LONGEST:
            words = _("Give the https address of a site, such as {example}.")
            raise BadRequest(words.format(example="https://wiki.example.org/"))
        return secure, host, port or (443 if secure else 80), path


def _bounded(answer: http.client.HTTPResponse, most: int) -> bytes:
    body = bytearray()
    end = time.monotonic() + _TOTAL
    while piece := answer.read1(_PIECE):
        body += piece
        if len(body) > most or time.monotonic() > end:
            raise BadRequest(_("The site answers more than can be read."))
    if answer.length:
        raise http.client.IncompleteRead(bytes(body[:100]))
    return bytes(body)


def _unexpected(url: str, status: int, told: str) -> BadRequest:
    if 300 <= status < 400:
        words = _(
            "This address leads to {other}, which is not followed. Give that one, if it is right."
        )
        return BadRequest(words.format(other=told[:300]))
    words = _("{host} answered with {status} at {url}.")
    return BadRequest(words.format(host=urlsplit(url).hostname, status=status, url=url[:300]))
