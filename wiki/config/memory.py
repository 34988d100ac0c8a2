"""How much memory there is for us, and the settings that fit into it (Linux only).

What counts is the least of what the machine has and of what the control groups allow that this
process is in, of either version of the kernel's.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

#: below this, what is for one person at a time has a turn of its own in all processes
SCARCE = 2 << 30
#: the least that a wiki is run in, and the least for all that it can do
LEAST, ENOUGH = 512 << 20, 768 << 20
_ROOT = Path("/")
#: where a version's groups are: limit, use, and what stands before the names of ``memory.stat``
_GROUPS = {
    "": ("sys/fs/cgroup", "memory.max", "memory.current", ""),
    "memory": ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"),
}
#: what all else takes beside web workers and tasks, with one document that is being made
_BESIDE = 450 << 20
#: what one more worker takes, with a task beside it
_EACH = 220 << 20


class Room(NamedTuple):
    """Bytes that may be used, and those of them that are free, or can be freed at once."""

    most: int
    free: int


def list_rooms(root: Path = _ROOT) -> Iterator[Room]:
    """Of the machine, and of each group above this process; ``root`` holds ``proc`` and ``sys``."""
    machine = _numbers(root / "proc/meminfo")
    swap = machine.get("SwapFree", 0) << 10
    if "MemTotal" in machine:
        yield Room(machine["MemTotal"] << 10, (machine.get("MemAvailable", 0) << 10) + swap)
    with suppress(OSError, ValueError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _number, controllers, path = line.split(":", 2)
            for name in {"", "memory"} & set(controllers.split(",")):
                yield from _above(root, path.strip("/"), swap, *_GROUPS[name])


def _above(
    root: Path, path: str, swap: int, top: str, most: str, used: str, before: str
) -> Iterator[Room]:
    # In a container the groups above ours are not there, and ours may be at the top.
    for folder in (Path(path), *Path(path).parents):
        group = root / top / folder
        with suppress(OSError, ValueError):  # one without a limit says "max"
            limit, now = _sizes(group, most, used)
            told = _numbers(group / "memory.stat")
            files = sum(told.get(f"{before}{kind}_file", 0) for kind in ("inactive", "active"))
            mapped = told.get("file_mapped", told.get("total_mapped_file", 0))
            with suppress(OSError, ValueError):
                allowed, taken = _sizes(group, "memory.swap.max", "memory.swap.current")
                swap = min(swap, max(0, allowed - taken))
            yield Room(limit, max(0, limit - now + max(0, files - mapped) + swap))


def _sizes(group: Path, *names: str) -> Iterator[int]:
    return (int((group / name).read_text()) for name in names)


def _numbers(path: Path) -> dict[str, int]:
    with suppress(OSError):
        found = re.findall(r"^(\w+):?\s+(\d+)", path.read_text(), re.MULTILINE)
        return {name: int(number) for name, number in found}
    return {}


@cache
def get_limit(root: Path = _ROOT) -> int | None:
    """The bytes that all of us may use, as it was at first; None where nobody says."""
    return min((room.most for room in list_rooms(root)), default=None)


def is_short_of(wanted: int, root: Path = _ROOT) -> bool:
    """Whether fewer bytes than ``wanted`` are free."""
    return any(room.free < wanted for room in list_rooms(root))


def fit_settings(limit: int | None, small: Mapping[str, Any], cores: int) -> dict[str, Any]:
    """What is given within ``limit`` for settings that nobody gives; ``small``: within the least.

    Nothing where there is plenty. More memory never makes any of them less.
    """
    if limit is None:
        return {}
    if limit < (LEAST + ENOUGH) // 2:  # a machine of 512 MB tells somewhat less
        return dict(small)
    workers = max(1, (limit - _BESIDE) // _EACH)
    fitted: dict[str, Any] = {"workers": workers} if workers < cores else {}
    for name, value, most in (
        ("task_workers", workers, 4),
        ("answer_cache", limit // 32, 48_000_000),
        ("worker_memory", limit // 3, 400_000_000),
    ):
        if value < most:
            fitted[name] = value
    return fitted if limit >= SCARCE * 3 // 4 else fitted | {"encoder": "e5"}
