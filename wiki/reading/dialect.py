"""Which software wrote the pages of a wiki that came from elsewhere, as far as links go by it.

The first page says so, ``dialect: obsidian``; else a file does that only this software makes. A
wiki that began here has neither, and its links mean what they always did.
"""

from functools import lru_cache
from posixpath import basename, normpath
from typing import NamedTuple

from wiki.cache.topics import HEAD, note
from wiki.pages.names import FIRST_PAGES
from wiki.pages.paths import ROOT, owner_of
from wiki.pages.words import fold
from wiki.projections.pagespan import levels
from wiki.reading.reader import Reader
from wiki.repository.repository import Repository

KEY = "dialect"
#: a file or folder that the software makes
_SIGNS = ((".obsidian", "obsidian"), ("_Sidebar.md", "gollum"), ("_Footer.md", "gollum"))


class Dialect(NamedTuple):
    """How links are meant: ``by_name``, by the name of a page's file wherever it lies, where
    nothing else is called so; ``turned``, their words before their page."""

    by_name: bool = False
    turned: bool = False


OURS = Dialect()
_KNOWN = {
    "obsidian": Dialect(by_name=True),
    "gollum": Dialect(by_name=True, turned=True),
    "otter": Dialect(turned=True),
}


def dialect_of(reader: Reader) -> Dialect:
    """That of the wiki at the reader's commit."""
    repository = reader.instance.repository
    at = levels(repository, reader.commit)
    said = ""
    for path in (ROOT, *FIRST_PAGES):
        if (head := at.head(path)) is not None:
            said = fold(head.text(KEY)).partition(" ")[0]
            break
    if not said:
        stands = repository.stands
        said = next((name for file, name in _SIGNS if stands(file, reader.commit)), "")
    return _KNOWN.get(said, OURS)


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
