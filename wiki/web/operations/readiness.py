"""Whether what the wiki stands on answers, each part by name."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Lock, Thread

from wiki.disk.space import is_writable, measure_space
from wiki.errors import WikiError
from wiki.instance import Instance
from wiki.parts.identity import find_faults
from wiki.projections.interface import Busy
from wiki.repository.objects import BRANCH, EMPTY
from wiki.repository.upkeep import READ_ONLY, takes_objects

_log = logging.getLogger(__name__)

#: seconds that one of them may take
_PATIENCE = 3.0
#: bytes and files that must be free on the disk
_FREE_BYTES, _FREE_FILES = 20_000_000, 500
#: seconds that the last save may lie ahead of the clock
_AHEAD = 86_400.0
_PARTS = {
    "content": "repository",
    "branch": "repository",
    "rows": "private database",
    "secret": "secret",
    "identity": "identity",
}

#: gives what is wrong, or "", or raises
Question = Callable[[Instance], str]


class Probe:
    """A question that may hang: it is asked in a thread of its own, by one at a time."""

    def __init__(self, name: str, question: Question) -> None:
        self.name = name
        self._question = question
        self._guard = Lock()
        self._thread: Thread | None = None
        self._fault = ""

    def find_fault(self, instance: Instance) -> str:
        """What is wrong with it; "" where nothing is."""
        with self._guard:
            thread = self._thread
            if thread is None or not thread.is_alive():
                thread = self._thread = Thread(target=self._ask, args=(instance,), daemon=True)
                thread.start()
        thread.join(_PATIENCE)
        return f"no answer in {_PATIENCE:g} s" if thread.is_alive() else self._fault

    def _ask(self, instance: Instance) -> None:
        try:
            self._fault = self._question(instance)
        except (OSError, sqlite3.Error, WikiError) as error:
            self._fault = str(error) or type(error).__name__
        except Exception as error:
            _log.exception("the %s is not ready", self.name)
            self._fault = str(error) or type(error).__name__


def find_unready(instance: Instance) -> Iterator[tuple[str, str]]:
    """The parts that do not answer as they should, with what is wrong, for who runs the wiki."""
    told: set[str] = set()
    for fault in find_faults(instance.settings):
        name = _PARTS[fault.part]
        told.add(name)
        yield name, str(fault)
    for probe in _PROBES:
        if probe.name not in told and (words := probe.find_fault(instance)):
            yield probe.name, words
    for name in list(instance.projections.failures):
        if instance.projections.behind(name):  # or others have brought it up to date since
            yield f"projection {name} is behind", "run `wiki check`"


def _repository(instance: Instance) -> str:
    head = instance.repository.head()
    if head != EMPTY and not instance.repository.has(head):
        return f"git cannot give its newest commit {head[:12]}"
    return ""


def _rows(instance: Instance) -> str:
    instance.private.read_identity()
    return ""


def _tables(instance: Instance) -> str:
    instance.projections.part("changes").reflects()
    return ""


def _behind(instance: Instance) -> str:
    """Of several nodes: whether others have what this one has not, or that cannot be known."""
    shared = instance.repository.shared
    if shared is None:
        return ""
    try:
        if instance.fresh is not None:
            instance.fresh.check()
    except Busy as error:
        return f"pages are answered with 503: {error}"
    if instance.settings.index == "database":
        # These rows are of the newest of all nodes.
        told = instance.projections.part("changes").reflects()
        if told != EMPTY and not instance.repository.has_commit(told):
            shared.arrive(told)
    return ""


def _queue(instance: Instance) -> str:
    file = instance.settings.instance / "queue.db"
    if file.exists():
        with closing(sqlite3.connect(file, timeout=_PATIENCE / 2)) as queue:
            queue.execute("BEGIN IMMEDIATE")
            queue.rollback()
    return ""


def _disk(instance: Instance) -> str:
    folder = instance.settings.instance
    if not is_writable(folder / "lock"):
        return "the disk is read-only: pages are shown, nothing can be saved"
    if not takes_objects(instance.repository.folder):
        return f"{READ_ONLY}: pages are shown, nothing can be saved"
    space = measure_space(folder)
    if space.free < _FREE_BYTES:
        return f"{space.free // 1_000_000} MB are free"
    if space.files and space.free_files < _FREE_FILES:
        return f"no more than {space.free_files} files can be made"
    return ""


def _clock(instance: Instance) -> str:
    # What commits say of their time may come from anywhere; this one is of our clock.
    try:
        saved = (instance.repository.folder / BRANCH).stat().st_mtime
    except OSError:
        return ""
    ahead = saved - time.time()
    return f"the last save is {ahead:.0f} s in the future" if ahead > _AHEAD else ""


_PROBES = (
    Probe("repository", _repository),
    Probe("private database", _rows),
    Probe("tables", _tables),
    Probe("behind", _behind),
    Probe("queue", _queue),
    Probe("disk", _disk),
    Probe("clock", _clock),
)
