"""Invitations, codes, offers to take over, the trail: rows, on both kinds of private database."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wiki.config import Settings
from wiki.errors import AlreadyExists, BadField, Forbidden, NotFound, TooMany
from wiki.people.access import handovers, invitations
from wiki.people.access.grants import grant_guest, revoke_guest
from wiki.people.access.invitations import Draft
from wiki.people.accounts import (
    add_person,
    codes,
    confirm,
    find_person,
    get_person,
    move_page,
    register,
    set_disabled,
    set_role,
)
from wiki.people.audit import NOBODY, noted, record_audit
from wiki.people.limits.durable import DAY
from wiki.people.person import Person, at_machine
from wiki.people.privacy.erasure import erase

if TYPE_CHECKING:
    from tests.people.conftest import Clock
    from wiki.people.store.database import Database

ADDRESS = "invitee@example.org"
GUEST = Draft("guest", ADDRESS, "fr", "Pourriez-vous relire ?", "projets/lora/plan")


def ask(
    database: "Database", settings: Settings, by: Person, draft: Draft = GUEST
) -> tuple[invitations.Invitation, str]:
    return invitations.invite(database, settings, draft, by=by)


def make(
    database: "Database", settings: Settings, token: str, password: str | None = None
) -> Person | None:
    return invitations.make_account(
        database, settings, token, name="Une experte", password=password, lang="fr"
    )


def use(database: "Database", token: str, person: Person) -> Person | None:
    with invitations.taking(database, token) as taken:
        return invitations.give(database, taken, person) if taken else None


def test_a_link_is_good_once(database: "Database", settings: Settings, admin: Person) -> None:
    _asked, token = ask(database, settings, admin)
    newcomer = make(database, settings, token)
    assert newcomer is not None
    guest = use(database, token, newcomer)
    assert guest is not None
    assert guest.grants == {"guest:projets/lora/plan"}
    assert invitations.peek(database, token) is None
    assert use(database, token, newcomer) is None
    assert invitations.pending(database) == []


def test_only_its_hash_is_kept(sqlite: "Database", settings: Settings, clock: "Clock") -> None:
    admin = add_person(sqlite, email="a@example.org", name="A", role="admin")
    _asked, token = ask(sqlite, settings, admin)
    assert sqlite.path is not None
    assert token.encode() not in sqlite.path.read_bytes()


def test_a_link_is_good_for_as_long_as_the_setting_says(
    database: "Database", settings: Settings, admin: Person, clock: "Clock"
) -> None:
    _asked, token = ask(database, replace(settings, invitation_days=3), admin)
    clock.pass_by(days=2, hours=23)
    assert invitations.peek(database, token) is not None
    clock.pass_by(hours=1)
    assert invitations.peek(database, token) is None
    assert len(invitations.pending(database)) == 1, "it can be sent again"


def test_sent_again_the_earlier_link_is_no_longer_good(
    database: "Database", settings: Settings, admin: Person, clock: "Clock"
) -> None:
    first, old = ask(database, settings, admin)
    clock.pass_by(days=20)
    again, new = invitations.send_again(database, settings, first.id, by=admin)
    assert again.id == first.id
    assert invitations.peek(database, old) is None
    assert invitations.peek(database, new) is not None
    # To invite anew to the same thing is to send again.
    third, _token = ask(database, settings, admin)
    assert third.id == first.id
    assert len(invitations.pending(database)) == 1


def test_what_is_withdrawn_is_gone(database: "Database", settings: Settings, admin: Person) -> None:
    asked, token = ask(database, settings, admin)
    invitations.withdraw(database, asked.id, by=admin.id)
    assert invitations.peek(database, token) is None
    assert invitations.get_pending(database, asked.id) is None
    invitations.withdraw(database, asked.id, by=admin.id)
    with pytest.raises(NotFound):
        invitations.send_again(database, settings, asked.id, by=admin)


def test_who_is_blocked_or_erased_invites_nobody(
    database: "Database", settings: Settings, admin: Person, member: Person
) -> None:
    _asked, token = ask(database, settings, member)
    set_disabled(database, member.id, True, by=admin.id)
    assert invitations.peek(database, token) is None
    assert use(database, token, admin) is None
    set_disabled(database, member.id, False, by=admin.id)
    assert invitations.peek(database, token) is not None
    erase(database, member.id)
    assert invitations.pending(database) == []


def test_something_goes_wrong_and_the_link_stays_good(
    database: "Database", settings: Settings, admin: Person
) -> None:
    _asked, token = ask(database, settings, admin)
    with pytest.raises(Forbidden), invitations.taking(database, token) as taken:
        assert taken is not None
        assert invitations.peek(database, token) is None, "it is in someone's hand"
        with invitations.taking(database, token) as second:
            assert second is None
        raise Forbidden("not now")
    assert invitations.peek(database, token) is not None


def test_a_crash_half_way_does_not_use_it_up(
    database: "Database", settings: Settings, admin: Person, clock: "Clock"
) -> None:
    _asked, token = ask(database, settings, admin)
    taking = invitations.taking(database, token)
    taking.__enter__()
    assert invitations.peek(database, token) is None
    clock.pass_by(minutes=6)
    assert invitations.peek(database, token) is not None


@pytest.mark.parametrize(
    ("registration", "kind", "role"),
    [
        ("open", "guest", "member"),
        ("closed", "guest", "reader"),
        ("invitation", "guest", "reader"),
        ("closed", "team", "member"),
        ("closed", "role", "member"),
    ],
)
def test_an_invitation_makes_an_account_where_sign_up_is_closed(
    database: "Database",
    settings: Settings,
    admin: Person,
    registration: str,
    kind: str,
    role: str,
) -> None:
    closed = replace(settings, registration=registration)
    path = "" if kind == "role" else "projets/lora"
    draft = Draft(kind, ADDRESS, path=path, role="member" if kind == "role" else "")
    _asked, token = ask(database, closed, admin, draft)
    newcomer = make(database, closed, token, "une phrase que personne ne devine")
    assert newcomer is not None
    assert (newcomer.email, newcomer.role, newcomer.has_password) == (ADDRESS, role, True)
    assert newcomer.held is False
    with pytest.raises(AlreadyExists):
        make(database, closed, token)


@pytest.mark.parametrize("bad", [{"name": ""}, {"name": "a@b.org"}, {"password": "court"}])
def test_rules_of_sign_up_hold(
    database: "Database", settings: Settings, admin: Person, bad: dict[str, Any]
) -> None:
    _asked, token = ask(database, settings, admin)
    given: dict[str, Any] = {"name": "Une experte", "password": None, "lang": "fr"} | bad
    with pytest.raises(BadField):
        invitations.make_account(database, settings, token, **given)
    assert find_person(database, ADDRESS) is None
    assert invitations.peek(database, token) is not None


def test_a_role_is_given_by_admins_alone_and_takes_nothing_from_one(
    database: "Database", settings: Settings, admin: Person, member: Person
) -> None:
    admin, member = replace(admin, sure=True), replace(member, sure=True)
    draft = Draft("role", ADDRESS, role="connector")
    newcomer = add_person(database, email=ADDRESS, name="Une")
    _asked, by_member = ask(database, settings, member, draft)
    given = use(database, by_member, newcomer)
    assert given is not None and given.role == "member"
    _asked, by_admin = ask(database, settings, admin, draft)
    given = use(database, by_admin, newcomer)
    assert given is not None and given.role == "connector"
    _asked, again = ask(database, settings, admin, Draft("role", "x@example.org", role="reader"))
    kept = use(database, again, admin)
    assert kept is not None and kept.role == "admin"
    set_role(database, newcomer.id, "programme", by=at_machine("test"))
    _asked, lower = ask(database, settings, admin, Draft("role", ADDRESS, role="member"))
    kept = use(database, lower, newcomer)
    assert kept is not None and kept.role == "programme", "accepting never lowers a role"


def test_so_many_a_day(
    database: "Database", settings: Settings, member: Person, clock: "Clock"
) -> None:
    few = replace(settings, invitations_per_day=2)
    for number in range(2):
        ask(database, few, member, replace(GUEST, email=f"{number}@example.org"))
    with pytest.raises(TooMany) as refused:
        ask(database, few, member)
    assert 0 < refused.value.retry_after <= DAY
    clock.pass_by(days=1, seconds=1)
    ask(database, few, member)


def test_many_together_do_not_flood_a_stranger(
    database: "Database", settings: Settings, clock: "Clock"
) -> None:
    many = [add_person(database, email=f"m{n}@example.org", name=f"M {n}") for n in range(4)]
    with pytest.raises(TooMany):
        for number in range(11):
            draft = replace(GUEST, path=f"page-{number}")
            ask(database, settings, many[number % 4], draft)
    assert len(invitations.pending(database)) == 10
    first = invitations.pending(database)[0]
    with pytest.raises(TooMany):
        invitations.send_again(database, settings, first.id, by=many[0])
    ask(database, settings, many[0], replace(GUEST, email="autre@example.org"))
    clock.pass_by(days=1, seconds=1)
    invitations.send_again(database, settings, first.id, by=many[0])


def test_words_hold_nothing_that_cannot_be_seen(
    database: "Database", settings: Settings, admin: Person
) -> None:
    hidden = replace(GUEST, words="Relisez\0\u202e\x1b[2J\r\nBcc: vous")
    asked, _token = ask(database, settings, admin, hidden)
    assert asked.words == "Relisez [2J Bcc: vous"


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "personne"},
        {"email": "a@b.org\nBcc: c@d.org"},
        {"lang": "xx"},
        {"words": "x" * 301},
        {"kind": "role", "role": "king"},
        {"kind": "crown"},
    ],
)
def test_what_cannot_be_sent_is_refused(
    database: "Database", settings: Settings, admin: Person, wrong: dict[str, str]
) -> None:
    with pytest.raises(BadField):
        ask(database, settings, admin, replace(GUEST, **wrong))
    assert invitations.pending(database) == []


def test_invitations_follow_their_page(
    database: "Database", settings: Settings, admin: Person
) -> None:
    _asked, token = ask(database, settings, admin)
    move_page(database, "projets/lora", "projets/lora-a-la-ferme")
    moved = invitations.peek(database, token)
    assert moved is not None and moved.path == "projets/lora-a-la-ferme/plan"


def sign_up(database: "Database", settings: Settings, number: int, code: str) -> str:
    return register(
        database,
        settings,
        email=f"venue-{number}@example.org",
        name="Une venue",
        password=None,
        lang="fr",
        address="192.0.2.1",
        code=code,
    ).token


def test_a_code_opens_sign_up_to_so_many(
    database: "Database", settings: Settings, admin: Person, clock: "Clock"
) -> None:
    closed = replace(settings, registration="invitation")
    until = clock() + timedelta(days=2)
    made = codes.make_code(database, "Carrefour  Rennes 2026", 2, until, by=admin.id)
    assert made.code == "carrefour-rennes-2026"
    for wrong in ("", "carrefour-rennes-2025"):
        with pytest.raises(BadField) as refused:
            sign_up(database, closed, 0, wrong)
        assert refused.value.field == "code"
    tokens = [sign_up(database, closed, number, "carrefour RENNES 2026") for number in range(3)]
    assert [one.used for one in codes.list_codes(database)] == [0], "counted when one has come"
    assert confirm(database, tokens[0]) is not None
    assert confirm(database, tokens[1]) is not None
    with pytest.raises(Forbidden):
        confirm(database, tokens[2])
    assert [one.used for one in codes.list_codes(database)] == [2]
    with pytest.raises(BadField):
        sign_up(database, closed, 4, made.code)


def test_a_code_ends(
    database: "Database", settings: Settings, admin: Person, clock: "Clock"
) -> None:
    codes.make_code(database, "soiree", 9, clock() + timedelta(days=1), by=admin.id)
    codes.make_code(database, "matinee", 9, clock() + timedelta(days=3), by=admin.id)
    clock.pass_by(days=1)
    with pytest.raises(BadField):
        codes.check_code(database, "soiree", address="192.0.2.1")
    codes.check_code(database, "matinee", address="192.0.2.1")
    codes.end_code(database, "matinee", by=admin.id)
    codes.end_code(database, "matinee", by=admin.id)
    with pytest.raises(BadField):
        codes.check_code(database, "matinee", address="192.0.2.1")


def test_codes_cannot_be_tried_at_will(database: "Database") -> None:
    for number in range(60):
        with pytest.raises(BadField):
            codes.check_code(database, f"essai-{number}", address="192.0.2.1")
    with pytest.raises(TooMany):
        codes.check_code(database, "essai", address="192.0.2.1")


@pytest.mark.parametrize(
    ("code", "uses", "days", "field"),
    [("abc", 1, 1, "code"), ("soiree", 0, 1, "uses"), ("soiree", 1, 0, "until")],
)
def test_a_code_that_cannot_be_is_refused(
    database: "Database", clock: "Clock", code: str, uses: int, days: int, field: str
) -> None:
    with pytest.raises(BadField) as refused:
        codes.make_code(database, code, uses, clock() + timedelta(days=days), by="x")
    assert refused.value.field == field


def test_a_closed_site_stays_closed_to_codes(
    database: "Database", settings: Settings, clock: "Clock"
) -> None:
    codes.make_code(database, "soiree", 9, clock() + timedelta(days=1), by="x")
    with pytest.raises(Forbidden):
        sign_up(database, replace(settings, registration="closed"), 1, "soiree")


def test_offers_wait_are_decided_once_and_are_told(
    database: "Database", member: Person, admin: Person, clock: "Clock"
) -> None:
    handovers.offer(database, member, "projets/seul", "J'habite à côté.")
    handovers.offer(database, member, "projets/seul", "J'habite à côté, et j'ai le temps.")
    [waiting] = handovers.waiting(database)
    assert waiting.words.endswith("temps.")
    assert handovers.count_waiting(database) == 1
    handovers.decide(database, waiting.id, accepted=False, answer="Plus tard.", by=admin.id)
    with pytest.raises(NotFound):
        handovers.decide(database, waiting.id, accepted=True, answer="", by=admin.id)
    with pytest.raises(NotFound):
        handovers.get_waiting(database, waiting.id)
    assert [one.answer for one in handovers.offers_of(database, member.id)] == ["Plus tard."]
    clock.pass_by(days=31)
    assert handovers.offers_of(database, member.id) == []
    for words in ("  ", "x" * 501):
        with pytest.raises(BadField):
            handovers.offer(database, member, "projets/seul", words)


def test_the_trail_tells_who_changed_rights(
    database: "Database", settings: Settings, member: Person, admin: Person
) -> None:
    set_role(database, member.id, "connector", by=at_machine(admin.id))
    set_disabled(database, member.id, True, by=admin.id)
    set_disabled(database, member.id, False, by="wiki user")
    grant_guest(database, member.id, "p", by=admin.id)
    revoke_guest(database, member.id, "p", by=admin.id)
    revoke_guest(database, member.id, "p", by=admin.id)
    told = [(one.who, one.what, one.about) for one in noted(database)]
    assert told == [
        (admin.id, "no-guest", "p"),
        (admin.id, "guest", "p"),
        ("wiki user", "unblocked", member.id),
        (admin.id, "blocked", member.id),
        (admin.id, "role", member.id),
    ]
    assert noted(database)[-1].said == "member → connector"


def test_the_trail_outlives_an_account_and_is_read_by_pages(
    database: "Database", member: Person, admin: Person
) -> None:
    for number in range(5):
        record_audit(database, NOBODY, "exported", member.id, str(number))
    erase(database, member.id)
    assert get_person(database, member.id) is None
    first = noted(database, limit=3)
    rest = noted(database, before=first[-1].id, limit=10)
    said = [one.said for one in (*first, *rest) if one.what == "exported"]
    assert said == ["4", "3", "2", "1", "0"]


def test_what_fails_is_not_noted(database: "Database", admin: Person) -> None:
    with pytest.raises(BadField):
        set_role(database, admin.id, "member", by=at_machine(admin.id))
    assert noted(database) == []


def test_no_address_stands_in_the_trail(
    database: "Database", settings: Settings, admin: Person
) -> None:
    asked, _token = ask(database, settings, admin)
    invitations.withdraw(database, asked.id, by=admin.id)
    assert [one.what for one in noted(database)] == ["uninvited", "invited"]
    assert not [one for one in noted(database) if "@" in one.said + one.about]
