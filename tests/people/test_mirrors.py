"""Mirrors as rows: how often one is tried, and what a failure leaves known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.people.conftest import Clock
from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.people import mirrors
from wiki.people.audit import noted
from wiki.people.mirrors import FAILED, IN_STEP, WAITING, Outcome
from wiki.people.store.database import Database

URL = "https://forge.example/wiki.git"
FINE = Outcome(IN_STEP, ahead=1, head="a" * 40, pushed="a" * 40, theirs="b" * 40, taken="b" * 40)
HOUR = timedelta(hours=1)


def test_a_failure_waits_longer_each_time_and_never_gives_up(
    database: Database, clock: Clock
) -> None:
    made = mirrors.add(database, "copie", URL, direction="both")
    assert (made.state, made.due) == (WAITING, clock())
    mirrors.end(database, "copie", FINE, HOUR)
    waits = []
    for _ in range(40):
        mirrors.begin(database, "copie")
        now = mirrors.end(database, "copie", Outcome(FAILED, "fatal: non"), HOUR)
        assert now is not None
        waits.append(now.due - clock())
        clock.moment = now.due
    assert waits[:3] == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]
    assert waits == sorted(waits) and waits[-1] == HOUR
    now = mirrors.get(database, "copie")
    assert (now.state, now.said, now.failures) == (FAILED, "fatal: non", 40)
    assert (now.pushed, now.theirs, now.ahead) == (FINE.pushed, FINE.theirs, 1)
    again = mirrors.end(database, "copie", replace(FINE, ahead=0), HOUR)
    assert again is not None
    assert (again.state, again.failures, again.ahead, again.since) == (IN_STEP, 0, 0, clock())


def test_a_run_that_is_killed_is_due_again(database: Database, clock: Clock) -> None:
    mirrors.add(database, "copie", URL, direction="push")
    mirrors.begin(database, "copie")
    assert mirrors.get(database, "copie").due == clock() + timedelta(minutes=1)


def test_a_clock_that_was_ahead_keeps_no_mirror_waiting(database: Database, clock: Clock) -> None:
    mirrors.add(database, "copie", URL, direction="both")
    clock.pass_by(days=400)
    mirrors.end(database, "copie", FINE, HOUR)
    assert not mirrors.get(database, "copie").is_due(clock())
    clock.pass_by(days=-400)
    assert mirrors.get(database, "copie").is_due(clock())


def test_adding_and_removing_stands_in_the_trail(database: Database) -> None:
    mirrors.add(database, "copie", URL, direction="push", what="public")
    with pytest.raises(AlreadyExists):
        mirrors.add(database, "copie", URL, direction="pull")
    mirrors.remove(database, "copie")
    for gone in (mirrors.remove, mirrors.get):
        with pytest.raises(NotFound):
            gone(database, "copie")
    assert mirrors.end(database, "copie", FINE, HOUR) is None
    mirrors.begin(database, "copie")
    assert [(line.what, line.about, line.said) for line in noted(database)] == [
        ("no-mirror", "copie", URL),
        ("mirror", "copie", URL),
    ]


@pytest.mark.parametrize("name", ["", "A", "1a", "a_b", "a/b", "../a", "a.lock", "-a", "x" * 40])
def test_a_name_is_good_for_a_ref_and_a_variable(database: Database, name: str) -> None:
    with pytest.raises(BadField):
        mirrors.add(database, name, URL, direction="push")
