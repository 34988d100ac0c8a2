"""Some sisters at a time, each in a turn of its own: one that is slow keeps no other waiting."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context

#: sisters that something is done with at the same time, at most
_AT_ONCE = 32
#: seconds between looks for what has become due while others are at work
_LOOK = 0.5
#: seconds after which no turn begins any more: whoever is due by then is for the next run
_ENOUGH = 300.0


def take_turns(work: Callable[[str], object], due: Callable[[], Iterable[str]]) -> None:
    """Has ``work`` be done for each name that is ``due``, or becomes so while another is at it.

    Once at a time for each. Raises what the first has raised, when all have ended.
    """
    at_work: dict[str, Future[object]] = {}
    faults: list[BaseException] = []
    until = time.monotonic() + _ENOUGH
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sister") as pool:
        while True:
            for name in due() if time.monotonic() < until else ():
                if name not in at_work:
                    at_work[name] = pool.submit(copy_context().run, work, name)
            wait(at_work.values(), timeout=_LOOK)
            for name in [name for name, turn in at_work.items() if turn.done()]:
                if (fault := at_work.pop(name).exception()) is not None:
                    faults.append(fault)
            # With none at work nobody was kept waiting: who is due now has woken the task again.
            if not at_work:
                break
    if faults:
        raise faults[0]
