"""The values that typed pages have, one row for each: what narrowed lists of them are found by.

::

    theme, slug, type ──▶ rows in the order of last news, or of titles ──▶ the first that have it
    a page ──▶ its rows ──▶ what stands beside a list

They are copies of facts, with what pages are ordered by. A line of a page's story that is to
come, or that only some see, is a row too, from its day on, for those who see it: of the rows that
somebody sees the first says where the page is.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, case, delete, func, insert, select, update

from wiki.pages.access import PUBLIC
from wiki.pages.paths import ancestors
from wiki.pages.stories import STORY_BLOCKS
from wiki.projections.cataloguing.items.values import parts_of
from wiki.projections.cataloguing.news import HAS_STORY
from wiki.projections.cataloguing.schema import FACT, ITEM, PAGE, PAGE_VALUE, UNCOUNTED
from wiki.projections.histories.moments import day_of
from wiki.projections.histories.schema import COMMIT, ROW
from wiki.projections.histories.schema import PAGE as STORY
from wiki.projections.tables.dialect import greatest
from wiki.projections.tables.rows import Rows, pick_columns
from wiki.repository.objects import EMPTY

#: bytes: beside what else is in it, an entry of an index has room for so many
_PLACE = 1_000
_PATHS: BindParameter[str] = bindparam("paths")
_NEWEST = select(func.max(COMMIT.c.seq)).scalar_subquery()
_TODAY = select(day_of(COMMIT.c.moment)).where(COMMIT.c.seq == _NEWEST)
_PAGES_OF = (
    select(*pick_columns(PAGE, "path type sort_key group_"))
    .add_columns(-STORY.c.lineage, *pick_columns(STORY, "day told news tie"))
    .select_from(PAGE.join(STORY, HAS_STORY))
    .where(PAGE.c.path.in_(_PATHS), PAGE.c.type != "")
)
_FACTS_OF = (
    select(*pick_columns(FACT, "path key slug value group_ unless from_ to_"))
    .where(FACT.c.path.in_(_PATHS), FACT.c.key.not_in(UNCOUNTED))
    .distinct()
)
_LINES_OF = (
    select(*pick_columns(ITEM, "subject group_ date"))
    .where(ITEM.c.subject.in_(_PATHS), ITEM.c.block.in_(STORY_BLOCKS), ITEM.c.date.is_not(None))
    .distinct()
)
_COLUMNS = [column.name for column in PAGE_VALUE.columns]
_THERE = select(*PAGE_VALUE.columns).where(PAGE_VALUE.c.path.in_(_PATHS))
_DELETE = delete(PAGE_VALUE).where(PAGE_VALUE.c.path.in_(_PATHS))
_INSERT = insert(PAGE_VALUE)
#: what commits after one were about: where that one is not known, all of them
_SINCE = select(COMMIT.c.seq).where(COMMIT.c.id == bindparam("commit")).scalar_subquery()
_TOUCHED = select(ROW.c.path).where(ROW.c.seq > func.coalesce(_SINCE, 0)).distinct()
_MOVED = (
    update(PAGE_VALUE)
    .where(
        PAGE_VALUE.c.path.in_(_PATHS),
        STORY.c.path == PAGE_VALUE.c.path,
        STORY.c.alive,
        (STORY.c.news != PAGE_VALUE.c.news) | (STORY.c.told != PAGE_VALUE.c.told),
    )
    .values(
        told=STORY.c.told,
        news=STORY.c.news,
        day=case(
            (PAGE_VALUE.c.line == "", greatest(STORY.c.day, PAGE_VALUE.c.own)),
            else_=PAGE_VALUE.c.day,
        ),
    )
)


class _Listed(NamedTuple):
    """A typed page, and what it is ordered by."""

    path: str
    type: str
    sort_key: str
    group: str
    page: int
    day: str
    told: int
    news: int
    tie: int


class PageValues:
    """Keeps the values while some pages change; ``finish`` once after the last."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._pages: set[str] = set()

    def note(self, path: str) -> None:
        """Says that what a page has changes, or what is told on it of those above."""
        self._pages.update((path, *ancestors(path)))

    def finish(self, since: str) -> None:
        """Writes what differs now, and the order of those of which there is news since a commit."""
        for some in parts_of(sorted(self._pages)):
            self._write(some)
        if since == EMPTY:
            return
        touched = set(self._rows.scalars(_TOUCHED, {"commit": since}))
        touched.update(above for path in list(touched) for above in ancestors(path))
        for some in parts_of(sorted(touched)):
            self._rows.execute(_MOVED, {"paths": some})

    def _write(self, paths: Sequence[str]) -> None:
        there: defaultdict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
        for row in self._rows.execute(_THERE, {"paths": paths}):
            there[row[0]][tuple(row)] += 1
        new: defaultdict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
        for one in rows_of(self._rows, paths):
            new[one[0]][one] += 1
        changed = [path for path in paths if there[path] != new[path]]
        if gone := [path for path in changed if there[path]]:
            self._rows.execute(_DELETE, {"paths": gone})
        rows = (one for path in changed for one in new[path].elements())
        self._rows.execute_many(_INSERT, (dict(zip(_COLUMNS, one, strict=True)) for one in rows))


def rows_of(rows: Rows, paths: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of the values of some pages, as the columns of the table are."""
    pages = [_Listed(*row) for row in rows.execute(_PAGES_OF, {"paths": paths})]
    if not pages:
        return
    typed = {"paths": [page.path for page in pages]}
    facts: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for path, *fact in rows.execute(_FACTS_OF, typed):
        facts[path].append(tuple(fact))
    lines: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, group, day in rows.execute(_LINES_OF, typed):
        lines[path].append((group, day))
    today = rows.scalar(_TODAY) if lines else ""
    for page in pages:
        own, newer = _news(lines[page.path], page, today)
        order, place = (page.page, page.told, page.news), (page.tie, _place(page))
        for key, slug, value, group, unless, since, until in facts[page.path]:
            said = (page.path, page.type, key, slug, value, group, unless)
            opened = int((group, unless) == (PUBLIC, ""))
            day = max(page.day, own)
            yield (*said, group, *order, opened, *place, day, own, "", since, until)
            for seen, day in newer:
                if day < until:
                    opened = int((group, unless, seen) == (PUBLIC, "", PUBLIC))
                    since_then = max(since, day)
                    yield (*said, seen, *order, opened, *place, day, own, day, since_then, until)


def _place(page: _Listed) -> str:
    """What puts a page in the order of titles, and then of paths; not longer than a key may be."""
    return f"{page.sort_key}\1{page.path}".encode()[:_PLACE].decode(errors="ignore")


def _news(
    lines: Collection[tuple[str, str]], page: _Listed, today: str
) -> tuple[str, list[tuple[str, str]]]:
    """The last day of past lines that all see who see the page; who sees later ones, and when.

    Of the past those of each group are its last one.
    """
    past: dict[str, str] = {}
    later = []
    for group, day in lines:
        if day > today:
            later.append((group, day))
        else:
            past[group] = max(day, past.get(group, ""))
    own = past.pop(page.group, "")
    newer = [*later, *past.items()]
    return own, [one for one in newer if one[1] > max(page.day, own)]
