"""What changed, for all who may see the same: asked once, then looked up for each follower."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import LRUCache, cachedmethod

from wiki.cache.properties import cached_property
from wiki.hookspecs.notifications import Announcement, announcements
from wiki.instance import Instance
from wiki.pages.access import ALL, MEMBERS, PUBLIC
from wiki.pages.paths import ancestors, title_from_path
from wiki.pages.urls import page_url
from wiki.pages.words import slug
from wiki.people.targets import KEYWORD, TERRITORY, THEME
from wiki.plugins import identified_blocks
from wiki.projections.catalogue import ItemRow, PageRow, select_items
from wiki.projections.cataloguing.selection import EVERYWHERE
from wiki.projections.histories.visible_changes import Change
from wiki.projections.positions import Position, position
from wiki.reading import Reader
from wiki.reading.history import list_changes_since
from wiki.reading.lists import find_items, get_row, get_rows
from wiki.repository.importing import imported_states
from wiki.repository.objects import WIKI_AUTHOR

#: changes that are looked at, newest first; and of one page
CHANGES, OF_A_PAGE = 20_000, 12
#: new needs and offers that are looked at
ITEMS = 500
#: audiences whose news are kept at hand
KEPT = 32
#: commits whose places are kept at hand
POSITIONS = 10_000
_AT_ONCE = 500
_OPEN = (" ",)


@dataclass(slots=True)
class PageNews:
    """A page that changed: where it is now (or was), and what was done, newest first."""

    path: str
    title: str
    url: str
    changes: list[Change]
    row: PageRow | None = None
    #: by commit: what it announces to more people than those who follow the page
    announced: dict[str, Announcement] = field(default_factory=dict)

    def since(self, told: Position, alias: str) -> list[Change]:
        """What others did to it after that."""
        return [one for one in self.changes if one.id > told.change and one.mail != alias]


@dataclass(frozen=True, slots=True)
class ItemNews:
    """A need or an offer that is new."""

    number: int
    path: str
    title: str
    url: str
    space: str


@dataclass
class News:
    """What an audience may know of what happened after ``since``, up to ``until``.

    ``below``: by page, what changed at and below it; ``words``: by kind and slug, what is new.
    """

    reader: Reader
    since: Position
    until: Position
    pages: dict[str, PageNews] = field(default_factory=dict)
    below: dict[str, list[PageNews]] = field(default_factory=dict)
    #: pages that came from another program since: nobody is told of what they brought
    imported: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._gather()
        self._name()
        self._announce()
        for news in self.pages.values():
            moved = {one.old_path for one in news.changes if one.old_path}
            about = {path for one in news.announced.values() for path in one.about}
            for above in {*ancestors(news.path), news.path, *moved, *about}:
                self.below.setdefault(above, []).append(news)

    def _announce(self) -> None:
        """What plugins say was announced by these changes."""
        if not self.pages:
            return
        for one in self.reader.instance.plugins.call(announcements, self.reader):
            news = self.pages.get(one.path)
            if news is not None and any(one.commit == made.commit for made in news.changes):
                news.announced[one.commit] = one

    def _gather(self) -> None:
        """The changes by page, each page where it is now."""
        before, left = self.until.change + 1, CHANGES
        while left > 0:
            found = list_changes_since(self.reader, self.since.change, before, min(left, _AT_ONCE))
            for change in found:
                path = change.now or change.path
                if imported_states(change.message, change.mail):
                    self.imported.add(path)
                    continue
                news = self.pages.get(path)
                if news is None:
                    news = self.pages[path] = PageNews(path, "", "", [])
                if len(news.changes) < OF_A_PAGE:
                    news.changes.append(change)
            if len(found) < _AT_ONCE:
                break
            before, left = found[-1].id, left - len(found)
        for path in self.imported & self.pages.keys():
            # The identities that their needs were given are the wiki's own affair, too.
            changes = [one for one in self.pages[path].changes if one.mail != WIKI_AUTHOR.mail]
            self.pages[path].changes[:] = changes
            if not changes:
                del self.pages[path]

    def _name(self) -> None:
        """Titles and facts of those that are there; the others are called by their path."""
        paths = list(self.pages)
        for start in range(0, len(paths), _AT_ONCE):
            for path, row in get_rows(self.reader, paths[start : start + _AT_ONCE]).items():
                news = self.pages[path]
                news.title, news.url, news.row = row.title, page_url(path), row
        for path in paths:
            news = self.pages[path]
            if news.row is None:
                if any(one.now for one in news.changes):
                    # It is there, and its title cannot be told: nothing of it is.
                    del self.pages[path]
                else:
                    news.title = title_from_path(path)

    @cached_property
    def words(self) -> dict[tuple[str, str], list[PageNews | ItemNews]]:
        """New projects by theme and territory, new needs and offers by keyword too."""
        found: dict[tuple[str, str], list[PageNews | ItemNews]] = {}
        for row, item in self._items():
            for key in self._keys_of(row):
                found.setdefault(key, []).append(item)
        for news in self.pages.values():
            if news.row is None or not news.row.type:
                continue
            if not (_is_new(news) or news.announced):
                continue
            for key in _facts(news.row):
                found.setdefault(key, []).append(news)
        return found

    def of_word(self, kind: str, value: str) -> Iterator[PageNews | ItemNews]:
        """What is new with that word; what is everywhere is in each territory."""
        yield from self.words.get((kind, value), ())
        if kind == TERRITORY and value not in EVERYWHERE:
            for place in EVERYWHERE:
                yield from self.words.get((kind, place), ())

    def _items(self) -> Iterator[tuple[ItemRow, ItemNews]]:
        """New open needs and offers: the items to which plugins give identities."""
        if not self.pages:
            return
        blocks = identified_blocks(self.reader.instance.plugins)
        if not blocks:
            return
        chosen = select_items(blocks, _OPEN)
        for start in range(0, ITEMS, 100):
            rows = find_items(self.reader, chosen, "new", 100, start).rows
            for row in rows:
                if row.number <= self.since.seq:
                    return
                if row.path in self.imported and row.path not in self.pages:
                    continue
                if row.identity and row.number <= self.until.seq:
                    url = page_url(row.path, row.identity)
                    space = row.space_title or row.page_title
                    yield row, ItemNews(row.number, row.path, row.plain, url, space)
            if len(rows) < 100:
                return

    def _keys_of(self, item: ItemRow) -> set[tuple[str, str]]:
        keys = {(KEYWORD, slug(word)) for word in item.keywords}
        space = self._space(item.space or item.path)
        if space is not None:
            facts = _facts(space)
            keys |= {key for key in facts if key[0] == THEME or not item.places}
        return keys | {(TERRITORY, slug(place)) for place in item.places}

    def _space(self, path: str) -> PageRow | None:
        news = self.pages.get(path)
        if news is not None and news.row is not None:
            return news.row
        return get_row(self.reader, path)


def _facts(row: PageRow) -> set[tuple[str, str]]:
    return {(kind, slug(value)) for kind in (THEME, TERRITORY) for value in row.facts.get(kind, ())}


def _is_new(news: PageNews) -> bool:
    return any(one.kind == "created" for one in news.changes)


class Desk:
    """The news of one moment: shared by those who may see the same, the last used ones kept.

    They are those after ``since``, up to the commit ``head``.
    """

    def __init__(self, instance: Instance, since: Position, head: str) -> None:
        self.instance = instance
        self.head = head
        self._since = since
        self._kept: LRUCache[frozenset[str], News] = LRUCache(KEPT)
        self._positions: LRUCache[str, Position] = LRUCache(POSITIONS)
        self._changes = Reader(instance).changes
        self._until = position(self._changes, head, instance.private.now())

    def news_for(self, audience: frozenset[str]) -> list[News]:
        """What is for everybody of that kind, then what is for the audience's own groups alone."""
        if ALL in audience:
            return [self._news(frozenset({ALL}))]
        shared = audience & {PUBLIC, MEMBERS}
        own = audience - shared
        return [self._news(shared), *([self._news(own)] if own else [])]

    def position(self, commit: str, at: datetime) -> Position:
        """Where a follower is who was told up to ``commit``, ``at`` that moment."""
        if commit not in self._positions:
            if not self._changes.knows(commit):
                return position(self._changes, commit, at)
            self._positions[commit] = position(self._changes, commit, at)
        return self._positions[commit]

    @cachedmethod(lambda self: self._kept)
    def _news(self, groups: frozenset[str]) -> News:
        return News(Reader(self.instance, audience=groups), self._since, self._until)
