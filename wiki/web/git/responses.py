"""What git is answered: never kept, in words that it shows, a piece at a time."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import IO, ParamSpec

from werkzeug.wrappers import Response

from wiki.errors import LogInFirst, WikiError
from wiki.projections.interface import Busy
from wiki.repository.remote.protocol import advertisement, packet, remote_words, upload
from wiki.translation import gettext as _
from wiki.web.git.bodies import sent_body
from wiki.web.git.places import place
from wiki.web.git.requests import RECEIVE, UPLOAD, asked_protocol, check_kind
from wiki.web.snapshot import unpinned
from wiki.web.throttle import set_retry_after

#: bytes of what a clone or fetch asks: a line for each commit that the client has
_LONGEST_QUESTION = 10_000_000
#: seconds for which a push that is refused may go on sending
_DRAIN = 5.0
_draining = Lock()

Arguments = ParamSpec("Arguments")


def in_words(view: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """``view``, whose refusals are a sentence of plain text: the one kind that git shows."""

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except WikiError as error:
            response = Response(f"{error.words}\n", error.status, mimetype="text/plain")
            if isinstance(error, LogInFirst):
                response.status_code = HTTPStatus.UNAUTHORIZED
                response.headers["WWW-Authenticate"] = 'Basic realm="Carrefour", charset="UTF-8"'
            return never_kept(set_retry_after(response, error))
        except Busy:
            words = _("The wiki is being prepared: try again in a minute.")
            response = Response(f"{words}\n", 503, mimetype="text/plain")
            response.headers["Retry-After"] = "60"
            return never_kept(response)

    return unpinned(answer)


def refs_answer(folder: Path, service: str, branch: str = "") -> Response:
    """The branch of the repository in ``folder``, or ``branch`` for it. Raises TooManyNow."""
    with place():  # here a client shows why there is none; later it would not
        said = advertisement(folder, service, asked_protocol(), branch)
    kind = f"application/x-{service}-advertisement"
    return never_kept(Response(said, content_type=kind))


def upload_answer(find: Callable[[], Path]) -> Response:
    """What a clone or fetch asks of the repository that ``find`` gives. Raises TooManyNow."""
    check_kind(UPLOAD)
    body = sent_body(_LONGEST_QUESTION)
    with ExitStack() as stack:
        stack.enter_context(body)
        # Only now: who sends slowly would be given what has been closed since they began.
        folder = find()
        stack.enter_context(place())
        parts = _Parts(upload(folder, body, asked_protocol()), stack.pop_all())
    response = Response(parts, content_type=f"application/x-{UPLOAD}-result")
    response.call_on_close(parts.close)
    return never_kept(response)


class _Parts:
    """git's answer piece by piece; its place is free again, read to its end or not."""

    def __init__(self, parts: Generator[bytes], stack: ExitStack) -> None:
        self._parts = parts
        self._stack = stack

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def close(self) -> None:
        self._parts.close()
        self._stack.close()


def push_answer(answer: bytes | Iterator[bytes]) -> Response:
    """How a push went, in git's words."""
    return never_kept(Response(answer, content_type=f"application/x-{RECEIVE}-result"))


def refusing(words: str, rest: IO[bytes]) -> Iterator[bytes]:
    """An answer to a push that git has not seen, and of which ``rest`` has not been read.

    A client that is still sending shows what it is told, and hears nothing more once we have hung
    up: so the rest is thrown away for some seconds before that. Of one push at a time: who stops
    sending without hanging up keeps us waiting.
    """
    yield remote_words(words)
    if _draining.acquire(blocking=False):
        try:
            until = time.monotonic() + _DRAIN
            while time.monotonic() < until and rest.read(1 << 20):
                pass
        finally:
            _draining.release()
    yield packet(b"\x01" + packet(b"unpack too large\n") + b"0000") + b"0000"


def never_kept(response: Response) -> Response:
    """The same, for no cache on its way."""
    response.headers["Cache-Control"] = "no-cache, max-age=0, must-revalidate"
    response.headers["Pragma"] = "no-cache"
    response.headers["Expires"] = "Fri, 01 Jan 1980 00:00:00 GMT"
    return response
