"""The panel “What the project needs now” above the text of a space's first page."""

from collections.abc import Sequence

from wiki.api import (
    Aside,
    Page,
    PageRow,
    Reader,
    SpaceFact,
    action_url,
    gettext,
    ngettext,
    select_items,
)

from .model import NEED
from .showing import board_url, listed

SHOWN = 5
#: types of page that get the panel even while they need nothing: it asks
_ASKED = ("project",)
_TYPES = ("project", "organisation", "dossier", "event")


def needs_now(page: Page, reader: Reader) -> Sequence[Aside]:
    """The newest open needs of the space that ``page`` is the first page of."""
    if page.type not in _TYPES:
        return []
    chosen = select_items(NEED.blocks, (" ",), subject=page.path)
    found = reader.items(chosen, limit=SHOWN)
    may_edit = reader.may_edit(page.path)
    if not found.rows and not (may_edit and page.type in _ASKED):
        return []
    data = {
        "items": [listed(reader, row, with_space=False) for row in found.rows],
        "total": found.total,
        "all_url": board_url(NEED, [("project", page.path)]),
        "add": action_url("edit", where_said(reader, page.path)) if may_edit else "",
    }
    return [Aside("needs/_now.html", data, "head", 10)]


def open_needs(space: PageRow, reader: Reader) -> Sequence[SpaceFact]:
    """How many needs of the space are open, where there are any."""
    total = reader.items(select_items(NEED.blocks, (" ",), subject=space.path), limit=1).total
    if not total:
        return []
    words = ngettext("{count} open", "{count} open", total).format(count=total)
    return [SpaceFact(gettext("Needs"), words, board_url(NEED, [("project", space.path)]))]


def where_said(reader: Reader, space: str) -> str:
    """The page of the space on which its needs are said: the one with such a block, or the first.

    The newest item tells where; a new space has none yet, and its pages' names do.
    """
    said = reader.items(select_items(NEED.blocks, subject=space), limit=1)
    if said.rows:
        return said.rows[0].path
    names = [row.path for row in reader.pages_of(space, limit=20)]
    return next((one for one in names if one.rpartition("/")[2] in NEED.blocks), space)
