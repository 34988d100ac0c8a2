"""The addresses: the public history, and the whole one."""

import logging
from contextlib import suppress

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.editing.identities import stamp_identities
from wiki.editing.receiving import judge_push
from wiki.editing.rights import author_of, someone
from wiki.errors import StorageFailed, TooLarge, WikiError
from wiki.instance import Instance
from wiki.people.pushes import find_fetched, note_fetched
from wiki.repository.objects import EMPTY
from wiki.repository.remote.protocol import remote_words
from wiki.repository.remote.push import is_signed, receive
from wiki.translation import gettext as _
from wiki.translation import ngettext
from wiki.web.git.bodies import disk, sent_body
from wiki.web.git.places import place, public_folder, standard_folder
from wiki.web.git.requests import (
    PUBLIC,
    RECEIVE,
    STANDARD,
    UPLOAD,
    WHOLE,
    address_of,
    allow,
    asked_protocol,
    asked_service,
    check_kind,
    read_only,
)
from wiki.web.git.responses import (
    in_words,
    never_kept,
    push_answer,
    refs_answer,
    refusing,
    upload_answer,
)
from wiki.web.security import csrf
from wiki.web.support import current_instance, current_reader

bp = Blueprint("git", __name__)
csrf.exempt(bp)
_log = logging.getLogger(__name__)


@bp.get(PUBLIC, strict_slashes=False)
@in_words
def about_public() -> Response:
    """What to do with this address, for who opens it in a browser."""
    words = f"git clone {address_of(PUBLIC)}\n"
    note = _("For GitHub, GitLab and Obsidian, with standard links and lists:")
    words += f"\n{note}\ngit clone {address_of(STANDARD)}\n"
    return never_kept(Response(words, mimetype="text/plain"))


@bp.get(STANDARD, strict_slashes=False)
@in_words
def about_standard() -> Response:
    """See ``about_public``."""
    return never_kept(Response(f"git clone {address_of(STANDARD)}\n", mimetype="text/plain"))


@bp.get(f"{STANDARD}/info/refs")
@in_words
def standard_refs() -> Response:
    """The public pages in standard Markdown; a push is told where to go."""
    service = asked_service()
    if service == RECEIVE:
        raise read_only()
    return refs_answer(standard_folder(), service)


@bp.post(f"{STANDARD}/{UPLOAD}")
@in_words
def standard_upload() -> Response:
    """What a clone or fetch of them asks for."""
    return upload_answer(standard_folder)


@bp.post(f"{STANDARD}/{RECEIVE}")
@in_words
def standard_receive() -> Response:
    """Refuses a push that did not ask first."""
    raise read_only()


@bp.get(WHOLE, strict_slashes=False)
@in_words
def about_whole() -> Response:
    """See ``about_public``."""
    return never_kept(Response(f"git clone {address_of(WHOLE)}\n", mimetype="text/plain"))


@bp.get(f"{PUBLIC}/info/refs")
@in_words
def public_refs() -> Response:
    """The public branch; a push is told where to go."""
    service = asked_service()
    if service == RECEIVE:
        raise read_only()
    return refs_answer(public_folder(), service)


@bp.post(f"{PUBLIC}/{UPLOAD}")
@in_words
def public_upload() -> Response:
    """What a clone or fetch of the public history asks for."""
    return upload_answer(public_folder)


@bp.post(f"{PUBLIC}/{RECEIVE}")
@in_words
def public_receive() -> Response:
    """Refuses a push that did not ask first."""
    raise read_only()


@bp.get(f"{WHOLE}/info/refs")
@in_words
def whole_refs() -> Response:
    """The branch, for who may read all.

    A client refuses by itself to push onto what it has not fetched: it is told of what it was told
    when it fetched, and what was saved since is joined with what it brings.
    """
    service = asked_service()
    allow()
    instance, person, branch = current_instance(), someone(current_reader()).id, ""
    repository, private = instance.repository, instance.private
    if service == RECEIVE:
        fetched = find_fetched(private, person)
        branch = fetched if fetched and repository.is_ancestor(fetched, repository.head()) else ""
    elif (head := repository.head()) != EMPTY:
        with suppress(StorageFailed):
            note_fetched(private, person, head)
    return refs_answer(repository.folder, service, branch)


@bp.post(f"{WHOLE}/{UPLOAD}")
@in_words
def whole_upload() -> Response:
    """What a clone or fetch of the whole history asks for."""
    allow()
    return upload_answer(lambda: current_instance().repository.folder)


@bp.post(f"{WHOLE}/{RECEIVE}")
@in_words
def whole_receive() -> Response:
    """Takes a push, or says in the pusher's terminal why not."""
    allow()
    check_kind(RECEIVE)
    instance, reader = current_instance(), current_reader()
    try:
        with disk():
            body = sent_body(instance.settings.max_push)
    except TooLarge as error:
        return push_answer(refusing(error.words, request.environ["wsgi.input"]))
    if is_signed(body):
        body.close()
        words = _("Signed pushes are not taken here: git push --no-signed. Nothing was changed.")
        return push_answer(refusing(words, request.environ["wsgi.input"]))
    with place(), body, disk():
        taken = receive(
            instance.repository,
            body,
            asked_protocol(),
            author_of(reader),
            lambda updates, quarantine, stack: judge_push(reader, updates, quarantine, stack),
        )
    answer = taken.answer
    if not taken.asked and len(answer) > 4:
        answer = remote_words(_not_understood()) + answer
    if taken.asked and instance.repository.head() != reader.head:
        answer = remote_words(_afterwards(instance)) + answer
    return push_answer(answer)


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


def _not_understood() -> str:
    return _("The wiki could not take this push as git sent it. Nothing was changed.")
