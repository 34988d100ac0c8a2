"""What commands say: one line for a fault, a bar for what takes long, counts at the end."""

import errno
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from wiki.errors import NotInstalled, StorageFailed, WikiError
from wiki.resources import how_to_add

if TYPE_CHECKING:
    from wiki.instance import Instance

Advance = Callable[[int, int | None], None]


def fault_line(error: Exception) -> str | None:
    """What went wrong, as one line; None for a fault of ours, of which all must be seen."""
    if isinstance(error, WikiError):
        words = error.words
        if isinstance(error, NotInstalled):
            words += f" To add them: {how_to_add(error.extra)}"
    elif isinstance(error, OSError) and error.errno != errno.EPIPE:
        place = f": {error.filename}" if error.filename is not None else ""
        words = f"{error.strerror or error}{place}"
    elif isinstance(error, sqlite3.OperationalError):
        words = f"a database of the instance cannot be used: {error}"
    else:
        words = _fault_below(error)
    return " ".join(words.split()) or None


def _fault_below(error: Exception) -> str:
    # Imported here: a command that goes well needs neither.
    from wiki.projections.interface import Busy
    from wiki.repository.process import GitFailed

    if isinstance(error, Busy):
        return "another process is bringing that up to date: try again when it is done"
    if isinstance(error, GitFailed):
        return f"git cannot do that: {error.said or error}"
    return ""


def give_up_output() -> None:
    """Lets go of what stdout would not take, a full disk for one: it is not tried again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


def quiet_logs() -> None:
    """What is logged while a command runs is a line on stderr, without the traceback."""
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("wiki: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


class _OneLine(logging.Formatter):
    """The message, and the last words of what was raised."""

    def format(self, record: logging.LogRecord) -> str:
        said = self._fmt % {"message": record.getMessage()} if self._fmt else record.getMessage()
        if record.exc_info and (error := record.exc_info[1]) is not None:
            said += f": {error or type(error).__name__}"
        return " ".join(said.split())


@contextmanager
def progress(label: str) -> Iterator[Advance]:
    """A progress bar on stderr: ``advance(done, total)``; quiet where nobody looks."""
    with click.progressbar(
        length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def advance(done: int, total: int | None) -> None:
            bar.length = max(total or done, 1)
            bar.update(done - bar.pos)

        yield advance


def catch_up(instance: "Instance", names: Sequence[str]) -> None:
    """Brings the projections up to date, each with its bar. Raises StorageFailed.

    One that another process is bringing up to date is left to it.
    """
    with progress("pages") as advance:
        instance.projections.build(names, advance)
    for name in names:
        with progress(name) as advance:
            instance.projections.catch_up(name, advance)
    if failed := [name for name in names if name in instance.projections.failures]:
        raise StorageFailed(f"could not be brought up to date: {', '.join(failed)}")


def changed(instance: "Instance", since: str) -> str:
    """How much differs from the commit ``since``: ``12 pages, 3 other files``."""
    from wiki.pages.paths import page_of
    from wiki.repository.span import Span

    pages: set[str] = set()
    files = 0
    repository = instance.repository
    for change in Span(repository, since, repository.head()).changes():
        if (path := page_of(change.file)) is not None:
            pages.add(path)
        else:
            files += 1
    others = f", {count(files, 'other file')}" if files else ""
    return f"{count(len(pages), 'page')}{others}"


def contents(instance: "Instance") -> str:
    """How much an instance holds: ``812 pages, 3 other files, 40 accounts``."""
    from wiki.people.accounts import count_people
    from wiki.repository.objects import EMPTY

    return f"{changed(instance, EMPTY)}, {count(count_people(instance.private), 'account')}"


def count(number: int, word: str) -> str:
    """``1 page``, ``1,204 pages``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def size(number: int) -> str:
    """``812 kB``, ``1.4 MB``: bytes as a person says them."""
    return f"{number / 1e6:,.1f} MB" if number >= 1e6 else f"{max(number // 1000, 1)} kB"
