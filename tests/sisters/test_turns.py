"""Each sister has a turn of its own: one that stalls or pings without end costs others nothing."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread

import pytest

from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.exchanges import FAILED, IN_STEP, LOOK_EVERY
from wiki.sisters import pings, runner

from .conftest import Site, wait_until


@pytest.fixture
def two(site: Callable[[str], Site]) -> tuple[Site, Site]:
    """Lyon and Brest, who name each other."""
    lyon, brest = site("lyon"), site("brest")
    lyon.join(brest)
    brest.join(lyon)
    assert brest.poll(lyon).state == lyon.poll(brest).state == IN_STEP
    return lyon, brest


class Mute:
    """A server that takes calls and answers none, until it hangs up on all of them."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.called = Event()
        self._lines: list[socket.socket] = []
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, _who = self._server.accept()
            except OSError:
                return
            self._lines.append(line)
            self.called.set()

    def close(self) -> None:
        with suppress(OSError):  # it has hung up before
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for line in self._lines:
            line.close()


@pytest.fixture
def mute(two: tuple[Site, Site]) -> Iterator[Mute]:
    """A sister of Brest's."""
    with closing(Mute()) as server:
        brest = two[1].instance.private
        registry.add(brest, "muette", server.url, "Muette", kid="kid", key="{}")
        yield server


@contextmanager
def at_work(work: Callable[[], None]) -> Iterator[Thread]:
    thread = Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(60)


def test_who_pings_while_another_stalls_is_asked_at_once(
    two: tuple[Site, Site], mute: Mute
) -> None:
    lyon, brest = two
    with at_work(lambda: runner.run(brest.instance)) as thread:
        assert mute.called.wait(30)
        for number in range(2):
            lyon.write({f"neuf-{number}.md": f"# Neuf {number}\n"})
            pings.run(lyon.instance)
            wait_until(lambda: f"Neuf {number}" in brest.titles())  # noqa: B023 - now
        assert thread.is_alive(), "the other still stalls"
        mute.close()
    assert exchanges.get(brest.instance.private, "muette").state == FAILED
    assert exchanges.get(brest.instance.private, "lyon").state == IN_STEP


def test_sisters_are_told_while_another_stalls(two: tuple[Site, Site], mute: Mute) -> None:
    lyon, brest = two
    brest.write({"un.md": "# Un\n"})
    with at_work(lambda: pings.run(brest.instance)) as thread:
        assert mute.called.wait(30)
        brest.write({"deux.md": "# Deux\n"})
        wait_until(lambda: exchanges.list_due(lyon.instance.private) == ["brest"])
        runner.run(lyon.instance)
        wait_until(lambda: lyon.poll(brest).state == IN_STEP and "Deux" in lyon.titles())
        assert thread.is_alive()
        mute.close()


def test_who_pings_without_end_is_asked_within_the_minute_then_as_if_it_never_had(
    two: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    lyon, brest = two
    monkeypatch.setattr(exchanges, "_ENDLESS", 80)
    private = brest.instance.private
    still, waits = private.now(), []
    private.now = lambda: still  # a machine that pauses is no sister that rests
    for _ping in range(83):
        exchanges.note_news(private, "lyon")
        assert exchanges.note_news(private, "lyon") is None, "it waits already"
        wait = exchanges.get(private, "lyon").due - private.now()
        waits.append(round(wait.total_seconds()))
        brest.move_clock(max(wait, timedelta(0)))
        assert exchanges.list_due(private) == ["lyon"]
        exchanges.begin(private, "lyon")
        exchanges.end(private, "lyon", IN_STEP)
    assert (waits[:4], sorted(set(waits[4:80]))) == ([0, 0, 0, 5], [5, 10, 20, 40])
    assert waits[:80] == sorted(waits[:80])
    assert waits[-1] == LOOK_EVERY.total_seconds()
    # Quiet for a while, it is as any other.
    brest.move_clock(LOOK_EVERY + timedelta(minutes=2))
    assert brest.poll(lyon).state == IN_STEP
    assert exchanges.note_news(private, "lyon") == timedelta(0)


def test_a_ping_that_comes_during_its_turn_has_it_be_asked_again(two: tuple[Site, Site]) -> None:
    private = two[1].instance.private
    exchanges.begin(private, "lyon")
    assert exchanges.note_news(private, "lyon") is None
    assert exchanges.end(private, "lyon", IN_STEP) == timedelta(0)
    assert exchanges.list_due(private) == ["lyon"]


def test_who_fails_or_costs_much_rests_the_longer(two: tuple[Site, Site]) -> None:
    lyon, brest = two
    private = brest.instance.private
    exchanges.begin(private, "lyon")
    brest.move_clock(timedelta(seconds=100))
    exchanges.end(private, "lyon", FAILED, "x")
    assert rest(brest) == 100
    exchanges.begin(private, "lyon")
    brest.move_clock(timedelta(seconds=100))
    exchanges.end(private, "lyon", FAILED, "x")
    assert rest(brest) == 200
    exchanges.begin(private, "lyon")
    exchanges.end(private, "lyon", IN_STEP, cost=timedelta(seconds=32))
    assert rest(brest) == 120
    assert brest.poll(lyon).failures == 0


def test_those_that_are_to_be_asked_soon_are_asked_with_who_is_due(
    site: Callable[[str], Site], two: tuple[Site, Site]
) -> None:
    lyon, brest = two
    nantes = site("nantes")
    brest.join(nantes)
    private = brest.instance.private
    brest.move_clock(timedelta(seconds=30))
    assert exchanges.list_together(private) == ["nantes"]
    assert brest.poll(nantes).state == IN_STEP
    assert exchanges.list_together(private) == []
    brest.move_clock(LOOK_EVERY - timedelta(seconds=20))
    assert exchanges.list_due(private) == ["lyon"]
    assert exchanges.list_together(private) == ["lyon", "nantes"], "nobody opens a worker twice"
    exchanges.note_news(private, "nantes")
    assert exchanges.list_together(private) == ["lyon", "nantes"], "its ping is for now"
    assert brest.poll(lyon).state == IN_STEP


def rest(site: Site) -> int:
    """Seconds until Lyon may be asked because of a ping."""
    private = site.instance.private
    exchanges.note_news(private, "lyon")
    how = exchanges.get(private, "lyon")
    assert how.rests is not None
    return round((how.rests - private.now()).total_seconds())
