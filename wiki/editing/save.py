"""Saves the text of a page: joins what others saved meanwhile, or says that it cannot."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from wiki.editing.makers import joined, with_maker
from wiki.editing.quotas import LONG_TEXT, count_added
from wiki.editing.rights import (
    author_of,
    check_may_edit,
    check_rights_kept,
    check_told_apart,
    someone,
)
from wiki.editing.saved_text import (
    Owners,
    Prepared,
    bring_base,
    complete_identities,
    join_text,
    tidy,
    tidy_message,
)
from wiki.editing.write_queue import write_turn
from wiki.errors import NotFound, RowsUnreachable
from wiki.pages.lines import split_lines
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.people.access.grants import guests_of, revoke_guest
from wiki.reading import Reader
from wiki.reading.pages import find_page, get_page, get_page_at
from wiki.repository.commit import Change, commit
from wiki.repository.faults import unconfirmed
from wiki.repository.objects import WIKI_AUTHOR, Author
from wiki.repository.writes.branch import HeadMoved
from wiki.repository.writes.group import Wish
from wiki.translation import gettext as _

#: times that a text is prepared anew for a group before it is saved alone
_TRIES = 3


@dataclass(frozen=True)
class Saved:
    """What a save did: the commit that holds it, and whether others' changes were joined."""

    path: str
    commit: str
    merged: bool = False


@dataclass(frozen=True)
class Authorship:
    """Whose text it is: the ``author`` that the commit names, with a line of ``credit`` below.

    ``maker`` is put in the team of a new project, dossier or event that names none. ``co_authors``
    wrote it too. ``answering``: whose rights what the text says of rights is held against, each of
    them, where it is not the reader alone.
    """

    author: Author
    maker: Reader | None = None
    credit: str = ""
    co_authors: Sequence[Author] = ()
    answering: Sequence[Reader] = ()


def save(reader: Reader, path: str, text: str, base: str, message: str = "") -> Saved:
    """Saves ``text`` as the page ``path``; ``base`` is the commit that its writer started from.

    Who writes a new project, dossier or event that names no team is put in it. Raises EditConflict
    where the same lines changed since, TooLarge or BadField for a text that cannot be saved, and
    what ``rights`` raises.
    """
    return save_on_behalf(reader, path, text, base, message, Authorship(author_of(reader), reader))


def save_on_behalf(
    reader: Reader, path: str, text: str, base: str, message: str, hand: Authorship
) -> Saved:
    """As ``save``, with the rights of ``reader``, a text that comes from another ``hand``."""
    text = tidy(reader, text)
    bring_base(reader, base)
    alone = reader.instance.repository.write_lock.is_mine
    for _try in range(0 if alone else _TRIES):
        with suppress(HeadMoved):
            if (saved := _save_prepared(reader, path, text, base, message, hand)) is None:
                break
            return saved
    with write_turn(reader.instance):
        reader = reader.renewed()
        check_may_edit(reader, path)
        theirs = find_page(reader, path)
        file = theirs.file if theirs else files_of(path)[0]
        mine = join_text(reader, path, text, base, theirs)
        if theirs is None:
            check_told_apart(reader, file)
        page = complete_identities(reader, Page(path, file, mine))
        changes: dict[str, Change] = {}
        maker = None
        maker_reader = hand.maker.renewed() if hand.maker and theirs is None else None
        if maker_reader is not None:
            page, maker = with_maker(maker_reader, page, changes)
        for one in [other.renewed() for other in hand.answering] or [reader]:
            check_rights_kept(one, theirs, page)
        if theirs is not None and theirs.text == page.text:
            return Saved(path, reader.head)
        if (size := len(page.text.encode())) >= LONG_TEXT:
            count_added(reader, size)
        verb = _("Changed “{title}”") if theirs else _("Wrote “{title}”")
        whose = maker_reader or reader
        with joined(whose, someone(whose), maker):
            done = commit(
                reader.instance.repository,
                reader.head,
                {**changes, page.file: page.text.encode()},
                hand.author,
                _message(message, verb, page) + hand.credit,
                co_authors=hand.co_authors,
            )
        if maker_reader is not None:
            try:
                forget_guests(reader, path)
            except RowsUnreachable as error:
                raise unconfirmed() from error
    return Saved(path, done, merged=mine != text)


def _save_prepared(
    reader: Reader, path: str, text: str, base: str, message: str, hand: Authorship
) -> Saved | None:
    """Saves a text of a page that there is, with others that wait.

    It is prepared before its turn, of the newest commit. None where the page is new or the text
    long, or where it alters a head that other nodes go by: that is saved alone. Raises HeadMoved
    where what it goes by has changed before its turn came.
    """
    reader = reader.renewed()
    check_may_edit(reader, path)
    theirs = find_page(reader, path)
    if theirs is None:
        return None
    mine = join_text(reader, path, text, base, theirs)
    owners = Owners(reader, path)
    page = complete_identities(reader, Page(path, theirs.file, mine), owners)
    data = page.text.encode()
    if len(data) >= LONG_TEXT:
        return None
    for one in [other.renewed() for other in hand.answering] or [reader]:
        check_rights_kept(one, theirs, page)
    if theirs.text == page.text:
        return Saved(path, reader.commit)
    prepared = Prepared(reader, theirs, page, owners)
    if prepared.alters and reader.instance.repository.shared is not None:
        return None  # whoever prepares at another node goes by what it alters
    wish = Wish(
        page.file,
        prepared.fit,
        hand.author,
        _message(message, _("Changed “{title}”"), page) + hand.credit,
        hand.co_authors,
        # Rights of any page may hang on it, and what is known of heads.
        alters=prepared.alters,
    )
    done = reader.instance.repository.group.commit(wish)
    return Saved(path, done, merged=prepared.joined or mine != text)


def _message(typed: str, verb: str, page: Page) -> str:
    """What the commit says: what was typed, or in general what was done."""
    return tidy_message(typed) or verb.format(title=page.title)


def change_page(
    reader: Reader,
    path: str,
    edit: Callable[[Page], str],
    message: str = "",
    *,
    by: Reader | None = None,
    unasked: bool = False,
) -> Saved:
    """Saves what ``edit`` makes of the page as it stands, alone with it: nobody saves meanwhile.

    ``by``: who does it with the rights of ``reader``; the commit names them. ``unasked``: the wiki
    does it by itself, so it is nobody's news, and the commit names the wiki. Raises NotFound where
    there is no page, what ``edit`` raises, and what ``save`` does.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        check_may_edit(reader, path)
        hand = Authorship(WIKI_AUTHOR if unasked else author_of(by or reader), reader)
        return save_on_behalf(
            reader, path, edit(get_page(reader, path)), reader.head, message, hand
        )


def with_section(reader: Reader, path: str, anchor: str, section: str, base: str) -> str:
    """The whole text of the page at ``base``, with ``section`` under the heading ``anchor``.

    Raises NotFound where there is no such heading.
    """
    bring_base(reader, base)
    before, _section, after = split_section(get_page_at(reader, path, base), anchor)
    return f"{before}{section.rstrip()}\n\n{after}" if after else f"{before}{section}"


def split_section(page: Page, anchor: str) -> tuple[str, str, str]:
    """The text before, in and after the section under the heading ``anchor``; raises NotFound."""
    for heading in page.document.headings:
        if heading.anchor == anchor:
            lines = split_lines(page.text)
            return (
                "".join(lines[: heading.line]),
                "".join(lines[heading.line : heading.end_line]),
                "".join(lines[heading.end_line :]),
            )
    raise NotFound(_("This page has no such section any more."))


def restore(reader: Reader, path: str, revision: str, message: str = "") -> Saved:
    """Makes the page what it was at ``revision``, deleted or not. Raises NotFound."""
    page = get_page_at(reader, path, revision)
    words = message or _("Restored “{title}” as it was").format(title=page.title)
    # From the present head on: to restore is to mean exactly that text.
    hand = Authorship(author_of(reader))
    return save_on_behalf(reader, path, page.text, reader.head, words, hand)


def forget_guests(reader: Reader, path: str) -> None:
    """Who was a guest of a page that is gone is none of the new one that stands at its address."""
    private, by = reader.instance.private, someone(reader).id
    for guest in guests_of(private, path):
        if guest.id != by:
            revoke_guest(private, guest.id, path, by=by)
