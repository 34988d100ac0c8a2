"""Some sisters at a time: a slow one keeps no other waiting."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")

#: sisters that are asked at the same time
_AT_ONCE = 8


def each(work: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    """What ``work`` gives for each of ``items``, several at a time."""
    rows = list(items)
    if len(rows) < 2:
        return [work(one) for one in rows]
    with ThreadPoolExecutor(min(len(rows), _AT_ONCE), thread_name_prefix="sister") as pool:
        return [one.result() for one in [pool.submit(copy_context().run, work, it) for it in rows]]
