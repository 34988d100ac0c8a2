"""The folder ``index/search/``: opened, written under Whoosh's lock, thrown away when damaged.

A commit of Whoosh moves documents and marker together, the marker being a document. Readers see one
generation; each process keeps the parts (segments) it has open and opens only what is new.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, cast

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError, FileIndex, LockError
from whoosh.util.filelock import try_for
from whoosh.writing import CLEAR, SegmentWriter

from wiki.projections.interface import PATIENCE, Busy
from wiki.projections.searching.index.codec import ChunkedCodec
from wiki.projections.searching.index.columns import Numbering
from wiki.projections.searching.index.edition import EDITION
from wiki.projections.searching.index.entries import Entry
from wiki.projections.searching.index.merge import merged
from wiki.projections.searching.index.part import Damaged, Part, reading
from wiki.projections.searching.index.postings import Kept
from wiki.projections.searching.index.recent import fields_of
from wiki.projections.searching.index.schema import MARKER, encode, make_schema
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.index.terms import WhooshPosting

log_ = logging.getLogger(__name__)

_NAME = "search"
#: megabytes of postings that a writer holds before it sorts them away
_POOL = 48
#: bytes that one of them takes there, about
_POSTING = 250
#: bytes of postings that a process keeps as arrays
_KEPT = 8 << 20
_RETRIES = 10


class Files:
    """Where the index is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._storage = FileStorage(str(folder))
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._kept = Kept(_KEPT)
        self._numbering = Numbering()
        #: whether what was thrown away last was another version's
        self.renewed = False
        folder.mkdir(parents=True, exist_ok=True)

    def snapshot(self) -> Snapshot:
        """What the index holds now; an index that cannot be read is thrown away first."""
        for attempt in range(_RETRIES):
            try:
                with self._lock:
                    return self._read()
            except FileNotFoundError as error:
                # A writer put newer files in their place meanwhile; or they are gone for good.
                if attempt + 1 == _RETRIES:
                    self.discard(error)
            except Damaged as error:
                self.discard(error)
        with self._lock:
            return self._read()

    def discard(self, reason: Exception) -> None:
        """Throws the index away: the next ``apply`` starts over. Raises Busy."""
        self.renewed = isinstance(reason, Damaged) and reason.renewed
        if not self.renewed:
            log_.warning("search index is damaged and will be made again: %r", reason)
        lock = self._storage.lock(f"{_NAME}_WRITELOCK")
        with self._lock:
            if not lock.acquire():
                # Somebody writes it: then the damage is theirs to find, or gone already.
                raise Busy("the search index is being written")
            try:
                self._snapshot = None
                self._folder.mkdir(parents=True, exist_ok=True)
                for file in self._folder.iterdir():
                    if file.is_file() and not file.name.endswith("WRITELOCK"):
                        file.unlink(missing_ok=True)
            finally:
                lock.release()

    def close(self) -> None:
        """Lets go of the files."""
        with self._lock:
            self._snapshot = None

    @contextmanager
    def writing(
        self, since: str, *, afresh: bool, clean: bool = False
    ) -> Iterator["Writing | None"]:
        """A change of the index, committed at the end of the block, or not at all if it raises.

        None where what is written is not of ``since`` any more. ``afresh`` drops all that is there,
        ``clean`` writes anew what still holds documents that were deleted. Raises Busy where
        another process writes for longer than ``PATIENCE``.
        """
        self.snapshot()
        index = self._create()
        try:
            writer = SegmentWriter(
                index,
                timeout=PATIENCE,
                delay=0.01,
                limitmb=_POOL,
                codec=cast(Any, ChunkedCodec)(),
                # Whoosh holds a compound file in memory, whole.
                compound=False,
            )
        except LockError as error:
            raise Busy("the search index is being written") from error
        try:
            snapshot = self.snapshot().origin
            if snapshot.marker != since:
                writer.cancel()
                yield None
                return
            writing = Writing(writer, snapshot, afresh, clean)
            yield writing
            if not writer.is_closed:
                writer.commit(mergetype=CLEAR if afresh else writing.policy)
        except BaseException:
            if not writer.is_closed:
                writer.cancel()
            raise
        finally:
            self._tidy(writer)

    def _tidy(self, writer: SegmentWriter) -> None:
        """Deletes what ``writer`` wrote where no generation names it: perhaps the disk was full."""
        segment = writer.newsegment.segment_id()
        with suppress(OSError), self._lock:
            known = {part.name for part in self._read().stored if isinstance(part, Part)}
            for file in self._folder.glob(f"{segment}.*") if segment not in known else ():
                file.unlink()

    def _create(self) -> FileIndex:
        try:
            return FileIndex(self._storage, make_schema(), _NAME)
        except EmptyIndexError:
            self._folder.mkdir(parents=True, exist_ok=True)
        # It deletes what it finds: of two processes one would the other's.
        lock = self._storage.lock(f"{_NAME}_WRITELOCK")
        if not try_for(lock.acquire, timeout=PATIENCE, delay=0.01):
            raise Busy("the search index is being made")
        try:
            if not self._storage.index_exists(_NAME):
                TOC.create(self._storage, make_schema(), _NAME)
        finally:
            lock.release()
        return FileIndex(self._storage, make_schema(), _NAME)

    def _read(self) -> Snapshot:
        known = self._snapshot
        try:
            generation = TOC._latest_generation(self._storage, _NAME)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            generation = -1
        if known is not None and known.generation == generation:
            return known
        if generation < 0:
            self._snapshot = Snapshot(-1, [], bytearray(), self._numbering)
            return self._snapshot
        held = _Held(self._storage)
        try:
            with reading():
                toc = TOC.read(held, _NAME, gen=generation)
        finally:
            held.close()
        stored = known.stored if known else ()
        old = {part.name: part for part in stored if isinstance(part, Part)}
        parts: list[Part] = []
        alive = bytearray()
        for segment in toc.segments:
            name = segment.segment_id()
            parts.append(old.get(name) or Part(self._storage, segment, self._kept))
            living = bytearray(b"\1") * parts[-1].size
            with reading():
                for document in segment.deleted_docs():
                    living[document] = 0
            alive += living
        self._snapshot = Snapshot(toc.generation, parts, alive, self._numbering)
        return self._snapshot

    def extend(
        self, since: str, changes: Sequence[tuple[str, Sequence[Entry]]], commit: str
    ) -> None:
        """Has the pages at these paths have these entries alone, in this process."""
        with self._lock:
            known = self._read()
            if known.marker == since:
                self._snapshot = known.extended(changes, commit)


class _Held:
    """Files read from ``storage`` that are closed afterwards: Whoosh leaves a damaged one open."""

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self._files: list[Any] = []

    def open_file(self, name: str) -> Any:
        """The file ``name``, as TOC asks for it."""
        self._files.append(self._storage.open_file(name))
        return self._files[-1]

    def close(self) -> None:
        """Closes what is still open."""
        for file in self._files:
            if not file.is_closed:
                file.close()


class Writing:
    """A change of the index under way."""

    def __init__(
        self, writer: SegmentWriter, snapshot: Snapshot, afresh: bool, clean: bool
    ) -> None:
        self._writer = writer
        self._snapshot = snapshot
        self._afresh = afresh
        self._clean = clean
        self._added = 0
        self._pool: Any = writer.pool

    def remove(self, path: str) -> None:
        """Takes out the page at ``path`` and its items."""
        if not self._afresh:
            self._delete("paths", path)

    def add(self, entry: Entry) -> None:
        """Puts in an entry; what stood at its path is taken out by ``remove``."""
        document = self._store(entry.card.path, entry.group, entry.kind, entry.space, entry.card)
        self._put(
            [
                (field, term.encode(), document, weight, encode(places) if places else b"")
                for field, postings in fields_of(entry)
                for term, weight, places in postings
            ]
        )

    def _store(self, path: str, group: str, kind: str, space: str | None, card: object) -> int:
        """Stores a document; its number."""
        number: int = self._writer.docnum
        self._writer.add_document(path=path, group=group, kind=kind, space=space, card=card)
        self._added += 1
        return number

    def mark(self, commit: str, held: str = "") -> None:
        """Says which commit the index reflects from now on; ``held``, which its pages are from."""
        if not self._afresh:
            self._delete("kinds", MARKER)
        self._writer.add_document(kind=MARKER, card=f"{EDITION} {commit} {held}".strip())

    def policy(self, _writer: SegmentWriter, segments: list[Any]) -> list[Any]:
        """The segments that stay as they are; the others become one with what was added.

        Segments whose documents are all deleted go.
        """
        alive = [segment for segment in segments if segment.doc_count()]
        chosen = merged([segment.doc_count() for segment in alive], self._added)
        if self._clean:
            chosen.update(at for at, segment in enumerate(alive) if segment.has_deletions())
        parts = {part.name: part for part in self._snapshot.stored if isinstance(part, Part)}
        for segment in (alive[number] for number in sorted(chosen)):
            self._copy(parts[segment.segment_id()], segment)
        return [segment for number, segment in enumerate(alive) if number not in chosen]

    def _copy(self, part: Part, segment: Any) -> None:
        """Puts in what lives of a part that goes."""
        numbers: dict[int, int] = {}
        words = zip(part.paths, part.groups, part.kinds, part.spaces, part.all_cards(), strict=True)
        for document, (path, group, kind, space, card) in enumerate(words):
            if not segment.is_deleted(document):
                numbers[document] = self._store(path, group, kind, space, card)
        for field, term, document, weight, places in part.all_postings():
            if document in numbers:
                self._put([(field, term, numbers[document], weight, places)])

    def _put(self, postings: list[WhooshPosting]) -> None:
        """Has Whoosh sort these too; its own way guesses the size of each posting anew."""
        self._pool.current += postings
        self._pool.currentsize += _POSTING * len(postings)
        if self._pool.currentsize > self._pool.limit:
            self._pool.save()

    def _delete(self, column: Literal["kinds", "paths"], word: str) -> None:
        for document in self._snapshot.documents(column, word):
            self._writer.delete_document(document)
