"""Wakes the background: a word in a queue, for the process of tasks.

::

    wake ──▶ queue.db (local.py) ────────────────▶ this node's process of tasks
      └────▶ PostgreSQL (server_queue.py) ──▶ whichever node is there ──▶ its queue.db

It holds nothing but names of tasks. What is to be done stands in rows, and each task looks for it
by itself once a minute: a word that is lost costs that minute.
"""

import logging
import os
from pathlib import Path

from wiki.config import Settings
from wiki.task_queue.local import Queue
from wiki.task_queue.server_queue import SharedQueue

__all__ = ["Queue", "SharedQueue", "close_queues", "queue_of", "shared_queue_of", "wake"]

_log = logging.getLogger(__name__)
_queues: dict[Path, tuple[int, Queue]] = {}
_shared: dict[str, tuple[int, SharedQueue]] = {}


def wake(settings: Settings, name: str, seconds: float = 0, *, here: bool = False) -> None:
    """Has the task called ``name`` run soon, or in so many seconds.

    ``here``: by this node, where there are several, since it is about files in its folder. What
    goes wrong is logged, since it only costs time.

    Only after the transaction whose rows the task is to find has ended.
    """
    try:
        shared = None if here or seconds > 0 else shared_queue_of(settings)
        if shared is None or not shared.put(name):
            queue_of(settings).put(name, seconds)
    except Exception as error:
        # Readiness tells it too: not each page that is read is to be a line.
        _log.info("could not wake the task %s: it waits for its time (%s)", name, error)


def queue_of(settings: Settings) -> Queue:
    """This process's queue for an instance; a forked child does not share its parent's."""
    pid, queue = _queues.get(settings.instance, (0, None))
    if queue is None or pid != os.getpid():
        queue = Queue(settings.instance)
        _queues[settings.instance] = (os.getpid(), queue)
    return queue


def shared_queue_of(settings: Settings) -> SharedQueue | None:
    """Likewise that of all nodes; None where private rows are in a file, and there is one node."""
    address = settings.database_url
    if not address or address.startswith("sqlite"):
        return None
    pid, queue = _shared.get(address, (0, None))
    if queue is None or pid != os.getpid():
        queue = SharedQueue(address)
        _shared[address] = (os.getpid(), queue)
    return queue


def close_queues(settings: Settings) -> None:
    """Lets go of this process's connections to both queues of an instance.

    Who wakes something later opens them again. A forked child leaves its parent's alone.
    """
    for kept in (_queues.get(settings.instance), _shared.get(settings.database_url)):
        if kept is not None and kept[0] == os.getpid():
            kept[1].close()
