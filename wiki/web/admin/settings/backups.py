"""Backups as administrators choose them; secrets, and places that want some, are the machine's.

What was just saved is tried where that costs nothing: whether the folder is there and takes files.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from wiki.backups.encryption import check_recipient
from wiki.backups.state import list_places
from wiki.backups.targets.folder import Folder
from wiki.backups.targets.selection import recipients_of, targets_of
from wiki.backups.targets.target import TargetFailed
from wiki.config.sources import place_of
from wiki.errors import BadSetting
from wiki.instance import Instance
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.admin.settings.sections import Setting, SettingSection, register_section

KEY = "backups"
_OF_MACHINE = {
    "backup_s3": lazy("A bucket of S3"),
    "backup_restic": lazy("A repository of restic"),
    "backup_borg": lazy("A repository of borg"),
    "backup_key": lazy("The key that reads encrypted ones here"),
}

register_section(
    SettingSection(
        KEY,
        lazy("Backups"),
        lazy("When they are made, where and how long they are kept, whom they are encrypted for."),
        (
            Setting(
                "backup_daily",
                lazy("Each day"),
                lazy("They are made by themselves; else when somebody asks, or before an upgrade."),
            ),
            Setting(
                "backup_hour",
                lazy("Hour"),
                lazy("When they begin, from 0 to 23, in the time zone of the wiki."),
            ),
            Setting(
                "backup_folder",
                lazy("Folder"),
                lazy(
                    "The name of one inside of the wiki’s own folder, or the path of another one "
                    "that whoever runs the wiki lets be chosen. Empty: none."
                ),
            ),
            Setting(
                "backup_keep_daily",
                lazy("Days kept"),
                lazy("The newest backup of each of the last days stays; older ones go."),
            ),
            Setting(
                "backup_keep_weekly",
                lazy("Weeks kept"),
                lazy("Likewise, where they are not on the disk of the wiki itself."),
            ),
            Setting(
                "backup_keep_monthly",
                lazy("Months kept"),
                lazy("Likewise. What somebody had erased is in them for as long."),
            ),
            Setting(
                "backup_recipients",
                lazy("Encrypted for"),
                lazy(
                    "Public keys, with commas between. Only who has a key to one of them opens a "
                    "backup from then on: keep it where the wiki is not. Empty: not encrypted."
                ),
            ),
        ),
        "admin/settings/_backups.html",
        order=75,
    )
)


class OfMachine(NamedTuple):
    """A place, or a key, that is set where the wiki runs: what, where it says so."""

    what: Any
    place: str


def check_chosen(changed: Mapping[str, Any]) -> None:
    """Raises BadSetting for a key that nothing can be encrypted for, be it one figure."""
    for one in str(changed.get("backup_recipients") or "").split(","):
        if words := one.strip():
            try:
                check_recipient(words)
            except BadSetting as error:
                said = _("This is no public key of age or ssh, or has a slip in it: {key}")
                raise BadSetting(said.format(key=words[:40]), "backup_recipients") from error


def warn_of_places(instance: Instance, before: str) -> Iterator[str]:
    """What there is to say of the folder that was just chosen; ``before`` is the one before."""
    if before and before != instance.settings.backup_folder:
        words = _("What was kept in {folder} stays there: nothing of it goes by itself any more.")
        yield words.format(folder=before)
    if not targets_of(instance.settings):
        yield _("No backups are kept anywhere now.")
    for target in targets_of(instance.settings):
        if isinstance(target, Folder):
            try:
                target.check(0)
            except TargetFailed as error:
                yield error.words


def of_machine(instance: Instance) -> list[OfMachine]:
    """What is set where the wiki runs; of secrets, that there are some."""
    given = instance.in_force.given
    return [
        OfMachine(words, place_of(given, name))
        for name, words in _OF_MACHINE.items()
        if getattr(instance.settings, name)
    ]


def present_backups(instance: Instance) -> dict[str, Any]:
    """What stands below the form."""
    try:
        made = [one.last.begun for one in list_places(instance) if one.last is not None]
    except BadSetting:
        made = []
    settings = instance.settings
    return {
        "machine": of_machine(instance),
        "places": settings.backup_places.split(),
        "last": max(made, default=None),
        "unread": bool(recipients_of(settings)) and not settings.backup_key,
    }
