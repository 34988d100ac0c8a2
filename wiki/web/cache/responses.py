"""Whole answers to visitors, kept in memory and given before Flask wakes up.

An answer is kept under what was asked (path, query, kind and language wanted), as long as nothing
that it depends on changes (``wiki/cache``). Only requests without cookies and credentials are
looked at, and only answers that a view has marked as the same for every visitor are kept: nothing
private can be in here.
"""

import gzip
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any

from wiki.cache.store import Cache, Made
from wiki.web.cache.renewals import Key, Renewals
from wiki.web.conditional import has_already, takes_gzip, wanted_kind, wanted_language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: in the WSGI environment, where somebody keeps answers: what this one was made from, if it is the
#: same for every visitor; None where it is not known
SHARED = "carrefour.shared"

Headers = list[tuple[str, str]]


#: seconds for which nobody waits once one has come while another waited
_CROWD = 1.0
#: kinds that pictures and archives are not: they get smaller
_PACKABLE = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg")


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer; ``packed`` is its body gzipped, empty where that is not worth it.

    ``modified`` is what its Last-Modified says, empty where it has none.
    """

    etag: str
    modified: str
    headers: Headers
    packed_headers: Headers
    body: bytes
    packed: bytes


class AnswerCache:
    """A WSGI application around ``app`` that answers what it has answered before.

    ``allowed`` says whether a Host header is ours, ``lang`` is the language of who asks for none
    of ours. ``number`` is that of the pulse: None where it has to be looked what has changed.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        cache: Cache,
        *,
        lang: str,
        allowed: Callable[[str], bool],
        number: Callable[[], Hashable] = lambda: None,
    ) -> None:
        self._app = app
        self._number = number
        self._cache = cache
        self._lang = lang
        self._renewing = Lock()
        self._renewals = Renewals(self._renew)
        #: until when nobody waits
        self._crowd = 0.0
        self._allowed = allowed

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if (
            method not in ("GET", "HEAD")
            or "HTTP_COOKIE" in environ
            or "HTTP_AUTHORIZATION" in environ
            or not self._allowed(environ.get("HTTP_HOST", ""))
        ):
            return self._app(environ, start_response)
        key = (
            "response",
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            wanted_kind(environ),
            wanted_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""), self._lang),
        )
        number = self._number()
        answer = None if number is None else self._cache.find_unchanged(key, number)
        if answer is None:
            answer = self._cache.find_at_once(key, number)
        if answer is None and number is not None and time.monotonic() < self._crowd:
            answer = self._cache.find_late(key, number)
            if answer is not None:
                self._renewals.ask(key, environ)
        if answer is not None:
            return _give(answer, environ, start_response)
        return self._wait(environ, start_response, key)

    def _wait(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", key: Key
    ) -> Iterable[bytes]:
        """The answer as of now; the last one to who comes while it is worked out what changed."""
        mine = self._renewing.acquire(blocking=False)
        try:
            answer = None if mine else self._cache.find_late(key)
            if answer is not None:
                self._crowd = time.monotonic() + _CROWD
            else:
                answer = self._cache.find(key)
            if answer is None:
                if environ["REQUEST_METHOD"] == "HEAD":
                    return self._app(environ, start_response)
                made = self._ask(environ, start_response, key)
                if isinstance(made, list):
                    return made
                answer = made
            return _give(answer, environ, start_response)
        finally:
            if mine:
                self._renewing.release()

    def _renew(self, key: Key, environ: "WSGIEnvironment") -> None:
        """Has the answer made anew if it is out of date."""
        if self._cache.find(key) is None:
            self._ask(environ, _begin_nothing, key)

    def _ask(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        key: Key,
    ) -> Answer | list[bytes]:
        """The answer, kept where it may be; otherwise its body, already begun."""
        began: list[Any] = []

        def note(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            began[:] = [status, headers, exc_info]
            return _no_write

        environ[SHARED] = None
        parts = self._app(environ, note)
        try:
            body = b"".join(parts)
        finally:
            if callable(close := getattr(parts, "close", None)):
                close()
        status, headers, exc_info = began
        made = environ.get(SHARED)
        if (
            not status.startswith("200")
            or not isinstance(made, Made)
            or any(name.lower() == "set-cookie" for name, _ in headers)
            or len(body) > self._cache.most
        ):
            start_response(status, headers, *([exc_info] if exc_info else []))
            return [body]
        answer = _pack(headers, body)
        self._cache.keep(key, answer, len(answer.body) + len(answer.packed), made)
        return answer


def etag_of(body: bytes) -> str:
    """The name of an answer, by what it says."""
    return f'W/"{blake2b(body, digest_size=12).hexdigest()}"'


def _give(
    answer: Answer, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    if has_already(environ, answer.etag, answer.modified):
        kept = [pair for pair in answer.headers if pair[0] not in ("Content-Length",)]
        start_response("304 Not Modified", kept)
        return []
    packed = answer.packed and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    start_response("200 OK", answer.packed_headers if packed else answer.headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [answer.packed if packed else answer.body]


def _pack(headers: Headers, body: bytes) -> Answer:
    etag = etag_of(body)
    dropped = ("content-length", "etag", "vary", "cache-control")
    common = [pair for pair in headers if pair[0].lower() not in dropped]
    common += [
        ("ETag", etag),
        # Any cache may keep it and must ask whether it still stands.
        ("Cache-Control", "public, no-cache"),
        ("Vary", "Cookie, Authorization, Accept, Accept-Language, Accept-Encoding, HX-Request"),
    ]
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    worth = len(body) > 1000 and kind.startswith(_PACKABLE)
    packed = gzip.compress(body, compresslevel=6, mtime=0) if worth else b""
    return Answer(
        etag=etag,
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
