"""What takes the place of a site that nobody has begun yet, whole, at the next start: a backup, or
a site that begins with a repository (``candidate.py``).

::

    stage:   made beside ─▶ .incoming/restored
             .incoming/ready, written last: from here on the next start puts it in place
    put_in_place, before anything is opened:
             what is there ─▶ before-backup-<when>/      .incoming/restored/* ─▶ the instance

Each step is a rename on one disk. A start that is killed between two goes on at the next one;
where what is there cannot be moved, all of it is put back, and the site is as it was.
"""

import fcntl
import json
import logging
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

import tomlkit

from wiki.backups.trial import restore_apart
from wiki.config import Settings, load_settings
from wiki.disk.durable import sync_folder, write_file
from wiki.editing.settings.values import checked_value
from wiki.errors import AlreadyExists, BadRequest, BadSetting, StorageFailed
from wiki.instance import Instance
from wiki.parts.identity import database_url
from wiki.people import mirrors
from wiki.people.accounts.founder import has_admin
from wiki.people.store.database import Database
from wiki.repository.objects import WIKI_AUTHOR
from wiki.repository.reads.authors import is_all_of
from wiki.repository.repository import Repository
from wiki.translation import gettext as _

_FOLDER, _READY, _RESTORED, _LOCK = ".incoming", "ready", "restored", "lock"
_ASIDE = "before-backup-"
_TOML = "wiki.toml"
_BESIDE = f"{_TOML}.from-backup"
#: settings of a backup's wiki.toml that are in force with it. An administrator chooses each in the
#: browser anyway; none calls a server, opens a folder, says where readers come to or lets one in
MAY_COME = frozenset(
    {"site_name", "lang", "languages", "time_zone", "source_url", "organisation", "for_whom"}
    | {"contact", "registration", "first_posts", "second_factor", "second_factor_days"}
    | {"visitor_signals", "funding_page", "news_requests", "murmurations", "sleeping_months"}
    | {"live_editing", "encoder", "signal_address", "invitation_days", "known_device_days"}
    | {"session_idle_days", "session_days", "draft_days", "visit_days", "deposit_days"}
    | {"proposal_days", "use_days", "audit_days", "member_invitations"}
)
_LONGEST = 100_000
#: what is not shown of one that stays out
_SECRET = re.compile(r"(?:password|passphrase|secret|token|key|database_url|replica_url)$")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Incoming:
    """What is made beside the site, and waits for the next start."""

    #: what the archive is called, or where the repository comes from
    name: str
    #: the newest commit of the site that it replaces: where there is another, somebody has written
    head: str
    #: the folder that the site before is kept in
    aside: str
    #: whether the site before goes there by now, and whether all of it lies there
    begun: bool = False
    cleared: bool = False
    #: whether it is a site that begins, and is set up from here on: no backup, with its accounts
    begins: bool = False
    #: what the backup says of a machine, and is not in force here
    left: Sequence[str] = ()


def find_incoming(folder: Path) -> Incoming | None:
    """What the next start of the instance in ``folder`` puts in place."""
    try:
        return Incoming(**json.loads((folder / _FOLDER / _READY).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def may_come_in(instance: Instance) -> bool:
    """Whether a backup may take the place of the site: nobody looks after it or has written."""
    if has_admin(instance.private) or instance.proposed.held():
        return False
    repository = instance.repository
    return is_all_of(repository.folder, repository.head(), WIKI_AUTHOR)


def prepare(instance: Instance, file: Path, name: str, work: Path) -> None:
    """Restores ``file`` beside the instance, in the empty folder ``work`` on its disk.

    Its rows go into a file: those of PostgreSQL would have to be replaced. Raises BadRequest for
    what is no backup, or does not hold what it says; RowsNewer for one of newer code; AlreadyExists
    where one waits already, or someone has begun to use the site; StorageFailed.
    """
    stage(instance, name, work, partial(_restore, instance, file))


def stage(
    instance: Instance,
    name: str,
    work: Path,
    make: Callable[[Path], Sequence[str] | None],
    *,
    begins: bool = False,
) -> None:
    """Has what ``make`` makes in a folder of ``work`` take the place of the site.

    It answers what it left out. Raises AlreadyExists where something waits already, or someone has
    begun to use the site; what ``make`` raises.
    """
    folder = instance.settings.instance
    with held(folder) as incoming:
        if find_incoming(folder) is not None:
            raise AlreadyExists(_("Something is about to take the place of this site already."))
        head, made = instance.repository.head(), work / _RESTORED
        if not may_come_in(instance):
            raise AlreadyExists(
                _("Someone has begun to use this site, so nothing takes its place any more.")
            )
        left = make(made) or ()
        shutil.rmtree(incoming / _RESTORED, ignore_errors=True)
        made.rename(incoming / _RESTORED)
        sync_folder(incoming)
        aside = f"{_ASIDE}{instance.private.now():%Y%m%dT%H%M%S}"
        _write(folder, Incoming(name, head, aside, begins=begins, left=left))


def _restore(instance: Instance, file: Path, restored: Path) -> Sequence[str]:
    counts, manifest, faults = restore_apart(instance, file, restored)
    if manifest is not None:
        faults += manifest.counts.differences(counts)
    if faults:
        raise BadRequest("; ".join(faults))
    return [*_fit_settings(restored), *_end_mirrors(restored)]


def put_in_place(settings: Settings) -> Incoming | None:
    """Puts a backup that waits in the place of the instance; what was put there.

    Nothing of the instance may be open. None where none waits, where somebody has begun to use the
    site meanwhile, and where it cannot be: then the site is as it was, and the log says why.
    """
    folder = settings.instance
    if (found := find_incoming(folder)) is None:
        return None
    with held(folder) as incoming:
        try:
            if not found.begun:
                if why := _used(settings, found):
                    raise BadRequest(why)
                found = _write(folder, replace(found, begun=True))
            if not found.cleared:
                found = _clear(settings, found)
        except (OSError, BadRequest, StorageFailed) as error:
            _log.error("what was to take the place (%s) was not put there: %s", found.name, error)
            _drop(incoming)
            return None
        for path in sorted((incoming / _RESTORED).iterdir()):
            path.rename(_free_place(folder, path.name, folder / found.aside))
        sync_folder(folder)
        _drop(incoming)
    return found


def _used(settings: Settings, found: Incoming) -> str:
    """What somebody has done here since; "" where nobody has."""
    folder = settings.instance
    repository = Repository.open(folder / "content.git", folder / "lock")
    private = Database(database_url(settings))
    try:
        if has_admin(private):
            return "the site has an administrator"
        return "" if repository.head() == found.head else "somebody has written"
    finally:
        private.close()
        repository.close()


def _clear(settings: Settings, found: Incoming) -> Incoming:
    """Moves what is there aside. Raises OSError: then all of it is where it was."""
    folder = settings.instance
    aside = folder / found.aside
    aside.mkdir(mode=0o700, exist_ok=True)
    try:
        for path in _parts(settings):
            path.rename(aside / path.name)
        sync_folder(aside)
        return _write(folder, replace(found, cleared=True))
    except OSError:
        for path in sorted(aside.iterdir()):
            path.rename(folder / path.name)
        aside.rmdir()
        raise


def _parts(settings: Settings) -> list[Path]:
    """What goes: neither settings of the machine, nor backups, nor what is hidden."""
    backups = Path(settings.backup_folder or "backups")
    stay = {_TOML, "lost+found", backups.parts[0]}
    return [
        path
        for path in sorted(settings.instance.iterdir())
        if path.name not in stay and not path.name.startswith((".", _ASIDE))
    ]


def _free_place(folder: Path, name: str, aside: Path) -> Path:
    """Where a restored part goes: settings of the machine that are there already stay in force."""
    there = folder / name
    if there.exists():
        if name == _TOML:
            return folder / _BESIDE
        # Made since, by a command between two starts.
        there.rename(aside / f"{name}.{token_hex(4)}")
    return there


def of_machine(folder: Path, file: str = _TOML) -> Mapping[str, Any]:
    """What ``file`` says that is for whoever runs the machine to decide. Raises BadSetting."""
    try:
        if (folder / file).stat().st_size > _LONGEST:
            raise ValueError("it is too long for settings")
        said = tomllib.loads((folder / file).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise BadSetting(f"{file} cannot be read: {error}") from error
    return {name: value for name, value in said.items() if not _may_come(name, value)}


def shown_setting(name: str, value: Any) -> str:
    """One as a line; of a secret, that it is there."""
    return name if _SECRET.search(name) else f"{name} = {value!r}"[:300]


def _may_come(name: str, value: Any) -> bool:
    """Whether it is in force with a backup: within the bounds that a browser has, too."""
    try:
        return name in MAY_COME and checked_value(name, value) is not None
    except BadSetting:
        return False


def _fit_settings(restored: Path) -> list[str]:
    """Leaves in force what may come; what else the archive's settings say, which lies beside."""
    file = restored / _TOML
    if not file.is_file():
        return []
    whole, left = file.read_bytes(), {_TOML: "?"}
    try:
        left = dict(of_machine(restored))
        said = tomlkit.parse(whole.decode())
        for name in left:
            del said[name]
        write_file(file, tomlkit.dumps(said).encode())
        load_settings(restored, environ={})
    except (BadSetting, tomlkit.exceptions.TOMLKitError):
        # A start must not be refused by what this version cannot use.
        file.unlink()
    if left or not file.exists():
        write_file(restored / _BESIDE, whole)
    return [shown_setting(name, value) for name, value in left.items()]


def _end_mirrors(restored: Path) -> list[str]:
    """Ends the mirrors of the archive: they may lead to any folder or host of this machine."""
    private = Database(f"sqlite:///{restored / 'private.db'}")
    try:
        found = mirrors.listed(private)
        for one in found:
            mirrors.remove(private, one.name)
    finally:
        private.close()
    return [f"mirror {one.name} = {one.url!r}" for one in found]


def _write(folder: Path, said: Incoming) -> Incoming:
    write_file(folder / _FOLDER / _READY, json.dumps(asdict(said)).encode())
    sync_folder(folder / _FOLDER)
    return said


def _drop(incoming: Path) -> None:
    (incoming / _READY).unlink(missing_ok=True)
    with suppress(OSError):
        sync_folder(incoming)
    shutil.rmtree(incoming / _RESTORED, ignore_errors=True)


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """The folder of what comes in, for one at a time. Raises AlreadyExists."""
    incoming = folder / _FOLDER
    incoming.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(incoming / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield incoming
    except BlockingIOError as error:
        words = _("This is being done already: wait a moment, then open this page again.")
        raise AlreadyExists(words) from error
    finally:
        os.close(lock)
