"""Makes the exports that were asked for in the browser, one after the other, for who asked alone.

::

    a view ──row──▶ people/exports ◀──what waits── this task ──▶ exports/<id>/ of the instance

A file stands there once it is whole; who cancels deletes the row, which the task looks at while it
works. It is given to its person as long as they may read every page that is in it.
"""

import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from wiki.errors import NotFound, StorageFailed, WikiError
from wiki.exports.contents import contents_of
from wiki.exports.forms import write_export
from wiki.exports.target import archive_at
from wiki.hookspecs.background import Backlog
from wiki.instance import Instance
from wiki.pages.paths import owner_of
from wiki.people.accounts import get_person
from wiki.people.exports import (
    ALL,
    FAILED,
    READY,
    TRIES,
    VISITOR,
    WAITING,
    SiteExport,
    change_export,
    forget_old_exports,
    known_exports,
    put_back,
    take_next,
    waiting_exports,
)
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.pages import page_exists
from wiki.reading.reader import system_reader
from wiki.translation import gettext as _
from wiki.translation import use_language

#: the task that makes them
TASK = "exports"
_FILE, _PATHS = "export.zip", "paths.txt"
#: seconds between looks whether it is still wanted
_LOOK = 1.0
#: a folder is made before its row is looked for again
_YOUNG = 600
_log = logging.getLogger(__name__)


class Stopped(Exception):
    """Nobody wants the export any more, or the process is told to end."""


def is_due(instance: Instance) -> bool:
    """Whether something waits, or something is to be forgotten: rows and a look at a folder."""
    if waiting_exports(instance.private)[0]:
        return True
    return bool(_folders(instance) - known_exports(instance.private))


def run(instance: Instance, stopped: Callable[[], bool] = lambda: False) -> None:
    """Makes what waits, oldest first; forgets what is old."""
    put_back(instance.private)
    forget_exports(instance)
    while not stopped() and (one := take_next(instance.private)) is not None:
        with use_language(one.lang):
            _make(instance, one, stopped)


def count_waiting(instance: Instance) -> Backlog:
    """Those that are to be made."""
    return Backlog(_("Exports of the site to make"), *waiting_exports(instance.private))


def forget_exports(instance: Instance) -> None:
    """Removes the rows of old exports, and the files that no row speaks of."""
    kept = forget_old_exports(instance.private)
    now = instance.private.now().timestamp()
    for name in _folders(instance) - kept:
        folder = _place(instance) / name
        try:
            old = now - folder.stat().st_mtime > _YOUNG
        except OSError:
            continue
        if old or name not in known_exports(instance.private):
            shutil.rmtree(folder, ignore_errors=True)


def drop_files(instance: Instance, id: str) -> None:
    """Removes the file of an export that nobody wants any more."""
    shutil.rmtree(_place(instance) / id, ignore_errors=True)


def file_of(instance: Instance, person: Person, one: SiteExport) -> Path:
    """The archive, for its person. Raises NotFound where it is gone, or not theirs to read now."""
    file = _place(instance) / one.id / _FILE
    if one.state != READY or not file.is_file() or not _may_have(instance, person, one):
        raise NotFound(
            _("This export is gone, or holds pages that you may no longer read. Make it again.")
        )
    return file


def _may_have(instance: Instance, person: Person, one: SiteExport) -> bool:
    if person.disabled or (one.scope == ALL and person.role != "admin"):
        return False
    if one.scope == ALL:
        return True
    reader = Reader(instance, None if one.scope == VISITOR else person)
    try:
        lines = (_place(instance) / one.id / _PATHS).read_text("utf-8").split("\n")
    except OSError:
        return False
    for line in filter(None, lines):
        kind, _space, path = line.partition(" ")
        if not (page_exists(reader, path) if kind == "page" else reader.may_read(path)):
            return False
    return True


def _make(instance: Instance, one: SiteExport, stopped: Callable[[], bool]) -> None:
    folder = _place(instance) / one.id
    try:
        if one.tries > TRIES:
            raise StorageFailed(_("This export could not be finished: it was cut off twice."))
        reader = _reader(instance, one)
        _check_room(instance)
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        contents = contents_of(reader)
        lines = [f"page {page.path}" for page in contents.pages]
        lines += [
            f"file {path}" for path in sorted({owner_of(a.file) for a in contents.attachments})
        ]
        (folder / _PATHS).write_text("\n".join(lines), "utf-8")
        with archive_at(folder / _FILE) as target:
            report = write_export(reader, one.form, target, _Progress(instance, one, stopped))
        size = (folder / _FILE).stat().st_size
        problems = len(report.problems)
        if not change_export(instance.private, one.id, state=READY, size=size, problems=problems):
            raise Stopped
    except Stopped:
        shutil.rmtree(folder, ignore_errors=True)
        # Where it is still wanted it is begun anew, by whoever comes next.
        change_export(instance.private, one.id, state=WAITING, tries=one.tries - 1)
    except WikiError as error:
        _fail(instance, one, error.words)
    except OSError as error:
        _fail(instance, one, _("The export could not be written ({reason}).").format(reason=error))
    except Exception:
        _log.exception("the export %s failed", one.id)
        _fail(instance, one, _("Something went wrong on our side. Try again."))


def _fail(instance: Instance, one: SiteExport, words: str) -> None:
    drop_files(instance, one.id)
    change_export(instance.private, one.id, state=FAILED, words=words[:500])


def _reader(instance: Instance, one: SiteExport) -> Reader:
    """Whose reading is taken along. Raises NotFound where its person is none any more."""
    person = get_person(instance.private, one.person)
    if person is None or person.disabled or (one.scope == ALL and person.role != "admin"):
        raise NotFound(_("This is no longer yours to export."))
    if one.scope == ALL:
        return system_reader(instance, "an administrator takes all of the site along")
    return Reader(instance, None if one.scope == VISITOR else person)


def _check_room(instance: Instance) -> None:
    """Raises StorageFailed where the disk would have little room left beside the export."""
    free = shutil.disk_usage(instance.settings.instance).free
    if free < 2 * instance.repository.stored_bytes() + 100_000_000:
        raise StorageFailed(
            _("There is not enough room on the disk for this export. Nothing was kept of it.")
        )


class _Progress:
    """Notes how far an export is, and ends it where nobody wants it."""

    def __init__(self, instance: Instance, one: SiteExport, stopped: Callable[[], bool]) -> None:
        self._instance, self._one, self._stopped = instance, one, stopped
        self._last = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < _LOOK:
            return
        self._last = now
        wanted = change_export(self._instance.private, self._one.id, done=done, total=total)
        if not wanted or self._stopped():
            raise Stopped


def _place(instance: Instance) -> Path:
    return instance.settings.instance / "exports"


def _folders(instance: Instance) -> set[str]:
    try:
        return {one.name for one in _place(instance).iterdir()}
    except OSError:
        return set()
