"""The parts of an instance, and whether each is its own.

::

    identity             {"id": …, "secret": fingerprint of the signing key}
    content.git/instance the id          content.git/begun   there has been a commit
    private rows         the id, in the table ``instance``

A folder that is not mounted, a file that was emptied, or one of another instance, is never taken
for a new and empty one: it is said by name, with what mends it. Who makes an instance marks its
parts; one of a version that marked none is marked when it is opened, if nothing of it is missing.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from wiki.config import Settings
from wiki.disk.durable import write_file
from wiki.disk.sqlite import open_file
from wiki.errors import StorageFailed
from wiki.people.store.database import Database
from wiki.people.store.engine import read_instance
from wiki.repository.marks import read_mark, write_mark
from wiki.repository.repository import Repository
from wiki.repository.writes.repair import find_forgotten

_FILE = "identity"
#: bytes of a signing key; fewer are what a full disk left
_KEY = 32


class Identity(NamedTuple):
    """What tells the parts of one instance from those of another."""

    id: str
    #: of the signing key
    fingerprint: str


@dataclass(frozen=True)
class PartFault:
    """A part that is missing, damaged or another's: what is so, and what mends it."""

    part: str
    said: str
    mend: str

    def __str__(self) -> str:
        return f"{self.said}: {self.mend}"


class PartLost(StorageFailed):
    """The instance cannot be opened; the words name each part, and what mends it."""

    def __init__(self, faults: list[PartFault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


def database_url(settings: Settings) -> str:
    """Where private rows are."""
    return settings.database_url or f"sqlite:///{settings.instance / 'private.db'}"


def exists(settings: Settings) -> bool:
    """Whether anything of an instance is in the settings' folder.

    A key alone is nothing where nodes share a repository: all of them are given the same.
    """
    names = ["content.git", "private.db", _FILE]
    names += [] if settings.shared_repository else ["secret"]
    return any((settings.instance / name).exists() for name in names)


def read_identity(folder: Path) -> Identity | None:
    """The identity of the instance in ``folder``; None where it has none yet, or lost it."""
    try:
        said = json.loads((folder / _FILE).read_bytes())
        return Identity(str(said["id"]), str(said["secret"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find_faults(settings: Settings) -> list[PartFault]:
    """What is wrong with the parts that lie in the instance's folder.

    Private rows, on PostgreSQL too, say whose they are at each connection (``Database``).
    """
    folder = settings.instance
    identity = read_identity(folder)
    found = [*_content_faults(folder / "content.git", identity), *_key_faults(folder, identity)]
    if not settings.database_url:
        found += _row_faults(folder / "private.db", identity)
    return found


def is_there(git: Path) -> bool:
    """Whether anything of a repository lies in the folder."""
    return (git / "HEAD").is_file() or (git / "objects").is_dir()


def _content_faults(git: Path, identity: Identity | None) -> Iterator[PartFault]:
    if not is_there(git):
        yield PartFault(
            "content",
            f"{git} with the pages is gone, or not mounted",
            "mount it, or take it from a backup, a clone or a mirror by "
            "`wiki check --mend --from PLACE`",
        )
    elif identity and (mark := read_mark(git)) != identity.id:
        whose = "of another instance" if mark else "a repository that this instance did not make"
        yield PartFault(
            "content",
            f"{git} is {whose}",
            "put back its own, or take this one for it by `wiki check --mend --accept content`",
        )
    else:
        try:
            Repository(git, git.with_name("lock")).head()
        except StorageFailed:
            yield PartFault(
                "branch",
                f"{git} does not say any more which version of the pages is the newest",
                "`wiki check --mend` finds it",
            )
            return
        if forgotten := find_forgotten(git):
            yield PartFault(
                "branch",
                f"{git} stands at an older version of the pages than it did, by the branch's log",
                f"`wiki check --mend` moves it to {forgotten[:12]}, `git update-ref` elsewhere",
            )


def _key_faults(folder: Path, identity: Identity | None) -> Iterator[PartFault]:
    mend = (
        "`wiki check --mend --from BACKUP` takes it from a backup; `wiki check --mend --accept "
        "secret` goes on without the old one: everybody signs in again, links in mails end"
    )
    if not has_key(folder):
        yield PartFault("secret", f"the signing key {folder / 'secret'} is gone or cut off", mend)
    elif identity and fingerprint(read_key(folder)) != identity.fingerprint:
        yield PartFault("secret", f"the signing key {folder / 'secret'} is another one", mend)


def _row_faults(path: Path, identity: Identity | None) -> Iterator[PartFault]:
    said = ""
    if not path.exists() and (moved := sorted(path.parent.glob(f"{path.name}.moved-*"))):
        yield PartFault(
            "rows",
            f"{path} with the accounts was moved to PostgreSQL",
            "say by WIKI_DATABASE_URL where they are, or go back to what they were then by "
            f"`mv {moved[-1]} {path}`",
        )
        return
    try:
        if path.stat().st_size == 0:
            said = f"{path} with the accounts is empty"
        elif identity:
            with closing(open_file(path)) as connection:
                if read_instance(connection) != identity.id:
                    said = f"{path} holds the accounts of another wiki, or none"
    except FileNotFoundError:
        said = f"{path} with the accounts is gone"
    except OSError as error:
        said = f"{path} with the accounts cannot be read ({error.strerror})"
    except sqlite3.DatabaseError as error:
        said = f"{path} with the accounts cannot be read ({error})"
    if said:
        yield PartFault(
            "rows",
            said,
            "`wiki check --mend --from BACKUP` takes them from a backup; `wiki check --mend "
            "--accept rows` goes on with what is there, without any account where nothing is",
        )


def read_key(folder: Path) -> bytes:
    """The signing key; as many bytes of it as there are."""
    try:
        return (folder / "secret").read_bytes()
    except OSError:
        return b""


def has_key(folder: Path) -> bool:
    """Whether there is a whole signing key."""
    return len(read_key(folder)) >= _KEY


def make_key(folder: Path) -> bytes:
    """A new signing key, on disk, readable by its owner alone."""
    write_file(folder / "secret", secrets.token_bytes(_KEY))
    return read_key(folder)


def fingerprint(key: bytes) -> str:
    """What tells one signing key from another, and nothing of it."""
    return sha256(b"fingerprint of a signing key" + key).hexdigest()[:32]


def check_parts(settings: Settings) -> Identity | None:
    """The identity of the instance; None where it has none yet. Raises PartLost."""
    if faults := find_faults(settings):
        raise PartLost(faults)
    return read_identity(settings.instance)


def mark_parts(folder: Path, private: Database) -> Identity:
    """Says in each part whose it is: an identity that one of them has, or a new one.

    Raises StorageFailed.
    """
    git = folder / "content.git"
    known = read_identity(folder)
    rows, pages = private.read_identity(), read_mark(git)
    # Rows are marked first: what is half marked has them.
    if known is None and pages and rows != pages:
        words = f"{folder / _FILE} is gone, and pages and accounts are of two wikis"
        mend = "put back those that belong together, or take these accounts for its own by "
        raise PartLost([PartFault("identity", words, f"{mend}`wiki check --mend --accept rows`")])
    id = (known.id if known else "") or rows or pages or uuid4().hex
    private.write_identity(id)
    with suppress(PermissionError):
        write_mark(git, id)
    return mark_key(folder, id)


def mark_key(folder: Path, id: str) -> Identity:
    """Says that the signing key that is there is that of the instance ``id``. Raises OSError."""
    identity = Identity(id, fingerprint(read_key(folder)))
    said = json.dumps({"id": identity.id, "secret": identity.fingerprint}) + "\n"
    write_file(folder / _FILE, said.encode())
    return identity
