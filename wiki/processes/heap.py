"""How memory is managed: by the C library, by default for itself, in a heap for each thread, and by
Python's collector."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

#: of glibc's mallopt(3)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 256 << 10
_ARENAS = 2
#: objects that come before the collector looks for cycles among them, and its further steps
_SELDOM = (20_000, 20, 50)


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
