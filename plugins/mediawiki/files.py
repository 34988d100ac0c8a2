"""The files beside an export: those of the folder ``images``, in a ZIP or a folder."""

import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from .archives import is_dump

#: bytes of a file that are looked at
_MOST = 300_000_000
#: what MediaWiki makes of files, or keeps of former ones
_ASIDE = re.compile(r"(?:^|/)(?:thumb|archive|deleted|temp|lockdir|math|\.[^/]*|__MACOSX)(?:/|$)")


def files_beside(path: Path) -> Iterator[tuple[str, Callable[[], bytes | Path]]]:
    """The names of the files beside an export, in a ZIP or a folder, each with a way to have it."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            name = file.relative_to(path).as_posix()
            if file.is_file() and not file.is_symlink() and _is_file(name):
                yield file.name.replace("_", " "), partial(Path, file)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for part in sorted(archive.infolist(), key=lambda one: one.filename):
                if not part.is_dir() and _is_file(part.filename):
                    name = part.filename.rpartition("/")[2].replace("_", " ")
                    yield name, partial(_content, archive, part)


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with archive.open(part) as file:
        return file.read(_MOST)


def _is_file(name: str) -> bool:
    last = name.rpartition("/")[2]
    return "." in last and not is_dump(last) and _ASIDE.search(name) is None
