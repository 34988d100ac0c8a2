"""The policy, asked of each page that a commit touches, in the tree that the commit stands on."""

from dataclasses import replace

from wiki.config.public import is_public_file
from wiki.editing.inheritance import check_nothing_opens
from wiki.editing.rights import check_may_delete, check_may_edit, check_rights_kept, someone
from wiki.editing.settings import check_may_change
from wiki.errors import Forbidden
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, files_of, owner_of, page_of
from wiki.people.access import policy
from wiki.projections.pagespan import text_of
from wiki.reading import Reader
from wiki.reading.files import has_folder
from wiki.repository.repository import Repository
from wiki.translation import gettext as _


def reader_at(reader: Reader, repository: Repository, commit: str) -> Reader:
    """The same person, as if ``commit`` were the head of ``repository``.

    Teams are those of today: nobody pushes themselves into one and acts on it in the same push.
    """
    there = Reader(
        replace(reader.instance, repository=repository), reader.person, audience=reader.audience
    )
    there.commit = commit
    return there


def check_file(before: Reader, after: Reader, file: str) -> None:
    """Raises where the person may not do to ``file`` what lies between the two moments.

    ``file`` differs between them. A move is one file gone and one come.
    """
    if is_public_file(file):
        check_may_change(someone(after))
        return
    path = page_of(file)
    if path is None:
        check_may_edit(before, owner_of(file))
        _check_after(after, owner_of(file))
        return
    check_may_edit(before, path)
    old, new = _page(before, path), _page(after, path)
    if new is None:
        if old is None:
            return  # of two files for it one came and went
        if path == ROOT:
            raise Forbidden(_("The home page cannot be deleted."))
        check_may_delete(before, path)
        check_nothing_opens_now(before, after, path)
        return
    check_rights_kept(before, old, new)
    _check_after(after, path)


def check_nothing_opens_now(before: Reader, after: Reader, path: str) -> None:
    """Raises where a page goes and what stays below would be open to others than before."""
    if has_folder(after, path):
        check_nothing_opens(before, path)


def _check_after(after: Reader, path: str) -> None:
    person = after.person
    if not policy.may_edit(person, after.audience, after.access(path), path):
        raise Forbidden(_("This page is edited by its team."))


def _page(reader: Reader, path: str) -> Page | None:
    """The page as it stands, whoever may see it: a page that hides itself is not one that goes."""
    repository = reader.instance.repository
    for file in files_of(path):
        if (blob := repository.blob_id(file, reader.head)) is not None:
            return Page(path, file, text_of(repository, blob), reader.head, blob)
    return None
