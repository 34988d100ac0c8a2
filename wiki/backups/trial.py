"""Tries the newest backup each week: it is fetched, read, restored beside the wiki, and counted.

A backup that nobody has restored is a hope. What is tried is what lies at the target, by the way
that ``wiki restore`` goes, into a folder (and a schema of PostgreSQL) that is gone afterwards.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from wiki.backups.archive import Sources, pack
from wiki.backups.encryption import decrypt
from wiki.backups.maker import last_hour
from wiki.backups.manifest import Counts, Manifest, count, sum_of
from wiki.backups.names import Named, owner_of
from wiki.backups.places import workplace
from wiki.backups.restore import read_backup
from wiki.backups.targets.selection import targets_of
from wiki.backups.targets.target import Target, list_own
from wiki.errors import BadRequest, StorageFailed, WikiError
from wiki.instance import Instance, close_instance, open_instance
from wiki.parts.identity import read_identity
from wiki.people.backup_runs import (
    BACKUP,
    TRIAL,
    BackupRun,
    begin_run,
    end_run,
    is_asked,
    last_good,
    list_runs,
    take_asked,
)
from wiki.people.store.schemas import temporary_schema
from wiki.translation import gettext as _

#: the task that tries them
TASK = "backup-trial"
_MONDAY = 0
#: after one that went wrong
_AGAIN = timedelta(hours=20)
#: a backup that holds less than this part of what is there now is none of this wiki
_PLAUSIBLE = 0.5


@dataclass(frozen=True)
class Trial:
    """How a trial went: what came out of it, how long it took, and what was wrong."""

    name: str
    counts: Counts
    seconds: float
    #: whether the bytes at the target were read: this machine may lack the key
    opened: bool
    faults: tuple[str, ...]


def is_due(instance: Instance) -> bool:
    """Whether there is a backup to try: each week before Monday's mails, or when asked."""
    private = instance.private
    if is_asked(private, TRIAL):
        return True
    last = next(iter(list_runs(private, TRIAL)), None)
    if last_good(private, BACKUP) is None:
        return False
    if last is None:
        return True
    if not last.well:
        return private.now() - last.begun > _AGAIN
    return last.begun < last_hour(private.now(), instance.settings, _MONDAY)


def run(instance: Instance) -> None:
    """Tries a backup of the target whose last trial is longest ago. Raises StorageFailed."""
    take_asked(instance.private, TRIAL)
    target = _next_target(instance)
    if target is None:
        raise StorageFailed(_("There is no backup to try yet."))
    found = try_newest(instance, target)
    if found.faults:
        raise StorageFailed("; ".join(found.faults))


def try_newest(instance: Instance, target: Target) -> Trial:
    """Tries the newest backup there, and notes how it went."""
    run = begin_run(instance.private, TRIAL, target.key, "")
    begun, name = time.monotonic(), ""
    try:
        newest = _newest(instance, target)
        name = newest.name
        found = _try(instance, target, newest, begun)
    except (WikiError, OSError) as error:
        words = error.words if isinstance(error, WikiError) else str(error.strerror or error)
        found = Trial(name, Counts(), time.monotonic() - begun, False, (words,))
    end_run(
        instance.private,
        run,
        name=found.name,
        error="; ".join(found.faults),
        said={
            **asdict(found.counts),
            "seconds": round(found.seconds, 1),
            "opened": found.opened,
        },
    )
    return found


def _next_target(instance: Instance) -> Target | None:
    """Of those that hold a backup, the one that was not tried for longest."""
    private = instance.private
    tried = {run.target: run.id for run in reversed(list_runs(private, TRIAL))}
    made = [one for one in targets_of(instance.settings) if last_good(private, BACKUP, one.key)]
    return min(made, key=lambda one: tried.get(one.key, 0), default=None)


def _newest(instance: Instance, target: Target) -> Named:
    target.known = True
    identity = read_identity(instance.settings.instance)
    own = list_own(target, owner_of(identity.id if identity else ""))
    if not own:
        raise BadRequest(_("{place} holds no backup of this wiki.").format(place=target.label))
    # Those from before an upgrade may be of a version that was gone back from.
    return next((one for one in own if not one.before_upgrade), own[0])


def _try(instance: Instance, target: Target, newest: Named, begun: float) -> Trial:
    settings = instance.settings
    made = _run_of(instance, target, newest.name)
    with workplace(settings.instance, trial=True) as work:
        file = work / newest.name
        target.fetch(newest.name, file)
        if made is not None and made.sum and sum_of(file) != made.sum:
            raise BadRequest(_("Its bytes are not those that were written."))
        opened = True
        if newest.encrypted:
            plain = work / "plain"
            if settings.backup_key:
                decrypt(file, plain, Path(settings.backup_key))
            else:
                # Only who has the key can open it: what is tried is the way, with one of now.
                opened = False
                (work / "pack").mkdir()
                plain, _manifest = pack(Sources.of(instance), work / "pack")
            file.unlink()
            file = plain
        counts, manifest, faults = restore_apart(instance, file, work / "restored")
        if manifest is not None:
            faults += manifest.counts.differences(counts)
        faults += _implausible(instance, counts)
    return Trial(newest.name, counts, time.monotonic() - begun, opened, tuple(faults))


def restore_apart(
    instance: Instance, file: Path, folder: Path
) -> tuple[Counts, Manifest | None, list[str]]:
    """Restores an archive beside the live instance: its counts, what it says, and what is wrong.

    With PostgreSQL into a schema of its own, where the role may make one; else into SQLite.
    """
    with temporary_schema(instance.private) as schema:
        url = schema or f"sqlite:///{folder / 'private.db'}"
        # Nothing of it goes where the wiki's own is.
        settings = replace(instance.settings, instance=folder, database_url="", index="files")
        settings = replace(settings, object_store="", database_replica_url="")
        manifest = read_backup(settings, file, url=url)
        restored = open_instance(
            replace(settings, database_url=url if schema else ""), instance.plugins
        )
        try:
            faults = [*restored.repository.check(), *restored.private.check()]
            rows = restored.private.count_rows()
            if manifest and manifest.revisions != restored.private.read_revisions():
                # Of an earlier version: its tables were altered on the way.
                rows = dict(manifest.counts.rows)
            head, held = restored.repository.head(), restored.proposed.held()
            counts = count(restored.repository, head, rows, len(held))
        finally:
            close_instance(restored)
    return counts, manifest, faults


def _run_of(instance: Instance, target: Target, name: str) -> BackupRun | None:
    runs = list_runs(instance.private, BACKUP, target.key)
    return next((run for run in runs if run.name == name), None)


def _implausible(instance: Instance, counts: Counts) -> Iterator[str]:
    """What there is far more of in the wiki than in its backup."""
    rows = instance.private.count_rows()
    live = count(instance.repository, instance.repository.head(), rows, 0)
    for name, there, now in (
        (_("pages"), counts.pages, live.pages),
        (_("changes"), counts.commits, live.commits),
        (_("accounts"), counts.accounts, live.accounts),
    ):
        if there < _PLAUSIBLE * now:
            words = _("It holds {there} {name}, of {now} that there are.")
            yield words.format(there=there, name=name, now=now)
