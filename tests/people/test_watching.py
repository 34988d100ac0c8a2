"""What one follows: one's own, bounded, in one form, true after a move and after an upgrade."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.errors import BadField, BadRequest, TooMany
from wiki.people.accounts import add_person, move_page
from wiki.people.follow import by_mail, subscriptions
from wiki.people.follow.recipients import (
    Told,
    due,
    find_follower,
    join_accounts,
    oldest_positions,
    resume,
    stop,
    tell,
)
from wiki.people.follow.subscriptions import (
    Following,
    is_watched,
    set_following,
    unwatch,
    watch,
    watched,
)
from wiki.people.mail.queue import any_due
from wiki.people.mail.values import Mail
from wiki.people.privacy.erasure import erase
from wiki.people.store.database import Database
from wiki.people.targets import KINDS, SEARCH, Target, read_target, search_terms

if TYPE_CHECKING:
    from tests.people.conftest import Clock
    from wiki.config import Settings
    from wiki.people.person import Person

PAGE = Target("page", "projets/x")
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def targets(database: Database, person: "Person") -> list[Target]:
    return [one.target for one in watched(database, person.id)]


# What can be followed


@given(st.sampled_from([*KINDS, "", "admin"]), st.text(max_size=80))
def test_a_target_has_one_form(kind: str, text: str) -> None:
    try:
        target = read_target(kind, text)
    except BadRequest as error:
        assert error.words
        return
    assert target.value
    assert read_target(target.kind, target.value) == target
    assert target.digest.isalnum()


@given(
    st.dictionaries(
        st.sampled_from(["q", "theme", "territory", "type"]),
        st.text(
            st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9
        ),
    )
)
def test_a_search_is_the_same_in_any_order(asked: dict[str, str]) -> None:
    from urllib.parse import urlencode

    pairs = list(asked.items())
    queries = [urlencode(order) for order in (pairs, pairs[::-1], [*pairs, ("from", "20")])]
    if not pairs:
        with pytest.raises(BadRequest):
            read_target(SEARCH, queries[0])
        return
    first, second, third = (read_target(SEARCH, query) for query in queries)
    assert first == second == third
    words, chosen = search_terms(first.value)
    assert words == asked.get("q", "")
    assert {key: values[0] for key, values in chosen.items()} == {
        key: value for key, value in asked.items() if key != "q"
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("page", "../etc"),
        ("page", "a\nb"),
        ("theme", "…"),
        ("search", ""),
        ("search", "sort=new&from=3"),
        ("search", "q=" + "x" * 2000),
        ("person", "x"),
    ],
)
def test_what_names_nothing_is_refused(kind: str, text: str) -> None:
    with pytest.raises(BadRequest):
        read_target(kind, text)


# Someone's own list


def test_what_is_followed_is_known_to_its_follower_alone(
    database: Database, member: "Person", admin: "Person"
) -> None:
    watch(database, member.id, PAGE)
    watch(database, member.id, PAGE)
    watch(database, member.id, Target("theme", "eau"))
    assert set(targets(database, member)) == {PAGE, Target("theme", "eau")}
    assert targets(database, admin) == []
    assert is_watched(database, member.id, PAGE)
    unwatch(database, member.id, PAGE)
    unwatch(database, member.id, PAGE)
    assert not is_watched(database, member.id, PAGE)


def test_a_list_is_bounded(
    database: Database, member: "Person", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MOST", 2)
    for name in ("eau", "bois"):
        watch(database, member.id, Target("theme", name))
    with pytest.raises(TooMany):
        watch(database, member.id, Target("theme", "feu"))
    watch(database, member.id, Target("theme", "bois"))


def test_it_follows_a_page_that_moves_and_goes_with_the_account(
    database: Database, member: "Person"
) -> None:
    watch(database, member.id, Target("page", "projets/x/plan"))
    watch(database, member.id, Target("theme", "projets"))
    move_page(database, "projets/x", "projets/y")
    assert Target("page", "projets/y/plan") in targets(database, member)
    assert Target("theme", "projets") in targets(database, member)
    erase(database, member.id)
    assert targets(database, member) == []
    assert find_follower(database, member.id) is None


def test_a_rhythm_is_one_of_three_and_a_pause_forgets_what_it_hides(
    database: Database, member: "Person", clock: "Clock"
) -> None:
    watch(database, member.id, PAGE, head="a" * 40)
    with pytest.raises(BadField):
        set_following(database, member.id, Following("hour"))
    set_following(database, member.id, Following("week", paused=True))
    assert due(database, "week", LATER) == []
    clock.pass_by(days=9)
    set_following(database, member.id, Following("week"), head="b" * 40)
    (one,) = due(database, "week", LATER)
    assert (one.commit, one.told) == ("b" * 40, clock())


# Being told


def test_everyone_is_due_once_in_batches(database: Database, clock: "Clock") -> None:
    people = [add_person(database, email=f"p{n}@example.org", name=f"P {n}") for n in range(7)]
    join_accounts(database, "h1")
    clock.pass_by(days=1)
    seen: list[str] = []
    while batch := due(database, "day", clock(), seen[-1] if seen else "", 3):
        seen += [one.id for one in batch]
        tell(database, [Told(one) for one in batch], "h2", clock())
    assert sorted(seen) == sorted(one.id for one in people)
    assert due(database, "day", clock()) == []
    assert oldest_positions(database, "day", LATER) == [("h2", clock())]


def test_who_was_told_by_another_run_is_not_told_again(
    database: Database, member: "Person", clock: "Clock"
) -> None:
    join_accounts(database, "h1")
    clock.pass_by(days=1)
    (one,) = due(database, "day", clock())
    mail = Mail("digest:1", "a@example.org", "Du nouveau", "…")
    assert tell(database, [Told(one, (mail,))], "h2", clock()) == 1
    other = Mail("digest:2", "a@example.org", "Du nouveau", "…")
    assert tell(database, [Told(one, (other,))], "h3", clock()) == 0


def test_mails_and_position_are_written_together_or_not_at_all(
    database: Database, member: "Person", clock: "Clock"
) -> None:
    join_accounts(database, "h1")
    clock.pass_by(days=1)
    (one,) = due(database, "day", clock())
    bad = Mail("digest:1", "a\n@example.org", "Du nouveau", "…")
    good = Mail("digest:0", "a@example.org", "Du nouveau", "…")
    with pytest.raises(BadField):
        tell(database, [Told(one, (good, bad))], "h2", clock())
    assert not any_due(database)
    assert due(database, "day", clock()) == [one]


# Without an account


def ask(database: Database, settings: "Settings", email: str, target: Target = PAGE) -> str:
    wanted = by_mail.ask_to_follow(
        database, settings, email=email, lang="fr", target=target, address="192.0.2.1"
    )
    return wanted.token


def test_an_address_follows_once_its_mail_is_answered(
    database: Database, settings: "Settings", clock: "Clock"
) -> None:
    token = ask(database, settings, "Une@Example.org")
    assert due(database, "week", LATER) == []
    assert by_mail.asked_to_follow(database, token) is not None
    assert by_mail.confirm_following(database, token) is not None
    assert by_mail.confirm_following(database, token) is None, "once"
    (one,) = due(database, "week", LATER)
    assert (one.person, one.email) == (None, "une@example.org")
    assert [watch.target for watch in one.watches] == [PAGE]
    late = ask(database, settings, "autre@example.org")
    clock.pass_by(days=3)
    assert by_mail.asked_to_follow(database, late) is None
    assert by_mail.confirm_following(database, late) is None


def test_an_address_with_an_account_follows_as_that_account(
    database: Database, settings: "Settings", member: "Person"
) -> None:
    by_mail.confirm_following(database, ask(database, settings, member.email))
    assert targets(database, member) == [PAGE]


def test_who_opens_an_account_keeps_what_they_followed(
    database: Database, settings: "Settings"
) -> None:
    for target in (PAGE, Target("theme", "eau")):
        by_mail.confirm_following(database, ask(database, settings, "une@example.org", target))
    person = add_person(database, email="une@example.org", name="Une")
    watch(database, person.id, PAGE)
    join_accounts(database, "h1")
    assert set(targets(database, person)) == {PAGE, Target("theme", "eau")}
    assert due(database, "week", LATER) == [], "the address itself is kept no more"


def test_one_is_asked_a_few_times_an_hour_only(database: Database, settings: "Settings") -> None:
    for _number in range(2 * settings.resets_per_hour):
        ask(database, settings, "une@example.org")
    with pytest.raises(TooMany):
        ask(database, settings, "une@example.org")


def test_who_stops_is_forgotten_and_can_undo(database: Database, settings: "Settings") -> None:
    for target in (PAGE, Target("theme", "eau")):
        by_mail.confirm_following(database, ask(database, settings, "une@example.org", target))
    (one,) = due(database, "week", LATER)
    stop(database, one, [PAGE])
    stop(database, one, [PAGE])
    (left,) = due(database, "week", LATER)
    assert [watch.target.value for watch in left.watches] == ["eau"]
    stop(database, left, None)
    stop(database, left, None)
    assert find_follower(database, one.id) is None
    resume(database, left, "h9")
    (back,) = due(database, "week", LATER)
    assert [watch.target for watch in back.watches] == [Target("theme", "eau")]
    assert (back.email, back.commit) == ("une@example.org", "h9")


def test_an_account_that_stops_is_paused_and_keeps_its_list(
    database: Database, member: "Person"
) -> None:
    watch(database, member.id, PAGE)
    one = find_follower(database, member.id)
    assert one is not None
    stop(database, one, None)
    assert due(database, "day", LATER) == []
    assert targets(database, member) == [PAGE]
    resume(database, one, "h9")
    assert [found.id for found in due(database, "day", LATER)] == [member.id]
