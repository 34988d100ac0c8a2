"""Lines of the audit trail for what the operator does: commands, and settings that changed.

A line names the account of the operating system and says what was done, never a secret: neither
an argument as it was typed nor the value of a setting.
"""

import json
import os
import pwd
from hashlib import blake2b
from typing import TYPE_CHECKING

import click

from wiki.config import NAMES, Settings
from wiki.errors import StorageFailed, WikiError

if TYPE_CHECKING:
    from wiki.instance import Instance

#: keyed hashes of the settings of the last start, in the instance's folder
_SEEN = "settings.seen"


def operator() -> str:
    """Who runs the command, as a line of the trail names them: ``unix ada``.

    Behind sudo it is who called it, as sudo says.
    """
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:  # a container's number without a name
        name = str(uid)
    called = os.environ.get("SUDO_USER", "") if uid == 0 else ""
    return f"unix {called or name}"


def record_command(instance: "Instance", what: str, said: str = "", *, about: str = "") -> None:
    """Adds a line about a command that went well.

    What was done stands where no line can be written, as on a full disk; that is told on stderr.
    """
    from wiki.people.audit import record_audit

    try:
        record_audit(instance.private, operator(), what, about, said)
    except StorageFailed as error:
        click.echo(f"wiki: the audit trail has no line about it: {error.words}", err=True)


def record_setting_changes(settings: Settings) -> None:
    """Adds a line that names the settings which are others than at the last start.

    Where that cannot be written, the next start does.
    """
    from wiki.instance import close_instance, open_instance

    file = settings.instance / _SEEN
    try:
        key = (settings.instance / "secret").read_bytes()[:64]
        seen = json.loads(file.read_bytes()) if file.is_file() else {}
        now = _fingerprints(settings, key)
        if seen == now:
            return
        # A version that knows another setting has changed none.
        changed = sorted(name for name in now.keys() & seen.keys() if now[name] != seen[name])
        if changed:
            instance = open_instance(settings)
            try:
                record_command(instance, "settings", ", ".join(changed))
            finally:
                close_instance(instance)
        file.write_text(json.dumps(now), "utf-8")
    except (OSError, ValueError, AttributeError, WikiError):
        # A start tells by itself what it lacks, and can do without a line.
        return


def _fingerprints(settings: Settings, key: bytes) -> dict[str, str]:
    """Name of a setting → a hash of its value, which tells nothing of it without ``key``."""
    return {
        name: blake2b(repr(getattr(settings, name)).encode(), key=key, digest_size=16).hexdigest()
        for name in NAMES
        if name != "instance"
    }
