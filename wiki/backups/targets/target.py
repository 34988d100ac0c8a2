"""What the places of backups have in common."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol
from zlib import crc32

from wiki.backups.names import Named, parse_name
from wiki.errors import StorageFailed


class TargetFailed(StorageFailed):
    """A place of backups that is full, gone, or does not let us in; the words name it."""


class Target(Protocol):
    """A place where backups are kept. Each method raises TargetFailed."""

    #: names it in rows, and differs where the place does
    key: str
    #: for people
    label: str
    #: whether it keeps once what is in several, which it cannot where that is packed
    packs: bool
    #: whether it lies on the disk that the wiki is on
    is_beside: bool
    #: whether backups were kept there before: where it then has none, it is not the right one
    known: bool

    def check(self, size: int) -> None:
        """Whether it takes so many bytes more, as far as can be told before."""

    def put(self, file: Path, name: str) -> None:
        """Keeps ``file`` under ``name``: whole, or not at all."""

    def names(self) -> Collection[str]:
        """What lies there: names of ours, and whatever else."""

    def fetch(self, name: str, file: Path) -> None:
        """Writes what is kept under ``name`` to ``file``."""

    def remove(self, names: Sequence[str]) -> None:
        """Keeps those no longer."""


def key_of(kind: str, place: str) -> str:
    """The key of a target of that kind at that place."""
    return f"{kind}-{crc32(place.encode()):08x}"


def list_own(target: Target, owner: str) -> list[Named]:
    """The backups of one instance at a target, newest first. Raises TargetFailed."""
    named = (parse_name(name) for name in target.names())
    own = [one for one in named if one is not None and one.owner == owner]
    return sorted(own, key=lambda one: one.made, reverse=True)
