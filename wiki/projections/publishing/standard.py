"""The public pages once more, as Markdown that any git host reads: a repository of its own.

::

    index/public.git ──▶ pages/standard.py ──▶ index/standard.git     a commit for each state that
      what everyone may see, nothing else                              someone asked for

It is made of ``public.git`` alone, so it can hold nothing that is not there. Where that was made
again because something closed, this one is begun again too, and its objects go with it.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from wiki.errors import TooLarge
from wiki.pages.head.frontmatter import Head
from wiki.pages.names import Dialect, dialect
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, is_servable, page_of
from wiki.pages.standard import Surroundings, standard_text
from wiki.projections.pagespan import LARGEST, head_of, text_of
from wiki.repository.creation import create
from wiki.repository.objects import EMPTY, WIKI_AUTHOR, decode, object_hash
from wiki.repository.repository import Repository
from wiki.repository.rewrite import branch_of, rewriting

#: pages that a request makes itself; more are left to the process of tasks
FEW = 300
#: Another way of writing pages is another edition.
EDITION = 1
_README = "README.md"
_WANTED = "standard.wanted"


@dataclass(frozen=True)
class Marker:
    """What the repository was made of: the folder of the public one, its commit, the address."""

    source: str = ""
    commit: str = EMPTY
    site: str = ""
    edition: int = EDITION


class Standard:
    """``index/standard.git``, for who asks for it; ``site`` is the wiki's own address."""

    def __init__(self, index: Path, site: str) -> None:
        self._index = index
        self._link = index / "standard.git"
        self._site = site

    def folder(self, public: Path) -> Path | None:
        """The repository, where it holds nothing that ``public`` does not; perhaps an older state.

        None where it must be made first.
        """
        folder = self._link.resolve()
        marker = _read(folder)
        known = (marker.source, marker.site, marker.edition) == (public.name, self._site, EDITION)
        return folder if known else None

    def is_current(self, public: Path) -> bool:
        """Whether it is made of the newest commit of ``public``."""
        folder = self.folder(public)
        return folder is not None and _read(folder).commit == _tip(public)

    def want(self) -> None:
        """Notes that someone asks for it."""
        (self._index / _WANTED).touch()

    def make(self, public: Path, most: int | None = None) -> bool:
        """Brings it up to date with ``public``; False where another process is at it.

        Raises TooLarge where there are more than ``most`` pages.
        """
        with self._turn() as free:
            if not free:
                return False
            if not self.is_current(public):
                self._make(public, most)
            return True

    def _make(self, public: Path, most: int | None) -> None:
        commit = _tip(public)
        with closing(Repository(public, self._index / "standard.read")) as source:
            every = dict(source.files(commit))
            files = {name: id for name, id in every.items() if is_servable(name)}
            if most is not None and sum(name.endswith(".md") for name in files) > most:
                raise TooLarge("the wiki is too large to be written in a request")
            wanted = self._wanted(source, files, _dialect(source, every))
            folder = self.folder(public)
            fresh = folder is None
            if folder is None:
                folder = self._index / f"standard-{secrets.token_hex(6)}"
                create(folder)
            _commit(folder, source, files, wanted)
        marker = Marker(public.name, commit, self._site)
        part = folder / f"marker.{os.getpid()}"
        part.write_text(json.dumps(asdict(marker)), "ascii")
        part.replace(folder / "marker")
        if fresh:
            self._swap(folder)

    def _wanted(
        self, source: Repository, files: dict[str, str], written: Dialect
    ) -> dict[str, bytes | None]:
        """What each file holds; None for those that stay as they are."""
        pages: dict[str, Page] = {}
        for name, id in files.items():
            path = page_of(name)
            if path is not None and (path not in pages or name == f"{path}.md"):
                pages[path] = Page(path, name, decode(source.read_blob(id, LARGEST)))
        around = Surroundings(
            pages,
            frozenset(name for name in files if not name.endswith(".md")),
            self._site,
            by_name=written.by_name,
            turned=written.turned,
        )
        wanted: dict[str, bytes | None] = dict.fromkeys(files)
        for page in pages.values():
            wanted[page.file] = standard_text(page, around).encode()
        if _README not in wanted and ROOT in pages:
            title = pages[ROOT].title
            wanted[_README] = f"# {title}\n\n[{title}](index.md) · <{self._site}/>\n".encode()
        return wanted

    def _swap(self, folder: Path) -> None:
        """Puts ``folder`` where everyone looks; the others go, objects and all."""
        link = self._index / f"standard.{os.getpid()}.link"
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name, target_is_directory=True)
        link.replace(self._link)
        for left in self._index.glob("standard-*"):
            if left != folder:
                shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        lock = os.open(self._index / "standard.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(lock)


def is_wanted(index: Path) -> bool:
    """Whether someone has asked for it, so that it is kept up to date."""
    return (index / _WANTED).exists()


def forget_standard(index: Path) -> None:
    """Removes what was made of a public repository that is no more, objects and all."""
    for left in index.glob("standard-*"):
        shutil.rmtree(left, ignore_errors=True)


def _commit(
    folder: Path, source: Repository, files: dict[str, str], wanted: dict[str, bytes | None]
) -> None:
    """Writes what differs from the last state as one commit; nothing where nothing does."""
    tip = branch_of(folder)
    with closing(Repository(folder, folder / "lock")) as target:
        before = dict(target.files(tip)) if tip else {}
    ids = {
        name: files[name] if data is None else object_hash("blob", data)
        for name, data in wanted.items()
    }
    changed = [name for name, id in ids.items() if before.get(name) != id]
    gone = before.keys() - ids.keys()
    if not (changed or gone):
        return
    with rewriting(folder, source, many=True) as writer:
        message = "Pages publiques, en Markdown standard"
        mark = writer.commit([tip] if tip else [], WIKI_AUTHOR, datetime.now(UTC), message)
        for name in sorted(gone):
            writer.delete(name)
        for name in changed:
            data = wanted[name]
            if data is None:
                writer.write(name, files[name])
            else:
                writer.put(name, data)
        writer.finish(mark)


def _dialect(source: Repository, files: dict[str, str]) -> Dialect:
    """That of what everyone may see."""

    def head(path: str) -> Head | None:
        id = files.get(f"{path}.md")
        return head_of(text_of(source, id)) if id else None

    return dialect(
        head, lambda sign: any(name == sign or name.startswith(f"{sign}/") for name in files)
    )


def _read(folder: Path) -> Marker:
    try:
        return Marker(**json.loads((folder / "marker").read_text("ascii")))
    except (OSError, ValueError, TypeError):
        return Marker(edition=0)


def _tip(folder: Path) -> str:
    return branch_of(folder) or EMPTY
