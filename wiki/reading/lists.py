"""Pages and items found, listed and counted: of what the reader may see, and of nothing else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from wiki.projections.catalogue import (
    Count,
    ItemRow,
    ItemSelection,
    Listing,
    PageRow,
    Selection,
    select,
)
from wiki.projections.cataloguing.facts import PAGES, fact_slug
from wiki.projections.cataloguing.ranks import ORDERS
from wiki.projections.searching.results import SearchRequest, SearchResults, Suggestion
from wiki.reading.reader import Reader
from wiki.translation import language

#: rows that are asked for at once
_AT_ONCE = 500
#: pages whose values are counted for who waits
_LOOKED_AT = 1_000


def search_pages(
    reader: Reader,
    query: str,
    filters: Mapping[str, tuple[str, ...]] | None = None,
    limit: int = 20,
    offset: int = 0,
    *,
    extracts: bool = True,
    order: str = "",
    as_typed: bool = False,
    of_a_kind: int = 0,
) -> SearchResults:
    """What answers ``query``, narrowed by facet ``filters``; ``extracts`` say why.

    The best first, or in one of the catalogue's ``ORDERS``; ``as_typed`` without the words
    that stand for others; ``of_a_kind``, if any, at most of each kind.
    """
    ranks = (
        reader.catalogue.ranks(order, reader.audience, reader.today) if order in ORDERS else None
    )
    request = SearchRequest(
        query,
        reader.audience,
        language(),
        filters or {},
        limit=limit,
        offset=offset,
        of_a_kind=of_a_kind,
        extracts=extracts,
        ranks=ranks,
        as_typed=as_typed,
        today=reader.today,
    )
    results = reader.searching.search(request)
    if not results.damaged:
        return results
    # A damaged index is thrown away when it is read, and made again when it is asked for.
    reader.instance.projections.refresh()
    return reader.searching.search(request)


def suggest_pages(
    reader: Reader, prefix: str, kind: str = "", limit: int = 8
) -> tuple[Suggestion, ...]:
    """Pages (of one ``kind``, if any) whose titles begin so."""
    return reader.searching.suggest(prefix, reader.audience, limit, kind)


def rank_pages(
    reader: Reader, query: str, kind: str = "", limit: int = 50
) -> list[tuple[str, float]]:
    """Paths with strictly falling scores; with a ``kind`` of page, one a space."""
    return reader.searching.ranked(query, reader.audience, kind, limit)


def get_row(reader: Reader, path: str) -> PageRow | None:
    """The page at ``path`` as lists show it, with the facts that hold today."""
    return reader.catalogue.page(path, reader.audience, reader.today)


def get_rows(reader: Reader, paths: Sequence[str]) -> dict[str, PageRow]:
    """Those of ``paths`` that are pages for this reader."""
    return {row.path: row for row in reader.catalogue.pages(paths, reader.audience, reader.today)}


def find_rows(
    reader: Reader, selection: Selection, sort: str = "updated", limit: int = 20, offset: int = 0
) -> Listing[PageRow]:
    """Pages of the selection, with their facts; see ``Catalogue.find`` for the orders."""
    return reader.catalogue.find(selection, reader.audience, reader.today, sort, limit, offset)


def iterate_rows(reader: Reader, selection: Selection, sort: str = "path") -> Iterator[PageRow]:
    """All pages of the selection, asked for some at a time."""
    start = 0
    while rows := find_rows(reader, selection, sort, _AT_ONCE, start).rows:
        yield from rows
        start += len(rows)


def count_rows(reader: Reader, selection: Selection) -> int:
    """How many pages the selection has."""
    return reader.catalogue.count(selection, reader.audience, reader.today)


def count_facets(
    reader: Reader,
    keys: Iterable[str],
    selection: Selection | None = None,
    limit: int = 30,
    *,
    exactly: bool = True,
) -> dict[str, list[Count]]:
    """For each key, its values among the pages that all other filters leave.

    Not ``exactly``: of many pages only some are looked at, and there is ``more`` of each value.
    Values that are pages are called by their titles; of those not seen there are none.
    """
    chosen, most = selection or select(), None if exactly else _LOOKED_AT
    counts = reader.catalogue.facets(keys, chosen, reader.audience, reader.today, limit, most)
    return {
        key: _titled(reader, found, limit) if key in PAGES else found
        for key, found in counts.items()
    }


def say_choice(reader: Reader, key: str, slug: str) -> str:
    """A value as an address chooses it, in words: the title of a page that the reader sees."""
    if key in PAGES:
        rows = find_rows(reader, select(values={key: (slug,)}), limit=1).rows
        named = [one for row in rows for one in row.facts.get(key, ()) if fact_slug(one) == slug]
        titles = reader.catalogue.titles(named, reader.audience)
        if titles:
            return min(titles.values())
    return slug.replace("-", " ")


def _titled(reader: Reader, counts: Sequence[Count], limit: int) -> list[Count]:
    """The first ``limit`` values that are pages which the reader sees, with their titles."""
    found: list[Count] = []
    start, size = 0, limit
    while start < len(counts) and len(found) < limit:
        some = counts[start : start + size]
        titles = reader.catalogue.titles([one.value for one in some], reader.audience)
        found += [replace(one, value=titles[one.value]) for one in some if one.value in titles]
        start, size = start + size, 2 * size
    return found[:limit]


def list_facet_keys(reader: Reader) -> tuple[str, ...]:
    """The keys that searches can be narrowed by."""
    of_plugins = [key.key for key in reader.instance.fact_keys.values() if key.facet]
    return ("type", "theme", "territory", *of_plugins, "presented")


def find_items(
    reader: Reader, selection: ItemSelection, sort: str = "new", limit: int = 20, offset: int = 0
) -> Listing[ItemRow]:
    """Items of the selection; see ``Catalogue.items`` for the orders."""
    return reader.catalogue.items(selection, reader.audience, reader.today, sort, limit, offset)


def iterate_items(
    reader: Reader, selection: ItemSelection, sort: str = "page"
) -> Iterator[ItemRow]:
    """All items of the selection, asked for some at a time."""
    start = 0
    while rows := find_items(reader, selection, sort, _AT_ONCE, start).rows:
        yield from rows
        start += len(rows)


def count_item_facets(
    reader: Reader, keys: Iterable[str], selection: ItemSelection, limit: int = 30
) -> dict[str, list[Count]]:
    """As ``count_facets``, of items."""
    return reader.catalogue.item_facets(keys, selection, reader.audience, reader.today, limit)


def count_items_by_space(reader: Reader, selection: ItemSelection) -> dict[str, int]:
    """How many items of the selection each space has, by path; or page, outside any."""
    return reader.catalogue.item_counts(selection, reader.audience, reader.today)


def get_newest_items(reader: Reader, selection: ItemSelection) -> dict[str, ItemRow]:
    """The item of the latest date of each space, by path; or page, outside any."""
    return reader.catalogue.newest_items(selection, reader.audience, reader.today)


def get_item(reader: Reader, identity: str) -> ItemRow | None:
    """The item of that identity, on the page that had it first."""
    return reader.catalogue.item(identity, reader.audience, reader.today)


def get_items(reader: Reader, identities: Sequence[str]) -> dict[str, ItemRow]:
    """Those of ``identities`` that are items for this reader, each as by ``get_item``."""
    return reader.catalogue.items_called(identities, reader.audience, reader.today)


def list_children(
    reader: Reader, path: str, after: str | None = None, limit: int = 50
) -> list[PageRow]:
    """The pages right below, by title."""
    return reader.catalogue.children(path, reader.audience, after, limit)


def list_space_pages(reader: Reader, space: str, limit: int = 100) -> list[PageRow]:
    """The pages of a space, its typed page first."""
    return reader.catalogue.pages_of(space, reader.audience, limit=limit)


def list_paths(reader: Reader, after: str = "", limit: int = 1000) -> list[str]:
    """The pages that the reader may see, by path from ``after`` on."""
    return reader.catalogue.paths(reader.audience, after, limit)


def list_own_spaces(reader: Reader) -> list[PageRow]:
    """The spaces on whose team the person is, their own page left out."""
    if not reader.names:
        return []
    mine = reader.person.page if reader.person else None
    teams, _reads = reader.catalogue.lines_naming(reader.names, reader.today)
    teams = [path for path in teams if path != mine]
    return reader.catalogue.pages(teams, reader.audience)


def find_own_space(reader: Reader, type: str) -> PageRow | None:
    """The first space of that type on whose team the person is, with the facts that hold today."""
    own = next((row for row in list_own_spaces(reader) if row.type == type), None)
    return get_row(reader, own.path) if own else None


def list_team(reader: Reader, space: PageRow) -> list[PageRow]:
    """The person pages of a space's team that the reader may see."""
    return reader.catalogue.pages(list(space.facts.get("team", ())), reader.audience)
