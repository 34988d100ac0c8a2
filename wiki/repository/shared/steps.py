"""What a save changed, told to other nodes with the news of it: they need not fetch it.

::

    a group of saves ──note()──▶ letter() ──NOTIFY, sealed──▶ learn() ──▶ take(): the same commits,
                                                              from what is here │ by their ids
                                      too long, missed, out of turn: fetched ◀──┴──▶ the branch here

A step is one file, its bytes and the commit. The folders are made anew from those of the commit
before, and the ids of all, which are hashes, must come out as they were told.
"""

import json
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress

from wiki.repository.faults import not_saved
from wiki.repository.marks import note_shared
from wiki.repository.repository import Repository
from wiki.repository.writes.branch import BranchLocked, locked_branch
from wiki.repository.writes.group import Step
from wiki.repository.writes.pack import Pack

#: bytes of a letter: PostgreSQL takes less than 8000 in a message
_LONGEST = 7_900
#: bytes of steps that may fit in it, and that one may unfold to
_LIKELY, _MOST = 50_000, 1_000_000
#: spans that are remembered until they are told, or asked for
_REMEMBERED = 16
_WHO = b"\ncommitter "


#: commits one after the other, and the one before them
Span = tuple[str, Sequence[Step]]


class Steps:
    """The steps of ``repository`` that this process told, or was told.

    ``seal`` makes a word of bytes that nobody reads but nodes of this wiki, by ``unseal``.
    """

    def __init__(
        self,
        repository: Repository,
        seal: Callable[[bytes], str] = lambda _data: "",
        unseal: Callable[[str], bytes | None] = lambda _word: None,
    ) -> None:
        self._repository = repository
        self._seal, self._unseal = seal, unseal
        self._made: dict[str, Span] = {}
        self._learnt: dict[str, Span] = {}

    def note(self, old: str, new: str, steps: Sequence[Step]) -> None:
        """These are about to be saved here, from ``old`` to ``new``."""
        _remember(self._made, new, (old, steps))

    def letter(self, head: str) -> str:
        """What was noted up to ``head`` and not told yet; "" where that is nothing, or too much."""
        first, steps = _joined(self._made, head)
        if not steps or sum(len(one.data) + len(one.commit) for one in steps) > _LIKELY:
            return ""
        with suppress(UnicodeError):
            told = [[one.file, one.data.decode(), one.commit.decode()] for one in steps]
            said = json.dumps([first, head, told], ensure_ascii=False).encode()
            if len(letter := self._seal(zlib.compress(said))) <= _LONGEST:
                return letter
        return ""

    def learn(self, letter: str) -> None:
        """Another node tells of its steps; what is none of ours is passed over."""
        with suppress(ValueError, TypeError, zlib.error):
            unfolded = zlib.decompressobj().decompress(self._unseal(letter) or b"", _MOST)
            old, new, told = json.loads(unfolded)
            steps = [Step(file, data.encode(), words.encode()) for file, data, words in told]
            _remember(self._learnt, new, (old, steps))

    def take(self, head: str) -> bool:
        """Makes the commits up to ``head``, and moves the branch here, where all is known of them.

        Raises StorageFailed where the disk fails.
        """
        if head not in self._learnt:
            return False
        repository = self._repository
        with repository.lock():
            old = repository.head()
            first, steps = _joined(self._learnt, head, old)
            if first != old or not steps:
                return False
            pack, made = Pack(), old
            tree = repository.tree_of(old)
            for file, data, words in steps:
                tree.put(file, "blob", pack.add("blob", data))
                root = tree.save(pack.add)
                if not words.startswith(f"tree {root}\nparent {made}\n".encode("ascii")):
                    return False
                made = pack.add("commit", words)
            if made != head:
                return False
            self._write(pack, old, head)
        return True

    def _write(self, pack: Pack, old: str, new: str) -> None:
        repository = self._repository
        who = pack.objects[new].data.partition(_WHO)[2].partition(b"\n")[0]
        try:
            with (
                repository.write_lock.writing(),
                locked_branch(repository.folder) as branch,
                pack.written(repository.folder),
            ):
                branch.move(old, new, who, "news")
        except (OSError, BranchLocked) as error:
            raise not_saved() from error
        note_shared(repository.folder, new)
        repository.keep(pack.objects, pack.name)


def _joined(spans: dict[str, Span], head: str, old: str = "") -> tuple[str, Sequence[Step]]:
    """Takes out those that lead to ``head``, back to ``old`` or as far as they are there."""
    steps: list[Step] = []
    while head != old and (found := spans.pop(head, None)) is not None:
        head, steps = found[0], [*found[1], *steps]
    return head, steps


def _remember(spans: dict[str, Span], new: str, span: Span) -> None:
    while len(spans) >= _REMEMBERED:
        with suppress(KeyError, StopIteration, RuntimeError):  # another thread may have
            del spans[next(iter(spans))]
    spans[new] = span
