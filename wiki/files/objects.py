"""Where the bytes of large files are: in a bucket, else where a backup left them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from wiki.config import Settings
from wiki.errors import StorageFailed
from wiki.files.bucket import Place
from wiki.files.object_folder import ObjectFolder
from wiki.files.object_store import ObjectStore
from wiki.files.pointer import Pointer
from wiki.translation import gettext as _

#: in the instance's folder
FOLDER = "objects"


class Objects(Protocol):
    """What gives the bytes that a pointer names."""

    def stream(self, pointer: Pointer, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` to before ``end``, some at a time. Raises StorageFailed."""

    def read(self, pointer: Pointer, limit: int) -> bytes:
        """All bytes. Raises TooLarge beyond ``limit``, StorageFailed."""

    def verify(self, pointer: Pointer) -> None:
        """Reads all of it. Raises ObjectLost, ObjectDamaged, StorageFailed."""


def objects_of(settings: Settings, wiki: str, copy: Callable[[], str] = str) -> Objects | None:
    """The bucket, else the folder; None where there is neither. Raises BadSetting.

    ``wiki``: the identity of the instance; ``copy`` tells which copy of that wiki it is.
    """
    folder = folder_of(settings.instance)
    return store_of(settings, wiki, copy) or (ObjectFolder(folder) if folder.is_dir() else None)


def folder_of(instance: Path) -> Path:
    """Where a backup leaves large files in the folder of an instance."""
    return instance / FOLDER


def store_of(settings: Settings, wiki: str, copy: Callable[[], str] = str) -> ObjectStore | None:
    """The store that the settings name, if they do; see ``objects_of``. Raises BadSetting."""
    if not settings.object_store:
        return None
    return ObjectStore(
        Place(
            "object_store",
            settings.object_store,
            settings.object_store_endpoint,
            settings.object_store_region,
            settings.object_store_key,
            settings.object_store_secret,
        ),
        wiki,
        copy,
    )


def no_store() -> StorageFailed:
    """What is said of a pointer where no store is set."""
    return StorageFailed(
        _("This file is kept in an object store that this wiki is not told of. Tell the operator.")
    )
