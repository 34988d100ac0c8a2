"""Rows of proposals and reports: kept within bounds, decided once, forgotten in time."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wiki.errors import TooMany
from wiki.people import accounts
from wiki.people.privacy.erasure import erase
from wiki.people.review import proposals, reports
from wiki.people.review.proposals import Proposal
from wiki.people.review.reports import Report

if TYPE_CHECKING:
    from tests.people.conftest import Clock
    from wiki.people.person import Person
    from wiki.people.store.database import Database

NEW = Proposal(
    *("accueil", None, "", "public", "ici"),
    email="a@example.org",
    name="Marc",
    file="accueil.md",
    blob="un",
)


def keep(database: "Database", new: Proposal) -> Proposal:
    return proposals.keep(database, new, lambda id: f"held-{id}")


def decide(database: "Database", id: str, state: str) -> Proposal | None:
    with database.session() as session:
        return proposals.decide(database, session, id, state, "Merci.")


def test_what_waits_is_told_by_place_and_listed_without_its_texts(database: "Database") -> None:
    first = keep(database, NEW)
    keep(database, replace(NEW, path="autre", readers="members"))
    assert proposals.waiting_places(database) == {
        ("accueil", "public"): 1,
        ("autre", "members"): 1,
    }
    (listed,) = proposals.waiting_for(database, ["accueil"])
    assert listed == first
    assert proposals.find(database, first.id) == first
    assert proposals.waiting_for(database, []) == []


def test_a_proposal_is_decided_once_and_forgets_what_served_that(database: "Database") -> None:
    kept = keep(database, NEW)
    told = decide(database, kept.id, proposals.DECLINED)
    assert told == kept  # with the address to answer to
    assert decide(database, kept.id, proposals.ACCEPTED) is None
    assert not proposals.hold_anew(database, kept.id, "a.md", "ailleurs", "deux")
    assert not proposals.withdraw(database, kept.id)
    found = proposals.find(database, kept.id)
    assert found is not None
    assert (found.state, found.words, found.name) == ("declined", "Merci.", "Marc")
    assert (found.blob, found.file, found.email, found.sender) == ("", "", "", "")
    assert decide(database, "nobody", proposals.SPAM) is None


def test_whoever_sends_spam_waits_two_weeks(database: "Database", clock: "Clock") -> None:
    kept = keep(database, NEW)
    decide(database, kept.id, proposals.SPAM)
    with pytest.raises(TooMany) as refused:
        keep(database, NEW)
    assert refused.value.retry_after == 14 * 86_400
    keep(database, replace(NEW, sender="ailleurs"))
    clock.pass_by(days=14, seconds=1)
    keep(database, NEW)
    found = proposals.find(database, kept.id)
    assert found is not None and found.sender == found.name == ""


def test_one_sender_one_page_and_all_have_their_bound(
    database: "Database", monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(proposals.MOST_OF_ONE):
        keep(database, replace(NEW, blob=f"{number}"))
    with pytest.raises(TooMany):
        keep(database, NEW)
    monkeypatch.setattr(proposals, "MOST_OF_A_PAGE", 4)
    keep(database, replace(NEW, sender="b"))
    with pytest.raises(TooMany):
        keep(database, replace(NEW, sender="c"))
    monkeypatch.setattr(proposals, "MOST", 5)
    keep(database, replace(NEW, path="autre"))
    with pytest.raises(TooMany):
        keep(database, replace(NEW, path="troisième"))


def test_the_same_sent_twice_is_kept_once(database: "Database") -> None:
    first, again = keep(database, NEW), keep(database, NEW)
    assert first.id == again.id
    assert keep(database, replace(NEW, sender="ailleurs")).id != first.id
    decide(database, first.id, proposals.DECLINED)
    assert keep(database, NEW).id != first.id, "what was answered can be sent again"


def test_a_year_later_nothing_is_left(database: "Database", clock: "Clock") -> None:
    old = keep(database, NEW)
    waits = keep(database, replace(NEW, blob="autre"))
    decide(database, old.id, proposals.ACCEPTED)
    clock.pass_by(days=366)
    keep(database, NEW)
    assert proposals.find(database, old.id) is None
    assert proposals.find(database, waits.id) is not None


def test_the_proposals_of_an_account_go_with_it(database: "Database", member: "Person") -> None:
    mine = keep(database, replace(NEW, person=member.id))
    assert [one.id for one in proposals.proposals_of(database, member.id)] == [mine.id]
    reports.keep(database, Report("accueil", "spam", person=member.id))
    erase(database, member.id)
    assert proposals.find(database, mine.id) is None
    assert reports.waiting_places(database) == {}


def test_what_waits_follows_its_page(database: "Database") -> None:
    kept = keep(database, replace(NEW, path="a/b"))
    told = reports.keep(database, Report("a", "spam"))
    accounts.move_page(database, "a", "c")
    assert (proposals.find(database, kept.id) or NEW).path == "c/b"
    found = reports.find(database, told.id)
    assert found is not None and found.path == "c"


def test_an_account_that_is_trusted_is_held_no_more(database: "Database", member: "Person") -> None:
    from sqlalchemy import text

    with database.session() as session:
        session.execute(text("UPDATE person SET held = created"))
    held = accounts.get_person(database, member.id)
    assert held is not None and held.held
    with database.session() as session:
        proposals.trust(database, session, member.id)
    assert accounts.get_person(database, member.id) == member


def test_nobody_fills_a_page_with_reports_against_a_plea(
    database: "Database", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_OF_A_PAGE", 2)
    for _ in range(2):
        reports.keep(database, Report("accueil", "spam"))
    with pytest.raises(TooMany):
        reports.keep(database, Report("accueil", "hurtful"))
    plea = reports.keep(database, Report("accueil", "mine", email="a@example.org"))
    assert reports.waiting_places(database) == {("accueil", False): 2, ("accueil", True): 1}
    with database.session() as session:
        told = reports.decide(database, session, plea.id, reports.KEPT, "Non.")
    assert told is not None and told.email == "a@example.org"
    found = reports.find(database, plea.id)
    assert found is not None and (found.email, found.answer) == ("", "Non.")
    with database.session() as session:
        assert reports.decide(database, session, plea.id, reports.DELETED) is None
