"""``@Name`` in a comment: whom it names, among those who may read the page."""

import re
from dataclasses import dataclass

from wiki.api.meaning import fold
from wiki.api.people import Person, people_by_page
from wiki.api.reading import Reader, page_exists
from wiki.api.reading.rows import PageRow, find_rows, select

#: person pages that are looked through; people shown at once; named by one comment
_PAGES, SHOWN, MOST = 2000, 8, 10
#: words of a name, at most
_LONGEST = 6
_AT = re.compile(r"(?<!\w)@(?=\w)")
_WORD = re.compile(r"[\w'’.-]+")


@dataclass(frozen=True)
class Named:
    """Someone who may be named: as their page, which who writes may see, calls them."""

    name: str
    page: str
    person: Person


def suggest(reader: Reader, path: str, typed: str) -> list[Named]:
    """Whom the words typed after ``@`` may mean, those first whose name begins so."""
    wanted = fold(typed)
    rows = [row for row in _person_pages(reader) if wanted in fold(row.title)]
    rows.sort(key=lambda row: (not fold(row.title).startswith(wanted), fold(row.title)))
    return _readers(reader, path, rows[: 4 * SHOWN])[:SHOWN]


def named_in(reader: Reader, path: str, words: str) -> list[Named]:
    """The people whom ``words`` name; who may not read the page is not."""
    starts = [found.end() for found in _AT.finditer(words)]
    if not starts:
        return []
    by_name: dict[str, list[PageRow]] = {}
    for row in _person_pages(reader):
        by_name.setdefault(fold(row.title), []).append(row)
    rows: dict[str, PageRow] = {}
    for start in starts:
        for row in by_name.get(_longest(words[start:], by_name), ()):
            rows[row.path] = row
    return _readers(reader, path, list(rows.values())[:MOST])


def _longest(words: str, known: dict[str, list[PageRow]]) -> str:
    """The longest name that ``words`` begin with; "" where they begin with none."""
    parts = [found.group() for found in list(_WORD.finditer(words))[:_LONGEST]]
    for count in range(len(parts), 0, -1):
        for name in (" ".join(parts[:count]), " ".join(parts[:count]).rstrip(".-'’")):
            if fold(name) in known:
                return fold(name)
    return ""


def _person_pages(reader: Reader) -> list[PageRow]:
    listing = find_rows(reader, select(types=("person",)), "title", _PAGES)
    return list(listing.rows)


def _readers(reader: Reader, path: str, rows: list[PageRow]) -> list[Named]:
    """Those of ``rows`` that have an account which may read the page, but for who asks."""
    accounts = people_by_page(reader.instance.private, [row.path for row in rows])
    mine = reader.person.id if reader.person else ""
    return [
        Named(row.title, row.path, person)
        for row in rows
        if (person := accounts.get(row.path)) is not None
        and person.id != mine
        and not person.disabled
        and page_exists(Reader(reader.instance, person), path)
    ]
