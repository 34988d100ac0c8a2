"""What differs between two commits, told from their folders; those that are alike are not read."""

import re
from collections.abc import Iterator

from wiki.repository.objects import FOLDER, REGULAR, decode_name
from wiki.repository.reads.catfile import CatFile
from wiki.repository.reads.trees import TreeEntry, read_tree

#: folders that are compared, and bytes of one; beyond, git does it
_MOST, _LARGEST = 200, 1_000_000
#: an entry of a tree object
_ENTRIES = re.compile(rb"\d{5,6} [^\0]+\0.{20}", re.S)

#: a file's name, and the ids of its bytes before and after; None where no ordinary file stands
Difference = tuple[str, str | None, str | None]


class _TooMany(Exception):
    """More differs than is compared here."""


def differing_files(objects: CatFile, since: str, to: str) -> list[Difference] | None:
    """The files that differ, in git's order of names; None where git has to tell: they are many.

    Or where one of the commits is not here.
    """
    try:
        return list(_Comparison(objects).files(objects.root(since), objects.root(to), b""))
    except (_TooMany, LookupError):
        return None


class _Comparison:
    def __init__(self, objects: CatFile) -> None:
        self._objects = objects
        self._left = _MOST

    def files(self, since: str | None, to: str | None, above: bytes) -> Iterator[Difference]:
        """What differs in the folders of those ids, which stands at ``above``."""
        self._left -= 1
        if self._left < 0:
            raise _TooMany
        before, after = self._differing(since, to)
        for key in sorted(before.keys() | after.keys()):
            old, new = before.get(key), after.get(key)
            if old == new:
                continue
            name = above + key
            if key.endswith(b"/"):
                yield from self.files(old.id if old else None, new.id if new else None, name)
            elif (was := _file(old)) != (now := _file(new)):
                yield decode_name(name), was, now

    def _differing(self, since: str | None, to: str | None) -> list[dict[bytes, TreeEntry]]:
        """What one of two folders has and the other has not, by name, a slash behind a folder's.

        So git orders them. Of thousands that are alike, none is taken apart.
        """
        sides = [set(_ENTRIES.findall(self._data(tree))) for tree in (since, to)]
        return [
            {one.raw + b"/" * (one.mode == FOLDER): one for one in read_tree(b"".join(side))}
            for side in (sides[0] - sides[1], sides[1] - sides[0])
        ]

    def _data(self, tree: str | None) -> bytes:
        found = None if tree is None else self._objects.read(tree, None)
        if tree is not None and (found is None or found.type != "tree"):
            raise LookupError(tree)  # lost: it is not gone from the wiki
        data = found.data if found else b""
        if len(data) > _LARGEST:
            raise _TooMany
        return data


def _file(entry: TreeEntry | None) -> str | None:
    return entry.id if entry is not None and entry.mode in REGULAR else None
