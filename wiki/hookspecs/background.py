"""What runs beside the pages: tables from git, tasks, processes, commands, importers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import click

    from wiki.config import Settings
    from wiki.imports.elsewhere import Elsewhere
    from wiki.imports.source import ImportProgress, Source
    from wiki.instance import Instance
    from wiki.processes.calls import Calls
    from wiki.processes.supervisor import EndAsked
    from wiki.projections.tables.projection import TableProjection


@hookspec
def projections() -> "Sequence[TableProjection]":
    """Projections of the plugin's own, kept up to date like those of the core."""


class Backlog(NamedTuple):
    """How many things wait for a task, and since when the oldest does; None where nothing does.

    ``label`` says in the reader's language what they are.
    """

    label: str
    waiting: int
    since: "datetime | None"


@dataclass(frozen=True)
class Task:
    """Work of the background: ``run(instance)`` at the latest ``every`` so often, or when woken.

    It may be killed anywhere and run twice: what it does is kept in rows, and doing it again does
    nothing. ``name`` begins with the plugin's; without ``every`` it only runs when it is woken.
    One that ``follows`` is run by the process of tasks when it starts, and within a moment of every
    change of the pages. Where ``needed`` says no, it has ended well: that asks rows alone, which
    costs no process. Those that ``keep`` the same find in memory what the last of them left, while
    their process lives: it ends where there is nothing to do for some time. A process is ended
    after ``limit``, or where it computes for long in a transaction that writes. One that mostly
    waits for servers ``outside`` takes no place of those that compute. ``waits`` is asked, of rows
    alone, what is in its queue: administrators are told how old the oldest is. Where several
    machines serve the wiki, a task runs at one of them at a time; one that is ``local`` works on
    files in their folders, and runs at each.
    """

    name: str
    run: "Callable[[Instance], object]"
    every: timedelta | None = None
    follows: bool = False
    keeps: str = ""
    outside: bool = False
    local: bool = False
    limit: timedelta = timedelta(minutes=15)
    needed: "Callable[[Instance], bool] | None" = None
    waits: "Callable[[Instance], Backlog] | None" = None


@hookspec
def tasks() -> Sequence[Task]:
    """Work that is done in the background, each so often."""


@dataclass(frozen=True)
class ServedProcess:
    """A process beside the web workers: ``run(instance, asked)``, until ``asked`` says so.

    ``wiki serve`` starts it after them, again where it dies, and ends it with them. The wiki goes
    on without it. With ``calls`` it returns when there is nothing to do, until it is called again:
    it runs at first, since something may have been left unfinished, then whenever it is called.
    """

    run: "Callable[[Instance, EndAsked], None]"
    #: how far it steps back for who reads pages; 0 where someone waits for each of its answers
    nice: int = 5
    #: where it is called, such as a ``Port``; what it accepts there is its own
    calls: "Calls | None" = None


@service
def process(settings: "Settings") -> ServedProcess | None:
    """A process of the plugin's own that ``wiki serve`` keeps running, by its name."""
    return None


@hookspec
def commands() -> "Sequence[click.Command]":
    """Subcommands of ``wiki``."""


@service
def importer() -> "Source | None":
    """Makes what reads one foreign program's files, by its name: ``wiki import mediawiki …``."""
    return None


@service
def fetcher(elsewhere: "Elsewhere", folder: "Path", progress: "ImportProgress") -> None:
    """Asks the site at the address of ``elsewhere`` for all that the source of that name reads, and
    writes it into ``folder/site``.

    One that broke off is called again with the same folder, and goes on. Raises BadRequest.
    """
