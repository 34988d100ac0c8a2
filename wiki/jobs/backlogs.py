"""What waits for the tasks of the background: each queue by its name, and by the age of its oldest.

How many wait says little, since a digest puts hundreds there at once: that one waits for an hour
does.
"""

import logging
from datetime import timedelta

from wiki.hookspecs.background import Backlog
from wiki.instance import Instance
from wiki.jobs.tasks import tasks_of

#: the oldest that waits so long says that nobody takes it
LONG = timedelta(hours=1)
_log = logging.getLogger(__name__)


def list_backlogs(instance: Instance) -> dict[str, Backlog]:
    """What waits for each task that tells it, by name; one that cannot is left out, and logged."""
    found: dict[str, Backlog] = {}
    for name, task in tasks_of(instance).items():
        if task.waits is not None:
            try:
                found[name] = task.waits(instance)
            except Exception:
                _log.exception("what waits for the task %s cannot be told", name)
    return found


def is_stuck(instance: Instance, backlog: Backlog) -> bool:
    """Whether the oldest has waited for too long."""
    return backlog.since is not None and instance.private.now() - backlog.since > LONG
