"""Texts are read by a process that is there while somebody asks, and nowhere else."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from threading import get_native_id
from typing import Any

import pytest

from wiki.meaning import encoding, service
from wiki.meaning.encoding import Encoder, Kind, encode_elsewhere, encoders
from wiki.processes.calls import Door
from wiki.processes.supervisor import EndAsked, Keeper, Service

_FORK = get_context("fork")
_IDLE = 0.6


class Witness:
    """An encoder whose vectors tell of the process that reads, and how far it steps back."""

    name, dimensions, weight, quick = "witness", 3, 1.0, True

    def encode(self, texts: Sequence[str]) -> Any:
        """A row each; at the path of a file it removes the file, and is killed."""
        import numpy as np

        for text in texts:
            if (deadly := Path(text)).is_file():
                deadly.unlink()
                os.kill(os.getpid(), signal.SIGKILL)
        nice = os.getpriority(os.PRIO_PROCESS, get_native_id())
        return np.array([[os.getpid(), nice, len(text)] for text in texts], dtype=np.float32)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Encoder]:
    """An encoder as the processes of a server have it."""
    monkeypatch.setattr(encoding, "BY_NAME", kinds := {"witness": Kind(Witness, "json")})
    monkeypatch.setattr(service, "BY_NAME", kinds)
    door = Door()
    service.offer(door)
    work = partial(service.run, door, idle=_IDLE)
    keeper = Keeper([Service("meaning", work, nice=0, calls=door)])
    yield encoders("auto")[0]
    keeper.end()
    encode_elsewhere(None)
    door.close()


def _in_process(work: Callable[[], Any]) -> Callable[[], Any]:
    """Begins ``work`` in a process of its own; gives what waits for its answer."""
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=lambda: theirs.send(work()))
    process.start()

    def wait() -> Any:
        assert ours.poll(60)
        process.join()
        return ours.recv()

    return wait


def _reader(encoder: Encoder) -> int:
    (row,) = encoder.encode(["qui lit"])
    assert row[2] == len("qui lit")
    return int(row[0])


def _ends(pid: int) -> bool:
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_all_processes_have_one_reader_while_they_ask(encoder: Encoder) -> None:
    ready = _FORK.Barrier(3)

    def ask() -> int:
        ready.wait(60)
        return _reader(encoder)

    asked = [_in_process(ask) for _ in range(3)]
    (first,) = {wait() for wait in asked}
    assert first != os.getpid()
    assert _ends(first), "nobody asks any more"
    second = _reader(encoder)
    assert second not in (first, os.getpid())


def test_a_reader_that_is_killed_is_started_again(encoder: Encoder, tmp_path: Path) -> None:
    os.kill(killed := _reader(encoder), signal.SIGKILL)
    assert _ends(killed)
    assert _reader(encoder) != killed
    deadly = tmp_path / "mot"
    deadly.touch()
    rows = encoder.encode(["avant", str(deadly), "après"])
    assert rows[:, 2].tolist() == [5, len(str(deadly)), 5]
    assert not deadly.exists()


@pytest.mark.skipif(os.nice(0) > 0, reason="these tests are themselves work that can wait")
def test_work_that_can_wait_is_read_behind_all_others(encoder: Encoder) -> None:
    def ask(nice: int) -> list[float]:
        os.nice(nice)
        found: list[float] = encoder.encode(["x"] * 20)[:, 1].tolist()
        return found

    assert _in_process(partial(ask, 5))() == [19] * 20
    assert set(_in_process(partial(ask, 0))()) == {0}


@pytest.mark.parametrize("nice", [0, 5])
def test_where_memory_is_short_it_ends_and_nobody_waits_for_long(
    monkeypatch: pytest.MonkeyPatch, nice: int
) -> None:
    def ask() -> str:
        os.nice(nice)
        with pytest.raises(OSError, match="no memory") as refused:
            encoders("auto")[0].encode(["qui lit"])
        return str(refused.value)

    monkeypatch.setattr(encoding, "BY_NAME", kinds := {"witness": Kind(Witness, "json")})
    monkeypatch.setattr(service, "BY_NAME", kinds)
    monkeypatch.setattr(service, "_SPARE", 1 << 60)
    monkeypatch.setattr(service, "_WHILE", 0.0)
    door = Door()
    service.offer(door)
    process = _FORK.Process(target=lambda: service.run(door, EndAsked(), idle=3600.0))
    try:
        process.start()
        assert _in_process(ask)()
        process.join(60)
        assert process.exitcode == 0
    finally:
        process.kill()
        encode_elsewhere(None)
        door.close()


def test_the_kernel_ends_it_before_web_workers(encoder: Encoder) -> None:
    score = Path(f"/proc/{_reader(encoder)}/oom_score_adj").read_text()
    assert int(score) > int(Path("/proc/self/oom_score_adj").read_text())
