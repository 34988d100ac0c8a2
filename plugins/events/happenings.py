"""The events that a calendar holds, for whoever reads it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from wiki.api.events import event_of_row
from wiki.api.moments import read_when
from wiki.api.paths import page_url
from wiki.api.reading import Reader
from wiki.api.reading.history import get_origins
from wiki.api.reading.rows import PageRow, find_rows, select
from wiki.api.web.feeds import entry_id

from .ical import Happening

#: so many that come, and so many of the last year
COMING, GONE = 400, 100
_RECENT = timedelta(days=365)


def happenings(reader: Reader, chosen: Mapping[str, tuple[str, ...]]) -> list[Happening]:
    """The events that come, and those of the last year, of what is ``chosen``: by key, any of it.

    One whose beginning is no date is left out.
    """
    today = reader.today.isoformat()
    since = (reader.today - _RECENT).isoformat()
    coming = select(types=("event",), values=chosen, ranges={"starts": (today, "")})
    gone = select(types=("event",), values=chosen, ranges={"starts": (since, today)})
    rows = {
        row.path: row
        for listing in (
            find_rows(reader, coming, "starts", COMING),
            find_rows(reader, gone, "-starts", GONE),
        )
        for row in listing.rows
    }
    return happenings_of(reader, rows.values())


def happenings_of(reader: Reader, rows: Iterable[PageRow]) -> list[Happening]:
    """Those of ``rows``, events that this reader was given, which say when they take place."""
    settings = reader.instance.settings
    whens = {
        row: when
        for row in rows
        if (when := read_when(row.first("starts"), row.first("ends"), settings.zone))
    }
    origins = get_origins(reader, [row.path for row in whens])
    return [
        Happening(
            uid=entry_id("event", origin.commit, origin.path).rpartition(":")[2],
            title=row.title,
            when=when,
            url=settings.public_url + page_url(row.path),
            place=", ".join(row.facts.get("place", ())),
            summary=row.summary,
            themes=tuple(row.facts.get("theme", ())),
            updated=origin.updated,
            changes=origin.changes,
            cancelled=bool(row.first("cancelled")) and event_of_row(reader, row).cancelled,
        )
        for row, when in whens.items()
        if (origin := origins.get(row.path))
    ]
