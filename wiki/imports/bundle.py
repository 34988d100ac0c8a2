"""A folder, an archive (ZIP, TAR) or one file, as files by their names; nothing climbs out.

::

    with open_bundle(path) as bundle:
        for item in bundle.items:  # in the order of their names
            data = bundle.read(item, 1_000_000)

Archives in an archive, as large exports of Notion are, are looked into too, one level deep.
"""

import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

from wiki.errors import BadRequest, TooLarge
from wiki.imports.tarballs import Slice, is_tarball, list_members, unpack_tarball
from wiki.translation import gettext as _

#: files, bytes of all together; archives in an archive, and bytes of these together
_MOST, _UNPACKED, _ARCHIVES, _INNER = 200_000, 20_000_000_000, 100, 5_000_000_000
_PIECE = 1 << 20
#: what systems and programs leave beside what people wrote
_NOISE = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
#: what reading an archive raises that is none, or no whole one
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError)
_DOCUMENTS = frozenset({".docx", ".docm", ".odt"})
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
#: where a file lies: in an archive, or on the disk
_Place = tuple[zipfile.ZipFile, zipfile.ZipInfo] | Slice | Path
#: the first moment that an archive can tell: it stands for none
_NO_YEAR = 1980


@dataclass(frozen=True)
class BundledFile:
    """A file: its name with folders (``Projets/LoRa.md``), how long it is, when it was changed."""

    name: str
    size: int
    when: datetime | None = None


@dataclass
class Bundle:
    """The files; ``refused`` are names that were not taken: links, and what climbs out."""

    items: list[BundledFile] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _places: dict[str, _Place] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)
    #: the lengths of the archives in it that were unpacked
    _inner: list[int] = field(default_factory=list)

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def read(self, item: BundledFile, limit: int) -> bytes:
        """The bytes of a file. Raises TooLarge beyond ``limit``, BadRequest where it is damaged."""
        return _within(next(self.pieces(item, limit + 1), b""), item, limit)

    def pieces(self, item: BundledFile, size: int = _PIECE) -> Iterator[bytes]:
        """A file as it comes, whatever its length. Raises BadRequest where it is damaged."""
        place = self._places[item.name]
        try:
            if isinstance(place, Slice):
                yield from place.pieces(size)
                return
            with place.open("rb") if isinstance(place, Path) else place[0].open(place[1]) as file:
                while piece := file.read(size):
                    yield piece
        except (*DAMAGED, NotImplementedError, RuntimeError) as error:
            words = _("“{name}” is damaged in this archive. Make it again, and send that.")
            raise BadRequest(words.format(name=item.name)) from error

    def add(self, name: str, item: BundledFile, place: _Place) -> None:
        """Takes a file; of two of a name, the first."""
        if name in self._places:
            self.refused.append(name)
            return
        if len(self.items) >= _MOST:
            words = _("There are more than {count} files in this: import it in parts.")
            raise TooLarge(words.format(count=f"{_MOST:,}"))
        self._places[name] = place
        self.items.append(item)


def _within(data: bytes, item: BundledFile, limit: int) -> bytes:
    """Raises TooLarge."""
    if len(data) > limit:
        words = _("{name} is larger than {size} MB.")
        raise TooLarge(words.format(name=item.name, size=max(limit // 1_000_000, 1)))
    return data


def is_archive(path: Path) -> bool:
    """Whether the file begins as a ZIP or a TAR archive does, and is no document made of one."""
    return path.is_file() and (_is_zip(path) or is_tarball(path))


def _is_zip(path: Path) -> bool:
    if path.suffix.lower() in _DOCUMENTS:
        return False
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def open_bundle(path: Path) -> Bundle:
    """The files of a folder, of an archive, or the file itself; to be closed, with ``with``.

    Raises BadRequest for an archive that is damaged or has a password, TooLarge for one that would
    be too much.
    """
    bundle = Bundle()
    try:
        if path.is_dir():
            for name, file in _walk(path, bundle):
                found = file.stat()
                when = datetime.fromtimestamp(found.st_mtime, UTC)
                bundle.add(name, BundledFile(name, found.st_size, when), file)
        elif _is_zip(path):
            _take_archive(bundle, path.open("rb"), outer=True)
        elif is_tarball(path):
            _take_tarball(bundle, unpack_tarball(path))
        else:
            found = path.stat()
            bundle.add(path.name, BundledFile(path.name, found.st_size), path)
    except BaseException:
        bundle._open.close()
        raise
    bundle.items.sort(key=lambda item: item.name)
    if sum(item.size for item in bundle.items) > _UNPACKED:
        bundle._open.close()
        words = _("Unpacked, this would be larger than {size} GB. Nothing was read of it.")
        raise TooLarge(words.format(size=_UNPACKED // 1_000_000_000))
    return bundle


def _walk(folder: Path, bundle: Bundle) -> Iterator[tuple[str, Path]]:
    for above, folders, files in os.walk(folder):
        place = Path(above)
        for name in [*folders]:
            if _is_noise(name) or (place / name).is_symlink():
                folders.remove(name)
        for name in files:
            file = place / name
            shown = unicodedata.normalize("NFC", file.relative_to(folder).as_posix())
            if _is_noise(name):
                continue
            if file.is_symlink() or not file.is_file():
                bundle.refused.append(shown.encode("utf-8", "replace").decode())
            else:
                yield shown.encode("utf-8", "replace").decode(), file


def _take_archive(bundle: Bundle, file: IO[bytes], *, outer: bool) -> None:
    bundle._open.enter_context(file)
    try:
        archive = bundle._open.enter_context(zipfile.ZipFile(file))
        parts = archive.infolist()
    except (*DAMAGED, NotImplementedError) as error:
        words = _("This archive is damaged, or was cut off. Make it again, and send that.")
        raise BadRequest(words) from error
    for part in parts:
        name = _name(part)
        if part.is_dir() or any(map(_is_noise, name.split("/"))):
            continue
        if part.flag_bits & _ENCRYPTED:
            raise BadRequest(_("This archive has a password: send one without."))
        if _climbs(name) or stat.S_ISLNK(part.external_attr >> 16):
            bundle.refused.append(name)
        elif outer and name.lower().endswith(".zip"):
            _take_archive(bundle, _unpacked(bundle, archive, part), outer=False)
        else:
            bundle.add(name, BundledFile(name, part.file_size, _when(part)), (archive, part))


def _take_tarball(bundle: Bundle, archive: IO[bytes]) -> None:
    bundle._open.enter_context(archive)
    for one in list_members(archive):
        raw = one.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        name = unicodedata.normalize("NFC", raw.removeprefix("./"))
        if any(map(_is_noise, name.split("/"))) and not _climbs(name):
            continue
        if one.content is None or _climbs(name):
            bundle.refused.append(name)
        else:
            bundle.add(name, BundledFile(name, one.content.size, _moment(one.seconds)), one.content)


def _unpacked(bundle: Bundle, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> IO[bytes]:
    """An archive in an archive, as a file of its own, which is gone with its last user."""
    bundle._inner.append(part.file_size)
    if len(bundle._inner) > _ARCHIVES or sum(bundle._inner) > _INNER:
        raise TooLarge(_("The archives in this archive are too many or too large: import each."))
    inner = bundle._open.enter_context(TemporaryFile())  # noqa: SIM115 - closed with it
    try:
        with archive.open(part) as packed:
            # No more comes than it says of itself: ``zipfile`` ends there.
            while piece := packed.read(_PIECE):
                inner.write(piece)
    except (*DAMAGED, NotImplementedError, RuntimeError) as error:
        words = _("This archive is damaged, or was cut off. Make it again, and send that.")
        raise BadRequest(words) from error
    return inner


def _name(part: zipfile.ZipInfo) -> str:
    """Its name; one in UTF-8 that does not say so, as some programs write, is read so."""
    name = part.filename
    if not part.flag_bits & _UTF8_NAME:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    name = name.replace("\\", "/")
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())


def _climbs(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0][1:2]


def _is_noise(name: str) -> bool:
    return name in _NOISE or (name.startswith(".") and name not in (".", ".."))


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _when(part: zipfile.ZipInfo) -> datetime | None:
    try:
        when = datetime(*part.date_time, tzinfo=UTC)
    except ValueError:
        return None
    return None if (when.year, when.month, when.day) == (_NO_YEAR, 1, 1) else when
