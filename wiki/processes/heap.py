"""How memory is managed: by the C library, by default for itself, in a heap for each thread, and by
Python's collector."""

import ctypes
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

#: of glibc's mallopt(3)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 256 << 10
_ARENAS = 2
#: objects that come before the collector looks for cycles among them, and its further steps
_SELDOM = (20_000, 20, 50)
#: seconds between two looks, and of the processor in between that are worth giving back
_LOOK, _WORTH = 30.0, 0.5


def give_back() -> None:
    """Has large pieces of memory given back to the system when they are freed, from now on.

    Its limits rise with what is freed, up to 32 MB: one search or one large page would cost each
    process that for ever. Children inherit it; nothing happens with another C library.
    """
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _LARGE)
        mallopt(_M_ARENA_MAX, _ARENAS)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Inside, Python looks less often for cycles, and not among what there is already.

    For work that makes many objects which reference counts free: looking again and again among
    all of a process took a third of indexing.
    """
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    if not frozen:
        gc.freeze()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not frozen:
            gc.unfreeze()


def keep_giving_back() -> None:
    """Has this process give back, while it works, what was freed between pieces still in use.

    By itself the C library gives back what lies at the end of a heap. That leaves a web worker with
    some 25 MB more after a thousand pages; this takes it three milliseconds each time.
    """
    with suppress(AttributeError, OSError):
        trim = ctypes.CDLL(None).malloc_trim
        Thread(target=_keep_trimming, args=(trim,), name="trim", daemon=True).start()


def _keep_trimming(trim: Callable[[int], int]) -> None:
    used = 0.0
    while True:
        time.sleep(_LOOK)
        if (now := time.process_time()) - used > _WORTH:
            used = now
            trim(0)
