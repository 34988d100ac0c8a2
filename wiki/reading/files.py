"""Attachments: the files in the folder of a page."""

from collections.abc import Callable
from typing import TypeVar

from wiki.cache.topics import only
from wiki.errors import NotFound
from wiki.pages.paths import folder_of, owner_of
from wiki.reading.reader import Reader
from wiki.repository.objects import Blob, Entry
from wiki.translation import gettext as _

Found = TypeVar("Found")


def get_file(reader: Reader, file: str) -> Blob:
    """An attachment, for who may read the page that it lies at. Raises NotFound."""
    return _visible(reader, file, reader.instance.repository.read)


def get_file_id(reader: Reader, file: str) -> str:
    """The hash of the bytes of ``file``, without reading them. Raises as ``get_file``."""
    return _visible(reader, file, reader.instance.repository.blob_id)


def _visible(reader: Reader, file: str, ask: Callable[[str, str], Found | None]) -> Found:
    if not file.endswith(".md") and reader.may_read(owner_of(file)):
        found = ask(file, reader.commit)
        if found is not None:
            return found
    raise NotFound(_("There is no such file."))


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
