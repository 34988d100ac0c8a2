"""What answers elsewhere, below one's own answers: at sister Carrefours, in calendars."""

from wiki.hookspecs.elsewhere import Entries, EventsAsked, events_elsewhere
from wiki.projections.cataloguing.schema import Listing, PageRow
from wiki.reading import Reader
from wiki.reading.lists import get_rows
from wiki.sisters.entries import MOST, list_beside
from wiki.web.search.hits import kind_word
from wiki.web.search.query import Asked


def list_elsewhere(reader: Reader, asked: Asked) -> list[Entries]:
    """What answers best, by where it is from."""
    found = (_at_sisters(reader, asked), _events(reader, asked))
    return [one for one in found if one is not None]


def _at_sisters(reader: Reader, asked: Asked) -> Entries | None:
    def question(theirs: Reader) -> Listing[PageRow]:
        results = asked.results(theirs, limit=MOST, extracts=False)
        # A page that answers by several of its needs is one answer.
        paths = list(dict.fromkeys(hit.path for hit in results.hits))
        rows = get_rows(theirs, paths)
        return Listing(tuple(rows[path] for path in paths if path in rows), results.total)

    return list_beside(reader, question, lambda row: [kind_word(row.type or "page")])


def _events(reader: Reader, asked: Asked) -> Entries | None:
    kinds = asked.chosen.get("type", ())
    if kinds and "event" not in kinds:
        return None
    values = asked.without("type").chosen
    if not kinds and not values and not asked.query.strip():
        return None
    return reader.instance.plugins.call(events_elsewhere, reader, EventsAsked(asked.query, values))
