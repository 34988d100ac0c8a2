"""A foreign file read by a plugin's source: in a child, onto a stage, while somebody looks on.

The child has no network where the kernel allows that, and bounds of time, memory and disk; what it
leaves is believed no more than what anybody sends: paths, kinds and lengths are checked.
"""

import json
import time
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from contextvars import copy_context
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wiki.config import Settings
from wiki.errors import BadRequest, NotFound, TooLarge
from wiki.hookspecs.background import importer
from wiki.imports.source import Choice, ImportProgress, Source, settle
from wiki.imports.stage import Bounds, Stage
from wiki.plugins import Plugins, load_plugins
from wiki.sandbox.functions import call_in_child
from wiki.sandbox.runner import Failed, TimedOut
from wiki.translation import gettext as _

#: seconds of computing to look at a file, and to read it; bytes of memory, and of a file it writes
_LOOK, _READ = 60.0, 3600.0
_MEMORY, _FILE_SIZE = 3 << 30, 20_000_000_000
_PROGRESS, _STOP = "progress", "stop"
#: seconds between two looks at how far it is
_BEAT = 0.2

_Answer = tuple[Mapping[str, Any], Sequence[bytes]]


def source_of(plugins: Plugins, name: str) -> Source:
    """The source called ``name``. Raises NotFound, which tells those that there are."""
    made = plugins.provider(importer.named(name))
    source = made() if made is not None else None
    if source is None:
        known = ", ".join(plugins.keys(importer)) or "–"
        words = _("No importer is called {name}. There are: {known}.")
        raise NotFound(words.format(name=name, known=known))
    return source


def recognise(path: Path) -> list[str]:
    """The names of the sources that take ``path`` for theirs. Raises BadRequest."""
    answer, _parts = _call(_recognised, {"path": str(path.absolute())}, _LOOK)
    return list(answer["names"])


def choices(name: str, path: Path) -> list[Choice]:
    """What the source ``name`` asks about ``path``. Raises BadRequest."""
    answer, _parts = _call(_asked, {"name": name, "path": str(path.absolute())}, _LOOK)
    return [told_choice(one) for one in answer["choices"]]


def told_choice(told: Mapping[str, Any]) -> Choice:
    """A choice as a child told it."""
    options = [(value, label) for value, label in told["options"]]
    then = {value: [told_choice(one) for one in asked] for value, asked in told["then"].items()}
    return Choice(**{**told, "options": options, "then": then})


def read(
    settings: Settings,
    name: str,
    path: Path,
    folder: Path,
    *,
    into: str = "",
    answers: Mapping[str, str] | None = None,
    progress: ImportProgress = lambda _done, _total: None,
) -> None:
    """Has the source ``name`` put what ``path`` holds on a stage in ``folder``, which it makes.

    Raises BadRequest, TooLarge: then the stage is worth nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    question = {
        "name": name,
        "path": str(path.absolute()),
        "folder": str(folder.absolute()),
        "into": into,
        "answers": dict(answers or {}),
        "bounds": asdict(Bounds.of(settings)),
    }
    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(copy_context().run, _call, _staged, question, _READ)
        while True:
            try:
                reading.result(timeout=_BEAT)
                return
            except NotYet:
                if told := read_progress(folder):
                    progress(*told)


def read_progress(folder: Path) -> tuple[int, int | None] | None:
    """How far the reading onto the stage in ``folder`` is; None where that is not known."""
    with suppress(OSError, ValueError):
        done, total = json.loads((folder / _PROGRESS).read_bytes())
        return done, total
    return None


def forget_progress(folder: Path) -> None:
    """A next step begins, which has not told anything yet."""
    (folder / _PROGRESS).unlink(missing_ok=True)


def _call(function: Any, question: Mapping[str, Any], seconds: float) -> Any:
    try:
        return call_in_child(
            function, question, b"", seconds=seconds, memory=_MEMORY, file_size=_FILE_SIZE
        )
    except TimedOut as error:
        words = _("This takes too long to be read. Export it in parts, and import these.")
        raise TooLarge(words) from error
    except Failed as error:
        words = _("This could not be read: it may be damaged, or of another program.")
        raise BadRequest(words) from error


def _recognised(question: Mapping[str, Any], _data: bytes) -> _Answer:
    """In the child: ``recognise``."""
    plugins, path = load_plugins(), Path(question["path"])
    names, sure = [], []
    for name in plugins.keys(importer):
        # A fault of one is in the way of no other: the program can still be chosen.
        with suppress(Exception):
            source = source_of(plugins, name)
            if source.recognises(path):
                names.append(name)
                if not getattr(source, "general", False):
                    sure.append(name)
    if not names and _is_cut(path):
        words = _("This archive is damaged, or was cut off. Make it again, and send that.")
        raise BadRequest(words)
    return {"names": sure or names}, ()


def _is_cut(path: Path) -> bool:
    """Whether a file begins as a ZIP, and has no end of one: what half a sending leaves."""
    if not path.is_file() or zipfile.is_zipfile(path):
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _asked(question: Mapping[str, Any], _data: bytes) -> _Answer:
    """In the child: ``choices``."""
    source = source_of(load_plugins(), question["name"])
    return {"choices": [asdict(one) for one in source.choices(Path(question["path"]))]}, ()


def _staged(question: Mapping[str, Any], _data: bytes) -> _Answer:
    """In the child: ``read``."""
    source = source_of(load_plugins(), question["name"])
    folder, path = Path(question["folder"]), Path(question["path"])
    asked = settle(source.choices(path), question["answers"])
    answers = {choice.name: said for choice, said in asked}
    with Stage(folder, question["into"], Bounds(**question["bounds"])) as stage:
        source.read(path, stage, answers, teller(folder))
    return {}, ()


def teller(folder: Path) -> ImportProgress:
    """Writes how far it is where ``read_progress`` finds it, not more often than anybody looks.

    What it gives raises BadRequest where a file ``stop`` lies there.
    """
    told, file = 0.0, folder / _PROGRESS

    def tell(done: int, total: int | None) -> None:
        nonlocal told
        if time.monotonic() - told > _BEAT:
            told = time.monotonic()
            if file.with_name(_STOP).exists():
                raise BadRequest(_("It was stopped."))
            file.write_text(json.dumps([done, total]), "utf-8")

    return tell
