"""The places that the settings name."""

from pathlib import Path

from wiki.backups.retention import Rule
from wiki.backups.targets.folder import Folder
from wiki.backups.targets.programs import Borg, Restic
from wiki.backups.targets.target import Target
from wiki.config import Settings


def targets_of(settings: Settings) -> list[Target]:
    """Every place where backups of this instance are kept. Raises BadSetting."""
    found: list[Target] = []
    if settings.backup_folder:
        path = Path(settings.backup_folder)
        # One below the instance's own folder: whatever takes the one takes the other.
        found.append(Folder(settings.instance / path, beside=not path.is_absolute()))
    if settings.backup_s3:
        from wiki.backups.targets.s3 import Bucket

        found.append(Bucket(settings))
    if settings.backup_restic:
        found.append(Restic(settings, settings.backup_restic))
    if settings.backup_borg:
        found.append(Borg(settings, settings.backup_borg))
    return found


def rule_of(target: Target, settings: Settings) -> Rule:
    """What is kept there: beside the wiki the last days alone."""
    if target.is_beside:
        return Rule(settings.backup_keep_daily, 0, 0)
    return Rule(
        settings.backup_keep_daily, settings.backup_keep_weekly, settings.backup_keep_monthly
    )


def recipients_of(settings: Settings) -> list[str]:
    """Whom archives are encrypted for."""
    return [one.strip() for one in settings.backup_recipients.split(",") if one.strip()]
