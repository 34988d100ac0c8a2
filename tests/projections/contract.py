"""The contract of every projection: how it got to a commit must not show in its answers.

``answers(projections, paths)`` asks each projection all that it can be asked about a history;
a projection of another kind joins by adding its questions to ``QUESTIONS``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

from sqlalchemy import Integer, type_coerce
from sqlalchemy import select as sql

from wiki.pages.head.facts import FactKey
from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue, select, select_items
from wiki.projections.cataloguing import facets, lists, pagesamples, pagevalues
from wiki.projections.cataloguing.items.counts import COLUMNS, count_lines, counted_facts
from wiki.projections.cataloguing.items.facets import item_facets
from wiki.projections.cataloguing.items.lists import MOST, find_items, look_for_values
from wiki.projections.cataloguing.items.samples import take_newest
from wiki.projections.cataloguing.items.values import holders_of, rows_of
from wiki.projections.cataloguing.schema import ITEM, ITEM_COUNT, ITEM_VALUE, PAGE, PAGE_VALUE
from wiki.projections.changes import Changes
from wiki.projections.links import Links
from wiki.projections.remains import list_deleted, list_oldest
from wiki.projections.tables.projection import TableProjection
from wiki.projections.tables.rows import pick_columns
from wiki.projections.upkeep import doubled_identities

from .world import ADMIN, MEMBER, TODAY, VISITOR, WORDS

#: between them they see every kind of row, and each is refused some that another sees
AUDIENCES = (ADMIN, MEMBER | {"team:a"}, VISITOR | {"guest:a/b"})


_COUNTED = ("keyword", "place", "block", "state", "theme", "territory", "maturity")
_CHOSEN = (
    select_items(),
    select_items(["besoins"], [" "]),
    select_items(["besoins"], [" ", "x"], heard="2020-01-01"),
    select_items(states=[" ", "-"], silent="2026-06-01"),
)
_THEMES = select(values={"theme": ["un", "Trois fois"]})
_NARROWED = (
    select_items(["besoins"], [" ", "x"], of=_THEMES),
    select_items(["besoins"], [" "], places=["Bretagne"], heard="2026-06-01"),
    select_items(["besoins"], [" "], keywords=["un", "deux"], places=["Bretagne"]),
    select_items(["besoins"], [" "], places=["Bretagne"], of=_THEMES, silent="2026-06-01"),
)
_PAGES = (
    select(["project"], {"theme": ["un", "Trois fois"]}),
    select(["project", "event"], {"theme": ["deux"], "territory": ["Bretagne"]}),
    select(["project"], {"maturity": ["idea", "pilot"]}),
    select(["project", "person"], {"territory": ["Sénégal"], "maturity": ["concept", "idea"]}),
)
_ALL_PATHS = sql(ITEM.c.path).distinct()
_ALL_PAGES = sql(PAGE.c.path)
_KEPT = sql(ITEM_COUNT.c.number, *pick_columns(ITEM_COUNT, " ".join(COLUMNS)))


def answers(projections: Projections, paths: Iterable[str]) -> dict[str, Any]:
    """What the projections say about ``paths``, to every kind of reader."""
    known = sorted(paths)
    return {
        f"{name} for {sorted(audience)}": questions(projections[name], audience, known)
        for name, questions in QUESTIONS.items()
        if name in projections
        for audience in AUDIENCES
    }


def check_tallies(projection: TableProjection) -> None:
    """Raises AssertionError where counts that are kept are others than those worked out anew."""
    with projection.reading("counts") as rows:
        for tally in projection.tallies:
            # As they are kept: texts that have numbers by these.
            columns = [type_coerce(column, Integer) for column in tally.table.columns]
            kept = Counter(rows.execute(sql(*columns)).fetchall())
            assert kept == Counter(rows.execute(tally.select()).fetchall()), tally.table.name


def check_counts(catalogue: Catalogue) -> None:
    """The kept counts of items are what counting says: as rows, and as each audience is told."""
    with catalogue.reading() as rows:
        paths, known = rows.scalars(_ALL_PATHS), counted_facts([FactKey("maturity", "")])
        counted = count_lines(rows, paths, known)
        kept = {tuple(line): number for number, *line in rows.execute(_KEPT)}
        values = Counter(rows_of(rows, holders_of(rows, paths, known)))
        assert Counter(rows.execute(sql(ITEM_VALUE)).fetchall()) == values
    assert kept == {line: number for line, number in counted.items() if number}
    for audience in (*AUDIENCES, MEMBER, MEMBER | {"team:a", "team:b", "team:a/b"}):
        # Guests are told what is counted for them.
        for one in (audience, audience | {"guest:nowhere"}):
            told = [
                (
                    catalogue.item_facets(_COUNTED, chosen, one, TODAY, limit=500),
                    catalogue.items(chosen, one, TODAY, limit=0).total,
                )
                for chosen in _CHOSEN
            ]
            if one == audience:
                kept_told = told
        assert kept_told == told, audience


def check_samples(catalogue: Catalogue) -> None:
    """Items by the rows of their values are those that are found without, in their order."""
    with catalogue.reading() as rows:
        for audience, chosen in product(AUDIENCES, _NARROWED):
            asking = catalogue._asking(audience, TODAY)
            newest = take_newest(rows, asking, chosen, MOST)
            assert newest is not None
            by_rows, without = (
                look_for_values(rows, asking, chosen, MOST, one) for one in (newest, None)
            )
            assert set(by_rows.ids or ()) == set(without.ids or ())
            for sort in ("new", "before"):
                page = (chosen, sort, 3, 1)
                assert find_items(rows, asking, page[0], by_rows, *page[1:]) == find_items(
                    rows, asking, page[0], without, *page[1:]
                )
            keys = ("keyword", "theme", "territory", "place")
            told = [item_facets(rows, asking, keys, chosen, one, 30) for one in (by_rows, without)]
            assert told[0] == told[1]


def check_pages(catalogue: Catalogue) -> None:
    """Pages by the rows of their values are those that are found without, in their order."""
    with catalogue.reading() as rows:
        values = Counter(pagevalues.rows_of(rows, rows.scalars(_ALL_PAGES)))
        kept = Counter(rows.execute(sql(PAGE_VALUE)).fetchall())
        days = {one[0]: one[-5] for one in kept if not one[-3]}
        # Lines that what was told later hides stay until what stands there changes.
        assert all(days[one[0]] >= one[-3] > "" for one in kept - values)
        assert not values - kept
        for audience, chosen in product((*AUDIENCES, MEMBER | {"team:b"}, VISITOR), _PAGES):
            asking = catalogue._asking(audience, TODAY)
            by_rows = facets.take(rows, asking, chosen, bounded=True)
            path, condition = facets.looked_at(rows, chosen, asking)
            found = rows.execute(sql(path).where(*condition.parts).distinct(), condition.values)
            without = facets.Few(tuple(one for (one,) in found), more=False)
            assert by_rows is not None and not by_rows.more
            paths = by_rows.paths
            if by_rows.pages is not None:
                paths = pagesamples.paths_of(rows, by_rows.pages)
            assert sorted(paths) == sorted(without.paths)
            assert (by_rows.pages is None) == ("guest:a/b" in audience)
            for sort, limit, offset in product(("title", "updated"), (1, 9), (0, 1)):
                page = (sort, limit, offset)
                told = [lists.find(rows, asking, chosen, one, *page) for one in (by_rows, without)]
                assert told[0] == told[1], (audience, chosen, page)
            keys = ("maturity", "presented", "theme", "territory", "state")
            counts = [
                facets.facets(rows, asking, keys, facets.Chosen(chosen, most, few), 30)
                for most, few in ((1000, by_rows), (None, None))
            ]
            assert counts[0] == counts[1]


def _changes(changes: Changes, audience: frozenset[str], paths: list[str]) -> Any:
    return {
        "recent": changes.recent(audience, limit=500),
        "below": changes.recent(audience, limit=500, below="a"),
        "history": {path: changes.history(path, audience, limit=500) for path in paths},
        "times": {path: changes.times(path) for path in paths},
        "told": changes.told(paths),
        "deleted": list_deleted(changes, audience, 500),
        "oldest": list_oldest(changes, audience, 500),
        "contributors": {path: changes.contributors(path, audience) for path in paths},
    }


def _links(links: Links, audience: frozenset[str], paths: list[str]) -> Any:
    return {
        "backlinks": {path: links.backlinks(path, audience) for path in paths},
        "redirect": {path: links.redirect(path, audience) for path in paths},
        "resolve": {word: links.resolve(word, audience) for word in [*paths, *WORDS]},
        "same": {path: links.same_title(path, audience) for path in paths},
        "broken": links.broken(audience, limit=500),
        "wanted": links.wanted(audience, 500),
        "unlinked": links.unlinked(audience, 500),
        "sources": {path: links.sources(path) for path in paths},
    }


def _catalogue(catalogue: Catalogue, audience: frozenset[str], paths: list[str]) -> Any:
    everything = select()
    items = select_items()
    keys = ("type", "theme", "territory", "state", "maturity", "presented")
    return {
        "sorts": {
            sort: catalogue.find(everything, audience, TODAY, sort, limit=500)
            for sort in ("title", "updated", "created", "theme", "-theme", "since:state")
        },
        "some of a type": [
            catalogue.find(chosen, audience, TODAY, sort, limit=limit, offset=offset)
            for chosen in (
                select(types=["project"]),
                select(types=["project"], values={"theme": ["un"]}),
                select(types=["project", "event"]),
            )
            for sort in ("title", "updated", "created")
            for limit, offset in ((1, 0), (2, 1))
        ],
        "filtered": [
            catalogue.find(chosen, audience, TODAY, "title", limit=500)
            for chosen in (
                select(types=["project"]),
                select(values={"theme": ["un"]}),
                select(values={"territory": ["Bretagne"]}, below="a"),
                select(ranges={"maturity": ("concept", "pilot")}),
                select(flags=["presented"]),
            )
        ],
        "facets": catalogue.facets(keys, everything, audience, TODAY),
        "facets beside": catalogue.facets(keys, select(values={"theme": ["un"]}), audience, TODAY),
        "items": catalogue.items(items, audience, TODAY, limit=500),
        "item facets": catalogue.item_facets(
            ("keyword", "place", "block", "state", "theme", "territory"), items, audience, TODAY
        ),
        "newest": catalogue.newest_items(items, audience, TODAY),
        "newest of one": catalogue.newest_items(select_items(subject="a"), audience, TODAY),
        "item counts": catalogue.item_counts(items, audience, TODAY),
        "few items": [
            catalogue.items(chosen, audience, TODAY, limit=500)
            for chosen in (
                select_items(heard="2026-06-01"),
                select_items(silent="2026-06-01"),
                select_items(subject="a"),
                select_items(places=["Bretagne"]),
                select_items(keywords=["un"], of=select(types=["project"])),
                select_items(keywords=["un", "deux"], places=["Bretagne"]),
                select_items(["besoins"], places=["Bretagne"], of=select(values={"theme": ["un"]})),
            )
        ],
        "children": {path: catalogue.children(path, audience) for path in paths},
        "space": {path: catalogue.pages_of(path, audience) for path in paths},
        "teams": {path: catalogue.teams_of(path, TODAY) for path in paths},
        "owners": {word: catalogue.identity_owner(word) for word in WORDS},
        "doubled": doubled_identities(catalogue),
    }


QUESTIONS: Mapping[str, Callable[[Any, frozenset[str], list[str]], Any]] = {
    "changes": _changes,
    "links": _links,
    "catalogue": _catalogue,
}
