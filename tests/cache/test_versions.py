"""Changes of what is not in git reach every process, by topic."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from wiki.cache.days import Days
from wiki.cache.topics import SITE
from wiki.cache.versions import Versions
from wiki.people.store.database import Database

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "index" / "versions"


def test_a_change_elsewhere_ends_what_depends_on_it_alone(file: Path) -> None:
    here = Versions(file)
    then = here.now()
    code = "import sys; from pathlib import Path; from wiki.cache.versions import Versions;"
    code += "Versions(Path(sys.argv[1])).bump(['rows:vote'])"
    subprocess.run([sys.executable, "-c", code, str(file)], check=True)
    assert here.now() != then
    assert here.stands(then, {"rows:vote"}) is None
    assert here.stands(then, {"rows:person", SITE}) == here.now()
    assert here.stands(here.now(), {"rows:vote"}) == here.now()


def test_what_depends_on_something_private_depends_on_the_site_too(file: Path) -> None:
    versions = Versions(file)
    then, topics = versions.now(), versions.pick({"rows:vote", "own:weather", "page:a", "day"})
    assert topics == {SITE, "rows:vote", "own:weather"}
    versions.bump([SITE])
    assert versions.stands(then, topics) is None


def test_a_file_that_is_deleted_lets_nothing_stand(file: Path) -> None:
    versions, other = Versions(file), Versions(file)
    then = versions.now()
    file.unlink()
    other.bump(["rows:vote"])
    assert versions.stands(then, {"rows:person"}) is None
    then = versions.now()
    other.bump(["rows:vote"])
    assert versions.stands(then, {"rows:vote"}) is None


@pytest.mark.parametrize("left", [0, 10, 40, 1000])
def test_a_file_that_is_cut_under_way_lets_nothing_stand(file: Path, left: int) -> None:
    versions, other = Versions(file), Versions(file)
    then = versions.now()
    other.bump(["rows:vote"])
    os.truncate(file, left)
    assert versions.stands(then, {"rows:vote"}) is None
    assert versions.stands(then, {"rows:person"}) is None
    then = other.now()
    assert other.stands(then, {"rows:vote"}) == then == versions.now()
    versions.bump(["rows:vote"])
    assert other.stands(then, {"rows:vote"}) is None


def test_what_is_announced_stands_again_once_it_has_changed(file: Path) -> None:
    versions, other = Versions(file), Versions(file)
    before = versions.now()
    announced = other.announce(["rows:vote"])
    meanwhile = versions.now()
    assert [versions.stands(one, {"rows:vote"}) for one in (before, meanwhile)] == [None, None]
    assert versions.stands(before, {"rows:person"}) == meanwhile
    other.bump(["rows:vote"], announced=announced)
    assert versions.stands(meanwhile, {"rows:vote"}) is None
    assert versions.stands(versions.now(), {"rows:vote"}) == versions.now()


def test_what_another_announces_before_a_change_is_told_stays_announced(file: Path) -> None:
    """As where the other is killed once it has saved."""
    first, other, reader = Versions(file), Versions(file), Versions(file)
    announced = first.announce(["rows:vote"])
    other.announce(["rows:vote"])
    first.bump(["rows:vote"], announced=announced)
    then = reader.now()
    assert reader.stands(then, {"rows:vote"}) is None
    assert reader.stands(then, {"rows:person"}) == then
    third = first.announce(["rows:vote"])
    first.bump(["rows:vote"], announced=third)
    assert reader.stands(reader.now(), {"rows:vote"}) == reader.now()


def test_of_those_who_announce_at_once_each_keeps_what_it_changes_from_standing(
    file: Path,
) -> None:
    """As on PostgreSQL, where one commits while another has yet to, and may be killed then."""
    first, other, reader = Versions(file), Versions(file), Versions(file)
    first.in_turn = other.in_turn = False
    for turn in (0, 1):  # whoever comes first, and whoever is told first
        marks = [one.announce(["rows:vote"]) for one in (first, other)]
        for number, one in [(0, first), (1, other)][:: 1 - 2 * turn]:
            then = reader.now()
            assert reader.stands(then, {"rows:vote"}) is None
            one.bump(["rows:person"])
            one.bump(["rows:vote"], announced=marks[number])
        assert reader.stands(reader.now(), {"rows:vote"}) == reader.now()
        assert reader.stands(then, {"rows:vote"}) is None
    first.announce(["rows:vote"])
    other.bump(["rows:vote"], announced=other.announce(["rows:vote"]))
    assert reader.stands(reader.now(), {"rows:vote"}) is None
    other.begin_anew()
    then = reader.now()
    assert reader.stands(then, {"rows:vote"}) == then


def test_a_process_that_is_killed_once_it_has_saved_leaves_nothing_that_stands(
    file: Path, tmp_path: Path
) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from wiki.cache.versions import Versions
from wiki.people.store.database import Database
private = Database(sys.argv[1], versions=Versions(Path(sys.argv[2])))
event.listen(Session, "after_commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
private.execute(text("insert into attempt values (1)"))
"""
    url, versions = f"sqlite:///{tmp_path / 'rows.db'}", Versions(file)
    private = Database(url, versions=versions)
    private.execute(text("create table attempt (number integer)"))
    then = versions.now()
    killed = subprocess.run([sys.executable, "-c", code, url, str(file)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with private.reading() as session:
        assert session.scalar(text("select number from attempt")) == 1
    for moment in (then, versions.now()):
        assert versions.stands(moment, {"rows:attempt"}) is None
        assert versions.stands(moment, {"rows:person"}) == versions.now()
    private.execute(text("update attempt set number = 2"))
    assert versions.stands(versions.now(), {"rows:attempt"}) == versions.now()
    private.close()


def test_a_request_keeps_what_it_reads_by_when_it_began(file: Path) -> None:
    versions, other = Versions(file), Versions(file)
    with versions.pinned():
        then = versions.now()
        other.bump(["rows:vote"])
        assert versions.now() == then
        assert versions.stands(then, {"rows:vote"}) is None
    assert versions.now() != then


def test_a_disk_that_is_full_or_read_only_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("no folder")
    versions = Versions(tmp_path / "index" / "versions")
    assert versions.now() is None
    assert versions.stands(None, {SITE}) is None


def test_days_end_at_midnight_on_the_site() -> None:
    clock = [datetime(2026, 3, 28, 23, 59, 59, tzinfo=PARIS)]
    days = Days(lambda: clock[-1], lambda: PARIS)
    then = days.now()
    assert days.stands(then, {"day"}) == then
    clock.append(datetime(2026, 3, 29, 0, 0, 1, tzinfo=PARIS))
    night = days.now()
    assert days.stands(then, {"day"}) is None
    assert days.stands(then, days.pick({"page:a"})) == night
    # Of 23 hours: the clocks go forward.
    clock.append(datetime(2026, 3, 29, 23, 59, 59, tzinfo=PARIS))
    assert days.now() == night
    clock.append(datetime(2026, 3, 30, 0, 0, tzinfo=PARIS))
    assert days.now() != night
    # Put back by hand, or by who keeps the time.
    clock.append(clock[0])
    assert days.now() == then and days.stands(night, {"day"}) is None
