"""The number differs once anything has changed, whoever did it: no answer outlasts that unseen."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from wiki.app import create_application
from wiki.cache.lease import Lease, moment
from wiki.cache.pulse import LOOK, Pulse
from wiki.cache.store import Made
from wiki.instance import close_instance, listen_to_nodes, open_instance, watch_changes
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.repository.process import run

if TYPE_CHECKING:
    from wiki.instance import Instance


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "index" / "pulse"


@contextmanager
def watched(pulse: Pulse, look: Callable[[], object] = bool) -> Iterator[None]:
    """There is a number inside."""
    ended = Event()
    thread = pulse.watch(look, ended)
    until(lambda: pulse.number is not None)
    try:
        yield
    finally:
        ended.set()
        thread.join(60)
        pulse.close()
    assert pulse.number is None


def until(holds: Callable[[], bool]) -> None:
    """Waits for it."""
    pause = Event()
    for _look in range(round(300 / LOOK)):
        if holds():
            return
        pause.wait(LOOK / 5)
    raise AssertionError


def test_it_differs_after_each_beat_of_any_process(file: Path) -> None:
    here, there = Pulse(file), Pulse(file)
    assert here.number is None, "nobody watches"
    with watched(here):
        numbers = {here.number}
        for pulse in (here, there, there):
            pulse.beat()
            numbers.add(here.number)
        code = "import sys; from pathlib import Path; from wiki.cache.pulse import Pulse; "
        code += "Pulse(Path(sys.argv[1])).beat()"
        subprocess.run([sys.executable, "-c", code, os.fspath(file)], check=True)
        numbers.add(here.number)
        assert len(numbers) == 5
        assert here.number in numbers
    there.close()


def test_what_nobody_tells_is_seen_by_who_watches(file: Path) -> None:
    state = [1]
    pulse = Pulse(file)
    with watched(pulse, lambda: state[0]):
        before = pulse.number
        state[0] = 2
        until(lambda: pulse.number not in (before, None))


def test_a_file_that_is_lost_is_made_again(file: Path) -> None:
    here, there = Pulse(file), Pulse(file)
    there.beat()
    with watched(here):
        before = here.number
        file.unlink()
        until(lambda: file.exists() and here.number not in (before, None))
        before = here.number
        there.beat()
        assert here.number != before
    there.close()


def test_who_watches_a_lost_file_has_no_number_once_another_has_told(file: Path) -> None:
    """Until the new one is found: what is told there is not heard here."""
    here, there = Pulse(file), Pulse(file)
    there.beat()
    stops, stopped, goes_on = Event(), Event(), Event()

    def look() -> object:
        if stops.is_set():
            stopped.set()
            goes_on.wait(60)
        return 1

    with watched(here, look):
        stops.set()
        assert stopped.wait(60)
        file.unlink()
        for _twice in range(2):
            there.beat()
            assert here.number is None
        goes_on.set()
        until(lambda: here.number is not None)
        before = here.number
        there.beat()
        assert here.number != before
    there.close()


def test_who_watches_goes_on_once_the_folder_is_there_again(file: Path) -> None:
    pulse = Pulse(file)
    with watched(pulse):
        shutil.rmtree(file.parent)
        file.parent.write_text("no folder")
        until(lambda: pulse.number is None)
        file.parent.unlink()
        until(lambda: pulse.number is not None)


def test_who_cannot_look_any_more_has_no_number(file: Path) -> None:
    def look() -> object:
        if state:
            raise RuntimeError
        return 1

    state: list[int] = []
    pulse = Pulse(file)
    with watched(pulse, look):
        state.append(1)
        until(lambda: pulse.number is None)


def test_a_number_is_certain_no_longer_than_the_lease_that_held_as_it_was_looked(
    file: Path,
) -> None:
    lease = Lease(file.parent / "lease")
    pulse = Pulse(file, lease)
    ended, looks = Event(), Event()

    def look() -> object:
        # As in a process that was stopped: it does not come to look again.
        if pulse.number is not None:
            looks.wait(60)
        return 1

    def is_seen() -> bool:
        lease.extend(moment())
        return pulse.number is not None

    thread = pulse.watch(look, ended)
    until(is_seen)
    until(lambda: pulse.number is None)
    ended.set()
    looks.set()
    thread.join(60)
    pulse.close()


@contextmanager
def visitor(instance: "Instance") -> Iterator[Callable[[str], str]]:
    """A visitor of a worker that watches, where other nodes are heard if there may be some."""
    ended = Event()
    listener = Thread(target=listen_to_nodes, args=(instance, ended.is_set))
    listener.start()
    client = Client(create_application(instance), use_cookies=False)
    thread = watch_changes(instance, ended)
    until(lambda: instance.pulse.number is not None)
    yield lambda path: client.get(path, base_url="http://localhost").text
    ended.set()
    thread.join(60)
    listener.join(60)


def test_a_save_of_anybody_is_seen_by_the_next_visitor(
    instance: "Instance", write: Callable[..., str]
) -> None:
    write({"page.md": "# Page\n\nmot 0\n", "autre.md": "# Autre\n"})
    with visitor(instance) as ask:
        for turn in range(1, 20):
            for _times in range(3):  # kept, asked again, then known by its number
                assert f"mot {turn - 1}" in ask("/page")
            write({"autre.md": f"# Autre {turn}\n"})
            assert f"mot {turn - 1}" in ask("/page")
            write({"page.md": f"# Page\n\nmot {turn}\n"})


def test_a_branch_that_another_git_moves_is_seen_soon(
    instance: "Instance", write: Callable[..., str]
) -> None:
    before = write({"page.md": "# Page\n\navant\n"})
    after = write({"page.md": "# Page\n\naprès\n"})
    with visitor(instance) as ask:
        for commit, word in ((before, "avant"), (after, "après")) * 2:
            run(instance.repository.folder, "update-ref", "refs/heads/main", commit)
            until(lambda: word in ask("/page"))  # noqa: B023 - asked at once


def test_a_branch_that_was_elsewhere_for_a_moment_is_looked_at_again(
    instance: "Instance", write: Callable[..., str]
) -> None:
    """Where a visitor has seen it there, between two looks of who watches."""
    before = write({"page.md": "# Page\n\navant\n"})
    after = write({"page.md": "# Page\n\naprès\n"})
    cache, branch = instance.cache, instance.repository.folder / "refs/heads/main"
    client = Client(create_application(instance), use_cookies=False)
    assert "après" in client.get("/page", base_url="http://localhost").text
    cache.keep("key", 1, 1, Made(frozenset(), (frozenset(),) * 3, (None,) * 3))
    cache.find_at_once("key", 1)
    seen = cache.follow()
    assert cache.follow() == seen
    branch.write_text(f"{before}\n")
    cache.find_at_once("key", 2)
    branch.write_text(f"{after}\n")
    assert cache.follow() != seen


def test_private_rows_are_seen_at_once(instance: "Instance", write: Callable[..., str]) -> None:
    from wiki.people.accounts import add_person

    write({"page.md": "# Page\n"})
    with visitor(instance) as ask:
        for turn in range(5):
            for _times in range(3):
                ask("/page")
            before = instance.pulse.number
            add_person(instance.private, email=f"p{turn}@example.org", name="Une")
            assert instance.pulse.number != before


def test_a_page_that_is_closed_is_shown_to_no_crowd(
    instance: "Instance", write: Callable[..., str]
) -> None:
    """Where visitors are shown what was there a moment ago, since others wait already."""
    write({"page.md": "# Page\n\nmot 0\n"})
    ended = Event()

    def come() -> None:
        while not ended.is_set():
            ask("/page")

    with visitor(instance) as ask:
        crowd = [Thread(target=come) for _visitor in range(3)]
        for one in crowd:
            one.start()
        try:
            for turn in range(6):
                for times in (1, 2, 3):
                    write({"page.md": f"# Page\n\nmot {times}\n"})
                until(lambda: "mot 3" in ask("/page"))
                write({"page.md": f"---\nvisibility: members\n---\n# Page\n\nmot {turn}\n"})
                assert "mot" not in ask("/page")
        finally:
            ended.set()
            for one in crowd:
                one.join(60)


def test_what_is_closed_once_the_index_is_deleted_is_not_shown(
    instance: "Instance", write: Callable[..., str]
) -> None:
    """By another process, which finds out first: its ``index/`` is not that of who is asked."""
    closed = "---\nvisibility: members\n---\n# Page\n\nmot\n"
    write({"page.md": "# Page\n\nmot\n"})
    other = open_instance(instance.settings, instance.plugins)
    other.pulse.beat()
    with visitor(instance) as ask:
        for _turn in range(4):
            until(lambda: "mot" in ask("/page"))
            shutil.rmtree(instance.settings.instance / "index", ignore_errors=True)
            for text in (closed, "# Page\n\nmot\n", closed):
                commit(
                    *(other.repository, other.repository.head(), {"page.md": text.encode()}),
                    *(Author("Une main", "main@people.invalid"), "by hand"),
                )
                assert ("mot" in ask("/page")) == (text != closed)
            write({"page.md": "# Page\n\nmot\n"})
    close_instance(other)
