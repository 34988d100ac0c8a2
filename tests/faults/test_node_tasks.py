"""Tasks of several nodes: each of the site's at one at a time, and none is lost with a node."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from wiki.config import load_settings
from wiki.hookspecs.background import Task
from wiki.instance import Instance, close_instance, open_instance
from wiki.jobs.runner import Runner
from wiki.mail_dispatch import TASK, wake_sender
from wiki.people.mail.queue import queue_mail
from wiki.people.mail.values import Mail
from wiki.people.models.background import MailRow
from wiki.people.store.locks import turn
from wiki.people.task_runs import failing_tasks, task_runs
from wiki.task_queue import shared_queue_of, wake
from wiki.testing import ForkedProcess, ForkServer, free_port

from .nodes import new_folder
from .postgres import Postgres, postgres

__all__ = ["postgres"]

#: the process of tasks of a node
TASKS = """
import sys
from pathlib import Path
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.jobs import runner
from wiki.processes.supervisor import EndAsked
instance = open_instance(load_settings(Path(sys.argv[1]), {}))
close_instance(instance)
runner.run(instance, EndAsked())
"""
#: of the mails, the one at which a node is killed
THIRD = 3


class Inbox:
    """Takes mails, but the third only once it may."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.held, self.go_on = Event(), Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if len(self.taken) == THIRD - 1 and not self.held.is_set():
            self.held.set()
            assert self.go_on.wait(60)
            return "451 not now"
        self.taken += envelope.rcpt_tos
        return "250 OK"


def until(so: Callable[[], object]) -> None:
    ends = time.monotonic() + 90
    while not so():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    made = Inbox()
    controller = Controller(made, hostname="127.0.0.1", port=free_port())
    controller.start()
    made.port = controller.port  # type: ignore[attr-defined]
    yield made
    controller.stop()


@pytest.fixture
def folders(postgres: Postgres, inbox: Inbox, tmp_path: Path) -> list[Path]:
    """Three nodes."""
    postgres.start()
    url = postgres.new_database(postgres.port)
    first = new_folder(tmp_path / "0", url)
    made = [first, *(new_folder(tmp_path / str(number), url, first) for number in (1, 2))]
    for folder in made:
        with (folder / "wiki.toml").open("a") as file:
            file.write('smtp_host = "127.0.0.1"\nsmtp_starttls = false\n')
            file.write(f"smtp_port = {inbox.port}\n")  # type: ignore[attr-defined]
    return made


@contextmanager
def opened(folder: Path) -> Iterator[Instance]:
    instance = open_instance(load_settings(folder, environ={}))
    try:
        yield instance
    finally:
        close_instance(instance)


def place(folder: Path) -> str:
    """What mails in hand of this node are marked with."""
    file = folder / "sending.lock"
    return f"{file.read_text()}-{file.stat().st_ino}" if file.exists() else ""


def test_a_node_that_is_killed_at_its_work_leaves_it_to_the_others(
    folders: list[Path], inbox: Inbox, fork_server: ForkServer
) -> None:
    people = [f"nr-{number}@example.org" for number in range(10)]
    with opened(folders[0]) as instance, ExitStack() as ends:

        def start(folder: Path) -> ForkedProcess:
            process = fork_server.start([str(folder)], code=TASKS)
            ends.callback(process.wait, 60)
            ends.callback(process.terminate)
            return process

        processes = [start(folder) for folder in folders]
        until(lambda: has_queue(instance))
        with instance.private.session() as session:
            for to in people:
                queue_mail(instance.private, session, Mail(to, to, "S", "T"))
        wake_sender(instance)
        assert inbox.held.wait(90)
        [row] = [one for one in mails(instance) if one.claim]
        [at_work] = [number for number in range(3) if place(folders[number]) == row.claim]
        # With all that works for it, as where the machine goes.
        os.killpg(processes[at_work].pid, signal.SIGKILL)
        assert processes[at_work].wait(60) == -signal.SIGKILL
        inbox.go_on.set()
        wake_sender(instance)
        # All but that in its hand, which may have been taken.
        until(lambda: len(inbox.taken) == len(people) - 1)
        assert row.to not in inbox.taken
        start(folders[at_work])
        wake(load_settings(folders[at_work], environ={}), TASK, here=True)
        until(lambda: len(inbox.taken) == len(people))
        until(lambda: all(one.sent for one in mails(instance)))
    assert sorted(inbox.taken) == people, "each once"


def has_queue(instance: Instance) -> bool:
    with instance.private.engine.connect() as connection:
        return bool(connection.scalar(text("SELECT to_regclass('queue.huey_task')")))


def mails(instance: Instance) -> list[MailRow]:
    with instance.private.reading() as session:
        return list(session.query(MailRow))


def test_a_task_runs_at_one_node_at_a_time_and_a_local_one_at_each(folders: list[Path]) -> None:
    begun, go_on = Event(), Event()
    ran: list[tuple[str, int]] = []
    daily = timedelta(days=1)

    def runner(instance: Instance, number: int) -> Runner:
        made = Runner(instance)

        def work(name: str) -> Callable[[Instance], object]:
            return lambda _instance: ran.append((name, number))

        def slow(_instance: Instance) -> None:
            ran.append(("slow", number))
            begun.set()
            assert go_on.wait(60)

        made.tasks = {
            "slow": Task("slow", slow),
            "daily": Task("daily", work("daily"), daily),
            "here": Task("here", work("here"), daily, local=True),
        }
        made._guards |= dict.fromkeys(made.tasks, made._guards[TASK])
        return made

    with opened(folders[0]) as first, opened(folders[1]) as second:
        one, other = runner(first, 1), runner(second, 2)
        thread = Thread(target=one.run, args=("slow",))
        thread.start()
        assert begun.wait(60)
        assert other.run("slow")
        assert other.put_off() == {"slow"}
        assert other.put_off() == set()
        assert one.lost() == []
        go_on.set()
        thread.join(60)
        assert other.run("slow")
        assert ran == [("slow", 1), ("slow", 2)]
        ran.clear()
        for each in (one, other):
            for name in each.due():
                assert each.run(name)
        # Two nodes of one machine have one name, and are one for what is due.
        assert ran == [("daily", 1), ("here", 1)]
        assert {run.name.partition("@")[0] for run in task_runs(first.private)} >= {"daily", "here"}


def test_a_turn_that_the_server_has_given_up_is_known_and_is_anothers(folders: list[Path]) -> None:
    with opened(folders[0]) as first, opened(folders[1]) as second:
        with turn(first.private, "t") as mine:
            assert mine is not None
            with turn(second.private, "t") as theirs:
                assert theirs is None
            with turn(second.private, "u") as theirs:
                assert theirs is not None
            assert mine.stands()
            with second.private.engine.connect() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_locks"
                        " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                    )
                )
            assert not mine.stands()
            with turn(second.private, "t", wait=30) as theirs:
                assert theirs is not None
                assert theirs.stands()
        until(lambda: not first.private.unreachable)
        with turn(first.private, "t") as mine:
            assert mine is not None


def test_words_reach_whoever_listens_and_a_lost_queue_is_made_again(folders: list[Path]) -> None:
    heard: list[str] = []
    stopped = Event()
    with opened(folders[0]) as instance:
        settings = instance.in_force.given
        queue = shared_queue_of(replace(settings, instance=folders[1]))
        assert queue is not None
        assert not queue.put("before"), "nobody has made it yet"
        thread = Thread(target=queue.listen, args=(heard.append, stopped))
        thread.start()
        until(lambda: has_queue(instance))
        wake(settings, "a")
        until(lambda: heard == ["a"])
        with instance.private.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA queue CASCADE"))
        until(lambda: has_queue(instance))
        wake(settings, "b")
        until(lambda: heard == ["a", "b"])
        stopped.set()
        thread.join(60)
        assert failing_tasks(instance.private) == []
