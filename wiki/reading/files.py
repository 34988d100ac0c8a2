"""Attachments: the files in the folder of a page, in git or where git points to."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from wiki.cache.topics import only
from wiki.errors import NotFound, TooLarge
from wiki.files.object_store import PIECE
from wiki.files.objects import no_store
from wiki.files.pointer import LONGEST, Pointer, read_pointer
from wiki.pages.paths import folder_of, owner_of
from wiki.reading.reader import Reader
from wiki.repository.objects import Blob, Entry
from wiki.repository.reads.blob_copy import copy_blob
from wiki.repository.reads.catfile import MAX_OBJECT
from wiki.translation import gettext as _

#: bytes of a copy on disk that are read at once
_KEPT = 1 << 20


@dataclass(frozen=True)
class File:
    """An attachment, its bytes not read yet: what git holds of it is the blob ``id``."""

    reader: Reader
    id: str
    size: int
    #: where git holds a pointer alone
    pointer: Pointer | None

    def read(self) -> bytes:
        """All bytes. Raises TooLarge for more than fit into memory, StorageFailed."""
        if self.pointer is None:
            return self.reader.instance.repository.read_blob(self.id)
        if self.reader.instance.objects is None:
            raise no_store()
        return self.reader.instance.objects.read(self.pointer, MAX_OBJECT)

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` to before ``end``, some at a time. Raises as ``read``.

        What is large is never in memory as a whole, however slowly it is taken.
        """
        if self.pointer is None:
            if self.size > PIECE:
                return self._copied(start, end)
            return iter((self.read()[start:end],))
        if self.reader.instance.objects is None:
            raise no_store()
        return self.reader.instance.objects.stream(self.pointer, start, end)

    def checked_stream(self) -> Iterator[bytes]:
        """All bytes, some at a time, once all are there and are what they should be."""
        if self.pointer is None or self.pointer.size <= PIECE:
            return self.stream()
        with ExitStack() as stack:
            kept = stack.enter_context(TemporaryFile())
            kept.writelines(self.stream())
            return _pieces(kept, stack.pop_all(), 0, self.size)

    def _copied(self, start: int, end: int | None) -> Iterator[bytes]:
        if self.size > MAX_OBJECT:
            raise TooLarge(_("This file is too large to be shown."))
        with ExitStack() as stack:
            kept = stack.enter_context(TemporaryFile())
            copy_blob(self.reader.instance.repository.folder, self.id, kept)
            end = self.size if end is None else min(end, self.size)
            return _pieces(kept, stack.pop_all(), start, end)


def get_file(reader: Reader, file: str) -> Blob:
    """An attachment, for who may read the page that it lies at. Raises NotFound, TooLarge."""
    found = find_file(reader, file)
    return Blob(found.id, found.read())


def find_file(reader: Reader, file: str) -> File:
    """An attachment, without reading it. Raises NotFound."""
    return file_of(reader, get_file_id(reader, file))


def _pieces(file: IO[bytes], stack: ExitStack, start: int, end: int) -> Iterator[bytes]:
    with stack:
        file.seek(start)
        while piece := file.read(min(_KEPT, end - file.tell())):
            yield piece


def get_file_id(reader: Reader, file: str) -> str:
    """What git calls ``file``, another with other bytes. Raises NotFound."""
    if not file.endswith(".md") and reader.may_read(owner_of(file)):
        found = reader.instance.repository.blob_id(file, reader.commit)
        if found is not None:
            return found
    raise NotFound(_("There is no such file."))


def file_of(reader: Reader, blob: str) -> File:
    """What stands as ``blob``, for who has asked the policy already."""
    repository = reader.instance.repository
    size, pointer = repository.blob_size(blob), None
    if size <= LONGEST:
        pointer = read_pointer(repository.read_blob(blob))
    return File(reader, blob, size if pointer is None else pointer.size, pointer)


def list_files(reader: Reader, path: str, after: str = "", limit: int = 100) -> list[Entry]:
    """The attachments of a page, by name from ``after`` on."""
    with only(f"attachments:{path}"):
        return reader.instance.repository.other_files(
            folder_of(path), reader.commit, ".md", after, limit
        )


def list_files_below(reader: Reader, path: str) -> list[str]:
    """Every file in the folder of ``path`` and its folders, whoever may see it."""
    found: list[str] = []
    folders = [folder_of(path)]
    while folders:
        folder, after = folders.pop(), ""
        while entries := reader.instance.repository.entries(folder, reader.commit, after, 1000):
            for entry in entries:
                name = f"{folder}/{entry.name}"
                (folders if entry.kind == "folder" else found).append(name)
            after = entries[-1].name
    return found


def has_folder(reader: Reader, path: str) -> bool:
    """Whether anything lies below ``path``."""
    stands = reader.instance.repository.stands(folder_of(path), reader.commit)
    return stands is not None and stands[0] == "tree"
