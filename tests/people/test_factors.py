"""Second factors as rows, on each kind of database: what is good once is good once for all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from wiki.config import Settings
from wiki.people.accounts import set_disabled, set_password, set_role
from wiki.people.accounts.devices import is_trusted, note_device, trust_device
from wiki.people.accounts.factor_reset import reset_factors
from wiki.people.accounts.factors.one_time import end_codes, keep_secret, use_step
from wiki.people.accounts.factors.pending_logins import begin_login, find_begun, finish_login
from wiki.people.accounts.factors.recovery import make_recovery_codes, use_recovery_code
from wiki.people.accounts.factors.requirement import (
    Step,
    choose,
    end_weak_sessions,
    next_step,
    standing_of,
)
from wiki.people.accounts.sessions import list_sessions, note_strong, open_session
from wiki.people.audit import noted
from wiki.people.person import Person, at_machine
from wiki.people.store.database import Database
from wiki.testing import PASSWORD

if TYPE_CHECKING:
    from tests.people.conftest import Clock

SITE = Settings(base_url="https://wiki.example.org")


def test_digits_and_codes_are_used_once_though_many_try(database: Database, member: Person) -> None:
    keep_secret(database, member.id, "sealed", 7)
    codes = make_recovery_codes(database, member.id)
    token = begin_login(database, member.id)
    with ThreadPoolExecutor(6) as many:
        used = list(many.map(lambda _turn: use_step(database, member.id, 8), range(6)))
        spent = list(many.map(lambda _turn: use_recovery_code(database, member.id, codes[0]), "ab"))
        done = list(many.map(lambda _turn: finish_login(database, token), range(6)))
    assert [used.count(True), spent.count(True), done.count(True)] == [1, 1, 1]
    assert not use_step(database, member.id, 7)
    assert find_begun(database, token) is None
    assert not use_recovery_code(database, member.id, "x" * 1_000)
    assert not use_recovery_code(database, "nobody", codes[1])


def test_a_begun_log_in_ends_with_the_password_the_account_and_time(
    database: Database, member: Person, clock: "Clock"
) -> None:
    token = begin_login(database, member.id)
    assert find_begun(database, token) == member
    set_password(database, member.id, PASSWORD)
    assert find_begun(database, token) is None
    token = begin_login(database, member.id)
    set_disabled(database, member.id, True, by="")
    assert find_begun(database, token) is None and not finish_login(database, token)
    set_disabled(database, member.id, False, by="")
    token = begin_login(database, member.id)
    clock.pass_by(minutes=21)
    assert find_begun(database, token) is None and not finish_login(database, token)


def test_of_whom_it_is_asked_and_from_when_on(
    database: Database, member: Person, clock: "Clock"
) -> None:
    assert next_step(database, SITE, member) is Step.ENTER
    set_role(database, member.id, "programme", by=at_machine())
    officer = replace(member, role="programme")
    alone, off = replace(SITE, base_url=""), replace(SITE, second_factor="off")
    admins = replace(SITE, second_factor="administrators")
    for settings in (alone, off, admins):
        assert next_step(database, settings, officer) is Step.ENTER
        assert standing_of(database, settings, officer).due is None
    weak, strong = open_session(database, member.id), open_session(database, member.id)
    note_strong(database, strong)
    end_weak_sessions(database, SITE)
    assert next_step(database, SITE, officer) is Step.ENTER and weak != strong
    clock.pass_by(days=13, hours=23)
    assert next_step(database, SITE, officer) is Step.ENTER
    clock.pass_by(hours=2)
    assert next_step(database, SITE, officer) is Step.SET_UP
    assert next_step(database, off, officer) is Step.ENTER


def test_sessions_that_began_without_end_once_there_is_one(
    database: Database, member: Person
) -> None:
    set_role(database, member.id, "admin", by=at_machine())
    open_session(database, member.id)
    note_strong(database, open_session(database, member.id))
    end_weak_sessions(database, SITE)
    assert len(list_sessions(database, member.id)) == 2
    keep_secret(database, member.id, "sealed", 7)
    end_weak_sessions(database, SITE)
    assert len(list_sessions(database, member.id)) == 1
    admin = replace(member, role="admin")
    assert next_step(database, SITE, admin) is Step.PROVE
    assert next_step(database, replace(SITE, second_factor="off"), member) is Step.PROVE
    end_codes(database, member.id)
    choose(database, member.id, True)
    assert next_step(database, SITE, member) is Step.ENTER, "there is nothing to prove it by"


def test_what_is_taken_away_is_gone_and_told(database: Database, member: Person) -> None:
    keep_secret(database, member.id, "sealed", 7)
    codes = make_recovery_codes(database, member.id)
    note_device(database, member.id, "a" * 16, "Firefox", 30)
    trust_device(database, member.id, "a" * 16)
    assert is_trusted(database, member.id, "a" * 16)
    token = begin_login(database, member.id)
    open_session(database, member.id)
    reset_factors(database, member.id, by="unix ada")
    assert not standing_of(database, SITE, member).has_one
    assert not use_recovery_code(database, member.id, codes[0])
    assert not is_trusted(database, member.id, "a" * 16)
    assert find_begun(database, token) is None and list_sessions(database, member.id) == []
    (line, *_more) = noted(database)
    assert (line.who, line.what, line.about) == ("unix ada", "second-factor-reset", member.id)
