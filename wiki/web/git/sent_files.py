"""Large files that git-lfs sends before a push: theirs alone, until the push names them.

What each may be, and beside which page, is judged with the push (``editing/receiving``): here it
has no name yet. It is never more than a file may hold, and counts as what its sender adds in a day.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import request

from wiki.editing.quotas import count_added
from wiki.editing.rights import someone
from wiki.errors import BadRequest, Forbidden, TooLarge, TooMany
from wiki.files.object_store import ObjectStore, measure
from wiki.files.pointer import Pointer
from wiki.people.limits.quotas import full_words, left_today
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


def wanted(asked: Iterable[Pointer], href: Callable[[Pointer], str]) -> dict[Pointer, Any]:
    """What git-lfs is told of each file that it would send. Raises Forbidden, StorageFailed.

    What cannot be taken is said here: of a refusal amid what it sends git-lfs makes a long wait.
    """
    there, by, settings = store(), someone(current_reader()).id, current_instance().settings
    most = settings.uploads_per_day
    left = left_today(current_instance().private, by, most)
    answers: dict[Pointer, Any] = {}
    for pointer in asked:
        words = _too_large(pointer)
        if not words and there.has_sent(pointer, by):
            answers[pointer] = {}
            continue
        if not words and pointer.size > left:
            words = full_words(most, left)
        if words:
            answers[pointer] = {"error": {"code": 422, "message": words}}
            continue
        left -= pointer.size
        answers[pointer] = {"actions": {"upload": {"href": href(pointer)}}}
    return answers


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
    by, settings = someone(reader).id, current_instance().settings
    with disk(), sent_body(pointer.size) as body:
        if measure(body) != pointer:
            raise _others()
        if there.has_sent(pointer, by):
            return  # and they were not told, or ask again
        left = left_today(current_instance().private, by, settings.uploads_per_day)
        if pointer.size > left:
            raise TooLarge(full_words(settings.uploads_per_day, left))
        # Counted once it is there: a bucket that fails is tried by git-lfs again and again.
        there.put(body, by)
        try:
            count_added(reader, pointer.size, beside=True)
        except TooMany as error:
            there.remove(pointer.oid, by)
            # For what it is, git-lfs would wait for the next day, and say nothing.
            raise TooLarge(error.words) from error


def _too_large(pointer: Pointer) -> str:
    limit = current_instance().settings.max_upload
    if pointer.size <= limit:
        return ""
    words = _("This file holds {size} bytes, and {limit} are the most. Nothing of it was taken.")
    return words.format(size=pointer.size, limit=limit)


def _others() -> BadRequest:
    return BadRequest(_("These are not the bytes that were announced. Push again."))
