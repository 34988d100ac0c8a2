"""Large files in a bucket of S3, each under the sha256 of its bytes, as Git LFS names them
(``object_names.py``).

Nothing that the bucket says is believed: what is put is read back, what is read is summed. It is
read a piece at a time, so that neither a large file nor a slow reader holds more than that; a
bucket that does not answer is asked by nobody for some seconds, and few threads wait for it.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from threading import BoundedSemaphore
from time import monotonic
from typing import TYPE_CHECKING, Protocol, TypeVar

from wiki.errors import StorageFailed, TooLarge
from wiki.files.bucket import Place, open_bucket
from wiki.files.bucket_owner import AnothersBucket, CopysBucket, claim, read_owner, write_owner
from wiki.files.object_names import Stored, aside, sent, standing, stored
from wiki.files.pointer import Pointer
from wiki.translation import gettext as _

if TYPE_CHECKING:
    from obstore.store import S3Store

_log = logging.getLogger(__name__)

#: bytes that are sent at once (parts must have 5 MiB at least), and that are asked for at once
PIECE, ASKED = 8 << 20, 2 << 20
#: of one upload, pieces on their way at once
_AT_ONCE = 2
#: seconds for a piece, how often it is tried again, and seconds for all tries
_REQUEST, _TRIES, _PATIENCE = 20.0, 2, 25.0
#: pieces that one process waits for, uploads and walks beside them, and seconds for a turn of each
_READS, _LONG, _TURN, _LONG_TURN = 3, 2, 5.0, 30.0
#: seconds for which nobody asks a bucket that did not answer
_PAUSE = 5.0
#: seconds for which the bucket is known to be ours: then its mark is read again
_OURS = 60.0

Answer = TypeVar("Answer")


class ObjectLost(StorageFailed):
    """The bucket has not got it."""


class ObjectDamaged(StorageFailed):
    """The bucket gives other bytes."""


class Source(Protocol):
    """What is read from its beginning: a file, or one in memory."""

    def seek(self, offset: int, /) -> object:
        """See io."""

    def read(self, size: int = -1, /) -> bytes:
        """See io."""


class ObjectStore:
    """The bucket at ``place``; thread-safe, and nothing is asked of it before it is used.

    It is ``wiki``'s from the first file on, and another wiki's is left alone: all that follows
    raises AnothersBucket there, a StorageFailed. That of another copy of the wiki is read alone.
    """

    def __init__(
        self,
        place: Place,
        wiki: str,
        copy: Callable[[], str] = str,
        request: float = _REQUEST,
    ) -> None:
        """``wiki``: its identity, "" where it is not known yet; then nothing is marked.

        ``copy``: tells which copy of it this is; it may raise StorageFailed. ``request``: seconds
        for which a piece is waited for.
        """
        self._place, self._wiki, self._copy, self._request = place, wiki, copy, request
        self._reads, self._long = BoundedSemaphore(_READS), BoundedSemaphore(_LONG)
        self._silent_until = self._ours_until = self._read_until = 0.0
        self._opened: tuple[int, S3Store] | None = None
        self._bucket()  # an address that cannot be used is told at once

    def claim(self, *, restored: bool = False) -> None:
        """Makes the folder the wiki's where it is nobody's yet. Raises StorageFailed.

        ``restored``: another copy's will do, for what the history of both names.
        """
        mark = self._mark() if self._wiki else ""
        with self._asking(many=True) as bucket:
            owner = claim(bucket, mark) if mark else read_owner(bucket)
        self._compare(owner, alone=not restored)

    def check_owner(self) -> None:
        """Raises AnothersBucket; the mark is read now and then."""
        if monotonic() >= self._ours_until:
            with self._asking() as bucket:
                owner = read_owner(bucket)
            self._compare(owner)

    def take_over(self) -> str:
        """Makes it the wiki's, whosever it is; whose it was. Raises StorageFailed."""
        mark = self._mark()
        with self._asking(many=True) as bucket:
            owner = read_owner(bucket)
            write_owner(bucket, mark)
        return owner

    def put(self, source: Source, by: str = "", *, restored: bool = False) -> Pointer:
        """Keeps all that ``source`` holds; in the end it can be read back.

        ``by``: who sent it for a push that is to come; it is theirs alone until ``accept``.
        ``restored``: it comes out of a backup. Raises StorageFailed: then nothing names what may
        be there.
        """
        self.claim(restored=restored)
        pointer = measure(source)
        source.seek(0)
        key = sent(by, pointer.oid) if by else standing(pointer.oid)
        with self._asking(many=True) as bucket:
            import obstore

            small = pointer.size <= PIECE
            data = source.read() if small else iter(lambda: source.read(PIECE), b"")
            obstore.put(bucket, key, data, chunk_size=PIECE, max_concurrency=_AT_ONCE)
        try:
            for _piece in self._pieces(pointer, 0, pointer.size, (key,)):
                pass
        except (ObjectLost, ObjectDamaged) as error:
            words = _("Large files are not kept as they are sent just now. Nothing was saved.")
            raise StorageFailed(words) from error
        return pointer

    def stream(self, pointer: Pointer, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` to before ``end``, some at a time, the first of them at once.

        The last is given only where all of them together are what the pointer names; of a part
        only the length is known. Raises StorageFailed, at once or on the way.
        """
        end = pointer.size if end is None else min(end, pointer.size)
        pieces = self._pieces(pointer, start, end, (standing(pointer.oid), aside(pointer.oid)))
        first = next(pieces, b"")
        return _joined(first, pieces)

    def has_sent(self, pointer: Pointer, by: str) -> bool:
        """Whether ``by`` sent it. Raises StorageFailed."""
        self.check_owner()
        with self._asking() as bucket:
            import obstore

            try:
                return bool(obstore.head(bucket, sent(by, pointer.oid))["size"] == pointer.size)
            except FileNotFoundError:
                return False

    def accept(self, pointer: Pointer, by: str) -> None:
        """Keeps what ``by`` sent and a commit is about to name. Raises StorageFailed.

        What they sent stays as long as it would, for a push that has to be made again.
        """
        self.check_owner()
        with self._asking(many=True) as bucket:
            import obstore

            obstore.copy(bucket, sent(by, pointer.oid), standing(pointer.oid))

    def read(self, pointer: Pointer, limit: int) -> bytes:
        """All bytes. Raises TooLarge beyond ``limit``, StorageFailed."""
        if pointer.size > limit:
            raise TooLarge(_("This file is too large to be shown."))
        return b"".join(self.stream(pointer))

    def verify(self, pointer: Pointer) -> None:
        """Reads all of it. Raises ObjectLost, ObjectDamaged, StorageFailed."""
        for _piece in self.stream(pointer):
            pass

    def objects(self) -> Iterator[Stored]:
        """All objects; what is no object of ours is passed over."""
        self.check_owner()
        with self._asking(many=True) as bucket:
            import obstore

            pages = obstore.list(bucket)
        while True:
            with self._asking(many=True):
                page = next(pages, None)
            if page is None:
                return
            found = (stored(one["path"], one["size"], one["last_modified"]) for one in page)
            yield from filter(None, found)

    def lay_aside(self, oid: str) -> None:
        """Takes the object out of the way; who asks for it still finds it."""
        self._move(standing(oid), aside(oid))

    def put_back(self, oid: str) -> None:
        """Takes back what was laid aside."""
        self._move(aside(oid), standing(oid))

    def remove(self, oid: str, sent_by: str = "") -> None:
        """Deletes what was laid aside, or what was sent, for good."""
        self.check_owner()
        with self._asking() as bucket:
            import obstore

            obstore.delete(bucket, sent(sent_by, oid) if sent_by else aside(oid))

    def _move(self, old: str, new: str) -> None:
        self.check_owner()
        with self._asking(many=True) as bucket:
            import obstore

            obstore.rename(bucket, old, new)

    def _pieces(
        self, pointer: Pointer, start: int, end: int, keys: tuple[str, ...]
    ) -> Iterator[bytes]:
        self._check_wiki()
        whole, summed = (start, end) == (0, pointer.size), sha256()
        for at in range(start, end, ASKED):
            until = min(at + ASKED, end)
            size, piece = self._find(pointer, keys, partial(_piece, at=at, until=until))
            if size != pointer.size or len(piece) != until - at:
                raise _damaged(pointer, f"{size} bytes, {len(piece)} of {until - at}")
            summed.update(piece)
            if whole and until == end and summed.hexdigest() != pointer.oid:
                raise _damaged(pointer, f"sha256 {summed.hexdigest()}")
            yield piece

    def _find(
        self, pointer: Pointer, keys: tuple[str, ...], ask: Callable[["S3Store", str], Answer]
    ) -> Answer:
        """What ``ask`` says of the object at the first of ``keys`` that is. Raises ObjectLost."""
        for key in keys:
            with self._asking() as bucket:
                try:
                    return ask(bucket, key)
                except FileNotFoundError as error:
                    if "NoSuchBucket" in str(error):
                        raise
        _log.error("the object %s is not in the bucket", pointer.oid)
        raise ObjectLost(_("This file is missing where large files are kept. Tell the operator."))

    def _check_wiki(self) -> None:
        """Raises AnothersBucket where it is no copy's of this wiki."""
        if monotonic() >= self._read_until:
            with self._asking() as bucket:
                owner = read_owner(bucket)
            self._compare(owner, alone=False)

    def _compare(self, owner: str, *, alone: bool = True) -> None:
        """``alone``: another copy's is another's."""
        whose = owner.partition(" ")[0]
        if whose not in ("", self._wiki):
            self._ours_until = self._read_until = 0.0
            raise AnothersBucket(self._place.address, whose)
        self._read_until = monotonic() + _OURS
        if not alone:
            return
        if owner not in ("", self._mark()):
            self._ours_until = 0.0
            raise CopysBucket(self._place.address)
        self._ours_until = monotonic() + _OURS

    def _mark(self) -> str:
        return f"{self._wiki} {self._copy()}".strip()

    @contextmanager
    def _asking(self, *, many: bool = False) -> Iterator["S3Store"]:
        """The bucket, for a question or for ``many``; what goes wrong is a StorageFailed."""
        from obstore.exceptions import BaseError

        if not many and monotonic() < self._silent_until:
            raise _silent()
        turns, patience = (self._long, _LONG_TURN) if many else (self._reads, _TURN)
        if not turns.acquire(timeout=patience):
            raise _silent()
        try:
            yield self._bucket()
        except (BaseError, OSError) as error:
            _log.error("the object store failed: %s", " ".join(str(error).split())[:500])
            if not many:  # one that takes no more may well give
                self._silent_until = monotonic() + _PAUSE
            raise _silent() from error
        finally:
            turns.release()

    def _bucket(self) -> "S3Store":
        """A client is of one process: its threads are not there after a fork."""
        if self._opened is None or self._opened[0] != os.getpid():
            made = open_bucket(self._place, request=self._request, tries=_TRIES, patience=_PATIENCE)
            self._opened = os.getpid(), made
        return self._opened[1]


def measure(source: Source) -> Pointer:
    """What names the bytes that ``source`` holds."""
    source.seek(0)
    summed, size = sha256(), 0
    for piece in iter(lambda: source.read(PIECE), b""):
        summed.update(piece)
        size += len(piece)
    return Pointer(summed.hexdigest(), size)


def _piece(bucket: "S3Store", key: str, at: int, until: int) -> tuple[int, bytes]:
    """The size of the object, and the bytes of it from ``at`` to before ``until``."""
    import obstore
    from obstore.exceptions import BaseError

    try:
        found = obstore.get(bucket, key, options={"range": (at, until)})
    except BaseError as error:
        if "Range Not Satisfiable" not in str(error):
            raise
        return obstore.head(bucket, key)["size"], b""  # it is shorter than that
    return found.meta["size"], bytes(found.bytes())


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _silent() -> StorageFailed:
    return StorageFailed(
        _(
            "The place where large files are kept does not answer, or takes no more. Pages can be"
            " read and written meanwhile; of files nothing was changed. Try again in a minute."
        )
    )


def _damaged(pointer: Pointer, found: str) -> ObjectDamaged:
    _log.error("the object %s of %s bytes is damaged: %s", pointer.oid, pointer.size, found)
    return ObjectDamaged(_("This file is damaged where large files are kept. Tell the operator."))
