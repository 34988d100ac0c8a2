"""How much memory there is, and what fits into it: from the files that kernels tell it in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.config.memory import Room, fit_settings, get_limit, is_short_of, list_rooms
from wiki.config.settings import PROFILES, Settings

MB = 1 << 20
SMALL = PROFILES["small"]
MACHINE = "MemTotal: 2048000 kB\nMemAvailable: 1024000 kB\nSwapFree: {} kB\n"
STAT = "anon 1\n{0}inactive_file {1}\n{0}active_file {2}\n{0}mapped_file {3}\nfile_mapped {3}\n"


def system(root: Path, groups: str, swap: int = 0) -> Path:
    """A machine with 2,000 MB, 1,000 of them free; ``groups`` is /proc/self/cgroup."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text(MACHINE.format(swap << 10))
    (root / "proc/self/cgroup").write_text(groups)
    return root


def group(folder: Path, version: int, most: str, used: int, **more: str) -> None:
    """A group with 60 MB of files in memory, 20 of them mapped."""
    names = [("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")]
    limit, now = names[2 - version]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / limit).write_text(f"{most}\n")
    (folder / now).write_text(f"{used}\n")
    stat = STAT.format("total_" if version == 1 else "", 50 * MB, 10 * MB, 20 * MB)
    (folder / "memory.stat").write_text(stat)
    for name, value in more.items():
        (folder / name.replace("_", ".")).write_text(value)


def test_the_least_of_all_groups_above_is_the_limit(tmp_path: Path) -> None:
    root = system(tmp_path, "0::/system.slice/wiki.service\n")
    group(root / "sys/fs/cgroup/system.slice/wiki.service", 2, "max", 300 * MB)
    group(root / "sys/fs/cgroup/system.slice", 2, str(768 * MB), 500 * MB)
    assert get_limit(root) == 768 * MB
    assert list(list_rooms(root))[1:] == [Room(768 * MB, 308 * MB)]
    assert is_short_of(309 * MB, root)
    assert not is_short_of(308 * MB, root)


def test_a_container_of_the_first_version_has_its_limit_at_the_top(tmp_path: Path) -> None:
    root = system(tmp_path, "9:name=systemd:/\n4:cpu,memory:/docker/0a1b\n0::/\n")
    group(root / "sys/fs/cgroup/memory", 1, str(512 * MB), 600 * MB)
    assert list(list_rooms(root))[1:] == [Room(512 * MB, 0)]
    assert get_limit(root) == 512 * MB


def test_swap_is_room_as_far_as_the_group_may_use_it(tmp_path: Path) -> None:
    root = system(tmp_path, "0::/wiki\n", swap=400)
    folder = root / "sys/fs/cgroup/wiki"
    group(
        folder,
        2,
        str(512 * MB),
        512 * MB,
        memory_swap_max=str(100 * MB),
        memory_swap_current=str(30 * MB),
    )
    assert [room.free // MB for room in list_rooms(root)] == [1400, 110], "70 are left there"
    (folder / "memory.swap.max").write_text("max\n")
    assert [room.free // MB for room in list_rooms(root)] == [1400, 440]


@pytest.mark.parametrize("groups", ["", "0::/\n", "4:memory:/\n", "nothing that is known\n"])
def test_without_groups_it_is_the_machine(tmp_path: Path, groups: str) -> None:
    assert get_limit(system(tmp_path, groups)) == 2000 * MB


def test_where_nobody_says_there_is_no_limit(tmp_path: Path) -> None:
    assert get_limit(tmp_path) is None
    assert not is_short_of(1 << 60, tmp_path)


def test_what_fits() -> None:
    assert fit_settings(512 * MB, SMALL, 2) == SMALL
    assert fit_settings(768 * MB, SMALL, 2) == {
        "workers": 1,
        "task_workers": 1,
        "answer_cache": 24 * MB,
        "worker_memory": 256 * MB,
        "encoder": "e5",
    }
    assert fit_settings(1024 * MB, SMALL, 2)["task_workers"] == 2
    assert "workers" not in fit_settings(1024 * MB, SMALL, 2), "as many as cores"
    assert fit_settings(1024 * MB, SMALL, 64)["workers"] == 2
    assert fit_settings(4096 * MB, SMALL, 2) == fit_settings(None, SMALL, 64) == {}


def _given(limit: int, cores: int) -> list[float]:
    fitted = fit_settings(limit, SMALL, cores)
    made = {**vars(Settings()), "workers": cores, **fitted}
    order = {"off": 0, "e5": 1, "auto": 2}
    numbers = ("workers", "threads", "task_workers", "answer_cache", "worker_memory")
    return [*(made[name] for name in numbers), order[made["encoder"]]]


@given(st.integers(0, 16 << 30), st.integers(0, 4 << 30), st.integers(1, 128))
def test_more_memory_makes_nothing_less(limit: int, more: int, cores: int) -> None:
    less = _given(limit, cores)
    assert all(a <= b for a, b in zip(less, _given(limit + more, cores), strict=True))
    workers, _threads, tasks, *_caches = less
    assert workers >= 1 <= tasks
    if 1 < workers < cores:
        assert workers * 220 * MB + 450 * MB <= limit, "each has what one more takes"
