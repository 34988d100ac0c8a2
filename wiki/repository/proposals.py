"""Texts that wait for someone to accept them, as git refs beside the repository, not in it.

::

    content.git     refs/heads/main ── what is served, cloned, mirrored, packed
         ▲ objects/info/alternates
    proposals.git   refs/proposals/<id> ── one commit on the commit that its writer started from

A repository of its own, which borrows the objects of the other one: what is cloned from, pushed to
or mirrored never names a proposal nor holds a byte of it, and what goes can be pruned without
looking at anything that was saved. Writers queue on the lock that saves queue on. Where nodes share
a repository, the refs stand there too, which nobody but nodes may read.
"""

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wiki.disk.durable import sync_folder, write_file
from wiki.disk.places import clear_file, make_folder
from wiki.errors import NotFound, StorageFailed
from wiki.repository import creation
from wiki.repository.faults import damaged, not_saved
from wiki.repository.importstream import commit_command, write_command
from wiki.repository.objects import EMPTY, Author, Commit, decode
from wiki.repository.process import STREAM_TIME, GitFailed, run
from wiki.repository.proposal_pack import read_held
from wiki.repository.repository import Repository
from wiki.repository.shared.refs import SharedRefs
from wiki.repository.writes.repair import fsck, lost_objects, restore_settings
from wiki.repository.writes.salvage import lay_aside

_REFS = "refs/proposals"
_ARGUMENTS = ("fast-import", "--quiet", "--done", "--force", "--date-format=raw")
#: Loose objects: what goes is then a few files less. No log: what was taken back is not kept.
_SETTINGS = {"core.logAllRefUpdates": "false", "pack.compression": "1"}
#: seconds in which a ref may be without its row, and an object without its ref
_SETTLED = 3600.0
_BORROWED = "../../content.git/objects\n"


@dataclass(frozen=True)
class Held:
    """A text that waits, and the one that its writer started from (None: there was no page)."""

    commit: Commit
    before: str | None
    text: str


#: by the id of a row, what it says of its text: the file that it is held as, and the id of its
#: bytes, if any
Waiting = Mapping[str, tuple[str, str]]


class Proposed:
    """The texts that wait, by the ids of their rows; shared by threads and processes.

    ``id`` is letters and digits, for its caller to see to.
    """

    def __init__(self, folder: Path, content: Repository) -> None:
        """The store at ``folder``, beside ``content``; nothing is made before something waits."""
        self._folder = folder.absolute()
        self._content = content
        # For reading: who writes queues on the content's own lock.
        self._objects = Repository(self._folder, self._folder / "lock")
        self._shared = SharedRefs(content, self._folder, _REFS)

    def put(
        self, id: str, base: str, file: str, text: str, author: Author, message: str = ""
    ) -> str:
        """Holds ``text`` as ``file`` of the commit ``base``; returns the commit that holds it.

        In place of what was held under the same id. Raises StorageFailed where the disk fails.
        """
        parent = b"" if base == EMPTY else b"from %s\n" % base.encode("ascii")
        return self._write(id, author, message, parent + _file(file, text))

    def put_apart(self, id: str, file: str, before: str | None, text: str, author: Author) -> str:
        """As ``put``, for a text whose writer started from one that no commit is known of."""
        ref = f"{_REFS}/{id}"
        first = b""
        if before is not None:
            who = commit_command(author, "…", datetime.now(UTC))
            first = b"commit %s\n" % ref.encode("ascii") + who + _file(file, before)
        return self._write(id, author, "", _file(file, text), first)

    def read(self, id: str, file: str, blob: str = "") -> Held | None:
        """What is held under ``id``; None where nothing is.

        ``blob``: the id of its bytes, where they are known; another node may have put it last.
        """
        tip = self._tip(id)
        if not self._holds(tip, file, blob):
            self._follow(id)
            tip = self._tip(id)
        if tip is None:
            return None
        with suppress(NotFound):
            commit = self._objects.commit_info(tip)
            after = self._objects.read(file, tip)
            parent = commit.parents[0] if commit.parents else EMPTY
            # Held apart, of the content, or gone from there for good.
            places = (self._objects, self._content)
            there = next((one for one in places if one.has(parent)), None)
            older = there.read(file, parent) if there else None
            if after is not None:
                before = decode(older.data) if older else None
                return Held(commit, before, decode(after.data))
        return None

    def lost(self, waiting: Waiting) -> list[str]:
        """The ids of those of ``waiting`` whose text cannot be read, or is another."""
        self._follow()
        return [id for id, text in waiting.items() if not self._holds(self._tip(id), *text)]

    def share(self) -> None:
        """Has other nodes know of all that is held here, at their beginning. Raises HostFailed."""
        there = self._shared.there()
        for id, tip in self._held().items():
            if id not in there:
                self._shared.put(id, tip)

    def _follow(self, id: str = "") -> None:
        """Holds what other nodes have put, or ``id`` alone of it."""
        for one, tip in self._shared.there(id).items():
            if tip != self._tip(one):
                with self._content.lock():
                    self._make()
                    self._shared.fetch(tip)
                    write_file(self._ref(one), f"{tip}\n".encode("ascii"))

    def _holds(self, tip: str | None, file: str, blob: str) -> bool:
        with suppress(NotFound, StorageFailed):
            found = self._objects.read(file, tip or "")
            return found is not None and blob in ("", found.id)
        return False

    def drop(self, id: str) -> None:
        """Forgets what is held under ``id``; the objects go when ``tidy`` is next called."""
        with self._content.lock(), suppress(FileNotFoundError):
            if not self._shared.drop(id):
                return  # until it is tidied
            self._ref(id).unlink()
            sync_folder(self._ref(id).parent)

    def tidy(self, waiting: Mapping[str, str]) -> None:
        """Forgets all but ``waiting`` (id → file), and the objects that nothing names; leaves alone
        what is younger than an hour, since its row may be in the making.

        Raises StorageFailed where git fails.
        """
        if not self._exists():
            return
        for id, age in list(self._ages()):
            if id not in waiting and age > _SETTLED:
                self.drop(id)
        try:
            try:
                self._prune()
            except GitFailed:  # the commit that some began at was purged from the content
                self._set_apart(waiting)
                self._prune()
        except GitFailed as error:
            raise damaged() from error

    def held(self) -> Mapping[str, str]:
        """Every id with the commit that it is held in."""
        self._follow()
        return self._held()

    def _held(self) -> dict[str, str]:
        if not self._exists():
            return {}
        tips = {id: self._tip(id) for id, _age in self._ages()}
        return {id: tip for id, tip in tips.items() if tip is not None}

    def pack(self, target: Path, ids: Mapping[str, str]) -> bool:
        """Writes what ``ids`` (as ``held`` tells them) hold into one file; False where it is none.

        Without what is in the content: it is to be put beside a copy of that. Left out is what
        cannot be read whole, such as one begun at a commit that was purged.
        """
        known = [] if self._content.head() == EMPTY else [f"^{self._content.head()}"]
        ids = {id: tip for id, tip in ids.items() if self._is_whole(tip, known)}
        if not ids:
            return False
        asked = "".join(f"{line}\n" for line in [*ids.values(), *known]).encode("ascii")
        names = "".join(f"{id} {tip}\n" for id, tip in sorted(ids.items())).encode("ascii")
        packing = ("pack-objects", "--revs", "--stdout", "-q")
        _status, packed = run(self._folder, *packing, given=asked, timeout=STREAM_TIME)
        target.write_bytes(names + b"\n" + packed)
        return True

    def unpack(self, source: Path) -> None:
        """Holds again what ``pack`` wrote. Raises StorageFailed where it cannot."""
        names, packed = read_held(source)
        with self._content.lock():
            self._take(packed)
            self._name(names)

    def restore(self, source: Path, waiting: Waiting) -> list[str]:
        """Holds again those of ``waiting`` that are lost and that ``pack`` wrote; their ids.

        What can be read stays as it is; what cannot is laid aside. Raises StorageFailed.
        """
        names, packed = read_held(source)
        with self._content.lock():
            lost = [id for id in self.lost(waiting) if id in names]
            if not lost:
                return []
            self._make()
            # git writes no object that it thinks it has.
            for id in lost_objects(fsck(self._folder)):
                lay_aside(self._folder, self._folder / "objects" / id[:2] / id[2:])
            self.close()
            self._take(packed)
            found = {id: names[id] for id in lost if self._holds(names[id], *waiting[id])}
            for id in found:
                lay_aside(self._folder, self._ref(id))
            self._name(found)
            return sorted(found)

    def mend(self) -> bool:
        """Puts right what git needs to use the store, where it is there; whether it did.

        To be called by the holder of the queue. Raises OSError, and StorageFailed.
        """
        if not self._folder.exists():
            return False
        borrows = self._folder / "objects/info/alternates"
        for folder in (self._folder, borrows.parent, self._folder / _REFS):
            make_folder(folder)
        (self._folder / "refs/heads").mkdir(exist_ok=True)
        done = restore_settings(self._folder)
        with suppress(OSError):
            if borrows.read_text("ascii", "replace") == _BORROWED:
                return done
        write_file(borrows, _BORROWED.encode("ascii"))
        return True

    def _take(self, packed: bytes) -> None:
        self._make()
        try:
            run(self._folder, "unpack-objects", "-q", given=packed, timeout=STREAM_TIME)
        except GitFailed as error:
            raise damaged() from error

    def _name(self, tips: Mapping[str, str]) -> None:
        """Holds commits that are there, each under an id that has none."""
        moves = "".join(f"create {_REFS}/{id} {tip}\n" for id, tip in tips.items())
        try:
            words, given = ("update-ref", "--stdin"), moves.encode("ascii", "replace")
            run(self._folder, *words, given=given, settings=_SETTINGS)
        except GitFailed as error:
            raise damaged() from error

    def close(self) -> None:
        """Ends its processes; the store may be used again."""
        self._objects.close()

    def _prune(self) -> None:
        until = f"--expire={int(time.time() - _SETTLED)}"
        run(self._folder, "prune", until, timeout=STREAM_TIME, settings=_SETTINGS)

    def _set_apart(self, files: Mapping[str, str]) -> None:
        """Holds what lost the commit that it began at by itself, as a text of its own."""
        for id, tip in self.held().items():
            if not self._is_whole(tip, ()) and (found := self.read(id, files.get(id, ""))):
                author = Author(found.commit.author_name, found.commit.author_mail)
                self.put_apart(id, files[id], found.before, found.text, author)

    def _is_whole(self, tip: str, known: Sequence[str]) -> bool:
        with suppress(GitFailed):
            run(self._folder, "rev-list", "--objects", "--quiet", tip, *known)
            return True
        return False

    def _write(
        self, id: str, author: Author, message: str, commands: bytes, first: bytes = b""
    ) -> str:
        ref = f"{_REFS}/{id}".encode("ascii")
        reset = b"reset %s\n\n" % ref
        who = commit_command(author, message or "…", datetime.now(UTC))
        script = reset + first + b"commit %s\nmark :1\n" % ref + who + commands
        with self._content.lock():
            self._make()
            # The lock is ours: what stands here is of a git that died.
            self._ref(id).with_name(f"{id}.lock").unlink(missing_ok=True)
            try:
                _status, said = run(
                    self._folder,
                    *_ARGUMENTS,
                    given=script + b"\nget-mark :1\ndone\n",
                    settings=_SETTINGS,
                    pass_fds=[self._content.write_lock.file],
                    cwd="/",
                )
                sync_folder(self._ref(id).parent)
            except (GitFailed, OSError) as error:
                raise not_saved() from error
        tip = said.decode("ascii").strip()
        self._shared.put(id, tip)
        return tip

    def _make(self) -> None:
        """The repository, where there is none: whole, or not there."""
        begun = self._folder.with_suffix(".new")
        try:
            if self._exists():
                self.mend()
                return
            clear_file(self._folder)
            shutil.rmtree(begun, ignore_errors=True)
            creation.create(begun)
            (begun / _REFS).mkdir(parents=True)
            (begun / "objects/info").mkdir(parents=True, exist_ok=True)
            (begun / "objects/info/alternates").write_text(_BORROWED, "ascii")
            begun.rename(self._folder)
            sync_folder(self._folder.parent)
        except OSError as error:
            raise not_saved() from error

    def _exists(self) -> bool:
        return self._folder.is_dir()

    def _ref(self, id: str) -> Path:
        return self._folder / _REFS / id

    def _tip(self, id: str) -> str | None:
        with suppress(OSError):
            return self._ref(id).read_text("ascii", "replace").strip() or None
        return None

    def _ages(self) -> Iterator[tuple[str, float]]:
        with suppress(FileNotFoundError), os.scandir(self._folder / _REFS) as found:
            for entry in found:
                if not entry.name.endswith(".lock"):
                    with suppress(OSError):
                        yield entry.name, time.time() - entry.stat().st_mtime


def _file(name: str, text: str) -> bytes:
    return write_command(name, "blob", text.encode("utf-8", "replace"))
