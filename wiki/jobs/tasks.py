"""The tasks of the background: those of the core, and of plugins; how often each runs, how long.

A task may be killed anywhere: what it does stands in rows, so that running it again does the rest.
What runs them is ``runner.py``.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from socket import gethostname

from wiki import digests, mail_dispatch, mirroring
from wiki.backups import maker, trial
from wiki.editing import leftovers
from wiki.editing.review import inbox as _waiting  # noqa: F401 - it tells digests what waits
from wiki.editing.review import jobs
from wiki.exports import job as exporting
from wiki.hookspecs.background import Task
from wiki.imports import job as imports
from wiki.instance import Instance
from wiki.jobs import maintenance, object_sweep, overview, usage
from wiki.sisters import outbox, pings, poll
from wiki.sisters import runner as sisters

_LONG = timedelta(hours=1)
#: backups go over everything, and over a slow line
_QUARTER, _HOURS = timedelta(minutes=15), timedelta(hours=3)
#: what is done once in the life of an instance
_ONCE = timedelta(days=36_500)


def core_tasks(stopped: Callable[[], bool]) -> Sequence[Task]:
    """The tasks of the core; one that takes long ends early once ``stopped()``."""
    return (
        Task(
            mail_dispatch.TASK,
            partial(mail_dispatch.deliver, stopped=stopped),
            timedelta(minutes=1),
            waits=mail_dispatch.count_waiting,
        ),
        Task(digests.TASK, digests.run, timedelta(minutes=1)),
        Task(
            mirroring.TASK,
            mirroring.run,
            timedelta(minutes=1),
            limit=_LONG,
            waits=mirroring.count_waiting,
        ),
        Task(
            poll.TASK,
            sisters.run,
            timedelta(minutes=1),
            outside=True,
            limit=_LONG,
            needed=sisters.is_due,
            waits=sisters.count_waiting,
        ),
        Task(
            pings.TASK,
            pings.run,
            timedelta(minutes=1),
            follows=True,
            outside=True,
            needed=pings.is_needed,
        ),
        Task(
            outbox.TASK,
            outbox.run,
            timedelta(minutes=1),
            outside=True,
            needed=outbox.is_due,
            waits=outbox.count_waiting,
        ),
        Task(
            exporting.TASK,
            partial(exporting.run, stopped=stopped),
            timedelta(minutes=1),
            limit=_HOURS,
            needed=exporting.is_due,
            waits=exporting.count_waiting,
        ),
        Task("upkeep", maintenance.run, timedelta(days=1), limit=_LONG),
        Task("packing", maintenance.pack, timedelta(days=1), limit=_LONG, local=True),
        Task(maker.TASK, maker.run, _QUARTER, limit=_HOURS, needed=maker.is_due),
        Task(trial.TASK, trial.run, _QUARTER, limit=_HOURS, needed=trial.is_due),
        Task(
            imports.TASK,
            imports.run,
            timedelta(minutes=1),
            limit=_HOURS,
            needed=imports.is_due,
            local=True,
        ),
        Task(
            object_sweep.TASK,
            object_sweep.run,
            timedelta(days=1),
            outside=True,
            limit=_HOURS,
            needed=object_sweep.is_due,
        ),
        Task(leftovers.TASK, leftovers.clear_leftovers, _ONCE, limit=_LONG),
        Task(jobs.TASK, jobs.run, timedelta(days=1)),
        # First, for those that follow the pages: it brings them what they read.
        Task(
            maintenance.CATCH_UP,
            maintenance.catch_up,
            follows=True,
            waits=maintenance.count_behind,
            local=True,
        ),
        Task(
            maintenance.PUBLISH,
            maintenance.publish,
            timedelta(minutes=1),
            follows=True,
            limit=_LONG,
            local=True,
        ),
        Task(
            maintenance.STANDARD,
            maintenance.write_standard,
            timedelta(days=1),
            limit=_LONG,
            needed=maintenance.is_standard_wanted,
            local=True,
        ),
        Task(
            "search",
            maintenance.write_search,
            timedelta(minutes=1),
            needed=maintenance.is_search_due,
            local=True,
        ),
        Task(
            "logs",
            maintenance.empty_logs,
            timedelta(minutes=1),
            needed=maintenance.has_long_logs,
            local=True,
        ),
        Task(usage.TASK, usage.run, timedelta(minutes=1), needed=usage.is_due, local=True),
        Task(
            overview.TASK,
            overview.run,
            timedelta(hours=1),
            limit=_LONG,
            needed=overview.is_due,
            local=True,
        ),
    )


def run_name(instance: Instance, task: Task) -> str:
    """What the rows call the runs of a task: of one that runs at each node, those of this node."""
    if not task.local or instance.private.nodes is None:
        return task.name
    return f"{task.name}@{gethostname()}"[:100]


def tasks_of(instance: Instance, stopped: Callable[[], bool] = lambda: False) -> dict[str, Task]:
    """Every task by name: the core's, then plugins', which cannot take a name of the core's."""
    plugins = [task for group in instance.plugins.hook.tasks() for task in group]
    ours = core_tasks(stopped)
    return {task.name: task for task in (*ours, *plugins, *ours)}
