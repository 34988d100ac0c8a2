"""One request to a server that somebody named, over https.

::

    address ─▶ its name looked up ─▶ each of it outside? ─▶ connected to what was looked at, and to
                                                             nothing else; no redirect is followed

What a name stands for is looked at for each request anew: it may be another one by then. However
slowly a server answers, it is left when its time is over.
"""

import http.client
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from urllib.parse import urlsplit

from wiki.config import Settings, is_loopback
from wiki.errors import BadRequest
from wiki.outside.hosts import look_up, may_be_called
from wiki.translation import gettext as _

_LONGEST, _LONGEST_NAME = 8_000, 253
_PIECE = 1 << 16


class TooLong(BadRequest):
    """The server answers more than is read."""


@dataclass(frozen=True)
class Limits:
    """What a server is given: seconds to connect and between two bytes, seconds for all, bytes.

    Of an answer that is longer, ``cut`` takes the beginning; else it is refused.
    """

    wait: float = 30.0
    total: float = 600.0
    most: int = 1_000_000
    cut: bool = False


@dataclass(frozen=True)
class Destination:
    """A server that may be called; ``target`` is what is asked of it."""

    host: str
    port: int
    target: str
    secure: bool = True


@dataclass(frozen=True)
class Answer:
    """What a server said; ``headers`` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def destination_of(url: str, inside: Collection[str] = ()) -> Destination:
    """Where ``url`` leads; nothing is looked up. Raises BadRequest for no https address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    secure = parts.scheme == "https"
    # Without encryption this machine alone is called, where that was allowed.
    allowed = secure or (parts.scheme == "http" and host in inside and is_loopback(host))
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    readable = url.isprintable() and " " not in url and target.isascii()
    named = 0 < len(host) <= _LONGEST_NAME and "@" not in parts.netloc
    if not named or not allowed or not readable or len(url) > _LONGEST:
        words = _("Give the https address of a site, such as {example}.")
        raise BadRequest(words.format(example="https://wiki.example.org/"))
    return Destination(host, port or (443 if secure else 80), target, secure)


def check_outside(there: Destination, inside: Collection[str], setting: str) -> str:
    """The address that is connected to. Raises BadRequest for one that may not be called.

    ``setting`` is the one that names hosts ``inside``.
    """
    try:
        found = look_up(there.host, there.port)
    except (OSError, UnicodeError) as error:
        words = _("No server is called {host}. Is the address right?")
        raise BadRequest(words.format(host=there.host)) from error
    if not may_be_called(there.host, found, inside):
        words = _(
            "{host} is inside of the network that this site is in, so it is not called. Whoever"
            " runs the site allows it by the setting {setting}."
        )
        raise BadRequest(words.format(host=there.host, setting=setting))
    return str(found[0])


def find_service(settings: Settings, name: str, host: str, port: int) -> str:
    """What is connected to for a server at ``host`` that the setting ``name`` leads to.

    Whoever runs the wiki names any, in ``wiki.toml`` or the environment. One that was chosen in a
    browser is outside, or among ``service_hosts``: then it is the address that was looked at, and
    what the name stands for afterwards does not matter. Raises BadRequest.
    """
    if name in settings.given or host in settings.service_hosts.split():
        return host
    return check_outside(Destination(host, port, ""), (), "service_hosts")


def call(
    method: str,
    url: str,
    *,
    inside: Collection[str],
    setting: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    limits: Limits | None = None,
) -> Answer:
    """What the server says. Raises BadRequest, and OSError or HTTPException where it does not."""
    limits = limits or Limits()
    there = destination_of(url, inside)
    address = check_outside(there, inside, setting)
    with _connected(there, address, limits) as connection:
        sent = {"User-Agent": "Carrefour", "Accept-Encoding": "identity", **(headers or {})}
        connection.request(method, there.target, body=body, headers=sent)
        # One that has its connection for itself is closed by nobody else.
        with connection.getresponse() as answer:
            known = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, known, _read(answer, limits))


@contextmanager
def _connected(
    there: Destination, address: str, limits: Limits
) -> Iterator[http.client.HTTPConnection]:
    """A connection, which is cut off when its time is over: then raises TimeoutError."""
    connection = http.client.HTTPConnection(there.host, there.port, timeout=limits.wait)
    plain = socket.create_connection((address, there.port), timeout=limits.wait)
    over, line = Event(), plain.dup()

    def cut_off() -> None:
        over.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)  # what waits for a byte of it is woken

    watch = Timer(limits.total, cut_off)
    watch.daemon = True
    watch.start()
    try:
        connection.sock = _encrypted(plain, there.host) if there.secure else plain
        yield connection
    except (OSError, http.client.HTTPException):
        if not over.is_set():
            raise
    finally:
        watch.cancel()
        connection.close()
        line.close()
    if over.is_set():
        raise TimeoutError


def _encrypted(plain: socket.socket, host: str) -> ssl.SSLSocket:
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _read(answer: http.client.HTTPResponse, limits: Limits) -> bytes:
    """Its body, of which no more than ``limits`` is read."""
    if answer.status != 200 and not limits.cut:
        return b""
    body = bytearray()
    while piece := answer.read1(_PIECE):
        body += piece
        if len(body) > limits.most:
            if limits.cut:
                return bytes(body[: limits.most])
            raise TooLong(_("The site answers more than can be read."))
    if answer.length:
        raise http.client.IncompleteRead(bytes(body[:100]))
    return bytes(body)
