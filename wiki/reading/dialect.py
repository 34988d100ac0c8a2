"""Which software wrote the pages of a wiki that came from elsewhere, as far as links go by it.

The first page says so, ``dialect: obsidian``; else a file does that only this software makes. A
wiki that began here has neither, and its links mean what they always did.
"""

from functools import lru_cache
from posixpath import basename, normpath

from wiki.cache.topics import HEAD, note
from wiki.pages.names import Dialect, dialect
from wiki.pages.paths import owner_of
from wiki.projections.pagespan import levels
from wiki.reading.reader import Reader
from wiki.repository.repository import Repository


def dialect_of(reader: Reader) -> Dialect:
    """That of the wiki at the reader's commit."""
    repository = reader.instance.repository
    heads = levels(repository, reader.commit)
    return dialect(heads.head, lambda name: repository.stands(name, reader.commit) is not None)


def find_picture(reader: Reader, file: str, target: str) -> str | None:
    """The file that ``![[target]]`` in ``file`` shows: beside it, from the root, else by its name.

    None where there is none that the reader may see, as for one that there is not.
    """
    folder = file.rpartition("/")[0]
    for name in (normpath(f"{folder}/{target}").lstrip("/"), normpath(target).lstrip("/")):
        if reader.instance.repository.blob_id(name, reader.commit) is not None:
            return name if reader.may_read(owner_of(name)) else None
    note((HEAD,))  # whatever file comes may bear the name
    named = _files_by_name(reader.instance.repository, reader.commit).get(basename(target), ())
    return next((name for name in named if reader.may_read(owner_of(name))), None)


@lru_cache(maxsize=4)
def _files_by_name(repository: Repository, commit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file, _blob in repository.files(commit):
        if not file.endswith(".md"):
            found.setdefault(basename(file), []).append(file)
    return found
