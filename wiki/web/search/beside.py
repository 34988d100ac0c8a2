"""What answers elsewhere, below one's own answers: at sister Carrefours, in calendars."""

from wiki.hookspecs.elsewhere import Entries, EventsAsked, events_elsewhere
from wiki.projections.cataloguing.schema import Listing, PageRow
from wiki.reading import Reader
from wiki.reading.lists import get_rows
from wiki.web.search.at_sisters import list_at_sisters, wants_sisters
from wiki.web.search.hits import kind_word
from wiki.web.search.query import Asked

#: results that are looked at, several of which may be of one page: to show the first, or all
_LOOKED_AT, _LOOKED_AT_ALL = 100, 1_000


def list_elsewhere(reader: Reader, asked: Asked) -> list[Entries]:
    """What answers best, by where it is from."""
    found = (search_sisters(reader, asked), _events(reader, asked))
    return [one for one in found if one is not None]


def search_sisters(reader: Reader, asked: Asked) -> Entries | None:
    """The pages of sisters that answer."""

    def question(theirs: Reader, limit: int, offset: int) -> Listing[PageRow]:
        most = _LOOKED_AT_ALL if wants_sisters() else _LOOKED_AT
        results = asked.results(theirs, limit=most, extracts=False)
        # A page that answers by several of its needs is one answer.
        paths = list(dict.fromkeys(hit.path for hit in results.hits))
        rows = get_rows(theirs, paths[offset : offset + limit])
        total = len(paths) if wants_sisters() else results.total - len(results.hits) + len(paths)
        return Listing(tuple(rows.values()), total)

    return list_at_sisters(reader, question, lambda row: [kind_word(row.type or "page")])


def _events(reader: Reader, asked: Asked) -> Entries | None:
    kinds = asked.chosen.get("type", ())
    if kinds and "event" not in kinds:
        return None
    values = asked.without("type").chosen
    if not kinds and not values and not asked.query.strip():
        return None
    return reader.instance.plugins.call(events_elsewhere, reader, EventsAsked(asked.query, values))
