"""``/-/catalogue``: the table, its columns, its files, and the frame for other sites."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.limits import count_request
from wiki.api.paths import action_url, page_url, slug
from wiki.api.plugin import call_hook
from wiki.api.reading import Reader
from wiki.api.reading.html import get_fact_label, get_fact_words
from wiki.api.reading.rows import Count, Listing, PageRow, count_facets, find_rows
from wiki.api.translation import gettext, lazy
from wiki.api.web import (
    anonymous_view,
    current_reader,
    let_others_frame,
    render_page,
    share_response,
)
from wiki.api.web.downloads import attachment, csv_response
from wiki.api.web.elsewhere import Entries, EventsAsked, events_elsewhere
from wiki.api.web.listings import (
    clear_link,
    facet_links,
    list_at_sisters,
    list_offset,
    page_links,
    show_sisters,
    wants_sisters,
)

from .columns import TYPES, Column, cells, of_type
from .query import Asked, asked_of, for_file, other_way
from .sheets import as_words, rows_of, workbook

bp = Blueprint("catalogue", __name__)

PAGE = 100
#: of a frame on another site
_IN_FRAME = 25
#: a file of more pages would take a worker for too long
MOST = 20_000
_NAMES = {
    "project": lazy("All projects"),
    "event": lazy("All events"),
    "dossier": lazy("All dossiers"),
    "organisation": lazy("All organisations"),
    "person": lazy("All people"),
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/catalogue")
def table() -> Response:
    """The table, a hundred pages at a time."""
    reader = current_reader()
    asked = asked_of(reader)
    share_response()
    if wants_sisters():
        return show_sisters(str(_NAMES[asked.kind]), _at_sisters(asked))
    return render_page("catalogue/table.html", **_values(asked, PAGE), **_around(asked))


@bp.get("/catalogue.csv")
def as_csv() -> Response:
    """The whole table for programs that read CSV. Raises TooMany."""
    asked = for_file(asked_of(current_reader()))
    count_request("table")
    rows = as_words(_bounded(asked))
    return csv_response([_heads(asked), *rows], f"{_file_name(asked)}.csv")


@bp.get("/catalogue.xlsx")
def as_workbook() -> Response:
    """The whole table as a workbook. Raises TooMany."""
    asked = for_file(asked_of(current_reader()))
    count_request("table")
    name = str(_NAMES[asked.kind])
    book = workbook(_heads(asked), _bounded(asked), name)
    response = attachment(book, _XLSX, f"{_file_name(asked)}.xlsx")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/catalogue/frame")
@anonymous_view
def frame() -> Response:
    """The beginning of the table for a frame on another site: what a visitor sees, and no more."""
    asked = asked_of(current_reader())
    share_response()
    response = render_page(
        "catalogue/frame.html", **_values(asked, _IN_FRAME), whole=_at("catalogue")
    )
    let_others_frame(response, "style-src 'self'; font-src 'self'; img-src 'self'")
    return response


def _values(asked: Asked, size: int) -> dict[str, Any]:
    start = list_offset()
    found = find_rows(asked.reader, asked.selection, asked.sort, size, start)
    return {
        "label": str(_NAMES[asked.kind]),
        "kind": asked.kind,
        "heads": [_head(asked, one) for one in asked.columns],
        "rows": _rows(asked, found.rows),
        "total": found.total,
        "listing": page_links(found.total, len(found.rows), start, size, more=found.more),
        "noindex": True,
    }


def _around(asked: Asked) -> dict[str, Any]:
    reader = asked.reader
    counts = count_facets(reader, asked.facets, asked.selection, limit=14, exactly=False)
    kept = [(key, value) for key, values in asked.filters.items() for value in values]
    beside = call_hook(reader.instance.plugins.hook.catalogue_links, kind=asked.kind, reader=reader)
    own = action_url("catalogue")
    return {
        "links": [one for group in beside for one in group if not one.url.startswith(own)],
        "facets": facet_links([(key, *_facet(reader, key, counts[key])) for key in asked.facets]),
        "clear": clear_link(asked.facets),
        "kinds": [
            {"label": str(_NAMES[one]), "url": _kind_url(one), "here": one == asked.kind}
            for one in TYPES
        ],
        "choices": [
            {"key": one.key, "label": str(one.label), "chosen": one in asked.columns}
            for one in of_type(asked.kind)
        ],
        "kept": [*kept, ("type", asked.kind), ("sort", asked.sort)],
        "csv": _at("catalogue.csv"),
        "xlsx": _at("catalogue.xlsx"),
        "frame": reader.instance.settings.public_url + _at("catalogue/frame"),
        "here": _at("catalogue"),
        "elsewhere": [] if list_offset() else _elsewhere(asked),
    }


def _elsewhere(asked: Asked) -> list[Entries]:
    """What others have that would be in the table: pages of sisters in its order, events."""
    reader = asked.reader

    found = [_at_sisters(asked)]
    if asked.kind == "event":
        events = EventsAsked(values=asked.filters)
        found.append(reader.instance.plugins.call(events_elsewhere, reader, events))
    return [one for one in found if one is not None]


def _at_sisters(asked: Asked) -> Entries | None:
    def question(theirs: Reader, limit: int, offset: int) -> Listing[PageRow]:
        return find_rows(theirs, asked.selection, asked.sort, limit, offset)

    return list_at_sisters(asked.reader, question)


def _head(asked: Asked, column: Column) -> dict[str, Any]:
    """A column's head, with the address of the table in its order."""
    here = asked.sort in (column.sort, other_way(column.sort)) if column.sort else False
    sort = other_way(asked.sort) if here else column.sort
    down = here and asked.sort.startswith("-")
    return {
        "label": str(column.label),
        "wide": column.wide,
        "url": _at("catalogue", sort=sort) if column.sort else "",
        "sorted": ("descending" if down else "ascending") if here else "",
    }


def _rows(asked: Asked, rows: Sequence[PageRow]) -> list[dict[str, Any]]:
    return [
        {
            "title": row.title,
            "url": page_url(row.path),
            "cells": [
                {"day": one if isinstance(one, date) else None, "words": one, "wide": column.wide}
                for column, one in zip(asked.columns[1:], said[1:], strict=True)
            ],
        }
        for row, said in zip(rows, cells(asked.reader, rows, asked.columns), strict=True)
    ]


def _bounded(asked: Asked) -> Iterable[Sequence[Any]]:
    rows = rows_of(asked, asked.selection)
    return (row for row, _ in zip(rows, range(MOST), strict=False))


def _heads(asked: Asked) -> list[str]:
    return [str(one.label) for one in asked.columns]


def _facet(
    reader: Reader, key: str, counts: Iterable[Count]
) -> tuple[str, list[tuple[str, str, Count]]]:
    values = [(one.slug, get_fact_words(reader, key, one.value), one) for one in counts]
    return get_fact_label(reader, key), values


def _kind_url(kind: str) -> str:
    return action_url("catalogue", query=None if kind == TYPES[0] else {"type": kind})


def _at(name: str, **changed: str) -> str:
    """The same table at another address of ours, or with something changed; from its beginning."""
    left_out = {"from", "lang", *changed}
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in left_out]
    pairs = [*kept, *changed.items()]
    return action_url(name) + (f"?{urlencode(pairs)}" if pairs else "")


def _file_name(asked: Asked) -> str:
    kind = slug(str(_NAMES[asked.kind]))
    return f"{gettext('catalogue')}-{kind}-{asked.reader.today.isoformat()}"
