"""A repository that a new site may begin with: fetched, told of, then made into one or let go.

::

    fetch:  its address ─▶ guarded, bounded ─▶ a survey of its pages ─▶ .incoming/candidate/
    begin:  pages mended or as they are ─▶ a site without accounts, made beside (``takeover.py``)

It is looked through once, whatever is then decided, and lies there until something is.
"""

import json
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from dataclasses import replace as changed
from functools import partial
from pathlib import Path

from wiki.backups.takeover import held, stage
from wiki.disk.durable import write_file
from wiki.editing.identities import stamp_identities
from wiki.errors import BadField, NotFound
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.names import Dialect
from wiki.parts.creation import found_on
from wiki.parts.setup_link import FILE as SETUP_LINK
from wiki.parts.survey import Hidden, Limits, Survey, survey
from wiki.repository.remote.addresses import Remote
from wiki.repository.remote.download import Bounds, download
from wiki.repository.repository import Repository
from wiki.translation import gettext as _

_FOLDER, _GIT, _SAID = "candidate", "content.git", "seen.json"
#: files of the newest commit that are looked at
_FILES = 100_000


@dataclass(frozen=True)
class Candidate:
    """A repository that was fetched: where from, and what it would be as a site."""

    url: str
    folder: Path
    seen: Survey


def fetch(
    instance: Instance,
    remote: Remote,
    work: Path,
    *,
    bounds: Bounds,
    seconds: float = 60.0,
) -> None:
    """Fetches ``remote`` and looks through it, in ``work``, a folder on the instance's disk.

    It is the candidate from then on, in the place of the one before. Raises BadField where it
    cannot be had, is too large or holds no page, AlreadyExists while another one is fetched.
    """
    settings = instance.settings
    with held(settings.instance) as incoming:
        made = work / _FOLDER
        made.mkdir()
        download(remote, made / _GIT, bounds)
        repository = Repository.open(made / _GIT, work / "lock")
        try:
            limits = Limits(settings.max_page, settings.max_upload)
            seen = survey(repository, limits, _Patience(seconds))
        finally:
            repository.close()
        if not seen.pages:
            words = _("No page is in this repository: no name of a file in it ends with .md.")
            raise BadField("repository", words)
        said = json.dumps({"url": remote.url, "seen": asdict(seen)})
        write_file(made / _SAID, said.encode("utf-8", "replace"))
        shutil.rmtree(incoming / _FOLDER, ignore_errors=True)
        made.rename(incoming / _FOLDER)


def find_candidate(folder: Path) -> Candidate | None:
    """The one that lies at the instance in ``folder``."""
    place = folder / ".incoming" / _FOLDER
    try:
        said = json.loads((place / _SAID).read_bytes())
        return Candidate(said["url"], place / _GIT, _read_survey(said["seen"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def let_go(folder: Path) -> None:
    """Nothing is made of the candidate."""
    shutil.rmtree(folder / ".incoming" / _FOLDER, ignore_errors=True)


def begin(instance: Instance, work: Path, *, mend_texts: bool) -> None:
    """Has a site with the candidate's pages take the place of this one, at the next start.

    Raises NotFound where there is none any more, AlreadyExists as ``stage``.
    """
    found = find_candidate(instance.settings.instance)
    if found is None:
        raise NotFound(_("The repository is not here any more. Give its address again."))
    make = partial(_make, instance, found, mend_texts)
    stage(instance, found.url, work, make, begins=True)
    let_go(instance.settings.instance)


def _make(instance: Instance, found: Candidate, mend_texts: bool, folder: Path) -> None:
    settings = changed(
        instance.settings,
        instance=folder,
        database_url="",
        database_replica_url="",
        index="files",
    )
    copy = folder.with_name(_FOLDER)
    # Renamed away it would be lost where something fails; on one disk its packs are not copied.
    shutil.copytree(found.folder, copy, copy_function=_link)
    found_on(settings, copy, found.seen, mend_texts=mend_texts)
    made = open_instance(settings, instance.plugins)
    try:
        stamp_identities(made)
    finally:
        close_instance(made)
    with suppress(FileNotFoundError):
        # Whoever has it goes on with the new site, for as long as it would have been good.
        shutil.copy2(instance.settings.instance / SETUP_LINK, folder / SETUP_LINK)


def _link(source: str, target: str) -> None:
    """What git never writes to again is there twice at no cost; all else is copied."""
    if "/objects/" in source:
        Path(target).hardlink_to(source)
    else:
        shutil.copy2(source, target)


class _Patience:
    """Ends a look through a repository that is made to take for ever."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._files = 0

    def __call__(self) -> None:
        self._files += 1
        if self._files > 4 * _FILES or time.monotonic() > self._until:
            words = _(
                "There is too much in this repository to be looked through from here. On the "
                "server, “wiki init --from” takes it."
            )
            raise BadField("repository", words)


def _read_survey(said: dict[str, object]) -> Survey:
    pairs = ("flagged", "dead", "clashes", "renamed", "recoded", "lost")
    found = Survey(**said)  # type: ignore[arg-type]
    for name in pairs:
        setattr(found, name, [tuple(one) for one in getattr(found, name)])
    found.hidden = [Hidden(**one) for one in found.hidden]  # type: ignore[arg-type]
    found.dialect = Dialect(*found.dialect)
    return found
