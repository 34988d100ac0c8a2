"""The folders of a commit in the making: read where something changes in them, and only there."""

from collections.abc import Callable

from wiki.repository.objects import EMPTY, FOLDER, encode_name
from wiki.repository.reads.catfile import CatFile
from wiki.repository.reads.trees import find_entry, read_tree

_FILE = b"100644"

#: ``save(kind, data)`` keeps an object and returns its id
Save = Callable[[str, bytes], str]


class Tree:
    """All that stands at a commit, to be changed: files put in their place, others taken away.

    A folder that nothing is left in is gone. Other entries stay as they are, byte by byte.
    """

    def __init__(self, objects: CatFile, id: str = EMPTY) -> None:
        self._objects = objects
        self._id = id
        self._data = self._saved = b"" if id == EMPTY else objects.tree_data(id)
        #: the folders in it that were changed, or looked into to be changed
        self._open: dict[bytes, Tree] = {}

    def put(self, name: str, kind: str, id: str) -> None:
        """Puts the object ``id``, a ``blob`` or a ``tree``, at ``name``."""
        *above, last = encode_name(name).split(b"/")
        folder = self
        for part in above:
            folder = folder._folder(part)
        folder._open.pop(last, None)
        folder._put(last, FOLDER if kind == "tree" else _FILE, id)

    def drop(self, name: str) -> None:
        """Takes away the file or the folder ``name``, where there is one."""
        *above, last = encode_name(name).split(b"/")
        folder = self
        for part in above:
            found = find_entry(folder._data, part)
            if part not in folder._open and (found is None or found.mode != FOLDER):
                return
            folder = folder._folder(part)
        folder._open.pop(last, None)
        folder._drop(last)

    def save(self, save: Save) -> str:
        """Keeps each folder that changed, and returns the id of them all; may go on afterwards."""
        for name, folder in self._open.items():
            id = folder.save(save)
            if id == EMPTY:
                self._drop(name)
            else:
                self._put(name, FOLDER, id)
        if self._data != self._saved:
            self._id, self._saved = save("tree", self._data), self._data
        return self._id

    def _folder(self, name: bytes) -> "Tree":
        """The folder ``name`` in this one; a new one where there is none."""
        if (folder := self._open.get(name)) is None:
            found = find_entry(self._data, name)
            there = found is not None and found.mode == FOLDER
            folder = self._open[name] = Tree(self._objects, found.id if found and there else EMPTY)
        return folder

    def _put(self, name: bytes, mode: bytes, id: str) -> None:
        new = b"%s %s\0%s" % (mode, name, bytes.fromhex(id))
        found = find_entry(self._data, name)
        if found is not None and found.mode == mode:
            # The usual case: one entry among thousands changes its id.
            old = b"%s %s\0%s" % (mode, name, bytes.fromhex(found.id))
            self._data = self._data.replace(old, new, 1)
            return
        entries = self._entries()
        entries[name] = new
        self._order(entries)

    def _drop(self, name: bytes) -> None:
        entries = self._entries()
        if entries.pop(name, None) is not None:
            self._order(entries)

    def _entries(self) -> dict[bytes, bytes]:
        return {
            one.raw: b"%s %s\0%s" % (one.mode, one.raw, bytes.fromhex(one.id))
            for one in read_tree(self._data)
        }

    def _order(self, entries: dict[bytes, bytes]) -> None:
        """git's order: a folder's name counts with a slash behind it."""
        self._data = b"".join(
            entries[name]
            for name in sorted(
                entries, key=lambda name: name + b"/" * entries[name].startswith(FOLDER)
            )
        )
