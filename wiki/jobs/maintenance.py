"""What is done beside all requests: each day, so that nothing grows without end; and the public
history, which takes longer than anyone waits where it has to be made again.
"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from wiki.disk.sqlite import empty_log, is_log_long
from wiki.hookspecs.background import Backlog
from wiki.instance import Instance
from wiki.people.accounts.factors.requirement import end_weak_sessions
from wiki.people.privacy.expiry import forget_the_past
from wiki.people.task_runs import forget_nodes
from wiki.projections.interface import Busy
from wiki.projections.public import Public
from wiki.projections.publishing.standard import Standard, is_wanted
from wiki.projections.search import SearchProjection
from wiki.projections.tables.projection import TableProjection
from wiki.repository.importing import sweep_imports
from wiki.repository.objects import BRANCH
from wiki.translation import gettext as _

#: the tasks that bring up to date the tables, the public history, and that in standard Markdown
CATCH_UP, PUBLISH, STANDARD = "tables", "public", "standard"


def run(instance: Instance) -> None:
    """Deletes private rows that have had their day.

    Sessions that began without a second factor end where one is asked for by now.
    """
    forget_the_past(instance.private)
    forget_nodes(instance.private)
    end_weak_sessions(instance.private, instance.settings)


def pack(instance: Instance) -> None:
    """Packs this node's repository where it is time; what killed imports left beside it goes."""
    sweep_imports(instance.repository.folder)
    parts = map(instance.projections.part, instance.projections)
    for tables in {part.tables for part in parts if isinstance(part, TableProjection)}:
        with suppress(Busy):  # tomorrow
            tables.sweep(instance.private.now().date())
    instance.repository.upkeep.start_if_due()


def catch_up(instance: Instance) -> None:
    """Brings all tables up to date, each page read once for all of them.

    For whoever asks next; and those tasks that step back far for others then find them so, and
    keep nobody waiting who wants to write them.
    """
    parts = instance.projections
    for name in parts:
        if isinstance(parts.part(name), TableProjection):
            parts.catch_up(name)


def count_behind(instance: Instance) -> Backlog:
    """How many tables are behind the newest commit, and since when it is that at most."""
    parts, branch = instance.projections, instance.repository.folder / BRANCH
    tables = [name for name in parts if isinstance(parts.part(name), TableProjection)]
    behind = sum(parts.behind(name) for name in tables)
    moved = branch.stat().st_mtime if behind and branch.exists() else None
    since = None if moved is None else datetime.fromtimestamp(moved, UTC)
    return Backlog(_("Lists to bring up to date"), behind, since)


def publish(instance: Instance) -> None:
    """Brings the public history up to date."""
    instance.projections.catch_up("public")


def is_standard_wanted(instance: Instance) -> bool:
    """Whether someone clones the public pages in standard Markdown."""
    return is_wanted(instance.settings.instance / "index")


def write_standard(instance: Instance) -> None:
    """Writes the public pages in standard Markdown, as of now."""
    instance.projections.catch_up("public")
    public = cast(Public, instance.projections.part("public")).folder
    if public is not None:
        settings = instance.settings
        Standard(settings.instance / "index", settings.public_url).make(public)


def has_long_logs(instance: Instance) -> bool:
    """Whether a log of SQLite has grown, as it does while people read without a pause."""
    return any(map(is_log_long, _files(instance)))


def empty_logs(instance: Instance) -> None:
    """Empties those logs; where readers are in the way, the next time."""
    for file in filter(is_log_long, _files(instance)):
        empty_log(file)


def _files(instance: Instance) -> list[Path]:
    folder = instance.settings.instance
    return [folder / "private.db", folder / "index" / "tables.db", folder / "queue.db"]


def is_search_due(instance: Instance) -> bool:
    """Whether so many pages have changed that the search index is to be written."""
    return _search(instance).is_due(instance.repository)


def write_search(instance: Instance) -> None:
    """Writes the search index as of the newest commit; nobody waits for that."""
    _search(instance).write_recent(instance.repository)


def _search(instance: Instance) -> SearchProjection:
    return cast(SearchProjection, instance.projections.part("search"))
