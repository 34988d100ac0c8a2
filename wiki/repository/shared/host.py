"""Who is asked: a git host over https on a connection that stays open, or git on this machine.

A secret travels in a header alone, never in an address or a message.
"""

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from threading import Timer
from typing import IO, TYPE_CHECKING, cast

from wiki.errors import HostRefuses
from wiki.repository.process import end, start
from wiki.repository.remote.addresses import THERE, Remote
from wiki.repository.shared.protocol import Unreadable
from wiki.translation import _

if TYPE_CHECKING:
    import requests

#: seconds to be let in, and between two pieces of an answer
_CONNECT, _ANSWER = 3.0, 20.0
#: seconds until a connection on which nothing comes back is known to be dead, by the system: a host
#: that takes its time is heard meanwhile
_DEAD = 4
_ALIVE = {
    "TCP_KEEPIDLE": _DEAD // 2,
    "TCP_KEEPINTVL": 1,
    "TCP_KEEPCNT": _DEAD // 2,
    "TCP_USER_TIMEOUT": 1000 * _DEAD,
}
#: seconds that git on this machine may take
_HERE = 900.0
_SPOKEN = "version=2"
_READ = "git-upload-pack"
#: bytes that say which protocol it is
_FIRST_LINES = 100


class Unanswered(Exception):
    """The host did not answer. ``sent``: it may have heard the question all the same."""

    def __init__(self, why: object, *, sent: bool) -> None:
        super().__init__(str(why))
        self.sent = sent


class Host:
    """The repository at ``remote``; thread-safe, and opened by each process for itself."""

    def __init__(self, remote: Remote) -> None:
        self.remote = remote
        #: seconds that our clock is before the host's, as far as it tells
        self.ahead = 0.0
        self._session: requests.Session | None = None
        self._process = 0

    @contextmanager
    def asked(self, service: str, question: bytes) -> Iterator[IO[bytes]]:
        """The answer of ``git-upload-pack`` or ``git-receive-pack``, as it comes.

        Raises Unanswered, and HostRefuses where the host says no, or speaks of something else.
        """
        ask = self._asked_here if self.remote.protocol == "file" else self._asked_there
        with ask(service, question) as answer:
            try:
                yield answer
            except Unreadable as error:
                raise refused(str(error)) from error
            except EOFError as error:
                if service == _READ and self.remote.protocol != "file":
                    self._check_version()
                raise Unanswered("the answer was cut off", sent=True) from error

    def close(self) -> None:
        """Lets go of the connection; it is opened again where it is asked for."""
        if self._session is not None and self._process == os.getpid():
            self._session.close()
        self._session = None

    @contextmanager
    def _asked_there(self, service: str, question: bytes) -> Iterator[IO[bytes]]:
        import requests
        import urllib3

        try:
            answer = self._opened().post(
                f"{self.remote.url.rstrip('/')}/{service}",
                data=question,
                headers={
                    "Content-Type": f"application/x-{service}-request",
                    "Accept": f"application/x-{service}-result",
                },
                timeout=(_CONNECT, _ANSWER),
                stream=True,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unanswered(_plain(error), sent=not _never_sent(error)) from error
        with answer:
            self.ahead = _ahead(answer.headers.get("Date", ""))
            _check_status(answer.status_code)
            try:
                yield cast(IO[bytes], answer.raw)
                # What is left is the end: read, so that the connection serves the next question.
                answer.raw.read(1)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise Unanswered(_plain(error), sent=True) from error

    def _check_version(self) -> None:
        """Raises HostRefuses where the host does not speak the protocol that we do.

        It gives no answer then, as if it were cut off; its first line says which one it speaks.
        """
        import requests
        import urllib3

        try:
            with self._opened().get(
                f"{self.remote.url.rstrip('/')}/info/refs",
                params={"service": _READ},
                timeout=(_CONNECT, _ANSWER),
                stream=True,
                allow_redirects=False,
            ) as answer:
                said = answer.raw.read(_FIRST_LINES)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            return
        if b"# service=" in said and b"version 2" not in said:
            raise refused(_("it does not speak git’s protocol of version 2"))

    def _opened(self) -> "requests.Session":
        if self._session is None or self._process != os.getpid():
            import requests

            session = requests.Session()
            manager = session.get_adapter(self.remote.url).poolmanager  # type: ignore[attr-defined]
            manager.connection_pool_kw["socket_options"] = _options()
            session.trust_env = False  # its own files of passwords are nothing of ours
            session.headers.update({"Git-Protocol": _SPOKEN, "Accept-Encoding": "identity"})
            if self.remote.header:
                session.headers["Authorization"] = self.remote.header
            if proxy := os.environ.get("https_proxy"):
                session.proxies["https"] = proxy
            session.verify = _authorities()
            self._session, self._process = session, os.getpid()
        return self._session

    @contextmanager
    def _asked_here(self, service: str, question: bytes) -> Iterator[IO[bytes]]:
        child = start(
            None,
            (service.removeprefix("git-"), "--stateless-rpc", self.remote.url),
            settings=THERE,
            variables={"GIT_PROTOCOL": _SPOKEN} if service == _READ else {},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        watch = Timer(_HERE, end, [child])
        watch.daemon = True
        watch.start()
        try:
            given, answer = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
            with suppress(BrokenPipeError), given:
                given.write(question)
            with answer:
                yield answer
                answer.read(1)  # it ends by itself
        finally:
            watch.cancel()
            end(child)


def _authorities() -> str | bool:
    """Whom this machine trusts (``SSL_CERT_FILE``, else its own list), as git does."""
    return ssl.get_default_verify_paths().cafile or True  # else the list of the library


def _options() -> list[tuple[int, int, int]]:
    """As far as the system has them: a connection that died while a node was cut off."""
    from urllib3.connection import HTTPConnection

    found = [(one[0], one[1], int(one[2])) for one in HTTPConnection.default_socket_options]
    found.append((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
    options = ((getattr(socket, name, None), value) for name, value in _ALIVE.items())
    return found + [(socket.IPPROTO_TCP, one, value) for one, value in options if one is not None]


def refused(said: str) -> HostRefuses:
    """The host says no for good; ``said`` is why."""
    return HostRefuses(
        _(
            "The repository that all machines of this wiki share refuses what is sent to it"
            " ({reason}). Nothing was saved and nothing is lost: keep this page open; an"
            " administrator can help."
        ).format(reason=said)
    )


def _check_status(status: int) -> None:
    if status == HTTPStatus.OK:
        return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unanswered(f"it answers {status}", sent=True)
    raise refused(f"{status} {HTTPStatus(status).phrase}")


def _ahead(date: str) -> float:
    with suppress(ValueError, TypeError, OverflowError):
        return time.time() - parsedate_to_datetime(date).timestamp()
    return 0.0


def _never_sent(error: Exception) -> bool:
    import requests
    import urllib3

    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _plain(error: Exception) -> str:
    """What went wrong, without the address that the library repeats."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    said = getattr(reason.args[0], "verify_message", "") if reason and reason.args else ""
    return f"{type(error).__name__} {said}".rstrip()
