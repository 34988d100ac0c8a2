"""Personal access tokens: their scopes, their end, and that no secret is kept."""

import logging

import pytest
from sqlalchemy import select, update

from tests.people.conftest import PASSWORD, Clock
from wiki.errors import BadField, NotFound
from wiki.people.accounts import access_tokens, set_disabled, set_password
from wiki.people.accounts.access_tokens import granted, hash_secret, issue, listed, revoke
from wiki.people.models.entries import AccessTokenRow
from wiki.people.person import Person
from wiki.people.privacy.erasure import erase
from wiki.people.store.database import Database


def make(database: Database, person: Person, *scopes: str, days: int | None = 30) -> str:
    return issue(database, person.id, name="Un robot", scopes=scopes or ("read",), days=days)


def test_a_token_is_good_for_its_scopes_and_only_its_hash_is_kept(
    database: Database, member: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = make(database, member, "write", "read")
    found = granted(database, secret)
    assert found is not None
    assert found.person == member
    assert found.allows("read") and found.allows("write")
    assert not found.allows("git") and not found.allows("feeds")
    assert secret.startswith("carrefour_")
    with database.reading() as session:
        row = session.scalars(select(AccessTokenRow)).one()
        assert secret not in " ".join(map(str, vars(row).values()))
    assert secret not in caplog.text and secret.removeprefix("carrefour_") not in caplog.text


@pytest.mark.parametrize("secret", ["", "carrefour_", "carrefour_\udcff", "x", "carrefour_" * 50])
def test_what_is_no_token_is_nobodys(database: Database, member: Person, secret: str) -> None:
    make(database, member)
    assert granted(database, secret) is None


def test_it_ends_on_its_day(database: Database, clock: Clock, member: Person) -> None:
    short, endless = make(database, member, days=30), make(database, member, days=None)
    clock.pass_by(days=29, hours=23)
    assert granted(database, short) is not None
    clock.pass_by(hours=1)
    assert granted(database, short) is None
    assert granted(database, endless) is not None
    assert sorted(one.over for one in listed(database, member.id)) == [False, True]


def test_the_day_of_its_last_use_is_told(database: Database, clock: Clock, member: Person) -> None:
    secret = make(database, member)
    assert listed(database, member.id)[0].used is None
    granted(database, secret)
    clock.pass_by(days=2)
    granted(database, secret)
    assert listed(database, member.id)[0].used == clock.moment.date()


def test_of_many_tokens_one_is_used_and_one_revoked(database: Database, member: Person) -> None:
    secrets = sorted((make(database, member) for _ in range(5)), key=hash_secret)
    used = granted(database, secrets[2])
    assert used is not None
    assert [one.id for one in listed(database, member.id) if one.used] == [used.token]
    revoke(database, member.id, used.token)
    assert [granted(database, one) is None for one in secrets] == [False, False, True, False, False]


def test_its_owner_alone_revokes_it(database: Database, member: Person, admin: Person) -> None:
    secret = make(database, member)
    token = listed(database, member.id)[0].id
    with pytest.raises(NotFound):
        revoke(database, admin.id, token)
    assert granted(database, secret) is not None
    revoke(database, member.id, token)
    assert granted(database, secret) is None
    assert listed(database, member.id) == []
    with pytest.raises(NotFound):
        revoke(database, member.id, token)


def test_it_ends_with_the_password_and_with_the_account(
    database: Database, member: Person, admin: Person
) -> None:
    secret, other = make(database, member), make(database, admin)
    set_password(database, member.id, PASSWORD + " ni ne dit")
    assert granted(database, secret) is None
    assert granted(database, other) is not None
    secret = make(database, member)
    set_disabled(database, member.id, True, by="test")
    assert granted(database, secret) is None
    set_disabled(database, member.id, False, by="test")
    assert granted(database, secret) is None
    secret = make(database, member)
    erase(database, member.id)
    assert granted(database, secret) is None


def test_a_closed_account_has_no_good_token(database: Database, member: Person) -> None:
    from wiki.people.models.accounts import PersonRow

    secret = make(database, member)
    assert granted(database, secret) is not None
    with database.session() as session:
        session.execute(update(PersonRow).values(disabled=database.now()))
    assert granted(database, secret) is None


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [
        ("", ["read"], 30, "name"),
        (" \t", ["read"], 30, "name"),
        ("a\u202eb", ["read"], 30, "name"),
        ("x" * 101, ["read"], 30, "name"),
        ("Un robot", [], 30, "scopes"),
        ("Un robot", ["read", "admin"], 30, "scopes"),
        ("Un robot", ["read"], 0, "days"),
        ("Un robot", ["read"], 10**9, "days"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(
    sqlite: Database, name: str, scopes: list[str], days: int, field: str
) -> None:
    from wiki.people.accounts import add_person

    person = add_person(sqlite, email="une@example.org", name="Une")
    with pytest.raises(BadField) as refused:
        issue(sqlite, person.id, name=name, scopes=scopes, days=days)
    assert refused.value.field == field
    assert listed(sqlite, person.id) == []


def test_there_is_an_end_to_how_many_one_has(
    database: Database, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_tokens, "MOST", 2)
    make(database, member)
    make(database, member)
    with pytest.raises(BadField):
        make(database, member)
    assert len(listed(database, member.id)) == 2
