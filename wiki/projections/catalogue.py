"""The catalogue: pages and their spaces, their facts, the items of their blocks, their teams."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import BindParameter, bindparam, tuple_
from sqlalchemy import select as sql

from wiki.cache.topics import note, noted
from wiki.pages.head.facts import FactKey
from wiki.projections.cataloguing import facets, lines, lists
from wiki.projections.cataloguing.all_paths import ALL_PATHS
from wiki.projections.cataloguing.byspace import count_by_space, newest_by_space
from wiki.projections.cataloguing.cache import Lasting, Remembered
from wiki.projections.cataloguing.facts import LINKS, WORDS, FactsOf
from wiki.projections.cataloguing.items import facets as itemfacets
from wiki.projections.cataloguing.items import lists as itemlist
from wiki.projections.cataloguing.items.counts import counted_facts
from wiki.projections.cataloguing.items.lists import There
from wiki.projections.cataloguing.items.samples import take_newest
from wiki.projections.cataloguing.items.selection import ItemSelection, select_items
from wiki.projections.cataloguing.owners import identity_owners, items_called
from wiki.projections.cataloguing.ranks import ranks
from wiki.projections.cataloguing.schema import (
    ITEM,
    PAGE,
    PAGE_COLUMNS,
    TABLES,
    TALLIES,
    WATCHES,
    Count,
    ItemRow,
    Listing,
    PageRow,
)
from wiki.projections.cataloguing.selection import Asking, Selection, orders_of, select
from wiki.projections.cataloguing.writer import Writer
from wiki.projections.interface import Progress
from wiki.projections.pagespan import page_changes
from wiki.projections.tables.conditions import seen_by, visible
from wiki.projections.tables.dialect import unindexed
from wiki.projections.tables.names import spelled
from wiki.projections.tables.projection import TableProjection, progress_steps
from wiki.projections.tables.rows import Rows
from wiki.repository.span import Span

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

_PATH, _PATHS = PAGE.c.path == bindparam("path"), PAGE.c.path.in_(bindparam("paths"))
_LIMIT: BindParameter[int] = bindparam("limit")
_SEEN = visible(PAGE.c.group_, PAGE.c.path)
# Rows are found by their paths: SQLite would rather walk all that is public.
_FILTERED = visible(unindexed(PAGE.c.group_), PAGE.c.path)
_BY_PATH = spelled(PAGE.c.path)
_PLACE = tuple_(PAGE.c.sort_key, _BY_PATH)
_PLACE_OF = sql(PAGE.c.sort_key, PAGE.c.path).where(_PATH)
_PAGES = sql(*PAGE_COLUMNS).where(_PATHS, _FILTERED)
_TITLES = sql(PAGE.c.path, PAGE.c.title).where(_PATHS, _FILTERED)
_CHILDREN = (
    sql(*PAGE_COLUMNS)
    .where(PAGE.c.parent == bindparam("path"), _SEEN)
    .where(tuple_(bindparam("sort_key"), bindparam("after")) < _PLACE)
    .order_by(PAGE.c.sort_key, _BY_PATH)
    .limit(_LIMIT)
)
_PAGES_OF = sql(*PAGE_COLUMNS).where(PAGE.c.space == bindparam("space"), _FILTERED)
_PAGES_OF = _PAGES_OF.where(PAGE.c.path > bindparam("after")).order_by(_BY_PATH).limit(_LIMIT)
_PLACES = sql(ITEM.c.block, ITEM.c.subject).where(ITEM.c.path == bindparam("path")).distinct()
#: lists of items that are kept
_LISTS = 128


class Catalogue(TableProjection):
    """Answers by page and by item; each is for an audience, and for a day where facts count."""

    name = "catalogue"
    needs = ("changes",)
    repeats_story = True
    in_batches = True
    bumps = True
    watches = WATCHES
    schema = TABLES
    tallies = TALLIES

    def __init__(
        self, facts_of: Sequence[FactsOf] = (), keys: Iterable[FactKey] = (), edition: str = ""
    ) -> None:
        """``facts_of`` read facts in documents; ``keys`` give the order of values for ranges.

        ``edition`` names the plugins behind them: where that changes, it starts over.
        """
        self._facts_of, known = tuple(facts_of), tuple(keys)
        self._orders, self._counted = orders_of(known), counted_facts(known)
        # Pages that stand say nothing yet under a key that is new.
        super().__init__(" ".join((edition, *WORDS, *LINKS, *sorted(self._counted))))
        self._rows, self._items, self._sums = Remembered(), Lasting(_LISTS), Lasting()

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        step, writer = progress_steps(progress), Writer(rows, self._facts_of, self._counted)
        for change in page_changes(span.repository, span):
            writer.take(change)
            step()
        writer.finish(span.since)

    def changed(self, rows: Rows, _span: Span, topics: Collection[str]) -> Iterator[str]:
        """See TableProjection: the words of items are told with these."""
        paths = [name.removeprefix("words:") for name in topics if name.startswith("words:")]
        for path in paths:
            for block, subject in rows.execute(_PLACES, {"path": path}):
                yield from ("items", f"items:{block}", f"subject:{subject}")

    def find(
        self,
        selection: Selection,
        audience: Collection[str],
        today: date,
        sort: str = "updated",
        limit: int = 20,
        offset: int = 0,
    ) -> Listing[PageRow]:
        """Pages of the selection, with their facts.

        ``sort``: title, path, updated (by the last news) and created (both newest first), a fact's
        key (``starts``; ``-starts``: the last first), or ``since:KEY``: whose KEY changed last.
        """
        topics = (*selection.topics(), *lists.topics_of_order(sort))
        wanted = (selection, True)
        few = self._ask(self._sums, selection.topics(), facets.take, audience, today, *wanted)
        asked = (selection, few, sort, limit, offset)
        listing = self._ask(self._rows, topics, lists.find, audience, today, *asked)
        note(f"page:{row.path}" for row in listing.rows)
        return listing

    def ranks(self, order: str, audience: Collection[str], today: date) -> Mapping[str, int]:
        """Path → rank in one of ``ranks.ORDERS``; a page that has none in it is not there."""
        return self._ask(self._rows, (), ranks, audience, today, order)

    def count(self, selection: Selection, audience: Collection[str], today: date) -> int:
        """How many pages the selection has."""
        return self._ask(self._sums, selection.topics(), facets.count, audience, today, selection)

    def facets(
        self,
        keys: Iterable[str],
        selection: Selection,
        audience: Collection[str],
        today: date,
        limit: int = 30,
        most: int | None = None,
    ) -> dict[str, list[Count]]:
        """By key, or ``type``, values of (``most`` of) the pages that the other filters leave."""
        found: dict[str, list[Count]] = {}
        for others, some in facets.asked_together(keys, selection):
            topics = (*others.topics(), *(f"facts:{key}" for key in some))
            wanted = (others, most is not None)
            few = self._ask(self._sums, others.topics(), facets.take, audience, today, *wanted)
            asked = (some, facets.Chosen(others, most, few), limit)
            found |= self._ask(self._sums, topics, facets.facets, audience, today, *asked)
        return found

    def page(
        self, path: str, audience: Collection[str], today: date | None = None
    ) -> PageRow | None:
        """The page at ``path``, with its facts where a day is given."""
        return next(iter(self.pages([path], audience, today)), None)

    def pages(
        self, paths: Sequence[str], audience: Collection[str], today: date | None = None
    ) -> list[PageRow]:
        """Those of ``paths`` that are pages and seen, in that order."""
        if (topics := noted.get()) is not None:
            topics.update(f"page:{path}" for path in paths)
        memory = self.tables.memory.setdefault(("pages", frozenset(audience), today), {})
        if unknown := [path for path in paths if path not in memory]:
            found = {row.path: row for row in self._pages(unknown, audience, today)}
            memory.update((path, found.get(path)) for path in unknown)
        return [row for path in paths if (row := memory[path]) is not None]

    def _pages(
        self, paths: Sequence[str], audience: Collection[str], today: date | None
    ) -> list[PageRow]:
        with self.reading(*(f"page:{path}" for path in paths)) as rows:
            known = lists.page_rows(rows, _PAGES, {**seen_by(audience), "paths": paths})
            if today is None:
                return known
            return lists.with_facts(rows, known, self._asking(audience, today))

    def titles(self, paths: Sequence[str], audience: Collection[str]) -> dict[str, str]:
        """The titles of those of ``paths`` that are pages and seen."""
        if (topics := noted.get()) is not None:
            topics.update(f"page:{path}" for path in paths)
        memory = self.tables.memory.setdefault(("titles", frozenset(audience)), {})
        if unknown := [path for path in paths if path not in memory]:
            with self.reading(*(f"page:{path}" for path in unknown)) as rows:
                asked = {**seen_by(audience), "paths": unknown}
                found = dict(rows.execute(_TITLES, asked).fetchall())
            memory.update((path, found.get(path)) for path in unknown)
        return {path: title for path in paths if (title := memory[path]) is not None}

    def children(
        self, path: str, audience: Collection[str], after: str | None = None, limit: int = 50
    ) -> list[PageRow]:
        """The pages right below, by title; ``after`` is the path of the last one before."""
        asked = {**seen_by(audience), "path": path, "limit": limit}
        with self.reading(f"children:{path}", f"page:{after}") as rows:
            last = rows.first(_PLACE_OF, {"path": after}) if after else None
            asked["sort_key"], asked["after"] = last or ("", "")
            return lists.page_rows(rows, _CHILDREN, asked)

    def pages_of(
        self, space: str, audience: Collection[str], after: str = "", limit: int = 100
    ) -> list[PageRow]:
        """The pages of a space, its typed page included, by path."""
        asked = {**seen_by(audience), "space": space, "after": after, "limit": limit}
        with self.reading(f"space:{space}") as rows:
            return lists.page_rows(rows, _PAGES_OF, asked)

    def paths(self, audience: Collection[str], after: str = "", limit: int = 1000) -> list[str]:
        """The pages that the audience sees, by path from ``after`` on."""
        with self.reading("pages") as rows:
            asked = {**seen_by(audience), "after": after, "limit": limit}
            return rows.scalars(ALL_PATHS[rows.numbered], asked)

    def teams_of(self, person: str, today: date) -> list[str]:
        """The pages on whose team the person page is today; its own, as the account joined."""
        with self.reading(f"team:{person}", f"page:{person}") as rows:
            return lines.teams_of(rows, person, today)

    def is_named(self, person: str) -> bool:
        """Whether who takes the address of the person page would get what a line gives it."""
        with self.reading(f"team:{person}", f"readers:{person}") as rows:
            return lines.is_named(rows, person)

    def lines_naming(self, names: Collection[str], today: date) -> tuple[list[str], list[str]]:
        """The pages whose line ``team``, and whose ``readers``, name one of these today."""
        with self.reading(*(f"{key}:{name}" for key in lines.LINES for name in names)) as rows:
            return lines.naming(rows, names, today)

    def items(
        self,
        selection: ItemSelection,
        audience: Collection[str],
        today: date,
        sort: str = "new",
        limit: int = 20,
        offset: int = 0,
    ) -> Listing[ItemRow]:
        """Items of the selection. ``sort``: new, old, page (as they stand), date, before."""
        most = itemlist.most(limit + offset)
        there = self._look(itemlist.look, selection, most, audience, today)
        asked, topics = (selection, there, sort, limit, offset), selection.topics()
        return self._ask(self._items, topics, itemlist.find_items, audience, today, *asked)

    def _look(
        self, look: itemlist.Look, of: ItemSelection, most: int | None, who: Any, today: date
    ) -> There:
        asked, topics = (replace(of, heard="", silent=""), itemlist.MOST), tuple(of.topics())
        newest = self._ask(self._items, topics, take_newest, who, today, *asked)
        return self._ask(self._items, topics, look, who, today, of, most, newest)

    def item_facets(
        self,
        keys: Iterable[str],
        selection: ItemSelection,
        audience: Collection[str],
        today: date,
        limit: int = 30,
    ) -> dict[str, list[Count]]:
        """As ``facets``, of items: keyword, place, block, state, and any fact of their spaces."""
        found: dict[str, list[Count]] = {}
        for others, some in itemfacets.asked_together(keys, selection):
            look, most = itemlist.look_for_values, itemlist.MOST
            asked = (some, others, self._look(look, others, most, audience, today), limit)
            topics = (*others.topics(), *(f"facts:{key}" for key in some))
            found |= self._ask(self._sums, topics, itemfacets.item_facets, audience, today, *asked)
        return found

    def item_counts(
        self, selection: ItemSelection, audience: Collection[str], today: date
    ) -> dict[str, int]:
        """How many items of the selection each space has; see ``count_by_space``."""
        return self._ask(self._sums, selection.topics(), count_by_space, audience, today, selection)

    def newest_items(
        self, selection: ItemSelection, audience: Collection[str], today: date
    ) -> dict[str, ItemRow]:
        """The item of the latest date of each space; see ``newest_by_space``."""
        topics = selection.topics()
        return self._ask(self._items, topics, newest_by_space, audience, today, selection)

    def item(self, identity: str, audience: Collection[str], today: date) -> ItemRow | None:
        """The item of that identity, on the page that had it first."""
        return self.items_called([identity], audience, today).get(identity)

    def items_called(
        self, identities: Sequence[str], audience: Collection[str], today: date
    ) -> dict[str, ItemRow]:
        """By identity, as ``item``: those of ``identities`` that are found."""
        asking = self._asking(audience, today)
        named = (f"{kind}:{name}" for name in identities for kind in ("item", "identity"))
        with self.reading("item:", *named) as rows:
            found = items_called(rows, asking, identities)
            items = itemlist.item_rows(rows, list(found.values()), asking)
        itemlist.note_items(items)
        if any(item.space is None for item in items):
            note(("pages",))
        return dict(zip(found, items, strict=True))

    def identity_owner(self, identity: str) -> str | None:
        """The first page with an item of that identity, by commits, then path; whoever sees it."""
        with self.reading(f"item:{identity}", f"identity:{identity}") as rows:
            return next(iter(identity_owners(rows, [identity]).get(identity, ())), None)

    def _asking(self, audience: Collection[str], today: date) -> Asking:
        return Asking(frozenset(audience), today, self._orders, self._counted)

    def _ask(
        self,
        kept: Remembered | Lasting,
        topics: Iterable[str],
        question: Callable[Concatenate[Rows, Asking, Params], Answer],
        audience: Collection[str],
        today: date,
        *args: Params.args,
        **more: Params.kwargs,
    ) -> Answer:
        """Asks, or finds the answer among those ``kept``."""
        asking, named = self._asking(audience, today), tuple(topics)
        key = (question, asking.audience, today, args, tuple(more.items()))
        with self.reading(*named) as rows:
            ask = partial(question, rows, asking, *args, **more)
            return kept.answer(self, rows, named, key, ask)


__all__ = [
    "Catalogue",
    "Count",
    "ItemRow",
    "ItemSelection",
    "Listing",
    "PageRow",
    "Selection",
    "select",
    "select_items",
]
