"""What answers a question at sister Carrefours, below one's own answers."""

from wiki.projections.cataloguing.schema import Listing, PageRow
from wiki.reading import Reader
from wiki.reading.lists import get_rows
from wiki.sisters.entries import MOST, Entries, list_beside
from wiki.web.search.hits import kind_word
from wiki.web.search.query import Asked


def at_sisters(reader: Reader, asked: Asked) -> Entries | None:
    """The pages of sisters that answer best; None where there are none."""

    def question(theirs: Reader) -> Listing[PageRow]:
        results = asked.results(theirs, limit=MOST, extracts=False)
        # A page that answers by several of its needs is one answer.
        paths = list(dict.fromkeys(hit.path for hit in results.hits))
        rows = get_rows(theirs, paths)
        return Listing(tuple(rows[path] for path in paths if path in rows), results.total)

    return list_beside(reader, question, lambda row: [kind_word(row.type or "page")])
