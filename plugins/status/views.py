"""``/-/status``: the newest steps of all projects, by state if one wants."""

from datetime import date
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api import (
    Reader,
    current_reader,
    facet_links,
    page_links,
    page_of,
    page_url,
    select,
    select_items,
    share,
)
from wiki.api import chosen_values as chosen
from wiki.api import offset as list_offset

from .model import BLOCK_NAMES, STATE_WORDS, split_state

bp = Blueprint("status", __name__)

PAGE = 20
_KEYS = ("state", "theme", "territory")


@bp.get("/status")
def board() -> Response:
    """What became of them: steps by date, newest first."""
    reader = current_reader()
    filters = {key: values for key in _KEYS if (values := chosen(key))}
    selection = select_items(
        BLOCK_NAMES,
        until=reader.today.isoformat(),
        of=select(types=("project",), values=filters),
    )
    start = list_offset()
    found = reader.items(selection, sort="date", limit=PAGE, offset=start)
    counts = reader.item_facets(_KEYS, selection, limit=12)
    labels = reader.fact_label
    share()
    return page_of(
        "status/board.html",
        steps=[_told(reader, row) for row in found.rows],
        facets=facet_links(
            [
                (
                    key,
                    labels(key),
                    [
                        (one.slug, str(STATE_WORDS.get(one.value, one.value)), one.count)
                        for one in counts[key]
                        if one.slug
                    ],
                )
                for key in _KEYS
            ]
        ),
        listing=page_links(found.total, len(found.rows), start, PAGE),
    )


def _told(reader: Reader, row: Any) -> dict[str, Any]:
    state, text = split_state(row.text)
    path = row.space or row.path
    return {
        "date": date.fromisoformat(row.date or ""),
        "project": {"label": row.space_title or row.page_title, "url": page_url(path)},
        "state": str(STATE_WORDS[state]) if state else "",
        "html": reader.inline(text, row.path),
    }
