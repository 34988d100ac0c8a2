"""What a repository says of itself, in files of ours that git leaves alone.

``instance`` names whose pages it holds; ``begun`` is there once a commit was, so that a branch that
is lost is not taken for a wiki without a page; ``shared`` is the commit that the shared repository
of several nodes was last seen at, ``lost`` is there once a reader missed an object, ``node`` tells
this clone from others.
"""

import secrets
from contextlib import suppress
from pathlib import Path

from wiki.disk.durable import write_file

_INSTANCE, _BEGUN, _SHARED, _LOST, _NODE = "instance", "begun", "shared", "lost", "node"


def read_mark(folder: Path) -> str:
    """The identity of the instance that the repository at ``folder`` belongs to; "" for none."""
    try:
        return (folder / _INSTANCE).read_text("ascii", "replace").strip()
    except OSError:
        return ""


def write_mark(folder: Path, id: str) -> None:
    """Makes it the repository of that instance. Raises OSError."""
    if read_mark(folder) != id:
        write_file(folder / _INSTANCE, f"{id}\n".encode("ascii"))


def has_begun(folder: Path) -> bool:
    """Whether there has been a commit, or the repository is not there at all."""
    return (folder / _BEGUN).exists() or not (folder / "HEAD").exists()


def mark_begun(folder: Path) -> None:
    """There is a commit. A disk that takes nothing is told by the next save."""
    if not (folder / _BEGUN).exists():
        with suppress(OSError):
            write_file(folder / _BEGUN, b"")


def read_shared(folder: Path) -> str:
    """The commit that the shared repository and this clone of it had last; "" for none."""
    try:
        return (folder / _SHARED).read_text("ascii", "replace").strip()
    except OSError:
        return ""


def note_shared(folder: Path, commit: str) -> None:
    """Both have it. Lost with the power it costs nothing but care: see ``shared/central.py``."""
    with suppress(OSError):
        (folder / _SHARED).write_text(f"{commit}\n", "ascii")


def note_lost(folder: Path) -> None:
    """An object is missing or damaged, which can be had again."""
    with suppress(OSError):
        (folder / _LOST).touch()


def has_lost(folder: Path) -> bool:
    """Whether one was found to be, since ``clear_lost``."""
    return (folder / _LOST).exists()


def clear_lost(folder: Path) -> None:
    """They are looked for now."""
    with suppress(OSError):
        (folder / _LOST).unlink(missing_ok=True)


def node_id(folder: Path) -> str:
    """What tells this clone from every other, one that was copied from it too. Raises OSError."""
    path = folder / _NODE
    with suppress(OSError, ValueError):
        id, place = path.read_text("ascii").split()
        if int(place) == path.stat().st_ino:
            return id
    id = secrets.token_hex(16)
    path.unlink(missing_ok=True)
    path.touch()
    path.write_text(f"{id} {path.stat().st_ino}\n", "ascii")
    return id
