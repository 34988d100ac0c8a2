"""One archive with everything that cannot be worked out again, taken while others write.

::

    manifest.json      what the rest is, and how much: manifest.py
    private            the private rows as an SQLite file, whatever database holds them
    content.bundle     the pages with their history
    proposals          the texts that wait for someone
    wiki.toml, secret  settings, and the key of sessions
    objects/…          large files that any commit points to, where they are in a bucket

Derived stores are not in it: they are rebuilt. Each part is in it whole or the archive is refused.
"""

import logging
import lzma
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki import __version__
from wiki.backups.manifest import LONGEST, NAME, Manifest, count, sum_of
from wiki.config import Settings
from wiki.errors import BadRequest, NotFound, StorageFailed
from wiki.files.object_store import ObjectDamaged, ObjectLost
from wiki.files.objects import Objects, objects_of
from wiki.files.pointer import Pointer
from wiki.instance import Instance
from wiki.parts.identity import database_url, read_identity
from wiki.parts.pointers import named_pointers
from wiki.people.store.copies import count_copied
from wiki.people.store.database import Database
from wiki.repository.proposals import Proposed
from wiki.repository.remote.bundle import bundle
from wiki.repository.repository import Repository
from wiki.translation import gettext as _

BUNDLE = "content.bundle"
OBJECTS = "objects"
PROPOSALS = "proposals"
ROWS = "private"
FILES = ("wiki.toml", "secret")
_OBJECT = re.compile(f"{OBJECTS}/[0-9a-f]{{64}}")
_CHUNK = 1 << 20
_log = logging.getLogger(__name__)
_SQLITE = b"SQLite format 3\0"
#: what the archive's readers say of bytes that are none, an OSError without a number among it
_NO_ARCHIVE = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError)


@dataclass(frozen=True)
class Sources:
    """What a backup is taken of. Nothing of it is altered, in whatever shape it is."""

    folder: Path
    repository: Repository
    proposed: Proposed
    private: Database
    #: where large files are, if they are in a backup
    objects: Objects | None = None

    @classmethod
    def of(cls, instance: Instance) -> "Sources":
        """Those of an instance that is open."""
        folder = instance.settings.instance
        objects = instance.objects if instance.settings.object_store_in_backups else None
        return cls(folder, instance.repository, instance.proposed, instance.private, objects)

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> "Iterator[Sources]":
        """Those of an instance that is not to be opened, since that would migrate its rows."""
        folder = settings.instance
        identity = read_identity(folder)
        repository = Repository.open(folder / "content.git", folder / "lock")
        proposed = Proposed(folder / "proposals.git", repository)
        id = identity.id if identity else ""
        private = Database(database_url(settings), instance=id)
        try:
            objects = objects_of(settings, id) if settings.object_store_in_backups else None
            yield cls(folder, repository, proposed, private, objects)
        finally:
            proposed.close()
            repository.close()
            private.close()

    def pointers(self) -> list[Pointer]:
        """What names the large files that go into the archive."""
        return [] if self.objects is None else sorted(named_pointers(self.repository))


def write_backup(instance: Instance, file: Path) -> int:
    """Writes the archive; it appears under its name only once it is whole. Returns its bytes.

    Raises NotFound where its folder is not there, StorageFailed.
    """
    if not file.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {file.absolute().parent}")
    with TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as work:
        archive, _manifest = pack(Sources.of(instance), Path(work))
        size = archive.stat().st_size
        archive.replace(file)
    return size


def pack(sources: Sources, work: Path, *, compressed: bool = True) -> tuple[Path, Manifest]:
    """Makes the archive in the empty folder ``work``, and says what is in it."""
    # Texts that wait are taken on both sides of the rows: none of them is a row without a text.
    held = sources.proposed.held()
    # Private rows first: a row may speak of a page that is there, never of one that is not.
    sources.private.backup(work / ROWS)
    made = datetime.now(UTC)
    sources.proposed.pack(work / PROPOSALS, {**held, **sources.proposed.held()})
    head = bundle(sources.repository, work / BUNDLE)
    for name in FILES:
        if (sources.folder / name).is_file():
            shutil.copyfile(sources.folder / name, work / name)
    parts = [name for name in (ROWS, BUNDLE, PROPOSALS, *FILES) if (work / name).is_file()]
    rows = count_copied(work / ROWS)
    manifest = Manifest(
        __version__,
        made,
        sources.private.read_identity(),
        head,
        sources.private.read_revisions(),
        count(sources.repository, head, rows, count_packed(work / PROPOSALS)),
        {name: sum_of(work / name) for name in parts},
    )
    manifest.write(work / NAME)
    archive = work / "archive"
    with tarfile.open(archive, "w:gz" if compressed else "w") as tar:
        for name in (NAME, *parts):
            tar.add(work / name, name)
            (work / name).unlink()  # the disk need not hold everything twice
        for pointer in sources.pointers():
            if copy_object(sources.objects, pointer, work / OBJECTS):
                tar.add(work / OBJECTS, f"{OBJECTS}/{pointer.oid}")
                (work / OBJECTS).unlink()
    archive.chmod(0o600)
    return archive, manifest


def unpack(file: Path, work: Path) -> Manifest | None:
    """The parts of a backup, and nothing else that an archive may hold; what it says of itself.

    None of one that earlier versions made. Raises BadRequest where its bytes are not those that
    were written, StorageFailed where there is no room for them.
    """
    manifest = None
    with _reading(file), tarfile.open(file, "r:*") as archive:
        for member in archive:
            if not member.isfile():
                continue
            if member.name == NAME and member.size <= LONGEST:
                data = archive.extractfile(member)
                manifest = Manifest.parse(data.read() if data else b"")
            elif _OBJECT.fullmatch(member.name):
                _check_room(member.size, work)
                archive.extract(member, work, filter="data")
                if f"{OBJECTS}/{sum_of(work / member.name)}" != member.name:
                    raise BadRequest(f"{file.name} is damaged: {member.name} is not as it was")
            elif member.name in (ROWS, BUNDLE, PROPOSALS, *FILES):
                _check_room(member.size, work)
                archive.extract(member, work, filter="data")
        # The sum at the end of what is compressed is looked at only by who reads as far.
        while archive.fileobj is not None and archive.fileobj.read(_CHUNK):
            pass
    if not (work / ROWS).is_file() or not _is_sqlite(work / ROWS):
        raise BadRequest(f"{file.name} is not a backup of a wiki")
    for name, expected in (manifest.sums if manifest else {}).items():
        if not (work / name).is_file() or sum_of(work / name) != expected:
            raise BadRequest(f"{file.name} is damaged: {name} is not as it was written")
    return manifest


def copy_object(objects: Objects | None, pointer: Pointer, file: Path) -> bool:
    """Writes a large file's bytes; whether they could be had. Raises StorageFailed for others."""
    if objects is None:
        return False
    try:
        with file.open("wb") as target:
            target.writelines(objects.stream(pointer))
    except (ObjectLost, ObjectDamaged):
        # One that is lost keeps nothing else from being backed up; `wiki check` names it.
        _log.error("a backup goes without the object %s", pointer.oid)
        file.unlink(missing_ok=True)
        return False
    return True


def count_packed(proposals: Path) -> int:
    """How many texts the file of those that wait holds."""
    if not proposals.is_file():
        return 0
    with proposals.open("rb") as file:
        return sum(1 for _line in iter(lambda: file.readline(1000).strip(), b""))


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as source:
        return source.read(len(_SQLITE)) == _SQLITE


def _check_room(size: int, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    if size > shutil.disk_usage(work).free:
        raise StorageFailed(_("There is not enough room on the disk to unpack the backup."))


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except _NO_ARCHIVE as error:
        raise BadRequest(f"{file.name} is not a backup of a wiki, or is damaged") from error
    except OSError as error:
        if error.errno is not None:  # the disk's fault, not the file's
            raise
        raise BadRequest(f"{file.name} is not a backup of a wiki, or is damaged") from error
