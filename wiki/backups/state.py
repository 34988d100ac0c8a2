"""How the backups of an instance are, from what rows say: for people, for monitors, for `check`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from wiki.backups.maker import founded
from wiki.backups.targets.selection import targets_of
from wiki.backups.targets.target import Target
from wiki.errors import BadSetting
from wiki.instance import Instance
from wiki.people.backup_runs import BACKUP, TRIAL, BackupRun, list_runs
from wiki.translation import gettext as _

#: a place without a backup for so long needs someone
_LATE = timedelta(days=2)


@dataclass(frozen=True)
class Place:
    """A place of backups: the last that was made there, and the last try where that went wrong."""

    target: Target
    last: BackupRun | None
    failure: BackupRun | None


def list_places(instance: Instance) -> list[Place]:
    """Each place that the settings name. Raises BadSetting."""
    found = []
    for target in targets_of(instance.settings):
        runs = [run for run in list_runs(instance.private, BACKUP, target.key) if run.ended]
        last = next((run for run in runs if run.well), None)
        failure = runs[0] if runs and not runs[0].well else None
        found.append(Place(target, last, failure))
    return found


def last_trial(instance: Instance) -> BackupRun | None:
    """The newest trial that was to an end."""
    return next((run for run in list_runs(instance.private, TRIAL) if run.ended), None)


def troubles(instance: Instance) -> Iterator[str]:
    """What needs someone, a sentence each."""
    try:
        places = list_places(instance)
    except BadSetting as error:
        yield error.words
        return
    if not instance.settings.backup_daily:
        yield _("Backups are not made by themselves: that was chosen in the settings.")
    when, now = instance.templates.filters["when"], instance.private.now()
    for place in places:
        since = place.last.begun if place.last else founded(instance.settings, instance.private)
        if place.failure is not None:
            words = _("The last backup failed ({place}): {why}")
            yield words.format(place=place.target.label, why=place.failure.error)
        elif instance.settings.backup_daily and now - since > _LATE:
            words = _("There has been no backup since {when} ({place}).")
            yield words.format(when=when(since), place=place.target.label)
    trial = last_trial(instance)
    if trial is not None and not trial.well:
        words = _("A backup could not be restored on trial ({name}): {why}")
        yield words.format(name=trial.name or "–", why=trial.error)
