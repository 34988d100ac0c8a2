"""One room in memory: its text, what is let into it, and what is not on disk yet.

No SQL, git or sockets here: what comes in is told, and the server does the rest. Not thread-safe:
the text belongs to the thread of the server.
"""

import asyncio
from collections.abc import Callable

from pycrdt import Doc, Text, merge_updates

from wiki.api.pages import read_head

from ..store import Batch, Kept, Written
from ..texts import edits
from ..updates import TEXT, read_state, read_update
from ..varints import Malformed

#: updates after which the document is written as one; after which its head is looked at anew
_COMPACTED, _LOOKED_AT = 400, 100


class Unfit(Exception):
    """An update whose beginnings are not here: its sender has not said all that it knows."""


class TooLong(Exception):
    """An update after which the text would be no page any more."""


class Broken(Exception):
    """The document itself failed: what is on disk is right."""


class Room:
    """The shared text of the page at ``path``."""

    def __init__(self, kept: Kept, limit: int) -> None:
        self.epoch = kept.epoch
        self.path = kept.path
        self.birth = kept.birth
        self.base = kept.base
        self.base_text = kept.base_text
        self.writers = dict(kept.writers)
        self.lock = asyncio.Lock()  # whoever commits, or joins what was saved elsewhere
        self._limit = limit
        #: of what is on disk: others write there too where it has another one
        self.number = kept.number
        self._doc: Doc[Text] = Doc()
        self._text = self._doc.get(TEXT, type=Text)
        for data in kept.updates:
            self._doc.apply_update(data)
        self._known = read_state(self._doc.get_state())
        self._size = len(self._text)
        self._words: str | None = None
        self._head = _head_of(self.words)
        #: the document when its head was looked at last, and what came since, from whom
        self._looked = self.whole
        self._since: list[tuple[bytes, str]] = []
        self._unkept: list[bytes] = []
        self._unkept_writers: set[str] = set()
        self._unsent: list[bytes] = []

    def take(self, data: bytes, person: str) -> bool:
        """Lets ``data`` of ``person`` in; whether it said anything new.

        Raises Malformed, Unfit, TooLong or Broken; then the text is as it was.
        """
        reading = read_update(data)
        if not reading.fits(self._known):
            raise Unfit
        brings = reading.brings(self._known)
        if not brings and not reading.erases:
            return False
        if self._size + brings > self._limit:
            self._check_length(data, brings)
        before = self._size
        self._apply(data)
        erased = before + brings - self._size
        if not brings and not erased:
            return False  # it erased what was gone already
        self._came(data)
        self._since.append((data, person))
        self._known.update(
            (client, end)
            for client, end in reading.ends.items()
            if end > self._known.get(client, 0)
        )
        self._note(person, max(1, brings + erased))
        return True

    def take_own(self, data: bytes) -> None:
        """Lets in what the wiki itself made of this room's text (``fork``). Raises Broken."""
        self.look_at_head()
        self._apply(data)
        self._came(data)
        self._known = read_state(self._doc.get_state())
        self._head = _head_of(self.words)
        self._looked_at()

    @property
    def words(self) -> str:
        """The text. Walking through the document takes its time: not for each key."""
        if self._words is None:
            self._words = str(self._text)
        return self._words

    def look_at_head(self) -> None:
        """Notes who changed the lines at the top since this was asked last.

        Only where they are others than before is each update looked at by itself.
        """
        if not self._since:
            return
        words = self.words
        if words.startswith(self._head) and (self._head or not _head_of(words)):
            if len(self._since) > _LOOKED_AT:
                self._looked_at()
            return
        doc: Doc[Text] = Doc()
        text = doc.get(TEXT, type=Text)
        doc.apply_update(self._looked)
        head = self._head
        for data, person in self._since:
            doc.apply_update(data)
            if (now := _head_of(str(text))) != head:
                head = now
                self._note(person, 0, head=True)
        self._head = head
        self._looked_at()

    def _looked_at(self) -> None:
        self._looked = self.whole
        self._since.clear()

    def answer(self, state: bytes) -> bytes:
        """What someone lacks who knows ``state``. Raises Malformed."""
        read_state(state)
        return self._doc.get_update(state)

    @property
    def state(self) -> bytes:
        """What is known here, as its protocol says it."""
        return self._doc.get_state()

    @property
    def whole(self) -> bytes:
        """The whole document."""
        return self._doc.get_update()

    @property
    def is_overgrown(self) -> bool:
        """Whether the document is mostly what was erased: another one is begun when it is empty."""
        return not self.writers and len(self.whole) > 200_000 + 6 * len(self.words)

    @property
    def is_kept(self) -> bool:
        """Whether all of it is on disk."""
        return not self._unkept

    def unsent(self) -> bytes | None:
        """What came since this was asked last, as one update."""
        came, self._unsent = self._unsent, []
        return _one(came) if came else None

    def unkept(self) -> Batch | None:
        """What is to be written to disk; give it back by ``put_back`` where that failed."""
        if not self._unkept:
            return None
        self.look_at_head()
        came, self._unkept = self._unkept, []
        people, self._unkept_writers = self._unkept_writers, set()
        self.number += 1
        writers = {one: self.writers[one] for one in people if one in self.writers}
        compact = self.number % _COMPACTED == 0
        return Batch(self.epoch, self.number, _one(came), writers, self.whole if compact else None)

    def put_back(self, batch: Batch) -> None:
        """The batch is not on disk: it comes again, first."""
        self.number = batch.number - 1
        self._unkept.insert(0, batch.data)
        self._unkept_writers.update(batch.writers)

    def forgive(self, written: dict[str, Written]) -> None:
        """What ``written`` counts is in a commit now."""
        for person, done in written.items():
            now = self.writers.get(person)
            if now is None or now.count <= done.count:
                self.writers.pop(person, None)
            else:
                self.writers[person] = Written(now.count - done.count, now.head)

    def _apply(self, data: bytes) -> None:
        try:
            self._doc.apply_update(data)
        except ValueError as error:
            raise Malformed from error
        except BaseException as error:
            # A panic of the library comes as no Exception.
            if type(error).__name__ == "PanicException":
                raise Broken from error
            raise
        self._words = None
        self._size = len(self._text)

    def _came(self, data: bytes) -> None:
        self._unkept.append(data)
        self._unsent.append(data)

    def _check_length(self, data: bytes, brings: int) -> None:
        trial: Doc[Text] = Doc()
        text = trial.get(TEXT, type=Text)
        trial.apply_update(self.whole)
        trial.apply_update(data)
        if len(str(text).encode()) > self._limit or len(self.whole) + brings > 8 * self._limit:
            raise TooLong

    def _note(self, person: str, count: int, *, head: bool = False) -> None:
        before = self.writers.get(person, Written(0))
        self.writers[person] = Written(before.count + count, before.head or head)
        self._unkept_writers.add(person)


def first_state(words: str) -> bytes:
    """The document of a new room, which holds ``words``."""
    doc: Doc[Text] = Doc()
    text = doc.get(TEXT, type=Text)
    text.insert(0, words)
    return doc.get_update()


def fork(whole: bytes, change: Callable[[str], str]) -> tuple[bytes | None, str]:
    """What ``change`` makes of the text of the document ``whole``: the update, and the new text.

    The update holds the least edits, and goes together with whatever is typed meanwhile.
    """
    doc: Doc[Text] = Doc()
    text = doc.get(TEXT, type=Text)
    doc.apply_update(whole)
    words = str(text)
    wanted = change(words)
    before = doc.get_state()
    with doc.transaction():
        for edit in edits(words, wanted):
            if edit.removed:
                del text[edit.at : edit.at + edit.removed]
            if edit.added:
                text.insert(edit.at, edit.added)
    return (doc.get_update(before) if words != wanted else None), wanted


def _one(updates: list[bytes]) -> bytes:
    return updates[0] if len(updates) == 1 else merge_updates(*updates)


def _head_of(words: str) -> str:
    """The lines at the top that say what the page is, and who reads and edits it."""
    if not words.startswith(("---", "\ufeff")):
        return ""
    return words[: len(words) - len(read_head(words).body)]
