"""Sums of use, and faults by kind: as rows, bounded, of nobody."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from wiki.people import incidents
from wiki.people.accounts import add_person
from wiki.people.incidents import (
    Incident,
    count_kinds,
    find_incident,
    list_incidents,
    record_incident,
)
from wiki.people.privacy.expiry import forget_the_past
from wiki.people.store.database import Database
from wiki.people.usage import add_uses, count_active, list_uses

if TYPE_CHECKING:
    import pytest

    from tests.people.conftest import Clock


def test_uses_are_added_to_their_day_and_forgotten(database: Database, clock: "Clock") -> None:
    day = date(2027, 3, 1)
    add_uses(database, day, {"view": (3, 1)})
    add_uses(database, day, {"view": (2, 0), "search": (1, 0)})
    add_uses(database, day - timedelta(days=1), {"view": (7, 7)})
    told = [(one.name, one.people, one.programs) for one in list_uses(database, day)]
    assert told == [("search", 1, 0), ("view", 5, 1)]
    assert len(list_uses(database, day - timedelta(days=9))) == 3
    clock.moment += database.times().use
    forget_the_past(database)
    assert len(list_uses(database, day - timedelta(days=9))) == 2


def test_accounts_in_use_are_counted_once(database: Database, clock: "Clock") -> None:
    from wiki.people.accounts.sessions import open_session

    une = add_person(database, email="une@example.org", name="Une")
    add_person(database, email="deux@example.org", name="Deux")
    open_session(database, une.id)
    open_session(database, une.id)
    assert count_active(database, clock() - timedelta(days=30)) == 1
    assert count_active(database, clock() + timedelta(days=1)) == 0


def test_the_latest_faults_are_kept(
    database: Database, clock: "Clock", monkeypatch: "pytest.MonkeyPatch"
) -> None:
    monkeypatch.setattr(incidents, "MOST", 4)
    for number in range(6):
        clock.pass_by(seconds=1)
        kind = "OSError" if number % 2 else "KeyError"
        record_incident(
            database, Incident(f"{number:08}", clock(), 500, kind, "GET", "/-/x", "somewhere")
        )
    assert [one.reference[-1] for one in list_incidents(database)] == ["5", "4", "3", "2"]
    assert [one.reference[-1] for one in list_incidents(database, "OSError")] == ["5", "3"]
    last = list_incidents(database, limit=2)[-1].at
    assert [one.reference[-1] for one in list_incidents(database, before=last)] == ["3", "2"]
    assert find_incident(database, "00000000") is None
    found = find_incident(database, "00000005")
    assert found is not None and found.kind == "OSError"
    kinds = count_kinds(database, clock() - timedelta(seconds=1))
    assert [(one.kind, one.count) for one in kinds] == [("KeyError", 1), ("OSError", 1)]
