"""What sisters have of what a list asks for: some below the list, all at ``?beside=sisters``.

::

    def question(theirs: Reader, limit: int, offset: int) -> Listing[PageRow]:
        return find_rows(theirs, selection, "title", limit, offset)

    found = list_at_sisters(reader, question)
    if wants_sisters():
        return show_sisters(title, found)
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from wiki.hookspecs.elsewhere import Entries
from wiki.projections.cataloguing.schema import ItemRow, Listing, PageRow
from wiki.reading import Reader
from wiki.sisters.entries import MOST, list_beside
from wiki.web.search.lists import PAGE, list_offset, page_links
from wiki.web.support import render_page

_QUESTION, _SISTERS = "beside", "sisters"

Row = TypeVar("Row", PageRow, ItemRow)


def wants_sisters() -> bool:
    """Whether this address asks for all that sisters have, in place of the list."""
    return request.args.get(_QUESTION) == _SISTERS


def list_at_sisters(
    reader: Reader,
    question: Callable[[Reader, int, int], Listing[Row]],
    facts: Callable[[Row], Iterable[str]] = lambda row: (),
) -> Entries | None:
    """What sisters answer: the first of it, or the part that this address wants.

    ``question`` is asked for so many rows, after so many. None where there is nothing.
    """
    limit, offset = (PAGE, list_offset()) if wants_sisters() else (MOST, 0)
    found = list_beside(reader, lambda theirs: question(theirs, limit, offset), facts)
    return None if found is None else replace(found, everything=_address(all_of_them=True))


def show_sisters(title: str, found: Entries | None) -> Response:
    """The page of all of it; ``title`` is that of the list."""
    start = list_offset()
    total, shown = (found.total, len(found.shown)) if found is not None else (0, 0)
    more = found is not None and found.more
    return render_page(
        "search/at_sisters.html",
        title=title,
        entries=found.shown if found is not None else (),
        total=total,
        more=more,
        listing=page_links(total, shown, start, more=more),
        own=_address(all_of_them=False),
        noindex=True,
    )


def _address(*, all_of_them: bool) -> str:
    kept = [one for one in request.args.items(multi=True) if one[0] not in ("from", _QUESTION)]
    pairs = [*kept, (_QUESTION, _SISTERS)] if all_of_them else kept
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path
