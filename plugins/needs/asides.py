"""The panel “What the project needs now” above the text of a space's first page."""

import re
from collections.abc import Sequence

from wiki.api.pages import Page
from wiki.api.panels import Aside, SpaceFact
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.reading.html import render_body
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext, ngettext

from .lists import find, narrowed
from .model import KINDS, LISTED, NEED, OFFER, OPEN, Kind, defining
from .places import may_say
from .presenters import board_url, listed

#: needs that are shown, and those that are looked at
SHOWN, READ = 5, 100
_NEED_IN_TEXT = re.compile(r'href="/-/needs/(b-[0-9a-z]{8})"')
#: types of page that get the panel even while they need nothing: it asks
_ASKED = ("project",)
_TYPES = ("project", "organisation", "dossier", "event")


def needs_now(page: Page, reader: Reader) -> Sequence[Aside]:
    """The open needs of the space that ``page`` is the first page of, those that sleep last.

    Those that the text of the page shows are not said here again: a line leads down to them.
    """
    if page.type not in _TYPES:
        return []
    found = find(reader, select_items(NEED.blocks, subject=page.path), LISTED, limit=READ)
    below = _shown_in_text(page, reader, found.rows)
    rows = [row for row in found.rows if row.identity not in below]
    # What a block only lists has no anchor here.
    anchors = {row.identity for row in found.rows if row.path == page.path}
    first = next((f"#{one}" for one in below if one in anchors), "")
    may_edit = may_say(reader, page.path)
    if not found.rows and not (may_edit and page.type in _ASKED):
        return []
    data = {
        "items": [listed(reader, row, with_space=False, tools=True) for row in rows[:SHOWN]],
        "total": found.total - len(below),
        "below": {"count": len(below), "url": first} if below else None,
        "all_url": board_url(NEED, [("project", page.path)]),
        "add": say_url(NEED, page.path) if may_edit else "",
        "offer": say_url(OFFER, page.path) if may_edit else "",
    }
    return [Aside("needs/_now.html", data, "head", 10)]


def _shown_in_text(page: Page, reader: Reader, rows: Sequence[ItemRow]) -> list[str]:
    """The identities among ``rows`` that the body of ``page`` leads to, in its order."""
    names = {row.identity for row in rows if row.identity}
    if not names or not any(block.name in NEED.blocks for block in page.document.blocks):
        return []
    # The page has been laid out with the same question: it is kept.
    html = render_body(reader, page, editing=reader.may_edit(page.path)).html
    return [one for one in dict.fromkeys(_NEED_IN_TEXT.findall(html)) if one in names]


def say_here(page: Page, reader: Reader) -> Sequence[Aside]:
    """Below a page that one may edit and that has no such panel: where to say one more."""
    if page.type in _ASKED or not may_say(reader, page.path):
        return []
    row = get_row(reader, page.path)
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
    total = find_items(reader, chosen, limit=1).total
    if not total:
        return []
    words = ngettext("{count} open", "{count} open", total).format(count=total)
    return [SpaceFact(gettext("Needs"), words, board_url(NEED, [("project", space.path)]))]
