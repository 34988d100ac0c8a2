"""A git repository that somebody sent or named: its history, and its files as they are now.

::

    a folder, a bundle ────────────────────────────────┐
    a ZIP or tar ─▶ refs and objects alone, beside settings of ours ─▶ copied by git ─▶ commits

Nothing that git would run or follow is taken of an archive: no hooks, settings or other places of
objects. To be used where it can be ended: in the child of a source.
"""

import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from wiki.cache.properties import cached_property
from wiki.errors import BadRequest, TooLarge
from wiki.imports.bundle import DAMAGED
from wiki.repository.creation import check_commits, clone, create
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.repository.span import CommitStory, Span
from wiki.translation import gettext as _

#: files and bytes of a repository in an archive; entries of an archive that are looked at
_MOST, _BYTES, _ENTRIES = 200_000, 2_000_000_000, 500_000
_PIECE = 1 << 20
#: what is taken of a repository, below its folder
_TAKEN = re.compile(
    r"HEAD|packed-refs|refs/heads/[^\0]{1,200}"
    r"|objects/(?:[0-9a-f]{2}/[0-9a-f]{38}|pack/pack-[0-9a-f]{40}\.(?:pack|idx))"
)
_HEAD = re.compile(r"ref: refs/heads/[^\s\0]{1,200}\n?|[0-9a-f]{40}\n?")
_BUNDLE = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_TAR_ERRORS = (tarfile.TarError, EOFError, OSError)


class SentRepository:
    """The branch that its HEAD names."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.head = repository.head()

    @cached_property
    def files(self) -> dict[str, str]:
        """The ordinary files as they are now, by their names, each with what git calls its text."""
        return {} if self.head == EMPTY else dict(self._repository.files(self.head))

    def commits(self) -> Iterator[CommitStory]:
        """All, parents first, each with the files that it changed."""
        return Span(self._repository, EMPTY, self.head).commits()

    def read(self, blob: str, limit: int) -> bytes:
        """The bytes of a file. Raises TooLarge beyond ``limit``."""
        return self._repository.read_blob(blob, limit)


def is_repository(path: Path) -> bool:
    """Whether it is a git repository: a folder, a bundle, or one in a ZIP or tar."""
    if path.is_dir():
        return any((one / "HEAD").is_file() and (one / "objects").is_dir() for one in _in(path))
    with path.open("rb") as file:
        if file.read(len(_BUNDLE[0])) in _BUNDLE:
            return True
    with suppress(BadRequest, TooLarge), _damage_told():
        return bool(_parts(_names(path)))
    return False


@contextmanager
def open_repository(path: Path) -> Iterator[SentRepository]:
    """The repository that ``path`` is or holds. Raises BadRequest, TooLarge."""
    with TemporaryDirectory(prefix="repository-") as name:
        work = Path(name)
        source = path
        if path.is_file() and (zipfile.is_zipfile(path) or tarfile.is_tarfile(path)):
            source = work / "sent.git"
            _unpack(path, source)
        clone(str(source), work / "copy.git")
        check_commits(work / "copy.git")
        repository = Repository.open(work / "copy.git", work / "lock")
        try:
            yield SentRepository(repository)
        finally:
            repository.close()


def _in(folder: Path) -> tuple[Path, Path]:
    return folder, folder / ".git"


@contextmanager
def _damage_told() -> Iterator[None]:
    """Raises BadRequest for what reading an archive raises that is no whole one."""
    try:
        yield
    except (*DAMAGED, *_TAR_ERRORS, NotImplementedError, RuntimeError) as error:
        words = _("This archive is damaged, or was cut off. Make it again, and send that.")
        raise BadRequest(words) from error


def _files(path: Path) -> Iterator[tuple[str, Callable[[], IO[bytes] | None]]]:
    """The files of a ZIP or a tar by their names, each with what opens it; none of another file."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for part in packed.infolist():
                yield part.filename, partial(packed.open, part)
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            for one in archive:
                if one.isreg():
                    yield one.name.removeprefix("./"), partial(archive.extractfile, one)


def _names(path: Path) -> list[str]:
    found = []
    for name, _open in _files(path):
        found.append(name)
        if len(found) > _ENTRIES:
            raise TooLarge(_("There is more in this file than can be imported at once."))
    return found


def _parts(names: list[str]) -> dict[str, str]:
    """The names of what is taken of the repository nearest to the top, each with where it goes."""
    known = set(names)
    heads = [name for name in names if name == "HEAD" or name.endswith("/HEAD")]
    above = {name.partition("objects/")[0] for name in known if "objects/" in name}
    starts = [start for name in heads if (start := name.removesuffix("HEAD")) in above]
    if not starts:
        return {}
    start = min(starts, key=lambda one: (one.count("/"), one))
    below = {name: name[len(start) :] for name in names if name.startswith(start)}
    return {
        name: place
        for name, place in below.items()
        if _TAKEN.fullmatch(place) and ".." not in place and "//" not in place
    }


def _unpack(path: Path, folder: Path) -> None:
    """Makes a bare repository of what ``path`` holds of one."""
    with _damage_told():
        wanted = _parts(_names(path))
    if not wanted:
        raise BadRequest(_("There is no git repository in this archive."))
    if len(wanted) > _MOST:
        raise TooLarge(_("There is more in this file than can be imported at once."))
    create(folder)
    left = _BYTES
    with _damage_told():
        for name, open_file in _files(path):
            if name in wanted and not name.endswith("/") and (file := open_file()) is not None:
                with file:
                    left = _copy(file, folder / wanted[name], left)
    head = (folder / "HEAD").read_bytes()[:300].decode("ascii", "replace")
    if not _HEAD.fullmatch(head):
        raise BadRequest(_("There is no git repository in this archive."))


def _copy(file: IO[bytes], place: Path, left: int) -> int:
    """Writes a file; how many bytes there is room for then. Raises TooLarge."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as out:
        while piece := file.read(_PIECE):
            left -= len(piece)
            if left < 0:
                words = _("Unpacked, this would be larger than {size} GB. Nothing was read of it.")
                raise TooLarge(words.format(size=_BYTES // 1_000_000_000))
            out.write(piece)
    return left
