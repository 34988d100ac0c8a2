"""Between a room and git: what was saved elsewhere comes in, and what was typed goes out.

These functions block and know of no connection: plain values in, plain values out. One at a time a
room, which the server sees to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wiki.api.errors import BadField, Forbidden, NotFound, StorageFailed, WikiError
from wiki.api.pages import Page
from wiki.api.pages.editing import (
    Authorship,
    Saved,
    author_of,
    complete_identities,
    save_on_behalf,
    with_rights_of,
)
from wiki.api.people import Person, get_person, save_draft
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_page, find_redirect, get_page, is_taken, system_reader
from wiki.api.reading.history import Author, list_history
from wiki.api.tables import birth_name
from wiki.api.translation import gettext

from .. import store
from ..store import Kept, Written
from ..texts import joined
from .room import first_state, fork


@dataclass(frozen=True)
class Prepared:
    """A room's text ready to be saved: ``updates`` are what the room has yet to take in for that.

    ``base`` and ``base_text``: what it then holds all of; ``who`` saved it, where it came from
    elsewhere (``brought``).
    """

    updates: Sequence[bytes]
    text: str
    base: str
    base_text: str
    brought: bool
    who: str = ""


@dataclass(frozen=True)
class Committed:
    """A commit of a room's ``text``, in the name of ``by``.

    ``refused``: why what the room's head said of rights is not in it, and ``whose`` lines it was.
    """

    saved: Saved
    by: Person | None
    text: str
    refused: str = ""
    whose: frozenset[str] = frozenset()


class NobodyMaySave(WikiError):
    """Of those who wrote, nobody may save there any more; their text is a draft of theirs."""


def reach(instance: Instance, commit: str) -> None:
    """Has what all nodes share reach here at least to ``commit``. Raises StorageFailed.

    By a clone that has not heard of it yet, what others saved would be taken for undone.
    """
    if commit and (shared := instance.repository.shared) is not None:
        shared.arrive(commit)


def birth_at(instance: Instance, path: str) -> str:
    """What tells the page at ``path``, which is there, from others that were or will be.

    Raises StorageFailed where that is not known yet: so soon after a start, or a save elsewhere.
    """
    birth = birth_name(instance, path)
    if birth is None:
        raise StorageFailed(gettext("The page connects again."))
    return birth


def open_room(instance: Instance, path: str) -> Kept:
    """The room of the page at ``path``, made now where there is none.

    Raises NotFound, StorageFailed.
    """
    kept = store.room_at(instance.private, path)
    if kept is not None:
        reach(instance, kept.base)
    reader = system_reader(instance, "coediting")
    page = find_page(reader, path)
    if page is None:
        raise NotFound(gettext("There is no page here."))
    birth = birth_at(instance, path)
    if kept is not None and kept.birth == birth:
        return kept
    if kept is not None:
        give_back(instance, kept.epoch)
    state = first_state(page.text)
    return store.new_room(instance.private, path, birth, reader.head, page.text, state)


def prepare(
    instance: Instance, path: str, whole: bytes, base: str, base_text: str, *, ends: bool
) -> Prepared:
    """The text of the document ``whole``, joined with what was saved elsewhere since ``base``.

    ``ends``: with what plugins give to its items too, such as an identity, so that the commit is
    what is in the room, to the letter. Raises NotFound where the page is gone.
    """
    reader = system_reader(instance, "coediting")
    page = get_page(reader, path)
    brought = page.text != base_text

    def change(mine: str) -> str:
        text = joined(base_text, mine, page.text) if brought else mine
        return complete_identities(reader, Page(path, page.file, text)).text if ends else text

    update, text = fork(whole, change)
    return Prepared(
        updates=[update] if update is not None else [],
        text=text,
        base=reader.head if brought else base,
        base_text=page.text,
        brought=brought,
        who=_who(reader, path) if brought else "",
    )


def revert(whole: bytes, base_text: str) -> bytes | None:
    """The update that makes the document what the page is."""
    return fork(whole, lambda _mine: base_text)[0]


def commit(
    instance: Instance,
    path: str,
    text: str,
    base: str,
    writers: Mapping[str, Written],
    message: str,
    *,
    settled: bool,
) -> Committed:
    """One commit of what ``writers`` wrote, in the name of who wrote most.

    The others are its co-authors. Where what the head says of rights is not for those who wrote
    in it to say, all else is saved; where it cannot be read, only once it is ``settled``: it may
    still be being typed. Raises NobodyMaySave, and what saving raises.
    """
    people = [
        person
        for one in sorted(writers, key=lambda one: -writers[one].count)
        if (person := get_person(instance.private, one)) is not None
    ]
    readers = [Reader(instance, person) for person in people]
    able = [one for one in readers if one.may_edit(path)]
    if not able:
        raise NobodyMaySave(
            gettext(
                "Those who wrote may no longer save here. Their text is kept as a draft of theirs."
            )
        )
    first = able[0]
    # Whoever wrote in the head answers for what it says of rights; the others did not touch it.
    answering = [one for one in readers if one.person is not None and writers[one.person.id].head]
    others = _once([author_of(one) for one in readers if one is not first])
    hand = Authorship(author_of(first), first, co_authors=others, answering=answering)
    barred = any(one not in able for one in answering)
    try:
        if barred:
            raise Forbidden(
                gettext(
                    "Someone who may no longer write here changed the lines at the top of the page."
                )
            )
        saved = save_on_behalf(first, path, text, base, message, hand)
    except (Forbidden, BadField) as error:
        kept = with_rights_of(get_page(system_reader(instance, "coediting"), path), text)
        if (kept == text and not barred) or not (settled or isinstance(error, Forbidden)):
            raise
        saved = save_on_behalf(first, path, kept, base, message, replace(hand, answering=()))
        words = gettext("All else is saved; the lines at the top are as they were. {why}")
        why = words.format(why=error.words) if kept != text else ""
        whose = frozenset(one.person.id for one in answering if one.person is not None)
        return Committed(saved, first.person, kept, why, whose)
    return Committed(saved, first.person, text)


def undo_rights(path: str, whole: bytes, saved: str) -> bytes | None:
    """The update that has the document say of rights what the text ``saved`` says."""
    page = Page(path, "", saved)
    return fork(whole, lambda words: with_rights_of(page, words))[0]


def give_back(instance: Instance, epoch: str) -> None:
    """Ends a room whose page is gone: what was typed since the last commit becomes drafts.

    Of all who wrote it: each has the whole text.
    """
    kept = store.room_of(instance.private, epoch)
    if kept is None:
        return
    if kept.writers:
        _update, text = fork(store.whole_of(kept), lambda words: words)
        keep_drafts(instance, kept.path or "index", kept.base, text, kept.writers)
    store.forget(instance.private, epoch)


def keep_drafts(
    instance: Instance, path: str, base: str, text: str, writers: Iterable[str]
) -> None:
    """``text`` as a draft of each of ``writers``."""
    for person in writers:
        if get_person(instance.private, person) is not None:
            save_draft(instance.private, person, path, base, text)


def find_again(instance: Instance, epoch: str, path: str) -> tuple[str, str] | None:
    """Where the page of the room, at ``path`` until now, is, and its birth; None where it is gone.

    Another page that stands at the address by now is not the one. Raises StorageFailed.
    """
    with instance.repository.lock():  # a move tells git first, then the rows
        kept = store.room_of(instance.private, epoch)
        if kept is None or not kept.path:
            return None
        reader = system_reader(instance, "coediting")
        moved: str | None = kept.path
        if kept.path == path:
            moved = None if is_taken(reader, path) else find_redirect(reader, path)
        if moved is None or not is_taken(reader, moved):
            return None
        birth = birth_at(instance, moved)
        store.set_place(instance.private, epoch, moved, birth)
        return moved, birth


def _who(reader: Reader, path: str) -> str:
    """Who saved last what came from elsewhere."""
    changes = list_history(reader, path, limit=1)
    return changes[0].author if changes else ""


def _once(authors: list[Author]) -> list[Author]:
    return list(dict.fromkeys(authors))
