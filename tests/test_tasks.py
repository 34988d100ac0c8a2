"""The work of the background: run again whatever went wrong, and no process left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from wiki.cli import main
from wiki.config import Settings
from wiki.diagnostics import faults
from wiki.hookspecs.background import Task
from wiki.hookspecs.marks import hookimpl
from wiki.instance import Instance, close_instance, open_instance
from wiki.jobs.head_watch import CALM, LONGEST_WAIT, Lane, Pace, lanes_of, watching
from wiki.jobs.maintenance import CATCH_UP
from wiki.jobs.runner import Runner, run_due
from wiki.mail_dispatch import send_mail
from wiki.parts.creation import found
from wiki.people.mail.queue import count_mails, queue_mail, take
from wiki.people.mail.queue import settle as settle_mail
from wiki.people.mail.values import Mail, Refused
from wiki.people.task_runs import AGAIN, begin, end, failing_tasks, task_runs
from wiki.plugins import ENTRY_POINT_GROUP, load_plugins
from wiki.processes.supervisor import EndAsked, Keeper, Service
from wiki.projections.tables.projection import TableProjection
from wiki.task_queue import queue_of, wake
from wiki.testing import Server

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.people.person import Person

DAILY, OFTEN = timedelta(days=1), timedelta(minutes=1)
With = Callable[..., Instance]


@pytest.fixture
def with_tasks(settings: Settings) -> Iterator[With]:
    """``with_tasks(*tasks)``: an instance with a plugin that has these."""
    opened: list[Instance] = []

    def with_tasks(*tasks: Task) -> Instance:
        class Plugin:
            @hookimpl
            def tasks(self) -> tuple[Task, ...]:
                return tasks

        if not opened:
            found(settings, empty=True)
        opened.append(open_instance(settings, load_plugins(extra=[Plugin()])))
        return opened[-1]

    yield with_tasks
    for instance in opened:
        close_instance(instance)


def until(what: Callable[[], object], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return False


def mail(key: str) -> Mail:
    return Mail(key, "une@example.org", "S", "T")


def outbox(instance: Instance) -> list[Path]:
    return sorted((instance.settings.instance / "outbox").glob("*.eml"))


# Running


def test_a_plugin_has_its_tasks_run_beside_the_cores(with_tasks: With) -> None:
    seen: list[Instance] = []
    instance = with_tasks(Task("ours.task", seen.append, DAILY), Task("ours.woken", seen.append))
    put_one(instance, "a")
    went = run_due(instance)
    assert went["ours.task"]
    assert went["mails"]
    assert went["upkeep"]
    assert "ours.woken" not in went
    assert seen == [instance]
    assert len(outbox(instance)) == 1
    assert "ours.task" not in run_due(instance), "tomorrow"
    assert run_due(instance, everything=True)["ours.task"]
    assert Runner(instance).run("ours.woken")
    assert len(seen) == 3


def put_one(instance: Instance, key: str) -> None:
    with instance.private.session() as session:
        queue_mail(instance.private, session, mail(key))


def test_no_plugin_takes_the_place_of_a_task_of_the_core(with_tasks: With) -> None:
    stolen: list[Instance] = []
    instance = with_tasks(Task("mails", stolen.append, OFTEN))
    put_one(instance, "a")
    assert run_due(instance)["mails"]
    assert stolen == []
    assert len(outbox(instance)) == 1


def test_a_task_that_fails_is_told_and_costs_the_others_nothing(
    with_tasks: With, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [True]

    def fail(_instance: Instance) -> None:
        if broken:
            raise RuntimeError("no\nluck")

    instance = with_tasks(Task("a.bad", fail, DAILY), Task("a.often", fail, OFTEN))
    put_one(instance, "a")
    assert run_due(instance) | {"a.bad": False, "a.often": False} == run_due(
        instance, everything=True
    )
    assert len(outbox(instance)) == 1
    [bad, often] = failing_tasks(instance.private)
    assert (bad.name, often.name) == ("a.bad", "a.often")
    assert bad.failures == 2
    fault, kind, *_words = bad.error.split(" ")
    assert kind == "RuntimeError:"
    assert fault in caplog.text
    said = [line for line in faults(instance) if "a.bad" in line]
    assert said == [f"the task a.bad failed 2 times in a row: {bad.error}"]
    broken.clear()
    # Another process than the one that saw it fail, too.
    assert all(run_due(instance, everything=True).values())
    assert failing_tasks(instance.private) == []


def test_a_daily_task_runs_once_a_day_whoever_asks(instance: Instance) -> None:
    private = instance.private
    moment = [private.now()]
    private.now = lambda: moment[0]
    assert begin(private, "t", DAILY)
    assert not begin(private, "t", DAILY)
    end(private, "t")
    moment[0] += timedelta(hours=23)
    assert not begin(private, "t", DAILY)
    moment[0] += timedelta(hours=1)
    assert begin(private, "t", DAILY)
    end(private, "t")
    moment[0] -= timedelta(days=400)
    assert begin(private, "t", DAILY), "the clock was ahead"
    assert not begin(private, "t", DAILY)


@pytest.mark.parametrize("failed", [True, False])
def test_a_daily_task_that_failed_or_was_killed_does_not_wait_for_tomorrow(
    instance: Instance, failed: bool
) -> None:
    private = instance.private
    moment = [private.now()]
    private.now = lambda: moment[0]
    assert begin(private, "t", DAILY)
    if failed:
        end(private, "t", "no luck")
    assert not begin(private, "t", DAILY)
    moment[0] += AGAIN
    assert begin(private, "t", DAILY)


def test_who_is_woken_at_work_looks_once_more(with_tasks: With) -> None:
    begun, go_on = Event(), Event()
    runs: list[int] = []

    def work(_instance: Instance) -> None:
        runs.append(1)
        begun.set()
        assert go_on.wait(60)

    runner = Runner(with_tasks(Task("a.slow", work)))
    thread = Thread(target=runner.run, args=("a.slow",))
    thread.start()
    assert begun.wait(60)
    for _ in range(3):
        runner.run("a.slow")
    assert len(runs) == 1, "not two at a time"
    go_on.set()
    thread.join()
    assert len(runs) == 2


def test_what_follows_the_pages_runs_at_the_start_and_after_each_save(
    instance: Instance, write: Callable[..., str]
) -> None:
    heads: list[str] = []
    stopped = Event()

    def run(name: str) -> None:
        if name == "a.slow":
            assert stopped.wait(60), "it keeps nobody else waiting"
        else:
            heads.append(instance.repository.head())

    head = instance.repository.head
    with watching([Lane(["a.slow"], head), Lane(["ours.follows"], head)], run, stopped):
        assert until(lambda: len(heads) == 1)
        one = write({"a.md": "# A\n"})
        assert until(lambda: len(heads) == 2)
        two = write({"a.md": "# B\n"})
        assert until(lambda: len(heads) == 3)
    assert heads[1:] == [one, two]
    assert stopped.is_set()


def test_what_follows_waits_until_the_branch_rests_and_then_comes_once() -> None:
    pace = Pace()
    assert not pace.is_due("one", 100.0)
    assert not pace.is_due("two", 100.0 + CALM), "saved again: who did so reads now"
    assert not pace.is_due("two", 100.0 + 1.9 * CALM)
    assert pace.is_due("two", 100.0 + 2.1 * CALM)
    pace.note_done("two", 101.0, 101.1)
    assert not pace.is_due("two", 200.0)


def test_what_follows_waits_not_for_ever_where_the_branch_never_rests() -> None:
    pace, now, runs = Pace(), 0.0, 0
    for number in range(round(3.5 * LONGEST_WAIT / CALM)):
        now = number * CALM / 2
        if pace.is_due(f"{number}", now):
            pace.note_done(f"{number}", now, now)
            runs += 1
    assert runs == 1


def test_what_follows_rests_the_longer_the_longer_it_worked() -> None:
    pace = Pace()
    pace.note_done("one", 0.0, 0.5)
    pace.is_due("two", 0.6)
    assert not pace.is_due("two", 4.0)
    assert pace.is_due("two", 5.1)
    pace.note_done("two", 10.0, 1000.0)
    pace.is_due("three", 1000.0)
    assert pace.is_due("three", 1000.0 + LONGEST_WAIT)


def test_all_tables_are_brought_up_to_date_after_a_save(
    instance: Instance, write: Callable[..., str]
) -> None:
    head = write({"a.md": "# A\n"})
    assert Runner(instance).run(CATCH_UP)
    parts = [instance.projections.part(name) for name in instance.projections]
    tables = [part for part in parts if isinstance(part, TableProjection)]
    assert {part.reflects() for part in tables} == {head}
    assert len(tables) > 5, "those of plugins too"


def test_tasks_that_step_back_follow_what_brings_them_the_tables() -> None:
    def follow(name: str, keeps: str = "", *, outside: bool = False) -> Task:
        return Task(name, lambda _instance: None, follows=True, keeps=keeps, outside=outside)

    tasks = [follow("tables"), follow("a.one"), follow("a.kept", "this"), follow("b.kept", "this")]
    calls = follow("a.calls", outside=True)
    never = Task("b.never", lambda _instance: None)
    ours, kept, outside = lanes_of([*tasks, calls, never], lambda: "head")
    assert (ours.names, kept.names) == (["tables", "a.one"], ["a.kept", "b.kept"])
    assert outside.names == ["a.calls"], "what waits for others keeps none of ours waiting"
    assert ours.head() == "head"
    assert kept.head() is None
    seen: list[str] = []
    stopped = Event()

    def run(name: str) -> None:
        seen.append(name)
        if name in ("a.one", "b.kept") and len(seen) == 4:
            stopped.set()

    with watching([ours, kept], run, stopped):
        assert stopped.wait(60)
    assert seen[0] == "tables"
    assert sorted(seen[1:]) == ["a.kept", "a.one", "b.kept"]


def test_a_word_for_a_task_that_nobody_has_is_passed_over(instance: Instance) -> None:
    assert not Runner(instance).run("gone.plugin")


def test_upkeep_forgets_what_is_over(instance: Instance) -> None:
    private = instance.private
    put_one(instance, "old")
    run_due(instance)
    now = private.now()
    private.now = lambda: now + timedelta(days=61)
    assert run_due(instance, everything=True)["upkeep"]
    assert send_mail(instance, mail("old")), "its key is forgotten by now"


# Waking


def test_what_is_closed_holds_no_file_of_its_folder(instance: Instance) -> None:
    folder = instance.settings.instance
    wake(instance.settings, "mails")
    assert any("queue.db" in name for name in open_files(folder))
    close_instance(instance)
    assert open_files(folder) == []


def open_files(folder: Path) -> list[str]:
    """The files below ``folder`` that this process has open."""
    names = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # that of the listing itself
            names.append(str(descriptor.readlink()))
    return sorted(name for name in names if name.startswith(f"{folder}/"))


def test_waking_never_fails_and_never_fills_the_disk(
    instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for _ in range(150):
        wake(instance.settings, "mails")
    assert queue_of(instance.settings).huey.pending_count() == 100
    file = instance.settings.instance / "queue.db"
    assert file.stat().st_mode & 0o777 == 0o600
    file.unlink()
    wake(instance.settings, "mails")
    assert queue_of(instance.settings).huey.pending_count() == 1
    file.unlink()
    file.mkdir()
    wake(instance.settings, "mails")
    assert queue_of(instance.settings).huey.pending_count() == 1, "the folder is put aside"
    file.unlink()
    file.write_bytes(b"no database" * 100)
    wake(instance.settings, "mails")
    assert "could not wake the task mails" in caplog.text
    assert send_mail(instance, mail("a")), "a mail waits for its time"
    file.unlink()
    wake(instance.settings, "mails")
    assert queue_of(instance.settings).huey.pending_count() == 1


# The process


class Beside:
    """A server and the processes beside it, as the kernel tells of them."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def working(self, besides: int = 0) -> int:
        """The process of tasks, other than ``besides``: waits for one that holds their lock.

        The kernel tells of locks by pieces: while others come and go, one look may miss ours.
        """
        found = 0

        def seen() -> bool:
            nonlocal found
            found = self.holder()
            return found not in (0, besides)

        assert until(seen)
        return found

    def holder(self) -> int:
        """Who holds the lock of the tasks at a look; 0 where nobody is seen to."""
        lock = self.server.folder / "tasks.lock"
        inode = lock.stat().st_ino if lock.exists() else 0
        for line in Path("/proc/locks").read_text("ascii").splitlines():
            words = line.split()
            if "FLOCK" in words and words[-3].endswith(f":{inode}"):
                return int(words[words.index("FLOCK") + 3])
        return 0

    def group(self) -> set[int]:
        """Every living process of the server's group."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,stat=", "-g", str(self.server.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [line.split() for line in listed.stdout.splitlines()]
        return {int(pid) for pid, state in lines if not state.startswith("Z")}


@pytest.fixture
def beside(instance: Instance, serve: Callable[..., Server]) -> Beside:
    made = Beside(serve(instance.settings.instance))
    made.working()
    return made


def test_the_process_of_tasks_sends_and_is_started_again_where_it_dies(
    instance: Instance, beside: Beside
) -> None:
    first = beside.working()
    assert os.getpriority(os.PRIO_PROCESS, first) >= 5
    send_mail(instance, mail("a"))
    assert until(lambda: len(outbox(instance)) == 1)
    os.kill(first, signal.SIGKILL)
    send_mail(instance, mail("b"))
    # Where the first died between the file of `a` and its note, the same file is written again.
    # Both notes are waited for: a mail whose sender died twice is not tried again at once.
    assert until(lambda: count_mails(instance.private).waiting == 0), "by another one"
    assert len(outbox(instance)) == 2
    second = beside.working(besides=first)
    # The rows are all that counts.
    for file in instance.settings.instance.glob("queue.db*"):
        file.unlink()
    os.kill(second, signal.SIGKILL)
    put_one(instance, "c")
    assert until(lambda: count_mails(instance.private).waiting == 0)
    assert len(outbox(instance)) == 3


SPINNING = """
import re
from datetime import timedelta
from wiki.api.jobs import Task
from wiki.api.plugin import hookimpl

def spin(instance):
    (instance.settings.instance / "spins").touch()
    re.search(r"[^@]+@", "x" * 50_000_000)

@hookimpl
def tasks():
    return [Task("spinning", spin, limit=timedelta(hours=1))]
"""


def test_what_spins_holds_nobody_up_and_ends_with_the_server(
    instance: Instance,
    serve: Callable[..., Server],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A plugin's expression that holds the interpreter, and hears of no signal, for hours."""
    (tmp_path / "spinning.py").write_text(SPINNING)
    named = tmp_path / "spinning-1.dist-info"
    named.mkdir()
    (named / "METADATA").write_text("Metadata-Version: 2.1\nName: spinning\nVersion: 1\n")
    (named / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\nspinning = spinning\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    beside = Beside(serve(instance.settings.instance, anew=True))
    working = beside.working()
    wake(instance.settings, "spinning")
    assert until((instance.settings.instance / "spins").exists)
    send_mail(instance, mail("a"))
    assert until(lambda: len(outbox(instance)) == 1)
    beside.server.process.terminate()
    beside.server.process.wait(60)
    assert until(lambda: not beside.group()), "what spins is gone with the rest"
    assert working not in beside.group()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_everything_ends_with_the_server(beside: Beside, how: signal.Signals) -> None:
    working = beside.working()
    beside.server.process.send_signal(how)
    beside.server.process.wait(60)
    assert until(lambda: working not in beside.group() and not beside.holder())
    assert until(lambda: not beside.group()), "nobody is left behind to answer at the port"


def test_a_second_one_waits_for_the_first(
    instance: Instance, beside: Beside, serve: Callable[..., Server]
) -> None:
    first = beside.working()
    serve(instance.settings.instance)
    send_mail(instance, mail("a"))
    assert until(lambda: len(outbox(instance)) == 1)
    assert beside.working() == first
    beside.server.stop()
    beside.working(besides=first)
    send_mail(instance, mail("b"))
    assert until(lambda: len(outbox(instance)) == 2)


def test_what_dies_again_and_again_is_started_ever_more_rarely(tmp_path: Path) -> None:
    lives = tmp_path / "lives"

    def die(_asked: EndAsked) -> None:
        with lives.open("a") as file:
            file.write(f"{time.monotonic()}\n")
        os._exit(3)

    keeper = Keeper([Service("t", die)])
    try:
        assert until(lambda: lives.exists() and len(lives.read_text().splitlines()) >= 3)
    finally:
        keeper.end()
    first, second, third = (float(line) for line in lives.read_text().splitlines()[:3])
    assert second - first >= 0.5
    assert third - second >= 1.0
    assert not keeper.is_alive()


# What an operator sees


def test_metrics_and_check_tell_of_the_background(
    instance: Instance,
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    private = instance.private
    put_one(instance, "gone")
    taken = take(private, "here")
    assert taken is not None
    settle_mail(private, "here", Refused("gone", "550 nobody"))
    put_one(instance, "late")
    end(private, "a.task", "no luck")
    now = private.now()
    private.now = lambda: now + timedelta(hours=2)
    said = client.get("/-/metrics").get_data(as_text=True).splitlines()
    assert "wiki_mails_waiting 1.0" in said
    assert "wiki_mails_failed_day 1.0" in said
    assert "wiki_mail_oldest_seconds 7200.0" in said
    assert 'wiki_task_failures{name="a.task"} 1.0' in said
    assert 'wiki_queue_waiting{name="mails"} 1.0' in said
    assert 'wiki_queue_oldest_seconds{name="mails"} 7200.0' in said
    assert 'wiki_queue_waiting{name="documents.work"} 0.0' in said
    admin = log_in(person("Admin", role="admin"))
    told = admin.get("/-/admin/server").get_data(as_text=True)
    assert "Courriels à envoyer" in told and told.count("depuis trop longtemps") == 1
    assert "<code>a.task</code>" in told
    assert "2 demandent quelqu’un" in admin.get("/-/admin").get_data(as_text=True)
    found = "\n".join(faults(instance))
    assert "mail not sent, given up: une@example.org, 'S', after 1 tries: 550 nobody" in found
    assert "1 mails wait to be sent, the first since" in found
    # One that failed once, as by a kill, is tried again by itself.
    assert "a.task" not in found
    end(private, "a.task", "no luck")
    assert "the task a.task failed 2 times in a row: no luck" in faults(instance)


def test_the_work_can_be_listed_and_run_by_command(instance: Instance) -> None:
    put_one(instance, "a")
    folder = str(instance.settings.instance)
    ran = CliRunner().invoke(main, ["--instance", folder, "tasks", "run"])
    assert ran.exit_code == 0, ran.output
    assert "mails: done\n" in ran.stdout
    assert "upkeep: done\n" in ran.stdout
    assert len(outbox(instance)) == 1
    again = CliRunner().invoke(main, ["--instance", folder, "tasks", "run"])
    assert "upkeep" not in again.stdout
    every = CliRunner().invoke(main, ["--instance", folder, "tasks", "run", "--all"])
    assert "upkeep: done\n" in every.stdout
    end(instance.private, "mails", "no luck")
    listed = CliRunner().invoke(main, ["tasks", "--instance", folder, "list"]).stdout.splitlines()
    assert "mails\tevery 0:01:00\tfailed 1 times in a row: no luck" in listed
    assert any(line.startswith("upkeep\tevery 1 day, 0:00:00\tlast ended ") for line in listed)
    assert [run.name for run in task_runs(instance.private) if run.failures] == ["mails"]


def test_run_by_command_a_task_that_spins_is_ended_too(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spin(_instance: Instance) -> None:
        while True:
            pass

    often = timedelta(minutes=1)
    ours = (
        Task("a.stuck", spin, often, limit=timedelta(seconds=0.3)),
        Task("b.fine", lambda _instance: None, often),
    )
    monkeypatch.setattr("wiki.jobs.tasks.core_tasks", lambda _stopped: ours)
    command = ["--instance", str(instance.settings.instance), "tasks", "run"]
    ran = CliRunner().invoke(main, command)
    assert ran.exit_code == 1, ran.output
    assert "a.stuck: failed" in ran.stdout
    assert "b.fine: done" in ran.stdout
