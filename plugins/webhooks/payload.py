"""What a message says: read at the moment that it is sent, as everybody reads it then."""

from datetime import date
from typing import Any

from wiki.api.events import event_of
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader, page_exists
from wiki.api.reading.html import get_fact_words
from wiki.api.reading.item_rows import ItemRow, get_item
from wiki.api.reading.rows import PageRow, get_row

from .happenings import is_withdrawn
from .models import MessageRow

TEST = "webhook.test"
_STATES = {"x": "closed", "-": "withdrawn"}

Data = dict[str, Any]


def data_of(visitor: Reader, message: MessageRow) -> Data | None:
    """What is told; None where not everybody may read it any more."""
    if message.what == TEST:
        settings = visitor.instance.settings
        return {"url": f"{settings.public_url}/", "title": settings.site_name, "summary": ""}
    if is_withdrawn(message.what):
        return _gone(visitor, message)
    if message.identity:
        item = get_item(visitor, message.identity)
        return None if item is None else _item(visitor, item)
    row = get_row(visitor, message.path) if message.path else None
    if row is None:
        return None
    if message.what == "project.step":
        return _step(visitor, row)
    return _event(visitor, row) if row.type == "event" else _page(visitor, row)


def _gone(visitor: Reader, message: MessageRow) -> Data | None:
    """Where it was, and no word of what it said; None where everybody reads it again."""
    if message.identity:
        url, known = action_url(_board(message.what), message.identity), message.identity
        again = get_item(visitor, message.identity) is not None
    else:
        url, known = page_url(message.path), message.path
        again = page_exists(visitor, message.path)
    kind = "id" if message.identity else "path"
    return None if again else {"url": visitor.instance.settings.public_url + url, kind: known}


def _board(what: str) -> str:
    return "offers" if what.startswith("offer") else "needs"


def _page(visitor: Reader, row: PageRow) -> Data:
    return {
        "url": visitor.instance.settings.public_url + page_url(row.path),
        "path": row.path,
        "title": row.title,
        "summary": row.summary,
        "type": row.type,
        "themes": list(row.facts.get("theme", ())),
        "territories": list(row.facts.get("territory", ())),
    }


def _item(visitor: Reader, item: ItemRow) -> Data:
    board = _board("offer" if item.block in ("offres", "offers") else "need")
    site = visitor.instance.settings.public_url
    return {
        "url": site + action_url(board, item.identity or ""),
        "id": item.identity,
        "title": item.plain,
        "state": _STATES.get(item.state, "open"),
        "keywords": list(item.keywords),
        "territories": list(item.places),
        "before": item.marks.get("before"),
        "page": {
            "url": site + page_url(item.space or item.path),
            "title": item.space_title or item.page_title,
        },
    }


def _step(visitor: Reader, row: PageRow) -> Data | None:
    """Of the project, wherever its step was written."""
    project = get_row(visitor, row.space) if row.space else row
    if project is None:
        return None
    state = project.first("state")
    words = get_fact_words(visitor, "state", state) if state else ""
    return {**_page(visitor, project), "state": state, "state_words": words}


def _event(visitor: Reader, row: PageRow) -> Data:
    event = event_of(visitor, row.path)
    when = event.when if event is not None else None
    return {
        **_page(visitor, row),
        "starts": _iso(visitor, when.starts) if when is not None else None,
        "place": event.place if event is not None else "",
        "cancelled": event is not None and event.cancelled,
    }


def _iso(visitor: Reader, moment: date) -> str:
    local = getattr(moment, "astimezone", None)
    return str((local(visitor.instance.settings.zone) if local else moment).isoformat())
