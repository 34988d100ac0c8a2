"""What an update of a shared text holds, read before it is let in (Yjs' first encoding).

Yjs' documents may hold maps, pictures, formats, other documents. A page is one text: an update that
brings anything else is refused, and so is one whose beginnings are not here, which would wait in
the document for ever. What is let in can be applied whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .varints import Cursor, Malformed

#: bytes of one that are taken
LARGEST = 2_000_000
TEXT = "text"
_GONE, _DELETED, _STRING, _SKIP = 0, 1, 4, 10
_HAS_LEFT, _HAS_RIGHT, _HAS_KEY, _KIND = 0x80, 0x40, 0x20, 0x1F
#: clients of one document; each connection that wrote is one
_CLIENTS = 100_000

#: client → how many of its characters, erased ones included, are known
Known = Mapping[int, int]


@dataclass
class Reading:
    """``ends``: client → where its characters end; ``needs``: what must be known to apply it.

    ``strings``: client, clock and words of what it brings.
    """

    ends: dict[int, int] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    needs: list[tuple[int, int]] = field(default_factory=list)
    strings: list[tuple[int, int, str]] = field(default_factory=list)
    erases: bool = False

    def fits(self, known: Known) -> bool:
        """Whether all that it builds on is known, or comes with it."""
        if any(start > known.get(client, 0) for client, start in self.starts.items()):
            return False
        return all(
            clock < max(known.get(client, 0), self.ends.get(client, 0))
            for client, clock in self.needs
        )

    def brings(self, known: Known) -> int:
        """How many bytes of text it has that are not known yet."""
        total = 0
        for client, clock, words in self.strings:
            have = known.get(client, 0) - clock
            if have <= 0:
                total += len(words.encode("utf-8"))
            elif have < units(words):
                total += len(words.encode("utf-16-le")[2 * have :]) // 2
        return total


def units(words: str) -> int:
    """Its length as JavaScript counts it."""
    return len(words) + sum(char > "\uffff" for char in words)


def read_update(data: bytes) -> Reading:
    """What ``data`` holds. Raises Malformed for what is no update of one plain text."""
    cursor, found = Cursor(data), Reading()
    clients = cursor.number()
    if clients > _CLIENTS:
        raise Malformed
    for _client in range(clients):
        _structs(cursor, found)
    _erased(cursor, found)
    if cursor.left:
        raise Malformed
    return found


def read_state(data: bytes) -> dict[int, int]:
    """A state vector: client → how many of its characters are known. Raises Malformed."""
    cursor = Cursor(data)
    count = cursor.number()
    if count > _CLIENTS:
        raise Malformed
    state = {cursor.number(): cursor.number() for _one in range(count)}
    if cursor.left:
        raise Malformed
    return state


def _structs(cursor: Cursor, found: Reading) -> None:
    count, client, clock = cursor.number(), cursor.number(), cursor.number()
    if client in found.starts or not 0 < count <= cursor.left:
        raise Malformed
    found.starts[client] = clock
    for _one in range(count):
        clock += _struct(cursor, found, client, clock)
    if clock > 2**31:
        raise Malformed
    found.ends[client] = clock


def _struct(cursor: Cursor, found: Reading, client: int, clock: int) -> int:
    """Reads one; returns its length."""
    info = cursor.byte()
    kind = info & _KIND
    if kind == _SKIP:
        raise Malformed  # a hole in what it brings
    if kind == _GONE:
        return _length(cursor)
    if info & _HAS_LEFT:
        found.needs.append((cursor.number(), cursor.number()))
    if info & _HAS_RIGHT:
        found.needs.append((cursor.number(), cursor.number()))
    # The first in its place says where that is: in the one text. A key makes a map of it.
    first = not info & (_HAS_LEFT | _HAS_RIGHT)
    if info & _HAS_KEY or (first and (cursor.number() != 1 or cursor.word() != TEXT)):
        raise Malformed
    if kind == _DELETED:
        return _length(cursor)
    if kind != _STRING:
        raise Malformed
    words = cursor.word()
    if not words:
        raise Malformed
    found.strings.append((client, clock, words))
    return units(words)


def _length(cursor: Cursor) -> int:
    length = cursor.number()
    if not 0 < length <= 2**31:
        raise Malformed
    return length


def _erased(cursor: Cursor, found: Reading) -> None:
    clients = cursor.number()
    if clients > _CLIENTS:
        raise Malformed
    for _client in range(clients):
        client, ranges = cursor.number(), cursor.number()
        if ranges > cursor.left:
            raise Malformed
        for _range in range(ranges):
            clock = cursor.number()
            length = _length(cursor)
            found.needs.append((client, clock + length - 1))
            found.erases = True
