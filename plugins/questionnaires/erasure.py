"""Erases in which order answers came: at once, and in a storm of answers once a second.

Emptying the log costs as much as an answer, and whoever writes meanwhile waits for it. So where
one was emptied less than a second ago, a thread does it when that second is over. What a reader
keeps in it, or a process that dies, is left to the task of each minute (``closing``).
"""

import time
from threading import Lock, Timer
from weakref import WeakKeyDictionary

from wiki.api.errors import WikiError
from wiki.api.plugin import Instance
from wiki.api.tables import Database

#: seconds between two
_PAUSE = 1.0
#: the thread that waits, by its name
NAME = "questionnaires-order"


class _Eraser:
    def __init__(self) -> None:
        self.last = float("-inf")
        self.waiting = False


_erasers: WeakKeyDictionary[Database, _Eraser] = WeakKeyDictionary()
_lock = Lock()


def erase_order(instance: Instance) -> None:
    """Has the order of what was written until now erased, within a second."""
    private = instance.private
    if private.path is None:
        return  # tables are not written anew for each answer: the task does it
    with _lock:
        eraser = _erasers.setdefault(private, _Eraser())
        if eraser.waiting:
            return
        left = eraser.last + _PAUSE - time.monotonic()
        if left > 0:
            eraser.waiting = True
            timer = Timer(left, _erase, (private, eraser))
            timer.name, timer.daemon = NAME, True
            timer.start()
            return
    _erase(private, eraser)


def _erase(private: Database, eraser: _Eraser) -> None:
    with _lock:
        # What is written from here on asks again.
        eraser.waiting, eraser.last = False, time.monotonic()
    try:
        private.erase_traces(())
    except WikiError:
        return  # the answer is kept; the task will tell of what is wrong
