"""Attachments brought from git into the bucket, and back: those that stand now, in commits of the
wiki's own.

Killed anywhere, it does the rest when it is run again: a file that is where it should be is passed
over. What older commits hold stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from wiki.errors import StorageFailed, TooLarge
from wiki.files.object_store import ObjectStore
from wiki.files.objects import Objects, folder_of
from wiki.instance import Instance
from wiki.pages.paths import is_servable
from wiki.parts.pointers import files_of_pointers
from wiki.repository.commit import Change, commit
from wiki.repository.objects import WIKI_AUTHOR
from wiki.repository.reads.catfile import MAX_OBJECT

_TO_BUCKET, _TO_GIT = "Grands fichiers hors de git", "Grands fichiers dans git"
#: files and bytes of one commit, unless it is one file
_FILES, _BYTES = 100, 50_000_000

Advance = Callable[[int, int | None], object]


@dataclass
class Brought:
    """How many files were brought, of how many bytes; and those that could not be."""

    files: int = 0
    bytes: int = 0
    left: list[str] = field(default_factory=list)


def bring_to_bucket(instance: Instance, store: ObjectStore, advance: Advance) -> Brought:
    """Puts attachments above the size of the settings there, and pointers in their place.

    What a backup left in the instance's folder goes along. ``advance(done, total)`` is told of
    files. Raises StorageFailed; what is done by then stays.
    """
    _bring_restored(folder_of(instance.settings.instance), store)
    repository, above = instance.repository, instance.settings.object_store_above
    found = [
        (file, blob, size)
        for file, blob in repository.files(repository.head())
        if not file.endswith(".md") and is_servable(file)
        if (size := repository.blob_size(blob)) > above
    ]
    done = Brought()

    def brought() -> Iterator[tuple[str, str, bytes, int]]:
        for number, (file, blob, size) in enumerate(found, 1):
            try:
                pointer = store.put(BytesIO(repository.read_blob(blob)))
            except TooLarge:
                done.left.append(file)
            else:
                yield file, blob, pointer.text, size
            advance(number, len(found))

    _commit_all(instance, brought(), _TO_BUCKET, done)
    return done


def bring_to_git(instance: Instance, store: Objects, advance: Advance) -> Brought:
    """Puts into git what its pointers name; see ``bring_to_bucket``."""
    found = list(files_of_pointers(instance.repository, instance.repository.head()))
    done = Brought()

    def brought() -> Iterator[tuple[str, str, bytes, int]]:
        for number, (file, blob, pointer) in enumerate(found, 1):
            try:
                yield file, blob, store.read(pointer, MAX_OBJECT), pointer.size
            except (TooLarge, StorageFailed):
                done.left.append(file)
            advance(number, len(found))

    _commit_all(instance, brought(), _TO_GIT, done)
    return done


def _bring_restored(folder: Path, store: ObjectStore) -> None:
    if folder.is_dir():
        for file in folder.iterdir():
            with file.open("rb") as source:
                store.put(source)
            file.unlink()
        folder.rmdir()


def _commit_all(
    instance: Instance, files: Iterable[tuple[str, str, bytes, int]], words: str, done: Brought
) -> None:
    """Commits ``files`` (name, blob that stands there, new bytes, size), some at a time."""
    waiting: list[tuple[str, str, bytes, int]] = []
    for one in files:
        waiting.append(one)
        if len(waiting) >= _FILES or sum(len(data) for _f, _b, data, _s in waiting) >= _BYTES:
            _commit(instance, waiting, words, done)
            waiting = []
    _commit(instance, waiting, words, done)


def _commit(
    instance: Instance, files: list[tuple[str, str, bytes, int]], words: str, done: Brought
) -> None:
    repository = instance.repository
    with repository.lock():
        head = repository.head()
        changes: dict[str, Change] = {}
        for file, blob, data, size in files:
            # Another one is there by now, or none: it is another's.
            if repository.blob_id(file, head) == blob:
                changes[file] = data
                done.files, done.bytes = done.files + 1, done.bytes + size
        if changes:
            commit(repository, head, changes, WIKI_AUTHOR, words)
