"""Needs and offers in words: the values that ``ui.item_row`` and the pages of one item want."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from wiki.api import ItemRow, Reader, action_url, gettext, ngettext, page_url, slug

from .model import KIND_BY_BLOCK, Entry, Kind, entry_of

Values = dict[str, Any]


def board_url(kind: Kind, filters: Iterable[tuple[str, str]] = ()) -> str:
    """The address of the board, narrowed down."""
    asked = urlencode(list(filters))
    return f"{action_url(kind.board)}?{asked}" if asked else action_url(kind.board)


def feed_url(kind: Kind, chosen: Mapping[str, Iterable[str]] | None = None) -> str:
    """The address of the feed of what is new on the board, narrowed down."""
    asked = urlencode([(key, one) for key, values in (chosen or {}).items() for one in values])
    url = action_url(f"{kind.board}.atom")
    return f"{url}?{asked}" if asked else url


def item_url(kind: Kind, identity: str | None) -> str:
    """The address of one need or offer; "" while it has no identity."""
    return action_url(kind.board, identity) if identity else ""


def row_values(
    entry: Entry,
    html: Markup,
    today: date,
    *,
    nested: Markup | str = "",
    space: Values | None = None,
    anchor: bool = False,
) -> Values:
    """What ``ui.item_row`` wants; ``anchor`` where the item itself stands, not in a list of it."""
    kind = entry.kind
    url = item_url(kind, entry.identity)
    return {
        "id": entry.identity if anchor else "",
        "url": url,
        "html": html or gettext("(no words yet)"),
        "nested": nested,
        "space": space,
        "keywords": keyword_links(kind, entry.keywords),
        "places": list(entry.places),
        "before": entry.before,
        "state": entry.state_on(today),
        "availability": availability_words(entry.availability),
        "answer": {"label": str(kind.answer), "url": url} if url else None,
    }


def listed(reader: Reader, row: ItemRow, *, with_space: bool = True) -> Values:
    """An item of the catalogue as a list shows it."""
    entry = entry_of(row, KIND_BY_BLOCK[row.block])
    return row_values(
        entry,
        reader.inline(row.text, row.path),
        reader.today,
        space=space_link(row) if with_space else None,
    )


def json_values(row: ItemRow) -> Values:
    """An item of the catalogue for programs."""
    kind = KIND_BY_BLOCK[row.block]
    entry = entry_of(row, kind)
    return {
        "id": row.identity,
        "kind": kind.name,
        "url": item_url(kind, row.identity),
        "state": entry.state,
        "text": row.plain,
        "markdown": row.text,
        "keywords": list(row.keywords),
        "places": list(row.places),
        "before": entry.before.isoformat() if entry.before else None,
        "availability": entry.availability,
        "page": {"path": row.path, "title": row.page_title},
        "space": {"path": row.space, "title": row.space_title, "type": row.space_type}
        if row.space and row.space_title
        else None,
    }


def space_link(row: ItemRow) -> Values:
    """The project, or the page outside any, that an item is of."""
    if row.space and row.space_title:
        return {"label": row.space_title, "url": page_url(row.space)}
    return {"label": row.page_title, "url": page_url(row.path)}


def keyword_links(kind: Kind, keywords: Iterable[str]) -> list[Values]:
    """Keywords, each with what the board has on it."""
    return [{"label": one, "url": board_url(kind, [("keyword", slug(one))])} for one in keywords]


def availability_words(requests: int | None) -> str:
    """How much time an offer has, in words."""
    if requests is None:
        return ""
    if requests == 0:
        return gettext("not available for now")
    words = ngettext("one request a month", "{count} requests a month", requests)
    return words.format(count=requests)
