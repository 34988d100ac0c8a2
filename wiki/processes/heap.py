"""How the C library keeps what was freed: by default for itself, in a heap for each thread."""

import ctypes
from contextlib import suppress

#: of glibc's mallopt(3)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 256 << 10
_ARENAS = 2


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
