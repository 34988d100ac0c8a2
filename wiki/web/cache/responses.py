"""Whole answers to visitors, kept in memory and given before Flask wakes up.

An answer is kept under what was asked (path, query, kind and language wanted), as long as nothing
that it depends on changes (``wiki/cache``). Only requests without cookies and credentials are
looked at, and only answers that a view has marked as the same for every visitor are kept: nothing
private can be in here.
"""

import gzip
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any

from wiki.cache.store import Cache, Made
from wiki.telemetry.counters import Counters
from wiki.web.cache.renewals import Key, Renewals
from wiki.web.cache.shared_answers import SharedAnswers
from wiki.web.conditional import (
    has_already,
    is_program,
    takes_gzip,
    wanted_kind,
    wanted_language,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: in the WSGI environment, where somebody keeps answers: what this one was made from, if it is the
#: same for every visitor; None where it is not known
SHARED = "carrefour.shared"
#: likewise, what use of the wiki the answer is (``telemetry.counters.use_of``; 0: none)
USE = "carrefour.use"
#: likewise, that nobody waits for it
RENEWED = "carrefour.renewed"

Headers = list[tuple[str, str]]
#: what one visitor is told: status, headers and body; and the use that it is
Given = tuple[str, Headers, list[bytes], int]


#: all in a request that decides what it is answered
_DECISIVE = (
    *("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_COOKIE"),
    *("HTTP_AUTHORIZATION", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING"),
    *("HTTP_HX_REQUEST", "HTTP_HX_BOOSTED", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"),
)
#: of what is held on to as it was given: how many, and the bytes of each
_READY, _SMALL = 256, 100_000
#: seconds for which nobody waits once one has come while another waited
_CROWD = 1.0
#: what is looked at in who asks, also by caches of others
_VARY = "Cookie, Authorization, Accept, Accept-Language, Accept-Encoding, HX-Request, HX-Boosted"
#: kinds that pictures and archives are not: they get smaller
_PACKABLE = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg")


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer; ``packed`` is its body gzipped, empty where that is not worth it.

    ``modified`` is what its Last-Modified says, empty where it has none; ``use`` as in USE.
    """

    etag: str
    modified: str
    use: int
    headers: Headers
    packed_headers: Headers
    body: bytes
    packed: bytes


class AnswerCache:
    """A WSGI application around ``app`` that answers what it has answered before.

    ``allowed`` says whether a Host header is ours, ``languages`` gives the language of who asks
    for none of ours, and those that are offered. ``number`` is that of the pulse: None where it has
    to be looked what has changed. What is given is counted in ``counters``; what is made, by who
    makes it.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        cache: Cache,
        *,
        languages: Callable[[], tuple[str, tuple[str, ...]]],
        allowed: Callable[[str], bool],
        counters: Counters | None = None,
        number: Callable[[], Hashable] = lambda: None,
    ) -> None:
        self._app = app
        self._number = number
        self._cache = cache
        self._counters = counters or Counters()
        self._languages = languages
        self._renewing = Lock()
        self._renewals = Renewals(self._renew)
        self._shared = SharedAnswers()
        #: what is given again at the same number of the pulse, by all that decides it
        self._ready: tuple[Hashable, dict[tuple[str | None, ...], Given]] = (None, {})
        #: until when nobody waits
        self._crowd = 0.0
        self._allowed = allowed

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        number, asked = self._number(), tuple(map(environ.get, _DECISIVE))
        at, ready = self._ready
        if at != number:
            ready = {}
            self._ready = number, ready
        given = ready.get(asked)
        if given is None:
            if not self._is_visitor(environ):
                return self._app(environ, start_response)
            key = self._key(environ)
            answer = self._cache.find_at_once(key, number)
            if answer is None:
                answer = self._find_late(key, environ, number)
                if answer is None:
                    return self._wait(environ, start_response, key)
                given = _give(answer, environ)
            else:
                given = _give(answer, environ)
                if number is not None and len(answer.body) < _SMALL:
                    if len(ready) >= _READY:
                        ready.clear()
                    ready[asked] = given
        return self._answer(given, environ, start_response)

    def _answer(
        self, given: Given, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> list[bytes]:
        status, headers, body, use = given
        program = bool(use) and is_program(environ.get("HTTP_USER_AGENT", ""))
        self._counters.count_kept(use, program=program)
        start_response(status, headers)
        return body

    def _is_visitor(self, environ: "WSGIEnvironment") -> bool:
        """Whether somebody reads who has no account, by a name of ours."""
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and "HTTP_COOKIE" not in environ
            and "HTTP_AUTHORIZATION" not in environ
            and self._allowed(environ.get("HTTP_HOST", ""))
        )

    def _key(self, environ: "WSGIEnvironment") -> Key:
        return (
            "response",
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            wanted_kind(environ),
            wanted_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""), *self._languages()),
        )

    def _find_late(self, key: Key, environ: "WSGIEnvironment", number: Hashable) -> Answer | None:
        """The last answer, in a crowd, which is made anew meanwhile."""
        if number is None or time.monotonic() >= self._crowd:
            return None
        late: Answer | None = self._cache.find_late(key, number)
        if late is not None:
            self._renewals.ask(key, environ)
        return late

    def _wait(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", key: Key
    ) -> Iterable[bytes]:
        """The answer as of now; the last one to who comes while it is worked out what changed."""
        mine = self._renewing.acquire(blocking=False)
        found = True
        try:
            answer = None if mine else self._cache.find_late(key)
            if answer is not None:
                self._crowd = time.monotonic() + _CROWD
            else:
                answer = self._cache.find(key) or self._take_in(key)
            if answer is None:
                if environ["REQUEST_METHOD"] == "HEAD":
                    return self._app(environ, start_response)
                made = self._ask(environ, start_response, key)
                if not isinstance(made, Answer):
                    return made
                answer, found = made, False
        finally:
            if mine:
                self._renewing.release()
        given = _give(answer, environ)
        if found:
            return self._answer(given, environ, start_response)
        start_response(given[0], given[1])
        return given[2]

    def _renew(self, key: Key, environ: "WSGIEnvironment") -> bool:
        """Has the answer made anew if it is out of date; False where another process is at it."""
        # Once one look has told for all what has changed, most need no other.
        found = self._cache.find_at_once(key, self._number())
        if found is not None or self._cache.find(key) is not None:
            return True
        with self._shared.turn(key) as mine:
            if mine and self._take_in(key) is None:
                made = self._ask({**environ, RENEWED: True}, _begin_nothing, key)
                if callable(close := getattr(made, "close", None)):
                    close()
        return mine

    def _take_in(self, key: Key) -> Answer | None:
        """The answer that another process has made, if it stands here, kept from now on."""
        found: tuple[Answer, int, Made] | None = self._shared.get(key)
        return found[0] if found and self._cache.take_in(key, *found) else None

    def _ask(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        key: Key,
    ) -> Answer | Iterable[bytes]:
        """The answer, kept where it may be; otherwise its body, already begun.

        What may not be kept is passed on as it comes: it may be a large file.
        """
        began: list[Any] = []

        def note(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            began[:] = [status, headers, exc_info]
            return _no_write

        environ[SHARED] = None
        parts = self._app(environ, note)
        status, headers, exc_info = began
        made = environ.get(SHARED)
        if (
            not status.startswith("200")
            or not isinstance(made, Made)
            or any(name.lower() == "set-cookie" for name, _ in headers)
        ):
            start_response(status, headers, *([exc_info] if exc_info else []))
            return parts
        try:
            body = b"".join(parts)
        finally:
            if callable(close := getattr(parts, "close", None)):
                close()
        if len(body) > self._cache.most:
            start_response(status, headers, *([exc_info] if exc_info else []))
            return [body]
        answer = _pack(headers, body, environ.get(USE, 0))
        size = len(answer.body) + len(answer.packed)
        self._cache.keep(key, answer, size, made)
        self._shared.put(key, (answer, size, made))
        self._counters.count_made(*self._cache.measure())
        return answer


def etag_of(body: bytes, headers: Sequence[tuple[str, str]] = ()) -> str:
    """The name of an answer, by what it says: the same at each node."""
    said = "".join(f"{name}: {value}\n" for name, value in headers)
    return f'W/"{blake2b(said.encode() + body, digest_size=12).hexdigest()}"'


def _give(answer: Answer, environ: "WSGIEnvironment") -> Given:
    # What a service worker keeps beside the page that somebody reads is no reading.
    counts = environ["REQUEST_METHOD"] == "GET" and "HTTP_X_KEPT" not in environ
    use = answer.use if counts else 0
    if has_already(environ, answer.etag, answer.modified):
        kept = [pair for pair in answer.headers if pair[0] not in ("Content-Length",)]
        return "304 Not Modified", kept, [], use
    packed = answer.packed and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body = [answer.packed if packed else answer.body]
    headers = answer.packed_headers if packed else answer.headers
    return "200 OK", headers, [] if environ["REQUEST_METHOD"] == "HEAD" else body, use


def _pack(headers: Headers, body: bytes, use: int) -> Answer:
    dropped = ("content-length", "etag", "vary", "cache-control")
    common = [pair for pair in headers if pair[0].lower() not in dropped]
    etag = etag_of(body, common)
    common += [
        ("ETag", etag),
        # Any cache may keep it and must ask whether it still stands.
        ("Cache-Control", "public, no-cache"),
        # For nginx, which keeps nothing that says so: it may be kept, and is old at once.
        ("X-Accel-Expires", "@1"),
        ("Vary", _VARY),
    ]
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    worth = len(body) > 1000 and kind.startswith(_PACKABLE)
    packed = gzip.compress(body, compresslevel=6, mtime=0) if worth else b""
    return Answer(
        etag=etag,
        use=use,
        modified=next((value for name, value in headers if name.lower() == "last-modified"), ""),
        headers=[*common, ("Content-Length", str(len(body)))],
        packed_headers=[
            *common,
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(packed))),
        ],
        body=body,
        packed=packed,
    )


def _no_write(_data: bytes) -> None:
    """WSGI's ``write``, which nothing of ours calls."""
    raise RuntimeError("write() is not supported")


def _begin_nothing(_status: str, _headers: Headers, _exc_info: Any = None) -> Any:
    """WSGI's ``start_response`` where nobody is answered."""
    return _no_write
