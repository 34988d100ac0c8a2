"""Which version last brought an instance up to date, and the backup that was made before it did.

A file beside the parts, for who comes with an older version: what it cannot read, it can name.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wiki import __version__
from wiki.disk.durable import write_file
from wiki.translation import gettext as _

_FILE = "release.json"


@dataclass(frozen=True)
class Release:
    """The version that serves the instance; ``before`` is the one it took over from.

    ``backup`` is where the backup lies that was made before private tables were last altered.
    """

    version: str
    before: str = ""
    backup: str = ""


def read_release(folder: Path) -> Release | None:
    """None where it says nothing: a version from before this file, or a new instance."""
    try:
        said: dict[str, Any] = json.loads((folder / _FILE).read_bytes())
        return Release(str(said["version"]), str(said["before"]), str(said["backup"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_release(folder: Path, release: Release) -> None:
    """Raises OSError."""
    write_file(folder / _FILE, (json.dumps(asdict(release)) + "\n").encode())


def newer_words(folder: Path) -> str:
    """What is said where newer code has altered the private tables, and what to do."""
    release = read_release(folder)
    if release is None or release.version == __version__:
        return _(
            "The private database was made by a newer version of this software:"
            " start that version, or restore a backup from before it."
        )
    words = _(
        "Version {newer} has altered the private database, and this is version {version}: start"
        " {newer} again."
    )
    said = words.format(newer=release.version, version=__version__)
    if release.backup:
        back = _(
            "Or go back: `wiki check --mend --accept rows --from {backup}` keeps the pages as they"
            " are and takes accounts as they were; `wiki restore {backup}` makes all as it was, in"
            " another folder."
        )
        said += " " + back.format(backup=release.backup)
    return said
