"""The columns of the table: what each says of a page, and whether one can sort by it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from wiki.api.paths import page_url
from wiki.api.reading import Reader
from wiki.api.reading.history import get_creation_times
from wiki.api.reading.html import get_fact_words
from wiki.api.reading.item_rows import get_last_news
from wiki.api.reading.rows import PageRow, get_rows
from wiki.api.translation import lazy

#: the types of pages that there is a table of, the first unless another is asked for
TYPES = ("project", "event", "dossier", "organisation", "person")

#: what a cell says: words, a day, or pieces each with its address ("" for none)
Cell = str | date | None


#: what a column says of some pages, in their order: asked for all of them at once
Cells = Callable[[Reader, Sequence[PageRow]], Sequence[Cell]]


@dataclass(frozen=True)
class Column:
    """``cells`` is what stands there; ``sort`` the order by it, "" where there is none.

    ``wide``: whole sentences stand there. ``types`` are those of which the column says something.
    """

    key: str
    label: Any
    cells: Cells
    sort: str = ""
    wide: bool = False
    types: tuple[str, ...] = TYPES


def _own(cell: Callable[[Reader, PageRow], Cell]) -> Cells:
    """What a row says by itself."""
    return lambda reader, rows: [cell(reader, row) for row in rows]


def _said(key: str) -> Cells:
    """All values of a fact, in words."""

    def cell(reader: Reader, row: PageRow) -> Cell:
        return ", ".join(get_fact_words(reader, key, one) for one in row.facts.get(key, ()))

    return _own(cell)


def _pages(key: str) -> Cells:
    """The titles of the pages that a fact names; those that the reader may not see are not told."""

    def cells(reader: Reader, rows: Sequence[PageRow]) -> list[Cell]:
        named = [row.facts.get(key, ()) for row in rows]
        known = get_rows(reader, list(dict.fromkeys(chain.from_iterable(named))))
        return [", ".join(known[path].title for path in paths if path in known) for paths in named]

    return cells


def _day(key: str) -> Cells:
    def cell(_reader: Reader, row: PageRow) -> Cell:
        try:
            return date.fromisoformat(row.first(key)[:10])
        except ValueError:
            return row.first(key)

    return _own(cell)


def _created(reader: Reader, rows: Sequence[PageRow]) -> list[Cell]:
    made = get_creation_times(reader, [row.path for row in rows])
    zone = reader.instance.settings.zone
    return [made[row.path].astimezone(zone).date() if row.path in made else None for row in rows]


def _news(reader: Reader, rows: Sequence[PageRow]) -> list[Cell]:
    told = get_last_news(reader, [row.path for row in rows])
    return [told.get(row.path) for row in rows]


def _address(reader: Reader, row: PageRow) -> str:
    return reader.instance.settings.public_url + page_url(row.path)


TITLE = Column("title", lazy("Title"), _own(lambda _reader, row: row.title), "title")
ADDRESS = Column("address", lazy("Address"), _own(_address), wide=True)
COLUMNS = (
    Column("summary", lazy("In one sentence"), _own(lambda _reader, row: row.summary), wide=True),
    Column("state", lazy("Where it stands"), _said("state"), "state", types=("project",)),
    Column("maturity", lazy("Maturity"), _said("maturity"), "maturity", types=("project",)),
    Column("starts", lazy("When"), _day("starts"), "-starts", types=("event",)),
    Column("place", lazy("Place"), _said("place"), "place", types=("event",)),
    Column("kind", lazy("Kind"), _said("kind"), "kind", types=("event",)),
    Column("skill", lazy("Skills"), _said("skill"), types=("person",)),
    Column("themes", lazy("Themes"), _said("theme"), "theme"),
    Column("territory", lazy("Territory"), _said("territory"), "territory"),
    Column("team", lazy("Team"), _pages("team"), types=("project", "event", "dossier")),
    Column("presented", lazy("Presented at"), _pages("presented"), types=("project",)),
    Column("created", lazy("Begun"), _created, "created"),
    Column("news", lazy("Last news"), _news, "updated"),
    ADDRESS,
)
#: what is shown until someone chooses
_FIRST = ("state", "starts", "place", "skill", "themes", "territory", "news")


def of_type(kind: str) -> list[Column]:
    """The columns beside the title that pages of a type can have."""
    return [one for one in COLUMNS if kind in one.types]


def chosen(kind: str, asked: Iterable[str]) -> list[Column]:
    """The title, and the columns asked for, in the table's order; the usual ones for none."""
    wanted = set(asked) or set(_FIRST)
    return [TITLE, *(one for one in of_type(kind) if one.key in wanted)]


def cells(
    reader: Reader, rows: Sequence[PageRow], columns: Sequence[Column]
) -> list[tuple[Cell, ...]]:
    """What each of some pages says in each column."""
    return list(zip(*(one.cells(reader, rows) for one in columns), strict=True))
