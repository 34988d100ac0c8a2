"""What one change did to a page, in words: by chapter, and by the items of blocks.

::

    two texts ─▶ paragraphs by heading, items by block ─▶ “reworked “Budget”, added a need”

The words are what follows “has” in French; who did it, and for how many, is the template's to say.
Texts that are long, or many, are not compared: “changed the text” remains.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from wiki.cache.topics import only
from wiki.hookspecs.texts import ItemWords
from wiki.merging.units import Paragraph, paragraphs_of
from wiki.pages.access import Access
from wiki.pages.document import read_document
from wiki.pages.markdown.blocks import Block
from wiki.pages.markdown.items import Item
from wiki.people.access.policy import may_read
from wiki.plugins import call_hook
from wiki.projections.changes import Version
from wiki.projections.histories.visible_changes import Change
from wiki.reading import Reader
from wiki.reading.pages import read_version
from wiki.translation import gettext as _
from wiki.translation import language

#: letters of one text, and of all texts of one list, that are compared
LONGEST, ALL_TEXTS = 60_000, 400_000
#: what one sentence says; more is “other passages”
_PHRASES = 3
#: pairs of versions that are kept with what was done between them
_MOST_KEPT = 2_000
#: letters of a heading that a sentence repeats
_HEADING = 80

#: the chapters of a text by their headings: how often each paragraph stands in one
Chapters = dict[str, Counter[str]]
#: items as they are compared: their state and what they say
Said = dict[str, tuple[str, str]]


class _Told(NamedTuple):
    """What was done between two versions, who may read them, and the letters that were compared."""

    versions: tuple[tuple[str, Access], ...]
    size: int
    words: str


_lock = Lock()
_kept: LRUCache[Hashable, _Told] = LRUCache(_MOST_KEPT)


class Teller:
    """Says of the changes of one list what they did, as long as there are letters left.

    ``changes`` are those from which on something is told.
    """

    def __init__(self, reader: Reader, changes: Iterable[Change]) -> None:
        self.reader = reader
        self._left = ALL_TEXTS
        ids = [one.id for one in changes]
        self._before = reader.changes.versions_before(ids, reader.audience)
        self._readable: dict[str, bool] = {}

    def did(self, change: Change, since: Change | None = None) -> str:
        """What ``change`` did to the text of its page; "" where that cannot be said in words.

        With ``since``, an earlier change of the page, what was done from that one on.
        """
        before = self._before.get((since or change).id)
        if change.kind != "edited" or before is None or self._left <= 0:
            return ""
        after = Version(change.path, change.commit)
        told = self._told(before, after)
        for path, then in told.versions:
            # A change is given to who may read its page where that is today.
            if path != change.now and not self._may_read(path):
                return ""
            if not may_read(self.reader.audience, then, path):
                return ""
        self._left -= told.size
        return told.words if self._left >= 0 else ""

    def _may_read(self, path: str) -> bool:
        """Whether the reader may see what is at ``path`` today."""
        if path not in self._readable:
            self._readable[path] = self.reader.may_read(path)
        return self._readable[path]

    def _told(self, before: Version, after: Version) -> _Told:
        """Two versions differ alike for everyone, each time that they are told: it is kept."""
        key = (self.reader.instance.settings.instance, before, after, language())
        with _lock:
            told = _kept.get(key)
        if told is None:
            told = self._compare(before, after)
            with _lock:
                _kept[key] = told
        return told

    def _compare(self, before: Version, after: Version) -> _Told:
        # What a commit holds never changes: nothing of it is noted.
        with only():
            pages = [read_version(self.reader, *one) for one in (before, after)]
            versions = tuple((path, self.reader.access(path, at)) for path, at in (before, after))
            texts = [page.text for page in pages if page is not None]
            if len(texts) < 2 or max(map(len, texts)) > LONGEST:
                return _Told(versions, 0, "")
            old, new = texts
            return _Told(versions, len(old) + len(new), joined(phrases(old, new, self._words)))

    @cached_property
    def _words(self) -> dict[str, ItemWords]:
        told = call_hook(self.reader.instance.plugins.hook.item_words)
        return {name: one for group in told for one in group for name in one.names}


def phrases(old: str, new: str, words: Mapping[str, ItemWords]) -> list[str]:
    """What ``new`` has done to ``old``, the chapters first, each once."""
    found = [*_of_chapters(_chapters(old, words), _chapters(new, words))]
    found += _of_items(_items(old, words), _items(new, words), words)
    if _head(old) != _head(new):
        found.append(_("changed the settings of the page"))
    return found


def joined(found: list[str]) -> str:
    """Phrases as one: “a, b and c”."""
    if len(found) > _PHRASES:
        found = [*found[: _PHRASES - 1], _("changed other passages")]
    if len(found) < 2:
        return "".join(found)
    return _("{one} and {other}").format(one=", ".join(found[:-1]), other=found[-1])


def _of_chapters(olds: Chapters, news: Chapters) -> Iterator[str]:
    gone = [name for name in olds if name not in news]
    come = [name for name in news if name not in olds]
    for name in list(come):
        same = next((one for one in gone if name and one and olds[one] == news[name]), None)
        if same is not None:
            gone.remove(same)
            come.remove(name)
            yield _("renamed “{old}” “{new}”").format(old=_short(same), new=_short(name))
    for name, chapter in news.items():
        if name in come:
            yield _named(_("wrote “{chapter}”"), _("wrote the beginning"), name)
        elif name in olds and (before := olds[name]) != chapter:
            added, removed = chapter - before, before - chapter
            if not removed:
                yield _named(_("added to “{chapter}”"), _("added to the beginning"), name)
            elif not added:
                yield _named(_("shortened “{chapter}”"), _("shortened the beginning"), name)
            else:
                yield _named(_("reworked “{chapter}”"), _("reworked the beginning"), name)
    for name in gone:
        yield _named(_("took out “{chapter}”"), _("took out the beginning"), name)


def _named(words: str, beginning: str, name: str) -> str:
    return words.format(chapter=_short(name)) if name else beginning


def _short(name: str) -> str:
    return name if len(name) <= _HEADING else f"{name[:_HEADING].rstrip()}…"


def _chapters(text: str, words: Mapping[str, ItemWords]) -> Chapters:
    """The chapters in their order, without the head and the blocks that are told by item."""
    apart = {block.line for block in read_document(text).blocks if block.name in words}
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in paragraphs_of(text):
        if one.kind == "heading":
            # Its level, and how far it is; its words are its name.
            found[one.heading][one.key.replace(one.heading, "", 1)] += 1
        elif _is_told(one, apart):
            found[one.heading][one.key] += 1
    return dict(found)


def _is_told(one: Paragraph, apart: set[int]) -> bool:
    return one.kind != "head" and one.line not in apart and bool(one.text.strip())


def _head(text: str) -> str:
    return next((one.key for one in paragraphs_of(text)[:1] if one.kind == "head"), "")


def _of_items(
    olds: dict[str, list[Item]], news: dict[str, list[Item]], words: Mapping[str, ItemWords]
) -> Iterator[str]:
    for name in dict.fromkeys([*news, *olds]):
        before, after = _matched(olds.get(name, []), news.get(name, []))
        both = before.keys() & after.keys()
        came, went = after.keys() - both, before.keys() - both
        # Without an identity, one that went where one came is the same one, written anew.
        rewritten = min(len(came), len(went))
        turned = Counter(after[key][0] for key in both if before[key][0] != after[key][0])
        states = Counter(after[key][0] for key in came)
        states.subtract(before[key][0] for key in went)
        turned += +states
        changed = sum(before[key] != after[key] for key in both) + rewritten
        yield from _said_of(
            words[name], len(came) - rewritten, changed, len(went) - rewritten, turned
        )


def _said_of(
    words: ItemWords, added: int, changed: int, removed: int, turned: Counter[str]
) -> Iterator[str]:
    """Of so many items: each change is told once, as what it brought about where that has words."""
    told = []
    for state, say in words.turned.items():
        count = min(turned[state], changed)
        changed -= count
        told.append((count, say))
    for count, say in (
        (added, words.added),
        *told,
        (changed, words.changed),
        (removed, words.removed),
    ):
        if count:
            yield say(count)


def _matched(olds: list[Item], news: list[Item]) -> tuple[Said, Said]:
    """What each item says, by its identity, or by its words where it had none on either side."""
    known = {one.identity for one in olds} & {one.identity for one in news} - {None}

    def said(items: list[Item]) -> Said:
        return {
            one.identity if one.identity in known and one.identity else f" {_source(one)}": (
                one.state,
                _source(one),
            )
            for one in items
        }

    return said(olds), said(news)


def _source(item: Item) -> str:
    marks = " ".join(f"{key}:{value}" for key, value in sorted(item.marks.items()))
    return "\n".join((item.date or "", item.text, marks, item.nested))


def _items(text: str, words: Mapping[str, ItemWords]) -> dict[str, list[Item]]:
    """The items of the blocks that have words of their own, by the first name of each block."""
    blocks: list[Block] = [one for one in read_document(text).blocks if one.name in words]
    found: dict[str, list[Item]] = defaultdict(list)
    for block in blocks:
        found[words[block.name].names[0]] += block.items
    return found
