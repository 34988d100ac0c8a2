"""Moves and deletes pages: links are repaired, old addresses redirect, the history keeps all."""

from collections.abc import Iterator, Mapping

from wiki.editing.inheritance import check_move_kept, check_nothing_opens
from wiki.editing.rights import (
    author_of,
    check_may_delete,
    check_may_move,
    check_told_apart,
)
from wiki.editing.save import Saved
from wiki.editing.saved_text import tidy_message
from wiki.editing.write_queue import write_turn
from wiki.errors import AlreadyExists, BadField, Forbidden
from wiki.pages.head.changes import edit_head
from wiki.pages.links import repair_links, repair_team
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, files_of, folder_of, normalise
from wiki.people.accounts import move_page, pages_below
from wiki.reading import Reader, system_reader
from wiki.reading.files import has_folder, list_files, list_files_below
from wiki.reading.pages import find_page, get_page, is_taken, list_linking_pages, list_paths_below
from wiki.repository.commit import Change, Moved, commit
from wiki.translation import gettext as _


def move(reader: Reader, path: str, to: str, message: str = "") -> Saved:
    """Moves the page, with everything below it, to the path ``to``.

    Links to it are repaired in the pages that the person may edit; the others still arrive, since
    the page keeps its old address among its ``aliases``. Raises AlreadyExists, BadField.
    """
    to = normalise(to)
    if ROOT in (path, to) or to == path or to.startswith(f"{path}/"):
        raise BadField("to", _("The page cannot be moved there."))
    with write_turn(reader.instance, "links"):
        reader = reader.renewed()
        page = get_page(reader, path)
        check_may_move(reader, path, to)
        if is_taken(reader, to) or _joins_teams(reader, path, to):
            raise AlreadyExists(_("There is a page at that address already."))
        check_told_apart(reader, files_of(to)[0], own=(page.file, path))
        check_move_kept(reader, path, to, page.head)
        changes = dict(_moved_files(reader, page, to))
        changes.update(_repaired(reader, path, to))
        done = commit(
            reader.instance.repository,
            reader.head,
            changes,
            author_of(reader),
            tidy_message(message) or _("Moved “{title}” to {to}").format(title=page.title, to=to),
        )
        # Under the lock: nobody sees the page at its new place with its team still at the old one.
        move_page(reader.instance.private, path, to)
    return Saved(to, done)


def delete(reader: Reader, path: str, message: str = "", *, below: bool = False) -> Saved:
    """Deletes the page; with ``below``, the pages and files below it too. All can be restored."""
    if path == ROOT:
        raise BadField("path", _("The home page cannot be deleted."))
    with write_turn(reader.instance):
        reader = reader.renewed()
        page = get_page(reader, path)
        changes = _deleted(reader, page, below=below)
        done = commit(
            reader.instance.repository,
            reader.head,
            changes,
            author_of(reader),
            tidy_message(message) or _("Deleted “{title}”").format(title=page.title),
        )
    return Saved(path, done)


def delete_spaces(reader: Reader, instead: Mapping[str, str], message: str) -> str:
    """Deletes pages with all that is below them, in one commit, which is returned.

    Links to them, and below them, lead from then on to the page that ``instead`` gives for each,
    in the pages that the person may edit. Raises as ``delete``.
    """
    with write_turn(reader.instance, "links"):
        reader = reader.renewed()
        changes: dict[str, Change] = {}
        gone: dict[str, str] = {}
        for path, to in instead.items():
            changes |= _deleted(reader, get_page(reader, path), below=True)
            gone |= dict.fromkeys([path, *list_paths_below(reader, path)], to)
        linking = {source for path in gone for source in list_linking_pages(reader, path)}
        for source in sorted(linking - gone.keys()):
            page = find_page(reader, source) if reader.may_edit(source) else None
            text = repair_links(page.text, page.file, gone) if page else ""
            if page and text != page.text:
                changes[page.file] = text.encode()
        return commit(reader.instance.repository, reader.head, changes, author_of(reader), message)


def _deleted(reader: Reader, page: Page, *, below: bool) -> dict[str, Change]:
    """What goes with the page. Raises Forbidden where that is not for the person to decide."""
    path = page.path
    check_may_delete(reader, path)
    changes: dict[str, Change] = {page.file: None}
    # Its files go with it: without the page they would be as open as what lies above.
    for entry in list_files(reader, path, limit=10_000):
        changes[f"{folder_of(path)}/{entry.name}"] = None
    if not below:
        check_nothing_opens(reader, path)
        return changes
    for other in list_paths_below(reader, path):
        if not reader.may_change_rights(other) and not _plain(reader, other):
            raise Forbidden(_("There are pages below this one that you may not delete."))
    return changes | dict.fromkeys(list_files_below(reader, path))


def _joins_teams(reader: Reader, path: str, to: str) -> bool:
    """Whether an account would get into a team by the move, at an address that the team names.

    An administrator decides that by themselves.
    """
    if reader.person is not None and reader.person.role == "admin":
        return False
    joined = pages_below(reader.instance.private, path)
    return any(reader.catalogue.is_named(to + page[len(path) :]) for page in joined)


def _plain(reader: Reader, path: str) -> bool:
    """Whether the page has no rights of its own and the person may edit it."""
    return reader.may_edit(path) and reader.access(path) == reader.inherited(path)


def _moved_files(reader: Reader, page: Page, to: str) -> Iterator[tuple[str, Change]]:
    """The folder first, then the page itself, which may lie inside that folder."""
    old_folder, new_folder = folder_of(page.path), folder_of(to)
    if has_folder(reader, page.path):
        yield new_folder, Moved(old_folder)
    kind = files_of(page.path).index(page.file)
    file = files_of(to)[kind]
    aliases = [alias for alias in (page.path, *page.aliases) if alias != to]
    text = repair_links(page.text, page.file, {page.path: to})
    yield file, edit_head(text, {"aliases": aliases}).encode()
    if not page.file.startswith(f"{old_folder}/"):
        yield page.file, None


def _repaired(reader: Reader, path: str, to: str) -> Iterator[tuple[str, Change]]:
    """The pages that point to the page, or below it, with their links repaired."""
    everywhere = system_reader(reader.instance, "links to a page that moves")
    for source in list_linking_pages(reader, path):
        if source == path or source.startswith(f"{path}/"):
            continue
        if (page := find_page(everywhere, source)) is None:
            continue
        if reader.may_edit(source):
            text = repair_links(page.text, page.file, {path: to})
        else:
            # Whoever is in a team stays in it: the same person, at another address.
            text = repair_team(page.text, {path: to})
        if text != page.text:
            yield page.file, text.encode()
