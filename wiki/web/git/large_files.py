"""Git LFS: the bytes of what a clone points to, for who may have that clone.

git-lfs asks below the address of the clone (``…/info/lfs``) which files it may have, and then for
each of them. It is given those whose pointers are in that very repository: what everyone may read
has none of what is closed. Who may push sends the bytes of new ones likewise (``sent_files.py``).
"""

import json
import re
from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from pathlib import Path
from typing import ParamSpec

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.errors import BadRequest, NotFound
from wiki.files.pointer import Pointer
from wiki.pages.paths import is_servable
from wiki.reading.files import File
from wiki.repository.objects import object_hash
from wiki.repository.reads.blobs import existing, files_ever, files_now
from wiki.translation import gettext as _
from wiki.web.git import sent_files
from wiki.web.git.bodies import sent_body
from wiki.web.git.places import place, public_folder, standard_folder
from wiki.web.git.requests import PUBLIC, STANDARD, WHOLE, address_of, allow, read_only
from wiki.web.git.responses import in_words, never_kept
from wiki.web.page.file_response import whole_or_part
from wiki.web.security import csrf
from wiki.web.snapshot import unpinned
from wiki.web.support import current_instance, current_reader

bp = Blueprint("git_lfs", __name__)
csrf.exempt(bp)

_LFS = "/info/lfs/objects"
_KIND = "application/vnd.git-lfs+json"
#: bytes of a question, and files of one: git-lfs asks about a hundred at once
_LONGEST, _MOST = 1_000_000, 1000
_OID, _SIZE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9]{1,16}")

Arguments = ParamSpec("Arguments")


def _told(view: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """``view``, whose refusals are in the form that git-lfs shows."""

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        response = in_words(view)(*args, **kwargs)
        if response.status_code >= 400 and response.mimetype == "text/plain":
            words = response.get_data(as_text=True).strip()
            response.set_data(json.dumps({"message": words}))
            response.content_type = _KIND
            if challenge := response.headers.get("WWW-Authenticate"):
                response.headers["LFS-Authenticate"] = challenge
        return response

    return unpinned(answer)


@bp.post(f"{PUBLIC}{_LFS}/batch")
@_told
def public_batch() -> Response:
    """Which files of the public history there are."""
    return _batch(PUBLIC, public_folder)


@bp.post(f"{STANDARD}{_LFS}/batch")
@_told
def standard_batch() -> Response:
    """Likewise, of the pages in standard Markdown."""
    return _batch(STANDARD, standard_folder)


@bp.post(f"{WHOLE}{_LFS}/batch")
@_told
def whole_batch() -> Response:
    """Likewise, of the whole history, for who may read all."""
    allow()
    return _batch(WHOLE, lambda: current_instance().repository.folder)


@bp.get(f"{PUBLIC}{_LFS}/<oid>/<size>")
@_told
def public_object(oid: str, size: str) -> Response:
    """The bytes of a file of the public history."""
    return _object(public_folder, oid, size)


@bp.get(f"{STANDARD}{_LFS}/<oid>/<size>")
@_told
def standard_object(oid: str, size: str) -> Response:
    """Likewise, of the pages in standard Markdown."""
    return _object(standard_folder, oid, size)


@bp.get(f"{WHOLE}{_LFS}/<oid>/<size>")
@_told
def whole_object(oid: str, size: str) -> Response:
    """Likewise, of the whole history, for who may read all."""
    allow()
    return _object(lambda: current_instance().repository.folder, oid, size)


@bp.put(f"{WHOLE}{_LFS}/<oid>/<size>")
@_told
def take_object(oid: str, size: str) -> Response:
    """The bytes of a file that a push is about to name, from who may push."""
    allow()
    if not _OID.fullmatch(oid) or not _SIZE.fullmatch(size):
        raise _not_lfs()
    sent_files.take(Pointer(oid, int(size)))
    return never_kept(Response())


@bp.post(f"{WHOLE}/info/lfs/locks/verify")
@_told
def locks() -> Response:
    """Told before each push that there are no locks; git-lfs asks no more then."""
    response = Response("no locks\n", HTTPStatus.NOT_IMPLEMENTED, mimetype="text/plain")
    return never_kept(response)


def _batch(address: str, find: Callable[[], Path]) -> Response:
    operation, asked = _question()
    if operation == "upload":
        if address != WHOLE:
            raise read_only()
        sent_files.store()
    elif operation != "download":
        raise _not_lfs()
    folder = find()
    with place():
        there = _attached(folder, [_blob(pointer) for pointer in asked])

    href = partial(_href, address)
    if operation == "upload":
        new = [pointer for pointer in asked if _blob(pointer) not in there]
        answers = sent_files.wanted(new, href)
    else:
        lost = {"error": {"code": 404, "message": _("There is no such file.")}}
        answers = {
            one: {"actions": {"download": {"href": href(one)}}} if _blob(one) in there else lost
            for one in asked
        }
    objects = [{"oid": one.oid, "size": one.size} | answers.get(one, {}) for one in asked]
    said = {"transfer": "basic", "hash_algo": "sha256", "objects": objects}
    return never_kept(Response(json.dumps(said), content_type=_KIND))


def _object(find: Callable[[], Path], oid: str, size: str) -> Response:
    pointer = Pointer(oid, int(size) if _SIZE.fullmatch(size) else -1)
    with place():
        known = _OID.fullmatch(oid) and _attached(find(), [_blob(pointer)])
    if not known:
        raise NotFound(_("There is no such file."))
    response = whole_or_part(File(current_reader(), oid, pointer.size, pointer), oid)
    response.content_type = "application/octet-stream"
    return never_kept(response)


def _question() -> tuple[str, list[Pointer]]:
    """What is asked, and of which files. Raises BadRequest."""
    try:
        with sent_body(_LONGEST) as body:
            said = json.load(body)
        asked = [Pointer(one["oid"], one["size"]) for one in said["objects"][:_MOST]]
        if all(
            _OID.fullmatch(one.oid) and type(one.size) is int and 0 <= one.size < 1 << 60
            for one in asked
        ):
            return str(said["operation"]), asked
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _not_lfs() from error
    raise _not_lfs()


def _not_lfs() -> BadRequest:
    return BadRequest(_("Only git-lfs can read here."))


def _attached(folder: Path, blobs: list[str]) -> set[str]:
    """Those of ``blobs`` that are files beside pages in the repository at ``folder``.

    A page may be written so that its text is a pointer: that makes nobody's file theirs.
    """
    left, found = existing(folder, blobs), set[str]()
    for look in (files_now, files_ever):
        if left:
            found |= {
                id
                for id, name in look(folder, left)
                if not name.endswith(".md") and is_servable(name)
            }
            left -= found
    return found


def _blob(pointer: Pointer) -> str:
    return object_hash("blob", pointer.text)


def _href(address: str, pointer: Pointer) -> str:
    return f"{address_of(address)}{_LFS}/{pointer.oid}/{pointer.size}"
