"""What one change did to a page, as a sentence of its history: compared once, told to who may read.

::

    two versions ─▶ their texts ─▶ phrases.py ─▶ “added a need: a room in Rennes”
                       └─ bounded, and kept by the pair of versions

The words are what follows “has” in French; who did it, and for how many, is the template's to say.
Texts that are long, or many, are not compared: “changed the text” remains.
"""

from collections.abc import Hashable, Iterable
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from wiki.cache.properties import cached_property
from wiki.cache.topics import only
from wiki.hookspecs.texts import ItemWords
from wiki.pages.access import Access
from wiki.people.access.policy import may_read
from wiki.plugins import call_hook
from wiki.projections.changes import Version
from wiki.projections.histories.visible_changes import Change
from wiki.reading import Reader
from wiki.reading.pages import read_version
from wiki.translation import language
from wiki.web.history.phrases import Words, joined, phrases

#: letters of one text, and of all texts of one list, that are compared
LONGEST, ALL_TEXTS = 60_000, 400_000
#: pairs of versions that are kept with what was done between them
_MOST_KEPT = 2_000


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
    def _words(self) -> Words:
        return _words_of(self.reader)


def between(reader: Reader, old: str, new: str) -> str:
    """What was done from one text to another, both of which the reader has; "" for long ones."""
    if max(len(old), len(new)) > LONGEST:
        return ""
    return joined(phrases(old, new, _words_of(reader)))


def _words_of(reader: Reader) -> Words:
    told = call_hook(reader.instance.plugins.hook.item_words)
    items: dict[str, ItemWords] = {
        name: one for group in told for one in group for name in one.names
    }
    return Words(items, reader.instance.fact_keys)
