"""The columns of the table: what each says of a page, and whether one can sort by it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wiki.api.paths import page_url
from wiki.api.reading import Reader
from wiki.api.reading.history import get_times
from wiki.api.reading.html import get_fact_words
from wiki.api.reading.item_rows import get_last_news
from wiki.api.reading.rows import PageRow, get_rows, list_team
from wiki.api.translation import lazy

#: the types of pages that there is a table of, the first unless another is asked for
TYPES = ("project", "event", "dossier", "organisation", "person")

#: what a cell says: words, a day, or pieces each with its address ("" for none)
Cell = str | date | None


@dataclass(frozen=True)
class Column:
    """``cell`` is what stands there; ``sort`` the order by it, "" where there is none.

    ``wide``: whole sentences stand there. ``types`` are those of which the column says something.
    """

    key: str
    label: Any
    cell: Callable[[Reader, PageRow], Cell]
    sort: str = ""
    wide: bool = False
    types: tuple[str, ...] = TYPES


def _said(key: str) -> Callable[[Reader, PageRow], Cell]:
    """All values of a fact, in words."""

    def cell(reader: Reader, row: PageRow) -> Cell:
        return ", ".join(get_fact_words(reader, key, one) for one in row.facts.get(key, ()))

    return cell


def _pages(key: str) -> Callable[[Reader, PageRow], Cell]:
    """The titles of the pages that a fact names; those that the reader may not see are not told."""

    def cell(reader: Reader, row: PageRow) -> Cell:
        paths = list(row.facts.get(key, ()))
        known = get_rows(reader, paths)
        return ", ".join(known[path].title for path in paths if path in known)

    return cell


def _day(key: str) -> Callable[[Reader, PageRow], Cell]:
    def cell(_reader: Reader, row: PageRow) -> Cell:
        try:
            return date.fromisoformat(row.first(key)[:10])
        except ValueError:
            return row.first(key)

    return cell


def _team(reader: Reader, row: PageRow) -> Cell:
    return ", ".join(one.title for one in list_team(reader, row))


def _created(reader: Reader, row: PageRow) -> Cell:
    times = get_times(reader, row.path)
    return times.created.astimezone(reader.instance.settings.zone).date() if times else None


def _news(reader: Reader, row: PageRow) -> Cell:
    return get_last_news(reader, [row.path]).get(row.path)


TITLE = Column("title", lazy("Title"), lambda _reader, row: row.title, "title")
ADDRESS = Column("address", lazy("Address"), lambda reader, row: _address(reader, row), wide=True)
COLUMNS = (
    Column("summary", lazy("In one sentence"), lambda _reader, row: row.summary, wide=True),
    Column("state", lazy("Where it stands"), _said("state"), "state", types=("project",)),
    Column("maturity", lazy("Maturity"), _said("maturity"), "maturity", types=("project",)),
    Column("starts", lazy("When"), _day("starts"), "-starts", types=("event",)),
    Column("place", lazy("Place"), _said("place"), "place", types=("event",)),
    Column("kind", lazy("Kind"), _said("kind"), "kind", types=("event",)),
    Column("skill", lazy("Skills"), _said("skill"), types=("person",)),
    Column("themes", lazy("Themes"), _said("theme"), "theme"),
    Column("territory", lazy("Territory"), _said("territory"), "territory"),
    Column("team", lazy("Team"), _team, types=("project", "event", "dossier")),
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


def cells(reader: Reader, row: PageRow, columns: Sequence[Column]) -> list[Cell]:
    """What one page says in each column."""
    return [one.cell(reader, row) for one in columns]


def _address(reader: Reader, row: PageRow) -> str:
    return reader.instance.settings.public_url + page_url(row.path)
