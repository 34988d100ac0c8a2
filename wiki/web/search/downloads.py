"""Any result of a search taken along: as a table, and as a feed of what is new in it."""

from collections.abc import Iterator
from dataclasses import replace

from wiki.pages.urls import page_url
from wiki.projections.cataloguing.ranks import NEWEST
from wiki.reading import Reader
from wiki.reading.history import get_times
from wiki.reading.html import get_fact_label, get_fact_words
from wiki.reading.lists import get_rows
from wiki.translation import gettext as _
from wiki.web.feeds.document import ENTRIES, FeedEntry, entry_id
from wiki.web.search.hits import kind_word, places
from wiki.web.search.query import Asked

#: lines of a table at most: more is the catalogue's to give
MOST = 2_000
#: pages whose facts are read at once
_AT_ONCE = 200


def lines(reader: Reader, asked: Asked) -> Iterator[tuple[str, ...]]:
    """The heads, then a line for each answer, in the order asked for."""
    yield (
        _("Title"),
        _("Kind"),
        _("Address"),
        _("Where"),
        get_fact_label(reader, "state"),
        get_fact_label(reader, "territory"),
        get_fact_label(reader, "theme"),
        _("Summary"),
    )
    site = reader.instance.settings.public_url
    hits = asked.results(reader, limit=MOST, extracts=False).hits
    for start in range(0, len(hits), _AT_ONCE):
        some = hits[start : start + _AT_ONCE]
        rows = get_rows(reader, [hit.path for hit in some])
        where = places(reader, some)
        for hit in some:
            if (row := rows.get(hit.path)) is None:
                continue
            yield (
                hit.title,
                kind_word(hit.kind),
                site + page_url(hit.path, hit.anchor),
                where.get(hit.path, ""),
                get_fact_words(reader, "state", row.first("state")),
                row.first("territory"),
                ", ".join(row.facts.get("theme", ())),
                "" if hit.anchor else row.summary,
            )


def entries(reader: Reader, asked: Asked) -> list[FeedEntry]:
    """The answers whose pages changed last, newest first."""
    newest = replace(asked, order=NEWEST)
    hits = newest.results(reader, limit=ENTRIES, extracts=False).hits
    rows = get_rows(reader, [hit.path for hit in hits])
    found = []
    for hit in hits:
        row, times = rows.get(hit.path), get_times(reader, hit.path)
        if row is None or times is None:
            continue
        found.append(
            FeedEntry(
                id=entry_id("found", hit.path, hit.anchor),
                title=f"{kind_word(hit.kind)} · {hit.title}",
                url=page_url(hit.path, hit.anchor),
                updated=times.updated,
                published=times.created,
                summary=row.title if hit.anchor else row.summary,
            )
        )
    return found
