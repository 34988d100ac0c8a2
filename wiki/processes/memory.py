"""How much memory the processes of a server take, each by its name (Linux only)."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_OURS = "wiki-"
_PROC = Path("/proc")


class ProcessMemory(NamedTuple):
    """A process, and its memory in bytes.

    ``proportional`` counts of what several share its part alone, so that it can be added up; None
    where the system does not tell it.
    """

    pid: int
    name: str
    resident: int
    proportional: int | None


def be_ended_first(score: int) -> None:
    """Has the kernel end this process before those of a lower ``score`` where memory is at an end.

    Of a thousand; those forked from it begin with the same. Web workers have 0.
    """
    with suppress(OSError):
        (_PROC / "self/oom_score_adj").write_text(str(score))


def measure_processes() -> list[ProcessMemory]:
    """This process, those of its server, and whatever they have started, by name."""
    parents = {pid: found for pid in _numbers() if (found := _name_and_parent(pid)) is not None}
    root = os.getpid()
    while (above := parents.get(root, ("", 0))[1]) in parents and _is_ours(parents[above][0]):
        root = above
    family = {root}
    while more := {pid for pid, (_name, above) in parents.items() if above in family} - family:
        family |= more
    measured = [_measure(pid, parents[pid][0]) for pid in family if pid in parents]
    return sorted((one for one in measured if one is not None), key=lambda one: (one.name, one.pid))


def _is_ours(name: str) -> bool:
    return name.startswith(_OURS)


def _numbers() -> list[int]:
    with suppress(OSError):
        return [int(name) for name in os.listdir(_PROC) if name.isdigit()]  # noqa: PTH208
    return []


def _name_and_parent(pid: int) -> tuple[str, int] | None:
    with suppress(OSError):
        told = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
        name, _end, rest = told.partition(" (")[2].rpartition(") ")
        return name, int(rest.split()[1])
    return None


def _measure(pid: int, name: str) -> ProcessMemory | None:
    name = name.removeprefix(_OURS)
    with suppress(OSError):
        told = (_PROC / str(pid) / "smaps_rollup").read_text()
        sizes = dict(line.split(":", 1) for line in told.splitlines()[1:] if ":" in line)
        return ProcessMemory(pid, name, _bytes(sizes["Rss"]), _bytes(sizes["Pss"]))
    with suppress(OSError):
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
        return ProcessMemory(pid, name, pages * os.sysconf("SC_PAGE_SIZE"), None)
    return None


def _bytes(told: str) -> int:
    return int(told.split()[0]) * 1024
