"""git's pack format, of whole objects alone: written for a save, read where another has written.

After ``gitformat-pack``, version 2 of both files: objects one after the other, each its kind and
size, then its bytes by zlib; the index has their ids in order, checksums and places.
"""

import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha1
from itertools import accumulate
from struct import pack
from typing import NamedTuple

_HEADER = b"PACK\0\0\0\2"
_INDEX_HEADER = b"\377tOc\0\0\0\2"
_NUMBERS = {"commit": 1, "tree": 2, "blob": 3}
_KINDS = {number: kind for kind, number in _NUMBERS.items()}
#: the quickest: `git repack` packs what stays anew
_LEVEL = 1


class Packed(NamedTuple):
    """The bytes of both files, and the name that git gives to such a pack."""

    pack: bytes
    idx: bytes
    name: str


def pack_objects(objects: Iterable[tuple[str, str, bytes]]) -> Packed:
    """A pack of id, kind and bytes of each object."""
    given = list(objects)
    parts, at = [_HEADER + pack(">L", len(given))], 12
    entries: list[tuple[bytes, bytes, bytes]] = []
    for id, kind, data in given:
        part = _entry_header(_NUMBERS[kind], len(data)) + zlib.compress(data, _LEVEL)
        entries.append((bytes.fromhex(id), pack(">L", zlib.crc32(part)), pack(">L", at)))
        parts.append(part)
        at += len(part)
    parts.append(end := _sum(parts))
    entries.sort()
    counts = [0] * 256
    for id_bytes, _crc, _place in entries:
        counts[id_bytes[0]] += 1
    columns = (b"".join(column) for column in zip(*entries, strict=True))
    index = [_INDEX_HEADER, pack(">256L", *accumulate(counts)), *columns, end]
    return Packed(b"".join(parts), b"".join([*index, _sum(index)]), f"pack-{end.hex()}")


def unpack_objects(packed: bytes, most: int) -> Iterator[tuple[str, bytes]]:
    """Kind and bytes of the objects of a pack, until one is made of another's bytes.

    And as long as they have ``most`` bytes, together. Raises IndexError, zlib.error for bytes that
    are no pack.
    """
    view, at = memoryview(packed), 12
    for _number in range(int.from_bytes(packed[8:12], "big")):
        byte, shift = view[at], 4
        kind, size = _KINDS.get(byte >> 4 & 7), byte & 15
        while byte & 128:
            at += 1
            byte = view[at]
            size |= (byte & 127) << shift
            shift += 7
        most -= size
        if kind is None or most < 0:
            return
        at += 1
        end = at + size + size // 100 + 100  # no more than that is taken to pack so many
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(view[at:end], size + 1)
        if len(data) != size or not unpacking.eof:
            return
        at = min(end, len(view)) - len(unpacking.unused_data)
        yield kind, data


def _entry_header(number: int, size: int) -> bytes:
    """The kind and four bits of the size, then seven bits a byte, as long as there are more."""
    header, byte = bytearray(), number << 4 | size & 15
    size >>= 4
    while size:
        header.append(byte | 128)
        byte = size & 127
        size >>= 7
    header.append(byte)
    return bytes(header)


def _sum(parts: Iterable[bytes]) -> bytes:
    found = sha1(usedforsecurity=False)
    for part in parts:
        found.update(part)
    return found.digest()
