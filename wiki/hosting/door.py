"""What answers at the address of a host: hands each request on to the wiki whose host it names.

::

    Host ──▶ .run/<host>.sock ──▶ the wiki's own server, woken by it where it sleeps
      └── no such file: nobody lives there

Which wikis there are is seen from the files alone: nothing has to be told to the processes here.
The header is sent on in the one form in which it was found, so that no wiki sees another spelling.
"""

import socket
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from wiki.hosting.names import host_of, target_of
from wiki.hosting.pages import AWAY, BUSY, LATE, NOBODY, Page, say
from wiki.hosting.settings import HostSettings
from wiki.people.limits.durable import client_network
from wiki.web.http.bodies import Places, sender_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: seconds for a wiki to take the call, and between two parts of its answer: a large one is made
#: whole before it is sent
_CALLED, _ANSWERED = 10.0, 300.0
_CHUNK = 65_536
#: answered for the host itself, to whoever asks it by no name of a wiki
_HEALTH = "/-/healthz"
#: bytes of an answer that is given as a whole
_SMALL = 1_000_000
#: headers that are about one connection, or that only a proxy of ours may give
_KEPT_BACK = frozenset(
    {"HTTP_CONNECTION", "HTTP_KEEP_ALIVE", "HTTP_PROXY_AUTHENTICATE", "HTTP_PROXY_AUTHORIZATION"}
    | {"HTTP_PROXY_CONNECTION", "HTTP_TE", "HTTP_TRAILER", "HTTP_TRANSFER_ENCODING"}
    | {"HTTP_UPGRADE", "HTTP_EXPECT", "HTTP_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"}
    | {"HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_REAL_IP", "HTTP_PROXY"}
    | {"HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"}
)
_OF_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "trailer"})


class Door:
    """The WSGI application of a host."""

    def __init__(self, host: HostSettings) -> None:
        self._host = host
        # Who sends slowly holds up themselves, and who shares their address.
        self._places = Places(max(host.threads // 2, 2))
        # Nor does one wiki that is slow, or wakes, hold up who asks for another.
        self._lock = Lock()
        self._asked: Counter[str] = Counter()
        self._most = max(host.threads // 2, 1)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        name = host_of(environ.get("HTTP_HOST", ""))
        where = self._host.socket(name)
        if not name or not where.is_socket():
            if environ.get("PATH_INFO") == _HEALTH:
                start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
                return [b"ok\n"]
            return self._say(NOBODY, environ, start_response)
        # While it waits for an answer: what is sent on afterwards waits for its reader.
        with self._lock:
            busy = self._asked[name] >= self._most
            self._asked[name] += 1
        try:
            if busy:
                return self._say(BUSY, environ, start_response)
            return self._hand_on(where, name, environ, start_response)
        finally:
            with self._lock:
                self._asked[name] -= 1
                self._asked += Counter()  # without those at nought

    def _hand_on(
        self, where: Path, name: str, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        # A wiki that went to sleep just as it was asked is asked again: nothing was done.
        for last in (False, True):
            line = _Line(where)
            try:
                line.connect()
                answer = self._ask(line, name, environ)
                body = answer.read() if _is_small(answer) else None
            except (RemoteDisconnected, ConnectionResetError):
                line.close()
                if last or not _is_repeatable(environ):
                    return self._say(AWAY, environ, start_response)
            except _NoPlace:
                line.close()
                return self._say(BUSY, environ, start_response)
            except TimeoutError:
                line.close()
                return self._say(LATE, environ, start_response)
            except (OSError, HTTPException, ValueError):
                line.close()
                return self._say(AWAY, environ, start_response)
            else:
                headers = [one for one in answer.getheaders() if _is_of_answer(one[0])]
                start_response(f"{answer.status} {answer.reason}", headers)
                if body is None:
                    return _rest(line, answer)
                line.close()
                return [body]
        raise AssertionError  # the last one returns

    def _ask(self, line: "_Line", name: str, environ: "WSGIEnvironment") -> HTTPResponse:
        line.putrequest(
            environ["REQUEST_METHOD"],
            target_of(environ),
            skip_host=True,
            skip_accept_encoding=True,
        )
        for header, value in _headers(environ, self._host.proxies):
            line.putheader(header, value)
        line.putheader("Host", name)
        length = environ.get("CONTENT_LENGTH", "")
        chunked = not length and "HTTP_TRANSFER_ENCODING" in environ
        if length:
            line.putheader("Content-Length", str(int(length)))
        elif chunked:
            line.putheader("Transfer-Encoding", "chunked")
        if not chunked and length in ("", "0"):
            line.endheaders()
            return line.getresponse()
        network = client_network(sender_of(environ, self._host.proxies))
        if (since := self._places.take(network)) is None:
            raise _NoPlace
        try:
            parts = _parts(environ["wsgi.input"], int(length) if length else None)
            # One that has heard enough answers before all of it is sent.
            with suppress(BrokenPipeError):
                line.endheaders(parts, encode_chunked=chunked)
        finally:
            self._places.give_back(network, since)
        return line.getresponse()

    def _say(
        self, page: Page, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> list[bytes]:
        return say(page, environ, start_response, self._host.lang)


class OutOfOrder:
    """The WSGI application of a wiki that cannot be served."""

    def __init__(self, page: Page, lang: str) -> None:
        self._page, self._lang = page, lang

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        return say(self._page, environ, start_response, self._lang)


class _NoPlace(Exception):
    """Too many are sending something."""


class _Line(HTTPConnection):
    """A connection to the server of a wiki."""

    def __init__(self, where: Path) -> None:
        super().__init__("wiki")
        self._where = where
        self._answers = ExitStack()

    def getresponse(self) -> HTTPResponse:
        return self._answers.enter_context(super().getresponse())

    def close(self) -> None:
        # The connection knows an answer no more that ends where it does.
        self._answers.close()
        super().close()

    def connect(self) -> None:
        """Raises OSError where nobody listens, or too many wait."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_CALLED)
        self.sock.connect(bytes(self._where))
        self.sock.settimeout(_ANSWERED)


def _is_repeatable(environ: "WSGIEnvironment") -> bool:
    return environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS") and not environ.get(
        "CONTENT_LENGTH"
    )


def _headers(environ: "WSGIEnvironment", proxies: int) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_") and name not in _KEPT_BACK:
            yield name[5:].replace("_", "-").title(), value
    if kind := environ.get("CONTENT_TYPE"):
        yield "Content-Type", kind
    before = environ.get("HTTP_X_FORWARDED_FOR", "") if proxies else ""
    yield "X-Forwarded-For", ", ".join(filter(None, (before, environ.get("REMOTE_ADDR", ""))))
    yield "Connection", "close"


def _parts(source: Any, length: int | None) -> Iterator[bytes]:
    """What is sent, of that length, or until it ends."""
    left = length
    while left is None or left > 0:
        part = source.read(_CHUNK if left is None else min(_CHUNK, left))
        if not part:
            if left:
                raise ConnectionAbortedError("the sender is gone")
            return
        left = None if left is None else left - len(part)
        yield part


def _is_small(answer: HTTPResponse) -> bool:
    return answer.length is not None and answer.length <= _SMALL


def _rest(line: _Line, answer: HTTPResponse) -> Iterator[bytes]:
    try:
        while part := answer.read1(_CHUNK):
            yield part
    finally:
        line.close()


def _is_of_answer(name: str) -> bool:
    return name.lower() not in _OF_CONNECTION
