"""Large files that git-lfs sends before a push: theirs alone, until the push names them.

What each may be, and beside which page, is judged with the push (``editing/receiving``): here it
has no name yet. It is never more than a file may hold, and counts as what its sender adds in a day.
"""

from typing import Any

from flask import request

from wiki.editing.quotas import count_added
from wiki.editing.rights import someone
from wiki.errors import BadRequest, Forbidden, TooLarge, TooMany
from wiki.files.object_store import ObjectStore, measure
from wiki.files.pointer import Pointer
from wiki.translation import gettext as _
from wiki.web.git.bodies import disk, sent_body
from wiki.web.support import current_instance, current_reader


def store() -> ObjectStore:
    """Where they go. Raises Forbidden where there is no bucket."""
    found = current_instance().objects
    if not isinstance(found, ObjectStore):
        raise Forbidden(
            _(
                "Files are not sent here: commit them as they are, git lfs untrack, or put them"
                " beside their page in a browser. Nothing was taken."
            )
        )
    return found


def wanted(pointer: Pointer, href: str) -> dict[str, Any]:
    """What git-lfs is told of a file that it would send to ``href``. Raises Forbidden."""
    if words := _too_large(pointer):
        return {"error": {"code": 422, "message": words}}
    if store().has_sent(pointer, someone(current_reader()).id):
        return {}
    return {"actions": {"upload": {"href": href}}}


def take(pointer: Pointer) -> None:
    """Keeps what is sent, if it is what ``pointer`` names.

    Raises TooLarge (before anything is read, or for a day that is full), BadRequest, Forbidden,
    StorageFailed.
    """
    there, reader = store(), current_reader()
    if words := _too_large(pointer):
        raise TooLarge(words)
    if request.content_length not in (None, pointer.size):
        raise _others()
    with disk(), sent_body(pointer.size) as body:
        if measure(body) != pointer:
            raise _others()
        try:
            count_added(reader, pointer.size, beside=True)
        except TooMany as error:
            # For what it is, git-lfs would wait for the next day, and say nothing.
            raise TooLarge(error.words) from error
        there.put(body, someone(reader).id)


def _too_large(pointer: Pointer) -> str:
    limit = current_instance().settings.max_upload
    if pointer.size <= limit:
        return ""
    words = _("This file holds {size} bytes, and {limit} are the most. Nothing of it was taken.")
    return words.format(size=pointer.size, limit=limit)


def _others() -> BadRequest:
    return BadRequest(_("These are not the bytes that were announced. Push again."))
