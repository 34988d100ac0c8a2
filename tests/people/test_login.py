"""Coming in: nothing tells a stranger which addresses have an account."""

from contextlib import suppress
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import argon2
import pytest
from sqlalchemy import func, select

from wiki.config import Settings
from wiki.errors import BadField, Forbidden, TooMany
from wiki.people.accounts import (
    ask_login_link,
    ask_reset_link,
    authenticate,
    confirm,
    find_person,
    list_people,
    log_in_with,
    register,
    reset_password,
    set_disabled,
)
from wiki.people.accounts.mail_tokens import MailLink, knows_password, peek
from wiki.people.accounts.sessions import open_session, person_of
from wiki.people.models.accounts import PersonRow
from wiki.people.models.counts import AttemptRow
from wiki.people.models.entries import TokenRow
from wiki.people.person import Person
from wiki.people.store.database import Database

if TYPE_CHECKING:
    from tests.people.conftest import Clock

PASSWORD = "une phrase que personne ne devine"
HERE = "192.0.2.1"


@pytest.fixture
def settings() -> Settings:
    return Settings()


def sign_up(database: Database, settings: Settings, email: str, address: str = HERE) -> MailLink:
    return register(
        database,
        settings,
        email=email,
        name="Une nouvelle",
        password=PASSWORD,
        lang="fr",
        address=address,
    )


def try_(
    database: Database,
    settings: Settings,
    email: str,
    password: str,
    address: str = HERE,
    device: str = "",
) -> Person | None:
    """``device``: what the member's own browser is called, where it asks."""
    return authenticate(
        database,
        settings,
        email=email,
        password=password,
        address=address,
        device=lambda person: device if person else "",
    )


def guess_everywhere(database: Database, settings: Settings, email: str) -> None:
    """So many wrong passwords, each from another address, that the account takes no more."""
    for number in range(settings.login_failures_per_15_min):
        assert try_(database, settings, email, "wrong", f"198.51.100.{number}") is None


def counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [
            session.scalar(select(func.count()).select_from(row)) or 0
            for row in (AttemptRow, TokenRow, PersonRow)
        ]


# Signing up


def test_an_account_exists_once_its_owner_followed_the_link(
    database: Database, settings: Settings
) -> None:
    link = sign_up(database, settings, "New@Example.org")
    assert (link.purpose, link.email, link.name) == ("confirm", "new@example.org", "Une nouvelle")
    assert list_people(database) == []
    assert try_(database, settings, "new@example.org", PASSWORD) is None

    person = confirm(database, link.token)
    assert person is not None
    assert (person.email, person.role) == ("new@example.org", "member")
    assert try_(database, settings, "new@example.org", PASSWORD) == person
    assert confirm(database, link.token) is None


def test_a_known_address_is_answered_like_a_new_one(
    database: Database, settings: Settings, member: Person
) -> None:
    before = counts(database)
    known = sign_up(database, settings, member.email)
    middle = counts(database)
    new = sign_up(database, settings, "new@example.org")
    assert [b - a for a, b in zip(before, middle, strict=True)] == [2, 1, 0]
    assert [b - a for a, b in zip(middle, counts(database), strict=True)] == [2, 1, 0]
    assert (known.purpose, new.purpose) == ("known", "confirm")
    assert len(known.token) == len(new.token)
    # The password typed by whoever it was is not theirs.
    assert confirm(database, known.token) is None
    assert log_in_with(database, known.token) == member


def test_two_links_of_one_address_make_one_account(database: Database, settings: Settings) -> None:
    first, second = (sign_up(database, settings, "new@example.org") for _ in range(2))
    person = confirm(database, first.token)
    assert confirm(database, second.token) == person
    assert list_people(database) == [person]


def test_who_follows_the_link_says_the_password_too(
    database: Database, settings: Settings, member: Person
) -> None:
    """Else whoever began it with another's address would be in with them."""
    link = sign_up(database, settings, "new@example.org").token
    assert knows_password(database, link, PASSWORD)
    assert not knows_password(database, link, "") and not knows_password(database, link, "wrong")
    bare = ask_login_link(database, settings, email=member.email, lang="fr", address=HERE).token
    assert knows_password(database, bare, "")
    assert not any(knows_password(database, one, PASSWORD) for one in ("", "x", "x" * 100_000))


def test_sign_up_can_be_closed(database: Database) -> None:
    with pytest.raises(Forbidden):
        sign_up(database, Settings(registration="closed"), "new@example.org")


def test_one_may_sign_up_without_a_password(database: Database, settings: Settings) -> None:
    link = register(
        database, settings, email="n@example.org", name="N", password=None, lang="en", address=HERE
    )
    person = confirm(database, link.token)
    assert person is not None
    assert not person.has_password
    assert person.lang == "en"
    assert try_(database, settings, "n@example.org", "") is None
    login = ask_login_link(database, settings, email="n@example.org", lang="fr", address=HERE)
    assert log_in_with(database, login.token) == person


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "x"), ("name", "<script>"), ("password", "motdepasse"), ("lang", "tlh")],
)
def test_a_bad_field_is_named_and_costs_no_try(
    database: Database, settings: Settings, field: str, value: str
) -> None:
    form = {"email": "n@example.org", "name": "N", "password": PASSWORD, "lang": "fr"}
    form[field] = value
    with pytest.raises(BadField) as refused:
        register(
            database,
            settings,
            email=form["email"],
            name=form["name"],
            password=form["password"],
            lang=form["lang"],
            address=HERE,
        )
    assert refused.value.field == field
    assert counts(database) == [0, 0, 0]


def test_sign_ups_are_counted_by_address(database: Database) -> None:
    settings = Settings(registrations_per_hour=2)
    for number in range(2):
        sign_up(database, settings, f"n{number}@example.org")
    with pytest.raises(TooMany) as refused:
        sign_up(database, settings, "n3@example.org")
    assert refused.value.retry_after == 3600
    sign_up(database, settings, "n4@example.org", "192.0.2.2")


# Passwords


def test_all_that_can_be_wrong_is_answered_alike(
    database: Database, settings: Settings, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = register(
        database, settings, email="n@example.org", name="N", password=None, lang="fr", address=HERE
    )
    confirm(database, link.token)
    closed = confirm(database, sign_up(database, settings, "closed@example.org").token)
    assert closed is not None
    set_disabled(database, closed.id, True, by="a test")
    try_(database, settings, "warm@example.org", "up")

    verified: list[object] = []
    verify = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, hash: str | bytes, password: str | bytes) -> bool:
        verified.append(hash)
        return verify(self, hash, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    tries = [
        (member.email, "another phrase"),
        ("unknown@example.org", PASSWORD),
        ("n@example.org", PASSWORD),
        ("closed@example.org", PASSWORD),
        ("not an address", PASSWORD),
        ("", ""),
        (member.email, "x" * 5000),
        ("\0\ud800", "\0\ud800"),
    ]
    for number, (email, password) in enumerate(tries, 1):
        before = counts(database)
        assert try_(database, settings, email, password) is None
        # The same work and the same rows: one hash, and a try of the account, of the address, and
        # of both together.
        assert len(verified) == number
        assert [b - a for a, b in zip(before, counts(database), strict=True)] == [3, 0, 0]


@pytest.mark.parametrize("known", [True, False])
def test_ten_failures_close_an_account_for_a_quarter(
    database: Database, settings: Settings, member: Person, clock: "Clock", known: bool
) -> None:
    email = member.email if known else "unknown@example.org"
    for number in range(10):
        assert try_(database, settings, email, "wrong", f"198.51.100.{number}") is None
        clock.pass_by(seconds=1)
    with pytest.raises(TooMany) as refused:
        try_(database, settings, email.upper(), PASSWORD)
    assert refused.value.retry_after == 900 - 10
    assert "15" in refused.value.words
    clock.pass_by(seconds=889)
    with pytest.raises(TooMany):
        try_(database, settings, email, PASSWORD)
    clock.pass_by(seconds=1)
    assert (try_(database, settings, email, PASSWORD) == member) is known


def test_failures_survive_a_restart(sqlite: Database, settings: Settings) -> None:
    guess_everywhere(sqlite, settings, "a@example.org")
    again = Database(f"sqlite:///{sqlite.path}", sqlite.now)
    with pytest.raises(TooMany):
        try_(again, settings, "a@example.org", "wrong")
    again.close()


def test_a_password_typed_right_at_last_starts_over(
    database: Database, settings: Settings, member: Person, clock: "Clock"
) -> None:
    for _ in range(3):
        for _ in range(5):
            clock.pass_by(seconds=20)
            assert try_(database, settings, member.email, "wrong") is None
        clock.pass_by(seconds=20)
        assert try_(database, settings, member.email, PASSWORD) == member


@pytest.mark.parametrize("device", ["", "a-browser"])
def test_after_three_failures_each_waits_for_the_one_before(
    database: Database, settings: Settings, member: Person, clock: "Clock", device: str
) -> None:
    waited = []
    for _ in range(9):
        try:
            try_(database, settings, member.email, "wrong", device=device)
        except TooMany as refused:
            waited.append(refused.retry_after)
            assert str(refused.retry_after) in refused.words or refused.retry_after >= 60
            with pytest.raises(TooMany):  # the right one, too
                try_(database, settings, member.email, PASSWORD, device=device)
            clock.pass_by(seconds=refused.retry_after)
            assert try_(database, settings, member.email, "wrong", device=device) is None
    assert waited == [5, 10, 20, 40, 80, 160]
    # Only there: the account goes on elsewhere, and so does another account here.
    assert try_(database, settings, "other@example.org", "wrong") is None
    assert try_(database, settings, member.email, PASSWORD, "192.0.2.2") == member


def test_a_known_device_is_let_in_whoever_guesses_elsewhere(
    database: Database, settings: Settings, member: Person
) -> None:
    guess_everywhere(database, settings, member.email)
    for number in range(200):  # and the address from which it asks has failed as often as it may
        with suppress(TooMany):
            try_(database, settings, f"p{number}@example.org", "wrong")
    with pytest.raises(TooMany):
        try_(database, settings, member.email, PASSWORD)
    assert try_(database, settings, member.email, "wrong", device="mine") is None
    assert try_(database, settings, member.email, PASSWORD, device="mine") == member
    with pytest.raises(TooMany):
        try_(database, settings, member.email, PASSWORD)


def test_who_logs_in_gives_others_no_more_tries(
    database: Database, settings: Settings, member: Person
) -> None:
    """As git does with a password at each request: what is tried elsewhere still counts."""
    for number in range(9):
        assert try_(database, settings, member.email, "wrong", f"198.51.100.{number}") is None
        assert try_(database, settings, member.email, PASSWORD) == member
    assert try_(database, settings, member.email, "wrong", "198.51.100.99") is None
    with pytest.raises(TooMany):
        try_(database, settings, member.email, "wrong", "198.51.100.100")


def test_links_and_resets_pass_where_passwords_wait(
    database: Database, settings: Settings, member: Person
) -> None:
    guess_everywhere(database, settings, member.email)
    link = ask_login_link(database, settings, email=member.email, lang="fr", address=HERE)
    assert log_in_with(database, link.token) == member
    reset = ask_reset_link(database, settings, email=member.email, lang="fr", address=HERE)
    assert reset_password(database, reset.token, PASSWORD) is not None
    assert try_(database, settings, member.email, PASSWORD) is not None


def test_an_address_may_fail_twenty_times_as_often_and_succeed_always(
    database: Database, member: Person
) -> None:
    settings = Settings(login_failures_per_15_min=1)
    for number in range(19):
        assert try_(database, settings, f"p{number}@example.org", "wrong") is None
    for _ in range(5):
        assert try_(database, settings, member.email, PASSWORD) == member
    assert try_(database, settings, "p19@example.org", "wrong") is None
    with pytest.raises(TooMany):
        try_(database, settings, member.email, PASSWORD)
    elsewhere = authenticate(
        database, settings, email=member.email, password=PASSWORD, address="192.0.2.2"
    )
    assert elsewhere == member


@pytest.mark.usefixtures("hashed_in_earnest")
def test_a_hash_of_weaker_times_is_renewed(
    database: Database, settings: Settings, member: Person
) -> None:
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with database.session() as session:
        session.get_one(PersonRow, member.id).password_hash = old
    assert try_(database, settings, member.email, PASSWORD) == member
    with database.reading() as session:
        renewed = session.get_one(PersonRow, member.id).password_hash
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2")
    assert try_(database, settings, member.email, PASSWORD) == member


# Links


def test_a_link_logs_in_once_within_an_hour(
    database: Database, settings: Settings, member: Person, clock: "Clock"
) -> None:
    ask = {"email": member.email, "lang": "en", "address": HERE}
    link = ask_login_link(database, settings, **ask)
    # The person's own language, not the stranger's.
    assert (link.purpose, link.name, link.lang) == ("login", member.name, "fr")
    clock.pass_by(minutes=59)
    assert peek(database, link.token) == link
    assert log_in_with(database, link.token) == member
    assert log_in_with(database, link.token) is None
    late = ask_login_link(database, settings, **ask)
    clock.pass_by(hours=1)
    assert peek(database, late.token) is None
    assert log_in_with(database, late.token) is None


def test_an_unknown_address_is_answered_alike_and_gets_no_link(
    database: Database, settings: Settings, member: Person
) -> None:
    for ask in (ask_login_link, ask_reset_link):
        before = counts(database)
        ask(database, settings, email=member.email, lang="fr", address=HERE)
        middle = counts(database)
        unknown = ask(database, settings, email="unknown@example.org", lang="fr", address=HERE)
        assert [b - a for a, b in zip(before, middle, strict=True)] == [2, 1, 0]
        assert [b - a for a, b in zip(middle, counts(database), strict=True)] == [2, 1, 0]
        assert (unknown.purpose, unknown.token) == ("unknown", "")


@pytest.mark.parametrize("email", ["member@example.org", "unknown@example.org"])
def test_three_links_an_hour(
    database: Database, settings: Settings, member: Person, clock: "Clock", email: str
) -> None:
    ask = {"email": email, "lang": "fr", "address": HERE}
    for _ in range(3):
        ask_reset_link(database, settings, **ask)
    with pytest.raises(TooMany):
        ask_reset_link(database, settings, **ask)
    clock.pass_by(hours=1)
    ask_reset_link(database, settings, **ask)


def test_a_reset_sets_the_password_and_ends_all_else(
    database: Database, settings: Settings, member: Person
) -> None:
    cookie = open_session(database, member.id)
    ask = {"email": member.email, "lang": "fr", "address": HERE}
    first, second = (ask_reset_link(database, settings, **ask) for _ in range(2))
    login = ask_login_link(database, settings, **ask)
    guess_everywhere(database, settings, member.email)
    # A refused password leaves the link good.
    with pytest.raises(BadField):
        reset_password(database, second.token, "motdepasse")
    new = "quatre chevaux sur la plage"
    assert reset_password(database, second.token, new) == member
    assert person_of(database, cookie) is None
    for spent in (first, second, login):
        assert reset_password(database, spent.token, new) is None
        assert log_in_with(database, spent.token) is None
    # Whoever proved the mailbox is not kept out by a stranger's failures.
    assert try_(database, settings, member.email, new) == member
    assert try_(database, settings, member.email, PASSWORD) is None


def test_each_link_serves_its_purpose_alone(
    database: Database, settings: Settings, member: Person
) -> None:
    login = ask_login_link(database, settings, email=member.email, lang="fr", address=HERE)
    reset = ask_reset_link(database, settings, email=member.email, lang="fr", address=HERE)
    new = sign_up(database, settings, "new@example.org")
    assert reset_password(database, login.token, "quatre chevaux sur la plage") is None
    assert confirm(database, reset.token) is None
    assert log_in_with(database, new.token) is None
    assert log_in_with(database, reset.token) is None
    # And trying did not use it up.
    assert log_in_with(database, login.token) == member
    assert find_person(database, "new@example.org") is None


def test_a_closed_account_gets_no_link(
    database: Database, settings: Settings, member: Person
) -> None:
    open_before = ask_login_link(database, settings, email=member.email, lang="fr", address=HERE)
    set_disabled(database, member.id, True, by="a test")
    assert log_in_with(database, open_before.token) is None
    asked = ask_reset_link(database, settings, email=member.email, lang="fr", address=HERE)
    signed = sign_up(database, settings, member.email)
    assert {(link.purpose, link.token) for link in (asked, signed)} == {("closed", "")}


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "x" * 100_000, "' OR ''='"])
def test_a_made_up_token_is_nothing(database: Database, member: Person, token: str) -> None:
    assert peek(database, token) is None
    assert confirm(database, token) is None
    assert log_in_with(database, token) is None
    assert reset_password(database, token, PASSWORD) is None


def test_of_two_who_follow_a_link_at_once_one_gets_in(
    database: Database, settings: Settings, member: Person
) -> None:
    link = ask_login_link(database, settings, email=member.email, lang="fr", address=HERE)
    barrier, entered = Barrier(4), []

    def follow() -> None:
        barrier.wait()
        entered.append(log_in_with(database, link.token))

    threads = [Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entered, key=bool) == [None, None, None, member]


def test_tokens_are_not_stored(database: Database, settings: Settings, member: Person) -> None:
    link = ask_login_link(database, settings, email=member.email, lang="fr", address=HERE)
    assert len(link.token) >= 43
    with database.reading() as session:
        assert link.token not in [row.id for row in session.scalars(select(TokenRow))]
