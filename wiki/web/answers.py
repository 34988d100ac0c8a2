"""Whole answers to visitors, kept in memory and given before Flask wakes up.

An answer is kept under what was asked (path, query, method, kind and language wanted) together with
the *state* it was made from: head, site generation, day. It is given only while the state is still
the same, so nothing is ever invalidated and nothing is ever stale. Only requests without cookies
and credentials are looked at, and only answers that a view has marked as the same for every visitor
are kept: nothing private can be in here.
"""

import gzip
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from wiki.config import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: set in the WSGI environment by a view whose answer is the same for every visitor
SHARED = "carrefour.shared"

Headers = list[tuple[str, str]]
#: head, site generation, day: what an answer was made from
State = tuple[bytes, bytes, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer; ``packed`` is its body gzipped, empty where that is not worth it."""

    state: State
    etag: str
    headers: Headers
    packed_headers: Headers
    body: bytes
    packed: bytes


@lru_cache(maxsize=512)
def wanted_language(header: str, default: str) -> str:
    """The best of our languages for an ``Accept-Language`` header."""
    best, weight = default, 0.0
    for part in header.split(",")[:20]:
        name, _, parameter = part.partition(";")
        lang = name.strip()[:2].lower()
        found = re.search(r"q=([0-9.]+)", parameter)
        try:
            quality = float(found.group(1)) if found else 1.0
        except ValueError:
            continue
        if lang in LANGUAGES and quality > weight:
            best, weight = lang, quality
    return best


def wanted_kind(environ: "WSGIEnvironment") -> str:
    """What is asked for: ``fragment`` (by htmx), ``markdown``, ``json`` or ``html``."""
    if "HTTP_HX_REQUEST" in environ:
        return "fragment"
    accept = environ.get("HTTP_ACCEPT", "")
    if "html" in accept or not accept:
        return "html"
    if "text/markdown" in accept:
        return "markdown"
    return "json" if "application/json" in accept else "html"


class AnswerCache:
    """A WSGI application around ``app`` that answers what it has answered before.

    ``head`` gives the commit as bytes, ``generation`` is a file whose content changes with each
    private write that shows on a public page, ``allowed`` says whether a Host header is ours.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        head: Callable[[], bytes],
        generation: Path,
        zone: ZoneInfo,
        lang: str,
        allowed: Callable[[str], bool],
        max_bytes: int = 16_000_000,
    ) -> None:
        self._app = app
        self._head = head
        self._generation = os.fspath(generation)
        self._zone = zone
        self._lang = lang
        self._allowed = allowed
        self._max_bytes = max_bytes
        self._answers: dict[tuple[str, ...], Answer] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._day = 0
        self._day_ends = 0.0

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
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            wanted_kind(environ),
            wanted_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""), self._lang),
        )
        # Read before the answer is made: a save in between makes it one that is never given again.
        state = self._state()
        answer = self._answers.get(key)
        if answer is None or answer.state != state:
            if method == "HEAD":
                return self._app(environ, start_response)
            made = self._ask(environ, start_response, key, state)
            if isinstance(made, list):
                return made
            answer = made
        return _give(answer, environ, start_response)

    def _state(self) -> State:
        now = time.time()
        if now >= self._day_ends:
            today = datetime.fromtimestamp(now, self._zone).date()
            midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), self._zone)
            self._day, self._day_ends = today.toordinal(), midnight.timestamp()
        return self._head(), _read(self._generation), self._day

    def _ask(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        key: tuple[str, ...],
        state: State,
    ) -> Answer | list[bytes]:
        """The answer, kept where it may be; otherwise its body, already begun."""
        began: list[Any] = []

        def note(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            began[:] = [status, headers, exc_info]
            return _no_write

        parts = self._app(environ, note)
        try:
            body = b"".join(parts)
        finally:
            if callable(close := getattr(parts, "close", None)):
                close()
        status, headers, exc_info = began
        if (
            not status.startswith("200")
            or not environ.get(SHARED)
            or any(name.lower() == "set-cookie" for name, _ in headers)
        ):
            start_response(status, headers, *([exc_info] if exc_info else []))
            return [body]
        answer = _pack(state, headers, body)
        self._keep(key, answer)
        return answer

    def _keep(self, key: tuple[str, ...], answer: Answer) -> None:
        size = _size(answer)
        if size > self._max_bytes // 8:
            return
        with self._lock:
            if (old := self._answers.pop(key, None)) is not None:
                self._bytes -= _size(old)
            self._answers[key] = answer
            self._bytes += size
            while self._bytes > self._max_bytes:
                oldest = self._answers.pop(next(iter(self._answers)))
                self._bytes -= _size(oldest)


def _give(
    answer: Answer, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    if environ.get("HTTP_IF_NONE_MATCH") == answer.etag:
        kept = [pair for pair in answer.headers if pair[0] not in ("Content-Length",)]
        start_response("304 Not Modified", kept)
        return []
    packed = answer.packed and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    start_response("200 OK", answer.packed_headers if packed else answer.headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [answer.packed if packed else answer.body]


def _pack(state: State, headers: Headers, body: bytes) -> Answer:
    etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    dropped = ("content-length", "etag", "vary", "cache-control")
    common = [pair for pair in headers if pair[0].lower() not in dropped]
    common += [
        ("ETag", etag),
        # Any cache may keep it and must ask whether it still stands.
        ("Cache-Control", "public, no-cache"),
        ("Vary", "Cookie, Authorization, Accept, Accept-Language, Accept-Encoding, HX-Request"),
    ]
    packed = gzip.compress(body, compresslevel=6, mtime=0) if len(body) > 1000 else b""
    return Answer(
        state=state,
        etag=etag,
        headers=[*common, ("Content-Length", str(len(body)))],
        packed_headers=[
            *common,
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(packed))),
        ],
        body=body,
        packed=packed,
    )


def _size(answer: Answer) -> int:
    return len(answer.body) + len(answer.packed) + 2_000


def _read(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 64)
    finally:
        os.close(descriptor)


def _no_write(_data: bytes) -> None:
    """WSGI's ``write``, which nothing of ours calls."""
    raise RuntimeError("write() is not supported")
