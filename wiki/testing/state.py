"""What an instance holds at a moment, and how it comes back to that when a test has changed it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wiki.instance import Instance

#: the projections that nearly every page asks
_OFTEN = ("changes", "links", "catalogue")
#: those that are no rows of ``tables.db``
_ELSEWHERE = ("search", "public")


class State:
    """Its pages, private rows, mails, clock and settings, as they are now.

    Not proposals, and not what else lies in its folder: tests of those have an instance of their
    own.
    """

    def __init__(self, instance: "Instance") -> None:
        for name in _OFTEN:
            instance.projections.catch_up(name)
        self._instance = instance
        self._parts, self._settings = dict(vars(instance)), dict(vars(instance.settings))
        self._clock = instance.private.now
        self._head = instance.repository.head()
        folder = instance.settings.instance
        files = (folder / "private.db", folder / "index" / "tables.db")
        self._rows = [(file, _copied(file)) for file in files]

    def restore(self) -> None:
        """Brings all of it back, in the time that a page takes; a new wiki takes ten."""
        instance = self._instance
        vars(instance).update(self._parts)
        vars(instance.settings).update(self._settings)
        instance.private.now = self._clock
        instance.rates.forget_all()
        for mail in (instance.settings.instance / "outbox").glob("*.eml"):
            mail.unlink()
        self._rewind()
        for file, copy in self._rows:
            with closing(sqlite3.connect(file)) as live:
                copy.backup(live)
        # Answers are kept by what happened since: two tests may have all of that in common.
        instance.private.bump()
        with closing(sqlite3.connect(self._rows[-1][0])) as tables, tables:
            tables.execute("update marker set schema = hex(randomblob(8)) where name = 'topics'")

    def _rewind(self) -> None:
        from wiki.repository.objects import BRANCH, EMPTY

        branch = self._instance.repository.folder / BRANCH
        if self._head != EMPTY:
            branch.write_text(f"{self._head}\n", "ascii")
            return
        branch.unlink(missing_ok=True)
        (branch.parents[2] / "begun").unlink(missing_ok=True)
        # No span leads to a wiki without a page.
        for name in _ELSEWHERE:
            self._instance.projections.reset(name)


def _copied(file: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(file)) as live:
        live.backup(copy)
    return copy
