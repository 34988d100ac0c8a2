"""What a site says of itself, fetched to where a source reads it; kept until it was imported.

A plugin's fetcher asks it in a child that reaches the network, bounded in time and memory.
"""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from threading import Thread
from typing import Any

from wiki.charsets import know_hosts
from wiki.disk.space import measure_space
from wiki.errors import BadRequest, NotFound
from wiki.hookspecs.background import fetcher
from wiki.imports.elsewhere import Elsewhere
from wiki.imports.intake import forget_progress, read_progress, teller
from wiki.imports.pipeline import stages
from wiki.imports.runs import FETCHED
from wiki.imports.source import ImportProgress
from wiki.instance import Instance
from wiki.plugins import load_plugins
from wiki.sandbox.functions import call_in_child
from wiki.sandbox.runner import Failed, TimedOut
from wiki.translation import gettext as _

#: seconds of computing, four times as many by the clock; bytes of memory
_SECONDS, _MEMORY = 900.0, 1 << 30
#: bytes that a site may send, and the part of what the disk has free that it may take
_MOST, _PART = 20_000_000_000, 4
#: seconds between two looks at how far it is
_BEAT = 0.2
_STOP = "stop"
#: seconds for what it started to end
_GRACE = 1.5


def fetch(instance: Instance, name: str, address: str, progress: ImportProgress) -> Path:
    """A folder that the source ``name`` reads, with all that the site at ``address`` has.

    What an earlier call fetched of it is not fetched again, however that ended, until ``forget``.
    It ends soon after ``progress`` raised. Raises NotFound where no site of that program can be
    asked, BadRequest.
    """
    if name not in (known := instance.plugins.keys(fetcher)):
        words = _("No site of {name} can be asked for its pages. Of these it can: {known}.")
        raise NotFound(words.format(name=name, known=", ".join(known) or "–"))
    settings = instance.settings
    inside = settings.import_hosts.split()
    Elsewhere(address, inside)  # what is no address needs no folder
    folder = _folder(instance, name, address)
    folder.mkdir(parents=True, exist_ok=True)
    room = min(_MOST, measure_space(settings.instance).free // _PART)
    question: dict[str, Any] = {"name": name, "address": address, "inside": inside}
    question |= {"folder": str(folder.absolute()), "room": room}
    with _alone(folder):
        (folder / _STOP).unlink(missing_ok=True)
        forget_progress(folder)
        with ThreadPoolExecutor(1) as thread:
            asking = thread.submit(copy_context().run, _call, question)
            try:
                while True:
                    try:
                        asking.result(timeout=_BEAT)
                        break
                    except NotYet:
                        progress(*(read_progress(folder) or (0, None)))
            except BaseException:
                (folder / _STOP).touch()
                raise
    return fetched_at(instance, name, address)


def fetched_at(instance: Instance, name: str, address: str) -> Path:
    """Where that lies for its source."""
    return _folder(instance, name, address) / "site"


def forget(instance: Instance, name: str, address: str) -> None:
    """Takes away what was fetched, once it was imported or is not wanted."""
    shutil.rmtree(_folder(instance, name, address), ignore_errors=True)


def _folder(instance: Instance, name: str, address: str) -> Path:
    digest = hashlib.sha256(f"{name} {address.strip()}".encode("utf-8", "replace")).hexdigest()
    return stages(instance) / f"{FETCHED}{digest[:16]}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time asks a site, and nobody sweeps it away. Raises BadRequest for the second."""
    place = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            words = _("This site is being asked already: wait for that to end.")
            raise BadRequest(words) from error
        yield
    finally:
        os.close(place)


def _call(question: Mapping[str, Any]) -> None:
    try:
        call_in_child(
            _asked,
            question,
            b"",
            seconds=_SECONDS,
            memory=_MEMORY,
            file_size=question["room"],
            online=True,
        )
    except TimedOut as error:
        words = _("An hour was not enough for all that this site has. Try again: it goes on there.")
        raise BadRequest(words) from error
    except Failed as error:
        words = _("What this site answers could not be read: it may be of another program.")
        raise BadRequest(words) from error


def _asked(question: Mapping[str, Any], _data: bytes) -> tuple[Mapping[str, Any], Sequence[bytes]]:
    """In the child: asks the site."""
    know_hosts()
    ask = load_plugins().provider(fetcher.named(question["name"]))
    folder = Path(question["folder"])
    is_stopped = (folder / _STOP).exists
    Thread(target=_end_with, args=[is_stopped], daemon=True).start()
    elsewhere = Elsewhere(question["address"], question["inside"], question["room"], is_stopped)
    if ask is not None:
        ask(elsewhere, folder, teller(folder))
    return {}, ()


def _end_with(is_stopped: Callable[[], bool]) -> None:
    """Ends the child once it is to stop, whatever it waits for: what came is on the disk."""
    while not is_stopped():
        time.sleep(_BEAT)
    time.sleep(_GRACE)
    os._exit(1)
