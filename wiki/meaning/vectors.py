"""Vectors by the text that they are of: one matrix file and its keys, for each encoder.

Both files only grow, the matrix first, so that a reader never finds a key without its row; whoever
dies in between leaves a row that the next writer overwrites. A text that is gone leaves its row
behind until ``compact``. Each row ends with a sum of it and its key: what is damaged counts as
missing, which costs the time to read those texts again.
"""

import fcntl
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar
from zlib import crc32

from wiki.meaning.encoding import Encoder, Matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: a text, or what it can be had from
Said = TypeVar("Said")

_KEY, _SUM = 16, 4  # bytes of ``text_digest``, and of the sum of a row
#: texts that are read at once, between two looks whether it is time to stop
AT_ONCE = 64
#: texts for which it is worth starting other processes, each of which has to wake an encoder up
_MANY = 1_000
#: what the numbers of a vector are multiplied by to be kept as a byte: hardly one is above 0.3
_SCALE = 400
#: rows that are compared at once, which fit what is near the processor
_COMPARED = 2_048
#: sequences of keys whose rows are known: that of each encoder, for some audiences
_ASKED = 8
_asked: dict[
    tuple[Path, int], tuple[Sequence[bytes], Mapping[bytes, int], "NDArray[np.int64]"]
] = {}
#: keys as they were last read: by file, what told that both are the same, and the row of each key
_known: dict[Path, tuple[object, Mapping[bytes, int]]] = {}


def text_digest(said: str) -> bytes:
    """Sixteen bytes that stand for a text."""
    return blake2b(said.encode("utf-8", "replace"), digest_size=_KEY).digest()


class Vectors:
    """The vectors of one encoder in ``folder``; without a folder they are held in memory.

    ``hands`` is how many processes read at once where there is much to read; more than one only in
    a process without threads. ``coarse`` keeps a byte for each number in place of two: a tenth of a
    second compares a text with a hundred thousand (``cosines``). ``asking`` reads what is asked,
    where that is not read as the texts are.
    """

    def __init__(
        self,
        encoder: Encoder,
        folder: Path | None,
        hands: int = 1,
        *,
        coarse: bool = False,
        asking: Encoder | None = None,
    ) -> None:
        self.hands = hands
        self.asking = asking or encoder
        self._size = 1 if coarse else 2
        self.encoder = encoder
        self._folder = folder
        self._memory: dict[bytes, Matrix] = {}

    def missing(self, texts: Mapping[bytes, Said]) -> dict[bytes, Said]:
        """Those of ``texts`` (by digest) that have no vector yet."""
        known = self._places()
        return {key: said for key, said in texts.items() if key not in known}

    @property
    def behind(self) -> bool:
        """Whether texts are still to be read at leisure, as somebody has noted."""
        return self._folder is not None and self._note.exists()

    def note_behind(self, behind: bool) -> None:
        """Notes it for whoever looks next, in any process."""
        if self._folder is not None:
            if behind:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._note.touch()
            else:
                self._note.unlink(missing_ok=True)

    def add(self, texts: Mapping[bytes, str]) -> None:
        """Reads ``texts`` and keeps their vectors; those that are known are read again."""
        keys = list(texts)
        parts = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
        for part, read in zip(parts, self._read(parts, texts), strict=True):
            self.keep(part, read)

    def of(self, keys: Sequence[bytes]) -> Matrix:
        """The vectors of ``keys``, a row each; zeros where there is none."""
        import numpy as np

        found: Matrix = np.zeros((len(keys), self.encoder.dimensions), dtype=np.float32)
        if self._folder is None:
            for row, key in enumerate(keys):
                if (vector := self._memory.get(key)) is not None:
                    found[row] = vector
            return found
        pairs = self._pairs(keys)
        if len(pairs) < len(keys) and self.follow():
            pairs = self._pairs(keys)
        if pairs:
            rows, at = map(list, zip(*pairs, strict=True))
            with suppress(FileNotFoundError, ValueError):  # cut since it was looked at
                # A text that two read at once stands there twice: there are more rows than texts.
                found[rows] = self._matrix(max(at) + 1, at)
        return found

    def places(self, keys: Sequence[bytes]) -> "NDArray[np.int64]":
        """The row of each of ``keys``, -1 where there is none; for ``cosines``.

        Kept for the sequences that were asked last, for as long as the file stays as it is.
        """
        import numpy as np

        known, at = self._places(), (self._keys, id(keys))
        if (kept := _asked.get(at)) is not None and kept[0] is keys and kept[1] is known:
            if not (kept[2] < 0).any() or not self.follow():
                return kept[2]
            known = self._places()
        found = np.fromiter((known.get(key, -1) for key in keys), np.int64, len(keys))
        if (found < 0).any() and self.follow():
            known = self._places()
            found = np.fromiter((known.get(key, -1) for key in keys), np.int64, len(keys))
        while len(_asked) >= _ASKED:
            with suppress(KeyError, StopIteration):  # another thread was at it
                del _asked[next(iter(_asked))]
        _asked[at] = keys, known, found
        return found

    def cosines(self, places: "NDArray[np.int64]", vector: Matrix) -> Matrix:
        """How near ``vector`` is to the rows at ``places`` of a coarse file; nan where none is.

        The same to the last digit wherever a row stands: products of such small whole numbers add
        up without an error, in whichever order.
        """
        import numpy as np

        asked = _rounded(vector).astype(np.float32)
        found: Matrix = np.full(len(places), np.nan, np.float32)
        there = np.flatnonzero(places >= 0)
        with suppress(FileNotFoundError, ValueError):  # cut since it was looked at
            rows = int(places.max(initial=-1)) + 1
            held = np.memmap(self._rows, np.int8, "r", shape=(rows, self._width)) if rows else None
            for start in range(0, len(there), _COMPARED):
                part = there[start : start + _COMPARED]
                numbers = held[places[part], :-_SUM].astype(np.float32)  # type: ignore[index]
                # Not by BLAS: its threads wait for each other where others work.
                near = np.einsum("ij,j->i", numbers, asked)
                found[part] = near / (_SCALE * _SCALE)
        return found

    def keep(self, keys: Sequence[bytes], matrix: Matrix) -> None:
        """Keeps rows that were read."""
        import numpy as np

        if self._folder is None:
            self._memory.update(zip(keys, matrix, strict=True))
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        small = _rounded(matrix) if self._size == 1 else matrix.astype(np.float16)
        packed = [row.tobytes() for row in small]
        with self._locked(), self._keys.open("ab") as names:
            held = names.tell() // _KEY
            names.truncate(held * _KEY)
            with self._rows.open("r+b" if self._rows.exists() else "w+b") as rows:
                rows.seek(held * self._width)
                rows.write(b"".join(b + _sum(key, b) for key, b in zip(keys, packed, strict=True)))
            names.write(b"".join(keys))

    def compact(self, kept: Collection[bytes]) -> bool:
        """Lets go of the vectors of all other texts, once they are more than half; whether so."""
        places = self._places()
        living = [key for key in places if key in kept]
        if self._folder is None or not places:
            return False
        if 2 * len(living) >= self._keys.stat().st_size // _KEY:
            return False
        matrix = self.of(living)
        self._empty()
        Vectors.keep(self, living, matrix)
        return True

    def follow(self) -> bool:
        """Takes what others have read, where vectors are shared; whether there was something."""
        return False

    def _exact(self, matrix: Matrix) -> Matrix:
        """Rows as ``of`` gives them back."""
        import numpy as np

        if self._size == 1:
            return _rounded(matrix).astype(np.float32) / np.float32(_SCALE)
        return matrix.astype(np.float16)

    def _read(
        self, parts: Sequence[Sequence[bytes]], texts: Mapping[bytes, str]
    ) -> Iterator[Matrix]:
        said = ([texts[key] for key in part] for part in parts)
        if self.hands == 1 or len(texts) < _MANY:
            yield from map(self.encoder.encode, said)
            return
        # Threads would wait for each other: half of the reading is Python's.
        with ProcessPoolExecutor(
            self.hands, get_context("fork"), initializer=_hold, initargs=(self.encoder,)
        ) as others:
            yield from others.map(_read_here, said)

    @property
    def _keys(self) -> Path:
        return (self._folder or Path()) / f"{self.encoder.name}.keys"

    @property
    def _rows(self) -> Path:
        return (self._folder or Path()) / f"{self.encoder.name}.rows"

    @property
    def _note(self) -> Path:
        return self._keys.with_suffix(".behind")

    def _empty(self) -> None:
        with self._locked():
            for path in (self._keys, self._rows):
                path.unlink(missing_ok=True)

    def _pairs(self, keys: Sequence[bytes]) -> list[tuple[int, int]]:
        """The place among ``keys`` of each that is known, and its row."""
        places = self._places()
        return [(at, places[key]) for at, key in enumerate(keys) if key in places]

    def _places(self) -> Mapping[bytes, int]:
        """The row of each key; kept until the file grows or begins anew."""
        if self._folder is None:
            return dict.fromkeys(self._memory, 0)
        places: dict[bytes, int] = {}
        try:
            with self._keys.open("rb") as keys, self._rows.open("rb") as rows:
                same = [(s.st_ino, s.st_size, s.st_mtime_ns) for s in map(_status, (keys, rows))]
                if (kept := _known.get(self._keys)) is not None and kept[0] == same:
                    return kept[1]
                for number in range(same[0][1] // _KEY):
                    key, row = keys.read(_KEY), rows.read(self._width)
                    if len(row) == self._width and row[-_SUM:] == _sum(key, row[:-_SUM]):
                        places[key] = number
        except FileNotFoundError:
            return {}
        _known[self._keys] = same, places
        return places

    @property
    def _width(self) -> int:
        """Bytes of a row."""
        return self._size * self.encoder.dimensions + _SUM

    def _matrix(self, rows: int, chosen: Sequence[int]) -> Matrix:
        """The chosen rows of the first ``rows``."""
        import numpy as np

        held = np.memmap(self._rows, dtype=np.uint8, mode="r", shape=(rows, self._width))
        packed = np.ascontiguousarray(held[chosen, :-_SUM])
        if self._size == 1:
            return packed.view(np.int8).astype(np.float32) / np.float32(_SCALE)
        vectors: Matrix = packed.view(np.float16)
        return vectors

    @contextmanager
    def _locked(self) -> Iterator[None]:
        file = os.open(self._keys.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)


def _rounded(matrix: Matrix) -> "NDArray[np.int8]":
    import numpy as np

    return np.clip(np.rint(matrix * _SCALE), -127, 127).astype(np.int8)


def _status(file: IO[bytes]) -> os.stat_result:
    return os.fstat(file.fileno())


def _sum(key: bytes, row: bytes) -> bytes:
    return crc32(row, crc32(key)).to_bytes(_SUM, "little")


#: the encoder of a process that helps
_held: list[Encoder] = []


def _hold(encoder: Encoder) -> None:
    _held[:] = [encoder]


def _read_here(texts: Sequence[str]) -> Matrix:
    return _held[0].encode(texts)
