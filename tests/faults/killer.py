"""Does something to a wiki, and kills itself before its nth call that may change a disk.

``python -m tests.faults.killer ACTION FOLDER STEP [WORD…]`` prints ``acknowledged`` once whoever
asked for it would be told so. The calls are those of Python: SQLite's own are told by the statement
that they belong to, git's by its start.
"""

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

_CALLS = frozenset(
    (
        *("open", "write", "pwrite", "fsync", "ftruncate", "truncate", "posix_fallocate"),
        *("rename", "replace", "unlink", "remove", "mkdir", "rmdir", "link", "symlink", "chmod"),
        "fork_exec",
    )
)


class Killer:
    """A profile function that counts those calls, of all threads."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.count = 0

    def __call__(self, _frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and _may_change(called):
            self.count += 1
            if self.count == self.step:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """From now on calls count."""
        threading.setprofile(self)
        sys.setprofile(self)


def _may_change(called: Any) -> bool:
    if isinstance(getattr(called, "__self__", None), sqlite3.Connection | sqlite3.Cursor):
        return called.__name__ in ("execute", "executemany", "commit", "backup")
    return called.__name__ in _CALLS and called.__module__ in ("posix", "_posixsubprocess", "_io")


def save(folder: Path, killer: Killer, words: Sequence[str]) -> None:
    """Saves a page, as a browser does: its line is ``words[0]``, after those that stand there."""
    from tests.leaks.asking import Asker, Role
    from tests.leaks.canaries import canary
    from tests.leaks.exits import Ask
    from tests.leaks.world import World, settings_of
    from wiki.config import load_settings
    from wiki.instance import open_instance
    from wiki.people.accounts import find_person

    settings = load_settings(folder, environ={}, **settings_of(folder))
    instance = open_instance(settings)
    world = World(instance, frozenset({"all"}))
    person = find_person(instance.private, f"{canary('admin', 'address')}@example.org")
    assert person is not None
    world.people["admin"] = person
    asker = Asker(world, Role("admin", "admin"))
    head = instance.repository.head()
    blob = instance.repository.read("libre.md", head)
    before = blob.data.decode() if blob else ""
    form: dict[str, object] = {"text": f"{before}\n{words[0]}\n", "base": head}
    asker._csrf()  # as a form that was opened
    killer.watch()
    answer = asker.ask(Ask("", "POST", "/-/edit/libre", form=form))
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]


def command(folder: Path, killer: Killer, words: Sequence[str]) -> None:
    """A command, as one types it."""
    from wiki.cli import main

    killer.watch()
    main(["--instance", str(folder), *words], standalone_mode=False)


_ACTIONS: dict[str, Callable[[Path, Killer, Sequence[str]], None]] = {
    "save": save,
    "command": command,
}


def main() -> None:
    """Does what the words say."""
    action, folder, step, *words = sys.argv[1:]
    killer = Killer(int(step))
    _ACTIONS[action](Path(folder), killer, words)
    sys.setprofile(None)
    os.write(1, b"acknowledged\n")
    # Threads that it has begun are nothing to wait for.
    os._exit(0)


if __name__ == "__main__":
    main()
