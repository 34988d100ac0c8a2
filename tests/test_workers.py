"""The processes of tasks: what spins is ended by the kernel, alone, and everything else goes on."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from wiki.config import Settings
from wiki.errors import BadRequest
from wiki.hookspecs.background import Task
from wiki.instance import Instance, close_instance
from wiki.jobs.runner import Runner
from wiki.jobs.workers import TaskEnded, TaskFailed, Workers
from wiki.parts.identity import database_url
from wiki.people.mail.queue import count_mails, queue_mail
from wiki.people.mail.values import Mail
from wiki.people.store.database import Database
from wiki.people.task_runs import failing_tasks
from wiki.processes.deadline import ended_after, holding, limit_holding
from wiki.testing import ended_by

Make = Callable[..., Workers]


def spin(_instance: Instance | None = None) -> None:
    """Holds the interpreter for days: no signal is handled and no thread runs meanwhile."""
    re.search(r"[^@]+@", "x" * 50_000_000)


@pytest.fixture
def workers(instance: Instance) -> Iterator[Make]:
    """``workers(task, …)``: workers that know these."""
    made: list[Workers] = []

    def make(*tasks: Task) -> Workers:
        def tasks_of(_instance: Instance, _stopped: Callable[[], bool]) -> Mapping[str, Task]:
            return {task.name: task for task in tasks}

        close_instance(instance)
        made.append(Workers(instance, tasks_of))
        return made[-1]

    yield make
    for one in made:
        one.end(0)


def noting(folder: Path) -> Callable[[Instance], None]:
    """A task that leaves the number of its process in ``folder``."""

    def note(_instance: Instance) -> None:
        with (folder / "seen").open("a") as file:
            file.write(f"{os.getpid()}\n")

    return note


def seen(folder: Path) -> list[int]:
    return [int(line) for line in (folder / "seen").read_text().splitlines()]


def test_what_passes_its_limit_is_ended_and_the_next_task_runs(
    workers: Make, tmp_path: Path
) -> None:
    stuck = Task("a.stuck", spin, limit=timedelta(seconds=0.2))
    fine = Task("a.fine", noting(tmp_path))
    made = workers(stuck, fine)
    made.run(fine)
    with pytest.raises(TaskEnded):
        made.run(stuck)
    made.run(fine)
    first, second = seen(tmp_path)
    assert first != second, "the first has ended with what was stuck in it"
    assert os.getpid() not in (first, second)


def test_others_run_beside_one_that_spins(workers: Make, tmp_path: Path) -> None:
    def begin_to_spin(_instance: Instance) -> None:
        (tmp_path / "spins").touch()
        spin()

    stuck, fine = Task("a.stuck", begin_to_spin), Task("a.fine", noting(tmp_path))
    made = workers(stuck, fine)
    raised: list[BaseException] = []

    def run() -> None:
        try:
            made.run(stuck)
        except TaskEnded as error:
            raised.append(error)

    thread = Thread(target=run)
    thread.start()
    for _look in range(3000):
        if (tmp_path / "spins").exists():
            break
        thread.join(0.02)
    made.run(fine)
    # It hears of no end: after the grace it is killed.
    made.end(0.1)
    thread.join(60)
    assert [type(error) for error in raised] == [TaskEnded]
    assert len(seen(tmp_path)) == 1


def test_who_waits_for_servers_outside_takes_no_place_of_those_that_compute(
    instance: Instance, workers: Make, tmp_path: Path
) -> None:
    object.__setattr__(instance.settings, "task_workers", 1)
    place = tmp_path / "line"
    os.mkfifo(place)
    outside = Task("a.outside", lambda _instance: place.read_bytes(), outside=True)
    fine = Task("a.fine", noting(tmp_path))
    made = workers(outside, fine)
    thread = Thread(target=made.run, args=[outside])
    thread.start()
    with place.open("w"):  # it listens
        made.run(fine)
        assert thread.is_alive()
    thread.join(60)
    assert len(seen(tmp_path)) == 1


def test_what_a_task_raises_is_told(workers: Make) -> None:
    def fail(_instance: Instance) -> None:
        raise RuntimeError("no\nluck")

    def refuse(_instance: Instance) -> None:
        raise BadRequest("not so")

    unknown, known = Task("a.fail", fail), Task("a.refuse", refuse)
    made = workers(unknown, known)
    with pytest.raises(TaskFailed, match="no\nluck") as failed:
        made.run(unknown)
    assert failed.value.kind == "RuntimeError"
    assert 'raise RuntimeError("no\\nluck")' in failed.value.trace
    with pytest.raises(TaskFailed, match="not so") as refused:
        made.run(known)
    assert refused.value.trace == "", "the words say all"


def test_who_keeps_something_in_memory_finds_it_there(workers: Make, tmp_path: Path) -> None:
    first = Task("one", noting(tmp_path), keeps="this")
    again = Task("one.more", noting(tmp_path), keeps="this")
    other = Task("two", noting(tmp_path))
    made = workers(first, again, other)
    for task in (first, other, again):
        made.run(task)
    a, b, c = seen(tmp_path)
    assert a == c != b


def test_a_worker_that_is_killed_is_followed_by_another(workers: Make, tmp_path: Path) -> None:
    def die(_instance: Instance) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    deadly, fine = (
        Task("a.deadly", die, keeps="this"),
        Task("a.fine", noting(tmp_path), keeps="this"),
    )
    made = workers(deadly, fine)
    for _ in range(2):
        with pytest.raises(TaskEnded):
            made.run(deadly)
        made.run(fine)
    assert len(set(seen(tmp_path))) == 2
    assert not made.lost


def test_one_that_was_ended_waits_longer_each_time(instance: Instance) -> None:
    runs: list[str] = []
    good: list[bool] = []

    def work(task: Task) -> None:
        runs.append(task.name)
        if not good:
            raise TaskEnded(task.name)

    runner = Runner(instance, work, rest=timedelta(hours=1))
    assert not runner.run("mails")
    assert not runner.run("mails"), "whoever wakes it"
    assert "mails" not in set(runner.due())
    assert runs == ["mails"]
    [run] = failing_tasks(instance.private)
    assert run.name == "mails" and "ended" in run.error
    # Its time comes: by itself, though nobody wakes it.
    runner = Runner(instance, work, rest=timedelta(0))
    for _ in range(3):
        assert not runner.run("near")
        assert "near" in set(runner.due())
    good.append(True)
    assert runner.run("near")
    assert "near" not in set(runner.due())


def test_one_that_cannot_be_done_yet_is_put_off_and_no_fault(instance: Instance) -> None:
    good: list[bool] = []

    def work(task: Task) -> None:
        if not good:
            raise TaskFailed("Busy", "not yet", "")

    runner = Runner(instance, work, rest=timedelta(hours=1))
    assert not runner.run("mails")
    assert not failing_tasks(instance.private)
    assert not runner.run("mails"), "whoever wakes it"
    runner = Runner(instance, work, rest=timedelta(0))
    assert not runner.run("near")
    assert "near" in set(runner.due()), "by itself"
    good.append(True)
    assert runner.run("near")
    assert "near" not in set(runner.due())


def test_a_process_beside_requests_does_not_hold_what_they_wait_for(
    instance: Instance, settings: Settings
) -> None:
    """The writers' lock and a transaction that writes go with the process that spins in them."""
    private, repository = instance.private, instance.repository
    timer = partial(signal.getitimer, signal.ITIMER_PROF)

    def hold() -> None:
        limit_holding(0.1)
        own = Database(database_url(settings))
        with repository.lock(), own.session() as session:
            queue_mail(own, session, Mail("never", "une@example.org", "S", "T"))
            spin()

    assert ended_by(hold) == signal.SIGPROF
    with repository.lock(), private.session() as session:
        queue_mail(private, session, Mail("a", "une@example.org", "S", "T"))
    assert count_mails(private).waiting == 1

    def pass_by() -> None:
        limit_holding(100)
        with repository.lock():
            with Database(database_url(settings)).session():
                assert timer()[0]
            assert timer()[0], "the lock is still held"
        assert not timer()[0]
        began, over = Event(), Event()

        def hold_too() -> None:
            with holding():
                began.set()
                over.wait(60)

        thread = Thread(target=hold_too)
        with repository.lock():
            spent = time.process_time() + 0.5
            while time.process_time() < spent:
                pass
            thread.start()
            began.wait(60)
        assert timer()[0] > 99.7, "each thread has its own time"
        over.set()
        thread.join()
        assert not timer()[0]

    assert ended_by(pass_by) == 0
    with repository.lock():
        assert not timer()[0], "what answers requests has no such limit"


def test_the_kernel_ends_what_holds_the_interpreter() -> None:
    def late() -> None:
        with ended_after(0.1):
            spin()

    assert ended_by(late) == signal.SIGALRM
