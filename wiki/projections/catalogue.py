"""The catalogue: pages and their spaces, their facts, the items of their blocks, their teams."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

from wiki.cache.topics import note, noted
from wiki.pages.head.facts import FactKey
from wiki.projections.base import Progress
from wiki.projections.cataloguing import items as itemlist
from wiki.projections.cataloguing import lists
from wiki.projections.cataloguing.byspace import count_by_space, newest_by_space
from wiki.projections.cataloguing.cache import Remembered
from wiki.projections.cataloguing.facts import FactsOf, fact_slug
from wiki.projections.cataloguing.item_selection import ItemSelection, select_items, without
from wiki.projections.cataloguing.owners import identity_owners
from wiki.projections.cataloguing.ranks import ranks
from wiki.projections.cataloguing.schema import (
    PAGE_COLUMNS,
    SCHEMA,
    WATCHES,
    Count,
    ItemRow,
    Listing,
    PageRow,
)
from wiki.projections.cataloguing.selection import Asking, Selection, orders_of, select
from wiki.projections.cataloguing.writer import Writer
from wiki.projections.conditions import marks, replace_surrogates, visible_condition
from wiki.projections.pagespan import page_changes
from wiki.projections.table import TableProjection, progress_steps
from wiki.repository.span import Span

Params = ParamSpec("Params")
Answer = TypeVar("Answer")


class Catalogue(TableProjection):
    """Answers by page and by item; every one is for an audience, and for a day where facts count.

    Orders of commits ("updated", "new") come from the changes, which are brought up to date too.
    """

    name = "catalogue"
    needs = ("changes",)
    bumps = True
    watches = WATCHES
    schema = SCHEMA

    def __init__(
        self, facts_of: Sequence[FactsOf] = (), keys: Iterable[FactKey] = (), edition: str = ""
    ) -> None:
        """``facts_of`` read facts in documents; ``keys`` give the order of values for ranges.

        ``edition`` names the plugins behind them: where it changes, the catalogue starts over.
        """
        super().__init__(edition)
        self._facts_of = tuple(facts_of)
        self._orders = orders_of(keys)
        self._remembered = Remembered()

    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        writer = Writer(rows, self._facts_of)
        step = progress_steps(progress)
        for change in page_changes(span.repository, span):
            writer.take(change)
            step()
        writer.finish()

    def changed(
        self, rows: sqlite3.Connection, _span: Span, topics: Collection[str]
    ) -> Iterator[str]:
        """See TableProjection: the words of items are told with these."""
        paths = [name.removeprefix("words:") for name in topics if name.startswith("words:")]
        for path in paths:
            found = rows.execute(
                "select distinct block, subject from catalogue_item where path = ?", (path,)
            )
            for block, subject in found:
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
        key (``starts``, or ``-starts`` for the last first), or ``since:KEY``: the page of which KEY
        changed last comes first.
        """
        topics = (*selection.topics(), *lists.topics_of_order(sort))
        asked = (selection, sort, limit, offset)
        listing = self._ask(topics, lists.find, audience, today, *asked)
        note(f"page:{row.path}" for row in listing.rows)
        return listing

    def ranks(self, order: str, audience: Collection[str], today: date) -> Mapping[str, int]:
        """Path → rank in one of ``ranks.ORDERS``; a page that has none in it is not there."""
        return self._ask((), ranks, audience, today, order)

    def count(self, selection: Selection, audience: Collection[str], today: date) -> int:
        """How many pages the selection has."""
        return self._ask(selection.topics(), lists.count, audience, today, selection)

    def facets(
        self,
        keys: Iterable[str],
        selection: Selection,
        audience: Collection[str],
        today: date,
        limit: int = 30,
    ) -> dict[str, list[Count]]:
        """For each key (``type`` too), its values among the pages that all other filters leave."""

        def counted(key: str) -> list[Count]:
            others = selection.without(key)
            topics = (*others.topics(), f"facts:{key}")
            return self._ask(topics, lists.facet, audience, today, key, others, limit)

        return {key: counted(key) for key in keys}

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
        visible, params = visible_condition(audience, "p", filters=True)
        with self.reading(*(f"page:{path}" for path in paths)) as rows:
            known = lists.page_rows(
                rows.execute(
                    f"select {PAGE_COLUMNS} from catalogue_page p"
                    f" where p.path in ({marks(paths)}) and {visible}",
                    (*paths, *params),
                )
            )
            if today is None:
                return known
            asking = Asking(frozenset(audience), today, self._orders)
            return lists.with_facts(rows, known, asking)

    def titles(self, paths: Sequence[str], audience: Collection[str]) -> dict[str, str]:
        """The titles of those of ``paths`` that are pages and seen."""
        if not paths:
            return {}
        visible, params = visible_condition(audience, filters=True)
        with self.reading(*(f"page:{path}" for path in paths)) as rows:
            return dict(
                rows.execute(
                    "select path, title from catalogue_page"
                    f" where path in ({marks(paths)}) and {visible}",
                    (*paths, *params),
                )
            )

    def children(
        self, path: str, audience: Collection[str], after: str | None = None, limit: int = 50
    ) -> list[PageRow]:
        """The pages right below, by title; ``after`` is the path of the last one before."""
        visible, params = visible_condition(audience, "p")
        with self.reading(f"children:{path}", f"page:{after}") as rows:
            last = (
                after
                and rows.execute(
                    "select sort_key, path from catalogue_page where path = ?", (after,)
                ).fetchone()
            )
            found = rows.execute(
                f"select {PAGE_COLUMNS} from catalogue_page p where p.parent = ?"
                f" and (p.sort_key, p.path) > (?, ?) and {visible}"
                " order by p.sort_key, p.path limit ?",
                (path, *(last or ("", "")), *params, limit),
            ).fetchall()
        return lists.page_rows(found)

    def pages_of(
        self, space: str, audience: Collection[str], after: str = "", limit: int = 100
    ) -> list[PageRow]:
        """The pages of a space, its typed page included, by path."""
        visible, params = visible_condition(audience, "p")
        with self.reading(f"space:{space}") as rows:
            found = rows.execute(
                f"select {PAGE_COLUMNS} from catalogue_page p where p.space = ? and p.path > ?"
                f" and {visible} order by p.path limit ?",
                (space, after, *params, limit),
            ).fetchall()
        return lists.page_rows(found)

    def paths(self, audience: Collection[str], after: str = "", limit: int = 1000) -> list[str]:
        """The pages that the audience sees, by path from ``after`` on."""
        visible, params = visible_condition(audience, "p")
        with self.reading("pages") as rows:
            found = rows.execute(
                f"select p.path from catalogue_page p where p.path > ? and {visible}"
                " order by p.path limit ?",
                (after, *params, limit),
            ).fetchall()
        return [path for (path,) in found]

    def teams_of(self, person: str) -> list[str]:
        """The pages on whose team the person page is, whoever may see them; for the policy.

        A person page is a team of its own: the account joined to it.
        """
        with self.reading(f"team:{person}", f"page:{person}") as rows:
            found = rows.execute(
                "select f.path from catalogue_fact f where f.key = 'team' and f.slug = ?"
                " and f.value = ? and f.origin = 'head'"
                " union select path from catalogue_page where path = ? and type = 'person'"
                " order by 1",
                (fact_slug(person), person, person),
            ).fetchall()
        return [path for (path,) in found]

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
        asked = (selection, sort, limit, offset)
        listing = self._ask(selection.topics(), itemlist.find_items, audience, today, *asked)
        itemlist.note_items(listing.rows)
        if listing.total > len(listing.rows):
            note(("identities",))
        return listing

    def item_facets(
        self,
        keys: Iterable[str],
        selection: ItemSelection,
        audience: Collection[str],
        today: date,
        limit: int = 30,
    ) -> dict[str, list[Count]]:
        """As ``facets``, of items: keyword, place, block, state, and any fact of their spaces."""

        def counted(key: str) -> list[Count]:
            others = without(selection, replace_surrogates(key))
            topics = (*others.topics(), f"facts:{key}")
            return self._ask(topics, itemlist.item_facet, audience, today, key, selection, limit)

        return {key: counted(key) for key in keys}

    def item_counts(
        self, selection: ItemSelection, audience: Collection[str], today: date
    ) -> dict[str, int]:
        """How many items of the selection each space has; see ``count_by_space``."""
        return self._ask(selection.topics(), count_by_space, audience, today, selection)

    def newest_items(
        self, selection: ItemSelection, audience: Collection[str], today: date
    ) -> dict[str, ItemRow]:
        """The item of the latest date of each space; see ``newest_by_space``."""
        newest = self._ask(selection.topics(), newest_by_space, audience, today, selection)
        itemlist.note_items(newest.values())
        return newest

    def item(self, identity: str, audience: Collection[str], today: date) -> ItemRow | None:
        """The item of that identity, on the page that had it first."""
        return self.items_called([identity], audience, today).get(identity)

    def items_called(
        self, identities: Sequence[str], audience: Collection[str], today: date
    ) -> dict[str, ItemRow]:
        """By identity, as ``item``: those of ``identities`` that are found."""
        asking = Asking(frozenset(audience), today, self._orders)
        visible, params = visible_condition(audience)
        named = (f"{kind}:{name}" for name in identities for kind in ("item", "identity"))
        with self.reading("item:", *named) as rows:
            owners = identity_owners(rows, identities)
            seen = rows.execute(
                "select identity, path, rowid from catalogue_item"
                f" where identity in ({marks(identities)}) and {visible} order by position desc",
                (*identities, *params),
            )
            first = {one: row for one, path, row in seen if path == owners[one][0]}
            found = {one: first[one] for one in identities if one in first}
            items = itemlist.item_rows(rows, list(found.values()), asking)
        itemlist.note_items(items)
        if any(item.space is None for item in items):
            note(("pages",))
        return dict(zip(found, items, strict=True))

    def identity_owner(self, identity: str) -> str | None:
        """Of the pages with an item of that identity, the one that had it first.

        By order of commits, within one commit by path; whoever may see it, for the door in.
        """
        with self.reading(f"item:{identity}", f"identity:{identity}") as rows:
            return next(iter(identity_owners(rows, [identity]).get(identity, ())), None)

    def _ask(
        self,
        topics: Iterable[str],
        question: Callable[Concatenate[sqlite3.Connection, Asking, Params], Answer],
        audience: Collection[str],
        today: date,
        *args: Params.args,
        **more: Params.kwargs,
    ) -> Answer:
        """Asks, or remembers: between two commits and on one day, answers do not change."""
        asking = Asking(frozenset(audience), today, self._orders)
        key = (question, asking.audience, today, args, tuple(more.items()))
        with self.reading(*topics) as rows:
            moment = self.moment(rows)
            return self._remembered.answer(
                moment, key, lambda: question(rows, asking, *args, **more)
            )


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
