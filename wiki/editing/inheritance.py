"""What a change does to the pages and files below it, which inherit from it: nothing may open them.

A page that is made, changed, moved or deleted hands other rights down. Each page below that would
be read or edited by others than before is a change of *its* rights, to be decided by its own team.
"""

from collections.abc import Iterator, Mapping

from wiki.errors import Forbidden
from wiki.pages.access import ANYONE, MEMBERS, TEAM, Access, access, narrower_or_equal
from wiki.pages.head.frontmatter import Head
from wiki.pages.paths import ROOT, ancestors, owner_of, page_of
from wiki.projections.pagespan import levels
from wiki.reading import Reader
from wiki.reading.files import list_files_below
from wiki.translation import gettext as _

OPENNESS = (TEAM, MEMBERS, ANYONE)


def decided(found: Access) -> tuple[object, ...]:
    """What of an access decides: who reads, who edits, whose team."""
    return found.group, found.editors, found.team_page


def opens(was: Access, now: Access) -> bool:
    """Whether someone may read or edit ``now`` who might not before."""
    if not narrower_or_equal(now.group, was.group):
        return True
    if OPENNESS.index(now.editors) > OPENNESS.index(was.editors):
        return True
    return now.team_page is not None and now.team_page != was.team_page


def check_below_kept(reader: Reader, path: str, head: Head) -> None:
    """Raises Forbidden where ``head`` at ``path`` opens what lies below to others.

    What its own team may open, a team opens: the right is asked of each page below. Nor may a new
    page close what lies below it, unless its place is in the hands of whoever makes it.
    """
    if reader.person is not None and reader.person.role == "admin":
        return
    may_close = reader.may_change_rights(path)
    for below, was, now in _differing(reader, path, {path: head}):
        if (opens(was, now) or not may_close) and not reader.may_change_rights(below):
            raise Forbidden(
                _("Pages below this one would get other readers or another team: ask their team.")
            )


def check_nothing_opens(reader: Reader, path: str) -> None:
    """Raises Forbidden where the page at ``path`` cannot go without opening what stays below it."""
    for _below, was, now in _differing(reader, path, {path: None}):
        if opens(was, now):
            raise Forbidden(
                _("What lies below this page would be open to others. Delete it as well.")
            )


def check_move_kept(reader: Reader, path: str, to: str, head: Head) -> None:
    """Raises Forbidden where pages that move with ``path``, or lie below ``to``, would open."""
    if reader.person is not None and reader.person.role == "admin":
        return
    at = levels(reader.instance.repository, reader.head)
    moved = {f"{to}{one[len(path) :]}": one for one in (path, *_below(reader, path))}
    heads = {new: at.head(old) for new, old in moved.items()} | {to: head}
    for new, old in moved.items():
        was, now = reader.access(old), _access(reader, new, heads)
        if opens(was, now) and not reader.may_change_rights(old):
            raise Forbidden(
                _("Pages that would move along would get other readers: ask their team.")
            )
    check_below_kept(reader, to, head)


def _differing(
    reader: Reader, path: str, heads: Mapping[str, Head | None]
) -> Iterator[tuple[str, Access, Access]]:
    """Each page or folder of files below, with its access today and under ``heads``."""
    child = "-child" if path == ROOT else f"{path}/-child"
    if decided(_access(reader, child, {})) == decided(_access(reader, child, heads)):
        return  # what is handed down is the same: nobody below need be asked
    for below in _below(reader, path):
        was, now = reader.access(below), _access(reader, below, heads)
        if decided(was) != decided(now):
            yield below, was, now


def _below(reader: Reader, path: str) -> list[str]:
    """The pages below, and the folders there that hold files without a page."""
    found = {page_of(file) or owner_of(file) for file in list_files_below(reader, path)}
    return sorted(found - {path})


def _access(reader: Reader, path: str, heads: Mapping[str, Head | None]) -> Access:
    """The access of ``path`` if ``heads`` stood in place of those that stand there."""
    at = levels(reader.instance.repository, reader.head)
    chain = [
        (name, heads[name] if name in heads else at.head(name)) for name in (*ancestors(path), path)
    ]
    return access(path, [(name, head) for name, head in chain if head is not None])
