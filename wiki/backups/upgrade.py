"""An upgrade needs nobody: a backup first, then the tables; and what it would do, told before.

::

    wiki serve, of a newer version ──▶ tables behind? ──▶ backup ──▶ migrate ──▶ release.json
    … of an older version ──▶ tables of newer code ──▶ refused: it names version and backup
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki import __version__
from wiki.backups.archive import Sources
from wiki.backups.maker import Making, measure
from wiki.backups.targets.folder import Folder
from wiki.backups.targets.selection import targets_of
from wiki.backups.targets.target import Target
from wiki.config import Settings
from wiki.config.sources import with_chosen
from wiki.errors import RowsNewer, StorageFailed, WikiError
from wiki.instance import projections_of, stores_of
from wiki.parts.identity import check_parts, database_url
from wiki.parts.releases import Release, newer_words, read_release, write_release
from wiki.people.settings import recall_settings
from wiki.people.store.database import Database
from wiki.people.store.migrations import Change
from wiki.plugins import Plugins, load_plugins
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.translation import gettext as _

#: bytes a second that a backup goes at, on a small machine; for how long it takes
_PACE = 20_000_000


@dataclass(frozen=True)
class Plan:
    """What opening an instance with this version would do."""

    #: the version that served it last; "" where that is not known
    before: str
    changes: tuple[Change, ...]
    #: where a backup would be made; None where none is needed, or none can be
    target: Target | None
    size: int
    #: what is worked out from git in another shape by now, and will be anew
    outdated: tuple[str, ...] = ()
    #: the settings of its backup: what administrators chose is among them
    settings: Settings | None = None

    @property
    def seconds(self) -> int:
        """How long the backup takes, about."""
        return 1 + self.size // _PACE


def plan(settings: Settings, plugins: Plugins | None = None, *, whole: bool = True) -> Plan:
    """What is to be done; no row is altered. Raises RowsNewer, StorageFailed.

    Without the ``whole``, what is worked out from git is not looked at, and the change of tables is
    not tried on a copy of them.
    """
    check_parts(settings)
    plugins = plugins or load_plugins()
    release = read_release(settings.instance)
    private = Database(database_url(settings))
    try:
        changes = private.pending()
        altered = any(change.alters for change in changes)
        size = measure(settings, private) if altered else 0
        chosen = _with_chosen(settings, private) if altered else settings
        outdated = tuple(_outdated(settings, plugins, private)) if whole else ()
        if altered and whole:
            _rehearse(private, settings.instance)
    except RowsNewer as error:
        raise RowsNewer(newer_words(settings.instance)) from error
    finally:
        private.close()
    return Plan(
        release.version if release else "",
        tuple(changes),
        _target(chosen) if altered else None,
        size,
        outdated,
        chosen,
    )


def upgrade(
    settings: Settings, say: Callable[[str], object], plugins: Plugins | None = None
) -> None:
    """Makes a backup where tables are about to be altered, alters them, and notes the version.

    ``say`` is given a line for each thing that was done. Raises RowsNewer, StorageFailed: then
    nothing was altered, and the backup is taken away again: each start would leave another.
    """
    found = plan(settings, plugins, whole=False)
    name = backup = ""
    if any(change.alters for change in found.changes):
        name, backup = _keep_before(settings, found, say)
    if found.changes:
        with closing(Database(database_url(settings))) as private:
            try:
                private.migrate()
            except WikiError:
                if found.target is not None and name:
                    found.target.remove([name])
                raise
    if backup:
        say(f"The private tables are those of version {__version__} now.")
    if found.before != __version__ or backup:
        before = read_release(settings.instance)
        kept = backup or (before.backup if before else "")
        with suppress(OSError):  # a disk that takes nothing is read all the same
            write_release(settings.instance, Release(__version__, found.before, kept))


def _rehearse(private: Database, folder: Path) -> None:
    """Alters the tables of a copy of the rows. Raises StorageFailed where that is impossible."""
    with TemporaryDirectory(dir=folder, prefix=".backup-") as work:
        private.backup(copy := Path(work) / "private")
        with closing(Database(f"sqlite:///{copy}")) as tried:
            tried.migrate()


def _keep_before(settings: Settings, found: Plan, say: Callable[[str], object]) -> tuple[str, str]:
    """What the backup is called, and where it lies.

    Raises StorageFailed where none can be made and none stands in.
    """
    if found.target is None:
        say("No backup is made before the upgrade: no place for backups is set.")
        return "", ""
    try:
        with (
            Sources.opened(settings) as sources,
            Making(sources, found.settings or settings, __version__) as making,
        ):
            archive = making.put(found.target)
    except (WikiError, OSError) as error:
        words = error.words if isinstance(error, WikiError) else str(error.strerror or error)
        if settings.database_url:
            raise StorageFailed(
                _(
                    "No backup could be made before the upgrade, so nothing was changed: {why}"
                ).format(why=words)
            ) from error
        # SQLite's file is copied beside itself before it is altered: that is a way back, too.
        say(f"No backup could be made before the upgrade: {words}")
        return "", ""
    place = archive.name
    if isinstance(found.target, Folder):
        place = str(found.target.path / archive.name)
    say(f"Backup before the upgrade: {place}")
    return archive.name, place


def _outdated(settings: Settings, plugins: Plugins, private: Database) -> Iterator[str]:
    folder = settings.instance
    repository = Repository.open(folder / "content.git", folder / "lock")
    projections = projections_of(folder, repository, plugins, stores_of(settings, private))
    try:
        if repository.head() != EMPTY:
            yield from (name for name in projections if projections.part(name).reflects() == EMPTY)
    finally:
        projections.close()
        repository.close()


def _with_chosen(settings: Settings, private: Database) -> Settings:
    """With what was chosen of backups in the browser: rows, of which none is a secret."""
    said = {}
    for row in recall_settings(private):
        if row.name.startswith("backup_"):
            with suppress(ValueError):
                said[row.name] = json.loads(row.value)
    return with_chosen(settings, said).settings


def _target(settings: Settings) -> Target | None:
    """The first place: a folder where there is one, since that is nearest to hand."""
    return next(iter(targets_of(settings)), None)
