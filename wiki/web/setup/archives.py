"""The backups that a new site may be made of: those in its folder for them, and one that is sent.

A page that says so waits for the start that puts one in place, or a site made of a repository.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from werkzeug.wrappers import Response

from wiki.backups.takeover import find_incoming, may_come_in
from wiki.disk.space import measure_space
from wiki.instance import Instance
from wiki.translation import gettext as _
from wiki.web.forms import render_tool, typed_values
from wiki.web.page.files import format_size
from wiki.web.support import current_instance

_NAME = re.compile(r"[^.\n][^\n]{0,200}\.(?:tar|tar\.gz|tgz)(?:\.age)?")
#: files that are listed, the newest
_LISTED = 50
#: bytes of a file that is sent; and how often the disk has to have room for it: as it is sent, its
#: parts, and what is made of them
_MOST, _TIMES = 20_000_000_000, 4
#: seconds until the site is back, as a rule, and in which a list of settings is read
_BACK, _READ = 15, 120


class Found(NamedTuple):
    """A file of the folder for backups, of when and how large it is."""

    path: Path
    changed: float
    size: int


def find_archives(instance: Instance) -> list[Found]:
    """The files of the folder for backups that may be some, the newest first."""
    settings = instance.settings
    folder = settings.instance / (settings.backup_folder or "backups")
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            if _NAME.fullmatch(path.name) and path.is_file():
                said = path.stat()
                found.append(Found(path, said.st_mtime, said.st_size))
    return sorted(found, key=lambda one: one.changed, reverse=True)[:_LISTED]


def largest_file(instance: Instance) -> int:
    """The bytes of the largest backup that can be sent."""
    return min(_MOST, measure_space(instance.settings.instance).free // _TIMES)


def choices(instance: Instance) -> dict[str, Any] | None:
    """What the set-up page offers of backups; None where none may come in any more."""
    if not may_come_in(instance):
        return None
    settings = instance.settings
    return {
        "files": [
            {
                "name": one.path.name,
                "when": datetime.fromtimestamp(one.changed, UTC),
                "size": format_size(one.size),
            }
            for one in find_archives(instance)
        ],
        "folder": str(settings.instance / (settings.backup_folder or "backups")),
        "most": format_size(largest_file(instance)),
        "by_command": bool(settings.database_url),
        "chosen": typed_values("archive")["archive"],
    }


def is_coming_in() -> bool:
    """Whether something waits for the start that puts it in place."""
    return find_incoming(current_instance().settings.instance) is not None


def coming_in(token: str) -> Response:
    """Says that the site starts again with it, and leads to where one goes on then."""
    found = find_incoming(current_instance().settings.instance)
    begins = found is not None and found.begins
    # The link stays good where there are no accounts yet.
    then = f"/-/setup/{quote(token, safe='')}" if begins else "/-/login"
    response = render_tool(
        "setup/coming.html",
        private_address=True,
        name=found.name if found else "",
        aside=found.aside if found else "",
        begins=begins,
        left=found.left if found else (),
        then=then,
    )
    pause = _READ if found is not None and found.left else _BACK
    response.headers["Refresh"] = f"{pause}; url={then}"
    return response


def too_large(most: int) -> str:
    """What is said of a file that is larger than ``most`` bytes."""
    words = _(
        "This file is larger than {size}, which is what the disk has room for. Lay it into the "
        "folder for backups, or restore it on the server by the command “wiki restore”."
    )
    return words.format(size=format_size(most))
