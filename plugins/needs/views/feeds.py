"""``/-/needs.atom`` and ``/-/offers.atom``: what is newly needed and offered, as on the boards."""

from datetime import datetime

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.pages import read_document
from wiki.api.paths import page_url
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, find_items, get_item_moments
from wiki.api.web.feeds import FeedEntry, entry_id, feed_reader, feed_response

from ..lists import narrowed
from ..model import KIND_BY_BLOCK, KINDS, Kind, entry_of
from ..presenters import availability_words, board_url, feed_url, item_url, space_link
from .boards import asked_of, selected, states_asked

bp = Blueprint("needs_feeds", __name__)

#: entries of a feed, and characters of what is told below an item
ENTRIES, NESTED = 50, 1000
_BY_BOARD = {kind.board: kind for kind in KINDS}


@bp.get("/<any(needs, offers):board>.atom")
def feed(board: str) -> Response:
    """The newest needs or offers: by keyword, theme, territory, and whatever narrows the board."""
    reader = feed_reader()
    kind, chosen = _BY_BOARD[board], asked_of(reader)
    selection = narrowed(selected(reader, kind), states_asked(), reader.today)
    rows = find_items(reader, selection, "new", ENTRIES).rows
    began = get_item_moments(reader, [row.number for row in rows])
    words = ", ".join(one for values in chosen.values() for one in values)
    return feed_response(
        title=" · ".join(
            filter(None, (str(kind.title), words, reader.instance.settings.site_name))
        ),
        url=board_url(kind, [(key, one) for key, values in chosen.items() for one in values]),
        self_url=feed_url(kind, chosen),
        entries=[_entry(reader, row, began[row.number]) for row in rows if row.number in began],
    )


def _entry(reader: Reader, row: ItemRow, began: datetime) -> FeedEntry:
    """One item: when it was first said does not change with what else is written on its page."""
    kind: Kind = KIND_BY_BLOCK[row.block]
    entry = entry_of(row, kind)
    space = space_link(row)
    site = reader.instance.settings.public_url
    html = reader.instance.templates.get_template("needs/_entry.html").render(
        words=entry.plain,
        nested=read_document(entry.nested[:NESTED]).words if entry.nested else "",
        space={**space, "url": site + space["url"]},
        places=entry.places,
        before=entry.before,
        availability=availability_words(entry.availability),
        keywords=entry.keywords,
        answer=None
        if entry.is_past(reader.today)
        else {"label": str(kind.answer), "url": site + _url(kind, row)},
    )
    return FeedEntry(
        id=entry_id(kind.name, row.identity or f"{row.path}#{row.position}"),
        title=entry.plain or space["label"],
        url=_url(kind, row),
        updated=began,
        author=space["label"],
        summary=entry.plain,
        html=html,
    )


def _url(kind: Kind, row: ItemRow) -> str:
    return item_url(kind, row.identity) or page_url(row.path)
