"""What a sister gives to everyone, fetched into a repository of its own: its newest commit alone.

::

    index/sisters/remotes/<name>.git    what it sent last; what has not changed is not sent again
"""

import shutil
from pathlib import Path

from wiki.errors import BadRequest
from wiki.instance import Instance
from wiki.people.sisters.registry import Sister
from wiki.repository.creation import create
from wiki.repository.remote.addresses import RemoteFailed
from wiki.repository.remote.fetch import fetch_within
from wiki.repository.remote.guard import guarded
from wiki.repository.repository import Repository
from wiki.sisters.calls import SETTING, Unanswered
from wiki.sisters.tree import MEMORY
from wiki.translation import gettext as _

#: seconds that a fetch may take
_SECONDS = 120.0
#: what was sent and refused, again and again, is kept up to so many times what a sister may be
_TIMES = 2


def fetched(instance: Instance, sister: Sister) -> Repository:
    """The repository that holds what the sister gives now, at its head.

    Raises Unanswered, and BadRequest where it may not be taken.
    """
    folder, settings = remote_folder(instance, sister.name), instance.settings
    if _size(folder) > _TIMES * settings.sister_size:
        shutil.rmtree(folder, ignore_errors=True)
    if not (folder / "HEAD").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        create(folder)
    for left in (folder / "objects" / "pack").glob("tmp_*"):
        left.unlink(missing_ok=True)
    (folder / "shallow.lock").unlink(missing_ok=True)
    remote = guarded(f"{sister.address}/wiki.git", settings.sister_hosts.split(), SETTING)
    try:
        fetch_within(folder, remote, settings.sister_size, seconds=_SECONDS, memory=MEMORY, depth=1)
    except RemoteFailed as error:
        if error.too_large:
            raise BadRequest(_("It holds more than this site takes from a sister.")) from error
        raise Unanswered(error.words) from error
    return Repository(folder, folder / "lock")


def remote_folder(instance: Instance, name: str) -> Path:
    """Where what the sister ``name`` sent lies."""
    return instance.copies.folder / "remotes" / f"{name}.git"


def _size(folder: Path) -> int:
    """Bytes of all that came, wanted or not: what is refused changes no copy, so nothing tidies."""
    try:
        return sum(one.stat().st_size for one in (folder / "objects" / "pack").glob("*"))
    except OSError:  # it is being tidied at this moment
        return 0
