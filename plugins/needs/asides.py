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

from .lists import find, narrowed
from .model import KINDS, LISTED, NEED, OFFER, OPEN, Kind, defining
from .placing import may_say
from .showing import board_url, listed

SHOWN = 5
#: types of page that get the panel even while they need nothing: it asks
_ASKED = ("project",)
_TYPES = ("project", "organisation", "dossier", "event")


def needs_now(page: Page, reader: Reader) -> Sequence[Aside]:
    """The open needs of the space that ``page`` is the first page of, those that sleep last."""
    if page.type not in _TYPES:
        return []
    found = find(reader, select_items(NEED.blocks, subject=page.path), LISTED, limit=SHOWN)
    may_edit = may_say(reader, page.path)
    if not found.rows and not (may_edit and page.type in _ASKED):
        return []
    data = {
        "items": [listed(reader, row, with_space=False, tools=True) for row in found.rows],
        "total": found.total,
        "all_url": board_url(NEED, [("project", page.path)]),
        "add": say_url(NEED, page.path) if may_edit else "",
        "offer": say_url(OFFER, page.path) if may_edit else "",
    }
    return [Aside("needs/_now.html", data, "head", 10)]


def say_here(page: Page, reader: Reader) -> Sequence[Aside]:
    """Below a page that one may edit and that has no such panel: where to say one more."""
    if page.type in _ASKED or not may_say(reader, page.path):
        return []
    row = reader.row(page.path)
    held = {kind for _block, kind in defining(page.document.blocks)}
    if row is None or not (row.space or held):
        return []
    kinds = [OFFER] if page.type == "person" and NEED not in held else KINDS
    words = {NEED: gettext("Say what you need"), OFFER: gettext("Offer something")}
    links = [
        {"label": words[kind], "url": say_url(kind, page.path), "kind": kind.name} for kind in kinds
    ]
    return [Aside("needs/_say.html", {"links": links}, "foot", 20)]


def say_url(kind: Kind, path: str) -> str:
    """The form for an item said at the page ``path``."""
    return action_url(f"{kind.board}/new", query={"page": path})


def open_needs(space: PageRow, reader: Reader) -> Sequence[SpaceFact]:
    """How many needs of the space are open, where there are any."""
    chosen = narrowed(select_items(NEED.blocks, subject=space.path), (OPEN,), reader.today)
    total = reader.items(chosen, limit=1).total
    if not total:
        return []
    words = ngettext("{count} open", "{count} open", total).format(count=total)
    return [SpaceFact(gettext("Needs"), words, board_url(NEED, [("project", space.path)]))]
