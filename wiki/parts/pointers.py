"""Which files kept elsewhere git names: the pointers of Git LFS among all that it holds."""

from collections.abc import Iterator
from itertools import islice

from wiki.files.pointer import LONGEST, SHORTEST, Pointer, read_pointer
from wiki.repository.reads.blobs import blobs_of_size
from wiki.repository.repository import Repository

_AT_ONCE = 1000


def named_pointers(repository: Repository) -> set[Pointer]:
    """Those of any commit, and of what no commit names any more while git still has it; slow.

    Raises StorageFailed where git cannot give one, or tell whether there are more.
    """
    found: set[Pointer] = set()
    blobs = blobs_of_size(repository.folder, SHORTEST, LONGEST)
    while some := list(islice(blobs, _AT_ONCE)):
        repository.read_ahead(some)
        found.update(_pointers(repository, some))
    return found


def files_of_pointers(repository: Repository, commit: str) -> Iterator[tuple[str, str, Pointer]]:
    """The files that are pointers at ``commit``: name, blob, what it points to."""
    for file, blob in repository.files(commit):
        small = SHORTEST <= repository.blob_size(blob) <= LONGEST
        if small and not file.endswith(".md") and (found := _pointer(repository, blob)):
            yield file, blob, found


def _pointers(repository: Repository, blobs: list[str]) -> Iterator[Pointer]:
    return filter(None, (_pointer(repository, blob) for blob in blobs))


def _pointer(repository: Repository, blob: str) -> Pointer | None:
    return read_pointer(repository.read_blob(blob))
