"""One follower's digest: what is asked of them first, then what is new in what they follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cachetools import LRUCache, cachedmethod

from wiki.digests.news import Desk, ItemNews, News, PageNews
from wiki.digests.sentences import sentence
from wiki.digests.words import Said, say
from wiki.pages.paths import title_from_path
from wiki.pages.urls import page_url
from wiki.people.follow.recipients import Follower
from wiki.people.follow.subscriptions import Watch
from wiki.people.targets import EXACT, PAGE, SEARCH, Target, search_terms
from wiki.projections.positions import Position
from wiki.reading import Reader
from wiki.reading.inbox import what_waits
from wiki.reading.lists import list_facet_keys, search_pages
from wiki.translation import language

#: what one mail says at most: lines asked, things followed, lines of each
ASKED, GROUPS, LINES = 10, 15, 6
#: what one announcement names at most
NAMED = 20
#: results of a search that are looked at, and remembered; searches whose results are kept at hand
RESULTS, SEARCHES = 30, 5_000

#: short names of all results, then name, path, anchor and title of some
_Hits = tuple[str, tuple[tuple[str, str, str, str], ...]]


@dataclass(frozen=True)
class Line:
    """One thing that is new: ``sentence`` says what happened, ``said`` is its author's word.

    ``below``: what an announcement names, each with a sentence.
    """

    title: str
    url: str
    sentence: str = ""
    said: str = ""
    below: "tuple[Line, ...]" = ()


@dataclass(frozen=True)
class Group:
    """What is new in one thing that is followed; ``more`` lines stand nowhere."""

    target: Target
    heading: Said
    lines: tuple[Line, ...]
    more: int = 0


@dataclass(frozen=True)
class Digest:
    """What one follower is told; ``more`` things that they follow have news too."""

    asked: tuple[Line, ...]
    asked_more: int
    groups: tuple[Group, ...]
    more: int
    known: tuple[tuple[Target, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write of."""
        return not self.groups and not self.asked


class Gathering:
    """Makes digests out of the news of one run; a search is asked once for all who see alike."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._searched: LRUCache[object, _Hits] = LRUCache(SEARCHES)

    def digest(self, follower: Follower) -> Digest:
        """What ``follower`` is told, in the language in force, as they may know it now."""
        reader = Reader(self._desk.instance, follower.person)
        told = self._desk.position(follower.commit, follower.told)
        alias = follower.person.alias if follower.person else ""
        pile = _Pile(self._desk.news_for(reader.audience), told, alias)
        groups: list[Group] = []
        known: list[tuple[Target, str]] = []
        # What names a page says more than a word: it is told where it is named.
        for watch in sorted(follower.watches, key=_telling):
            if watch.quiet or (watch.target.kind == PAGE and not pile.has(watch.target.value)):
                continue
            # Before its lines are counted as told: what has no name is not told there.
            heading = _heading(reader, watch, pile)
            if heading is None:
                continue
            if watch.target.kind == SEARCH:
                lines, now = self._search(reader, watch, pile)
                if now != watch.known:
                    known.append((watch.target, now))
            else:
                lines = pile.lines(watch.target, self._begun(follower, watch, told))
            if lines:
                shown, more = tuple(lines[:LINES]), max(0, len(lines) - LINES)
                groups.append(Group(watch.target, heading, shown, more))
        asked, asked_more, fresh = _asked(reader, follower.told)
        if not groups and not fresh:
            return Digest((), 0, (), 0, tuple(known))
        kept, more = tuple(groups[:GROUPS]), max(0, len(groups) - GROUPS)
        return Digest(asked, asked_more, kept, more, tuple(known))

    def _begun(self, follower: Follower, watch: Watch, told: Position) -> Position:
        """From where on the watch tells: what was before one followed it is no news."""
        if not watch.head or watch.since <= follower.told:
            return told
        return max(told, self._desk.position(watch.head, watch.since))

    def _search(self, reader: Reader, watch: Watch, pile: "_Pile") -> tuple[list[Line], str]:
        """The results that were not there before, on pages that changed; and all of now."""
        if not pile.is_news and watch.known:
            return [], watch.known
        now, hits = self._hits(reader, watch.target.value, pile)
        before = set(watch.known.split())
        lines = []
        for name, path, anchor, title in hits:
            if name in before or not pile.changed(path, made=not before):
                continue
            if (line := pile.result(path, anchor, title)) is not None:
                lines.append(line)
        return lines, now

    @cachedmethod(
        lambda self: self._searched,
        key=lambda self, reader, value, pile: (value, pile.audience(reader), language()),
    )
    def _hits(self, reader: Reader, value: str, pile: "_Pile") -> _Hits:
        """Short names of all results, then those on pages that changed.

        A search is asked once for those who see the same news.
        """
        words, chosen = search_terms(value)
        allowed = {key: values for key, values in chosen.items() if key in list_facet_keys(reader)}
        asking = Reader(reader.instance, audience=pile.audience(reader))
        hits = search_pages(
            asking, words, allowed, RESULTS, extracts=False, as_typed=EXACT in chosen
        ).hits
        names = [_short(hit.path, hit.anchor) for hit in hits]
        found = tuple(
            (name, hit.path, hit.anchor, hit.title)
            for name, hit in zip(names, hits, strict=True)
            if pile.may_have(hit.path)
        )
        return " ".join(sorted(set(names))) or "-", found


class _Pile:
    """The news that one follower may know, after what they were told, their own left out."""

    def __init__(self, news: Sequence[News], told: Position, alias: str) -> None:
        self._news = news
        self._told = told
        self._alias = alias
        self._seen: set[str] = set()
        self._shared = frozenset(news[0].reader.audience)
        self._has_own = len(news) > 1 and bool(news[1].pages)
        self.is_news = any(one.pages for one in news)

    def audience(self, reader: Reader) -> frozenset[str]:
        """The audience whose search finds what ``reader``, whose news these are, may know."""
        return reader.audience if self._has_own else self._shared

    def lines(self, target: Target, begun: Position) -> list[Line]:
        """What is new there since; what was told already of something else followed is not."""
        found: dict[str, tuple[int, Line]] = {}
        for news in self._news:
            there: Iterable[PageNews | ItemNews]
            if target.kind == PAGE:
                there = news.below.get(target.value, ())
            else:
                there = news.of_word(target.kind, target.value)
            for one in there:
                key = one.url or one.path
                if key in self._seen or key in found:
                    continue
                if (line := self._line(one, begun)) is not None:
                    found[key] = line
        self._seen |= found.keys()
        newest = sorted(found.values(), key=lambda pair: pair[0], reverse=True)
        return [line for _order, line in newest]

    def has(self, path: str) -> bool:
        """Whether anything changed at or below the page."""
        return any(path in news.below for news in self._news)

    def changed(self, path: str, *, made: bool = False) -> bool:
        """Whether someone else changed the page since, or ``made`` it."""
        return any(
            one.kind == "created" or not made
            for news in self._news
            if path in news.pages
            for one in news.pages[path].since(self._told, self._alias)
        )

    def may_have(self, path: str) -> bool:
        """Whether the page changed at all, for any who see the same."""
        return any(path in news.pages for news in self._news)

    def result(self, path: str, anchor: str, title: str) -> Line | None:
        """A result of a search, if it was not told of already."""
        url = page_url(path, anchor)
        if url in self._seen:
            return None
        self._seen.add(url)
        return Line(title, url)

    def gone(self, path: str) -> str | None:
        """The name of a page that was there and is not any more."""
        for news in self._news:
            if path in news.pages and news.pages[path].row is None:
                return title_from_path(path)
        return None

    def _line(self, one: PageNews | ItemNews, begun: Position) -> tuple[int, Line] | None:
        if isinstance(one, ItemNews):
            if one.number <= begun.seq or not self._by_others(one.path):
                return None
            return one.number, Line(one.title, one.url, one.space)
        changes = one.since(begun, self._alias)
        if not changes:
            return None
        announced = next(
            (one.announced[c.commit] for c in changes if c.commit in one.announced), None
        )
        if announced is not None:
            words, named = announced.words()
            below = tuple(
                Line(title, _own(url) if url else "", said) for title, url, said in named[:NAMED]
            )
            return changes[0].seq, Line(one.title, one.url, words, below=below)
        told, said = sentence(changes, one.title)
        return changes[0].seq, Line(one.title, one.url, told, said)

    def _by_others(self, path: str) -> bool:
        here = [news.pages[path] for news in self._news if path in news.pages]
        return not here or self.changed(path)


def _telling(watch: Watch) -> tuple[int, int, str]:
    """Pages first, the deepest of them before those above, so that each line stands where it is."""
    kinds = (PAGE, "theme", "keyword", "territory", SEARCH)
    depth = watch.target.value.count("/") + (watch.target.value != "index")
    return kinds.index(watch.target.kind), -depth, watch.target.value


def _heading(reader: Reader, watch: Watch, pile: _Pile) -> Said | None:
    """What the group is called; None where the reader may not know of what they followed."""
    said = say(reader, watch.target, watch.name)
    if said.url:
        return said
    gone = pile.gone(watch.target.value)
    return Said(gone, gone, "") if gone else None


def _asked(reader: Reader, told: datetime) -> tuple[tuple[Line, ...], int, bool]:
    """What waits for the reader, how much more, and whether any of it is new."""
    if reader.person is None:
        return (), 0, False
    found = [one for one in what_waits(reader) if one.personal]
    if not found:
        return (), 0, False
    fresh = [one for one in found if one.when and one.when.tzinfo and one.when > told]
    rest = [one for one in found if one not in fresh]
    lines = tuple(Line(str(one.text), _own(one.url)) for one in [*fresh, *rest][:ASKED])
    return lines, max(0, len(found) - ASKED), bool(fresh)


def _own(url: str) -> str:
    """An address of ours; what a plugin says of elsewhere is not linked."""
    return url if url.startswith("/") and not url.startswith("//") else "/-/account"


def _short(path: str, anchor: str) -> str:
    return sha256(f"{path}#{anchor}".encode("utf-8", "replace")).hexdigest()[:8]
