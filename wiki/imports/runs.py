"""Imports that administrators began in a browser: each a folder, with how far it is in a file.

::

    FETCHING ─▶ LOOKING ──▶ READING ──▶ READY ──yes──▶ WRITING ──▶ DONE
                   └▶ ASKING ─▲            └──no──▶ CANCELLED         FAILED, from anywhere

In those of ``WORKING`` the task of the background has the word, in the others a request: what is
killed in the middle is done again. What was sent, and the stage, are gone at the end; the report
stays.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from wiki.disk.durable import write_file
from wiki.errors import NotFound
from wiki.imports.inventory import Loss, Staged
from wiki.translation import gettext as _

_STATE, _STAGE, _SENT, _LOSSES, _STOP = "run.json", "stage", "sent", "losses.jsonl", "stop"


class State(StrEnum):
    """How far an import is."""

    FETCHING = "fetching"
    LOOKING = "looking"
    ASKING = "asking"
    READING = "reading"
    READY = "ready"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: those in which the task of the background has the word
WORKING = (State.FETCHING, State.LOOKING, State.READING, State.WRITING)
ENDED = (State.DONE, State.FAILED, State.CANCELLED)
#: the folders of commands, and of sites that were asked, begin so
COMMAND, FETCHED = "command-", "fetched-"
#: how long something waits for an answer, a file may take to be sent, and a command to take hold of
#: the folder that it made
_WAITS, _SENDS, _BEGINS = timedelta(days=30), timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Run:
    """One import. ``by`` is who began it, ``lang`` their language, ``name`` the file's.

    ``address``: of the site that is asked; "" where a file was sent.
    ``names``: the sources that recognise it; ``asked``: the choices of its source, ``answers`` what
    was chosen; ``words``: why it failed; ``counts``: what is on the stage; ``outcome``: what was
    written; ``tries``: how often the task began with it in this state.
    """

    id: str
    by: str
    lang: str
    name: str
    size: int
    begun: datetime
    into: str = ""
    source: str = ""
    state: State = State.LOOKING
    names: Sequence[str] = ()
    asked: Sequence[Mapping[str, Any]] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    outcome: Mapping[str, int] = field(default_factory=dict)
    tries: int = 0
    address: str = ""


class Runs:
    """The imports of the instance in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "imports"

    def begin(self) -> tuple[str, Path]:
        """A new one: its name, and the folder that what is sent goes into."""
        id = secrets.token_hex(8)
        sent = self._folder / id / _SENT
        sent.mkdir(parents=True, mode=0o700)
        return id, sent

    def save(self, run: Run, **changes: Any) -> Run:
        """Keeps it, with ``changes``."""
        run = replace(run, **changes)
        said = {**asdict(run), "begun": run.begun.isoformat()}
        write_file(self._folder / run.id / _STATE, json.dumps(said).encode())
        return run

    def get(self, id: str) -> Run:
        """Raises NotFound."""
        if id.isalnum():
            with suppress(OSError, ValueError, TypeError):
                said = json.loads((self._folder / id / _STATE).read_bytes())
                begun, state = datetime.fromisoformat(said["begun"]), State(said["state"])
                return Run(**{**said, "begun": begun, "state": state})
        raise NotFound(_("There is no such import."))

    def list(self) -> list[Run]:
        """All, the newest first."""
        found = []
        for file in self._folder.glob(f"*/{_STATE}"):
            with suppress(NotFound):
                found.append(self.get(file.parent.name))
        return sorted(found, key=lambda one: (one.begun, one.id), reverse=True)

    def sent(self, run: Run) -> Path:
        """The file that was sent."""
        return self._folder / run.id / _SENT / run.name

    def stage(self, run: Run) -> Path:
        """The folder of the stage."""
        return self._folder / run.id / _STAGE

    def stop(self, run: Run) -> None:
        """Asks the task to leave off."""
        (self.stage(run) / _STOP).parent.mkdir(exist_ok=True)
        (self.stage(run) / _STOP).touch()

    def is_stopped(self, run: Run) -> bool:
        """Whether somebody asked it to leave off."""
        return (self.stage(run) / _STOP).exists()

    def end(self, run: Run, state: State, losses: Sequence[Loss] = (), **changes: Any) -> Run:
        """The last word about it: what was sent and staged goes, the report stays."""
        if state == State.DONE:
            with closing(Staged(self.stage(run))) as staged:
                _write_losses(self._folder / run.id / _LOSSES, [*losses, *staged.losses()])
        run = self.save(run, state=state, **changes)
        for name in (_STAGE, _SENT):
            shutil.rmtree(self._folder / run.id / name, ignore_errors=True)
        return run

    def forget(self, id: str) -> None:
        """Deletes all that is kept of it."""
        if id.isalnum():
            shutil.rmtree(self._folder / id, ignore_errors=True)

    def losses(self, run: Run) -> Iterator[Loss]:
        """What could not be carried, before and after it was imported."""
        if run.state == State.READY:
            with closing(Staged(self.stage(run))) as staged:
                yield from staged.losses()
        with suppress(OSError), (self._folder / run.id / _LOSSES).open("rb") as lines:
            for line in lines:
                yield Loss(*json.loads(line))

    def sweep(self, now: datetime) -> None:
        """Ends what has waited for somebody for too long, and deletes what is nobody's."""
        for folder in self._left(now):
            shutil.rmtree(folder, ignore_errors=True)
        for run in self._waiting(now):
            self.end(run, State.CANCELLED)

    def has_old(self, now: datetime) -> bool:
        """Whether ``sweep`` would end or delete anything."""
        return any(True for _one in (*self._left(now), *self._waiting(now)))

    def _waiting(self, now: datetime) -> Iterator[Run]:
        for run in self.list():
            if run.state in (State.ASKING, State.READY) and run.begun < now - _WAITS:
                yield run

    def _left(self, now: datetime) -> Iterator[Path]:
        """What is nobody's: half sent, of a killed command, of an import that has ended, or what a
        site that was asked had long ago.
        """
        ages = {COMMAND: _BEGINS, FETCHED: _WAITS}
        for folder in self._folder.glob("*"):
            if (folder / _STATE).exists():
                with suppress(NotFound):
                    if self.get(folder.name).state in ENDED:
                        yield from filter(Path.exists, (folder / _STAGE, folder / _SENT))
                continue
            age = next((ages[one] for one in ages if folder.name.startswith(one)), _SENDS)
            with suppress(OSError):
                changed = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
                if changed < now - age and not _is_occupied(folder):
                    yield folder


@contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """While somebody waits for what is done in ``folder``; it ends with the process too."""
    file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield
    finally:
        os.close(file)


def _is_occupied(folder: Path) -> bool:
    file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _write_losses(file: Path, losses: Sequence[Loss]) -> None:
    with file.open("w", encoding="utf-8") as lines:
        for one in losses:
            lines.write(json.dumps([one.what, one.where, one.detail]) + "\n")
