"""What a tree object says of a folder: ``<mode> <name>\\0<20 bytes>``, an entry after the other."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from wiki.repository.objects import FOLDER, LINK, REGULAR, SUBMODULE

_MODES = (*REGULAR, LINK, FOLDER, SUBMODULE)
#: an entry, whose name is what is found
_NAMES = re.compile(rb"\d{5,6} ([^\0]+)\0.{20}", re.S)


class TreeEntry(NamedTuple):
    """One name in a folder, as git keeps it."""

    mode: bytes
    raw: bytes
    id: str


def read_tree(data: bytes) -> Iterator[TreeEntry]:
    """All entries."""
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        yield TreeEntry(data[at:space], data[space + 1 : end], data[end + 1 : end + 21].hex())
        at = end + 21


def read_names(data: bytes) -> list[bytes]:
    """The names of all entries, without the rest."""
    return _NAMES.findall(data)


def find_entry(data: bytes, name: bytes) -> TreeEntry | None:
    """The entry of that name; there may be thousands: they are not taken apart.

    A hash may hold the same bytes, but hardly those of a mode before them.
    """
    sought = b" %s\0" % name
    at = -1 if not name or b"\0" in name else data.find(sought)
    while at >= 0:
        end = at + len(sought)
        for mode in _MODES:
            if data.endswith(mode, 0, at):
                return TreeEntry(mode, name, data[end : end + 20].hex())
        at = data.find(sought, end)
    return None
