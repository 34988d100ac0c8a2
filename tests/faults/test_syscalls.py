"""`wiki serve` whose calls to the system fail one by one: what is told to be saved is, once."""

import re
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from tests.cli.conftest import Run

from .disks import VisitedServer
from .syscalls import Calls, failing, torn_at
from .test_processes import children, eventually

_SAVING = "/-/edit/lien"
_NOTHING, _PERHAPS = "Rien n’a été enregistré", "n’a pas confirmé cet enregistrement"
#: reading fails: then nothing was begun
_UNREAD = "ne peut pas lire"
#: the files that saves write from which nothing else of the server's own is told by its name
_FILES = ("refs/heads/main.lock", "logs/refs/heads/main", "logs/HEAD")
_LONG = pytest.mark.faults
#: what is asked for, and what its answer has in it: nothing for the line that was just saved
_READING = {
    "/lien": "",
    "/-/changes.atom": "/lien",
    "/-/search?q=lien": "/lien",
    "/-/account": "Awa",
}


class Ledger:
    """What somebody tried to save in one wiki, and what they were told of it."""

    def __init__(self, server: VisitedServer) -> None:
        self.server = server
        self.told: dict[str, str] = {}
        self._number = count()
        web = [one for one in children(server.process.pid) if _name(one) == "wiki-web"]
        (self.worker,) = web

    def save(self, broken: AbstractContextManager[Calls | None]) -> Calls | None:
        """Adds a line to the page while the disk is ``broken``; then whoever is unsure, again."""
        word = f"essai-{next(self._number)}-fin"
        fields, text = self._form(_SAVING), self.server.ask("/lien.md", visitor=True)[1]
        sent = {**fields, "text": f"{text}\n{word}\n"}
        with broken as calls:
            status, said = self.server.ask(_SAVING, sent)
        self.told[word] = "saved"
        if status != 303:
            why = [one for one in (_NOTHING, _PERHAPS, _UNREAD) if one in said]
            assert (status, word in said, len(why)) == (503, True, 1), calls and calls.failed
            self.told[word] = why[0]
        if self.told[word] == _PERHAPS:
            assert self.server.ask(_SAVING, sent)[0] == 303, "once more from the same form"
            self.told[word] = "saved"
        return calls

    def comment(self, broken: AbstractContextManager[Calls | None]) -> Calls | None:
        """Says something of the page meanwhile."""
        word = f"mot-{next(self._number)}-fin"
        sent = {**self._form("/-/comments/lien"), "words": word}
        with broken as calls:
            status, said = self.server.ask("/-/comments/lien", sent)
        assert status in (200, 303, 503), (status, calls and calls.failed)
        self.told[word] = "saved" if status != 503 else _NOTHING
        assert status != 503 or word in said
        return calls

    def _form(self, path: str) -> dict[str, str]:
        status, form = self.server.ask(path)
        assert status == 200
        return dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))


@pytest.fixture
def ledger(sound: Path, cookie: str) -> Iterator[Ledger]:
    server = VisitedServer(sound, cookie, lambda *command: list(command))
    yield Ledger(server)
    server.stop()


@pytest.mark.parametrize(
    ("saving", "writing", "sizes"),
    [
        (("fsync", "rename", "ftruncate"), ("fdatasync",), (3, 100, 700, 1300)),
        pytest.param(
            ("write", "unlink", "pwrite64", "openat"),
            ("pwrite64",),
            range(1, 3000, 40),
            marks=_LONG,
        ),
    ],
)
def test_what_is_acknowledged_is_there_once(
    sound: Path,
    tmp_path: Path,
    ledger: Ledger,
    run: Run,
    saving: tuple[str, ...],
    writing: tuple[str, ...],
    sizes: Sequence[int],
) -> None:
    """``saving``: the calls of saves; ``writing``: those of private rows; ``sizes``: torn there."""
    tried = Counter[str]()
    wal = [sound / "private.db-wal"]
    steps = [(ledger.comment, call, wal) for call in writing]
    for call in saving:
        names = _FILES if call == "write" else ()
        steps.append((ledger.save, call, [sound / "content.git" / name for name in names]))
    for act, call, files in steps:
        for number in count(1):
            made = act(failing(ledger.worker, call, number, tmp_path / "log", files))
            assert made is not None
            if not made.failed:
                break
            tried[f"{act.__name__} {call}"] += 1
    assert len(tried) == len(steps)
    for size in sizes:
        ledger.save(torn_at(ledger.worker, size))
        tried["save torn"] += 1
    print(dict(tried), Counter(ledger.told.values()))  # noqa: T201 - for who runs the long set
    ledger.save(nullcontext())
    ledger.server.stop()
    _compare(sound, ledger)
    assert run("check").output == ""


#: what each answer is read from, and how: the branch, private rows, what is worked out
_READ = {
    "content.git/refs/heads/main": ("openat", "read"),
    "private.db": ("pread64",),
    "private.db-wal": ("pread64",),
    "index/tables.db": ("openat", "pread64"),
    "index/tables.db-wal": ("pread64",),
    "index/versions": ("pread64",),
}


@_LONG
@pytest.mark.timeout(900)
def test_what_cannot_be_read_is_said(sound: Path, tmp_path: Path, ledger: Ledger, run: Run) -> None:
    """Each is read again once something was saved: then one call fails, and the next do not."""
    tried = Counter[str]()
    for file, calls in _READ.items():
        for call in calls:
            for number in count(1):
                ledger.save(nullcontext())
                word = next(reversed(ledger.told))
                with failing(ledger.worker, call, number, tmp_path / "log", [sound / file]) as made:
                    answers = [ledger.server.ask(path) for path in _READING]
                for (path, said), (status, text) in zip(_READING.items(), answers, strict=True):
                    told = (status, (said or word) in text)
                    assert told == (200, True) or status == 503, (path, made.failed, text[-1500:])
                # What is worked out is made again, ten seconds later where that failed, too.
                for path, said in _READING.items():
                    eventually(partial(_tells, ledger.server, path, said or word))
                if not made.failed:
                    break
                tried[f"{call} {file}"] += 1
    print(dict(tried))  # noqa: T201 - for who runs the long set
    assert sum(tried.values()) > 10
    ledger.server.stop()
    _compare(sound, ledger)
    run("check")  # it makes what nobody has asked for since the tables were lost
    assert run("check").output == ""


def _tells(server: VisitedServer, path: str, said: str) -> bool:
    status, text = server.ask(path)
    return status == 200 and said in text


def _compare(folder: Path, ledger: Ledger) -> None:
    """The ledger against git, and against the private rows."""
    git = partial(subprocess.run, check=True, capture_output=True, text=True)
    there = ["git", "-C", str(folder / "content.git")]
    page = Counter(git([*there, "show", "main:lien.md"]).stdout.split())
    log = git([*there, "log", "-p", "--format=", "main", "--", "lien.md"]).stdout
    with closing(sqlite3.connect(folder / "private.db")) as rows:
        said = Counter(words for (words,) in rows.execute("SELECT words FROM comments_comment"))
    added = Counter(re.findall(r"^\+(essai-\S+)", log, re.MULTILINE))
    assert added + said == Counter(word for word, told in ledger.told.items() if told == "saved")
    assert {word: page[word] for word in added} == dict.fromkeys(added, 1)
    assert git([*there, "fsck", "--full", "--no-dangling", "--no-progress"]).stdout == ""


def _name(process: int) -> str:
    return Path(f"/proc/{process}/comm").read_text().strip()
