"""Accounts: what is kept of them, and their end."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wiki.config import Settings
from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.people.access.grants import grant_guest, guests_of, revoke_guest
from wiki.people.accounts import (
    add_person,
    ask_login_link,
    authenticate,
    find_person,
    forget_page,
    get_person,
    list_people,
    log_in_with,
    move_page,
    people_by_id,
    people_by_page,
    set_disabled,
    set_page,
    set_password,
    set_profile,
    set_role,
)
from wiki.people.accounts.fields import check_name, fold_email
from wiki.people.accounts.passwords import check_password, hash_password, is_outdated, verify
from wiki.people.accounts.sessions import close_session, close_sessions, open_session, person_of
from wiki.people.models.accounts import PersonRow
from wiki.people.models.tables import Base
from wiki.people.person import Person, at_machine
from wiki.people.privacy.erasure import erase
from wiki.people.store.database import Database

if TYPE_CHECKING:
    from tests.people.conftest import Clock

PASSWORD = "une phrase que personne ne devine"


def now_of(database: Database, person: Person) -> Person:
    found = get_person(database, person.id)
    assert found is not None
    return found


# What is typed


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        (" Une.Porteuse@Example.ORG ", "une.porteuse@example.org"),
        ("a+b@exémple.fr", "a+b@xn--exmple-cva.fr"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_has_one_form(typed: str, folded: str) -> None:
    assert fold_email(typed) == folded


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@", "a@", "@b.fr", "a b@c.fr", "a@b..fr", "a@-b.fr", "a@b.fr\r\nBcc: c@d.fr", "a,b@c.fr",
        '"a"@b.fr', "a@b.fr, c@d.fr", "<a@b.fr>", "é@b.fr", "a@b@c.fr", "a.@b.fr", "a@b.fr\0",
        f"{'a' * 65}@b.fr", f"a@{'b' * 64}.fr", f"a@{'b.' * 130}fr", "a@\ud800.fr", "a@[127.0.0.1]",
    ],
)  # fmt: skip
def test_what_no_mail_server_takes_is_refused(typed: str) -> None:
    with pytest.raises(BadField) as refused:
        fold_email(typed)
    assert refused.value.field == "email"


@given(st.text())
@example("a@" + "x" * 300)
def test_any_text_is_an_address_or_a_bad_field(typed: str) -> None:
    try:
        folded = fold_email(typed)
    except BadField:
        return
    assert fold_email(folded) == folded
    assert folded.isascii()
    assert folded.isprintable()


@pytest.mark.parametrize("typed", ["Marie  Durand ", "Marie\u00a0Durand", "Marie\nDurand"])
def test_a_name_is_one_line(typed: str) -> None:
    assert check_name(typed) == "Marie Durand"


@pytest.mark.parametrize("name", ["Élise", "Nguyễn Thị", "李明", "می\u200cنا", "O'Neil", "K-9"])
def test_names_of_all_scripts_are_taken(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "…",
        "x" * 81,
        "a\0b",
        "a\u202eb",
        "a\u200bb",
        "<b>",
        'a"b',
        "a@b.fr",
        "\ud800a",
        "a\\",
    ],
)
def test_a_name_that_hides_or_breaks_something_is_refused(typed: str) -> None:
    with pytest.raises(BadField) as refused:
        check_name(typed)
    assert refused.value.field == "name"


@given(st.text(max_size=100))
def test_any_text_is_a_name_for_a_commit_or_a_bad_field(typed: str) -> None:
    try:
        name = check_name(typed)
    except BadField:
        return
    assert check_name(name) == name
    assert name.encode()
    assert not set(name) & set("<>\n\r\0@") or "@" in name


# Passwords


@pytest.mark.parametrize(
    "password",
    ["Bienvenue2026", "soleil2024", "Motdepasse1!", "jetaime123", "administrateur", "carrefour2026",
     "marseille13", "Nicolas1987", "", "court", "password1", "motdepasse", "azertyuiop",
     "aaaaaaaaaaaa", "12345678", "0" * 1024, "Password123!",
     "marie.durand", "Durand Marie", "x" * 1025, "2027-03-01"],
)  # fmt: skip
def test_a_password_that_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(BadField) as refused:
        check_password(password, ("Marie Durand", "marie.durand@example.org"))
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "x9$kQ2mZ",
        "l'été en Bretagne",
        "%)&=;:§*/",
        "海边的四匹马与风筝",
        "p" + "é9w Z" * 204,
    ],
)
def test_other_passwords_are_taken_whatever_they_are_made_of(password: str) -> None:
    check_password(password)


def test_what_was_leaked_most_is_refused() -> None:
    """The first 3,000 of those that are long enough, which every attacker has."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    leaked = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= 8][:3000]
    assert len(leaked) == 3000
    for one in leaked[::20]:
        with pytest.raises(BadField):
            check_password(one)


def test_eight_characters_are_enough_and_seven_are_not() -> None:
    check_password("x9$kQ2mZ")
    with pytest.raises(BadField):
        check_password("x9$kQ2m")


@pytest.mark.usefixtures("hashed_in_earnest")
def test_a_hash_is_argon2id_and_fits_its_column() -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(hashed) <= 200
    assert not is_outdated(hashed)


@pytest.mark.usefixtures("hashed_in_earnest")
@pytest.mark.parametrize("typed", [PASSWORD + " ", "", "\ud800", "\0", "x" * 2000])
def test_another_password_does_not_verify(typed: str) -> None:
    assert verify(hash_password(PASSWORD), PASSWORD)
    assert not verify(hash_password(PASSWORD), typed)
    assert not verify(None, typed)
    assert not verify("no hash at all", typed)


def test_an_accent_is_the_same_from_every_keyboard() -> None:
    assert verify(hash_password("phrase e\u0301toile\u0301e"), "phrase \u00e9toil\u00e9e")


def test_a_password_beyond_the_limit_is_not_its_beginning() -> None:
    hashed = hash_password("é" * 1024)
    assert verify(hashed, "é" * 1024)
    assert not verify(hashed, "é" * 1025)


# The directory


def test_an_account_is_found_by_address_id_and_page(database: Database) -> None:
    person = add_person(database, email="Une@Example.org", name="Une", role="connector", lang="en")
    person = set_page(database, person.id, "personnes/une", by="a test")
    assert (person.role, person.lang, person.has_password) == ("connector", "en", False)
    assert find_person(database, " UNE@example.org") == person
    assert get_person(database, person.id) == person
    assert people_by_id(database, [person.id, "nobody", person.id]) == {person.id: person}
    assert people_by_page(database, ["personnes/une", "x"]) == {"personnes/une": person}
    assert find_person(database, "no address") is None
    assert get_person(database, "nobody") is None
    assert person.alias == f"{person.id}@people.invalid"


def test_many_people_are_found_at_once(database: Database, member: Person) -> None:
    assert people_by_id(database, [*map(str, range(1200)), member.id]) == {member.id: member}


def test_one_address_has_one_account(database: Database, member: Person) -> None:
    with pytest.raises(AlreadyExists):
        add_person(database, email=member.email.upper(), name="Autre")


def test_people_are_listed_page_by_page(database: Database) -> None:
    for number in range(5):
        add_person(database, email=f"p{number}@example.org", name=f"P{number}")
    set_role(database, list_people(database)[3].id, "programme", by=at_machine("a test"))
    first = list_people(database, limit=3)
    rest = list_people(database, after=first[-1].email)
    assert [person.name for person in [*first, *rest]] == ["P0", "P1", "P2", "P3", "P4"]
    assert [person.name for person in list_people(database, role="programme")] == ["P3"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("email", {"email": "x"}),
        ("name", {"name": ""}),
        ("role", {"role": "root"}),
        ("lang", {"lang": "tlh"}),
        ("password", {"password": "court"}),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_made(
    database: Database, field: str, values: dict[str, str]
) -> None:
    with pytest.raises(BadField) as refused:
        add_person(database, **{"email": "a@example.org", "name": "A", **values})
    assert refused.value.field == field
    assert list_people(database) == []


def test_roles_and_profiles_change_and_the_log_says_who(
    database: Database, member: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "wiki.people"):
        set_role(database, member.id, "programme", by=at_machine("chief"))
    assert set_profile(database, member.id, name="Autre nom", lang="en").name == "Autre nom"
    assert now_of(database, member).role == "programme"
    assert f"role of {member.id}: programme, was member, by chief" in caplog.text
    assert member.email not in caplog.text
    with pytest.raises(BadField):
        set_role(database, member.id, "root", by=at_machine("chief"))
    with pytest.raises(NotFound):
        set_role(database, "nobody", "admin", by=at_machine("chief"))


def test_the_last_admin_stays(database: Database, admin: Person, member: Person) -> None:
    for leave in (
        lambda: set_role(database, admin.id, "member", by=at_machine("self")),
        lambda: set_disabled(database, admin.id, True, by="self"),
        lambda: erase(database, admin.id),
    ):
        with pytest.raises(BadField):
            leave()
    assert now_of(database, admin) == admin
    set_role(database, member.id, "admin", by=at_machine("a test"))
    erase(database, admin.id)
    assert get_person(database, admin.id) is None


def test_a_page_is_joined_to_one_account(database: Database, admin: Person, member: Person) -> None:
    set_page(database, member.id, "personnes/une", by="a test")
    with pytest.raises(BadField) as refused:
        set_page(database, admin.id, "personnes/une", by="a test")
    assert refused.value.field == "page"
    assert set_page(database, member.id, None, by="a test").page is None
    assert set_page(database, admin.id, "personnes/une", by="a test").page == "personnes/une"


def test_guests_come_and_go(database: Database, member: Person) -> None:
    grant_guest(database, member.id, "projets/lora", by="a test")
    grant_guest(database, member.id, "projets/lora", by="a test")
    assert now_of(database, member).grants == {"guest:projets/lora"}
    assert [guest.id for guest in guests_of(database, "projets/lora")] == [member.id]
    revoke_guest(database, member.id, "projets/lora", by="a test")
    revoke_guest(database, member.id, "projets/lora", by="a test")
    assert now_of(database, member).grants == frozenset()
    with pytest.raises(NotFound):
        grant_guest(database, "nobody", "projets/lora", by="a test")


# Pages that move


def test_what_is_tied_to_a_page_follows_it(database: Database, member: Person) -> None:
    set_page(database, member.id, "personnes/une", by="a test")
    for path in (
        "personnes/une",
        "personnes/une/notes",
        "Personnes/une/notes",
        "personnes/unetelle",
    ):
        grant_guest(database, member.id, path, by="a test")
    move_page(database, "personnes/une", "gens/é_%")
    moved = now_of(database, member)
    assert moved.page == "gens/é_%"
    assert moved.grants == {
        "guest:gens/é_%",
        "guest:gens/é_%/notes",
        "guest:Personnes/une/notes",
        "guest:personnes/unetelle",
    }


def test_a_page_takes_over_nobody_from_the_one_that_was_there(
    database: Database, admin: Person, member: Person
) -> None:
    set_page(database, admin.id, "p/new", by="a test")
    set_page(database, member.id, "p/old", by="a test")
    grant_guest(database, admin.id, "p/new/below", by="a test")
    move_page(database, "p/old", "p/new")
    assert now_of(database, admin) == admin
    assert now_of(database, member).page == "p/new"


def test_a_page_that_is_gone_leaves_no_rights(database: Database, member: Person) -> None:
    set_page(database, member.id, "p/gone", by="a test")
    grant_guest(database, member.id, "p/gone/below", by="a test")
    grant_guest(database, member.id, "p/gone2", by="a test")
    forget_page(database, "p/gone")
    left = now_of(database, member)
    assert left.page is None
    assert left.grants == {"guest:p/gone2"}


# Sessions


def test_a_cookie_says_who_it_is_and_is_not_stored(database: Database, member: Person) -> None:
    cookie = open_session(database, member.id)
    assert person_of(database, cookie) == member
    assert len(cookie) >= 43
    if database.path is not None:
        files = [*Path(database.path.parent).glob("private.db*")]
        assert not any(cookie.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize("cookie", ["", "x", "x" * 10_000, "\ud800", "\0", "' OR 1=1 --"])
def test_another_cookie_is_nobody(database: Database, member: Person, cookie: str) -> None:
    open_session(database, member.id)
    assert person_of(database, cookie) is None
    close_session(database, cookie)


def test_an_unused_session_ends_after_two_weeks(
    database: Database, member: Person, clock: "Clock"
) -> None:
    cookie = open_session(database, member.id)
    clock.pass_by(days=13, hours=23)
    assert person_of(database, cookie) == member
    clock.pass_by(days=13, hours=23)
    assert person_of(database, cookie) == member
    clock.pass_by(days=14)
    assert person_of(database, cookie) is None


def test_a_session_in_use_ends_after_ninety_days(
    database: Database, member: Person, clock: "Clock"
) -> None:
    cookie = open_session(database, member.id)
    for _ in range(89):
        clock.pass_by(days=1)
        assert person_of(database, cookie) == member
    clock.pass_by(days=1)
    assert person_of(database, cookie) is None


def test_sessions_end_at_once(database: Database, member: Person) -> None:
    one, two, three = (open_session(database, member.id) for _ in range(3))
    assert len({one, two, three}) == 3
    close_session(database, one)
    assert [person_of(database, cookie) for cookie in (one, two, three)] == [None, member, member]
    close_sessions(database, member.id, keep=three)
    assert [person_of(database, cookie) for cookie in (two, three)] == [None, member]
    close_sessions(database, member.id)
    assert person_of(database, three) is None


def test_a_new_password_ends_every_other_session_and_link(
    database: Database, settings: Settings, member: Person
) -> None:
    here, there = open_session(database, member.id), open_session(database, member.id)
    link = ask_login_link(database, settings, email=member.email, lang="fr", address="192.0.2.1")
    set_password(database, member.id, "une tout autre phrase secrète", keep=here)
    assert (person_of(database, here), person_of(database, there)) == (member, None)
    assert log_in_with(database, link.token) is None
    with pytest.raises(BadField):
        set_password(database, member.id, "Une membre")
    assert person_of(database, here) == member


def test_a_closed_account_is_out_at_once_and_back_when_opened(
    database: Database, settings: Settings, member: Person
) -> None:
    cookie = open_session(database, member.id)
    assert person_of(database, cookie) == member
    set_disabled(database, member.id, True, by="a test")
    assert person_of(database, cookie) is None
    log_in: Any = {"email": member.email, "password": PASSWORD, "address": "192.0.2.1"}
    assert authenticate(database, settings, **log_in) is None
    assert set_disabled(database, member.id, False, by="a test") == member
    assert person_of(database, cookie) is None
    assert authenticate(database, settings, **log_in) == member


def test_a_change_shows_in_the_next_request(database: Database, member: Person) -> None:
    cookie = open_session(database, member.id)
    assert person_of(database, cookie) == member
    changed = set_role(database, member.id, "admin", by=at_machine("a test"))
    assert person_of(database, cookie) == changed
    grant_guest(database, member.id, "p", by="a test")
    now = person_of(database, cookie)
    assert now is not None
    assert now.grants == {"guest:p"}


# The end


def test_every_table_says_what_becomes_of_its_rows() -> None:
    keys = [
        key
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == PersonRow.__tablename__
    ]
    assert keys
    assert all(key.ondelete for key in keys)
