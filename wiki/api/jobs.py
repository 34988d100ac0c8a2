"""Work beside the pages: tasks, services, children that may be killed; commands of ``wiki``.

::

    @hookimpl
    def tasks() -> Sequence[Task]:
        return [Task("poll.close", close_polls, timedelta(hours=1))]

    wake(settings, "poll.close")  # now
"""

from wiki.hookspecs.background import Backlog, ServedProcess, Task, process
from wiki.processes.calls import Port
from wiki.processes.supervisor import EndAsked
from wiki.sandbox.functions import call_in_child
from wiki.sandbox.runner import Failed, TimedOut
from wiki.task_queue import wake
