"""git over HTTP: the public history for everyone, the whole one for those who may read all.

::

    /wiki.git         index/public.git   fetch                never asks who it is
    /-/git/all.git    content.git        fetch and push       401 first

git's clients show a text answer to a refused request after ``remote:``; a push that has begun is
answered in git's own way, so that the sentence is shown there too.
"""

import logging
import time
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial, wraps
from http import HTTPStatus
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore, Lock
from typing import IO, BinaryIO, ParamSpec, cast

from flask import Blueprint, Flask, current_app, request
from werkzeug.wrappers import Response

from wiki.editing.identities import stamp_identities
from wiki.editing.receiving import judge_push
from wiki.editing.rights import author_of
from wiki.errors import (
    BadRequest,
    Forbidden,
    LogInFirst,
    StorageFailed,
    TooLarge,
    TooMany,
    WikiError,
)
from wiki.instance import Instance
from wiki.pages.access import ALL
from wiki.projections.public import Public
from wiki.repository.incoming import is_signed, receive
from wiki.repository.smart import SERVICES, advertisement, packet, remote_words, upload
from wiki.translation import gettext as _
from wiki.translation import ngettext
from wiki.upkeep import PUBLISH
from wiki.waking import wake
from wiki.web.bodies import READER, read_body
from wiki.web.credentials import act_as, basic
from wiki.web.security import csrf
from wiki.web.support import current_instance, current_reader

bp = Blueprint("git", __name__)
csrf.exempt(bp)

PUBLIC = "/wiki.git"
WHOLE = "/-/git/all.git"
_UPLOAD, _RECEIVE = SERVICES
#: bytes of what a clone or fetch asks: a line for each commit that the client has
_LONGEST_QUESTION = 10_000_000
#: seconds that someone waits for the public history to be made, and for one of the places
_READY = 8.0
_PATIENCE = 1.0
#: seconds for which a push that is refused may go on sending
_DRAIN = 5.0
_PLACES = "carrefour-git"
_draining = Lock()
_log = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")


def bound(app: Flask, instance: Instance, threads: int) -> None:
    """Lets git hold fewer than half of a worker's threads, so that pages are served meanwhile.

    What takes long is made by the process of tasks, which is woken for it, and after each save.
    """
    app.extensions[_PLACES] = BoundedSemaphore(max(threads // 2 - 1, 1))
    public = cast(Public, instance.projections.part("public"))
    public.leave_making(partial(wake, instance.settings, PUBLISH))
    app.after_request(_follow_saves)


def _follow_saves(response: Response) -> Response:
    if request.method == "POST" and not is_git(request.path):
        instance = current_instance()
        public = cast(Public, instance.projections.part("public"))
        if public.folder is not None and instance.projections.behind("public"):
            wake(instance.settings, PUBLISH)
    return response


def is_git(path: str) -> bool:
    """Whether the body of a request for ``path`` is git's."""
    return path.startswith((f"{PUBLIC}/", f"{WHOLE}/"))


def _in_words(view: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
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
            if isinstance(error, TooMany):
                response.headers["Retry-After"] = str(error.retry_after)
            return _never_kept(response)

    return answer


@bp.get(PUBLIC, strict_slashes=False)
@_in_words
def about_public() -> Response:
    """What to do with this address, for who opens it in a browser."""
    return _never_kept(Response(f"git clone {_url(PUBLIC)}\n", mimetype="text/plain"))


@bp.get(WHOLE, strict_slashes=False)
@_in_words
def about_whole() -> Response:
    """See ``about_public``."""
    return _never_kept(Response(f"git clone {_url(WHOLE)}\n", mimetype="text/plain"))


@bp.get(f"{PUBLIC}/info/refs")
@_in_words
def public_refs() -> Response:
    """The public branch; a push is told where to go."""
    service = _service()
    if service == _RECEIVE:
        raise _read_only()
    return _refs(_public_folder(), service)


@bp.post(f"{PUBLIC}/{_UPLOAD}")
@_in_words
def public_upload() -> Response:
    """What a clone or fetch of the public history asks for."""
    return _upload(_public_folder)


@bp.post(f"{PUBLIC}/{_RECEIVE}")
@_in_words
def public_receive() -> Response:
    """Refuses a push that did not ask first."""
    raise _read_only()


@bp.get(f"{WHOLE}/info/refs")
@_in_words
def whole_refs() -> Response:
    """The branch, for who may read all."""
    service = _service()
    _allow()
    return _refs(current_instance().repository.folder, service)


@bp.post(f"{WHOLE}/{_UPLOAD}")
@_in_words
def whole_upload() -> Response:
    """What a clone or fetch of the whole history asks for."""
    _allow()
    return _upload(lambda: current_instance().repository.folder)


@bp.post(f"{WHOLE}/{_RECEIVE}")
@_in_words
def whole_receive() -> Response:
    """Takes a push, or says in the pusher's terminal why not."""
    _allow()
    _check_kind(_RECEIVE)
    instance, reader = current_instance(), current_reader()
    try:
        with _disk():
            body = _body(instance.settings.max_push)
    except TooLarge as error:
        return _result(refusing(error.words, request.environ["wsgi.input"]))
    if is_signed(body):
        body.close()
        words = _("Signed pushes are not taken here: git push --no-signed. Nothing was changed.")
        return _result(refusing(words, request.environ["wsgi.input"]))
    with _place(), body, _disk():
        taken = receive(
            instance.repository,
            body,
            _protocol(),
            author_of(reader),
            lambda updates, quarantine, stack: judge_push(reader, updates, quarantine, stack),
        )
    answer = taken.answer
    if not taken.asked and len(answer) > 4:
        answer = remote_words(_not_understood()) + answer
    if taken.asked and instance.repository.head() != reader.head:
        answer = remote_words(_afterwards(instance)) + answer
    return _result(answer)


@contextmanager
def _disk() -> Iterator[None]:
    """Raises StorageFailed where what comes cannot be written down."""
    try:
        yield
    except OSError as error:
        _log.exception("there was no room for a push")
        raise StorageFailed(
            _("The disk of the wiki is full or read-only. Nothing of this push was taken.")
        ) from error


def _afterwards(instance: Instance) -> str:
    """Gives what came its identities; says so, since the pusher's own copy lacks them."""
    instance.repository.maintain()
    try:
        stamped = stamp_identities(instance)
    except WikiError:
        _log.exception("identities could not be given after a push")
        return ""
    if not stamped:
        return ""
    return ngettext(
        "The wiki has numbered the needs and offers of {count} page in a commit of its own:"
        " git pull before you go on.",
        "The wiki has numbered the needs and offers of {count} pages in a commit of its own:"
        " git pull before you go on.",
        stamped,
    ).format(count=stamped)


def _allow() -> None:
    """Raises LogInFirst, or Forbidden, for who may not read all of the wiki by git."""
    granted = basic()
    if granted is None:
        raise LogInFirst(
            _(
                "Log in with the e-mail address of your account, and a token of the scope git or"
                " your password. What everyone may read needs neither: git clone {url}"
            ).format(url=_url(PUBLIC))
        )
    act_as(granted)
    if not granted.allows("git"):
        raise Forbidden(_("This token is not good for git: make one with the scope git."))
    if ALL not in current_reader().audience:
        raise Forbidden(
            _(
                "The whole history is for those who may read all of the wiki. What everyone may"
                " read is at {url}"
            ).format(url=_url(PUBLIC))
        )


def _read_only() -> Forbidden:
    return Forbidden(
        _("Nothing can be pushed here. Those who may, push to {url}").format(url=_url(WHOLE))
    )


def _not_understood() -> str:
    return _("The wiki could not take this push as git sent it. Nothing was changed.")


def _url(path: str) -> str:
    return f"{current_instance().settings.public_url}{path}"


def _service() -> str:
    service = request.args.get("service", "")
    if service not in SERVICES:
        raise BadRequest(_("Only git can read here, one that is newer than 2010."))
    return service


def _check_kind(service: str) -> None:
    if request.mimetype != f"application/x-{service}-request":
        raise BadRequest(_("Only git can read here, one that is newer than 2010."))


def _protocol() -> str:
    return request.headers.get("Git-Protocol", "")


def _public_folder() -> Path:
    """The public history as of the head.

    An older one is not given out: something in it may have been closed since.
    """
    projections = current_instance().projections
    until = time.monotonic() + _READY
    while True:
        public = cast(Public, projections["public"])
        folder = public.folder
        if folder is not None and not projections.behind("public"):
            return folder
        if time.monotonic() > until or "public" in projections.failures:
            raise TooManyNow()
        time.sleep(0.25)


class TooManyNow(TooMany):
    """Something is being made, or everyone is at it: to be asked again soon."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            _("The wiki is busy with other copies at the moment: try again in a minute."),
            retry_after=60,
        )


def _refs(folder: Path, service: str) -> Response:
    with _place():  # here a client shows why there is none; later it would not
        said = advertisement(folder, service, _protocol())
    kind = f"application/x-{service}-advertisement"
    return _never_kept(Response(said, content_type=kind))


def _upload(find: Callable[[], Path]) -> Response:
    _check_kind(_UPLOAD)
    body = _body(_LONGEST_QUESTION)
    with ExitStack() as stack:
        stack.enter_context(body)
        # Only now: who sends slowly would be given what has been closed since they began.
        folder = find()
        stack.enter_context(_place())
        parts = _Parts(upload(folder, body, _protocol()), stack.pop_all())
    response = Response(parts, content_type=f"application/x-{_UPLOAD}-result")
    response.call_on_close(parts.close)
    return _never_kept(response)


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


@contextmanager
def _place() -> Iterator[None]:
    """One of the places for git's work in this worker. Raises TooManyNow where there is none."""
    places: BoundedSemaphore = current_app.extensions[_PLACES]
    if not places.acquire(timeout=_PATIENCE):
        raise TooManyNow
    try:
        yield
    finally:
        places.release()


def _body(limit: int) -> BinaryIO:
    """What was sent, unpacked, in a file. Raises TooLarge beyond ``limit``, BadRequest."""
    read = request.environ.get(READER)
    body = read(request.environ, limit) if read else read_body(request.environ, limit)[0]
    if body is None:
        raise TooManyNow
    if request.headers.get("Content-Encoding", "") in ("gzip", "x-gzip"):
        with body as packed:
            body = _unpacked(packed, limit)
    if body.seek(0, 2) > limit:
        body.close()
        raise TooLarge(
            _("This push is too large: {limit} bytes at once are the most.").format(limit=limit)
            + " "
            + _("Nothing of it was taken. Push older commits first, a part at a time.")
        )
    body.seek(0)
    return cast(BinaryIO, body)


def _unpacked(packed: IO[bytes], limit: int) -> BinaryIO:
    """The gzipped body, unpacked up to one byte beyond ``limit``."""
    body = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 - whoever asked reads it
    unpack = zlib.decompressobj(31)
    try:
        while (chunk := packed.read(65_536)) and body.tell() <= limit:
            body.write(unpack.decompress(chunk, limit + 1 - body.tell() or 1))
    except zlib.error as error:
        raise BadRequest(_("Only git can read here, one that is newer than 2010.")) from error
    return cast(BinaryIO, body)


def _result(answer: bytes | Iterator[bytes]) -> Response:
    return _never_kept(Response(answer, content_type=f"application/x-{_RECEIVE}-result"))


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


def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache, max-age=0, must-revalidate"
    response.headers["Pragma"] = "no-cache"
    response.headers["Expires"] = "Fri, 01 Jan 1980 00:00:00 GMT"
    return response
