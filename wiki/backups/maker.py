"""Makes backups: each day at an hour, when somebody asks, and before an upgrade.

::

    the task, every quarter of an hour ──▶ is one due at a target? ──▶ its room is asked
      ──▶ the archive is made, once for all of a kind ──▶ put there ──▶ noted ──▶ old ones go

A target that is full, gone or silent costs the others nothing; the task then fails, says which, and
is run again by the rule for all tasks.
"""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from wiki.backups.archive import Sources, pack
from wiki.backups.encryption import encrypt
from wiki.backups.manifest import Manifest, sum_of
from wiki.backups.names import make_name, owner_of
from wiki.backups.places import workplace
from wiki.backups.targets.selection import recipients_of, rule_of, targets_of
from wiki.backups.targets.target import Target, list_own
from wiki.config import Settings
from wiki.errors import BadSetting, StorageFailed, WikiError
from wiki.instance import Instance
from wiki.parts.identity import read_identity
from wiki.people.backup_runs import (
    BACKUP,
    TRIAL,
    begin_run,
    end_run,
    is_asked,
    last_good,
    take_asked,
)
from wiki.people.store.copies import measure_rows
from wiki.people.store.database import Database
from wiki.translation import gettext as _

#: the task that makes them
TASK = "backups"
#: what an archive takes beside the parts that it is made of
_TWICE = 2


@dataclass(frozen=True)
class Archive:
    """An archive that was made, of which copies are kept."""

    file: Path
    name: str
    size: int
    sum: str
    manifest: Manifest


def is_due(instance: Instance) -> bool:
    """Whether there is something to do: rows say it."""
    if is_asked(instance.private, BACKUP):
        return True
    try:
        return any(is_due_at(instance, target) for target in targets_of(instance.settings))
    except BadSetting:
        return True  # the task says it


def is_due_at(instance: Instance, target: Target) -> bool:
    """Whether the target's last backup is from before the hour of the day.

    A new instance waits for that hour, too. None is due by itself where that was chosen.
    """
    if not instance.settings.backup_daily:
        return False
    last = last_good(instance.private, BACKUP, target.key)
    since = last.begun if last else founded(instance.settings, instance.private)
    return since < last_hour(instance.private.now(), instance.settings)


def last_hour(now: datetime, settings: Settings, weekday: int | None = None) -> datetime:
    """The last moment at which backups begin; on that day of the week where it is given."""
    local = now.astimezone(settings.zone)
    moment = local.replace(hour=settings.backup_hour, minute=0, second=0, microsecond=0)
    if moment > local:
        moment -= timedelta(days=1)
    if weekday is not None:
        moment -= timedelta(days=(moment.weekday() - weekday) % 7)
    return moment


def founded(settings: Settings, private: Database) -> datetime:
    """Since when there is the instance, as far as its folder knows."""
    try:
        made = (settings.instance / "identity").stat().st_mtime
    except OSError:
        return private.now()
    return datetime.fromtimestamp(made, settings.zone)


def run(instance: Instance) -> None:
    """Makes the backups that are due. Raises StorageFailed where one could not be made."""
    asked = take_asked(instance.private, BACKUP)
    targets = targets_of(instance.settings)
    due = [one for one in targets if asked or is_due_at(instance, one)]
    if failures := make(instance, due):
        raise StorageFailed("; ".join(failures))


def make(instance: Instance, targets: Sequence[Target]) -> list[str]:
    """Makes a backup for each of the targets; what went wrong, a sentence each."""
    failures: list[str] = []
    with Making(Sources.of(instance), instance.settings) as making:
        for target in targets:
            run = begin_run(instance.private, BACKUP, target.key, "")
            try:
                target.known = last_good(instance.private, BACKUP, target.key) is not None
                kept = making.put(target)
                said = asdict(kept.manifest.counts)
                end_run(
                    instance.private,
                    run,
                    name=kept.name,
                    size=kept.size,
                    sum=kept.sum,
                    said={**said, "version": kept.manifest.version},
                )
            except (WikiError, OSError) as error:
                failures.append(_words(error))
                end_run(instance.private, run, error=failures[-1])
                continue
            try:
                forget_old(instance, target)
            except WikiError as error:
                failures.append(error.words)
    return failures


def forget_old(instance: Instance, target: Target) -> None:
    """Deletes the backups of this instance that the rule does not keep.

    Never the last one that was made or tried well. Raises TargetFailed.
    """
    identity = read_identity(instance.settings.instance)
    own = list_own(target, owner_of(identity.id)) if identity else []
    good = (last_good(instance.private, kind, target.key) for kind in (BACKUP, TRIAL))
    spared = {run.name for run in good if run is not None}
    rule = rule_of(target, instance.settings)
    gone = rule.find_superfluous(own, instance.settings.zone, spared)
    target.remove([one.name for one in gone])


class Making:
    """Archives of one moment: each form of it is made once, for as many targets as want it."""

    def __init__(self, sources: Sources, settings: Settings, version: str = "") -> None:
        """``version``: the one that is upgraded to."""
        self._sources = sources
        self._settings = settings
        self._version = version
        self._made: dict[bool, Archive] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "Making":
        return self

    def __exit__(self, *_failure: object) -> None:
        self._stack.close()

    def put(self, target: Target) -> Archive:
        """Keeps one at the target. Raises WikiError, OSError."""
        target.check(self.estimate())
        archive = self._archive(target.packs)
        target.put(archive.file, archive.name)
        return archive

    def estimate(self) -> int:
        """About how many bytes an archive takes."""
        if self._made:
            return max(one.size for one in self._made.values())
        large = sum(pointer.size for pointer in self._sources.pointers())
        return measure(self._settings, self._sources.private) + large

    def _archive(self, plain: bool) -> Archive:
        if plain not in self._made:
            folder = self._settings.instance
            _check_room(folder, self.estimate())
            work = self._stack.enter_context(workplace(folder))
            self._made[plain] = self._make(work, plain)
        return self._made[plain]

    def _make(self, work: Path, plain: bool) -> Archive:
        # restic and borg pack and encrypt by themselves, and find again only what is as it was.
        recipients = [] if plain else recipients_of(self._settings)
        file, manifest = pack(self._sources, work, compressed=not plain)
        name = make_name(
            owner_of(manifest.id),
            manifest.made,
            version=self._version,
            compressed=not plain,
            encrypted=bool(recipients),
        )
        if recipients:
            sealed = work / "sealed"
            encrypt(file, sealed, recipients)
            file.unlink()
            file = sealed
        return Archive(file, name, file.stat().st_size, sum_of(file), manifest)


def measure(settings: Settings, private: Database) -> int:
    """Bytes of what goes into a backup, at most."""
    folder = settings.instance
    packs = (folder / "content.git" / "objects").rglob("*")
    files = (*packs, *(folder / "proposals.git").rglob("*"))
    return sum(map(_size, files)) + measure_rows(private.engine, private.path)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0  # git packs meanwhile


def _check_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < _TWICE * size:
        words = _("There is not enough room to make a backup on the disk of the wiki ({folder}).")
        raise StorageFailed(words.format(folder=folder))


def _words(error: Exception) -> str:
    if isinstance(error, WikiError):
        return error.words
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error)
