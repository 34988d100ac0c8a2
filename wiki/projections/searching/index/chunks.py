"""A file of compressed chunks, of which a list at its end tells where each stands.

Chunks are of zlib, which notices damage; the list is JSON. Nothing in such a file is executed,
whoever wrote it. Any thread may read: no position is kept.
"""

import json
import os
import zlib
from array import array
from pathlib import Path
from struct import Struct
from typing import Any, Protocol
from weakref import finalize

#: where the list begins, and how many bytes it has: the last words of the file
_END = Struct("<QQ")
#: bytes that a chunk may have, and as many more for each byte of its file: a document has four
#: bytes of numbers in one that packs best, and more than twenty bytes elsewhere in the file
_LEAST, _EACH = 1 << 20, 64
#: bytes of which one list of numbers may consist
_WIDTHS = {"B": 1, "H": 2, "I": 4}


class Sink(Protocol):
    """A file that is written from its beginning to its end."""

    def write(self, data: bytes, /) -> Any:
        """Appends ``data``."""

    def close(self) -> Any:
        """Ends the file."""


class ChunkWriter:
    """Appends chunks to a file."""

    def __init__(self, file: Sink) -> None:
        self._file = file
        self._size = 0

    def add(self, data: bytes) -> tuple[int, int]:
        """Appends a chunk; where it stands, as ``ChunkFile.read`` wants to know it."""
        packed = zlib.compress(data)
        self._file.write(packed)
        place = self._size, len(packed)
        self._size += len(packed)
        return place

    def close(self, contents: object) -> None:
        """Ends the file with ``contents``, its list."""
        place = self.add(encode_json(contents))
        self._file.write(_END.pack(*place))
        self._file.close()


class ChunkFile:
    """Reads chunks. Raises FileNotFoundError, or any other exception where it is damaged.

    However it is damaged, what is read takes no more room than the file makes likely.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.close = finalize(self, os.close, self._file)
        self._size = os.fstat(self._file).st_size
        end = os.pread(self._file, _END.size, max(0, self._size - _END.size))
        self.contents = json.loads(self.read(*_END.unpack(end)))

    def read(self, offset: int, size: int) -> bytes:
        """The chunk that stands there."""
        if offset + size > self._size:
            raise ValueError("a chunk beyond the end")
        unpacking = zlib.decompressobj()
        found = unpacking.decompress(
            os.pread(self._file, size, offset), _LEAST + _EACH * self._size
        )
        if not unpacking.eof:
            raise ValueError("a chunk that does not end")
        return found


def encode_json(value: object) -> bytes:
    """``value`` as JSON; texts may hold lone surrogates."""
    told = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return told.encode("utf-8", "surrogatepass")


def to_planes(kind: str, numbers: "array[int] | list[int]") -> bytes:
    """The bytes of numbers, all lowest first: the higher ones are mostly 0, and compress well."""
    data = array(kind, numbers).tobytes()
    width = _WIDTHS[kind]
    return b"".join(data[plane::width] for plane in range(width))


def from_planes(kind: str, data: bytes) -> "array[int]":
    """The numbers that ``to_planes`` was given."""
    width = _WIDTHS[kind]
    count = len(data) // width
    found = bytearray(len(data))
    for plane in range(width):
        found[plane::width] = data[plane * count : (plane + 1) * count]
    numbers = array(kind)
    numbers.frombytes(found)
    return numbers
